"""Bench of ofpga_matmul."""

from __future__ import annotations

import itertools
from typing import Any

import cocotb
from bench.checks import UnitChecks
from bench.commands import add_matmul, new_bench
from bench.unit import Go
from openfpga_host.contract import COMMAND_DTYPES, Epilogue, Flag, Opcode, WeightFormat
from support.bench import Bench


def two_of_everything(unit: UnitChecks) -> Bench:
    """Two MATMULs that use every address they have, and read what their results are added to."""
    bench = new_bench(unit.rng, unit.size)
    for _ in range(2):
        add_matmul(bench, unit.rng, unit.size, flags=Flag.NORM | Flag.GATHER, epilogue=Epilogue.RESIDUAL)
    return bench


@cocotb.test()
async def the_smallest_commands(dut: Any) -> None:
    unit = UnitChecks(dut, add_matmul)
    await unit.unit.bench.reset()
    for fmt in WeightFormat:
        bench = new_bench(unit.rng, unit.size)
        fields = {"rows": 1, "k_blocks": 1, "n_tiles": 2, "epilogue": Epilogue.NONE, "flags": 0}
        add_matmul(bench, unit.rng, unit.size, format=fmt, **fields)
        await unit.right(bench)


@cocotb.test()
async def random_commands_at_every_rate(dut: Any) -> None:
    unit = UnitChecks(dut, add_matmul)
    await unit.unit.bench.reset()
    await unit.at_every_rate(lists=2, count=2)


@cocotb.test()
async def every_epilogue_of_both_formats(dut: Any) -> None:
    unit = UnitChecks(dut, add_matmul)
    await unit.unit.bench.reset()
    for fmt in WeightFormat:
        bench = new_bench(unit.rng, unit.size)
        for epilogue in Epilogue:
            add_matmul(bench, unit.rng, unit.size, format=fmt, epilogue=epilogue)
        await unit.right(bench, [Go.AT_ONCE] * len(Epilogue))


@cocotb.test()
async def a_command_may_go_before_the_results_that_it_reads_are_written(dut: Any) -> None:
    """A chain of commands, each of which reads what the one before writes."""
    unit = UnitChecks(dut, add_matmul)
    await unit.unit.bench.reset()
    blocks = min(2, unit.size.k_blocks)
    for rate in [(1, 0), (3, 1)]:
        unit.unit.pace(rate, latency=20)
        bench = new_bench(unit.rng, unit.size)
        fields = {
            "rows": unit.size.rows,
            "k_blocks": blocks,
            "n_tiles": 4 * blocks,
            "epilogue": Epilogue.NONE,
        }
        for _ in range(3):
            add_matmul(bench, unit.rng, unit.size, flags=Flag.NORM, **fields)
        chain = [raw.view(COMMAND_DTYPES[Opcode.MATMUL]) for raw in bench._commands]
        for earlier, later in itertools.pairwise(chain):
            later["x_addr"] = earlier["y_addr"]
        await unit.right(bench, [Go.FOLLOWS] * 3)


@cocotb.test()
async def weights_and_nothing_else_are_fetched_before_the_go(dut: Any) -> None:
    """What they are multiplied with, the commands before this one write."""
    unit = UnitChecks(dut, add_matmul)
    bench = new_bench(unit.rng, unit.size)
    add_matmul(bench, unit.rng, unit.size, flags=Flag.GATHER, epilogue=Epilogue.RESIDUAL)
    assert set(await unit.ahead(bench)) == set(range(unit.size.ports))


@cocotb.test()
async def reset_in_mid_transfer_leaves_nothing_behind(dut: Any) -> None:
    unit = UnitChecks(dut, add_matmul)
    await unit.unit.bench.reset()
    await unit.resets(2)


@cocotb.test()
async def a_word_that_cannot_be_moved_fails_its_command_alone(dut: Any) -> None:
    unit = UnitChecks(dut, add_matmul)
    await unit.errors(two_of_everything(unit))


@cocotb.test()
async def an_address_outside_the_memory_fails_its_command_alone(dut: Any) -> None:
    unit = UnitChecks(dut, add_matmul)
    await unit.outside(two_of_everything(unit), ["x_addr", "y_addr", "index_addr", "w_addr"])
