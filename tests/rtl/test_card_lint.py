"""The card at every size of a board is clean under Verilator's -Wall; illegal sizes stop with a sentence."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from openfpga_host.contract import CARD_SIZES

RTL = Path(__file__).resolve().parents[2] / "rtl"
UNITS = ("sequencer", "matmul", "attention", "kv_cache")
SIZES = ["sim", "kv260", *(pytest.param(size, marks=pytest.mark.slow) for size in ("u250", "u280"))]
CORNERS = [
    *[("ofpga_matmul", {"Ports": 1, "DspClocks": clocks}) for clocks in (1, 2)],
    ("ofpga_kv_cache", {"Ports": 1, "Rows": 1, "KBlocks": 1, "HeadBlocks": 1}),
    ("ofpga_kv_cache", {"Ports": 32, "Rows": 40, "KBlocks": 1024, "HeadBlocks": 8}),
    ("ofpga_sequencer", {"Ports": 1, "Rows": 1, "KBlocks": 1, "HeadBlocks": 1, "Context": 16}),
    ("ofpga_sequencer", {"Rows": 65535, "KBlocks": 1024, "HeadBlocks": 8, "Context": 131072}),
]
ILLEGAL = [
    ("ofpga_matmul", {"DspClocks": 4}, "DspClocks is 4; it must be 1 or 2."),
    ("ofpga_sequencer", {"Ports": 3}, "Ports is 3; it must be 1, 2, 4, 8, 16 or 32."),
    ("ofpga_sequencer", {"KBlocks": 1025}, "KBlocks is 1025; sums are exact for 1 to 1024."),
    ("ofpga_sequencer", {"HeadBlocks": 9}, "HeadBlocks is 9; scores are exact for 1 to 8."),
    ("ofpga_sequencer", {"Context": 100}, "Context is 100; it must be a multiple of 16, 131072 at most."),
    ("ofpga_sequencer", {"Rows": 65536}, "Rows is 65536; a command counts 1 to 65535."),
    ("ofpga_kv_cache", {"Ports": 64}, "Ports is 64; it must be 1, 2, 4, 8, 16 or 32."),
    ("ofpga_kv_cache", {"Rows": 0}, "Rows is 0; a command counts 1 to 65535."),
    ("ofpga_kv_cache", {"KBlocks": 2000}, "KBlocks is 2000; it must be 1 to 1024."),
    ("ofpga_kv_cache", {"HeadBlocks": 0}, "HeadBlocks is 0; it must be 1 to 8."),
]


def lint(top: str, **parameters: int) -> subprocess.CompletedProcess[str]:
    """Verilator's words on a module; it sees the packages of its own folder, the card those of all units."""
    (source,) = RTL.glob(f"**/{top}.sv")
    units = UNITS if source.parent == RTL else (source.parent.name,)
    folders = [RTL / "lib", *(RTL / unit for unit in units)]
    packages = [
        RTL / "ofpga_pkg.sv",
        *(path for folder in folders for path in sorted(folder.glob("*_pkg.sv"))),
    ]
    command = ["verilator", "--lint-only", "--assert", "-Wall", f"-I{RTL / 'lib'}", "--top-module", top]
    command += [argument for folder in folders for argument in ("-y", str(folder))]
    command += [f"-G{name}={value}" for name, value in parameters.items()]
    command += [str(path) for path in (RTL / "ofpga_lint.vlt", *packages, source)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("size", SIZES)
def test_the_card_is_clean_at_every_size(size: str) -> None:
    card = CARD_SIZES[size]
    parameters = {
        "Ports": card.ports,
        "Rows": card.rows,
        "KBlocks": card.k_blocks,
        "HeadBlocks": card.head_blocks,
        "Context": card.context,
        "DspClocks": card.dsp_clocks,
        "MacRows": card.mac_rows,
    }
    result = lint("ofpga_card", **parameters)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(("top", "parameters"), CORNERS)
def test_corners_are_clean(top: str, parameters: dict[str, int]) -> None:
    result = lint(top, **parameters)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(("top", "parameters", "sentence"), ILLEGAL)
def test_illegal_sizes_stop_elaboration_with_a_sentence(
    top: str, parameters: dict[str, int], sentence: str
) -> None:
    result = lint(top, **parameters)
    assert result.returncode != 0
    assert sentence in result.stderr
