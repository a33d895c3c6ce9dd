"""Units that only pretend: they take commands, wait for their go, and end them after a while."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np
from bench.core import Bench, Pattern
from bench.masters import packed
from openfpga_host.contract import COMMAND_BYTES, COMMAND_DTYPES, Flag, Opcode, Status
from openfpga_host.layout import Bytes
from openfpga_host.reference import Memory, RunResult
from openfpga_host.reference.checks import check_fields
from openfpga_host.reference.memory import BadAddress
from support.random_programs import SIZE, UNITS, header

MATMUL, ATTENTION, KV_CACHE = range(3)
COMMAND_BITS = 8 * COMMAND_BYTES


class Kind(IntEnum):
    """Handshakes of a unit."""

    COMMAND = 0
    GO = 1
    DONE = 2


@dataclass(frozen=True)
class Event:
    """A handshake: command `index` of the program, in a cycle."""

    cycle: int
    kind: Kind
    index: int
    met: bool = True
    """GO of a MATMUL: nothing that it depends on is left in its unit."""


@dataclass
class Program:
    """What the units need to know of a program: its commands up to END, and how it must end.

    Attributes:
        opcodes, deps: of its commands.
        refused: ATTENTION commands with illegal fields, or segment records that cannot be read. Until that is
            known, those behind may be sent.
    """

    memory: Memory
    addr: int
    count: int
    result: RunResult
    failures: Mapping[int, Status] = field(default_factory=dict)
    """By index: how the units end these commands; others complete."""

    def __post_init__(self) -> None:
        self.opcodes: list[int] = []
        self.deps: list[int] = []
        self.refused: set[int] = set()
        for index in range(self.count):
            try:
                head = header(self.memory, self.addr, index)
            except BadAddress:
                break
            self.opcodes.append(int(head["opcode"]))
            self.deps.append(int(head["dep"]))
            if head["opcode"] == Opcode.ATTENTION and not self._has_records(index):
                self.refused.add(index)
            if head["opcode"] == Opcode.FENCE and int(head["flags"]) & Flag.END:
                break

    def _has_records(self, index: int) -> bool:
        command = self.raw(index).view(COMMAND_DTYPES[Opcode.ATTENTION])[0]
        try:
            return check_fields(command, Opcode.ATTENTION, self.memory, SIZE) == Status.OK
        except BadAddress:
            return False

    def raw(self, index: int) -> Bytes:
        """The command's bytes."""
        return self.memory.act_array(self.addr + index, np.uint8, COMMAND_BYTES)

    def unit(self, index: int) -> int | None:
        """Which unit gets a command."""
        opcode = self.opcodes[index]
        return UNITS[Opcode(opcode)] if opcode in tuple(UNITS) else None

    def needs(self, index: int) -> list[int]:
        """Commands of units that must be done before this one touches activations."""
        dep = self.deps[index]
        return [i for i in range(index - dep + 1 if dep else 0) if self.unit(i) is not None]


@dataclass
class Unit:
    """Commands in a unit, by index: sent, then gone."""

    most: int
    most_gone: int
    sent: deque[int] = field(default_factory=deque)
    gone: deque[int] = field(default_factory=deque)
    last: int = -1
    """The last that was sent."""
    done_at: int = 0
    done_shown: bool = False


