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
    raise NotImplementedError
