"""Several API documents at once: each base URL has its own errors, defaults, limits and identifiers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import openai
import pytest
from aiohttp import ClientSession
from openai import AsyncOpenAI
from openfpga_host.engine import EngineConfig
from openfpga_server.config import DIALECTS as NAMES
from openfpga_server.config import ServerConfig
from openfpga_server.dialect import Dialect, Mount
from openfpga_server.dialects import DEEPINFER, DIALECTS, GATEWAY, OPENFPGA, VOLTAGE, default_mounts
from openfpga_server.registry import ServedModel
from support.alphabet import AlphabetRunner

HELLO = [{"role": "user", "content": "hello"}]
BASES = {mount.base: mount.dialect for mount in default_mounts()}
MODEL_FAULT = {"model": "gpt-9", "messages": HELLO}


def message_of(body: dict[str, Any], dialect: Dialect) -> str:
    """The error's message, after a check of the shape around it."""
    if dialect is DEEPINFER:
        assert set(body) == {"detail"}
        message = body["detail"]
    elif dialect is VOLTAGE:
        assert set(body) == {"error", "details"}
        assert isinstance(body["details"]["status"], int)
        assert body["details"]["endpoint"].startswith("/")
        message = body["error"]
    else:
        assert set(body) == {"error"}
        assert set(body["error"]) == {"message", "type", "param", "code"}
        assert isinstance(body["error"]["code"], str)
        assert body["error"]["code"].isupper() == (dialect is GATEWAY)
        message = body["error"]["message"]
    assert isinstance(message, str)
    return message


def test_names_of_the_command_line_are_the_dialects() -> None:
    assert tuple(DIALECTS) == NAMES


@pytest.mark.parametrize(("base", "dialect"), BASES.items())
@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/v1/chat/completions", MODEL_FAULT, 404),
        ("POST", "/v1/chat/completions", {"messages": 5, "model": "alphabet"}, 400),
        ("POST", "/v1/completions", {"model": "alphabet", "prompt": "x", "max_tokens": 5000}, 400),
        ("GET", "/v1/models/gpt-9", None, 404),
        ("GET", "/v1/nothing", None, 404),
        ("GET", "/nothing", None, 404),
        ("GET", "/v1/chat/completions", None, 405),
    ],
)
async def test_every_error_has_the_shape_of_its_mount(
    http: ClientSession, base: str, dialect: Dialect, method: str, path: str, body: Any, status: int
) -> None:
    async with http.request(method, base + path, json=body) as response:
        assert response.status == status
        answer = await response.json()
    assert message_of(answer, dialect)
    if dialect is VOLTAGE:
        assert answer["details"]["status"] == status
        assert answer["details"]["endpoint"] == path


class TestSmallBodies:
    @pytest.fixture
    def server_config(self) -> ServerConfig:
        return ServerConfig(port=0, max_body_bytes=2000)

    @pytest.mark.parametrize(("base", "dialect"), BASES.items())
    async def test_too_large_a_body_has_the_shape_of_its_mount(
        self, http: ClientSession, base: str, dialect: Dialect
    ) -> None:
        body = {"model": "alphabet", "prompt": "x" * 4000}
        async with http.post(f"{base}/v1/completions", json=body) as response:
            assert response.status == 413
            assert "2000 bytes" in message_of(await response.json(), dialect)


@pytest.mark.parametrize(("base", "dialect"), BASES.items())
@pytest.mark.parametrize(
    "path", ["/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/responses"]
)
async def test_hostile_bodies_are_4xx_in_the_shape_of_their_mount(
    http: ClientSession, base: str, dialect: Dialect, path: str
) -> None:
    for body in (
        b"",
        b"null",
        b"\xff\xfe{}",
        b'{"model": "\xff"}',
        b'{"a":' * 50_000,
        b'{"model": "alphabet", "input": ' + b"[" * 50_000,
        b'{"model": "alphabet", "n": ' + b"9" * 5_000 + b"}",
        b'{"model": {"model": "alphabet"}}',
        b'{"model": "' + b"m" * 1_000_000 + b'", "messages": [], "prompt": "", "input": ""}',
    ):
        async with http.post(
            base + path, data=body, headers={"Content-Type": "application/json"}
        ) as response:
            assert 400 <= response.status < 500
            assert len(message_of(await response.json(), dialect)) < 1_000
    async with http.post(base + path, data=b"x=1", headers={"Content-Type": "text/plain"}) as response:
        assert response.status == 415
        assert message_of(await response.json(), dialect)


@pytest.mark.parametrize(
    ("error", "code", "kind"),
    [
        (MODEL_FAULT, "MODEL_NOT_FOUND", "not_found_error"),
        ({"model": "alphabet", "messages": []}, "INVALID_REQUEST", "invalid_request_error"),
        ({"model": "alphabet", "messages": HELLO, "n": 2}, "INVALID_REQUEST", "invalid_request_error"),
    ],
)
async def test_gateway_codes(http: ClientSession, error: dict[str, Any], code: str, kind: str) -> None:
    async with http.post("/api/v1/chat/completions", json=error) as response:
        body = (await response.json())["error"]
    assert (body["code"], body["type"]) == (code, kind)


