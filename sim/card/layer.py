"""Programs like a model's, small enough for the smallest card: attention, and matrices around it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from openfpga_host.contract import (
    BLOCK,
    COPY_DTYPE,
    FRAC_BITS,
    PAGE_TOKENS,
    SEGMENT_DTYPE,
    TILE_CHANNELS,
    CardSize,
    Epilogue,
    Flag,
    Opcode,
    WeightFormat,
)
from openfpga_host.layout import KvGeometry, KvVectors, pack_tiles, q_record_words
from support.bench import Bench as Contents


class Layer:
    """Weights and KV blocks of a layer of random shape in a memory, and commands that use them.

    Args:
        rng: of shape and contents.
        contents: where everything is put.
        size: of the card.

    Attributes:
        commands: how many there are so far.
    """

    def __init__(self, rng: np.random.Generator, contents: Contents, size: CardSize) -> None:
        self.commands = 0
        self._rng, self._contents, self._size = rng, contents, size
        self._head_blocks = int(rng.integers(1, size.head_blocks + 1))
        most_heads = size.k_blocks // self._head_blocks
        self._kv_heads = int(rng.integers(1, min(2, most_heads) + 1))
        self._q_heads = self._kv_heads * int(rng.integers(1, min(3, most_heads // self._kv_heads) + 1))
        self._hidden_blocks = int(rng.integers(1, size.k_blocks + 1))
        ports = len(contents.memory.ports)
        self._geometry = KvGeometry(1, self._kv_heads, self._head_blocks, ports)
        self._blocks = size.context // PAGE_TOKENS + 1  # the last is only copied to
        self._table = rng.permutation(self._blocks - 1).astype(np.uint32)
        self._pool = contents.reserve_ports(self._blocks * self._geometry.block_words)
        self._fill_pool()
        head = BLOCK * self._head_blocks
        attended = self._q_heads * self._head_blocks
        qkv_channels = (self._q_heads + 2 * self._kv_heads) * head
        hidden = BLOCK * self._hidden_blocks
        self._qkv = self._weights(qkv_channels, self._hidden_blocks, WeightFormat.W4)
        self._out = self._weights(hidden, attended, WeightFormat.W8)
        self._up = self._weights(2 * BLOCK, self._hidden_blocks, WeightFormat.W4)
        self._codebook = rng.integers(-127, 128, 16)

    def step(self, rows: int, start: int) -> None:
        """Commands for `rows` tokens of the sequence, the first at position `start`, one after another.

        A KV_COPY, which depends on nothing, runs beside them.
        """
        rng, contents = self._rng, self._contents
        head = BLOCK * self._head_blocks
        hidden = BLOCK * self._hidden_blocks
        x = contents.put((rng.standard_normal((rows, hidden)) * 2**FRAC_BITS).astype(np.int32))
        qkv = contents.reserve(4 * rows * (self._q_heads + 2 * self._kv_heads) * head)
        q = contents.reserve(64 * rows * q_record_words(self._q_heads, self._head_blocks))
        attended = contents.reserve(4 * rows * self._q_heads * head)
        positions = np.arange(start, start + rows)
        slots = self._table[positions // PAGE_TOKENS] * PAGE_TOKENS + positions % PAGE_TOKENS
        table = contents.put(self._table[: -(-(start + rows) // PAGE_TOKENS)])
        segment = np.array([(table, 0, rows, start, start + rows)], SEGMENT_DTYPE)
        heads = {
            "rows": rows,
            "q_heads": self._q_heads,
            "kv_heads": self._kv_heads,
            "head_blocks": self._head_blocks,
            "kv_addr": self._pool,
            "block_stride": self._geometry.block_words,
            "q_addr": q,
        }
        self._command(
            Opcode.MATMUL,
            flags=Flag.NORM,
            rows=rows,
            k_blocks=self._hidden_blocks,
            n_tiles=(self._q_heads + 2 * self._kv_heads) * head // TILE_CHANNELS,
            norm_eps=round(hidden * 1e-5 * 2**32),
            x_addr=x,
            y_addr=qkv,
            w_addr=self._qkv,
            codebook=self._codebook,
        )
        self._command(
            Opcode.KV_WRITE,
            dep=1,
            flags=Flag.ROPE,
            x_addr=qkv,
            slots_addr=contents.put(slots.astype(np.uint32)),
            rope_addr=contents.put(rng.integers(-(2**14), 2**14 + 1, (rows, head)).astype(np.int16)),
            **heads,
        )
        self._command(
            Opcode.ATTENTION,
            dep=1,
            flags=Flag.CAUSAL,
            y_addr=attended,
            segments_addr=contents.put(segment),
            segments=1,
            window=rng.choice([0, 0, 3, PAGE_TOKENS]),
            **heads,
        )
        self._command(
            Opcode.KV_COPY,
            pairs=1,
            pairs_addr=contents.put(np.array([(self._unused(start + rows), self._blocks - 1)], COPY_DTYPE)),
            kv_addr=self._pool,
            block_stride=self._geometry.block_words,
        )
        self._command(
            Opcode.MATMUL,
            dep=2,
            rows=rows,
            k_blocks=self._q_heads * self._head_blocks,
            n_tiles=hidden // TILE_CHANNELS,
            x_addr=attended,
            y_addr=x,
            w_addr=self._out,
            format=WeightFormat.W8,
            epilogue=Epilogue.RESIDUAL,
        )
        self._command(
            Opcode.MATMUL,
            dep=1,
            flags=Flag.NORM | Flag.GATHER,
            rows=rows,
            k_blocks=self._hidden_blocks,
            n_tiles=2 * BLOCK // TILE_CHANNELS,
            x_addr=x,
            index_addr=contents.put(rng.permutation(rows).astype(np.uint32)),
            y_addr=contents.reserve(4 * rows * BLOCK),
            w_addr=self._up,
            codebook=self._codebook,
            epilogue=Epilogue.SILU,
        )

    def end(self) -> None:
        """A FENCE that closes a program."""
        self._command(Opcode.FENCE, flags=Flag.END, dep=1)

    def _command(self, opcode: Opcode, **fields: object) -> None:
        self._contents.command(opcode, tag=int(self._rng.integers(2**32)), **fields)
        self.commands += 1

    def _unused(self, tokens: int) -> int:
        """A block that the sequence of so many tokens does not reach, or else the last one."""
        used = -(-tokens // PAGE_TOKENS)
        return int(self._table[used]) if used < len(self._table) else self._blocks - 1

    def _weights(self, n: int, k_blocks: int, fmt: WeightFormat) -> int:
        """Put a random matrix [n][32 k_blocks] on the ports; its address."""
        rng = self._rng
        codes: NDArray[np.int8] | NDArray[np.uint8]
        if fmt == WeightFormat.W4:
            codes = rng.integers(0, 16, (n, BLOCK * k_blocks), np.uint8)
        else:
            codes = rng.integers(-127, 128, (n, BLOCK * k_blocks), np.int8)
        return self._contents.put_tiles(
            pack_tiles(
                codes,
                rng.integers(0, 256, (n, k_blocks), np.uint8),
                rng.integers(0, 2**16, n, np.uint16),
                rng.integers(-19, -13, n).astype(np.int16),  # so that sums weigh as much as biases
                (rng.standard_normal(n) * 2**FRAC_BITS).astype(np.int32),
                fmt,
            )
        )

    def _fill_pool(self) -> None:
        """Keys and values as earlier steps could have left them."""
        geometry, rng = self._geometry, self._rng
        lead = (self._blocks, self._kv_heads, geometry.split, geometry.chunk_tokens)
        mantissas = rng.integers(-127, 128, (2, *lead, geometry.head_dim), np.int8)
        exponents = rng.integers(8, 11, (2, *lead, self._head_blocks), np.uint8)
        vectors = KvVectors(mantissas[0], exponents[0], mantissas[1], exponents[1])
        by_port = geometry.by_port(geometry.pack_chunks(vectors))
        for words, chunks in zip(self._contents.memory.port_rows, by_port, strict=True):
            pool = words[self._pool : self._pool + self._blocks * geometry.block_words]
            pool.reshape(self._blocks, geometry.block_words, 64)[:, : geometry.layer_words] = chunks.reshape(
                self._blocks, -1, 64
            )
