"""Reads Hugging Face checkpoints: config.json and safetensors, one file or shards, a range of rows at a time.

The safetensors library checks each file (header, types, offsets, full coverage); rows are then read at their
place in the file, so that memory holds only what is asked for, however large the checkpoint.
Format: https://huggingface.co/docs/safetensors (8 bytes of header length, JSON header, data).
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import ml_dtypes
import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open

from .model_config import CheckpointError, ModelConfig

__all__ = ["Checkpoint", "CheckpointError", "TensorFolder", "expected_tensors", "read_config"]

_DTYPES: Mapping[str, np.dtype[Any]] = {
    "BF16": np.dtype(ml_dtypes.bfloat16),
    "F16": np.dtype(np.float16),
    "F32": np.dtype(np.float32),
}
_SINGLE = "model.safetensors"
_INDEX = "model.safetensors.index.json"
_LFS_POINTER = b"version https://git-lfs.github.com/spec/"
_MAX_HEADER = 100_000_000  # the library's own limit


@dataclass(frozen=True, slots=True)
class _Tensor:
    """Where a tensor lies: offset in bytes from the start of its file."""

    file: Path
    dtype: str
    shape: tuple[int, ...]
    offset: int


class TensorFolder:
    """The tensors of an open checkpoint folder. Use as a context manager, or close it.

    Attributes:
        directory: the folder.
    """

    def __init__(self, directory: str | Path) -> None:
        """Opens a folder and reads the headers of all its files, no data.

        Raises:
            CheckpointError: not a folder, a file that is missing, truncated, corrupt or only a Git LFS
                pointer; the message says which and what to do.
        """
        self.directory = Path(directory)
        self._files: dict[Path, BinaryIO] = {}
        self._tensors = _locate(self.directory)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all tensors, sorted."""
        return tuple(sorted(self._tensors))

    def shape(self, name: str) -> tuple[int, ...]:
        """Shape of a tensor. Raises CheckpointError if there is none of that name."""
        return self._tensor(name).shape

    def dtype(self, name: str) -> str:
        """Stored type of a tensor: "BF16", "F16", "F32" or an unsupported one. Raises CheckpointError."""
        return self._tensor(name).dtype

    def rows(self, name: str, start: int, stop: int) -> npt.NDArray[np.float32]:
        """Rows start..stop of a tensor, float32 [stop - start, ...]; nothing else is read.

        Raises:
            CheckpointError: no such tensor, a type that is not bf16, f16 or f32, values that are not finite,
                or a file that changed since it was opened.
            IndexError: a range outside the tensor.
        """
        tensor = self._tensor(name)
        dtype = _DTYPES.get(tensor.dtype)
        if dtype is None:
            raise CheckpointError(
                f"{tensor.file}: tensor {name} is {tensor.dtype}; supported are {', '.join(_DTYPES)}"
            )
        if not tensor.shape or not 0 <= start <= stop <= tensor.shape[0]:
            raise IndexError(f"rows {start}..{stop} of tensor {name} with shape {tensor.shape}")
        row_bytes = math.prod(tensor.shape[1:]) * dtype.itemsize
        data = self._read(tensor.file, tensor.offset + start * row_bytes, (stop - start) * row_bytes)
        values = np.frombuffer(data, dtype).reshape(stop - start, *tensor.shape[1:]).astype(np.float32)
        if not np.isfinite(values).all():
            raise CheckpointError(
                f"{tensor.file}: tensor {name}, rows {start}..{stop}: NaN or infinite values"
            )
        return values

    def tensor(self, name: str) -> npt.NDArray[np.float32]:
        """A whole tensor as float32. Raises CheckpointError."""
        shape = self.shape(name)
        if not shape:
            raise CheckpointError(f"tensor {name} is a scalar; no supported model has one")
        return self.rows(name, 0, shape[0])

    def check_tensors(
        self, expected: Mapping[str, tuple[int, ...]], ignored: Callable[[str], bool], model: str
    ) -> None:
        """Checks that the folder holds exactly the tensors of a model.

        Args:
            expected: their shapes by name.
            ignored: whether a tensor beyond them changes nothing.
            model: what needs them, for messages.

        Raises:
            CheckpointError: a missing tensor, a wrong shape, an unsupported type, or a tensor that the
                architecture has no place for, so that ignoring it would compute a different model.
        """
        missing = [name for name in expected if name not in self._tensors]
        if missing:
            raise CheckpointError(
                f"{self.directory}: tensor {missing[0]} is missing{_and_more(missing)}; {model} needs it"
            )
        for name, shape in expected.items():
            found = self._tensors[name]
            if found.shape != shape:
                raise CheckpointError(
                    f"{found.file}: tensor {name} has shape {found.shape}; config.json makes it {shape}"
                )
            if found.dtype not in _DTYPES:
                raise CheckpointError(
                    f"{found.file}: tensor {name} is {found.dtype}; supported are {', '.join(_DTYPES)}"
                )
        unknown = [name for name in self.names if name not in expected and not ignored(name)]
        if unknown:
            raise CheckpointError(
                f"{self.directory}: tensor {unknown[0]} has no place in {model.partition(' ')[0]}"
                f"{_and_more(unknown)}; ignoring it would change the model"
            )

    def close(self) -> None:
        """Closes the files."""
        while self._files:
            self._files.popitem()[1].close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _tensor(self, name: str) -> _Tensor:
        try:
            return self._tensors[name]
        except KeyError:
            raise CheckpointError(f"{self.directory}: there is no tensor {name}") from None

    def _read(self, path: Path, offset: int, size: int) -> bytearray:
        """Bytes of a file, by positioned reads: a memory map would count the whole file as this process's."""
        file = self._files.get(path)
        if file is None:
            file = self._files[path] = path.open("rb", buffering=0)
        data = bytearray(size)
        view = memoryview(data)
        done = 0
        while done < size:
            count = os.preadv(file.fileno(), [view[done:]], offset + done)
            if count == 0:
                raise CheckpointError(f"{path}: the file became shorter while it was read")
            done += count
        return data


