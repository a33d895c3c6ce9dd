"""Programs of encoders: commands wait for what they read, and for those who still read what they write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from openfpga_host.contract import (
    COMMAND_BYTES,
    COMMAND_DTYPES,
    HEADER_DTYPE,
    WORD_BYTES,
    Epilogue,
    Flag,
    Opcode,
)
from openfpga_host.encoder.runner import EncoderRunner
from openfpga_host.layout import q_record_words

Span = tuple[int, int]
KV = (-1, 0)


@pytest.fixture(scope="module")
def runner(encoder_image: Path) -> Iterator[EncoderRunner]:
    opened = EncoderRunner.open(encoder_image, "reference:sim")
    yield opened
    opened.close()


def accesses(command: NDArray[np.uint8]) -> tuple[list[Span], list[Span]]:
    """What a command reads and writes in the activation space, in words; `KV` stands for the pages."""
    opcode = Opcode(int(command.view(HEADER_DTYPE)[0]["opcode"]))
    if opcode == Opcode.FENCE:
        return [], []
    fields = command.view(COMMAND_DTYPES[opcode])[0]
    rows = int(fields["rows"])

    def span(addr: str, row_words: int) -> Span:
        return int(fields[addr]), int(fields[addr]) + rows * row_words

    if opcode == Opcode.MATMUL:
        x = span("x_addr", 2 * int(fields["k_blocks"]))
        y = span("y_addr", 8 * 4 * int(fields["n_tiles"]) // WORD_BYTES)
        return [x, y] if fields["epilogue"] == Epilogue.RESIDUAL else [x], [y]
    heads, blocks = int(fields["q_heads"]), int(fields["head_blocks"])
    q = span("q_addr", q_record_words(heads, blocks))
    if opcode == Opcode.KV_WRITE:
        return [span("x_addr", 3 * heads * blocks * 2)], [q, KV]
    return [q, KV], [span("y_addr", heads * blocks * 2)]


def overlap(a: Span, b: Span) -> bool:
    return a == b == KV or (a[0] < b[1] and b[0] < a[1] and KV not in (a, b))


@pytest.mark.parametrize("length", [1, 4, 5, 9, 17])
def test_commands_wait_for_what_they_need(runner: EncoderRunner, length: int) -> None:
    runner.step([[7] * length])
    program = np.array(runner._program)
    end = next(
        i for i, command in enumerate(program) if command.view(HEADER_DTYPE)[0]["opcode"] == Opcode.FENCE
    )
    touched = [accesses(command) for command in program[:end]]
    for index, (reads, writes) in enumerate(touched):
        dep = int(program[index].view(HEADER_DTYPE)[0]["dep"])
        done = index - dep + 1 if dep else 0
        for other in range(done, index):
            other_reads, other_writes = touched[other]
            conflicts = [(a, b) for a in reads for b in other_writes]
            conflicts += [(a, b) for a in writes for b in (*other_reads, *other_writes)]
            # A unit takes its commands in order: those of the same one never overtake each other.
            assert not any(overlap(a, b) for a, b in conflicts), (index, other)


def test_attention_is_full_and_positions_are_not_rotated(runner: EncoderRunner) -> None:
    runner.step([[7] * 9])
    flags = {Opcode.MATMUL: Flag.NORM, Opcode.KV_WRITE: 0, Opcode.ATTENTION: 0, Opcode.FENCE: Flag.END}
    program = np.array(runner._program)
    count = 3 * 8 * 3 + 1
    for command in program[:count].reshape(count, COMMAND_BYTES):
        header = command.view(HEADER_DTYPE)[0]
        assert not int(header["flags"]) & ~flags[Opcode(int(header["opcode"]))]
    assert program[count - 1].view(HEADER_DTYPE)[0]["opcode"] == Opcode.FENCE
