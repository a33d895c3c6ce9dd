"""Which checkpoint rows make up the card's matrices, and what is folded in (docs/numerics.md, section 9).

A `MatrixPlan` says for every output channel which tensor and row it comes from; the permutation for RoPE, the
interleaving of gate and up, the fusing of q, k and v, and the padding of the vocabulary are such index
arrays.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from openfpga_host.checkpoint import Checkpoint, CheckpointError
from openfpga_host.contract import BLOCK, FRAC_BITS, HEAD_BLOCKS_MAX, K_BLOCKS_MAX
from openfpga_host.image_format import CHANNEL_MULTIPLE
from openfpga_host.model_config import ModelConfig

PADDING = -1
"""In `MatrixPlan.source`: a channel of zeros."""
EMBEDDING = "model.embed_tokens.weight"
FINAL_NORM = "model.norm.weight"
_ROWS_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class MatrixPlan:
    """One matrix of the image in terms of the checkpoint's tensors.

    Attributes:
        name: in the image, such as "layers.0.qkv".
        k: inputs.
        weights: tensors [outputs, k] that it takes rows from.
        biases: their biases [outputs], "" where there is none.
        source: int [n]: index into `weights`, or PADDING.
        row: int [n]: row of that tensor.
        factor: float64 [n]: constant multiplied into the channel's weights and bias.
        gain: tensor [k] of the RMSNorm before it, "" where there is none.
        norm_eps: round(k * eps * 2**32) with a gain, else 0.
    """

    name: str
    k: int
    weights: tuple[str, ...]
    biases: tuple[str, ...]
    source: NDArray[np.intp]
    row: NDArray[np.intp]
    factor: NDArray[np.float64]
    gain: str = ""
    norm_eps: int = 0

    @property
    def n(self) -> int:
        """Output channels, padding included."""
        return len(self.source)

    @property
    def scale_factor(self) -> NDArray[np.float64]:
        """float64 [n]: what the channels' scales take on: `factor`, and sqrt(k) * 2**16 after a norm."""
        return self.factor * (math.sqrt(self.k) * 2.0**FRAC_BITS if self.gain else 1.0)

    def read(self, checkpoint: Checkpoint, start: int, stop: int) -> NDArray[np.float32]:
        """Channels start..stop with the gain folded in, `factor` not: float32 [stop - start, k].

        Raises:
            CheckpointError: a tensor that cannot be read.
        """
        source, row = self.source[start:stop], self.row[start:stop]
        result = np.zeros((len(source), self.k), np.float32)
        for index, name in enumerate(self.weights):
            here = source == index
            if here.any():
                wanted = row[here]
                low, high = int(wanted.min()), int(wanted.max()) + 1
                result[here] = checkpoint.rows(name, low, high)[wanted - low]
        if self.gain:
            with np.errstate(over="ignore"):  # the quantiser refuses infinities with the matrix's name
                result *= checkpoint.tensor(self.gain)
        return result

    def bias(self, checkpoint: Checkpoint) -> NDArray[np.int32]:
        """Biases of all channels, int32 [n] Q16.

        Raises:
            CheckpointError: a bias beyond the range of Q16.
        """
        result = np.zeros(self.n, np.int32)
        for index, name in enumerate(self.biases):
            if name:
                here = self.source == index
                values = checkpoint.tensor(name)[self.row[here]].astype(np.float64) * self.factor[here]
                fixed = np.round(values * 2.0**FRAC_BITS)
                if np.abs(fixed).max(initial=0) >= 2**31:
                    raise CheckpointError(
                        f"tensor {name} reaches {np.abs(values).max():.4g}; biases end at 32768"
                    )
                result[here] = fixed.astype(np.int32)
        return result


