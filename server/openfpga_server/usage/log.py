"""The usage log: one task writes all events that wait in one transaction (group commit)."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError, StatementError

from openfpga_server.accounts.database import Database
from openfpga_server.errors import ApiError, unavailable
from openfpga_server.usage.event import UsageEvent
from openfpga_server.usage.store import Day, Share, Sums, UsageStore

logger = logging.getLogger("openfpga.usage")

BATCH = 256
"""Events of one transaction."""
PACE = 0.01
"""Seconds from one transaction to the next, at least: what the log costs has a limit, however fast the disk.
An event that comes alone does not wait."""
BACK_OFF = (0.05, 2.0)
"""Seconds between attempts: the first, and what doubling ends at."""
OWNERS = 4096
"""Accounts and keys whose sums are remembered."""


@dataclass(slots=True)
class _Waiting:
    event: UsageEvent
    since: float
    kept: asyncio.Future[None]


@dataclass(slots=True)
class _Known:
    """Sums that are being read or were read, and the loop's time until which they may be told again."""

    sums: asyncio.Task[Sums]
    until: float


class UsageLog:
    """Events of requests, kept durably; make one with `open_usage`.

    Args:
        database: whose `usage_events` and `usage_daily` are written.
        patience: seconds that `record` waits for its event to be kept.
        stall: seconds that the oldest event may wait before no new work is accepted.
        capacity: events that may wait before no new work is accepted.
        fresh: seconds that sums are remembered: how late another server's requests are seen.
    """

    def __init__(
        self,
        database: Database,
        *,
        patience: float = 30.0,
        stall: float = 2.0,
        capacity: int = 4096,
        fresh: float = 1.0,
    ) -> None:
        self._store = UsageStore(database)
        self._patience = patience
        self._stall = stall
        self._capacity = capacity
        self._fresh = fresh
        self._waiting: deque[_Waiting] = deque()
        self._wake = asyncio.Event()
        self._closing = False
        self._ended = False
        self._known: dict[tuple[str | None, str | None], dict[date | None, _Known]] = {}

    @property
    def waiting(self) -> int:
        """Events that are not kept yet."""
        return len(self._waiting)

    @property
    def stalled(self) -> bool:
        """Whether the database keeps events too slowly, or not at all."""
        if not self._waiting:
            return False
        age = asyncio.get_running_loop().time() - self._waiting[0].since
        return age > self._stall or len(self._waiting) >= self._capacity

    def check(self) -> None:
        """Refuse work that could not be recorded.

        Raises:
            ApiError: 503 usage_unavailable.
        """
        if self._closing or self.stalled:
            raise usage_unavailable()

    async def record(self, event: UsageEvent) -> None:
        """Keep an event; durable when this returns. The same id counts once.

        An event that was given here is kept as soon as the database can, also after this has given up.

        Raises:
            ApiError: 503 usage_unavailable: it was not kept in time. 500: the database refuses it.
        """
        if self._ended:
            _tell_lost(event, "the log is closed")
            raise usage_unavailable()
        loop = asyncio.get_running_loop()
        waiting = _Waiting(event, loop.time(), loop.create_future())
        self._waiting.append(waiting)
        self._wake.set()
        done, _ = await asyncio.wait((waiting.kept,), timeout=self._patience)
        if not done:
            raise usage_unavailable()
        waiting.kept.result()

    async def spent(
        self, *, user: str | None = None, key: str | None = None, since: date | None = None
    ) -> Sums:
        """What an account or a key used since a day (UTC), or ever.

        All that this server recorded is in it; what others recorded, at most `fresh` seconds late.

        Raises:
            ApiError: 503 usage_unavailable.
        """
        if len(self._known) >= OWNERS:
            self._known.clear()
        entry = self._known.setdefault((user, key), {})
        known, now = entry.get(since), asyncio.get_running_loop().time()
        if known is None or known.until < now:
            # Requests that come together share one query.
            query = asyncio.create_task(self._store.spent(user, key, since))
            # Its error belongs to whoever waits; perhaps they all left.
            query.add_done_callback(lambda task: task.cancelled() or task.exception())
            known = entry[since] = _Known(query, now + self._fresh)
        try:
            return await asyncio.shield(known.sums)
        except (SQLAlchemyError, OSError) as error:
            entry.pop(since, None)
            logger.error("cannot read usage: %s", _reason(error))
            raise usage_unavailable() from error

    async def daily(self, user: str, start: date, end: date, *, key: str | None = None) -> list[Day]:
        """Days (UTC) of an account that have requests, both ends included, in order.

        Args:
            key: only requests with this key; None: all.

        Raises:
            ApiError: 503 usage_unavailable.
        """
        with _reading():
            return await self._store.days(user, start, end, key)

    async def shares(self, user: str, start: date, end: date) -> list[Share]:
        """The same by key and model.

        Raises:
            ApiError: 503 usage_unavailable.
        """
        with _reading():
            return await self._store.shares(user, start, end)

    async def run(self) -> None:
        """Write events until `close`; one task does."""
        loop = asyncio.get_running_loop()
        while self._waiting or not self._closing:
            if not self._waiting:
                self._wake.clear()
                await self._wake.wait()
                continue
            begun = loop.time()
            batch = [self._waiting[i] for i in range(min(BATCH, len(self._waiting)))]
            await self._keep(batch)
            for _ in batch:
                self._waiting.popleft()
            await asyncio.sleep(PACE - (loop.time() - begun))
        self._ended = True

    def close(self) -> None:
        """Let no more work begin; `run` ends when all events are kept."""
        self._closing = True
        self._wake.set()

    def forget(self) -> list[UsageEvent]:
        """Take out what waits; nothing is written any more."""
        self._ended = True
        events = [waiting.event for waiting in self._waiting]
        self._waiting.clear()
        return events

    async def _keep(self, batch: Sequence[_Waiting]) -> None:
        """Write a batch, trying again until the database takes it or refuses it."""
        delay, attempts = BACK_OFF[0], 0
        while True:
            try:
                await self._store.insert([waiting.event for waiting in batch])
            except Exception as error:
                if permanent(error):
                    await self._keep_one_by_one(batch, error)
                    return
                attempts += 1
                if attempts.bit_count() == 1:
                    # At the first, second, fourth, eighth...
                    message = "cannot record usage of %d requests (attempt %d), trying again: %s"
                    logger.error(message, len(self._waiting), attempts, _reason(error))
                await asyncio.sleep(delay)
                delay = min(2 * delay, BACK_OFF[1])
                continue
            if attempts:
                logger.warning("usage is recorded again, after %d attempts", attempts + 1)
            for waiting in batch:
                self._drop_sums(waiting.event)
                if not waiting.kept.done():
                    waiting.kept.set_result(None)
            return

    async def _keep_one_by_one(self, batch: Sequence[_Waiting], error: Exception) -> None:
        """One event that the database refuses must not take others with it."""
        if len(batch) > 1:
            for waiting in batch:
                await self._keep([waiting])
            return
        [refused] = batch
        _tell_lost(refused.event, f"the database refuses it: {_reason(error)}")
        if not refused.kept.done():
            refused.kept.set_exception(error)
            # Whoever gave up waiting does not ask any more.
            refused.kept.exception()

    def _drop_sums(self, event: UsageEvent) -> None:
        """Forget sums that an event changes; queries under way keep theirs for who waits for them already."""
        for owner in ((event.user, None), (None, event.key), (event.user, event.key), (None, None)):
            self._known.pop(owner, None)


