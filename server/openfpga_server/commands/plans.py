"""``openfpga plans``: make, list and change plans."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from openfpga_server.commands.accounts import (
    TIERS,
    add_common,
    micro_dollars,
    or_none,
    print_json,
    print_table,
    shown_dollars,
    with_accounts,
)
from openfpga_server.commands.options import positive

if TYPE_CHECKING:
    from openfpga_server.accounts.accounts import Accounts
    from openfpga_server.accounts.records import Plan
    from openfpga_server.commands import Subparsers

EXAMPLES = """\
examples:
  openfpga plans create team --requests-per-minute 600 --tokens-per-minute 1000000 --monthly-dollars 500
  openfpga plans set default --monthly-tokens 5000000 --max-tier regular
  openfpga plans set team --monthly-dollars none
"""


def add_parser(commands: Subparsers) -> argparse.ArgumentParser:
    """Declare the command."""
    parser = commands.add_parser(
        "plans",
        help="make, list and change plans",
        description="Make, list and change plans: what a user may use in a minute and in a month.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    create = actions.add_parser("create", help="make a plan", description="Make a plan.")
    create.add_argument("name", help="that no other plan has")
    _add_values(create)
    add_common(create, run_create)
    listing = actions.add_parser("list", help="list plans", description="List plans by name.")
    add_common(listing, run_list)
    change = actions.add_parser(
        "set",
        help="change a plan",
        description="Change a plan; it holds for the next request of its users. What is not given stays.",
    )
    change.add_argument("name")
    _add_values(change)
    add_common(change, run_set)
    return parser


def _add_values(parser: argparse.ArgumentParser) -> None:
    # SUPPRESS: what is not given is not there, as None has a meaning.
    def add(flag: str, kind: Any, metavar: str, text: str) -> None:
        parser.add_argument(flag, type=or_none(kind), metavar=metavar, default=argparse.SUPPRESS, help=text)

    add("--requests-per-minute", positive, "N", "of all of a user's keys; none: the server's setting")
    add("--tokens-per-minute", positive, "N", "of all of a user's keys; none: the server's setting")
    add("--monthly-tokens", positive, "N", "a calendar month (UTC); none: no quota")
    add("--monthly-dollars", micro_dollars, "DOLLARS", "a calendar month (UTC); none: no quota")
    parser.add_argument(
        "--max-tier", choices=TIERS, default=argparse.SUPPRESS, help="none of its users is faster"
    )


def run_create(options: argparse.Namespace) -> int:
    """Make a plan and print it."""

    async def work(accounts: Accounts) -> None:
        _print([await accounts.plans.create(options.name, _values(options))], options)

    return with_accounts(options, work)


def run_list(options: argparse.Namespace) -> int:
    """Print the plans."""

    async def work(accounts: Accounts) -> None:
        _print(await accounts.plans.all(), options)

    return with_accounts(options, work)


def run_set(options: argparse.Namespace) -> int:
    """Change a plan and print what it is now."""

    async def work(accounts: Accounts) -> None:
        _print([await accounts.plans.change(options.name, _values(options))], options)

    return with_accounts(options, work)


def _values(options: argparse.Namespace) -> dict[str, Any]:
    names = {
        "requests_per_minute": "requests_per_minute",
        "tokens_per_minute": "tokens_per_minute",
        "monthly_tokens": "monthly_tokens",
        "monthly_dollars": "monthly_micro",
        "max_tier": "max_tier",
    }
    return {field: getattr(options, name) for name, field in names.items() if hasattr(options, name)}


def _print(plans: list[Plan], options: argparse.Namespace) -> None:
    if options.json:
        print_json(plans if options.action == "list" else plans[0])
        return
    head = ["name", "requests/min", "tokens/min", "tokens/month", "dollars/month", "fastest tier"]
    rows = [
        [
            plan.id,
            plan.requests_per_minute,
            plan.tokens_per_minute,
            plan.monthly_tokens,
            shown_dollars(plan.monthly_micro),
            plan.max_tier,
        ]
        for plan in plans
    ]
    print_table(head, rows)
