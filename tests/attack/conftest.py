"""A server with two accounts, spoken to byte by byte."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from openfpga_server.config import PaymentsConfig, ServerConfig
from support.portal_server import MODEL, PortalServer, portal_server

CHAT = json.dumps({"model": MODEL, "messages": [{"role": "user", "content": "hi"}], "max_tokens": 4}).encode()


@dataclass(slots=True)
class Target:
    """A server under attack.

    Args:
        server: with a live key of its own and one that manages.
        live: a key's text.
        management: a key's text.
    """

    server: PortalServer
    live: str
    management: str

    @property
    def host(self) -> str:
        """As a Host header has it."""
        return urlsplit(self.server.url).netloc

    def send(self, data: bytes, *, timeout: float = 30) -> bytes:
        """Bytes out, and all that comes back until the server closes."""
        last = self.request("GET /health HTTP/1.1", "Connection: close")
        address = urlsplit(self.server.url)
        with socket.create_connection((address.hostname, address.port), timeout=timeout) as connection:
            connection.sendall(data + last)
            parts: list[bytes] = []
            try:
                while part := connection.recv(1 << 16):
                    parts.append(part)
            except ConnectionResetError:
                # Closed with bytes of ours unread: what was answered before is what counts.
                pass
            return b"".join(parts)

    def request(
        self, line: str, *headers: str, body: bytes = b"", key: str | None = None, length: bool = True
    ) -> bytes:
        """A request's bytes, as they are given."""
        head = [line, f"Host: {self.host}", *headers]
        if key is not None:
            head.append(f"Authorization: Bearer {key}")
        if body and length:
            head.append(f"Content-Length: {len(body)}")
        return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body

    def chat(self, *headers: str, key: str | None = None, body: bytes = CHAT) -> bytes:
        """The bytes of a chat request."""
        line = "POST /v1/chat/completions HTTP/1.1"
        return self.request(line, "Content-Type: application/json", *headers, body=body, key=key)


def statuses(answer: bytes) -> list[int]:
    """The status of each answer in a connection's bytes, without that to what `Target.send` adds."""
    answers = answer.split(b"HTTP/1.1 ")[1:]
    if answers and b'"status":"ok"' in answers[-1] and b"Connection: close" in answers[-1]:
        answers.pop()
    return [int(part[:3]) for part in answers]


@pytest.fixture
def target(sqlite_url: str) -> Iterator[Target]:
    """A fresh server on SQLite."""
    with attacked(sqlite_url) as made:
        yield made


@contextlib.contextmanager
def attacked(database_url: str, payments: PaymentsConfig | None = None) -> Iterator[Target]:
    """A server on a fresh database."""
    config = ServerConfig(port=0, drain_timeout=5, payments=payments or PaymentsConfig())
    with portal_server(database_url, config) as server:
        yield Target(server, server.create_key(), server.create_key("manager", kind="management"))
