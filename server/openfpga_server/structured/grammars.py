"""The grammar of an answer: free text or JSON by a schema, and calls of the tools it may use.

In llguidance's form of Lark. A call is held to its tool's schema from its name on, also where the model is
free to answer with text; so arguments can be streamed before they are complete.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from openfpga_server.protocol.common import JsonObject
from openfpga_server.structured.schemas import closed, mapped
from openfpga_server.tools.definitions import Tool, ToolSet
from openfpga_server.tools.formats import ARGS, PYTHON_TAG, ToolFormat

# Between the parts of JSON: nothing, a space, or a new line with its indentation. Without a bound a model
# that has lost its way would write space until its limit.
_WHITESPACE = r" ?|\n[ \t]{0,40}"
_SPACE = r"( |\n[ \t]{0,40})?"
_WS_RULE = r"WS: /[ \n]{0,2}/"
_ANY_TEXT = "(?s:.*)"
_ANNOTATIONS = frozenset({"title", "description", "default", "examples", "$comment", "deprecated"})
ANY_OBJECT: JsonObject = {"type": "object"}


@dataclass(frozen=True, slots=True)
class Source:
    """A schema within the grammar of a request.

    Args:
        schema: as the client sent it.
        strict: enforced whole, or the request is refused; else keywords that cannot be enforced are left out.
        param: the request field that holds it.
    """

    schema: JsonObject
    strict: bool
    param: str

    @classmethod
    def of(cls, tool: Tool) -> Source:
        """The schema of a tool's arguments."""
        return cls(tool.parameters, tool.strict, tool.param)

    def alone(self) -> str:
        """The grammar of this schema by itself."""
        return f"start: {_by_schema(self)}"


def answer_grammar(response: Source | None, tools: ToolSet | None, form: ToolFormat | None) -> str | None:
    """The grammar of a request's answers; None: they are free.

    Args:
        response: the schema of the answer's text, if it has one.
        tools: that may or must be called.
        form: how the model writes calls; needed with tools.
    """
    if tools is None:
        return None if response is None else response.alone()
    assert form is not None
    calls = f"{_opening(form)} {_first(form)}{_more(tools, form)}"
    rules = _rules(tools, form)
    if tools.forced:
        return f"start: {calls}\n{rules}"
    if form.kind == "json":
        # Calls have no marker: text must not begin as one, and JSON by a schema shares their first brace.
        if response is None:
            return _text_or_unmarked_calls(tools, form)
        schema = {"anyOf": [{"$ref": "#/$defs/s0"}, *_call_schemas(tools, form, 1)]}
        return f"start: {_json([response, *_sources(tools)], schema)}"
    if response is not None:
        return f"start: response | {calls}\nresponse: {_by_schema(response)}\n{rules}"
    if form.opening in form.shown.values():
        return f"start: TEXT | TEXT? {calls}\nTEXT: /{_ANY_TEXT}/\n{rules}"
    # Text ends with the first marker (lazy); what has none is text to the end.
    marker = _escaped(form.opening)
    return (
        f"start: TEXT | opened {_first(form)}{_more(tools, form)}\n"
        f"opened[lazy]: /{_ANY_TEXT}{marker}/\n"
        f"TEXT: /{_ANY_TEXT}/ & ~/{_ANY_TEXT}{marker}{_ANY_TEXT}/\n{rules}"
    )


def _opening(form: ToolFormat) -> str:
    if form.kind == "json":
        return " ".join(f"<[{token}]>?" for token, name in form.shown.items() if name == PYTHON_TAG)
    return _marker(form.opening, form)


def _first(form: ToolFormat) -> str:
    return "calls" if form.kind == "list" else "call"


def _more(tools: ToolSet, form: ToolFormat) -> str:
    """Further calls, where each has its own marker."""
    if not (tools.parallel and form.parallel) or form.kind in ("json", "list"):
        return ""
    return f" (WS {_marker(form.opening, form)} call)*"


