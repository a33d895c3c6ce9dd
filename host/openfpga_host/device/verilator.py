"""The RTL card, compiled by Verilator, called through its C ABI (sim/card/card.h)."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from types import MappingProxyType
from typing import Self

from openfpga_host.boards import BOARDS, MEMORIES
from openfpga_host.contract import CARD_SIZES, CONTRACT_ID, CardSize, Register, Status
from openfpga_host.device.base import Capabilities, DeviceError, HostDevice, raise_for_status
from openfpga_host.layout import Bytes
from openfpga_host.reference import RunResult

FOLDER_VARIABLE = "OPENFPGA_VERILATOR_DIR"
LATENCY = 32
"""Of ideal memories, in cycles."""
BOARD_MEMORY: Mapping[str, str] = MappingProxyType(
    {"sim": "hbm2"} | {board.size.name: board.memory.name for board in BOARDS.values()}
)
"""What a board of a card size has; `sim`, which has no board, that of the u280."""


class MemoryOptions(ctypes.Structure):
    """ofpga_memory_options of the C ABI (sim/card/memories.h)."""

    _fields_ = (
        ("kind", ctypes.c_char_p),
        ("clock_khz", ctypes.c_uint32),
        ("latency", ctypes.c_uint32),
        ("willing", ctypes.c_uint32),
        ("unwilling", ctypes.c_uint32),
        ("seed", ctypes.c_uint32),
    )

    @classmethod
    def of(
        cls,
        size: CardSize,
        kind: str,
        *,
        latency: int = LATENCY,
        willing: int = 1,
        unwilling: int = 0,
        seed: int = 0,
    ) -> Self:
        """Memories of a kind at the clock of a card size.

        latency (cycles), willing and unwilling (longest runs of cycles in which a channel moves, and in which
        it does not; unwilling 0: it always does), seed (of those runs): of ideal memories.
        """
        return cls(kind.encode(), size.clock_mhz * 1000, latency, willing, unwilling, seed)


class _RunResult(ctypes.Structure):
    """ofpga_run_result of the C ABI."""

    _fields_ = (
        ("status", ctypes.c_uint32),
        ("index", ctypes.c_uint32),
        ("tag", ctypes.c_uint32),
        ("completed", ctypes.c_uint32),
        ("cycles", ctypes.c_uint64),
        ("port_words", ctypes.c_uint64),
        ("act_words", ctypes.c_uint64),
    )


class _Event(ctypes.Structure):
    """ofpga_card_event of the C ABI."""

    _fields_ = (
        ("cycle", ctypes.c_uint64),
        ("port_words", ctypes.c_uint64),
        ("kind", ctypes.c_uint32),
        ("unit", ctypes.c_uint32),
    )


@dataclass(frozen=True, slots=True)
class Run:
    """How a program ended, and what it took."""

    result: RunResult
    cycles: int
    """From the doorbell to the interrupt."""
    port_words: int
    """Read and written, over all ports."""
    act_words: int


class Handshake(IntEnum):
    """What the sequencer and a unit agree on."""

    COMMAND = 0
    """The unit takes a command."""
    GO = 1
    """Its oldest command without a go has it."""
    DONE = 2
    """Its oldest command is done."""


class Unit(IntEnum):
    """A unit of the card; it takes its commands in program order."""

    MATMUL = 0
    ATTENTION = 1
    KV_CACHE = 2


@dataclass(frozen=True, slots=True)
class Event:
    """A handshake in a run."""

    cycle: int
    """From the doorbell."""
    port_words: int
    """Read and written so far, over all ports."""
    kind: Handshake
    unit: Unit


def library_path(size: str) -> Path:
    """Where a card size's library is looked for: $OPENFPGA_VERILATOR_DIR, or build/verilator of the tree."""
    folder = os.environ.get(FOLDER_VARIABLE)
    base = Path(folder) if folder else Path(__file__).resolve().parents[3] / "build" / "verilator"
    return base / f"libofpga_card_{size}.so"


