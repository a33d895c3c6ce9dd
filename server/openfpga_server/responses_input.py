"""A request to /v1/responses as a chat request: one internal path serves both.

What the chat path then refuses is named as the caller of /v1/responses wrote it (`renamed`).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

import msgspec
from openfpga_host.engine import ContextLengthExceeded

from openfpga_server.errors import ApiError, bad_request, context_length_exceeded, missing, unsupported
from openfpga_server.protocol.chat import ChatRequest
from openfpga_server.protocol.common import JsonObject
from openfpga_server.protocol.decode import decode_struct
from openfpga_server.protocol.responses import (
    FunctionTool,
    InputItem,
    InputPart,
    ResponsesRequest,
    TextFormat,
    ToolChoice,
)
from openfpga_server.registry import ServedModel

_DECODER = msgspec.json.Decoder(ChatRequest)
INLINE_ITEMS = 200
"""More are read in a thread: at some 5 us an item this is the millisecond the event loop can spare."""
TEXT_PARTS = ("input_text", "output_text", "text")
LOGPROBS = "message.output_text.logprobs"
"""The value of `include` that asks for log probabilities."""
_NAMES = (
    (re.compile(r"(?<![\w.])messages\b"), "input"),
    (re.compile(r"(?<![\w.])response_format\.json_schema\b"), "text.format"),
    (re.compile(r"(?<![\w.])response_format\b"), "text.format"),
    (re.compile(r"(?<![\w.])tools\[(\d+)\]\.function\b"), r"tools[\1]"),
    (re.compile(r"(?<![\w.])tool_choice\.(?:function|allowed_tools)\b"), "tool_choice"),
    (re.compile(r"(?<![\w.])max_(?:completion_)?tokens\b"), "max_output_tokens"),
)
"""Fields at the beginning of a path: what comes later are names of the caller's own."""


async def chat_request(body: ResponsesRequest, model: ServedModel) -> ChatRequest:
    """The same request to chat completions.

    Args:
        body: the decoded request.
        model: that answers.

    Raises:
        ApiError: 400: something stored is asked for, or an item, a part or a tool is malformed or of a kind
            that is not served.
    """
    items = len(body.input) if isinstance(body.input, list) else 1
    if items > model.max_context:
        # Each is a token at least.
        raise context_length_exceeded(ContextLengthExceeded(items, None, model.max_context), "input")
    if items <= INLINE_ITEMS:
        return _chat_request(body, model.id)
    return await asyncio.to_thread(_chat_request, body, model.id)


def _chat_request(body: ResponsesRequest, model: str) -> ChatRequest:
    _refuse_stateful(body)
    fields: JsonObject = {
        "model": model,
        "messages": _messages(body),
        "max_completion_tokens": body.max_output_tokens,
        "temperature": body.temperature,
        "top_p": body.top_p,
        "stream": body.stream,
        "user": body.user,
    }
    if body.top_logprobs is not None or LOGPROBS in (body.include or ()):
        fields |= {"logprobs": True, "top_logprobs": body.top_logprobs or 0}
    if body.text is not None and body.text.format is not None:
        fields["response_format"] = _response_format(body.text.format)
    if body.tools:
        fields["tools"] = [_tool(tool, i) for i, tool in enumerate(body.tools)]
        fields["parallel_tool_calls"] = body.parallel_tool_calls
    # Clients send "auto" and "none" also where there are no tools.
    if isinstance(body.tool_choice, ToolChoice):
        fields["tool_choice"] = _tool_choice(body.tool_choice)
    elif body.tools or body.tool_choice == "required":
        fields["tool_choice"] = body.tool_choice
    present = {name: value for name, value in fields.items() if value is not None}
    return decode_struct(msgspec.json.encode(present), _DECODER)


def renamed(error: ApiError) -> ApiError:
    """An error of the chat path in the words of /v1/responses."""
    message, param = error.message, error.param
    for pattern, name in _NAMES:
        message = pattern.sub(name, message)
        param = pattern.sub(name, param) if param is not None else None
    return ApiError(
        error.status,
        message,
        type=error.type,
        param=param,
        code=error.code,
        headers=error.headers,
        extra=error.extra,
    )


def _refuse_stateful(body: ResponsesRequest) -> None:
    stored = {
        "previous_response_id": body.previous_response_id,
        "conversation": body.conversation,
        "prompt": body.prompt,
    }
    for name, value in stored.items():
        if value is not None:
            message = (
                f"Unsupported parameter: '{name}'. This server stores nothing; send the whole conversation "
                "in 'input'."
            )
            raise unsupported(message, name)
    if body.background:
        message = "Unsupported value for 'background': this server stores nothing to be fetched later."
        raise unsupported(message, "background")


