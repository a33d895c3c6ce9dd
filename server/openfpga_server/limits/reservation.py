"""Room within an account's limits, taken for one request, and what the answer tells of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from openfpga_server.errors import ApiError, rate_limited, too_large_for_limit
from openfpga_server.limits.window import Verdict

LONGEST_WAIT = 60
"""Seconds: everything that counts now is over by then."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Of an account, in any minute; None: no limit."""

    requests: int | None
    tokens: int | None

    def check(self, tokens: int) -> None:
        """Refuse what could not pass even alone. Raises ApiError 429, which says not to try again."""
        if self.tokens is not None and tokens > self.tokens:
            raise too_large_for_limit(tokens, self.tokens)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """Taken by `reserve`, to be given to `reconcile` once.

    Args:
        account: whose it is.
        tokens: reserved.
        limits: of the account.
        verdict: the window after it.
        issued: Unix time, seconds.
        shared: it was taken where other servers count too.
    """

    account: str
    tokens: int
    limits: Limits
    verdict: Verdict
    issued: float
    shared: bool = False

    def headers(self) -> Mapping[str, str]:
        """``X-RateLimit-*`` of the requests, and OpenAI's ``x-ratelimit-*`` of requests and tokens."""
        return limit_headers(self.limits, self.verdict, self.issued)

    def refusal(self) -> ApiError:
        """429 with the seconds until it would pass."""
        requests = self.limits.requests
        if requests is not None and self.verdict.requests >= requests:
            limit = f"{requests} requests per minute"
        else:
            limit = f"{self.limits.tokens} tokens per minute; {self.tokens} were asked for"
        retry_after = min(max(1, math.ceil(self.verdict.wait / 1e6)), LONGEST_WAIT)
        return rate_limited(limit, retry_after, self.headers())


def limit_headers(limits: Limits, verdict: Verdict, issued: float) -> Mapping[str, str]:
    """What answers tell of the limits that there are; a reset is when nothing counts any more."""
    headers: dict[str, str] = {}
    if limits.requests is not None:
        remaining = str(max(limits.requests - verdict.requests, 0))
        headers["X-RateLimit-Limit"] = headers["x-ratelimit-limit-requests"] = str(limits.requests)
        headers["X-RateLimit-Remaining"] = headers["x-ratelimit-remaining-requests"] = remaining
        headers["X-RateLimit-Reset"] = str(math.ceil(issued + verdict.requests_reset / 1e6))
        headers["x-ratelimit-reset-requests"] = duration(verdict.requests_reset)
    if limits.tokens is not None:
        headers["x-ratelimit-limit-tokens"] = str(limits.tokens)
        headers["x-ratelimit-remaining-tokens"] = str(max(limits.tokens - verdict.tokens, 0))
        headers["x-ratelimit-reset-tokens"] = duration(verdict.tokens_reset)
    return headers


def duration(microseconds: int) -> str:
    """Rounded up, as OpenAI writes it: "0s", "120ms", "7.66s", "1m0s"."""
    milliseconds = math.ceil(microseconds / 1000)
    if 0 < milliseconds < 1000:
        return f"{milliseconds}ms"
    minutes, milliseconds = divmod(milliseconds, 60_000)
    seconds = f"{milliseconds / 1000:.3f}".rstrip("0").rstrip(".")
    return f"{minutes}m{seconds}s" if minutes else f"{seconds}s"