def check_limits(config: ModelConfig) -> None:
    """Whether the card's formats hold this model.

    Raises:
        CheckpointError: names the dimension, its value and what is allowed.
    """
    head_max = HEAD_BLOCKS_MAX * BLOCK
    if config.head_dim % BLOCK or config.head_dim > head_max:
        raise CheckpointError(
            f"head_dim is {config.head_dim}; supported are multiples of {BLOCK} up to {head_max}"
        )
    inputs = {
        "hidden_size": config.hidden_size,
        "intermediate_size": config.intermediate_size,
        "num_attention_heads * head_dim": config.num_heads * config.head_dim,
    }
    for name, value in inputs.items():
        if value % BLOCK or value > K_BLOCKS_MAX * BLOCK:
            raise CheckpointError(
                f"{name} is {value}; supported are multiples of {BLOCK} up to {K_BLOCKS_MAX * BLOCK}"
            )
    if _norm_eps(config) >= 1 << 32:
        raise CheckpointError(
            f"rms_norm_eps is {config.rms_norm_eps}; with hidden_size {config.hidden_size} it must be below "
            f"{1 / config.hidden_size:.3g}"
        )


def plan_matrices(config: ModelConfig) -> list[MatrixPlan]:
    """All matrices of a model in the order in which a step uses them."""
    plans = []
    for layer in range(config.num_layers):
        plans += [_qkv(config, layer), _out(config, layer), _gate_up(config, layer), _down(config, layer)]
    return [*plans, _lm_head(config)]


def interleave_pairs(head_dim: int) -> NDArray[np.intp]:
    """Rows of one head that turn RoPE's pairs (i, i + D/2) of Hugging Face into (2i, 2i + 1): int [D]."""
    return np.arange(head_dim, dtype=np.intp).reshape(2, -1).T.ravel()


def _qkv(config: ModelConfig, layer: int) -> MatrixPlan:
    """All query heads, then all key heads, then all value heads; scores come out in base 2."""
    prefix = f"model.layers.{layer}.self_attn."
    size = config.head_dim
    pairs = interleave_pairs(size)
    rows = [
        (pairs + size * np.arange(config.num_heads)[:, None]).ravel(),
        (pairs + size * np.arange(config.num_kv_heads)[:, None]).ravel(),
        np.arange(config.num_kv_heads * size),
    ]
    source = np.repeat(np.arange(3), [len(part) for part in rows])
    factor = np.where(source == 0, math.log2(math.e) / math.sqrt(size), 1.0)
    return MatrixPlan(
        name=f"layers.{layer}.qkv",
        k=config.hidden_size,
        weights=tuple(f"{prefix}{p}_proj.weight" for p in "qkv"),
        biases=tuple(f"{prefix}{p}_proj.bias" if config.qkv_bias else "" for p in "qkv"),
        source=source,
        row=np.concatenate(rows),
        factor=factor,
        gain=f"model.layers.{layer}.input_layernorm.weight",
        norm_eps=_norm_eps(config),
    )


