"""The NumPy reference as a device: any card size, exact, slow."""

from __future__ import annotations

from openfpga_host.contract import CardSize
from openfpga_host.device.base import Capabilities, HostDevice, raise_for_status
from openfpga_host.reference import Memory, RunResult, execute


class ReferenceDevice(HostDevice):
    """A card of `size` computed by `openfpga_host.reference`."""

    def __init__(self, size: CardSize) -> None:
        super().__init__(f"reference:{size.name}", Capabilities.of(size))
        self._size = size

    def run(self, program_addr: int, count: int) -> RunResult:
        host = self._open
        result = execute(Memory(host.ports, host.act), program_addr, count, self._size)
        raise_for_status(self.name, result, host.act, program_addr)
        return result
