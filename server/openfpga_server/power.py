"""Estimated power of a device (docs/server.md, "Power").

A card's own sensors are read by its management software, not by this server; so a figure here is the board's
typical power as its maker states it, not a measurement. A CPU's share of the machine's power for one request
cannot be told honestly, so there is none for devices that are computed on the host.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

TYPICAL_WATTS: Mapping[str, float] = MappingProxyType({"u250": 110.0, "u280": 100.0})
"""Watts by board: "typical" in AMD's Alveo product selection guide (XMP451)."""
_ON_HOST = ("csim", "reference", "verilator")


def estimated_watts(backend: str) -> float | None:
    """The typical power of the card behind a device's name ("pynq:u280"); None where there is no estimate."""
    kind, _, board = backend.partition(":")
    return None if kind in _ON_HOST else TYPICAL_WATTS.get(board.partition(":")[0])
