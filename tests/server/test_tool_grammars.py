"""What answers may be: text, JSON by a schema, calls, in every format of tool calls."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from openfpga_host.grammar import GrammarCompiler
from openfpga_server.structured.grammars import Source, answer_grammar
from openfpga_server.tools.definitions import NO_PARAMETERS, Tool, ToolSet
from support.scripted import ScriptTokenizer, tool_forms

FORMS, TOKENIZER = tool_forms(), ScriptTokenizer()
COMPILER = GrammarCompiler(TOKENIZER)
PARAMETERS: dict[str, Any] = {
    "type": "object",
    "properties": {"location": {"$ref": "#/$defs/place"}},
    "required": ["location"],
    "$defs": {"place": {"type": "string"}},
}
TOOLS = ToolSet(
    described=[],
    callable=(
        Tool("get_weather", PARAMETERS, True, "tools[0].function.parameters"),
        Tool("get-time.x", NO_PARAMETERS, False, "tools[1].function.parameters"),
    ),
    forced=False,
    parallel=True,
)
NOTE = Source(
    {
        "type": "object",
        "properties": {"note": {"type": "string"}, "name": {"type": "string"}},
        "required": ["note"],
    },
    True,
    "response_format.json_schema.schema",
)
A = '{"location": "SF"}'


def whole(kind: str, text: str, tools: ToolSet | None, response: Source | None = None) -> bool:
    """Whether the grammar takes the text as a whole answer."""
    source = answer_grammar(response, tools, FORMS[kind])
    assert source is not None
    tokens = [*TOKENIZER.encode(text, special=True), *TOKENIZER.eos_token_ids]
    grammar = COMPILER.compile(source)
    matcher = grammar.matcher()
    matched = matcher.inner.try_consume_tokens(tokens)
    # A grammar that is complete stops by itself, before the end-of-turn token.
    return matched == len(tokens) or (matched == len(tokens) - 1 and matcher.complete)


CALLS = {
    "json": f'{{"name": "get_weather", "parameters": {A}}}',
    "tagged": f'<tool_call>\n{{"name": "get_weather", "arguments": {A}}}\n</tool_call>',
    "list": f'[TOOL_CALLS] [{{"name": "get_weather", "arguments": {A}}}]',
    "named": f"[TOOL_CALLS]get_weather[ARGS]{A}",
}
TWO = {
    "tagged": CALLS["tagged"] + '\n<tool_call>{"name":"get-time.x","arguments":{}}</tool_call>',
    "list": CALLS["list"][:-1] + ', {"name": "get-time.x", "arguments": {}}]',
    "named": CALLS["named"] + "[TOOL_CALLS]get-time.x[ARGS]{}",
}


@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.parametrize("response", [None, NOTE])
def test_calls_are_always_allowed_and_text_only_if_it_is_free(kind: str, response: Source | None) -> None:
    forced = replace(TOOLS, forced=True)
    assert whole(kind, CALLS[kind], TOOLS, response)
    assert whole(kind, CALLS[kind], forced, response)
    assert whole(kind, "Hello, [you] {there}.\n", TOOLS, response) == (response is None)
    assert not whole(kind, "Hello.", forced, response)
    assert whole(kind, '{"note": "n", "name": "get_weather"}', TOOLS, response)
    assert not whole(kind, '{"note": "n"}', forced, response)


@pytest.mark.parametrize("kind", TWO)
def test_several_calls_only_if_they_may_be_parallel(kind: str) -> None:
    for forced in (False, True):
        tools = replace(TOOLS, forced=forced)
        assert whole(kind, TWO[kind], tools)
        assert not whole(kind, TWO[kind], replace(tools, parallel=False))
        assert whole(kind, CALLS[kind], replace(tools, parallel=False))


@pytest.mark.parametrize("kind", ["tagged", "list", "named"])
def test_text_may_come_before_calls(kind: str) -> None:
    assert whole(kind, "Let me look. " + CALLS[kind], TOOLS)
    assert not whole(kind, "Let me look. " + CALLS[kind], replace(TOOLS, forced=True))


@pytest.mark.parametrize("kind", FORMS)
def test_call_that_breaks_its_schema_is_impossible(kind: str) -> None:
    for old, new in (('"SF"', "3"), ('"location"', '"place"'), (A, "{}"), (A, "[]")):
        assert not whole(kind, CALLS[kind].replace(old, new), replace(TOOLS, forced=True))
        assert not whole(kind, CALLS[kind].replace(old, new), TOOLS)


@pytest.mark.parametrize("kind", ["tagged", "list", "named"])
def test_call_of_an_unknown_function_is_impossible(kind: str) -> None:
    assert not whole(kind, CALLS[kind].replace("get_weather", "set_weather"), TOOLS)


def test_json_text_that_is_no_call_stays_possible() -> None:
    for text in ('{"name": "Bob"}', '{"name": "get_weather_now"}', '{"name": "get_wea', "{}", '["a"]'):
        assert whole("json", text, TOOLS)


def test_python_tag_may_lead_a_call() -> None:
    assert whole("json", "<|python_tag|>" + CALLS["json"], TOOLS)
    assert whole("json", "<|python_tag|>" + CALLS["json"], replace(TOOLS, forced=True))
    assert not whole("json", "<|python_tag|>text", TOOLS)


def test_keywords_that_cannot_be_enforced_are_left_out_of_tools_that_are_not_strict() -> None:
    odd = Tool(
        "odd", {"type": "object", "properties": {"a": {"type": "array", "uniqueItems": True}}}, False, "x"
    )
    tools = replace(TOOLS, callable=(odd,), forced=True)
    assert whole("json", '{"name": "odd", "parameters": {"a": [1, 1]}}', tools)


def test_names_that_are_keywords_are_names_all_the_same() -> None:
    names = ("default", "description", "$ref", "properties", "enum")
    schema = {
        "type": "object",
        "properties": {name: {"$ref": "#/$defs/number", "title": "t"} for name in names},
        "required": list(names),
        "description": "long " * 100_000,
        "$defs": {"number": {"type": "integer", "description": "a number", "default": {"$ref": "#/none"}}},
    }
    source = Source(schema, True, "x")
    said = "{" + ", ".join(f'"{name}": {i}' for i, name in enumerate(names)) + "}"
    assert whole("json", said, None, source)
    assert not whole("json", said.replace("3", '"3"'), None, source)


def test_space_between_parts_is_bounded() -> None:
    assert whole("json", '{\n    "note":\n        "x"\n}', None, NOTE)
    assert whole("json", '{"note" : "x" }', None, NOTE)
    for space in ("  ", "\n\n", "\t", "\n" + " " * 41):
        assert not whole("json", f'{{{space}"note": "x"}}', None, NOTE)
