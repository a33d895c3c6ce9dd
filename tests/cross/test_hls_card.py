"""The card around the kernels on a CPU: registers, refusals, bounds, re-entrancy."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openfpga_host.contract import (
    CARD_SIZES,
    COMMAND_DTYPES,
    CONTRACT_ID,
    COPY_DTYPE,
    SEGMENT_DTYPE,
    WORD_BYTES,
    Epilogue,
    Flag,
    Opcode,
    Register,
    Status,
    WeightFormat,
)
from openfpga_host.reference import Memory, RunResult, execute
from support import random_commands
from support.bench import Bench
from support.csim_card import copy_memory, csim_card, same_memory

SIZE = CARD_SIZES["sim"]
GUARD = 0xA5
TAG = 0xC0FFEE


def run(bench: Bench) -> RunResult:
    return csim_card("sim").run(bench.memory, *bench.program())


# -------------------------------------------------------------------------------- programs
def matmul(bench: Bench, **fields: Any) -> None:
    """A small legal MATMUL, but for `fields`."""
    legal = {
        "rows": 2,
        "k_blocks": 2,
        "n_tiles": 4,
        "x_addr": bench.put(np.ones((2, 64), np.int32)),
        "y_addr": bench.reserve(4 * 2 * 32),
        "index_addr": bench.put(np.array([1, 0], np.uint32)),
        "w_addr": bench.reserve_ports(64),
        "tag": TAG,
    }
    bench.command(Opcode.MATMUL, **(legal | fields))


def kv_write(bench: Bench, **fields: Any) -> None:
    legal = {
        "rows": 2,
        "q_heads": 2,
        "kv_heads": 1,
        "head_blocks": 2,
        "x_addr": bench.put(np.ones((2, 256), np.int32)),
        "q_addr": bench.reserve(2 * 192),
        "slots_addr": bench.put(np.array([0, 17], np.uint32)),
        "rope_addr": bench.put(np.ones((2, 64), np.int16)),
        "kv_addr": bench.reserve_ports(256),
        "block_stride": 64,
        "tag": TAG,
    }
    bench.command(Opcode.KV_WRITE, **(legal | fields))


def segment(bench: Bench, **fields: int) -> int:
    record = np.zeros(1, SEGMENT_DTYPE)
    legal = {
        "table_addr": bench.put(np.zeros(2, np.uint32)),
        "first_row": 0,
        "rows": 2,
        "start": 18,
        "length": 20,
    }
    for name, value in (legal | fields).items():
        record[name] = value
    return bench.put(record)


def attention(bench: Bench, **fields: Any) -> None:
    legal = {
        "rows": 2,
        "q_heads": 2,
        "kv_heads": 1,
        "head_blocks": 2,
        "q_addr": bench.reserve(2 * 192),
        "y_addr": bench.reserve(4 * 2 * 128),
        "segments_addr": segment(bench),
        "segments": 1,
        "kv_addr": bench.reserve_ports(256),
        "block_stride": 64,
        "tag": TAG,
    }
    bench.command(Opcode.ATTENTION, **(legal | fields))


def kv_copy(bench: Bench, **fields: Any) -> None:
    legal = {
        "pairs": 2,
        "pairs_addr": bench.put(np.array([(0, 1), (1, 2)], COPY_DTYPE)),
        "kv_addr": bench.reserve_ports(256),
        "block_stride": 64,
        "tag": TAG,
    }
    bench.command(Opcode.KV_COPY, **(legal | fields))


def fence(bench: Bench, **fields: Any) -> None:
    bench.command(Opcode.FENCE, **({"tag": TAG} | fields))


COMMANDS: tuple[Callable[..., None], ...] = (matmul, kv_write, attention, kv_copy, fence)
FAR = 0xFFFF_FFFF


@pytest.mark.parametrize("command", COMMANDS)
def test_legal_commands_complete(command: Callable[..., None]) -> None:
    bench = Bench(SIZE.ports)
    command(bench)
    assert run(bench) == RunResult(Status.OK, completed=2)


@pytest.mark.parametrize("size_name", ["csim", "sim", "u280"])
def test_registers_are_those_of_the_contract(size_name: str) -> None:
    size, card = CARD_SIZES[size_name], csim_card(size_name)
    read = {name: card.info(int(Register[name])) for name in ("CONTRACT_ID", "PORTS", "ROWS", "K_BLOCKS")}
    assert read == {
        "CONTRACT_ID": CONTRACT_ID,
        "PORTS": size.ports,
        "ROWS": size.rows,
        "K_BLOCKS": size.k_blocks,
    }
    assert card.info(int(Register.HEAD_BLOCKS)) == size.head_blocks
    assert card.info(int(Register.CONTEXT)) == size.context
    assert card.info(0xFC) == 0


BAD_FIELDS: tuple[tuple[Callable[..., None], dict[str, Any]], ...] = (
    (matmul, {"rows": 0}),
    (matmul, {"rows": SIZE.rows + 1}),
    (matmul, {"k_blocks": 0}),
    (matmul, {"k_blocks": SIZE.k_blocks + 1}),
    (matmul, {"n_tiles": 0}),
    (matmul, {"n_tiles": 3}),
    (matmul, {"n_tiles": 6, "epilogue": Epilogue.SILU}),
    (matmul, {"format": 2}),
    (matmul, {"epilogue": 4}),
    (matmul, {"codebook": [-128] + [0] * 15}),
    (matmul, {"flags": Flag.ROPE}),
    (matmul, {"flags": Flag.END}),
    (kv_write, {"rows": SIZE.rows + 1}),
    (kv_write, {"q_heads": 0}),
    (kv_write, {"kv_heads": 0}),
    (kv_write, {"q_heads": 3, "kv_heads": 2}),
    (kv_write, {"head_blocks": 0}),
    (kv_write, {"head_blocks": SIZE.head_blocks + 1}),
    (kv_write, {"q_heads": SIZE.k_blocks}),
    (kv_write, {"flags": Flag.CAUSAL}),
    (attention, {"rows": 0}),
    (attention, {"q_heads": 3, "kv_heads": 2}),
    (attention, {"segments": 0}),
    (attention, {"segments": 3}),
    (attention, {"flags": Flag.ROPE}),
    (kv_copy, {"flags": Flag.NORM}),
    (fence, {"flags": Flag.NORM}),
)


@pytest.mark.parametrize(("command", "fields"), BAD_FIELDS)
def test_fields_outside_the_card_are_refused(command: Callable[..., None], fields: dict[str, Any]) -> None:
    bench = Bench(SIZE.ports)
    fence(bench)
    command(bench, **fields)
    assert run(bench) == RunResult(Status.BAD_FIELD, index=1, tag=TAG, completed=1)


@pytest.mark.parametrize("command", COMMANDS)
def test_reserved_bytes_must_be_zero(command: Callable[..., None]) -> None:
    bench = Bench(SIZE.ports)
    command(bench)
    raw = bench._commands[0]
    dtype = COMMAND_DTYPES[Opcode(int(raw[0]))]
    reserved = [name for name in dtype.names or () if name.startswith("reserved")]
    assert reserved
    for name in reserved:
        fields = dtype.fields
        assert fields is not None
        bench = Bench(SIZE.ports)
        command(bench)
        bench._commands[0][fields[name][1]] = 1
        assert run(bench).status == Status.BAD_FIELD


@pytest.mark.parametrize(
    "fields",
    [
        {"rows": 0, "length": 18},
        {"rows": 3, "length": 21},
        {"first_row": 1},
        {"length": 21},
        {"start": SIZE.context - 1, "length": SIZE.context + 1},
        {"start": FAR, "length": 1},
    ],
)
def test_segments_that_contradict_themselves_are_refused(fields: dict[str, int]) -> None:
    bench = Bench(SIZE.ports)
    attention(bench, segments_addr=segment(bench, **fields))
    assert run(bench) == RunResult(Status.BAD_FIELD, index=0, tag=TAG, completed=0)


@pytest.mark.parametrize("opcode", [0, 6, 255])
def test_unknown_opcodes_are_refused(opcode: int) -> None:
    bench = Bench(SIZE.ports)
    fence(bench)
    bench._commands[0][0] = opcode
    assert run(bench) == RunResult(Status.BAD_OPCODE, index=0, tag=TAG, completed=0)


def test_dependency_before_the_program_is_refused() -> None:
    bench = Bench(SIZE.ports)
    fence(bench, dep=0)
    fence(bench, dep=2)
    assert run(bench) == RunResult(Status.BAD_DEP, index=1, tag=TAG, completed=1)


def test_program_without_end_says_so() -> None:
    bench = Bench(SIZE.ports)
    fence(bench)
    addr, count = bench.program()
    assert csim_card("sim").run(bench.memory, addr, count - 1) == RunResult(Status.NO_END, 1, 0, 1)
    assert csim_card("sim").run(bench.memory, addr, 0) == RunResult(Status.NO_END)


def test_program_outside_memory_is_refused() -> None:
    bench = Bench(SIZE.ports)
    words = len(bench.memory.act) // WORD_BYTES
    for addr in (words, FAR):
        assert csim_card("sim").run(bench.memory, addr, 3) == RunResult(Status.BAD_ADDRESS)


BAD_ADDRESSES: tuple[tuple[Callable[..., None], dict[str, Any]], ...] = (
    *((matmul, {name: FAR}) for name in ("x_addr", "y_addr", "w_addr")),
    (matmul, {"n_tiles": 0xFFFF_FFFC}),
    (matmul, {"flags": Flag.GATHER, "index_addr": FAR}),
    *((kv_write, {name: FAR}) for name in ("x_addr", "q_addr", "kv_addr", "slots_addr", "block_stride")),
    (kv_write, {"flags": Flag.ROPE, "rope_addr": FAR}),
    *((attention, {name: FAR}) for name in ("q_addr", "y_addr", "kv_addr", "segments_addr")),
    *((kv_copy, {name: FAR}) for name in ("pairs_addr", "kv_addr", "block_stride", "pairs")),
)


@pytest.mark.parametrize(("command", "fields"), BAD_ADDRESSES)
def test_addresses_outside_memory_are_refused(command: Callable[..., None], fields: dict[str, Any]) -> None:
    bench = Bench(SIZE.ports)
    command(bench, **fields)
    before = copy_memory(bench.memory)
    result = csim_card("sim").run(bench.memory, *bench.program())
    assert result == RunResult(Status.BAD_ADDRESS, index=0, tag=TAG, completed=0)
    end = bench._act_next * WORD_BYTES
    before.act[:end] = bench.memory.act[:end]  # but for the program itself, nothing has been written
    assert same_memory(before, bench.memory)


@pytest.mark.parametrize("unit", ["gather", "slots", "table", "pairs"])
def test_addresses_found_in_memory_are_checked_too(unit: str) -> None:
    bench = Bench(SIZE.ports)
    far = bench.put(np.array([FAR, FAR, FAR, FAR], np.uint32))
    if unit == "gather":
        matmul(bench, flags=Flag.GATHER, index_addr=far)
    elif unit == "slots":
        kv_write(bench, slots_addr=far)
    elif unit == "table":
        attention(bench, segments_addr=segment(bench, table_addr=far))
    else:
        kv_copy(bench, pairs_addr=far)
    assert run(bench) == RunResult(Status.BAD_ADDRESS, index=0, tag=TAG, completed=0)


def test_last_words_of_memory_may_be_used() -> None:
    """y up to the activation space's end, weights up to the ports' end; a word further is refused."""
    for beyond in (0, 1):
        bench = Bench(SIZE.ports)
        tile_words = 1 + 1 + 2 * 2
        y_words, w_words = 4 * 2 * 32 // WORD_BYTES, 2 * tile_words
        y_addr = len(bench.memory.act) // WORD_BYTES - y_words + beyond
        w_addr = bench.memory.port_words - w_words
        matmul(bench, y_addr=y_addr, w_addr=w_addr, format=WeightFormat.W4)
        assert run(bench).status == (Status.BAD_ADDRESS if beyond else Status.OK)
        bench = Bench(SIZE.ports)
        matmul(bench, w_addr=w_addr + beyond)
        assert run(bench).status == (Status.BAD_ADDRESS if beyond else Status.OK)


# -------------------------------------------------------------------------------- anything at all
class Guarded:
    """A copy of a memory whose spaces lie between guard bytes."""

    def __init__(self, memory: Memory) -> None:
        spaces = (memory.act, *memory.ports)
        self._whole = [np.full(len(space) + 2 * 4096, GUARD, np.uint8) for space in spaces]
        inner = [whole[4096:-4096] for whole in self._whole]
        for to, space in zip(inner, spaces, strict=True):
            to[:] = space
        self.memory = Memory(inner[1:], inner[0])

    def intact(self) -> bool:
        return all((w[:4096] == GUARD).all() and (w[-4096:] == GUARD).all() for w in self._whole)


STRATEGIES = (
    random_commands.matmuls,
    random_commands.kv_writes,
    random_commands.attentions,
)


@given(
    st.sampled_from(STRATEGIES).flatmap(lambda strategy: strategy(SIZE.ports, SIZE.rows)),
    st.lists(st.tuples(st.integers(1, WORD_BYTES - 1), st.integers(0, 255)), min_size=1, max_size=3),
)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_spoilt_commands_are_refused_as_by_the_reference(
    bench: Bench, changes: list[tuple[int, int]]
) -> None:
    """Any bytes of a command replaced: the reference's status, and not a byte outside the memory."""
    for at, value in changes:
        bench._commands[0][at] = value
    addr, count = bench.program()
    guarded = Guarded(bench.memory)
    result = csim_card("sim").run(guarded.memory, addr, count)
    assert guarded.intact()
    with np.errstate(all="ignore"):  # a moved address may make anything a key's exponent
        expected = execute(bench.memory, addr, count, SIZE)
    assert result == expected


