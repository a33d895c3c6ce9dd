"""Random commands with all that they read, one function an opcode: what benches of units and card execute.

Each adds a command to a `support.bench.Bench`, within what a card of `size` takes; fields given by name stay
as they are given.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from openfpga_host.contract import (
    BLOCK,
    COPY_DTYPE,
    MANTISSA_MAX,
    PAGE_TOKENS,
    SEGMENT_DTYPE,
    TILE_CHANNELS,
    WORD_BYTES,
    CardSize,
    Epilogue,
    Flag,
    Opcode,
    WeightFormat,
)
from openfpga_host.layout import KvGeometry, KvVectors, pack_q_records, pack_tiles, q_record_words
from support.bench import Bench

Rng = np.random.Generator


def new_bench(rng: Rng, size: CardSize, *, port_words: int = 1 << 13, act_words: int = 1 << 12) -> Bench:
    """A bench whose memory is full of random bytes, so that a stray write shows."""
    bench = Bench(size.ports, port_words=port_words, act_words=act_words)
    for space in (bench.memory.act, *bench.memory.ports):
        space[:] = rng.integers(0, 256, len(space), np.uint8)
    return bench


def add_matmul(bench: Bench, rng: Rng, size: CardSize, **fields: Any) -> None:
    """MATMUL of up to 8 blocks and 12 tiles."""
    rows = fields.setdefault("rows", int(rng.integers(1, size.rows + 1)))
    k_blocks = fields.setdefault("k_blocks", int(rng.integers(1, min(8, size.k_blocks) + 1)))
    epilogue = fields.setdefault("epilogue", rng.choice(list(Epilogue)))
    unit = 4 if epilogue == Epilogue.SILU else 2  # a row of results is whole words
    n_tiles = fields.setdefault("n_tiles", unit * int(rng.integers(1, 4)))
    fmt = WeightFormat(fields.setdefault("format", rng.choice(list(WeightFormat))))
    k, n = BLOCK * k_blocks, TILE_CHANNELS * n_tiles
    if fmt == WeightFormat.W4:
        codes = rng.integers(0, 16, (n, k)).astype(np.uint8)
    else:
        codes = rng.integers(-MANTISSA_MAX, MANTISSA_MAX + 1, (n, k)).astype(np.int8)
    tiles = pack_tiles(
        codes,
        rng.integers(0, 256, (n, k_blocks)).astype(np.uint8),
        rng.integers(0, 2**16, n).astype(np.uint16),
        rng.integers(-45, -25, n).astype(np.int16),
        q16(rng, n),
        fmt,
    )
    flags = [0, Flag.NORM, Flag.GATHER, Flag.NORM | Flag.GATHER]
    values = {
        "flags": rng.choice(flags),
        "tag": rng.integers(2**32),
        "codebook": rng.integers(-MANTISSA_MAX, MANTISSA_MAX + 1, 16),
        "norm_eps": rng.integers(2**32),
        "x_addr": bench.put(q16(rng, rows + 2, k)),
        "y_addr": bench.put(q16(rng, rows, n // 2 if epilogue == Epilogue.SILU else n)),
        "index_addr": bench.put(rng.integers(0, rows + 2, rows).astype(np.uint32)),
        "w_addr": bench.put_tiles(tiles),
    }
    bench.command(Opcode.MATMUL, **(values | fields))


def add_kv_write(bench: Bench, rng: Rng, size: CardSize, **fields: Any) -> None:
    """KV_WRITE of rows in different slots of four KV blocks."""
    rows = fields.setdefault("rows", int(rng.integers(1, size.rows + 1)))
    q_heads, kv_heads, head_blocks, geometry = _heads(rng, size, fields)
    layer = int(rng.integers(geometry.layers)) * geometry.layer_words
    dim = BLOCK * head_blocks
    slots = rng.choice(4 * PAGE_TOKENS, rows, replace=False).astype(np.uint32)
    values = {
        "flags": rng.choice([0, Flag.ROPE]),
        "x_addr": bench.put(q16(rng, rows, q_heads + 2 * kv_heads, dim)),
        "q_addr": bench.reserve(WORD_BYTES * rows * q_record_words(q_heads, head_blocks)),
        "slots_addr": bench.put(slots),
        "rope_addr": bench.put(rng.integers(-(2**15), 2**15, (rows, dim)).astype(np.int16)),
        "kv_addr": bench.reserve_ports(4 * geometry.block_words) + layer,
        "block_stride": geometry.block_words,
    }
    bench.command(Opcode.KV_WRITE, **(values | fields))


def add_kv_copy(bench: Bench, rng: Rng, size: CardSize, **fields: Any) -> None:
    """KV_COPY among six KV blocks, of which one pair may read what another wrote."""
    pairs = fields.setdefault("pairs", int(rng.integers(0, 4)))
    stride = fields.setdefault("block_stride", int(rng.integers(1, 40)))
    table = np.zeros(max(pairs, 1), COPY_DTYPE)
    table["source"], table["destination"] = rng.integers(0, 6, (2, len(table)))
    values = {"pairs_addr": bench.put(table), "kv_addr": bench.reserve_ports(6 * stride)}
    bench.command(Opcode.KV_COPY, **(values | fields))


def add_attention(bench: Bench, rng: Rng, size: CardSize, *, most_context: int = 60, **fields: Any) -> None:
    """ATTENTION over a cache as KV_WRITE could have left it, its rows in segments of up to `most_context`."""
    rows = fields.setdefault("rows", int(rng.integers(1, size.rows + 1)))
    q_heads, kv_heads, head_blocks, geometry = _heads(rng, size, fields)
    blocks = 5
    pool = bench.reserve_ports(blocks * geometry.block_words)
    layer = int(rng.integers(geometry.layers)) * geometry.layer_words
    lead = (blocks, kv_heads, geometry.split, geometry.chunk_tokens)
    vectors = KvVectors(*_vectors(rng, *lead, head_blocks), *_vectors(rng, *lead, head_blocks))
    by_port = geometry.by_port(geometry.pack_chunks(vectors))
    for words, chunks in zip(bench.memory.port_rows, by_port, strict=True):
        of_block = words[pool : pool + blocks * geometry.block_words].reshape(blocks, -1, WORD_BYTES)
        of_block[:, layer : layer + geometry.layer_words] = chunks.reshape(blocks, -1, WORD_BYTES)
    cuts = sorted({rows, *rng.integers(1, rows + 1, rng.integers(0, rows + 1)).tolist()})
    segments = np.zeros(len(cuts), SEGMENT_DTYPE)
    for record, first, end in zip(segments, [0, *cuts], cuts, strict=False):
        start = int(rng.integers(0, min(most_context, size.context) - rows + 1))
        length = start + end - first
        table = rng.integers(0, blocks, -(-length // PAGE_TOKENS)).astype(np.uint32)
        record["table_addr"], record["start"], record["length"] = bench.put(table), start, length
        record["first_row"], record["rows"] = first, end - first
    values = {
        "flags": rng.choice([0, Flag.CAUSAL]),
        "q_addr": bench.put(pack_q_records(*_vectors(rng, rows, q_heads, head_blocks))),
        "y_addr": bench.reserve(4 * rows * q_heads * BLOCK * head_blocks),
        "segments_addr": bench.put(segments),
        "segments": len(segments),
        "window": rng.choice([0, 1, 5, 16, 1000]),
        "kv_addr": pool + layer,
        "block_stride": geometry.block_words,
    }
    bench.command(Opcode.ATTENTION, **(values | fields))


def q16(rng: Rng, *shape: int) -> NDArray[np.int32]:
    """Numbers of 16 fractional bits: like a model's, of all magnitudes, or the ends of int32."""
    kind = rng.integers(4)
    if kind == 0:
        ends = np.array([-(2**31), 2**31 - 1, 0, -1, 2**30])
        return rng.choice(ends, shape).astype(np.int32)
    if kind == 1:
        return (rng.integers(-(2**31), 2**31, shape) >> rng.integers(0, 32, shape)).astype(np.int32)
    return (rng.standard_normal(shape) * 2**16).astype(np.int32)


