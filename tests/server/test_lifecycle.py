"""Clients that leave, servers that leave: what was running stops or finishes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
from collections.abc import Awaitable, Callable
from random import Random
from urllib.parse import urlsplit

import aiohttp
import openai
import pytest
from aiohttp import ClientSession
from openai import AsyncOpenAI, AsyncStream
from openai.types.chat import ChatCompletionMessageParam
from openfpga_server.app import create_app
from openfpga_server.config import ServerConfig
from openfpga_server.connection import Gate
from openfpga_server.lifecycle import ACCEPTED, serve
from openfpga_server.registry import ModelRegistry, ServedModel
from support.alphabet import AlphabetRunner

Eventually = Callable[[Callable[[], bool]], Awaitable[None]]
HELLO: list[ChatCompletionMessageParam] = [{"role": "user", "content": "hello"}]


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/completions"])
@pytest.mark.parametrize("stream", [False, True])
async def test_lost_client_stops_its_work(
    http: ClientSession,
    model: ServedModel,
    runner: AlphabetRunner,
    eventually: Eventually,
    path: str,
    stream: bool,
) -> None:
    runner.pace = 0.005
    prompt = {"messages": HELLO} if "chat" in path else {"prompt": ["a", "b"]}
    body = {"model": "alphabet", "stream": stream, "n": 2, "max_tokens": 400, **prompt}

    async def ask() -> None:
        async with http.post(path, json=body) as response:
            await response.read()

    asking = asyncio.create_task(ask())
    await eventually(lambda: model.engine.stats().tokens > 10)
    asking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asking
    await eventually(lambda: model.engine.stats().running == 0)
    stats = model.engine.stats()
    assert stats.tokens < 300
    assert stats.kv_blocks_used == 0


async def test_a_crowd_is_held_by_the_system_and_accepted_in_small_groups(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted = 0

    def enter(gate: Gate, address: str | None) -> bool:
        nonlocal accepted
        accepted += 1
        return True

    monkeypatch.setattr(Gate, "enter", enter)
    monkeypatch.setattr(Gate, "leave", lambda gate, address: None)
    address = urlsplit(url)
    with contextlib.ExitStack() as stack:
        # The server's loop is this one and does not run meanwhile.
        for _ in range(20 * ACCEPTED):
            crowd = socket.create_connection((address.hostname, address.port), timeout=5)
            stack.enter_context(contextlib.closing(crowd))
        assert accepted == 0
        groups = []
        while accepted < 20 * ACCEPTED:
            before = accepted
            await asyncio.sleep(0)
            groups.append(accepted - before)
    # Python 3.13 accepts one more.
    assert max(groups) <= ACCEPTED + 1
    async with ClientSession(url) as http, http.get("/health") as response:
        assert response.status == 200


async def test_client_that_leaves_while_waiting_leaves_the_queue(
    http: ClientSession,
    model: ServedModel,
    runner: AlphabetRunner,
    eventually: Eventually,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, logger="openfpga.access")
    runner.gate.clear()
    with pytest.raises(TimeoutError):
        await http.post(
            "/v1/completions",
            json={"model": "alphabet", "prompt": "a"},
            timeout=aiohttp.ClientTimeout(total=0.1),
        )
    await eventually(lambda: "status=499" in caplog.text)
    runner.gate.set()
    await eventually(lambda: model.engine.stats().running + model.engine.stats().waiting == 0)
    assert model.engine.stats().tokens <= 1


async def test_many_clients_that_come_and_go_leave_nothing_behind(
    http: ClientSession, model: ServedModel, runner: AlphabetRunner, eventually: Eventually
) -> None:
    runner.pace = 0.001
    random = Random(5)

    async def ask(patience: float) -> bool:
        body = {
            "model": "alphabet",
            "prompt": "a" * random.randrange(1, 99),
            "max_tokens": 60,
            "stream": True,
        }
        async with http.post(
            "/v1/completions", json=body, timeout=aiohttp.ClientTimeout(total=patience)
        ) as response:
            return (await response.read()).endswith(b"data: [DONE]\n\n")

    answers = await asyncio.gather(
        *(ask(random.uniform(0.01, 1.0)) for _ in range(80)), return_exceptions=True
    )
    assert {type(answer) for answer in answers} <= {bool, TimeoutError, aiohttp.SocketTimeoutError}
    await eventually(lambda: model.engine.stats().running + model.engine.stats().waiting == 0)
    await eventually(lambda: model.engine.stats().kv_blocks_used == 0)
    assert await ask(patience=20)


async def test_slow_reader_holds_up_nobody(client: AsyncOpenAI, http: ClientSession) -> None:
    slow = await http.post(
        "/v1/completions", json={"model": "alphabet", "prompt": "a", "stream": True, "max_tokens": 400}
    )
    for _ in range(3):
        answer = await client.completions.create(model="alphabet", prompt="a", max_tokens=100, temperature=0)
        assert len(answer.choices[0].text) == 100
    text = "".join(
        json.loads(line[6:])["choices"][0]["text"]
        for line in (await slow.text()).splitlines()
        if line.startswith("data: {")
    )
    assert len(text) == 400


class Drain:
    """A server that is told to stop while a request runs."""

    def __init__(self, model: ServedModel, timeout: float) -> None:
        self.stop = asyncio.Event()
        self.url: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        app = create_app(ModelRegistry([model]), ServerConfig(port=0, drain_timeout=timeout))
        self.server = asyncio.create_task(serve(app, ready=self.url.set_result, stop=self.stop))


async def test_drain_finishes_what_runs_and_refuses_what_comes(
    model: ServedModel,
    runner: AlphabetRunner,
    eventually: Eventually,
) -> None:
    drain = Drain(model, timeout=30)
    base = await drain.url
    async with (
        AsyncOpenAI(base_url=f"{base}/v1", api_key="none", max_retries=0) as client,
        ClientSession(base) as http,
    ):
        stream = await client.completions.create(
            model="alphabet", prompt="a", max_tokens=50, temperature=0, stream=True
        )
        text = ""
        async for chunk in stream:
            text += chunk.choices[0].text
            if not drain.stop.is_set() and text:
                runner.gate.clear()
                drain.stop.set()
                await asyncio.sleep(0)
                async with http.get("/health") as response:
                    assert response.status == 503
                    assert (await response.json())["status"] == "draining"
                with pytest.raises(openai.InternalServerError) as caught:
                    await client.completions.create(model="alphabet", prompt="a")
                assert caught.value.status_code == 503
                assert "Retry-After" in caught.value.response.headers
                runner.gate.set()
        assert len(text) == 50
    await asyncio.wait_for(drain.server, 10)


@pytest.mark.parametrize("stream", [False, True])
async def test_drain_cancels_at_the_time_limit(
    model: ServedModel,
    runner: AlphabetRunner,
    eventually: Eventually,
    stream: bool,
) -> None:
    runner.pace = 0.01
    drain = Drain(model, timeout=0.1)
    async with AsyncOpenAI(base_url=f"{await drain.url}/v1", api_key="none", max_retries=0) as client:

        async def ask() -> None:
            answer = await client.completions.create(
                model="alphabet", prompt="a", max_tokens=400, stream=stream
            )
            if isinstance(answer, AsyncStream):
                async for _ in answer:
                    pass

        asking = asyncio.create_task(ask())
        await eventually(lambda: model.engine.stats().tokens > 2)
        drain.stop.set()
        with pytest.raises(openai.APIError, match="shutting down"):
            await asking
    await asyncio.wait_for(drain.server, 10)


async def test_models_and_health(client: AsyncOpenAI, http: ClientSession) -> None:
    models = await client.models.list()
    assert [entry.id for entry in models.data] == ["alphabet"]
    assert models.data[0].owned_by == "openfpga"
    assert (await client.models.retrieve("alphabet")).model_dump()["max_model_len"] == 512
    async with http.get("/health") as response:
        assert await response.json() == {"status": "ok", "models": ["alphabet"]}


async def test_health_tells_that_an_engine_has_died(
    client: AsyncOpenAI, http: ClientSession, model: ServedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die() -> None:
        raise MemoryError

    monkeypatch.setattr(model.engine, "_read_inbox", die)
    with pytest.raises(openai.InternalServerError):
        await client.completions.create(model="alphabet", prompt="abc")
    async with http.get("/health") as response:
        assert response.status == 503
        assert (await response.json())["status"] == "failed"


async def test_metrics_count_requests_tokens_and_times(client: AsyncOpenAI, http: ClientSession) -> None:
    stream = await client.completions.create(model="alphabet", prompt="abc", max_tokens=7, stream=True)
    async for _ in stream:
        pass
    with pytest.raises(openai.NotFoundError):
        await client.completions.create(model="nobody", prompt="abc")
    async with http.get("/metrics") as response:
        assert response.headers["Content-Type"].startswith("text/plain")
        lines = (await response.text()).splitlines()
    values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert values['openfpga_requests_total{endpoint="/v1/completions",status="200"}'] == "1.0"
    assert values['openfpga_requests_total{endpoint="/v1/completions",status="404"}'] == "1.0"
    assert values['openfpga_prompt_tokens_total{model="alphabet"}'] == "4.0"
    assert values['openfpga_completion_tokens_total{model="alphabet"}'] == "7.0"
    assert values['openfpga_time_to_first_token_seconds_count{model="alphabet"}'] == "1.0"
    assert values['openfpga_kv_blocks{model="alphabet",state="total"}'] == "256.0"
    assert float(values['openfpga_steps_total{model="alphabet"}']) >= 7
    assert float(values['openfpga_step_seconds_total{model="alphabet",part="device"}']) > 0


async def test_each_request_is_one_log_line_without_its_content(
    client: AsyncOpenAI, http: ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="openfpga.access")
    answer = await client.completions.with_raw_response.create(
        model="alphabet", prompt="secret", max_tokens=3
    )
    async with http.get("/v1/line\nbreak id=forged") as response:
        assert response.status == 404
    lines = [record.getMessage() for record in caplog.records if record.name == "openfpga.access"]
    assert len(lines) == 2
    assert f"id={answer.headers['x-request-id']} method=POST path=/v1/completions status=200" in lines[0]
    assert "prompt_tokens=7" in lines[0]
    assert "completion_tokens=3" in lines[0]
    assert "secret" not in lines[0]
    assert "\n" not in lines[1]
    assert " id=forged" not in lines[1]
