"""POST /v1/chat/completions: structs of OpenAI's API reference, "Create chat completion"."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from openfpga_server.protocol.common import JsonObject, Performance, Positive, SamplingFields, UsageBody

MetadataKey = Annotated[str, Meta(max_length=64)]
MetadataValue = Annotated[str, Meta(max_length=512)]

Role = Literal["system", "developer", "user", "assistant", "tool"]
ChatFinishReason = Literal["stop", "length", "tool_calls"]
ReasoningEffort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]


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


class JsonSchemaFormat(Struct, frozen=True):
    """`response_format.json_schema`. The schema is enforced whether `strict` or not."""

    name: str
    description: str | None = None
    schema: JsonObject | None = None
    strict: bool | None = None


class ResponseFormat(Struct, frozen=True):
    """`response_format`: ``text``, ``json_object`` or ``json_schema``, the last with its schema."""

    type: str
    json_schema: JsonSchemaFormat | None = None


class ChatRequest(SamplingFields, frozen=True, kw_only=True):
    """Body of POST /v1/chat/completions."""

    messages: Annotated[list[Message], Meta(min_length=1)]
    max_completion_tokens: Positive | None = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int, Meta(ge=0)] | None = None
    tools: list[JsonObject] | None = None
    tool_choice: Any = None
    response_format: ResponseFormat | None = None
    parallel_tool_calls: bool | None = None
    modalities: list[str] | None = None
    # Refused: they would change the answer.
    functions: Any = None
    function_call: Any = None
    audio: Any = None
    web_search_options: Any = None
    moderation: Any = None
    # Given to the chat template, which may know it.
    reasoning_effort: ReasoningEffort | None = None
    # Accepted, and without effect here.
    user: str | None = None
    metadata: Annotated[dict[MetadataKey, MetadataValue], Meta(max_length=16)] | None = None
    store: bool | None = None
    prediction: JsonObject | None = None
    service_tier: str | None = None
    verbosity: Literal["low", "medium", "high"] | None = None
    safety_identifier: str | None = None
    prompt_cache_key: str | None = None
    prompt_cache_options: JsonObject | None = None
    prompt_cache_retention: str | None = None


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


class AnswerFunction(Struct, frozen=True):
    """The function of a call: its name, and its arguments as JSON text, never empty."""

    name: str
    arguments: str


class AnswerCall(Struct, frozen=True):
    """A call of a tool that the model asks for."""

    id: str
    function: AnswerFunction
    type: Literal["function"] = "function"


class AnswerMessage(Struct, frozen=True):
    """The message of a choice; no text (null) where there are only calls."""

    role: Literal["assistant"]
    content: str | None
    refusal: None = None
    tool_calls: list[AnswerCall] | UnsetType = UNSET


class ChatChoice(Struct, frozen=True):
    """One answer."""

    index: int
    message: AnswerMessage
    logprobs: ChoiceLogprobs | None
    finish_reason: ChatFinishReason


class ChatCompletion(Struct, frozen=True, kw_only=True):
    """Answer to a request that does not stream."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    system_fingerprint: str
    choices: list[ChatChoice]
    usage: UsageBody
    x_openfpga: Performance | UnsetType = UNSET
