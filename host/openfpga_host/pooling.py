"""From the residual rows of a text to one vector of unit length.

The last norm is float, on the host; the sum over tokens is an integer sum of its rows in Q32, so a text's
vector does not depend on how its tokens were cut into steps, nor on whose rows stood beside them.
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from openfpga_host.contract import FRAC_BITS
from openfpga_host.image import FinalNorm, Image

_SUM_BITS: Final = 32
"""Fractional bits of the sum: a normalised row is below sqrt(32768) < 2^8, a text has at most 2^17 tokens."""


class Pooler:
    """Gathers the states of one text.

    Args:
        norm: behind the last layer.
        mode: "mean": of all tokens; "cls": the first token's.
    """

    def __init__(self, norm: FinalNorm, mode: Literal["mean", "cls"] = "mean") -> None:
        self._norm = norm
        self._mode = mode
        self._sum = np.zeros(len(norm.gain), np.int64)
        self._rows = 0

    @classmethod
    def of(cls, image: Image) -> Pooler:
        """A pooler for a text of this model; the mean for a decoder.

        A decoder's image made before images kept the last norm's gain is read as if all gains were 1.
        """
        norm = image.final_norm or FinalNorm(np.ones(image.config.hidden_size, np.float32), None, 0.0)
        encoder = image.config.encoder
        return cls(norm, encoder.pooling if encoder else "mean")

    def add(self, rows: NDArray[np.int32], start: int) -> None:
        """Take the residual rows (int32 [R, hidden], Q16) of tokens start..start + R.

        `start` 0 begins again: a text whose first rows come once more was set back.
        """
        if start == 0:
            self._sum[:] = 0
            self._rows = 0
        assert start == self._rows, "rows of a text come in order"
        self._rows += len(rows)
        if self._mode == "cls":
            rows = rows[: start == 0]
        x = rows * 2.0**-FRAC_BITS
        if self._norm.bias is not None:
            x -= x.mean(axis=1, keepdims=True)
        power = np.square(x).mean(axis=1, keepdims=True) + self._norm.eps
        unit = np.divide(x, np.sqrt(power), out=np.zeros_like(x), where=power > 0)
        self._sum += np.rint(np.ldexp(unit, _SUM_BITS)).astype(np.int64).sum(axis=0)

    def vector(self) -> NDArray[np.float32]:
        """The text's vector: float32 [hidden], of length 1 (all zero only if its states are)."""
        count = 1 if self._mode == "cls" else self._rows
        mean = np.ldexp(self._sum.astype(np.float64), -_SUM_BITS) / count * self._norm.gain
        if self._norm.bias is not None:
            mean += self._norm.bias
        return unit_length(mean)


def unit_length(vector: NDArray[np.floating]) -> NDArray[np.float32]:
    """The vector divided by its length, as float32; zeros stay zeros."""
    wide = vector.astype(np.float64)
    length = float(np.sqrt(np.square(wide).sum()))
    return (wide / length if length else wide).astype(np.float32)
