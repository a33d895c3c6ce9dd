"""The NumPy reference as a device: any card size, exact, slow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from openfpga_host.contract import CardSize, Opcode
from openfpga_host.device.base import Capabilities, DeviceError, HostMemory, raise_for_status
from openfpga_host.layout import Bytes
from openfpga_host.reference import Memory, RunResult, execute


class ReferenceDevice:
    """A card of `size` computed by `openfpga_host.reference`."""

    def __init__(self, size: CardSize) -> None:
        self.name = f"reference:{size.name}"
        self.capabilities = Capabilities.of(size)
        self.unit_seconds: Mapping[Opcode, float] = {}
        self._size = size
        self._host: HostMemory | None = None
        self._memory: Memory | None = None

    def open_memory(self, port_bytes: int, act_bytes: int) -> None:
        if self._host is not None:
            raise DeviceError(f"{self.name}: its memory is open already")
        self._host = HostMemory(self._size.ports, port_bytes, act_bytes)
        self._memory = Memory(self._host.ports, self._host.act)

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
        if self._memory is None:
            raise DeviceError(f"{self.name}: its memory is not open")
        result = execute(self._memory, program_addr, count, self._size)
        raise_for_status(self.name, result, self._memory.act, program_addr)
        return result

    def close(self) -> None:
        self._host = self._memory = None
