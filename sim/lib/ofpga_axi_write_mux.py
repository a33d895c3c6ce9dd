"""Bench of ofpga_axi_write_mux."""

from __future__ import annotations

from typing import Any

import cocotb
from bench.axi import DECERR, SLVERR, Limits, WriteMemory, Written
from bench.core import RATES, Bench, Pattern
from bench.masters import Addresses, Writers, random_bursts
from bench.pins import pins


class Sharing:
    """A bench around the multiplexer. Masters write to places of their own, so that no order matters."""

    def __init__(self, dut: Any) -> None:
        self.bench = Bench(dut)
        self.word_bytes = int(dut.WordBytes.value)
        self.bursts = int(dut.MaxBursts.value)
        self.written = Written(self.word_bytes)
        limits = Limits(self.word_bytes, 256, self.bursts)
        self.memory = self.bench.add(WriteMemory(pins(dut), self.bench, limits, self.written))
        self.addresses = self.bench.add(Addresses(dut, self.bench, "aw"))
        self.writers = self.bench.add(Writers(dut, self.bench, self.addresses))
        self.writers.errors = self.memory.limits.errors
        self.base = 0x3000
        self.writers.base = self.base
        dut.base_i.value = self.base

    def ask(self, count: int, longest: int = 8) -> None:
        """Random bursts of every master, in pages that are its own."""
        page = 4096 // self.word_bytes
        for m, queue in enumerate(self.addresses.queues):
            for first, words in random_bursts(self.bench, count, page, self.word_bytes, longest):
                queue.append((m * page + first, words))

    async def reset(self) -> None:
        """Begin anew, with nothing written."""
        await self.bench.reset()
        self.written.bytes.clear()

    async def finish(self) -> None:
        """Run until everything is written, and compare memory."""
        await self.bench.until(lambda: self.writers.complete)
        assert self.written.bytes == self.writers.bytes

    def pace(self, *rate: int) -> None:
        """How willing everybody is."""
        random = self.bench.random
        self.memory.aw_willing = Pattern(random, *rate)
        self.memory.w_willing = Pattern(random, *rate)
        self.memory.b_willing = Pattern(random, *rate)
        self.addresses.willing = [Pattern(random, *rate) for _ in self.addresses.willing]
        self.writers.willing = [Pattern(random, *rate) for _ in self.addresses.willing]


@cocotb.test()
async def every_word_and_answer_goes_its_way_at_every_rate(dut: Any) -> None:
    sharing = Sharing(dut)
    await sharing.reset()
    for rate in RATES:
        sharing.pace(*rate)
        sharing.ask(30)
        await sharing.finish()


@cocotb.test()
async def memories_that_take_one_channel_first_do_not_block(dut: Any) -> None:
    """AXI lets a memory take data only after its address, or an address only with its data."""
    sharing = Sharing(dut)
    for first in ("aw_after_w", "w_after_aw"):
        await sharing.reset()
        sharing.memory.aw_after_w, sharing.memory.w_after_aw = first == "aw_after_w", first == "w_after_aw"
        sharing.ask(20)
        await sharing.finish()


@cocotb.test()
async def errors_reach_only_their_master(dut: Any) -> None:
    sharing = Sharing(dut)
    await sharing.reset()
    sharing.ask(20)
    first = sharing.base // sharing.word_bytes
    for queue, error in zip(sharing.addresses.queues, (SLVERR, DECERR) * 8, strict=False):
        for at, words in list(queue)[::3]:
            sharing.memory.limits.errors[first + at + words // 2] = error
    await sharing.finish()


@cocotb.test()
async def turns_are_taken(dut: Any) -> None:
    sharing = Sharing(dut)
    await sharing.reset()
    sharing.ask(30)
    await sharing.finish()
    assert max(sharing.addresses.overtaken) < sharing.addresses.count


@cocotb.test()
async def reset_in_mid_transfer_leaves_nothing_behind(dut: Any) -> None:
    sharing = Sharing(dut)
    await sharing.reset()
    for cycles in (3, 17, 40):
        sharing.pace(3, 1)
        sharing.ask(20)
        await sharing.bench.step(cycles)
        await sharing.reset()
        sharing.ask(5)
        await sharing.finish()
