"""Server-sent events: frames built from a template a request, and the response that carries them.

Only the text of a token changes from chunk to chunk, so everything around it is encoded once a request and a
streamed token costs one JSON string and a concatenation (framing: WHATWG HTML, "Server-sent events").
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Literal

import msgspec
from aiohttp import web

from openfpga_server.protocol.common import UsageBody

DONE = b"data: [DONE]\n\n"
HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-cache",
    "X-Accel-Buffering": "no",
}


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The fields that all chunks of one answer share."""

    id: str
    object: Literal["chat.completion.chunk", "text_completion"]
    created: int
    model: str
    system_fingerprint: str


class Frames:
    """Frames of one streamed answer.

    Args:
        header: fields that every chunk repeats.
        choices: number of choices.
        opening: a choice's JSON after its index up to the text.
        closing: from the text to the value of `logprobs`.
        finish: a choice's JSON after its index in its last chunk, up to the value of `finish_reason`.
        include_usage: every chunk has a `usage`, null but for the last one.
    """

    def __init__(
        self,
        header: Header,
        choices: int,
        *,
        opening: bytes,
        closing: bytes,
        finish: bytes,
        include_usage: bool,
    ) -> None:
        self._encode = msgspec.json.Encoder().encode
        self._include_usage = include_usage
        self._head = b"data: " + self._encode(header)[:-1] + b',"choices":['
        self._tail = b"]" + (b',"usage":null' if include_usage else b"") + b"}\n\n"
        self._closing = closing
        self._rest = b',"finish_reason":null}' + self._tail
        self._plain = closing + b"null" + self._rest
        self._finish = finish
        self._starts = [self._head + b'{"index":%d,' % i for i in range(choices)]
        self._opens = [start + opening for start in self._starts]

    def role(self, index: int) -> bytes:
        """What a choice begins with; nothing but for chats."""
        return b""

    def text(self, index: int, text: str) -> bytes:
        """A chunk of a choice's text."""
        return self._opens[index] + self._encode(text) + self._plain

    def text_logprobs(self, index: int, text: str, logprobs: msgspec.Struct) -> bytes:
        """A chunk of a choice's text with the log probabilities of its tokens."""
        return self._opens[index] + self._encode(text) + self._closing + self._encode(logprobs) + self._rest

    def finish(self, index: int, reason: str) -> bytes:
        """The last chunk of a choice."""
        return self._starts[index] + self._finish + self._encode(reason) + b"}" + self._tail

    def call(self, index: int, position: int, call_id: str, name: str) -> bytes:
        """A tool call begins; only chats have any."""
        raise NotImplementedError

    def arguments(self, index: int, position: int, piece: str) -> bytes:
        """A piece of a tool call's arguments; only chats have any."""
        raise NotImplementedError

    def end(self, usage: UsageBody) -> bytes:
        """What follows all choices: the chunk with the usage where it is wanted, and the stream's end."""
        if not self._include_usage:
            return DONE
        return self._head + b'],"usage":' + self._encode(usage) + self._extra() + b"}\n\n" + DONE

    def _extra(self) -> bytes:
        """Further fields of the last chunk, each with a comma before it."""
        return b""

    def failure(self, body: bytes) -> bytes:
        """What ends a stream that fails, as the SDKs expect it: an event whose data is the error object."""
        return b"data: " + body + b"\n\n"


