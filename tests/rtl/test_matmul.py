"""The matmul unit in SystemVerilog: the reference's bits, whatever the patterns on its interfaces."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from openfpga_host.contract import Epilogue, Flag, Opcode, Status, WeightFormat
from openfpga_host.layout import pack_tiles
from openfpga_host.reference import Memory
from openfpga_host.reference.matmul import matmul
from support.bench import Bench
from support.csim_card import copy_memory, same_memory
from support.matmul_unit import MatmulUnit, Rates, merged, verilate
from support.random_commands import matmuls, random_i32

RATES = [Rates(), Rates(3, 1, 20), Rates(1, 4, 3), Rates(20, 20, 100)]
Size = tuple[int, int, int]  # ports, rows, K blocks
SIM: Size = (2, 4, 64)  # the card size `sim`
LONE: Size = (1, 1, 128)


@functools.cache
def unit(ports: int, rows: int, k_blocks: int) -> MatmulUnit:
    return MatmulUnit(ports, rows, k_blocks)


def expected(memory: Memory, commands: NDArray[np.void]) -> Memory:
    """The memory after the commands, by the reference."""
    after = copy_memory(memory)
    for command in commands:
        matmul(after, command)
    return after


def one_matmul(ports: int, rows: int, k_blocks: int, n_tiles: int, *, seed: int = 0, **fields: int) -> Bench:
    """A bench with one command on ordinary data."""
    rng = np.random.default_rng(seed)
    k, n = 32 * k_blocks, 8 * n_tiles
    fmt = WeightFormat(fields.get("format", WeightFormat.W4))
    codes = rng.integers(0, 16, (n, k)) if fmt == WeightFormat.W4 else rng.integers(-127, 128, (n, k))
    tiles = pack_tiles(
        codes.astype(np.uint8 if fmt == WeightFormat.W4 else np.int8),
        rng.integers(0, 256, (n, k_blocks)).astype(np.uint8),
        rng.integers(2**15, 2**16, n).astype(np.uint16),
        np.full(n, -36, np.int16),
        random_i32(rng, (n,), "ordinary"),
        fmt,
    )
    port_words = tiles.size // 64 // ports + 2 * tiles.size // 64 // n_tiles + 64
    bench = Bench(ports, port_words=port_words, act_words=8 * (rows + 4) * (k_blocks + n_tiles) + 64)
    bench.command(
        Opcode.MATMUL,
        rows=rows,
        k_blocks=k_blocks,
        n_tiles=n_tiles,
        codebook=rng.integers(-127, 128, 16),
        x_addr=bench.put(random_i32(rng, (rows + 4, k), "ordinary")),
        y_addr=bench.put(random_i32(rng, (rows, n), "ordinary")),
        index_addr=bench.put(rng.integers(0, rows + 4, rows).astype(np.uint32)),
        w_addr=bench.put_tiles(tiles),
        **fields,
    )
    return bench


def check_random_commands(ports: int, rows: int, k_blocks: int, examples: int) -> None:
    """Lists of random commands, their goes at once or each after the one before."""

    @settings(max_examples=examples, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(matmuls(ports, rows), min_size=1, max_size=3),
        st.booleans(),
        st.sampled_from(RATES),
        st.integers(0, 2**31),
    )
    def run(benches: list[Bench], one_by_one: bool, rates: Rates, seed: int) -> None:
        memory, commands = merged(benches)
        after = expected(memory, commands)
        done = unit(ports, rows, k_blocks).run(
            memory, commands, [one_by_one] * len(commands), rates=rates, seed=seed
        )
        assert done.statuses == [Status.OK] * len(commands)
        assert same_memory(memory, after)

    run()


def test_random_commands_give_the_reference_bits() -> None:
    check_random_commands(*SIM, examples=120)


def test_random_commands_of_one_row_on_one_port_give_the_reference_bits() -> None:
    check_random_commands(*LONE, examples=60)


@pytest.mark.slow
@pytest.mark.parametrize(("ports", "rows"), [(1, 4), (2, 1), (4, 3), (8, 2), (1, 20)])
def test_other_sizes_give_the_same_bits(ports: int, rows: int) -> None:
    check_random_commands(ports, rows, 16, examples=200)


@pytest.mark.parametrize("fmt", WeightFormat)
def test_the_longest_rows_give_the_reference_bits(fmt: WeightFormat) -> None:
    ports, rows, k_blocks = SIM
    benches = [
        one_matmul(ports, rows, k_blocks, 6, format=fmt, flags=Flag.NORM, epilogue=e)
        for e in Epilogue
        if e != 2
    ]
    memory, commands = merged(benches)
    after = expected(memory, commands)
    done = unit(*SIM).run(memory, commands, [False] * len(commands))
    assert done.statuses == [Status.OK] * len(commands)
    assert same_memory(memory, after)


def test_a_command_that_reads_what_the_one_before_wrote() -> None:
    bench = one_matmul(2, 4, 8, 32)
    memory, commands = merged([bench, one_matmul(2, 4, 8, 6, seed=1)])
    commands["x_addr"][1] = commands["y_addr"][0]  # as long: 32 tiles, 8 blocks
    after = expected(memory, commands)
    unit(*SIM).run(memory, commands, [False, True], rates=Rates(3, 1, 20))
    assert same_memory(memory, after)


def test_weights_are_fetched_before_the_go() -> None:
    memory, commands = merged([one_matmul(2, 4, 16, 32)])
    after = expected(memory, commands)
    done = unit(*SIM).run(memory, commands, [False], go_from=2000)
    assert done.beats_ahead == min(done.beats, 512)
    assert same_memory(memory, after)


def test_a_reset_in_mid_command_leaves_nothing_behind() -> None:
    benches = [
        one_matmul(2, 4, 8, 8, seed=s, flags=Flag.NORM | Flag.GATHER, epilogue=s % 2) for s in range(3)
    ]
    memory, commands = merged(benches)
    after = expected(memory, commands)
    for reset_at in range(60, 700, 71):
        again = copy_memory(memory)
        done = unit(*SIM).run(
            again, commands, [False] * 3, reset_at=reset_at, rates=RATES[reset_at % 4], seed=reset_at
        )
        assert done.statuses == [Status.OK] * 3
        assert same_memory(again, after)


@pytest.mark.parametrize("epilogue", [Epilogue.NONE, Epilogue.RESIDUAL])
@pytest.mark.parametrize("what", ["x_addr", "y_addr", "w_addr", "index_addr"])
def test_an_address_outside_the_memory_fails_its_command_alone(what: str, epilogue: Epilogue) -> None:
    benches = [one_matmul(2, 4, 8, 6, seed=s, flags=Flag.GATHER, epilogue=epilogue) for s in range(3)]
    memory, commands = merged(benches)
    after = expected(memory, commands[[0, 2]])
    commands[what][1] = 2**31
    done = unit(*SIM).run(memory, commands, [False, True, True], rates=Rates(3, 1, 20), seed=4)
    assert done.statuses == [Status.OK, Status.BAD_ADDRESS, Status.OK]
    for index in (0, 2):
        y = int(commands["y_addr"][index])
        assert np.array_equal(memory.act_array(y, "<i4", 4, 48), after.act_array(y, "<i4", 4, 48))


def test_any_word_that_cannot_be_read_or_written_fails_the_command() -> None:
    bench = one_matmul(2, 4, 3, 6, flags=Flag.GATHER, epilogue=Epilogue.RESIDUAL)
    memory, commands = merged([bench])
    clean = unit(*SIM).run(copy_memory(memory), commands, [False])
    counts = [clean.beats, clean.beats, clean.act_words]
    assert counts == [3 * 8, 3 * 8, 1 + 4 * 6 + 4 * 3 + 4 * 3]  # index, rows, old results, results
    for space, words in enumerate(counts):
        for word in range(words):
            done = unit(*SIM).run(copy_memory(memory), commands, [False], error_space=space, error_word=word)
            assert done.statuses == [Status.BAD_ADDRESS], (space, word)


@pytest.mark.parametrize(
    "parameters",
    [
        pytest.param({}, id="sim"),
        pytest.param({"Ports": 1, "Rows": 1}, id="smallest"),
        pytest.param({"Ports": 4, "Rows": 16, "KBlocks": 896}, id="u250", marks=pytest.mark.slow),
        pytest.param({"Ports": 32, "Rows": 4, "KBlocks": 896}, id="u280", marks=pytest.mark.slow),
    ],
)
def test_lint(parameters: dict[str, int]) -> None:
    linted = verilate("--lint-only", "-Wall", **parameters)
    assert linted.returncode == 0, linted.stderr


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"Ports": 3}, "Ports is 3; it must be 1, 2, 4 ... 64."),
        ({"Rows": 0}, "Rows is 0; it must be 1 to 64."),
        ({"KBlocks": 2000}, "KBlocks is 2000; it must be 1 to 1024."),
        ({"HeadBlocks": 9}, "HeadBlocks is 9 and Context 2048; they must be 1 to 8 and 1 to 131072."),
    ],
)
def test_illegal_parameters_stop_elaboration(parameters: dict[str, int], sentence: str) -> None:
    linted = verilate("--lint-only", **parameters)
    assert linted.returncode != 0
    assert sentence in linted.stderr


@pytest.mark.parametrize(
    ("size", "rows", "k_blocks", "n_tiles"),
    [(SIM, 1, 24, 64), (SIM, 4, 24, 64), (LONE, 1, 128, 16)],
    ids=["256x768", "256x768-4-rows", "4096-wide"],
)
def test_weights_stream_without_gaps(size: Size, rows: int, k_blocks: int, n_tiles: int) -> None:
    """In ideal memory the next command's weights follow at once; its rows hide behind this one's weights."""
    commands_in_a_row = 4
    bench = [one_matmul(size[0], rows, k_blocks, n_tiles, seed=s) for s in range(commands_in_a_row)]
    memory, commands = merged(bench)
    after = expected(memory, commands)
    one_by_one = copy_memory(memory)
    done = unit(*size).run(memory, commands, [False] * commands_in_a_row)
    waiting = unit(*size).run(one_by_one, commands, [True] * commands_in_a_row)
    assert same_memory(memory, after)
    assert same_memory(one_by_one, after)
    idle = (waiting.cycles - waiting.beats) / commands_in_a_row
    print(
        f"K {32 * k_blocks}, {rows} rows: port 0 busy {100 * done.busy:.1f} % of {done.beats} words; "
        f"each command waiting for the one before: {100 * waiting.busy:.1f} %, {idle:.0f} cycles a command"
    )
    assert done.busy > 0.98
