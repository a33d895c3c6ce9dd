"""Verilator's -G arguments for a module at a card size: python parameters.py sim Ports=4 Lanes=2."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from openfpga_host.contract import CARD_SIZES, CardSize

OF_SIZE = {
    "Ports": "ports",
    "Rows": "rows",
    "MacRows": "mac_rows",
    "KBlocks": "k_blocks",
    "HeadBlocks": "head_blocks",
    "Context": "context",
}
"""Parameters that the card and every unit have, by the field of the contract's card sizes; MacRows only
the card and matmul.

DspClocks stays 1, whatever the size: no cycle differs by it, and a second clock costs simulation speed.
"""


def parameters(size: CardSize, overrides: Sequence[str]) -> dict[str, int]:
    """Values by parameter; overrides read `Name=value`."""
    values = {name: int(getattr(size, field)) for name, field in OF_SIZE.items()}
    return values | {name: int(value) for name, _, value in (text.partition("=") for text in overrides)}


if __name__ == "__main__":
    wanted = parameters(CARD_SIZES[sys.argv[1]], sys.argv[2:])
    print(*(f"-G{name}={value}" for name, value in wanted.items()))
