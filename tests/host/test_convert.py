"""Checkpoint to image: folding, formats, refusals, atomicity, memory."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from openfpga_host.checkpoint import Checkpoint, CheckpointError
from openfpga_host.contract import WeightFormat
from openfpga_host.convert import ConvertOptions, convert
from openfpga_host.fold import PADDING, balance_keys, check_limits, interleave_pairs, plan_matrices
from openfpga_host.image import Image
from openfpga_host.image_tables import quantise_embedding, rope_rows
from openfpga_host.model_config import ModelConfig, rope_table
from openfpga_host.tokenizer import load_tokenizer
from support.float_model import FloatModel
from support.image_model import ImageModel, dense
from support.make_checkpoint import Recipe, config_json, make_checkpoint, make_tensors, write_safetensors

W8 = ConvertOptions(weight_format=WeightFormat.W8)
RECIPES = {
    "llama": Recipe(),
    "llama tied, sharded": Recipe(tied=True, shards=3, tokenizer="byte_level"),
    "llama, all biases": Recipe(
        extra={"attention_bias": True, "mlp_bias": True}, head_dim=64, dtype="float32"
    ),
    "llama 3.1 RoPE": Recipe(
        extra={
            "rope_scaling": {
                "rope_type": "llama3",
                "factor": 8.0,
                "low_freq_factor": 1.0,
                "high_freq_factor": 4.0,
                "original_max_position_embeddings": 64,
            }
        }
    ),
    "llama YaRN": Recipe(
        extra={"rope_scaling": {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 64}}
    ),
    "mistral, window": Recipe(
        architecture="MistralForCausalLM",
        extra={"sliding_window": 7},
        head_dim=96,
        hidden_size=96,
        dtype="float16",
    ),
    "qwen2": Recipe(architecture="Qwen2ForCausalLM", tokenizer="byte_level", head_dim=128, vocab_size=523),
    "one head": Recipe(num_heads=1, num_kv_heads=1, hidden_size=32, num_layers=1),
}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_checkpoint(tmp_path_factory.mktemp("tiny"))


# ------------------------------------------------------------------------------------------------- the same
# model
@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_image_computes_what_the_checkpoint_does(recipe: Recipe, tmp_path: Path) -> None:
    checkpoint = make_checkpoint(tmp_path / "checkpoint", recipe)
    report = convert(checkpoint, tmp_path / "image", options=W8)
    tokens = np.random.default_rng(0).integers(0, report.config.vocab_size, 40).tolist()
    expected = FloatModel(checkpoint).logits(tokens)
    with Image.open(tmp_path / "image") as image:
        found = ImageModel(image).logits(tokens)
    assert found.shape == expected.shape
    cosine = (found * expected).sum() / np.sqrt(np.square(found).sum() * np.square(expected).sum())
    assert cosine > 0.998
    assert np.abs(found - expected).max() < 0.35 * expected.std()


def test_four_bits_lose_little(tiny: Path, tmp_path: Path) -> None:
    report = convert(tiny, tmp_path / "image")
    tokens = list(range(40))
    expected = FloatModel(tiny).logits(tokens)
    with Image.open(tmp_path / "image") as image:
        found = ImageModel(image).logits(tokens)
    assert (found * expected).sum() / np.sqrt(np.square(found).sum() * np.square(expected).sum()) > 0.96
    assert all(t.error < 0.1 for t in report.tensors)


def test_qkv_channels_are_folded_and_paired(tiny: Path, tmp_path: Path) -> None:
    convert(tiny, tmp_path / "image", options=W8)
    with Checkpoint(tiny) as checkpoint, Image.open(tmp_path / "image") as image:
        gain = checkpoint.tensor("model.layers.1.input_layernorm.weight")
        q, k, v = (checkpoint.tensor(f"model.layers.1.self_attn.{p}_proj.weight") for p in "qkv")
        w = dense(image.matrices["layers.1.qkv"]).w / (math.sqrt(64) * 2**16)
        to_base_2 = math.log2(math.e) / math.sqrt(32)
        for channel, row in (
            (0, q[0] * to_base_2),
            (1, q[16] * to_base_2),
            (2, q[1] * to_base_2),
            (3 * 32 + 31, q[3 * 32 + 31] * to_base_2),
            (4 * 32 + 1, k[16]),
            (6 * 32 + 1, v[1]),
            (7 * 32 + 31, v[63]),
        ):
            np.testing.assert_allclose(w[channel], row * gain, atol=0.012 * np.abs(row * gain).max())


def test_balanced_keys_and_queries_are_alike_and_leave_scores_as_they_were(tmp_path: Path) -> None:
    folder = make_checkpoint(
        tmp_path / "biased", Recipe(architecture="Qwen2ForCausalLM", tokenizer="byte_level")
    )
    with Checkpoint(folder) as checkpoint:
        plan = plan_matrices(checkpoint.config)[0]
        balanced = balance_keys(plan, checkpoint)
        weights = plan.read(checkpoint, 0, plan.n)
        before, after = (p.factor.reshape(-1, 16, 2) for p in (plan, balanced))
        bias = balanced.bias(checkpoint).reshape(-1, 16, 2) / 2**16
    # Four query heads, two to a key head; then two key heads, then two value heads.
    for query in range(4):
        key = 4 + query // 2
        np.testing.assert_allclose(after[query] * after[key], before[query] * before[key])
    np.testing.assert_array_equal(after[6:], before[6:])
    power = np.square(weights.reshape(-1, 16, 2, 64)).sum(-1) * np.square(after) + np.square(bias)
    pairs = power.sum(-1)
    queries = pairs[:4].reshape(2, 2, 16).mean(1) / before[0, 0, 0] ** 2
    np.testing.assert_allclose(queries, pairs[4:6], rtol=1e-3)


def test_gate_and_up_channels_alternate(tiny: Path, tmp_path: Path) -> None:
    convert(tiny, tmp_path / "image", options=W8)
    with Checkpoint(tiny) as checkpoint, Image.open(tmp_path / "image") as image:
        gain = checkpoint.tensor("model.layers.0.post_attention_layernorm.weight")
        w = dense(image.matrices["layers.0.gate_up"]).w / (math.sqrt(64) * 2**16)
        for unit in (0, 1, 95):
            for side, name in enumerate(("gate", "up")):
                row = checkpoint.tensor(f"model.layers.0.mlp.{name}_proj.weight")[unit] * gain
                np.testing.assert_allclose(w[2 * unit + side], row, atol=0.012 * np.abs(row).max())


def test_matrices_say_whether_they_follow_a_norm(tiny: Path, tmp_path: Path) -> None:
    convert(tiny, tmp_path / "image")
    with Image.open(tmp_path / "image") as image:
        names = [f"layers.{i}.{m}" for i in range(2) for m in ("qkv", "o", "gate_up", "down")] + ["lm_head"]
        assert list(image.matrices) == names
        for name, matrix in image.matrices.items():
            assert matrix.norm == name.endswith(("qkv", "gate_up", "lm_head"))
            assert matrix.norm_eps == (round(64 * 1e-5 * 2**32) if matrix.norm else 0)


@given(st.sampled_from([2, 32, 64, 96, 128]))
def test_pairs_become_neighbours(head_dim: int) -> None:
    order = interleave_pairs(head_dim)
    assert sorted(order) == list(range(head_dim))
    assert (order[1::2] - order[::2] == head_dim // 2).all()
    assert order[::2].tolist() == list(range(head_dim // 2))


def test_vocabulary_is_padded_with_zero_channels(tmp_path: Path) -> None:
    checkpoint = make_checkpoint(tmp_path / "checkpoint", Recipe(vocab_size=521))
    report = convert(checkpoint, tmp_path / "image")
    with Image.open(tmp_path / "image") as image:
        assert image.config.vocab_size == 521
        head = image.matrices["lm_head"]
        assert head.n == 528
        assert not dense(head).w[521:].any()
    assert report.tensors[-1].n == 521


def test_every_row_of_every_tensor_is_used_once(tiny: Path) -> None:
    with Checkpoint(tiny) as checkpoint:
        plans = plan_matrices(checkpoint.config)
        used: dict[str, list[int]] = {}
        for plan in plans:
            for source, row in zip(plan.source, plan.row, strict=True):
                if source != PADDING:
                    used.setdefault(plan.weights[source], []).append(int(row))
        projections = [n for n in checkpoint.names if checkpoint.shape(n)[1:] and "embed" not in n]
        assert sorted(used) == projections
        for name, rows in used.items():
            assert sorted(rows) == list(range(checkpoint.shape(name)[0]))


def test_rows_are_the_same_read_whole_or_in_pieces(tiny: Path) -> None:
    with Checkpoint(tiny) as checkpoint:
        for plan in plan_matrices(checkpoint.config):
            whole = plan.read(checkpoint, 0, plan.n)
            pieces = [plan.read(checkpoint, i, min(i + 13, plan.n)) for i in range(0, plan.n, 13)]
            np.testing.assert_array_equal(whole, np.concatenate(pieces))


# ------------------------------------------------------------------------------------------------- tables
@settings(max_examples=100, deadline=None)
@given(arrays(np.float32, (3, 32), elements=st.floats(-32000, 32000, width=32)))
def test_embedding_is_within_half_a_step(rows: np.ndarray[Any, np.dtype[np.float32]]) -> None:
    mantissa, exponent = quantise_embedding(rows)
    assert np.abs(mantissa.astype(int)).max() <= 32767
    assert exponent.max() <= 16
    restored = mantissa.astype(np.float64) * 2.0 ** (exponent[:, None].astype(int) - 16)
    assert (np.abs(restored - rows) <= 2.0 ** (exponent[:, None].astype(int) - 17)).all()
    # The least exponent that fits.
    coarse = exponent > 0
    assert (np.abs(mantissa[coarse].astype(int)).max(1, initial=1 << 14) >= 1 << 14).all()


def test_embedding_beyond_the_residual_stream_is_refused() -> None:
    with pytest.raises(CheckpointError, match=r"embed_tokens.weight reaches 3.28e\+04"):
        quantise_embedding(np.array([[1.0, -32800.0]], np.float32))


def test_rope_rows_are_cos_and_sin(tiny: Path) -> None:
    with Checkpoint(tiny) as checkpoint:
        config = checkpoint.config
    rows = rope_rows(config, 3, 9)
    cos, sin = rope_table(config, np.arange(3, 9))
    assert rows.dtype == np.int16
    assert rows.shape == (6, 16, 2)
    np.testing.assert_allclose(rows / 2**14, np.stack([cos, sin], -1), atol=2**-15)
    assert rope_rows(config, 0, 1).tolist() == [[[16384, 0]] * 16]


def test_attention_factor_beyond_the_format_is_refused() -> None:
    rope = {"rope_type": "yarn", "factor": 2.0, "attention_factor": 2.5}
    config = ModelConfig.from_dict(config_json(Recipe(extra={"rope_scaling": rope}), 400))
    with pytest.raises(CheckpointError, match=r"attention factor makes 2.5; 2 is the limit"):
        rope_rows(config, 0, 4)


# ------------------------------------------------------------------------------------------------- options
def test_default_context_and_name(tiny: Path, tmp_path: Path) -> None:
    config = convert(tiny, tmp_path / "image").config
    assert (config.max_context, config.name) == (256, tiny.name)
    config = convert(tiny, tmp_path / "image", options=ConvertOptions(max_context=33, name="mine")).config
    assert (config.max_context, config.name) == (33, "mine")
    with Image.open(tmp_path / "image") as image:
        assert image.rope.shape == (33, 16, 2)
        assert image.config == config


def test_long_models_get_a_table_of_32768_positions_unless_asked(tmp_path: Path) -> None:
    checkpoint = make_checkpoint(tmp_path / "checkpoint", Recipe(max_positions=131072))
    assert convert(checkpoint, tmp_path / "image").config.max_context == 32768
    longer = ConvertOptions(max_context=40000)
    assert convert(checkpoint, tmp_path / "image", options=longer).config.max_context == 40000


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"max_context": 0}, "max_context is 0; allowed are 1 to 131072"),
        ({"max_context": 1 << 20}, "max_context is 1048576"),
        ({"name": " "}, "name is empty"),
        ({"workers": 0}, "workers is 0"),
    ],
)
def test_bad_options_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ConvertOptions(**options)


def test_more_context_than_the_model_was_made_for_is_refused(tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="max_context is 257; the model was made for 256"):
        convert(tiny, tmp_path / "image", options=ConvertOptions(max_context=257))


def test_head_format_follows_the_hidden_size_unless_asked(tiny: Path, tmp_path: Path) -> None:
    assert convert(tiny, tmp_path / "image").tensors[-1].format == "W8"
    four = ConvertOptions(lm_head_format=WeightFormat.W4)
    assert convert(tiny, tmp_path / "image", options=four).tensors[-1].format == "W4"
    wide = make_checkpoint(tmp_path / "wide", Recipe(hidden_size=2048, num_layers=1, intermediate_size=32))
    assert convert(wide, tmp_path / "image").tensors[-1].format == "W4"


def test_image_does_not_depend_on_the_number_of_workers(demo_checkpoint: Path, tmp_path: Path) -> None:
    one = convert(demo_checkpoint, tmp_path / "one", options=ConvertOptions(workers=1, name="x"))
    many = convert(demo_checkpoint, tmp_path / "many", options=ConvertOptions(workers=5, name="x"))
    assert one.checksum == many.checksum
    assert (tmp_path / "one").read_bytes() == (tmp_path / "many").read_bytes()


def test_progress_covers_all_weights_in_order(tiny: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int, str]] = []
    report = convert(tiny, tmp_path / "image", progress=lambda *step: seen.append(step))
    done = [step[0] for step in seen]
    assert done == sorted(done)
    assert seen[-1][0] == seen[-1][1] >= report.weights > 0
    assert all(step[0] < step[1] for step in seen[:-1])
    assert {step[2] for step in seen} == {t.name for t in report.tensors} - {"embedding"}


def test_report_names_every_tensor(tiny: Path, tmp_path: Path) -> None:
    report = convert(tiny, tmp_path / "image")
    table = report.table()
    assert all(t.name in table for t in report.tensors)
    assert report.checksum in table
    assert report.bytes == (tmp_path / "image").stat().st_size
    assert 4 < report.bits_per_weight < 10
    with Image.open(tmp_path / "image") as image:
        assert image.report == report.tensors


def test_tokenizer_files_travel_with_the_image(demo_checkpoint: Path, demo_image: Path) -> None:
    with Image.open(demo_image) as image:
        assert image.files["tokenizer.model"] == (demo_checkpoint / "tokenizer.model").read_bytes()
        tokenizer = load_tokenizer(image.files)
        assert tokenizer.decode(tokenizer.encode("A card streams weights.")) == "A card streams weights."


# ------------------------------------------------------------------------------------------------- refusals
def config_of(**change: Any) -> ModelConfig:
    values = {**config_json(Recipe(), 400), **change}
    return ModelConfig.from_dict(values)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"head_dim": 48}, "head_dim is 48; supported are multiples of 32 up to 256"),
        ({"head_dim": 288}, "head_dim is 288"),
        ({"hidden_size": 80}, "hidden_size is 80; supported are multiples of 32 up to 32768"),
        ({"intermediate_size": 32800}, "intermediate_size is 32800"),
        (
            {"num_attention_heads": 2048, "num_key_value_heads": 2},
            r"num_attention_heads \* head_dim is 65536",
        ),
        ({"rms_norm_eps": 0.1}, "rms_norm_eps is 0.1; with hidden_size 64 it must be below 0.0156"),
    ],
)
def test_dimensions_beyond_the_card_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(CheckpointError, match=message):
        check_limits(config_of(**change))


def broken(tmp_path: Path, name: str, change: Any) -> Path:
    """A tiny checkpoint with one tensor changed."""
    recipe = Recipe(dtype="float32")
    directory = make_checkpoint(tmp_path / "broken", recipe)
    config = ModelConfig.from_json((directory / "config.json").read_bytes())
    tensors = make_tensors(config, recipe)
    tensors[name] = change(tensors[name])
    write_safetensors(directory, tensors)
    return directory


def put(value: float) -> Any:
    def change(tensor: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        tensor.flat[17] = value
        return tensor

    return change


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("model.layers.1.mlp.up_proj.weight", put(np.nan), r"up_proj\.weight.*NaN"),
        ("model.layers.0.input_layernorm.weight", put(np.inf), r"input_layernorm\.weight.*infinite"),
        ("model.layers.0.self_attn.o_proj.weight", lambda t: t[:, :64], r"o_proj.weight has shape .64, 64."),
        ("model.embed_tokens.weight", put(1e6), r"embed_tokens.weight reaches 1e\+06"),
    ],
)
def test_broken_tensors_are_named(tmp_path: Path, name: str, change: Any, message: str) -> None:
    directory = broken(tmp_path, name, change)
    with pytest.raises(CheckpointError, match=message):
        convert(directory, tmp_path / "image")
    assert not (tmp_path / "image").exists()
    assert not list(tmp_path.glob(".*.part"))


def test_weights_that_overflow_with_the_gain_are_named(tmp_path: Path) -> None:
    recipe = Recipe(dtype="float32")
    directory = make_checkpoint(tmp_path / "broken", recipe)
    tensors = make_tensors(ModelConfig.from_json((directory / "config.json").read_bytes()), recipe)
    tensors["model.layers.0.self_attn.k_proj.weight"].flat[17] = 1e38
    tensors["model.layers.0.input_layernorm.weight"][:] = 10
    write_safetensors(directory, tensors)
    with pytest.raises(
        CheckpointError, match=r"layers\.0\.qkv \(from .*k_proj.weight.*\): a row holds .* infinity"
    ):
        convert(directory, tmp_path / "image")


def test_bias_beyond_the_format_is_named(tmp_path: Path) -> None:
    recipe = Recipe(extra={"mlp_bias": True}, dtype="float32")
    directory = make_checkpoint(tmp_path / "broken", recipe)
    tensors = make_tensors(ModelConfig.from_json((directory / "config.json").read_bytes()), recipe)
    tensors["model.layers.0.mlp.up_proj.bias"][3] = 40000
    write_safetensors(directory, tensors)
    with pytest.raises(CheckpointError, match=r"up_proj.bias reaches 4e\+04; biases end at 32768"):
        convert(directory, tmp_path / "image")


def test_zero_tensors_convert(tmp_path: Path) -> None:
    directory = broken(tmp_path, "model.layers.0.mlp.down_proj.weight", np.zeros_like)
    report = convert(directory, tmp_path / "image")
    assert next(t for t in report.tensors if t.name == "layers.0.down").error == 0
    tokens = list(range(20))
    with Image.open(tmp_path / "image") as image:
        assert np.isfinite(ImageModel(image).logits(tokens)).all()


def test_a_tokenizer_larger_than_the_model_is_refused(tmp_path: Path) -> None:
    directory = make_checkpoint(tmp_path / "checkpoint", Recipe(vocab_size=300))
    config = json.loads((directory / "config.json").read_bytes())
    assert config["vocab_size"] == 300
    with pytest.raises(ValueError, match="300"):
        convert(directory, tmp_path / "image")


def test_unknown_architectures_are_refused(tiny: Path, tmp_path: Path) -> None:
    directory = make_checkpoint(tmp_path / "checkpoint")
    config = json.loads((directory / "config.json").read_bytes())
    config["architectures"] = ["GPT2LMHeadModel"]
    (directory / "config.json").write_text(json.dumps(config))
    with pytest.raises(CheckpointError, match=r"GPT2LMHeadModel.*supported: Llama"):
        convert(directory, tmp_path / "image")


# ------------------------------------------------------------------------------------------------- kill -9
KILLED = """
import os, sys
from pathlib import Path
from openfpga_host import image_writer
from openfpga_host.convert import convert

