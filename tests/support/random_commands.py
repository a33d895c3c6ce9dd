"""Hypothesis strategies: one command of each opcode, random in shape and flags, ordinary or extreme data."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray
from openfpga_host.contract import COPY_DTYPE, SEGMENT_DTYPE, Epilogue, Flag, Opcode, WeightFormat
from openfpga_host.layout import KvGeometry, KvVectors, pack_q_records, pack_tiles, q_record_words
from support.bench import Bench

PROFILES = ("zero", "small", "ordinary", "wide", "extreme")
seeds = st.integers(0, 2**32 - 1)
profiles = st.sampled_from(PROFILES)


def random_i32(rng: np.random.Generator, shape: tuple[int, ...], profile: str) -> NDArray[np.int32]:
    """Q16 data: all zero, tiny, like a model's, over all magnitudes within one row, or the ends of int32."""
    if profile == "zero":
        return np.zeros(shape, np.int32)
    if profile == "small":
        return rng.integers(-3, 4, shape).astype(np.int32)
    if profile == "ordinary":
        return (rng.standard_normal(shape) * 65536).astype(np.int32)
    if profile == "wide":
        magnitude = rng.integers(0, 2**31, shape) >> rng.integers(0, 32, shape)
        return np.where(rng.random(shape) < 0.5, -magnitude, magnitude).astype(np.int32)
    return rng.choice(np.array([-(2**31), 2**31 - 1, 0, -1, 2**30], np.int64), shape).astype(np.int32)


