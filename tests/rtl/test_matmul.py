"""The matmul unit in SystemVerilog: the reference's bits, whatever the patterns on its interfaces."""

from __future__ import annotations

import functools
from typing import NamedTuple

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


class Size(NamedTuple):
    """Parameters of the unit."""

    ports: int
    rows: int
    k_blocks: int
    mac_rows: int
    shared: int = 1


SIM = Size(2, 4, 64, 4)  # the card size `sim`
LONE = Size(1, 1, 128, 1)
GROUPS = Size(2, 8, 10, 4)
"""Every tile is used for two groups of rows; two commands of eight rows and ten blocks do not fit at once."""
SHARED = Size(2, 8, 32, 4, 2)
"""And two lanes share a finish, as on the u280."""


@functools.cache
def unit(*size: int) -> MatmulUnit:
    return MatmulUnit(*size)


def expected(memory: Memory, commands: NDArray[np.void]) -> Memory:
    """The memory after the commands, by the reference."""
    after = copy_memory(memory)
    for command in commands:
        matmul(after, command)
    return after


def uneven_i32(rng: np.random.Generator, rows: int, k: int) -> NDArray[np.int32]:
    """Rows whose blocks differ by far more than the exponents of a row may."""
    blocks = rng.integers(-(2**31), 2**31, (rows, k // 32, 32)) >> rng.integers(0, 33, (rows, k // 32, 1))
    return blocks.astype(np.int32).reshape(rows, k)


def one_matmul(
    ports: int, rows: int, k_blocks: int, n_tiles: int, *, seed: int = 0, uneven: bool = False, **fields: int
) -> Bench:
    """A bench with one command on ordinary data, or with uneven rows and channels."""
    rng = np.random.default_rng(seed)
    k, n = 32 * k_blocks, 8 * n_tiles
    fmt = WeightFormat(fields.get("format", WeightFormat.W4))
    codes = rng.integers(0, 16, (n, k)) if fmt == WeightFormat.W4 else rng.integers(-127, 128, (n, k))
    tiles = pack_tiles(
        codes.astype(np.uint8 if fmt == WeightFormat.W4 else np.int8),
        rng.integers(0, 256, (n, k_blocks)).astype(np.uint8),
        rng.integers(2**15, 2**16, n).astype(np.uint16),
        (rng.integers(-50, -20, n) if uneven else np.full(n, -36)).astype(np.int16),
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
        x_addr=bench.put(
            uneven_i32(rng, rows + 4, k) if uneven else random_i32(rng, (rows + 4, k), "ordinary")
        ),
        y_addr=bench.put(random_i32(rng, (rows, n), "ordinary")),
        index_addr=bench.put(rng.integers(0, rows + 4, rows).astype(np.uint32)),
        w_addr=bench.put_tiles(tiles),
        **fields,
    )
    return bench


def check_random_commands(size: Size, examples: int) -> None:
    """Lists of random commands, their goes at once, each after the one before, or early."""

    @settings(max_examples=examples, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(matmuls(*size[:2]), min_size=1, max_size=3),
        st.integers(0, 2),
        st.sampled_from(RATES),
        st.integers(0, 2**31),
    )
    def run(benches: list[Bench], goes: int, rates: Rates, seed: int) -> None:
        memory, commands = merged(benches)
        after = expected(memory, commands)
        done = unit(*size).run(memory, commands, [goes] * len(commands), rates=rates, seed=seed)
        assert done.statuses == [Status.OK] * len(commands)
        assert same_memory(memory, after)

    run()


def test_random_commands_give_the_reference_bits() -> None:
    check_random_commands(SIM, examples=120)


def test_random_commands_of_one_row_on_one_port_give_the_reference_bits() -> None:
    check_random_commands(LONE, examples=60)


def test_random_commands_of_more_rows_than_are_multiplied_at_once_give_the_reference_bits() -> None:
    check_random_commands(GROUPS, examples=120)


OTHER_SIZES = [Size(1, 4, 16, 4), Size(2, 1, 16, 1), Size(4, 3, 16, 3), Size(8, 2, 16, 2)]
OTHER_SIZES += [Size(1, 20, 16, 20)]
OTHER_GROUPS = [Size(1, 7, 10, 4), Size(4, 8, 12, 2), Size(2, 6, 16, 2), Size(1, 4, 10, 1)]
OTHER_SHARED = [Size(4, 4, 16, 4, 2), Size(8, 3, 16, 3, 2)]


@pytest.mark.slow
@pytest.mark.parametrize("size", OTHER_SIZES + OTHER_GROUPS + OTHER_SHARED)
def test_other_sizes_give_the_same_bits(size: Size) -> None:
    check_random_commands(size, examples=200)


@pytest.mark.parametrize("fmt", WeightFormat)
def test_the_longest_rows_give_the_reference_bits(fmt: WeightFormat) -> None:
    ports, rows, k_blocks = SIM[:3]
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


def random_chain(rng: np.random.Generator, ports: int, rows: int, most_blocks: int) -> list[Bench]:
    """Commands whose x mostly is as large as the results of the one before."""
    length = int(rng.integers(2, 6))
    blocks = rng.integers(1, most_blocks + 1, length + 1)
    if rng.random() < 0.3:  # so that any may work on any's data
        blocks[:] = blocks[0]
    benches = []
    for index in range(length):
        epilogue = Epilogue(int(rng.integers(len(Epilogue))))
        flags = (Flag.NORM if rng.random() < 0.6 else 0) | (Flag.GATHER if rng.random() < 0.1 else 0)
        tiles = 4 * int(blocks[index + 1]) * (2 if epilogue == Epilogue.SILU else 1)
        if rng.random() < 0.15:
            tiles += 4  # a row of results is longer than the row of x behind it
        benches.append(
            one_matmul(
                ports,
                int(rng.integers(1, rows + 1)) if rng.random() < 0.4 else rows,
                int(blocks[index]),
                tiles,
                seed=int(rng.integers(2**31)),
                uneven=bool(rng.random() < 0.3),
                epilogue=epilogue,
                format=int(rng.integers(len(WeightFormat))),
                flags=flags,
            )
        )
    return benches


def chained(rng: np.random.Generator, benches: list[Bench]) -> tuple[Memory, NDArray[np.void]]:
    """Each command reads what the one before wrote; sometimes one reads or writes where any other does."""
    memory, commands = merged(benches)
    for index in range(1, len(commands)):
        if rng.random() < 0.9:
            commands["x_addr"][index] = commands["y_addr"][index - 1]
        if rng.random() < 0.2:
            name = str(rng.choice(["x_addr", "y_addr"]))
            other = commands[int(rng.integers(0, index + 1))]
            old, new = commands[index], int(other[str(rng.choice(["x_addr", "y_addr"]))])
            fits = [(int(c["n_tiles"]), int(c["k_blocks"]), int(c["rows"])) for c in (old, other)]
            if fits[0] == fits[1] and 4 * fits[0][1] == fits[0][0]:
                commands[name][index] = new
    return memory, commands


def check_chains(size: Size, most_blocks: int, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 2**31), st.sampled_from(RATES))
    def run(seed: int, rates: Rates) -> None:
        rng = np.random.default_rng(seed)
        memory, commands = chained(rng, random_chain(rng, *size[:2], most_blocks))
        after = expected(memory, commands)
        goes = [int(rng.choice([1, 2], p=[0.1, 0.9])) for _ in commands]
        done = unit(*size).run(memory, commands, goes, rates=rates, seed=seed)
        assert done.statuses == [Status.OK] * len(commands)
        assert same_memory(memory, after)

    run()


def test_commands_that_go_early_give_the_bits_of_one_after_another() -> None:
    check_chains(SIM, most_blocks=6, examples=120)


@pytest.mark.parametrize("k_blocks", [GROUPS[2], 6], ids=["two fit", "two may not fit"])
def test_commands_of_several_groups_that_go_early_give_the_bits_of_one_after_another(k_blocks: int) -> None:
    check_chains(GROUPS._replace(k_blocks=k_blocks), most_blocks=6, examples=80)


def test_lanes_that_share_a_finish_give_the_reference_bits() -> None:
    check_random_commands(SHARED, examples=60)
    check_chains(SHARED, most_blocks=6, examples=60)


@pytest.mark.slow
@pytest.mark.parametrize("size", OTHER_SIZES + OTHER_GROUPS + OTHER_SHARED)
def test_commands_that_go_early_at_other_sizes(size: Size) -> None:
    check_chains(size, most_blocks=6, examples=200)


def test_rows_of_very_uneven_blocks_are_read_once_more() -> None:
    """A block far below its row's largest that came before it was known is quantised again."""
    benches = [
        one_matmul(2, 4, 24, 6, seed=s, uneven=True, flags=Flag.NORM | f) for s, f in enumerate((0, 2))
    ]
    memory, commands = merged(benches)
    after = expected(memory, commands)
    done = unit(*SIM).run(memory, commands, [0, 0])
    assert same_memory(memory, after)
    once = 2 * 4 * (48 + 3) + 1
    assert once < done.act_words <= 2 * once


def test_a_command_follows_the_results_of_the_one_before() -> None:
    """It reads none of them, and its weights follow the other's after the latency of the pipelines."""
    commands_in_a_row = 3
    for rows, most in ((1, 70), (4, 100)):
        memory, commands = merged([one_matmul(2, rows, 16, 64, seed=s) for s in range(commands_in_a_row)])
        commands["x_addr"][1:] = commands["y_addr"][:-1]
        after = expected(memory, commands)
        waiting = unit(*SIM).run(copy_memory(memory), commands, [1] * commands_in_a_row)
        done = unit(*SIM).run(memory, commands, [2] * commands_in_a_row)
        assert same_memory(memory, after)
        assert done.act_words == rows * 32 * (1 + commands_in_a_row)
        idle = [(run.cycles - run.beats) / commands_in_a_row for run in (waiting, done)]
        print(
            f"{rows} rows: {idle[0]:.0f} cycles between dependent commands, {idle[1]:.0f} where one follows"
        )
        one = (waiting.cycles - waiting.beats) / commands_in_a_row  # also of the first, which follows none
        assert (done.cycles - done.beats - one) / (commands_in_a_row - 1) < most


def test_weights_are_fetched_before_the_go() -> None:
    memory, commands = merged([one_matmul(2, 4, 16, 32)])
    after = expected(memory, commands)
    done = unit(*SIM).run(memory, commands, [False], go_from=2000)
    assert done.beats_ahead == min(done.beats, 512)
    assert same_memory(memory, after)


def test_a_channel_that_stops_for_long_holds_up_and_loses_nothing() -> None:
    """So long that what lies behind it fills up: results that are not written, rows, weights."""
    for seed in range(8):
        epilogues = [Epilogue(int(e)) for e in np.random.default_rng(seed).integers(0, len(Epilogue), 3)]
        benches = [one_matmul(2, 4, 8 + 8 * i, 32, seed=i, epilogue=e) for i, e in enumerate(epilogues)]
        memory, commands = merged(benches)
        after = expected(memory, commands)
        done = unit(*SIM).run(memory, commands, [0] * 3, rates=Rates(900, 900, 20), seed=seed)
        assert done.statuses == [Status.OK] * 3
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
        pytest.param(
            {"Ports": 32, "Rows": 8, "MacRows": 4, "KBlocks": 896}, id="u280", marks=pytest.mark.slow
        ),
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
        (
            {"Rows": 24, "MacRows": 4},
            "MacRows is 4; it must be a power of two, a quarter of 24 Rows or more.",
        ),
        ({"Rows": 8, "MacRows": 3}, "MacRows is 3; it must be a power of two, a quarter of 8 Rows or more."),
        ({"Shared": 4}, "Shared is 4; it must be 1 or, with two ports or more, 2."),
        ({"Ports": 1, "Shared": 2}, "Shared is 2; it must be 1 or, with two ports or more, 2."),
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
    [
        (SIM, 1, 24, 64),
        (SIM, 4, 24, 64),
        (LONE, 1, 128, 16),
        (SHARED, 2, 16, 64),
        (SHARED, 4, 32, 64),
    ],
    ids=["768", "768-4-rows", "4096", "512-2-rows-shared", "1024-4-rows-shared"],
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