def stop(*_):
    print("here", flush=True)
    sys.stdin.read()  # until killed

def hold(name):
    real = getattr(os, name)
    def held(*args):
        stop()
        return real(*args)
    setattr(image_writer.os, name, held)

moment = sys.argv[3]
if moment in ("fsync", "replace"):
    hold(moment)
steps = iter(range(1_000_000))
convert(sys.argv[1], sys.argv[2], progress=lambda *_: stop() if str(next(steps)) == moment else None)
"""


@pytest.mark.parametrize("moment", ["0", "3", "8", "fsync", "replace"])
@pytest.mark.parametrize("before", [False, True], ids=["new", "replacing"])
def test_kill_9_leaves_no_half_image(tiny: Path, tmp_path: Path, moment: str, before: bool) -> None:
    output = tmp_path / "image"
    options = ConvertOptions(name="before")
    old = convert(tiny, output, options=options).checksum if before else None
    command = [sys.executable, "-c", KILLED, str(tiny), str(output), moment]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n"
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    parts = list(tmp_path.glob(".image.*.part"))
    assert len(parts) == 1
    assert output.exists() == before
    if before:
        assert Image.open(output).checksum == old
    new = convert(tiny, output)
    assert Image.open(output).checksum == new.checksum != old
    assert os.listdir(tmp_path) == ["image"]


# ------------------------------------------------------------------------------------------------- memory
MEASURED = """
import sys
from pathlib import Path
from openfpga_host.convert import ConvertOptions, convert

def peak():  # KiB; of this program alone, unlike getrusage's, which survives exec
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM")))

two = ConvertOptions(workers=2)
convert(sys.argv[1], sys.argv[2], options=two)  # a tiny one: imports and pools
before = peak()
convert(sys.argv[3], sys.argv[2], options=two)
print(before * 1024, peak() * 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
def test_memory_does_not_grow_with_the_checkpoint(tiny: Path, tmp_path: Path) -> None:
    recipe = Recipe(
        hidden_size=2048, intermediate_size=4096, num_layers=1, num_heads=16, head_dim=128, dtype="float32"
    )
    directory = make_checkpoint(tmp_path / "large", recipe)
    size = sum(file.stat().st_size for file in directory.iterdir())
    assert size > 120 << 20
    command = [sys.executable, "-c", MEASURED, str(tiny), str(tmp_path / "image"), str(directory)]
    before, peak = map(
        int, subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    )
    assert peak - before < 90 << 20
    assert peak < size
