"""Who is let in over HTTP: keys, several keys, no keys, this machine alone; and what the refused are told."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientSession
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from multidict import CIMultiDict
from openfpga_server.accounts.accounts import Accounts
from openfpga_server.accounts.keys import new_key
from openfpga_server.app import create_app
from openfpga_server.cli import main
from openfpga_server.config import AccountsConfig, ServerConfig
from openfpga_server.lifecycle import serve
from openfpga_server.registry import ModelRegistry, ServedModel
from openfpga_server.services import open_services
from support.alphabet import AlphabetRunner
from support.alphabet_model import alphabet_model
from support.servers import PostgresServer

from .conftest import PEPPER

BASES = ("/v1", "/api/v1", "/api/voltage/v1", "/deepinfer/v1")
STATIC = "the-operators-own-key"


@dataclass(frozen=True)
class Server:
    """A running server."""

    http: ClientSession
    accounts: Accounts
    url: str

    async def status(self, *headers: tuple[str, str], path: str = "/v1/models") -> int:
        """Of a GET with these headers, repeated ones included."""
        async with self.http.get(path, headers=CIMultiDict(headers)) as response:
            await response.read()
            return response.status


@contextlib.asynccontextmanager
async def serving(model: ServedModel, database_url: str, **settings: Any) -> AsyncIterator[Server]:
    """The real server over a database."""
    config = ServerConfig(
        port=0, drain_timeout=0, accounts=AccountsConfig(database=database_url, pepper=PEPPER), **settings
    )
    started: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    async with open_services(config) as services:
        assert services.accounts is not None
        app = create_app(ModelRegistry([model]), config, services)
        server = asyncio.create_task(serve(app, ready=started.set_result))
        done, _ = await asyncio.wait((server, started), return_when=asyncio.FIRST_COMPLETED)
        if server in done:
            server.result()
        try:
            async with ClientSession(started.result()) as http:
                yield Server(http, services.accounts, started.result())
        finally:
            # Cancelled, as a drain would end the engine, which outlives this server.
            server.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await server


@pytest.fixture(scope="module")
def model() -> Iterator[ServedModel]:
    """Called "alphabet"."""
    with alphabet_model(AlphabetRunner()) as served:
        yield served


@pytest.fixture
async def server(model: ServedModel, database_url: str) -> AsyncIterator[Server]:
    """On a database of each kind."""
    async with serving(model, database_url) as running:
        yield running


def bearer(key: str) -> tuple[str, str]:
    """The usual header."""
    return ("Authorization", f"Bearer {key}")


async def test_the_first_key_ends_the_time_without_for_a_running_server(
    server: Server, database_url: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert await server.status() == 200
    assert await server.status(bearer("none")) == 200
    monkeypatch.setenv("OPENFPGA_ACCOUNTS_PEPPER", PEPPER)
    monkeypatch.setenv("OPENFPGA_ACCOUNTS_DATABASE", database_url)
    # In a thread with a loop and connections of its own, as another process has.
    assert await asyncio.to_thread(main, ["keys", "create"]) == 0
    out, err = capfd.readouterr()
    key = out.strip()
    assert await server.status() == 401
    assert await server.status(bearer("none")) == 401
    assert await server.status(bearer(key)) == 200
    assert await asyncio.to_thread(main, ["keys", "revoke", err.split(",")[0]]) == 0
    assert await server.status(bearer(key)) == 401
    assert await server.status() == 401


async def test_refusals_have_the_shape_of_each_document(server: Server) -> None:
    await server.accounts.create_key("k")
    portal = f"Get a valid key at {server.url}/"
    invalid = f"The API key provided is invalid. {portal}"
    bodies = {}
    for base in BASES:
        headers = dict([bearer(new_key("live"))])
        async with server.http.post(f"{base}/chat/completions", json={}, headers=headers) as response:
            assert response.status == 401
            assert response.headers["WWW-Authenticate"] == "Bearer"
            bodies[base] = await response.json()
    kind = {"type": "authentication_error", "param": None}
    assert bodies == {
        "/v1": {"error": {"message": invalid, "code": "invalid_api_key", **kind}},
        "/api/v1": {"error": {"message": invalid, "code": "INVALID_API_KEY", **kind}},
        "/api/voltage/v1": {
            "error": invalid,
            "details": {"status": 401, "endpoint": "/v1/chat/completions", "code": "invalid_api_key"},
        },
        "/deepinfer/v1": {"detail": invalid},
    }
    async with server.http.get("/api/voltage/v1/models") as response:
        said = (await response.json())["error"]
    assert said == (
        "This server asks for an API key. Send it in the header 'X-VoltageGPU-Key: KEY' or "
        f"'Authorization: Bearer KEY'. {portal}"
    )


async def test_a_revoked_key_is_refused_by_every_server_of_the_database(
    model: ServedModel, database_url: str
) -> None:
    async with serving(model, database_url) as one, serving(model, database_url) as other:
        created = await one.accounts.create_key("k")
        assert [await each.status(bearer(created.secret)) for each in (one, other)] == [200, 200]
        await one.accounts.revoke_key(created.info.id)
        assert [await each.status(bearer(created.secret)) for each in (one, other)] == [401, 401]


async def test_several_keys_in_one_request_are_refused(server: Server) -> None:
    """Which of them counted would differ between us and a proxy before us."""
    one, other = [(await server.accounts.create_key(name)).secret for name in "ab"]
    voltage = "/api/voltage/v1/models"
    assert await server.status(bearer(one), bearer(other)) == 401
    assert await server.status(bearer(one), bearer(one)) == 401
    assert await server.status(bearer(one), ("Authorization", "Basic Og==")) == 401
    assert await server.status(("X-VoltageGPU-Key", one), bearer(other), path=voltage) == 401
    assert await server.status(("X-VoltageGPU-Key", one), ("X-VoltageGPU-Key", other), path=voltage) == 401
    assert await server.status(("X-VoltageGPU-Key", one), bearer(one), path=voltage) == 200
    assert await server.status(("X-VoltageGPU-Key", one), path=voltage) == 200


NEARLY = ("Bearer", "Bearer ", "Basic {0}", "{0}", "Bearer {0} x", "Bearer x {0}", "Bearer {0},{0}")


async def test_headers_that_are_nearly_right_are_refused(server: Server) -> None:
    key = (await server.accounts.create_key("k")).secret
    for header in NEARLY:
        assert await server.status(("Authorization", header.format(key))) == 401, header
    assert await server.status(("Authorization", f"bearer  {key} ")) == 200


async def test_oversized_and_strange_keys_never_reach_the_database(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    await server.accounts.create_key("k")
    assert await server.accounts.any_keys()

    async def fail(*_: object) -> None:
        raise AssertionError("the database was asked")

    monkeypatch.setattr(server.accounts._queries, "first", fail)
    for key in (
        "x" * 4000,
        "ofpga_sk_live_" + "a" * 4000,
        "ofpga_sk_live_' OR 1=1 --",
        "ofpga_sk_live_" + "é" * 40,
    ):
        assert await server.status(bearer(key)) == 401


async def test_without_keys_nobody_is_let_in_through_a_proxy(server: Server) -> None:
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
        async with server.http.get("/v1/models", headers={header: "192.0.2.1"}) as response:
            assert response.status == 401
            assert "answers this machine alone" in (await response.json())["error"]["message"]
    assert await server.status(("Host", "attacker.example")) == 401
    assert await server.status(("Host", "localhost:5000")) == 200
    await server.accounts.create_key("k")
    key = (await server.accounts.create_key("k")).secret
    assert await server.status(("X-Forwarded-For", "192.0.2.1"), bearer(key)) == 200


async def test_whoever_allows_anonymous_requests_gets_them_until_there_is_a_key(
    model: ServedModel, sqlite_url: str
) -> None:
    async with serving(model, sqlite_url, allow_anonymous=True) as server:
        assert await server.status(("X-Forwarded-For", "192.0.2.1")) == 200
        await server.accounts.create_key("k")
        assert await server.status() == 401


async def test_the_configured_key_is_taken_beside_those_of_accounts(
    model: ServedModel, sqlite_url: str
) -> None:
    async with serving(model, sqlite_url, api_key=STATIC) as server:
        key = (await server.accounts.create_key("k")).secret
        assert await server.status() == 401
        assert await server.status(bearer(STATIC)) == 200
        assert await server.status(bearer(key)) == 200
        assert await server.status(bearer(STATIC + "x")) == 401
        assert await server.status(bearer(new_key("live"))) == 401


async def test_a_management_key_sees_models_and_does_not_infer(server: Server) -> None:
    key = (await server.accounts.create_key("k", kind="management")).secret
    assert await server.status(bearer(key)) == 200
    chat = {"model": "alphabet", "messages": [{"role": "user", "content": "a"}], "max_tokens": 2}
    async with server.http.post("/v1/chat/completions", json=chat, headers=dict([bearer(key)])) as response:
        assert response.status == 403
        assert (await response.json())["error"]["code"] == "management_key"


async def test_a_key_is_held_to_its_models(server: Server) -> None:
    key = (await server.accounts.create_key("k", models=["other"])).secret
    chat = {"model": "alphabet", "messages": [{"role": "user", "content": "a"}], "max_tokens": 2}
    async with server.http.post("/v1/chat/completions", json=chat, headers=dict([bearer(key)])) as response:
        assert response.status == 403
        assert (await response.json())["error"]["code"] == "model_not_allowed"


async def test_public_paths_ask_for_no_key_and_no_database(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    await server.accounts.create_key("k")
    monkeypatch.setattr(server.accounts, "authenticate", None)
    for path in ("/health", "/metrics", "/llms.txt", "/.well-known/openapi.json"):
        assert await server.status(bearer("wrong"), path=path) == 200


async def test_no_request_notices_that_postgresql_was_restarted(
    model: ServedModel, postgres_url: str, postgres_server: PostgresServer
) -> None:
    async with serving(model, postgres_url) as server:
        accounts = server.accounts
        key = (await accounts.create_key("k", budget_micro=1_000_000)).secret
        chat = {"model": model.id, "messages": [{"role": "user", "content": "a"}], "max_tokens": 1}

        async def infer() -> int:
            headers = dict([bearer(key)])
            async with server.http.post("/v1/chat/completions", json=chat, headers=headers) as response:
                return response.status

        async def create() -> int:
            await accounts.create_key("another")
            return 200

        async def all_at_once() -> set[int]:
            """Which statuses there are, with more than one connection of the pool in use."""
            ready, seen = server.status(path="/ready"), server.status(bearer(key))
            return set(await asyncio.gather(*(infer() for _ in range(4)), ready, seen, create(), create()))

        assert await all_at_once() == {200}
        await asyncio.to_thread(postgres_server.stop)
        await asyncio.to_thread(postgres_server.start)
        assert await all_at_once() == {200}


async def test_while_the_database_is_away_requests_are_put_off_and_then_served_again(
    model: ServedModel, postgres_url: str, postgres_server: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(model, postgres_url) as server:
        key = (await server.accounts.create_key("k")).secret
        assert await asyncio.gather(*(server.status(bearer(key)) for _ in range(5))) == [200] * 5
        await asyncio.to_thread(postgres_server.stop)
        try:
            async with server.http.get("/v1/models", headers=dict([bearer(key)])) as response:
                assert response.status == 503
                assert response.headers["Retry-After"] == "5"
                assert (await response.json())["error"]["code"] == "accounts_unavailable"
            assert "API keys cannot be checked: the database" in caplog.text
            assert key not in caplog.text
        finally:
            await asyncio.to_thread(postgres_server.start)
        assert await asyncio.gather(*(server.status(bearer(key)) for _ in range(5))) == [200] * 5


@hypothesis_settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(
    text=st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=80)
)
async def test_no_header_lets_anyone_in_or_breaks_anything(server: Server, text: str) -> None:
    await server.accounts.create_key("k")
    assert await server.status(("Authorization", text), path="/v1/models") == 401
