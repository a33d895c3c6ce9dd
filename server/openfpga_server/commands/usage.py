"""``openfpga usage``: what accounts used, and an end to old events."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from openfpga_server.commands.accounts import (
    add_common,
    day,
    print_json,
    print_table,
    shown_dollars,
    with_accounts,
)

if TYPE_CHECKING:
    from openfpga_server.accounts.accounts import Accounts
    from openfpga_server.commands import Subparsers
    from openfpga_server.usage.store import Sums

EXAMPLES = """\
examples:
  openfpga usage show
  openfpga usage show --user ann --since 2026-11-01 --by key
  openfpga usage prune --before 2026-01-01
"""
DAYS = 30


def add_parser(commands: Subparsers) -> argparse.ArgumentParser:
    """Declare the command."""
    parser = commands.add_parser(
        "usage",
        help="show what accounts used",
        description="Show what accounts used, by day or by key and model; drop old events. Works beside a "
        "running server.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    show = actions.add_parser(
        "show", help="show sums", description="Show what a user used. Days are those of UTC."
    )
    show.add_argument("--user", default="local", help="name or id (default: %(default)s)")
    show.add_argument("--since", type=day, metavar="DATE", help=f"first day (default: {DAYS} days in all)")
    show.add_argument("--until", type=day, metavar="DATE", help="last day (default: today)")
    show.add_argument(
        "--by", choices=("day", "key"), default="day", help="a line a day, or a key and model (default: day)"
    )
    add_common(show, run_show)

    prune = actions.add_parser(
        "prune",
        help="drop old events",
        description="Drop events of single requests. The sums of each day, which quotas and charts are made "
        "of, stay; so do events of requests that were paid for one by one.",
    )
    prune.add_argument(
        "--before", type=day, required=True, metavar="DATE", help="drop events of requests before this day"
    )
    add_common(prune, run_prune)
    return parser


def run_show(options: argparse.Namespace) -> int:
    """Print the sums."""

    async def work(accounts: Accounts) -> None:
        from openfpga_server.usage.store import UsageStore

        user = await accounts.users.get(options.user)
        end = (options.until or datetime.now(UTC)).date()
        start = options.since.date() if options.since else end - timedelta(days=DAYS - 1)
        if start > end:
            raise ValueError(f"--since {start} is after --until {end}")
        store = UsageStore(accounts.database)
        places: list[tuple[str, ...]]
        if options.by == "day":
            head: tuple[str, ...] = ("day",)
            days = await store.days(user.id, start, end, None)
            places, sums = [(str(each.date),) for each in days], [each.sums for each in days]
        else:
            head = ("key", "model")
            shares = await store.shares(user.id, start, end)
            places = [(each.key or "-", each.model) for each in shares]
            sums = [each.sums for each in shares]
        if options.json:
            told = zip(places, sums, strict=True)
            print_json([{**dict(zip(head, place, strict=True)), **_told(used)} for place, used in told])
            return
        columns = ["requests", "prompt tokens", "cached", "answer tokens", "cost", "latency ms"]
        rows = [
            [
                *place,
                used.requests,
                used.prompt_tokens,
                used.cached_tokens,
                used.completion_tokens,
                shown_dollars(used.cost_micro),
                None if used.latency_ms is None else round(used.latency_ms, 1),
            ]
            for place, used in zip(places, sums, strict=True)
        ]
        print_table([*head, *columns], rows)

    return with_accounts(options, work)


def run_prune(options: argparse.Namespace) -> int:
    """Drop events and tell how many."""

    async def work(accounts: Accounts) -> None:
        from openfpga_server.accounts.clock import to_us
        from openfpga_server.usage.store import UsageStore

        dropped = await UsageStore(accounts.database).prune(to_us(options.before))
        if options.json:
            print_json({"dropped": dropped})
        else:
            print(f"{dropped} events dropped")

    return with_accounts(options, work)


def _told(used: Sums) -> dict[str, object]:
    return {
        "requests": used.requests,
        "prompt_tokens": used.prompt_tokens,
        "cached_tokens": used.cached_tokens,
        "completion_tokens": used.completion_tokens,
        "cost_micro": used.cost_micro,
        "latency_ms": used.latency_ms,
    }
