"""POST /v1/chat/completions: structs of OpenAI's API reference, "Create chat completion"."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from openfpga_server.protocol.common import FinishReason, JsonObject, Positive, SamplingFields, UsageBody

Role = Literal["system", "developer", "user", "assistant", "tool"]


class ContentPart(Struct, frozen=True):
    """One part of a message's content; `type` decides which of the others is there."""

    type: str
    text: str | None = None
    refusal: str | None = None


class FunctionCall(Struct, frozen=True):
    """The function of a tool call in the conversation's past."""

    name: str
    arguments: str


class ToolCall(Struct, frozen=True):
    """A tool call in the conversation's past."""

    id: str
    function: FunctionCall
    type: Literal["function"] = "function"


class Message(Struct, frozen=True):
    """One message of the conversation."""

    role: Role
    content: str | list[ContentPart] | None = None
    name: str | None = None
    refusal: str | None = None
    tool_calls: list[ToolCall] | None = None
    tool_call_id: str | None = None


class ResponseFormat(Struct, frozen=True):
    """`response_format`; only ``text`` is served."""

    type: str


class ChatRequest(SamplingFields, frozen=True, kw_only=True):
    """Body of POST /v1/chat/completions."""

    messages: Annotated[list[Message], Meta(min_length=1)]
    max_completion_tokens: Positive | None = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int, Meta(ge=0)] | None = None
    tools: list[JsonObject] | None = None
    tool_choice: Any = None
    response_format: ResponseFormat | None = None
    modalities: list[str] | None = None
    functions: Any = None
    function_call: Any = None


class TopLogprob(Struct, frozen=True):
    """An alternative to a token."""

    token: str
    logprob: float
    bytes: list[int] | None


class ContentLogprob(Struct, frozen=True):
    """A chosen token with its alternatives."""

    token: str
    logprob: float
    bytes: list[int] | None
    top_logprobs: list[TopLogprob]


class ChoiceLogprobs(Struct, frozen=True):
    """Log probabilities (natural logarithm) of a choice's tokens."""

    content: list[ContentLogprob]
    refusal: None = None


class AnswerMessage(Struct, frozen=True):
    """The message of a choice."""

    role: Literal["assistant"]
    content: str
    refusal: None = None


class ChatChoice(Struct, frozen=True):
    """One answer."""

    index: int
    message: AnswerMessage
    logprobs: ChoiceLogprobs | None
    finish_reason: FinishReason


class ChatCompletion(Struct, frozen=True, kw_only=True):
    """Answer to a request that does not stream."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    system_fingerprint: str
    choices: list[ChatChoice]
    usage: UsageBody
