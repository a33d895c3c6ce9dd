"""Bench of ofpga_axi_read_mux."""

from __future__ import annotations

from typing import Any

import cocotb
from bench.axi import DECERR, SLVERR, Limits, ReadMemory
from bench.core import RATES, Bench, Pattern
from bench.masters import Addresses, Readers, random_bursts
from bench.pins import pins


class Sharing:
    """A bench around the multiplexer."""

    def __init__(self, dut: Any) -> None:
        self.bench = Bench(dut)
        self.word_bytes = int(dut.WordBytes.value)
        self.bursts = int(dut.MaxBursts.value)
        limits = Limits(self.word_bytes, 256, self.bursts)
        self.memory = self.bench.add(ReadMemory(pins(dut), self.bench, limits))
        self.addresses = self.bench.add(Addresses(dut, self.bench, "ar"))
        self.readers = self.bench.add(Readers(dut, self.bench, self.addresses))
        self.readers.errors = self.memory.limits.errors
        self.base = 0x3000
        self.readers.base = self.base
        dut.base_i.value = self.base

    def ask(self, count: int, longest: int = 8) -> None:
        """Random bursts of every master."""
        space = 2 ** (self.addresses.addr_bits - 1) // self.word_bytes
        for queue in self.addresses.queues:
            queue.extend(random_bursts(self.bench, count, space, self.word_bytes, longest))

    async def finish(self) -> None:
        """Run until everything has come."""
        await self.bench.until(lambda: self.readers.complete)

    def pace(self, *rate: int) -> None:
        """How willing everybody is."""
        random = self.bench.random
        self.memory.ar_willing = Pattern(random, *rate)
        self.memory.r_willing = Pattern(random, *rate)
        self.addresses.willing = [Pattern(random, *rate) for _ in self.addresses.willing]
        self.readers.willing = [Pattern(random, *rate) for _ in self.addresses.willing]


@cocotb.test()
async def every_word_goes_to_whom_asked_at_every_rate(dut: Any) -> None:
    sharing = Sharing(dut)
    await sharing.bench.reset()
    for rate in RATES:
        sharing.pace(*rate)
        sharing.ask(40)
        await sharing.finish()


@cocotb.test()
async def errors_reach_only_their_master(dut: Any) -> None:
    sharing = Sharing(dut)
    await sharing.bench.reset()
    sharing.ask(20)
    first = sharing.base // sharing.word_bytes
    for queue, error in zip(sharing.addresses.queues, (SLVERR, DECERR) * 8, strict=False):
        for at, words in list(queue)[::3]:
            sharing.memory.limits.errors[first + at + words // 2] = error
    await sharing.finish()


@cocotb.test()
async def words_come_without_gaps_and_turns_are_taken(dut: Any) -> None:
    sharing = Sharing(dut)
    await sharing.bench.reset()
    sharing.memory.latency = 2
    sharing.ask(30, longest=8)
    sharing.addresses.queues[0].extend([(0, 8)] * 30)
    total = sum(words for queue in sharing.addresses.queues for _, words in queue)
    start = sharing.bench.cycle
    await sharing.finish()
    assert sharing.memory.stalled == 0
    if sharing.bursts > 4:
        assert sharing.bench.cycle - start <= total + 30
    if not int(getattr(dut, "Urgent", None) is not None and dut.Urgent.value):
        assert max(sharing.addresses.overtaken) < sharing.addresses.count


@cocotb.test()
async def urgent_masters_wait_for_one_standing_choice_at_most(dut: Any) -> None:
    urgent = int(dut.Urgent.value) if hasattr(dut, "Urgent") else 0
    if urgent.bit_count() != 1:
        return
    sharing = Sharing(dut)
    await sharing.bench.reset()
    sharing.pace(1, 0)
    sharing.ask(40)
    master = urgent.bit_length() - 1
    sharing.addresses.willing[master] = Pattern(sharing.bench.random, 1, 20)
    await sharing.finish()
    assert sharing.addresses.overtaken[master] <= 1


@cocotb.test()
async def reset_in_mid_transfer_leaves_nothing_behind(dut: Any) -> None:
    sharing = Sharing(dut)
    await sharing.bench.reset()
    for cycles in (3, 17, 40):
        sharing.pace(3, 1)
        sharing.ask(20)
        await sharing.bench.step(cycles)
        await sharing.bench.reset()
        sharing.ask(5)
        await sharing.finish()