def _messages(body: ResponsesRequest) -> list[JsonObject]:
    messages: list[JsonObject] = []
    if body.instructions is not None:
        messages.append({"role": "system", "content": body.instructions})
    if isinstance(body.input, str):
        messages.append({"role": "user", "content": body.input})
    else:
        for i, item in enumerate(body.input or ()):
            _add(messages, item, f"input[{i}]")
    if not messages:
        raise missing("input")
    return messages


def _add(messages: list[JsonObject], item: InputItem, param: str) -> None:
    """Append an item. Calls join the assistant's message before them, as chat templates expect them."""
    kind = item.type or "message"
    if kind == "message":
        if item.role is None:
            raise missing(f"{param}.role")
        if item.content is None:
            raise missing(f"{param}.content")
        messages.append({"role": item.role, "content": _text(item.content, f"{param}.content")})
    elif kind == "function_call":
        call = {
            "id": _required(item.call_id, f"{param}.call_id"),
            "type": "function",
            "function": {
                "name": _required(item.name, f"{param}.name"),
                "arguments": _required(item.arguments, f"{param}.arguments"),
            },
        }
        if not messages or messages[-1]["role"] != "assistant":
            messages.append({"role": "assistant"})
        messages[-1].setdefault("tool_calls", []).append(call)
    elif kind == "function_call_output":
        if item.output is None:
            raise missing(f"{param}.output")
        content = _text(item.output, f"{param}.output")
        call_id = _required(item.call_id, f"{param}.call_id")
        messages.append({"role": "tool", "tool_call_id": call_id, "content": content})
    elif kind == "item_reference":
        message = f"Unsupported value for '{param}.type': this server stores no items to refer to."
        raise unsupported(message, f"{param}.type")
    elif kind != "reasoning":
        message = (
            f"Unsupported value for '{param}.type': {kind[:40]!r}. Served are 'message', 'function_call', "
            "'function_call_output' and, ignored, 'reasoning'."
        )
        raise unsupported(message, f"{param}.type")


def _text(content: str | Sequence[InputPart], param: str) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(_part(part, f"{param}[{i}]") for i, part in enumerate(content))


def _part(part: InputPart, param: str) -> str:
    if part.type in TEXT_PARTS:
        return _required(part.text, f"{param}.text")
    if part.type == "refusal":
        return _required(part.refusal, f"{param}.refusal")
    message = f"Invalid value for '{param}.type': {part.type[:40]!r}. This model reads parts of text only."
    raise bad_request(message, f"{param}.type", "invalid_value")


def _required(value: str | None, param: str) -> str:
    if value is None:
        raise missing(param)
    return value


def _response_format(form: TextFormat) -> JsonObject:
    if form.type != "json_schema":
        return {"type": form.type}
    schema: JsonObject = {"name": _required(form.name, "text.format.name"), "schema": form.schema}
    if form.schema is None:
        raise missing("text.format.schema")
    if form.description is not None:
        schema["description"] = form.description
    if form.strict is not None:
        schema["strict"] = form.strict
    return {"type": "json_schema", "json_schema": schema}


def _tool(tool: FunctionTool, index: int) -> JsonObject:
    if tool.type != "function":
        message = (
            f"Unsupported value for 'tools[{index}].type': {tool.type[:40]!r}. This server has no tools of "
            "its own; only 'function' is served."
        )
        raise unsupported(message, f"tools[{index}].type")
    function: JsonObject = {"name": _required(tool.name, f"tools[{index}].name")}
    optional = {"description": tool.description, "parameters": tool.parameters, "strict": tool.strict}
    function |= {name: value for name, value in optional.items() if value is not None}
    return {"type": "function", "function": function}


def _tool_choice(choice: ToolChoice) -> JsonObject:
    if choice.type == "function":
        name = _required(choice.name, "tool_choice.name")
        return {"type": "function", "function": {"name": name}}
    if choice.type == "allowed_tools":
        if choice.mode is None:
            raise missing("tool_choice.mode")
        tools = [
            {
                "type": tool.type,
                "function": {"name": _required(tool.name, f"tool_choice.tools[{i}].name")},
            }
            for i, tool in enumerate(choice.tools or ())
        ]
        return {"type": "allowed_tools", "allowed_tools": {"mode": choice.mode, "tools": tools}}
    message = (
        f"Unsupported value for 'tool_choice.type': {choice.type[:40]!r}. "
        "Served are 'function' and 'allowed_tools'."
    )
    raise unsupported(message, "tool_choice.type")
