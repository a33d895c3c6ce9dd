"""The HLS kernels, compiled for the CPU, against the NumPy reference: every byte after a command."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from openfpga_host.contract import (
    CARD_SIZES,
    COMMAND_DTYPES,
    SEGMENT_DTYPE,
    CardSize,
    Epilogue,
    Flag,
    Opcode,
    Status,
    WeightFormat,
)
from openfpga_host.layout import KvGeometry, KvVectors, pack_q_records, pack_tiles
from openfpga_host.reference import RunResult, execute
from support import random_commands
from support.bench import Bench
from support.csim_card import clear_q_padding, copy_memory, csim_card, same_memory


def has_avx2() -> bool:
    try:
        return " avx2 " in Path("/proc/cpuinfo").read_text()
    except OSError:
        return False


# quick: what is shipped; exact: ap_int at the proven widths and the loops that are synthesised. kv260 has
# more rows than a small tile has words; u280 splits heads over ports.
CARDS = (("csim", "quick"), ("sim", "quick"), ("u280", "quick"), ("sim", "exact"), ("kv260", "exact"))
needs_avx2 = pytest.mark.skipif(not has_avx2(), reason="this machine's CPU has no AVX2")
cards = pytest.mark.parametrize(
    ("size_name", "flavour"),
    [
        *CARDS,
        pytest.param("sim", "avx2", marks=needs_avx2),
        pytest.param("u280", "exact", marks=pytest.mark.slow),
    ],
)
relaxed = partial(
    settings, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def first_command(bench: Bench) -> np.void:
    raw = bench._commands[0]
    command: np.void = raw.view(COMMAND_DTYPES[Opcode(int(raw[0]))])[0]
    return command


def agree(bench: Bench, size_name: str, flavour: str = "quick") -> None:
    """Both execute the bench's program and leave the same memory."""
    command = first_command(bench).copy()
    size: CardSize = CARD_SIZES[size_name]
    addr, count = bench.program()
    copy = copy_memory(bench.memory)
    expected = execute(bench.memory, addr, count, size)
    assert csim_card(size_name, flavour).run(copy, addr, count) == expected
    assert expected == RunResult(Status.OK, completed=count)
    if command["opcode"] == Opcode.KV_WRITE:
        for memory in (bench.memory, copy):
            clear_q_padding(memory, command)
    assert same_memory(bench.memory, copy)


def rows_of(size_name: str) -> int:
    return min(CARD_SIZES[size_name].rows, 12)


@cards
@given(data=st.data())
@relaxed(max_examples=15)
def test_matmul_equals_the_reference(size_name: str, flavour: str, data: st.DataObject) -> None:
    bench = data.draw(random_commands.matmuls(CARD_SIZES[size_name].ports, rows_of(size_name)))
    agree(bench, size_name, flavour)


@cards
@given(data=st.data())
@relaxed(max_examples=15)
def test_kv_write_equals_the_reference(size_name: str, flavour: str, data: st.DataObject) -> None:
    agree(
        data.draw(random_commands.kv_writes(CARD_SIZES[size_name].ports, rows_of(size_name))),
        size_name,
        flavour,
    )


@cards
@given(data=st.data())
@relaxed(max_examples=15)
def test_attention_equals_the_reference(size_name: str, flavour: str, data: st.DataObject) -> None:
    agree(
        data.draw(random_commands.attentions(CARD_SIZES[size_name].ports, rows_of(size_name))),
        size_name,
        flavour,
    )


@cards
@given(data=st.data())
@relaxed(max_examples=10)
def test_kv_copy_equals_the_reference(size_name: str, flavour: str, data: st.DataObject) -> None:
    agree(data.draw(random_commands.kv_copies(CARD_SIZES[size_name].ports)), size_name, flavour)


