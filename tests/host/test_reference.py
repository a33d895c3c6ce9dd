"""The NumPy reference against a literal scalar reading of docs/numerics.md, byte for byte over all memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openfpga_host.contract import (
    CARD_SIZES,
    COMMAND_DTYPES,
    SEGMENT_DTYPE,
    CardSize,
    Flag,
    Opcode,
    Status,
    WeightFormat,
)
from openfpga_host.layout import KvGeometry, KvVectors, Weights, pack_q_records, pack_tiles
from openfpga_host.reference import RunResult, execute
from support import random_commands, scalar_model
from support.bench import Bench

PORTS = (1, 2, 3, 8)
ports_of_card = st.sampled_from(PORTS)


def card(bench: Bench, **changes: Any) -> CardSize:
    return replace(CARD_SIZES["csim"], ports=len(bench.memory.ports), **changes)


def run(bench: Bench, **changes: Any) -> RunResult:
    addr, count = bench.program()
    return execute(bench.memory, addr, count, card(bench, **changes))


def random_weights(rng: np.random.Generator, n: int, k: int) -> Weights:
    """8-bit weights whose results stay within int32 for mantissas of ordinary rows."""
    return Weights(
        rng.integers(-127, 128, (n, k)).astype(np.int8),
        rng.integers(0, 256, (n, k // 32)).astype(np.uint8),
        rng.integers(0, 2**16, n).astype(np.uint16),
        np.full(n, -10, np.int16),
        np.zeros(n, np.int32),
    )


def first_command(bench: Bench, opcode: Opcode) -> dict[str, Any]:
    command = bench._commands[0].view(COMMAND_DTYPES[opcode])[0]
    return {
        name: command[name] if command[name].ndim else int(command[name])
        for name in command.dtype.names or ()
        if not name.startswith("reserved")
    }


def agree(bench: Bench, opcode: Opcode, scalar: Callable[..., None]) -> None:
    fields = first_command(bench, opcode)
    addr, count = bench.program()
    ports = [bytearray(port.tobytes()) for port in bench.memory.ports]
    act = bytearray(bench.memory.act.tobytes())
    result = execute(bench.memory, addr, count, card(bench))
    assert result == RunResult(Status.OK, completed=count)
    scalar(ports, act, fields)
    assert bytes(act) == bench.memory.act.tobytes()
    assert [bytes(port) for port in ports] == [port.tobytes() for port in bench.memory.ports]


@given(ports_of_card.flatmap(random_commands.matmuls))
@settings(max_examples=60, deadline=None)
def test_matmul_equals_the_scalar_model(bench: Bench) -> None:
    agree(bench, Opcode.MATMUL, scalar_model.matmul)


@given(ports_of_card.flatmap(random_commands.kv_writes))
@settings(max_examples=60, deadline=None)
def test_kv_write_equals_the_scalar_model(bench: Bench) -> None:
    agree(bench, Opcode.KV_WRITE, scalar_model.kv_write)


@given(ports_of_card.flatmap(random_commands.attentions))
@settings(max_examples=40, deadline=None)
def test_attention_equals_the_scalar_model(bench: Bench) -> None:
    agree(bench, Opcode.ATTENTION, scalar_model.attention)


@given(ports_of_card.flatmap(random_commands.kv_copies))
@settings(max_examples=30, deadline=None)
def test_kv_copy_equals_the_scalar_model(bench: Bench) -> None:
    agree(bench, Opcode.KV_COPY, scalar_model.kv_copy)


def test_attention_is_exact_over_more_tokens_than_float64_adds_at_once() -> None:
    """1200 odd weights near 2**16 times values near 2**27: the sum needs more than 53 bits."""
    rng = np.random.default_rng(3)
    length, blocks = 1200, 8
    bench = Bench(1)
    geometry = KvGeometry(1, 1, 1, 1)
    lead = (blocks, 1, 1, 16)
    keys = np.zeros((*lead, 32), np.int8)
    keys[..., 0] = rng.integers(0, 50, lead)
    vectors = KvVectors(
        keys,
        np.full((*lead, 1), 8, np.uint8),
        np.full((*lead, 32), 127, np.int8),
        np.where(rng.random((*lead, 1)) < 0.95, 20, 0).astype(np.uint8),
    )
    kv_addr = bench.reserve_ports(blocks * geometry.block_words)
    chunks = geometry.by_port(geometry.pack_chunks(vectors))
    bench.memory.port_rows[0][kv_addr : kv_addr + blocks * geometry.block_words] = chunks.reshape(-1, 64)
    segment = np.zeros(1, SEGMENT_DTYPE)
    segment["table_addr"] = bench.put(rng.integers(0, blocks, length // 16).astype(np.uint32))
    segment["rows"], segment["start"], segment["length"] = 1, length - 1, length
    query = np.zeros((1, 1, 32), np.int8)
    query[0, 0, 0] = 1
    bench.command(
        Opcode.ATTENTION,
        flags=Flag.CAUSAL,
        rows=1,
        q_heads=1,
        kv_heads=1,
        head_blocks=1,
        q_addr=bench.put(pack_q_records(query, np.full((1, 1, 1), 8, np.uint8))),
        y_addr=bench.reserve(4 * 32),
        segments_addr=bench.put(segment),
        segments=1,
        kv_addr=kv_addr,
        block_stride=geometry.block_words,
    )
    agree(bench, Opcode.ATTENTION, scalar_model.attention)


@pytest.mark.parametrize("peak", [2**22, 2**23, 2**24, 2**26, 2**31 - 1])
def test_norm_eps_follows_the_base_of_a_tall_row(peak: int) -> None:
    rng = np.random.default_rng(peak)
    x = np.zeros((1, 64), np.int32)
    x[0, 5], x[0, 40] = peak, 3
    bench = Bench(1)
    weights = random_weights(rng, 16, 64)
    bench.command(
        Opcode.MATMUL,
        flags=Flag.NORM,
        rows=1,
        k_blocks=2,
        n_tiles=2,
        format=WeightFormat.W8,
        norm_eps=2**32 - 1,
        x_addr=bench.put(x),
        y_addr=bench.reserve(64),
        w_addr=bench.put_tiles(pack_tiles(*weights, WeightFormat.W8)),
    )
    agree(bench, Opcode.MATMUL, scalar_model.matmul)


def small(opcode: Opcode, /, **changes: Any) -> Bench:
    """A valid command on one port, with changes."""
    bench = Bench(1, port_words=256, act_words=256)
    zeros = bench.reserve(64 * 64)
    geometry = KvGeometry(1, 1, 1, 1)
    heads = {"rows": 2, "q_heads": 2, "kv_heads": 1, "head_blocks": 1, "block_stride": geometry.block_words}
    segment = np.array([(zeros, 0, 2, 3, 5)], SEGMENT_DTYPE)
    fields: dict[Opcode, dict[str, Any]] = {
        Opcode.MATMUL: {"rows": 2, "k_blocks": 1, "n_tiles": 4, "x_addr": zeros, "y_addr": zeros + 8},
        Opcode.KV_WRITE: {**heads, "x_addr": zeros, "q_addr": zeros + 40, "slots_addr": zeros},
        Opcode.ATTENTION: {
            **heads,
            "q_addr": zeros,
            "y_addr": zeros + 20,
            "segments": 1,
            "segments_addr": bench.put(segment),
        },
        Opcode.KV_COPY: {"pairs": 1, "pairs_addr": zeros, "block_stride": 8},
        Opcode.FENCE: {},
    }
    bench.command(opcode, **{"tag": 77, **fields[opcode], **changes})
    return bench


@pytest.mark.parametrize("opcode", list(Opcode))
def test_the_unchanged_command_is_accepted(opcode: Opcode) -> None:
    assert run(small(opcode)) == RunResult(Status.OK, completed=2)


_BAD: list[tuple[Opcode, Status, dict[str, Any]]] = [
    (Opcode.MATMUL, Status.BAD_OPCODE, {"opcode": 0}),
    (Opcode.MATMUL, Status.BAD_OPCODE, {"opcode": 6}),
    *((Opcode.MATMUL, Status.BAD_FIELD, {"flags": flag}) for flag in (4, 8, 16, 32, 64, 128)),
    *((Opcode.MATMUL, Status.BAD_FIELD, {"rows": rows}) for rows in (0, 33)),
    *((Opcode.MATMUL, Status.BAD_FIELD, {"k_blocks": k}) for k in (0, 1025)),
    *((Opcode.MATMUL, Status.BAD_FIELD, {"n_tiles": n}) for n in (0, 3)),
    (Opcode.MATMUL, Status.BAD_FIELD, {"n_tiles": 2, "epilogue": 2}),
    (Opcode.MATMUL, Status.BAD_FIELD, {"format": 2}),
    (Opcode.MATMUL, Status.BAD_FIELD, {"epilogue": 4}),
    (Opcode.MATMUL, Status.BAD_FIELD, {"codebook": [0] * 15 + [-128]}),
    (Opcode.MATMUL, Status.BAD_FIELD, {"reserved0": 1}),
    (Opcode.MATMUL, Status.BAD_FIELD, {"reserved1": 1 << 63}),
    (Opcode.MATMUL, Status.BAD_DEP, {"dep": 1}),
    (Opcode.MATMUL, Status.BAD_ADDRESS, {"x_addr": 253}),
    (Opcode.MATMUL, Status.BAD_ADDRESS, {"y_addr": 253}),
    (Opcode.MATMUL, Status.BAD_ADDRESS, {"w_addr": 256 - 15}),
    (Opcode.MATMUL, Status.BAD_ADDRESS, {"x_addr": 2**32 - 1}),
    (Opcode.MATMUL, Status.BAD_ADDRESS, {"flags": 2, "index_addr": 256}),
    *((Opcode.KV_WRITE, Status.BAD_FIELD, {"flags": flag}) for flag in (1, 2, 8, 128)),
    (Opcode.KV_WRITE, Status.BAD_FIELD, {"q_heads": 0}),
    (Opcode.KV_WRITE, Status.BAD_FIELD, {"kv_heads": 0}),
    (Opcode.KV_WRITE, Status.BAD_FIELD, {"q_heads": 3, "kv_heads": 2}),
    (Opcode.KV_WRITE, Status.BAD_FIELD, {"head_blocks": 9}),
    (Opcode.KV_WRITE, Status.BAD_FIELD, {"q_heads": 1025}),
    (Opcode.KV_WRITE, Status.BAD_FIELD, {"reserved0": [0, 0, 1]}),
    (Opcode.KV_WRITE, Status.BAD_ADDRESS, {"kv_addr": 250}),
    (Opcode.KV_WRITE, Status.BAD_ADDRESS, {"slots_addr": 256}),
    (Opcode.KV_WRITE, Status.BAD_ADDRESS, {"flags": 4, "rope_addr": 255}),
    (Opcode.ATTENTION, Status.BAD_FIELD, {"segments": 0}),
    (Opcode.ATTENTION, Status.BAD_FIELD, {"segments": 3}),
    (Opcode.ATTENTION, Status.BAD_FIELD, {"rows": 1}),
    (Opcode.ATTENTION, Status.BAD_FIELD, {"reserved1": [0, 1]}),
    (Opcode.ATTENTION, Status.BAD_ADDRESS, {"segments_addr": 256}),
    (Opcode.ATTENTION, Status.BAD_ADDRESS, {"q_addr": 256}),
    (Opcode.ATTENTION, Status.BAD_ADDRESS, {"kv_addr": 240}),
    (Opcode.KV_COPY, Status.BAD_FIELD, {"flags": 1}),
    (Opcode.KV_COPY, Status.BAD_ADDRESS, {"pairs_addr": 256}),
    (Opcode.KV_COPY, Status.BAD_ADDRESS, {"block_stride": 257}),
    (Opcode.FENCE, Status.BAD_FIELD, {"flags": 1}),
    (Opcode.FENCE, Status.BAD_FIELD, {"reserved0": [1] * 7}),
]


@pytest.mark.parametrize(("opcode", "status", "changes"), _BAD)
def test_illegal_commands_are_refused_with_their_index_and_tag(
    opcode: Opcode, status: Status, changes: dict[str, Any]
) -> None:
    bench = small(opcode, **changes)
    assert run(bench) == RunResult(status, 0, 77, 0)


@pytest.mark.parametrize(
    ("record", "status"),
    [
        ((0, 0, 0, 3, 3), Status.BAD_FIELD),
        ((0, 1, 2, 3, 5), Status.BAD_FIELD),
        ((0, 0, 2, 3, 6), Status.BAD_FIELD),
        ((0, 0, 2, 32767, 32769), Status.BAD_FIELD),
        ((256, 0, 2, 3, 5), Status.BAD_ADDRESS),
    ],
)
def test_illegal_segments_are_refused(record: tuple[int, ...], status: Status) -> None:
    bench = small(Opcode.ATTENTION)
    bench.command(Opcode.ATTENTION, **{**first_command(bench, Opcode.ATTENTION), "tag": 5})
    segments = bench.put(np.array([record], SEGMENT_DTYPE))
    bench._commands[1].view(COMMAND_DTYPES[Opcode.ATTENTION])["segments_addr"] = segments
    assert run(bench) == RunResult(status, 1, 5, 1)


def test_a_program_without_end_says_so_after_its_last_command() -> None:
    bench = small(Opcode.KV_COPY)
    addr, count = bench.program()
    assert execute(bench.memory, addr, count - 1, card(bench)) == RunResult(Status.NO_END, 1, 0, 1)


def test_a_program_that_runs_out_of_memory_is_a_bad_address() -> None:
    bench = Bench(1, act_words=4)
    bench.memory.act.reshape(-1, 64)[:, 0] = Opcode.FENCE
    assert execute(bench.memory, 0, 9, card(bench)) == RunResult(Status.BAD_ADDRESS, 4, 0, 4)


def test_commands_after_end_are_not_looked_at() -> None:
    bench = small(Opcode.FENCE)
    addr, count = bench.program()
    assert execute(bench.memory, addr, count + 50, card(bench)) == RunResult(Status.OK, completed=count)


def test_a_memory_with_other_ports_than_the_card_is_refused() -> None:
    bench = small(Opcode.FENCE)
    with pytest.raises(ValueError, match="2 ports was given a memory of 1"):
        execute(bench.memory, 0, 1, CARD_SIZES["sim"])