async def test_failures_of_the_engine_reach_every_dialect(
    http: ClientSession, runner: AlphabetRunner
) -> None:
    runner.failing = True
    for base, dialect in BASES.items():
        body = {"model": "alphabet", "messages": HELLO}
        async with http.post(f"{base}/v1/chat/completions", json=body) as response:
            assert response.status == 500
            assert "engine failed" in message_of(await response.json(), dialect)


@pytest.mark.parametrize("base", BASES)
async def test_errors_in_mid_stream_are_raised_by_the_sdk_whatever_the_dialect(
    url: str, runner: AlphabetRunner, base: str
) -> None:
    runner.pace = 0.002
    async with AsyncOpenAI(base_url=f"{url}{base}/v1", api_key="none", max_retries=0) as client:
        stream = await client.completions.create(model="alphabet", prompt="a", max_tokens=400, stream=True)

        async def read() -> None:
            async for _ in stream:
                runner.failing = True

        with pytest.raises(openai.APIError):
            await read()


@pytest.mark.parametrize(
    ("base", "prefix", "tokens"),
    [("", "ofpga-chat-", 500), ("/api", "chatcmpl-", 503), ("/deepinfer", "chatcmpl-", 500)],
)
async def test_identifiers_and_defaults_of_each_document(
    http: ClientSession, base: str, prefix: str, tokens: int
) -> None:
    """The context has room for 503 tokens: more than DeepInfer's default, less than OpenFPGA's."""
    async with http.post(
        f"{base}/v1/chat/completions", json={"model": "alphabet", "messages": HELLO, "ignore_eos": True}
    ) as response:
        body = await response.json()
    assert body["id"].startswith(prefix)
    assert body["usage"]["completion_tokens"] in (tokens, 503)


async def test_defaults_go_document_then_model_then_neutral() -> None:
    assert OPENFPGA.defaults.temperature == 0.7
    assert GATEWAY.defaults.temperature == 1
    assert DEEPINFER.defaults.top_p == 0.95


async def test_n_has_the_limit_of_its_document(http: ClientSession) -> None:
    body = {"model": "alphabet", "messages": HELLO, "max_tokens": 1}
    for base, limit in (("/api", 1), ("/api/voltage", 10), ("", 128)):
        async with http.post(f"{base}/v1/chat/completions", json={**body, "n": limit}) as response:
            assert response.status == 200
            assert len((await response.json())["choices"]) == limit
        async with http.post(f"{base}/v1/chat/completions", json={**body, "n": limit + 1}) as response:
            assert response.status == 400


async def test_model_may_be_left_out_where_the_document_says_so(http: ClientSession) -> None:
    body = {"messages": HELLO, "max_tokens": 1}
    for base, dialect in BASES.items():
        async with http.post(f"{base}/v1/chat/completions", json=body) as response:
            if dialect is DEEPINFER:
                assert (await response.json())["model"] == "alphabet"
            else:
                assert response.status == 400
                assert "'model'" in message_of(await response.json(), dialect)


async def test_devices_are_told_honestly(http: ClientSession) -> None:
    async with http.get("/deepinfer/v1/gpu/info") as response:
        (gpu,) = (await response.json())["gpus"]
    assert gpu["id"] == 0
    assert "CPU" in gpu["name"]
    assert gpu["is_nvidia_5090"] is gpu["is_nvidia_4090"] is False
    assert 0 < gpu["free_memory_gb"] <= gpu["total_memory_gb"]
    async with http.get("/deepinfer/health") as response:
        expected = {"status": "healthy", "model": "alphabet", "gpus": 1, "nvidia_5090": False}
        assert await response.json() == expected
    async with http.get("/v1/gpu/info") as response:
        assert response.status == 404


class TestFullQueue:
    @pytest.fixture
    def engine_config(self) -> EngineConfig:
        return EngineConfig(max_queue=1, max_running=1)

    async def test_has_the_status_its_document_knows_and_says_when_to_come_back(
        self,
        http: ClientSession,
        runner: AlphabetRunner,
        model: ServedModel,
        eventually: Callable[[Callable[[], bool]], Awaitable[None]],
    ) -> None:
        body = {"model": "alphabet", "prompt": "a", "max_tokens": 2}

        async def ask() -> int:
            async with http.post("/v1/completions", json=body) as response:
                return response.status

        runner.gate.clear()
        running = asyncio.create_task(ask())
        await eventually(lambda: model.engine.stats().running == 1)
        waiting = asyncio.create_task(ask())
        await eventually(lambda: model.engine.stats().waiting == 1)
        for base, status in (("", 503), ("/api", 429), ("/api/voltage", 429), ("/deepinfer", 503)):
            async with http.post(f"{base}/v1/completions", json=body) as response:
                assert response.status == status
                seconds = int(response.headers["Retry-After"])
                answer = await response.json()
            assert seconds >= 1
            assert "limit" in message_of(answer, BASES[base])
            if BASES[base] is GATEWAY:
                assert answer["error"]["code"] == "RATE_LIMIT_EXCEEDED"
            if BASES[base] is VOLTAGE:
                assert answer["details"]["status"] == 429
                assert answer["details"]["retry_after"] == seconds
        runner.gate.set()
        assert await asyncio.gather(running, waiting) == [200, 200]


