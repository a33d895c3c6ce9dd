"""Float weights to the card's integers with little squared error (docs/numerics.md, section 3).

A weight becomes ``code * mult * scale``: a code (an entry of the matrix's codebook, or an int8 itself), a
uint8 multiplier for 32 weights along K, and one ``mantissa * 2**exponent`` for each output channel.

W4 tries several multipliers for every block: fractions of the one that covers its largest weight, then the
least-squares optimum for the codes these give. The codebook is chosen for the whole matrix on a sample of its
channels: the uniform grid, the normal distribution's quantiles, E2M1, or one fitted to the sample by Lloyd's
algorithm (S. Lloyd, "Least squares quantization in PCM", 1982) in units of the block steps.

All work is done on [32, blocks] float32 arrays small enough for a core's cache.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from openfpga_host.codebook import INDEX_ENTRIES, INDEX_ORIGIN, Codebook, from_centroids, presets
from openfpga_host.contract import BLOCK, CODEBOOK_SIZE, MANTISSA_MAX, WeightFormat

Floats = NDArray[np.float32]
Codes = NDArray[np.uint8] | NDArray[np.int8]

MULT_MAX: Final = 255
_MANTISSA_BITS: Final = 16
_EXPONENT_MIN, _EXPONENT_MAX = -128, 127
# Steps tried for a block, as fractions of the step that makes its largest weight the outermost level. Below 1
# the largest weights are clipped and the rest gain; a little above 1 is worth a try with few levels.
_RATIOS: Final = (0.74, 0.8, 0.86, 0.92, 0.98, 1.04)
_REFINEMENTS: Final = 2
_CHUNK_BLOCKS: Final = 2048  # 256 KiB of float32
_FIT_ROUNDS: Final = 10


@dataclass(frozen=True, slots=True)
class Quantised:
    """Output channels in the card's number format, and what that cost."""

    codes: Codes
    """[N, K]: uint8 codebook indices (W4) or int8 (W8)."""
    mults: NDArray[np.uint8]
    """[N, K / 32]"""
    mantissa: NDArray[np.uint16]
    """[N]"""
    exponent: NDArray[np.int16]
    """[N], -128..127"""
    squared_error: float
    """Sum of (W_hat - W)^2, in the units of the weights given."""
    energy: float
    """Sum of W^2."""


