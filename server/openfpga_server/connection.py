"""One client's connection: its limits, and answers in the API's shape to what is no request.

What aiohttp leaves open is closed here: how many connections there may be, how long a request's headers may
take and how long they may be, and how long an answer may lie unread.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections import Counter
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address, ip_network
from typing import cast

import msgspec
from aiohttp import StreamReader, web
from aiohttp.http_exceptions import LineTooLong

from openfpga_server.config import ServerConfig
from openfpga_server.errors import (
    SERVER_ERROR,
    ApiError,
    bad_request,
    headers_timed_out,
    headers_too_large,
    too_many_connections,
)
from openfpga_server.metrics import Metrics

logger = logging.getLogger("openfpga.server")

LINGER_SECONDS = 2.0
"""What the rest of a refused request gets to arrive, so that its client reads the answer and no reset."""
LINGERING = 512
"""Connections that are being refused at a time; more are only closed."""
LINGER_BYTES = 1 << 16


class Gate:
    """Who may connect: counts connections, in all and by address.

    Args:
        config: the limits; the dialect at the base "" is that of complaints, as no path could tell.
        metrics: where refusals are counted.
    """

    def __init__(self, config: ServerConfig, metrics: Metrics) -> None:
        self.config = config
        self.dialect = config.mount_of("").dialect
        self.lingering = 0
        self._metrics = metrics
        self._total = 0
        self._by_address: Counter[str] = Counter()
        metrics.watch({"openfpga_connections": lambda: self._total})

    def enter(self, address: str | None) -> bool:
        """Whether one more connection may come in; if so it has to `leave`.

        Args:
            address: of the client; None: it has none that counts.
        """
        if self._total >= self.config.max_connections:
            self.refused("connections")
            return False
        if address is not None and self._by_address[address] >= self.config.max_connections_per_address:
            self.refused("connections_per_address")
            return False
        self._total += 1
        if address is not None:
            self._by_address[address] += 1
        return True

    def leave(self, address: str | None) -> None:
        """A connection that was let in has ended."""
        self._total -= 1
        if address is not None:
            self._by_address[address] -= 1
            if not self._by_address[address]:
                del self._by_address[address]

    def refused(self, reason: str) -> None:
        """Count a refusal."""
        self._metrics.refused(reason)

    def complaint(self, error: ApiError) -> bytes:
        """A whole HTTP answer, after which the connection is closed."""
        status = self.dialect.status(error)
        body = msgspec.json.encode(self.dialect.error_body(error, status, "/"))
        headers = {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "Server": "openfpga",
            **error.headers,
            "Connection": "close",
        }
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *(f"{k}: {v}" for k, v in headers.items())]
        return "\r\n".join((*lines, "", "")).encode() + body


def counted_address(transport: asyncio.BaseTransport) -> str | None:
    """Whose connection it is: an IPv4 address, or an IPv6 network of 64 bits, as one client has all of it.

    None for the loopback, where a proxy speaks for many, and for Unix sockets.
    """
    peer = transport.get_extra_info("peername")
    if not isinstance(peer, tuple) or not peer:
        return None
    address = str(peer[0])
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        # A socket for both families writes IPv4 as ::ffff:127.0.0.1.
        parsed = parsed.ipv4_mapped or parsed
    if parsed.is_loopback:
        return None
    return str(parsed) if parsed.version == 4 else str(ip_network((parsed, 64), strict=False))


class Connection(web.RequestHandler):
    """aiohttp's protocol with the limits of a `Gate`, and JSON for the requests that reach no application.

    aiohttp's own answer repeats the bytes at fault and its log shows them; they may hold a key.

    Args:
        server: whose connection it is.
        gate: that lets it in.
    """

    __slots__ = ("_address", "_body", "_clock", "_entered", "_gate", "_head_bytes", "_unread")

    def __init__(self, server: web.Server, gate: Gate) -> None:
        loop, config = asyncio.get_running_loop(), gate.config
        super().__init__(
            server,
            loop=loop,
            # None is what aiohttp's own server passes for "no log"; its annotation does not say so.
            access_log=None,  # type: ignore[arg-type]
            keepalive_timeout=config.idle_timeout,
            max_line_size=config.max_url_bytes,
            max_field_size=config.max_header_bytes,
            max_headers=config.max_headers,
            lingering_time=LINGER_SECONDS,
        )
        self._gate = gate
        self._address: str | None = None
        self._entered = False
        self._head_bytes = 0
        self._body: StreamReader | None = None
        self._clock: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let it in, or hand it to a protocol that only says no."""
        self._address = counted_address(transport)
        connected = cast(asyncio.Transport, transport)
        if not self._gate.enter(self._address):
            refusal = Refusal(self._gate)
            connected.set_protocol(refusal)
            refusal.connection_made(connected)
            return
        self._entered = True
        size = self._gate.config.write_buffer_bytes
        connected.set_write_buffer_limits(high=size)
        sock = transport.get_extra_info("socket")
        if sock is not None:
            # Else the system keeps megabytes for a client that does not read, and nobody notices it.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, size)
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Forget it."""
        for timer in (self._clock, self._unread):
            if timer is not None:
                timer.cancel()
        if self._entered:
            self._entered = False
            self._gate.leave(self._address)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse; a request's headers have to be whole in time, and within their limit."""
        if self._close or self._force_close:
            return
        parsed = self._request_count
        in_head = self._body is None or self._body.is_eof()
        super().data_received(data)
        if self._request_count != parsed:
            self._head_bytes = 0
            if self._clock is not None:
                self._clock.cancel()
                self._clock = None
            # The task that takes requests from this queue runs later.
            self._body = self._messages[-1][1]
        elif data and in_head:
            self._head_bytes += len(data)
            if self._clock is None:
                self._await_head()
            limits = self._gate.config
            if self._head_bytes > limits.max_header_bytes + limits.max_url_bytes:
                self._complain(headers_too_large(limits.max_header_bytes), "header_bytes")

    def _await_head(self) -> None:
        self._clock = self._loop.call_later(self._gate.config.header_timeout, self._head_is_late)

    def _head_is_late(self) -> None:
        self._clock = None
        if self._request_in_progress or self._messages:
            # An answer is on its way; what was sent behind it can wait.
            self._await_head()
        elif self._head_bytes:
            self._complain(headers_timed_out(self._gate.config.header_timeout), "header_timeout")
        else:
            self.force_close()

    def _complain(self, error: ApiError, reason: str) -> None:
        """Answer without a request, and close; behind an answer that has begun, only close."""
        self._gate.refused(reason)
        transport = self.transport
        if transport is None or self._request_in_progress or self._messages:
            self.force_close()
            return
        transport.write(self._gate.complaint(error))
        # What is still being sent is read past for a while: closing at once would be a reset, which can take
        # the answer away from its reader.
        if transport.can_write_eof():
            transport.write_eof()
        self.close()
        if self._clock is not None:
            self._clock.cancel()
        self._clock = self._loop.call_later(LINGER_SECONDS, transport.abort)

    def pause_writing(self) -> None:
        """The client reads more slowly than it is answered: it has some time to catch up."""
        super().pause_writing()
        self._unread = self._loop.call_later(self._gate.config.write_timeout, self._give_up)

    def resume_writing(self) -> None:
        """It has caught up."""
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None
        super().resume_writing()

    def _give_up(self) -> None:
        self._gate.refused("unread")
        logger.info("a client left its answer unread: the connection is closed")
        if self.transport is not None:
            # Not close(): that would wait for what is unread to be read.
            self.transport.abort()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The answer to a request that could not be read, or failed outside the application."""
        if isinstance(exc, ConnectionError):
            logger.debug("a client left before its answer ended")
        elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            logger.error("a request failed outside the application", exc_info=exc)
        else:
            self._gate.refused("malformed")
            logger.info("a request that is not valid HTTP: %s", type(exc).__name__)
        if request.writer.output_size > 0:
            raise ConnectionError("the answer has begun; its connection can only be closed")
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            error = ApiError(status, "The server had an error.", type=SERVER_ERROR, code="internal_error")
        else:
            error = self._malformed(exc)
        dialect = self._gate.dialect
        response = web.Response(
            status=dialect.status(error),
            body=dialect.render_error(error, request),
            content_type="application/json",
        )
        response.headers["Server"] = "openfpga"
        response.force_close()
        return response

    def _malformed(self, exc: BaseException | None) -> ApiError:
        limits = self._gate.config
        if isinstance(exc, LineTooLong):
            if exc.args[1:2] == (limits.max_url_bytes,):
                message = f"The request line is longer than {limits.max_url_bytes} bytes."
                return ApiError(HTTPStatus.REQUEST_URI_TOO_LONG, message, code="url_too_long")
            return headers_too_large(limits.max_header_bytes)
        if "Too many headers" in str(exc):
            message = f"Your request has more than {limits.max_headers} headers."
            return ApiError(431, message, code="headers_too_large")
        return bad_request("The request could not be read as HTTP: malformed.")


class Refusal(asyncio.Protocol):
    """Says no to a connection, once it has asked for something, and closes it without a reset."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._read = 0
        self._answered = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the request, but not long."""
        self._transport = cast(asyncio.Transport, transport)
        self._gate.lingering += 1
        if self._gate.lingering > LINGERING:
            self._transport.abort()
            return
        self._timer = asyncio.get_running_loop().call_later(LINGER_SECONDS, self._transport.abort)

    def data_received(self, data: bytes) -> None:
        """Answer what is sent first, and read the rest past."""
        assert self._transport is not None
        self._read += len(data)
        if not self._answered:
            self._answered = True
            self._transport.write(self._gate.complaint(too_many_connections()))
            if self._transport.can_write_eof():
                self._transport.write_eof()
        elif self._read > LINGER_BYTES:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._gate.lingering -= 1
        if self._timer is not None:
            self._timer.cancel()
