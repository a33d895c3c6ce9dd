"""Both places where limits are counted, with a clock that tests set."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import pytest
from openfpga_server.limits.limiter import Limiter
from openfpga_server.limits.memory import MemoryLimiter
from openfpga_server.limits.shared import SharedLimiter
from redis.asyncio import Redis


class Clock:
    """Microseconds that pass when told."""

    def __init__(self) -> None:
        self.now = 1_700_000_000_000_000

    def __call__(self) -> int:
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += round(seconds * 1e6)


class Place:
    """Where limits are counted: in this process, or (`socket`) on a real server."""

    def __init__(self, socket: Path | None) -> None:
        self.socket = socket
        self._accounts = count()

    @asynccontextmanager
    async def limiter(self) -> AsyncIterator[tuple[Limiter, Clock]]:
        """A limiter and its clock."""
        clock = Clock()
        if self.socket is None:
            yield MemoryLimiter(clock, lambda: clock.now / 1e6), clock
            return
        async with Redis(unix_socket_path=str(self.socket)) as client:
            yield SharedLimiter(client, 5.0, clock, lambda: clock.now / 1e6), clock

    def new_account(self) -> str:
        """An account that nobody used before."""
        return f"{id(self)}-{next(self._accounts)}"


@pytest.fixture(scope="session", params=["memory", "redis"])
def place(request: pytest.FixtureRequest) -> Place:
    """Each test of limits runs at both."""
    return Place(None if request.param == "memory" else request.getfixturevalue("redis_socket"))


@pytest.fixture(scope="session")
def both(redis_socket: Path) -> tuple[Place, Place]:
    """In this process, and on a server."""
    return Place(None), Place(redis_socket)
