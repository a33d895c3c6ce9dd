"""Every example request of the five API documents is answered in the shape its document gives.

The documents' model names are aliases of the served model, as a user who has one model would configure them.
"""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession
from openfpga_server.config import ServerConfig
from openfpga_server.dialects import DEEPINFER, default_mounts
from openfpga_server.registry import ModelRegistry, ServedModel

from .conftest import running_registry

NAMES = (
    "llama-3.1-8b-fpga",
    "llama-3.1-8b-instruct",
    "gpt-4",
    "text-embedding-3-small",
    "text-embedding-ada-002",
    "meta-llama/Llama-3.1-8B-Instruct",
)
HELLO = [{"role": "user", "content": "Hello!"}]
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Get current weather for a location",
        "parameters": {
            "type": "object",
            "properties": {"location": {"type": "string", "description": "City name"}},
            "required": ["location"],
        },
    },
}
LANGUAGES = {
    "type": "json_schema",
    "json_schema": {
        "name": "languages",
        "schema": {
            "type": "object",
            "properties": {"languages": {"type": "array", "items": {"type": "string"}}},
        },
    },
}
CHATS = {
    "openfpga-basic": (
        "/v1",
        {
            "model": "llama-3.1-8b-fpga",
            "messages": [{"role": "user", "content": "Explain FPGAs in one sentence."}],
        },
    ),
    "openfpga-streaming": (
        "/v1",
        {
            "model": "llama-3.1-8b-fpga",
            "messages": [
                {"role": "system", "content": "You are a helpful assistant."},
                {"role": "user", "content": "What is FPGA inference?"},
            ],
            "stream": True,
            "max_tokens": 256,
        },
    ),
    "context-hello": ("/v1", {"model": "llama-3.1-8b-fpga", "messages": HELLO}),
    "context-streaming": (
        "/v1",
        {
            "model": "llama-3.1-8b-fpga",
            "messages": [{"role": "user", "content": "Tell me about FPGAs"}],
            "stream": True,
        },
    ),
    "context-tools": (
        "/v1",
        {
            "model": "llama-3.1-8b-fpga",
            "messages": [{"role": "user", "content": "What's the weather in SF?"}],
            "tools": [WEATHER],
            "tool_choice": "auto",
        },
    ),
    "gateway-hello": ("/api/v1", {"model": "llama-3.1-8b-instruct", "messages": HELLO}),
    "voltage-basic": (
        "/api/voltage/v1",
        {
            "model": "gpt-4",
            "messages": [{"role": "system", "content": "You are a helpful assistant."}, *HELLO],
        },
    ),
    "voltage-streaming": (
        "/api/voltage/v1",
        {
            "model": "gpt-4",
            "messages": [{"role": "user", "content": "Tell me a story"}],
            "stream": True,
            "temperature": 0.7,
        },
    ),
    "deepinfer-full": (
        "/deepinfer/v1",
        {
            "messages": [
                {"role": "system", "content": "You are a helpful assistant."},
                {"role": "user", "content": "What is machine learning?"},
            ],
            "max_tokens": 200,
            "temperature": 0.7,
            "top_p": 0.95,
            "stream": False,
            "stop": None,
        },
    ),
    "deepinfer-curl": ("/deepinfer/v1", {"messages": HELLO, "max_tokens": 100}),
    "deepinfer-python": ("/deepinfer/v1", {"messages": HELLO, "max_tokens": 100, "temperature": 0.7}),
    "deepinfer-streaming": (
        "/deepinfer/v1",
        {"messages": [{"role": "user", "content": "Tell me a story"}], "stream": True},
    ),
    "deepinfer-sdk": (
        "/deepinfer/v1",
        {"model": "meta-llama/Llama-3.1-8B-Instruct", "messages": HELLO, "max_tokens": 100},
    ),
}


@pytest.fixture
async def url(model: ServedModel) -> AsyncIterator[str]:
    """A server of one model that has all the documents' names."""
    registry = ModelRegistry([model], aliases=dict.fromkeys(NAMES, "alphabet"))
    async with running_registry(registry, ServerConfig(port=0)) as address:
        yield address


