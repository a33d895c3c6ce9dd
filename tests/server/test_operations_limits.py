"""The limits of connections, with real sockets: slow, long, many and unread ones; nobody else suffers."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from openfpga_server.config import ServerConfig
from openfpga_server.connection import Gate, counted_address
from openfpga_server.metrics import Metrics
from openfpga_server.registry import ModelRegistry, ServedModel
from support.alphabet import AlphabetRunner

from .conftest import running

Eventually = Callable[[Callable[[], bool]], Awaitable[None]]
Start = Callable[..., Awaitable[str]]
GET = b"GET /health HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture
async def start(model: ServedModel) -> AsyncIterator[Start]:
    """Start a server of some settings; its URL."""
    async with contextlib.AsyncExitStack() as stack:

        async def make(**settings: Any) -> str:
            config = ServerConfig(port=0, drain_timeout=1, **settings)
            return await stack.enter_async_context(running(model, config))

        yield make


class Client:
    """A bare connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        """Send bytes."""
        self.writer.write(data)
        await self.writer.drain()

    async def rest(self) -> bytes:
        """All until the server closes."""
        async with asyncio.timeout(10):
            return await self.reader.read()

    async def answer(self) -> tuple[int, dict[str, str], bytes]:
        """(status, headers, body) of one answer with a length."""
        async with asyncio.timeout(10):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
            first, *lines = head.strip().split("\r\n")
            headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
            return (
                int(first.split()[1]),
                headers,
                await self.reader.readexactly(int(headers["content-length"])),
            )


Connect = Callable[..., Awaitable[Client]]


