"""``openfpga keys``: make, list and revoke API keys."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from openfpga_server.commands.accounts import (
    add_common,
    day,
    micro_dollars,
    print_json,
    print_table,
    shown_dollars,
    with_accounts,
)
from openfpga_server.commands.options import positive

if TYPE_CHECKING:
    from openfpga_server.accounts.accounts import Accounts
    from openfpga_server.commands import Subparsers

EXAMPLES = """\
examples:
  openfpga keys create                                    a key of this machine's own user
  openfpga keys create backend --user ann --budget 20
  KEY=$(openfpga keys create ci --model demo --expires 2027-01-01)
  openfpga keys list
  openfpga keys revoke key_0a1b2c3d4e5f60718293a4b5
"""


def add_parser(commands: Subparsers) -> argparse.ArgumentParser:
    """Declare the command."""
    parser = commands.add_parser(
        "keys",
        help="make, list and revoke API keys",
        description="Make, list and revoke API keys. Works beside a running server, at once: from the first "
        "key on, every request needs one.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    create = actions.add_parser(
        "create", help="make a key", description="Make a key. It is printed on standard output, only now."
    )
    create.add_argument("name", nargs="?", default="default", help="for people (default: %(default)s)")
    create.add_argument("--user", default="local", help="its owner's name or id (default: %(default)s)")
    create.add_argument(
        "--management", action="store_true", help="a key that manages keys and sees usage, and never infers"
    )
    create.add_argument(
        "--model", action="append", metavar="ID", help="a model it may use; may be repeated (default: all)"
    )
    create.add_argument(
        "--budget", type=micro_dollars, metavar="DOLLARS", help="what it may spend in its life (default: all)"
    )
    create.add_argument(
        "--expires", type=day, metavar="DATE", help="from this day on (UTC) it is refused (default: never)"
    )
    create.add_argument(
        "--requests-per-minute", type=positive, metavar="N", help="less than the plan's (default: the plan's)"
    )
    create.add_argument(
        "--tokens-per-minute", type=positive, metavar="N", help="less than the plan's (default: the plan's)"
    )
    add_common(create, run_create)

    listing = actions.add_parser("list", help="list keys", description="List keys, oldest first.")
    listing.add_argument("--user", help="only this user's, by name or id")
    listing.add_argument("--all", action="store_true", help="the revoked ones too")
    add_common(listing, run_list)

    revoke = actions.add_parser(
        "revoke",
        help="revoke keys",
        description="Revoke keys: requests that begin after this command has ended are refused, everywhere.",
    )
    revoke.add_argument("ids", nargs="+", metavar="ID", help="as `openfpga keys list` shows it")
    add_common(revoke, run_revoke)
    return parser


def run_create(options: argparse.Namespace) -> int:
    """Make a key and print it."""

    async def work(accounts: Accounts) -> None:
        user = await accounts.users.get(options.user)
        made = await accounts.create_key(
            options.name,
            user=user.id,
            kind="management" if options.management else "live",
            models=options.model,
            budget_micro=options.budget,
            expires_at=options.expires,
            requests_per_minute=options.requests_per_minute,
            tokens_per_minute=options.tokens_per_minute,
        )
        if options.json:
            print_json({"key": made.secret, **_told(made.info)})
            return
        print(made.secret, flush=True)
        print(
            f"{made.info.id}, a {made.info.kind} key of user {user.name}. Keep it: it is shown only now.",
            file=sys.stderr,
        )

    return with_accounts(options, work)


def run_list(options: argparse.Namespace) -> int:
    """Print the keys."""

    async def work(accounts: Accounts) -> None:
        names = {user.id: user.name for user in await accounts.users.all()}
        user = None if options.user is None else (await accounts.users.get(options.user)).id
        keys = await accounts.keys(user=user, revoked=options.all)
        if options.json:
            print_json([_told(key) for key in keys])
            return
        head = ["id", "name", "user", "kind", "key", "created", "last used", "expires", "models", "budget"]
        rows = [
            [
                key.id,
                key.name,
                names[key.user],
                key.kind,
                key.hint,
                key.created_at,
                key.last_used_at,
                key.expires_at,
                key.models or "all",
                shown_dollars(key.budget_micro),
                *([key.revoked_at] if options.all else []),
            ]
            for key in keys
        ]
        print_table([*head, *(["revoked"] if options.all else [])], rows)

    return with_accounts(options, work)


def run_revoke(options: argparse.Namespace) -> int:
    """Revoke the keys."""

    async def work(accounts: Accounts) -> None:
        revoked = [await accounts.revoke_key(key) for key in options.ids]
        if options.json:
            print_json([_told(key) for key in revoked])
            return
        for key in revoked:
            print(f"{key.id} ({key.name}, {key.hint}) is revoked")

    return with_accounts(options, work)


def _told(key: object) -> dict[str, object]:
    import msgspec

    told = msgspec.to_builtins(key)
    assert isinstance(told, dict)
    return told
