"""Redis or Valkey that is gone, hangs, or comes back: no request waits for it, and none fails of it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from openfpga_server.errors import ApiError
from openfpga_server.limits.fallback import FallbackLimiter
from openfpga_server.limits.limiter import Limiter, open_limiter
from openfpga_server.limits.memory import MemoryLimiter
from openfpga_server.limits.reservation import Reservation
from openfpga_server.limits.shared import open_shared
from support.servers import redis_program


class Server:
    """A Redis or Valkey server that a test may end and start again."""

    def __init__(self, folder: Path, program: str) -> None:
        self.socket = folder / "s"
        self.url = f"unix://{self.socket}"
        self._program = program
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Returns when it takes connections."""
        settings = ("--port", "0", "--unixsocket", str(self.socket), "--save", "", "--appendonly", "no")
        self._process = subprocess.Popen(
            [self._program, *settings], stdout=subprocess.PIPE, text=True, cwd=self.socket.parent
        )
        assert self._process.stdout is not None
        assert any("ready to accept connections" in line.lower() for line in self._process.stdout)

    def kill(self) -> None:
        """As a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    program = redis_program()
    if program is None:
        pytest.skip("neither Valkey nor Redis is installed (Debian: valkey-server or redis-server)")
    server = Server(tmp_path_factory.mktemp("r"), program)
    yield server
    server.kill()


class Seconds:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@contextlib.asynccontextmanager
async def limiter_of(
    url: str, clock: Seconds, patience: float = 2.0, **options: Any
) -> AsyncIterator[FallbackLimiter]:
    async with open_shared(url, patience) as shared:
        yield FallbackLimiter(shared, MemoryLimiter(), clock=clock, **options)


async def ask(limiter: Limiter, requests: int = 3) -> Reservation:
    return await limiter.reserve("user_1", 10, requests_per_minute=requests, tokens_per_minute=1_000_000)


async def test_without_redis_this_process_counts_for_itself_and_says_so_once(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Seconds()
    async with limiter_of(server.url, clock) as limiter:
        with caplog.at_level(logging.WARNING, "openfpga.limits"):
            reservations = [await ask(limiter) for _ in range(3)]
        assert limiter.degraded
        (record,) = caplog.records
        assert "counting in this process" in record.message
        with pytest.raises(ApiError) as refusal:
            await ask(limiter)
        assert refusal.value.status == 429
        for reservation in reservations:
            await limiter.reconcile(reservation, 5)
        await limiter.give_back(reservations[0])
        await ask(limiter)


async def test_a_server_that_comes_back_is_used_again_after_a_pause(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Seconds()
    async with limiter_of(server.url, clock) as limiter:
        server.start()
        shared = await ask(limiter)
        assert shared.shared
        server.kill()
        assert not (await ask(limiter)).shared
        await limiter.reconcile(shared, 1)
        await limiter.give_back(shared)
        server.start()
        assert not (await ask(limiter)).shared, "not tried again so soon"
        clock.now += 0.5
        assert (await ask(limiter)).shared
        assert not limiter.degraded
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]


async def test_attempts_become_rarer_while_it_fails(server: Server) -> None:
    clock = Seconds()
    async with limiter_of(server.url, clock) as limiter:
        attempts = []
        for _ in range(2000):
            before = limiter.failures
            await ask(limiter, 10_000)
            if limiter.failures > before:
                attempts.append(clock.now)
            clock.now += 0.1
    pauses = [round(later - earlier, 3) for earlier, later in itertools.pairwise(attempts)]
    assert pauses[0] == pytest.approx(0.5, abs=0.11)
    assert pauses == sorted(pauses)
    assert 29.9 <= pauses[-1] <= 30.2


async def test_calls_that_fail_together_make_one_pause(server: Server) -> None:
    clock = Seconds()
    async with limiter_of(server.url, clock) as limiter:
        await asyncio.gather(*(ask(limiter, 100) for _ in range(50)))
        assert limiter.failures >= 1
        before = limiter.failures
        clock.now += 0.51
        await ask(limiter, 100)
        assert limiter.failures == before + 1


async def test_a_server_that_never_answers_holds_nobody_up(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("h") / "s"
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(path))
        deaf.listen(500)
        async with limiter_of(f"unix://{path}", Seconds(), patience=0.2) as limiter:
            async with asyncio.timeout(5):
                await asyncio.gather(*(ask(limiter, 1000) for _ in range(200)))
            failures = limiter.failures
            assert failures >= 1
            for _ in range(100):
                await ask(limiter, 1000)
            assert limiter.failures == failures, "nobody else waited for it"


async def test_an_operator_may_want_refusals_instead(server: Server) -> None:
    clock = Seconds()
    async with limiter_of(server.url, clock, refuse=True) as limiter:
        with pytest.raises(ApiError) as refusal:
            await ask(limiter)
        error = refusal.value
        assert (error.status, error.code) == (503, "limits_unavailable")
        assert int(error.headers["Retry-After"]) == 1
        server.start()
        clock.now += 0.5
        assert (await ask(limiter)).shared


async def test_a_server_that_forgot_its_scripts_is_told_again(server: Server) -> None:
    clock = Seconds()
    async with limiter_of(server.url, clock) as limiter:
        server.start()
        assert (await ask(limiter)).shared
        server.kill()
        server.start()
        assert (await ask(limiter)).shared, "a closed connection is opened again at once"


async def test_a_refusal_of_the_limit_is_no_failure_of_redis(server: Server) -> None:
    clock = Seconds()
    async with limiter_of(server.url, clock) as limiter:
        server.start()
        await ask(limiter, 1)
        with pytest.raises(ApiError) as refusal:
            await ask(limiter, 1)
        assert refusal.value.status == 429
        assert not limiter.degraded


@pytest.mark.parametrize("url", ["http://localhost", "localhost:6379"])
async def test_a_url_of_something_else_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="redis://"):
        async with open_limiter(url):
            pass


async def test_the_windows_of_idle_accounts_expire(redis_url: str) -> None:
    from redis.asyncio import Redis

    async with open_shared(redis_url, 5.0) as shared, Redis.from_url(redis_url) as client:
        await ask(shared)
        (key,) = await client.keys("openfpga:*")
        assert 59_000 <= await client.pttl(key) <= 60_000