def error_of(raw: bytes, status: int) -> dict[str, Any]:
    """The error object of a whole HTTP answer, which is well-formed."""
    head, _, body = raw.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status), head
    lengths = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    assert int(lengths[0].split(b":")[1]) == len(body)
    error: dict[str, Any] = json.loads(body)["error"]
    return error


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Connect to a URL; closed with the test."""
    made: list[Client] = []

    async def to(url: str, **options: Any) -> Client:
        parts = urlsplit(url)
        made.append(Client(*await asyncio.open_connection(parts.hostname, parts.port, **options)))
        return made[-1]

    yield to
    for client in made:
        client.writer.close()
        with contextlib.suppress(ConnectionError):
            await client.writer.wait_closed()


async def health(client: Client) -> int:
    """Status of /health."""
    await client.send(GET + b"\r\n")
    return (await client.answer())[0]


class TestHeaders:
    async def test_slow_headers_are_answered_408_in_time(self, start: Start, connect: Connect) -> None:
        url = await start(header_timeout=0.3)
        client = await connect(url)
        began = time.perf_counter()

        async def drip() -> None:
            with contextlib.suppress(ConnectionError):
                for byte in GET + b"X-Slow: " + b"a" * 200:
                    await client.send(bytes([byte]))
                    await asyncio.sleep(0.01)

        dripping = asyncio.create_task(drip())
        error = error_of(await client.rest(), 408)
        assert error["code"] == "request_timeout"
        assert time.perf_counter() - began < 5
        assert await health(await connect(url)) == 200
        dripping.cancel()

    async def test_silent_connection_is_closed_without_a_word(self, start: Start, connect: Connect) -> None:
        client = await connect(await start(header_timeout=0.1))
        assert await client.rest() == b""

    async def test_second_request_has_its_own_time(self, start: Start, connect: Connect) -> None:
        url = await start(header_timeout=0.2, idle_timeout=30)
        client = await connect(url)
        await client.send(GET + b"\r\n")
        assert (await client.answer())[0] == 200
        # Between two requests only the idle time counts.
        await asyncio.sleep(0.4)
        await client.send(GET)
        assert error_of(await client.rest(), 408)

    async def test_idle_connection_is_closed(self, start: Start, connect: Connect) -> None:
        client = await connect(await start(idle_timeout=0.1))
        await client.send(GET + b"\r\n")
        assert (await client.answer())[0] == 200
        assert await client.rest() == b""

    @pytest.mark.parametrize(
        ("request_", "status", "code"),
        [
            (GET + b"X-Long: " + b"a" * 3000 + b"\r\n\r\n", 431, "headers_too_large"),
            (
                GET + b"".join(b"X-%d: %s\r\n" % (i, b"a" * 300) for i in range(8)) + b"\r\n",
                431,
                "headers_too_large",
            ),
            (GET + b"".join(b"X-%d: a\r\n" % i for i in range(30)) + b"\r\n", 431, "headers_too_large"),
            (b"GET /" + b"a" * 2000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414, "url_too_long"),
            (GET + b"a: b\r\n" * 100_000, 431, "headers_too_large"),
            (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 50 + b"\r\n\r\n", 400, "bad_request"),
            (
                b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                400,
                "bad_request",
            ),
            (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\n", 400, "bad_request"),
            (b"GET / HTTP/1.1\r\nHost: x\r\nX-Bad: a\0b\r\n\r\n", 400, "bad_request"),
        ],
        ids=["long", "many bytes", "many", "url", "endless", "tls", "smuggled", "signed length", "NUL"],
    )
    async def test_heads_beyond_limits_or_grammar_are_refused(
        self, start: Start, connect: Connect, request_: bytes, status: int, code: str
    ) -> None:
        url = await start(max_url_bytes=1000, max_header_bytes=2000, max_headers=20)
        client = await connect(url)
        with contextlib.suppress(ConnectionError):
            await client.send(request_)
        answered, _, body = await client.answer()
        error = json.loads(body)["error"]
        assert answered == status
        assert error["code"] == code
        assert "aaaa" not in json.dumps(error)
        assert await health(await connect(url)) == 200

    async def test_endless_headers_do_not_grow(self, start: Start, connect: Connect) -> None:
        client = await connect(await start(max_header_bytes=2000, max_url_bytes=1000, max_headers=10_000))
        sent = 0
        with contextlib.suppress(ConnectionError):
            while sent < 50_000_000:
                await client.send(b"X-More: " + b"a" * 1000 + b"\r\n")
                sent += 1010
        assert sent < 20_000_000


class TestBodies:
    async def test_slow_body_is_answered_408(self, start: Start, connect: Connect) -> None:
        client = await connect(await start(body_timeout=0.2))
        head = b"POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        await client.send(head + b"Content-Length: 1000\r\n\r\n{")
        raw = await client.rest()
        assert error_of(raw, 408)["code"] == "request_timeout"

    async def test_promised_body_that_is_too_large_is_refused_before_it_comes(
        self, start: Start, connect: Connect
    ) -> None:
        client = await connect(await start(max_body_bytes=2000))
        head = b"POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        await client.send(head + b"Content-Length: 1000000000\r\n\r\n" + b"{" * 10_000)
        assert (await client.answer())[0] == 413


class TestConnections:
    async def test_too_many_are_answered_503_and_closed(
        self, start: Start, connect: Connect, eventually: Eventually
    ) -> None:
        url = await start(max_connections=3)
        held = [await connect(url) for _ in range(3)]
        for client in held:
            await client.send(GET + b"\r\n")
            assert (await client.answer())[0] == 200
        refused = await connect(url)
        await refused.send(
            b"POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n\r\n" + b"x" * 20_000
        )
        raw = await refused.rest()
        assert error_of(raw, 503)["code"] == "too_many_connections"
        assert b"Retry-After: 1" in raw
        held.pop().writer.close()

        async def again() -> int:
            async with asyncio.timeout(10):
                while True:
                    with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                        if (status := await health(await connect(url))) == 200:
                            return status
                    await asyncio.sleep(0.01)

        assert await again() == 200

    def test_one_address_has_its_share_and_the_loopback_has_all(self, model: ServedModel) -> None:
        config = ServerConfig(max_connections=5, max_connections_per_address=2)
        gate = Gate(config, Metrics(ModelRegistry([model])))
        assert [gate.enter("192.0.2.1") for _ in range(3)] == [True, True, False]
        assert gate.enter("192.0.2.2")
        assert [gate.enter(None) for _ in range(3)] == [True, True, False]
        gate.leave("192.0.2.1")
        assert gate.enter("192.0.2.1")

    @pytest.mark.parametrize(
        ("peer", "address"),
        [
            (("127.0.0.1", 5), None),
            (("::1", 5, 0, 0), None),
            (("::ffff:127.0.0.1", 5, 0, 0), None),
            (("192.0.2.1", 5), "192.0.2.1"),
            (("::ffff:192.0.2.1", 5, 0, 0), "192.0.2.1"),
            (("2001:db8::1", 5, 0, 0), "2001:db8::/64"),
            (("fe80::1%eth0", 5, 0, 2), "fe80::/64"),
            (("somewhere", 5), "somewhere"),
            ("", None),
            (None, None),
        ],
    )
    def test_whose_connection_it_is(self, peer: Any, address: str | None) -> None:
        class Transport(asyncio.Transport):
            def get_extra_info(self, name: str, default: Any = None) -> Any:
                return peer

        assert counted_address(Transport()) == address


class TestSlowReaders:
    BODY = json.dumps(
        {"model": "alphabet", "prompt": "a", "max_tokens": 400, "stream": True, "logprobs": 5, "n": 8}
    ).encode()

    async def test_stream_that_nobody_reads_is_ended_and_its_work_cancelled(
        self,
        start: Start,
        connect: Connect,
        model: ServedModel,
        runner: AlphabetRunner,
        eventually: Eventually,
    ) -> None:
        runner.pace = 0.001
        url = await start(write_timeout=0.3, write_buffer_bytes=4096)
        parts = urlsplit(url)
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, (parts.hostname, parts.port))
        head = b"POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        request = head + b"Content-Length: %d\r\n\r\n" % len(self.BODY) + self.BODY
        await asyncio.get_running_loop().sock_sendall(sock, request)
        await eventually(lambda: model.engine.stats().tokens > 10)
        await eventually(lambda: model.engine.stats().running == 0)
        # Far from all of its 3,200 tokens were made.
        assert model.engine.stats().tokens < 2500
        assert model.engine.stats().kv_blocks_used == 0
        client = await connect(url)
        await client.send(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b'openfpga_refusals_total{reason="unread"} 1.0' in (await client.answer())[2]
        sock.close()

    async def test_reader_that_pauses_and_goes_on_gets_all(
        self, start: Start, connect: Connect, runner: AlphabetRunner
    ) -> None:
        url = await start(write_timeout=5, write_buffer_bytes=4096)
        client = await connect(url, limit=1024)
        head = b"POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        await client.send(
            head + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(self.BODY) + self.BODY
        )
        await asyncio.sleep(0.3)
        raw = await client.rest()
        assert b"data: [DONE]" in raw
