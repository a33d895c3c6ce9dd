"""Server-sent events: frames built from a template a request, and the response that carries them.

Only the text of a token changes from chunk to chunk, so everything around it is encoded once a request and a
streamed token costs one JSON string and a concatenation (framing: WHATWG HTML, "Server-sent events").
"""

from __future__ import annotations

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

    def end(self, usage: UsageBody) -> bytes:
        """What follows all choices: the chunk with the usage where it is wanted, and the stream's end."""
        if not self._include_usage:
            return DONE
        return self._head + b'],"usage":' + self._encode(usage) + b"}\n\n" + DONE

    def failure(self, body: bytes) -> bytes:
        """What ends a stream that fails, as the SDKs expect it: an event whose data is the error object."""
        return b"data: " + body + b"\n\n"


class ChatFrames(Frames):
    """Chunks of a chat completion."""

    _ROLE = b'"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null'

    def __init__(self, header: Header, choices: int, *, include_usage: bool) -> None:
        super().__init__(
            header,
            choices,
            opening=b'"delta":{"content":',
            closing=b'},"logprobs":',
            finish=b'"delta":{},"logprobs":null,"finish_reason":',
            include_usage=include_usage,
        )

    def role(self, index: int) -> bytes:
        """A chunk that says whose turn it is."""
        return self._starts[index] + self._ROLE + self._rest


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


async def open_stream(request: web.Request) -> web.StreamResponse:
    """A prepared event-stream response; its headers go out with the first write."""
    response = web.StreamResponse(headers=HEADERS)
    await response.prepare(request)
    return response
