"""An encoder's layers as matrices for RMS normalisation alone (docs/numerics.md, section 12).

With C = I - 1 1^T / K, a LayerNorm of x is gamma * n + beta, n = C x / rms(C x). What is added to the
residual stream is multiplied by C, so that the card's NORM gives n. What reads gamma * n + beta takes gamma
into its weights and beta into its bias. The residual path itself goes on with gamma * n, from a diagonal
matrix ("skip"); the mean that gamma puts back is taken away by four more units of the feed-forward part.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from openfpga_host.contract import BLOCK, FRAC_BITS, HEAD_BLOCKS_MAX, K_BLOCKS_MAX
from openfpga_host.encoder.checkpoint import EncoderCheckpoint, Floats
from openfpga_host.encoder.config import EncoderConfig
from openfpga_host.model_config import CheckpointError

LAYER_MATRICES = ("qkv", "attention_skip", "o", "up", "ff_skip", "down")
"""Of each layer, in the order in which a step uses them."""
SKIPS = ("attention_skip", "ff_skip")
MEAN_UNITS = BLOCK
"""Feed-forward units beyond the model's own: a block of them, of which four are used."""


_Float = TypeVar("_Float", np.float32, np.float64)


class Affine(NamedTuple):
    """y = weight x + bias, in real units."""

    weight: Floats
    """[n, k]"""
    bias: NDArray[np.float64]
    """[n]"""


_Make = Callable[[EncoderCheckpoint, int], Affine]


@dataclass(frozen=True)
class FoldedMatrix:
    """A matrix of the image, made when it is first read; a `MatrixSource`."""

    name: str
    n: int
    k: int
    norm: bool
    norm_eps: int
    tensors: tuple[str, ...]
    make: Callable[[], Affine]

    @property
    def channels(self) -> int:
        """Output channels: there is no padding."""
        return self.n

    @property
    def scale_factor(self) -> NDArray[np.float64]:
        """float64 [n]: sqrt(k) * 2**16 after a norm (docs/numerics.md, section 9)."""
        return np.full(self.n, math.sqrt(self.k) * 2.0**FRAC_BITS if self.norm else 1.0)

    def read(self, start: int, stop: int) -> Floats:
        """Channels start..stop: float32 [stop - start, k]."""
        return self._affine.weight[start:stop]

    def bias(self) -> NDArray[np.int32]:
        """Q16 biases: int32 [n]. Raises CheckpointError for one of 32768 and more."""
        fixed = np.round(self._affine.bias * 2.0**FRAC_BITS)
        if np.abs(fixed).max() >= 2**31:
            raise CheckpointError(
                f"{self.name}: a bias reaches {np.abs(self._affine.bias).max():.4g}; biases end at 32768"
            )
        return fixed.astype(np.int32)

    @cached_property
    def _affine(self) -> Affine:
        return self.make()


