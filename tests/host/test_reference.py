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
