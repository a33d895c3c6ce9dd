"""Two server processes on one Redis or Valkey and one PostgreSQL hold a key to its limits together."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import ClientSession
from openfpga_server.accounts.accounts import open_accounts
from openfpga_server.accounts.users import Users

PROGRAM = Path(__file__).resolve().parent.parent / "support" / "limited_server.py"
REQUESTS, TOKENS = 600, 9000
"""A minute; one request reserves little more than a percent of the tokens."""
WITHIN = 0.02
SECONDS = 78.0
CLIENTS = 3
"""Of each key at each server."""


@contextlib.asynccontextmanager
async def server(*arguments: str) -> AsyncIterator[str]:
    """The URL of a process that is killed at the end of the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(PROGRAM), *arguments, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        url = (await process.stdout.readline()).decode().strip()
        assert url.startswith("http://")
        yield url
    finally:
        process.kill()
        await process.wait()


@dataclass
class Passed:
    """What was let in of a key: (asked, answered, tokens that it was worth), moments by a client's clock."""

    uses: list[tuple[float, float, int]] = field(default_factory=list)
    refused: int = 0

    def within(self, start: float, end: float) -> tuple[int, int]:
        """Requests and tokens that were certainly counted in a span of time."""
        tokens = [used for asked, answered, used in self.uses if start <= asked and answered < end]
        return len(tokens), sum(tokens)

    def most(self) -> tuple[int, int]:
        """Requests and tokens of the fullest minutes."""
        minutes = [self.within(asked, asked + 60) for asked, _, _ in self.uses]
        return max(requests for requests, _ in minutes), max(tokens for _, tokens in minutes)


async def saturate(url: str, key: str, body: dict[str, object], until: float, passed: Passed) -> None:
    """Ask again and again, whatever the server says."""
    async with ClientSession(url, headers={"Authorization": f"Bearer {key}"}) as http:
        while time.monotonic() < until:
            at = time.monotonic()
            async with http.post("/v1/completions", json={"model": "alphabet", **body}) as response:
                answer = await response.json()
                if response.status == 200:
                    passed.uses.append((at, time.monotonic(), answer["usage"]["total_tokens"]))
                    continue
                assert response.status == 429, answer
                assert 1 <= int(response.headers["Retry-After"]) <= 60
                passed.refused += 1
            await asyncio.sleep(0.05)


@pytest.mark.slow
async def test_two_servers_hold_one_key_to_its_limits_within_two_percent(
    postgres_url: str, redis_url: str, tmp_path: Path
) -> None:
    async with open_accounts(postgres_url, pepper_file=tmp_path / "pepper") as accounts:
        keys = []
        for name in ("requests", "tokens"):
            user = await Users(accounts.database).create(name)
            keys.append((await accounts.create_key(name, user=user.id)).secret)
    arguments = (postgres_url, str(tmp_path), redis_url, str(REQUESTS), str(TOKENS))
    small = {"prompt": "f", "max_tokens": 1}
    # It ends after f, far from the most it may have: tokens are given back all the time.
    large = {"prompt": "abc" * 5, "max_tokens": 100}
    by_requests, by_tokens = Passed(), Passed()
    async with server(*arguments) as one, server(*arguments) as other:
        began = time.monotonic()
        await asyncio.gather(
            *(
                saturate(url, key, body, began + SECONDS, passed)
                for url in (one, other)
                for key, body, passed in ((keys[0], small, by_requests), (keys[1], large, by_tokens))
                for _ in range(CLIENTS)
            )
        )
    assert min(by_requests.refused, by_tokens.refused) > 50
    last = began + SECONDS - 62, began + SECONDS
    print(
        f"requests: at most {by_requests.most()[0]} in a minute, {by_requests.within(*last)[0]} in the last; "
        f"tokens: at most {by_tokens.most()[1]}, {by_tokens.within(*last)[1]}"
    )
    assert by_requests.most()[0] <= REQUESTS * (1 + WITHIN)
    assert by_requests.within(*last)[0] >= REQUESTS * (1 - WITHIN)
    assert by_tokens.most()[1] <= TOKENS * (1 + WITHIN)
    assert by_tokens.within(*last)[1] >= TOKENS * (1 - WITHIN)
