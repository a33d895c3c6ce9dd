"""Bench of ofpga_burst_splitter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cocotb
from bench.core import RATES, Bench, Pattern
from bench.streams import Sink, Source, Word


class Splitting:
    """A bench around the splitter."""

    def __init__(self, dut: Any) -> None:
        self.bench = Bench(dut)
        always = Pattern(self.bench.random)
        self.word_bytes = int(dut.WordBytes.value)
        self.max_beats = int(dut.MaxBeats.value)
        self.words = 2 ** int(dut.AddrBits.value) // self.word_bytes
        request = {"addr": dut.req_addr_i, "words": dut.req_words_i}
        burst = {"addr": dut.burst_addr_o, "len": dut.burst_len_o, "last": dut.burst_last_o}
        self.source = self.bench.add(Source(dut.req_valid_i, dut.req_ready_o, request, always))
        self.sink = self.bench.add(Sink(dut.burst_valid_o, dut.burst_ready_i, burst, always))

    def bursts(self, request: Word) -> Iterator[Word]:
        """What a request must become."""
        addr, left = request["addr"], request["words"]
        while left:
            beats = min(left, self.max_beats - addr % self.max_beats)
            left -= beats
            first, final = addr * self.word_bytes, (addr + beats) * self.word_bytes - 1
            assert first // 4096 == final // 4096
            yield {"addr": first, "len": beats - 1, "last": int(left == 0)}
            addr += beats

    def request(self, longest: int) -> Word:
        """A random run of words, often at a corner: page ends, whole bursts, single words."""
        random = self.bench.random
        words = random.choice([1, self.max_beats, random.randint(1, longest)])
        page = 4096 // self.word_bytes
        near = random.randrange(self.words // page) * page + random.randint(-2, 2)
        addr = random.choice([near, random.randrange(self.words)])
        return {"addr": min(max(addr, 0), self.words - words), "words": words}

    async def split(self, requests: list[Word]) -> int:
        """Run requests through, check the bursts; cycles it took."""
        expected = [burst for request in requests for burst in self.bursts(request)]
        self.sink.words.clear()
        self.source.put(requests)
        start = self.bench.cycle
        await self.bench.collect(self.sink.words, len(expected))
        assert self.sink.words == expected
        return self.bench.cycle - start - len(expected)


@cocotb.test()
async def every_offset_and_length_around_a_page_end(dut: Any) -> None:
    splitting = Splitting(dut)
    await splitting.bench.reset()
    page = 4096 // splitting.word_bytes
    beats = splitting.max_beats
    lengths = {1, 2, 3, beats - 1, beats, beats + 1, 2 * beats + 1}
    offsets = {0, 1, page - beats - 1, page - beats, page - beats + 1, page - 2, page - 1}
    await splitting.split(
        [{"addr": page + offset, "words": length} for offset in sorted(offsets) for length in sorted(lengths)]
    )


@cocotb.test()
async def random_requests_at_every_rate(dut: Any) -> None:
    splitting = Splitting(dut)
    random = splitting.bench.random
    await splitting.bench.reset()
    for source_rate in RATES:
        for sink_rate in RATES:
            splitting.source.willing = Pattern(random, *source_rate)
            splitting.sink.willing = Pattern(random, *sink_rate)
            await splitting.split([splitting.request(6 * splitting.max_beats) for _ in range(20)])


@cocotb.test()
async def a_burst_leaves_every_cycle_across_requests(dut: Any) -> None:
    splitting = Splitting(dut)
    await splitting.bench.reset()
    bubbles = await splitting.split([splitting.request(3 * splitting.max_beats) for _ in range(100)])
    assert bubbles <= 2


@cocotb.test()
async def the_longest_request_reaches_the_end_of_memory(dut: Any) -> None:
    splitting = Splitting(dut)
    await splitting.bench.reset()
    longest = min(2 ** int(dut.CountBits.value) - 1, 2000 * splitting.max_beats)
    await splitting.split([{"addr": splitting.words - longest, "words": longest}, {"addr": 0, "words": 1}])


@cocotb.test()
async def reset_in_mid_request_drops_it(dut: Any) -> None:
    splitting = Splitting(dut)
    await splitting.bench.reset()
    splitting.source.put([{"addr": 0, "words": 5 * splitting.max_beats}] * 2)
    await splitting.bench.step(4)
    assert splitting.sink.words
    await splitting.bench.reset()
    assert dut.burst_valid_o.value == 0
    await splitting.split([splitting.request(40) for _ in range(5)])