class TestAsRoot:
    """`--dialect deepinfer`: the document's own paths."""

    @pytest.fixture
    def server_config(self) -> ServerConfig:
        return ServerConfig(port=0, mounts=default_mounts(DEEPINFER))

    async def test_document_is_at_the_root(self, http: ClientSession) -> None:
        async with http.get("/health") as response:
            assert (await response.json())["status"] == "healthy"
        async with http.get("/v1/gpu/info") as response:
            assert response.status == 200
        async with http.post("/v1/completions", json={"prompt": "a", "max_tokens": 3}) as response:
            assert (await response.json())["model"] == "alphabet"
        async with http.get("/nothing") as response:
            assert set(await response.json()) == {"detail"}
        async with http.get("/api/v1/nothing") as response:
            assert set(await response.json()) == {"error"}


class TestKey:
    KEY = "sk-secret"

    @pytest.fixture
    def server_config(self) -> ServerConfig:
        return ServerConfig(port=0, api_key=self.KEY)

    async def test_without_or_with_a_wrong_key_nothing_is_told(self, http: ClientSession) -> None:
        for base, dialect in BASES.items():
            for headers in (
                {},
                {"Authorization": "Bearer sk-wrong"},
                {"Authorization": "Bearer sk-secret\xe9"},
                {"Authorization": f"Basic {self.KEY}"},
                {"Authorization": "Bearer"},
                {"X-VoltageGPU-Key": "sk-wrong"},
            ):
                for path in ("/v1/models", "/v1/nothing", "/v1//models", "/%761/models"):
                    async with http.get(base + path, headers=headers) as response:
                        assert response.status == 401
                        assert response.headers["WWW-Authenticate"] == "Bearer"
                        assert self.KEY not in message_of(await response.json(), dialect)

    async def test_bearer_is_taken_everywhere(self, http: ClientSession) -> None:
        for base in BASES:
            for scheme in ("Bearer", "bearer"):
                headers = {"Authorization": f"{scheme} {self.KEY}"}
                async with http.get(f"{base}/v1/models", headers=headers) as response:
                    assert response.status == 200

    async def test_voltage_has_its_own_header_and_only_there(self, http: ClientSession) -> None:
        headers = {"X-VoltageGPU-Key": self.KEY}
        async with http.get("/api/voltage/v1/models", headers=headers) as response:
            assert response.status == 200
        async with http.get("/v1/models", headers=headers) as response:
            assert response.status == 401

    async def test_probes_need_none(self, http: ClientSession) -> None:
        for path in ("/health", "/metrics", "/deepinfer/health"):
            async with http.get(path) as response:
                assert response.status == 200

    async def test_sdk_raises_the_right_class(self, url: str) -> None:
        async with AsyncOpenAI(base_url=f"{url}/v1", api_key="wrong", max_retries=0) as client:
            with pytest.raises(openai.AuthenticationError) as caught:
                await client.models.list()
            assert caught.value.code == "invalid_api_key"

    def test_key_is_in_no_repr(self) -> None:
        assert self.KEY not in repr(ServerConfig(api_key=self.KEY))


def test_mounts_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="such as '/api'"):
        Mount("api", OPENFPGA)
    with pytest.raises(ValueError, match="such as '/api'"):
        Mount("/a{b}", OPENFPGA)
    with pytest.raises(ValueError, match="one that is ''"):
        ServerConfig(mounts=(Mount("/api", OPENFPGA),))
    with pytest.raises(ValueError, match="different"):
        ServerConfig(mounts=(Mount("", OPENFPGA), Mount("", GATEWAY)))


def test_longest_base_decides() -> None:
    config = ServerConfig()
    for path, base in (
        ("/api/voltage/v1/models", "/api/voltage"),
        ("/api/voltagex", "/api"),
        ("/api", "/api"),
        ("/apix/v1", ""),
        ("/v1/models", ""),
    ):
        assert config.mount_of(path).base == base


async def test_models_of_every_mount_are_the_same(http: ClientSession, model: ServedModel) -> None:
    for base, dialect in BASES.items():
        async with http.get(f"{base}/v1/models") as response:
            (card,) = (await response.json())["data"]
        assert card["id"] == model.id
        assert card["owned_by"] == dialect.owner
        assert ("x_openfpga" in card) == (dialect in (OPENFPGA, GATEWAY))


async def test_chat_ids_are_new_every_time() -> None:
    ids = {OPENFPGA.new_chat_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(re.fullmatch("ofpga-chat-[0-9a-f]{24}", name) for name in ids)
