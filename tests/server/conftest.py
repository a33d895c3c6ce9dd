"""A model small enough to predict: the real engine over a runner whose next token is a function of the last one."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator

import numpy as np
import pytest
from aiohttp import ClientSession
from openai import AsyncOpenAI
from openfpga_host.chat_template import ChatTemplate
from openfpga_host.engine import Engine, EngineConfig
from openfpga_host.tokenizer import Tokenizer
from openfpga_server.app import create_app
from openfpga_server.config import ServerConfig
from openfpga_server.lifecycle import serve
from openfpga_server.registry import ModelRegistry, ServedModel

TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}{% if m.role == 'forbidden' or m.content == 'refuse me' %}"
    "{{ raise_exception('I refuse') }}{% endif %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}"
    "{% if tools %}[{{ tools | tojson }}]{% endif %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
SPECIALS = ("<|bos|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>", "<|tool|>")
BOS, END = 256, 257


class ByteTokenizer(Tokenizer):
    """One token a byte, and control tokens from 256."""

    def __init__(self) -> None:
        pieces = [bytes([i]) for i in range(256)] + [b""] * len(SPECIALS)
        special = {256 + i: name for i, name in enumerate(SPECIALS)}
        super().__init__(pieces, special, eos_token_ids=frozenset({END}), bos_token_id=BOS)

    def _encode(self, text: str, special: bool) -> list[int]:
        data, ids = text.encode(), list[int]()
        while data:
            name = next((s for s in SPECIALS if special and data.startswith(s.encode())), None)
            ids.append(data[0] if name is None else 256 + SPECIALS.index(name))
            data = data[1 if name is None else len(name) :]
        return ids


class AlphabetRunner:
    """After a byte b comes b + 1, from z comes a; after a control token comes a. Never ends by itself.

    The second most likely token is always "!". `failing` makes steps raise, `gate` holds them while it is clear,
    every step takes `pace` seconds.
    """

    def __init__(self, *, max_rows: int = 16, num_blocks: int = 256, max_context: int = 512) -> None:
        self.max_rows = max_rows
        self.block_size = 16
        self.num_blocks = num_blocks
        self.max_context = max_context
        self.vocab_size = 256 + len(SPECIALS)
        self.device_seconds = 0.0
        self.pace = 0.0
        self.failing = False
        self.gate = threading.Event()
        self.gate.set()
        self.batches: list[np.ndarray] = []

    def step(self, batch: object) -> np.ndarray:
        """int32 [L, vocab_size]."""
        started = time.perf_counter()
        self.gate.wait()
        if self.failing:
            raise RuntimeError("the card is on fire")
        time.sleep(self.pace)
        tokens = batch.tokens[batch.logit_rows]  # type: ignore[attr-defined]
        self.batches.append(batch.tokens.copy())  # type: ignore[attr-defined]
        logits = np.zeros((len(tokens), self.vocab_size), np.int32)
        logits[:, ord("!")] = 5 << 16
        for row, token in enumerate(tokens):
            logits[row, self.successor(int(token))] = 10 << 16
        self.device_seconds += time.perf_counter() - started
        return logits

    @staticmethod
    def successor(token: int) -> int:
        """The most likely next token."""
        return token + 1 if ord("a") <= token < ord("z") else ord("a")

    def close(self) -> None:
        """Nothing to do."""


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
    engine = Engine(runner, ByteTokenizer(), engine_config)  # type: ignore[arg-type]
    engine.start()
    template = ChatTemplate({"default": TEMPLATE}, {"bos_token": "<|bos|>"})
    yield ServedModel(id="alphabet", engine=engine, template=template, fingerprint="fp_test")
    runner.gate.set()
    engine.close()


@pytest.fixture
async def url(model: ServedModel, server_config: ServerConfig) -> AsyncIterator[str]:
    """A running server's address, without /v1."""
    async with running(model, server_config) as address:
        yield address


@contextlib.asynccontextmanager
async def running(model: ServedModel, config: ServerConfig) -> AsyncIterator[str]:
    """The real runner on a free port of the loopback, stopped in good order."""
    started: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    app = create_app(ModelRegistry([model]), config)
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
def eventually() -> Callable[[Callable[[], bool]], object]:
    """Wait until a condition holds; fail after ten seconds."""

    async def wait(condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0.002)

    return wait
