"""The RTL sequencer with pretended units: sim/card/sequencer_bench.cpp, called through its C interface."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from enum import IntEnum
from functools import cache

import numpy as np
from openfpga_host.contract import CARD_SIZES, WORD_BYTES, Status
from openfpga_host.device.counters import Channel
from openfpga_host.layout import Bytes
from openfpga_host.reference import RunResult
from support.random_programs import TAGS
from support.unit_bench import built

MOST_CYCLES = 200_000


class _Options(ctypes.Structure):
    _fields_ = (
        ("seed", ctypes.c_uint32),
        ("latency", ctypes.c_uint32),
        ("stall", ctypes.c_uint32),
        ("work", ctypes.c_uint32),
        ("runs", ctypes.c_uint32),
        ("reset_after", ctypes.c_uint32),
        ("base", ctypes.c_uint64),
        ("error_word", ctypes.c_uint64),
        ("most_cycles", ctypes.c_uint64),
    )


class _Event(ctypes.Structure):
    _fields_ = (
        ("cycle", ctypes.c_uint64),
        ("kind", ctypes.c_uint32),
        ("unit", ctypes.c_uint32),
        ("tag", ctypes.c_uint32),
    )


class _Channel(ctypes.Structure):
    _fields_ = (("read", ctypes.c_uint64), ("written", ctypes.c_uint64), ("waited", ctypes.c_uint64))


class _Result(ctypes.Structure):
    _fields_ = (
        ("status", ctypes.c_uint32),
        ("index", ctypes.c_uint32),
        ("tag", ctypes.c_uint32),
        ("completed", ctypes.c_uint32),
        ("cycles", ctypes.c_uint64),
        ("events", ctypes.c_uint64),
        ("stalled", ctypes.c_uint64),
        ("channels", _Channel * (CARD_SIZES["sim"].ports + 1)),
        ("message", ctypes.c_char * 256),
    )


class _Host(ctypes.Structure):
    _fields_ = (
        ("strobe", ctypes.c_uint32),
        ("address_late", ctypes.c_uint32),
        ("data_late", ctypes.c_uint32),
        ("ready_late", ctypes.c_uint32),
    )


class Kind(IntEnum):
    COMMAND = 0
    GO = 1
    DONE = 2
    GO_EARLY = 3
    """Of a MATMUL, when MATMULs that it depends on have not completed."""


@dataclass(frozen=True)
class Event:
    """A handshake of a unit."""

    cycle: int
    kind: Kind
    unit: int
    tag: int


@dataclass(frozen=True)
class Run:
    """How a program ended, and what happened meanwhile."""

    result: RunResult
    cycles: int
    events: list[Event]
    stalled: int
    """Cycles in which the counters were shown a channel that waits and none that moves."""
    channels: list[Channel]
    """What the counters were shown of memory ports, then of the activation space."""

    def at(self, kind: Kind, tag: int) -> int:
        """The cycle of a command's handshake; GO may be early."""
        kinds = {kind, Kind.GO_EARLY} if kind == Kind.GO else {kind}
        (cycle,) = (e.cycle for e in self.events if e.kind in kinds and e.tag == tag)
        return cycle


@dataclass(frozen=True)
class Host:
    """How a register is accessed."""

    strobe: int = 0b1111
    """Bytes that are written."""
    address_late: int = 0
    """Cycles until the address is offered."""
    data_late: int = 0
    """Cycles until the data is offered."""
    ready_late: int = 0
    """Cycles until an answer is taken."""


@cache
def _library() -> ctypes.CDLL:
    """The bench, built once a session."""
    library = ctypes.CDLL(str(built("sequencer", SequencerBench.size.name)))
    library.ofpga_sequencer_new.restype = ctypes.c_void_p
    library.ofpga_sequencer_read.restype = ctypes.c_uint32
    return library


class SequencerBench:
    """A sequencer of the size `sim`, out of reset."""

    size = CARD_SIZES["sim"]

    def __init__(self, seed: int = 1) -> None:
        self._library = _library()
        self._bench = ctypes.c_void_p(self._library.ofpga_sequencer_new(ctypes.c_uint32(seed)))
        self._seed = seed

    def close(self) -> None:
        self._library.ofpga_sequencer_free(self._bench)

    def read(self, register: int, host: Host | None = None) -> int:
        manner = ctypes.byref(_Host(*astuple(host or Host())))
        return int(self._library.ofpga_sequencer_read(self._bench, ctypes.c_uint32(register), manner))

    def write(self, register: int, value: int, host: Host | None = None) -> None:
        manner = ctypes.byref(_Host(*astuple(host or Host())))
        offset, word = ctypes.c_uint32(register), ctypes.c_uint32(value)
        self._library.ofpga_sequencer_write(self._bench, offset, word, manner)

    def run(
        self,
        act: Bytes,
        addr: int,
        count: int,
        *,
        failures: Mapping[int, Status] | None = None,
        latency: int = 20,
        stall: int = 0,
        work: int = 60,
        base: int = 0,
        error_word: int = 2**64 - 1,
        runs: int = 1,
        reset_after: int = 0,
    ) -> Run:
        """Run a program whose units end the commands of the tags in `failures` with those statuses.

        failures: by tag modulo TAGS, as are the tags of events. latency: of the memory. stall: idle
        cycles of 16. work: cycles that a unit takes, at most.
        base: where the memory begins, in words (whole 4 KiB), and `addr` counts from.
        error_word: which word of those read comes with an error.
        runs: times that the program runs, more than one by AUTO_RESTART; the last one is reported.
        reset_after: cycles after which a reset breaks the program off, to start it anew; 0: never.
        Raises AssertionError if it hangs, an assertion of the RTL fails, or AXI is breached.
        """
        statuses = np.zeros(TAGS, np.uint8)
        for tag, status in (failures or {}).items():
            statuses[tag] = status
        events = (_Event * 4096)()
        out = _Result()
        options = _Options(
            self._seed,
            latency,
            stall,
            work,
            runs,
            reset_after,
            base * WORD_BYTES,
            error_word,
            MOST_CYCLES,
        )
        code = self._library.ofpga_sequencer_run(
            self._bench,
            ctypes.c_void_p(act.ctypes.data),
            ctypes.c_uint64(len(act)),
            ctypes.c_uint32(addr),
            ctypes.c_uint32(count),
            ctypes.c_void_p(statuses.ctypes.data),
            ctypes.c_uint32(len(statuses)),
            ctypes.byref(options),
            events,
            ctypes.c_uint64(len(events)),
            ctypes.byref(out),
        )
        assert code == 0, f"{out.message.decode()} (seed {self._seed}, stall {stall}, latency {latency})"
        assert out.events <= len(events)
        seen = [Event(e.cycle, Kind(e.kind), e.unit, e.tag % TAGS) for e in events[: out.events]]
        result = RunResult(Status(out.status), out.index, out.tag, out.completed)
        shown = [Channel(channel.read, channel.written, channel.waited) for channel in out.channels]
        return Run(result, out.cycles, seen, out.stalled, shown)
