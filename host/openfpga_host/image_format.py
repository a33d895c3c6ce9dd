"""The device image's layout on disk: header, metadata and sections (docs/image.md describes it byte by byte).

One file holds a header page, the sections, and the metadata (JSON) as the last of them. Every section starts
on a 4 KiB boundary, so that it can be mapped, and is followed by zeros up to the next. Checksums are BLAKE2b
of 16 bytes over a section with those zeros; the metadata holds the sections' checksums and the header the
metadata's, so the header's own checksum identifies the whole content and no byte of the file is outside one
of them. BLAKE2b rather than a CRC because the checksum doubles as that identity (caches are keyed by it).
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import msgspec

from openfpga_host.contract import BLOCK, CODEBOOK_SIZE, MANTISSA_MAX, WeightFormat

MAGIC: Final = b"OFPGAIMG"
VERSION: Final = 2
"""Newest version that is read; what is written is the oldest that has all that the image needs."""
ENCODER_VERSION: Final = 2
DECODER_VERSION: Final = 1
PAGE: Final = 4096
CHECKSUM_BYTES: Final = 16
CHANNEL_MULTIPLE: Final = 16
"""Matrices have a multiple of this many output channels: an even number of tiles."""
FILES_PREFIX: Final = "files/"
ROPE: Final = "rope"
EMBEDDING_MANTISSA: Final = "embedding.mantissa"
EMBEDDING_EXPONENT: Final = "embedding.exponent"
POSITIONS_MANTISSA: Final = "positions.mantissa"
POSITIONS_EXPONENT: Final = "positions.exponent"
FINAL_GAIN: Final = "final.gain"
FINAL_BIAS: Final = "final.bias"

_HEADER = struct.Struct("<8sIIQQ16s16s")
HEADER_BYTES: Final = _HEADER.size


class ImageError(ValueError):
    """An image that cannot be used or written: which file, which section, and what to do."""


class EncoderInfo(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What makes a model an encoder of texts.

    Attributes:
        pooling: "mean" over all tokens, or "cls": the first one's state.
        layer_norm_eps: of the last LayerNorm, which the host computes.
    """

    pooling: Literal["mean", "cls"]
    layer_norm_eps: float


class ImageConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the runner needs to know about the model.

    Attributes:
        name: the model's name for people and for the API.
        architecture: as in the checkpoint's config.json.
        vocab_size: rows of the embedding; the LM head's channels beyond it are padding.
        hidden_size, intermediate_size, num_layers, num_heads, num_kv_heads, head_dim: the decoder's shape.
        max_context: tokens a sequence may have: rows of the RoPE (or positions) section.
        sliding_window: tokens each position attends to, itself included; None for all.
        tie_word_embeddings: whether the LM head was made from the embedding.
        created_by: program and version that wrote the image.
        encoder: of an encoder; left out for decoders.
    """

    name: str
    architecture: str
    vocab_size: int
    hidden_size: int
    intermediate_size: int
    num_layers: int
    num_heads: int
    num_kv_heads: int
    head_dim: int
    max_context: int
    sliding_window: int | None
    tie_word_embeddings: bool
    created_by: str
    encoder: EncoderInfo | msgspec.UnsetType = msgspec.UNSET

    @property
    def version(self) -> int:
        """Of the format, as the header of an image of this model says."""
        return DECODER_VERSION if self.encoder is msgspec.UNSET else ENCODER_VERSION


class MatrixInfo(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A weight matrix in the card's format.

    Attributes:
        n: output channels, padding included; a multiple of 16.
        k: inputs; a multiple of 32.
        format: "W4" or "W8".
        codebook: 16 values -127..127 (W8: zeros).
        norm: whether its input is RMS-normalised (the gain and sqrt(k) * 2**16 are in the weights).
        norm_eps: round(k * eps * 2**32) where norm, else 0.
    """

    n: int
    k: int
    format: str
    codebook: list[int]
    norm: bool
    norm_eps: int

    @property
    def weight_format(self) -> WeightFormat:
        """`format` as the contract's enumeration."""
        return WeightFormat[self.format]

    def fault(self) -> str | None:
        """What is wrong with it, or None."""
        if self.format not in WeightFormat.__members__:
            return f"unknown weight format {self.format!r}"
        if self.n < 1 or self.n % CHANNEL_MULTIPLE or self.k < 1 or self.k % BLOCK:
            return f"{self.n} x {self.k}; channels come in multiples of {CHANNEL_MULTIPLE}, inputs of {BLOCK}"
        if len(self.codebook) != CODEBOOK_SIZE or max(map(abs, self.codebook)) > MANTISSA_MAX:
            return f"a codebook has {CODEBOOK_SIZE} values within -{MANTISSA_MAX}..{MANTISSA_MAX}"
        if not 0 <= self.norm_eps < 1 << 32 or (self.norm_eps and not self.norm):
            return f"norm_eps {self.norm_eps} does not belong to norm {self.norm}"
        return None


