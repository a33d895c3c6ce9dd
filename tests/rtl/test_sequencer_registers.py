"""The RTL sequencer's registers behind AXI4-Lite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openfpga_host.contract import CONTRACT_ID, Register
from support.sequencer_bench import Host, SequencerBench

pytestmark = pytest.mark.timeout(1800)  # the first test compiles the model
SIZE = SequencerBench.size


@pytest.fixture
def sequencer() -> Iterator[SequencerBench]:
    sequencer = SequencerBench()
    yield sequencer
    sequencer.close()


def test_registers(sequencer: SequencerBench) -> None:
    read_only = {
        Register.CONTRACT_ID: CONTRACT_ID,
        Register.PORTS: SIZE.ports,
        Register.ROWS: SIZE.rows,
        Register.K_BLOCKS: SIZE.k_blocks,
        Register.HEAD_BLOCKS: SIZE.head_blocks,
        Register.CONTEXT: SIZE.context,
        Register.STATUS: 0,
        Register.COMPLETED: 0,
    }
    for register, value in read_only.items():
        sequencer.write(register, 0xFFFFFFFF)
        assert sequencer.read(register) == value
    for register in (
        Register.PROGRAM_ADDR,
        Register.PROGRAM_COUNT,
        Register.ACT_BASE_LO,
        Register.ACT_BASE_HI,
    ):
        sequencer.write(register, 0x89ABCDEF)
        assert sequencer.read(register) == 0x89ABCDEF
    for port in range(SIZE.ports):
        base = 8 * port
        sequencer.write(Register.PORT_BASE_LO + base, 0x01234567 + port)
        sequencer.write(Register.PORT_BASE_HI + base, 0x89ABCDEF + port)
    for port in range(SIZE.ports):
        base = 8 * port
        assert sequencer.read(Register.PORT_BASE_LO + base) == 0x01234567 + port
        assert sequencer.read(Register.PORT_BASE_HI + base) == 0x89ABCDEF + port
    sequencer.write(Register.PORT_BASE_LO + 8 * SIZE.ports, 0xFFFFFFFF)  # of a port that is not there
    assert sequencer.read(Register.PORT_BASE_LO + 8 * SIZE.ports) == 0
    assert sequencer.read(0xFC) == 0
    assert sequencer.read(Register.CTRL) == 0b100  # idle


def test_interrupt_status_toggles(sequencer: SequencerBench) -> None:
    sequencer.write(Register.IER, 3)
    sequencer.write(Register.ISR, 1)
    assert sequencer.read(Register.ISR) == 1
    sequencer.write(Register.GIE, 1)
    assert sequencer.read(Register.CTRL) == 0b10_0000_0100  # interrupt, idle
    sequencer.write(Register.ISR, 1)
    assert sequencer.read(Register.ISR) == 0
    assert sequencer.read(Register.CTRL) == 0b100


@given(
    st.builds(Host, st.integers(0, 15), st.integers(0, 3), st.integers(0, 3), st.integers(0, 6)),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=60, deadline=None)
def test_a_host_writes_bytes_and_may_be_late_in_every_channel(host: Host, value: int) -> None:
    """Address before data or after it, answers taken late; bytes whose strobe is low stay, or are zero."""
    sequencer = SequencerBench()
    mask = sum(0xFF << 8 * byte for byte in range(4) if host.strobe >> byte & 1)
    before = 0x5A5AA5A5
    bases = [r + 8 * p for r in (Register.PORT_BASE_LO, Register.PORT_BASE_HI) for p in range(SIZE.ports)]
    for register in (Register.PROGRAM_ADDR, Register.PROGRAM_COUNT, Register.ACT_BASE_HI, *bases):
        sequencer.write(register, before)
        sequencer.write(register, value, host)
        assert sequencer.read(register, host) == (before & ~mask | value & mask)
    for register, bits in ((Register.GIE, 1), (Register.IER, 3), (Register.ISR, 3)):
        sequencer.write(register, value, host)
        assert sequencer.read(register, host) == value & mask & bits
    sequencer.write(Register.CTRL, value & ~1, host)  # no start
    assert sequencer.read(Register.CTRL, host) & 0b1000_0001 == value & mask & 0b1000_0000
    sequencer.close()
