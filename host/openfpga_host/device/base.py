"""What every device offers, and how it fails."""

from __future__ import annotations

import mmap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from openfpga_host.contract import (
    COMMAND_BYTES,
    CONTRACT_ID,
    HEADER_DTYPE,
    WORD_BYTES,
    CardSize,
    Opcode,
    Status,
)
from openfpga_host.layout import Bytes
from openfpga_host.reference import RunResult

__all__ = ["Capabilities", "Device", "DeviceError", "ProgramError", "RunResult"]


class DeviceError(Exception):
    """A device that is not there, does not fit this host, or failed."""


class ProgramError(DeviceError):
    """A command that the device refused or could not execute."""

    def __init__(self, device: str, result: RunResult, opcode: str) -> None:
        super().__init__(
            f"{device}: {result.status.name} at command {result.index} ({opcode}, tag {result.tag:#x}); "
            f"{result.completed} commands completed"
        )
        self.result = result
        self.opcode = opcode


@dataclass(frozen=True, slots=True)
class Capabilities:
    """A card's read-only registers."""

    contract_id: int
    ports: int
    rows: int
    """Rows of one command."""
    k_blocks: int
    head_blocks: int
    context: int
    """Largest context, in tokens."""

    @classmethod
    def of(cls, size: CardSize) -> Capabilities:
        """Those of a card of this size built from this host's contract."""
        return cls(CONTRACT_ID, size.ports, size.rows, size.k_blocks, size.head_blocks, size.context)


class Device(Protocol):
    """A card: port memories for weights and KV blocks, an activation memory, and a doorbell.

    One caller at a time. All sizes and offsets are in bytes unless a name says words.
    """

    @property
    def name(self) -> str: ...

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def act(self) -> Bytes:
        """The activation memory, shared with the device between runs; valid from `open_memory` to `close`."""
        ...

    @property
    def unit_seconds(self) -> Mapping[Opcode, float]:
        """Time spent in each kind of command so far, where the device measures it; else empty."""
        ...

    def open_memory(self, port_bytes: int, act_bytes: int) -> None:
        """Get zeroed memory: `port_bytes` on each port, `act_bytes` of activations; whole words, once."""
        ...

    def write_port(self, port: int, offset: int, data: NDArray[Any]) -> None:
        """Copy uint8 `data` of any shape, in C order, to a port; IndexError if it does not fit."""
        ...

    def read_port(self, port: int, offset: int, size: int) -> Bytes:
        """A copy of `size` bytes of a port."""
        ...

    def run(self, program_addr: int, count: int) -> RunResult:
        """Execute the `count` commands at word `program_addr` of `act`; ProgramError if one fails."""
        ...

    def close(self) -> None:
        """Free the memory; idempotent."""
        ...


class HostMemory:
    """Memory of a device that computes on this machine: zeroed, page-aligned, backed as it is touched."""

    def __init__(self, ports: int, port_bytes: int, act_bytes: int) -> None:
        for name, size in (("port_bytes", port_bytes), ("act_bytes", act_bytes)):
            if size <= 0 or size % WORD_BYTES:
                raise ValueError(f"{name} is {size}; it must be a positive multiple of {WORD_BYTES}")
        self.ports = [_pages(port_bytes) for _ in range(ports)]
        self.act = _pages(act_bytes)

    def write(self, port: int, offset: int, data: NDArray[Any]) -> None:
        self._span(port, offset, data.size).reshape(data.shape)[...] = data

    def read(self, port: int, offset: int, size: int) -> Bytes:
        return self._span(port, offset, size).copy()

    def _span(self, port: int, offset: int, size: int) -> Bytes:
        space = self.ports[port]
        if offset < 0 or offset + size > len(space):
            raise IndexError(f"bytes {offset}..{offset + size - 1} lie outside a port of {len(space)} bytes")
        return space[offset : offset + size]


class HostDevice:
    """The part of a `Device` that is its memory, for those that compute on this machine."""

    def __init__(self, name: str, capabilities: Capabilities) -> None:
        self.name = name
        self.capabilities = capabilities
        self._host: HostMemory | None = None

    @property
    def unit_seconds(self) -> Mapping[Opcode, float]:
        return {}

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

    def close(self) -> None:
        self._host = None


def _pages(size: int) -> Bytes:
    return np.frombuffer(mmap.mmap(-1, size), np.uint8)


def raise_for_status(device: str, result: RunResult, act: Bytes, program_addr: int) -> None:
    """Raise ProgramError unless the program completed."""
    if result.status == Status.OK:
        return
    at = WORD_BYTES * program_addr + COMMAND_BYTES * result.index
    command = act[at : at + COMMAND_BYTES]
    opcode = "no command"
    if len(command) == COMMAND_BYTES:
        code = int(command.view(HEADER_DTYPE)[0]["opcode"])
        opcode = Opcode(code).name if code in tuple(Opcode) else f"opcode {code}"
    raise ProgramError(device, result, opcode)
