"""What a host does to a card: registers, the doorbell, the end of a program (docs/registers.md)."""

from __future__ import annotations

from typing import Any

from openfpga_host.contract import CtrlBits, GieBits, IerBits, IsrBits, Register, Status
from openfpga_host.device.counters import Counters, read_counters
from openfpga_host.reference import RunResult

from bench.axil import AxilMaster
from bench.core import Bench


class Host:
    """Runs programs through a design's registers.

    Attributes:
        registers: the AXI4-Lite master.
        doorbell: the cycle in which AP_START was taken last.
        end: the cycle of the first interrupt after that.
    """

    def __init__(self, dut: Any, bench: Bench) -> None:
        self.registers = AxilMaster(dut, bench)
        self.doorbell = self.end = 0
        self._dut, self._bench = dut, bench

    def reset(self) -> None:
        """Drop every access."""
        self.registers.reset()

    def drive(self) -> None:
        """Drive the registers' channels."""
        self.registers.drive()

    def sample(self) -> None:
        """Sample the registers' channels."""
        self.registers.sample()

    @property
    def interrupted(self) -> bool:
        """The interrupt is asserted."""
        return bool(self._dut.interrupt_o.value == 1)

    async def start(self, addr: int, count: int, act_base: int = 0) -> None:
        """Ring the doorbell for commands at word `addr` of the activation space, at byte `act_base`."""
        registers = self.registers
        registers.post_write(Register.PROGRAM_ADDR, addr)
        registers.post_write(Register.PROGRAM_COUNT, count)
        registers.post_write(Register.ACT_BASE_LO, act_base & 0xFFFFFFFF)
        registers.post_write(Register.ACT_BASE_HI, act_base >> 32)
        registers.post_write(Register.GIE, GieBits.ENABLE)
        registers.post_write(Register.IER, IerBits.DONE)
        await registers.settle()
        registers.post_write(Register.CTRL, CtrlBits.AP_START)
        taken = registers.aw.taken
        await self._bench.until(lambda: min(registers.aw.taken, registers.w.taken) > taken)
        self.doorbell = self._bench.cycle
        await registers.settle()

    async def wait(self, limit: int = 20_000) -> None:
        """Run until the interrupt comes.

        Raises:
            AssertionError: it does not within `limit` cycles: the program hangs.
        """
        await self._bench.until(lambda: self.interrupted, limit)
        self.end = self._bench.cycle

    async def finish(self) -> RunResult:
        """Acknowledge the interrupt, check what CTRL says; how the program ended."""
        read, write = self.registers.read, self.registers.write
        ended = CtrlBits.AP_DONE | CtrlBits.AP_READY
        control = await read(Register.CTRL)
        assert control == ended | CtrlBits.AP_IDLE | CtrlBits.INTERRUPT, f"CTRL is {control:#x} at the end"
        control = await read(Register.CTRL)
        assert control == CtrlBits.AP_IDLE | CtrlBits.INTERRUPT, f"CTRL is {control:#x} once it was read"
        assert await read(Register.ISR) == IsrBits.DONE
        await write(Register.ISR, IsrBits.DONE)
        assert not self.interrupted
        status, index, tag, completed = [
            await read(register)
            for register in (Register.STATUS, Register.STATUS_INDEX, Register.STATUS_TAG, Register.COMPLETED)
        ]
        return RunResult(Status(status), index, tag, completed)

    async def run(self, addr: int, count: int, act_base: int = 0, limit: int = 20_000) -> RunResult:
        """Run a program; how it ended."""
        await self.start(addr, count, act_base)
        await self.wait(limit)
        return await self.finish()

    async def counters(self, ports: int) -> Counters:
        """The counters of the last program of a card of so many ports."""
        wanted: list[int] = []

        def note(register: int) -> int:
            wanted.append(register)
            return 0

        read_counters(note, ports)
        values = {register: await self.registers.read(register) for register in wanted}
        return read_counters(values.__getitem__, ports)