@contextlib.asynccontextmanager
async def open_usage(database: Database, *, closing: float = 10.0) -> AsyncIterator[UsageLog]:
    """The usage log of a database, until the block is left; then what waits is written.

    Args:
        closing: seconds that may take; what is left is told in the log, to be entered by hand.
    """
    log = UsageLog(database)
    writer = asyncio.create_task(log.run(), name="usage")
    try:
        yield log
    finally:
        log.close()
        await asyncio.wait((writer,), timeout=closing)
        if not writer.done():
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer
            for event in log.forget():
                _tell_lost(event, "the database is away")
        else:
            writer.result()


def permanent(error: Exception) -> bool:
    """Whether trying again is no use: the database, or its driver, refuses the values themselves.

    Anything else passes (busy, away, full, a lost connection) or is put right by somebody; until then no new
    work is accepted.
    """
    if isinstance(error, DBAPIError):
        return isinstance(error, (IntegrityError, DataError))
    return isinstance(error, StatementError)


def usage_unavailable() -> ApiError:
    """503: what a request uses could not be recorded."""
    message = "The server cannot record usage at the moment. Please try again later."
    return unavailable(message, 2.0, "usage_unavailable")


@contextlib.contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        logger.error("cannot read usage: %s", _reason(error))
        raise usage_unavailable() from error


def _tell_lost(event: UsageEvent, reason: str) -> None:
    """The log is the last place an event can be kept in: all of it, to be entered by hand."""
    logger.critical("usage LOST, %s: %s", reason, msgspec.json.encode(event).decode())


def _reason(error: BaseException) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return " ".join(str(cause).split())[:300] or type(cause).__name__