def check_usage(usage: dict[str, Any]) -> None:
    """The three numbers of every document."""
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    assert usage["prompt_tokens"] > 0


def check_chat(body: dict[str, Any], base: str) -> None:
    """The answer's fields in every document."""
    assert body["id"].startswith("ofpga-chat-" if base == "/v1" else "chatcmpl-")
    assert body["object"] == "chat.completion"
    assert body["created"] > 1_700_000_000
    assert body["model"] == "alphabet"
    (choice,) = body["choices"]
    assert choice["index"] == 0
    assert choice["message"]["role"] == "assistant"
    assert isinstance(choice["message"]["content"], str)
    assert choice["finish_reason"] in ("stop", "length")
    check_usage(body["usage"])
    if base == "/v1":
        performance = body["x_openfpga"]
        assert isinstance(performance["hardware"], str)
        assert performance["latency_ms"] > 0
        assert performance["tokens_per_second"] > 0
    else:
        assert "x_openfpga" not in body


def check_events(text: str) -> None:
    """A role, text, one end, and [DONE]."""
    events = [line.removeprefix("data: ") for line in text.split("\n\n") if line.startswith("data: ")]
    assert events[-1] == "[DONE]"
    chunks = [json.loads(event) for event in events[:-1]]
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert len({chunk["id"] for chunk in chunks}) == 1
    choices = [chunk["choices"][0] for chunk in chunks]
    assert choices[0]["delta"]["role"] == "assistant"
    assert "".join(choice["delta"].get("content") or "" for choice in choices)
    assert [choice["finish_reason"] for choice in choices if choice["finish_reason"]] in (
        ["stop"],
        ["length"],
    )


@pytest.mark.parametrize("name", CHATS)
async def test_chat_example(http: ClientSession, name: str) -> None:
    base, body = CHATS[name]
    async with http.post(f"{base}/chat/completions", json=body) as response:
        assert response.status == 200
        if body.get("stream"):
            assert response.content_type == "text/event-stream"
            check_events(await response.text())
        else:
            check_chat(await response.json(), base)


async def test_structured_output_example_is_json_of_its_schema(http: ClientSession) -> None:
    body = {
        "model": "llama-3.1-8b-fpga",
        "messages": [{"role": "user", "content": "List 3 programming languages"}],
        "response_format": LANGUAGES,
        "temperature": 0,
        "max_tokens": 200,
    }
    async with http.post("/v1/chat/completions", json=body) as response:
        assert response.status == 200
        (choice,) = (await response.json())["choices"]
    if choice["finish_reason"] == "stop":
        assert set(json.loads(choice["message"]["content"])) <= {"languages"}


@pytest.mark.parametrize(
    "body",
    [
        {
            "prompt": "The future of AI is",
            "max_tokens": 100,
            "temperature": 0.7,
            "top_p": 0.95,
            "top_k": -1,
            "frequency_penalty": 0.0,
            "presence_penalty": 0.0,
            "repetition_penalty": 1.0,
            "stop": None,
            "stream": False,
            "n": 1,
        },
        {"prompt": "The future of AI is", "max_tokens": 100, "temperature": 0.7},
    ],
)
async def test_deepinfer_completion_example(http: ClientSession, body: dict[str, Any]) -> None:
    async with http.post("/deepinfer/v1/completions", json=body) as response:
        assert response.status == 200
        answer = await response.json()
    assert answer["id"].startswith("cmpl-")
    assert answer["object"] == "text_completion"
    (choice,) = answer["choices"]
    assert choice["index"] == 0
    assert choice["finish_reason"] == "length"
    assert isinstance(choice["text"], str)
    assert answer["usage"]["completion_tokens"] == 100
    check_usage(answer["usage"])


