"""What is kept of one request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from openfpga_server.catalogue import Pricing


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageEvent:
    """One request that reached a model; it is counted once by its id.

    Args:
        id: of the request, as its answer's `x-request-id` tells it.
        user: id of the account.
        key: id of the key; None: there was none.
        model: id.
        endpoint: the route's path: "/v1/chat/completions".
        dialect: name.
        status: HTTP status; 499: the client left first.
        started: when the request came, UTC.
        cost_micro: micro-dollars.
        latency_ms: from the request's arrival to its first token, or to its whole answer where there is none.
        finish: why the answer ended; None: it did not.
    """

    id: str
    user: str
    key: str | None
    model: str
    endpoint: str
    dialect: str
    status: int
    started: datetime
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    cost_micro: int
    latency_ms: float
    finish: str | None


MILLION = 1_000_000


def cost_micro(pricing: Pricing | None, prompt_tokens: int, completion_tokens: int) -> int:
    """Whole micro-dollars of a request, halves rounded up; nothing where there is no price."""
    if pricing is None:
        return 0
    exact = prompt_tokens * pricing.input_micro + completion_tokens * pricing.output_micro
    return (exact + MILLION // 2) // MILLION
