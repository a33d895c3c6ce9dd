"""The scalar rules of docs/numerics.md, sections 1, 2, 5 and 6, elementwise over NumPy integer arrays.

All arrays are int64 unless said otherwise. No value leaves int64 for inputs within the bounds that the
normative text proves.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openfpga_host.contract import (
    BLOCK,
    CACHE_EXP_MAX,
    EXP2,
    FRAC_BITS,
    GELU_CDF,
    MANTISSA_MAX,
    REL_EXP_MAX,
    RSQRT,
    SIGMOID,
)

Ints = NDArray[np.int64]

INT32_MIN, INT32_MAX = -(2**31), 2**31 - 1
_FIT_BITS = MANTISSA_MAX.bit_length()
_SHIFT_MAX = 62


def rhu(x: Ints, s: Ints | int) -> Ints:
    """Round half up: floor(x / 2**s + 1/2); s >= 0."""
    half = np.left_shift(np.int64(1), s) >> 1
    return (x + half) >> s


def sat32(x: Ints) -> Ints:
    """Clamp to the range of int32."""
    return np.clip(x, INT32_MIN, INT32_MAX)


def bitlen(x: Ints) -> Ints:
    """Bits of x >= 0; 0 for 0."""
    # frexp's exponent is the bit length wherever the conversion to float64 is exact: below 2**53
    high = np.frexp((x >> 32).astype(np.float64))[1].astype(np.int64)
    low = np.frexp((x & 0xFFFF_FFFF).astype(np.float64))[1].astype(np.int64)
    return np.where(high > 0, high + 32, low)


def shift32(x: Ints, e: Ints) -> Ints:
    """sat32(x * 2**e), rounding half up for e < 0; |x| <= 2**62."""
    right = np.clip(-e, 0, _SHIFT_MAX)
    shifted = np.where(e > 0, x << np.clip(e, 0, 31), rhu(x, right))
    shifted = np.where(e < -_SHIFT_MAX, 0, sat32(shifted))
    beyond = (e > 0) & (x != 0) & (bitlen(np.abs(x)) + e > 31)
    return np.where(beyond, np.where(x < 0, INT32_MIN, INT32_MAX), shifted)


def fit_exponent(x: Ints) -> Ints:
    """Smallest e >= 0 with rhu(max |x|, e) <= 127 of blocks x [..., 32]: [...]."""
    amax = np.maximum(x.max(axis=-1), -x.min(axis=-1))
    e = np.maximum(0, bitlen(amax) - _FIT_BITS)
    return e + (rhu(amax, e) > MANTISSA_MAX)


def quantise_rows(x: NDArray[np.int32]) -> tuple[NDArray[np.int8], Ints, Ints]:
    """Rows x [R, 32 KB] of a matmul -> mantissas int8 [R, KB, 32], relative exponents [R, KB], base [R]."""
    blocks = x.astype(np.int64).reshape(len(x), -1, BLOCK)
    e = fit_exponent(blocks)
    base = np.maximum(0, e.max(axis=1) - REL_EXP_MAX)
    raised = np.maximum(e, base[:, None])
    return rhu(blocks, raised[..., None]).astype(np.int8), raised - base[:, None], base


def quantise_cache(x: Ints) -> tuple[NDArray[np.int8], NDArray[np.uint8]]:
    """Head vectors x [..., D] -> mantissas int8 [..., D], exponents uint8 [..., D / 32]."""
    blocks = x.reshape(*x.shape[:-1], -1, BLOCK)
    e = np.minimum(fit_exponent(blocks), CACHE_EXP_MAX)
    q = np.clip(rhu(blocks, e[..., None]), -MANTISSA_MAX, MANTISSA_MAX)
    return q.astype(np.int8).reshape(x.shape), e.astype(np.uint8)


def rsqrt(t: Ints) -> tuple[Ints, Ints]:
    """(rm, re) with rm * 2**re ~ 1 / sqrt(t) for 0 <= t < 2**60; (0, 0) for 0."""
    h = (bitlen(t) - 31) >> 1
    q30 = np.where(h >= 0, t >> np.maximum(2 * h, 0), t << np.maximum(-2 * h, 0))
    r0 = RSQRT[np.maximum((q30 >> 24) - 64, 0)]
    u = 3 * 2**46 - (q30 >> 14) * r0 * r0
    rm = np.minimum(65535, rhu(r0 * (u >> 31), 15))
    zero = t == 0
    return np.where(zero, 0, rm), np.where(zero, 0, -31 - h)


def _gate(g: Ints, table: NDArray[np.int64], range_bits: int) -> Ints:
    """rhu(g * T(g), 16) for a table of 257 entries over [0, 2**range_bits), point-symmetric about 1/2."""
    a = np.abs(g)
    step = range_bits + 8
    i = np.minimum(a >> step, 255)
    f = a & ((1 << step) - 1)
    c = table[i] + rhu((table[i + 1] - table[i]) * f, step)
    c = np.where(a >= 1 << (range_bits + FRAC_BITS), 1 << 16, c)
    return rhu(g * np.where(g < 0, (1 << 16) - c, c), 16)


def silu(g: Ints) -> Ints:
    """g / (1 + 2.718**-g), Q16 (not saturated: |silu(g)| <= 2**31)."""
    return _gate(g, SIGMOID, 4)


def gelu(g: Ints) -> Ints:
    """g times the normal distribution function of g, Q16."""
    return _gate(g, GELU_CDF, 3)


def exp2_neg(d: Ints) -> Ints:
    """2**-d for 0 <= d < 2**32 in Q16, as Q16: 0..65536."""
    n, i, f = d >> 16, (d >> 8) & 255, d & 255
    p0 = EXP2[i] - rhu((EXP2[i] - EXP2[i + 1]) * f, 8)
    return np.where(n >= 18, 0, rhu(p0, np.minimum(n, 18)))
