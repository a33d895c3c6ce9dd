"""MATMUL (docs/numerics.md, section 4)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openfpga_host.contract import (
    ACC_NORM_BITS,
    BLOCK,
    CHANNEL_DTYPE,
    TILE_CHANNELS,
    WORD_BYTES,
    Epilogue,
    Flag,
    WeightFormat,
)
from openfpga_host.layout import Bytes, port_tiles, tile_views, tile_words
from openfpga_host.reference.arith import (
    Ints,
    bitlen,
    gelu,
    quantise_rows,
    rhu,
    rsqrt,
    sat32,
    shift32,
    silu,
)
from openfpga_host.reference.memory import Memory

# Weights are expanded to float64 in pieces of about this many elements: a piece stays in the CPU's cache.
_PIECE_ELEMENTS = 1 << 17


def matmul(memory: Memory, command: np.void) -> None:
    """Execute one checked MATMUL."""
    rows, k_blocks, n_tiles = int(command["rows"]), int(command["k_blocks"]), int(command["n_tiles"])
    fmt, epilogue = WeightFormat(int(command["format"])), Epilogue(int(command["epilogue"]))
    flags = int(command["flags"])
    k, n = k_blocks * BLOCK, n_tiles * TILE_CHANNELS
    x_addr = int(command["x_addr"])
    if flags & Flag.GATHER:
        index = memory.act_array(int(command["index_addr"]), "<u4", rows)
        x = memory.act_array(x_addr, "<i4", int(index.max()) + 1, k)[index]
    else:
        x = memory.act_array(x_addr, "<i4", rows, k)
    width = n // 2 if epilogue == Epilogue.SILU else n
    y = memory.act_array(int(command["y_addr"]), "<i4", rows, width)

    q, rel, base = quantise_rows(x)
    sums, channels = _dot(memory, command, q, rel, n_tiles, fmt)
    if flags & Flag.NORM:
        row_mantissa, row_exponent = _row_norm(q, rel, base, int(command["norm_eps"]))
    else:
        row_mantissa, row_exponent = np.full(rows, 2**15, np.int64), base - 15
    r = _scale(sums, channels, row_mantissa[:, None], row_exponent[:, None])

    if epilogue == Epilogue.RESIDUAL:
        y[...] = sat32(y + r)
    elif epilogue == Epilogue.SILU:
        y[...] = sat32(rhu(silu(r[:, 0::2]) * r[:, 1::2], 16))
    elif epilogue == Epilogue.GELU:
        y[...] = gelu(r)
    else:
        y[...] = r


def _row_norm(q: NDArray[np.int8], rel: Ints, base: Ints, norm_eps: int) -> tuple[Ints, Ints]:
    wide = q.astype(np.int64)
    squares = (wide * wide).sum(axis=2)
    return rsqrt((squares << (2 * rel)).sum(axis=1) + (np.int64(norm_eps) >> (2 * base)))


def _scale(sums: Ints, channels: NDArray[np.void], row_mantissa: Ints, row_exponent: Ints) -> Ints:
    """Sums [R, N] to results, steps 3 to 5."""
    sh = np.maximum(0, bitlen(np.abs(sums)) - ACC_NORM_BITS)
    product = rhu(sums, sh) * channels["mantissa"].astype(np.int64) * row_mantissa
    exponent = sh + channels["exponent"].astype(np.int64) + row_exponent
    return sat32(shift32(product, exponent) + channels["bias"])


def _dot(
    memory: Memory, command: np.void, q: NDArray[np.int8], rel: Ints, n_tiles: int, fmt: WeightFormat
) -> tuple[Ints, NDArray[np.void]]:
    """Exact sums int64 [R, N] and channel records [N] of all tiles on all ports.

    The sum over K runs as a float64 matrix product of q * 2**rel with code * mult. Every product is an
    integer, and the sum of all their magnitudes is below 2**52 (docs/numerics.md, section 4): no partial sum,
    in whatever order or with fused multiply-adds, needs more than float64's 53 bits, so the result is exact.
    """
    rows, k_blocks, _ = q.shape
    ports = len(memory.ports)
    mine = port_tiles(n_tiles, ports)
    words = tile_words(k_blocks, fmt)
    w_addr = int(command["w_addr"])
    memory.check_ports(w_addr, w_addr + mine * words)

    scaled = np.ldexp(q.astype(np.float64), rel[..., None].astype(np.int32)).reshape(rows, -1)
    codebook = command["codebook"]
    sums = np.empty((mine, ports, rows, TILE_CHANNELS), np.float64)
    channels = np.empty((mine, ports, TILE_CHANNELS), CHANNEL_DTYPE)
    step = max(1, _PIECE_ELEMENTS // (TILE_CHANNELS * k_blocks * BLOCK))
    weights = np.empty((min(step, mine), TILE_CHANNELS, k_blocks, BLOCK), np.float64)
    for port, port_rows in enumerate(memory.port_rows):
        tiles = port_rows[w_addr : w_addr + mine * words].reshape(mine, words * WORD_BYTES)
        for first in range(0, mine, step):
            piece = slice(first, min(first + step, mine))
            out = weights[: piece.stop - first]
            channels[piece, port] = _expand(tiles[piece], fmt, codebook, out.transpose(0, 2, 1, 3))
            # A product a tile: too small for BLAS to start threads, which cost more than they gain here
            by_channel = out.reshape(len(out), TILE_CHANNELS, -1)
            np.matmul(scaled, by_channel.transpose(0, 2, 1), out=sums[piece, port])
    n = n_tiles * TILE_CHANNELS
    by_row = sums.transpose(2, 0, 1, 3).reshape(rows, -1)
    return by_row[:, :n].astype(np.int64), channels.reshape(-1)[:n]


def _expand(
    tiles: Bytes, fmt: WeightFormat, codebook: NDArray[np.int8], out: NDArray[np.float64]
) -> NDArray[np.void]:
    """Write code * mult of tiles to `out` [tiles, K blocks, 8, 32]; return the channel records [tiles, 8]."""
    count, k_blocks = out.shape[:2]
    views = tile_views(tiles, k_blocks, fmt)
    low, high = _nibble_tables(codebook)
    for group in views.groups:
        groups, blocks = group.codes.shape[1:3]
        span = slice(group.first_block, group.first_block + groups * blocks)
        mults = group.mults[:, :, :blocks].reshape(count, groups * blocks, TILE_CHANNELS, 1)
        if fmt == WeightFormat.W8:
            codes = group.codes.view(np.int8).reshape(count, groups * blocks, TILE_CHANNELS, BLOCK)
            np.multiply(codes, mults, out=out[:, span], dtype=np.float64)
            continue
        raw = group.codes.tobytes()
        for half, table in enumerate((low, high)):
            # bytes.translate is the quickest table look-up of bytes in CPython and NumPy
            codes = np.frombuffer(raw.translate(table), np.int8)
            np.multiply(
                codes.reshape(count, groups * blocks, TILE_CHANNELS, BLOCK // 2),
                mults,
                out=out[:, span, :, half * BLOCK // 2 : (half + 1) * BLOCK // 2],
                dtype=np.float64,
            )
    return views.channels


def _nibble_tables(codebook: NDArray[np.int8]) -> tuple[bytes, bytes]:
    """For each byte the value of its low nibble, and of its high one."""
    every = np.arange(256)
    return codebook[every & 15].tobytes(), codebook[every >> 4].tobytes()
