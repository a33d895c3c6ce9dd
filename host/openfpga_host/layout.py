"""Where everything lies in a card's memory: weight tiles, KV blocks, q records (docs/numerics.md, 10).

Every pair of `pack_*` and `unpack_*` is one named layout step and its inverse. Sizes end in `_bytes` or
`_words`; a word is `WORD_BYTES` bytes. Nothing here computes: values come and go unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from openfpga_host.contract import (
    BLOCK,
    CHANNEL_DTYPE,
    CODEBOOK_SIZE,
    GROUP_BLOCKS,
    MANTISSA_MAX,
    PAGE_TOKENS,
    TILE_CHANNELS,
    WORD_BYTES,
    WeightFormat,
)

Bytes = NDArray[np.uint8]


def words(n_bytes: int) -> int:
    """Words that hold `n_bytes`."""
    return -(-n_bytes // WORD_BYTES)


# --------------------------------------------------------------------------------------------- weight tiles
def code_bytes(fmt: WeightFormat) -> int:
    """Bytes of one channel's codes for one K block: 16 (W4) or 32 (W8)."""
    return BLOCK // 2 if fmt == WeightFormat.W4 else BLOCK


def code_words(k_blocks: int, fmt: WeightFormat) -> int:
    """Words of codes of a weight tile of `TILE_CHANNELS` channels and `k_blocks` K blocks."""
    return k_blocks * TILE_CHANNELS * code_bytes(fmt) // WORD_BYTES


