"""Bench of ofpga_card: programs of all units through the registers, against the reference."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import cocotb
import numpy as np
from bench.axi import DECERR, SLVERR
from bench.checks import differences
from bench.core import RATES, Bench
from bench.host import Host
from bench.memory import ACT, Memories
from card.layer import Layer
from openfpga_host.contract import (
    CARD_SIZES,
    COMMAND_BYTES,
    COMMAND_DTYPES,
    CONTRACT_ID,
    PAGE_TOKENS,
    REGISTER_STRIDE,
    WORD_BYTES,
    CardSize,
    CtrlBits,
    Opcode,
    Register,
    Status,
)
from openfpga_host.reference import Memory, RunResult, execute
from support.bench import Bench as Contents
from support.csim_card import clear_q_padding, copy_memory

LIMIT = 50_000
"""Cycles in which a program of these sizes must end."""


@dataclass(frozen=True)
class Step:
    """A memory with a program in it."""

    contents: Contents
    addr: int
    count: int

    @property
    def memory(self) -> Memory:
        """Before the program."""
        return self.contents.memory

    def command(self, index: int) -> np.void:
        """A command's fields; a view."""
        raw = self.memory.act_array(self.addr + index, np.uint8, COMMAND_BYTES)
        command: np.void = raw.view(COMMAND_DTYPES[Opcode(int(raw[0]))])[0]
        return command

    def find(self, opcode: Opcode) -> int:
        """The index of the first command of a kind."""
        opcodes = [self.memory.act_array(self.addr + i, np.uint8, 1)[0] for i in range(self.count)]
        return opcodes.index(opcode)

    def block(self, index: int, *, write: bool) -> int:
        """A KV block that a command reads or writes."""
        command = self.command(index)

        def word(addr: int, place: int = 0) -> int:
            return int(self.memory.act_array(addr, np.uint32, place + 1)[place])

        if command["opcode"] == Opcode.KV_WRITE:
            return word(int(command["slots_addr"])) // PAGE_TOKENS
        if command["opcode"] == Opcode.ATTENTION:
            return word(word(int(command["segments_addr"])))
        return word(int(command["pairs_addr"]), place=int(write))


