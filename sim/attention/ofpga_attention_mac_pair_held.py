"""Bench of ofpga_attention_mac_pair, behind registers: sums at the clock and at twice the clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import cocotb
from bench.core import Bench

LATENCY = 4
SUM_BITS = 48


def _signed(value: int, bits: int) -> int:
    return value - (value >> bits - 1 << bits)


@dataclass
class Sums:
    """Feeds a product of each lane every cycle and checks the sums that follow.

    Attributes:
        pending: (load, weights of both lanes, value) of the cycles to come.
        done: sums checked.
    """

    dut: Any
    bench: Bench
    pending: list[tuple[bool, tuple[int, int], int]] = field(default_factory=list)
    done: int = 0
    sums: list[int] = field(default_factory=lambda: [0, 0])
    flight: list[tuple[int, list[int]]] = field(default_factory=list)  # cycle, sums

    def reset(self) -> None:
        """Nothing is in flight; sums are unknown until the next load."""
        self.pending.clear()
        self.flight.clear()

    def drive(self) -> None:
        """Feed the next products; with none pending, what nobody looks at."""
        if not self.pending:
            return
        load, weights, value = self.pending.pop(0)
        self.dut.load_i.value = int(load)
        self.dut.weight_i.value = sum((w & (1 << 27) - 1) << 27 * lane for lane, w in enumerate(weights))
        self.dut.value_i.value = value
        self.sums = [(0 if load else s) + w * value for s, w in zip(self.sums, weights, strict=True)]
        self.flight.append((self.bench.cycle + LATENCY, self.sums))

    def sample(self) -> None:
        """Compare the sums that are due."""
        if self.flight and self.flight[0][0] == self.bench.cycle:
            _, sums = self.flight.pop(0)
            packed = int(self.dut.sum_o.value)
            fields = [packed >> SUM_BITS * lane & (1 << SUM_BITS) - 1 for lane in (0, 1)]
            assert [_signed(value, SUM_BITS) for value in fields] == sums
            self.done += 1


@cocotb.test()
async def both_lanes_add_up_the_products_since_their_load(dut: Any) -> None:
    bench = Bench(dut)
    sums = bench.add(Sums(dut, bench))
    await bench.reset()

    def weight(extreme: bool) -> int:
        return bench.random.choice([-(1 << 26), -1, 0, 1]) if extreme else bench.random.randint(-(1 << 26), 0)

    for group in range(200):
        extreme = group % 2 == 1
        for token in range(16):
            value = bench.random.choice([-127, 127]) << 10 if extreme else bench.random.randint(-127, 127)
            sums.pending.append((token == 0, (weight(extreme), weight(extreme)), value))
    await bench.until(lambda: sums.done == 200 * 16)
