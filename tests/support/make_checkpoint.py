"""Small random checkpoints of every supported kind, with real tokenizers, as Hugging Face folders.

Weights are scaled so that activations stay near one, attention is neither flat nor one-hot, and logits
spread over a few units: a model in which a wrong permutation, bias or mask shows.
"""

from __future__ import annotations

import io
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import sentencepiece
import tokenizers
from numpy.typing import NDArray
from openfpga_host.checkpoint import expected_tensors
from openfpga_host.model_config import ModelConfig
from safetensors.numpy import save_file
from tokenizers import decoders, models, pre_tokenizers, trainers

DTYPES = {"bfloat16": ml_dtypes.bfloat16, "float16": np.float16, "float32": np.float32}
TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}[{{ message.role }}] {{ message.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}[assistant] {% endif %}"
)


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What to make; the defaults are a tiny Llama.

    Attributes:
        architecture: a supported one of config.json.
        vocab_size: None: what the tokenizer has.
        tokenizer: "sentencepiece" or "byte_level".
        shards: number of safetensors files.
        dtype: of the stored tensors.
        extra: more keys of config.json, such as rope_scaling or sliding_window.
        seed: of all random numbers.
    """

    architecture: str = "LlamaForCausalLM"
    hidden_size: int = 64
    intermediate_size: int = 96
    num_layers: int = 2
    num_heads: int = 4
    num_kv_heads: int = 2
    head_dim: int = 32
    vocab_size: int | None = None
    tied: bool = False
    tokenizer: str = "sentencepiece"
    shards: int = 1
    dtype: str = "bfloat16"
    max_positions: int = 256
    extra: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 1


def make_checkpoint(directory: Path, recipe: Recipe | None = None) -> Path:
    """Write a checkpoint folder and return it."""
    recipe = recipe or Recipe()
    directory.mkdir(parents=True, exist_ok=True)
    files, tokens = make_tokenizer(recipe.tokenizer, recipe.seed)
    config = config_json(recipe, recipe.vocab_size or tokens)
    files["config.json"] = json.dumps(config, indent=1).encode()
    for name, data in files.items():
        (directory / name).write_bytes(data)
    tensors = make_tensors(ModelConfig.from_dict(config), recipe)
    write_safetensors(directory, tensors, recipe.shards)
    return directory


def config_json(recipe: Recipe, vocab_size: int) -> dict[str, Any]:
    """config.json as Hugging Face writes it."""
    return {
        "architectures": [recipe.architecture],
        "hidden_act": "silu",
        "hidden_size": recipe.hidden_size,
        "intermediate_size": recipe.intermediate_size,
        "num_hidden_layers": recipe.num_layers,
        "num_attention_heads": recipe.num_heads,
        "num_key_value_heads": recipe.num_kv_heads,
        "head_dim": recipe.head_dim,
        "max_position_embeddings": recipe.max_positions,
        "rms_norm_eps": 1e-5,
        "rope_theta": 10000.0,
        "tie_word_embeddings": recipe.tied,
        "torch_dtype": recipe.dtype,
        "vocab_size": vocab_size,
        "bos_token_id": 1,
        "eos_token_id": 2,
        **recipe.extra,
    }


def make_tensors(config: ModelConfig, recipe: Recipe) -> dict[str, NDArray[Any]]:
    """Random tensors of a model in the recipe's type."""
    rng = np.random.default_rng(recipe.seed)
    tensors = {}
    for name, shape in expected_tensors(config).items():
        values = rng.standard_normal(shape, np.float32)
        if name.endswith("norm.weight"):
            values = 1 + 0.3 * values.clip(-2, 2)
        elif name.endswith(".bias"):
            values *= 0.3
        elif name == "model.embed_tokens.weight":
            # Tied, the embedding is the head as well.
            values *= 2.0 / np.sqrt(shape[1]) if config.tie_word_embeddings else 1.0
        else:
            sharper = 1.5 if ("q_proj" in name or "k_proj" in name or "lm_head" in name) else 1.0
            values *= sharper / np.sqrt(shape[1])
        tensors[name] = values.astype(DTYPES[recipe.dtype])
    return tensors


def write_safetensors(directory: Path, tensors: Mapping[str, NDArray[Any]], shards: int = 1) -> None:
    """One file, or shards with their index."""
    if shards == 1:
        save_file(dict(tensors), directory / "model.safetensors", metadata={"format": "pt"})
        return
    names = list(tensors)
    placed: dict[str, str] = {}
    for shard in range(shards):
        file = f"model-{shard + 1:05}-of-{shards:05}.safetensors"
        mine = names[shard::shards]
        save_file({name: tensors[name] for name in mine}, directory / file, metadata={"format": "pt"})
        placed.update(dict.fromkeys(mine, file))
    total = sum(tensor.nbytes for tensor in tensors.values())
    index = {"metadata": {"total_size": total}, "weight_map": placed}
    (directory / "model.safetensors.index.json").write_text(json.dumps(index))


def make_tokenizer(kind: str, seed: int = 1) -> tuple[dict[str, bytes], int]:
    """Tokenizer files but for config.json, and the number of tokens."""
    sentences = corpus(seed)
    settings: dict[str, Any] = {"chat_template": TEMPLATE, "bos_token": "<s>", "eos_token": "</s>"}
    if kind == "sentencepiece":
        model = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(sentences),
            model_writer=model,
            model_type="bpe",
            vocab_size=400,
            byte_fallback=True,
            hard_vocab_limit=False,
            minloglevel=2,
            num_threads=1,
        )
        data = model.getvalue()
        count = sentencepiece.SentencePieceProcessor(model_proto=data).vocab_size()
        settings["add_bos_token"] = True
        return {"tokenizer.model": data, "tokenizer_config.json": json.dumps(settings).encode()}, count
    if kind == "byte_level":
        tokenizer = tokenizers.Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        trainer = trainers.BpeTrainer(
            vocab_size=400,
            special_tokens=["<pad>", "<s>", "</s>"],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        )
        tokenizer.train_from_iterator(sentences, trainer)
        files = {
            "tokenizer.json": tokenizer.to_str().encode(),
            "tokenizer_config.json": json.dumps(settings).encode(),
        }
        return files, tokenizer.get_vocab_size()
    raise ValueError(f"unknown tokenizer {kind!r}; known are sentencepiece and byte_level")


def corpus(seed: int) -> list[str]:
    """Sentences of made-up words."""
    draw = random.Random(seed)
    syllables = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]
    words = ["".join(draw.choices(syllables, k=draw.randint(1, 3))) for _ in range(200)]
    return [" ".join(draw.choices(words, k=draw.randint(4, 12))) + "." for _ in range(500)]
