"""Every product pair of ofpga_dual_mac or ofpga_dual_lut; the RTL around it counts and compares."""

from __future__ import annotations

from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import Timer


@cocotb.test()
async def every_pair_of_products_is_exact(dut: Any) -> None:
    dut.rst_ni.value = 0
    Clock(dut.clk_i, 2, unit="ns").start()
    await Timer(20, "ns")
    dut.rst_ni.value = 1
    cycles = 255**3 // int(dut.Lanes.value) + 10
    await Timer(2 * cycles, "ns")
    assert dut.done_o.value == 1
    assert int(dut.checked_o.value) == 255**3
    assert dut.failed_o.value == 0
