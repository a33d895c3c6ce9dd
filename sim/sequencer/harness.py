"""A bench around ofpga_sequencer of the size `sim`: registers, memory, units that only pretend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from bench.core import Bench, Pattern
from bench.host import Host
from bench.memory import ACT, Memories
from openfpga_host.contract import SEGMENT_DTYPE, Opcode, Status
from openfpga_host.reference import Memory
from openfpga_host.reference.memory import BadAddress
from sequencer.units import Channels, PretendedUnits, Program
from support.bench import Bench as Contents
from support.random_programs import SIZE, expected, legal

ACT_BASE = 0x1234_5678_9000


class Holed(Memory):
    """A memory some of whose words of the activation space cannot be read."""

    def __init__(self, memory: Memory, holes: frozenset[int]) -> None:
        super().__init__(memory.ports, memory.act)
        self._holes = holes

    def act_array(self, addr: int, dtype: Any, *shape: int) -> Any:
        """As Memory does; BadAddress also if the array takes a word that cannot be read."""
        array = super().act_array(addr, dtype, *shape)
        if self._holes.intersection(range(addr, addr + -(-array.nbytes // 64))):
            raise BadAddress(f"a word from {addr} on")
        return array


class Sequencer:
    """A bench around the sequencer."""

    def __init__(self, dut: Any) -> None:
        self.dut = dut
        self.bench = Bench(dut)
        self.host = self.bench.add(Host(dut, self.bench))
        self.registers = self.host.registers
        self.memories = self.bench.add(Memories(dut, self.bench))
        self.units = self.bench.add(PretendedUnits(dut, self.bench))
        self.channels = self.bench.add(Channels(dut, self.bench, self.units))
        self.rng = np.random.default_rng(self.bench.random.getrandbits(32))

    def set_rates(self, *rates: tuple[int, int]) -> None:
        """Draw the pattern of every handshake from these."""
        random = self.bench.random

        def pattern() -> Pattern:
            return Pattern(random, *random.choice(rates))

        self.registers.set_rates(*rates)
        self.memories.pace(random.choice(rates), latency=random.choice([1, 20, 100]))
        self.units.cmd_willing = [pattern() for _ in self.units.cmd_willing]
        self.units.go_willing = [pattern() for _ in self.units.go_willing]

    @property
    def words_read(self) -> int:
        """Words asked for since the last reset."""
        return len(self.memories.touched(ACT))

    def program(
        self,
        contents: Contents,
        addr: int,
        count: int,
        failures: Mapping[int, Status] | None = None,
        errors: Mapping[int, int] | None = None,
    ) -> Program:
        """A program and how it must end, as the reference's checks say; then it lies in the memory.

        failures: by index, how units end commands. errors: by word, the memory's responses.
        """
        holed = Holed(contents.memory, frozenset(errors or ()))
        result = expected(holed, addr, count, failures or {})
        self.memories.load(contents.memory)
        self.memories.heal()
        for word, response in (errors or {}).items():
            self.memories.fail(ACT, word, response=response)
        return Program(holed, addr, count, result, failures or {})

    async def start(self, program: Program) -> None:
        """Ring the doorbell."""
        self.units.begin(program)
        await self.host.start(program.addr, program.count, ACT_BASE)

    async def finish(self, program: Program) -> None:
        """Run to the interrupt; the program must have ended as it should, and nothing move any more."""
        await self.host.wait()
        assert self.units.done >= {event.index for event in self.units.events}
        assert await self.host.finish() == program.result
        assert self.dut.act_base_o.value == ACT_BASE
        asked = self.words_read
        await self.bench.step(30)
        assert self.words_read == asked, "something is read after the end"
        assert not self.units.busy

    async def run(self, program: Program) -> None:
        """Run a program from the doorbell to its end."""
        await self.start(program)
        await self.finish(program)

    async def run_smallest(self) -> None:
        """A FENCE with END alone."""
        contents = Contents(SIZE.ports)
        await self.run(self.program(contents, *contents.program()))


def one_command(rng: np.random.Generator, opcode: Opcode, /, **harm: Any) -> tuple[Contents, int, int]:
    """A program of a legal command, but for the fields in `harm`, and END."""
    contents = Contents(SIZE.ports)
    fields = {"tag": int(rng.integers(2**32 // 4096)) * 4096} | legal(rng, contents, opcode)
    if opcode == Opcode.ATTENTION:
        segments = np.array([(0, 0, 1, 5, 6)], SEGMENT_DTYPE)
        fields |= {"segments": 1, "segments_addr": contents.put(segments)}
    contents.command(opcode, **(fields | harm))
    return contents, *contents.program()
