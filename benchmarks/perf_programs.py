"""What benchmarks/perf_rtl.py measures: programs of a decoder's matrices and layers, each with its memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from openfpga_host.contract import (
    BLOCK,
    COMMAND_BYTES,
    COMMAND_DTYPES,
    PAGE_TOKENS,
    SEGMENT_DTYPE,
    TILE_CHANNELS,
    WORD_BYTES,
    CardSize,
    Flag,
    Opcode,
    WeightFormat,
)
from openfpga_host.image import ImageConfig, Matrix
from openfpga_host.layout import KvGeometry, port_tiles, slot_of, tile_words, words
from openfpga_host.placement import Placement
from openfpga_host.program import ProgramBuilder, StepBuffer, StepShape

LAYER = ("qkv", "kv_write", "attention", "o", "gate_up", "down")
"""The commands of a layer, in their order."""


def _decoder(name: str, hidden: int, ff: int, heads: int, kv_heads: int) -> ImageConfig:
    return ImageConfig(
        name=name,
        architecture="LlamaForCausalLM",
        vocab_size=128256,
        hidden_size=hidden,
        intermediate_size=ff,
        num_layers=3,
        num_heads=heads,
        num_kv_heads=kv_heads,
        head_dim=128,
        max_context=131072,
        sliding_window=None,
        tie_word_embeddings=False,
        created_by="perf_rtl",
    )


LLAMA_8B = _decoder("llama-3.1-8b", 4096, 14336, 32, 8)
HALF = _decoder("half the width of llama-3.1-8b, a feed-forward as wide as the rest", 2048, 2048, 16, 4)
"""What a card of the size `sim` can take of it."""


def decoder_for(size: CardSize) -> ImageConfig:
    """Llama-3.1-8B's layer, or the nearest that the card takes."""
    return LLAMA_8B if size.k_blocks * BLOCK >= LLAMA_8B.intermediate_size else HALF


class Part(NamedTuple):
    """Rows of one sequence in a step, after which it has `context` tokens."""

    rows: int
    context: int


@dataclass(frozen=True)
class Program:
    """Memory with a program in it, and what of it is measured."""

    ports: list[NDArray[np.uint8]]
    act: NDArray[np.uint8]
    addr: int
    commands: NDArray[np.uint8]
    """uint8 [commands, 64], the last one FENCE"""
    first: int
    last: int
    """Measured: from the end of command `first` to the end of command `last`."""
    words: int
    """That the commands between move on the port with most of them."""
    bytes: int
    """That they move on all ports."""


