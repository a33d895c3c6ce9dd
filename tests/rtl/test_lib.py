"""Every module of rtl/lib under its cocotb bench in sim/lib, at a few sizes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

RunBench = Callable[..., None]

LIB = Path(__file__).resolve().parents[2] / "rtl" / "lib"
QUEUE = "lib.ofpga_fifo"  # the bench of all that is a queue

# A size here is one build: two bytes a word with long bursts, and the card's own words.
SMALL = {"AddrBits": 16, "CountBits": 12, "WordBytes": 2, "MaxBeats": 8}
WIDE = {"AddrBits": 34, "CountBits": 28, "WordBytes": 64, "MaxBeats": 64}


@pytest.mark.parametrize("depth", [1, 2, 5])
def test_fifo(run_bench: RunBench, depth: int) -> None:
    run_bench(LIB / "ofpga_fifo.sv", QUEUE, Depth=depth)


@pytest.mark.parametrize("depth", [4, 11])
def test_ram_fifo(run_bench: RunBench, depth: int) -> None:
    run_bench(LIB / "ofpga_ram_fifo.sv", QUEUE, Depth=depth)


def test_skid_buffer(run_bench: RunBench) -> None:
    run_bench(LIB / "ofpga_skid_buffer.sv", QUEUE)


@pytest.mark.parametrize("inputs", [1, 2, 5])
def test_rr_arbiter(run_bench: RunBench, inputs: int) -> None:
    run_bench(LIB / "ofpga_rr_arbiter.sv", Inputs=inputs)


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["small", "wide"])
def test_burst_splitter(run_bench: RunBench, size: dict[str, int]) -> None:
    run_bench(LIB / "ofpga_burst_splitter.sv", **size)


@pytest.mark.parametrize(
    "size",
    [
        {"AddrBits": 20, "CountBits": 12, "WordBytes": 8, "MaxBeats": 8, "MaxBursts": 3, "BufferWords": 20},
        {
            "AddrBits": 34,
            "CountBits": 28,
            "WordBytes": 64,
            "MaxBeats": 16,
            "MaxBursts": 32,
            "BufferWords": 128,
        },
    ],
    ids=["small", "wide"],
)
@pytest.mark.parametrize("engine", ["ofpga_axi_read", "ofpga_axi_write"])
def test_axi_engine(run_bench: RunBench, engine: str, size: dict[str, int]) -> None:
    run_bench(LIB / f"{engine}.sv", **size)


@pytest.mark.slow
@pytest.mark.parametrize("beats", [2, 4, 32])
@pytest.mark.parametrize("bursts", [1, 2, 5])
@pytest.mark.parametrize("engine", ["ofpga_axi_read", "ofpga_axi_write"])
def test_axi_engine_with_the_least_buffer(run_bench: RunBench, engine: str, bursts: int, beats: int) -> None:
    words = {"MaxBeats": beats, "MaxBursts": bursts, "BufferWords": max(beats, 4)}
    run_bench(LIB / f"{engine}.sv", AddrBits=18, CountBits=10, WordBytes=16, **words)


@pytest.mark.slow
@pytest.mark.parametrize("inputs", [3, 8])
def test_rr_arbiter_of_more_inputs(run_bench: RunBench, inputs: int) -> None:
    run_bench(LIB / "ofpga_rr_arbiter.sv", Inputs=inputs)


@pytest.mark.slow
@pytest.mark.parametrize(
    "size", [{"WordBytes": 1, "MaxBeats": 256}, {"WordBytes": 128, "MaxBeats": 2}], ids=str
)
def test_burst_splitter_at_extreme_widths(run_bench: RunBench, size: dict[str, int]) -> None:
    run_bench(LIB / "ofpga_burst_splitter.sv", **size)


@pytest.mark.parametrize("terms", [1, 2, 16])
def test_dual_dot(run_bench: RunBench, terms: int) -> None:
    run_bench(LIB / "ofpga_dual_dot.sv", Terms=terms)


@pytest.mark.parametrize("clocks", [1, 2])
@pytest.mark.parametrize("terms", [1, 2, 16, pytest.param(7, marks=pytest.mark.slow)])
def test_quad_dot(run_bench: RunBench, terms: int, clocks: int) -> None:
    """Both clockings give the sums that Python computes."""
    run_bench(LIB / "ofpga_quad_dot.sv", Terms=terms, Clocks=clocks)


@pytest.mark.parametrize("clocks", [1, 2])
@pytest.mark.parametrize(
    ("terms", "lut_terms"),
    [(16, 2), *(pytest.param(*of, marks=pytest.mark.slow) for of in [(4, 1), (7, 3), (16, 1), (16, 7)])],
)
def test_quad_dot_with_terms_in_luts(run_bench: RunBench, terms: int, lut_terms: int, clocks: int) -> None:
    """What is multiplied in LUTs changes neither sums nor cycles."""
    run_bench(LIB / "ofpga_quad_dot.sv", Terms=terms, Clocks=clocks, LutTerms=lut_terms)


@pytest.mark.parametrize(("bits", "factor_bits"), [(6, 8), (3, 4), (20, 8)])
def test_lut_multiply(run_bench: RunBench, bits: int, factor_bits: int) -> None:
    run_bench(LIB / "ofpga_lut_multiply.sv", Bits=bits, FactorBits=factor_bits)


@pytest.mark.parametrize("in_luts", [0, 1], ids=["dsp", "luts"])
def test_two_products_are_exact_for_every_value(run_bench: RunBench, in_luts: int) -> None:
    run_bench(LIB.parents[1] / "sim" / "lib" / "ofpga_dual_sweep.sv", optimise="-O1", InLuts=in_luts)


@pytest.mark.parametrize(
    "size",
    [
        {"Masters": 3, "AddrBits": 16, "WordBytes": 2, "MaxBursts": 3},
        {"Masters": 4, "AddrBits": 34, "WordBytes": 64, "MaxBursts": 16},
        pytest.param({"Masters": 1, "AddrBits": 16, "WordBytes": 8, "MaxBursts": 1}, marks=pytest.mark.slow),
    ],
    ids=lambda size: f"{size['Masters']}x{size['WordBytes']}",
)
@pytest.mark.parametrize("mux", ["ofpga_axi_read_mux", "ofpga_axi_write_mux"])
def test_axi_mux(run_bench: RunBench, mux: str, size: dict[str, int]) -> None:
    run_bench(LIB / f"{mux}.sv", **size)


def test_axi_read_mux_serves_an_urgent_master_first(run_bench: RunBench) -> None:
    size = {"Masters": 3, "AddrBits": 16, "WordBytes": 2, "MaxBursts": 6}
    run_bench(LIB / "ofpga_axi_read_mux.sv", Urgent=0b010, **size)


@pytest.mark.parametrize("bursts", [1, 9])
def test_axi_watch(run_bench: RunBench, bursts: int) -> None:
    run_bench(LIB / "ofpga_axi_watch.sv", MaxBursts=bursts)
