"""Bench of ofpga_sequencer at the size `sim`, with units that only pretend."""

from __future__ import annotations

from typing import Any

import cocotb
import numpy as np
from bench.axi import DECERR, SLVERR
from bench.core import RATES
from openfpga_host.contract import (
    CONTRACT_ID,
    PORTS_MAX,
    REGISTER_STRIDE,
    SEGMENT_DTYPE,
    CtrlBits,
    GieBits,
    IerBits,
    IsrBits,
    Opcode,
    Register,
    Status,
)
from openfpga_host.device.counters import Channel
from sequencer.harness import ACT_BASE, Sequencer, one_command
from sequencer.illegal import HARM, RECORDS
from sequencer.units import Kind
from support.bench import Bench as Contents
from support.random_programs import SIZE, legal, random_program

WRITABLE = (Register.PROGRAM_ADDR, Register.PROGRAM_COUNT, Register.ACT_BASE_LO, Register.ACT_BASE_HI)


@cocotb.test()
async def registers_keep_what_is_written_at_every_rate(dut: Any) -> None:
    """Address before, with and after data; some bytes only; what is read-only or nobody's stays."""
    sequencer = Sequencer(dut)
    random, registers = sequencer.bench.random, sequencer.registers
    await sequencer.bench.reset()
    values: dict[int, int] = dict.fromkeys(WRITABLE, 0)
    for port in range(SIZE.ports):
        at = REGISTER_STRIDE * port
        values |= {Register.PORT_BASE_LO + at: 0, Register.PORT_BASE_HI + at: 0}
    fixed: dict[int, int] = {
        Register.CONTRACT_ID: CONTRACT_ID,
        Register.PORTS: SIZE.ports,
        Register.ROWS: SIZE.rows,
        Register.K_BLOCKS: SIZE.k_blocks,
        Register.HEAD_BLOCKS: SIZE.head_blocks,
        Register.CONTEXT: SIZE.context,
        Register.STATUS: Status.OK,
        Register.COMPLETED: 0,
        Register.PERF_BUSY_LO: 0,
        Register.PORT_BASE_LO + REGISTER_STRIDE * SIZE.ports: 0,
        Register.PORT_BASE_HI + REGISTER_STRIDE * (PORTS_MAX - 1): 0,
        0xFC: 0,
        0xFFC: 0,
    }
    everything = [*values, *fixed]
    for rate in RATES:
        registers.set_rates(rate, *RATES)
        for _ in range(30):
            addr, value = random.choice(everything), random.getrandbits(32)
            strobe = random.choice([0xF, 0xF, random.randrange(16)])
            await registers.write(addr, value, strobe, lead=random.randint(-4, 4))
            if addr in values:
                mask = sum(0xFF << 8 * lane for lane in range(4) if strobe >> lane & 1)
                values[addr] = values[addr] & ~mask | value & mask
            for look in (addr, random.choice(everything)):
                assert await registers.read(look) == (values | fixed)[look], hex(look)
    for port in range(SIZE.ports):
        base = int(dut.port_base_o.value) >> 64 * port & (1 << 64) - 1
        low, high = (
            values[register + REGISTER_STRIDE * port]
            for register in (Register.PORT_BASE_LO, Register.PORT_BASE_HI)
        )
        assert base == high << 32 | low


@cocotb.test()
async def accesses_on_their_way_at_once_are_answered_in_order(dut: Any) -> None:
    sequencer = Sequencer(dut)
    random, registers = sequencer.bench.random, sequencer.registers
    await sequencer.bench.reset()
    for rate in RATES:
        registers.set_rates(rate, *RATES)
        before = len(registers.r.values)
        asked = [random.choice([Register.CONTRACT_ID, Register.PORTS, Register.ROWS]) for _ in range(20)]
        for addr in asked:
            registers.post_read(addr)
            registers.post_write(Register.PROGRAM_ADDR, random.getrandbits(32))
        registers.post_write(Register.PROGRAM_ADDR, 0x89AB_CDEF)
        await registers.settle()
        known = {Register.CONTRACT_ID: CONTRACT_ID, Register.PORTS: SIZE.ports, Register.ROWS: SIZE.rows}
        assert registers.r.values[before:] == [known[addr] for addr in asked]
        assert await registers.read(Register.PROGRAM_ADDR) == 0x89AB_CDEF


