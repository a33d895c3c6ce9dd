"""What happens while the shared counts cannot be reached: a request never waits for them long."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Coroutine

from redis.exceptions import RedisError

from openfpga_server.errors import ApiError, unavailable
from openfpga_server.limits.memory import MemoryLimiter
from openfpga_server.limits.reservation import Reservation
from openfpga_server.limits.shared import SharedLimiter

logger = logging.getLogger("openfpga.limits")

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds until the next attempt, after the first failure and after many."""
FAILURES = (RedisError, OSError, TimeoutError)


class FallbackLimiter:
    """A shared limiter, and this process's own for as long as that fails (`limiter.Limiter`).

    After a failure one request in a while tries again, each time twice as late, and no other waits for it.

    Args:
        shared: counts for all servers.
        local: counts for this one.
        refuse: 503 in place of the local counts.
        clock: seconds.
    """

    def __init__(
        self,
        shared: SharedLimiter,
        local: MemoryLimiter,
        *,
        refuse: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._shared = shared
        self._local = local
        self._refuse = refuse
        self._clock = clock
        self._pause = 0.0
        self._again = 0.0
        self._outage = 0
        self.failures = 0

    @property
    def degraded(self) -> bool:
        """Whether the shared counts were out of reach when last tried."""
        return self._pause > 0

    async def reserve(
        self, account: str, tokens: int, *, requests_per_minute: int | None, tokens_per_minute: int | None
    ) -> Reservation:
        """Take room for a request (`Limiter.reserve`). Raises ApiError 503 too, if that is wanted."""
        if self._try():
            outage = self._outage
            try:
                reservation = await self._shared.reserve(
                    account,
                    tokens,
                    requests_per_minute=requests_per_minute,
                    tokens_per_minute=tokens_per_minute,
                )
            except FAILURES as error:
                self._failed(error, outage)
            except ApiError:
                self._worked()
                raise
            else:
                self._worked()
                return reservation
        if self._refuse:
            message = "Your limits cannot be checked at the moment. Please try again later."
            raise unavailable(message, max(self._again - self._clock(), 1.0), "limits_unavailable")
        return await self._local.reserve(
            account, tokens, requests_per_minute=requests_per_minute, tokens_per_minute=tokens_per_minute
        )

    async def reconcile(self, reservation: Reservation, tokens: int) -> None:
        """Replace the tokens reserved by those really used. While that fails the reserved ones count."""
        if reservation.shared:
            await self._settle(self._shared.reconcile(reservation, tokens))
        else:
            await self._local.reconcile(reservation, tokens)

    async def give_back(self, reservation: Reservation) -> None:
        """As if it had not been taken. While that fails it counts."""
        if reservation.shared:
            await self._settle(self._shared.give_back(reservation))
        else:
            await self._local.give_back(reservation)

    async def _settle(self, call: Coroutine[None, None, None]) -> None:
        """A call that need not succeed, and is left out while calls fail."""
        if self.degraded:
            call.close()
            return
        outage = self._outage
        try:
            await call
        except FAILURES as error:
            self._failed(error, outage)

    def _try(self) -> bool:
        """Whether to ask the shared limiter; while it fails, one caller at a time gets to."""
        if not self.degraded:
            return True
        now = self._clock()
        if now < self._again:
            return False
        self._again = now + self._pause
        return True

    def _failed(self, error: Exception, outage: int) -> None:
        """Pause, once for all calls that were under way together."""
        self.failures += 1
        if outage != self._outage:
            return
        self._outage += 1
        if not self.degraded:
            then = "refusing requests" if self._refuse else "counting in this process"
            logger.warning("limits: Redis cannot be reached (%s: %s); %s", type(error).__name__, error, then)
        self._pause = min(max(FIRST_PAUSE, 2 * self._pause), LONGEST_PAUSE)
        self._again = self._clock() + self._pause

    def _worked(self) -> None:
        if self.degraded:
            logger.warning("limits: Redis can be reached again")
        self._pause = 0.0
