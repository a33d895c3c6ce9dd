"""The tensors of an encoder's checkpoint under one set of names, whatever the checkpoint calls them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from openfpga_host.checkpoint import TensorFolder, read_config
from openfpga_host.encoder.config import read_encoder_config

Floats = NDArray[np.float32]

LAYER_PARTS: Final = ("q", "k", "v", "o", "attention_norm", "up", "down", "output_norm")
_BERT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "layer": "encoder.layer.{}.",
        "q": "attention.self.query",
        "k": "attention.self.key",
        "v": "attention.self.value",
        "o": "attention.output.dense",
        "attention_norm": "attention.output.LayerNorm",
        "up": "intermediate.dense",
        "down": "output.dense",
        "output_norm": "output.LayerNorm",
    }
)
_DISTILBERT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "layer": "transformer.layer.{}.",
        "q": "attention.q_lin",
        "k": "attention.k_lin",
        "v": "attention.v_lin",
        "o": "attention.out_lin",
        "attention_norm": "sa_layer_norm",
        "up": "ffn.lin1",
        "down": "ffn.lin2",
        "output_norm": "output_layer_norm",
    }
)
# What stands beside the encoder: heads for other tasks, and buffers.
_HEADS: Final = ("pooler.", "cls.", "lm_head.", "classifier.", "vocab_", "qa_outputs.", "seq_relationship")
_BUFFERS: Final = ("embeddings.position_ids", "embeddings.token_type_ids")
_OLD_NAMES: Final[Mapping[str, str]] = MappingProxyType({"weight": "gamma", "bias": "beta"})


class EncoderCheckpoint(TensorFolder):
    """An open checkpoint folder of an encoder.

    Attributes:
        directory: the folder.
        config: what it says about the model.
    """

    def __init__(self, directory: Path) -> None:
        """Open the folder and check that it holds the tensors of the model.

        Raises:
            CheckpointError: what is missing, damaged or not supported.
        """
        self.config = read_encoder_config(directory, read_config(directory))
        super().__init__(directory)
        distil = self.config.model_type == "distilbert"
        self._parts = _DISTILBERT if distil else _BERT
        # A model with a head keeps the encoder under its own name.
        start = self.config.model_type.removeprefix("xlm-") + "."
        self._prefix = start if any(name.startswith(start) for name in self.names) else ""
        self.check_tensors(
            self._expected(),
            self._ignored,
            f"{self.config.architecture} with {self.config.num_layers} layers",
        )

    def name(self, part: str, layer: int | None = None) -> str:
        """A tensor's name without ".weight" or ".bias": of a layer's part, or of the embeddings."""
        if layer is None:
            return f"{self._prefix}embeddings.{part}"
        return self._prefix + self._parts["layer"].format(layer) + self._parts[part]

    def weight(self, part: str, layer: int | None = None) -> Floats:
        """A weight: of a layer's part [outputs, inputs], or of the embeddings. Raises CheckpointError."""
        return self.tensor(self._stored(self.name(part, layer), "weight"))

    def bias(self, part: str, layer: int | None = None) -> Floats:
        """A bias [outputs]. Raises CheckpointError."""
        return self.tensor(self._stored(self.name(part, layer), "bias"))

    def _stored(self, base: str, kind: str) -> str:
        """The tensor's name; checkpoints converted from TensorFlow call a LayerNorm's gamma and beta."""
        old = f"{base}.{_OLD_NAMES[kind]}"
        return old if base.endswith("LayerNorm") and old in self.names else f"{base}.{kind}"

    def _expected(self) -> dict[str, tuple[int, ...]]:
        config = self.config
        hidden, inner = config.hidden_size, config.intermediate_size
        shapes: dict[str, tuple[int, ...]] = {
            self.name("word_embeddings") + ".weight": (config.vocab_size, hidden),
            self.name("position_embeddings") + ".weight": (config.max_positions, hidden),
        }
        if config.token_types:
            shapes[self.name("token_type_embeddings") + ".weight"] = (config.token_types, hidden)
        norms = [self.name("LayerNorm")]
        for layer in range(config.num_layers):
            for part in LAYER_PARTS:
                base = self.name(part, layer)
                if part.endswith("norm"):
                    norms.append(base)
                    continue
                outputs = inner if part == "up" else hidden
                shapes[base + ".weight"] = (outputs, inner if part == "down" else hidden)
                shapes[base + ".bias"] = (outputs,)
        for base in norms:
            for kind in ("weight", "bias"):
                shapes[self._stored(base, kind)] = (hidden,)
        return shapes

    def _ignored(self, name: str) -> bool:
        """What no sentence vector needs: heads of other tasks, and buffers."""
        inside = name.removeprefix(self._prefix)
        return name.startswith(_HEADS) or inside.startswith(_HEADS) or inside in _BUFFERS