EMBEDDINGS = {
    "gateway-default-model": ("/api/v1", {"input": "The quick brown fox"}),
    "context-default-model": ("/v1", {"input": ["one", "two"], "encoding_format": "float"}),
    "gateway-base64": (
        "/api/v1",
        {"model": "text-embedding-3-small", "input": "fox", "encoding_format": "base64"},
    ),
    "voltage-single": (
        "/api/voltage/v1",
        {"model": "text-embedding-ada-002", "input": "The quick brown fox jumps over the lazy dog"},
    ),
    "voltage-multiple": (
        "/api/voltage/v1",
        {"model": "text-embedding-ada-002", "input": ["First text to embed", "Second text to embed"]},
    ),
}


@pytest.mark.parametrize("name", EMBEDDINGS)
async def test_embedding_example(http: ClientSession, name: str) -> None:
    base, body = EMBEDDINGS[name]
    async with http.post(f"{base}/embeddings", json=body) as response:
        assert response.status == 200
        answer = await response.json()
    assert answer["object"] == "list"
    assert answer["model"] == "alphabet"
    assert 0 < answer["usage"]["prompt_tokens"] == answer["usage"]["total_tokens"]
    texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
    assert [item["index"] for item in answer["data"]] == list(range(len(texts)))
    for item in answer["data"]:
        assert item["object"] == "embedding"
        vector = item["embedding"]
        if body.get("encoding_format") == "base64":
            data = base64.b64decode(vector)
            vector = struct.unpack(f"<{len(data) // 4}f", data)
        assert sum(value * value for value in vector) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    "body",
    [
        {"prompt": "A beautiful sunset over mountains", "n": 1, "size": "1024x1024"},
        {
            "prompt": "A futuristic city with flying cars",
            "n": 2,
            "size": "512x512",
            "guidance_scale": 7.5,
            "num_inference_steps": 50,
        },
    ],
)
async def test_image_example_is_refused_in_the_document_s_shape(
    http: ClientSession, body: dict[str, Any]
) -> None:
    async with http.post("/api/voltage/v1/images/generations", json=body) as response:
        assert response.status == 400
        answer = await response.json()
    assert "No image model" in answer["error"]
    assert answer["details"]["status"] == 400
    assert answer["details"]["endpoint"] == "/v1/images/generations"


async def test_model_examples(http: ClientSession) -> None:
    for base, name, owner in (
        ("/v1", "llama-3.1-8b-fpga", "openfpga"),
        ("/api/v1", "llama-3.1-8b-instruct", "openfpga"),
        ("/deepinfer/v1", "meta-llama/Llama-3.1-8B-Instruct", "deepinfer"),
    ):
        async with http.get(f"{base}/models") as response:
            listed = await response.json()
        assert listed["object"] == "list"
        assert name in {card["id"] for card in listed["data"]}
        async with http.get(f"{base}/models/{name}") as response:
            card = await response.json()
        assert (card["id"], card["object"], card["owned_by"]) == (name, "model", owner)
        assert isinstance(card["created"], int)


class TestDeepInferAtTheRoot:
    """`openfpga serve --dialect deepinfer --port 8000`: the document's curl commands as they stand."""

    @pytest.fixture
    async def url(self, model: ServedModel) -> AsyncIterator[str]:
        config = ServerConfig(port=0, mounts=default_mounts(DEEPINFER))
        async with running_registry(ModelRegistry([model]), config) as address:
            yield address

    async def test_every_endpoint_of_the_document(self, http: ClientSession) -> None:
        async with http.get("/health") as response:
            assert set(await response.json()) == {"status", "model", "gpus", "nvidia_5090"}
        async with http.get("/v1/gpu/info") as response:
            (gpu,) = (await response.json())["gpus"]
        assert gpu.keys() >= {
            "id",
            "name",
            "total_memory_gb",
            "free_memory_gb",
            "compute_capability",
            "driver_version",
            "cuda_version",
            "is_nvidia_5090",
            "is_nvidia_4090",
        }
        async with http.get("/v1/models") as response:
            assert (await response.json())["data"][0]["owned_by"] == "deepinfer"
        async with http.post("/v1/chat/completions", json={"messages": HELLO, "max_tokens": 100}) as response:
            check_chat(await response.json(), "/deepinfer/v1")
        async with http.post("/v1/chat/completions", json={"messages": []}) as response:
            assert response.status == 400
            assert set(await response.json()) == {"detail"}
