"""Several AXI4 masters on the `from_*` ports of a multiplexer: packed arrays with an element a master."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from bench.axi import OKAY, word_at
from bench.core import Bench, Pattern

Burst = tuple[int, int]  # word address, words


def random_bursts(bench: Bench, count: int, space: int, word_bytes: int, longest: int = 8) -> list[Burst]:
    """Bursts inside `space` words that do not cross 4 KiB."""
    page = 4096 // word_bytes
    found = []
    for _ in range(count):
        words = bench.random.randint(1, min(longest, page))
        first = bench.random.randrange(space // page) * page + bench.random.randrange(page - words + 1)
        found.append((first, words))
    return found


def packed(values: list[int], bits: int) -> int:
    """A packed array of elements of that width, element 0 lowest."""
    return sum((value & (1 << bits) - 1) << bits * i for i, value in enumerate(values))


def element(signal: Any, bits: int, index: int) -> int:
    """An element of a packed array."""
    return int(signal.value) >> bits * index & (1 << bits) - 1


class Addresses:
    """The AR or AW channels of all masters: each offers its bursts in turn; an offer stays until it is taken.

    Attributes:
        willing: by master, when it may offer another burst.
        queues: by master, the bursts to offer.
        taken: by master, the bursts that were taken.
        overtaken: by master, bursts of others that were taken while its own waited, at most.
    """

    def __init__(self, dut: Any, bench: Bench, channel: str) -> None:
        self.count = int(dut.Masters.value)
        self.word_bytes = int(dut.WordBytes.value)
        self.addr_bits = int(dut.AddrBits.value)
        self.willing = [Pattern(bench.random) for _ in range(self.count)]
        self.queues: list[deque[Burst]] = [deque() for _ in range(self.count)]
        self.taken: list[list[Burst]] = [[] for _ in range(self.count)]
        self.overtaken = [0] * self.count
        self._valid = getattr(dut, f"from_{channel}valid_i")
        self._ready = getattr(dut, f"from_{channel}ready_o")
        self._addr = getattr(dut, f"from_{channel}addr_i")
        self._len = getattr(dut, f"from_{channel}len_i")
        self._offered: list[Burst | None] = [None] * self.count
        self._waiting = [0] * self.count

    @property
    def empty(self) -> bool:
        """No master has a burst to offer."""
        return not any(self.queues) and not any(self._offered)

    def reset(self) -> None:
        """Drop what was not taken."""
        for queue, taken in zip(self.queues, self.taken, strict=True):
            queue.clear()
            taken.clear()
        self.overtaken = [0] * self.count
        self._waiting = [0] * self.count
        self._offered = [None] * self.count
        self._valid.value = 0

    def drive(self) -> None:
        """Offer the next bursts, or keep offering."""
        for m, (queue, willing) in enumerate(zip(self.queues, self.willing, strict=True)):
            may = willing()
            if self._offered[m] is None and may and queue:
                self._offered[m] = queue.popleft()
        bursts = [burst or (0, 1) for burst in self._offered]
        self._valid.value = packed([int(burst is not None) for burst in self._offered], 1)
        self._addr.value = packed([first * self.word_bytes for first, _ in bursts], self.addr_bits)
        self._len.value = packed([words - 1 for _, words in bursts], 8)

    def sample(self) -> None:
        """Note what is taken: at most one burst a cycle."""
        ready = int(self._ready.value)
        served = [m for m, burst in enumerate(self._offered) if burst is not None and ready >> m & 1]
        assert len(served) <= 1, f"masters {served} are served at once"
        for m in served:
            burst = self._offered[m]
            assert burst is not None
            self.taken[m].append(burst)
            self._offered[m], self._waiting[m] = None, 0
            for other, waits in enumerate(self._offered):
                if waits is not None:
                    self._waiting[other] += 1
                    self.overtaken[other] = max(self.overtaken[other], self._waiting[other])


@dataclass
class Readers:
    """The R channels of all masters: every word goes to whom asked, in that master's order.

    Attributes:
        base: added to every address by the multiplexer.
        errors: response by word address, base included.
        willing: by master, when it takes a word.
        words: by master, words that came.
    """

    dut: Any
    bench: Bench
    addresses: Addresses
    base: int = 0
    errors: dict[int, int] = field(default_factory=dict)
    willing: list[Pattern] = field(default_factory=list)
    words: list[int] = field(default_factory=list)
    _answered: list[int] = field(default_factory=list)
    _ready: list[bool] = field(default_factory=list)

    def reset(self) -> None:
        """Nothing has come."""
        count = self.addresses.count
        self.willing = self.willing or [Pattern(self.bench.random) for _ in range(count)]
        self.words, self._answered, self._ready = [0] * count, [0] * count, [False] * count
        self.dut.from_rready_i.value = 0

    def drive(self) -> None:
        """Be ready or not."""
        self._ready = [willing() for willing in self.willing]
        self.dut.from_rready_i.value = packed([int(ready) for ready in self._ready], 1)

    def sample(self) -> None:
        """Compare a word that is taken."""
        valid = int(self.dut.from_rvalid_o.value)
        assert valid.bit_count() <= 1, f"a word goes to several masters: {valid:b}"
        for m in range(self.addresses.count):
            if not (valid >> m & 1 and self._ready[m]):
                continue
            first, words = self.addresses.taken[m][self._answered[m]]
            at = first + self.base // self.addresses.word_bytes + self.words[m]
            assert int(self.dut.from_rdata_o.value) == word_at(at, self.addresses.word_bytes)
            assert int(self.dut.from_rresp_o.value) == self.errors.get(at, OKAY)
            last = self.words[m] + 1 == words
            assert self.dut.from_rlast_o.value == int(last)
            self.words[m] = 0 if last else self.words[m] + 1
            self._answered[m] += last

    @property
    def complete(self) -> bool:
        """Everything that was asked for has come, and nothing is left to ask."""
        done = all(
            answered == len(taken)
            for answered, taken in zip(self._answered, self.addresses.taken, strict=True)
        )
        return done and self.addresses.empty


@dataclass
class Writers:
    """The W and B channels of all masters; the words of a burst follow from the master and its place.

    Attributes:
        base: added to every address by the multiplexer.
        errors: response by word address, base included.
        willing: by master, when it offers a word, and when it takes an answer.
        bytes: what memory must hold, by byte address.
    """

    dut: Any
    bench: Bench
    addresses: Addresses
    base: int = 0
    errors: dict[int, int] = field(default_factory=dict)
    willing: list[Pattern] = field(default_factory=list)
    bytes: dict[int, int] = field(default_factory=dict)
    _sent: list[tuple[int, int]] = field(default_factory=list)  # bursts whose words went, words of the next
    _offer: list[tuple[int, int] | None] = field(default_factory=list)  # word, strobe
    _answered: list[int] = field(default_factory=list)
    _ready: list[bool] = field(default_factory=list)

    def reset(self) -> None:
        """Nothing was sent."""
        count = self.addresses.count
        self.willing = self.willing or [Pattern(self.bench.random) for _ in range(count)]
        self.bytes.clear()
        self._sent, self._offer = [(0, 0)] * count, [None] * count
        self._answered, self._ready = [0] * count, [False] * count
        self.dut.from_wvalid_i.value = self.dut.from_bready_i.value = 0

    def drive(self) -> None:
        """Offer words of bursts that were taken, as a master that has them; be ready for answers or not."""
        width, strobes = 8 * self.addresses.word_bytes, self.addresses.word_bytes
        lasts = [0] * self.addresses.count
        for m in range(self.addresses.count):
            bursts, (done, words) = self.addresses.taken[m], self._sent[m]
            may = self.willing[m]()
            if self._offer[m] is None and may and done < len(bursts):
                strobe = self.bench.random.choice([2**strobes - 1, self.bench.random.getrandbits(strobes)])
                self._offer[m] = (self.bench.random.getrandbits(width), strobe)
            if self._offer[m] is not None:
                lasts[m] = int(words + 1 == bursts[done][1])
        offers = [offer or (0, 0) for offer in self._offer]
        self.dut.from_wvalid_i.value = packed([int(offer is not None) for offer in self._offer], 1)
        self.dut.from_wdata_i.value = packed([data for data, _ in offers], width)
        self.dut.from_wstrb_i.value = packed([strobe for _, strobe in offers], strobes)
        self.dut.from_wlast_i.value = packed(lasts, 1)
        self._ready = [willing() for willing in self.willing]
        self.dut.from_bready_i.value = packed([int(ready) for ready in self._ready], 1)

    def sample(self) -> None:
        """Note words that are taken, compare answers."""
        ready, valid = int(self.dut.from_wready_o.value), int(self.dut.from_bvalid_o.value)
        assert valid.bit_count() <= 1, f"an answer goes to several masters: {valid:b}"
        for m in range(self.addresses.count):
            offer = self._offer[m]
            if offer is not None and ready >> m & 1:
                self._note(m, *offer)
                self._offer[m] = None
            if valid >> m & 1 and self._ready[m]:
                first, words = self.addresses.taken[m][self._answered[m]]
                start = first + self.base // self.addresses.word_bytes
                worst = max(self.errors.get(at, OKAY) for at in range(start, start + words))
                assert int(self.dut.from_bresp_o.value) == worst
                self._answered[m] += 1
                assert self._answered[m] <= self._sent[m][0], "an answer before the burst's last word"

    def _note(self, m: int, data: int, strobe: int) -> None:
        done, words = self._sent[m]
        first, length = self.addresses.taken[m][done]
        at = (first + words) * self.addresses.word_bytes + self.base
        for lane in range(self.addresses.word_bytes):
            if strobe >> lane & 1:
                self.bytes[at + lane] = data >> 8 * lane & 255
        self._sent[m] = (done + 1, 0) if words + 1 == length else (done, words + 1)

    @property
    def complete(self) -> bool:
        """Every burst that was to be written has its answer."""
        done = all(
            answered == len(taken)
            for answered, taken in zip(self._answered, self.addresses.taken, strict=True)
        )
        return done and self.addresses.empty
