"""POST /v1/responses: structs of OpenAI's API reference, "Create a model response".

Served without state: nothing is stored, so whatever refers to something stored is refused.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from openfpga_server.protocol.common import JsonObject, Positive, Probability, Temperature

Status = Literal["in_progress", "completed", "incomplete", "failed"]
MetadataKey = Annotated[str, Meta(max_length=64)]
MetadataValue = Annotated[str, Meta(max_length=512)]


class InputPart(Struct, frozen=True):
    """One part of a message's content or of a function's output; `type` decides what else is there."""

    type: str
    text: str | None = None
    refusal: str | None = None


class InputItem(Struct, frozen=True):
    """One item of the conversation: a message, a function call, its output, or reasoning (ignored).

    `type` may be left out for messages. Which of the other fields are there depends on it.
    """

    type: str | None = None
    role: Literal["user", "assistant", "system", "developer"] | None = None
    content: str | list[InputPart] | None = None
    call_id: str | None = None
    name: str | None = None
    arguments: str | None = None
    output: str | list[InputPart] | None = None


class TextFormat(Struct, frozen=True, omit_defaults=True):
    """`text.format`: ``text``, ``json_object`` or ``json_schema``, the last with a name and a schema."""

    type: Literal["text", "json_object", "json_schema"]
    name: str | None = None
    description: str | None = None
    schema: JsonObject | None = None
    strict: bool | None = None


class TextConfig(Struct, frozen=True, omit_defaults=True):
    """`text`: what form the answer's text has."""

    format: TextFormat | None = None
    verbosity: str | None = None


class FunctionTool(Struct, frozen=True, omit_defaults=True):
    """A tool the model may call; only functions are served."""

    type: str
    name: str | None = None
    description: str | None = None
    parameters: JsonObject | None = None
    strict: bool | None = None


class ToolReference(Struct, frozen=True, omit_defaults=True):
    """A tool by its name."""

    type: str
    name: str | None = None


class ToolChoice(Struct, frozen=True, omit_defaults=True):
    """`tool_choice` as an object: one function, or a mode with the tools it is restricted to."""

    type: str
    name: str | None = None
    mode: Literal["auto", "required"] | None = None
    tools: list[ToolReference] | None = None


class ResponseStreamOptions(Struct, frozen=True):
    """`stream_options`; events are never padded, so there is nothing to switch."""

    include_obfuscation: bool | None = None


class ResponsesRequest(Struct, frozen=True, kw_only=True):
    """Body of POST /v1/responses; None: left out."""

    model: str | None = None
    input: str | list[InputItem] | None = None
    instructions: str | None = None
    max_output_tokens: Positive | None = None
    metadata: Annotated[dict[MetadataKey, MetadataValue], Meta(max_length=16)] | None = None
    parallel_tool_calls: bool | None = None
    stream: bool | None = None
    stream_options: ResponseStreamOptions | None = None
    store: bool | None = None
    temperature: Temperature | None = None
    top_p: Probability | None = None
    text: TextConfig | None = None
    tools: list[FunctionTool] | None = None
    tool_choice: Literal["none", "auto", "required"] | ToolChoice | None = None
    include: list[str] | None = None
    top_logprobs: Annotated[int, Meta(ge=0, le=20)] | None = None
    truncation: Literal["auto", "disabled"] | None = None
    user: str | None = None
    # What needs something stored, and is refused.
    background: bool | None = None
    conversation: Any = None
    previous_response_id: str | None = None
    prompt: Any = None


class OutputTopLogprob(Struct, frozen=True):
    """An alternative to a token."""

    token: str
    logprob: float
    bytes: list[int]


class OutputLogprob(Struct, frozen=True):
    """A chosen token with its alternatives; `logprob` is a natural logarithm."""

    token: str
    logprob: float
    bytes: list[int]
    top_logprobs: list[OutputTopLogprob]


class OutputText(Struct):
    """The text of a message."""

    text: str
    type: Literal["output_text"] = "output_text"
    annotations: list[JsonObject] = field(default_factory=list)
    logprobs: list[OutputLogprob] = field(default_factory=list)


class OutputMessage(Struct, tag_field="type", tag="message"):
    """A message of the answer."""

    id: str
    content: list[OutputText]
    status: Status
    role: Literal["assistant"] = "assistant"


class OutputFunctionCall(Struct, tag_field="type", tag="function_call"):
    """A function the model wants called; `arguments` is a JSON text."""

    id: str
    call_id: str
    name: str
    arguments: str
    status: Status


OutputItem = OutputMessage | OutputFunctionCall


class InputTokensDetails(Struct, frozen=True):
    """Of the input's tokens, how many needed no computing."""

    cached_tokens: int
    cache_write_tokens: int = 0


class OutputTokensDetails(Struct, frozen=True):
    """Of the output's tokens, how many were reasoning."""

    reasoning_tokens: int = 0


class ResponseUsage(Struct, frozen=True):
    """Token accounting of one response."""

    input_tokens: int
    input_tokens_details: InputTokensDetails
    output_tokens: int
    output_tokens_details: OutputTokensDetails
    total_tokens: int


class IncompleteDetails(Struct, frozen=True):
    """Why a response ended before its time."""

    reason: Literal["max_output_tokens"]


class ResponseFailure(Struct, frozen=True):
    """Why a response failed."""

    code: str
    message: str


class ReasoningConfig(Struct, frozen=True):
    """Models served here do not reason apart from their answer."""

    effort: None = None
    summary: None = None


class ResponseBody(Struct, kw_only=True):
    """A response, running or finished."""

    id: str
    object: Literal["response"] = "response"
    created_at: int
    completed_at: int | None = None
    status: Status
    background: bool = False
    error: ResponseFailure | None = None
    incomplete_details: IncompleteDetails | None = None
    instructions: str | None = None
    max_output_tokens: int | None = None
    max_tool_calls: None = None
    metadata: dict[str, str]
    model: str
    output: list[OutputItem]
    parallel_tool_calls: bool
    previous_response_id: None = None
    reasoning: ReasoningConfig = ReasoningConfig()
    service_tier: Literal["default"] = "default"
    store: bool = False
    temperature: float
    text: TextConfig
    tool_choice: str | ToolChoice
    tools: list[FunctionTool]
    top_logprobs: int
    top_p: float
    truncation: Literal["disabled"] = "disabled"
    usage: ResponseUsage | None = None
    user: str | None = None
