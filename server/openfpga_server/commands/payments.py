"""``openfpga payments``: x402 payments that somebody should look at."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from openfpga_server.commands.accounts import (
    add_common,
    print_json,
    print_table,
    shown_dollars,
    with_accounts,
)

if TYPE_CHECKING:
    from openfpga_server.accounts.accounts import Accounts
    from openfpga_server.commands import Subparsers

SETTLING_SECONDS = 600
"""Younger payments may still be at work."""


def add_parser(commands: Subparsers) -> argparse.ArgumentParser:
    """Declare the command."""
    parser = commands.add_parser(
        "payments",
        help="list payments that need a look",
        description="x402 payments of single requests (docs/payments.md).",
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    doubts = actions.add_parser(
        "doubts",
        help="list payments without an answer",
        description="List payments older than ten minutes that were made and not answered (settled: owed to "
        "the payer), or of which the facilitator never told whether they were made (claimed: look at the "
        "chain for the payer's nonce).",
    )
    add_common(doubts, run_doubts)
    return parser


def run_doubts(options: argparse.Namespace) -> int:
    """Print them."""

    async def work(accounts: Accounts) -> None:
        from openfpga_server.accounts.clock import from_us, now_us
        from openfpga_server.payments.ledger import Ledger

        found = await Ledger(accounts.database).doubts(older_than_us=now_us() - SETTLING_SECONDS * 1_000_000)
        if options.json:
            print_json(found)
            return
        head = ["created", "state", "amount", "payer", "nonce", "transaction", "request", "error"]
        rows = [
            [
                from_us(doubt.created_us),
                doubt.state,
                shown_dollars(doubt.amount),
                doubt.claim.payer,
                doubt.claim.nonce,
                doubt.transaction,
                doubt.request_id,
                doubt.error,
            ]
            for doubt in found
        ]
        print_table(head, rows)

    return with_accounts(options, work)
