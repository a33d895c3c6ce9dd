"""A unit of the RTL card alone with its memories: sim/card/unit_bench.cpp, called through its C interface."""

from __future__ import annotations

import ctypes
import fcntl
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray
from openfpga_host.contract import CARD_SIZES, WORD_BYTES, CardSize, Status
from openfpga_host.device.verilator import MemoryOptions
from openfpga_host.layout import Bytes
from openfpga_host.reference import Memory

ROOT = Path(__file__).resolve().parent.parent.parent
MOST_CYCLES = 2_000_000
WAVE_VARIABLE = "OFPGA_WAVE"
"""Where `make wave` wants waveforms: every model writes one, and is built so that it can."""
COVERAGE_VARIABLE = "OFPGA_COVERAGE"
"""A folder in which every bench leaves what it covered (`make coverage`); models then count it."""


class _Options(ctypes.Structure):
    _fields_ = (
        ("memory", MemoryOptions),
        ("reset_after", ctypes.c_uint32),
        ("go_from", ctypes.c_uint32),
        ("error_space", ctypes.c_int32),
        ("reserved", ctypes.c_uint32),
        ("error_word", ctypes.c_uint64),
        ("most_cycles", ctypes.c_uint64),
        ("port_base", ctypes.c_uint64),
        ("act_base", ctypes.c_uint64),
    )


