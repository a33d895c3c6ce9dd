"""What benchmarks/perf_rtl.py measures, on the small card: the ports stay busy, the figures fit together."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from openfpga_host.contract import CARD_SIZES
from openfpga_host.device.verilator import VerilatedCard
from support.unit_bench import ROOT, built

SIZE = CARD_SIZES["sim"]
pytestmark = pytest.mark.timeout(1800)  # the first test compiles the card


@pytest.fixture(scope="module")
def perf() -> Iterator[Any]:
    """The benchmark as a module."""
    folder = str(Path(ROOT) / "benchmarks")
    sys.path.insert(0, folder)
    import perf_rtl

    yield perf_rtl
    sys.path.remove(folder)


def figure(perf: Any, memory: str, name: str) -> Any:
    card = VerilatedCard(built("card", "sim"), SIZE, memory)
    (case,) = (case for case in perf.cases(SIZE) if case.name == name)
    found = perf.measure(card, SIZE, memory, case, card.sequential_share())
    card.close()
    return found


@pytest.mark.parametrize("memory", ["ideal", "hbm2"])
def test_independent_matrices_stream_without_gaps(perf: Any, memory: str) -> None:
    found = figure(perf, memory, "matmul-qkv")
    assert found.achievable > 0.98
    assert found.peak <= found.achievable


def test_a_decoder_layer_keeps_the_ports_busy_and_its_commands_add_up(perf: Any) -> None:
    found = figure(perf, "ideal", "layer-1k")
    assert 0.93 < found.peak <= 1
    assert sum(found.command_cycles.values()) == found.cycles
    assert found.bytes == found.words * 64 * SIZE.ports
    assert found.gap <= 32


def test_every_case_has_a_name_of_its_own(perf: Any) -> None:
    for name in ("sim", "kv260", "u250", "u280"):
        names = [case.name for case in perf.cases(CARD_SIZES[name])]
        assert len(set(names)) == len(names)
        assert "layer-1k-verify4" in names


def test_all_that_is_recorded_is_what_the_command_would_record(perf: Any) -> None:
    for figure in json.loads(perf.RECORD.read_text(encoding="utf-8")):
        assert any(fnmatch(figure["case"], wanted) for wanted in perf.RECORDED[figure["size"]])
        assert figure["case"] in {case.name for case in perf.cases(CARD_SIZES[figure["size"]])}
