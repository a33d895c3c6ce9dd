"""Bench of ofpga_axi_watch."""

from __future__ import annotations

from collections import deque
from typing import Any

import cocotb
from bench.core import RATES, Bench, Pattern


class Channels:
    """An AR, R and W channel on which random things happen, and what must be said of them a cycle later.

    Attributes:
        rates: of AR's and R's and W's valid and ready, in this order.
        said: words read, words written, cycles waited, by the design.
        seen: the same, of the channels.
    """

    def __init__(self, dut: Any, bench: Bench) -> None:
        self.rates = [Pattern(bench.random) for _ in range(6)]
        self.said = [0, 0, 0]
        self.seen = [0, 0, 0]
        self._dut, self._bench = dut, bench
        self._most = int(dut.MaxBursts.value)
        self._due: deque[int] = deque()  # words left of each burst
        self._valid = [False] * 3
        self._ready = [False] * 3
        self._expected = [0, 0, 0]

    def reset(self) -> None:
        """Nothing is due."""
        self._due.clear()
        self._valid = [False] * 3
        self._expected = [0, 0, 0]
        self.said, self.seen = [0, 0, 0], [0, 0, 0]
        for name in ("arvalid", "arready", "rvalid", "rready", "rlast", "wvalid", "wready"):
            getattr(self._dut, f"axi_{name}_i").value = 0

    def drive(self) -> None:
        """Offer, and be ready or not; what was offered stays."""
        willing = [rate() for rate in self.rates]
        may = [len(self._due) < self._most, bool(self._due), True]
        for channel in range(3):
            self._valid[channel] |= willing[2 * channel] and may[channel]
            self._ready[channel] = willing[2 * channel + 1]
        for channel, name in enumerate(("ar", "r", "w")):
            getattr(self._dut, f"axi_{name}valid_i").value = int(self._valid[channel])
            getattr(self._dut, f"axi_{name}ready_i").value = int(self._ready[channel])
        self._dut.axi_rlast_i.value = int(bool(self._due) and self._due[0] == 1)

    def sample(self) -> None:
        """Compare with the cycle before, note this one."""
        outputs = (self._dut.read_o, self._dut.written_o, self._dut.waits_o)
        values = [int(output.value) for output in outputs]
        assert values == self._expected
        moved = [valid and ready for valid, ready in zip(self._valid, self._ready, strict=True)]
        self._expected = [int(moved[1]), int(moved[2]), int(bool(self._due) and not self._valid[1])]
        self.said = [total + value for total, value in zip(self.said, values, strict=True)]
        self.seen = [total + value for total, value in zip(self.seen, self._expected, strict=True)]
        if moved[1]:
            self._due[0] -= 1
            if self._due[0] == 0:
                self._due.popleft()
        if moved[0]:
            self._due.append(self._bench.random.randint(1, 5))
        self._valid = [valid and not gone for valid, gone in zip(self._valid, moved, strict=True)]


@cocotb.test()
async def words_and_waiting_cycles_are_told_a_cycle_later_at_every_rate(dut: Any) -> None:
    bench = Bench(dut)
    channels = bench.add(Channels(dut, bench))
    await bench.reset()
    for _ in range(30):
        channels.rates = [Pattern(bench.random, *bench.random.choice(RATES)) for _ in range(6)]
        await bench.step(100)
    assert all(channels.seen)
    last = [seen - said for seen, said in zip(channels.seen, channels.said, strict=True)]
    assert all(left in (0, 1) for left in last)


@cocotb.test()
async def reset_in_mid_transfer_forgets_what_was_due(dut: Any) -> None:
    bench = Bench(dut)
    bench.add(Channels(dut, bench))
    await bench.reset()
    for _ in range(10):
        await bench.step(bench.random.randint(1, 30))
        await bench.reset()
        assert (dut.read_o.value, dut.written_o.value, dut.waits_o.value) == (0, 0, 0)
        await bench.step(20)
