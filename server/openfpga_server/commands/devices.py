"""``openfpga devices``: the backends and whether they are usable here."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openfpga_server.commands import Subparsers


def add_parser(commands: Subparsers) -> argparse.ArgumentParser:
    """Declare the command."""
    parser = commands.add_parser(
        "devices",
        help="list the backends",
        description="List the backends, whether each is usable on this machine, and why not.",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)
    return parser


def run(options: argparse.Namespace) -> int:
    """Carry the command out."""
    from openfpga_host.device import list_devices

    devices = list_devices()
    if options.json:
        import msgspec

        print(msgspec.json.format(msgspec.json.encode(devices)).decode())
        return 0
    for device in devices:
        print(f"{device.name:10s} {'usable' if device.available else 'not here':9s} {device.detail}")
        card = device.capabilities
        if card is not None:
            print(
                f"{'':20s} {card.ports} memory ports, {card.rows} rows a step, "
                f"heads up to {32 * card.head_blocks}, context up to {card.context}, "
                f"contract {card.contract_id:#010x}"
            )
    return 0
