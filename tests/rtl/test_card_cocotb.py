"""The sequencer and the card under their cocotb benches in sim/sequencer and sim/card."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

RunBench = Callable[..., None]

RTL = Path(__file__).resolve().parents[2] / "rtl"


def test_sequencer(run_bench: RunBench) -> None:
    run_bench(RTL / "sequencer" / "ofpga_sequencer.sv")
