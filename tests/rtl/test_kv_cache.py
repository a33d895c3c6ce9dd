"""The kv_cache unit in RTL against the reference: all of memory, bit for bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openfpga_host.contract import CARD_SIZES, COMMAND_DTYPES, Flag, Opcode, Status
from openfpga_host.layout import KvGeometry, q_record_words
from openfpga_host.reference import RunResult, execute
from support import random_commands
from support.bench import Bench
from support.csim_card import clear_q_padding, copy_memory, same_memory
from support.unit_bench import Disturbance, unit_bench

pytestmark = pytest.mark.timeout(1800)  # the first test of a size compiles its model
SLOW_SIZES = [pytest.param(size, marks=pytest.mark.slow) for size in ("kv260", "u250", "u280")]
SIZES = ["sim", *SLOW_SIZES]

disturbances = st.builds(
    Disturbance,
    seed=st.integers(1, 2**31 - 1),
    latency=st.sampled_from([1, 7, 60]),
    willing=st.sampled_from([1, 4, 13]),
    unwilling=st.sampled_from([0, 3, 20]),
    reset_after=st.sampled_from([0, 0, 0, 5, 40, 90, 200, 350]),
)


def check(bench: Bench, size: str, disturbance: Disturbance) -> None:
    """Run the bench's commands on both, compare all of memory."""
    commands = list(bench._commands)
    mine = copy_memory(bench.memory)
    addr, count = bench.program()
    mine.act[:] = bench.memory.act
    result = execute(bench.memory, addr, count, CARD_SIZES[size])
    assert result == RunResult(Status.OK, completed=count)
    statuses = unit_bench("kv_cache", size).run(mine, commands, disturbance).statuses
    assert statuses == [Status.OK] * len(commands)
    for raw in commands:
        if raw[0] == Opcode.KV_WRITE:
            command = raw.view(COMMAND_DTYPES[Opcode.KV_WRITE])[0]
            for memory in (bench.memory, mine):
                clear_q_padding(memory, command)
    assert same_memory(bench.memory, mine)


@pytest.mark.parametrize("size", SIZES)
@given(data=st.data(), disturbance=disturbances)
@settings(max_examples=60, deadline=None)
def test_kv_write_equals_the_reference(size: str, data: st.DataObject, disturbance: Disturbance) -> None:
    card = CARD_SIZES[size]
    check(data.draw(random_commands.kv_writes(card.ports, card.rows)), size, disturbance)


@pytest.mark.parametrize("size", SIZES)
@given(data=st.data(), disturbance=disturbances)
@settings(max_examples=40, deadline=None)
def test_kv_copy_equals_the_reference(size: str, data: st.DataObject, disturbance: Disturbance) -> None:
    check(data.draw(random_commands.kv_copies(CARD_SIZES[size].ports)), size, disturbance)


def kv_write(
    size: str, rng: np.random.Generator, rows: int, q_heads: int, kv_heads: int, **fields: Any
) -> Bench:
    card = CARD_SIZES[size]
    bench = Bench(card.ports, act_words=1 << 14)
    return add_kv_write(bench, size, rng, rows, q_heads, kv_heads, **fields)


def add_kv_write(
    bench: Bench, size: str, rng: np.random.Generator, rows: int, q_heads: int, kv_heads: int, **fields: Any
) -> Bench:
    """One KV_WRITE of heads as large as the card takes, unless said otherwise."""
    head_blocks = fields.pop("head_blocks", CARD_SIZES[size].head_blocks)
    geometry = KvGeometry(1, kv_heads, head_blocks, CARD_SIZES[size].ports)
    dim = 32 * head_blocks
    shape = (rows, q_heads + 2 * kv_heads, dim)
    slots = fields.pop("slots", rng.choice(64, rows, replace=False))
    values: dict[str, Any] = {
        "flags": Flag.ROPE,
        "rows": rows,
        "q_heads": q_heads,
        "kv_heads": kv_heads,
        "head_blocks": head_blocks,
        "x_addr": bench.put(random_commands.random_i32(rng, shape, "wide")),
        "q_addr": bench.reserve(64 * rows * q_record_words(q_heads, head_blocks)),
        "slots_addr": bench.put(np.asarray(slots, np.uint32)),
        "rope_addr": bench.put(rng.integers(-(2**15), 2**15, (rows, dim)).astype(np.int16)),
        "kv_addr": bench.reserve_ports(4 * geometry.block_words),
        "block_stride": geometry.block_words,
    }
    bench.command(Opcode.KV_WRITE, **(values | fields))
    return bench


def test_the_largest_row_of_the_card() -> None:
    card = CARD_SIZES["sim"]
    rng = np.random.default_rng(1)
    heads = card.k_blocks // card.head_blocks
    check(kv_write("sim", rng, card.rows, heads, heads), "sim", Disturbance())


