"""Usage events for tests, accounts that they belong to, and what must hold of a database with them."""

from __future__ import annotations

from openfpga_server.accounts.database import Database
from openfpga_server.accounts.schema import api_keys, usage_daily, usage_events, users
from openfpga_server.usage.event import UsageEvent
from openfpga_server.usage.store import Sums
from sqlalchemy import func, select

DAY_US = 86_400_000_000
NOON = 1_780_000_000_000_000 // DAY_US * DAY_US + DAY_US // 2
"""Noon of 28 May 2026 (UTC)."""
FIELDS = ("prompt_tokens", "cached_tokens", "completion_tokens", "cost_micro", "total_us")


async def add_accounts(database: Database) -> None:
    """user_a with key_a1 and key_a2, user_b with key_b1."""
    async with database.writing() as connection:
        for name in "ab":
            row = {"id": f"user_{name}", "name": name, "created_at": 0}
            await connection.execute(users.insert(), row)
        for number, name in enumerate(("a1", "a2", "b1")):
            row = {
                "id": f"key_{name}",
                "user_id": f"user_{name[0]}",
                "name": name,
                "kind": "live",
                "digest": bytes([number]) * 32,
                "last4": "....",
                "created_at": 0,
            }
            await connection.execute(api_keys.insert(), row)


def event(id: str, **changes: object) -> UsageEvent:
    """An event; by default user_a's, of no key."""
    fields: dict[str, object] = {
        "id": id,
        "user": "user_a",
        "key": None,
        "model": "demo",
        "endpoint": "/v1/chat/completions",
        "dialect": "openfpga",
        "status": 200,
        "started_us": NOON,
        "prompt_tokens": 10,
        "cached_tokens": 4,
        "completion_tokens": 5,
        "cost_micro": 3,
        "first_token_us": 2000,
        "total_us": 9000,
        "finish": "stop",
    }
    return UsageEvent(**{**fields, **changes})  # type: ignore[arg-type]


async def kept(database: Database) -> list[str]:
    """Ids of all events, sorted."""
    async with database.reading() as connection:
        ids = await connection.execute(select(usage_events.c.id).order_by(usage_events.c.id))
        return [row[0] for row in ids]


async def assert_sums_are_those_of_events(database: Database) -> None:
    """The daily sums say what the events say, row by row."""
    columns = usage_events.c
    async with database.reading() as connection:
        rows = (await connection.execute(select(usage_events))).mappings().all()
        daily = (await connection.execute(select(usage_daily))).mappings().all()
        total = (await connection.execute(select(func.count(columns.id)))).scalar_one()
    expected: dict[tuple[object, ...], Sums] = {}
    for row in rows:
        counted = event(
            row["id"],
            started_us=row["started_at"],
            first_token_us=row["first_token_us"],
            **{name: row[name] for name in FIELDS},
        )
        place = (row["user_id"], counted.day, row["key_id"] or "", row["model"])
        expected.setdefault(place, Sums()).add(counted)
    found = {
        (row["user_id"], row["day"], row["key_id"], row["model"]): Sums(
            **{name: row[name] for name in Sums.__slots__}
        )
        for row in daily
    }
    assert found == expected
    assert sum(sums.requests for sums in found.values()) == total
