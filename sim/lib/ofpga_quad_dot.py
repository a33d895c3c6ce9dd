"""Bench of ofpga_quad_dot: of ofpga_dual_skew and ofpga_dual_cascade, at the clock and at twice the clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import cocotb
from bench.core import RATES, Bench, Pattern

Vectors = tuple[list[list[int]], list[int]]  # four vectors, and the one they share


def _packed(values: list[int]) -> int:
    """Bytes of a packed array, element 0 lowest."""
    return int.from_bytes(bytes(value & 0xFF for value in values), "little")


@dataclass
class Products:
    """Feeds vectors and checks the sums that come, each after the pipeline's latency.

    Attributes:
        pending: vectors to feed.
        done: sets of sums checked.
    """

    dut: Any
    bench: Bench
    willing: Pattern
    pending: list[Vectors] = field(default_factory=list)
    done: int = 0
    flight: list[tuple[int, list[int]]] = field(default_factory=list)  # cycle, sums

    @property
    def latency(self) -> int:
        """Four cycles and one for each term, at twice the clock for each two."""
        terms, clocks = int(self.dut.Terms.value), int(self.dut.Clocks.value)
        return 4 + -(-terms // clocks)

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
            vectors, shared = self.pending.pop(0)
            self.dut.a_i.value = _packed([vector[i] for i in range(len(shared)) for vector in vectors])
            self.dut.b_i.value = _packed(shared)
            sums = [sum(x * y for x, y in zip(vector, shared, strict=True)) for vector in vectors]
            self.flight.append((self.bench.cycle + self.latency, sums))

    def sample(self) -> None:
        """Compare a result that is due."""
        due = bool(self.flight) and self.flight[0][0] == self.bench.cycle
        assert self.dut.valid_o.value == int(due)
        if due:
            _, sums = self.flight.pop(0)
            packed = int(self.dut.sums_o.value)
            fields = [packed >> 19 * n & (1 << 19) - 1 for n in range(4)]
            assert [value - (value >> 18 << 19) for value in fields] == sums
            self.done += 1


def _start(dut: Any) -> tuple[Bench, Products, int]:
    bench = Bench(dut)
    return bench, bench.add(Products(dut, bench, Pattern(bench.random))), int(dut.Terms.value)


@cocotb.test()
async def extreme_sums_leave_each_other_alone(dut: Any) -> None:
    bench, products, terms = _start(dut)
    await bench.reset()
    values = [-127, -1, 0, 1, 127]
    pairs = [(a0, a1) for a0 in values for a1 in values]
    vectors = [
        ([[a0] * terms, [a1] * terms, [-a1] * terms, [a0] * terms], [b] * terms)
        for a0, a1 in pairs
        for b in values
    ]
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
        products.pending += [([vector() for _ in range(4)], vector()) for _ in range(200)]
        await bench.until(lambda: not products.pending and not products.flight)
    assert products.done == 200 * len(RATES)


@cocotb.test()
async def reset_in_mid_transfer_drops_results(dut: Any) -> None:
    bench, products, terms = _start(dut)
    await bench.reset()
    ones = [1] * terms
    products.pending += [([ones] * 4, ones)] * 5
    await bench.step(4)
    await bench.reset()
    await bench.step(terms + 6)  # a result would fail the agent's check
    products.pending += [([ones] * 4, ones)]
    await bench.until(lambda: products.done == 1)