class PretendedUnits:
    """The ports `cmd_*`, `go_*` and `done_*` of a sequencer; checks every offer of a command and of a go.

    Attributes:
        events: what happened since the program began.
        done: commands that units have ended.
        cmd_willing, go_willing: by unit, when it takes a command and a go.
        most_work: cycles from a command's go, or the end of the one before, to its end, at most.
        hold: ends nothing while it is set.
    """

    def __init__(self, dut: Any, bench: Bench) -> None:
        self.events: list[Event] = []
        self.done: set[int] = set()
        self.cmd_willing = [Pattern(bench.random) for _ in range(3)]
        self.go_willing = [Pattern(bench.random) for _ in range(3)]
        self.most_work = 20
        self.hold = False
        self.units: list[Unit] = []
        self._program: Program | None = None
        self._dut, self._bench = dut, bench
        self.begin(None)

    def begin(self, program: Program | None) -> None:
        """Expect a program; None: nothing may come.

        Raises:
            AssertionError: a unit still has a command of the program before.
        """
        assert not self.busy, f"units still have {self.units}"
        self._program = program
        self.events.clear()
        self.done.clear()
        # As the real ones do, MATMUL holds several commands, of which two have their go.
        self.units = [Unit(3, 2), Unit(2, 1), Unit(1, 1)]

    @property
    def busy(self) -> bool:
        """Some unit has a command."""
        return any(unit.sent or unit.gone for unit in self.units)

    @property
    def running(self) -> bool:
        """Some unit has a command that has had its go."""
        return any(unit.gone for unit in self.units)

    def at(self, kind: Kind, index: int) -> int:
        """The cycle of a command's handshake."""
        (cycle,) = (event.cycle for event in self.events if event.kind == kind and event.index == index)
        return cycle

    def reset(self) -> None:
        """Forget every command."""
        self.units = []
        self.begin(None)
        for name in ("cmd_ready_i", "go_ready_i", "done_valid_i", "done_status_i"):
            getattr(self._dut, name).value = 0

    def drive(self) -> None:
        """Be ready, or show that a command is done."""
        cmd_ready, go_ready, done_valid, done_status = [], [], [], []
        for u, unit in enumerate(self.units):
            cmd_willing, go_willing = self.cmd_willing[u](), self.go_willing[u]()
            cmd_ready.append(cmd_willing and len(unit.sent) + len(unit.gone) < unit.most)
            go_ready.append(go_willing and bool(unit.sent) and len(unit.gone) < unit.most_gone)
            if unit.gone and not self.hold and self._bench.cycle >= unit.done_at:
                unit.done_shown = True
            done_valid.append(unit.done_shown)
            done_status.append(self._status(unit.gone[0]) if unit.done_shown else 0)
        self._cmd_ready, self._go_ready = cmd_ready, go_ready
        self._dut.cmd_ready_i.value = packed([int(ready) for ready in cmd_ready], 1)
        self._dut.go_ready_i.value = packed([int(ready) for ready in go_ready], 1)
        self._dut.done_valid_i.value = packed([int(valid) for valid in done_valid], 1)
        self._dut.done_status_i.value = packed(done_status, 8)

    def sample(self) -> None:
        """Take commands and their goes, note what is done."""
        go, cmd = int(self._dut.go_valid_o.value), int(self._dut.cmd_valid_o.value)
        for u, unit in enumerate(self.units):
            if go >> u & 1:
                self._sample_go(u, unit)
            if cmd >> u & 1:
                self._sample_command(u, unit)
        done_ready = int(self._dut.done_ready_o.value)
        for u, unit in enumerate(self.units):
            if unit.done_shown and done_ready >> u & 1:
                self._note(Kind.DONE, unit.gone[0])
                self.done.add(unit.gone.popleft())
                unit.done_shown = False
                unit.done_at = self._done_at()

    def _sample_go(self, u: int, unit: Unit) -> None:
        assert unit.sent, f"unit {u} is offered a go and has no command without one"
        index = unit.sent[0]
        program = self._running_program()
        missing = [i for i in program.needs(index) if i not in self.done]
        met = u != MATMUL or self._dut.go_met_o.value == 1
        in_unit = not met and all(program.unit(i) == MATMUL for i in missing)
        assert not missing or in_unit or self._failed_before(index), (
            f"command {index} has its go (met: {met}) while {missing}, which it depends on, run"
        )
        if self._go_ready[u]:
            self._note(Kind.GO, index, met)
            unit.gone.append(unit.sent.popleft())
            if len(unit.gone) == 1:
                unit.done_at = self._done_at()

    def _sample_command(self, u: int, unit: Unit) -> None:
        program = self._running_program()
        raw = int(self._dut.cmd_o.value) >> COMMAND_BITS * u & (1 << COMMAND_BITS) - 1
        later = range(unit.last + 1, len(program.opcodes))
        index = next((i for i in later if program.unit(i) == u and i not in program.refused), None)
        assert index is not None, f"unit {u} is offered a command more than the program has"
        assert raw.to_bytes(COMMAND_BYTES, "little") == program.raw(index).tobytes(), (
            f"unit {u} is offered what is not command {index}, its next"
        )
        if u == KV_CACHE:
            missing = [i for i in program.needs(index) if i not in self.done]
            assert not missing, f"command {index} is sent while {missing}, which it depends on, run"
        if self._cmd_ready[u]:
            self._note(Kind.COMMAND, index)
            unit.sent.append(index)
            unit.last = index

    def _failed_before(self, index: int) -> bool:
        """The program has failed at an earlier command, so that what was sent is let go."""
        program = self._running_program()
        failed = program.result.index
        earlier = (i for i in range(failed) if program.unit(i) is not None)
        return program.result.status != Status.OK and failed < index and all(i in self.done for i in earlier)

    def _running_program(self) -> Program:
        assert self._program is not None, "units are offered something while no program runs"
        return self._program

    def _status(self, index: int) -> int:
        return self._running_program().failures.get(index, Status.OK)

    def _note(self, kind: Kind, index: int, met: bool = True) -> None:
        self.events.append(Event(self._bench.cycle, kind, index, met))

    def _done_at(self) -> int:
        return self._bench.cycle + 1 + self._bench.random.randint(0, self.most_work)


class Channels:
    """The ports `read_i`, `written_i` and `waits_i`: channels that move words while commands run.

    Attributes:
        counts: by channel, cycles in which it read, wrote and waited.
        stalled: cycles in which some channel waited and none moved a word.
    """

    def __init__(self, dut: Any, bench: Bench, units: PretendedUnits) -> None:
        self.counts: list[list[int]] = []
        self.stalled = 0
        self._signals = [dut.read_i, dut.written_i, dut.waits_i]
        self._channels = int(dut.Ports.value) + 1
        self._random, self._units = bench.random, units
        self.clear()

    def clear(self) -> None:
        """Count from zero."""
        self.counts = [[0, 0, 0] for _ in range(self._channels)]
        self.stalled = 0

    def reset(self) -> None:
        """Nothing moves."""
        self.clear()
        for signal in self._signals:
            signal.value = 0

    def drive(self) -> None:
        """Move words, or wait for them; most channels do nothing most of the time."""
        running = self._units.running
        bits = [
            self._random.getrandbits(self._channels) & self._random.getrandbits(self._channels)
            if running
            else 0
            for _ in self._signals
        ]
        for signal, value in zip(self._signals, bits, strict=True):
            signal.value = value
        read, written, waits = bits
        self.stalled += waits != 0 and not read and not written
        for channel, counts in enumerate(self.counts):
            for kind, value in enumerate(bits):
                counts[kind] += value >> channel & 1

    def sample(self) -> None:
        """Samples nothing."""
