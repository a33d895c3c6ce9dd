"""What is kept of one request, and what it costs (docs/usage.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from openfpga_server.accounts.clock import day_of
from openfpga_server.catalogue import Pricing

MILLION = 1_000_000


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
        started_us: when the request came, microseconds since 1970 (UTC).
        cost_micro: micro-dollars.
        first_token_us: microseconds from the request's arrival to its first token; None: there was none.
        total_us: microseconds from its arrival to the end of its work.
        finish: why the answer ended; None: it did not.
    """

    id: str
    user: str
    key: str | None
    model: str
    endpoint: str
    dialect: str
    status: int
    started_us: int
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    cost_micro: int
    first_token_us: int | None
    total_us: int
    finish: str | None

    @property
    def day(self) -> date:
        """The day (UTC) that the request came, which it counts for."""
        return day_of(self.started_us)


def cost_micro(pricing: Pricing | None, prompt_tokens: int, completion_tokens: int) -> int:
    """Whole micro-dollars of a request, halves rounded up; nothing where there is no price."""
    if pricing is None:
        return 0
    exact = prompt_tokens * pricing.input_micro + completion_tokens * pricing.output_micro
    return (exact + MILLION // 2) // MILLION
