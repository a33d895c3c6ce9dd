"""The RTL card, compiled by Verilator with an ideal memory, called through its C ABI (sim/card/card.h)."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from openfpga_host.contract import CONTRACT_ID, Opcode, Register, Status
from openfpga_host.device.base import Capabilities, DeviceError, HostMemory, raise_for_status
from openfpga_host.layout import Bytes
from openfpga_host.reference import RunResult

FOLDER_VARIABLE = "OPENFPGA_VERILATOR_DIR"
LATENCY = 32
"""Of the memories, in cycles."""


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


@dataclass(frozen=True, slots=True)
class Run:
    """How a program ended, and what it took."""

    result: RunResult
    cycles: int
    """From the doorbell to the interrupt."""
    port_words: int
    """Read and written, over all ports."""
    act_words: int


def library_path(size: str) -> Path:
    """Where a card size's library is looked for: $OPENFPGA_VERILATOR_DIR, or build/verilator of the tree."""
    folder = os.environ.get(FOLDER_VARIABLE)
    base = Path(folder) if folder else Path(__file__).resolve().parents[3] / "build" / "verilator"
    return base / f"libofpga_card_{size}.so"


class VerilatedCard:
    """A card out of reset, in memory that the caller gives.

    latency: of the memories, in cycles. stall: of 16 cycles, those in which a memory is unwilling, at random
    from `seed`.
    Raises DeviceError if the library does not load.
    """

    def __init__(self, path: Path, latency: int = LATENCY, stall: int = 0, seed: int = 0) -> None:
        try:
            self._library = lib = ctypes.CDLL(str(path))
            lib.ofpga_card_open.argtypes = [ctypes.c_uint32] * 3
            lib.ofpga_card_open.restype = ctypes.c_void_p
            lib.ofpga_card_close.argtypes, lib.ofpga_card_close.restype = [ctypes.c_void_p], None
            lib.ofpga_card_info.argtypes = [ctypes.c_void_p, ctypes.c_uint32]
            lib.ofpga_card_info.restype = ctypes.c_uint32
            lib.ofpga_card_error.argtypes, lib.ofpga_card_error.restype = [ctypes.c_void_p], ctypes.c_char_p
            lib.ofpga_card_run.argtypes = [
                ctypes.c_void_p,
                ctypes.c_void_p,
                ctypes.c_uint64,
                ctypes.c_void_p,
                ctypes.c_uint64,
                ctypes.c_uint32,
                ctypes.c_uint32,
                ctypes.c_void_p,
            ]
            lib.ofpga_card_run.restype = ctypes.c_int
        except (OSError, AttributeError) as error:
            raise DeviceError(f"{path} does not load: {error}") from error
        self._card = lib.ofpga_card_open(latency, stall, seed)
        if not self._card:
            raise DeviceError(f"{path}: the card does not come out of reset")

    def register(self, offset: int) -> int:
        """What a register says, read over AXI-Lite."""
        return int(self._library.ofpga_card_info(self._card, offset))

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
            raise DeviceError(f"the card failed: {self._library.ofpga_card_error(self._card).decode()}")
        result = RunResult(Status(out.status), out.index, out.tag, out.completed)
        return Run(result, out.cycles, out.port_words, out.act_words)

    def close(self) -> None:
        """Free the card; idempotent."""
        if self._card:
            self._library.ofpga_card_close(self._card)
            self._card = None


class VerilatorDevice:
    """A card of one size, cycle by cycle, on this machine's memory.

    Raises DeviceError if the library is missing, does not load, or was built from another contract.
    """

    def __init__(self, size: str, library: Path | None = None) -> None:
        self.name = f"verilator:{size}"
        path = library or library_path(size)
        if not path.exists():
            make = f"make -C sim card SIZE={size}"
            raise DeviceError(f"{self.name}: {path} is missing; `{make}` in the source tree builds it")
        try:
            self._card = VerilatedCard(path)
        except DeviceError as error:
            raise DeviceError(f"{self.name}: {error}") from error
        built_from = self._card.register(Register.CONTRACT_ID)
        if built_from != CONTRACT_ID:
            self._card.close()
            raise DeviceError(
                f"{self.name}: {path} was built from contract {built_from:#010x}, this host has "
                f"{CONTRACT_ID:#010x}; build it again with `make -C sim card SIZE={size}`"
            )
        self.capabilities = Capabilities(
            built_from,
            self._card.register(Register.PORTS),
            self._card.register(Register.ROWS),
            self._card.register(Register.K_BLOCKS),
            self._card.register(Register.HEAD_BLOCKS),
            self._card.register(Register.CONTEXT),
        )
        self.unit_seconds: Mapping[Opcode, float] = {}
        self.cycles = 0
        """Of all programs so far."""
        self._host: HostMemory | None = None

    def open_memory(self, port_bytes: int, act_bytes: int) -> None:
        if self._host is not None:
            raise DeviceError(f"{self.name}: its memory is open already")
        self._host = HostMemory(self.capabilities.ports, port_bytes, act_bytes)

    @property
    def _open(self) -> HostMemory:
        if self._host is None:
            raise DeviceError(f"{self.name}: its memory is not open")
        return self._host

    @property
    def act(self) -> Bytes:
        return self._open.act

    def write_port(self, port: int, offset: int, data: NDArray[Any]) -> None:
        self._open.write(port, offset, data)

    def read_port(self, port: int, offset: int, size: int) -> Bytes:
        return self._open.read(port, offset, size)

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
        self._host = None
        self._card.close()
