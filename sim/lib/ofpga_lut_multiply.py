"""Bench of ofpga_lut_multiply: a value each cycle; every pair of narrow ones, corners, random pairs."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import Any

import cocotb
from bench.core import Bench

Pair = tuple[int, int]  # value, factor
EXHAUSTIVE_BITS = 14  # of value and factor together


@dataclass
class Products:
    """Feeds values, each factor a cycle after its value, and checks the products that come.

    Attributes:
        pending: pairs to feed.
        done: products checked.
    """

    dut: Any
    pending: list[Pair]
    done: int = 0
    flight: list[Pair] = field(default_factory=list)  # the latest first

    def reset(self) -> None:
        """Nothing is in flight."""
        self.flight.clear()

    def drive(self) -> None:
        """Feed the next value and the last one's factor."""
        pair = self.pending.pop() if self.pending else (0, 0)
        self.dut.value_i.value = pair[0]
        self.dut.factor_i.value = self.flight[0][1] if self.flight else 0
        self.flight.insert(0, pair)

    def sample(self) -> None:
        """Compare the product that is due."""
        digits = int(self.dut.FactorBits.value) // 2
        if len(self.flight) > digits:
            value, factor = self.flight.pop()
            assert self.dut.product_o.value.to_signed() == value * factor, (value, factor)
            self.done += 1


async def _check(dut: Any, bench: Bench, pairs: list[Pair]) -> None:
    products = bench.add(Products(dut, pairs))
    count = len(pairs)
    await bench.until(lambda: products.done >= count, limit=count + 100)


@cocotb.test()
async def every_pair_of_narrow_values(dut: Any) -> None:
    bits, factor_bits = int(dut.Bits.value), int(dut.FactorBits.value)
    if bits + factor_bits <= EXHAUSTIVE_BITS:
        values = range(-(1 << bits - 1), 1 << bits - 1)
        await _check(dut, Bench(dut), list(product(values, range(1 << factor_bits))))


@cocotb.test()
async def corners_and_random_pairs(dut: Any) -> None:
    bench = Bench(dut)
    top, largest = 1 << int(dut.Bits.value) - 1, (1 << int(dut.FactorBits.value)) - 1
    factors = [0, 1, 2, 3, largest // 2, largest - 1, largest]
    corners = list(product([-top, 1 - top, -1, 0, 1, top - 1], factors))
    random = [(bench.random.randint(-top, top - 1), bench.random.randint(0, largest)) for _ in range(2000)]
    await _check(dut, bench, random + corners)
