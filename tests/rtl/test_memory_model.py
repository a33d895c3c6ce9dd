"""The memory models of the Verilated card: published bandwidths and latencies, data, order, DRAM timing."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "sim" / "memory"
OUT = ROOT / "build" / "memory"

# Of the peak. HBM: 425 of 460 GB/s measured on an Alveo U280 (Wang et al., "Shuhai", FCCM 2020).
# DDR4: what refresh leaves of it, tRFC = 350 ns every 7.8 us.
PUBLISHED = {"hbm2": 100 * 425 / 460, "ddr4": 95.0, "ddr4x16": 95.0}
# Nanoseconds from the address to the first word of an idle channel, row open (Shuhai).
IDLE_NS = {"hbm2": 106.7, "ddr4": 73.3}
PORTS = [("ddr4", 300, 512), ("ddr4x16", 300, 512), ("hbm2", 225, 512), ("hbm2", 450, 256)]
Port = tuple[str, int, int]
each_port = pytest.mark.parametrize("port", PORTS, ids=lambda port: "-".join(map(str, port)))


@dataclass(frozen=True)
class Bench:
    """The bench's table: percent of the peak and GB/s by (port, refresh, traffic); latency in cycles."""

    text: str
    percent: dict[tuple[Port, str, str], float]
    gb_s: dict[tuple[Port, str, str], float]
    cycles: dict[tuple[Port, str], int]


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([OUT / program], capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="module", autouse=True)
def _built() -> None:
    command = ["make", "--no-print-directory", "-C", str(SOURCES), f"OUT={OUT}", "all"]
    environment = {
        name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")
    }
    made = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert made.returncode == 0, made.stderr
    assert "warning" not in made.stderr, made.stderr


@pytest.fixture(scope="module")
def bench(_built: None) -> Bench:
    done = run("bench")
    assert done.returncode == 0, done.stderr
    table = Bench(done.stdout, {}, {}, {})
    for line in done.stdout.splitlines():
        memory, mhz, bits, kind, case, *values = line.split()
        if memory == "memory":
            continue
        port = (memory, int(mhz), int(bits))
        if kind == "latency":
            table.cycles[port, case] = int(values[0])
        else:
            table.gb_s[port, kind, case] = float(values[0])
            table.percent[port, kind, case] = float(values[1])
    return table


@each_port
@pytest.mark.parametrize("traffic", ["read_seq", "read_seq16"])
def test_sequential_reads_reach_the_published_share_of_the_peak(
    bench: Bench, port: Port, traffic: str
) -> None:
    assert bench.percent[port, "all", traffic] == pytest.approx(PUBLISHED[port[0]], abs=1)


def test_thirty_two_pseudo_channels_reach_the_published_bandwidth(bench: Bench) -> None:
    assert 32 * bench.gb_s[("hbm2", 225, 512), "all", "read_seq"] == pytest.approx(425, rel=0.01)


def test_nothing_exceeds_the_peak(bench: Bench) -> None:
    assert len(bench.percent) == 4 * 11 + 2
    assert max(bench.percent.values()) <= 100


@each_port
def test_refresh_costs_what_its_time_is(bench: Bench, port: Port) -> None:
    without, with_it = (bench.percent[port, refresh, "read_seq"] for refresh in ("none", "all"))
    assert without > 99.9
    # The refresh itself, and closing and opening rows around it.
    least = 100 * 260 / 3900 if port[0] == "hbm2" else 100 * 350 / 7800
    assert least < without - with_it < least + 1.5


@pytest.mark.parametrize("port", PORTS[2:], ids=str)
def test_refreshing_single_banks_costs_less_than_all_at_once(bench: Bench, port: Port) -> None:
    all_banks, single = (bench.percent[port, refresh, "read_seq"] for refresh in ("all", "bank"))
    assert all_banks + 3 < single < 100


@each_port
def test_rows_that_conflict_cost_and_longer_runs_cost_less(bench: Bench, port: Port) -> None:
    share = {traffic: bench.percent[port, "all", traffic] for _, _, traffic in bench.percent}
    assert share["read_conflict"] < 10  # one 64-byte read a row cycle
    assert share["read_conflict"] < share["read_rand_64"] < share["read_rand_1k"] < share["read_seq"]
    assert share["read_rand_2k"] > 85


@each_port
def test_turning_between_reads_and_writes_costs(bench: Bench, port: Port) -> None:
    share = {traffic: bench.percent[port, "all", traffic] for _, _, traffic in bench.percent}
    assert share["mix_1_1"] + 2 < share["mix_3_1"] + 1 < share["read_seq"]
    assert share["mix_1_1"] > 75


@pytest.mark.parametrize("port", [("ddr4", 300, 512), ("hbm2", 450, 256)], ids=str)
def test_an_idle_channel_answers_after_the_published_time(bench: Bench, port: Port) -> None:
    cycle_ns = 1000 / port[1]
    assert bench.cycles[port, "row_open"] * cycle_ns == pytest.approx(IDLE_NS[port[0]], abs=cycle_ns)
    row_open, closed, conflict = (
        bench.cycles[port, case] for case in ("row_open", "row_closed", "row_conflict")
    )
    # tRCD more for a closed row, tRP more again for another one: 14 ns each, in cycles of the port.
    assert (closed - row_open) * cycle_ns == pytest.approx(14.2, abs=cycle_ns)
    assert (conflict - closed) * cycle_ns == pytest.approx(14.2, abs=cycle_ns)


def test_the_same_traffic_takes_the_same_time_and_is_what_the_documentation_shows(bench: Bench) -> None:
    assert run("bench").stdout == bench.text
    page = (ROOT / "docs" / "memory-model.md").read_text()
    assert bench.text in page, "docs/memory-model.md does not show what `make -C sim/memory bench` prints"


def test_random_traffic_reads_what_was_written_and_keeps_every_timing_rule() -> None:
    done = run("check")
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    for memory in ("ideal", "ddr4", "ddr4x16", "hbm2"):
        assert any(line.startswith(f"random {memory} ") for line in lines), memory
    refused = [line for line in lines if line.startswith("refused: ")]
    for rule in (
        "crosses 4 KiB",
        "does not start at a word",
        "WLAST",
        "AR changed",
        "tRCD",
        "tFAW",
        "tWTR_L",
        "another row",
    ):
        assert any(rule in line for line in refused), rule
