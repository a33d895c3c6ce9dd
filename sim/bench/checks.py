"""What every unit has to hold: the reference's bits, errors reported, nothing left behind by a reset."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import cocotb
import numpy as np
from numpy.typing import NDArray
from openfpga_host.contract import (
    CARD_SIZES,
    COMMAND_DTYPES,
    WORD_BYTES,
    CardSize,
    Flag,
    Opcode,
    Status,
)
from openfpga_host.reference import Memory, RunResult, execute
from support.bench import Bench
from support.csim_card import clear_q_padding, copy_memory

from bench.commands import Rng, new_bench
from bench.core import RATES, Pattern
from bench.memory import ACT
from bench.unit import Go, UnitBench

Raw = NDArray[np.uint8]
Add = Callable[[Bench, Rng, CardSize], None]
"""Adds a random command of a unit: a function of `bench.commands`, perhaps with some fields given."""


def size_of(dut: Any) -> CardSize:
    """The card that a unit with these parameters belongs to."""
    return replace(
        CARD_SIZES["sim"],
        name="bench",
        ports=int(dut.Ports.value),
        rows=int(dut.Rows.value),
        k_blocks=int(dut.KBlocks.value),
        head_blocks=int(dut.HeadBlocks.value),
        context=int(dut.Context.value),
    )


def after(memory: Memory, commands: Sequence[Raw], size: CardSize) -> Memory:
    """The memory behind these commands, by the reference.

    Raises:
        AssertionError: a card of this size would refuse them.
    """
    fence = np.zeros(1, COMMAND_DTYPES[Opcode.FENCE])
    fence["opcode"], fence["flags"] = Opcode.FENCE, Flag.END
    program = [command.reshape(-1) for command in (*commands, fence.view(np.uint8))]
    act_words = len(memory.act) // WORD_BYTES
    ran = Memory([port.copy() for port in memory.ports], np.concatenate([memory.act, *program]))
    result = execute(ran, act_words, len(program), size)
    assert result == RunResult(Status.OK, completed=len(program)), f"the reference says {result}"
    return Memory(ran.ports, ran.act[: len(memory.act)])


def differences(mine: Memory, right: Memory, commands: Sequence[Raw]) -> dict[int, list[int]]:
    """Word addresses at which memories differ, by port or ACT; bytes that nobody defines do not count.

    Args:
        commands: that were executed.
    """
    mine, right = copy_memory(mine), copy_memory(right)
    for raw in commands:
        if Opcode(int(raw.reshape(-1)[0])) == Opcode.KV_WRITE:
            for memory in (mine, right):
                clear_q_padding(memory, raw.view(COMMAND_DTYPES[Opcode.KV_WRITE])[0])
    found = {}
    for space, a, b in zip(
        (ACT, *range(len(mine.ports))), (mine.act, *mine.ports), (right.act, *right.ports), strict=True
    ):
        words = np.flatnonzero((a != b).reshape(-1, WORD_BYTES).any(axis=1))
        if len(words):
            found[space] = words.tolist()
    return found


class UnitChecks:
    """A unit on its bench, and random commands for it.

    Args:
        dut: the unit.
        adds: what its commands are made by.
    """

    def __init__(self, dut: Any, *adds: Add) -> None:
        self.unit = UnitBench(dut)
        self.size = size_of(dut)
        self.rng = np.random.default_rng(cocotb.RANDOM_SEED)
        self._adds = adds

    def random(self, count: int) -> Bench:
        """A bench with so many random commands, of all kinds in turn, each with memory of its own."""
        bench = new_bench(self.rng, self.size)
        first = int(self.rng.integers(len(self._adds)))
        for index in range(count):
            self._adds[(first + index) % len(self._adds)](bench, self.rng, self.size)
        return bench

    async def right(self, bench: Bench, goes: Sequence[Go] | None = None) -> int:
        """Execute a bench's commands, compare all of memory with the reference; cycles that they took."""
        commands, mine = bench._commands, copy_memory(bench.memory)
        start = self.unit.bench.cycle
        statuses = await self.unit.run(mine, commands, goes)
        cycles = self.unit.bench.cycle - start
        self._compare(bench, mine, statuses)
        return cycles

    async def ahead(self, bench: Bench, cycles: int = 400) -> dict[int, set[int]]:
        """Hold back the go of a command, then let it go, and compare all of memory.

        Returns:
            Words that were read before the go, by port and ACT; spaces of which none was are left out.
        """
        mine, commands = copy_memory(bench.memory), self.unit.commands
        await self.unit.bench.reset()
        commands.going = lambda: False
        self.unit.send(mine, bench._commands)
        await self.unit.bench.step(cycles)
        spaces = (ACT, *range(self.size.ports))
        read = {space: set(self.unit.memories.touched(space)) for space in spaces}
        assert not any(self.unit.memories.touched(space, write=True) for space in spaces)
        commands.going = Pattern(self.unit.bench.random)
        await self.unit.bench.collect(commands.statuses, len(bench._commands))
        self._compare(bench, mine, commands.statuses)
        return {space: words for space, words in read.items() if words}

    def _compare(self, bench: Bench, mine: Memory, statuses: Sequence[Status]) -> None:
        commands = bench._commands
        assert list(statuses) == [Status.OK] * len(commands)
        assert self.unit.memories.quiet, "a command completed with transfers on their way"
        assert differences(mine, after(bench.memory, commands, self.size), commands) == {}

    async def at_every_rate(self, lists: int, count: int, goes: Sequence[Go] = tuple(Go)) -> None:
        """Random lists of commands, at every rate of idling and back-pressure.

        Args:
            lists: at each rate.
            count: commands of a list.
            goes: those that a command may have.
        """
        for rate in RATES:
            for _ in range(lists):
                self.unit.pace(rate, latency=int(self.rng.choice([1, 7, 60])))
                chosen = [goes[int(self.rng.integers(len(goes)))] for _ in range(count)]
                await self.right(self.random(count), chosen)

    async def resets(self, count: int) -> None:
        """A reset in mid-transfer, at so many places of each rate; then the commands from the start."""
        bench = self.random(2)
        cycles = await self.right(bench)
        for rate in RATES:
            self.unit.pace(rate)
            for _ in range(count):
                self.unit.send(copy_memory(bench.memory), bench._commands)
                await self.unit.bench.step(int(self.rng.integers(3, cycles)))
                await self.unit.bench.reset()
                cycles = await self.right(bench)

    async def errors(self, bench: Bench, places: int = 3) -> None:
        """AXI errors at words that the first of two commands reads or writes: it alone is a BAD_ADDRESS.

        Args:
            bench: with two commands that share no memory.
            places: of a space's channel; the first and the last word it moves are among them.
        """
        first, memories = bench._commands[:1], self.unit.memories
        await self.unit.bench.reset()
        await self.unit.run(copy_memory(bench.memory), first)
        touched = {
            (space, write): memories.touched(space, write=write)
            for space in (ACT, *range(self.size.ports))
            for write in (False, True)
        }
        undefined = _written(touched)
        for (space, write), words in touched.items():
            for place in np.unique(np.linspace(0, len(words) - 1, places, dtype=int)) if words else []:
                memories.fail(space, words[int(place)], write=write)
                await self._first_fails(bench, bench._commands, undefined)
                memories.heal()

    async def outside(self, bench: Bench, fields: Sequence[str]) -> None:
        """Addresses far outside the memory, in each of these fields of the first of two commands.

        Of what is wrong with a command this is what a unit can see: the rest the sequencer refuses.
        """
        first, memories = bench._commands[0], self.unit.memories
        await self.unit.bench.reset()
        await self.unit.run(copy_memory(bench.memory), [first])
        written = {
            (space, True): memories.touched(space, write=True) for space in (ACT, *range(self.size.ports))
        }
        for name in fields:
            wrong = first.copy().view(COMMAND_DTYPES[Opcode(int(first.reshape(-1)[0]))])
            wrong[name] = 2**32 - 1
            await self._first_fails(bench, [wrong.view(np.uint8), *bench._commands[1:]], _written(written))

    async def _first_fails(
        self, bench: Bench, commands: Sequence[Raw], undefined: dict[int, set[int]]
    ) -> None:
        mine, rest = copy_memory(bench.memory), commands[1:]
        goes = [Go.AT_ONCE] * len(commands)
        assert await self.unit.run(mine, commands, goes) == [Status.BAD_ADDRESS, *[Status.OK] * len(rest)]
        found = differences(mine, after(bench.memory, rest, self.size), rest)
        stray = {space: set(words) - undefined.get(space, set()) for space, words in found.items()}
        assert not any(stray.values()), f"words that the failing command does not write: {stray}"


def _written(touched: dict[tuple[int, bool], list[int]]) -> dict[int, set[int]]:
    return {space: set(words) for (space, write), words in touched.items() if write}