def _weights(rng: np.random.Generator, n: int, k: int, fmt: WeightFormat, profile: str) -> tuple[Any, ...]:
    if profile in ("extreme", "zero"):
        fill: int = 127 if profile == "extreme" else 0
        codes = np.full((n, k), 15 if fmt == WeightFormat.W4 else fill, np.int8)
        mults = np.full((n, k // 32), 255 if fill else 0, np.uint8)
        mantissa = np.full(n, 65535 if fill else 0, np.uint16)
        exponent = rng.integers(-128, 128, n)
    else:
        codes = rng.integers(0, 16, (n, k)) if fmt == WeightFormat.W4 else rng.integers(-127, 128, (n, k))
        mults = rng.integers(0, 256, (n, k // 32))
        mantissa = rng.integers(0, 2**16, n)
        exponent = rng.integers(-128, 128, n) if profile == "wide" else rng.integers(-45, -25, n)
    return (
        codes.astype(np.uint8 if fmt == WeightFormat.W4 else np.int8),
        mults.astype(np.uint8),
        mantissa.astype(np.uint16),
        exponent.astype(np.int16),
        random_i32(rng, (n,), profile),
    )


@st.composite
def matmuls(draw: st.DrawFn, ports: int, max_rows: int = 4) -> Bench:
    rng = np.random.default_rng(draw(seeds))
    rows, k_blocks = draw(st.integers(1, max_rows)), draw(st.integers(1, 10))
    fmt, epilogue = draw(st.sampled_from(WeightFormat)), draw(st.sampled_from(Epilogue))
    n_tiles = (4 if epilogue == Epilogue.SILU else 2) * draw(st.integers(1, 3))
    flags = draw(st.sampled_from([0, Flag.NORM, Flag.GATHER, Flag.NORM | Flag.GATHER]))
    profile = draw(profiles)
    k, n = 32 * k_blocks, 8 * n_tiles
    width = n // 2 if epilogue == Epilogue.SILU else n
    bench = Bench(ports)
    codebook = rng.integers(-127, 128, 16)
    codebook[15] = 127
    bench.command(
        Opcode.MATMUL,
        flags=flags,
        tag=draw(st.integers(0, 2**32 - 1)),
        rows=rows,
        k_blocks=k_blocks,
        n_tiles=n_tiles,
        format=fmt,
        epilogue=epilogue,
        codebook=codebook,
        norm_eps=draw(st.sampled_from([0, 1, round(k * 1e-5 * 2**32) % 2**32, 2**32 - 1])),
        x_addr=bench.put(random_i32(rng, (max_rows + 3, k), profile)),
        y_addr=bench.put(random_i32(rng, (rows, width), draw(profiles))),
        index_addr=bench.put(rng.integers(0, max_rows + 3, rows).astype(np.uint32)),
        w_addr=bench.put_tiles(pack_tiles(*_weights(rng, n, k, fmt, draw(profiles)), fmt)),
    )
    return bench


class _Heads:
    """The head shape of a KV command and a pool of KV blocks on the bench's ports."""

    def __init__(self, draw: st.DrawFn, bench: Bench, blocks: int) -> None:
        self.kv_heads = draw(st.integers(1, 3))
        self.q_heads = self.kv_heads * draw(st.integers(1, 3))
        self.head_blocks = draw(st.integers(1, 4))
        layers = draw(st.integers(1, 2))
        self.geometry = KvGeometry(layers, self.kv_heads, self.head_blocks, len(bench.memory.ports))
        self.blocks = blocks
        self.pool = bench.reserve_ports(blocks * self.geometry.block_words)
        self.kv_addr = self.pool + (layers - 1) * self.geometry.layer_words
        self.dim = 32 * self.head_blocks

    def fields(self) -> dict[str, int]:
        return {
            "q_heads": self.q_heads,
            "kv_heads": self.kv_heads,
            "head_blocks": self.head_blocks,
            "kv_addr": self.kv_addr,
            "block_stride": self.geometry.block_words,
        }


@st.composite
def kv_writes(draw: st.DrawFn, ports: int, max_rows: int = 4) -> Bench:
    rng = np.random.default_rng(draw(seeds))
    bench = Bench(ports)
    heads = _Heads(draw, bench, blocks=4)
    rows = draw(st.integers(1, max_rows))
    slots = rng.choice(16 * heads.blocks, rows, replace=False).astype(np.uint32)
    shape = (rows, heads.q_heads + 2 * heads.kv_heads, heads.dim)
    bench.command(
        Opcode.KV_WRITE,
        flags=draw(st.sampled_from([0, Flag.ROPE])),
        rows=rows,
        x_addr=bench.put(random_i32(rng, shape, draw(profiles))),
        q_addr=bench.reserve(64 * rows * q_record_words(heads.q_heads, heads.head_blocks)),
        slots_addr=bench.put(slots),
        rope_addr=bench.put(rng.integers(-(2**15), 2**15, (rows, heads.dim)).astype(np.int16)),
        **heads.fields(),
    )
    return bench


def fill_pool(rng: np.random.Generator, bench: Bench, heads: _Heads, profile: str) -> None:
    """Mantissas and exponents as KV_WRITE could have left them."""
    geometry = heads.geometry
    lead = (heads.blocks, heads.kv_heads, geometry.split, geometry.chunk_tokens)
    vectors = KvVectors(
        *_vectors(rng, (*lead, heads.dim), profile), *_vectors(rng, (*lead, heads.dim), profile)
    )
    layer = heads.kv_addr - heads.pool
    by_port = geometry.by_port(geometry.pack_chunks(vectors))
    for rows, chunks in zip(bench.memory.port_rows, by_port, strict=True):
        pool = rows[heads.pool : heads.pool + heads.blocks * geometry.block_words]
        blocks = pool.reshape(heads.blocks, geometry.block_words, 64)
        blocks[:, layer : layer + geometry.layer_words] = chunks.reshape(heads.blocks, -1, 64)


def _vectors(rng: np.random.Generator, shape: tuple[int, ...], profile: str) -> tuple[Any, Any]:
    exponent_shape = (*shape[:-1], shape[-1] // 32)
    if profile == "zero":
        return np.zeros(shape, np.int8), np.zeros(exponent_shape, np.uint8)
    if profile == "extreme":
        return (
            rng.choice(np.array([-127, 127], np.int8), shape),
            np.full(exponent_shape, 20, np.uint8),
        )
    low, high = {"small": (0, 2), "ordinary": (8, 11), "wide": (0, 21)}[profile]
    return (
        rng.integers(-127, 128, shape).astype(np.int8),
        rng.integers(low, high, exponent_shape).astype(np.uint8),
    )


@st.composite
def attentions(draw: st.DrawFn, ports: int, max_rows: int = 4, max_context: int = 60) -> Bench:
    rng = np.random.default_rng(draw(seeds))
    bench = Bench(ports)
    heads = _Heads(draw, bench, blocks=7)
    fill_pool(rng, bench, heads, draw(profiles))
    rows = draw(st.integers(1, max_rows))
    cuts = sorted(draw(st.sets(st.integers(1, rows), max_size=rows)) | {rows})
    segments = np.zeros(len(cuts), SEGMENT_DTYPE)
    first = 0
    for record, cut in zip(segments, cuts, strict=True):
        start = draw(st.integers(0, max_context - rows))
        own = cut - first
        length = start + own
        table = rng.integers(0, heads.blocks, -(-length // 16)).astype(np.uint32)
        record["table_addr"] = bench.put(table)
        record["first_row"], record["rows"], record["start"], record["length"] = first, own, start, length
        first = cut
    q, q_exp = _vectors(rng, (rows, heads.q_heads, heads.dim), draw(profiles))
    bench.command(
        Opcode.ATTENTION,
        flags=draw(st.sampled_from([0, Flag.CAUSAL])),
        rows=rows,
        q_addr=bench.put(pack_q_records(q, q_exp)),
        y_addr=bench.reserve(4 * rows * heads.q_heads * heads.dim),
        segments_addr=bench.put(segments),
        segments=len(segments),
        window=draw(st.sampled_from([0, 1, 5, 16, 1000])),
        **heads.fields(),
    )
    return bench


@st.composite
def kv_copies(draw: st.DrawFn, ports: int) -> Bench:
    rng = np.random.default_rng(draw(seeds))
    bench = Bench(ports)
    heads = _Heads(draw, bench, blocks=6)
    for rows in bench.memory.port_rows:
        rows[...] = rng.integers(0, 256, rows.shape, dtype=np.uint8)
    pairs = draw(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=6))
    bench.command(
        Opcode.KV_COPY,
        pairs=len(pairs),
        pairs_addr=bench.put(np.array(pairs or [(0, 0)], COPY_DTYPE)),
        kv_addr=heads.pool,
        block_stride=heads.geometry.block_words,
    )
    return bench
