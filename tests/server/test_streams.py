"""Streams: order of chunks, measured figures, keep-alive comments, errors midway, clients that leave."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import ClientConnectionError, ClientSession, ClientTimeout
from aiohttp.http_writer import StreamWriter
from openai import AsyncOpenAI
from openfpga_server.config import ServerConfig
from openfpga_server.dialect import Mount
from openfpga_server.dialects import OPENFPGA, VOLTAGE
from openfpga_server.hardware import Hardware
from openfpga_server.performance import measured
from openfpga_server.power import estimated_watts
from openfpga_server.registry import ServedModel
from openfpga_server.state import RequestRecord
from support.alphabet import AlphabetRunner

HELLO: Any = [{"role": "user", "content": "hello"}]
BODY = {"model": "alphabet", "messages": HELLO, "temperature": 0, "max_tokens": 5}
CHAT = "/v1/chat/completions"
Eventually = Callable[[Callable[[], bool]], Awaitable[None]]


@pytest.fixture
def server_config() -> ServerConfig:
    """Dialects with a quick keep-alive."""
    quick = Mount("", replace(OPENFPGA, keep_alive=0.05))
    return ServerConfig(port=0, drain_timeout=5, mounts=(quick, Mount("/other", VOLTAGE)))


async def events(http: ClientSession, body: dict[str, Any], path: str = CHAT) -> list[str]:
    """The parts of a stream, between its empty lines."""
    async with http.post(path, json={**body, "stream": True}) as response:
        assert response.status == 200
        return (await response.text()).strip().split("\n\n")


def data(parts: list[str]) -> list[dict[str, Any]]:
    """The objects of a stream's events."""
    return [json.loads(part[6:]) for part in parts if part.startswith("data: {")]


async def test_role_first_one_finish_a_choice_usage_last(http: ClientSession) -> None:
    parts = await events(http, {**BODY, "n": 3, "stream_options": {"include_usage": True}})
    assert parts[-1] == "data: [DONE]"
    chunks = data(parts)
    assert chunks[-1]["choices"] == []
    assert chunks[-1]["usage"]["completion_tokens"] == 15
    for index in range(3):
        deltas = [c["choices"][0] for c in chunks[:-1] if c["choices"][0]["index"] == index]
        assert deltas[0]["delta"]["role"] == "assistant"
        assert [d["finish_reason"] for d in deltas[:-1]] == [None] * (len(deltas) - 1)
        assert deltas[-1]["finish_reason"] == "length"
        assert deltas[-1]["delta"] == {}


