"""Hostile bodies at every endpoint: refused in time as errors of the caller, and nobody else suffers."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from aiohttp import ClientSession
from openfpga_server.config import ServerConfig
from openfpga_server.mounts import routes
from support.alphabet import AlphabetRunner

POSTS = [
    (path, route)
    for _, path, route in routes(ServerConfig().mounts)
    if route.method == "POST" and "/portal/" not in path
]
PATHS = [path for path, _ in POSTS]
BODIES = [(path, route.body) for path, route in POSTS if path.startswith("/v1/") and route.body is not None]
HELLO = {"role": "user", "content": "hello"}
GOOD: dict[str, Any] = {
    "/v1/chat/completions": {"messages": [HELLO], "max_tokens": 1},
    "/v1/completions": {"prompt": "hello", "max_tokens": 1},
    "/v1/embeddings": {"input": "hello"},
    "/v1/responses": {"input": "hello", "max_output_tokens": 1},
    "/v1/images/generations": {"prompt": "hello"},
}
SECONDS = 10.0
"""What one refusal may take on a busy machine; most take a millisecond."""
GAP = 2.0
"""Longest silence between the tokens of a stream beside it, which come every few milliseconds."""
JSON = {"Content-Type": "application/json"}
NOT_JSON_OBJECTS: dict[str, bytes] = {
    "nothing": b"",
    "half": b'{"model": "alphabet", "messages": [',
    "array": b"[]",
    "string": b'"model"',
    "number": b"1e999",
    "not a number": b'{"model": "alphabet", "temperature": NaN}',
    "deep arrays": b"[" * 200_000,
    "deep objects": b'{"a":' * 100_000,
    "deep and whole": b'{"model": "alphabet", "x": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "bad UTF-8": b'{"model": "\xff\xfe", "input": "\xc3("}',
    "UTF-16": json.dumps({"model": "alphabet"}).encode("utf-16"),
    "NULs": b"\0" * 1000,
    "too large": b'{"model": "' + b"x" * (9 << 20) + b'"}',
}


@pytest.fixture
async def stream_beside(http: ClientSession, runner: AlphabetRunner) -> AsyncIterator[None]:
    """A stream that must keep its pace while the test runs."""
    runner.pace = 0.002
    gaps = [0.0]
    started = asyncio.Event()

    async def read() -> None:
        body = {"model": "alphabet", "prompt": "a", "max_tokens": 500, "stream": True}
        while True:
            last = time.perf_counter()
            async with http.post("/v1/completions", json=body) as response:
                async for _ in response.content.iter_any():
                    now = time.perf_counter()
                    gaps.append(now - last)
                    last = now
                    started.set()

    reader = asyncio.create_task(read())
    await started.wait()
    yield
    assert not reader.done(), reader.exception()
    reader.cancel()
    await asyncio.gather(reader, return_exceptions=True)
    assert max(gaps) < GAP


async def status_of(http: ClientSession, path: str, body: bytes, headers: dict[str, str] = JSON) -> int:
    """Status of a request, which is answered in time and with JSON."""
    async with asyncio.timeout(SECONDS), http.post(path, data=io.BytesIO(body), headers=headers) as response:
        answer = await response.read()
        if response.content_type == "application/json":
            msgspec.json.decode(answer)
        else:
            assert response.content_type == "text/event-stream"
        return response.status


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.usefixtures("stream_beside")
async def test_what_is_no_object_is_refused(http: ClientSession, path: str) -> None:
    for name, body in NOT_JSON_OBJECTS.items():
        expected = (413,) if name == "too large" else (400, 413)
        assert await status_of(http, path, body) in expected, name


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """64 MiB in 64 KiB."""
    return gzip.compress(b"[" * (64 << 20), 1)


@pytest.mark.parametrize("path", [path for path, _ in BODIES])
@pytest.mark.usefixtures("stream_beside")
async def test_compressed_bodies_are_held_to_the_limit_unpacked(
    bomb: bytes, http: ClientSession, path: str
) -> None:
    assert await status_of(http, path, bomb, {**JSON, "Content-Encoding": "gzip"}) == 413
    lie = {**JSON, "Content-Encoding": "gzip"}
    assert await status_of(http, path, b"this is no gzip", lie) == 400


@pytest.mark.parametrize(("path", "struct"), BODIES)
@pytest.mark.usefixtures("stream_beside")
async def test_any_value_in_any_field_is_an_answer_or_a_refusal(
    http: ClientSession, path: str, struct: type[msgspec.Struct]
) -> None:
    values: list[bytes] = [
        *(json.dumps(v).encode() for v in (True, -1, 0, 1, 2**31, 2**63, 2**64, 1.5, -1e308)),
        *(json.dumps(v).encode() for v in ("", "x", "\ud800", "\0", [], {}, [[]], [{}], {"a": {"": []}})),
        b"1" * 5000,
        b"-1e9999",
        b"[" * 200 + b"]" * 200,
        b'{"type":"function"}',
        b'[{"type":"message","role":"user","content":[{"type":"input_text","text":"\\udfff"}]}]',
    ]
    for field in msgspec.structs.fields(struct):
        good = {k: v for k, v in {"model": "alphabet", **GOOD[path]}.items() if k != field.encode_name}
        for value in values:
            # Left to itself the last of two equal names wins, so the good one is taken out.
            body = json.dumps(good).encode()[:-1] + b', "%b": %b}' % (field.encode_name.encode(), value)
            status = await status_of(http, path, body)
            assert status == 200 or 400 <= status < 500, (field.name, value[:80])


def nested(depth: int) -> dict[str, Any]:
    """A schema of objects in objects."""
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(depth):
        schema = {"type": "object", "properties": {"a": schema}, "required": ["a"]}
    return schema


SCHEMAS: dict[str, dict[str, Any]] = {
    "itself": {"$ref": "#"},
    "each other": {
        "$ref": "#/$defs/a",
        "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}},
    },
    "endless object": {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]},
    "elsewhere": {"$ref": "https://example.com/schema.json"},
    "nowhere": {"$ref": "#/$defs/none"},
    "deep": nested(150),
    "doubling": {
        "$ref": "#/$defs/a0",
        "$defs": {
            **{f"a{i}": {"allOf": [{"$ref": f"#/$defs/a{i + 1}"}] * 2} for i in range(24)},
            "a24": {"type": "object"},
        },
    },
    "wide": {"anyOf": [{"type": "object", "properties": {f"p{i}": nested(3)}} for i in range(2000)]},
    "large enumeration": {"enum": [f"value {i}" for i in range(50_000)]},
    "pattern of many": {"type": "string", "pattern": "^(a?){5000}a{5000}$"},
    "pattern in patterns": {"type": "string", "pattern": "^((((a*)*)*)*)*b$"},
    "long array": {"type": "array", "minItems": 10**9, "items": {}},
    "long string": {"type": "string", "minLength": 10**12},
    "no schema": {"type": "potato"},
    "impossible": {"type": "integer", "minimum": 5, "maximum": 4},
}


@pytest.mark.parametrize("name", SCHEMAS)
@pytest.mark.usefixtures("stream_beside")
async def test_hostile_schemas_are_refused_or_served_in_time(http: ClientSession, name: str) -> None:
    schema = SCHEMAS[name]
    form = {"name": "x", "schema": schema, "strict": True}
    tool = {"name": "f", "parameters": schema, "strict": True}
    chat = {"model": "alphabet", **GOOD["/v1/chat/completions"]}
    response = {"model": "alphabet", **GOOD["/v1/responses"]}
    bodies: list[tuple[str, dict[str, Any]]] = [
        ("/v1/chat/completions", {**chat, "response_format": {"type": "json_schema", "json_schema": form}}),
        ("/v1/responses", {**response, "text": {"format": {"type": "json_schema", **form}}}),
        (
            "/v1/chat/completions",
            {**chat, "tools": [{"type": "function", "function": tool}], "tool_choice": "required"},
        ),
        ("/v1/responses", {**response, "tools": [{"type": "function", **tool}], "tool_choice": "required"}),
    ]
    for path, body in bodies:
        status = await status_of(http, path, json.dumps(body).encode())
        assert status == 200 or 400 <= status < 500


LARGE: list[tuple[str, dict[str, Any]]] = [
    ("/v1/chat/completions", {"messages": [HELLO] * 200_000}),
    ("/v1/chat/completions", {"messages": [{"role": "user", "content": "<|end|>" * 500_000}]}),
    ("/v1/chat/completions", {"messages": [HELLO], "stop": ["x"] * 1_000_000}),
    ("/v1/chat/completions", {"messages": [HELLO], "logit_bias": {str(i): 1 for i in range(300_000)}}),
    ("/v1/completions", {"prompt": "x" * 4_000_000}),
    ("/v1/completions", {"prompt": ["x"] * 500_000}),
    ("/v1/completions", {"prompt": [1] * 2_000_000}),
    ("/v1/embeddings", {"input": ["x"] * 500_000}),
    ("/v1/responses", {"input": [HELLO] * 200_000}),
    ("/v1/responses", {"input": "x" * 4_000_000}),
    ("/v1/responses", {"input": "x", "metadata": {str(i): "x" for i in range(100_000)}}),
]


@pytest.fixture(scope="module")
def large() -> list[tuple[str, bytes]]:
    """(path, body) of requests that are right but for their size."""
    return [(path, json.dumps({"model": "alphabet", **body}).encode()) for path, body in LARGE]


@pytest.mark.usefixtures("stream_beside")
async def test_large_requests_of_the_right_form_are_refused_by_their_size(
    large: list[tuple[str, bytes]], http: ClientSession
) -> None:
    for path, body in large:
        assert 400 <= await status_of(http, path, body) < 500, (path, body[:60])
