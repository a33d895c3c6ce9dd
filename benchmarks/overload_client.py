"""The clients of ``benchmarks/overload.py``, in a process of their own.

Reads a `Job` as JSON from standard input and writes a `Result` to standard output.
"""

from __future__ import annotations

import asyncio
import json
import random
import socket
import sys
import time
from dataclasses import dataclass, field

import msgspec

PATIENCE = 10.0
"""Seconds after the end in which answers to a rate are waited for."""
HEADERS_END = b"\r\n\r\n"


class Job(msgspec.Struct, frozen=True):
    """What to do for so many seconds.

    rate: requests a second, at random moments, whatever became of those before. clients: that each send a
    request when the last one is answered, in place of a rate. warm: seconds at the beginning in which answers
    to a rate do not count yet. mute: connections that ask and never read.
    """

    host: str
    port: int
    path: str
    body: str
    seconds: float
    rate: float = 0.0
    clients: int = 0
    warm: float = 0.0
    mute: int = 0
    mute_body: str = ""


class Result(msgspec.Struct):
    """What became of the requests.

    Seconds are from a request's beginning to its answer's end (first: to its first byte). tokens: of answers
    that came to their end within `seconds`: the job's for a rate; for clients, whose last answers are waited
    for, until the last of them. offered: within the same. malformed: refusals that were not JSON with a
    Retry-After. waiting: at the very end. cores: that the server took meanwhile, filled in by the benchmark.
    """

    seconds: float = 0.0

    offered: int = 0
    tokens: int = 0
    completed: int = 0
    cut: int = 0
    lost: int = 0
    malformed: int = 0
    waiting: int = 0
    cores: float = 0.0
    first: list[float] = msgspec.field(default_factory=list)
    refused: list[float] = msgspec.field(default_factory=list)
    statuses: dict[str, int] = msgspec.field(default_factory=dict)


@dataclass
class Request:
    """One request on its way."""

    sent: float
    done: asyncio.Future[None]
    parts: list[bytes] = field(default_factory=list)
    first: float = 0.0


class Connection(asyncio.Protocol):
    """A connection that is used again."""

    def __init__(self) -> None:
        self.request: Request | None = None
        self.transport: asyncio.Transport | None = None
        self.open = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It can be used."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Note it, until the answer is whole."""
        request = self.request
        if request is None:
            return
        request.first = request.first or time.perf_counter()
        request.parts.append(data)
        if whole(request.parts) and not request.done.done():
            self.request = None
            request.done.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        """It cannot be used any more."""
        self.open = False
        if self.request is not None and not self.request.done.done():
            self.request.done.set_result(None)


def whole(parts: list[bytes]) -> bool:
    """Whether an answer has arrived."""
    if parts[-1].endswith(b"0\r\n\r\n") and (len(parts) > 1 or HEADERS_END in parts[0][:-5]):
        return True
    head, end, body = parts[0].partition(HEADERS_END)
    if not end:
        return len(parts) > 1 and whole([b"".join(parts)])
    mark = head.lower().find(b"content-length: ")
    if mark < 0:
        return False
    length = int(head[mark + 16 :].split(b"\r\n", 1)[0])
    return len(body) + sum(len(more) for more in parts[1:]) >= length


class Clients:
    """All clients of a job."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.result = Result()
        self.idle: list[Connection] = []
        self.body = raw(job, job.body)
        self.counts = self.ends = 0.0
        """From when to when what happens counts."""

    async def ask(self) -> None:
        """One request."""
        result, loop = self.result, asyncio.get_running_loop()
        began = time.perf_counter()
        result.offered += began >= self.counts
        while self.idle and not self.idle[-1].open:
            self.idle.pop()
        try:
            if self.idle:
                connection = self.idle.pop()
            else:
                _, connection = await loop.create_connection(Connection, self.job.host, self.job.port)
        except OSError:
            result.lost += 1
            return
        request = connection.request = Request(began, loop.create_future())
        assert connection.transport is not None
        connection.transport.write(self.body)
        await request.done
        self.note(request)
        if connection.open:
            self.idle.append(connection)

    def note(self, request: Request) -> None:
        """Count what became of it."""
        result, now = self.result, time.perf_counter()
        answer = b"".join(request.parts)
        status = answer[9:12].decode() or "none"
        result.statuses[status] = result.statuses.get(status, 0) + 1
        if status == "200":
            if answer.endswith(b"data: [DONE]\n\n\r\n0\r\n\r\n") and b'"error"' not in answer:
                result.first.append(request.first - request.sent)
                if self.job.clients or self.counts <= now <= self.ends:
                    result.seconds = (now if self.job.clients else self.ends) - self.counts
                    result.completed += 1
                    result.tokens += completion_tokens(answer)
            else:
                result.cut += 1
        elif status == "none":
            result.lost += 1
        else:
            result.refused.append(now - request.sent)
            head, _, body = answer.partition(HEADERS_END)
            try:
                right = bool(json.loads(body)["error"]["message"]) and b"retry-after:" in head.lower()
            except (ValueError, KeyError):
                right = False
            result.malformed += not right

    async def run(self) -> Result:
        """Do the job; what has begun by its end is waited for, within reason."""
        job, draw = self.job, random.Random(5)
        silent = [mute(job) for _ in range(job.mute)]
        self.counts = time.perf_counter() + job.warm
        self.ends = self.counts - job.warm + job.seconds
        if job.clients:
            await asyncio.gather(*(self.repeat() for _ in range(job.clients)))
        else:
            asked: set[asyncio.Task[None]] = set()
            following = time.perf_counter()
            # What these clients are too slow for is not offered.
            while max(following, time.perf_counter()) < self.ends:
                await asyncio.sleep(max(0.0, following - time.perf_counter()))
                task = asyncio.create_task(self.ask())
                asked.add(task)
                task.add_done_callback(asked.discard)
                following += draw.expovariate(job.rate)
            if asked:
                _, waiting = await asyncio.wait(asked, timeout=PATIENCE)
                self.result.waiting = len(waiting)
        for sock in silent:
            sock.close()
        return self.result

    async def repeat(self) -> None:
        """One request after the other."""
        while time.perf_counter() < self.ends:
            await self.ask()


def completion_tokens(answer: bytes) -> int:
    """By the usage of the last chunk."""
    mark = answer.rindex(b'"completion_tokens":') + 20
    return int(answer[mark:].split(b",", 1)[0])


def raw(job: Job, body: str) -> bytes:
    """A whole request."""
    head = f"POST {job.path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()


def mute(job: Job) -> socket.socket:
    """A client that asks and does not read."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.connect((job.host, job.port))
    sock.sendall(raw(job, job.mute_body))
    return sock


if __name__ == "__main__":
    found = asyncio.run(Clients(msgspec.json.decode(sys.stdin.buffer.read(), type=Job)).run())
    sys.stdout.buffer.write(msgspec.json.encode(found))