async def test_headers_leave_together_with_the_first_event(
    http: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[bytes] = []
    write = StreamWriter._write

    def noted(writer: StreamWriter, chunk: bytes) -> None:
        sent.append(chunk)
        write(writer, chunk)

    def noted_lines(writer: StreamWriter, chunks: Sequence[bytes]) -> None:
        noted(writer, b"".join(chunks))

    monkeypatch.setattr(StreamWriter, "_write", noted)
    monkeypatch.setattr(StreamWriter, "_writelines", noted_lines)
    await events(http, BODY)
    answer = [chunk for chunk in sent if chunk.startswith(b"HTTP/1.1 200")]
    assert len(answer) == 1
    assert b'"role":"assistant"' in answer[0]


async def test_figures_of_the_hardware_are_measured(http: ClientSession, runner: AlphabetRunner) -> None:
    runner.pace = 0.01
    async with http.post(CHAT, json={**BODY, "max_tokens": 11}) as response:
        figures = (await response.json())["x_openfpga"]
    assert figures["latency_ms"] >= 10
    assert figures["total_ms"] >= max(110, figures["latency_ms"])
    assert 5 < figures["tokens_per_second"] <= 100
    assert "CPU" in figures["hardware"]
    assert "power_watts" not in figures
    with_usage = data(await events(http, {**BODY, "stream_options": {"include_usage": True}}))
    assert [("x_openfpga" in chunk) for chunk in with_usage] == [False] * (len(with_usage) - 1) + [True]
    plain = data(await events(http, {**BODY, "n": 2}))
    assert [("x_openfpga" in chunk) for chunk in plain] == [False] * (len(plain) - 1) + [True]


async def test_busy_event_loop_does_not_make_the_hardware_faster(
    http: ClientSession, runner: AlphabetRunner, model: ServedModel, eventually: Eventually
) -> None:
    runner.gate.clear()
    runner.pace = 0.02
    work = asyncio.create_task(http.post(CHAT, json=BODY))
    await eventually(lambda: model.engine.stats().running == 1)
    runner.gate.set()
    time.sleep(0.3)  # noqa: ASYNC251
    async with await work as response:
        assert (await response.json())["x_openfpga"]["tokens_per_second"] <= 1 / runner.pace


async def test_other_documents_have_no_figures(http: ClientSession) -> None:
    async with http.post("/other" + CHAT, json=BODY) as response:
        assert "x_openfpga" not in await response.json()
    assert not any("x_openfpga" in chunk for chunk in data(await events(http, BODY, "/other" + CHAT)))


def test_rate_of_one_token_is_that_of_the_whole_request() -> None:
    record = RequestRecord()
    record.first_token = record.started + 1e-9
    assert measured(record, 1, 1, Hardware.of("csim")).tokens_per_second > 0
    assert measured(record, 0, 1, Hardware.of("csim")).tokens_per_second == 0


def test_power_is_estimated_for_cards_only() -> None:
    assert estimated_watts("pynq:u280") == 100
    assert estimated_watts("pynq:u250:ddr4") == 110
    for device in ("csim", "csim:u280", "verilator:u250", "reference", "pynq:other", "pynq"):
        assert estimated_watts(device) is None


async def test_silence_is_filled_with_comments(http: ClientSession, runner: AlphabetRunner) -> None:
    runner.gate.clear()
    async with http.post(CHAT, json={**BODY, "stream": True}) as response:
        assert response.status == 200
        assert await response.content.readuntil(b"\n\n") == b": keep-alive\n\n"
        assert await response.content.readuntil(b"\n\n") == b": keep-alive\n\n"
        runner.gate.set()
        rest = (await response.text()).split("\n\n")
    chunks = data(rest)
    assert chunks[0]["choices"][0]["delta"]["role"] == "assistant"
    assert "".join(c["choices"][0]["delta"].get("content", "") for c in chunks) == "abcde"


async def test_sdk_ignores_comments(client: AsyncOpenAI, runner: AlphabetRunner) -> None:
    runner.pace = 0.12
    stream = await client.chat.completions.create(
        model="alphabet", messages=HELLO, temperature=0, max_tokens=3, stream=True
    )
    assert "".join([chunk.choices[0].delta.content or "" async for chunk in stream]) == "abc"


async def test_failure_after_a_comment_is_an_error_event(http: ClientSession, runner: AlphabetRunner) -> None:
    runner.gate.clear()
    async with http.post(CHAT, json={**BODY, "stream": True}) as response:
        await response.content.readuntil(b"\n\n")
        runner.failing = True
        runner.gate.set()
        parts = (await response.text()).strip().split("\n\n")
    error = json.loads(parts[-1].removeprefix("data: "))["error"]
    assert error["code"] == "engine_error"


async def test_failure_before_anything_was_sent_has_its_own_status(
    http: ClientSession, runner: AlphabetRunner
) -> None:
    runner.failing = True
    async with http.post(CHAT, json={**BODY, "stream": True}) as response:
        assert response.status == 500


async def leave(http: ClientSession, draw: random.Random) -> None:
    """Ask for an answer in one of several ways, and leave at some point of it."""
    tool = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
    body: dict[str, Any] = {
        **BODY,
        "max_tokens": 400,
        "stream": draw.random() < 0.7,
        "n": draw.choice([1, 1, 3]),
        **draw.choice([{}, {"response_format": {"type": "json_object"}}, {"tools": [tool]}]),
    }
    seconds = draw.choice([0.001, 0.01, 0.03])
    try:
        # An answer that was whole in time would keep its connection, and with it a task of the server.
        timeout, headers = ClientTimeout(total=seconds), {"Connection": "close"}
        async with http.post(CHAT, json=body, timeout=timeout, headers=headers) as response:
            if body["stream"]:
                await response.content.readany()
            else:
                await response.read()
    except (TimeoutError, ClientConnectionError):
        return


async def nothing_stays(
    http: ClientSession, model: ServedModel, eventually: Eventually, clients: int
) -> None:
    """Let clients come and leave; then there must be no work, no page in use and no task left."""
    draw = random.Random(7)
    tasks_before = len(asyncio.all_tasks())
    for _ in range(clients // 50):
        await asyncio.gather(*(leave(http, draw) for _ in range(50)))
    engine = model.engine
    await eventually(lambda: engine.stats().running == engine.stats().waiting == 0)
    assert engine.stats().kv_blocks_used == 0
    assert not engine._live
    await eventually(lambda: len(asyncio.all_tasks()) <= tasks_before)
    async with http.post(CHAT, json=BODY) as response:
        assert (await response.json())["choices"][0]["message"]["content"] == "abcde"


async def test_clients_that_leave_leave_nothing_behind(
    http: ClientSession, model: ServedModel, eventually: Eventually, runner: AlphabetRunner
) -> None:
    runner.pace = 1e-3
    await nothing_stays(http, model, eventually, 500)


@pytest.mark.slow
async def test_ten_thousand_clients_that_leave_leave_nothing_behind(
    http: ClientSession, model: ServedModel, eventually: Eventually
) -> None:
    await nothing_stays(http, model, eventually, 10_000)
