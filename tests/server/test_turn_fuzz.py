"""Whatever a request says of tools and schemas, it is prepared or refused with 400: nothing else happens."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from openfpga_host.chat_template import ChatTemplate
from openfpga_host.engine import Engine
from openfpga_host.grammar import GrammarCompiler
from openfpga_server.dialects import OPENFPGA
from openfpga_server.errors import ApiError
from openfpga_server.prompt import PromptEncoder
from openfpga_server.protocol.chat import ChatRequest
from openfpga_server.registry import ServedModel
from openfpga_server.turn import prepare_turn
from support.scripted import TEMPLATES, ScriptTokenizer

TOKENIZER = ScriptTokenizer()
COMPILER = GrammarCompiler(TOKENIZER)
ENGINE = SimpleNamespace(
    tokenizer=TOKENIZER,
    runner=SimpleNamespace(vocab_size=TOKENIZER.vocab_size),
    grammars=COMPILER,
    context_limit=100_000,
)
KEYWORDS = (
    *("type", "properties", "required", "items", "enum", "const", "anyOf", "allOf", "oneOf", "not", "if"),
    *("$ref", "$defs", "definitions", "pattern", "format", "minimum", "maximum", "minItems", "maxItems"),
    *("minLength", "maxLength", "additionalProperties", "patternProperties", "prefixItems", "uniqueItems"),
    *("multipleOf", "minProperties", "maxProperties", "propertyNames", "$schema", "$id", "x-guidance"),
    *("description", "default", "title", "nullable", "exclusiveMinimum", "contains", "$anchor"),
)
WORDS = (
    *("string", "object", "array", "integer", "null", "a", "#", "#/$defs/a", "#/properties/a", "date"),
    *("^a+$", "(", ""),
)
LEAVES = st.none() | st.booleans() | st.integers(-3, 1 << 40) | st.floats(-9, 9) | st.sampled_from(WORDS)
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*KEYWORDS, "a", "b"]), inner, max_size=4)
    ),
    max_leaves=14,
)
SCHEMA = st.dictionaries(st.sampled_from(KEYWORDS), JSON, max_size=5)
FUNCTION = st.fixed_dictionaries(
    {}, optional={"name": st.sampled_from(["f", "g", "a b", 3]), "parameters": SCHEMA | JSON, "strict": JSON}
)
TOOL = st.fixed_dictionaries({"type": st.just("function"), "function": FUNCTION | JSON}) | SCHEMA
CHOICE = st.sampled_from(
    [None, "auto", "none", "required", {"type": "function", "function": {"name": "f"}}]
) | st.fixed_dictionaries(
    {"type": st.just("allowed_tools"), "allowed_tools": st.fixed_dictionaries({"mode": JSON, "tools": JSON})}
)
FORMAT = st.fixed_dictionaries(
    {
        "type": st.just("json_schema"),
        "json_schema": st.fixed_dictionaries({"name": st.just("x"), "schema": SCHEMA}),
    }
)


def prepare(kind: str, **fields: Any) -> None:
    """Prepare a request; ApiErrors of status 400 are all that may come of it."""
    model = ServedModel(id="m", engine=cast(Engine, ENGINE))
    encoder = PromptEncoder(TOKENIZER, ChatTemplate({"default": TEMPLATES[kind]}), 100_000)
    present = {name: value for name, value in fields.items() if value is not None}
    body = msgspec.convert({"messages": [{"role": "user", "content": "x"}], **present}, ChatRequest)
    refused: ApiError | None = None
    try:
        turn = asyncio.run(prepare_turn(body, model, encoder, OPENFPGA))
    except ApiError as error:
        refused = error
    if refused is None:
        assert turn.grammar is None or turn.grammar.matcher().failure is None
    else:
        assert refused.status == 400
        assert refused.param


@settings(max_examples=150, deadline=None)
@given(tools=st.lists(TOOL, max_size=3), choice=CHOICE, kind=st.sampled_from(list(TEMPLATES)))
def test_tools_are_prepared_or_refused(tools: list[Any], choice: Any, kind: str) -> None:
    prepare(kind, tools=tools, tool_choice=choice)


@settings(max_examples=150, deadline=None)
@given(form=FORMAT)
def test_schemas_are_prepared_or_refused(form: Any) -> None:
    prepare("json", response_format=form)
