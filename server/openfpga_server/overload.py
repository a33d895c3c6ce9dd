"""Refusing what could not be served in time, before it costs anything: its body is not even read."""

from __future__ import annotations

import math
from collections.abc import Mapping
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
class Load:
    """What is at work in one server, and whether one more request has a chance.

    The wait of a new request is estimated as (choices waiting / choices in a full batch) times the average
    time that a request spends in the batch (Little's law).

    Args:
        models: whose queues are looked at.
        config: `max_requests` and `max_wait`.
    """

    models: ModelRegistry
    config: ServerConfig
    running: int = 0
    _seconds: dict[str, float] = field(default_factory=dict)

    def check(self) -> None:
        """Whether a request may come in; which model it wants is not known yet.

        Raises:
            Overloaded: 503 with Retry-After; no model could take it, or all together do too much.
        """
        waits = [self.wait(model) for model in self.models]
        soonest = min(waits)
        if self.running >= self.config.max_requests:
            raise Overloaded("requests", _BUSY, max(soonest, 1.0))
        if soonest > self.config.max_wait:
            raise Overloaded(
                "wait", f"A new request would wait for about {_words(soonest)}. {_LATER}", soonest
            )
        if all(model.engine.stats().waiting >= model.engine.config.max_queue for model in self.models):
            raise Overloaded("queue", _QUEUED, max(soonest, 1.0))

    def wait(self, model: Served) -> float:
        """Seconds that a new request is likely to wait for a model's batch."""
        seconds = self._seconds.get(model.id)
        if seconds is None or not isinstance(model, ServedModel):
            # Nothing is known yet; what has no tokens to wait for is not measured.
            return 0.0
        stats = model.engine.stats()
        # A burst waits for a moment although the batch has room: its size counts, not what is in it.
        return stats.waiting / max(stats.running, model.engine.runner.max_rows) * seconds

    def finished(self, model: str, seconds: float) -> None:
        """Count a request that was in the batch for so long."""
        before = self._seconds.get(model)
        self._seconds[model] = seconds if before is None else before + (seconds - before) * _WEIGHT

    @property
    def averages(self) -> Mapping[str, float]:
        """Seconds in the batch by model."""
        return self._seconds


_LATER = "Please try again later."
_BUSY = f"The server is at its limit of requests. {_LATER}"
_QUEUED = f"The server is at its limit of waiting requests. {_LATER}"


def _words(seconds: float) -> str:
    return f"{math.ceil(seconds)} seconds"
