"""Programs: the commands of a small model field by field, and no result that depends on timing."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openfpga_host.contract import COMMAND_DTYPES, Epilogue, Flag, Opcode, WeightFormat
from openfpga_host.convert import convert
from openfpga_host.image import Image
from openfpga_host.layout import port_tiles, q_record_words, tile_words, words
from openfpga_host.placement import Placement
from openfpga_host.program import ProgramBuilder, StepBuffer, StepShape
from support.make_checkpoint import Recipe, make_checkpoint

M, W, A = Opcode.MATMUL, Opcode.KV_WRITE, Opcode.ATTENTION
LAYER = [M, W, A, M, M, M]
ROWS, COPIES = 8, 20


HALF = 4
"""Rows of a command where a step has two chunks."""


class Compiled(NamedTuple):
    image: Image
    placement: Placement
    buffer: StepBuffer
    builder: ProgramBuilder


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    folder = tmp_path_factory.mktemp("model")
    recipe = Recipe(architecture="MistralForCausalLM", extra={"sliding_window": 48}, head_dim=96)
    convert(make_checkpoint(folder / "checkpoint", recipe), folder / "model.ofpga")
    image = Image.open(folder / "model.ofpga")
    placement = Placement.of(image, ports=2)
    return with_buffer(image, placement, ROWS)


def with_buffer(image: Image, placement: Placement, command_rows: int) -> Compiled:
    buffer = StepBuffer(
        image.config,
        image.matrices["lm_head"].n,
        ROWS,
        max_context=256,
        copies=COPIES,
        command_rows=command_rows,
    )
    return Compiled(image, placement, buffer, ProgramBuilder(image.config, image.matrices, placement, buffer))


@pytest.fixture(scope="module")
def halved(compiled: Compiled) -> Compiled:
    """Whose steps of more than `HALF` rows have two chunks."""
    return with_buffer(compiled.image, compiled.placement, HALF)


def commands(program: np.ndarray) -> list[tuple[Opcode, np.void]]:
    found = []
    for raw in program:
        opcode = Opcode(int(raw[0]))
        found.append((opcode, raw.view(COMMAND_DTYPES[opcode])[0]))
    return found


def test_a_decode_step_is_six_commands_a_layer_then_the_head(compiled: Compiled) -> None:
    program = commands(compiled.builder.build(StepShape(3, 3, 3, 0)))
    assert [opcode for opcode, _ in program] == [*LAYER, *LAYER, M, Opcode.FENCE]
    assert [int(c["dep"]) for _, c in program] == [0, *[1] * 12, 0]
    assert program[-1][1]["flags"] == Flag.END


def test_copies_come_first_and_the_head_only_when_wanted(compiled: Compiled) -> None:
    program = commands(compiled.builder.build(StepShape(3, 1, 0, 4)))
    assert [opcode for opcode, _ in program] == [Opcode.KV_COPY, *LAYER, *LAYER, Opcode.FENCE]
    copy = program[0][1]
    assert copy["pairs"] == 4
    assert copy["pairs_addr"] == compiled.buffer.copies
    assert copy["kv_addr"] == compiled.placement.pool
    assert copy["block_stride"] == compiled.placement.kv.block_words


def test_fields_of_a_layer(compiled: Compiled) -> None:
    image, placement, buffer, builder = compiled
    program = commands(builder.build(StepShape(5, 2, 1, 0)))
    qkv, write, attention, o, gate_up, down = (command for _, command in program[6:12])
    matrices = image.matrices

    def check(command: np.void, name: str, **fields: Any) -> None:
        matrix = matrices[name]
        assert command["w_addr"] == placement.weights[name]
        assert command["k_blocks"] * 32 == matrix.k
        assert command["n_tiles"] * 8 == matrix.n
        assert command["format"] == WeightFormat.W4
        assert command["codebook"].tolist() == matrix.codebook.tolist()
        for field, value in fields.items():
            assert command[field] == value, field

    eps = round(64 * 1e-5 * 2**32)
    check(qkv, "layers.1.qkv", rows=5, x_addr=buffer.x, y_addr=buffer.qkv, flags=Flag.NORM, norm_eps=eps)
    check(o, "layers.1.o", rows=5, x_addr=buffer.attention, y_addr=buffer.x, epilogue=Epilogue.RESIDUAL)
    check(gate_up, "layers.1.gate_up", flags=Flag.NORM, epilogue=Epilogue.SILU, y_addr=buffer.ff)
    check(down, "layers.1.down", x_addr=buffer.ff, y_addr=buffer.x, epilogue=Epilogue.RESIDUAL, flags=0)
    for command in (write, attention):
        assert (command["rows"], command["q_heads"], command["kv_heads"]) == (5, 4, 2)
        assert command["head_blocks"] == 3
        assert command["kv_addr"] == placement.pool + placement.kv.layer_words
        assert command["block_stride"] == placement.kv.block_words
    assert write["flags"] == Flag.ROPE
    assert attention["flags"] == Flag.CAUSAL
    assert (attention["segments"], attention["window"]) == (2, 48)


def test_the_head_gathers_the_rows_asked_for(compiled: Compiled) -> None:
    head = commands(compiled.builder.build(StepShape(5, 2, 2, 0)))[12][1]
    assert head["rows"] == 2
    assert head["flags"] == Flag.NORM | Flag.GATHER
    assert head["index_addr"] == compiled.buffer.index
    assert head["format"] == WeightFormat.W8


def test_weights_lie_one_after_another_below_the_pool(compiled: Compiled) -> None:
    image, placement = compiled.image, compiled.placement
    end = 0
    for name, matrix in image.matrices.items():
        assert placement.weights[name] == end
        end += port_tiles(matrix.n // 8, 2) * tile_words(matrix.k // 32, matrix.format)
    assert placement.pool == end


def test_a_program_is_built_once(compiled: Compiled) -> None:
    first = compiled.builder.build(StepShape(4, 4, 4, 0))
    assert compiled.builder.build(StepShape(4, 4, 4, 0)) is first
    for copies in range(1, 400):
        compiled.builder.build(StepShape(1, 1, 1, copies))
    np.testing.assert_array_equal(compiled.builder.build(StepShape(4, 4, 4, 0)), first)


# ---------------------------------------------------------------------------------------------------- hazards
Span = tuple[str, int, int]
"""(space, first word, end)"""


def accesses(opcode: Opcode, c: np.void, compiled: Compiled) -> tuple[list[Span], list[Span]]:
    """What a command reads and writes of what commands may change; KV blocks as one span."""

    def act(field: str, n_bytes: int) -> Span:
        return "act", int(c[field]), int(c[field]) + words(n_bytes)

    kv = ("kv", 0, 1)
    buffer = compiled.buffer
    if opcode == Opcode.FENCE:
        return [], []
    if opcode == Opcode.KV_COPY:
        return [kv, act("pairs_addr", 8 * int(c["pairs"]))], [kv]
    rows = int(c["rows"])
    if opcode == M:
        k, n = 32 * int(c["k_blocks"]), 8 * int(c["n_tiles"])
        width = n // 2 if c["epilogue"] == Epilogue.SILU else n
        gather = bool(c["flags"] & Flag.GATHER)
        y = act("y_addr", 4 * rows * width)
        reads = [act("x_addr", 4 * (ROWS if gather else rows) * k)]
        reads += [act("index_addr", 4 * rows)] if gather else []
        reads += [y] if c["epilogue"] == Epilogue.RESIDUAL else []
        return reads, [y]
    q_heads, kv_heads, head_blocks = (int(c[name]) for name in ("q_heads", "kv_heads", "head_blocks"))
    q = act("q_addr", 64 * rows * q_record_words(q_heads, head_blocks))
    dim = 32 * head_blocks
    if opcode == W:
        x = act("x_addr", 4 * rows * (q_heads + 2 * kv_heads) * dim)
        return [x, act("slots_addr", 4 * rows), act("rope_addr", 2 * rows * dim)], [q, kv]
    tables = ("act", buffer.tables, buffer.tables + rows * buffer.table_words)
    segments = act("segments_addr", 16 * int(c["segments"]))
    return [q, kv, segments, tables], [act("y_addr", 4 * rows * q_heads * dim)]


def overlap(a: list[Span], b: list[Span]) -> bool:
    return any(x[0] == y[0] and x[1] < y[2] and y[1] < x[2] for x in a for y in b)


shapes = st.builds(
    lambda rows, segments, logits, copies: StepShape(rows, min(rows, segments), min(rows, logits), copies),
    st.integers(1, ROWS),
    st.integers(1, ROWS),
    st.integers(0, ROWS),
    st.integers(0, COPIES),
)


halved_shapes = st.builds(
    lambda rows, first, second, logits, copies: StepShape(
        rows, min(rows, first), min(rows, logits), copies, min(max(0, rows - HALF), second)
    ),
    st.integers(1, ROWS),
    st.integers(1, HALF),
    st.integers(1, HALF),
    st.integers(0, ROWS),
    st.integers(0, COPIES),
)


@given(shapes)
@settings(max_examples=30, deadline=None)
def test_no_command_touches_what_one_still_running_may_change(compiled: Compiled, shape: StepShape) -> None:
    check_hazards(compiled, shape)


@given(halved_shapes)
@settings(max_examples=60, deadline=None)
def test_no_command_of_two_chunks_touches_what_one_still_running_may_change(
    halved: Compiled, shape: StepShape
) -> None:
    check_hazards(halved, shape)


def test_a_matmul_of_one_chunk_waits_for_none_of_the_other(halved: Compiled) -> None:
    """Each waits for what stands before the other chunk's last one at most."""
    program = commands(halved.builder.build(StepShape(7, 1, 2, 0, 1)))
    assert [opcode for opcode, _ in program] == 2 * [M, W, A, M, W, A, *6 * [M]] + [M, Opcode.FENCE]
    assert [int(c["rows"]) for _, c in program[12:24]] == [4, 4, 4, 3, 3, 3, *3 * [4, 3]]
    assert [int(c["segments"]) for opcode, c in program if opcode == A] == [1, 1, 1, 1]
    for at, (opcode, command) in enumerate(program[:-2]):
        if opcode == M and at:
            ahead = [before for kind, before in program[at - int(command["dep"]) + 1 : at] if kind == M]
            assert len(ahead) == 1 or not command["dep"]


def check_hazards(compiled: Compiled, shape: StepShape) -> None:
    program = commands(compiled.builder.build(shape))
    touched = [accesses(opcode, command, compiled) for opcode, command in program]
    program_words: list[Span] = [("act", 0, len(program))]
    for i, (_, command) in enumerate(program):
        dep = int(command["dep"])
        assert dep <= i
        reads, writes = touched[i]
        assert not overlap(program_words, writes)
        running = touched[i - dep + 1 : i] if dep else touched[:i]
        for earlier_reads, earlier_writes in running:
            assert not overlap(earlier_writes, reads + writes)
            assert not overlap(earlier_reads, writes)
        for kind, _, end in reads + writes:
            assert kind == "kv" or 64 * end <= compiled.buffer.bytes
