"""Each unit of the card under its cocotb bench in sim/, at small sizes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

RunBench = Callable[..., None]

RTL = Path(__file__).resolve().parents[2] / "rtl"
SMALL = {"Rows": 2, "KBlocks": 8, "HeadBlocks": 2, "Context": 64}
SIM = {"Ports": 2, "Rows": 4, "KBlocks": 64, "HeadBlocks": 4, "Context": 2048}


def run(run_bench: RunBench, unit: str, **parameters: int) -> None:
    """At a few thousand cycles and more, a faster design is worth its compiling."""
    run_bench(RTL / unit / f"ofpga_{unit}.sv", optimise="-O1", **parameters)


def test_matmul(run_bench: RunBench) -> None:
    run(run_bench, "matmul", Ports=1, **SMALL)


def test_kv_cache(run_bench: RunBench) -> None:
    run(run_bench, "kv_cache", Ports=2, **SMALL)


def test_attention(run_bench: RunBench) -> None:
    run(run_bench, "attention", Ports=1, Lanes=2, **SMALL)


@pytest.mark.slow
@pytest.mark.parametrize(
    "size",
    [
        pytest.param(SIM, id="sim"),
        pytest.param({**SIM, "Ports": 1, "Rows": 1}, id="a row on a port"),
        pytest.param({**SIM, "Rows": 8, "MacRows": 4, "Shared": 2}, id="groups of rows, a shared finish"),
        pytest.param({**SMALL, "Ports": 4, "DspClocks": 2}, id="DSPs at twice the clock"),
    ],
)
def test_matmul_of_other_sizes(run_bench: RunBench, size: dict[str, int]) -> None:
    run(run_bench, "matmul", **size)


@pytest.mark.slow
@pytest.mark.parametrize("ports", [1, 16])
def test_kv_cache_of_other_sizes(run_bench: RunBench, ports: int) -> None:
    run(run_bench, "kv_cache", **{**SIM, "Ports": ports})


@pytest.mark.slow
@pytest.mark.parametrize(
    "size",
    [
        pytest.param(SIM, id="sim"),
        pytest.param({**SIM, "Ports": 4, "Lanes": 2, "Context": 256, "ScoreDepth": 128}, id="few lanes"),
        pytest.param({**SMALL, "Ports": 2, "ValueColumns": 8, "DspClocks": 2}, id="as on the u280"),
    ],
)
def test_attention_of_other_sizes(run_bench: RunBench, size: dict[str, int]) -> None:
    run(run_bench, "attention", **size)
