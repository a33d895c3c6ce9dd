"""RTL modules are clean under Verilator's -Wall; illegal parameters stop elaboration with a sentence."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

LIB = Path(__file__).resolve().parents[2] / "rtl" / "lib"
Lint = Callable[..., subprocess.CompletedProcess[str]]

MODULES = [path.stem for path in sorted(LIB.glob("*.sv")) if not path.stem.endswith("_pkg")]

CORNERS: list[tuple[str, dict[str, int]]] = [
    *[("ofpga_fifo", {"Depth": depth}) for depth in (1, 3, 4, 8)],
    *[("ofpga_ram_fifo", {"Depth": depth}) for depth in (4, 7)],
    *[("ofpga_rr_arbiter", {"Inputs": inputs}) for inputs in (1, 2, 3, 8)],
    *[("ofpga_burst_splitter", {"WordBytes": 1, "MaxBeats": beats}) for beats in (2, 256)],
    ("ofpga_burst_splitter", {"WordBytes": 128, "MaxBeats": 32, "AddrBits": 13, "CountBits": 6}),
    ("ofpga_axi_read", {"WordBytes": 32, "MaxBeats": 128, "BufferWords": 128, "MaxBursts": 1}),
    ("ofpga_axi_write", {"WordBytes": 32, "MaxBeats": 128, "BufferWords": 128, "MaxBursts": 1}),
    ("ofpga_dual_dot", {"Terms": 1}),
    *[(module, {"Clocks": 2}) for module in ("ofpga_quad_dot", "ofpga_dual_skew", "ofpga_dual_cascade")],
    *[("ofpga_quad_dot", {"LutTerms": terms, "Clocks": clocks}) for terms in (1, 7) for clocks in (1, 2)],
    ("ofpga_dual_chain", {"Terms": 4, "LutTerms": 1}),
    *[("ofpga_dual_gather", {"Bits": 2, "Clocks": 2, "Straddle": straddle}) for straddle in (0, 1)],
    ("ofpga_lut_multiply", {"Bits": 1, "FactorBits": 4}),
    *[("ofpga_quad_dot", {"Terms": terms, "Clocks": 2}) for terms in (1, 7)],
    *[("ofpga_delay", {"Cycles": cycles, "Bits": 8}) for cycles in (0, 1, 2)],
    ("ofpga_axi_watch", {"MaxBursts": 1}),
]

ILLEGAL = [
    ("ofpga_fifo", {"Depth": 0}, "Depth is 0; a queue holds at least one word."),
    ("ofpga_ram_fifo", {"Depth": 3}, "Depth is 3; it must be at least 4 to pass a word each cycle."),
    ("ofpga_rr_arbiter", {"Inputs": 0}, "Inputs is 0; an arbiter has at least one input."),
    ("ofpga_burst_splitter", {"WordBytes": 48}, "WordBytes is 48; AXI4 has 1, 2, 4 ... 128 bytes."),
    ("ofpga_burst_splitter", {"MaxBeats": 24}, "MaxBeats is 24; it must be 2, 4, 8 ... 256."),
    ("ofpga_burst_splitter", {"MaxBeats": 128}, "128 beats of 64 bytes cross 4 KiB; MaxBeats can be at most"),
    ("ofpga_burst_splitter", {"AddrBits": 65}, "AddrBits is 65; it must be 13 to 64."),
    ("ofpga_burst_splitter", {"CountBits": 4}, "CountBits is 4; it must be 5 to 58"),
    ("ofpga_axi_read", {"BufferWords": 8}, "BufferWords is 8; it must hold a burst of MaxBeats, 16."),
    ("ofpga_axi_write", {"BufferWords": 8}, "BufferWords is 8; it must hold a burst of MaxBeats, 16."),
    ("ofpga_dual_dot", {"Terms": 17}, "Terms is 17; a packed sum is exact for 1 to 16."),
    ("ofpga_dual_cascade", {"Terms": 17}, "Terms is 17; a packed sum is exact for 1 to 16."),
    ("ofpga_dual_chain", {"LutTerms": 8}, "LutTerms is 8; of 16 terms at most 7 can be in LUTs."),
    ("ofpga_dual_chain", {"Terms": 3, "LutTerms": 1}, "LutTerms is 1; of 3 terms at most 0 can be in LUTs."),
    ("ofpga_lut_multiply", {"FactorBits": 7}, "FactorBits is 7; it must be even and at least 4."),
    ("ofpga_dual_skew", {"Clocks": 3}, "Clocks is 3; DSPs run at the clock, 1, or at twice the clock, 2."),
    ("ofpga_axi_watch", {"MaxBursts": 0}, "MaxBursts is 0; it must be at least 1."),
]


def _ids(cases: list[tuple[str, dict[str, int]]]) -> list[str]:
    return ["-".join([name, *(f"{key}{value}" for key, value in sizes.items())]) for name, sizes in cases]


@pytest.mark.parametrize("module", MODULES)
def test_module_is_clean_under_wall(lint: Lint, module: str) -> None:
    result = lint(LIB / f"{module}.sv")
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(("module", "parameters"), CORNERS, ids=_ids(CORNERS))
def test_corner_of_the_sizes_is_clean_under_wall(lint: Lint, module: str, parameters: dict[str, int]) -> None:
    result = lint(LIB / f"{module}.sv", **parameters)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("module", "parameters", "sentence"), ILLEGAL, ids=_ids([(name, sizes) for name, sizes, _ in ILLEGAL])
)
def test_illegal_parameter_stops_elaboration_with_a_sentence(
    lint: Lint, module: str, parameters: dict[str, int], sentence: str
) -> None:
    result = lint(LIB / f"{module}.sv", **parameters)
    assert result.returncode != 0
    assert f"{module}: {sentence}" in result.stderr


def test_readme_names_every_file_of_the_library() -> None:
    text = (LIB.parent / "README.md").read_text(encoding="utf-8")
    names = [path.name if path.suffix == ".svh" else path.stem for path in sorted(LIB.glob("*.sv*"))]
    missing = [name for name in names if f"| `{name}` |" not in text]
    assert not missing, f"rtl/README.md has no line for {', '.join(missing)}"
