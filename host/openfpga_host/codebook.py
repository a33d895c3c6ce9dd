"""Codebooks of 4-bit weights: sixteen int8 levels, and the exact nearest level to any real number.

Levels count in codebook units; a block's step (multiplier times channel scale) turns them into weights, so a
codebook may as well use the whole int8 range.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from openfpga_host.contract import CODEBOOK_SIZE, MANTISSA_MAX

INDEX_ENTRIES: Final = 512
"""Entries of `Codebook.index`: the reals from -128 to 128 in bins of one half."""
INDEX_ORIGIN: Final = 256
"""Bin of 0: v lies in bin floor(2 v) + 256."""

# bitsandbytes' and QLoRA's tail: the outermost level stands for this quantile of the normal distribution
# (Dettmers et al., "QLoRA", 2023, arXiv:2305.14314, appendix E).
_NORMAL_TAIL = 0.9677083


@dataclass(frozen=True, eq=False)
class Codebook:
    """Sixteen levels and how to reach them.

    Args:
        name: for reports.
        values: int8 [16], ascending, within -127..127, both signs or at least not all zero.

    Raises:
        ValueError: not sixteen ascending values within the range.
    """

    name: str
    values: NDArray[np.int8]

    def __post_init__(self) -> None:
        wide = self.values.astype(np.int64)
        if self.values.shape != (CODEBOOK_SIZE,) or self.values.dtype != np.int8:
            raise ValueError(
                f"a codebook has int8 [{CODEBOOK_SIZE}], not {self.values.dtype} {self.values.shape}"
            )
        if np.abs(wide).max() > MANTISSA_MAX or not wide.any() or (np.diff(wide) < 0).any():
            raise ValueError(
                f"codebook {self.name} {wide.tolist()}: its values must ascend within "
                f"-{MANTISSA_MAX}..{MANTISSA_MAX} and not all be zero"
            )

    @cached_property
    def index(self) -> NDArray[np.uint8]:
        """uint8 [512]: the code nearest to every real v in [(i - 256) / 2, (i - 255) / 2).

        Levels are integers, so the midpoints between them are multiples of one half: bins never straddle one.
        """
        middles = (np.arange(INDEX_ENTRIES) - INDEX_ORIGIN) / 2 + 0.25
        distances = np.abs(middles[:, None] - self.values.astype(np.float64))
        nearest: NDArray[np.uint8] = distances.argmin(1).astype(np.uint8)
        return nearest

    @cached_property
    def levels(self) -> NDArray[np.float32]:
        """float32 [512]: the value of `index`'s code."""
        levels: NDArray[np.float32] = self.values[self.index].astype(np.float32)
        return levels

    @property
    def lowest(self) -> int:
        """Least level."""
        return int(self.values[0])

    @property
    def highest(self) -> int:
        """Greatest level."""
        return int(self.values[-1])


def uniform() -> Codebook:
    """The two's-complement grid -8..7; odd steps of 15 put every midpoint on a half."""
    return Codebook("int4", (15 * np.arange(-8, 8)).astype(np.int8))


def float4() -> Codebook:
    """E2M1 of the OCP Microscaling specification 1.0 (0, 0.5, 1, 1.5, 2, 3, 4, 6 with both signs), times 20.

    Its second zero becomes 0.25: a level more where weights are densest.
    """
    positive = np.array([0.5, 1, 1.5, 2, 3, 4, 6])
    return Codebook(
        "fp4", np.round(20 * np.concatenate([-positive[::-1], [0, 0.25], positive])).astype(np.int8)
    )


def normal() -> Codebook:
    """NF4: quantiles of the normal distribution, eight above zero and seven below (QLoRA, appendix E)."""
    quantile = NormalDist().inv_cdf
    above = [quantile(p) for p in np.linspace(_NORMAL_TAIL, 0.5, 9)[:-1]]
    below = [-quantile(p) for p in np.linspace(_NORMAL_TAIL, 0.5, 8)[:-1]]
    levels = np.array([*below, 0.0, *above[::-1]]) / above[0]
    return Codebook("nf4", np.round(MANTISSA_MAX * levels).astype(np.int8))


def presets() -> tuple[Codebook, ...]:
    """The codebooks that every matrix is tried with."""
    return uniform(), normal(), float4()


def from_centroids(name: str, centroids: NDArray[np.float64]) -> Codebook:
    """The int8 codebook whose levels are proportional to `centroids` (float64 [16], not all zero)."""
    largest = np.abs(centroids).max()
    return Codebook(name, np.round(np.sort(centroids) * (MANTISSA_MAX / largest)).astype(np.int8))
