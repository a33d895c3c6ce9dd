"""What requests leave in the usage log: finished, lost, failed or refused; budgets and quotas."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import ClientSession, ClientTimeout
from openfpga_host.engine import EngineConfig
from openfpga_server import auth
from openfpga_server.accounts.database import Database
from openfpga_server.accounts.schema import usage_events
from openfpga_server.app import create_app
from openfpga_server.catalogue import Catalogue, Entry
from openfpga_server.config import ServerConfig
from openfpga_server.errors import ApiError
from openfpga_server.lifecycle import serve
from openfpga_server.principal import Principal
from openfpga_server.registry import ModelRegistry, ServedModel
from openfpga_server.services import Services
from openfpga_server.usage.log import UsageLog, open_usage
from openfpga_server.usage.store import UsageStore
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from support.alphabet import AlphabetRunner
from support.alphabet_model import alphabet_model
from support.paying import PRICES
from support.usage import event

CHAT = "/v1/chat/completions"
TEXT = {"model": "alphabet", "prompt": "abc", "max_tokens": 20}
KEYED = Principal(kind="live", user="user_a", key="key_a1")


@pytest.fixture
def runner() -> AlphabetRunner:
    return AlphabetRunner()


@pytest.fixture
def model(runner: AlphabetRunner) -> Iterator[ServedModel]:
    with alphabet_model(runner, EngineConfig(max_queue=4)) as served:
        yield served


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is asked here does not depend on the database."""
    return sqlite_url


@pytest.fixture
async def log(database: Database) -> AsyncIterator[UsageLog]:
    async with open_usage(database) as opened:
        yield opened


@pytest.fixture
def principal() -> list[Principal]:
    """Who asks: the last of these."""
    return [KEYED]


@pytest.fixture
def services(log: UsageLog) -> Services:
    return Services(usage=log)


@pytest.fixture
async def http(
    model: ServedModel,
    services: Services,
    principal: list[Principal],
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[ClientSession]:
    async def authenticate(*_: object) -> Principal:
        return principal[-1]

    monkeypatch.setattr("openfpga_server.middleware.authenticate", authenticate)
    assert auth.authenticate is not authenticate
    started: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    registry = ModelRegistry([model], catalogue=Catalogue([Entry(id="alphabet", pricing=PRICES)]))
    app = create_app(registry, ServerConfig(port=0, drain_timeout=5), services)
    server = asyncio.create_task(serve(app, ready=started.set_result, stop=stop))
    async with ClientSession(await started) as session:
        yield session
    stop.set()
    await server


async def events(database: Database) -> list[Mapping[str, Any]]:
    async with database.reading() as connection:
        return [dict(row) for row in (await connection.execute(select(usage_events))).mappings()]


async def wait_for_event(database: Database) -> Mapping[str, Any]:
    async with asyncio.timeout(10):
        while not (found := await events(database)):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    return found[0]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("path", "body"),
    [
        (CHAT, {"messages": [{"role": "user", "content": "abc"}], "max_tokens": 20}),
        ("/v1/completions", {"prompt": "abc", "max_tokens": 20}),
        ("/v1/responses", {"input": "abc", "max_output_tokens": 20}),
    ],
)
async def test_a_finished_answer_is_counted_when_its_last_byte_arrives(
    http: ClientSession, database: Database, path: str, body: dict[str, object], stream: bool
) -> None:
    async with http.post(path, json={"model": "alphabet", "stream": stream, **body}) as response:
        assert response.status == 200
        await response.read()
        request_id = response.headers["x-request-id"]
    [found] = await events(database)
    assert (found["id"], found["user_id"], found["key_id"]) == (request_id, "user_a", "key_a1")
    assert (found["model"], found["endpoint"], found["dialect"]) == ("alphabet", path, "openfpga")
    assert (found["status"], found["finish"]) == (200, "length")
    prompt = 4 if path == "/v1/completions" else 7
    assert (found["prompt_tokens"], found["completion_tokens"]) == (prompt, 20)
    assert found["cost_micro"] == prompt * 10 + 20 * 20
    assert 0 < found["first_token_us"] <= found["total_us"] < 60_000_000
    age = datetime.now(UTC).timestamp() * 1e6 - found["started_at"]
    assert 0 <= age < 60_000_000


