"""A BERT-family checkpoint in float64 NumPy: what the card's integers are measured against.

Written from the papers' equations (Vaswani et al., 2017, arXiv:1706.03762; Devlin et al., 2019,
arXiv:1810.04805; LayerNorm: Ba et al., 2016, arXiv:1607.06450; GELU: Hendrycks and Gimpel, 2016,
arXiv:1606.08415; mean pooling: Reimers and Gurevych, 2019, arXiv:1908.10084) in Hugging Face's layout of
tensors, without anything of the converter's.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

Doubles = NDArray[np.float64]

_erf = np.vectorize(math.erf, otypes=[np.float64])


class FloatBert:
    """All weights in memory as float64."""

    def __init__(self, directory: Path, *, first_position: int = 0, pooling: str = "mean") -> None:
        config = json.loads((directory / "config.json").read_bytes())
        self.heads = int(config["num_attention_heads"])
        self.layers = int(config["num_hidden_layers"])
        self.eps = float(config["layer_norm_eps"])
        self.first_position = first_position
        self.pooling = pooling
        self.tensors = {
            name.removeprefix("bert.").removeprefix("roberta."): tensor.astype(np.float64)
            for name, tensor in load_file(directory / "model.safetensors").items()
        }

    def vector(self, tokens: Sequence[int]) -> Doubles:
        """The text's vector: pooled states, unit length."""
        states = self.states(tokens)
        pooled = states[0] if self.pooling == "cls" else states.mean(axis=0)
        return pooled / np.linalg.norm(pooled)

    def states(self, tokens: Sequence[int]) -> Doubles:
        """The last layer's states [tokens, hidden]."""
        tensor, ids = self.tensors, np.asarray(tokens)
        positions = self.first_position + np.arange(len(ids))
        x = tensor["embeddings.word_embeddings.weight"][ids]
        x = x + tensor["embeddings.position_embeddings.weight"][positions]
        x = x + tensor["embeddings.token_type_embeddings.weight"][0]
        x = self._norm("embeddings.LayerNorm", x)
        for layer in range(self.layers):
            name = f"encoder.layer.{layer}."
            q, k, v = (
                self._split(self._linear(name + f"attention.self.{p}", x)) for p in ("query", "key", "value")
            )
            scores = q @ k.swapaxes(1, 2) / math.sqrt(q.shape[-1])
            weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
            mixed = (weights / weights.sum(axis=-1, keepdims=True)) @ v
            mixed = mixed.swapaxes(0, 1).reshape(x.shape)
            x = self._norm(
                name + "attention.output.LayerNorm", x + self._linear(name + "attention.output.dense", mixed)
            )
            inner = self._linear(name + "intermediate.dense", x)
            inner = inner * 0.5 * (1 + _erf(inner / math.sqrt(2)))
            x = self._norm(name + "output.LayerNorm", x + self._linear(name + "output.dense", inner))
        return x

    def _linear(self, name: str, x: Doubles) -> Doubles:
        return x @ self.tensors[name + ".weight"].T + self.tensors[name + ".bias"]

    def _split(self, x: Doubles) -> Doubles:
        """[T, hidden] as [heads, T, head size]."""
        return x.reshape(len(x), self.heads, -1).swapaxes(0, 1)

    def _norm(self, name: str, x: Doubles) -> Doubles:
        centred = x - x.mean(axis=-1, keepdims=True)
        unit = centred / np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + self.eps)
        return unit * self.tensors[name + ".weight"] + self.tensors[name + ".bias"]
