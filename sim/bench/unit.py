"""A unit of the card on its bench: commands, their go, their completion; its memories beside it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from openfpga_host.contract import COMMAND_BYTES, Status
from openfpga_host.reference import Memory

from bench.core import Bench, Pattern
from bench.memory import Memories, Rate


class Go(Enum):
    """When a command has its go."""

    AT_ONCE = "at once"
    """It depends on nothing that is on its way."""
    AFTER = "after"
    """When those before it have completed."""
    FOLLOWS = "follows"
    """At once, though it depends on those before it: of a unit that keeps their order (`go_met_i` is low)."""


class Commands:
    """An agent on `cmd_*`, `go_*` and `done_*` of a unit.

    Attributes:
        offering, going, accepting: when a command or a go may be offered, and when a completion is taken.
        statuses: of the commands that completed, since the last reset.
        taken: commands that the unit took since.
    """

    def __init__(self, dut: Any, bench: Bench) -> None:
        always: Callable[[], bool] = Pattern(bench.random)
        self.offering = self.going = self.accepting = always
        self.statuses: list[Status] = []
        self.taken = 0
        self._dut = dut
        self._met = dut.go_met_i if hasattr(dut, "go_met_i") else None
        self._waiting: deque[int] = deque()
        self._goes: list[Go] = []
        self._gone = 0
        self._offered = self._going = self._accepts = False
        self._ended: Status | None = None  # a completion that was offered and not taken

    def send(self, command: NDArray[np.uint8], go: Go = Go.AFTER) -> None:
        """Queue a command of 64 bytes."""
        self._waiting.append(int.from_bytes(command.tobytes(), "little"))
        assert command.size == COMMAND_BYTES, f"a command has {COMMAND_BYTES} bytes, not {command.size}"
        self._goes.append(go)

    def pace(self, rng: Any, rate: Rate) -> None:
        """How willing this side is from now on."""
        self.offering, self.going, self.accepting = (Pattern(rng, *rate) for _ in range(3))

    def reset(self) -> None:
        """Forget every command."""
        self._waiting.clear()
        self._goes.clear()
        self.statuses.clear()
        self.taken = self._gone = 0
        self._offered = self._going = self._accepts = False
        self._ended = None
        self._dut.cmd_valid_i.value = self._dut.go_valid_i.value = self._dut.done_ready_i.value = 0

    def drive(self) -> None:
        """Offer the next command and the next go; what was offered stays."""
        may = self.offering()
        if not self._offered and may and self._waiting:
            self._offered = True
            self._dut.cmd_i.value = self._waiting[0]
        self._dut.cmd_valid_i.value = int(self._offered)
        may = self.going()
        completed = len(self.statuses)
        if not self._going and may and self._gone < self.taken:
            self._going = self._goes[self._gone] != Go.AFTER or completed == self._gone
        self._dut.go_valid_i.value = int(self._going)
        if self._met is not None:
            follows = self._gone < len(self._goes) and self._goes[self._gone] == Go.FOLLOWS
            self._met.value = int(not follows or completed == self._gone)
        self._accepts = self.accepting()
        self._dut.done_ready_i.value = int(self._accepts)

    def sample(self) -> None:
        """Note what is taken and what completes."""
        dut = self._dut
        if dut.done_valid_o.value == 1:
            status = Status(int(dut.done_status_o.value))
            assert len(self.statuses) < self._gone, "a command completed that had no go"
            assert self._ended in (None, status), "done_status_o changed while it was stalled"
            self._ended = None if self._accepts else status
            if self._accepts:
                self.statuses.append(status)
        else:
            assert self._ended is None, "done_valid_o went away before its handshake"
        if self._offered and dut.cmd_ready_o.value == 1:
            self._waiting.popleft()
            self._offered = False
            self.taken += 1
        if self._going and dut.go_ready_o.value == 1:
            self._going = False
            self._gone += 1


class UnitBench:
    """A unit with its memories, out of reset after `bench.reset()`."""

    def __init__(self, dut: Any) -> None:
        self.bench = Bench(dut)
        self.memories = self.bench.add(Memories(dut, self.bench))
        self.commands = self.bench.add(Commands(dut, self.bench))

    def pace(self, rate: Rate, latency: int = 5) -> None:
        """How willing everybody around the unit is from now on."""
        self.memories.pace(rate, latency)
        self.commands.pace(self.bench.random, rate)

    def send(
        self, memory: Memory, commands: Sequence[NDArray[np.uint8]], goes: Sequence[Go] | None = None
    ) -> None:
        """Let the unit work on this memory, in place, and queue commands of it; see `run`."""
        self.memories.load(memory)
        for command, go in zip(commands, goes or [Go.AFTER] * len(commands), strict=True):
            self.commands.send(command, go)

    async def run(
        self,
        memory: Memory,
        commands: Sequence[NDArray[np.uint8]],
        goes: Sequence[Go] | None = None,
        limit: int = 20_000,
    ) -> list[Status]:
        """Execute commands in place, and say how they ended.

        Args:
            memory: whose addresses the commands use; what commands write is in it when they have completed.
            commands: 64 bytes each.
            goes: when each may go; all after the one before, if not given.
            limit: cycles.

        Raises:
            AssertionError: one hangs, or the unit breaks the rules of a handshake or of AXI4.
        """
        before = len(self.commands.statuses)
        self.send(memory, commands, goes)
        await self.bench.collect(self.commands.statuses, before + len(commands), limit)
        return self.commands.statuses[before:]
