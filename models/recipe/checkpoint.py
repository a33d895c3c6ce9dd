"""A model's weights to and from a Hugging Face Llama checkpoint: bfloat16 safetensors with a config.json."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from .model import Decoder
from .shape import Shape

_BLOCK_NAMES = {
    "attention_gain": "input_layernorm",
    "mlp_gain": "post_attention_layernorm",
    "q": "self_attn.q_proj",
    "k": "self_attn.k_proj",
    "v": "self_attn.v_proj",
    "o": "self_attn.o_proj",
    "gate": "mlp.gate_proj",
    "up": "mlp.up_proj",
    "down": "mlp.down_proj",
}


def hugging_face_name(name: str) -> str:
    """The checkpoint's name for a parameter of `Decoder`, such as blocks.0.q.weight."""
    if name == "embedding":
        return "model.embed_tokens.weight"
    if name == "gain":
        return "model.norm.weight"
    _, layer, part, *_ = name.split(".")
    return f"model.layers.{layer}.{_BLOCK_NAMES[part]}.weight"


def save_weights(model: Decoder, path: Path) -> None:
    """Write the parameters in bfloat16, through a temporary file so that `path` is never half written."""
    tensors = {
        hugging_face_name(name): parameter.detach().to("cpu", torch.bfloat16).contiguous()
        for name, parameter in model.named_parameters()
    }
    partial = path.with_suffix(".part")
    save_file(tensors, partial, metadata={"format": "pt"})
    partial.replace(path)


def load_model(folder: Path) -> Decoder:
    """The model of a checkpoint folder, in float32 on the CPU.

    Raises:
        ValueError: a tensor is missing, left over or of another shape than config.json says.
    """
    model = Decoder(Shape.of(json.loads((folder / "config.json").read_text())))
    tensors = load_file(folder / "model.safetensors")
    load_weights(model, tensors, folder)
    return model


def load_weights(model: Decoder, tensors: dict[str, Tensor], origin: Path) -> None:
    """Copy a checkpoint's tensors into the model's parameters; errors as `load_model`."""
    wanted = {hugging_face_name(name): parameter for name, parameter in model.named_parameters()}
    if wanted.keys() != tensors.keys():
        difference = sorted(wanted.keys() ^ tensors.keys())
        raise ValueError(f"{origin}: these tensors are missing or left over: {', '.join(difference)}")
    with torch.no_grad():
        for name, parameter in wanted.items():
            if parameter.shape != tensors[name].shape:
                found, needed = tuple(tensors[name].shape), tuple(parameter.shape)
                raise ValueError(f"{origin}: {name} has shape {found}, config.json asks for {needed}")
            parameter.copy_(tensors[name])