class Card:
    """A bench around the card; its spaces lie at page boundaries anywhere in 64 bits of address."""

    def __init__(self, dut: Any) -> None:
        self.bench = Bench(dut)
        self.host = self.bench.add(Host(dut, self.bench))
        self.memories = self.bench.add(Memories(dut, self.bench))
        self.rng = np.random.default_rng(self.bench.random.getrandbits(32))
        self.size = CardSize(
            name="bench",
            ports=int(dut.Ports.value),
            rows=int(dut.Rows.value),
            k_blocks=int(dut.KBlocks.value),
            head_blocks=int(dut.HeadBlocks.value),
            context=int(dut.Context.value),
            mac_rows=int(dut.MacRows.value),
            dsp_clocks=int(dut.DspClocks.value),
            port_bits=CARD_SIZES["sim"].port_bits,
            clock_mhz=0,
            port_gb_s=0.0,
        )
        self._act_base, self._port_base = (4096 * self.bench.random.getrandbits(51) for _ in range(2))

    def set_rates(self, rate: tuple[int, int]) -> None:
        """How willing everybody around the card is."""
        random = self.bench.random
        self.host.registers.set_rates(rate)
        self.memories.pace(rate, latency=random.choice([1, 20, 60]))

    def step(self, rows: int = 0, start: int = -1) -> Step:
        """A program of all units for so many rows (0: any number) at a position (-1: anywhere)."""
        rows = rows or int(self.rng.integers(1, self.size.rows + 1))
        start = int(self.rng.integers(self.size.context - rows + 1)) if start < 0 else start
        contents = Contents(self.size.ports, port_words=1 << 12, act_words=1 << 10)
        Layer(self.rng, contents, self.size).step(rows, start)
        return Step(contents, *contents.program())

    def load(self, memory: Memory) -> None:
        """Work on this memory from now on."""
        self.memories.load(memory, self._act_base // WORD_BYTES, self._port_base // WORD_BYTES)

    def fail(self, space: int, addr: int, *, write: bool, response: int) -> None:
        """Answer accesses to a word of a space (a port, or ACT) with an error."""
        base = self._act_base if space == ACT else self._port_base
        self.memories.fail(space, base // WORD_BYTES + addr, write=write, response=response)

    async def start(self, step: Step) -> None:
        """Ring the doorbell."""
        registers = self.host.registers
        for port in range(self.size.ports):
            at = REGISTER_STRIDE * port
            registers.post_write(Register.PORT_BASE_LO + at, self._port_base & 0xFFFFFFFF)
            registers.post_write(Register.PORT_BASE_HI + at, self._port_base >> 32)
        await self.host.start(step.addr, step.count, self._act_base)

    async def run(self, step: Step) -> RunResult:
        """Run a program on the loaded memory."""
        await self.start(step)
        await self.host.wait(LIMIT)
        result = await self.host.finish()
        assert self.memories.quiet, "a program has ended whose accesses are on their way"
        return result

    async def check(self, step: Step) -> None:
        """Run a program on a copy of its memory: result and all of memory must be the reference's."""
        mine = copy_memory(step.memory)
        self.load(mine)
        await self.compare(step, mine, await self.run(step))

    async def compare(self, step: Step, mine: Memory, result: RunResult) -> None:
        """What a program has left in memory with the reference, which runs it here in place."""
        theirs = step.memory
        assert result == execute(theirs, step.addr, step.count, self.size)
        if result.status != Status.OK:
            return  # what the failed command and those behind it would have written is undefined
        for index in range(step.count):
            command = step.command(index)
            if command["opcode"] == Opcode.KV_WRITE:
                for memory in (mine, theirs):
                    clear_q_padding(memory, command)
        assert differences(mine, theirs, ()) == {}


@cocotb.test()
async def a_program_of_all_units_gives_the_memory_of_the_reference(dut: Any) -> None:
    """One row, then all; what the card counted is what its memories saw."""
    card = Card(dut)
    await card.bench.reset()
    assert await card.host.registers.read(Register.CONTRACT_ID) == CONTRACT_ID
    for rows in sorted({1, card.size.rows}):
        moved = {
            (space, write): len(card.memories.touched(space, write=write))
            for space in range(ACT, card.size.ports)
            for write in (False, True)
        }
        step = card.step(rows)
        await card.check(step)
        counters = await card.host.counters(card.size.ports)
        for space, channel in ((ACT, counters.act), *enumerate(counters.ports)):
            now = [len(card.memories.touched(space, write=write)) for write in (False, True)]
            assert channel.read == now[0] - moved[space, False]
            assert channel.written == now[1] - moved[space, True]
        took = card.host.end - card.host.doorbell
        assert took - 3 <= counters.busy <= took
        ran = {opcode for opcode, cycles in counters.opcodes.items() if cycles}
        assert ran == {Opcode.MATMUL, Opcode.KV_WRITE, Opcode.ATTENTION, Opcode.KV_COPY}


@cocotb.test()
async def random_programs_at_every_rate(dut: Any) -> None:
    card = Card(dut)
    await card.bench.reset()
    for rate in RATES:
        for _ in range(3):
            card.set_rates(rate)
            await card.check(card.step())


@cocotb.test()
async def each_doorbell_runs_its_own_program(dut: Any) -> None:
    """Two steps of a sequence: the second attends to what the first one wrote."""
    card = Card(dut)
    rows = card.size.rows
    await card.bench.reset()
    contents = Contents(card.size.ports, port_words=1 << 12, act_words=1 << 10)
    layer = Layer(card.rng, contents, card.size)
    layer.step(rows, 15)
    layer.end()
    first = layer.commands
    layer.step(rows, 15 + rows)
    addr, count = contents.program()
    mine = copy_memory(contents.memory)
    card.load(mine)
    for step in (Step(contents, addr, first), Step(contents, addr + first, count - first)):
        result = await card.run(step)
        await card.compare(step, mine, result)


@cocotb.test()
async def illegal_commands_are_reported_and_the_next_program_runs(dut: Any) -> None:
    """One of each unit, in the midst of a program; and a program that does not close."""
    card = Card(dut)
    await card.bench.reset()
    harms = (
        (Opcode.MATMUL, "rows", card.size.rows + 1),
        (Opcode.MATMUL, "opcode", 0),
        (Opcode.KV_WRITE, "dep", 9),
        (Opcode.ATTENTION, "head_blocks", 0),
        (Opcode.KV_COPY, "flags", 1),
        (Opcode.FENCE, "flags", 0),
    )
    seen = set()
    for opcode, field, value in harms:
        step = card.step()
        step.command(step.find(opcode))[field] = value
        mine = copy_memory(step.memory)
        card.load(mine)
        result = await card.run(step)
        await card.compare(step, mine, result)
        seen.add(result.status)
    assert seen == {Status.BAD_FIELD, Status.BAD_OPCODE, Status.BAD_DEP, Status.NO_END}
    await card.check(card.step())


@cocotb.test()
async def axi_errors_fail_their_command_and_the_next_program_runs(dut: Any) -> None:
    """On reads and writes of the activation space and of a port, by every unit."""
    card = Card(dut)
    await card.bench.reset()
    accesses = (
        (Opcode.MATMUL, "x_addr", False),
        (Opcode.MATMUL, "w_addr", False),
        (Opcode.MATMUL, "y_addr", True),
        (Opcode.KV_WRITE, "x_addr", False),
        (Opcode.KV_WRITE, "slots_addr", False),
        (Opcode.KV_WRITE, "q_addr", True),
        (Opcode.KV_WRITE, "kv_addr", True),
        (Opcode.ATTENTION, "segments_addr", False),
        (Opcode.ATTENTION, "q_addr", False),
        (Opcode.ATTENTION, "kv_addr", False),
        (Opcode.ATTENTION, "y_addr", True),
        (Opcode.KV_COPY, "pairs_addr", False),
        (Opcode.KV_COPY, "kv_addr", False),
        (Opcode.KV_COPY, "kv_addr", True),
    )
    for number, (opcode, field, write) in enumerate(accesses):
        step = card.step()
        index = step.find(opcode)
        command = step.command(index)
        if opcode == Opcode.ATTENTION:
            command["window"] = 0  # every key is read
        tag, response = int(command["tag"]), (SLVERR, DECERR)[number % 2]
        card.set_rates(RATES[number % len(RATES)])
        card.load(copy_memory(step.memory))
        if field == "kv_addr":
            stride = int(command["block_stride"])
            first = int(command["kv_addr"]) + stride * step.block(index, write=write)
            for port, addr in product(range(card.size.ports), range(first, first + stride)):
                card.fail(port, addr, write=write, response=response)
        else:
            space = 0 if field == "w_addr" else ACT
            card.fail(space, int(command[field]), write=write, response=response)
        result = await card.run(step)
        assert result == RunResult(Status.BAD_ADDRESS, index, tag, index), f"{opcode.name}.{field}: {result}"
        card.memories.heal()
    await card.check(card.step())


@cocotb.test()
async def reset_in_mid_program_forgets_everything(dut: Any) -> None:
    """Then the same program, on memory as it was, ends as ever."""
    card = Card(dut)
    random = card.bench.random
    await card.bench.reset()
    for rate in [*RATES, *RATES]:
        card.set_rates(rate)
        step = card.step()
        card.load(copy_memory(step.memory))
        await card.start(step)
        await card.bench.step(random.randint(1, 900))
        await card.bench.reset()
        assert not card.host.interrupted
        assert await card.host.registers.read(Register.CTRL) == CtrlBits.AP_IDLE
        await card.check(step)
