"""The boards a card size is made for: what their memories hold and give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from openfpga_host.contract import CARD_SIZES, CardSize


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryKind:
    """What a memory port gives; `make -C sim/memory bench` measures both numbers on the models of DRAM."""

    name: str
    """As `--device verilator:SIZE:NAME` has it."""
    sequential: float
    """Share of the port's peak that long sequential reads get."""
    latency_ns: float
    """From a read's address to its first word, the channel idle."""


IDEAL = MemoryKind(name="ideal", sequential=1.0, latency_ns=0.0)
MEMORIES: Mapping[str, MemoryKind] = {
    kind.name: kind
    for kind in (
        IDEAL,
        MemoryKind(name="hbm2", sequential=0.9235, latency_ns=107.0),
        MemoryKind(name="ddr4", sequential=0.9510, latency_ns=73.0),
        MemoryKind(name="ddr4x16", sequential=0.9510, latency_ns=73.0),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A board and the card that is built for it.

    Sources: AMD DS963 (U280), DS962 (U250), DS987 (KV260).
    """

    name: str
    product: str
    size: CardSize
    memory: MemoryKind
    port_bytes: int
    """Of each memory port."""
    reserved_bytes: int
    """Of all ports together, for others than the card (an operating system)."""

    @property
    def memory_bytes(self) -> int:
        """That weights and KV blocks can have."""
        return self.size.ports * self.port_bytes - self.reserved_bytes

    @property
    def peak_bytes(self) -> float:
        """Bytes a second of all ports: a word a cycle, or what the memory's pins give if that is less."""
        return self.size.ports * self.port_rate

    @property
    def port_rate(self) -> float:
        """Bytes a second of a port."""
        return min(self.size.port_gb_s * 1e9, self.clock_hz * self.size.port_bits / 8)

    @property
    def clock_hz(self) -> float:
        return self.size.clock_mhz * 1e6


BOARDS: Mapping[str, Board] = {
    "u280": Board(
        name="u280",
        product="AMD Alveo U280",
        size=CARD_SIZES["u280"],
        memory=MEMORIES["hbm2"],
        port_bytes=256 << 20,
        reserved_bytes=0,
    ),
    "u250": Board(
        name="u250",
        product="AMD Alveo U250",
        size=CARD_SIZES["u250"],
        memory=MEMORIES["ddr4"],
        port_bytes=16 << 30,
        reserved_bytes=0,
    ),
    "kv260": Board(
        name="kv260",
        product="AMD Kria KV260",
        size=CARD_SIZES["kv260"],
        memory=MEMORIES["ddr4x16"],
        port_bytes=4 << 30,
        reserved_bytes=128 << 20,
    ),
}
