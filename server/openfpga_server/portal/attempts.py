"""How often an address may try to sign in."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from aiohttp import web

FAILURES = 10
"""In `WINDOW`, by address."""
WINDOW = 60.0
"""Seconds."""
ADDRESSES = 10_000
"""Remembered at a time; the one that failed longest ago is forgotten first."""


class Attempts:
    """Failed attempts of the last minute, by address; an IPv6 customer's whole network counts as one.

    Args:
        clock: seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failed: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, address: str | None) -> float:
        """Seconds until the address may try again; 0: now."""
        times = self._failed.get(_network(address))
        if times is None or len(times) < FAILURES:
            return 0.0
        return max(0.0, times[0] + WINDOW - self._clock())

    def failed(self, address: str | None) -> None:
        """Count a failure."""
        network = _network(address)
        times = self._failed.setdefault(network, deque(maxlen=FAILURES))
        times.append(self._clock())
        self._failed.move_to_end(network)
        if len(self._failed) > ADDRESSES:
            self._failed.popitem(last=False)


ATTEMPTS: web.AppKey[Attempts] = web.AppKey("openfpga_attempts", Attempts)


def _network(address: str | None) -> str:
    try:
        parsed = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
