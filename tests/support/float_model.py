"""A Hugging Face checkpoint of the Llama family in float32 NumPy: what the card's integers are measured
against.

Written from the architecture as published (Touvron et al., 2023, arXiv:2302.13971; grouped queries: Ainslie
et al., 2023, arXiv:2305.13245; sliding window: Jiang et al., 2023, arXiv:2310.06825), in Hugging Face's
layout of tensors, without anything of the converter's.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from openfpga_host.checkpoint import Checkpoint, expected_tensors
from openfpga_host.model_config import ModelConfig, rope_table

Floats = NDArray[np.float32]


class FloatModel:
    """All weights in memory as float32."""

    def __init__(self, directory: Path) -> None:
        with Checkpoint(directory) as checkpoint:
            self.config = checkpoint.config
            self.tensors = {name: checkpoint.tensor(name) for name in expected_tensors(self.config)}

    def logits(self, tokens: Sequence[int]) -> Floats:
        """Logits after each token of one sequence: float32 [T, vocab_size]."""
        config, tensor = self.config, self.tensors
        x = tensor["model.embed_tokens.weight"][np.asarray(tokens)]
        cos, sin = (a.astype(np.float32) for a in rope_table(config, np.arange(len(tokens))))
        for layer in range(config.num_layers):
            name = f"model.layers.{layer}."
            h = rms_norm(x, tensor[name + "input_layernorm.weight"], config.rms_norm_eps)
            q, k, v = (self._heads(name + f"self_attn.{p}_proj", h) for p in "qkv")
            mixed = attention(rotate(q, cos, sin), rotate(k, cos, sin), v, config.sliding_window)
            x = x + self._linear(name + "self_attn.o_proj", mixed)
            h = rms_norm(x, tensor[name + "post_attention_layernorm.weight"], config.rms_norm_eps)
            gate, up = (self._linear(name + f"mlp.{p}_proj", h) for p in ("gate", "up"))
            x = x + self._linear(name + "mlp.down_proj", silu(gate) * up)
        x = rms_norm(x, tensor["model.norm.weight"], config.rms_norm_eps)
        head = "model.embed_tokens.weight" if config.tie_word_embeddings else "lm_head.weight"
        return x @ tensor[head].T

    def _linear(self, name: str, x: Floats) -> Floats:
        y = x @ self.tensors[name + ".weight"].T
        bias = self.tensors.get(name + ".bias")
        return y if bias is None else y + bias

    def _heads(self, name: str, x: Floats) -> Floats:
        """A projection as [heads, T, head_dim]."""
        return split_heads(self._linear(name, x), self.config)


def split_heads(x: Floats, config: ModelConfig) -> Floats:
    """[T, heads * head_dim] as [heads, T, head_dim]."""
    return x.reshape(len(x), -1, config.head_dim).swapaxes(0, 1)


def rms_norm(x: Floats, gain: Floats, eps: float) -> Floats:
    """Zhang and Sennrich, 2019, arXiv:1910.07467."""
    return x / np.sqrt(np.mean(np.square(x), axis=-1, keepdims=True) + np.float32(eps)) * gain


def rotate(x: Floats, cos: Floats, sin: Floats) -> Floats:
    """RoPE on [heads, T, D]: element i turns with element i + D/2."""
    half = x.shape[-1] // 2
    a, b = x[..., :half], x[..., half:]
    return np.concatenate([a * cos - b * sin, b * cos + a * sin], axis=-1)


def attention(q: Floats, k: Floats, v: Floats, window: int | None) -> Floats:
    """Causal attention of q [H, T, D] over k, v [KV, T, D]: [T, H * D]."""
    heads, length, size = q.shape
    k, v = (np.repeat(a, heads // len(a), axis=0) for a in (k, v))
    scores = q @ k.swapaxes(1, 2) / np.float32(np.sqrt(size))
    age = np.arange(length)[:, None] - np.arange(length)
    hidden = (age < 0) | (age >= (window or length))
    scores = np.where(hidden, np.float32(-np.inf), scores)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    mixed = weights / weights.sum(axis=-1, keepdims=True) @ v
    return mixed.swapaxes(0, 1).reshape(length, heads * size)


def silu(x: Floats) -> Floats:
    """x * sigmoid(x)."""
    return x / (1 + np.exp(-x))