async def test_prompts_and_choices_are_one_event(http: ClientSession, database: Database) -> None:
    body = {"model": "alphabet", "prompt": ["abc", "de"], "n": 2, "max_tokens": 3}
    async with http.post("/api/voltage/v1/completions", json=body) as response:
        usage = (await response.json())["usage"]
    [found] = await events(database)
    assert (found["prompt_tokens"], found["completion_tokens"]) == (7, 12)
    assert usage["prompt_tokens"] == 7
    assert (found["dialect"], found["endpoint"]) == ("voltage", "/api/voltage/v1/completions")


async def test_embeddings_are_priced_by_their_input(http: ClientSession, database: Database) -> None:
    async with http.post("/v1/embeddings", json={"model": "alphabet", "input": ["abc", "d"]}) as response:
        assert response.status == 200
    [found] = await events(database)
    assert (found["prompt_tokens"], found["completion_tokens"], found["first_token_us"]) == (6, 0, None)
    assert found["cost_micro"] == 60


@pytest.mark.parametrize("stream", [False, True])
async def test_a_lost_client_pays_what_was_generated(
    http: ClientSession, database: Database, runner: AlphabetRunner, stream: bool
) -> None:
    runner.pace = 0.005
    with contextlib.suppress(TimeoutError):
        async with http.post(
            "/v1/completions",
            json={**TEXT, "max_tokens": 400, "stream": stream},
            timeout=ClientTimeout(total=0.3),
        ) as response:
            await response.read()
    found = await wait_for_event(database)
    assert (found["status"], found["prompt_tokens"]) == (499, 4)
    assert 0 < found["completion_tokens"] < 400


