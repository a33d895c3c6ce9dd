"""More than an account may have, by asking for it all at once or by leaving before the end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
import struct
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from urllib.parse import urlsplit

import pytest
from openfpga_server.config import LimitsConfig, ServerConfig
from openfpga_server.limits.shared import open_shared
from support.portal_server import MODEL, portal_server

from .conftest import Target, statuses

PROMPT = "abcdefghi"
TOKENS = 10
"""Of the prompt and what goes before it."""
TOGETHER = 24

Open = Callable[[], AbstractContextManager[Target]]


@pytest.fixture(params=["memory", "redis"])
def open_target(request: pytest.FixtureRequest, sqlite_url: str) -> Open:
    """Starts a server; several share one database, and one Redis where they count there."""
    redis = request.getfixturevalue("redis_url") if request.param == "redis" else None

    @contextlib.contextmanager
    def start() -> Iterator[Target]:
        limits = LimitsConfig(requests_per_minute=20_000, tokens_per_minute=2_000_000, redis_url=redis)
        config = ServerConfig(port=0, drain_timeout=5, limits=limits)
        with portal_server(sqlite_url, config) as server:
            server.runner.say("0123456789" * 20)
            yield Target(server, "", "")

    return start


def request(target: Target, key: str, **fields: object) -> bytes:
    """The bytes of a request."""
    body = json.dumps({"model": MODEL, "prompt": PROMPT, "max_tokens": 10, **fields}).encode()
    return target.request(
        "POST /v1/completions HTTP/1.1", "Content-Type: application/json", body=body, key=key
    )


def together(targets: list[Target], key: str, **fields: object) -> list[int]:
    """Statuses of many requests at the same moment, in turns to each server."""
    with ThreadPoolExecutor(TOGETHER) as threads:
        each = [targets[i % len(targets)] for i in range(TOGETHER)]
        answers = threads.map(lambda target: target.send(request(target, key, **fields)), each)
        return sorted(status for answer in answers for status in statuses(answer))


def left(target: Target, key: str) -> tuple[int, int]:
    """Requests and tokens that an account had left before the request that asks."""
    answer = target.send(request(target, key, max_tokens=1))
    numbers = [
        int(re.findall(rb"x-ratelimit-remaining-%s: (\d+)" % name, answer)[0])
        for name in (b"requests", b"tokens")
    ]
    return numbers[0] + 1, numbers[1] + TOKENS + 1


def leave(target: Target, data: bytes, *, read: bool) -> None:
    """Send, perhaps see the answer begin, and go away by a reset."""
    address = urlsplit(target.server.url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.sendall(data)
        if read:
            connection.recv(1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def test_of_requests_at_the_same_moment_as_many_pass_as_the_limit_has(open_target: Open) -> None:
    with open_target() as target:
        key = target.server.create_key("key", requests_per_minute=7)
        assert together([target], key) == [200] * 7 + [429] * (TOGETHER - 7)


def test_tokens_are_taken_before_the_work_so_together_none_has_too_many(open_target: Open) -> None:
    with open_target() as target:
        key = target.server.create_key("key", tokens_per_minute=100)
        target.server.runner.gate.clear()
        with ThreadPoolExecutor(1) as thread:
            found = thread.submit(together, [target], key, max_tokens=15)
            # All are judged while nothing is given back: 25 tokens each.
            wait_for(lambda: refusals(target) == TOGETHER - 4)
            target.server.runner.gate.set()
            assert found.result() == [200] * 4 + [429] * (TOGETHER - 4)


def test_two_servers_together_let_no_more_through(sqlite_url: str, redis_url: str) -> None:
    config = ServerConfig(port=0, drain_timeout=5, limits=LimitsConfig(redis_url=redis_url))
    with portal_server(sqlite_url, config) as one, portal_server(sqlite_url, config) as other:
        key = one.create_key("key", requests_per_minute=7)
        assert together([Target(one, "", ""), Target(other, "", "")], key) == [200] * 7 + [429] * 17


def test_requests_that_are_left_leave_nothing_taken(open_target: Open) -> None:
    with open_target() as target:
        server = target.server
        key = server.create_key("key", requests_per_minute=10_000, tokens_per_minute=1_000_000)
        plain, stream = (
            request(target, key, max_tokens=150),
            request(target, key, max_tokens=150, stream=True),
        )
        with ThreadPoolExecutor(8) as threads:
            for number in range(100):
                threads.submit(leave, target, stream, read=True)
                threads.submit(leave, target, (plain, stream)[number % 2], read=False)
                threads.submit(leave, target, plain[: -number % len(plain)], read=False)
        wait_for(lambda: not server.engine.stats().running and not server.engine.stats().waiting)
        # What still counts is what was recorded as used, to the token.
        wait_for(lambda: used(target) + left(target, key)[1] == 1_000_000)
        assert used(target) >= TOKENS, "some were at work when they were left"


def test_a_budget_is_exceeded_by_what_runs_at_that_moment_and_no_more(open_target: Open) -> None:
    """The bound that docs/security.md states: each request that runs, with all that it may have."""
    with open_target() as target:
        server = target.server
        most = TOKENS * 100 + 10 * 200
        key = server.create_key("key", budget_micro=1, requests_per_minute=5)
        server.runner.gate.clear()
        with ThreadPoolExecutor(1) as thread:
            found = thread.submit(together, [target], key)
            wait_for(lambda: refusals(target) == TOGETHER - 5)
            server.runner.gate.set()
            assert found.result() == [200] * 5 + [429] * (TOGETHER - 5)
        spent = server.run(server.usage.spent(user="user_local")).cost_micro
        assert 1 < spent <= 5 * most
        assert together([target], key) == [403] * TOGETHER, "when they have ended the budget is over at once"
        assert server.run(server.usage.spent(user="user_local")).cost_micro == spent


async def test_whoever_leaves_while_redis_is_asked_has_taken_nothing(redis_url: str) -> None:
    async with open_shared(redis_url, 5) as limiter:
        finished = 0
        for turns in range(40):
            asking = asyncio.create_task(
                limiter.reserve("leaver", 10, requests_per_minute=1000, tokens_per_minute=10_000)
            )
            for _ in range(turns):
                await asyncio.sleep(0.0001 if turns % 2 else 0)
            asking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asking
                finished += 1
        now = await limiter.reserve("leaver", 10, requests_per_minute=1000, tokens_per_minute=10_000)
        assert (now.verdict.requests, now.verdict.tokens) == (finished + 1, 10 * (finished + 1))


def used(target: Target) -> int:
    """Tokens that the usage log has of all requests until now."""
    return target.server.run(target.server.usage.spent(user="user_local")).tokens


def refusals(target: Target) -> int:
    """How many requests were answered 429 so far."""
    metrics = target.send(target.request("GET /metrics HTTP/1.1"))
    found = re.search(rb'openfpga_requests_total\{endpoint="/v1/completions",status="429"\} (\d+)', metrics)
    return 0 if found is None else int(found[1])


def wait_for(holds: Callable[[], bool]) -> None:
    """Until it holds, at most 20 seconds."""

    async def waiting() -> None:
        async with asyncio.timeout(20):
            while not await asyncio.to_thread(holds):  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    asyncio.run(waiting())
