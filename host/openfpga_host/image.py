"""Reads a device image: one memory-mapped file with everything that serving a model needs (docs/image.md).

Opening checks header, metadata and layout always, and the checksum of every section unless told otherwise;
nothing is copied until it is used.
"""

from __future__ import annotations

import contextlib
import mmap
import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from openfpga_host.contract import CONTRACT_ID, FRAC_BITS, TILE_CHANNELS, WeightFormat
from openfpga_host.image_format import (
    CONVERT_AGAIN,
    EMBEDDING_EXPONENT,
    EMBEDDING_MANTISSA,
    FILES_PREFIX,
    FINAL_BIAS,
    FINAL_GAIN,
    PAGE,
    POSITIONS_EXPONENT,
    POSITIONS_MANTISSA,
    ROPE,
    VERSION,
    EncoderInfo,
    ImageConfig,
    ImageError,
    MatrixInfo,
    Metadata,
    SectionInfo,
    TensorReport,
    checksum,
    padded,
    read_header,
)
from openfpga_host.layout import tile_bytes

__all__ = ["EncoderInfo", "FinalNorm", "Image", "ImageConfig", "ImageError", "Matrix", "TensorReport"]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A weight matrix as the card reads it."""

    name: str
    n: int
    """Output channels, padding included; a multiple of 16."""
    k: int
    """Inputs; a multiple of 32."""
    format: WeightFormat
    codebook: NDArray[np.int8]
    """int8 [16]; zeros for W8."""
    norm: bool
    """Its input is RMS-normalised by the card."""
    norm_eps: int
    """round(k * eps * 2**32) where `norm`, else 0."""
    tiles: NDArray[np.uint8]
    """[n / 8, tile_bytes], a read-only view of the file."""


@dataclass(frozen=True, slots=True)
class FinalNorm:
    """The norm behind the last layer, for states that the host computes from the residual stream."""

    gain: NDArray[np.float32]
    """[hidden_size]"""
    bias: NDArray[np.float32] | None
    """[hidden_size] of a LayerNorm, which takes the mean away; None: RMSNorm."""
    eps: float


class Image:
    """An open image; a context manager. Make one with `Image.open`.

    Arrays obtained from it are read-only views of the mapped file and keep the mapping alive after `close`.
    """

    def __init__(self, path: Path, mapping: mmap.mmap, metadata: Metadata, checksum_hex: str) -> None:
        self.path = path
        self.checksum = checksum_hex
        self.contract_id = CONTRACT_ID
        self.config = metadata.config
        self.report: tuple[TensorReport, ...] = tuple(metadata.report)
        self._mapping = mapping
        self._sections = {section.name: section for section in metadata.sections}
        config = metadata.config
        self.matrices: dict[str, Matrix] = {
            name: self._matrix(name, info) for name, info in metadata.matrices.items()
        }
        self.rope: NDArray[np.int16] = np.empty((0, config.head_dim // 2, 2), np.int16)
        """int16 [max_context, head_dim / 2, 2]: cos and sin by position, ROPE_FRAC_BITS; of decoders."""
        self.positions: NDArray[np.int32] = np.empty((0, config.hidden_size), np.int32)
        """int32 [max_context, hidden_size], Q16: added to the embedding's rows; of encoders."""
        if config.encoder is msgspec.UNSET:
            self.rope = self._array(ROPE, "<i2", (config.max_context, config.head_dim // 2, 2))
        else:
            mantissa, scale = self._rows(POSITIONS_MANTISSA, POSITIONS_EXPONENT, config.max_context)
            self.positions = mantissa * scale
        self._mantissa, self._scale = self._rows(EMBEDDING_MANTISSA, EMBEDDING_EXPONENT, config.vocab_size)
        self.final_norm = self._final_norm()
        self.files: Mapping[str, bytes] = MappingProxyType(
            {
                name.removeprefix(FILES_PREFIX): bytes(self._bytes(section))
                for name, section in self._sections.items()
                if name.startswith(FILES_PREFIX)
            }
        )

    @classmethod
    def open(cls, path: Path, *, verify: bool = True) -> Image:
        """Map an image.

        Args:
            path: the file.
            verify: check every section's checksum (reads the whole file); header, metadata and layout are
                checked in any case.

        Raises:
            ImageError: not an image, cut short, damaged, newer, or for another contract; the message names
                the file and section, and says what to do.
            OSError: the file cannot be read.
        """
        path = Path(path)
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            header = read_header(path, file.read(PAGE), VERSION, CONTRACT_ID)
            if size != header.file_bytes:
                state = "cut short" if size < header.file_bytes else "too long"
                raise ImageError(
                    f"{path}: {state} ({size} bytes, the header says {header.file_bytes}); "
                    f"copy it again or {CONVERT_AGAIN}"
                )
            if header.metadata_offset < PAGE or header.metadata_offset % PAGE:
                raise ImageError(f"{path}: the header puts the metadata at {header.metadata_offset}")
            mapping = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        try:
            raw = memoryview(mapping)[header.metadata_offset :]
            if checksum(raw) != header.metadata_checksum:
                raise _damaged(path, "metadata")
            metadata = _parse(path, bytes(raw[: header.metadata_length]), header.metadata_offset)
            del raw
            image = cls(path, mapping, metadata, header.checksum.hex())
            if verify:
                image.verify()
        except ImageError:
            with contextlib.suppress(BufferError):
                mapping.close()
            raise
        return image

    def verify(self, names: Iterable[str] | None = None) -> None:
        """Check the checksums of sections, all by default, on every core.

        Raises:
            ImageError: names the first damaged section.
            KeyError: no such section.
        """
        sections = list(self._sections.values()) if names is None else [self._sections[n] for n in names]
        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            for section, good in zip(sections, pool.map(self._intact, sections), strict=True):
                if not good:
                    raise _damaged(self.path, section.name)

    def embedding_rows(
        self, ids: NDArray[np.integer[Any]], out: NDArray[np.int32] | None = None
    ) -> NDArray[np.int32]:
        """Rows of the embedding: int32 [R, hidden_size], Q16, for token ids [R]; into `out` if given.

        Raises:
            ValueError: an id outside the vocabulary.
        """
        # A step has few ids: as a list they are checked in a tenth of the time of two reductions.
        numbers = ids.tolist()
        if numbers and not 0 <= min(numbers) <= max(numbers) < self.config.vocab_size:
            raise ValueError(f"token ids {ids.min()}..{ids.max()} exceed 0..{self.config.vocab_size - 1}")
        rows: NDArray[np.int32] = np.multiply(
            self._mantissa.take(ids, axis=0), self._scale.take(ids, axis=0), out=out
        )
        return rows

    def sections(self) -> tuple[SectionInfo, ...]:
        """All sections in the order of the file."""
        return tuple(self._sections.values())

    def close(self) -> None:
        """Drop the mapping; it goes once the last array made from it has gone."""
        self.matrices = {}
        self.rope = self._mantissa = np.empty(0, np.int16)
        self.final_norm = None
        with contextlib.suppress(BufferError):
            self._mapping.close()

    def __enter__(self) -> Image:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -------------------------------------------------------------------------------------------- sections
    def _intact(self, section: SectionInfo) -> bool:
        with memoryview(self._mapping) as whole, whole[section.offset :][: padded(section.length)] as data:
            return checksum(data).hex() == section.checksum

    def _bytes(self, section: SectionInfo) -> NDArray[np.uint8]:
        return np.frombuffer(self._mapping, np.uint8, section.length, section.offset)

    def _array(self, name: str, dtype: str, shape: tuple[int, ...]) -> NDArray[Any]:
        section = self._sections.get(name)
        if section is None:
            raise ImageError(f"{self.path}: the section {name} is missing; {CONVERT_AGAIN}")
        needed = int(np.prod(shape, dtype=object)) * np.dtype(dtype).itemsize
        if min(shape) < 1 or section.length != needed:
            raise ImageError(
                f"{self.path}: the section {name} has {section.length} bytes; "
                f"its shape {shape} needs {needed}; {CONVERT_AGAIN}"
            )
        return self._bytes(section).view(dtype).reshape(shape)

    def _rows(self, mantissa: str, exponent: str, rows: int) -> tuple[NDArray[np.int16], NDArray[np.int32]]:
        """A table's mantissas [rows, hidden_size] and the factor of each row, int32 [rows, 1]."""
        shifts = self._array(exponent, "u1", (rows, 1))
        scale = np.left_shift(np.int32(1), shifts, dtype=np.int32)
        return self._array(mantissa, "<i2", (rows, self.config.hidden_size)), scale

    def _final_norm(self) -> FinalNorm | None:
        """The norm behind the last layer; None in decoders' images made before it was kept."""
        if FINAL_GAIN not in self._sections:
            return None
        shape, encoder = (self.config.hidden_size,), self.config.encoder
        gain = self._array(FINAL_GAIN, "<f4", shape)
        if encoder is not msgspec.UNSET:
            return FinalNorm(gain, self._array(FINAL_BIAS, "<f4", shape), encoder.layer_norm_eps)
        head = self.matrices["lm_head"]
        return FinalNorm(gain, None, head.norm_eps / (head.k * 2.0 ** (2 * FRAC_BITS)))

    def _matrix(self, name: str, info: MatrixInfo) -> Matrix:
        fault = info.fault()
        if fault is not None:
            raise ImageError(f"{self.path}: matrix {name}: {fault}; {CONVERT_AGAIN}")
        shape = (info.n // TILE_CHANNELS, tile_bytes(info.k, info.weight_format))
        return Matrix(
            name=name,
            n=info.n,
            k=info.k,
            format=info.weight_format,
            codebook=np.array(info.codebook, np.int8),
            norm=info.norm,
            norm_eps=info.norm_eps,
            tiles=self._array(name, "u1", shape),
        )


def _parse(path: Path, encoded: bytes, end: int) -> Metadata:
    """Decode the metadata and check that the sections lie one after another between header and metadata."""
    try:
        metadata = msgspec.json.decode(encoded, type=Metadata)
    except msgspec.DecodeError as error:
        raise ImageError(f"{path}: the metadata cannot be understood ({error}); {CONVERT_AGAIN}") from error
    position = PAGE
    for section in metadata.sections:
        if section.offset != position or section.length < 0:
            raise ImageError(f"{path}: the section {section.name} is not where the one before it ends")
        position += padded(section.length)
    if position != end:
        raise ImageError(f"{path}: the sections end at {position}, the metadata starts at {end}")
    return metadata


def _damaged(path: Path, name: str) -> ImageError:
    return ImageError(
        f"{path}: the section {name} is damaged (its checksum differs); copy it again or {CONVERT_AGAIN}"
    )
