"""The sequencer and the card under their cocotb benches in sim/sequencer and sim/card."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

RunBench = Callable[..., None]

RTL = Path(__file__).resolve().parents[2] / "rtl"


def test_sequencer(run_bench: RunBench) -> None:
    run_bench(RTL / "sequencer" / "ofpga_sequencer.sv")


# The smallest card, and one whose rows take turns in multipliers at twice the clock, as on the u280.
SMALLEST = {"Ports": 1, "Rows": 1, "KBlocks": 8, "HeadBlocks": 1, "Context": 64, "PrefetchWords": 256}
IN_TURNS = SMALLEST | {"Ports": 2, "Rows": 2, "MacRows": 1, "HeadBlocks": 2, "DspClocks": 2}


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("size", [SMALLEST, IN_TURNS], ids=["smallest", "in-turns"])
def test_card(run_bench: RunBench, size: dict[str, int]) -> None:
    run_bench(RTL / "ofpga_card.sv", "card.ofpga_card", optimise="-O1", **size)
