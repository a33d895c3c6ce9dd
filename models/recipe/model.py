"""A Llama decoder in PyTorch that can compute in float or, with `quantised`, in the device's formats."""

from __future__ import annotations

import math
from typing import NamedTuple, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .numerics import quantise_activation, quantise_weight
from .shape import MAX_TOKENS, NORM_EPSILON, Shape

LOG2_E = math.log2(math.e)


class Cache(NamedTuple):
    """Keys and values of one layer: each (batch, KV heads, tokens, head size)."""

    key: Tensor
    value: Tensor


class Rotation(NamedTuple):
    """RoPE factors of each token: cosine and sine, each (batch, 1, tokens, head size / 2)."""

    cosine: Tensor
    sine: Tensor


def rotate(x: Tensor, by: Rotation) -> Tensor:
    """Rotary embedding (Su et al., 2021, arXiv:2104.09864); a head's halves are paired, as in Hugging Face.

    The result has the two values of a pair side by side, as on the device: that decides which values share a
    block. Queries and keys are ordered alike, so their products do not notice.
    """
    a, b = x.chunk(2, -1)
    pairs = torch.stack([a * by.cosine - b * by.sine, b * by.cosine + a * by.sine], -1)
    return pairs.flatten(-2).to(x.dtype)


def rms_scale(x: Tensor) -> Tensor:
    """1 / rms of the last axis in float32 (Zhang and Sennrich, 2019, arXiv:1910.07467)."""
    return torch.rsqrt(x.float().square().mean(-1, keepdim=True) + NORM_EPSILON)


class Linear(nn.Module):
    """A bias-free matrix product, with its input's RMSNorm where a gain is given.

    Quantised, the gain is folded into the weight before that is quantised, the row is quantised before it is
    normalised, and 1/rms (of the quantised row) is applied to the result, as the device does.
    """

    def __init__(self, inputs: int, outputs: int, deviation: float, bits: int = 4) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) * deviation)
        self.bits = bits
        self.frozen: Tensor | None = None

    def folded(self, gain: Tensor | None) -> Tensor:
        """The quantised weight with the gain folded in, (outputs, inputs)."""
        return quantise_weight(self.weight if gain is None else self.weight * gain, self.bits)

    @torch.no_grad()
    def freeze(self, gain: Tensor | None) -> None:
        """Keep the quantised weight instead of making it at each call; the parameters must not change now."""
        self.frozen = self.folded(gain)

    def forward(self, x: Tensor, gain: Tensor | None, quantised: bool) -> Tensor:
        """y = RMSNorm(x; gain) @ weight.T, or without the norm where gain is None. x (..., inputs)."""
        if not quantised:
            return F.linear(x if gain is None else x * rms_scale(x) * gain, self.weight)
        row = quantise_activation(x)
        y = F.linear(row, self.folded(gain) if self.frozen is None else self.frozen)
        return y if gain is None else y * rms_scale(row).to(y.dtype)


class Block(nn.Module):
    """One decoder layer."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width, key_width = shape.hidden_size, shape.num_key_value_heads * shape.head_dim
        into, out_of = 0.02, 0.02 / math.sqrt(2 * shape.num_hidden_layers)
        self.shape = shape
        self.attention_gain = nn.Parameter(torch.ones(width))
        self.mlp_gain = nn.Parameter(torch.ones(width))
        self.q = Linear(width, width, into)
        self.k = Linear(width, key_width, into)
        self.v = Linear(width, key_width, into)
        self.o = Linear(width, width, out_of)
        self.gate = Linear(width, shape.intermediate_size, into)
        self.up = Linear(width, shape.intermediate_size, into)
        self.down = Linear(shape.intermediate_size, width, out_of)

    def forward(
        self, x: Tensor, rotation: Rotation, quantised: bool, past: Cache | None
    ) -> tuple[Tensor, Cache]:
        """x (batch, tokens, width) -> the same shape, and the cache with these tokens appended.

        With a past there is one token, which sees all of it.
        """
        batch, tokens, _ = x.shape

        def heads(projection: Linear) -> Tensor:
            y: Tensor = projection(x, self.attention_gain, quantised)
            return y.view(batch, tokens, -1, self.shape.head_dim).transpose(1, 2)

        q, k, v = rotate(heads(self.q), rotation), rotate(heads(self.k), rotation), heads(self.v)
        # The device folds log2(e)/sqrt(head size) into Wq and takes powers of two; only q's rounding notices.
        q = q * (LOG2_E / math.sqrt(self.shape.head_dim))
        if quantised:
            q, k, v = quantise_activation(q), quantise_activation(k), quantise_activation(v)
        cache = Cache(k, v)
        if past is not None:
            cache = Cache(torch.cat([past.key, k], 2), torch.cat([past.value, v], 2))
        y = F.scaled_dot_product_attention(
            q, cache.key, cache.value, is_causal=past is None, scale=1 / LOG2_E, enable_gqa=True
        )
        x = x + self.o(y.transpose(1, 2).flatten(2), None, quantised)
        gate = self.gate(x, self.mlp_gain, quantised)
        up = self.up(x, self.mlp_gain, quantised)
        return x + self.down(F.silu(gate) * up, None, quantised), cache

    def freeze(self) -> None:
        """Freeze every matrix product of the layer."""
        for projection in (self.q, self.k, self.v):
            projection.freeze(self.attention_gain)
        for projection in (self.gate, self.up):
            projection.freeze(self.mlp_gain)
        for projection in (self.o, self.down):
            projection.freeze(None)


class Decoder(nn.Module):
    """The whole model: token ids in, logits out. The embedding is also the output head."""

    cosine: Tensor
    sine: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Parameter(torch.randn(shape.vocab_size, shape.hidden_size) * 0.02)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.num_hidden_layers))
        self.gain = nn.Parameter(torch.ones(shape.hidden_size))
        # 8 bits on the device: the head is the tensor that loses most at 4.
        self.head = Linear(shape.hidden_size, shape.vocab_size, 0.0, bits=8)
        self.head.weight = self.embedding
        frequency = shape.rope_theta ** -(torch.arange(0, shape.head_dim, 2) / shape.head_dim)
        angle = torch.outer(torch.arange(MAX_TOKENS).float(), frequency)
        self.register_buffer("cosine", angle.cos(), persistent=False)
        self.register_buffer("sine", angle.sin(), persistent=False)

    def forward(
        self,
        ids: Tensor,
        positions: Tensor,
        *,
        quantised: bool = False,
        past: list[Cache] | None = None,
    ) -> tuple[Tensor, list[Cache]]:
        """ids, positions (batch, tokens) int64 -> logits (batch, tokens, vocabulary), and each layer's cache.

        With a `past`, of the tokens before, there is one token a row.
        """
        x = F.embedding(ids, self.embedding)
        rotation = Rotation(self.cosine[positions].unsqueeze(1), self.sine[positions].unsqueeze(1))
        caches = []
        for i, block in enumerate(self._layers()):
            x, cache = block(x, rotation, quantised, past[i] if past else None)
            caches.append(cache)
        return self.head(x, self.gain, quantised), caches

    def _layers(self) -> list[Block]:
        return cast(list[Block], list(self.blocks))

    def freeze(self) -> None:
        """Quantise all weights once, for evaluation; see `Linear.freeze`."""
        for block in self._layers():
            block.freeze()
        self.head.freeze(self.gain)
