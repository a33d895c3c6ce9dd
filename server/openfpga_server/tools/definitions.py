"""The tools of a request and what its `tool_choice` wants: checked, in one form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from openfpga_server.errors import ApiError, bad_request, missing, unsupported
from openfpga_server.protocol.chat import ChatRequest
from openfpga_server.protocol.common import JsonObject
from openfpga_server.structured.schemas import check_schema, check_size

MAX_TOOLS = 128
NO_PARAMETERS: JsonObject = {"type": "object", "properties": {}, "additionalProperties": False}
"""The schema of a function that declares none (OpenAI: "an empty parameter list")."""
_SHOWN_PARAMETERS: JsonObject = {"type": "object", "properties": {}}
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")


@dataclass(frozen=True, slots=True)
class Tool:
    """A function the model may call.

    Args:
        name: of the function.
        parameters: JSON schema of its arguments.
        strict: the schema must be enforced, or the request be refused.
        param: the request field that holds the schema.
    """

    name: str
    parameters: JsonObject
    strict: bool
    param: str


@dataclass(frozen=True, slots=True)
class ToolSet:
    """The tools of a request.

    Args:
        described: as the template gets them: all that the client sent, without `strict`, which is not for the
            model, and with what templates take for granted.
        callable: those that may be called, at least one.
        forced: there must be a call.
        parallel: there may be several.
    """

    described: list[JsonObject]
    callable: tuple[Tool, ...]
    forced: bool
    parallel: bool

    @property
    def names(self) -> tuple[str, ...]:
        """Of the functions that may be called."""
        return tuple(tool.name for tool in self.callable)


def read_tools(body: ChatRequest) -> ToolSet | None:
    """The tools of a request; None where there are none or they are switched off.

    Raises:
        ApiError: 400: a tool or `tool_choice` is malformed or of a kind that is not served.
    """
    choice = body.tool_choice
    if not body.tools:
        if choice is not None:
            raise bad_request("'tool_choice' is only allowed when 'tools' are specified.", "tool_choice")
        return None
    if len(body.tools) > MAX_TOOLS:
        message = f"Invalid value for 'tools': expected at most {MAX_TOOLS} tools, but got {len(body.tools)}."
        raise bad_request(message, "tools", "invalid_value")
    check_size(body.tools, "tools")
    tools = [_tool(tool, f"tools[{i}]") for i, tool in enumerate(body.tools)]
    known = {tool.name: tool for tool in tools}
    if len(known) != len(tools):
        raise bad_request("Invalid value for 'tools': two have the same name.", "tools", "invalid_value")
    mode, names = _choice(choice, list(known))
    if mode == "none":
        return None
    return ToolSet(
        described=[_described(tool) for tool in body.tools],
        callable=tuple(known[name] for name in names),
        forced=mode == "required",
        parallel=body.parallel_tool_calls is not False,
    )


def _tool(tool: JsonObject, param: str) -> Tool:
    function = tool.get("function")
    if tool.get("type") == "custom":
        message = f"Unsupported value for '{param}.type': custom tools are not served. Use 'function'."
        raise unsupported(message, f"{param}.type")
    if tool.get("type") != "function" or not isinstance(function, dict):
        message = f"Invalid value for '{param}': expected type 'function' and an object 'function'."
        raise bad_request(message, param, "invalid_value")
    name = function.get("name")
    if not isinstance(name, str):
        raise missing(f"{param}.function.name")
    if not _NAME.fullmatch(name):
        message = (
            f"Invalid value for '{param}.function.name': {name[:80]!r}. "
            "Expected 1 to 64 letters, digits, '_', '-' or '.'."
        )
        raise bad_request(message, f"{param}.function.name", "invalid_value")
    parameters = function.get("parameters")
    if parameters is None or parameters == {}:
        parameters = NO_PARAMETERS if parameters is None else {"type": "object"}
    if not isinstance(parameters, dict):
        message = f"Invalid value for '{param}.function.parameters': expected a JSON schema, an object."
        raise bad_request(message, f"{param}.function.parameters", "invalid_type")
    strict = function.get("strict")
    if strict is not None and not isinstance(strict, bool):
        message = f"Invalid value for '{param}.function.strict': expected true or false."
        raise bad_request(message, f"{param}.function.strict", "invalid_type")
    check_schema(parameters, f"{param}.function.parameters")
    return Tool(name, parameters, bool(strict), f"{param}.function.parameters")


def _described(tool: JsonObject) -> JsonObject:
    function = {
        key: value for key, value in tool["function"].items() if key != "strict" and value is not None
    }
    return {**tool, "function": {"description": "", "parameters": _SHOWN_PARAMETERS, **function}}


def _choice(choice: Any, known: Sequence[str]) -> tuple[Literal["none", "auto", "required"], Sequence[str]]:
    """Mode, and the names that may be called."""
    if choice is None or choice == "auto":
        return "auto", known
    if choice == "none" or choice == "required":
        return choice, known
    kind = choice.get("type") if isinstance(choice, dict) else None
    if kind == "function":
        return "required", [_named(choice, known, "tool_choice")]
    if kind == "allowed_tools":
        return _allowed(choice.get("allowed_tools"), known)
    raise _invalid_choice(
        "expected 'none', 'auto', 'required', an object with type 'function' and the function's name, or one "
        "with type 'allowed_tools'"
    )


def _allowed(allowed: Any, known: Sequence[str]) -> tuple[Literal["auto", "required"], Sequence[str]]:
    param = "tool_choice.allowed_tools"
    if not isinstance(allowed, dict):
        raise missing(param)
    mode, tools = allowed.get("mode"), allowed.get("tools")
    if mode not in ("auto", "required"):
        raise _invalid_choice("expected 'auto' or 'required'", f"{param}.mode")
    if not isinstance(tools, list) or not tools:
        raise _invalid_choice("expected a list of tools, not empty", f"{param}.tools")
    names = [_named(tool, known, f"{param}.tools[{i}]") for i, tool in enumerate(tools)]
    return mode, list(dict.fromkeys(names))


def _named(choice: Any, known: Sequence[str], param: str) -> str:
    function = choice.get("function") if isinstance(choice, dict) else None
    name = function.get("name") if isinstance(function, dict) else None
    if not isinstance(name, str):
        raise missing(f"{param}.function.name")
    if name not in known:
        raise _invalid_choice(f"{name[:80]!r} is none of the 'tools'", f"{param}.function.name")
    return name


def _invalid_choice(expected: str, param: str = "tool_choice") -> ApiError:
    return bad_request(f"Invalid value for '{param}': {expected}.", param, "invalid_value")
