"""The real engine and server over a model that recites the alphabet."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest
from aiohttp import ClientSession
from openai import AsyncOpenAI
from openfpga_host.engine import EngineConfig
from openfpga_server.app import create_app
from openfpga_server.config import ServerConfig
from openfpga_server.lifecycle import serve
from openfpga_server.registry import ModelRegistry, ServedModel
from support.alphabet import AlphabetRunner
from support.alphabet_model import alphabet_model


@pytest.fixture
def runner() -> AlphabetRunner:
    """The device of the served model."""
    return AlphabetRunner()


@pytest.fixture
def engine_config() -> EngineConfig:
    """Override to change the engine."""
    return EngineConfig()


@pytest.fixture
def server_config() -> ServerConfig:
    """Override to change the server."""
    return ServerConfig(port=0, drain_timeout=5)


@pytest.fixture
def model(runner: AlphabetRunner, engine_config: EngineConfig) -> Iterator[ServedModel]:
    """The served model, called "alphabet"."""
    with alphabet_model(runner, engine_config) as served:
        yield served


@pytest.fixture
async def url(model: ServedModel, server_config: ServerConfig) -> AsyncIterator[str]:
    """A running server's address, without /v1."""
    async with running(model, server_config) as address:
        yield address


@contextlib.asynccontextmanager
async def running(model: ServedModel, config: ServerConfig) -> AsyncIterator[str]:
    """A server of one model."""
    async with running_registry(ModelRegistry([model]), config) as address:
        yield address


@contextlib.asynccontextmanager
async def running_registry(registry: ModelRegistry, config: ServerConfig) -> AsyncIterator[str]:
    """The real runner on a free port of the loopback, stopped in good order."""
    started: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    app = create_app(registry, config)
    server = asyncio.create_task(serve(app, ready=started.set_result, stop=stop))
    done, _ = await asyncio.wait((server, started), return_when=asyncio.FIRST_COMPLETED)
    if server in done:
        server.result()
    try:
        yield started.result()
    finally:
        stop.set()
        await server


@pytest.fixture
async def client(url: str) -> AsyncIterator[AsyncOpenAI]:
    """The real SDK, which does not retry."""
    async with AsyncOpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0) as sdk:
        yield sdk


@pytest.fixture
async def http(url: str) -> AsyncIterator[ClientSession]:
    """Plain HTTP to the server."""
    async with ClientSession(url) as session:
        yield session


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], Awaitable[None]]:
    """Wait until a condition holds, which has no event as it is another thread's; fail after ten seconds."""

    async def wait(condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not condition():  # noqa: ASYNC110
                await asyncio.sleep(0.002)

    return wait
