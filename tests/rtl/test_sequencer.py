"""The RTL sequencer: which commands it refuses, when it hands them on, how programs end, what it counts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openfpga_host.contract import (
    COMMAND_DTYPES,
    SEGMENT_DTYPE,
    WORD_BYTES,
    Flag,
    Opcode,
    Register,
    Status,
)
from openfpga_host.device.counters import read_counters
from openfpga_host.reference import Memory, RunResult
from support.bench import Bench
from support.random_programs import EDGES, SIZE, UNITS, expected, header, legal, random_program
from support.sequencer_bench import Kind, Run, SequencerBench

pytestmark = pytest.mark.timeout(1800)  # the first test of a size compiles its model
AHEAD = (Opcode.MATMUL, Opcode.ATTENTION)
"""Commands that are sent before they may run."""


@pytest.fixture
def bench() -> Bench:
    return Bench(SIZE.ports)


@pytest.fixture
def sequencer() -> Iterator[SequencerBench]:
    sequencer = SequencerBench()
    yield sequencer
    sequencer.close()


def shift_records(memory: Memory, addr: int, count: int, words: int) -> None:
    """Segment records of the program's ATTENTION commands lie so many words further on."""
    for index in range(count):
        if header(memory, addr, index)["opcode"] == Opcode.ATTENTION:
            raw = memory.act_array(addr + index, np.uint8, WORD_BYTES).view(COMMAND_DTYPES[Opcode.ATTENTION])
            raw["segments_addr"] += np.uint32(words % 2**32)


def check_order(memory: Memory, addr: int, run: Run) -> None:
    """Every command that ran had what it depends on completed; units took their commands in order."""
    done: set[int] = set()
    failed = run.result.index if run.result.status != Status.OK else None
    last_sent = dict.fromkeys(range(3), -1)
    for event in run.events:
        head = header(memory, addr, event.tag)
        opcode, dep = Opcode(int(head["opcode"])), int(head["dep"])
        assert UNITS[opcode] == event.unit
        if event.kind == Kind.DONE:
            done.add(event.tag)
        elif event.kind == Kind.COMMAND:
            assert event.tag > last_sent[event.unit]
            last_sent[event.unit] = event.tag
        needed = range(event.tag - dep + 1 if dep else 0)
        opcodes = {i: Opcode(int(header(memory, addr, i)["opcode"])) for i in needed}
        missing = [i for i in needed if i not in done and opcodes[i] in UNITS]
        satisfied = not missing
        if event.kind == Kind.GO_EARLY:
            assert all(opcodes[i] == Opcode.MATMUL for i in missing)
        elif event.kind == Kind.GO or opcode not in AHEAD:
            # What was sent ahead is let go when its program has failed.
            assert satisfied or (opcode in AHEAD and failed is not None and failed < event.tag)
    assert len(done) == sum(e.kind == Kind.COMMAND for e in run.events)