# -------------------------------------------------------------------------------- the C interface
def test_programs_run_side_by_side() -> None:
    """Four threads, each with its own memory, give what one gives."""
    rng = np.random.default_rng(7)

    def make(seed: int) -> tuple[Bench, int, int]:
        bench = Bench(SIZE.ports)
        for _ in range(20):
            x = bench.put((np.random.default_rng(seed).standard_normal((2, 64)) * 65536).astype(np.int32))
            matmul(bench, x_addr=x)
        for port in bench.memory.ports:
            port[:] = rng.integers(0, 256, len(port), dtype=np.uint8)
        return bench, *bench.program()

    jobs = [make(seed) for seed in range(8)]
    alone = [copy_memory(bench.memory) for bench, _, _ in jobs]
    card = csim_card("sim")
    for memory, (_, addr, count) in zip(alone, jobs, strict=True):
        assert card.run(memory, addr, count).status == Status.OK
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda job: card.run(job[0].memory, job[1], job[2]), jobs))
    assert all(result.status == Status.OK for result in results)
    assert all(same_memory(bench.memory, memory) for (bench, _, _), memory in zip(jobs, alone, strict=True))


def test_null_pointers_are_an_error() -> None:
    library = csim_card("sim").library
    zero64, zero32 = ctypes.c_uint64(0), ctypes.c_uint32(0)
    assert library.ofpga_card_run(None, zero64, None, zero64, zero32, zero32, None) == -1


def test_time_is_reported_by_opcode() -> None:
    bench = Bench(SIZE.ports)
    matmul(bench)
    kv_copy(bench)
    _, spent = csim_card("sim").timed(bench.memory, *bench.program())
    assert spent[Opcode.MATMUL] > 0
    assert spent[Opcode.KV_COPY] > 0
    assert spent[Opcode.ATTENTION] == 0
