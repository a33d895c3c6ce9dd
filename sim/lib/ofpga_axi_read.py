"""Bench of ofpga_axi_read."""

from __future__ import annotations

from typing import Any

import cocotb
from bench.axi import DECERR, SLVERR, Limits, ReadMemory, word_at
from bench.core import RATES, Bench, Pattern
from bench.pins import pins
from bench.streams import Sink, Source, Word


class Reading:
    """A bench around the engine."""

    def __init__(self, dut: Any) -> None:
        self.bench = Bench(dut)
        random = self.bench.random
        self.word_bytes = int(dut.WordBytes.value)
        self.max_beats = int(dut.MaxBeats.value)
        self.buffer = int(dut.BufferWords.value)
        self.words = 2 ** int(dut.AddrBits.value) // self.word_bytes
        limits = Limits(self.word_bytes, self.max_beats, int(dut.MaxBursts.value))
        request = {"addr": dut.req_addr_i, "words": dut.req_words_i}
        word = {"data": dut.data_o, "last": dut.data_last_o, "error": dut.data_error_o}
        self.source = self.bench.add(Source(dut.req_valid_i, dut.req_ready_o, request, Pattern(random)))
        self.memory = self.bench.add(ReadMemory(pins(dut), self.bench, limits))
        self.sink = self.bench.add(Sink(dut.data_valid_o, dut.data_ready_i, word, Pattern(random)))

    def requests(self, count: int, longest: int) -> list[Word]:
        """Random runs of words."""
        random = self.bench.random
        lengths = [random.choice([1, random.randint(1, longest)]) for _ in range(count)]
        return [{"addr": random.randrange(self.words - length), "words": length} for length in lengths]

    def expected(self, requests: list[Word]) -> list[Word]:
        """The stream that requests must become."""
        return [
            {
                "data": word_at(addr, self.word_bytes),
                "last": int(addr == request["addr"] + request["words"] - 1),
                "error": int(self.memory.limits.errors.get(addr, 0) >= SLVERR),
            }
            for request in requests
            for addr in range(request["addr"], request["addr"] + request["words"])
        ]

    def hidden_latencies(self) -> list[int]:
        """The least and the largest latency that the buffer and the bursts in flight should hide, if any."""
        in_flight = min(self.buffer, self.max_beats * self.memory.limits.max_bursts)
        largest = in_flight - self.max_beats - 10
        return [1, largest] if largest > 0 else []

    async def read(self, requests: list[Word]) -> int:
        """Run requests, check the stream; cycles it took."""
        expected = self.expected(requests)
        self.sink.words.clear()
        self.source.put(requests)
        start = self.bench.cycle
        await self.bench.collect(self.sink.words, len(expected))
        assert self.sink.words == expected
        assert self.memory.stalled == 0
        return self.bench.cycle - start


@cocotb.test()
async def requests_of_all_lengths_and_offsets_stream_in_order(dut: Any) -> None:
    reading = Reading(dut)
    await reading.bench.reset()
    lengths = [1, 2, reading.max_beats - 1, reading.max_beats, reading.max_beats + 1, 3 * reading.max_beats]
    page = 4096 // reading.word_bytes
    offsets = [0, 1, page - 1, page - reading.max_beats + 1]
    await reading.read(
        [{"addr": page + offset, "words": length} for offset in offsets for length in lengths if length]
    )


@cocotb.test()
async def random_requests_at_every_rate(dut: Any) -> None:
    reading = Reading(dut)
    random = reading.bench.random
    await reading.bench.reset()
    for rate in RATES:
        for _ in range(4):
            reading.source.willing = Pattern(random, *random.choice(RATES))
            reading.memory.ar_willing = Pattern(random, *random.choice(RATES))
            reading.memory.r_willing = Pattern(random, *random.choice(RATES))
            reading.memory.latency = random.choice([1, 10, 100])
            reading.sink.willing = Pattern(random, *rate)
            await reading.read(reading.requests(12, 4 * reading.max_beats))


@cocotb.test()
async def a_long_run_keeps_the_channel_busy_whatever_the_latency(dut: Any) -> None:
    reading = Reading(dut)
    await reading.bench.reset()
    for latency in reading.hidden_latencies():
        reading.memory.latency = latency
        words = 40 * reading.max_beats
        cycles = await reading.read([{"addr": reading.max_beats, "words": words}])
        assert cycles <= words + latency + 12


@cocotb.test()
async def short_runs_keep_the_channel_busy_too(dut: Any) -> None:
    reading = Reading(dut)
    await reading.bench.reset()
    if max(reading.hidden_latencies(), default=0) < reading.max_beats:
        return
    reading.memory.latency = 1
    # Two bursts a request, one of a single word: four cycles to ask for what takes more to answer.
    length = reading.max_beats // 2
    cycles = await reading.read([{"addr": i * reading.max_beats - 1, "words": length} for i in range(1, 100)])
    assert cycles <= 99 * length + 20


@cocotb.test()
async def the_channel_never_stalls_while_nobody_takes_words(dut: Any) -> None:
    reading = Reading(dut)
    await reading.bench.reset()
    reading.sink.willing = lambda: False
    request: Word = {"addr": 3, "words": 3 * reading.buffer}
    reading.source.put([request])
    await reading.bench.step(4 * reading.buffer)
    asked = sum(len(burst) for burst in reading.memory.bursts)
    assert reading.buffer - reading.max_beats < asked <= reading.buffer
    assert reading.memory.stalled == 0
    reading.sink.willing = Pattern(reading.bench.random)
    await reading.bench.collect(reading.sink.words, request["words"])
    assert reading.sink.words == reading.expected([request])


@cocotb.test()
async def error_responses_mark_their_words_and_nothing_hangs(dut: Any) -> None:
    reading = Reading(dut)
    random = reading.bench.random
    await reading.bench.reset()
    for _ in range(5):
        requests = reading.requests(8, 3 * reading.max_beats)
        addresses = [addr for word in requests for addr in range(word["addr"], word["addr"] + word["words"])]
        chosen = random.sample(addresses, len(addresses) // 4)
        reading.memory.limits.errors = {addr: random.choice([SLVERR, DECERR]) for addr in chosen}
        await reading.read(requests)
    reading.memory.limits.errors = {}
    await reading.read(reading.requests(4, 2 * reading.max_beats))


@cocotb.test()
async def reset_in_mid_transfer_forgets_everything(dut: Any) -> None:
    reading = Reading(dut)
    random = reading.bench.random
    await reading.bench.reset()
    for _ in range(8):
        reading.source.put(reading.requests(6, 4 * reading.max_beats))
        await reading.bench.step(random.randint(3, 60))
        await reading.bench.reset()
        assert dut.data_valid_o.value == 0
        assert dut.axi_arvalid_o.value == 0
        await reading.read(reading.requests(3, 2 * reading.max_beats))