class Checkpoint(TensorFolder):
    """An open checkpoint folder of a decoder.

    Attributes:
        directory: the folder.
        config: its config.json.
    """

    def __init__(self, directory: str | Path) -> None:
        """Opens a folder and reads the headers of all its files, no data.

        Raises:
            CheckpointError: not a folder, a file that is missing, truncated, corrupt or only a Git LFS
                pointer, an unsupported model; the message says which and what to do.
        """
        self.config = ModelConfig.from_json(read_config(Path(directory)))
        super().__init__(directory)

    def check(self, config: ModelConfig | None = None) -> None:
        """Checks that the checkpoint holds exactly the tensors of the model (`check_tensors`).

        Args:
            config: the model; by default the checkpoint's own.

        Raises:
            CheckpointError: as `check_tensors`.
        """
        model = config or self.config
        self.check_tensors(
            expected_tensors(model),
            lambda name: _ignored(name, model),
            f"{model.architecture} with {model.num_layers} layers",
        )


def read_config(directory: Path) -> bytes:
    """Content of config.json.

    Raises:
        CheckpointError: not a folder, or no readable file of that name in it.
    """
    if not directory.is_dir():
        raise CheckpointError(f"{directory} is not a folder; give the folder that holds config.json")
    return _read_text(directory / "config.json")


def expected_tensors(config: ModelConfig) -> dict[str, tuple[int, ...]]:
    """Name and shape of every tensor of a model, in the order of computation (transformers' names).

    Weights are [outputs, inputs]. With tied embeddings there is no lm_head.
    """
    hidden, inner = config.hidden_size, config.intermediate_size
    queries, keys = config.num_heads * config.head_dim, config.num_kv_heads * config.head_dim
    projections = {
        "self_attn.q_proj": (queries, hidden, config.qkv_bias),
        "self_attn.k_proj": (keys, hidden, config.qkv_bias),
        "self_attn.v_proj": (keys, hidden, config.qkv_bias),
        "self_attn.o_proj": (hidden, queries, config.o_bias),
        "mlp.gate_proj": (inner, hidden, config.mlp_bias),
        "mlp.up_proj": (inner, hidden, config.mlp_bias),
        "mlp.down_proj": (hidden, inner, config.mlp_bias),
    }
    tensors: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (config.vocab_size, hidden)}
    for layer in range(config.num_layers):
        prefix = f"model.layers.{layer}."
        tensors[prefix + "input_layernorm.weight"] = (hidden,)
        tensors[prefix + "post_attention_layernorm.weight"] = (hidden,)
        for name, (outputs, inputs, bias) in projections.items():
            tensors[f"{prefix}{name}.weight"] = (outputs, inputs)
            if bias:
                tensors[f"{prefix}{name}.bias"] = (outputs,)
    tensors["model.norm.weight"] = (hidden,)
    if not config.tie_word_embeddings:
        tensors["lm_head.weight"] = (config.vocab_size, hidden)
    return tensors


def _ignored(name: str, config: ModelConfig) -> bool:
    """Tensors that checkpoints carry and models do not use: buffers of RoPE, a copy of tied embeddings."""
    return name.endswith("rotary_emb.inv_freq") or (config.tie_word_embeddings and name == "lm_head.weight")


def _and_more(names: list[str]) -> str:
    return f" (and {len(names) - 1} more)" if len(names) > 1 else ""


