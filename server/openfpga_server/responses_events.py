"""A response as it grows, and the events that tell of it (OpenAI's API reference, "Streaming events").

What is answered whole comes from the same object as what is streamed, so the two cannot differ.
"""

from __future__ import annotations

import secrets
import time

import msgspec

from openfpga_server.errors import ApiError
from openfpga_server.protocol.chat import ChoiceLogprobs
from openfpga_server.protocol.common import UsageBody
from openfpga_server.protocol.responses import (
    IncompleteDetails,
    InputTokensDetails,
    OutputFunctionCall,
    OutputItem,
    OutputLogprob,
    OutputMessage,
    OutputText,
    OutputTokensDetails,
    OutputTopLogprob,
    ResponseBody,
    ResponseFailure,
    ResponseUsage,
    Status,
)

NO_LOGPROBS = b"[]"


class ResponseEvents:
    """Events of one response; each method notes a change in `body` and returns the events that tell of it.

    Items come one after the other: beginning one ends the one before.

    Args:
        body: the response before anything is generated; it grows in place.
    """

    def __init__(self, body: ResponseBody) -> None:
        self.body = body
        self._encode = msgspec.json.Encoder().encode
        self._sequence = 0
        self._pieces: list[str] = []
        self._item: OutputItem | None = None
        self._delta = b""

    def role(self, index: int) -> bytes:
        """What a response begins with."""
        started = self._event("response.created", response=self.body)
        return started + self._event("response.in_progress", response=self.body)

    def text(self, index: int, text: str) -> bytes:
        """A piece of the answer's text."""
        return self._add_text(text, NO_LOGPROBS)

    def text_logprobs(self, index: int, text: str, logprobs: msgspec.Struct) -> bytes:
        """A piece of text with the log probabilities of its tokens; those of calls have no place here."""
        if not text and not isinstance(self._item, OutputMessage):
            return b""
        assert isinstance(logprobs, ChoiceLogprobs)
        rendered = output_logprobs(logprobs)
        opened = self._message()
        assert isinstance(self._item, OutputMessage)
        self._item.content[0].logprobs.extend(rendered)
        return opened + self._add_text(text, self._encode(rendered))

    def call(self, index: int, position: int, call_id: str, name: str) -> bytes:
        """A function call begins."""
        closed = self._close("completed")
        item = OutputFunctionCall("fc_" + secrets.token_hex(24), call_id, name, "", "in_progress")
        return closed + self._open(item, "function_call_arguments.delta", b"")

    def arguments(self, index: int, position: int, piece: str) -> bytes:
        """A piece of the arguments of the call that has begun last."""
        return self._piece(piece)

    def finish(self, index: int, reason: str) -> bytes:
        """The last item ends, for a reason in the words of chat completions."""
        status: Status = "incomplete" if reason == "length" else "completed"
        # An answer without anything is a message without text.
        opened = b"" if self.body.output else self._message()
        closed = self._close(status)
        self.body.status = status
        if status == "incomplete":
            self.body.incomplete_details = IncompleteDetails("max_output_tokens")
        else:
            self.body.completed_at = int(time.time())
        return opened + closed

    def end(self, usage: UsageBody) -> bytes:
        """The whole response, with what it took; nothing follows."""
        self.body.usage = ResponseUsage(
            input_tokens=usage.prompt_tokens,
            input_tokens_details=InputTokensDetails(usage.prompt_tokens_details.cached_tokens),
            output_tokens=usage.completion_tokens,
            output_tokens_details=OutputTokensDetails(),
            total_tokens=usage.total_tokens,
        )
        return self._event(f"response.{self.body.status}", response=self.body)

    def failure(self, body: bytes) -> bytes:
        """The end of a stream that fails, as `failed` has rendered it."""
        return body

    def failed(self, error: ApiError) -> bytes:
        """The response as far as it came; then the error, in a form that makes the SDKs raise it."""
        self._close("incomplete")
        self.body.status = "failed"
        self.body.error = ResponseFailure(error.code or "server_error", error.message)
        detail = {"message": error.message, "type": error.type, "param": error.param, "code": error.code}
        failed = self._event("response.failed", response=self.body)
        flat = {"code": error.code, "message": error.message, "param": error.param}
        return failed + self._event("error", **flat, error=detail)

    def _event(self, kind: str, **fields: object) -> bytes:
        data = self._encode({"type": kind, "sequence_number": self._sequence, **fields})
        self._sequence += 1
        return b"event: " + kind.encode() + b"\ndata: " + data + b"\n\n"

    def _add_text(self, text: str, logprobs: bytes) -> bytes:
        opened = self._message()
        # Tokens without text of their own (parts of characters) only have probabilities.
        if not text and logprobs == NO_LOGPROBS:
            return opened
        return opened + self._piece(text, b',"logprobs":' + logprobs)

    def _piece(self, piece: str, more: bytes = b"") -> bytes:
        # Once a token: all around the piece is encoded once an item.
        self._pieces.append(piece)
        data = b'%b%b%b,"sequence_number":%d}\n\n' % (self._delta, self._encode(piece), more, self._sequence)
        self._sequence += 1
        return data

    def _message(self) -> bytes:
        """Begin a message unless the open item is one."""
        if isinstance(self._item, OutputMessage):
            return b""
        closed = self._close("completed")
        item = OutputMessage("msg_" + secrets.token_hex(24), [], "in_progress")
        opened = self._open(item, "output_text.delta", b'"content_index":0,')
        part = OutputText("")
        added = self._event("response.content_part.added", **self._place(item), content_index=0, part=part)
        item.content.append(part)
        return closed + opened + added

    def _open(self, item: OutputItem, delta: str, more: bytes) -> bytes:
        self.body.output.append(item)
        self._item = item
        place = self._encode(self._place(item))[1:-1]
        kind = b"response." + delta.encode()
        self._delta = b'event: %b\ndata: {"type":"%b",%b,%b"delta":' % (kind, kind, place, more)
        return self._event("response.output_item.added", output_index=len(self.body.output) - 1, item=item)

    def _close(self, status: Status) -> bytes:
        """End the open item, if there is one; from here on it has all of its text."""
        item, text = self._item, "".join(self._pieces)
        self._item = None
        self._pieces.clear()
        if item is None:
            return b""
        item.status = status
        if isinstance(item, OutputFunctionCall):
            item.arguments = text
            done = self._event(
                "response.function_call_arguments.done", **self._place(item), name=item.name, arguments=text
            )
        else:
            part = item.content[0]
            part.text = text
            place = {**self._place(item), "content_index": 0}
            done = self._event("response.output_text.done", **place, text=text, logprobs=part.logprobs)
            done += self._event("response.content_part.done", **place, part=part)
        index = len(self.body.output) - 1
        return done + self._event("response.output_item.done", output_index=index, item=item)

    def _place(self, item: OutputItem) -> dict[str, object]:
        return {"item_id": item.id, "output_index": len(self.body.output) - 1}


def output_logprobs(logprobs: ChoiceLogprobs) -> list[OutputLogprob]:
    """Log probabilities in the shape of responses."""
    return [
        OutputLogprob(
            token=token.token,
            logprob=token.logprob,
            bytes=token.bytes or [],
            top_logprobs=[
                OutputTopLogprob(other.token, other.logprob, other.bytes or [])
                for other in token.top_logprobs
            ],
        )
        for token in logprobs.content
    ]
