"""Limits counted on a Redis or Valkey server, so that several servers hold them together."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from importlib.resources import files

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from openfpga_server.limits.reservation import Limits, Reservation
from openfpga_server.limits.window import Verdict

PREFIX = "openfpga:limits:"
CONNECTIONS = 32
"""Of one server: a call takes well below a millisecond."""


class SharedLimiter:
    """One script call, so one round trip, for each reservation (`limiter.Limiter`), by that server's clock.

    Its calls raise what redis-py raises, OSError or TimeoutError when the server cannot be reached.

    Args:
        client: of the server.
        patience: seconds for a call, all in all.
        clock: microseconds, for tests; None: the server's.
        wall: Unix time, seconds.
    """

    degraded = False

    def __init__(
        self,
        client: Redis,
        patience: float,
        clock: Callable[[], int] | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._patience = patience
        self._clock = clock
        self._wall = wall
        self._script = client.register_script(
            files("openfpga_server.limits").joinpath("window.lua").read_text(encoding="utf-8")
        )

    async def reserve(
        self, account: str, tokens: int, *, requests_per_minute: int | None, tokens_per_minute: int | None
    ) -> Reservation:
        """Take room for a request (`Limiter.reserve`)."""
        limits = Limits(requests_per_minute, tokens_per_minute)
        limits.check(tokens)
        ends = (-1 if limit is None else limit for limit in (limits.requests, limits.tokens))
        taking = asyncio.create_task(self._call(account, "take", tokens, *ends))
        try:
            verdict = Verdict(*await asyncio.shield(taking))
        except asyncio.CancelledError:
            # Whoever asked has left, and nobody else could give back what the script takes.
            await self._untake(account, tokens, taking)
            raise
        reservation = Reservation(
            account=account,
            tokens=tokens,
            limits=limits,
            verdict=verdict,
            issued=self._wall(),
            shared=True,
        )
        if verdict.bucket < 0:
            raise reservation.refusal()
        return reservation

    async def reconcile(self, reservation: Reservation, tokens: int) -> None:
        """Replace the tokens reserved by those really used."""
        if tokens != reservation.tokens:
            more = tokens - reservation.tokens
            await self._call(reservation.account, "settle", reservation.verdict.bucket, more, 0)

    async def give_back(self, reservation: Reservation) -> None:
        """As if it had not been taken."""
        taken = (reservation.verdict.bucket, -reservation.tokens, -1)
        await self._call(reservation.account, "settle", *taken)

    async def _untake(self, account: str, tokens: int, taking: asyncio.Task[list[int]]) -> None:
        with suppress(RedisError, OSError, TimeoutError):
            verdict = Verdict(*await taking)
            if verdict.bucket >= 0:
                await self._call(account, "settle", verdict.bucket, -tokens, -1)

    async def _call(self, account: str, what: str, *arguments: int) -> list[int]:
        now = "" if self._clock is None else self._clock()
        async with asyncio.timeout(self._patience):
            answer = await self._script(keys=[PREFIX + account], args=[now, what, *arguments])
        return [int(number) for number in answer or ()]


@asynccontextmanager
async def open_shared(url: str, patience: float) -> AsyncIterator[SharedLimiter]:
    """A limiter on the server at a URL; whether that can be reached shows with the first call.

    Raises:
        ValueError: the URL is none of a Redis or Valkey server.
    """
    for valkey, redis in (("valkey://", "redis://"), ("valkeys://", "rediss://")):
        if url.startswith(valkey):
            url = redis + url.removeprefix(valkey)
    pool: BlockingConnectionPool = BlockingConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS,
        timeout=patience,
        socket_timeout=patience,
        socket_connect_timeout=patience,
        # Once more, on a new connection: an idle one may have been closed by the other side.
        retry=Retry(NoBackoff(), 1),
    )
    client = Redis.from_pool(pool)
    try:
        yield SharedLimiter(client, patience)
    finally:
        await client.aclose()
