"""What a card's sequencer counted of its last program: the PERF registers (docs/registers.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from openfpga_host.contract import REGISTER_STRIDE, Opcode, Register


@dataclass(frozen=True, slots=True)
class Channel:
    """A memory channel: words that were handed over, and cycles in which words were due and none came."""

    read: int
    written: int
    waited: int


@dataclass(frozen=True, slots=True)
class Counters:
    """Of one program, in cycles of the card and memory words."""

    busy: int
    """From AP_START to AP_DONE."""
    stalled: int
    """Of these, cycles in which some channel waits and none moves a word."""
    idle: int
    """Of these, cycles in which no command runs."""
    opcodes: Mapping[Opcode, int]
    """Cycles in which a command of the kind runs: from when it may touch activations until it is done."""
    act: Channel
    ports: tuple[Channel, ...]


def read_counters(register: Callable[[int], int], ports: int) -> Counters:
    """The counters of a card with so many memory ports; call while no program runs.

    register: reads the 32-bit register at a byte offset.
    """

    def wide(low: Register, index: int = 0) -> int:
        at = low + REGISTER_STRIDE * index
        return register(at) | register(at + 4) << 32

    return Counters(
        busy=wide(Register.PERF_BUSY_LO),
        stalled=wide(Register.PERF_STALLED_LO),
        idle=wide(Register.PERF_OPCODE_LO),
        opcodes={opcode: wide(Register.PERF_OPCODE_LO, opcode) for opcode in Opcode},
        act=Channel(
            wide(Register.PERF_ACT_READ_LO),
            wide(Register.PERF_ACT_WRITTEN_LO),
            wide(Register.PERF_ACT_WAITED_LO),
        ),
        ports=tuple(
            Channel(
                wide(Register.PERF_PORT_READ_LO, port),
                wide(Register.PERF_PORT_WRITTEN_LO, port),
                wide(Register.PERF_PORT_WAITED_LO, port),
            )
            for port in range(ports)
        ),
    )
