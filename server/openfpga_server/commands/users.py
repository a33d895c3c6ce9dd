"""``openfpga users``: make, list and change users."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from openfpga_server.commands.accounts import TIERS, add_common, day, print_json, print_table, with_accounts

if TYPE_CHECKING:
    from openfpga_server.accounts.accounts import Accounts
    from openfpga_server.accounts.records import User
    from openfpga_server.commands import Subparsers

EXAMPLES = """\
examples:
  openfpga users create ann --plan team
  openfpga users set ann --tier turbo --letter-of-intent 2026-03-31
  openfpga users set ann --disable
"""


def add_parser(commands: Subparsers) -> argparse.ArgumentParser:
    """Declare the command."""
    parser = commands.add_parser(
        "users",
        help="make, list and change users",
        description="Make, list and change users: whom keys belong to. All keys of a user share its limits.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    create = actions.add_parser("create", help="make a user", description="Make a user of the regular tier.")
    create.add_argument("name", help="that no other user has")
    create.add_argument("--plan", default="default", help="(default: %(default)s)")
    add_common(create, run_create)

    listing = actions.add_parser("list", help="list users", description="List users, oldest first.")
    add_common(listing, run_list)

    change = actions.add_parser(
        "set", help="change a user", description="Change a user; it holds for the next request."
    )
    change.add_argument("user", help="name or id")
    change.add_argument("--plan", help="another plan")
    change.add_argument(
        "--tier", choices=TIERS, help="speed: shares of the token loop 1, 2, 5, 10, at most the plan's"
    )
    change.add_argument(
        "--letter-of-intent",
        type=day,
        metavar="DATE",
        help="when the letter of intent was signed that tiers above regular need",
    )
    state = change.add_mutually_exclusive_group()
    state.add_argument(
        "--disable", dest="disabled", action="store_true", default=None, help="refuse its keys"
    )
    state.add_argument("--enable", dest="disabled", action="store_false", help="take them again")
    add_common(change, run_set)
    return parser


def run_create(options: argparse.Namespace) -> int:
    """Make a user and print its id."""

    async def work(accounts: Accounts) -> None:
        user = await accounts.users.create(options.name, plan=options.plan)
        if options.json:
            print_json(user)
        else:
            print(user.id)

    return with_accounts(options, work)


def run_list(options: argparse.Namespace) -> int:
    """Print the users."""

    async def work(accounts: Accounts) -> None:
        _print(await accounts.users.all(), as_json=options.json)

    return with_accounts(options, work)


def run_set(options: argparse.Namespace) -> int:
    """Change a user and print what it is now."""

    async def work(accounts: Accounts) -> None:
        user = await accounts.users.change(
            options.user,
            plan=options.plan,
            tier=options.tier,
            letter_of_intent=options.letter_of_intent,
            disabled=options.disabled,
        )
        if options.json:
            print_json(user)
        else:
            _print([user], as_json=False)

    return with_accounts(options, work)


def _print(users: list[User], *, as_json: bool) -> None:
    if as_json:
        print_json(users)
        return
    head = ["id", "name", "plan", "tier", "letter of intent", "created", "disabled"]
    rows = [
        [
            user.id,
            user.name,
            user.plan,
            user.tier,
            user.letter_of_intent_signed_at and user.letter_of_intent_signed_at.date(),
            user.created_at,
            user.disabled_at,
        ]
        for user in users
    ]
    print_table(head, rows)
