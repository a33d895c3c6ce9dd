"""Bench of ofpga_dual_dot (and with it of ofpga_dual_mac in a cascade)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import cocotb
from bench.core import RATES, Bench, Pattern

Vectors = tuple[list[int], list[int], list[int]]  # a0, a1, b


@dataclass
class Products:
    """Feeds vectors and checks the sums that come, each after the pipeline's latency.

    Attributes:
        pending: vectors to feed.
        done: sums checked.
    """

    dut: Any
    bench: Bench
    willing: Pattern
    pending: list[Vectors] = field(default_factory=list)
    done: int = 0
    flight: list[tuple[int, int, int]] = field(default_factory=list)  # cycle, sum0, sum1

    def reset(self) -> None:
        """Nothing is in flight."""
        self.pending.clear()
        self.flight.clear()
        self.done = 0
        self.dut.valid_i.value = 0

    def drive(self) -> None:
        """Feed the next vectors."""
        feed = self.willing() and bool(self.pending)
        self.dut.valid_i.value = int(feed)
        if feed:
            a0, a1, b = self.pending.pop(0)
            for signal, values in [(self.dut.a0_i, a0), (self.dut.a1_i, a1), (self.dut.b_i, b)]:
                for i, value in enumerate(values):
                    signal[i].value = value
            sums = [sum(x * y for x, y in zip(a, b, strict=True)) for a in (a0, a1)]
            self.flight.append((self.bench.cycle + len(b) + 3, sums[0], sums[1]))

    def sample(self) -> None:
        """Compare a result that is due."""
        due = bool(self.flight) and self.flight[0][0] == self.bench.cycle
        assert self.dut.valid_o.value == int(due)
        if due:
            _, sum0, sum1 = self.flight.pop(0)
            assert self.dut.sum0_o.value.to_signed() == sum0
            assert self.dut.sum1_o.value.to_signed() == sum1
            self.done += 1


def _start(dut: Any) -> tuple[Bench, Products, int]:
    bench = Bench(dut)
    return bench, bench.add(Products(dut, bench, Pattern(bench.random))), int(dut.Terms.value)


@cocotb.test()
async def extreme_sums_leave_each_other_alone(dut: Any) -> None:
    bench, products, terms = _start(dut)
    await bench.reset()
    values = [-127, -1, 0, 1, 127]
    vectors = [([a0] * terms, [a1] * terms, [b] * terms) for a0 in values for a1 in values for b in values]
    products.pending += vectors
    await bench.until(lambda: products.done == len(vectors))


@cocotb.test()
async def random_vectors_at_every_rate(dut: Any) -> None:
    bench, products, terms = _start(dut)
    await bench.reset()

    def vector() -> list[int]:
        return [bench.random.randint(-127, 127) for _ in range(terms)]

    for rate in RATES:
        products.willing = Pattern(bench.random, *rate)
        products.pending += [(vector(), vector(), vector()) for _ in range(200)]
        await bench.until(lambda: not products.pending and not products.flight)
    assert products.done == 200 * len(RATES)


@cocotb.test()
async def reset_in_mid_transfer_drops_results(dut: Any) -> None:
    bench, products, terms = _start(dut)
    await bench.reset()
    ones = [1] * terms
    products.pending += [(ones, ones, ones)] * 5
    await bench.step(4)
    await bench.reset()
    await bench.step(terms + 6)  # a result would fail the agent's check
    products.pending += [(ones, ones, ones)]
    await bench.until(lambda: products.done == 1)