def _heads(rng: Rng, size: CardSize, fields: dict[str, Any]) -> tuple[int, int, int, KvGeometry]:
    """Query heads, key/value heads and blocks of a head that the card takes, and a cache for them."""
    head_blocks = fields.setdefault("head_blocks", int(rng.integers(1, size.head_blocks + 1)))
    most = size.k_blocks // head_blocks
    kv_heads = fields.setdefault("kv_heads", int(rng.integers(1, min(3, most) + 1)))
    q_heads = fields.setdefault("q_heads", kv_heads * int(rng.integers(1, min(3, most // kv_heads) + 1)))
    geometry = KvGeometry(int(rng.integers(1, 3)), kv_heads, head_blocks, size.ports)
    return q_heads, kv_heads, head_blocks, geometry


def _vectors(rng: Rng, *shape: int) -> tuple[NDArray[np.int8], NDArray[np.uint8]]:
    """Mantissas [..., 32 * blocks] and exponents [..., blocks] of vectors; `shape` ends with the blocks."""
    *lead, blocks = shape
    low, high = ((8, 11), (0, 21))[rng.integers(2)]
    mantissas = rng.integers(-MANTISSA_MAX, MANTISSA_MAX + 1, (*lead, BLOCK * blocks))
    return mantissas.astype(np.int8), rng.integers(low, high, (*lead, blocks)).astype(np.uint8)
