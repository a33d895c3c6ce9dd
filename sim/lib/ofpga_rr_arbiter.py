"""Bench of ofpga_rr_arbiter."""

from __future__ import annotations

from typing import Any

import cocotb
from bench.core import RATES, Bench, Pattern
from bench.streams import Sink


class Inputs:
    """Drives all inputs of the arbiter: their valid and ready bits share a signal each.

    Attributes:
        served: words taken from each input.
    """

    def __init__(self, dut: Any, bench: Bench) -> None:
        self.count = int(dut.Inputs.value)
        self.willing = [Pattern(bench.random) for _ in range(self.count)]
        self.words: list[list[int]] = [[] for _ in range(self.count)]
        self.served = [0] * self.count
        self._dut = dut
        self._offered = [False] * self.count
        self._overtaken = [0] * self.count

    def reset(self) -> None:
        """Drop what was not taken."""
        self.words = [[] for _ in range(self.count)]
        self.served = [0] * self.count
        self._offered = [False] * self.count
        self._overtaken = [0] * self.count
        self._dut.valid_i.value = 0

    def drive(self) -> None:
        """Offer the next words, or keep offering."""
        for i, willing in enumerate(self.willing):
            offer = willing() and self.served[i] < len(self.words[i])
            if not self._offered[i] and offer:
                self._offered[i] = True
                self._dut.data_i[i].value = self.words[i][self.served[i]]
        self._dut.valid_i.value = sum(offered << i for i, offered in enumerate(self._offered))

    def sample(self) -> None:
        """Note which input is served, and that no waiting one was overtaken too often."""
        ready = int(self._dut.ready_o.value)
        winners = [i for i in range(self.count) if self._offered[i] and ready >> i & 1]
        assert len(winners) <= 1
        for winner in winners:
            for i in range(self.count):
                waits = self._offered[i] and i != winner
                self._overtaken[i] = self._overtaken[i] + 1 if waits else 0
                assert self._overtaken[i] < self.count, f"input {i} waits too long"
            self._offered[winner] = False
            self.served[winner] += 1


class Arbitration:
    """A bench around the arbiter."""

    def __init__(self, dut: Any) -> None:
        self.bench = Bench(dut)
        self.inputs = self.bench.add(Inputs(dut, self.bench))
        payload = {"data": dut.data_o, "index": dut.index_o}
        self.sink = self.bench.add(Sink(dut.valid_o, dut.ready_i, payload, Pattern(self.bench.random)))

    def fill(self, each: int) -> int:
        """Queue so many random words at every input; their number in all."""
        for words in self.inputs.words:
            words += [self.bench.random.getrandbits(32) for _ in range(each)]
        return each * self.inputs.count

    def check(self) -> None:
        """Every word that came out came from its input, in order."""
        for i, words in enumerate(self.inputs.words):
            came = [word["data"] for word in self.sink.words if word["index"] == i]
            assert came == words[: self.inputs.served[i]]


@cocotb.test()
async def inputs_that_always_want_are_served_in_turn_every_cycle(dut: Any) -> None:
    arbitration = Arbitration(dut)
    await arbitration.bench.reset()
    total = arbitration.fill(20)
    start = arbitration.bench.cycle
    await arbitration.bench.collect(arbitration.sink.words, total)
    assert arbitration.bench.cycle - start <= total + 1
    count = arbitration.inputs.count
    assert [word["index"] for word in arbitration.sink.words] == [i % count for i in range(total)]
    arbitration.check()


@cocotb.test()
async def no_word_is_lost_and_no_input_starves_at_any_rate(dut: Any) -> None:
    arbitration = Arbitration(dut)
    bench = arbitration.bench
    await bench.reset()
    total = 0
    for sink_rate in RATES:
        for _ in range(3):
            total += arbitration.fill(30)
            arbitration.inputs.willing = [
                Pattern(bench.random, *bench.random.choice(RATES)) for _ in range(arbitration.inputs.count)
            ]
            arbitration.sink.willing = Pattern(bench.random, *sink_rate)
            await bench.collect(arbitration.sink.words, total)
    arbitration.check()


@cocotb.test()
async def a_choice_stands_while_the_output_stalls(dut: Any) -> None:
    arbitration = Arbitration(dut)
    bench = arbitration.bench
    await bench.reset()
    arbitration.sink.willing = lambda: False
    last = arbitration.inputs.count - 1
    arbitration.inputs.words[last].append(7)
    await bench.step(3)
    arbitration.fill(1)
    await bench.step(3)
    assert dut.valid_o.value == 1
    assert int(dut.index_o.value) == last
    assert int(dut.data_o.value) == 7


@cocotb.test()
async def reset_in_mid_transfer_forgets_the_choice(dut: Any) -> None:
    arbitration = Arbitration(dut)
    bench = arbitration.bench
    await bench.reset()
    arbitration.fill(5)
    await bench.step(arbitration.inputs.count + 1)
    arbitration.sink.willing = lambda: False
    await bench.step(2)
    await bench.reset()
    arbitration.sink.willing = Pattern(bench.random)
    total = arbitration.fill(2)
    await bench.collect(arbitration.sink.words, total)
    assert arbitration.sink.words[0]["index"] == 0
    arbitration.check()