class SectionInfo(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a section lies: `offset` and `length` in bytes; `checksum` in hexadecimal."""

    name: str
    offset: int
    length: int
    checksum: str


class TensorReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What quantising one matrix cost.

    Attributes:
        name: of the matrix, such as "layers.0.qkv".
        n, k: output channels (without padding) and inputs.
        format: "W4" or "W8"; for the embedding "I16".
        codebook: name of the codebook, "" where there is none.
        error: root of the relative squared error, |W_hat - W| / |W|.
        bytes: of its section.
    """

    name: str
    n: int
    k: int
    format: str
    codebook: str
    error: float
    bytes: int


class Metadata(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The JSON at the image's end."""

    config: ImageConfig
    matrices: dict[str, MatrixInfo]
    sections: list[SectionInfo]
    report: list[TensorReport]


@dataclass(frozen=True, slots=True)
class Header:
    """The first 64 bytes; the rest of their page is zero.

    Attributes:
        version: of the format.
        contract_id: of the contract that the tiles and numbers follow.
        metadata_offset, metadata_length: bytes.
        metadata_checksum: of the metadata section.
        checksum: of the header page without this field; identifies the image.
    """

    version: int
    contract_id: int
    metadata_offset: int
    metadata_length: int
    metadata_checksum: bytes
    checksum: bytes = b""

    @property
    def file_bytes(self) -> int:
        """Size that the file must have."""
        return padded(self.metadata_offset + self.metadata_length)

    def page(self) -> bytes:
        """The header page with its checksum filled in."""
        fields = (
            MAGIC,
            self.version,
            self.contract_id,
            self.metadata_offset,
            self.metadata_length,
            self.metadata_checksum,
        )
        page = bytearray(PAGE)
        _HEADER.pack_into(page, 0, *fields, bytes(CHECKSUM_BYTES))
        _HEADER.pack_into(page, 0, *fields, _page_checksum(page))
        return bytes(page)


def read_header(path: Path, page: bytes, reads: int, contract_id: int) -> Header:
    """Parse and check the first page of a file.

    Args:
        path: for messages.
        page: the file's first 4096 bytes, or all it has.
        reads: newest format version that the caller reads.
        contract_id: the caller's.

    Raises:
        ImageError: not an image, cut short, damaged, of a newer version, or for another contract.
    """
    if not page.startswith(MAGIC):
        raise ImageError(
            f"{path}: the header does not start with {MAGIC.decode()}: not an OpenFPGA image, or a damaged "
            "one; make one from a checkpoint folder with `openfpga convert DIR -o FILE`"
        )
    if len(page) < PAGE:
        raise ImageError(
            f"{path}: cut off in the header ({len(page)} of {PAGE} bytes); copy it again or {CONVERT_AGAIN}"
        )
    _, version, contract, offset, length, metadata_checksum, checksum = _HEADER.unpack_from(page)
    if checksum != _page_checksum(page):
        raise ImageError(f"{path}: the header is damaged (checksum); copy it again or {CONVERT_AGAIN}")
    if version > reads:
        raise ImageError(
            f"{path}: image format {version}; this program reads up to {reads}; "
            f"update OpenFPGA or {CONVERT_AGAIN}"
        )
    if contract != contract_id:
        raise ImageError(
            f"{path}: made for contract {contract:#010x}, this program speaks {contract_id:#010x}; "
            f"{CONVERT_AGAIN}"
        )
    return Header(version, contract, offset, length, metadata_checksum, checksum)


CONVERT_AGAIN: Final = "convert again with `openfpga convert DIR -o FILE`"


def padded(length: int) -> int:
    """`length` rounded up to whole pages."""
    return -(-length // PAGE) * PAGE


def checksum(data: bytes | memoryview) -> bytes:
    """BLAKE2b-128 of a section with its padding (the padding must be in `data`)."""
    return hashlib.blake2b(data, digest_size=CHECKSUM_BYTES).digest()


def _page_checksum(page: bytes | bytearray) -> bytes:
    """Of the header page, its own field left out."""
    start = HEADER_BYTES - CHECKSUM_BYTES
    return checksum(bytes(page[:start]) + bytes(page[HEADER_BYTES:]))
