"""Where an account's requests and tokens are counted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from openfpga_server.limits.memory import MemoryLimiter
from openfpga_server.limits.reservation import Reservation


class Limiter(Protocol):
    """Requests and tokens of each account in any minute."""

    async def reserve(
        self, account: str, tokens: int, *, requests_per_minute: int | None, tokens_per_minute: int | None
    ) -> Reservation:
        """Take room for a request.

        Args:
            account: whose limits count: the id of a user, or of a key with limits of its own.
            tokens: of its prompt and, at most, of its answer.
            requests_per_minute: None: no limit.
            tokens_per_minute: None: no limit.

        Raises:
            ApiError: 429: with Retry-After, or without if the request alone is more than the limit.
        """
        ...

    async def reconcile(self, reservation: Reservation, tokens: int) -> None:
        """Replace the tokens reserved by those really used; never fails."""
        ...

    async def give_back(self, reservation: Reservation) -> None:
        """As if it had not been taken; never fails."""
        ...

    @property
    def degraded(self) -> bool:
        """Whether this server counts for itself although others should count with it."""
        ...


@asynccontextmanager
async def open_limiter(
    redis_url: str | None = None, *, refuse: bool = False, patience: float = 2.0
) -> AsyncIterator[Limiter]:
    """A limiter in this process, or one shared by all servers of a Redis or Valkey server.

    Args:
        redis_url: ``redis://``, ``rediss://``, ``valkey://``, ``valkeys://`` or ``unix:///SOCKET``; None: in
            this process.
        refuse: while that server cannot be reached requests are refused, and not counted in this process.
        patience: seconds that server has to answer.

    Raises:
        ValueError: the URL is none of these.
    """
    if redis_url is None:
        yield MemoryLimiter()
        return
    # Here, as a server that counts for itself need not wait for redis-py.
    from openfpga_server.limits.fallback import FallbackLimiter
    from openfpga_server.limits.shared import open_shared

    async with open_shared(redis_url, patience) as shared:
        yield FallbackLimiter(shared, MemoryLimiter(), refuse=refuse)
