"""What an account used in the last minute.

A sliding window of buckets: what comes within half a second of a bucket's first use joins it, and a bucket
counts until a minute after its last. So no 60 seconds ever hold more than the limit, 121 buckets are enough
whatever the limits are, and who always asks for all there is gets 60 / 60.5 of it. `window.lua` is the same
for Redis and Valkey; both pass the same tests.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

MINUTE = 60_000_000
"""Microseconds."""
SPAN = 500_000
"""Microseconds from the first use in a bucket within which others join it."""


@dataclass(slots=True)
class Bucket:
    """Uses close to each other. first, last: when they were, microseconds; the first is the bucket's name."""

    first: int
    last: int
    requests: int = 0
    tokens: int = 0


class Verdict(NamedTuple):
    """What came of a request for room.

    Args:
        bucket: the name of where it was taken; -1: it was refused.
        wait: microseconds until it would pass, if nothing else is used; 0 if it did pass.
        requests: used now, this one included if it passed.
        tokens: the same; more than the limit where answers became longer than was reserved.
        requests_reset: microseconds until none of them counts any more.
        tokens_reset: the same.
    """

    bucket: int
    wait: int
    requests: int
    tokens: int
    requests_reset: int
    tokens_reset: int


class SlidingWindow:
    """The window of one account; moments are microseconds of any clock, and a clock set back stands still."""

    __slots__ = ("_buckets", "requests", "tokens")

    def __init__(self) -> None:
        self._buckets: deque[Bucket] = deque()
        self.requests = 0
        self.tokens = 0

    def empty(self, now: int) -> bool:
        """Whether nothing counts any more."""
        self._at(now)
        return not self._buckets

    def take(self, now: int, tokens: int, requests_limit: int | None, tokens_limit: int | None) -> Verdict:
        """Take room for one request if both limits have it. `tokens` alone fit the limit."""
        now = self._at(now)
        wait, name = self._wait(now, tokens, requests_limit, tokens_limit), -1
        if wait == 0:
            name = self._add(now, 1, tokens)
        return Verdict(
            name,
            wait,
            self.requests,
            self.tokens,
            self._reset(now, (bucket.last for bucket in reversed(self._buckets) if bucket.requests)),
            self._reset(now, (bucket.last for bucket in reversed(self._buckets) if bucket.tokens)),
        )

    def settle(self, now: int, name: int, tokens: int, requests: int = 0) -> None:
        """Correct what a request took in bucket `name` by `tokens`, and by `requests` (0 or -1).

        What it used less is given back to that time; what it used more counts from now on.
        """
        now = self._at(now)
        if tokens > 0:
            self._add(now, 0, tokens)
            return
        for bucket in self._buckets:
            if bucket.first == name:
                bucket.tokens += tokens
                bucket.requests += requests
                self.tokens += tokens
                self.requests += requests

    def _at(self, now: int) -> int:
        """The moment, or the latest known if that is later; what is over is forgotten."""
        buckets = self._buckets
        if buckets:
            now = max(now, buckets[-1].last)
        while buckets and buckets[0].last + MINUTE <= now:
            bucket = buckets.popleft()
            self.requests -= bucket.requests
            self.tokens -= bucket.tokens
        return now

    def _add(self, now: int, requests: int, tokens: int) -> int:
        if not self._buckets or now - self._buckets[-1].first >= SPAN:
            self._buckets.append(Bucket(now, now))
        bucket = self._buckets[-1]
        bucket.last = now
        bucket.requests += requests
        bucket.tokens += tokens
        self.requests += requests
        self.tokens += tokens
        return bucket.first

    def _wait(self, now: int, tokens: int, requests_limit: int | None, tokens_limit: int | None) -> int:
        """Microseconds until a request with so many tokens passes."""
        over_requests = 0 if requests_limit is None else self.requests + 1 - requests_limit
        over_tokens = 0 if tokens_limit is None else self.tokens + tokens - tokens_limit
        wait = 0
        for bucket in self._buckets:
            if over_requests <= 0 and over_tokens <= 0:
                break
            over_requests -= bucket.requests
            over_tokens -= bucket.tokens
            wait = bucket.last + MINUTE - now
        return wait

    @staticmethod
    def _reset(now: int, last: Iterator[int]) -> int:
        return next((moment + MINUTE - now for moment in last), 0)
