"""KV_WRITE and KV_COPY (docs/numerics.md, sections 7 and 10.3)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openfpga_host.contract import BLOCK, COPY_DTYPE, PAGE_TOKENS, ROPE_FRAC_BITS, WORD_BYTES, Flag
from openfpga_host.layout import KvGeometry, pack_q_records, q_record_words
from openfpga_host.reference.arith import Ints, quantise_cache, rhu, sat32
from openfpga_host.reference.memory import Memory


def kv_write(memory: Memory, command: np.void) -> None:
    """Execute one checked KV_WRITE."""
    rows, q_heads, kv_heads = int(command["rows"]), int(command["q_heads"]), int(command["kv_heads"])
    head_blocks = int(command["head_blocks"])
    heads, dim = q_heads + 2 * kv_heads, head_blocks * BLOCK
    x = memory.act_array(int(command["x_addr"]), "<i4", rows, heads, dim).astype(np.int64)
    slots = memory.act_array(int(command["slots_addr"]), "<u4", rows).astype(np.int64)
    q_bytes = WORD_BYTES * q_record_words(q_heads, head_blocks)
    records = memory.act_array(int(command["q_addr"]), np.uint8, rows, q_bytes)
    geometry = KvGeometry(layers=1, kv_heads=kv_heads, head_blocks=head_blocks, ports=len(memory.ports))
    kv_addr, stride = int(command["kv_addr"]), int(command["block_stride"])
    last_block = int(slots.max()) // PAGE_TOKENS
    memory.check_ports(kv_addr, kv_addr + last_block * stride + geometry.layer_words)
    if int(command["flags"]) & Flag.ROPE:
        rope = memory.act_array(int(command["rope_addr"]), "<i2", rows, dim // 2, 2)
        turned = x[:, : q_heads + kv_heads]
        turned[...] = _rotate(turned, rope.astype(np.int64))

    mantissas, exponents = quantise_cache(x)
    used = q_heads * (dim + head_blocks)
    records[:, :used] = pack_q_records(mantissas[:, :q_heads], exponents[:, :q_heads])[:, :used]
    k, v = slice(q_heads, q_heads + kv_heads), slice(q_heads + kv_heads, heads)
    for part, which in enumerate((k, v)):
        _store(memory, geometry, part, kv_addr, stride, slots, mantissas[:, which], exponents[:, which])


def _rotate(x: Ints, rope: Ints) -> Ints:
    """Rotate adjacent pairs of x [rows, heads, D] by (cos, sin) [rows, D / 2, 2]."""
    even, odd = x[..., 0::2], x[..., 1::2]
    cos, sin = rope[:, None, :, 0], rope[:, None, :, 1]
    turned = np.empty_like(x)
    turned[..., 0::2] = sat32(rhu(even * cos - odd * sin, ROPE_FRAC_BITS))
    turned[..., 1::2] = sat32(rhu(even * sin + odd * cos, ROPE_FRAC_BITS))
    return turned


def _store(
    memory: Memory,
    geometry: KvGeometry,
    part: int,
    kv_addr: int,
    stride: int,
    slots: Ints,
    mantissas: NDArray[np.int8],
    exponents: NDArray[np.uint8],
) -> None:
    """Write keys (part 0) or values (part 1) [rows, kv_heads, D] to their slots; of equal ones the last."""
    block, token = slots[:, None] // PAGE_TOKENS, slots[:, None] % PAGE_TOKENS
    unit = np.arange(geometry.kv_heads) * geometry.split + token // geometry.chunk_tokens
    within = np.broadcast_to(token % geometry.chunk_tokens, unit.shape)
    chunk = WORD_BYTES * (kv_addr + block * stride + unit // geometry.ports * geometry.chunk_words)
    mantissa_word = geometry.exponent_words + part * geometry.mantissa_words
    mantissa_at = chunk + WORD_BYTES * mantissa_word + within * geometry.head_dim
    exponent_at = chunk + (part * geometry.chunk_tokens + within) * geometry.head_blocks
    for port, space in enumerate(memory.ports):
        here = unit % geometry.ports == port
        if not here.any():
            continue
        span = mantissa_at[here][:, None] + np.arange(geometry.head_dim)
        space[span] = mantissas[here].view(np.uint8)
        space[exponent_at[here][:, None] + np.arange(geometry.head_blocks)] = exponents[here]


def kv_copy(memory: Memory, command: np.void) -> None:
    """Execute one checked KV_COPY."""
    count, stride, kv_addr = int(command["pairs"]), int(command["block_stride"]), int(command["kv_addr"])
    if not count:
        return
    pairs = memory.act_array(int(command["pairs_addr"]), COPY_DTYPE, count)
    last = max(int(pairs["source"].max()), int(pairs["destination"].max()))
    memory.check_ports(kv_addr, kv_addr + (last + 1) * stride)
    for source, destination in zip(pairs["source"].tolist(), pairs["destination"].tolist(), strict=True):
        for space in memory.port_rows:
            from_, to = kv_addr + source * stride, kv_addr + destination * stride
            space[to : to + stride] = space[from_ : from_ + stride]
