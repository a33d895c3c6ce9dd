"""The RTL sequencer with pretended units: sim/card/sequencer_bench.cpp, called through its C interface."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from openfpga_host.contract import CARD_SIZES, Status
from openfpga_host.layout import Bytes
from openfpga_host.reference import RunResult
from support.unit_bench import built

MOST_CYCLES = 200_000


class _Options(ctypes.Structure):
    _fields_ = (
        ("seed", ctypes.c_uint32),
        ("latency", ctypes.c_uint32),
        ("stall", ctypes.c_uint32),
        ("work", ctypes.c_uint32),
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


class _Result(ctypes.Structure):
    _fields_ = (
        ("status", ctypes.c_uint32),
        ("index", ctypes.c_uint32),
        ("tag", ctypes.c_uint32),
        ("completed", ctypes.c_uint32),
        ("cycles", ctypes.c_uint64),
        ("events", ctypes.c_uint64),
        ("message", ctypes.c_char * 256),
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

    def at(self, kind: Kind, tag: int) -> int:
        """The cycle of a command's handshake; GO may be early."""
        kinds = {kind, Kind.GO_EARLY} if kind == Kind.GO else {kind}
        (cycle,) = (e.cycle for e in self.events if e.kind in kinds and e.tag == tag)
        return cycle


class SequencerBench:
    """A sequencer of the size `sim`, out of reset."""

    size = CARD_SIZES["sim"]

    def __init__(self, seed: int = 1) -> None:
        self._library = ctypes.CDLL(str(built("sequencer", "sim")))
        self._library.ofpga_sequencer_new.restype = ctypes.c_void_p
        self._library.ofpga_sequencer_read.restype = ctypes.c_uint32
        self._bench = ctypes.c_void_p(self._library.ofpga_sequencer_new(ctypes.c_uint32(seed)))
        self._seed = seed

    def close(self) -> None:
        self._library.ofpga_sequencer_free(self._bench)

    def read(self, register: int) -> int:
        return int(self._library.ofpga_sequencer_read(self._bench, ctypes.c_uint32(register)))

    def write(self, register: int, value: int) -> None:
        self._library.ofpga_sequencer_write(self._bench, ctypes.c_uint32(register), ctypes.c_uint32(value))

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
        error_word: int = 2**64 - 1,
    ) -> Run:
        """Run a program whose units end the commands of the tags in `failures` with those statuses.

        latency: of the memory. stall: idle cycles of 16. work: cycles that a unit takes, at most.
        error_word: which word of those read comes with an error.
        Raises AssertionError if it hangs, an assertion of the RTL fails, or AXI is breached.
        """
        statuses = np.zeros(4096, np.uint8)
        for tag, status in (failures or {}).items():
            statuses[tag] = status
        events = (_Event * 4096)()
        out = _Result()
        options = _Options(self._seed, latency, stall, work, error_word, MOST_CYCLES)
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
        seen = [Event(e.cycle, Kind(e.kind), e.unit, e.tag) for e in events[: out.events]]
        return Run(RunResult(Status(out.status), out.index, out.tag, out.completed), out.cycles, seen)
