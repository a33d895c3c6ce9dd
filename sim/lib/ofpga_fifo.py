"""Bench of ofpga_fifo, and of ofpga_ram_fifo and ofpga_skid_buffer, which differ from it only in delay."""

from __future__ import annotations

from typing import Any

import cocotb
from bench.core import RATES, Bench, Pattern
from bench.streams import Sink, Source


class Level:
    """Checks `level_o` (where there is one) against the words that went in and came out."""

    def __init__(self, dut: Any, source: Source, sink: Sink) -> None:
        self._level = getattr(dut, "level_o", None)
        self._source, self._sink = source, sink
        self._before = 0

    def reset(self) -> None:
        """Nothing is held."""
        self._before = 0

    def drive(self) -> None:
        """Drives nothing: takes down what the queue holds before the next edge."""
        self._before = self._source.taken - len(self._sink.words)

    def sample(self) -> None:
        """Compare."""
        if self._level is not None:
            assert int(self._level.value) == self._before


class Queue:
    """A bench around one queue."""

    def __init__(self, dut: Any) -> None:
        self.bench = Bench(dut)
        always = Pattern(self.bench.random)
        self.source = Source(dut.valid_i, dut.ready_o, {"data": dut.data_i}, always)
        self.sink = Sink(dut.valid_o, dut.ready_i, {"data": dut.data_o}, always)
        for agent in (Level(dut, self.source, self.sink), self.source, self.sink):
            self.bench.add(agent)
        depth = getattr(dut, "Depth", None)
        self.depth = 2 if depth is None else int(depth.value)

    def words(self, count: int) -> list[dict[str, int]]:
        """Random words."""
        return [{"data": self.bench.random.getrandbits(32)} for _ in range(count)]


@cocotb.test()
async def words_come_out_in_order_at_every_rate(dut: Any) -> None:
    queue = Queue(dut)
    await queue.bench.reset()
    expected = []
    for source_rate in RATES:
        for sink_rate in RATES:
            words = queue.words(150)
            expected += words
            queue.source.willing = Pattern(queue.bench.random, *source_rate)
            queue.sink.willing = Pattern(queue.bench.random, *sink_rate)
            queue.source.put(words)
            await queue.bench.collect(queue.sink.words, len(expected))
            assert queue.sink.words == expected


@cocotb.test()
async def a_word_passes_every_cycle(dut: Any) -> None:
    queue = Queue(dut)
    await queue.bench.reset()
    queue.source.put(queue.words(200))
    start = queue.bench.cycle
    await queue.bench.collect(queue.sink.words, 200)
    each, delay = (2, 1) if queue.depth == 1 else (1, 4)
    assert queue.bench.cycle - start <= 200 * each + delay


@cocotb.test()
async def it_holds_depth_words_and_no_more(dut: Any) -> None:
    queue = Queue(dut)
    await queue.bench.reset()
    queue.sink.willing = lambda: False
    words = queue.words(queue.depth + 3)
    queue.source.put(words)
    await queue.bench.step(queue.depth + 10)
    assert queue.source.taken == queue.depth
    queue.sink.willing = Pattern(queue.bench.random)
    await queue.bench.collect(queue.sink.words, len(words))
    assert queue.sink.words == words


@cocotb.test()
async def a_full_queue_drains_without_gaps(dut: Any) -> None:
    queue = Queue(dut)
    await queue.bench.reset()
    queue.sink.willing = lambda: False
    words = queue.words(queue.depth)
    queue.source.put(words[:1])
    await queue.bench.step(5)
    queue.source.put(words[1:])
    await queue.bench.step(queue.depth + 10)
    queue.sink.willing = Pattern(queue.bench.random)
    await queue.bench.step(queue.depth)
    assert queue.sink.words == words


@cocotb.test()
async def reset_in_mid_transfer_empties_it(dut: Any) -> None:
    queue = Queue(dut)
    await queue.bench.reset()
    for held in range(queue.depth + 1):
        queue.sink.willing = lambda: False
        queue.source.put(queue.words(held))
        await queue.bench.step(held + 5)
        await queue.bench.reset()
        assert dut.valid_o.value == 0
        queue.sink.willing = Pattern(queue.bench.random)
        words = queue.words(10)
        queue.source.put(words)
        await queue.bench.collect(queue.sink.words, 10)
        await queue.bench.step(5)
        assert queue.sink.words == words