class VerilatedCard:
    """A card out of reset, in memory that the caller gives.

    size: the card size that the library was built for. memory: one of MEMORIES. latency, stall, seed: of
    ideal memories: cycles; `stall` for channels that move in runs of up to 16 - stall cycles and pause in
    runs of up to `stall`; the seed of these runs, and of what registers hold before reset (0: zeros).
    Raises DeviceError if the library does not load or knows no such memory.
    """

    def __init__(
        self,
        path: Path,
        size: CardSize = CARD_SIZES["sim"],
        memory: str = "ideal",
        *,
        latency: int = LATENCY,
        stall: int = 0,
        seed: int = 0,
    ) -> None:
        try:
            self._library = lib = ctypes.CDLL(str(path))
            _declare(lib)
        except (OSError, AttributeError) as error:
            raise DeviceError(f"{path} does not load: {error}") from error
        options = MemoryOptions.of(
            size, memory, latency=latency, willing=16 - stall, unwilling=stall, seed=seed
        )
        why = ctypes.create_string_buffer(256)
        self._ports = size.ports
        self._card = lib.ofpga_card_open(ctypes.byref(options), why, len(why))
        if not self._card:
            raise DeviceError(f"{path}: {why.value.decode()}")

    def register(self, offset: int) -> int:
        """What a register says, read over AXI-Lite."""
        return int(self._library.ofpga_card_info(self._card, offset))

    def set_register(self, offset: int, value: int) -> None:
        """Write a register over AXI-Lite; DeviceError if the card does not answer as a card does."""
        if self._library.ofpga_card_set(self._card, offset, value) != 0:
            raise DeviceError(f"the card failed: {self._error}")

    def run(self, ports: Sequence[Bytes], act: Bytes, program_addr: int, count: int) -> Run:
        """Execute a program in place; DeviceError if the card does not answer as a card does."""
        pointers = (ctypes.c_void_p * len(ports))(*(port.ctypes.data for port in ports))
        out = _RunResult()
        code = self._library.ofpga_card_run(
            self._card,
            ctypes.addressof(pointers),
            len(ports[0]),
            act.ctypes.data,
            len(act),
            program_addr,
            count,
            ctypes.addressof(out),
        )
        if code != 0:
            raise DeviceError(f"the card failed: {self._error}")
        result = RunResult(Status(out.status), out.index, out.tag, out.completed)
        return Run(result, out.cycles, out.port_words, out.act_words)

    def port_words(self) -> list[int]:
        """Words that the last run read and wrote on each port."""
        return [self._library.ofpga_card_words(self._card, port) for port in range(self._ports)]

    def sequential_share(self, cycles: int = 200_000) -> float:
        """Of the cycles, those in which a port's memory gives a word when it is read in sequence."""
        return float(self._library.ofpga_card_sequential(self._card, cycles)) / cycles

    def events(self) -> list[Event]:
        """Handshakes of the last run, in time."""
        count = self._library.ofpga_card_events(self._card, None, 0)
        events = (_Event * count)()
        self._library.ofpga_card_events(self._card, events, count)
        return [Event(e.cycle, e.port_words, Handshake(e.kind), Unit(e.unit)) for e in events]

    def close(self) -> None:
        """Free the card; idempotent."""
        if self._card:
            self._library.ofpga_card_close(self._card)
            self._card = None

    @property
    def _error(self) -> str:
        return str(self._library.ofpga_card_error(self._card).decode())


class VerilatorDevice(HostDevice):
    """A card of one size, cycle by cycle, on this machine's memory.

    memory: what stands behind its ports, one of MEMORIES or "board" for the kind that the size's board has.
    Raises DeviceError if the memory is unknown, or the library is missing, does not load, or was built from
    another contract.
    """

    def __init__(self, size: str, memory: str = "ideal", library: Path | None = None) -> None:
        name = f"verilator:{size}" if memory == "ideal" else f"verilator:{size}:{memory}"
        if memory not in (*MEMORIES, "board"):
            raise DeviceError(f"{name}: unknown memory {memory!r}; there are {', '.join(MEMORIES)} and board")
        if memory == "board":
            memory = BOARD_MEMORY.get(size, "ideal")
        path = library or library_path(size)
        make = f"make -C sim card SIZE={size}"
        if not path.exists():
            raise DeviceError(f"{name}: {path} is missing; `{make}` in the source tree builds it")
        try:
            card = VerilatedCard(path, CARD_SIZES[size], memory)
        except DeviceError as error:
            raise DeviceError(f"{name}: {error}") from error
        built_from = card.register(Register.CONTRACT_ID)
        if built_from != CONTRACT_ID:
            card.close()
            raise DeviceError(
                f"{name}: {path} was built from contract {built_from:#010x}, this host has "
                f"{CONTRACT_ID:#010x}; build it again with `{make}`"
            )
        registers = (
            Register.PORTS,
            Register.ROWS,
            Register.K_BLOCKS,
            Register.HEAD_BLOCKS,
            Register.CONTEXT,
        )
        super().__init__(name, Capabilities(built_from, *map(card.register, registers)))
        self._card = card
        self.cycles = 0
        """Of all programs so far."""

    def run(self, program_addr: int, count: int) -> RunResult:
        host = self._open
        try:
            run = self._card.run(host.ports, host.act, program_addr, count)
        except DeviceError as error:
            raise DeviceError(f"{self.name}: {error}") from error
        self.cycles += run.cycles
        raise_for_status(self.name, run.result, host.act, program_addr)
        return run.result

    def close(self) -> None:
        super().close()
        self._card.close()


def _declare(lib: ctypes.CDLL) -> None:
    """The types of sim/card/card.h; AttributeError where the library is not of it."""
    card, word, number, text = ctypes.c_void_p, ctypes.c_uint64, ctypes.c_uint32, ctypes.c_char_p
    types = {
        "open": ([ctypes.c_void_p, text, number], card),
        "close": ([card], None),
        "info": ([card, number], number),
        "set": ([card, number, number], ctypes.c_int),
        "run": (
            [card, ctypes.c_void_p, word, ctypes.c_void_p, word, number, number, ctypes.c_void_p],
            ctypes.c_int,
        ),
        "words": ([card, number], word),
        "sequential": ([card, word], word),
        "events": ([card, ctypes.c_void_p, word], word),
        "error": ([card], text),
    }
    for name, (arguments, result) in types.items():
        function = getattr(lib, f"ofpga_card_{name}")
        function.argtypes, function.restype = arguments, result