@given(
    st.integers(1, 2**31 - 1),
    st.sampled_from([1, 3, 20, 60]),
    st.sampled_from([0, 0, 4, 12]),
    st.sampled_from([1, 20, 200]),
    st.sampled_from([0.0, 0.02, 0.3]),
)
@settings(max_examples=300, deadline=None)
def test_random_programs_end_as_they_should(
    seed: int, length: int, stall: int, work: int, harm: float
) -> None:
    """One after another on one sequencer: a failed one does not hurt the next."""
    rng = np.random.default_rng(seed)
    sequencer = SequencerBench(seed)
    for _ in range(3):
        bench = Bench(SIZE.ports)
        addr, commands = random_program(rng, bench, length, harm)
        count = commands
        failures = {int(t): Status(rng.integers(1, len(Status))) for t in rng.integers(0, 3 * length, 2)}
        if rng.random() < 0.2:
            behind = int(rng.choice([40, 2**32 - count]))  # what lies there is not looked at
            count += int(rng.integers(0, behind))
        base = 64 * int(rng.integers(0, (2**32 - len(bench.memory.act) // WORD_BYTES) // 64))
        shift_records(bench.memory, addr, commands, base)
        latency = int(rng.choice([1, 20, 100]))
        run = sequencer.run(
            bench.memory.act,
            addr,
            count,
            failures=failures,
            stall=stall,
            work=work,
            latency=latency,
            base=base,
        )
        shift_records(bench.memory, addr, commands, -base)
        assert run.result == expected(bench.memory, addr, count, failures)
        check_order(bench.memory, addr, run)
    sequencer.close()


@pytest.mark.parametrize("opcode", Opcode)
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=200, deadline=None)
def test_harmed_commands_are_refused_as_the_reference_does(opcode: Opcode, seed: int) -> None:
    rng = np.random.default_rng(seed)
    sequencer = SequencerBench()
    for _ in range(4):
        bench = Bench(SIZE.ports)
        fields = legal(rng, bench, opcode)
        command = np.zeros(1, COMMAND_DTYPES[opcode])
        command["opcode"], command["tag"] = opcode, 0
        for name, value in fields.items():
            command[name] = value
        name = str(rng.choice([*fields, "dep", "flags"]))
        values = np.asarray(command[name])
        value = int(rng.choice(EDGES)) & (256**values.dtype.itemsize - 1)
        values.reshape(-1)[rng.integers(values.size)] = np.array(value, np.uint64).astype(values.dtype)
        end = np.zeros(1, COMMAND_DTYPES[Opcode.FENCE])
        end["opcode"], end["flags"], end["tag"] = Opcode.FENCE, Flag.END, 1
        addr = bench.put(np.concatenate([command.view(np.uint8), end.view(np.uint8)]))
        run = sequencer.run(bench.memory.act, addr, 2, work=1)
        assert run.result == expected(bench.memory, addr, 2, {}), f"{name} = {value:#x}"
    sequencer.close()


def test_weights_and_block_tables_may_be_read_before_the_go(bench: Bench, sequencer: SequencerBench) -> None:
    """MATMUL and ATTENTION are sent while what they depend on runs; other commands when they may run."""
    rng = np.random.default_rng(0)
    opcodes = [Opcode.KV_WRITE, Opcode.ATTENTION, Opcode.MATMUL, Opcode.MATMUL, Opcode.KV_WRITE]
    for tag, opcode in enumerate(opcodes):
        bench.command(opcode, tag=tag, dep=min(tag, 1), **legal(rng, bench, opcode))
    run = sequencer.run(bench.memory.act, *bench.program(), work=400)
    assert run.result.status == Status.OK
    for tag in (1, 2, 3):
        assert run.at(Kind.COMMAND, tag) < run.at(Kind.DONE, 0)
    assert run.at(Kind.DONE, 0) < run.at(Kind.GO, 1)
    assert run.at(Kind.DONE, 1) < run.at(Kind.GO, 2)
    assert run.at(Kind.DONE, 3) < run.at(Kind.COMMAND, 4)


def test_a_matmul_may_go_while_matmuls_it_depends_on_run(bench: Bench, sequencer: SequencerBench) -> None:
    """Its unit keeps their order; of other units all must have completed, those it passes over included."""
    rng = np.random.default_rng(0)
    opcodes = [Opcode.MATMUL, Opcode.MATMUL, Opcode.KV_WRITE, Opcode.MATMUL, Opcode.MATMUL]
    for tag, opcode in enumerate(opcodes):
        bench.command(opcode, tag=tag, dep=[0, 1, 0, 3, 1][tag], **legal(rng, bench, opcode))
    run = sequencer.run(bench.memory.act, *bench.program(), work=400)
    assert run.result.status == Status.OK
    kinds = {e.tag: e.kind for e in run.events if e.kind in (Kind.GO, Kind.GO_EARLY)}
    assert run.at(Kind.DONE, 2) < run.at(Kind.GO, 4)
    assert kinds == {0: Kind.GO, 1: Kind.GO_EARLY, 2: Kind.GO, 3: Kind.GO, 4: Kind.GO_EARLY}


def test_dependent_commands_follow_within_a_few_cycles(bench: Bench, sequencer: SequencerBench) -> None:
    rng = np.random.default_rng(0)
    opcodes = [
        Opcode.MATMUL,
        Opcode.KV_WRITE,
        Opcode.ATTENTION,
        Opcode.MATMUL,
        Opcode.MATMUL,
        Opcode.KV_WRITE,
    ]
    for tag, opcode in enumerate(opcodes):
        bench.command(opcode, tag=tag, dep=min(tag, 1), **legal(rng, bench, opcode))
    run = sequencer.run(bench.memory.act, *bench.program(), work=300)
    gaps = [run.at(Kind.GO, tag) - run.at(Kind.DONE, tag - 1) for tag in range(1, len(opcodes))]
    assert max(gaps) <= 6, gaps


def test_a_unit_that_fails_stops_what_was_not_sent(bench: Bench, sequencer: SequencerBench) -> None:
    rng = np.random.default_rng(0)
    for tag, opcode in enumerate([Opcode.MATMUL, Opcode.KV_WRITE, Opcode.ATTENTION, Opcode.KV_COPY]):
        bench.command(opcode, tag=tag, dep=min(tag, 1), **legal(rng, bench, opcode))
    run = sequencer.run(bench.memory.act, *bench.program(), failures={1: Status.BAD_ADDRESS})
    assert run.result == RunResult(Status.BAD_ADDRESS, 1, 1, 1)
    assert {event.tag for event in run.events} == {0, 1, 2}  # ATTENTION was sent ahead


def test_a_program_without_end_or_outside_memory(bench: Bench, sequencer: SequencerBench) -> None:
    bench.command(Opcode.FENCE, tag=7)
    addr, _ = bench.program()
    act = bench.memory.act
    assert sequencer.run(act, addr, 1).result == RunResult(Status.NO_END, 1, 0, 1)
    assert sequencer.run(act, addr, 0).result == RunResult(Status.NO_END)
    last = len(act) // 64 - 1
    act[64 * last :] = bench.memory.act_array(addr, np.uint8, 64)
    assert sequencer.run(act, last, 9).result == RunResult(Status.BAD_ADDRESS, 1, 0, 1)
    assert sequencer.run(act, 2**32 - 1, 9).result == RunResult(Status.BAD_ADDRESS)
    assert sequencer.run(act, addr, 2).result == RunResult(Status.OK, completed=2)


@pytest.mark.parametrize("word", range(4))
def test_a_word_that_cannot_be_read_is_a_bad_address(
    bench: Bench, sequencer: SequencerBench, word: int
) -> None:
    """Commands come first, then the records of ATTENTION."""
    rng = np.random.default_rng(1)
    bench.command(Opcode.ATTENTION, tag=5, **legal(rng, bench, Opcode.ATTENTION))
    addr, count = bench.program()
    run = sequencer.run(bench.memory.act, addr, count, error_word=word)
    results = [
        RunResult(Status.BAD_ADDRESS, 0, 0, 0),
        RunResult(Status.BAD_ADDRESS, 1, 0, 1),
        RunResult(Status.BAD_ADDRESS, 0, 5, 0),
        RunResult(Status.OK, completed=2),
    ]
    assert run.result == results[word]


@given(st.integers(1, 2**31 - 1))
@settings(max_examples=60, deadline=None)
def test_counters_count_what_they_are_shown_of_the_last_program(seed: int) -> None:
    """The benches of the card compare them with its memories: tests/rtl/test_counters.py."""
    rng = np.random.default_rng(seed)
    sequencer = SequencerBench(seed)
    for _ in range(2):
        bench = Bench(SIZE.ports)
        addr, count = random_program(rng, bench, 12, 0.0)
        run = sequencer.run(bench.memory.act, addr, count, work=40)
        counters = read_counters(sequencer.read, SIZE.ports)
        assert [*counters.ports, counters.act] == run.channels
        assert 0 <= run.stalled - counters.stalled <= 3
        assert 0 <= run.cycles - counters.busy <= 8
        kinds = {
            event.tag: Opcode(int(header(bench.memory, addr, event.tag)["opcode"])) for event in run.events
        }
        for opcode in UNITS:
            spans = [
                range(run.at(Kind.GO, tag), run.at(Kind.DONE, tag)) for tag in kinds if kinds[tag] == opcode
            ]
            assert counters.opcodes[opcode] == len({cycle for span in spans for cycle in span})
        sequencer.write(Register.PERF_BUSY_LO, 0)  # read-only
        assert read_counters(sequencer.read, SIZE.ports) == counters
    sequencer.close()


@given(
    st.integers(1, 2**31 - 1),
    st.integers(1, 1500),
    st.sampled_from([0, 12]),
    st.sampled_from([0.0, 0.1]),
)
@settings(max_examples=200, deadline=None)
def test_reset_in_mid_program_leaves_nothing_behind(seed: int, after: int, stall: int, harm: float) -> None:
    """Whatever was being fetched, checked, sent or run: the program then runs as if for the first time."""
    rng = np.random.default_rng(seed)
    sequencer = SequencerBench(seed)
    bench = Bench(SIZE.ports)
    addr, count = random_program(rng, bench, 30, harm)
    failures = {int(rng.integers(0, 60)): Status.BAD_ADDRESS}
    run = sequencer.run(
        bench.memory.act, addr, count, failures=failures, stall=stall, reset_after=after, latency=40
    )
    assert run.result == expected(bench.memory, addr, count, failures)
    check_order(bench.memory, addr, run)
    sequencer.close()


@given(st.integers(1, 2**31 - 1), st.sampled_from([0, 12]), st.sampled_from([0.0, 0.1]))
@settings(max_examples=60, deadline=None)
def test_auto_restart_runs_the_program_again_until_it_is_cleared(seed: int, stall: int, harm: float) -> None:
    """With an interrupt each time, whether it fails or not."""
    rng = np.random.default_rng(seed)
    sequencer = SequencerBench(seed)
    bench = Bench(SIZE.ports)
    bench.command(Opcode.MATMUL, tag=0, **legal(rng, bench, Opcode.MATMUL))  # a unit takes part
    addr, count = random_program(rng, bench, 8, harm)
    first = bench.memory.act_array(addr, np.uint8, 64).view(COMMAND_DTYPES[Opcode.MATMUL])
    first[:] = bench._commands[0].view(COMMAND_DTYPES[Opcode.MATMUL])
    run = sequencer.run(bench.memory.act, addr, count, stall=stall, runs=3)
    assert run.result == expected(bench.memory, addr, count, {})
    check_order(bench.memory, addr, run)
    assert sequencer.read(Register.CTRL) == 0b100  # idle
    sequencer.close()


def test_a_refused_command_and_the_end_of_the_one_before_may_meet(sequencer: SequencerBench) -> None:
    """Of the same unit, in the same cycle: ATTENTION, whose records are checked while another one runs."""
    rng = np.random.default_rng(0)
    bench = Bench(SIZE.ports)
    fields = legal(rng, bench, Opcode.ATTENTION) | {"rows": 1, "segments": 1}
    for tag, length in enumerate((1, 0)):
        records = np.array([(0, 0, 1, 0, length)], SEGMENT_DTYPE)
        bench.command(Opcode.ATTENTION, tag=tag, **(fields | {"segments_addr": bench.put(records)}))
    addr, count = bench.program()
    result = expected(bench.memory, addr, count, {})
    assert (result.status, result.index) == (Status.BAD_FIELD, 1)
    for latency in range(1, 17):
        for _ in range(25):
            run = sequencer.run(bench.memory.act, addr, count, work=24, latency=latency)
            assert run.result == result
            assert [event.kind for event in run.events] == [Kind.COMMAND, Kind.GO, Kind.DONE]
