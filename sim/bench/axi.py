"""Memories behind an AXI4 read or write channel of a design, strict about the protocol.

They answer bursts in order, as AXI demands for bursts of one ID, after a latency and at the pace of patterns.
The rules checked are those of the AMBA AXI4 specification (IHI 0022), chapter A3: no burst crosses 4 KiB,
WLAST closes every burst, and what a stalled channel offers stays.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Protocol

from bench.core import Bench, Pattern
from bench.pins import Pins

OKAY, EXOKAY, SLVERR, DECERR = range(4)


@dataclass
class Limits:
    """What bursts an engine may make, and where the memory answers with an error.

    Attributes:
        word_bytes: bytes of a beat.
        max_beats: of a burst.
        max_bursts: taken and not yet answered.
        errors: response (SLVERR, DECERR) by word address.
    """

    word_bytes: int
    max_beats: int
    max_bursts: int
    errors: dict[int, int] = field(default_factory=dict)

    def check(self, addr: int, length: int) -> range:
        """The word addresses of a burst.

        Raises:
            AssertionError: AXI or the engine's parameters forbid the burst.
        """
        beats = length + 1
        assert addr % self.word_bytes == 0, f"burst at {addr:#x} is not aligned to its beats"
        assert beats <= self.max_beats, f"{beats} beats are more than {self.max_beats}"
        last = addr + beats * self.word_bytes - 1
        assert addr // 4096 == last // 4096, f"{beats} beats at {addr:#x} cross 4 KiB"
        first = addr // self.word_bytes
        return range(first, first + beats)


class Stability:
    """Checks that a channel's offer stays until it is taken."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._stalled: tuple[int, ...] | None = None

    def reset(self) -> None:
        """Nothing was offered."""
        self._stalled = None

    def check(self, valid: bool, ready: bool, *payload: int) -> None:
        """Compare with the cycle before."""
        if self._stalled is not None:
            assert valid, f"{self._name}VALID went away before its handshake"
            assert payload == self._stalled, f"{self._name} changed while it was stalled"
        self._stalled = payload if valid and not ready else None


class Content(Protocol):
    """What a memory holds, by word addresses."""

    def read(self, addr: int) -> int | None:
        """A word; None: there is none at this address."""

    def write(self, addr: int, word: int, strobe: int) -> bool:
        """Change the bytes of a word whose bits of the strobe are set; False: there is no such word."""


class Written:
    """A memory without end, of which a bench wants to know what was written.

    Attributes:
        bytes: by byte address.
    """

    def __init__(self, word_bytes: int) -> None:
        self.bytes: dict[int, int] = {}
        self._word_bytes = word_bytes

    def read(self, addr: int) -> int | None:
        """What stands for a word that nobody wrote."""
        return word_at(addr, self._word_bytes)

    def write(self, addr: int, word: int, strobe: int) -> bool:
        """Keep bytes."""
        for lane in range(self._word_bytes):
            if strobe >> lane & 1:
                self.bytes[addr * self._word_bytes + lane] = word >> 8 * lane & 255
        return True


