"""Checkpoints: rows of any type from one file or shards; errors that say what is wrong and what to do."""

from __future__ import annotations

import json
import resource
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openfpga_host.checkpoint import Checkpoint, CheckpointError, expected_tensors
from openfpga_host.model_config import ModelConfig
from safetensors.numpy import save_file

# A loaded machine is no failure.
relaxed = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CONFIG: dict[str, Any] = {
    "architectures": ["LlamaForCausalLM"],
    "vocab_size": 48,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 128,
}
EMBEDDING = "model.embed_tokens.weight"
Tensors = dict[str, npt.NDArray[Any]]


def tensors_of(config: dict[str, Any], dtype: npt.DTypeLike = np.float32) -> Tensors:
    """Random tensors of every name and shape the model needs."""
    draw = np.random.default_rng(0)
    expected = expected_tensors(ModelConfig.from_dict(config))
    return {name: draw.standard_normal(shape).astype(dtype) for name, shape in expected.items()}


def write(folder: Path, tensors: Tensors, config: dict[str, Any] | None = None) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config or CONFIG))
    save_file(tensors, folder / "model.safetensors")
    return folder


def write_shards(folder: Path, tensors: Tensors) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(CONFIG))
    names = sorted(tensors)
    placed = {}
    for number, part in enumerate((names[::2], names[1::2]), 1):
        file = f"model-{number:05}-of-00002.safetensors"
        save_file({name: tensors[name] for name in part}, folder / file)
        placed.update(dict.fromkeys(part, file))
    (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": placed}))
    return folder


def raw(header: bytes, data: bytes = b"") -> bytes:
    """A safetensors file from its parts."""
    return struct.pack("<Q", len(header)) + header + data


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A whole small checkpoint in one file."""
    return write(tmp_path / "model", tensors_of(CONFIG))


class TestReading:
    """Values, shapes and types."""

    @pytest.mark.parametrize("dtype", [np.float32, np.float16, ml_dtypes.bfloat16])
    @pytest.mark.parametrize("save", [write, write_shards])
    def test_rows_are_the_tensors_rows_as_float32(
        self, tmp_path: Path, dtype: npt.DTypeLike, save: Callable[[Path, Tensors], Path]
    ) -> None:
        tensors = tensors_of(CONFIG, dtype)
        with Checkpoint(save(tmp_path / "model", tensors)) as checkpoint:
            checkpoint.check()
            assert set(checkpoint.names) == set(tensors)
            for name, values in tensors.items():
                assert checkpoint.shape(name) == values.shape
                whole = checkpoint.tensor(name)
                assert whole.dtype == np.float32
                np.testing.assert_array_equal(whole, values.astype(np.float32))
                part = checkpoint.rows(name, 5, 9)
                np.testing.assert_array_equal(part, values[5:9].astype(np.float32))
            assert checkpoint.rows(EMBEDDING, 3, 3).shape == (0, 32)
            assert checkpoint.dtype(EMBEDDING) == {2: "F16", 4: "F32"}.get(
                np.dtype(dtype).itemsize if dtype is not ml_dtypes.bfloat16 else 0, "BF16"
            )

    def test_demonstration_model_is_complete(self, demo_checkpoint: Path) -> None:
        with Checkpoint(demo_checkpoint) as checkpoint:
            checkpoint.check()
            assert checkpoint.tensor("model.norm.weight").shape == (256,)

    @pytest.mark.parametrize(("start", "stop"), [(-1, 2), (3, 2), (0, 49)])
    def test_rows_outside_the_tensor_are_refused(self, folder: Path, start: int, stop: int) -> None:
        with Checkpoint(folder) as checkpoint, pytest.raises(IndexError, match=r"embed_tokens.*\(48, 32\)"):
            checkpoint.rows(EMBEDDING, start, stop)

    def test_single_file_wins_over_shards(self, tmp_path: Path) -> None:
        write_shards(tmp_path / "model", tensors_of(CONFIG))
        other = {name: values + 1 for name, values in tensors_of(CONFIG).items()}
        with Checkpoint(write(tmp_path / "model", other)) as checkpoint:
            np.testing.assert_array_equal(checkpoint.tensor(EMBEDDING), other[EMBEDDING])

    def test_memory_holds_only_the_rows_asked_for(self, tmp_path: Path) -> None:
        rows = 60_000
        config = {**CONFIG, "vocab_size": rows, "hidden_size": 512, "tie_word_embeddings": True}
        tensors = {EMBEDDING: np.zeros((rows, 512), ml_dtypes.bfloat16)}
        write(tmp_path / "model", tensors, config)
        del tensors

        def resident() -> int:
            return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()

        with Checkpoint(tmp_path / "model") as checkpoint:
            before = resident()
            highest = 0
            for start in range(0, rows, 1000):
                block = checkpoint.rows(EMBEDDING, start, start + 1000)
                highest = max(highest, resident())
            assert block.shape == (1000, 512)
        assert highest - before < 24 << 20, "the file has 59 MiB"


class TestTensorsOfAModel:
    """Names and shapes by architecture."""

    def test_llama(self) -> None:
        expected = expected_tensors(ModelConfig.from_dict(CONFIG))
        assert len(expected) == 3 + 2 * 9
        assert expected["model.layers.1.self_attn.k_proj.weight"] == (16, 32)
        assert expected["model.layers.1.mlp.down_proj.weight"] == (32, 64)
        assert expected["lm_head.weight"] == (48, 32)

    def test_biases_and_head_size(self) -> None:
        biased = {**CONFIG, "attention_bias": True, "mlp_bias": True, "head_dim": 16}
        expected = expected_tensors(ModelConfig.from_dict(biased))
        assert expected["model.layers.0.self_attn.q_proj.bias"] == (64,)
        assert expected["model.layers.0.self_attn.o_proj.bias"] == (32,)
        assert expected["model.layers.0.self_attn.o_proj.weight"] == (32, 64)
        assert expected["model.layers.0.mlp.up_proj.bias"] == (64,)
        qwen = expected_tensors(
            ModelConfig.from_dict(
                {**CONFIG, "architectures": ["Qwen2ForCausalLM"]} | {"num_key_value_heads": 2}
            )
        )
        assert "model.layers.0.self_attn.v_proj.bias" in qwen
        assert "model.layers.0.self_attn.o_proj.bias" not in qwen

    def test_tied_embeddings_have_no_head_and_ignore_a_copy(self, tmp_path: Path) -> None:
        tied = {**CONFIG, "tie_word_embeddings": True}
        assert "lm_head.weight" not in expected_tensors(ModelConfig.from_dict(tied))
        with Checkpoint(write(tmp_path / "model", tensors_of(CONFIG), tied)) as checkpoint:
            checkpoint.check()

    def test_rope_buffers_are_ignored(self, tmp_path: Path) -> None:
        tensors = tensors_of(CONFIG)
        tensors["model.layers.0.self_attn.rotary_emb.inv_freq"] = np.ones(4, np.float32)
        with Checkpoint(write(tmp_path / "model", tensors)) as checkpoint:
            checkpoint.check()

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (
                lambda t: t.pop("model.norm.weight"),
                r"tensor model\.norm\.weight is missing; Llama.* 2 layers",
            ),
            (lambda t: t.clear() or t.update(x=np.ones(1, np.float32)), r"is missing \(and 20 more\)"),
            (
                lambda t: t.update({EMBEDDING: np.ones((48, 31), np.float32)}),
                r"has shape \(48, 31\); config\.json makes it \(48, 32\)",
            ),
            (
                lambda t: t.update({EMBEDDING: np.ones((48, 32), np.int8)}),
                "embed_tokens.weight is I8; supported are BF16, F16, F32",
            ),
            (
                lambda t: t.update({"model.layers.0.self_attn.q_norm.weight": np.ones(8, np.float32)}),
                r"q_norm\.weight has no place in LlamaForCausalLM; ignoring it would change the model",
            ),
        ],
    )
    def test_other_tensors_are_refused(
        self, tmp_path: Path, change: Callable[[Tensors], object], message: str
    ) -> None:
        tensors = tensors_of(CONFIG)
        change(tensors)
        with (
            Checkpoint(write(tmp_path / "model", tensors)) as checkpoint,
            pytest.raises(CheckpointError, match=message),
        ):
            checkpoint.check()

    def test_unknown_names_and_types_are_named_when_read(self, tmp_path: Path) -> None:
        tensors = {
            **tensors_of(CONFIG),
            "codes": np.ones((2, 2), np.int8),
            "scalar": np.array(1, np.float32),
        }
        with Checkpoint(write(tmp_path / "model", tensors)) as checkpoint:
            with pytest.raises(CheckpointError, match="no tensor nowhere"):
                checkpoint.shape("nowhere")
            with pytest.raises(CheckpointError, match="tensor codes is I8"):
                checkpoint.tensor("codes")
            with pytest.raises(CheckpointError, match="scalar"):
                checkpoint.tensor("scalar")

    @pytest.mark.parametrize("value", [np.nan, np.inf])
    def test_values_that_are_not_finite_are_refused(self, tmp_path: Path, value: float) -> None:
        tensors = tensors_of(CONFIG)
        tensors[EMBEDDING][7, 3] = value
        with Checkpoint(write(tmp_path / "model", tensors)) as checkpoint:
            checkpoint.rows(EMBEDDING, 0, 7)
            with pytest.raises(CheckpointError, match=r"embed_tokens.weight, rows 6\.\.8: NaN or infinite"):
                checkpoint.rows(EMBEDDING, 6, 8)


class TestDamage:
    """Files that are missing, cut or corrupt."""

    def test_not_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(
            CheckpointError, match=r"is not a folder; give the folder that holds config\.json"
        ):
            Checkpoint(tmp_path / "nowhere")

    def test_no_config(self, folder: Path) -> None:
        (folder / "config.json").unlink()
        with pytest.raises(CheckpointError, match=r"config\.json cannot be read"):
            Checkpoint(folder)

    def test_no_weights(self, folder: Path) -> None:
        (folder / "model.safetensors").unlink()
        with pytest.raises(CheckpointError, match=r"no weights; model\.safetensors or"):
            Checkpoint(folder)

    @pytest.mark.parametrize(
        "name", ["pytorch_model.bin", "pytorch_model-00001-of-00002.bin", "consolidated.00.pth"]
    )
    def test_pickled_weights_are_to_be_converted(self, folder: Path, name: str) -> None:
        (folder / "model.safetensors").rename(folder / name)
        with pytest.raises(CheckpointError, match=r"only pickled weights.*Convert.*safe_serialization=True"):
            Checkpoint(folder)

    def test_shards_without_index(self, tmp_path: Path) -> None:
        folder = write_shards(tmp_path / "model", tensors_of(CONFIG))
        (folder / "model.safetensors.index.json").unlink()
        with pytest.raises(CheckpointError, match=r"model-00001-of-00002.*neither.*index\.json"):
            Checkpoint(folder)

    def test_missing_shard(self, tmp_path: Path) -> None:
        folder = write_shards(tmp_path / "model", tensors_of(CONFIG))
        (folder / "model-00002-of-00002.safetensors").unlink()
        with pytest.raises(
            CheckpointError, match=r"model-00002-of-00002\.safetensors: this shard is missing"
        ):
            Checkpoint(folder)

    def test_shard_without_its_tensor(self, tmp_path: Path) -> None:
        tensors = tensors_of(CONFIG)
        folder = write_shards(tmp_path / "model", tensors)
        save_file({"lm_head.weight": tensors["lm_head.weight"]}, folder / "model-00002-of-00002.safetensors")
        with pytest.raises(CheckpointError, match=r"is missing \(and .* puts it here"):
            Checkpoint(folder)

    @pytest.mark.parametrize(
        "index",
        [
            "{",
            "[]",
            "{}",
            '{"weight_map": {}}',
            '{"weight_map": {"a": 3}}',
            '{"weight_map": {"a": "../x"}}',
            '{"weight_map": {"a": "/etc/passwd"}}',
            '{"weight_map": {"a": ""}}',
            "[" * 100_000,
        ],
    )
    def test_malformed_index(self, tmp_path: Path, index: str) -> None:
        folder = write_shards(tmp_path / "model", tensors_of(CONFIG))
        (folder / "model.safetensors.index.json").write_text(index)
        with pytest.raises(CheckpointError, match=r"index\.json"):
            Checkpoint(folder)

    @pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
    def test_git_lfs_pointer(self, folder: Path, name: str) -> None:
        (folder / name).write_text("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n")
        with pytest.raises(CheckpointError, match=f"{name}.*Git LFS pointer.*git lfs pull"):
            Checkpoint(folder)

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "truncated in the header: 0 bytes"),
            (b"\x08\x00", "truncated in the header: 2 bytes"),
            (b"\xff" * 7, "truncated in the header: 7 bytes of at least 8"),
            (raw(b'{"a":{}}')[:12], "truncated in the header: 12 bytes of at least 16"),
            (b"\x80\x04\x95pickled!", "corrupt header: its length would be"),
            (raw(b'{"a": nonsense}'), "corrupt header: JSONDecodeError"),
            (raw(b'{"a": 3}'), "corrupt header: TypeError"),
            (
                raw(b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', b"1234"),
                "truncated in tensor a: 66 bytes",
            ),
            (
                raw(b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}', b"1" * 12),
                "offset for tensor `a`",
            ),
            (
                raw(b'{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}', b"1" * 8),
                r"tensor a: 8 bytes for shape \[3\]",
            ),
            (raw(b'{"a":{"dtype":"F99","shape":[2],"data_offsets":[0,8]}}', b"1" * 8), "F99"),
            (raw(b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', b"1" * 9), "not fully covered"),
        ],
    )
    def test_damaged_file(self, folder: Path, content: bytes, message: str) -> None:
        (folder / "model.safetensors").write_bytes(content)
        with pytest.raises(CheckpointError, match=rf"model\.safetensors: .*{message}"):
            Checkpoint(folder)

    def test_file_cut_anywhere_names_the_place(self, folder: Path) -> None:
        path = folder / "model.safetensors"
        content = path.read_bytes()
        for cut in range(0, len(content), 997):
            path.write_bytes(content[:cut])
            with pytest.raises(CheckpointError, match=r"truncated in (the header|tensor )"):
                Checkpoint(folder)

    def test_file_that_shrinks_after_opening(self, folder: Path) -> None:
        path = folder / "model.safetensors"
        content = path.read_bytes()
        with Checkpoint(folder) as checkpoint:
            path.write_bytes(content[: len(content) // 2])
            with pytest.raises(CheckpointError, match="became shorter"):
                _ = [checkpoint.tensor(name) for name in checkpoint.names]

    def test_folder_in_place_of_the_file(self, folder: Path) -> None:
        (folder / "model.safetensors").unlink()
        (folder / "model.safetensors").mkdir()
        with pytest.raises(CheckpointError, match="not a file"):
            Checkpoint(folder)

    @relaxed
    @given(data=st.data())
    def test_flipped_header_bytes_raise_nothing_else(
        self, tmp_path_factory: Any, data: st.DataObject
    ) -> None:
        folder = write(tmp_path_factory.mktemp("flipped"), {"a": np.ones((2, 3), np.float32)})
        path = folder / "model.safetensors"
        content = bytearray(path.read_bytes())
        for _ in range(data.draw(st.integers(1, 3))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
        path.write_bytes(content[: data.draw(st.just(len(content)) | st.integers(0, len(content)))])
        with suppress(CheckpointError), Checkpoint(folder) as checkpoint:
            for name in checkpoint.names:
                checkpoint.tensor(name)

    @relaxed
    @given(
        header=st.recursive(
            st.none() | st.integers() | st.text(max_size=4) | st.sampled_from(["F32", "BF16"]),
            lambda v: (
                st.lists(v, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["a", "dtype", "shape", "data_offsets", "__metadata__"]), v, max_size=4
                )
            ),
            max_leaves=12,
        )
    )
    def test_any_json_as_header_raises_nothing_else(self, tmp_path_factory: Any, header: Any) -> None:
        folder = tmp_path_factory.mktemp("header")
        (folder / "config.json").write_text(json.dumps(CONFIG))
        (folder / "model.safetensors").write_bytes(raw(json.dumps(header).encode(), b"12345678"))
        with suppress(CheckpointError), Checkpoint(folder) as checkpoint:
            for name in checkpoint.names:
                checkpoint.tensor(name)
