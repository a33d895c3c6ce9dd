"""A bench: one clock, one reset, agents that drive and sample in lock step.

In every cycle all agents first drive (after the falling edge, when registers have settled), then all sample
what the next rising edge will see. So no bench depends on the order in which a simulator wakes coroutines.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sized
from typing import Any, Protocol, TypeVar

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, ReadOnly, Timer


class Agent(Protocol):
    """Drives and samples a group of signals."""

    def reset(self) -> None:
        """Forget everything in flight and set idle inputs; the design is in reset."""

    def drive(self) -> None:
        """Set inputs of the design for the next rising edge."""

    def sample(self) -> None:
        """Note what the next rising edge will see."""


AnyAgent = TypeVar("AnyAgent", bound=Agent)


class Bench:
    """Clock, reset and agents of a design with `clk_i` and `rst_ni`; `clk2x_i`, if used, runs twice as fast.

    Attributes:
        random: seeded from cocotb's logged seed (`COCOTB_RANDOM_SEED` sets it).
        cycle: rising edges so far.
    """

    def __init__(self, dut: Any) -> None:
        self.random = random.Random(cocotb.RANDOM_SEED)
        self.cycle = 0
        self._dut = dut
        self._agents: list[Agent] = []
        if _needs_two_clocks(dut):
            cocotb.start_soon(_two_clocks(dut))
        else:
            Clock(dut.clk_i, 10, unit="ns").start(start_high=False)

    def add(self, agent: AnyAgent) -> AnyAgent:
        """Let an agent take part; call before `reset`."""
        self._agents.append(agent)
        return agent

    async def reset(self, cycles: int = 3) -> None:
        """Hold reset over some rising edges; whatever agents had in flight is forgotten."""
        await FallingEdge(self._dut.clk_i)
        self._dut.rst_ni.value = 0
        for agent in self._agents:
            agent.reset()
        for _ in range(cycles):
            await FallingEdge(self._dut.clk_i)
            self.cycle += 1
        self._dut.rst_ni.value = 1
        await self._finish_cycle()

    async def step(self, cycles: int = 1) -> None:
        """Run some cycles."""
        for _ in range(cycles):
            await FallingEdge(self._dut.clk_i)
            await self._finish_cycle()

    async def until(self, condition: Callable[[], bool], limit: int = 20_000) -> None:
        """Run until a condition holds.

        Raises:
            AssertionError: it does not within `limit` cycles: the design hangs.
        """
        end = self.cycle + limit
        while not condition():
            assert self.cycle < end, f"nothing for {limit} cycles; the design hangs"
            await self.step()

    async def collect(self, words: Sized, count: int, limit: int = 20_000) -> None:
        """Run until so many words have come, and no more.

        Raises:
            AssertionError: they have not within `limit` cycles, or there are more.
        """
        await self.until(lambda: len(words) >= count, limit)
        assert len(words) == count

    async def _finish_cycle(self) -> None:
        for agent in self._agents:
            agent.drive()
        await ReadOnly()
        for agent in self._agents:
            agent.sample()
        self.cycle += 1


def _needs_two_clocks(dut: Any) -> bool:
    """Whether the design has a second clock and, by its parameter, looks at it; else it is held low."""
    if not hasattr(dut, "clk2x_i"):
        return False
    clocks = next((name for name in ("DspClocks", "Clocks") if hasattr(dut, name)), None)
    if clocks is None or int(getattr(dut, clocks).value) == 2:
        return True
    dut.clk2x_i.value = 0
    return False


async def _two_clocks(dut: Any) -> None:
    """Both clocks from one task, so that edges that belong together reach the design together."""
    while True:
        for slow, fast in ((0, 1), (0, 0), (1, 1), (1, 0)):
            dut.clk_i.value = slow
            dut.clk2x_i.value = fast
            await Timer(2500, "ps")


class Pattern:
    """When a side of a handshake is willing: a run of willing cycles, a run of unwilling ones, and so on.

    Args:
        rng: where the runs' lengths come from.
        willing: longest willing run, in cycles.
        unwilling: longest unwilling run; 0: always willing.
    """

    def __init__(self, rng: random.Random, willing: int = 1, unwilling: int = 0) -> None:
        self._rng = rng
        self._longest = {True: willing, False: unwilling}
        self._willing = True
        self._left = 0

    def __call__(self) -> bool:
        if self._longest[False] == 0:
            return True
        if self._left == 0:
            self._willing = not self._willing
            self._left = self._rng.randint(1, self._longest[self._willing])
        self._left -= 1
        return self._willing


# (willing, unwilling) of `Pattern`: full rate, single idle cycles, mostly idle, long runs of either.
RATES = [(1, 0), (3, 1), (1, 4), (20, 20)]
