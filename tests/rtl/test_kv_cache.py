"""The kv_cache unit in RTL against the reference: all of memory, bit for bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
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

BASES = st.integers(0, 2**26 - 2**9).map(lambda page: 64 * page)
"""Where memories begin, in words: addresses use all of their 32 bits."""

disturbances = st.builds(
    Disturbance,
    seed=st.integers(1, 2**31 - 1),
    latency=st.sampled_from([1, 7, 60]),
    willing=st.sampled_from([1, 4, 13]),
    unwilling=st.sampled_from([0, 3, 20]),
    reset_after=st.sampled_from([0, 0, 0, 5, 40, 90, 200, 350]),
    port_base=BASES,
    act_base=BASES,
)


ACT_FIELDS = {
    Opcode.KV_WRITE: ("x_addr", "q_addr", "slots_addr", "rope_addr"),
    Opcode.KV_COPY: ("pairs_addr",),
}


def moved(raw: NDArray[np.uint8], act: int, port: int) -> NDArray[np.uint8]:
    """A command whose addresses lie so many words further on."""
    command = raw.copy().view(COMMAND_DTYPES[Opcode(int(raw[0]))])
    for name in ACT_FIELDS[Opcode(int(raw[0]))]:
        command[name] += np.uint32(act)
    command["kv_addr"] += np.uint32(port)
    return command.view(np.uint8)


def check(bench: Bench, size: str, disturbance: Disturbance) -> None:
    """Run the bench's commands on both, compare all of memory."""
    commands = list(bench._commands)
    mine = copy_memory(bench.memory)
    addr, count = bench.program()
    mine.act[:] = bench.memory.act
    result = execute(bench.memory, addr, count, CARD_SIZES[size])
    assert result == RunResult(Status.OK, completed=count)
    sent = [moved(raw, disturbance.act_base, disturbance.port_base) for raw in commands]
    statuses = unit_bench("kv_cache", size).run(mine, sent, disturbance).statuses
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


@pytest.mark.parametrize("q_heads", [21, 16], ids=["in two words", "in one"])
def test_the_exponents_of_a_q_record_of_many_heads(q_heads: int) -> None:
    """Of 63 blocks they begin in the last mantissas' word and end in the next."""
    rng = np.random.default_rng(10)
    head_blocks = 3 if q_heads == 21 else 4
    for seed in range(1, 5):
        bench = kv_write("sim", rng, 4, q_heads, 1, head_blocks=head_blocks)
        check(bench, "sim", Disturbance(seed, latency=7, willing=600, unwilling=600))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kv_heads", [1, 2, 3])
def test_exponents_lie_in_their_words_wherever_a_token_is_in_its_block(size: str, kv_heads: int) -> None:
    """Of heads of three blocks, those of some tokens lie on both sides of a word's end."""
    rng = np.random.default_rng(11)
    card = CARD_SIZES[size]
    bench = Bench(card.ports, act_words=1 << 16)
    rows = min(4, card.rows)
    for head_blocks in range(1, card.head_blocks + 1):
        for first in range(0, 16, rows):
            slots = np.arange(first, first + rows) + 16 * rng.integers(0, 4, rows)
            fields: dict[str, Any] = {"head_blocks": head_blocks, "slots": slots}
            add_kv_write(bench, size, rng, rows, 2 * kv_heads, kv_heads, **fields)
    check(bench, size, Disturbance(seed=5, willing=4, unwilling=3))


@given(st.integers(1, 2**31 - 1), st.booleans())
@settings(max_examples=20, deadline=None)
def test_a_channel_that_stops_for_long_holds_up_and_loses_nothing(seed: int, copies: bool) -> None:
    """So long that what lies behind it fills up, all the way to the first request."""
    rng = np.random.default_rng(seed)
    if copies:
        bench = Bench(2)
        for space in bench.memory.ports:
            space[:] = rng.integers(0, 256, len(space))
        stride = int(rng.integers(1, 200))
        pairs = rng.permutation(16)[:8].reshape(4, 2).astype(np.uint32)
        bench.command(Opcode.KV_COPY, pairs=4, pairs_addr=bench.put(pairs), block_stride=stride)
    else:
        bench = kv_write("sim", rng, 4, 12, 6, head_blocks=int(rng.integers(1, 5)))
    check(bench, "sim", Disturbance(seed, latency=3, willing=900, unwilling=900))


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


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_any_list_or_block_outside_the_memory_is_reported(data: st.DataObject) -> None:
    """A slot's block times the stride, up to 2^60, does not come back into memory either."""
    beyond, word = st.integers(2**15, 2**32 - 1), st.integers(0, 2**32 - 1)
    blocks = {"kv_addr": data.draw(beyond), "block_stride": data.draw(word.filter(bool))}
    slots = data.draw(st.lists(word, min_size=4, max_size=4))
    lists = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(ACT_FIELDS[Opcode.KV_WRITE], beyond)))
    bench = kv_write("sim", np.random.default_rng(12), 4, 4, 2, slots=slots, **blocks, **lists)
    pairs_addr = bench.put(np.array(slots[:2], np.uint32))
    bench.command(Opcode.KV_COPY, pairs=1, pairs_addr=pairs_addr, **blocks)
    done = unit_bench("kv_cache", "sim").run(bench.memory, bench._commands, Disturbance(latency=3))
    assert done.statuses == [Status.BAD_ADDRESS] * 2


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
    """Not even the second word of exponents of token 5."""
    bench = kv_write("sim", np.random.default_rng(5), 2, 4, 2, head_blocks=3, slots=[5, 22])
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
