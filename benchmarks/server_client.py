"""The client of ``benchmarks/server.py``, a process of its own that does next to nothing while it measures.

Reads a `Job` as JSON from standard input and writes a `Result` to standard output.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

import msgspec

HEADERS_END = b"\r\n\r\n"


class Job(msgspec.Struct, frozen=True):
    """`streams` connections, each of which sends the body `requests` times, one after the other."""

    host: str
    port: int
    path: str
    body: str
    streams: int
    requests: int


class Arrival(msgspec.Struct, frozen=True, array_like=True):
    """What one read of a stream gave: when (`time.perf_counter`), and the text in it."""

    at: float
    text: str


class Stream(msgspec.Struct, frozen=True):
    """One streamed answer; `sent` as `Arrival.at`."""

    sent: float
    arrivals: list[Arrival]


class Result(msgspec.Struct, frozen=True):
    """Streams (of the last request of each connection) where it streamed; seconds of all requests."""

    streams: list[Stream]
    seconds: float
    resident: int
    """Unused here; filled in by the benchmark."""


class Connection(asyncio.Protocol):
    """One connection, kept alive: notes what arrives when, and looks at it afterwards."""

    def __init__(self, request: bytes, requests: int, finished: asyncio.Future[None]) -> None:
        self._request = request
        self._left = requests
        self._finished = finished
        self.sent = 0.0
        self.reads: list[tuple[float, bytes]] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        """Note it; at the end of an answer send the next request."""
        self.reads.append((time.perf_counter(), data))
        if not self._ended(data):
            return
        if b"200 OK" not in self.reads[0][1][:20]:
            self._finished.set_exception(RuntimeError(self.reads[0][1].decode()))
            self._transport.abort()
        elif self._left:
            self._send()
        else:
            self._finished.set_result(None)
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        """The server must not close before the last answer."""
        if not self._finished.done():
            self._finished.set_exception(error or ConnectionError("closed early"))

    def _send(self) -> None:
        self.reads = []
        self._left -= 1
        self.sent = time.perf_counter()
        self._transport.write(self._request)

    def _ended(self, data: bytes) -> bool:
        if data.endswith(b"0\r\n\r\n") and (len(data) == 5 or data[-7:-5] == b"\r\n"):
            return True
        head, _, body = self.reads[0][1].partition(HEADERS_END)
        mark = head.lower().find(b"content-length: ")
        if mark < 0:
            return False
        length = int(head[mark + 16 :].split(b"\r\n", 1)[0])
        return len(body) + sum(len(more) for _, more in self.reads[1:]) >= length


async def run(job: Job) -> Result:
    """Run the job."""
    head = f"POST {job.path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
    request = f"{head}Content-Length: {len(job.body)}\r\n\r\n{job.body}".encode()
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    connections: list[Connection] = []
    ends: list[asyncio.Future[None]] = []
    for _ in range(job.streams):
        end: asyncio.Future[None] = loop.create_future()
        ends.append(end)
        connection = Connection(request, job.requests, end)
        connections.append(connection)
        await loop.create_connection(lambda made=connection: made, job.host, job.port)
    await asyncio.gather(*ends)
    seconds = time.perf_counter() - started
    streams = [Stream(c.sent, arrivals(c.reads)) for c in connections] if '"stream": true' in job.body else []
    return Result(streams, seconds, 0)


def arrivals(reads: list[tuple[float, bytes]]) -> list[Arrival]:
    """The text each read completed; frames may be cut anywhere."""
    found: list[Arrival] = []
    rest = b""
    for at, data in reads:
        *lines, rest = (rest + data).split(b"\n")
        text = ""
        for line in lines:
            if line.startswith(b"data: {"):
                choices = json.loads(line[6:])["choices"]
                text += "".join(choice["delta"].get("content") or "" for choice in choices)
        if text:
            found.append(Arrival(at, text))
    return found


if __name__ == "__main__":
    result = asyncio.run(run(msgspec.json.decode(sys.stdin.buffer.read(), type=Job)))
    sys.stdout.buffer.write(msgspec.json.encode(result))
