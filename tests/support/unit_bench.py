"""A unit of the RTL card alone with its memories: sim/card/unit_bench.cpp, called through its C interface."""

from __future__ import annotations

import ctypes
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from openfpga_host.contract import CARD_SIZES, CardSize, Status
from openfpga_host.layout import Bytes
from openfpga_host.reference import Memory

ROOT = Path(__file__).resolve().parent.parent.parent
MOST_CYCLES = 2_000_000


class _Options(ctypes.Structure):
    _fields_ = (
        ("seed", ctypes.c_uint32),
        ("latency", ctypes.c_uint32),
        ("stall", ctypes.c_uint32),
        ("reset_after", ctypes.c_uint32),
        ("error_space", ctypes.c_int32),
        ("reserved", ctypes.c_uint32),
        ("error_word", ctypes.c_uint64),
        ("most_cycles", ctypes.c_uint64),
    )


class _Result(ctypes.Structure):
    _fields_ = (("cycles", ctypes.c_uint64), ("message", ctypes.c_char * 256))


@dataclass(frozen=True)
class Disturbance:
    """What happens around a unit while it works."""

    seed: int = 0
    """Of all that is random; 0: registers start as zeros."""
    latency: int = 32
    """Of the memories, in cycles."""
    stall: int = 0
    """Idle cycles of 16, on every channel, on average."""
    reset_after: int = 0
    """A reset after so many cycles, and everything once more from the start; 0: none."""
    error_space: int = -1
    """Which memory answers a word with an error: a port, or the number of ports for activations; -1: none."""
    error_word: int = 0
    """Which of the words that it is asked for."""


class UnitBench:
    """One unit of a card `size`."""

    def __init__(self, unit: str, size: str) -> None:
        self.size: CardSize = CARD_SIZES[size]
        self.library = ctypes.CDLL(str(built(unit, size)))

    def run(
        self, memory: Memory, commands: Sequence[Bytes], disturbance: Disturbance | None = None
    ) -> tuple[list[Status], int]:
        """Execute commands one after another in place: how each ended, and the cycles of all.

        Raises AssertionError if one hangs, an assertion of the RTL fails, or AXI is breached.
        """
        d = disturbance or Disturbance()
        ports = (ctypes.c_void_p * len(memory.ports))(*(port.ctypes.data for port in memory.ports))
        raw: NDArray[np.uint8] = np.concatenate([command.reshape(-1) for command in commands])
        statuses = np.full(len(commands), 255, np.uint8)
        options = _Options(
            d.seed, d.latency, d.stall, d.reset_after, d.error_space, 0, d.error_word, MOST_CYCLES
        )
        result = _Result()
        code = self.library.ofpga_bench_run(
            ports,
            ctypes.c_uint64(len(memory.ports[0])),
            ctypes.c_void_p(memory.act.ctypes.data),
            ctypes.c_uint64(len(memory.act)),
            ctypes.c_void_p(raw.ctypes.data),
            ctypes.c_uint32(len(commands)),
            ctypes.byref(options),
            ctypes.c_void_p(statuses.ctypes.data),
            ctypes.byref(result),
        )
        assert code == 0, f"{result.message.decode()} ({d})"
        return [Status(int(status)) for status in statuses], int(result.cycles)


def built(library: str, size: str) -> Path:
    """A library of sim/Makefile, built if it is not there or older than its sources."""
    subprocess.run(["make", "-s", "-C", str(ROOT / "sim"), library, f"SIZE={size}"], check=True)
    return ROOT / "build" / "verilator" / f"libofpga_{library}_{size}.so"


@cache
def unit_bench(unit: str, size: str) -> UnitBench:
    """The bench of a unit, built once a session."""
    return UnitBench(unit, size)