def tile_words(k_blocks: int, fmt: WeightFormat) -> int:
    """Words of a weight tile of `TILE_CHANNELS` channels and `k_blocks` K blocks."""
    return 1 + -(-k_blocks // GROUP_BLOCKS) + code_words(k_blocks, fmt)


def tile_bytes(k: int, fmt: WeightFormat) -> int:
    """Bytes of a weight tile of `TILE_CHANNELS` channels with `k` inputs."""
    if k <= 0 or k % BLOCK:
        raise ValueError(f"k is {k}; a weight tile needs a positive multiple of {BLOCK}")
    return WORD_BYTES * tile_words(k // BLOCK, fmt)


class Weights(NamedTuple):
    """A matrix as the card has it: W[n][k] = value(code) * mult[n][k / 32] * scale[n]."""

    codes: NDArray[np.int8] | Bytes
    """[N, K]: uint8 codebook indices 0..15 (W4) or int8 values -127..127 (W8)."""
    mults: Bytes
    """uint8 [N, K / 32]"""
    mantissa: NDArray[np.uint16]
    """[N]"""
    exponent: NDArray[np.int16]
    """[N], -128..127"""
    bias: NDArray[np.int32]
    """[N], Q16"""


class TileViews(NamedTuple):
    """Views into an array of tiles [..., tile_bytes]: writing to them writes to the tiles."""

    channels: NDArray[np.void]
    """CHANNEL_DTYPE [..., 8]"""
    groups: tuple[GroupViews, ...]


class GroupViews(NamedTuple):
    """One run of equally long groups of K blocks."""

    first_block: int
    mults: Bytes
    """[..., groups, 8 K blocks, 8 channels]; a short group has unused K blocks at its end"""
    codes: Bytes
    """[..., groups, K blocks, 8 channels, code_bytes]"""


def tile_views(tiles: Bytes, k_blocks: int, fmt: WeightFormat) -> TileViews:
    """Name the parts of `tiles` (uint8 [..., tile_bytes], the last axis contiguous) without copying."""
    size = WORD_BYTES * tile_words(k_blocks, fmt)
    if tiles.shape[-1] != size:
        raise ValueError(f"a tile has {tiles.shape[-1]} bytes; {k_blocks} K blocks in {fmt.name} take {size}")
    channels = tiles[..., :WORD_BYTES].view(CHANNEL_DTYPE)
    return TileViews(channels, tuple(_groups(tiles[..., WORD_BYTES:], k_blocks, fmt)))


def _groups(body: Bytes, k_blocks: int, fmt: WeightFormat) -> Iterator[GroupViews]:
    per_block = TILE_CHANNELS * code_bytes(fmt)
    lead = body.shape[:-1]
    full, short = divmod(k_blocks, GROUP_BLOCKS)
    offset = 0
    for first, count, blocks in ((0, full, GROUP_BLOCKS), (full * GROUP_BLOCKS, 1 if short else 0, short)):
        if not count:
            continue
        size = count * (WORD_BYTES + blocks * per_block)
        part = body[..., offset : offset + size].reshape(*lead, count, -1)
        offset += size
        yield GroupViews(
            first,
            part[..., :WORD_BYTES].reshape(*lead, count, GROUP_BLOCKS, TILE_CHANNELS),
            part[..., WORD_BYTES:].reshape(*lead, count, blocks, TILE_CHANNELS, code_bytes(fmt)),
        )


def pack_tiles(
    codes: NDArray[np.int8] | Bytes,
    mults: Bytes,
    mantissa: NDArray[np.uint16],
    exponent: NDArray[np.int16],
    bias: NDArray[np.int32],
    fmt: WeightFormat,
) -> Bytes:
    """Weight tiles uint8 [N / 8, tile_bytes] of a matrix; the arguments are those of `Weights`.

    Raises ValueError for shapes that do not belong together, N not a multiple of 8, K not a multiple of 32,
    and codes or exponents out of range.
    """
    n, k = codes.shape
    if n % TILE_CHANNELS or k % BLOCK or not n or not k:
        raise ValueError(
            f"codes are {n} x {k}; needed: N a multiple of {TILE_CHANNELS}, K of {BLOCK}, neither zero"
        )
    k_blocks = k // BLOCK
    for name, array, shape in (
        ("mults", mults, (n, k_blocks)),
        ("mantissa", mantissa, (n,)),
        ("exponent", exponent, (n,)),
        ("bias", bias, (n,)),
    ):
        if array.shape != shape:
            raise ValueError(f"{name} has the shape {array.shape}; codes {codes.shape} need {shape}")
    if exponent.min() < -128 or exponent.max() > 127:
        raise ValueError(f"exponents reach {exponent.min()}..{exponent.max()}; the format holds -128..127")
    packed: NDArray[Any]
    if fmt == WeightFormat.W4:
        if codes.min() < 0 or codes.max() >= CODEBOOK_SIZE:
            raise ValueError(f"W4 codes reach {codes.min()}..{codes.max()}; a codebook has the indices 0..15")
        half = np.asarray(codes, np.uint8).reshape(n, k_blocks, 2, BLOCK // 2)
        packed = half[:, :, 0] | (half[:, :, 1] << 4)
    else:
        if codes.dtype != np.int8 or codes.min() < -MANTISSA_MAX:
            raise ValueError(f"W8 codes must be int8 in -{MANTISSA_MAX}..{MANTISSA_MAX}")
        packed = np.ascontiguousarray(codes, np.int8).view(np.uint8).reshape(n, k_blocks, BLOCK)
    n_tiles = n // TILE_CHANNELS
    by_block = packed.reshape(n_tiles, TILE_CHANNELS, k_blocks, -1).transpose(0, 2, 1, 3)
    mult_by_block = mults.reshape(n_tiles, TILE_CHANNELS, k_blocks).transpose(0, 2, 1)

    tiles = np.zeros((n_tiles, tile_bytes(k, fmt)), np.uint8)
    views = tile_views(tiles, k_blocks, fmt)
    for name, array in (("mantissa", mantissa), ("exponent", exponent), ("bias", bias)):
        views.channels[name] = array.reshape(n_tiles, TILE_CHANNELS)
    for group in views.groups:
        count, blocks = group.codes.shape[1:3]
        span = slice(group.first_block, group.first_block + count * blocks)
        group.codes[...] = by_block[:, span].reshape(group.codes.shape)
        group.mults[:, :, :blocks] = mult_by_block[:, span].reshape(n_tiles, count, blocks, TILE_CHANNELS)
    return tiles


def unpack_tiles(tiles: Bytes, k: int, fmt: WeightFormat) -> Weights:
    """The matrix in `tiles` (uint8 [N / 8, tile_bytes]); the inverse of `pack_tiles`."""
    k_blocks, n = k // BLOCK, len(tiles) * TILE_CHANNELS
    views = tile_views(tiles, k_blocks, fmt)
    packed = np.empty((len(tiles), k_blocks, TILE_CHANNELS, code_bytes(fmt)), np.uint8)
    mults = np.empty((len(tiles), k_blocks, TILE_CHANNELS), np.uint8)
    for group in views.groups:
        count, blocks = group.codes.shape[1:3]
        span = slice(group.first_block, group.first_block + count * blocks)
        packed[:, span] = group.codes.reshape(len(tiles), count * blocks, TILE_CHANNELS, -1)
        mults[:, span] = group.mults[:, :, :blocks].reshape(len(tiles), count * blocks, TILE_CHANNELS)
    channelwise = packed.transpose(0, 2, 1, 3).reshape(n, k_blocks, -1)
    codes: NDArray[np.int8] | Bytes
    if fmt == WeightFormat.W4:
        codes = np.concatenate((channelwise & 15, channelwise >> 4), axis=-1).reshape(n, k)
    else:
        codes = channelwise.reshape(n, k).view(np.int8)
    return Weights(
        codes,
        mults.transpose(0, 2, 1).reshape(n, k_blocks),
        views.channels["mantissa"].reshape(n),
        views.channels["exponent"].reshape(n),
        views.channels["bias"].reshape(n),
    )


def port_tiles(n_tiles: int, ports: int) -> int:
    """Tiles that each of `ports` ports holds of a matrix of `n_tiles` tiles."""
    return -(-n_tiles // ports)


def fold_tiles(tiles: Bytes, ports: int) -> Bytes:
    """Deal tiles [n_tiles, tile_bytes] to ports: uint8 [ports, port_tiles, tile_bytes], missing ones zero."""
    folded = np.zeros((ports, port_tiles(len(tiles), ports), tiles.shape[1]), np.uint8)
    for port in range(ports):
        mine = tiles[port::ports]
        folded[port, : len(mine)] = mine
    return folded


def unfold_tiles(folded: Bytes, n_tiles: int) -> Bytes:
    """The inverse of `fold_tiles`: uint8 [n_tiles, tile_bytes]."""
    return folded.swapaxes(0, 1).reshape(-1, folded.shape[2])[:n_tiles]


# ------------------------------------------------------------------------------------------------ KV blocks
class KvVectors(NamedTuple):
    """Keys and values: mantissas int8 [..., tokens, D] and exponents uint8 [..., tokens, D / 32]."""

    k: NDArray[np.int8]
    k_exp: Bytes
    v: NDArray[np.int8]
    v_exp: Bytes


@dataclass(frozen=True)
class KvGeometry:
    """How a KV block of PAGE_TOKENS tokens, `layers` layers and `kv_heads` heads lies over `ports` ports."""

    layers: int
    kv_heads: int
    head_blocks: int
    """head size / 32"""
    ports: int

    @cached_property
    def head_dim(self) -> int:
        return self.head_blocks * BLOCK

    @cached_property
    def split(self) -> int:
        """Chunks of a head's 16 tokens: the largest power of two with split * kv_heads <= ports, or 1."""
        split = 1
        while split < PAGE_TOKENS and 2 * split * self.kv_heads <= self.ports:
            split *= 2
        return split

    @cached_property
    def chunk_tokens(self) -> int:
        return PAGE_TOKENS // self.split

    @cached_property
    def slots(self) -> int:
        """Chunks of a layer on each port."""
        return -(-self.kv_heads * self.split // self.ports)

    @cached_property
    def exponent_words(self) -> int:
        return words(2 * self.chunk_tokens * self.head_blocks)

    @cached_property
    def mantissa_words(self) -> int:
        """Words of a chunk's K, and of its V."""
        return words(self.chunk_tokens * self.head_dim)

    @cached_property
    def chunk_words(self) -> int:
        return self.exponent_words + 2 * self.mantissa_words

    @cached_property
    def layer_words(self) -> int:
        """Words from a layer's first chunk to the next layer's, on every port."""
        return self.slots * self.chunk_words

    @cached_property
    def block_words(self) -> int:
        """Words of a KV block (all layers) on every port: the commands' `block_stride`."""
        return self.layers * self.layer_words

    def chunk(self, head: int, token: int) -> tuple[int, int, int]:
        """(port, slot, token within the chunk) of token 0..15 of a block and KV head."""
        unit = head * self.split + token // self.chunk_tokens
        return unit % self.ports, unit // self.ports, token % self.chunk_tokens

    def by_head(self, chunks: Bytes) -> Bytes:
        """The ports' [ports, blocks, slots, chunk bytes] -> [blocks, kv_heads, split, chunk bytes]."""
        blocks = chunks.shape[1]
        units = chunks.transpose(1, 2, 0, 3).reshape(blocks, self.slots * self.ports, -1)
        return units[:, : self.kv_heads * self.split].reshape(blocks, self.kv_heads, self.split, -1)

    def by_port(self, chunks: Bytes) -> Bytes:
        """The inverse of `by_head`; the slots that hold no chunk are zero."""
        blocks = chunks.shape[0]
        units = np.zeros((blocks, self.slots * self.ports, chunks.shape[-1]), np.uint8)
        units[:, : self.kv_heads * self.split] = chunks.reshape(blocks, self.kv_heads * self.split, -1)
        return units.reshape(blocks, self.slots, self.ports, -1).transpose(2, 0, 1, 3)

    def pack_chunks(self, vectors: KvVectors) -> Bytes:
        """Vectors [..., chunk_tokens, D] -> chunks uint8 [..., chunk bytes]."""
        lead = vectors.k.shape[:-2]
        exps = self.chunk_tokens * self.head_blocks
        size = self.chunk_tokens * self.head_dim
        chunks = np.zeros((*lead, self.chunk_words * WORD_BYTES), np.uint8)
        chunks[..., :exps] = vectors.k_exp.reshape(*lead, exps)
        chunks[..., exps : 2 * exps] = vectors.v_exp.reshape(*lead, exps)
        k, v = self._mantissa_offsets
        chunks[..., k : k + size] = vectors.k.view(np.uint8).reshape(*lead, size)
        chunks[..., v : v + size] = vectors.v.view(np.uint8).reshape(*lead, size)
        return chunks

    def unpack_chunks(self, chunks: Bytes) -> KvVectors:
        """The inverse of `pack_chunks`; views where the array allows."""
        lead, tokens = chunks.shape[:-1], self.chunk_tokens
        exps, size = tokens * self.head_blocks, tokens * self.head_dim
        k, v = self._mantissa_offsets
        return KvVectors(
            chunks[..., k : k + size].view(np.int8).reshape(*lead, tokens, self.head_dim),
            chunks[..., :exps].reshape(*lead, tokens, self.head_blocks),
            chunks[..., v : v + size].view(np.int8).reshape(*lead, tokens, self.head_dim),
            chunks[..., exps : 2 * exps].reshape(*lead, tokens, self.head_blocks),
        )

    @cached_property
    def _mantissa_offsets(self) -> tuple[int, int]:
        """Byte offsets of the K and V mantissas in a chunk."""
        return self.exponent_words * WORD_BYTES, (self.exponent_words + self.mantissa_words) * WORD_BYTES


# ------------------------------------------------------------------------------------------------ step data
def q_record_words(q_heads: int, head_blocks: int) -> int:
    """Words of a row's q record."""
    return words(q_heads * head_blocks * (BLOCK + 1))


def pack_q_records(mantissas: NDArray[np.int8], exponents: Bytes) -> Bytes:
    """Mantissas int8 [rows, H, D] and exponents uint8 [rows, H, D / 32] -> uint8 [rows, record bytes]."""
    rows, heads, head_dim = mantissas.shape
    size = heads * head_dim
    records = np.zeros((rows, WORD_BYTES * q_record_words(heads, head_dim // BLOCK)), np.uint8)
    records[:, :size] = mantissas.view(np.uint8).reshape(rows, size)
    records[:, size : size + size // BLOCK] = exponents.reshape(rows, size // BLOCK)
    return records


def unpack_q_records(records: Bytes, q_heads: int, head_blocks: int) -> tuple[NDArray[np.int8], Bytes]:
    """The inverse of `pack_q_records`."""
    rows, size = len(records), q_heads * head_blocks * BLOCK
    mantissas = records[:, :size].view(np.int8).reshape(rows, q_heads, head_blocks * BLOCK)
    return mantissas, records[:, size : size + size // BLOCK].reshape(rows, q_heads, head_blocks)


def rope_row_words(head_blocks: int) -> int:
    """Words of a row of cos and sin: int16 [D / 2][2]."""
    return words(head_blocks * BLOCK * 2)


def slot_of(block_table: NDArray[np.int32], positions: NDArray[np.int32]) -> NDArray[np.int32]:
    """Slots int32 [rows] of token positions [rows] of a sequence: block * 16 + token in block."""
    return block_table[positions // PAGE_TOKENS] * PAGE_TOKENS + positions % PAGE_TOKENS
