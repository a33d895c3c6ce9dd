"""Limits as clients see them: headers of answers, refusals in each document's shape, tokens given back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

import pytest
from aiohttp import ClientSession
from openai import AsyncOpenAI, RateLimitError
from openfpga_server.accounts.accounts import Accounts
from openfpga_server.app import create_app
from openfpga_server.config import ServerConfig
from openfpga_server.lifecycle import serve
from openfpga_server.limits.memory import MemoryLimiter
from openfpga_server.principal import Principal
from openfpga_server.registry import ModelRegistry, ServedModel
from openfpga_server.services import Services
from support.alphabet import AlphabetRunner
from support.alphabet_model import alphabet_model

KEYS = {
    "ofpga_sk_live_few": (2, 100_000),
    "ofpga_sk_live_small": (60, 400),
    "ofpga_sk_live_free": (None, None),
}
BODY = {"model": "alphabet", "prompt": "abc", "max_tokens": 5, "temperature": 0}
PROMPT = 4
"""Tokens of a, b, c and what goes before them."""
NAMES = {
    f"x-ratelimit-{what}-{of}" for what in ("limit", "remaining", "reset") for of in ("requests", "tokens")
}


class KnownKeys:
    """Accounts of three keys, each a user of its own, and a team of two keys."""

    async def authenticate(self, key: str) -> Principal | None:
        if key.startswith("ofpga_sk_live_team"):
            own = 2 if key.endswith("narrow") else None
            return Principal(
                kind="live", user="team", key=key, requests_per_minute=6, key_requests_per_minute=own
            )
        if key not in KEYS:
            return None
        requests, tokens = KEYS[key]
        return Principal(
            kind="live", user=key, key=key, requests_per_minute=requests, tokens_per_minute=tokens
        )

    async def any_keys(self) -> bool:
        return True


@pytest.fixture
def model() -> Iterator[ServedModel]:
    with alphabet_model(AlphabetRunner()) as served:
        yield served


@pytest.fixture
async def http(model: ServedModel) -> AsyncIterator[ClientSession]:
    registry = ModelRegistry([model])
    services = Services(accounts=cast(Accounts, KnownKeys()), limiter=MemoryLimiter())
    url: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    app = create_app(registry, ServerConfig(port=0, drain_timeout=5), services)
    server = asyncio.create_task(serve(app, ready=url.set_result, stop=stop))
    async with ClientSession(await url) as session:
        yield session
    stop.set()
    await server


def key(name: str) -> dict[str, str]:
    return {"Authorization": f"Bearer ofpga_sk_live_{name}"}


async def ask(
    http: ClientSession, name: str, base: str = "", **fields: Any
) -> tuple[int, dict[str, str], Any]:
    """Status, headers by lower-case name, and body."""
    async with http.post(f"{base}/v1/completions", json={**BODY, **fields}, headers=key(name)) as answer:
        headers = {header.lower(): value for header, value in answer.headers.items()}
        body = await answer.json() if "json" in answer.content_type else await answer.text()
        return answer.status, headers, body


async def test_every_answer_tells_what_is_left(http: ClientSession) -> None:
    status, headers, _ = await ask(http, "few")
    assert status == 200
    assert headers.keys() >= NAMES
    assert (headers["x-ratelimit-limit"], headers["x-ratelimit-remaining"]) == ("2", "1")
    assert abs(int(headers["x-ratelimit-reset"]) - time.time() - 60) < 5
    assert headers["x-ratelimit-remaining-tokens"] == str(100_000 - PROMPT - 5)


async def test_streams_and_embeddings_tell_it_too(http: ClientSession) -> None:
    status, headers, text = await ask(http, "few", stream=True)
    assert (status, text.count("data: [DONE]")) == (200, 1)
    assert headers["x-ratelimit-remaining-requests"] == "1"
    body = {"model": "alphabet", "input": "abc"}
    async with http.post("/v1/embeddings", json=body, headers=key("few")) as answer:
        assert answer.status == 200
        assert answer.headers["x-ratelimit-remaining-requests"] == "0"


REFUSALS = {
    "": {
        "error": {
            "message": "Rate limit exceeded. Please retry after 60 seconds. Limit: 2 requests per minute.",
            "type": "rate_limit_error",
            "param": None,
            "code": "rate_limit_exceeded",
        }
    },
    "/api": {
        "error": {
            "message": "Rate limit exceeded. Please retry after 60 seconds. Limit: 2 requests per minute.",
            "type": "rate_limit_error",
            "param": None,
            "code": "RATE_LIMIT_EXCEEDED",
        }
    },
    "/api/voltage": {
        "error": "Rate limit exceeded. Please retry after 60 seconds. Limit: 2 requests per minute.",
        "details": {
            "status": 429,
            "endpoint": "/v1/completions",
            "code": "rate_limit_exceeded",
            "retry_after": 60,
        },
    },
    "/deepinfer": {
        "detail": "Rate limit exceeded. Please retry after 60 seconds. Limit: 2 requests per minute."
    },
}


@pytest.mark.parametrize("base", REFUSALS)
async def test_a_refusal_has_each_document_s_shape_and_the_headers(
    http: ClientSession, model: ServedModel, base: str
) -> None:
    for _ in range(2):
        assert (await ask(http, "few", base))[0] == 200
    tokens = model.engine.stats().tokens
    status, headers, body = await ask(http, "few", base)
    assert (status, headers["retry-after"]) == (429, "60")
    assert body == REFUSALS[base]
    assert headers.keys() >= NAMES
    assert headers["x-ratelimit-remaining"] == "0"
    assert model.engine.stats().tokens == tokens


async def test_tokens_that_an_answer_did_not_need_are_given_back(http: ClientSession) -> None:
    status, headers, _ = await ask(http, "small", max_tokens=300, stop="f")
    assert status == 200
    assert headers["x-ratelimit-remaining-tokens"] == str(400 - PROMPT - 300)
    _, headers, _ = await ask(http, "small", max_tokens=1)
    used = 400 - PROMPT - 1 - int(headers["x-ratelimit-remaining-tokens"])
    assert used == PROMPT + 3, "the prompt, d, e and f"


async def test_a_client_that_leaves_gives_back_what_it_did_not_use(
    http: ClientSession, model: ServedModel
) -> None:
    async with http.post(
        "/v1/completions", json={**BODY, "max_tokens": 390, "stream": True}, headers=key("small")
    ) as answer:
        await answer.content.readline()
    async with asyncio.timeout(10):
        while (await ask(http, "small", max_tokens=300))[0] == 429:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_what_can_never_pass_is_told_so(http: ClientSession) -> None:
    status, headers, body = await ask(http, "small", max_tokens=398)
    assert status == 429
    assert "limit 400 tokens per minute, requested 402" in body["error"]["message"]
    assert headers["x-should-retry"] == "false"
    assert "retry-after" not in headers


async def test_the_sdk_repeats_a_refused_request_only_where_that_helps(http: ClientSession) -> None:
    base = str(http._base_url)
    async with AsyncOpenAI(base_url=f"{base}/v1", api_key="ofpga_sk_live_small", max_retries=5) as sdk:
        started = time.monotonic()
        with pytest.raises(RateLimitError, match="Request too large"):
            await sdk.completions.create(model="alphabet", prompt="abc", max_tokens=398)
        assert time.monotonic() - started < 5
        raw = await sdk.completions.with_raw_response.create(model="alphabet", prompt="abc", max_tokens=1)
        assert raw.headers["x-ratelimit-remaining-requests"] == "59"


async def test_a_key_s_own_limit_counts_that_key_and_the_account_s_counts_all(http: ClientSession) -> None:
    for left in ("5", "4", "3"):
        status, headers, _ = await ask(http, "team_wide")
        assert (status, headers["x-ratelimit-remaining"]) == (200, left)
    for left in ("1", "0"):
        status, headers, _ = await ask(http, "team_narrow")
        assert (status, headers["x-ratelimit-limit"], headers["x-ratelimit-remaining"]) == (200, "2", left)
    for _ in range(3):
        status, _, body = await ask(http, "team_narrow")
        assert status == 429
        assert "2 requests per minute" in body["error"]["message"]
    status, headers, _ = await ask(http, "team_wide")
    assert (status, headers["x-ratelimit-remaining"]) == (200, "0"), "refusals of the key counted for nobody"
    status, _, body = await ask(http, "team_wide")
    assert status == 429
    assert "6 requests per minute" in body["error"]["message"]


async def test_who_has_no_limit_hears_of_none(http: ClientSession) -> None:
    status, headers, _ = await ask(http, "free")
    assert status == 200
    assert not [name for name in headers if name.startswith("x-ratelimit")]
