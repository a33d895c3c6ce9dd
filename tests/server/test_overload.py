"""Many times the load that the server can carry, by counts: what is let in is finished, the rest refused."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import ClientSession, TCPConnector
from openfpga_host.engine import EngineConfig
from openfpga_server.registry import ServedModel
from support.alphabet import AlphabetRunner

Eventually = Callable[[Callable[[], bool]], Awaitable[None]]
TOKENS = 12
BODY = {"model": "alphabet", "prompt": "a", "max_tokens": TOKENS, "temperature": 0, "stream": True}


@pytest.fixture
def engine_config() -> EngineConfig:
    """A queue as long as the batch."""
    return EngineConfig(max_queue=16, max_running=16)


async def ask(http: ClientSession, statuses: Counter[int]) -> None:
    """One request, answered whole or refused in good form."""
    async with http.post("/v1/completions", json=BODY) as response:
        statuses[response.status] += 1
        text = await response.text()
        if response.status == 200:
            parts = [json.loads(p[6:]) for p in text.split("\n\n") if p.startswith("data: {")]
            assert sum(len(part["choices"][0]["text"]) for part in parts) == TOKENS
            assert text.endswith("data: [DONE]\n\n")
        else:
            assert response.status == 503
            assert 1 <= int(response.headers["Retry-After"]) <= 60
            assert json.loads(text)["error"]["code"] == "queue_full"


async def overload(url: str, model: ServedModel, clients: int, rounds: int) -> Counter[int]:
    """So many clients ask again and again; what became of it."""
    statuses: Counter[int] = Counter()

    async def repeat(http: ClientSession) -> None:
        for _ in range(rounds):
            await ask(http, statuses)

    async with ClientSession(url, connector=TCPConnector(limit=0)) as http:
        await asyncio.gather(*(repeat(http) for _ in range(clients)))
    return statuses


async def held_to(
    url: str, model: ServedModel, runner: AlphabetRunner, eventually: Eventually, clients: int, rounds: int
) -> None:
    """The batch stays full while many are refused, and nothing is left behind."""
    runner.pace = 0.002
    statuses = await overload(url, model, clients, rounds)
    assert set(statuses) == {200, 503}
    stats = model.engine.stats()
    assert stats.tokens == statuses[200] * TOKENS
    await eventually(lambda: model.engine.stats().running + model.engine.stats().waiting == 0)
    assert model.engine.stats().kv_blocks_used == 0
    async with ClientSession(url) as http:
        after: Counter[int] = Counter()
        await ask(http, after)
        assert after == {200: 1}
        async with http.get("/metrics") as response:
            text = await response.text()
    assert f'openfpga_errors_total{{code="queue_full"}} {float(statuses[503])}' in text


async def test_more_than_can_wait_are_refused_and_the_rest_is_answered(
    url: str, model: ServedModel, runner: AlphabetRunner, eventually: Eventually
) -> None:
    await held_to(url, model, runner, eventually, clients=100, rounds=2)


@pytest.mark.slow
async def test_ten_times_the_load_leaves_the_batch_full(
    url: str, model: ServedModel, runner: AlphabetRunner, eventually: Eventually
) -> None:
    await held_to(url, model, runner, eventually, clients=320, rounds=20)
    full = [len(batch) for batch in runner.batches[:-20]]
    # Rows that were used, of those that steps had while clients stood in line.
    assert sum(full) >= 0.9 * runner.max_rows * len(full)
