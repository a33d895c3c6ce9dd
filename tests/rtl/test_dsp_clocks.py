"""Dot products at twice the clock, as on the u280: the same bits in the same cycles as at the clock."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openfpga_host.contract import CARD_SIZES
from openfpga_host.device.verilator import VerilatedCard
from openfpga_host.reference import execute
from support import random_commands
from support.bench import Bench
from support.csim_card import copy_memory, same_memory
from support.unit_bench import Disturbance, UnitBench, built

SIZE = CARD_SIZES["sim"]
TWICE = {"DspClocks": 2}
pytestmark = [pytest.mark.timeout(1800), pytest.mark.slow]  # models of their own are compiled


@pytest.fixture(scope="module")
def units() -> list[UnitBench]:
    return [UnitBench("matmul", "sim"), UnitBench("matmul", "sim", **TWICE)]


def test_matmul_takes_the_same_cycles_to_the_same_bits(units: list[UnitBench]) -> None:
    @given(random_commands.matmuls(SIZE.ports), st.integers(0, 2**31 - 1), st.sampled_from([0, 4]))
    @settings(max_examples=25, deadline=None)
    def check(bench: Bench, seed: int, unwilling: int) -> None:
        disturbance = Disturbance(seed=seed, latency=20, willing=8, unwilling=unwilling)
        memories = [copy_memory(bench.memory) for _ in units]
        runs = [
            unit.run(memory, bench._commands[:1], disturbance)
            for unit, memory in zip(units, memories, strict=True)
        ]
        execute(bench.memory, *bench.program(), SIZE)
        for memory in memories:
            for mine, right in zip(memory.ports, bench.memory.ports, strict=True):
                assert (mine == right).all()
        assert (memories[0].act == memories[1].act).all()
        assert runs[0] == runs[1]

    check()


def test_the_card_gives_the_same_bits() -> None:
    card = VerilatedCard(built("card", "sim", TWICE), latency=20, stall=4, seed=4)

    @given(random_commands.matmuls(SIZE.ports))
    @settings(max_examples=25, deadline=None)
    def check(bench: Bench) -> None:
        addr, count = bench.program()
        mine = copy_memory(bench.memory)
        assert card.run(mine.ports, mine.act, addr, count).result == execute(bench.memory, addr, count, SIZE)
        assert same_memory(bench.memory, mine)

    check()
    card.close()
