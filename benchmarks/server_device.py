"""The server of ``benchmarks/server.py``: the real one over a device that costs nothing.

Reads a `Setup` as JSON from standard input, prints its URL, and serves until SIGTERM.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import cast

import msgspec
import numpy as np
from numpy.typing import NDArray
from openfpga_host.chat_template import load_chat_template
from openfpga_host.engine import Engine, EngineConfig
from openfpga_host.runner import ModelRunner, StepBatch
from openfpga_host.tokenizer import Tokenizer, load_tokenizer, read_tokenizer_files
from openfpga_server.accounts.database import open_database
from openfpga_server.app import create_app
from openfpga_server.config import LogConfig, ServerConfig
from openfpga_server.lifecycle import serve
from openfpga_server.loading import WAKE_INTERVAL
from openfpga_server.logs import logging_to
from openfpga_server.process import settle
from openfpga_server.registry import ModelRegistry, ServedModel
from openfpga_server.services import Services
from openfpga_server.usage.log import open_usage

MODEL = "paced"
CHECKPOINT = Path(__file__).resolve().parent.parent / "models" / "demo"
"""Whose tokenizer and chat template are used."""
CYCLE = 512
"""Step k of the device gives each row the k-th of so many tokens: a client sees which step it was."""
TICKS = 1 << 16


class Setup(msgspec.Struct, frozen=True):
    """What to serve.

    Args:
        rows: of one step.
        pace: steps a second; 0: as many as there can be.
        ticks: file for `ticks_of`.
        database: URL of one that usage is recorded in; None: it is not.
        queue: requests that may wait.
        max_wait, write_timeout, write_buffer: as in the server's settings.
    """

    rows: int
    pace: float
    ticks: str
    database: str | None = None
    queue: int = 4096
    max_wait: float = 3600.0
    write_timeout: float = 30.0
    write_buffer: int = 65536


def ticks_of(path: str, *, create: bool = False) -> NDArray[np.float64]:
    """float64 [TICKS]: when the device finished step k, `time.perf_counter` (one clock for all processes)."""
    return np.memmap(path, np.float64, "w+" if create else "r", shape=(TICKS,))


def cycle(tokenizer: Tokenizer) -> list[int]:
    """`CYCLE` tokens of ordinary, different texts."""
    plain = (i for i in range(tokenizer.vocab_size) if tokenizer.token_text(i).strip().isalpha())
    chosen = [token for token, _ in zip(plain, range(CYCLE), strict=False)]
    assert len({tokenizer.token_text(token) for token in chosen}) == CYCLE
    return chosen


class PacedRunner:
    """Answers a step with logits made beforehand, at the next tick of its clock."""

    block_size = 16
    max_context = 2048

    def __init__(self, setup: Setup, tokenizer: Tokenizer) -> None:
        self.max_rows = setup.rows
        self.num_blocks = setup.rows * self.max_context // self.block_size
        self.vocab_size = tokenizer.vocab_size
        self.device_seconds = 0.0
        self._period = 1 / setup.pace if setup.pace else 0.0
        self._tokens = cycle(tokenizer)
        self._ticks = ticks_of(setup.ticks, create=True)
        self._row = np.zeros(self.vocab_size, np.int32)
        self._logits = np.broadcast_to(self._row, (setup.rows, self.vocab_size))
        self._steps = 0
        self._next = 0.0

    def step(self, batch: StepBatch, launching: Callable[[], None]) -> NDArray[np.int32]:
        """int32 [rows, vocab_size]; the same token for every row."""
        launching()
        started = time.perf_counter()
        if self._period:
            # A clock that was idle or late starts anew instead of catching up.
            self._next = max(self._next + self._period, started)
            time.sleep(self._next - started)
        self._row[self._tokens[(self._steps - 1) % CYCLE]] = 0
        self._row[self._tokens[self._steps % CYCLE]] = 1 << 20
        ended = time.perf_counter()
        self._ticks[self._steps % TICKS] = ended
        self._steps += 1
        self.device_seconds += ended - started
        return self._logits

    def close(self) -> None:
        """Nothing to do."""


def main() -> None:
    """Serve."""
    setup = msgspec.json.decode(sys.stdin.buffer.read(), type=Setup)
    files = read_tokenizer_files(CHECKPOINT)
    tokenizer = load_tokenizer(files)
    runner = cast(ModelRunner, PacedRunner(setup, tokenizer))
    config = EngineConfig(max_queue=setup.queue, wake_interval=WAKE_INTERVAL)
    engine = Engine(runner, tokenizer, config)
    engine.start()
    model = ServedModel(id=MODEL, engine=engine, template=load_chat_template(files))
    settle()
    try:
        # As `openfpga serve` does: a line a request.
        with logging_to(logging.StreamHandler(), LogConfig()):
            asyncio.run(run(model, setup))
    finally:
        engine.close()


async def run(model: ServedModel, setup: Setup) -> None:
    """Serve until SIGTERM."""
    config = ServerConfig(
        port=0,
        drain_timeout=1,
        max_wait=setup.max_wait,
        write_timeout=setup.write_timeout,
        write_buffer_bytes=setup.write_buffer,
    )
    async with AsyncExitStack() as stack:
        services = Services()
        if setup.database is not None:
            opened = await open_database(setup.database)
            stack.push_async_callback(opened.close)
            services.usage = await stack.enter_async_context(open_usage(opened))
        app = create_app(ModelRegistry([model]), config, services)
        await serve(app, ready=lambda url: print(url, flush=True))


if __name__ == "__main__":
    main()