@cocotb.test()
async def control_is_that_of_ap_ctrl_hs(dut: Any) -> None:
    """AP_START until the end, AP_DONE and AP_READY until they are read, the interrupt while it is enabled."""
    sequencer = Sequencer(dut)
    read, write = sequencer.registers.read, sequencer.registers.write
    await sequencer.bench.reset()
    assert await read(Register.CTRL) == CtrlBits.AP_IDLE
    contents, addr, count = one_command(sequencer.rng, Opcode.MATMUL)
    program = sequencer.program(contents, addr, count)
    sequencer.units.hold = True
    await sequencer.start(program)
    assert await read(Register.CTRL) == CtrlBits.AP_START
    await write(Register.CTRL, CtrlBits.AP_START)  # it runs already
    await write(Register.ACT_BASE_LO, 0)  # of the next program
    await write(Register.GIE, 0)
    sequencer.units.hold = False
    await sequencer.bench.step(60)
    assert not sequencer.host.interrupted
    ended = CtrlBits.AP_DONE | CtrlBits.AP_READY | CtrlBits.AP_IDLE
    assert await read(Register.CTRL) == ended
    await write(Register.GIE, GieBits.ENABLE)
    await sequencer.host.wait(limit=2)
    await write(Register.ISR, IsrBits.DONE)
    assert not sequencer.host.interrupted
    await write(Register.ISR, IsrBits.DONE | IsrBits.READY)  # toggles
    assert await read(Register.ISR) == IsrBits.DONE | IsrBits.READY
    assert await read(Register.CTRL) == CtrlBits.AP_IDLE | CtrlBits.INTERRUPT
    await write(Register.ISR, IsrBits.DONE | IsrBits.READY)
    for enabled in (IerBits(0), IerBits.READY, IerBits.DONE | IerBits.READY):
        await write(Register.IER, enabled)
        sequencer.units.begin(program)
        await write(Register.CTRL, CtrlBits.AP_START)
        await sequencer.bench.until(lambda: len(sequencer.units.done) == 1)
        await sequencer.bench.step(20)
        assert await read(Register.CTRL) & ~CtrlBits.INTERRUPT == ended
        assert await read(Register.ISR) == int(enabled)
        assert sequencer.host.interrupted == (enabled != 0)
        await write(Register.ISR, int(enabled))
    assert dut.act_base_o.value == ACT_BASE >> 32 << 32


@cocotb.test()
async def auto_restart_runs_the_program_until_it_is_cleared(dut: Any) -> None:
    sequencer = Sequencer(dut)
    units = sequencer.units
    await sequencer.bench.reset()
    contents, addr, count = one_command(sequencer.rng, Opcode.KV_WRITE)
    program = sequencer.program(contents, addr, count)
    await sequencer.run(program)
    again = CtrlBits.AP_START | CtrlBits.AUTO_RESTART
    units.begin(program)
    await sequencer.registers.write(Register.CTRL, again)
    for _ in range(3):
        await sequencer.host.wait()
        await sequencer.registers.write(Register.ISR, IsrBits.DONE)
        control = await sequencer.registers.read(Register.CTRL)
        assert control & again == again
        assert len(units.done) == 1
        units.begin(program)
    await sequencer.registers.write(Register.CTRL, 0)
    await sequencer.host.wait()
    assert await sequencer.host.finish() == program.result


@cocotb.test()
async def commands_are_read_ahead_and_no_more_than_the_buffer_takes(dut: Any) -> None:
    """While the first command runs; the rest follows once it is done."""
    sequencer = Sequencer(dut)
    await sequencer.bench.reset()
    contents = Contents(SIZE.ports)
    for _ in range(80):
        contents.command(Opcode.KV_COPY, dep=0)
    program = sequencer.program(contents, *contents.program())
    sequencer.units.hold = True
    await sequencer.start(program)
    await sequencer.bench.step(200)
    asked = sequencer.words_read
    assert 32 <= asked < program.count, f"{asked} commands were read ahead"
    sequencer.units.hold = False
    await sequencer.finish(program)
    assert sequencer.words_read == program.count


