"""Servers with accounts, and plain HTTP to them."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from openfpga_server.config import ServerConfig
from support.portal_server import PortalServer, portal_server


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; `body` is JSON where it was."""

    status: int
    headers: Mapping[str, str]
    body: Any
    text: str


class Http:
    """Requests with nothing added, so that a test says all that a client sends.

    Args:
        url: of the server.
    """

    def __init__(self, url: str) -> None:
        self.host = urlsplit(url).netloc

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        headers: Mapping[str, str] = {},
    ) -> Reply:
        sent = {"Host": self.host, **headers}
        if key is not None:
            sent["Authorization"] = f"Bearer {key}"
        data = body
        if body is not None and not isinstance(body, bytes):
            data = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection(self.host, timeout=30)
        try:
            connection.request(method, path, data, sent)
            response = connection.getresponse()
            text = response.read().decode()
            found = {name.lower(): value for name, value in response.getheaders()}
        finally:
            connection.close()
        is_json = found.get("content-type", "").startswith("application/json")
        return Reply(response.status, found, json.loads(text) if is_json else None, text)


@pytest.fixture
def server_config() -> ServerConfig:
    """Override to change the server."""
    return ServerConfig(port=0, drain_timeout=5)


@pytest.fixture
def server(database_url: str, server_config: ServerConfig) -> Iterator[PortalServer]:
    """A running server, by default once on each database; it has no keys yet."""
    with portal_server(database_url, server_config) as running:
        yield running


@pytest.fixture
def call(server: PortalServer) -> Http:
    """Plain HTTP to the server."""
    return Http(server.url)
