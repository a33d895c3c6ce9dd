"""Bench of ofpga_axi_write."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import cocotb
from bench.axi import DECERR, SLVERR, Limits, WriteMemory, Written
from bench.core import RATES, Bench, Pattern
from bench.pins import pins
from bench.streams import Source, Word


@dataclass
class Completions:
    """Takes down `done_o` and `error_o`: the error flag of each completed request."""

    dut: Any
    errors: list[int] = field(default_factory=list)

    def reset(self) -> None:
        """Nothing has completed."""
        self.errors.clear()

    def drive(self) -> None:
        """Drives nothing."""

    def sample(self) -> None:
        """Note a completion."""
        if self.dut.done_o.value == 1:
            self.errors.append(int(self.dut.error_o.value))


@dataclass
class Job:
    """Requests, their words, and what the memory must hold afterwards."""

    requests: list[Word] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    bytes: dict[int, int] = field(default_factory=dict)


class Writing:
    """A bench around the engine."""

    def __init__(self, dut: Any) -> None:
        self.bench = Bench(dut)
        random = self.bench.random
        self.word_bytes = int(dut.WordBytes.value)
        self.max_beats = int(dut.MaxBeats.value)
        self.buffer = int(dut.BufferWords.value)
        self.space = 2 ** int(dut.AddrBits.value) // self.word_bytes
        limits = Limits(self.word_bytes, self.max_beats, int(dut.MaxBursts.value))
        request = {"addr": dut.req_addr_i, "words": dut.req_words_i}
        word = {"data": dut.data_i, "strobe": dut.strobe_i}
        self.source = self.bench.add(Source(dut.req_valid_i, dut.req_ready_o, request, Pattern(random)))
        self.words = self.bench.add(Source(dut.data_valid_i, dut.data_ready_o, word, Pattern(random)))
        self.written = Written(self.word_bytes)
        self.memory = self.bench.add(WriteMemory(pins(dut), self.bench, limits, self.written))
        self.completions = self.bench.add(Completions(dut))

    def job(self, requests: list[Word]) -> Job:
        """Random words for requests, some with bytes left out."""
        random = self.bench.random
        job = Job(requests)
        everything = 2**self.word_bytes - 1
        for request in requests:
            for addr in range(request["addr"], request["addr"] + request["words"]):
                strobe = random.choice([everything, everything, random.randint(0, everything)])
                data = random.getrandbits(8 * self.word_bytes)
                job.words.append({"data": data, "strobe": strobe})
                for lane in range(self.word_bytes):
                    if strobe >> lane & 1:
                        job.bytes[addr * self.word_bytes + lane] = data >> 8 * lane & 255
        return job

    def requests(self, count: int, longest: int) -> list[Word]:
        """Random runs of words."""
        random = self.bench.random
        lengths = [random.choice([1, random.randint(1, longest)]) for _ in range(count)]
        return [{"addr": random.randrange(self.space - length), "words": length} for length in lengths]

    async def write(self, requests: list[Word]) -> int:
        """Run requests, check memory and completions; cycles it took."""
        job = self.job(requests)
        self.written.bytes.clear()
        self.completions.errors.clear()
        self.source.put(job.requests)
        self.words.put(job.words)
        start = self.bench.cycle
        await self.bench.collect(self.completions.errors, len(requests))
        assert self.written.bytes == job.bytes
        errors = self.memory.limits.errors
        assert self.completions.errors == [
            int(any(addr in errors for addr in range(request["addr"], request["addr"] + request["words"])))
            for request in requests
        ]
        assert self.memory.w_gaps == 0
        return self.bench.cycle - start


@cocotb.test()
async def requests_of_all_lengths_and_offsets_reach_memory(dut: Any) -> None:
    writing = Writing(dut)
    await writing.bench.reset()
    beats = writing.max_beats
    page = 4096 // writing.word_bytes
    for offset in [0, 1, page - 1, page - beats + 1]:
        for length in [1, 2, beats - 1, beats, beats + 1, 3 * beats]:
            await writing.write([{"addr": page + offset, "words": length}])


@cocotb.test()
async def random_requests_at_every_rate(dut: Any) -> None:
    writing = Writing(dut)
    random = writing.bench.random
    await writing.bench.reset()
    for rate in RATES:
        for _ in range(4):
            writing.source.willing = Pattern(random, *random.choice(RATES))
            writing.words.willing = Pattern(random, *rate)
            writing.memory.aw_willing = Pattern(random, *random.choice(RATES))
            writing.memory.w_willing = Pattern(random, *random.choice(RATES))
            writing.memory.b_willing = Pattern(random, *random.choice(RATES))
            writing.memory.latency = random.choice([1, 10, 100])
            await writing.write(writing.requests(12, 4 * writing.max_beats))


@cocotb.test()
async def neither_address_nor_data_waits_for_the_other(dut: Any) -> None:
    writing = Writing(dut)
    await writing.bench.reset()
    for aw_after_w, w_after_aw in [(True, False), (False, True)]:
        writing.memory.aw_after_w = aw_after_w
        writing.memory.w_after_aw = w_after_aw
        await writing.write(writing.requests(20, 3 * writing.max_beats))


@cocotb.test()
async def a_long_run_keeps_the_channel_busy(dut: Any) -> None:
    writing = Writing(dut)
    await writing.bench.reset()
    in_flight = writing.max_beats * writing.memory.limits.max_bursts
    if writing.buffer < 2 * writing.max_beats or in_flight < 2 * writing.max_beats + writing.memory.latency:
        return  # too small to hide the memory's latency
    words = 20 * writing.max_beats
    cycles = await writing.write([{"addr": writing.max_beats, "words": words}])
    assert cycles <= words + writing.max_beats + writing.memory.latency + 12


@cocotb.test()
async def no_burst_is_announced_before_its_words_are_there(dut: Any) -> None:
    writing = Writing(dut)
    await writing.bench.reset()
    job = writing.job([{"addr": 0, "words": writing.max_beats}])
    writing.source.put(job.requests)
    writing.words.put(job.words[:-1])
    await writing.bench.step(3 * writing.max_beats)
    assert not writing.memory.bursts
    assert dut.axi_awvalid_o.value == 0
    assert dut.axi_wvalid_o.value == 0
    writing.words.put(job.words[-1:])
    await writing.bench.collect(writing.completions.errors, 1)
    assert writing.written.bytes == job.bytes


@cocotb.test()
async def error_responses_mark_their_request_and_nothing_hangs(dut: Any) -> None:
    writing = Writing(dut)
    random = writing.bench.random
    await writing.bench.reset()
    for _ in range(5):
        requests = writing.requests(10, 3 * writing.max_beats)
        addresses = [addr for word in requests for addr in range(word["addr"], word["addr"] + word["words"])]
        chosen = random.sample(addresses, 3)
        writing.memory.limits.errors = {addr: random.choice([SLVERR, DECERR]) for addr in chosen}
        await writing.write(requests)
    writing.memory.limits.errors = {}
    await writing.write(writing.requests(4, 2 * writing.max_beats))


@cocotb.test()
async def reset_in_mid_transfer_forgets_everything(dut: Any) -> None:
    writing = Writing(dut)
    random = writing.bench.random
    await writing.bench.reset()
    for _ in range(8):
        job = writing.job(writing.requests(6, 4 * writing.max_beats))
        writing.source.put(job.requests)
        writing.words.put(job.words)
        await writing.bench.step(random.randint(3, 80))
        await writing.bench.reset()
        assert dut.axi_awvalid_o.value == 0
        assert dut.axi_wvalid_o.value == 0
        assert dut.done_o.value == 0
        await writing.write(writing.requests(3, 2 * writing.max_beats))
