"""A device image computed in float: the effect of its weights and of block-floating-point activations alone.

Matrices are the image's own, dequantised exactly; their inputs are quantised to the card's blocks of 32. All
else (residual stream, RoPE, attention, SiLU) is float32. This is the "matmul-only" quality of an image, and
an independent reading of what the converter folded (docs/numerics.md, section 9).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from openfpga_host.contract import BLOCK, FRAC_BITS, MANTISSA_MAX, REL_EXP_MAX, ROPE_FRAC_BITS, WeightFormat
from openfpga_host.image import Image, Matrix
from openfpga_host.layout import unpack_tiles
from openfpga_host.quantise import dequantise
from support.float_model import Floats, silu

ONE = np.float32(2.0**FRAC_BITS)


class Dense(NamedTuple):
    """A matrix in float: w [n, k], bias [n] in real units."""

    w: Floats
    bias: Floats
    norm_eps: int | None


class ImageModel:
    """All of an image's matrices as float32."""

    def __init__(self, image: Image) -> None:
        self.image = image
        self.config = image.config
        self.matrices = {name: dense(matrix) for name, matrix in image.matrices.items()}

    def logits(self, tokens: Sequence[int]) -> Floats:
        """Logits after each token of one sequence: float32 [T, vocab_size]."""
        config = self.config
        x = self.image.embedding_rows(np.asarray(tokens)) / ONE
        rope = self.image.rope[: len(tokens)] / np.float32(2.0**ROPE_FRAC_BITS)
        for layer in range(config.num_layers):
            qkv = self._matmul(f"layers.{layer}.qkv", x)
            x = x + self._matmul(f"layers.{layer}.o", self._attention(qkv, rope))
            gate_up = self._matmul(f"layers.{layer}.gate_up", x)
            x = x + self._matmul(f"layers.{layer}.down", silu(gate_up[:, ::2]) * gate_up[:, 1::2])
        return self._matmul("lm_head", x)[:, : config.vocab_size]

    def _matmul(self, name: str, x: Floats) -> Floats:
        w, bias, norm_eps = self.matrices[name]
        q = block_floating(x * ONE)
        y = q @ w.T
        if norm_eps is not None:
            y = y / np.sqrt(np.square(q.astype(np.float64)).sum(1, keepdims=True) + norm_eps)
        return (y / ONE + bias).astype(np.float32)

    def _attention(self, qkv: Floats, rope: Floats) -> Floats:
        """Scores are exponents of two; pairs are adjacent."""
        config = self.config
        heads, kv, size = config.num_heads, config.num_kv_heads, config.head_dim
        length = len(qkv)
        q, k, v = np.split(qkv.reshape(length, -1, size).swapaxes(0, 1), [heads, heads + kv])
        q, k = (rotate_pairs(a, rope[..., 0], rope[..., 1]) for a in (q, k))
        k, v = (np.repeat(a, heads // kv, axis=0) for a in (k, v))
        age = np.arange(length)[:, None] - np.arange(length)
        seen = (age >= 0) & (age < (config.sliding_window or length))
        scores = np.where(seen, q @ k.swapaxes(1, 2), -np.inf)
        p = np.exp2(scores - scores.max(-1, keepdims=True)).astype(np.float32)
        return (p / p.sum(-1, keepdims=True) @ v).swapaxes(0, 1).reshape(length, -1)


def dense(matrix: Matrix) -> Dense:
    """Read a matrix back from its tiles."""
    stored = unpack_tiles(matrix.tiles, matrix.k, matrix.format)
    values = (
        matrix.codebook[stored.codes] if matrix.format == WeightFormat.W4 else stored.codes.astype(np.int8)
    )
    w = dequantise(values, stored.mults, stored.mantissa, stored.exponent)
    return Dense(
        w.astype(np.float32),
        (stored.bias / 2.0**FRAC_BITS).astype(np.float32),
        matrix.norm_eps if matrix.norm else None,
    )


def block_floating(x: Floats) -> Floats:
    """Numbers x [R, K] as the card's matmul sees them, in block floating point (section 2.2)."""
    blocks = np.round(x).reshape(len(x), -1, BLOCK)
    amax = np.abs(blocks).max(-1, keepdims=True)
    exponent = np.maximum(np.frexp(amax)[1] - 7, 0)
    exponent += np.floor(np.ldexp(amax, -exponent) + 0.5) > MANTISSA_MAX
    exponent = np.maximum(exponent, exponent.max(1, keepdims=True) - REL_EXP_MAX)
    return np.ldexp(np.floor(np.ldexp(blocks, -exponent) + 0.5), exponent).reshape(x.shape).astype(np.float32)


def rotate_pairs(x: Floats, cos: Floats, sin: Floats) -> NDArray[np.float32]:
    """RoPE on [heads, T, D] with adjacent pairs."""
    a, b = x[..., ::2], x[..., 1::2]
    return np.stack([a * cos - b * sin, a * sin + b * cos], axis=-1).reshape(x.shape)