# -------------------------------------------------------------------------------- chosen shapes
def matmul_bench(
    ports: int, rows: int, k_blocks: int, n_tiles: int, fmt: WeightFormat, x: NDArray[np.int32], **fields: Any
) -> Bench:
    """A MATMUL of the largest weights there are unless `fields` say otherwise."""
    n, k = 8 * n_tiles, 32 * k_blocks
    words = 2 * n_tiles * (2 + k_blocks // 8 + 4 * k_blocks)
    bench = Bench(ports, port_words=max(64, words), act_words=64 + (rows * (k + n) * 4) // 64 + rows + 64)
    fill = 15 if fmt == WeightFormat.W4 else -127
    kind: type[np.uint8 | np.int8] = np.uint8 if fmt == WeightFormat.W4 else np.int8
    codes: Any = np.full((n, k), fill, kind)
    tiles = pack_tiles(
        codes,
        np.full((n, k_blocks), 255, np.uint8),
        np.full(n, 65535, np.uint16),
        np.full(n, -60, np.int16),
        np.zeros(n, np.int32),
        fmt,
    )
    codebook = np.arange(-120, 121, 16)
    codebook[15] = -127
    bench.command(
        Opcode.MATMUL,
        **{
            "rows": rows,
            "k_blocks": k_blocks,
            "n_tiles": n_tiles,
            "format": fmt,
            "codebook": codebook,
            "x_addr": bench.put(x),
            "y_addr": bench.reserve(4 * rows * n),
            "w_addr": bench.put_tiles(tiles),
        }
        | fields,
    )
    return bench


@pytest.mark.parametrize("fmt", WeightFormat)
@pytest.mark.parametrize("flags", [0, Flag.NORM])
@pytest.mark.parametrize("value", [-(2**31), 2**31 - 1, -127, 0])
def test_longest_rows_of_one_extreme_value_do_not_overflow(fmt: WeightFormat, flags: int, value: int) -> None:
    """K_BLOCKS_MAX blocks of the largest products there are, all of one sign."""
    k_blocks = CARD_SIZES["csim"].k_blocks
    x = np.full((2, 32 * k_blocks), value, np.int32)
    agree(matmul_bench(1, 2, k_blocks, 2, fmt, x, flags=flags, norm_eps=2**32 - 1), "csim")


@pytest.mark.parametrize("size_name", ["sim", "kv260"])
def test_longest_rows_of_a_card_at_exact_widths(size_name: str) -> None:
    size = CARD_SIZES[size_name]
    x = np.full((1, 32 * size.k_blocks), -(2**31), np.int32)
    agree(
        matmul_bench(size.ports, 1, size.k_blocks, 2, WeightFormat.W4, x, flags=Flag.NORM), size_name, "exact"
    )


@pytest.mark.parametrize("rows", [1, 2, 3, 4, 7, 8, 13, 31, 32])
@pytest.mark.parametrize("fmt", WeightFormat)
def test_every_way_to_group_rows(rows: int, fmt: WeightFormat) -> None:
    rng = np.random.default_rng(rows)
    x = (rng.standard_normal((rows, 9 * 32)) * 65536).astype(np.int32)
    agree(matmul_bench(1, rows, 9, 6, fmt, x), "csim")


@pytest.mark.parametrize("n_tiles", [2, 4, 6, 30, 32, 34, 66])
@pytest.mark.parametrize("epilogue", [Epilogue.NONE, Epilogue.RESIDUAL])
def test_any_number_of_tiles_over_32_ports(n_tiles: int, epilogue: Epilogue) -> None:
    rng = np.random.default_rng(n_tiles)
    x = (rng.standard_normal((3, 64)) * 65536).astype(np.int32)
    agree(matmul_bench(32, 3, 2, n_tiles, WeightFormat.W4, x, epilogue=epilogue), "u280")


@pytest.mark.parametrize(("size_name", "flavour"), [("csim", "quick"), ("sim", "exact")])
@pytest.mark.parametrize("causal", [0, Flag.CAUSAL])
def test_attention_over_extreme_keys_and_values(size_name: str, flavour: str, causal: int) -> None:
    """Scores at the width's edge, equal for all tokens, so that every token weighs 1 and values add up."""
    size = CARD_SIZES[size_name]
    head_blocks, length, q_heads = size.head_blocks, 1000, 6
    bench = Bench(size.ports, port_words=1 << 15)
    geometry = KvGeometry(1, 2, head_blocks, size.ports)
    blocks = 3
    lead = (blocks, 2, geometry.split, geometry.chunk_tokens)
    tall = np.full((*lead, head_blocks), 20, np.uint8)
    full = np.full((*lead, 32 * head_blocks), -127, np.int8)
    kv_addr = bench.reserve_ports(blocks * geometry.block_words)
    by_port = geometry.by_port(geometry.pack_chunks(KvVectors(full, tall, full, tall)))
    for space, chunks in zip(bench.memory.port_rows, by_port, strict=True):
        space[kv_addr : kv_addr + blocks * geometry.block_words] = chunks.reshape(-1, 64)
    segment = np.zeros(1, SEGMENT_DTYPE)
    segment["table_addr"] = bench.put((np.arange(-(-length // 16)) % blocks).astype(np.uint32))
    segment["rows"], segment["start"], segment["length"] = 3, length - 3, length
    q = np.full((3, q_heads, 32 * head_blocks), 127, np.int8)
    bench.command(
        Opcode.ATTENTION,
        flags=causal,
        rows=3,
        q_heads=q_heads,
        kv_heads=2,
        head_blocks=head_blocks,
        q_addr=bench.put(pack_q_records(q, np.full((3, q_heads, head_blocks), 20, np.uint8))),
        y_addr=bench.reserve(4 * 3 * q_heads * 32 * head_blocks),
        segments_addr=bench.put(segment),
        segments=1,
        kv_addr=kv_addr,
        block_stride=geometry.block_words,
    )
    agree(bench, size_name, flavour)


def test_repeated_slots_keep_the_last_row() -> None:
    rng = np.random.default_rng(5)
    bench = Bench(1)
    geometry = KvGeometry(1, 1, 1, 1)
    kv_addr = bench.reserve_ports(geometry.block_words)
    bench.command(
        Opcode.KV_WRITE,
        rows=3,
        q_heads=1,
        kv_heads=1,
        head_blocks=1,
        x_addr=bench.put((rng.standard_normal((3, 96)) * 65536).astype(np.int32)),
        q_addr=bench.reserve(3 * 64),
        slots_addr=bench.put(np.array([4, 4, 4], np.uint32)),
        kv_addr=kv_addr,
        block_stride=geometry.block_words,
    )
    agree(bench, "csim")
