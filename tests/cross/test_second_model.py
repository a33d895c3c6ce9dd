"""Shapes unlike the demonstration model's, end to end: checkpoint, image and card against the float model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from openfpga_host.contract import WeightFormat
from openfpga_host.convert import ConvertOptions, convert
from openfpga_host.runner import ModelRunner
from openfpga_host.tokenizer import load_tokenizer
from safetensors.numpy import load_file, save_file
from support.float_model import FloatModel
from support.image_model import ImageModel
from support.make_checkpoint import Recipe, make_checkpoint
from support.runner_model import RunnerModel

RECIPES = {
    # Untied, another head size, biases everywhere, sentencepiece.
    "llama": Recipe(
        hidden_size=192,
        intermediate_size=416,
        num_layers=3,
        num_heads=6,
        num_kv_heads=2,
        head_dim=96,
        vocab_size=523,
        extra={"attention_bias": True, "mlp_bias": True, "rope_theta": 500000.0},
        seed=11,
    ),
    "qwen2": Recipe(
        architecture="Qwen2ForCausalLM",
        hidden_size=128,
        num_heads=4,
        num_kv_heads=1,
        head_dim=128,
        tied=True,
        tokenizer="byte_level",
        shards=2,
        dtype="float16",
        seed=12,
    ),
    "mistral": Recipe(
        architecture="MistralForCausalLM",
        hidden_size=96,
        num_heads=3,
        num_kv_heads=3,
        head_dim=32,
        extra={"sliding_window": 24},
        dtype="float32",
        seed=13,
    ),
}
TEXT = "ba de gi mo tuna pori zeva kulo sina. " * 4


def cosine(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    return float((a * b).sum() / np.sqrt(np.square(a).sum() * np.square(b).sum()))


@pytest.fixture(scope="module", params=RECIPES)
def checkpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_checkpoint(tmp_path_factory.mktemp("second") / "checkpoint", RECIPES[request.param])


@pytest.fixture(scope="module")
def image(checkpoint: Path) -> Path:
    """Eight-bit weights throughout, so that what is left of the error is the card's arithmetic."""
    path = checkpoint.parent / "image.ofpga"
    convert(checkpoint, path, options=ConvertOptions(weight_format=WeightFormat.W8))
    return path


@pytest.mark.parametrize("device", ["csim", "reference", "reference:sim"])
def test_card_agrees_with_the_float_model(checkpoint: Path, image: Path, device: str) -> None:
    runner = ModelRunner.open(image, device, kv_blocks=16)
    try:
        tokens = load_tokenizer(runner.image.files).encode(TEXT)[:70]
        assert len(tokens) == 70
        found = RunnerModel(runner).logits(tokens)
        emulated = ImageModel(runner.image).logits(tokens)
    finally:
        runner.close()
    expected = FloatModel(checkpoint).logits(tokens)
    assert found.shape == expected.shape
    assert cosine(found, expected) > 0.997
    assert np.abs(found - expected).max() < 0.5 * expected.std()
    # Against its own weights, what is left is q, K and V in 8 bits, and table look-ups.
    assert cosine(found, emulated) > 0.9985


def test_devices_and_chunks_give_the_same_logits(image: Path) -> None:
    tokens = list(range(40))
    results = []
    for device, chunk in (("csim", 32), ("csim", 1), ("csim", 7), ("reference:sim", 3)):
        runner = ModelRunner.open(image, device, kv_blocks=8)
        try:
            results.append(RunnerModel(runner, chunk).logits(tokens))
        finally:
            runner.close()
    for other in results[1:]:
        np.testing.assert_array_equal(other, results[0])


def test_large_key_biases_leave_the_other_pairs_their_bits(tmp_path: Path) -> None:
    """As in Qwen2: one pair of every key head has a bias of hundreds, which its queries hardly ask for."""
    recipe = Recipe(
        architecture="Qwen2ForCausalLM",
        hidden_size=128,
        head_dim=64,
        tied=True,
        tokenizer="byte_level",
        seed=14,
    )
    folder = make_checkpoint(tmp_path / "checkpoint", recipe)
    tensors = load_file(folder / "model.safetensors")
    for name, tensor in tensors.items():
        if ".q_proj." not in name and ".k_proj." not in name:
            continue
        heads = tensor.reshape(-1, 64, *tensor.shape[1:])
        if name.endswith("k_proj.bias"):
            heads[:, [31, 63]] = (400, -400)
        elif name.endswith("q_proj.weight"):
            heads[:, [31, 63]] = (heads[:, [31, 63]].astype(np.float32) / 100).astype(tensor.dtype)
        elif name.endswith("q_proj.bias"):
            heads[:, [31, 63]] = 0
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    path = tmp_path / "image.ofpga"
    convert(folder, path, options=ConvertOptions(weight_format=WeightFormat.W8))
    runner = ModelRunner.open(path, "csim", kv_blocks=8)
    try:
        found = RunnerModel(runner).logits(list(range(3, 63)))
    finally:
        runner.close()
    assert cosine(found, FloatModel(folder).logits(list(range(3, 63)))) > 0.997


def test_four_bit_weights_keep_the_direction(checkpoint: Path) -> None:
    path = checkpoint.parent / "w4.ofpga"
    convert(checkpoint, path)
    runner = ModelRunner.open(path, "csim", kv_blocks=8)
    try:
        found = RunnerModel(runner).logits(list(range(60)))
    finally:
        runner.close()
    assert cosine(found, FloatModel(checkpoint).logits(list(range(60)))) > 0.93
