"""Whatever is sent, the answer is an error object that the SDK turns into the right exception."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import openai
import pytest
from aiohttp import ClientSession
from hypothesis import given
from hypothesis import strategies as st
from openai import AsyncOpenAI
from openai.types.chat import ChatCompletionMessageParam
from openfpga_host.engine import EngineConfig
from openfpga_server.config import ServerConfig
from openfpga_server.errors import ApiError
from openfpga_server.protocol.chat import ChatRequest
from openfpga_server.protocol.decode import decode_struct
from openfpga_server.registry import ServedModel
from openfpga_server.sse import ChatFrames
from support.alphabet import AlphabetRunner

HELLO: list[ChatCompletionMessageParam] = [{"role": "user", "content": "hello"}]
CHAT = "/v1/chat/completions"
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"temperature": "hot"}, "temperature"),
        ({"temperature": 2.1}, "temperature"),
        ({"temperature": -0.1}, "temperature"),
        ({"top_p": 1.5}, "top_p"),
        ({"presence_penalty": 3}, "presence_penalty"),
        ({"frequency_penalty": -3}, "frequency_penalty"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"max_tokens": 1.5}, "max_tokens"),
        ({"max_completion_tokens": True}, "max_completion_tokens"),
        ({"max_tokens": 1, "max_completion_tokens": 1}, "max_tokens"),
        ({"n": 0}, "n"),
        ({"n": 129}, "n"),
        ({"stop": ["a"] * 65}, "stop"),
        ({"stop": 3}, "stop"),
        ({"seed": 2**70}, "seed"),
        ({"logprobs": 3}, "logprobs"),
        ({"top_logprobs": 2}, "top_logprobs"),
        ({"logprobs": True, "top_logprobs": 21}, "top_logprobs"),
        ({"logit_bias": {"a": 1}}, "logit_bias"),
        ({"logit_bias": {"9999999": 1}}, "logit_bias"),
        ({"logit_bias": {"1": 101}}, "logit_bias[...]"),
        ({"messages": []}, "messages"),
        ({"messages": "hello"}, "messages"),
        ({"messages": [{"role": "pope", "content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "user"}]}, "messages[0].content"),
        ({"messages": [{"content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": 5}]}, "messages[0].content"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "messages[0].tool_call_id"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]},
            "messages[0].content[0].type",
        ),
        ({"messages": [{"role": "user", "content": "refuse me"}]}, "messages"),
        ({"stream_options": {"include_usage": True}}, "stream_options"),
        ({"response_format": {"type": "xml"}}, "response_format.type"),
        ({"modalities": ["text", "audio"]}, "modalities"),
        ({"functions": [{"name": "f"}]}, "functions"),
        ({"tool_choice": "auto"}, "tool_choice"),
        ({"tools": [{"type": "magic"}]}, "tools[0]"),
        ({"tools": [{"type": "function", "function": {}}]}, "tools[0].function.name"),
        ({"top_k": -2}, "top_k"),
        ({"stop_token_ids": [-1]}, "stop_token_ids[0]"),
        ({"stop_token_ids": [0, 99999]}, "stop_token_ids[1]"),
        ({"repetition_penalty": 0}, "repetition_penalty"),
    ],
)
async def test_bad_field_is_named(client: AsyncOpenAI, fields: dict[str, Any], param: str) -> None:
    body = {"model": "alphabet", "messages": HELLO, **fields}
    with pytest.raises(openai.BadRequestError) as caught:
        await client.post("/chat/completions", body=body, cast_to=object)
    assert caught.value.param == param
    assert caught.value.type == "invalid_request_error"
    assert caught.value.request_id is not None


async def test_null_means_left_out(client: AsyncOpenAI) -> None:
    names = ("temperature", "top_p", "n", "stop", "max_tokens", "seed", "logit_bias", "stream", "tools")
    body = {"model": "alphabet", "messages": HELLO, "max_completion_tokens": 1, **dict.fromkeys(names)}
    answer = await client.post("/chat/completions", body=body, cast_to=object)
    assert isinstance(answer, dict)
    assert answer["object"] == "chat.completion"


async def test_unknown_model_is_not_found(client: AsyncOpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        await client.chat.completions.create(model="gpt-9", messages=HELLO)
    assert caught.value.code == "model_not_found"
    with pytest.raises(openai.NotFoundError):
        await client.models.retrieve("gpt-9")


async def test_context_length_names_both_numbers(client: AsyncOpenAI) -> None:
    for arguments in (
        {"messages": [{"role": "user", "content": "x" * 600}]},
        {"messages": HELLO, "max_tokens": 700},
    ):
        with pytest.raises(openai.BadRequestError, match="512 tokens") as caught:
            await client.chat.completions.create(model="alphabet", **arguments)
        assert caught.value.code == "context_length_exceeded"
        assert caught.value.param == "messages"
    assert "709 tokens (9 in the messages, 700 in the completion)" in str(caught.value)


async def test_huge_token_prompt_is_refused_by_its_length(client: AsyncOpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="prompt resulted in 513 tokens") as caught:
        await client.completions.create(model="alphabet", prompt=[1] * 513)
    assert caught.value.code == "context_length_exceeded"


@pytest.mark.parametrize("stream", [False, True])
async def test_engine_failure_is_a_server_error(
    client: AsyncOpenAI, runner: AlphabetRunner, stream: bool
) -> None:
    runner.failing = True
    with pytest.raises(openai.InternalServerError) as caught:
        await client.chat.completions.create(model="alphabet", messages=HELLO, stream=stream)
    assert caught.value.status_code == 500
    assert caught.value.type == "server_error"
    runner.failing = False
    answer = await client.chat.completions.create(
        model="alphabet", messages=HELLO, max_tokens=1, temperature=0
    )
    assert answer.choices[0].message.content == "a"


async def test_engine_failure_in_mid_stream_is_an_error_event(
    client: AsyncOpenAI, runner: AlphabetRunner
) -> None:
    runner.pace = 0.002
    stream = await client.chat.completions.create(model="alphabet", messages=HELLO, stream=True)
    seen = []

    async def read() -> None:
        async for chunk in stream:
            seen.append(chunk)
            runner.failing = len(seen) > 3

    with pytest.raises(openai.APIError, match="engine failed"):
        await read()
    assert len(seen) > 3


@pytest.mark.parametrize("at_once", [True, False])
async def test_fault_of_the_server_itself_is_told_as_one(
    client: AsyncOpenAI, runner: AlphabetRunner, monkeypatch: pytest.MonkeyPatch, at_once: bool
) -> None:
    """Before the first token as a status, after it as an event; neither leaves a broken stream."""
    render, faulty = ChatFrames.text, at_once
    runner.pace = 0.002  # a second of tokens: the fault comes long before their end

    def text(frames: ChatFrames, index: int, piece: str) -> bytes:
        if faulty:
            raise ZeroDivisionError
        return render(frames, index, piece)

    monkeypatch.setattr(ChatFrames, "text", text)

    async def read() -> None:
        nonlocal faulty
        stream = await client.chat.completions.create(
            model="alphabet", messages=HELLO, temperature=0, stream=True
        )
        async for _ in stream:
            faulty = True

    with pytest.raises(openai.APIError, match="The server had an error") as caught:
        await read()
    assert isinstance(caught.value, openai.InternalServerError) == at_once


class TestFullQueue:
    @pytest.fixture
    def engine_config(self) -> EngineConfig:
        return EngineConfig(max_queue=1, max_running=1)

    async def test_is_503_with_retry_after(
        self,
        client: AsyncOpenAI,
        runner: AlphabetRunner,
        model: ServedModel,
        eventually: Callable[[Callable[[], bool]], Awaitable[None]],
    ) -> None:
        runner.gate.clear()
        first = asyncio.create_task(client.completions.create(model="alphabet", prompt="a", max_tokens=2))
        await eventually(lambda: model.engine.stats().running == 1)
        second = asyncio.create_task(client.completions.create(model="alphabet", prompt="a", max_tokens=2))
        await eventually(lambda: model.engine.stats().waiting == 1)
        with pytest.raises(openai.InternalServerError) as caught:
            await client.completions.create(model="alphabet", prompt="a", max_tokens=2)
        assert caught.value.status_code == 503
        assert caught.value.code == "queue_full"
        assert int(caught.value.response.headers["Retry-After"]) >= 1
        runner.gate.set()
        await asyncio.gather(first, second)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe",
        b'{"model": "\xff"}',
        b'{"model": NaN}',
        b'{"a":' * 50_000,
        b'{"model": "alphabet", "messages": ' + b"[" * 50_000,
        b'{"model": "alphabet", "messages": [], "tools": [{"a": ' + b"[" * 50_000,
        b'{"model": "alphabet", "messages": [{"role": "user", "content": "\\ud800"}]}',
        b'{"model": "alphabet", "messages": [{"role": "user", "content": "x"}], "temperature": 1e999}',
    ],
)
async def test_hostile_body_is_a_bad_request(http: ClientSession, body: bytes) -> None:
    async with http.post(CHAT, data=body, headers=JSON) as response:
        assert response.status == 400
        error = (await response.json())["error"]
        assert set(error) == {"message", "type", "param", "code"}
        assert error["type"] == "invalid_request_error"
        assert response.headers["x-request-id"].startswith("req_")
    async with http.get("/health") as response:
        assert response.status == 200


async def test_other_content_type_is_refused(http: ClientSession) -> None:
    body = json.dumps({"model": "alphabet", "messages": HELLO})
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        async with http.post(CHAT, data=body, headers={"Content-Type": content_type}) as response:
            assert response.status == 415


async def test_unknown_path_and_wrong_method(http: ClientSession) -> None:
    async with http.get("/v1/nothing") as response:
        assert response.status == 404
        assert (await response.json())["error"]["message"] == "Invalid URL (GET /v1/nothing)."
    async with http.get(CHAT) as response:
        assert response.status == 405
        assert response.headers["Allow"] == "POST"
        assert (await response.json())["error"]["type"] == "invalid_request_error"


class TestSmallBodies:
    @pytest.fixture
    def server_config(self) -> ServerConfig:
        return ServerConfig(port=0, max_body_bytes=2000)

    @pytest.mark.parametrize("encoding", ["identity", "gzip"])
    async def test_larger_body_is_413(self, http: ClientSession, encoding: str) -> None:
        body = json.dumps(
            {"model": "alphabet", "messages": [{"role": "user", "content": "x" * 4000}]}
        ).encode()
        headers = JSON
        if encoding == "gzip":
            body, headers = gzip.compress(body), {**JSON, "Content-Encoding": "gzip"}
        async with http.post(CHAT, data=body, headers=headers) as response:
            assert response.status == 413
            assert (await response.json())["error"]["code"] == "request_too_large"


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_body_that_is_not_encoded_as_its_header_says_is_400(http: ClientSession, encoding: str) -> None:
    body = json.dumps({"model": "alphabet", "messages": HELLO}).encode()
    async with http.post(CHAT, data=body, headers={**JSON, "Content-Encoding": encoding}) as response:
        assert response.status == 400
        assert encoding in (await response.json())["error"]["message"]


async def test_tools_nested_too_deeply_for_the_template_are_400(http: ClientSession) -> None:
    schema: dict[str, Any] = {}
    for _ in range(600):
        schema = {"items": schema}
    tools = [{"type": "function", "function": {"name": "f", "parameters": schema}}]
    async with http.post(CHAT, json={"model": "alphabet", "messages": HELLO, "tools": tools}) as response:
        assert response.status == 400
        assert (await response.json())["error"]["param"] == "tools"


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x00" * 100 + b"\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /v1/completions HTTP/1.1\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET /v1/models HTTP/1.1\r\nAuthorization Bearer sk-secret\r\n\r\n",
        b"GET /v1/models HTTP/1.1\r\nAuthorization: Bearer sk-secret" + b"x" * 20_000 + b"\r\n\r\n",
        b"POST /v1/completions HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/completions HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
)
async def test_garbage_on_the_socket_hurts_nobody(
    url: str, http: ClientSession, caplog: pytest.LogCaptureFixture, garbage: bytes
) -> None:
    caplog.set_level(logging.INFO)
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rsplit(":", 1)[1]))
    writer.write(garbage)
    writer.write_eof()
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    if head:
        assert head.startswith(b"HTTP/1.1 400 ")
        error = json.loads(body)["error"]
        assert error["type"] == "invalid_request_error"
        assert "read as HTTP" in error["message"]
    assert b"secret" not in body
    assert "secret" not in caplog.text
    assert "Traceback" not in caplog.text
    async with http.get("/health") as response:
        assert response.status == 200


class TestImpatience:
    @pytest.fixture
    def server_config(self) -> ServerConfig:
        return ServerConfig(port=0, body_timeout=0.05)

    async def test_body_that_never_comes_is_408(self, url: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rsplit(":", 1)[1]))
        head = (f"POST {CHAT} HTTP/1.1", "Host: x", "Content-Type: application/json", "Content-Length: 9")
        writer.write("\r\n".join((*head, "", "{")).encode())
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b'"code":"request_timeout"' in answer
        writer.close()
        await writer.wait_closed()


_JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_FIELDS = st.sampled_from(sorted(ChatRequest.__struct_fields__))


def refusal(body: bytes) -> ApiError | None:
    """How a body is refused; None: it decodes."""
    try:
        decode_struct(body, msgspec.json.Decoder(ChatRequest))
    except ApiError as error:
        return error
    return None


@given(st.dictionaries(_FIELDS, _JSON_VALUES))
def test_any_json_object_decodes_or_is_refused_with_the_field(body: dict[str, Any]) -> None:
    error = refusal(json.dumps(body).encode())
    assert error is None or (error.status == 400 and (error.param or "JSON" in error.message))


@given(st.binary(max_size=64))
def test_any_bytes_decode_or_are_refused(body: bytes) -> None:
    error = refusal(body)
    assert error is None or error.status == 400
