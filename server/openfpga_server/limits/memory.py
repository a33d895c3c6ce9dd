"""Limits counted in this process."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from openfpga_server.limits.reservation import Limits, Reservation
from openfpga_server.limits.window import SlidingWindow


def monotonic_us() -> int:
    """Microseconds of a clock that nobody sets."""
    return time.monotonic_ns() // 1000


class MemoryLimiter:
    """A window for each account that asked within the last minute (`limiter.Limiter`).

    Args:
        clock: microseconds.
        wall: Unix time, seconds.
    """

    degraded = False

    def __init__(
        self, clock: Callable[[], int] = monotonic_us, wall: Callable[[], float] = time.time
    ) -> None:
        self._clock = clock
        self._wall = wall
        # The one that asked last at the end.
        self._windows: OrderedDict[str, SlidingWindow] = OrderedDict()

    def __len__(self) -> int:
        return len(self._windows)

    async def reserve(
        self, account: str, tokens: int, *, requests_per_minute: int | None, tokens_per_minute: int | None
    ) -> Reservation:
        """Take room for a request (`Limiter.reserve`)."""
        limits = Limits(requests_per_minute, tokens_per_minute)
        limits.check(tokens)
        now = self._clock()
        self._forget(now)
        window = self._windows.setdefault(account, SlidingWindow())
        self._windows.move_to_end(account)
        verdict = window.take(now, tokens, limits.requests, limits.tokens)
        reservation = Reservation(
            account=account, tokens=tokens, limits=limits, verdict=verdict, issued=self._wall()
        )
        if verdict.bucket < 0:
            raise reservation.refusal()
        return reservation

    async def reconcile(self, reservation: Reservation, tokens: int) -> None:
        """Replace the tokens reserved by those really used."""
        window = self._windows.get(reservation.account)
        used_more = tokens - reservation.tokens
        if window is None and used_more > 0:
            window = self._windows[reservation.account] = SlidingWindow()
        if window is not None:
            window.settle(self._clock(), reservation.verdict.bucket, used_more)

    async def give_back(self, reservation: Reservation) -> None:
        """As if it had not been taken."""
        window = self._windows.get(reservation.account)
        if window is not None:
            window.settle(self._clock(), reservation.verdict.bucket, -reservation.tokens, -1)

    def _forget(self, now: int) -> None:
        """Drop accounts of which nothing counts any more."""
        while self._windows:
            account = next(iter(self._windows))
            if not self._windows[account].empty(now):
                break
            del self._windows[account]
