"""What requests measured: running averages of a model."""

from __future__ import annotations

from dataclasses import dataclass, field

MEMORY = 100
"""Requests after which an old one weighs less than a third."""


@dataclass(slots=True)
class Average:
    """A mean of the first `MEMORY` values, then one that forgets exponentially."""

    value: float | None = None
    count: int = 0

    def add(self, value: float) -> None:
        """Take one more value in."""
        self.count += 1
        last = value if self.value is None else self.value
        self.value = last + (value - last) / min(self.count, MEMORY)


@dataclass(slots=True)
class Averages:
    """Of one model, over its finished requests.

    Args:
        latency: seconds from arrival to the first token.
        rate: tokens a second of one request after its first token, all of its choices together.
    """

    latency: Average = field(default_factory=Average)
    rate: Average = field(default_factory=Average)

    def request_ended(self, latency: float, decoding: float, tokens: int) -> None:
        """Count a request by its seconds up to and after the first token, and the tokens it generated."""
        self.latency.add(latency)
        if tokens > 1 and decoding > 0:
            self.rate.add((tokens - 1) / decoding)
