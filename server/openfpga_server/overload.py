"""Refusing what could not be served in time, before it costs anything: its body is not even read."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from openfpga_server.config import ServerConfig
from openfpga_server.errors import ApiError, unavailable
from openfpga_server.registry import ModelRegistry, Served, ServedModel

RETRY_AFTER = 60.0
"""The longest that a refused client is told to stay away, seconds."""
_WEIGHT = 1 / 16
"""Of the newest request in the averages."""


class Overloaded(ApiError):
    """503: nothing is wrong with the request, but with its moment. `reason` is for metrics."""

    def __init__(self, reason: str, message: str, retry_after: float) -> None:
        told = unavailable(message, min(retry_after, RETRY_AFTER), "queue_full")
        super().__init__(told.status, told.message, type=told.type, code=told.code, headers=told.headers)
        self.reason = reason


@dataclass(slots=True)
class Account:
    """What one account has at work: requests, and its weight in the token loop."""

    requests: int
    weight: int


@dataclass(slots=True)
class Load:
    """What is at work in one server, and whether one more request has a chance.

    The wait of a new request is estimated by Little's law: (what waits before it / rows of the device) times
    the average time that a request spends in the batch. An account's requests wait behind its own only, at
    its share of the rows, so nobody is refused because others have much to do.

    Args:
        models: whose queues are looked at.
        config: `max_requests` and `max_wait`.
    """

    models: ModelRegistry
    config: ServerConfig
    running: int = 0
    _seconds: dict[str, float] = field(default_factory=dict)
    _accounts: dict[str, Account] = field(default_factory=dict)

    @contextmanager
    def request(self) -> Iterator[None]:
        """A request that has come, whoever's it is.

        Raises:
            Overloaded: 503 with Retry-After: all together do too much.
        """
        if self.running >= self.config.max_requests:
            raise Overloaded("requests", _BUSY, 1.0)
        # The engine takes twice its queue, for accounts that have nothing in it.
        if all(model.engine.waiting >= 2 * model.engine.config.max_queue for model in self.models):
            raise Overloaded("queue", _QUEUED, max(map(self.wait, self.models)))
        self.running += 1
        try:
            yield
        finally:
            self.running -= 1

    @contextmanager
    def of(self, account: str, weight: int) -> Iterator[None]:
        """A request of which is known whose it is, but not which model it wants.

        Raises:
            Overloaded: 503 with Retry-After: no model could take it, or not within the time.
        """
        mine = self._accounts.get(account)
        requests = 0 if mine is None else mine.requests
        waits = [self._wait_of(model, account, weight) for model in self.models]
        soonest = min(waits)
        if soonest > self.config.max_wait:
            raise Overloaded(
                "wait", f"A new request would wait for about {_words(soonest)}. {_LATER}", soonest
            )
        if all(self._full(model, requests) for model in self.models):
            raise Overloaded("queue", _QUEUED, max(soonest, 1.0))
        if mine is None:
            mine = self._accounts[account] = Account(0, weight)
        mine.requests += 1
        try:
            yield
        finally:
            mine.requests -= 1
            if not mine.requests:
                del self._accounts[account]

    def wait(self, model: Served) -> float:
        """Seconds until all that waits for a model now is in its batch."""
        seconds, waiting = self._seconds.get(model.id), model.engine.waiting
        if not waiting or seconds is None or not isinstance(model, ServedModel):
            # Nothing is known yet; what has no tokens to wait for is not measured.
            return 0.0
        # A burst waits for a moment although the batch has room: its size counts, not what is in it.
        return waiting / max(model.engine.stats().running, model.engine.step_rows) * seconds

    def _wait_of(self, model: Served, account: str, weight: int) -> float:
        """Seconds until an account's next request would be in the batch."""
        everyone = self.wait(model)
        mine = self._accounts.get(account)
        if not everyone or mine is None or not isinstance(model, ServedModel):
            return 0.0
        weights = sum(each.weight for each in self._accounts.values())
        rows = model.engine.step_rows * weight / weights
        return min(everyone, max(mine.requests / rows - 1, 0.0) * self._seconds[model.id])

    def _full(self, model: Served, requests: int) -> bool:
        """Whether the engine would refuse one more of an account that has so many requests at work."""
        engine = model.engine
        # As an account never runs more than a step has rows, the rest of its requests wait.
        rows = model.engine.step_rows if isinstance(model, ServedModel) else 0
        return engine.waiting >= engine.config.max_queue and requests > rows

    def finished(self, model: str, seconds: float) -> None:
        """Count a request that was in the batch for so long."""
        before = self._seconds.get(model)
        self._seconds[model] = seconds if before is None else before + (seconds - before) * _WEIGHT


_LATER = "Please try again later."
_BUSY = f"The server is at its limit of requests. {_LATER}"
_QUEUED = f"The server is at its limit of waiting requests. {_LATER}"


def _words(seconds: float) -> str:
    return f"{math.ceil(seconds)} seconds"
