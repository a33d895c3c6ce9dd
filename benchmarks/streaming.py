"""What a streamed token costs the server: from the engine's delta to the bytes handed to the socket.

python benchmarks/streaming.py
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import cast
from unittest.mock import patch

from aiohttp import web
from openfpga_host.engine import Delta, Engine, Generation, Usage
from openfpga_server.answer import Answer
from openfpga_server.metrics import Metrics
from openfpga_server.registry import ModelRegistry, ServedModel
from openfpga_server.sse import ChatFrames, EventStream, Header
from openfpga_server.state import RequestRecord

TOKENS = 100_000


class Deltas:
    """An engine that costs nothing."""

    usage = Usage(prompt_tokens=8, completion_tokens=TOKENS, cached_tokens=0)

    async def __aiter__(self) -> AsyncIterator[Delta]:
        """All tokens at once."""
        for i in range(TOKENS):
            yield Delta(0, " token", (1,), (), "length" if i == TOKENS - 1 else None)


class Sink:
    """A response that goes nowhere."""

    sent = 0

    async def write(self, data: bytes) -> None:
        """Count the bytes."""
        self.sent += len(data)

    write_eof = write


async def measure() -> tuple[float, float]:
    """(CPU seconds, bytes) a token."""
    model = ServedModel(id="openfpga-demo", engine=cast(Engine, None))
    metrics = Metrics(ModelRegistry([model])).of(model.id)
    answer = Answer([cast(Generation, Deltas())], 1, RequestRecord(), metrics, "messages")
    header = Header(
        id="chatcmpl-" + "0" * 24,
        object="chat.completion.chunk",
        created=int(time.time()),
        model=model.id,
        system_fingerprint="fp_000000000000",
    )
    sink = Sink()

    async def opened(stream: EventStream) -> Sink:
        return sink

    with patch.object(EventStream, "_open", opened):
        started = time.thread_time()
        await answer.stream(
            cast(web.Request, None),
            ChatFrames(header, 1, include_usage=False),
            lambda index, tokens: header,
            lambda error: error.message.encode(),
        )
        return (time.thread_time() - started) / TOKENS, sink.sent / TOKENS


if __name__ == "__main__":
    seconds, size = min(asyncio.run(measure()) for _ in range(5))
    print(f"{seconds * 1e6:.1f} us and {size:.0f} bytes a streamed token")
