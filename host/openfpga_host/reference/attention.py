"""ATTENTION (docs/numerics.md, section 8)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from openfpga_host.contract import (
    ATTN_NORM_BITS,
    BLOCK,
    PAGE_TOKENS,
    RECIP_BITS,
    RECIP_NORM_BITS,
    SEGMENT_DTYPE,
    WORD_BYTES,
    Flag,
)
from openfpga_host.layout import KvGeometry, KvVectors, q_record_words, unpack_q_records
from openfpga_host.reference.arith import INT32_MIN, Ints, bitlen, exp2_neg, rhu, sat32
from openfpga_host.reference.memory import Memory

# Tokens whose products p * (v << exponent), each below 2**43, float64 adds exactly: 2**43 * 2**10 = 2**53.
_EXACT_TOKENS = 1 << 10


def attention(memory: Memory, command: np.void) -> None:
    """Execute one checked ATTENTION; its segment records have been checked too."""
    rows, q_heads, kv_heads = int(command["rows"]), int(command["q_heads"]), int(command["kv_heads"])
    head_blocks = int(command["head_blocks"])
    dim = head_blocks * BLOCK
    q_bytes = WORD_BYTES * q_record_words(q_heads, head_blocks)
    records = memory.act_array(int(command["q_addr"]), np.uint8, rows, q_bytes)
    y = memory.act_array(int(command["y_addr"]), "<i4", rows, q_heads, dim)
    # Copies: a malformed command's results may lie over what it reads.
    segments = memory.act_array(int(command["segments_addr"]), SEGMENT_DTYPE, int(command["segments"])).copy()
    geometry = KvGeometry(layers=1, kv_heads=kv_heads, head_blocks=head_blocks, ports=len(memory.ports))
    q, q_exp = unpack_q_records(records, q_heads, head_blocks)
    tables = [
        memory.act_array(int(segment["table_addr"]), "<u4", -(-int(segment["length"]) // PAGE_TOKENS)).copy()
        for segment in segments
    ]
    kv_addr, stride = int(command["kv_addr"]), int(command["block_stride"])
    last_block = max(int(table.max()) for table in tables)
    memory.check_ports(kv_addr, kv_addr + last_block * stride + geometry.layer_words)
    for segment, table in zip(segments, tables, strict=True):
        span = slice(int(segment["first_row"]), int(segment["first_row"]) + int(segment["rows"]))
        cache = _gather(memory, geometry, kv_addr, stride, table, int(segment["length"]))
        visible = _visible(command, segment)
        y[span] = _attend(q[span], q_exp[span], cache, visible)


def _visible(command: np.void, segment: np.void) -> NDArray[np.bool_]:
    """Which keys [rows, length] each row of a segment sees."""
    own = int(segment["start"]) + np.arange(int(segment["rows"]))[:, None]
    key = np.arange(int(segment["length"]))
    seen = np.broadcast_to(key >= 0, (len(own), len(key)))
    if int(command["flags"]) & Flag.CAUSAL:
        seen = seen & (key <= own)
    window = int(command["window"])
    if window:
        seen = seen & (key > own - window)
    return seen


def _gather(
    memory: Memory, geometry: KvGeometry, kv_addr: int, stride: int, table: NDArray[np.uint32], length: int
) -> KvVectors:
    """A sequence's K and V: mantissas [kv_heads, length, D], exponents [kv_heads, length, D / 32]."""
    at = kv_addr + table.astype(np.int64)[:, None] * stride + np.arange(geometry.layer_words)
    chunks = np.stack([space[at].reshape(len(table), geometry.slots, -1) for space in memory.port_rows])

    def per_head(part: NDArray[Any]) -> NDArray[Any]:
        return part.swapaxes(0, 1).reshape(geometry.kv_heads, -1, part.shape[-1])[:, :length]

    k, k_exp, v, v_exp = geometry.unpack_chunks(geometry.by_head(chunks))
    return KvVectors(per_head(k), per_head(k_exp), per_head(v), per_head(v_exp))


def _attend(
    q: NDArray[np.int8], q_exp: NDArray[np.uint8], cache: KvVectors, visible: NDArray[np.bool_]
) -> Ints:
    """Results [rows, q_heads, D] of query rows q [rows, q_heads, D] over a sequence's cache."""
    rows, q_heads, dim = q.shape
    kv_heads, length = cache.k.shape[:2]
    group = q_heads // kv_heads
    # [kv_heads, D / 32, rows * group, ...]: the queries of a KV head side by side
    queries = q.reshape(rows, kv_heads, group, -1, BLOCK).transpose(1, 3, 0, 2, 4)
    queries = queries.reshape(kv_heads, -1, rows * group, BLOCK)
    query_exp = (
        q_exp.reshape(rows, kv_heads, group, -1).transpose(1, 3, 0, 2).reshape(kv_heads, -1, rows * group)
    )
    keys = cache.k.reshape(kv_heads, length, -1, BLOCK).transpose(0, 2, 3, 1)

    # A block's sum and its partial sums are at most 32 * 127 * 127 < 2**24: exact in float32, in any order.
    dots = (queries.astype(np.float32) @ keys.astype(np.float32)).astype(np.int64)
    shift = query_exp[..., None].astype(np.int64) + cache.k_exp.transpose(0, 2, 1)[:, :, None]
    scores = sat32(rhu((dots << shift).sum(axis=1), 16)).reshape(kv_heads, rows, group, length)

    seen = visible[:, None]
    top = np.where(seen, scores, INT32_MIN).max(axis=-1, keepdims=True)
    p = np.where(seen, exp2_neg(np.maximum(top - scores, 0)), 0)
    total = p.sum(axis=-1, keepdims=True)

    values = np.ldexp(
        cache.v.reshape(kv_heads, length, -1, BLOCK).astype(np.float64),
        cache.v_exp[..., None].astype(np.int32),
    ).reshape(kv_heads, length, dim)
    weights = p.reshape(kv_heads, rows * group, length).astype(np.float64)
    sums = np.zeros((kv_heads, rows * group, dim), np.int64)
    for first in range(0, length, _EXACT_TOKENS):
        part = slice(first, first + _EXACT_TOKENS)
        sums += (weights[:, :, part] @ values[:, part]).astype(np.int64)
    y = _divide(sums.reshape(kv_heads, rows, group, dim), total)
    return y.transpose(1, 0, 2, 3).reshape(rows, q_heads, dim)


def _divide(sums: Ints, total: Ints) -> Ints:
    """sums / total: Q16 values saturated to int32."""
    hs = bitlen(total) - RECIP_NORM_BITS
    norm = np.where(hs >= 0, total >> np.maximum(hs, 0), total << np.maximum(-hs, 0))
    reciprocal = (1 << RECIP_BITS) // norm
    sh = np.maximum(0, bitlen(np.abs(sums)) - ATTN_NORM_BITS)
    return sat32(rhu(rhu(sums, sh) * reciprocal, RECIP_BITS + hs - sh))
