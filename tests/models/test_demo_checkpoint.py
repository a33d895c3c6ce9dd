"""The shipped checkpoint is what its config.json and the recipe say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from recipe.export import generation_config, json_text, tokenizer_config
from recipe.prompt import CHAT_TEMPLATE
from recipe.shape import Shape
from safetensors import safe_open

LARGEST_BYTES = 20_000_000


@pytest.fixture(scope="module")
def config(demo_checkpoint: Path) -> dict[str, Any]:
    settings: dict[str, Any] = json.loads((demo_checkpoint / "config.json").read_text())
    return settings


def promised_tensors(config: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    width, inner = config["hidden_size"], config["intermediate_size"]
    queries = config["num_attention_heads"] * config["head_dim"]
    keys = config["num_key_value_heads"] * config["head_dim"]
    shapes: dict[str, tuple[int, ...]] = {
        "model.embed_tokens.weight": (config["vocab_size"], width),
        "model.norm.weight": (width,),
    }
    for layer in range(config["num_hidden_layers"]):
        name = f"model.layers.{layer}."
        shapes |= {
            name + "input_layernorm.weight": (width,),
            name + "post_attention_layernorm.weight": (width,),
            name + "self_attn.q_proj.weight": (queries, width),
            name + "self_attn.k_proj.weight": (keys, width),
            name + "self_attn.v_proj.weight": (keys, width),
            name + "self_attn.o_proj.weight": (width, queries),
            name + "mlp.gate_proj.weight": (inner, width),
            name + "mlp.up_proj.weight": (inner, width),
            name + "mlp.down_proj.weight": (width, inner),
        }
    return shapes


def test_checkpoint_has_the_tensors_its_config_promises(
    demo_checkpoint: Path, config: dict[str, Any]
) -> None:
    with safe_open(demo_checkpoint / "model.safetensors", framework="numpy") as tensors:
        found = {name: tuple(tensors.get_slice(name).get_shape()) for name in tensors.keys()}  # noqa: SIM118
        types = {tensors.get_slice(name).get_dtype() for name in found}
    assert found == promised_tensors(config)
    assert types == {"BF16"}


def test_weights_are_finite(demo_checkpoint: Path) -> None:
    raw = (demo_checkpoint / "model.safetensors").read_bytes()
    header = int.from_bytes(raw[:8], "little")
    halves = np.frombuffer(raw, np.uint16, offset=8 + header)
    exponent_bits = 0x7F80
    assert not np.any((halves & exponent_bits) == exponent_bits)


def test_config_is_the_recipes(demo_checkpoint: Path) -> None:
    assert (demo_checkpoint / "config.json").read_text() == json_text(Shape().config())


def test_tokenizer_files_are_the_recipes(demo_checkpoint: Path) -> None:
    assert (demo_checkpoint / "tokenizer_config.json").read_text() == json_text(tokenizer_config())
    assert (demo_checkpoint / "generation_config.json").read_text() == json_text(generation_config())


def test_chat_template_file_equals_the_one_in_the_tokenizer_config(demo_checkpoint: Path) -> None:
    template = (demo_checkpoint / "chat_template.jinja").read_text()
    assert json.loads((demo_checkpoint / "tokenizer_config.json").read_text())["chat_template"] == template
    assert template == CHAT_TEMPLATE


def test_models_folder_stays_small(models_folder: Path) -> None:
    files = [path for path in models_folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert sum(path.stat().st_size for path in files) < LARGEST_BYTES


def test_held_out_chats_are_distinct(demo_checkpoint: Path) -> None:
    lines = (demo_checkpoint / "heldout.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 300
    assert len(set(lines)) > 290
