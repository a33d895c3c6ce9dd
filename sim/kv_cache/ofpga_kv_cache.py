"""Bench of ofpga_kv_cache."""

from __future__ import annotations

from typing import Any

import cocotb
import numpy as np
from bench.checks import UnitChecks
from bench.commands import add_kv_copy, add_kv_write, new_bench
from bench.unit import Go
from openfpga_host.contract import COPY_DTYPE, Flag
from support.bench import Bench


def checks(dut: Any) -> UnitChecks:
    """The unit and commands for it."""
    return UnitChecks(dut, add_kv_write, add_kv_copy)


def two_writes(unit: UnitChecks) -> Bench:
    """Two KV_WRITE that use every address they have."""
    bench = new_bench(unit.rng, unit.size)
    for _ in range(2):
        add_kv_write(bench, unit.rng, unit.size, flags=Flag.ROPE)
    return bench


def two_copies(unit: UnitChecks) -> Bench:
    """Two KV_COPY, of three pairs and of one."""
    bench = new_bench(unit.rng, unit.size)
    pairs = np.array([(0, 1), (2, 3), (1, 4)], COPY_DTYPE)
    add_kv_copy(bench, unit.rng, unit.size, pairs=3, pairs_addr=bench.put(pairs), block_stride=20)
    add_kv_copy(bench, unit.rng, unit.size, pairs=1)
    return bench


@cocotb.test()
async def the_smallest_commands(dut: Any) -> None:
    unit = checks(dut)
    await unit.unit.bench.reset()
    bench = new_bench(unit.rng, unit.size)
    add_kv_write(bench, unit.rng, unit.size, rows=1, q_heads=1, kv_heads=1, head_blocks=1, flags=0)
    add_kv_copy(bench, unit.rng, unit.size, pairs=0)
    add_kv_copy(bench, unit.rng, unit.size, pairs=1, block_stride=1)
    await unit.right(bench)


@cocotb.test()
async def random_commands_at_every_rate(dut: Any) -> None:
    unit = checks(dut)
    await unit.unit.bench.reset()
    await unit.at_every_rate(lists=3, count=2)


@cocotb.test()
async def commands_that_wait_in_line_follow_at_once(dut: Any) -> None:
    unit = checks(dut)
    await unit.unit.bench.reset()
    for _ in range(2):
        await unit.right(unit.random(5), [Go.AT_ONCE] * 5)


@cocotb.test()
async def nothing_is_read_before_the_go(dut: Any) -> None:
    unit = checks(dut)
    for bench in (two_writes(unit), two_copies(unit)):
        assert await unit.ahead(bench) == {}


@cocotb.test()
async def reset_in_mid_transfer_leaves_nothing_behind(dut: Any) -> None:
    unit = checks(dut)
    await unit.unit.bench.reset()
    await unit.resets(3)


@cocotb.test()
async def a_word_that_cannot_be_moved_fails_its_command_alone(dut: Any) -> None:
    unit = checks(dut)
    await unit.errors(two_writes(unit))
    await unit.errors(two_copies(unit))


@cocotb.test()
async def an_address_outside_the_memory_fails_its_command_alone(dut: Any) -> None:
    unit = checks(dut)
    fields = ["x_addr", "q_addr", "slots_addr", "rope_addr", "kv_addr"]
    await unit.outside(two_writes(unit), fields)
    await unit.outside(two_copies(unit), ["pairs_addr", "kv_addr", "block_stride"])