@cocotb.test()
async def units_read_ahead_but_touch_activations_in_turn(dut: Any) -> None:
    """MATMUL and ATTENTION are sent while what they depend on runs; a MATMUL may go behind MATMULs."""
    sequencer = Sequencer(dut)
    units = sequencer.units
    await sequencer.bench.reset()
    contents = Contents(SIZE.ports)
    order = [Opcode.KV_WRITE, Opcode.ATTENTION, Opcode.MATMUL, Opcode.MATMUL, Opcode.KV_WRITE]
    for index, opcode in enumerate(order):
        fields = legal(sequencer.rng, contents, opcode)
        if opcode == Opcode.ATTENTION:
            fields |= {"segments": 1}
            fields["segments_addr"] = contents.put(np.array([(0, 0, 1, 5, 6)], SEGMENT_DTYPE))
        contents.command(opcode, dep=min(index, 1), **fields)
    program = sequencer.program(contents, *contents.program())
    units.hold = True
    await sequencer.start(program)
    await sequencer.bench.step(100)
    assert {(e.kind, e.index) for e in units.events} == {
        (Kind.COMMAND, 0),
        (Kind.GO, 0),
        (Kind.COMMAND, 1),
        (Kind.COMMAND, 2),
        (Kind.COMMAND, 3),
    }
    units.hold = False
    units.most_work = 100
    await sequencer.finish(program)
    goes = {event.index: event.met for event in units.events if event.kind == Kind.GO}
    assert goes == {0: True, 1: True, 2: True, 3: False, 4: True}
    assert units.at(Kind.GO, 3) < units.at(Kind.DONE, 2)
    for index in (1, 2, 4):
        assert 0 < units.at(Kind.GO, index) - units.at(Kind.DONE, index - 1) <= 6


@cocotb.test()
async def random_programs_at_every_rate(dut: Any) -> None:
    """Legal and harmed, with units that fail and words that cannot be read, one after another."""
    sequencer = Sequencer(dut)
    random = sequencer.bench.random
    await sequencer.bench.reset()
    for rate in RATES:
        for harm in (0.0, 0.0, 0.02, 0.1):
            sequencer.set_rates(rate, *RATES)
            sequencer.units.most_work = random.choice([0, 20, 150])
            contents = Contents(SIZE.ports)
            addr, count = random_program(sequencer.rng, contents, 30, harm)
            failures = {random.randrange(60): random.choice([Status.BAD_ADDRESS, Status.BAD_FIELD])}
            errors = {random.randrange(2 * (addr + count)): random.choice([SLVERR, DECERR])}
            behind = random.choice([0, 0, 40])  # what lies behind END is not looked at
            await sequencer.run(sequencer.program(contents, addr, count + behind, failures, errors))


@cocotb.test()
async def every_kind_of_illegal_command_is_reported(dut: Any) -> None:
    """With its status, index and tag; the same sequencer takes the next program."""
    sequencer = Sequencer(dut)
    await sequencer.bench.reset()
    seen = set()
    for opcode, harm in HARM:
        program = sequencer.program(*one_command(sequencer.rng, opcode, **harm))
        await sequencer.run(program)
        seen.add(program.result.status)
    assert seen == {Status.OK, Status.BAD_OPCODE, Status.BAD_FIELD, Status.BAD_DEP}


@cocotb.test()
async def illegal_segment_records_are_reported(dut: Any) -> None:
    """Wherever they lie in the list."""
    sequencer = Sequencer(dut)
    await sequencer.bench.reset()
    good = (0, 0, 1, 5, 6)
    for place in range(2):
        for record in RECORDS:
            contents = Contents(SIZE.ports)
            segments = [good, record] if place else [record, good]
            fields = legal(sequencer.rng, contents, Opcode.ATTENTION)
            fields |= {"rows": 2, "segments": 2}
            fields["segments_addr"] = contents.put(np.array(segments, SEGMENT_DTYPE))
            contents.command(Opcode.FENCE)
            contents.command(Opcode.ATTENTION, tag=0xABCD_E000, **fields)
            program = sequencer.program(contents, *contents.program())
            legal_only_just = record == RECORDS[-1]
            assert (program.result.status == Status.OK) == legal_only_just
            await sequencer.run(program)


@cocotb.test()
async def a_program_must_close(dut: Any) -> None:
    """Programs without END, of no commands, and that begin or go on outside memory."""
    sequencer = Sequencer(dut)
    await sequencer.bench.reset()
    contents = Contents(SIZE.ports)
    for _ in range(40):
        contents.command(Opcode.FENCE)
    addr, count = contents.program()
    words = len(contents.memory.act) // 64
    contents.memory.act[64 * (words - 1) :] = contents.memory.act_array(addr, np.uint8, 64)
    ends = [
        (addr, 0),
        (addr, 1),
        (addr, 16),
        (addr, 17),
        (addr, 40),
        (addr, count),
        (words - 1, 1),
        (words - 1, 9),
        (words, 1),
        (2**32 - 1, 3),
    ]
    statuses = set()
    for first, length in ends:
        program = sequencer.program(contents, first, length)
        statuses.add(program.result.status)
        await sequencer.run(program)
    assert statuses == {Status.OK, Status.NO_END, Status.BAD_ADDRESS}