def word_at(addr: int, word_bytes: int) -> int:
    """What a read memory holds at a word address: its number, scrambled over the width."""
    scrambled = (addr * 0x9E3779B97F4A7C15 + 0x1234567) % 2**64
    content = scrambled.to_bytes(8, "little") * (word_bytes // 8 + 1)
    return int.from_bytes(content[:word_bytes], "little")


class ReadMemory:
    """Answers AR with R.

    Args:
        pins: the signals of the channel.
        content: what is read; None: `word_at`.

    Attributes:
        latency: cycles from a burst's address to its first beat.
        ar_willing, r_willing: when the memory takes an address, when it has a beat to give.
        bursts: word addresses of each burst asked for.
        stalled: cycles in which the design did not take an offered beat.
        spoils: zeros come with an error, not what memory holds: as an address or an index they do harm.
    """

    def __init__(self, pins: Pins, bench: Bench, limits: Limits, content: Content | None = None) -> None:
        self.limits = limits
        self.content: Content = content or Written(limits.word_bytes)
        self.latency = 5
        self.ar_willing = Pattern(bench.random)
        self.r_willing = Pattern(bench.random)
        self.bursts: list[range] = []
        self.stalled = 0
        self.spoils = False
        self._pins, self._bench = pins, bench
        self._ar = Stability("AR")
        self._flight: deque[tuple[int, range]] = deque()  # (cycle of the first beat, words left)
        self._ready = self._offered = False

    def reset(self) -> None:
        """Forget the bursts in flight."""
        self.bursts.clear()
        self._flight.clear()
        self._ar.reset()
        self._ready = self._offered = False
        self._pins.arready.value = 0
        self._pins.rvalid.value = 0

    def drive(self) -> None:
        """Take an address, offer a beat."""
        self._ready = self.ar_willing()
        self._pins.arready.value = int(self._ready)
        willing = self.r_willing()
        if self._offered:
            return
        self._offered = willing and bool(self._flight) and self._flight[0][0] <= self._bench.cycle
        self._pins.rvalid.value = int(self._offered)
        if self._offered:
            words = self._flight[0][1]
            word = self.content.read(words[0])
            response = self.limits.errors.get(words[0], OKAY if word is not None else DECERR)
            if word is None or (self.spoils and response != OKAY):
                word = 0
            self._pins.rdata.value = word
            self._pins.rresp.value = response
            self._pins.rlast.value = int(len(words) == 1)

    @property
    def quiet(self) -> bool:
        """Every burst is answered."""
        return not self._flight

    def sample(self) -> None:
        """Note what is taken."""
        valid = self._pins.arvalid.value == 1
        addr, length = (int(self._pins.araddr.value), int(self._pins.arlen.value)) if valid else (0, 0)
        self._ar.check(valid, self._ready, addr, length)
        if self._offered:
            if self._pins.rready.value == 1:
                start, words = self._flight.popleft()
                if len(words) > 1:
                    self._flight.appendleft((start, words[1:]))
                self._offered = False
            else:
                self.stalled += 1
        if valid and self._ready:
            burst = self.limits.check(addr, length)
            self.bursts.append(burst)
            self._flight.append((self._bench.cycle + self.latency, burst))
            assert len(self._flight) <= self.limits.max_bursts


class WriteMemory:
    """Takes AW and W, answers with B. Words are in memory when they are answered, and not before.

    Args:
        pins: the signals of the channel.
        content: what is written.

    Attributes:
        latency: cycles from a burst's last word to its answer.
        aw_willing, w_willing, b_willing: when the memory takes an address, a word; when it answers.
        aw_after_w: take an address only while its data is offered or taken, which AXI allows a memory.
        w_after_aw: take data only after its address, which AXI allows as well.
        bursts: word addresses of each burst announced.
        w_gaps: cycles inside a burst in which the memory was willing and no word was offered.
    """

    def __init__(self, pins: Pins, bench: Bench, limits: Limits, content: Content) -> None:
        self.limits = limits
        self.content = content
        self.latency = 5
        self.aw_willing = Pattern(bench.random)
        self.w_willing = Pattern(bench.random)
        self.b_willing = Pattern(bench.random)
        self.aw_after_w = False
        self.w_after_aw = False
        self.bursts: list[range] = []
        self.w_gaps = 0
        self._pins, self._bench = pins, bench
        self._aw, self._w = Stability("AW"), Stability("W")
        self._addresses: deque[range] = deque()  # bursts whose data is not complete
        self._data: deque[list[tuple[int, int]]] = deque([[]])  # (word, strobe) by burst; the last is open
        self._answers: deque[tuple[int, range, list[tuple[int, int]]]] = deque()  # (cycle, burst, words)
        self._aw_ready = self._w_ready = self._offered = False

    def reset(self) -> None:
        """Forget the bursts in flight."""
        self.bursts.clear()
        self._addresses.clear()
        self._data = deque([[]])
        self._answers.clear()
        self._aw.reset()
        self._w.reset()
        self._aw_ready = self._w_ready = self._offered = False
        self._pins.awready.value = 0
        self._pins.wready.value = 0
        self._pins.bvalid.value = 0

    def drive(self) -> None:
        """Take an address and a word, answer a burst."""
        self._aw_ready = self.aw_willing() and (not self.aw_after_w or self._data_seen())
        address_seen = len(self._addresses) >= len(self._data)
        self._w_ready = self.w_willing() and (address_seen or not self.w_after_aw)
        self._pins.awready.value = int(self._aw_ready)
        self._pins.wready.value = int(self._w_ready)
        willing = self.b_willing()
        if self._offered:
            return
        self._offered = willing and bool(self._answers) and self._answers[0][0] <= self._bench.cycle
        self._pins.bvalid.value = int(self._offered)
        if self._offered:
            self._pins.bresp.value = self._write(*self._answers[0][1:])

    @property
    def quiet(self) -> bool:
        """Every burst is answered."""
        return not (self._addresses or self._answers or len(self._data) > 1 or self._data[0])

    def _data_seen(self) -> bool:
        begun = len(self._data) - 1 + bool(self._data[-1])
        return begun > len(self._addresses) or self._pins.wvalid.value == 1

    def sample(self) -> None:
        """Note what is taken."""
        self._sample_b()
        self._sample_aw()
        self._sample_w()
        while self._addresses and len(self._data) > 1:
            burst, data = self._addresses.popleft(), self._data.popleft()
            assert len(data) == len(burst), f"WLAST after {len(data)} words of {len(burst)}"
            self._answers.append((self._bench.cycle + self.latency, burst, data))

    def _sample_aw(self) -> None:
        valid = self._pins.awvalid.value == 1
        addr, length = (int(self._pins.awaddr.value), int(self._pins.awlen.value)) if valid else (0, 0)
        self._aw.check(valid, self._aw_ready, addr, length)
        if valid and self._aw_ready:
            burst = self.limits.check(addr, length)
            self.bursts.append(burst)
            self._addresses.append(burst)
            assert len(self._addresses) + len(self._answers) <= self.limits.max_bursts

    def _sample_w(self) -> None:
        valid = self._pins.wvalid.value == 1
        word, strobe, last = (
            (
                int(self._pins.wdata.value),
                int(self._pins.wstrb.value),
                int(self._pins.wlast.value),
            )
            if valid
            else (0, 0, 0)
        )
        self._w.check(valid, self._w_ready, word, strobe, last)
        if valid and self._w_ready:
            self._data[-1].append((word, strobe))
            assert len(self._data[-1]) <= self.limits.max_beats, "WLAST is missing"
            if last:
                self._data.append([])
        elif self._w_ready and self._data[-1]:
            self.w_gaps += 1

    def _sample_b(self) -> None:
        if self._offered and self._pins.bready.value == 1:
            self._answers.popleft()
            self._offered = False

    def _write(self, burst: range, data: list[tuple[int, int]]) -> int:
        worst = OKAY
        for addr, (word, strobe) in zip(burst, data, strict=True):
            there = self.content.write(addr, word, strobe)
            worst = max(worst, self.limits.errors.get(addr, OKAY if there else DECERR))
        return worst