def _rules(tools: ToolSet, form: ToolFormat) -> str:
    """The rule of a call, or of the list of calls, without its opening marker."""
    if form.kind == "named":
        rules = [f"call: {_alternatives(tools)}"]
        for i, tool in enumerate(tools.callable):
            arguments = _by_schema(Source.of(tool))
            rules.append(f"call_{i}: {json.dumps(tool.name)} {_marker(ARGS, form)} {arguments}")
        return "\n".join([*rules, _WS_RULE])
    one: JsonObject = {"anyOf": _call_schemas(tools, form, 0)}
    if form.kind == "list":
        most = {} if tools.parallel else {"maxItems": 1}
        several = {"type": "array", "minItems": 1, **most, "items": one}
        return f"calls: WS {_json(_sources(tools), several)}\n{_WS_RULE}"
    closing = f" WS {_marker(form.closing, form)}" if form.closing else ""
    lead = "WS " if form.opening else ""
    return f"call: {lead}{_json(_sources(tools), one)}{closing}\n{_WS_RULE}"


def _text_or_unmarked_calls(tools: ToolSet, form: ToolFormat) -> str:
    """Text, or one object with a tool's name and arguments.

    A call up to its arguments is one lexeme, and text is all that does not begin as one: so the lexer can
    tell them apart without looking back.
    """
    names = "|".join(_escaped(name) for name in tools.names)
    begun = rf'[ \n]{{0,2}}\{{{_SPACE}"name"{_SPACE}:{_SPACE}"({names})"'
    lines = [
        f"start: TEXT | {_opening(form)} ({_alternatives(tools)})",
        f"TEXT: /{_ANY_TEXT}/ & ~/{begun}{_ANY_TEXT}/",
        rf"END: /{_SPACE}\}}/",
    ]
    for i, tool in enumerate(tools.callable):
        head = begun.replace(f"({names})", _escaped(tool.name))
        lines.append(f'HEAD_{i}: /{head}{_SPACE},{_SPACE}"{form.key}"{_SPACE}:{_SPACE}/')
        lines.append(f"call_{i}: HEAD_{i} {_by_schema(Source.of(tool))} END")
    return "\n".join(lines)


def _alternatives(tools: ToolSet) -> str:
    return " | ".join(f"call_{i}" for i in range(len(tools.callable)))


def _marker(text: str, form: ToolFormat) -> str:
    """A marker as grammars write it: a control token by its id, else a string."""
    token = next((token for token, name in form.shown.items() if name == text), None)
    return json.dumps(text) if token is None else f"<[{token}]>"


def _sources(tools: ToolSet) -> list[Source]:
    return [Source.of(tool) for tool in tools.callable]


def _call_schemas(tools: ToolSet, form: ToolFormat, first: int) -> list[JsonObject]:
    """The schema of each tool's call; its arguments are definition `first` and following."""
    return [
        {
            "type": "object",
            "properties": {"name": {"const": tool.name}, form.key: {"$ref": f"#/$defs/s{first + i}"}},
            "required": ["name", form.key],
            "additionalProperties": False,
        }
        for i, tool in enumerate(tools.callable)
    ]


def _by_schema(source: Source) -> str:
    """A grammar expression for JSON by one schema."""
    return _json([source], {"$ref": "#/$defs/s0"})


def _json(sources: Sequence[Source], schema: JsonObject) -> str:
    """A grammar expression for JSON by `schema`, in which the sources are definitions s0, s1, ..."""
    definitions = {f"s{i}": _definition(source, f"#/$defs/s{i}") for i, source in enumerate(sources)}
    options: JsonObject = {"whitespace_pattern": _WHITESPACE}
    if not all(source.strict for source in sources):
        options |= {"lenient": True, "coerce_one_of": True}
    return "%json " + json.dumps({"x-guidance": options, "$defs": definitions, **schema})


def _definition(source: Source, place: str) -> JsonObject:
    """A schema as a part of another: its references to itself point to where it is now.

    What only speaks to people is left out, so that long descriptions do not count as grammar.
    """

    def moved(node: JsonObject) -> JsonObject:
        node = {key: value for key, value in node.items() if key not in _ANNOTATIONS}
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith("#"):
            node["$ref"] = place + reference[1:]
        return node

    schema = mapped(closed(source.schema), moved)
    return {key: value for key, value in schema.items() if key not in ("$schema", "$id", "x-guidance")}


def _escaped(text: str) -> str:
    """A text within a regular expression of a grammar."""
    return "".join(c if c.isascii() and (c.isalnum() or c == "_") else f"\\x{ord(c):02x}" for c in text)