def balance_keys(plan: MatrixPlan, checkpoint: Checkpoint) -> MatrixPlan:
    """A qkv plan in which queries and keys have the same magnitude in each of RoPE's pairs.

    Biases of keys can be a hundred times what the weights give (Qwen2), in a few pairs of a head; rounded in
    one block with them, the other pairs' 8 bits would be lost. A score does not change when a pair of the key
    grows by s and that of its queries shrinks by s, so half of the excess goes to the queries (the idea of
    SmoothQuant, Xiao et al., 2023, arXiv:2211.10438, with its alpha at a half).

    Args:
        plan: of a model whose queries and keys have biases.
        checkpoint: its tensors; the power of a channel is that of its weights, after the gain, plus its
            bias squared.

    Raises:
        CheckpointError: a tensor that cannot be read.
    """
    config = checkpoint.config
    half, keys = config.head_dim // 2, config.num_kv_heads
    queries = config.num_heads * config.head_dim
    rotated = queries + keys * config.head_dim
    power = np.empty(rotated)
    for start in range(0, rotated, _ROWS_AT_ONCE):
        stop = min(start + _ROWS_AT_ONCE, rotated)
        power[start:stop] = np.square(plan.read(checkpoint, start, stop), dtype=np.float64).sum(axis=1)
    for index in (0, 1):
        here = plan.source[:rotated] == index
        power[here] += np.square(
            checkpoint.tensor(plan.biases[index])[plan.row[:rotated][here]], dtype=np.float64
        )
    pairs = power.reshape(-1, 2).sum(axis=1)
    query = pairs[: queries // 2].reshape(keys, -1, half)
    key = pairs[queries // 2 :].reshape(keys, 1, half)
    asked = query.mean(axis=1, keepdims=True)
    known = (asked > 0) & (key > 0)
    scale = np.divide(asked, key, out=np.ones_like(key), where=known) ** 0.25
    factor = plan.factor.copy()
    factor[:queries] /= np.repeat(np.broadcast_to(scale, query.shape), 2, axis=-1).ravel()
    factor[queries:rotated] *= np.repeat(scale, 2, axis=-1).ravel()
    return replace(plan, factor=factor)


def _out(config: ModelConfig, layer: int) -> MatrixPlan:
    inputs = config.num_heads * config.head_dim
    tensor = f"model.layers.{layer}.self_attn.o_proj"
    return _plain(f"layers.{layer}.o", inputs, tensor, config.hidden_size, bias=config.o_bias)


def _gate_up(config: ModelConfig, layer: int) -> MatrixPlan:
    """Channels 2j and 2j + 1 are gate and up of feed-forward unit j."""
    prefix = f"model.layers.{layer}.mlp."
    channels = np.arange(2 * config.intermediate_size, dtype=np.intp)
    return MatrixPlan(
        name=f"layers.{layer}.gate_up",
        k=config.hidden_size,
        weights=(f"{prefix}gate_proj.weight", f"{prefix}up_proj.weight"),
        biases=tuple(f"{prefix}{p}_proj.bias" if config.mlp_bias else "" for p in ("gate", "up")),
        source=channels % 2,
        row=channels // 2,
        factor=np.ones(len(channels)),
        gain=f"model.layers.{layer}.post_attention_layernorm.weight",
        norm_eps=_norm_eps(config),
    )


def _down(config: ModelConfig, layer: int) -> MatrixPlan:
    tensor = f"model.layers.{layer}.mlp.down_proj"
    return _plain(
        f"layers.{layer}.down", config.intermediate_size, tensor, config.hidden_size, bias=config.mlp_bias
    )


def _lm_head(config: ModelConfig) -> MatrixPlan:
    tensor = EMBEDDING if config.tie_word_embeddings else "lm_head.weight"
    channels = -(-config.vocab_size // CHANNEL_MULTIPLE) * CHANNEL_MULTIPLE
    rows = np.arange(channels, dtype=np.intp)
    return MatrixPlan(
        name="lm_head",
        k=config.hidden_size,
        weights=(tensor,),
        biases=("",),
        source=np.where(rows < config.vocab_size, 0, PADDING),
        row=rows,
        factor=np.ones(channels),
        gain=FINAL_NORM,
        norm_eps=_norm_eps(config),
    )


def _plain(name: str, k: int, tensor: str, outputs: int, *, bias: bool) -> MatrixPlan:
    """A matrix that is one tensor as it stands."""
    return MatrixPlan(
        name=name,
        k=k,
        weights=(f"{tensor}.weight",),
        biases=(f"{tensor}.bias" if bias else "",),
        source=np.zeros(outputs, np.intp),
        row=np.arange(outputs, dtype=np.intp),
        factor=np.ones(outputs),
    )


def _norm_eps(config: ModelConfig) -> int:
    """What the card adds to the sum of squares of a row of K Q16 numbers."""
    return round(config.hidden_size * config.rms_norm_eps * 2.0 ** (2 * FRAC_BITS))
