"""Bench of ofpga_attention."""

from __future__ import annotations

from typing import Any

import cocotb
from bench.checks import UnitChecks
from bench.commands import add_attention, new_bench
from bench.memory import ACT
from bench.unit import Go
from openfpga_host.contract import COMMAND_DTYPES, PAGE_TOKENS, SEGMENT_DTYPE, Flag, Opcode
from openfpga_host.layout import words
from support.bench import Bench


def two_commands(unit: UnitChecks) -> Bench:
    """Two ATTENTIONs over several rows."""
    bench = new_bench(unit.rng, unit.size)
    for _ in range(2):
        add_attention(bench, unit.rng, unit.size, rows=unit.size.rows, window=0)
    return bench


@cocotb.test()
async def the_smallest_command(dut: Any) -> None:
    """One query over one key: the result is the value."""
    unit = UnitChecks(dut, add_attention)
    await unit.unit.bench.reset()
    bench = new_bench(unit.rng, unit.size)
    fields = {"rows": 1, "q_heads": 1, "kv_heads": 1, "head_blocks": 1, "flags": Flag.CAUSAL}
    add_attention(bench, unit.rng, unit.size, most_context=1, **fields)
    await unit.right(bench)


@cocotb.test()
async def random_commands_at_every_rate(dut: Any) -> None:
    unit = UnitChecks(dut, add_attention)
    await unit.unit.bench.reset()
    await unit.at_every_rate(lists=2, count=2)


@cocotb.test()
async def commands_that_wait_in_line_follow_at_once(dut: Any) -> None:
    unit = UnitChecks(dut, add_attention)
    await unit.unit.bench.reset()
    await unit.right(unit.random(4), [Go.AT_ONCE] * 4)


@cocotb.test()
async def nothing_but_segments_and_block_tables_is_read_before_the_go(dut: Any) -> None:
    """Queries, keys and values are what the commands before this one write."""
    unit = UnitChecks(dut, add_attention)
    bench = new_bench(unit.rng, unit.size)
    add_attention(bench, unit.rng, unit.size, rows=unit.size.rows)
    command = bench._commands[0].view(COMMAND_DTYPES[Opcode.ATTENTION])[0]
    first, count = int(command["segments_addr"]), int(command["segments"])
    allowed = set(range(first, first + words(count * SEGMENT_DTYPE.itemsize)))
    for record in bench.array(first, SEGMENT_DTYPE, count):
        table, blocks = int(record["table_addr"]), -(-int(record["length"]) // PAGE_TOKENS)
        allowed |= set(range(table, table + words(4 * blocks)))
    read = await unit.ahead(bench)
    assert set(read) == {ACT}
    assert read[ACT] <= allowed


@cocotb.test()
async def reset_in_mid_transfer_leaves_nothing_behind(dut: Any) -> None:
    unit = UnitChecks(dut, add_attention)
    await unit.unit.bench.reset()
    await unit.resets(2)


@cocotb.test()
async def a_word_that_cannot_be_moved_fails_its_command_alone(dut: Any) -> None:
    unit = UnitChecks(dut, add_attention)
    await unit.errors(two_commands(unit))


@cocotb.test()
async def an_address_outside_the_memory_fails_its_command_alone(dut: Any) -> None:
    unit = UnitChecks(dut, add_attention)
    await unit.outside(two_commands(unit), ["q_addr", "y_addr", "kv_addr", "block_stride", "segments_addr"])
