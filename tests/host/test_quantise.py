"""Weights to codes, multipliers and channel scales."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from openfpga_host.codebook import Codebook, float4, from_centroids, normal, presets, uniform
from openfpga_host.contract import WeightFormat
from openfpga_host.quantise import (
    Quantised,
    choose_codebook,
    dequantise,
    fit_codebook,
    quantise,
    scale_fields,
)

W4, W8 = WeightFormat.W4, WeightFormat.W8


def gaussian(n: int, k: int, seed: int = 0) -> NDArray[np.float32]:
    return (0.02 * np.random.default_rng(seed).standard_normal((n, k))).astype(np.float32)


def restore(q: Quantised, book: Codebook | None) -> NDArray[np.float64]:
    values = q.codes.astype(np.int8) if book is None else book.values[q.codes]
    return dequantise(values, q.mults, q.mantissa, q.exponent)


def relative_error(w: NDArray[np.float32], restored: NDArray[np.float64]) -> float:
    return float(np.linalg.norm(restored - w) / np.linalg.norm(w.astype(np.float64)))


@pytest.mark.parametrize("book", [*presets(), None], ids=lambda b: b.name if b else "W8")
def test_reported_error_is_the_error_of_what_the_card_computes(book: Codebook | None) -> None:
    w = gaussian(48, 320)
    q = quantise(w, W4 if book else W8, book)
    reported = (q.squared_error / q.energy) ** 0.5
    assert reported == pytest.approx(relative_error(w, restore(q, book)), rel=1e-4)


def test_dequantised_weights_are_exact_products() -> None:
    w = gaussian(8, 64)
    book = normal()
    q = quantise(w, W4, book)
    restored = restore(q, book)
    for n in range(8):
        scale = Fraction(int(q.mantissa[n])) * Fraction(2) ** int(q.exponent[n])
        for k in range(64):
            exact = int(book.values[q.codes[n, k]]) * int(q.mults[n, k // 32]) * scale
            assert Fraction(float(restored[n, k])) == exact


def test_four_bits_cost_eight_percent_and_eight_bits_half_a_percent_of_gaussian_weights() -> None:
    w = gaussian(64, 1024)
    book = choose_codebook(w[::4])
    assert relative_error(w, restore(quantise(w, W4, book), book)) < 0.082
    assert relative_error(w, restore(quantise(w, W8), None)) < 0.006


def test_search_beats_rounding_to_the_largest_weight() -> None:
    w = gaussian(64, 1024)
    blocks = w.reshape(64, -1, 32)
    step = np.abs(blocks).max(2, keepdims=True) / 7.5
    plain = (np.clip(np.round(blocks / step), -8, 7) * step).reshape(w.shape)
    ours = restore(quantise(w, W4, uniform()), uniform())
    assert relative_error(w, ours) < 0.97 * relative_error(w, plain.astype(np.float64))


@pytest.mark.parametrize("book", presets(), ids=lambda b: b.name)
def test_weights_on_the_grid_come_back(book: Codebook) -> None:
    rng = np.random.default_rng(3)
    codes = rng.integers(0, 16, (16, 128))
    codes[:, ::32], codes[:, 1::32] = 0, 15  # every block shows its whole range
    mults = rng.integers(100, 255, (16, 4))
    w = (book.values[codes].reshape(16, 4, 32) * mults[..., None] * 1e-6).reshape(16, 128).astype(np.float32)
    q = quantise(w, W4, book)
    assert relative_error(w, restore(q, book)) < 0.004  # the multipliers' own steps


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([*presets(), None]),
    st.floats(-30, 30),
    st.sampled_from(["normal", "sparse", "outliers", "positive"]),
)
def test_every_weight_gets_its_nearest_code(
    seed: int, book: Codebook | None, magnitude: float, kind: str
) -> None:
    rng = np.random.default_rng(seed)
    w = rng.standard_normal((4, 96))
    if kind == "sparse":
        w *= rng.random(w.shape) < 0.1
    elif kind == "outliers":
        w *= np.where(rng.random(w.shape) < 0.02, 100, 1)
    elif kind == "positive":
        w = np.abs(w)
    w = (w * 10.0**magnitude).astype(np.float32)
    q = quantise(w, W4 if book else W8, book)
    restored = restore(q, book)
    values = np.arange(-127, 128) if book is None else book.values.astype(np.int64)
    unit = dequantise(np.ones(w.shape, np.int8), q.mults, q.mantissa, q.exponent)
    nearest = np.abs(values * unit[..., None] - w[..., None]).min(-1)
    assert (np.abs(restored - w) <= nearest + 1e-5 * np.abs(w).max(1, keepdims=True)).all()


def test_a_channel_does_not_depend_on_its_neighbours() -> None:
    w = gaussian(40, 4096)
    whole = quantise(w, W4, normal())
    parts = [quantise(w[i : i + 7], W4, normal()) for i in range(0, 40, 7)]
    for name in ("codes", "mults", "mantissa", "exponent"):
        np.testing.assert_array_equal(getattr(whole, name), np.concatenate([getattr(p, name) for p in parts]))


def test_factor_changes_nothing_but_the_scales() -> None:
    w = gaussian(16, 64)
    plain = quantise(w, W4, uniform())
    folded = quantise(w, W4, uniform(), np.full(16, 2.0**20))
    np.testing.assert_array_equal(plain.codes, folded.codes)
    np.testing.assert_array_equal(plain.mults, folded.mults)
    np.testing.assert_array_equal(plain.mantissa, folded.mantissa)
    np.testing.assert_array_equal(plain.exponent + 20, folded.exponent)
    assert folded.squared_error == pytest.approx(plain.squared_error)


@pytest.mark.parametrize("book", [uniform(), None], ids=["W4", "W8"])
def test_zero_channels_and_zero_blocks_stay_zero(book: Codebook | None) -> None:
    w = gaussian(8, 96)
    w[2] = 0
    w[5, 32:64] = 0
    q = quantise(w, W4 if book else W8, book)
    restored = restore(q, book)
    assert not restored[2].any()
    assert not restored[5, 32:64].any()
    assert q.mantissa[2] == 0
    assert q.mults[5, 1] == 0
    assert np.isfinite(q.squared_error)


def test_all_zero_matrix_has_no_error() -> None:
    q = quantise(np.zeros((16, 64), np.float32), W4, choose_codebook(np.zeros((4, 64), np.float32)))
    assert (q.squared_error, q.energy) == (0, 0)
    assert not q.mults.any()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("fmt", [W4, W8])
def test_weights_that_are_not_finite_are_refused(bad: float, fmt: WeightFormat) -> None:
    w = gaussian(8, 64)
    w[3, 7] = bad
    with pytest.raises(ValueError, match="row holds a NaN or an infinity"):
        quantise(w, fmt, uniform() if fmt == W4 else None)


def test_wrong_shapes_and_codebooks_are_refused() -> None:
    with pytest.raises(ValueError, match="multiple of 32"):
        quantise(np.zeros((8, 33), np.float32), W8)
    with pytest.raises(ValueError, match="float32"):
        quantise(np.zeros((8, 32)), W8)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="W4 needs a codebook"):
        quantise(np.zeros((8, 32), np.float32), W4)
    with pytest.raises(ValueError, match="W8 has none"):
        quantise(np.zeros((8, 32), np.float32), W8, uniform())


@given(st.floats(1e-30, 1e30))
def test_scale_is_kept_to_sixteen_bits(scale: float) -> None:
    mantissa, exponent = scale_fields(np.array([scale]))
    assert 1 << 15 <= mantissa[0] < 1 << 16
    assert abs(float(mantissa[0]) * 2.0 ** int(exponent[0]) / scale - 1) <= 2.0**-16


def test_scale_beyond_the_format() -> None:
    mantissa, exponent = scale_fields(np.array([0.0, 2.0**-140, 65535.7 * 2.0**-16]))
    assert mantissa.tolist() == [0, 0, 1 << 15]
    assert exponent.tolist() == [0, 0, -15]
    for bad in (2.0**143, -1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="channel scale"):
            scale_fields(np.array([1.0, bad]))


# ------------------------------------------------------------------------------------------------- codebooks
@given(st.floats(-128, 127.99), st.sampled_from(presets()))
def test_index_finds_the_nearest_level(v: float, book: Codebook) -> None:
    found = int(book.values[book.index[int(np.floor(2 * v)) + 256]])
    assert abs(found - v) == np.abs(book.values.astype(np.float64) - v).min()


def test_presets_are_the_published_grids() -> None:
    assert (uniform().values // 15).tolist() == list(range(-8, 8))
    published = [
        -1.0, -0.6961928, -0.52507305, -0.3949175, -0.28444138, -0.18477343, -0.09105004, 0.0,
        0.0795803, 0.1609302, 0.2461123, 0.33791524, 0.44070983, 0.562617, 0.72295684, 1.0,
    ]  # fmt: skip
    np.testing.assert_allclose(normal().values / 127, published, atol=0.5 / 127)
    assert {0.5, 1, 1.5, 2, 3, 4, 6} <= set((float4().values / 20).tolist())


@pytest.mark.parametrize("kind", ["normal", "laplace", "uniform", "skewed"])
def test_fitted_codebook_is_at_least_as_good_as_the_presets(kind: str) -> None:
    rng = np.random.default_rng(5)
    draw = {
        "normal": rng.standard_normal,
        "laplace": lambda shape: rng.laplace(size=shape),
        "uniform": lambda shape: rng.uniform(-1, 1, shape),
        "skewed": lambda shape: rng.exponential(size=shape) - 0.5,
    }[kind]
    w = np.asarray(draw((32, 1024)), np.float32)
    errors = {book.name: quantise(w, W4, book).squared_error for book in presets()}
    best = min(presets(), key=lambda book: errors[book.name])
    fitted = fit_codebook(w, best)
    assert quantise(w, W4, fitted).squared_error < 1.001 * min(errors.values())
    chosen = choose_codebook(w)
    assert quantise(w, W4, chosen).squared_error <= min(errors.values())


def test_malformed_codebooks_are_refused() -> None:
    with pytest.raises(ValueError, match="int8"):
        Codebook("x", np.zeros(15, np.int8))
    for values in ([0] * 16, [-128, *range(15)], [5, *range(15)]):
        with pytest.raises(ValueError, match="must ascend"):
            Codebook("x", np.array(values, np.int8))
    assert from_centroids("x", np.linspace(3, -1, 16)).values.tolist()[-1] == 127