def _locate(directory: Path) -> dict[str, _Tensor]:
    """All tensors of a folder: of the one file, else of the shards that the index names."""
    if (directory / _SINGLE).exists():
        return dict(_scan(directory / _SINGLE))
    if not (directory / _INDEX).exists():
        raise CheckpointError(_nothing_found(directory))
    placed = _read_index(directory / _INDEX)
    tensors: dict[str, _Tensor] = {}
    for file in sorted(set(placed.values())):
        path = directory / file
        if not path.exists():
            raise CheckpointError(f"{path}: this shard is missing, {_INDEX} names it; download it again")
        found = dict(_scan(path))
        lost = sorted(name for name, shard in placed.items() if shard == file and name not in found)
        if lost:
            raise CheckpointError(
                f"{path}: tensor {lost[0]} is missing{_and_more(lost)}, {_INDEX} puts it here"
            )
        tensors.update({name: tensor for name, tensor in found.items() if placed.get(name) == file})
        stray = sorted(name for name in found if name not in placed)
        if stray:
            raise CheckpointError(f"{path}: tensor {stray[0]}{_and_more(stray)} is not in {_INDEX}")
    return tensors


def _read_index(path: Path) -> dict[str, str]:
    """The shard of each tensor, as plain file names."""
    try:
        index = json.loads(_read_text(path))
    except (ValueError, RecursionError) as error:
        if isinstance(error, CheckpointError):
            raise
        raise CheckpointError(f"{path} is not valid JSON: {error}") from error
    placed = index.get("weight_map") if isinstance(index, dict) else None
    if not isinstance(placed, dict) or not placed:
        raise CheckpointError(f"{path}: weight_map must map tensor names to files")
    for file in placed.values():
        if not isinstance(file, str) or not file or Path(file).name != file or "\0" in file:
            raise CheckpointError(f"{path}: weight_map names {file!r}; it must be a file of the same folder")
    return placed


def _nothing_found(directory: Path) -> str:
    """Why a folder has no weights we can read, and what to do."""
    shards = sorted(path.name for path in directory.glob("*.safetensors"))
    pickles = sorted(path.name for pattern in ("*.bin", "*.pt", "*.pth") for path in directory.glob(pattern))
    if shards:
        return f"{directory}: {shards[0]} but neither {_SINGLE} nor {_INDEX}; download the missing file"
    if pickles:
        return (
            f"{directory}: only pickled weights ({pickles[0]}), which can run code when loaded. Convert them "
            "to safetensors where you trust them, with transformers and torch: "
            "AutoModelForCausalLM.from_pretrained(SOURCE).save_pretrained(TARGET, safe_serialization=True)"
        )
    return f"{directory}: no weights; {_SINGLE} or {_INDEX} must be there"


def _scan(path: Path) -> Iterator[tuple[str, _Tensor]]:
    """Name and place of each tensor in a safetensors file, checked by the library."""
    try:
        with safe_open(path, framework="np"):
            pass
        header, start = _header(path)
    except (SafetensorError, OSError) as error:
        raise CheckpointError(f"{path}: {_diagnosis(path) or error}") from error
    for name, entry in header.items():
        if name != "__metadata__":
            offset = start + int(entry["data_offsets"][0])
            yield name, _Tensor(path, entry["dtype"], tuple(entry["shape"]), offset)


def _header(path: Path) -> tuple[dict[str, Any], int]:
    """Parsed header of a file that the library accepted, and where its data start."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        return json.loads(file.read(length)), 8 + length


def _diagnosis(path: Path) -> str | None:
    """What is wrong with a file that the library refused, in words; None leaves it to the library's."""
    if not path.is_file():
        return "not a file"
    size = path.stat().st_size
    with path.open("rb") as file:
        opening = file.read(8)
        if opening == _LFS_POINTER[:8]:
            return "this is a Git LFS pointer, not the weights: run `git lfs pull` in the checkpoint's folder"
        length = int.from_bytes(opening, "little") if len(opening) == 8 else 0
        if length > _MAX_HEADER:
            return f"corrupt header: its length would be {length} bytes; is this a safetensors file?"
        text = file.read(length)
    if size < 8 + length:
        return f"truncated in the header: {size} bytes of at least {8 + length}; download the file again"
    try:
        return _fault(json.loads(text), 8 + length, size)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        return f"corrupt header: {type(error).__name__}: {error}; download the file again"


def _fault(header: dict[str, Any], start: int, size: int) -> str | None:
    """The first tensor of a parsed header that its file does not hold or that contradicts itself."""
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        if start + end > size:
            return f"truncated in tensor {name}: {size} bytes of {start + end}; download the file again"
        dtype = _DTYPES.get(entry["dtype"])
        if dtype and end - begin != math.prod(entry["shape"]) * dtype.itemsize:
            return f"tensor {name}: {end - begin} bytes for shape {entry['shape']} of {entry['dtype']}"
    return None


def _read_text(path: Path) -> bytes:
    """Content of a JSON file of the folder."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read: {error.strerror}") from error
    if data.startswith(_LFS_POINTER):
        raise CheckpointError(f"{path} is a Git LFS pointer: run `git lfs pull` in the checkpoint's folder")
    return data
