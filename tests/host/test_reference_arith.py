"""The reference's elementwise rules against the scalar model, at the edges of their ranges."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from openfpga_host.contract import GELU_CDF, RSQRT, SIGMOID
from openfpga_host.reference import arith
from support import scalar_model


def near_powers(bits: int) -> st.SearchStrategy[int]:
    """Integers of every magnitude below 2**bits, and the neighbours of powers of two."""
    any_size = st.integers(0, bits).flatmap(lambda b: st.integers(0, 2**b - 1))
    powers, steps = st.integers(0, bits), st.integers(-2, 2)
    edges = st.builds(lambda b, d: min(max((1 << b) + d, 0), 2**bits - 1), powers, steps)
    return any_size | edges


def signed(bits: int) -> st.SearchStrategy[int]:
    return st.builds(lambda x, s: x * s, near_powers(bits), st.sampled_from([-1, 1]))


def i64(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


@given(st.lists(near_powers(62), min_size=1))
def test_bitlen_is_exact_where_float64_would_round(values: list[int]) -> None:
    assert arith.bitlen(i64(*values)).tolist() == [v.bit_length() for v in values]


@given(signed(62), st.integers(-200, 200))
def test_shift32(x: int, e: int) -> None:
    assert arith.shift32(i64(x), i64(e)).tolist() == [scalar_model.shift32(x, e)]


@given(near_powers(60))
def test_rsqrt(t: int) -> None:
    mantissa, exponent = arith.rsqrt(i64(t))
    assert (mantissa[0], exponent[0]) == scalar_model.rsqrt(t)


def test_rsqrt_is_close_for_every_table_entry_and_exponent() -> None:
    lowest = np.arange(64, 256, dtype=np.int64) << 24
    t = np.concatenate([lowest, lowest + (1 << 24) - 1])
    for shift in range(-30, 28, 2):
        scaled = t << shift if shift >= 0 else t >> -shift
        scaled = scaled[scaled > 0]
        mantissa, exponent = arith.rsqrt(scaled)
        assert mantissa.max() <= 65535
        np.testing.assert_allclose(np.ldexp(mantissa, exponent.astype(int)), 1 / np.sqrt(scaled), rtol=6e-5)


@given(st.integers(-(2**31), 2**31 - 1) | signed(21))
def test_activations(g: int) -> None:
    assert arith.silu(i64(g)).tolist() == [scalar_model.gated(g, scalar_model.SIGMOID, 4)]
    assert arith.gelu(i64(g)).tolist() == [scalar_model.gated(g, scalar_model.GELU_CDF, 3)]


@given(st.lists(signed(31), min_size=32, max_size=32), st.integers(0, 31))
def test_blocks_fit_and_mantissas_stay_within_127(block: list[int], shift: int) -> None:
    row = np.array([[v >> shift for v in block]], np.int32)
    q, rel, base = arith.quantise_rows(row)
    expected_q, expected_rel, expected_base = scalar_model.quantise_row(row[0].tolist())
    assert (q[0].tolist(), rel[0].tolist(), int(base[0])) == (expected_q, expected_rel, expected_base)
    assert np.abs(q.astype(int)).max() <= 127
    mantissas, exponents = arith.quantise_cache(row.astype(np.int64))
    assert (mantissas[0].tolist(), exponents[0].tolist()) == scalar_model.quantise_vector(row[0].tolist())


@given(st.integers(0, 2**32 - 1) | near_powers(21))
def test_exp2_neg(d: int) -> None:
    assert 0 <= int(arith.exp2_neg(i64(d))[0]) <= 65536
    np.testing.assert_allclose(arith.exp2_neg(i64(d))[0], 65536 * 2.0 ** (-d / 65536), atol=1.5)


def test_tables_of_the_contract_are_the_formulas() -> None:
    assert RSQRT.tolist() == scalar_model.RSQRT
    assert SIGMOID.tolist() == scalar_model.SIGMOID
    assert GELU_CDF.tolist() == scalar_model.GELU_CDF
