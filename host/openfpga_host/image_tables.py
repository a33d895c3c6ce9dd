"""What an image holds besides matrices: embedding rows, and RoPE's cos and sin (docs/numerics.md, 9)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from openfpga_host.checkpoint import CheckpointError
from openfpga_host.contract import FRAC_BITS, ROPE_FRAC_BITS
from openfpga_host.fold import EMBEDDING
from openfpga_host.model_config import ModelConfig, rope_table

_EMBEDDING_BITS: Final = 15


def quantise_embedding(rows: NDArray[np.float32]) -> tuple[NDArray[np.int16], NDArray[np.uint8]]:
    """Embedding rows as Q16 numbers mantissa * 2**exponent with the least exponent that fits.

    Args:
        rows: float32 [R, hidden], finite.

    Returns:
        int16 [R, hidden] within -32767..32767, and uint8 [R] in 0..16.

    Raises:
        CheckpointError: a value of 32768 or more.
    """
    fixed = rows.astype(np.float64) * 2.0**FRAC_BITS
    largest = np.abs(fixed).max(axis=1)
    if largest.max() >= 2.0**31 - 2.0**16:
        raise CheckpointError(f"{EMBEDDING} reaches {largest.max() / 2**FRAC_BITS:.4g}; Q16 ends below 32767")
    exponent = np.maximum(np.frexp(largest)[1] - _EMBEDDING_BITS, 0)
    exponent += np.round(np.ldexp(largest, -exponent)) >= 1 << _EMBEDDING_BITS
    mantissa = np.round(np.ldexp(fixed, -exponent[:, None])).astype(np.int16)
    return mantissa, exponent.astype(np.uint8)


def rope_rows(config: ModelConfig, start: int, stop: int) -> NDArray[np.int16]:
    """cos and sin of positions start..stop, int16 [stop - start, head_dim / 2, 2] with ROPE_FRAC_BITS.

    Raises:
        CheckpointError: an attention factor (YaRN) too large for the format.
    """
    table = np.stack(rope_table(config, np.arange(start, stop)), axis=-1)
    fixed = np.round(table * 2.0**ROPE_FRAC_BITS)
    if np.abs(fixed).max(initial=0) > np.iinfo(np.int16).max:
        raise CheckpointError(
            f"config.json: RoPE's attention factor makes {np.abs(table).max():.3g}; 2 is the limit"
        )
    return fixed.astype("<i2")