def test_of_equal_slots_the_last_row_stays() -> None:
    rng = np.random.default_rng(2)
    check(
        kv_write("sim", rng, 4, 4, 2, slots=[9, 17, 9, 9]), "sim", Disturbance(seed=3, willing=4, unwilling=5)
    )


def test_commands_follow_one_another() -> None:
    rng = np.random.default_rng(3)
    bench = Bench(CARD_SIZES["sim"].ports, act_words=1 << 14)
    for head_blocks in (1, 3, 4, 2):
        add_kv_write(bench, "sim", rng, 3, 6, 3, head_blocks=head_blocks, flags=0)
    check(bench, "sim", Disturbance(seed=4, willing=4, unwilling=4))


def test_a_word_enters_each_cycle() -> None:
    """Of q, k and v; only the exponents of a row's q record take a few cycles more."""
    rng = np.random.default_rng(4)
    bench = kv_write("sim", rng, 4, 16, 4, head_blocks=4)
    latency = 32
    cycles = (
        unit_bench("kv_cache", "sim").run(bench.memory, bench._commands, Disturbance(latency=latency)).cycles
    )
    words, tails = 4 * 24 * 8, 4
    assert cycles < words + 4 * tails + 3 * latency, f"{words} words took {cycles} cycles"


@given(st.integers(0, 2), st.integers(0, 60), st.integers(0, 8), st.booleans(), st.integers(1, 2**31 - 1))
@settings(max_examples=40, deadline=None)
def test_a_memory_error_ends_the_command_with_bad_address(
    space: int, word: int, unwilling: int, copy: bool, seed: int
) -> None:
    """Whichever word fails; and the next command completes as if nothing had been."""
    rng = np.random.default_rng(seed)
    if copy:
        bench = Bench(2)
        pairs = np.array([(0, 1), (2, 3), (1, 2)], np.uint32)
        bench.command(Opcode.KV_COPY, pairs=3, pairs_addr=bench.put(pairs), block_stride=20)
        words = 1 if space == 2 else 120
    else:
        bench = kv_write("sim", rng, 2, 4, 2, head_blocks=2)
        words = 84 if space == 2 else 8
    disturbance = Disturbance(
        seed, willing=8, unwilling=unwilling, error_space=space, error_word=word % words
    )
    done = unit_bench("kv_cache", "sim").run(bench.memory, bench._commands * 2, disturbance)
    assert done.statuses == [Status.BAD_ADDRESS, Status.OK]


def test_slots_that_cannot_be_read_write_nothing() -> None:
    bench = kv_write("sim", np.random.default_rng(5), 2, 4, 2)
    done = unit_bench("kv_cache", "sim").run(
        bench.memory, bench._commands, Disturbance(error_space=2, error_word=0)
    )
    assert done.statuses == [Status.BAD_ADDRESS]
    assert not any(port.any() for port in bench.memory.ports)


@pytest.mark.parametrize(
    "fields",
    [
        {"x_addr": 2**32 - 1},
        {"q_addr": 2**32 - 1},
        {"slots_addr": 2**32 - 1},
        {"rope_addr": 2**32 - 1},
        {"kv_addr": 2**32 - 1},
        {"block_stride": 2**32 - 1, "slots": [2**32 - 1, 0]},
        {"slots": [2**32 - 1, 0]},
    ],
)
def test_addresses_outside_the_memory_are_bad(fields: dict[str, Any]) -> None:
    bench = kv_write("sim", np.random.default_rng(6), 2, 4, 2, **fields)
    done = unit_bench("kv_cache", "sim").run(bench.memory, bench._commands)
    assert done.statuses == [Status.BAD_ADDRESS]


@pytest.mark.parametrize(
    "fields",
    [
        {"pairs": 2**32 - 1, "pairs_addr": (1 << 13) - 2},
        {"pairs_addr": 2**32 - 1},
        {"kv_addr": 2**32 - 1},
        {"block_stride": 2**32 - 1},
        {"destination": 2**32 - 1},
        {"source": 2**32 - 1, "block_stride": 2**32 - 1},
    ],
)
def test_copies_outside_the_memory_are_bad(fields: dict[str, Any]) -> None:
    """Even enormous ones end soon."""
    bench = Bench(2)
    pair = np.array([fields.pop("source", 0), fields.pop("destination", 1)], np.uint32)
    values = {"pairs": 1, "pairs_addr": bench.put(pair), "block_stride": 4} | fields
    bench.command(Opcode.KV_COPY, **values)
    done = unit_bench("kv_cache", "sim").run(bench.memory, bench._commands)
    assert done.statuses == [Status.BAD_ADDRESS]
    assert done.cycles < 200_000