class _Command(ctypes.Structure):
    _fields_ = (
        ("sent", ctypes.c_uint64),
        ("go", ctypes.c_uint64),
        ("done", ctypes.c_uint64),
        ("port_words", ctypes.c_uint64),
        ("status", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
    )


class _Result(ctypes.Structure):
    _fields_ = (
        ("cycles", ctypes.c_uint64),
        ("stream_from", ctypes.c_uint64),
        ("stream_to", ctypes.c_uint64),
        ("words_ahead", ctypes.c_uint64),
        ("act_words", ctypes.c_uint64),
        ("message", ctypes.c_char * 256),
    )


@dataclass(frozen=True)
class Disturbance:
    """What happens around a unit while it works."""

    seed: int = 0
    """Of all that is random; 0: registers start as zeros."""
    latency: int = 32
    """Of ideal memories, in cycles."""
    willing: int = 1
    unwilling: int = 0
    """Longest runs of cycles in which a channel moves, and in which it does not (0: it always does)."""
    reset_after: int = 0
    """A reset after so many cycles, memory as it was, and everything once more from the start; 0: none."""
    go_from: int = 0
    """Cycle before which no command has its go."""
    error_space: int = -1
    """Which memory answers a word with an error: a port, or the number of ports for activations; -1: none."""
    error_word: int = 0
    """Which of its words, counted as they move."""
    memory: str = "ideal"
    """Kind of memory: "ideal", "hbm2", "ddr4" or "ddr4x16"."""
    port_base: int = 0
    """Where the ports begin, in words (whole 4 KiB); what lies below answers with an error."""
    act_base: int = 0
    """Where activations begin."""


@dataclass(frozen=True)
class CommandRun:
    """When a command was taken, had its go, and completed: cycles from the beginning of its list."""

    status: Status
    sent: int
    go: int
    done: int
    port_words: int
    """Read and written by `done`, on the port that moved most."""


@dataclass(frozen=True)
class ListRun:
    """What a list of commands took."""

    commands: list[CommandRun]
    cycles: int
    port_words: list[int]
    """Read and written, by port."""
    act_words: int
    stream: tuple[int, int]
    """Cycles of the first and the last word read from port 0."""
    words_ahead: int
    """Read from port 0 before the first go."""

    @property
    def statuses(self) -> list[Status]:
        return [command.status for command in self.commands]


class OpenBench:
    """A unit out of reset; lists of commands follow one another without another reset."""

    def __init__(self, library: ctypes.CDLL, size: CardSize, seed: int) -> None:
        self._library, self._size = library, size
        self._bench = ctypes.c_void_p(library.ofpga_bench_new(ctypes.c_uint32(seed)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._library.ofpga_bench_free(self._bench)

    def run(
        self,
        memory: Memory,
        commands: Sequence[Bytes],
        disturbance: Disturbance,
        after_done: Sequence[int] | None = None,
    ) -> ListRun:
        """Execute commands in place; see `UnitBench.run`."""
        d = disturbance
        ports = (ctypes.c_void_p * len(memory.ports))(*(port.ctypes.data for port in memory.ports))
        raw: NDArray[np.uint8] = np.concatenate([command.reshape(-1) for command in commands])
        waits = np.array([True] * len(commands) if after_done is None else after_done, np.uint8)
        ended = (_Command * len(commands))()
        port_words = (ctypes.c_uint64 * len(memory.ports))()
        kind = MemoryOptions.of(
            self._size, d.memory, latency=d.latency, willing=d.willing, unwilling=d.unwilling, seed=d.seed
        )
        bases = d.port_base * WORD_BYTES, d.act_base * WORD_BYTES
        options = _Options(
            kind, d.reset_after, d.go_from, d.error_space, 0, d.error_word % 2**64, MOST_CYCLES, *bases
        )
        result = _Result()
        code = self._library.ofpga_bench_run(
            self._bench,
            ports,
            ctypes.c_uint64(len(memory.ports[0])),
            ctypes.c_void_p(memory.act.ctypes.data),
            ctypes.c_uint64(len(memory.act)),
            ctypes.c_void_p(raw.ctypes.data),
            ctypes.c_void_p(waits.ctypes.data),
            ctypes.c_uint32(len(commands)),
            ctypes.byref(options),
            ended,
            port_words,
            ctypes.byref(result),
        )
        assert code == 0, f"{result.message.decode()} ({d})"
        return ListRun(
            [CommandRun(Status(e.status), e.sent, e.go, e.done, e.port_words) for e in ended],
            int(result.cycles),
            list(port_words),
            int(result.act_words),
            (int(result.stream_from), int(result.stream_to)),
            int(result.words_ahead),
        )


class UnitBench:
    """One unit (matmul, attention, kv_cache) of a card `size`, or with other parameters than the size's."""

    def __init__(self, unit: str, size: str | CardSize, **parameters: int) -> None:
        self.size = CARD_SIZES[size] if isinstance(size, str) else size
        self._library = ctypes.CDLL(str(built(unit, self.size.name, parameters)))
        self._library.ofpga_bench_new.restype = ctypes.c_void_p

    def open(self, seed: int = 0) -> OpenBench:
        """A unit out of reset; `seed` of what its registers hold before, 0: zeros."""
        return OpenBench(self._library, self.size, seed)

    def run(
        self,
        memory: Memory,
        commands: Sequence[Bytes],
        disturbance: Disturbance | None = None,
        after_done: Sequence[int] | None = None,
    ) -> ListRun:
        """Execute commands in place, by a unit that was just reset.

        after_done: when each command has its go: 0 at once; 1 when those before it have completed (the
        default for all); 2, for a MATMUL, at once though it depends on those before.
        Raises AssertionError if one hangs, an assertion of the RTL fails, or AXI is breached.
        """
        d = disturbance or Disturbance()
        with self.open(d.seed) as bench:
            return bench.run(memory, commands, d, after_done)


def built(
    library: str,
    size: str,
    parameters: Mapping[str, int] = MappingProxyType({}),
    *,
    fast: bool = False,
    whole: bool = False,
) -> Path:
    """A library of sim/Makefile, built if it is not there or older than its sources.

    parameters: those that are not the size's. fast: without assertions.
    whole: a card of many ports not in blocks.
    """
    wave = "_wave" if os.environ.get(WAVE_VARIABLE) else ""
    coverage = "_coverage" if os.environ.get(COVERAGE_VARIABLE) else ""
    flavour = ("_fast" if fast else "") + ("_whole" if whole else "")
    tag = "".join(f"_{name}{value}" for name, value in parameters.items())
    name = f"{library}_{size}{flavour}{tag}"
    folder = ROOT / "build" / f"verilator{wave}{coverage}"
    folder.mkdir(parents=True, exist_ok=True)
    arguments = [library, f"SIZE={size}", "SET=" + " ".join(f"{n}={v}" for n, v in parameters.items())]
    arguments += [
        f"FAST={int(fast) or ''}",
        f"WHOLE={int(whole) or ''}",
        f"WAVE={wave and 1}",
        f"COVERAGE={coverage and 1}",
    ]
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = subprocess.run(
            ["make", "-s", "-C", str(ROOT / "sim"), *arguments],
            check=False,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert made.returncode == 0, f"{name} does not build:\n{made.stderr[-4000:]}"
    return folder / f"libofpga_{name}.so"


@cache
def unit_bench(unit: str, size: str) -> UnitBench:
    """The bench of a unit, built once a session."""
    return UnitBench(unit, size)
