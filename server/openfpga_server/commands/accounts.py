"""What `keys`, `users` and `plans` share: the database they work on, and how they print."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from openfpga_server.commands.options import add_settings, settings_of

if TYPE_CHECKING:
    from openfpga_server.accounts.accounts import Accounts

TIERS = ("regular", "fast", "turbo", "max")
"""Without loading aiohttp for `--help`; a test compares them with `principal`."""


def add_common(parser: argparse.ArgumentParser, run: Callable[[argparse.Namespace], int]) -> None:
    """The options of every such command, and what carries it out."""
    parser.add_argument("--json", action="store_true", help="print JSON")
    # Also after the last word of a command, where people look for it.
    parser.add_argument(
        "--debug", action="store_true", default=argparse.SUPPRESS, help="show the traceback of an error"
    )
    add_settings(parser, ("accounts",))
    parser.set_defaults(run=run)


def with_accounts(options: argparse.Namespace, work: Callable[[Accounts], Awaitable[None]]) -> int:
    """Do something with the accounts that the options name; beside a running server as well.

    Raises:
        OSError: the database cannot be opened.
        ValueError: a setting is wrong; or as `work` raises.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from openfpga_server.accounts.accounts import open_accounts
    from openfpga_server.accounts.database import DatabaseError, reason_of

    config = settings_of(options).server.accounts

    async def do() -> None:
        async with open_accounts(
            config.database, pepper=config.pepper, pepper_file=config.pepper_file
        ) as accounts:
            try:
                await work(accounts)
            except SQLAlchemyError as error:
                told = f"the database {accounts.database.url} does not answer: {reason_of(error)}"
                raise DatabaseError(told) from error

    asyncio.run(do())
    return 0


def print_json(value: object) -> None:
    """Indented, moments as ISO 8601."""
    import msgspec

    print(msgspec.json.format(msgspec.json.encode(value)).decode())


def print_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Columns as wide as what stands in them."""
    cells = [[str(name).upper() for name in head], *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    for row in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def day(text: str) -> datetime:
    """argparse type: a date; its first moment in UTC."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-03-31") from None


def micro_dollars(text: str) -> int:
    """argparse type: dollars, to the micro-dollar."""
    from openfpga_server.setting_kinds import dollars

    try:
        amount: Decimal = dollars("0", "1000000000").read(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not an amount of dollars such as 12.50") from None
    return int(amount * 1_000_000)


def shown_dollars(micro: int | None) -> str | None:
    """``$12.50``; to the micro-dollar where there are any."""
    if micro is None:
        return None
    whole, part = divmod(micro, 1_000_000)
    digits = f"{part:06d}".rstrip("0").ljust(2, "0")
    return f"${whole}.{digits}"


def or_none(kind: Callable[[str], Any]) -> Callable[[str], Any]:
    """argparse type: a value, or the word "none"."""

    def read(text: str) -> Any:
        return None if text == "none" else kind(text)

    return read


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value)
