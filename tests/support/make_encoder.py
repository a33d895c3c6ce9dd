"""Small random sentence encoders as sentence-transformers folders, with a real WordPiece tokenizer.

The statistics are those of trained BERT models that make them hard to quantise: gains that spread by a
factor of several, a few outlier channels whose gains and offsets stand far out in every LayerNorm (Kovaleva
et al., 2021, arXiv:2105.06990), biases of keys and values, and embeddings a few hundredths large. Attention
is neither flat nor one-hot and residual sums are dominated by neither side, so that a wrong mask, position or
fold shows.
"""

from __future__ import annotations

import json
import re
import string
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import tokenizers
from numpy.typing import NDArray
from safetensors.numpy import save_file
from support.make_checkpoint import corpus
from tokenizers import models, normalizers, pre_tokenizers, processors

Floats = NDArray[np.float32]

SPECIALS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
VOCABULARY = 402


@dataclass(frozen=True, kw_only=True)
class EncoderRecipe:
    """What to make; the defaults are a tiny BERT with heads of 32.

    Attributes:
        prefix: of the tensors' names: "bert." as models with a head have it.
        pooling: "mean", "cls", or "" for a folder without modules.json.
        outliers: channels with large gains and offsets.
        tokenizer: "tokenizer.json" or "vocab.txt".
        config: more keys of config.json.
    """

    hidden_size: int = 128
    intermediate_size: int = 256
    num_layers: int = 3
    num_heads: int = 4
    max_positions: int = 160
    first_position: int = 0
    outliers: int = 2
    prefix: str = ""
    pooling: str = "mean"
    max_seq_length: int | None = None
    tokenizer: str = "tokenizer.json"
    config: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 1


def make_encoder(directory: Path, recipe: EncoderRecipe | None = None) -> Path:
    """Write an encoder's folder and return it."""
    recipe = recipe or EncoderRecipe()
    directory.mkdir(parents=True, exist_ok=True)
    files, tokens = wordpiece_files(recipe)
    config = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_act": "gelu",
        "hidden_size": recipe.hidden_size,
        "intermediate_size": recipe.intermediate_size,
        "num_hidden_layers": recipe.num_layers,
        "num_attention_heads": recipe.num_heads,
        "max_position_embeddings": recipe.max_positions,
        "layer_norm_eps": 1e-12,
        "type_vocab_size": 2,
        "vocab_size": tokens,
        **recipe.config,
    }
    files["config.json"] = json.dumps(config).encode()
    if recipe.max_seq_length is not None:
        settings = {"max_seq_length": recipe.max_seq_length, "do_lower_case": False}
        files["sentence_bert_config.json"] = json.dumps(settings).encode()
    for name, data in files.items():
        (directory / name).write_bytes(data)
    if recipe.pooling:
        _write_modules(directory, recipe)
    save_file(make_tensors(recipe, tokens), directory / "model.safetensors", metadata={"format": "pt"})
    return directory


def make_tensors(recipe: EncoderRecipe, tokens: int) -> dict[str, Floats]:
    """Random tensors of a model, float32."""
    rng = np.random.default_rng(recipe.seed)
    hidden, inner = recipe.hidden_size, recipe.intermediate_size
    loud = rng.choice(hidden, recipe.outliers, replace=False)

    def normal(*shape: int, std: float) -> Floats:
        return (rng.standard_normal(shape) * std).astype(np.float32)

    def gain() -> Floats:
        values = np.exp(rng.normal(-0.1, 0.4, hidden))
        values[loud] *= rng.uniform(1.5, 3, len(loud))
        return values.astype(np.float32)

    def offset() -> Floats:
        values = rng.normal(0, 0.15, hidden)
        values[loud] += rng.choice([-1, 1], len(loud)) * rng.uniform(1, 3, len(loud))
        return values.astype(np.float32)

    start = recipe.prefix + "embeddings."
    words = normal(tokens, hidden, std=0.05) * np.exp(rng.normal(0, 0.3, (tokens, 1))).astype(np.float32)
    tensors = {
        start + "word_embeddings.weight": words,
        start + "position_embeddings.weight": normal(recipe.max_positions, hidden, std=0.02),
        start + "token_type_embeddings.weight": normal(2, hidden, std=0.02),
        start + "LayerNorm.weight": gain(),
        start + "LayerNorm.bias": offset(),
    }
    for layer in range(recipe.num_layers):
        name = f"{recipe.prefix}encoder.layer.{layer}."
        for part, outputs, inputs, size in (
            ("attention.self.query", hidden, hidden, 1.2),
            ("attention.self.key", hidden, hidden, 1.2),
            ("attention.self.value", hidden, hidden, 0.8),
            ("attention.output.dense", hidden, hidden, 1.0),
            ("intermediate.dense", inner, hidden, 1.0),
            ("output.dense", hidden, inner, 1.2),
        ):
            tensors[f"{name}{part}.weight"] = normal(outputs, inputs, std=size / np.sqrt(inputs))
            tensors[f"{name}{part}.bias"] = normal(
                outputs, std=0.5 if part.startswith("attention.self") else 0.1
            )
        for part in ("attention.output.LayerNorm", "output.LayerNorm"):
            tensors[f"{name}{part}.weight"] = gain()
            tensors[f"{name}{part}.bias"] = offset()
    return tensors


def wordpiece_files(recipe: EncoderRecipe) -> tuple[dict[str, bytes], int]:
    """The tokenizer's files, and the number of tokens."""
    ids = {token: number for number, token in enumerate(vocabulary())}
    tokenizer = tokenizers.Tokenizer(models.WordPiece(ids, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(list(SPECIALS))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(name, ids[name]) for name in ("[CLS]", "[SEP]")],
    )
    settings = {"do_lower_case": True, "cls_token": "[CLS]", "sep_token": "[SEP]", "unk_token": "[UNK]"}
    files = {"tokenizer_config.json": json.dumps(settings).encode()}
    if recipe.tokenizer == "vocab.txt":
        files["vocab.txt"] = "\n".join(sorted(ids, key=ids.__getitem__)).encode() + b"\n"
    else:
        files["tokenizer.json"] = tokenizer.to_str().encode()
    return files, len(ids)


def vocabulary() -> list[str]:
    """Special tokens, characters, ends of words, and the commonest words of the corpus: always the same."""
    words = Counter(re.findall("[a-z]+", " ".join(corpus(1)).lower()))
    letters = [*string.ascii_lowercase, *string.punctuation]
    ends = [*string.ascii_lowercase, *sorted({word[i:] for word in words for i in (2, 4) if word[i:]})]
    tokens = [*SPECIALS, *letters, *("##" + end for end in ends)]
    tokens += [word for word, _ in sorted(words.items(), key=lambda item: (-item[1], item[0]))]
    return list(dict.fromkeys(tokens))[:VOCABULARY]


def _write_modules(directory: Path, recipe: EncoderRecipe) -> None:
    kind = "sentence_transformers.models."
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": kind + "Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": kind + "Pooling"},
        {"idx": 2, "name": "2", "path": "2_Normalize", "type": kind + "Normalize"},
    ]
    (directory / "modules.json").write_text(json.dumps(modules))
    (directory / "1_Pooling").mkdir(exist_ok=True)
    pooling = {
        "word_embedding_dimension": recipe.hidden_size,
        "pooling_mode_cls_token": recipe.pooling == "cls",
        "pooling_mode_mean_tokens": recipe.pooling == "mean",
        "pooling_mode_max_tokens": recipe.pooling == "max",
    }
    (directory / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