def matmuls(size: CardSize, k: int, n: int, rows: int, *, chained: bool) -> Program:
    """Four MATMULs of k inputs and n channels; the middle two are measured, the last keeps the memory busy.

    chained: each reads what the one before wrote (k = n); else they are independent.
    """
    each = port_tiles(n // TILE_CHANNELS, size.ports) * tile_words(k // BLOCK, WeightFormat.W4)
    x, y = 0, words(4 * rows * k)
    program = y + words(4 * rows * n) + 16
    commands = [
        _command(
            Opcode.MATMUL,
            dep=1 if chained and index else 0,
            rows=rows,
            k_blocks=k // BLOCK,
            n_tiles=n // TILE_CHANNELS,
            x_addr=y if chained and index % 2 else x,
            y_addr=x if chained and index % 2 else y,
            w_addr=index * each,
            codebook=np.arange(-8, 8),
        )
        for index in range(4)
    ]
    commands.append(_command(Opcode.FENCE, flags=Flag.END))
    memory = _memory(size, 4 * each, WORD_BYTES * (program + len(commands)))
    return _placed(memory, program, commands, 0, 2, 2 * each, 2 * each * size.ports)


def layers(size: CardSize, config: ImageConfig, parts: Sequence[Part], *, shuffled: bool = False) -> Program:
    """A step of two decoder layers, the second measured, and the first command of a third behind them.

    parts: in steps of more than the card's rows the first ones have exactly these, and are the first chunk.
    shuffled: the KV blocks of each sequence lie anywhere, not one behind another.
    """
    rows = sum(part.rows for part in parts)
    matrices = _matrices(config)
    kv = KvGeometry(config.num_layers, config.num_kv_heads, config.head_dim // BLOCK, size.ports)
    weights, addr = {}, 0
    for name, matrix in matrices.items():
        weights[name] = addr
        addr += _matrix_words(matrix, size.ports)
    blocks_each = [-(-part.context // PAGE_TOKENS) for part in parts]
    blocks = sum(blocks_each)
    buffer = StepBuffer(config, TILE_CHANNELS, rows, max(part.context for part in parts), 1, size.rows)
    builder = ProgramBuilder(config, matrices, Placement(weights, addr, kv), buffer)
    begins = np.cumsum([0, *(part.rows for part in parts)])[:-1]
    second = int((begins >= size.rows).sum())  # parts of the second chunk
    step = builder.build(StepShape(rows, len(parts) - second, 0, 0, second))
    chunks = 1 + bool(second)
    each = chunks * len(LAYER)
    commands = [*step[: 2 * each + 1], step[-1]]
    memory = _memory(size, addr + blocks * kv.block_words, buffer.bytes)

    order = np.random.default_rng(1).permutation(blocks) if shuffled else np.arange(blocks)
    tables = np.split(order.astype(np.int32), np.cumsum(blocks_each)[:-1])
    _, act = memory
    records = np.zeros(len(parts), SEGMENT_DTYPE)
    slots: list[list[NDArray[np.int32]]] = [[], []]
    for at, (record, part, table, first) in enumerate(zip(records, parts, tables, begins, strict=True)):
        start = part.context - part.rows
        table_addr = buffer.tables + at * buffer.table_words
        _put(act, table_addr, table)
        for field, value in zip(
            ("table_addr", "first_row", "rows", "start", "length"),
            (table_addr, first % size.rows, part.rows, start, part.context),
            strict=True,
        ):
            record[field] = value
        slots[int(first >= size.rows)].append(slot_of(table, np.arange(start, part.context, dtype=np.int32)))
    for chunk, of_chunk in enumerate(np.split(records, [len(parts) - second])[:chunks]):
        _put(act, buffer.slots + chunk * buffer.line_words, np.concatenate(slots[chunk]))
        _put(act, buffer.segments + chunk * buffer.segment_words, of_chunk)
    rng = np.random.default_rng(2)
    _put(act, buffer.x, rng.integers(-(1 << 16), 1 << 16, (rows, config.hidden_size)).astype(np.int32))
    matrix_words = sum(_matrix_words(matrices[f"layers.0.{name}"], size.ports) for name in _MATRICES)
    pages = blocks * kv.chunk_words
    return _placed(
        memory,
        buffer.program,
        commands,
        each - 1,
        2 * each - 1,
        chunks * matrix_words + pages * kv.slots,
        chunks * matrix_words * size.ports + pages * kv.kv_heads * kv.split,
    )


_MATRICES = ("qkv", "o", "gate_up", "down")


def _matrices(config: ImageConfig) -> dict[str, Matrix]:
    hidden, ff = config.hidden_size, config.intermediate_size
    heads = config.num_heads + 2 * config.num_kv_heads
    shapes = {
        "qkv": (heads * config.head_dim, hidden, True),
        "o": (hidden, config.num_heads * config.head_dim, False),
        "gate_up": (2 * ff, hidden, True),
        "down": (hidden, ff, False),
    }
    nothing = np.zeros((0, 0), np.uint8)
    return {
        f"layers.{layer}.{name}": Matrix(
            name, n, k, WeightFormat.W4, np.arange(-8, 8).astype(np.int8), norm, k if norm else 0, nothing
        )
        for layer in range(config.num_layers)
        for name, (n, k, norm) in shapes.items()
    }


def _matrix_words(matrix: Matrix, ports: int) -> int:
    """Of each port."""
    return port_tiles(matrix.n // TILE_CHANNELS, ports) * tile_words(matrix.k // BLOCK, matrix.format)


def _memory(
    size: CardSize, port_words: int, act_bytes: int
) -> tuple[list[NDArray[np.uint8]], NDArray[np.uint8]]:
    """Ports full of bytes that are harmless as codes, multipliers, scales and exponents alike; empty act."""
    random = np.random.default_rng(3).integers(0, 2, 1 << 16).astype(np.uint8)
    port = np.resize(random, port_words * WORD_BYTES)
    return [port.copy() for _ in range(size.ports)], np.zeros(-(-act_bytes // 4096) * 4096, np.uint8)


def _put(act: NDArray[np.uint8], addr: int, array: NDArray[Any]) -> None:
    raw = np.ascontiguousarray(array).view(np.uint8).reshape(-1)
    act[addr * WORD_BYTES : addr * WORD_BYTES + len(raw)] = raw


def _command(opcode: Opcode, **fields: Any) -> NDArray[np.uint8]:
    command = np.zeros(1, COMMAND_DTYPES[opcode])
    command["opcode"] = opcode
    for name, value in fields.items():
        command[name] = value
    return command.view(np.uint8).reshape(COMMAND_BYTES)


def _placed(
    memory: tuple[list[NDArray[np.uint8]], NDArray[np.uint8]],
    addr: int,
    commands: Sequence[NDArray[np.uint8]],
    first: int,
    last: int,
    port_words: int,
    all_words: int,
) -> Program:
    ports, act = memory
    program = np.stack([command.reshape(COMMAND_BYTES) for command in commands])
    _put(act, addr, program)
    return Program(ports, act, addr, program, first, last, port_words, all_words * WORD_BYTES)
