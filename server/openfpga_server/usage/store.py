"""Usage in the database: events, and the daily sums that everything else is read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select

from openfpga_server.accounts.database import Database
from openfpga_server.accounts.schema import payments, usage_daily, usage_events
from openfpga_server.usage.event import UsageEvent

NO_KEY = ""
"""A daily sum's key where requests had none: it is part of the primary key."""
PRUNED_AT_ONCE = 5000
_SUMS = (
    "requests",
    "prompt_tokens",
    "cached_tokens",
    "completion_tokens",
    "cost_micro",
    "first_token_us",
    "first_tokens",
    "total_us",
)


@dataclass(slots=True)
class Sums:
    """What some requests used together.

    Args:
        requests: how many.
        prompt_tokens: of all, those from the prefix cache included.
        cost_micro: micro-dollars.
        first_token_us: times to the first token of those that had one, microseconds.
        first_tokens: how many had one.
        total_us: whole times, microseconds.
    """

    requests: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    cost_micro: int = 0
    first_token_us: int = 0
    first_tokens: int = 0
    total_us: int = 0

    @property
    def tokens(self) -> int:
        """Prompt and completion."""
        return self.prompt_tokens + self.completion_tokens

    @property
    def latency_ms(self) -> float | None:
        """Mean time to the first token, milliseconds; of requests without tokens their whole time."""
        if self.first_tokens:
            return self.first_token_us / self.first_tokens / 1e3
        return self.total_us / self.requests / 1e3 if self.requests else None

    def add(self, event: UsageEvent) -> None:
        """Count a request."""
        self.requests += 1
        self.prompt_tokens += event.prompt_tokens
        self.cached_tokens += event.cached_tokens
        self.completion_tokens += event.completion_tokens
        self.cost_micro += event.cost_micro
        if event.first_token_us is not None:
            self.first_token_us += event.first_token_us
            self.first_tokens += 1
        self.total_us += event.total_us


@dataclass(frozen=True, slots=True)
class Day:
    """One day (UTC) of an account."""

    date: date
    sums: Sums


@dataclass(frozen=True, slots=True)
class Share:
    """What one key of an account used of one model; `key` None: requests without a key."""

    key: str | None
    model: str
    sums: Sums


class UsageStore:
    """The two tables of usage in a database.

    Args:
        database: that has them.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        # Made once: to build a statement costs as much as to run it.
        self._insert = (
            database.insert(usage_events)
            .on_conflict_do_nothing(index_elements=["id"])
            .returning(usage_events.c.id)
        )
        daily = database.insert(usage_daily)
        self._add = daily.on_conflict_do_update(
            index_elements=["user_id", "day", "key_id", "model"],
            set_={name: usage_daily.c[name] + daily.excluded[name] for name in _SUMS},
        )

    async def insert(self, events: Sequence[UsageEvent]) -> None:
        """Keep events and add those that were not kept before to their days' sums, in one transaction.

        Raises:
            sqlalchemy.exc.DBAPIError: nothing was kept, or all of it and the answer was lost: do it again.
        """
        async with self._database.writing() as connection:
            rows = await connection.execute(self._insert, [_event_row(event) for event in events])
            new = set(rows.scalars())
            sums: dict[tuple[str, date, str, str], Sums] = {}
            for event in events:
                if event.id in new:
                    # An id twice among these counts once, too.
                    new.remove(event.id)
                    place = (event.user, event.day, event.key or NO_KEY, event.model)
                    sums.setdefault(place, Sums()).add(event)
            if sums:
                # Always in the same order, so that two servers never wait for each other's rows.
                await connection.execute(self._add, [_daily_row(*item) for item in sorted(sums.items())])

    async def spent(self, user: str | None, key: str | None, since: date | None) -> Sums:
        """What an account, a key or both used since a day; None: whoever, whichever, ever."""
        query = select(*_total())
        if user is not None:
            query = query.where(usage_daily.c.user_id == user)
        if key is not None:
            query = query.where(usage_daily.c.key_id == key)
        if since is not None:
            query = query.where(usage_daily.c.day >= since)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one()
        return Sums(*map(int, row))

    async def days(self, user: str, start: date, end: date, key: str | None) -> list[Day]:
        """Days of an account that have requests, from `start` to `end`, both included, in order."""
        day = usage_daily.c.day
        query = select(day, *_total()).where(usage_daily.c.user_id == user, day >= start, day <= end)
        if key is not None:
            query = query.where(usage_daily.c.key_id == key)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query.group_by(day).order_by(day))).all()
        return [Day(row[0], Sums(*map(int, row[1:]))) for row in rows]

    async def shares(self, user: str, start: date, end: date) -> list[Share]:
        """The same by key and model."""
        day, key, model = usage_daily.c.day, usage_daily.c.key_id, usage_daily.c.model
        query = select(key, model, *_total()).where(usage_daily.c.user_id == user, day >= start, day <= end)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query.group_by(key, model).order_by(key, model))).all()
        return [Share(row[0] or None, row[1], Sums(*map(int, row[2:]))) for row in rows]

    async def prune(self, before_us: int) -> int:
        """Drop events of requests that came before a moment; how many. Daily sums stay.

        Events of paid requests stay as well: they tell that what was paid for was delivered.
        """
        row, dropped = usage_events.c, 0
        paid = select(payments.c.request_id).where(payments.c.request_id == row.id)
        old = select(row.id).where(row.started_at < before_us, ~paid.exists()).limit(PRUNED_AT_ONCE)
        while True:
            # In pieces, as a server beside this one has to write in between.
            async with self._database.writing() as connection:
                gone = await connection.execute(delete(usage_events).where(row.id.in_(old)))
            dropped += gone.rowcount
            if gone.rowcount < PRUNED_AT_ONCE:
                return dropped


def _event_row(event: UsageEvent) -> dict[str, object]:
    return {
        "id": event.id,
        "user_id": event.user,
        "key_id": event.key,
        "model": event.model,
        "endpoint": event.endpoint,
        "dialect": event.dialect,
        "status": event.status,
        "started_at": event.started_us,
        "prompt_tokens": event.prompt_tokens,
        "cached_tokens": event.cached_tokens,
        "completion_tokens": event.completion_tokens,
        "cost_micro": event.cost_micro,
        "first_token_us": event.first_token_us,
        "total_us": event.total_us,
        "finish": event.finish,
    }


def _daily_row(place: tuple[str, date, str, str], sums: Sums) -> dict[str, object]:
    user, day, key, model = place
    return {
        "user_id": user,
        "day": day,
        "key_id": key,
        "model": model,
        **dict(zip(_SUMS, astuple(sums), strict=True)),
    }


def _total() -> list[Any]:
    # PostgreSQL's sum of bigint is numeric: a Decimal.
    return [func.coalesce(func.sum(usage_daily.c[name]), 0) for name in _SUMS]