def quantise(
    weights: Floats,
    fmt: WeightFormat,
    codebook: Codebook | None = None,
    factor: NDArray[np.float64] | None = None,
) -> Quantised:
    """Quantise output channels; each on its own, so a matrix may come in pieces.

    Args:
        weights: float32 [N, K], K a multiple of 32.
        fmt: W4 or W8.
        codebook: of W4; None for W8.
        factor: float64 [N] > 0, folded into the channels' scales: the card computes with W * factor.

    Returns:
        Integers: code * mult * mantissa * 2**exponent ~ weights * factor; a channel of zeros has mantissa 0.

    Raises:
        ValueError: a shape, a weight that is not finite, or a scale beyond the format's range.
    """
    _check(weights, fmt, codebook)
    channels, k = weights.shape
    factor = np.ones(channels) if factor is None else factor
    codes: Codes = (
        np.empty((channels, k), np.uint8) if fmt == WeightFormat.W4 else np.empty((channels, k), np.int8)
    )
    mults = np.empty((channels, k // BLOCK), np.uint8)
    mantissa = np.empty(channels, np.uint16)
    exponent = np.empty(channels, np.int16)
    squared_error = energy = 0.0
    stride = max(1, _CHUNK_BLOCKS * BLOCK // k)
    for start in range(0, channels, stride):
        part = slice(start, start + stride)
        chunk = _Chunk(weights[part], codebook)
        chunk.search()
        chunk.scale(factor[part])
        codes[part], mults[part] = chunk.codes(), chunk.mults.reshape(-1, k // BLOCK)
        mantissa[part], exponent[part] = chunk.mantissa, chunk.exponent
        error, total = chunk.error()
        squared_error += error
        energy += total
    return Quantised(codes, mults, mantissa, exponent, squared_error, energy)


def dequantise(
    values: NDArray[np.int8],
    mults: NDArray[np.uint8],
    mantissa: NDArray[np.uint16],
    exponent: NDArray[np.int16],
) -> NDArray[np.float64]:
    """The weights that the card computes with, exactly: float64 [N, K].

    ``values`` (int8 [N, K]) are the codebook's values, not its indices; |value * mult * mantissa| < 2^31, so
    the float64 holds every weight without rounding.
    """
    blocks = values.reshape(*mults.shape, BLOCK) * mults.astype(np.float64)[:, :, None]
    scale = np.ldexp(mantissa.astype(np.float64), exponent.astype(np.int32))
    result: NDArray[np.float64] = blocks.reshape(values.shape) * scale[:, None]
    return result


def choose_codebook(sample: Floats) -> Codebook:
    """The codebook with the least squared error on some of a matrix's channels (float32 [N, K], finite)."""
    candidates = [*presets()]
    errors = [quantise(sample, WeightFormat.W4, book).squared_error for book in candidates]
    fitted = fit_codebook(sample, candidates[int(np.argmin(errors))])
    candidates.append(fitted)
    errors.append(quantise(sample, WeightFormat.W4, fitted).squared_error)
    return candidates[int(np.argmin(errors))]


def fit_codebook(sample: Floats, start: Codebook) -> Codebook:
    """Lloyd's algorithm: give weights to the nearest levels, then levels the weighted mean of their weights.

    Args:
        sample: float32 [N, K], finite.
        start: levels to start from.

    Returns:
        A codebook called "fitted"; `start` itself where the sample is all zero.
    """
    book = start
    stride = max(1, _CHUNK_BLOCKS * BLOCK // sample.shape[1])
    for _ in range(_FIT_ROUNDS):
        moment, weight = np.zeros(CODEBOOK_SIZE), np.zeros(CODEBOOK_SIZE)
        for first in range(0, len(sample), stride):
            chunk = _Chunk(sample[first : first + stride], book)
            chunk.search()
            codes, step = chunk.indices().ravel(), np.broadcast_to(chunk.step, chunk.x.shape)
            moment += np.bincount(codes, (step * chunk.x).ravel(), CODEBOOK_SIZE)
            weight += np.bincount(codes, np.square(step).ravel(), CODEBOOK_SIZE)
        centroids = np.where(weight > 0, moment / np.where(weight > 0, weight, 1), book.values)
        if not centroids.any():
            return start
        moved = from_centroids("fitted", centroids)
        if np.array_equal(moved.values, book.values):
            break
        book = moved
    return book


def _check(weights: Floats, fmt: WeightFormat, codebook: Codebook | None) -> None:
    if weights.ndim != 2 or weights.dtype != np.float32 or weights.shape[1] % BLOCK or not weights.shape[1]:
        raise ValueError(
            f"weights are {weights.dtype} {weights.shape}; "
            f"what can be quantised is float32 [N, K] with K a multiple of {BLOCK}"
        )
    if (fmt == WeightFormat.W4) != (codebook is not None):
        raise ValueError("W4 needs a codebook and W8 has none")


class _Chunk:
    """A few channels as columns of 32 weights, each divided by its channel's covering step.

    That makes every number of order one whatever the matrix's magnitude; `unit` holds the divisors.
    """

    def __init__(self, weights: Floats, codebook: Codebook | None) -> None:
        self.codebook = codebook
        self.shape = weights.shape
        self.per_channel = weights.shape[1] // BLOCK
        x = np.ascontiguousarray(weights.reshape(-1, BLOCK).T)
        low, high = x.min(0), x.max(0)
        lowest, highest = (
            (-MANTISSA_MAX, MANTISSA_MAX) if codebook is None else (codebook.lowest, codebook.highest)
        )
        # A codebook may lack one sign; the step must stay finite then.
        cover = np.maximum(high / max(highest, 1), low / min(lowest, -1))
        self.unit = cover.reshape(-1, self.per_channel).max(1)
        if not np.isfinite(self.unit).all():
            raise ValueError("a row holds a NaN or an infinity")
        self.unit[self.unit == 0] = 1
        divisor = np.repeat(self.unit, self.per_channel)
        self.x: Floats = np.divide(x, divisor, out=x)
        self.cover: Floats = cover / divisor
        # Step of multiplier 1, in units of the channel: one for all until `scale` knows better.
        self.base: Floats = np.full_like(self.cover, (1 if codebook is None else max(_RATIOS)) / MULT_MAX)
        self.best: Floats = np.zeros_like(self.cover)
        self._scratch = np.empty_like(x)
        self._bins = np.empty(x.shape, np.uint16)
        self._levels = np.empty_like(x)

    # -------------------------------------------------------------------------------------------- multipliers
    def search(self) -> None:
        """Set `best` (float32 [blocks], whole numbers 0..255) to the multipliers with the least error."""
        if self.codebook is None:
            # Covering the largest weight is all but optimal with 255 levels.
            self.best = np.clip(np.ceil(self.cover / self.base), 0, MULT_MAX)
            return
        gain = np.full_like(self.cover, -np.inf)
        optimum = np.zeros_like(self.cover)
        for attempt in range(len(_RATIOS) + _REFINEMENTS):
            wanted = self.cover * np.float32(_RATIOS[attempt]) if attempt < len(_RATIOS) else optimum
            mult = np.clip(np.rint(wanted / self.base), 1, MULT_MAX)
            step = mult * self.base
            cross, square = self._correlate(step)
            # sum (x - step c)^2 = sum x^2 - (2 step cross - step^2 square): the bracket is the gain.
            this = step * (2 * cross - step * square)
            better = this > gain
            np.copyto(gain, this, where=better)
            np.copyto(self.best, mult, where=better)
            np.copyto(optimum, cross / np.maximum(square, 1), where=better)
        self.best[self.cover == 0] = 0

    @property
    def step(self) -> Floats:
        """float32 [blocks]: the step of every block, in units of its channel."""
        return self.best * self.base

    @property
    def mults(self) -> NDArray[np.uint8]:
        """uint8 [blocks]"""
        return self.best.astype(np.uint8)

    def _bin(self, step: Floats) -> None:
        twice = _inverse(step, 2)
        np.multiply(self.x, twice, out=self._scratch)
        np.add(self._scratch, INDEX_ORIGIN, out=self._scratch)
        np.clip(self._scratch, 0, INDEX_ENTRIES - 1, out=self._scratch)
        np.copyto(self._bins, self._scratch, casting="unsafe")

    def _correlate(self, step: Floats) -> tuple[Floats, Floats]:
        """The nearest levels c at this step: sum x c and sum c^2 of every block."""
        assert self.codebook is not None
        self._bin(step)
        levels = np.take(self.codebook.levels, self._bins, out=self._levels, mode="clip")
        return np.einsum("ib,ib->b", self.x, levels), np.einsum("ib,ib->b", levels, levels)

    # -------------------------------------------------------------------------------------------- results
    def indices(self) -> NDArray[np.uint8]:
        """uint8 [32, blocks]: codebook indices at the chosen steps."""
        assert self.codebook is not None
        self._bin(self.step)
        return self.codebook.index[self._bins]

    def _values(self) -> Floats:
        """float32 [32, blocks]: code values at the chosen steps."""
        if self.codebook is not None:
            self._bin(self.step)
            return np.take(self.codebook.levels, self._bins, out=self._levels, mode="clip")
        np.rint(np.multiply(self.x, _inverse(self.step), out=self._levels), out=self._levels)
        return np.clip(self._levels, -MANTISSA_MAX, MANTISSA_MAX, out=self._levels)

    def codes(self) -> Codes:
        """[channels, K]: codebook indices (W4) or int8 values (W8)."""
        if self.codebook is not None:
            return np.ascontiguousarray(self.indices().T).reshape(self.shape)
        return np.ascontiguousarray(self._values().T.astype(np.int8)).reshape(self.shape)

    def scale(self, factor: NDArray[np.float64]) -> None:
        """Set mantissa and exponent: the channel scale of least error for the codes so far, times `factor`.

        Codes and errors taken afterwards are those of the stored scale.
        """
        values, mult = self._values(), self.best.astype(np.float64)
        cross = (np.einsum("ib,ib->b", self.x, values) * mult).reshape(-1, self.per_channel).sum(1)
        square = (np.einsum("ib,ib->b", values, values) * mult**2).reshape(-1, self.per_channel).sum(1)
        relative = np.divide(cross, square, out=np.zeros_like(cross), where=square > 0)
        real = relative * self.unit * factor
        self.mantissa, self.exponent = scale_fields(real)
        stored = np.ldexp(self.mantissa.astype(np.float64), self.exponent.astype(np.int32))
        self.base = np.repeat(stored / (self.unit * factor), self.per_channel).astype(np.float32)

    def error(self) -> tuple[float, float]:
        """Squared error with the stored scales, and energy, in the units of the weights."""
        values = self._values()
        np.subtract(np.multiply(values, self.step, out=self._scratch), self.x, out=self._scratch)
        unit = np.square(self.unit, dtype=np.float64)
        sums = [np.einsum("ib,ib->b", a, a).reshape(-1, self.per_channel) for a in (self._scratch, self.x)]
        error, energy = (float(np.dot(s.sum(1, dtype=np.float64), unit)) for s in sums)
        return error, energy


def _inverse(step: Floats, of: int = 1) -> Floats:
    """of / step, and 0 for steps of 0."""
    return np.divide(of, step, out=np.zeros_like(step), where=step > 0)


def scale_fields(scale: NDArray[np.float64]) -> tuple[NDArray[np.uint16], NDArray[np.int16]]:
    """Channel scales as mantissa (uint16, normalised to >= 2^15) and exponent (int16, -128..127).

    Args:
        scale: float64 [N] >= 0. Below 2^-113 it becomes zero: no sum could lift it to a result's last bit.

    Raises:
        ValueError: a scale that is negative, not finite, or 2^143 and more.
    """
    if not (np.isfinite(scale) & (scale >= 0)).all():
        raise ValueError("a channel scale is negative or not finite")
    fraction, exponent = np.frexp(scale)
    mantissa = np.round(np.ldexp(fraction, _MANTISSA_BITS))
    carried = mantissa == 1 << _MANTISSA_BITS
    mantissa[carried] /= 2
    exponent = exponent - _MANTISSA_BITS + carried
    tiny = exponent < _EXPONENT_MIN
    mantissa[tiny], exponent[tiny | (scale == 0)] = 0, 0
    if (exponent > _EXPONENT_MAX).any():
        raise ValueError(f"a channel scale is {scale.max():.3g}; the format ends at 2^143")
    return mantissa.astype(np.uint16), exponent.astype(np.int16)
