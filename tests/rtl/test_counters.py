"""The card's counters of a program against what the harness sees; memory ports that do not begin at 0."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openfpga_host.contract import CARD_SIZES, Opcode, Register, Status, WeightFormat
from openfpga_host.device.counters import Counters, read_counters
from openfpga_host.device.verilator import Handshake, Unit, VerilatedCard
from openfpga_host.layout import Bytes
from openfpga_host.reference import execute
from support.bench import Bench
from support.csim_card import copy_memory, same_memory
from support.unit_bench import built

SIZE = CARD_SIZES["sim"]
SEEDS = st.integers(0, 2**31 - 1)
pytestmark = pytest.mark.timeout(1800)  # the first test of a size compiles its model


@pytest.fixture(params=[0, 8], ids=["willing", "stalling"])
def card(request: pytest.FixtureRequest) -> Iterator[VerilatedCard]:
    card = VerilatedCard(built("card", "sim"), latency=20, stall=request.param, seed=request.param)
    yield card
    card.close()


def random_program(seed: int) -> tuple[Bench, int, int]:
    """MATMULs, dependent and not, and copies of KV blocks."""
    rng = np.random.default_rng(seed)
    bench = Bench(SIZE.ports)
    stride = 8
    blocks = bench.reserve_ports(8 * stride)
    weights = bench.reserve_ports(600)
    for space in bench.memory.ports:
        space[:] = rng.integers(0, 2, len(space))  # as exponents harmless
    for tag in range(int(rng.integers(1, 7))):
        dep = int(rng.integers(0, tag + 1))
        if rng.random() < 0.3:
            pairs = np.array([[1, 4], [2, 5], [3, 1]], np.uint32)
            fields = {"pairs": 3, "pairs_addr": bench.put(pairs), "kv_addr": blocks, "block_stride": stride}
            bench.command(Opcode.KV_COPY, tag=tag, dep=dep, **fields)
        else:
            x = bench.put(rng.integers(-1000, 1000, (4, 256)).astype(np.int32))
            bench.command(
                Opcode.MATMUL,
                tag=tag,
                dep=dep,
                rows=rng.integers(1, 5),
                k_blocks=rng.integers(1, 9),
                n_tiles=2 * rng.integers(1, 9),
                x_addr=x,
                y_addr=bench.reserve(4 * 64 * 16),
                w_addr=weights,
                format=WeightFormat.W4,
            )
    return bench, *bench.program()


def running(card: VerilatedCard, unit: Unit) -> int:
    """Cycles in which a unit has a command between its go and its end, from the handshakes."""
    changes = [
        (e.cycle, 1 if e.kind == Handshake.GO else -1)
        for e in card.events()
        if e.unit == unit and e.kind != Handshake.COMMAND
    ]
    total = level = since = 0
    for cycle, change in sorted(changes):
        total += (cycle - since) * (level > 0)
        level, since = level + change, cycle
    assert level == 0
    return total


def check_sums(counters: Counters) -> None:
    """What holds whatever the program."""
    channels = (*counters.ports, counters.act)
    assert counters.stalled <= min(counters.busy, sum(channel.waited for channel in channels))
    assert all(channel.waited <= counters.busy for channel in channels)
    assert all(cycles + counters.idle <= counters.busy for cycles in counters.opcodes.values())
    assert counters.opcodes[Opcode.FENCE] == 0


def test_counters_are_what_the_harness_sees(card: VerilatedCard) -> None:
    """Of the last program only: they are cleared when one starts."""

    @given(SEEDS)
    @settings(max_examples=8, deadline=None)
    def check(seed: int) -> None:
        bench, addr, count = random_program(seed)
        run = card.run(bench.memory.ports, bench.memory.act, addr, count)
        assert run.result.status == Status.OK
        counters = read_counters(card.register, SIZE.ports)
        moved = [channel.read + channel.written for channel in counters.ports]
        assert moved == card.port_words()[: SIZE.ports]
        assert counters.act.read + counters.act.written == run.act_words
        assert 0 <= run.cycles - counters.busy <= 8
        check_sums(counters)
        matmul, copy = (running(card, unit) for unit in (Unit.MATMUL, Unit.KV_CACHE))
        assert counters.opcodes[Opcode.MATMUL] == matmul
        assert counters.opcodes[Opcode.KV_COPY] == copy
        assert read_counters(card.register, SIZE.ports) == counters  # held

    check()


def test_an_empty_program_moves_its_commands_only(card: VerilatedCard) -> None:
    bench = Bench(SIZE.ports)
    addr, count = bench.program()
    run = card.run(bench.memory.ports, bench.memory.act, addr, count)
    counters = read_counters(card.register, SIZE.ports)
    assert counters.idle == counters.busy
    assert counters.act.read == run.act_words == count
    assert all(channel.read == channel.written == channel.waited == 0 for channel in counters.ports)
    assert counters.act.waited >= 19  # the memory's latency is 20
    assert counters.stalled == counters.act.waited


def test_registers_of_ports_that_a_card_does_not_have_are_zero(card: VerilatedCard) -> None:
    bench, addr, count = random_program(1)
    card.run(bench.memory.ports, bench.memory.act, addr, count)
    for port in (SIZE.ports, 31):
        card.set_register(Register.PORT_BASE_LO + 8 * port, 4096)
        absent = (Register.PORT_BASE_LO, Register.PERF_PORT_READ_LO, Register.PERF_PORT_WAITED_LO)
        assert [card.register(register + 8 * port) for register in absent] == [0, 0, 0]
    card.set_register(Register.PERF_BUSY_LO, 0)  # read-only
    assert read_counters(card.register, SIZE.ports).busy > 0


def _behind(space: Bytes, base: int) -> Bytes:
    """A space that begins `base` bytes into another one."""
    wide = np.full(base + len(space), 0xA5, np.uint8)
    wide[base:] = space
    return wide


def test_ports_lie_at_their_bases(card: VerilatedCard) -> None:
    """The same program gives the same memory, and nothing below a port's base is touched."""
    bases = [4096 * (3 + port) for port in range(SIZE.ports)]
    for port, base in enumerate(bases):
        card.set_register(Register.PORT_BASE_LO + 8 * port, base)
        card.set_register(Register.PORT_BASE_HI + 8 * port, 0)
        assert card.register(Register.PORT_BASE_LO + 8 * port) == base
    for seed in range(4):
        bench, addr, count = random_program(seed)
        mine = copy_memory(bench.memory)
        wide = [_behind(space, base) for space, base in zip(mine.ports, bases, strict=True)]
        longest = max(map(len, wide))
        wide = [np.pad(space, (0, longest - len(space))) for space in wide]
        run = card.run(wide, mine.act, addr, count)
        assert run.result == execute(bench.memory, addr, count, SIZE)
        for port, base in enumerate(bases):
            assert np.all(wide[port][:base] == 0xA5)
            mine.ports[port][:] = wide[port][base : base + len(mine.ports[port])]
        assert same_memory(bench.memory, mine)