def check_limits(config: EncoderConfig) -> None:
    """Whether the card's formats hold this model.

    Raises:
        CheckpointError: names the dimension, its value and what is allowed.
    """
    widths = {
        "hidden_size": (config.hidden_size, K_BLOCKS_MAX),
        "intermediate_size": (config.intermediate_size, K_BLOCKS_MAX - MEAN_UNITS // BLOCK),
        "head size": (config.head_dim, HEAD_BLOCKS_MAX),
    }
    for name, (value, blocks) in widths.items():
        if value % BLOCK or value > blocks * BLOCK:
            raise CheckpointError(
                f"{name} is {value}; supported are multiples of {BLOCK} up to {blocks * BLOCK}"
            )


def plan_matrices(checkpoint: EncoderCheckpoint) -> Iterator[FoldedMatrix]:
    """All matrices of a model in the order in which a step uses them."""
    config = checkpoint.config
    hidden, inner = config.hidden_size, config.intermediate_size + MEAN_UNITS
    eps = round(hidden * config.layer_norm_eps * 2.0 ** (2 * FRAC_BITS))
    shapes: dict[str, tuple[int, int, bool, _Make, tuple[str, ...]]] = {
        "qkv": (3 * hidden, hidden, True, _qkv, ("q", "k", "v")),
        "attention_skip": (hidden, hidden, True, partial(_skip, before="attention"), ()),
        "o": (hidden, hidden, False, _out, ("o", "v")),
        "up": (inner, hidden, True, _up, ("up",)),
        "ff_skip": (hidden, hidden, True, partial(_skip, before="ff"), ("attention_norm",)),
        "down": (hidden, inner, False, _down, ("down",)),
    }
    for layer in range(config.num_layers):
        for matrix in LAYER_MATRICES:
            n, k, norm, make, parts = shapes[matrix]
            yield FoldedMatrix(
                name=f"layers.{layer}.{matrix}",
                n=n,
                k=k,
                norm=norm,
                norm_eps=eps if norm else 0,
                tensors=tuple(checkpoint.name(part, layer) for part in parts)
                or (_norm_before(checkpoint, layer),),
                make=partial(make, checkpoint, layer),
            )


class LayerNorm(NamedTuple):
    """gamma and beta: float64 [hidden]."""

    gain: NDArray[np.float64]
    bias: NDArray[np.float64]


def norm_at(checkpoint: EncoderCheckpoint, place: int) -> LayerNorm:
    """The LayerNorm whose result enters layer `place`: the embeddings', or the one that ends a layer."""
    part, layer = ("output_norm", place - 1) if place else ("LayerNorm", None)
    return _norm(checkpoint, part, layer)


def _norm_before(checkpoint: EncoderCheckpoint, layer: int) -> str:
    return checkpoint.name("output_norm", layer - 1) if layer else checkpoint.name("LayerNorm")


def _norm(checkpoint: EncoderCheckpoint, part: str, layer: int | None) -> LayerNorm:
    gain, bias = checkpoint.weight(part, layer), checkpoint.bias(part, layer)
    return LayerNorm(gain.astype(np.float64), bias.astype(np.float64))


def _qkv(checkpoint: EncoderCheckpoint, layer: int) -> Affine:
    """Queries, keys, values of gamma * n + beta.

    Scores come out in base 2. What is constant in keys adds the same to all scores of a query and is left
    out; what is constant in values is the same in every mean of them and goes into `o`.
    """
    norm = norm_at(checkpoint, layer)
    parts = [checkpoint.weight(part, layer) for part in "qkv"]
    factor = math.log2(math.e) / math.sqrt(checkpoint.config.head_dim)
    query = factor * (parts[0] @ norm.bias + checkpoint.bias("q", layer))
    weight = np.concatenate([parts[0] * np.float32(factor), parts[1], parts[2]])
    bias = np.concatenate([query, np.zeros(2 * len(query))])
    return Affine(_reading(weight, norm), bias)


def _skip(checkpoint: EncoderCheckpoint, layer: int, *, before: str) -> Affine:
    """gamma * n + C beta of the LayerNorm before a layer's attention or its feed-forward part."""
    norm = norm_at(checkpoint, layer) if before == "attention" else _norm(checkpoint, "attention_norm", layer)
    return Affine(np.diag(norm.gain).astype(np.float32), centred(norm.bias))


def _out(checkpoint: EncoderCheckpoint, layer: int) -> Affine:
    weight = checkpoint.weight("o", layer)
    norm = norm_at(checkpoint, layer)
    value = checkpoint.weight("v", layer) @ norm.bias + checkpoint.bias("v", layer)
    return Affine(centred(weight), centred(weight @ value + checkpoint.bias("o", layer)))


def _up(checkpoint: EncoderCheckpoint, layer: int) -> Affine:
    """The feed-forward units; then gamma . C n, 1 . n, each with both signs, as gelu(x) - gelu(-x) = x."""
    norm = _norm(checkpoint, "attention_norm", layer)
    weight = checkpoint.weight("up", layer)
    bias = np.zeros(len(weight) + MEAN_UNITS)
    bias[: len(weight)] = weight @ norm.bias + checkpoint.bias("up", layer)
    means = np.zeros((MEAN_UNITS, len(norm.gain)))
    means[0], means[2] = centred(norm.gain), 1
    means[1], means[3] = -means[0], -means[2]
    return Affine(np.concatenate([_reading(weight, norm), means.astype(np.float32)]), bias)


def _down(checkpoint: EncoderCheckpoint, layer: int) -> Affine:
    """C of the feed-forward result, and C (gamma * C n) less the gamma * n that `ff_skip` wrote.

    C (gamma * C n) = gamma * n - gamma (1 . n) / K - 1 (gamma . C n) / K.
    """
    gain = _norm(checkpoint, "attention_norm", layer).gain
    means = np.zeros((len(gain), MEAN_UNITS))
    means[:, 1], means[:, 3] = 1 / len(gain), gain / len(gain)
    means[:, 0], means[:, 2] = -means[:, 1], -means[:, 3]
    weight = centred(checkpoint.weight("down", layer))
    bias = checkpoint.bias("down", layer).astype(np.float64)
    return Affine(np.concatenate([weight, means.astype(np.float32)], axis=1), centred(bias))


def centred(x: NDArray[_Float]) -> NDArray[_Float]:
    """C x: the mean over the outputs (the first axis) taken away."""
    result: NDArray[_Float] = x - x.mean(axis=0, dtype=np.float64).astype(x.dtype)
    return result


def _reading(weight: Floats, norm: LayerNorm) -> Floats:
    """W diag(gamma) C: what is left of a mean in the row does not count."""
    with np.errstate(over="ignore", invalid="ignore"):  # the quantiser refuses them with the matrix's name
        scaled = weight * norm.gain.astype(np.float32)
        result: Floats = scaled - scaled.mean(axis=1, keepdims=True, dtype=np.float64).astype(np.float32)
    return result