class ChatFrames(Frames):
    """Chunks of a chat completion.

    Args:
        tools: there may be calls and no text: content begins as null.
        performance: gives `x_openfpga` when the answer has ended, for the chunk with the usage or,
            where there is none, the last choice's last; None: this document has none.
    """

    def __init__(
        self,
        header: Header,
        choices: int,
        *,
        include_usage: bool,
        tools: bool = False,
        performance: Callable[[], msgspec.Struct] | None = None,
    ) -> None:
        super().__init__(
            header,
            choices,
            opening=b'"delta":{"content":',
            closing=b'},"logprobs":',
            finish=b'"delta":{},"logprobs":null,"finish_reason":',
            include_usage=include_usage,
        )
        content = b"null" if tools else b'""'
        opened = b'"delta":{"role":"assistant","content":%b,"refusal":null},"logprobs":null' % content
        self._role = opened + self._rest
        self._performance = performance
        self._unfinished = choices

    def role(self, index: int) -> bytes:
        """A chunk that says whose turn it is."""
        return self._starts[index] + self._role

    def text_logprobs(self, index: int, text: str, logprobs: msgspec.Struct) -> bytes:
        """A chunk with the log probabilities of tokens, and their text if they have any."""
        if text:
            return super().text_logprobs(index, text, logprobs)
        return self._starts[index] + b'"delta":{},"logprobs":' + self._encode(logprobs) + self._rest

    def call(self, index: int, position: int, call_id: str, name: str) -> bytes:
        """The chunk that names a call."""
        opened = {
            "index": position,
            "id": call_id,
            "type": "function",
            "function": {"name": name, "arguments": ""},
        }
        return self._delta_of_call(index, self._encode(opened))

    def arguments(self, index: int, position: int, piece: str) -> bytes:
        """A chunk with a piece of a call's arguments."""
        encoded = b'{"index":%d,"function":{"arguments":%b}}' % (position, self._encode(piece))
        return self._delta_of_call(index, encoded)

    def finish(self, index: int, reason: str) -> bytes:
        """The last chunk of a choice."""
        self._unfinished -= 1
        chunk = super().finish(index, reason)
        if self._unfinished or self._include_usage:
            return chunk
        return chunk[: -len(b"}\n\n")] + self._extra() + b"}\n\n"

    def _delta_of_call(self, index: int, call: bytes) -> bytes:
        return self._starts[index] + b'"delta":{"tool_calls":[' + call + b']},"logprobs":null' + self._rest

    def _extra(self) -> bytes:
        if self._performance is None:
            return b""
        return b',"x_openfpga":' + self._encode(self._performance())


class CompletionFrames(Frames):
    """Chunks of a text completion."""

    def __init__(self, header: Header, choices: int, *, include_usage: bool) -> None:
        super().__init__(
            header,
            choices,
            opening=b'"text":',
            closing=b',"logprobs":',
            finish=b'"text":"","logprobs":null,"finish_reason":',
            include_usage=include_usage,
        )


COMMENT = b": keep-alive\n\n"
"""A line that every client ignores; it keeps proxies and timeouts from ending a silent connection."""


class _Response(web.StreamResponse):
    """Its headers leave with the first event, in one packet."""

    _send_headers_immediately = False


class EventStream:
    """The response that carries a stream's events; use it as a context.

    Args:
        request: that is answered.
        keep_alive: seconds of silence before a comment is sent; None: none are.
    """

    def __init__(self, request: web.Request, keep_alive: float | None) -> None:
        self._request = request
        self._keep_alive = keep_alive
        self._response: web.StreamResponse | None = None
        self._opening = asyncio.Lock()
        self._loop = asyncio.get_running_loop()
        self._last = self._loop.time()
        self._writing = False
        self._timer: asyncio.TimerHandle | None = None
        self._beat: asyncio.Task[None] | None = None

    def __enter__(self) -> EventStream:
        if self._keep_alive is not None:
            self._timer = self._loop.call_later(self._keep_alive, self._look, self._keep_alive)
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._beat is not None:
            self._beat.cancel()

    @property
    def begun(self) -> bool:
        """Whether the headers are sent, so that a failure can only be an event."""
        return self._response is not None

    async def write(self, data: bytes) -> None:
        """Send events.

        Raises:
            ConnectionError: the client has gone.
        """
        response = self._response or await self._open()
        self._writing = True
        await response.write(data)
        self._writing = False
        self._last = self._loop.time()

    async def end(self, data: bytes) -> web.StreamResponse:
        """Send the last events.

        Raises:
            ConnectionError: the client has gone.
        """
        response = self._response or await self._open()
        await response.write_eof(data)
        return response

    async def _open(self) -> web.StreamResponse:
        async with self._opening:
            if self._response is None:
                response = _Response(headers=HEADERS)
                await response.prepare(self._request)
                self._response = response
            return self._response

    def _look(self, keep_alive: float) -> None:
        """Send a comment if nothing was sent for long enough; look again when that can next be."""
        silence = self._loop.time() - self._last
        # A write that takes long waits for the reader, who has enough to read.
        if not self._writing and silence >= keep_alive:
            self._beat = self._loop.create_task(self._comment())
            silence = 0.0
        self._timer = self._loop.call_later(max(keep_alive - silence, 1e-3), self._look, keep_alive)

    async def _comment(self) -> None:
        # Who waits for the answer learns of a lost connection without this.
        with contextlib.suppress(ConnectionError):
            await self.write(COMMENT)