async def test_a_client_that_only_waited_pays_nothing(
    http: ClientSession,
    database: Database,
    model: ServedModel,
    runner: AlphabetRunner,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", logger="openfpga.access")
    runner.gate.clear()
    first = asyncio.create_task(http.post("/v1/completions", json=TEXT))
    async with asyncio.timeout(5):
        while model.engine.stats().running == 0:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    with pytest.raises(TimeoutError):
        await http.post("/v1/completions", json=TEXT, timeout=ClientTimeout(total=0.1))
    async with asyncio.timeout(5):
        while "499" not in caplog.text:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    runner.gate.set()
    (await first).release()
    await asyncio.sleep(0)
    [found] = await events(database)
    assert found["status"] == 200


@pytest.mark.parametrize("stream", [False, True])
async def test_a_failure_after_work_began_is_counted_as_such(
    http: ClientSession, database: Database, runner: AlphabetRunner, stream: bool
) -> None:
    runner.pace = 0.005
    asking = asyncio.create_task(http.post("/v1/completions", json={**TEXT, "stream": stream}))
    async with asyncio.timeout(5):
        while len(runner.batches) < 3:  # noqa: ASYNC110
            await asyncio.sleep(0.002)
    runner.failing = True
    async with await asking as response:
        assert response.status == (200 if stream else 500)
        assert b"[DONE]" not in await response.read()
    found = await wait_for_event(database)
    assert found["status"] == 500
    assert 0 < found["completion_tokens"] < 20


async def test_refused_requests_leave_nothing(
    http: ClientSession, database: Database, principal: list[Principal]
) -> None:
    for body, status in (({**TEXT, "temperature": 9}, 400), ({**TEXT, "max_tokens": 9999}, 400)):
        async with http.post("/v1/completions", json=body) as response:
            assert response.status == status
    principal.append(Principal(kind="management"))
    async with http.post("/v1/completions", json=TEXT) as response:
        assert response.status == 403
    assert await events(database) == []


async def test_a_budget_ends_when_it_is_spent(http: ClientSession, principal: list[Principal]) -> None:
    principal.append(Principal(kind="live", user="user_a", key="key_a1", key_budget_micro=880))
    for status in (200, 200, 403):
        async with http.post("/v1/completions", json=TEXT) as response:
            assert response.status == status
            body = await response.json()
    assert body["error"]["code"] == "budget_exceeded"
    principal.append(Principal(kind="live", user="user_a", key="key_a2", key_budget_micro=880))
    async with http.post("/v1/completions", json=TEXT) as response:
        assert response.status == 200


@pytest.mark.parametrize("quota", [{"monthly_tokens": 24}, {"monthly_micro": 440}])
async def test_a_quota_counts_the_calendar_month(
    http: ClientSession, log: UsageLog, principal: list[Principal], quota: dict[str, int]
) -> None:
    principal.append(Principal(kind="live", user="user_a", key="key_a1", **quota))  # type: ignore[arg-type]
    # Long ago: it does not count.
    await log.record(event("old", prompt_tokens=10**6, cost_micro=10**9))
    for status in (200, 403):
        async with http.post("/v1/completions", json=TEXT) as response:
            assert response.status == status
            body = await response.json()
    assert body["error"]["code"] == "insufficient_quota"


@pytest.mark.parametrize("stream", [False, True])
async def test_an_answer_that_cannot_be_recorded_does_not_end_well(
    http: ClientSession,
    database: Database,
    log: UsageLog,
    monkeypatch: pytest.MonkeyPatch,
    stream: bool,
) -> None:
    insert = UsageStore.insert

    async def away(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("the disk is full"))

    monkeypatch.setattr(UsageStore, "insert", away)
    monkeypatch.setattr(log, "_patience", 0.2)
    monkeypatch.setattr(log, "_stall", 0.1)
    async with http.post("/v1/completions", json={**TEXT, "stream": stream}) as response:
        text = await response.text()
        assert response.status == (200 if stream else 503)
    assert "usage_unavailable" in text
    assert "[DONE]" not in text
    # Now it is known: no work begins.
    async with http.post("/v1/completions", json=TEXT) as response:
        assert response.status == 503
        assert response.headers["Retry-After"] == "2"
    monkeypatch.setattr(UsageStore, "insert", insert)
    found = await wait_for_event(database)
    assert (found["status"], found["completion_tokens"]) == (200, 20)
    async with asyncio.timeout(5):
        while True:
            try:
                log.check()
                break
            except ApiError:
                await asyncio.sleep(0.01)
    async with http.post("/v1/completions", json=TEXT) as response:
        assert response.status == 200


class SlowLimiter:
    """Takes its time at the end of a request, as one on another machine may."""

    def __init__(self) -> None:
        self.reconciled: list[int] = []
        self.gate = asyncio.Event()

    async def reserve(self, *_: object, **__: object) -> SlowLimiter:
        return self

    def headers(self) -> Mapping[str, str]:
        return {}

    async def reconcile(self, _: object, tokens: int) -> None:
        await self.gate.wait()
        self.reconciled.append(tokens)


async def test_a_client_that_leaves_while_its_end_is_recorded_stops_nothing(
    http: ClientSession,
    database: Database,
    services: Services,
    principal: list[Principal],
) -> None:
    limiter = SlowLimiter()
    services.limiter = limiter  # type: ignore[assignment]
    principal.append(Principal(kind="live", user="user_a", key="key_a1", requests_per_minute=9))
    with pytest.raises(TimeoutError):
        await http.post("/v1/completions", json=TEXT, timeout=ClientTimeout(total=0.3))
    found = await wait_for_event(database)
    assert (found["status"], found["completion_tokens"]) == (200, 20)
    limiter.gate.set()
    async with asyncio.timeout(5):
        while limiter.reconciled != [24]:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    assert len(await events(database)) == 1