@cocotb.test()
async def words_that_cannot_be_read_are_a_bad_address(dut: Any) -> None:
    """SLVERR and DECERR at each command, and at the records of ATTENTION."""
    sequencer = Sequencer(dut)
    await sequencer.bench.reset()
    for response in (SLVERR, DECERR):
        for harm in ({}, {"rows": 0}, {"dep": 1}):
            contents, addr, count = one_command(sequencer.rng, Opcode.ATTENTION, **harm)
            for word in range(addr + count + 1):
                sequencer.set_rates(*RATES)
                errors = {word: response}
                program = sequencer.program(contents, addr, count, errors=errors)
                await sequencer.run(program)
    await sequencer.run_smallest()


@cocotb.test()
async def a_unit_that_fails_ends_the_program(dut: Any) -> None:
    """Whatever it says; what was sent ahead runs to its end, nothing more is sent."""
    sequencer = Sequencer(dut)
    await sequencer.bench.reset()
    order = [Opcode.MATMUL, Opcode.KV_WRITE, Opcode.ATTENTION, Opcode.KV_COPY, Opcode.MATMUL]
    for failing in range(len(order)):
        for status in Status:
            contents = Contents(SIZE.ports)
            for index, opcode in enumerate(order):
                fields = legal(sequencer.rng, contents, opcode)
                if opcode == Opcode.ATTENTION:
                    fields |= {"segments": 1}
                    fields["segments_addr"] = contents.put(np.array([(0, 0, 1, 5, 6)], SEGMENT_DTYPE))
                contents.command(opcode, tag=index + 4096 * failing, dep=min(index, 1), **fields)
            addr, count = contents.program()
            program = sequencer.program(contents, addr, count, failures={failing: status})
            await sequencer.run(program)
            if status != Status.OK:
                late = {order[event.index] for event in sequencer.units.events if event.index > failing}
                assert late <= {Opcode.MATMUL, Opcode.ATTENTION}


@cocotb.test()
async def reset_in_mid_program_forgets_everything(dut: Any) -> None:
    """Then a program runs as on a new sequencer."""
    sequencer = Sequencer(dut)
    random = sequencer.bench.random
    await sequencer.bench.reset()
    for _ in range(12):
        sequencer.set_rates(*RATES)
        contents = Contents(SIZE.ports)
        addr, count = random_program(sequencer.rng, contents, 20, 0.05)
        program = sequencer.program(contents, addr, count)
        await sequencer.start(program)
        await sequencer.bench.step(random.randint(1, 150))
        await sequencer.bench.reset()
        for name in (
            "interrupt_o",
            "cmd_valid_o",
            "go_valid_o",
            "act_arvalid_o",
            "axil_bvalid_o",
            "axil_rvalid_o",
        ):
            assert getattr(dut, name).value == 0, name
        assert await sequencer.registers.read(Register.CTRL) == CtrlBits.AP_IDLE
        for register in (*WRITABLE, Register.STATUS, Register.COMPLETED, Register.GIE, Register.IER):
            assert await sequencer.registers.read(register) == 0
        await sequencer.run(program)


@cocotb.test()
async def counters_are_what_the_bench_counted(dut: Any) -> None:
    """Of the last program only."""
    sequencer = Sequencer(dut)
    units, channels = sequencer.units, sequencer.channels
    await sequencer.bench.reset()
    for _ in range(6):
        sequencer.set_rates(*RATES)
        contents = Contents(SIZE.ports)
        addr, count = random_program(sequencer.rng, contents, 16, 0.0)
        program = sequencer.program(contents, addr, count)
        channels.clear()
        await sequencer.run(program)
        counters = await sequencer.host.counters(SIZE.ports)
        assert [*counters.ports, counters.act] == [Channel(*counts) for counts in channels.counts]
        assert counters.stalled == channels.stalled
        took = sequencer.host.end - sequencer.host.doorbell
        assert took - 3 <= counters.busy <= took
        spans: dict[int, set[int]] = {opcode: set() for opcode in Opcode}
        for event in units.events:
            if event.kind == Kind.DONE:
                spans[program.opcodes[event.index]].update(range(units.at(Kind.GO, event.index), event.cycle))
        assert counters.opcodes == {opcode: len(span) for opcode, span in spans.items()}
        assert counters.idle == counters.busy - len(set().union(*spans.values()))
