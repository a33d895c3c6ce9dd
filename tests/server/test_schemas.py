"""Schemas of requests: bounded, closed, and refused by keyword and place."""

from __future__ import annotations

from typing import Any

import pytest
from openfpga_host.grammar import GrammarCompiler
from openfpga_server.errors import ApiError
from openfpga_server.structured.grammars import Source
from openfpga_server.structured.schemas import (
    MAX_DEPTH,
    MAX_NODES,
    check_finite,
    check_schema,
    check_size,
    closed,
    refusal,
    subschemas,
)
from openfpga_server.turn import compiled
from support.scripted import ScriptTokenizer

COMPILER = GrammarCompiler(ScriptTokenizer())
PARAM = "response_format.json_schema.schema"


def nested(depth: int) -> dict[str, Any]:
    """A schema of that many levels."""
    schema: dict[str, Any] = {}
    for _ in range(depth - 1):
        schema = {"not": schema}
    return schema


def test_size_and_depth_are_bounded() -> None:
    check_size(nested(MAX_DEPTH), PARAM)
    check_size({"enum": list(range(MAX_NODES - 1))}, PARAM)
    for schema in (nested(MAX_DEPTH + 1), {"enum": list(range(MAX_NODES))}):
        with pytest.raises(ApiError) as caught:
            check_size(schema, PARAM)
        assert caught.value.status == 400
        assert caught.value.param == PARAM


@pytest.mark.parametrize(
    ("schema", "where"),
    [
        ({"properties": {f"p{i}": {} for i in range(501)}}, ".properties"),
        ({"anyOf": [{"properties": {f"p{i}": {} for i in range(500)}}] * 5}, ".anyOf[4].properties"),
        ({"items": {"pattern": "^((a{1000}){1000}){1000}$"}}, ".items.pattern"),
        ({"pattern": "([a-z]{3}|[(){9}]{1,99999999999999999999})x"}, ".pattern"),
        ({"patternProperties": {"(ab{300}){300}": {}}}, ".patternProperties"),
    ],
)
def test_what_takes_too_long_to_compile_is_refused(schema: dict[str, Any], where: str) -> None:
    with pytest.raises(ApiError) as caught:
        check_schema(schema, PARAM)
    assert caught.value.param == PARAM + where


def chain(length: int) -> dict[str, Any]:
    """A schema whose references lead from one definition to the next."""
    definitions: dict[str, Any] = {
        f"d{i}": {"type": "object", "properties": {"a": {"$ref": f"#/$defs/d{i + 1}"}}, "required": ["a"]}
        for i in range(length)
    }
    return {"$defs": {**definitions, f"d{length}": {"type": "string"}}, "$ref": "#/$defs/d0"}


async def test_references_that_lead_too_deep_are_refused_before_the_stack_ends() -> None:
    compiler = GrammarCompiler(ScriptTokenizer())
    compiler.prepare()
    longest = chain(330)
    check_schema(longest, PARAM)
    assert await compiled(compiler, Source(longest, True, PARAM), None, None) is not None
    compiler.close()
    for schema in (
        chain(340),
        {"$defs": {f"d{i}": {"$ref": f"#/$defs/d{i + 1}"} for i in range(5000)}, "$ref": "#/$defs/d0"},
        {"$defs": {f"d{i}": {"allOf": [{"$ref": f"#/$defs/d{i + 1}"}]} for i in range(3000)}},
        {"anyOf": [{"$ref": f"#/anyOf/{i + 1}"} for i in range(600)]},
    ):
        with pytest.raises(ApiError) as caught:
            check_schema(schema, PARAM)
        assert caught.value.status == 400


def test_ordinary_patterns_are_taken() -> None:
    for pattern in (
        r"^\d{4}-\d{2}-\d{2}$",
        "^[a-z]{1,64}[.][a-z]{2,64}$",
        "(ab?){0,99}",
        "a{,3}",
        "{",
        "[]a]",
    ):
        check_schema({"pattern": pattern}, PARAM)


def test_subschemas_are_found_with_their_paths() -> None:
    schema = {
        "properties": {"a": {"items": {"const": {"properties": {"no": {}}}}}, "required": {"type": "string"}},
        "$defs": {"d": {"anyOf": [{}, {"type": "null"}]}},
        "required": ["a"],
    }
    assert [path for path, _ in subschemas(schema)] == [
        "",
        ".properties.a",
        ".properties.a.items",
        ".properties.required",
        ".$defs.d",
        ".$defs.d.anyOf[0]",
        ".$defs.d.anyOf[1]",
    ]


def test_objects_that_list_their_properties_are_closed() -> None:
    inner = {"type": "object", "properties": {"b": {}}}
    schema = {"type": "object", "properties": {"a": inner, "c": {"type": "object"}}}
    assert closed(schema) == {
        "type": "object",
        "properties": {"a": {**inner, "additionalProperties": False}, "c": {"type": "object"}},
        "additionalProperties": False,
    }
    optional = {"anyOf": [inner, {"type": "null"}]}
    assert closed(optional)["anyOf"][0]["additionalProperties"] is False


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"a": {}}, "additionalProperties": {"type": "string"}},
        {"properties": {"a": {}}, "patternProperties": {"^x": {}}},
        {"allOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]},
        {"properties": {"a": {}}, "anyOf": [{"properties": {"b": {}}}, {"properties": {"c": {}}}]},
        {"properties": {"a": {}}, "$ref": "#/$defs/x", "$defs": {"x": {"properties": {"b": {}}}}},
    ],
)
def test_objects_that_are_open_or_put_together_stay_as_they_are(schema: dict[str, Any]) -> None:
    assert closed(schema) == schema


RECURSIVE: dict[str, Any] = {"type": "object", "properties": {"child": {"$ref": "#"}}}


def test_recursion_is_fine_unless_it_has_no_end() -> None:
    check_finite(RECURSIVE, PARAM)
    check_finite({"type": "array", "items": {"$ref": "#"}}, PARAM)
    check_finite({**RECURSIVE, "properties": {"child": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}}, PARAM)
    endless: tuple[dict[str, Any], ...] = (
        {**RECURSIVE, "required": ["child"]},
        {"$ref": "#"},
        {"type": "array", "items": {"$ref": "#"}, "minItems": 1},
        {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"},
    )
    for schema in endless:
        with pytest.raises(ApiError, match="without end"):
            check_finite(schema, PARAM)


def test_search_for_an_end_gives_up_in_time() -> None:
    deep: dict[str, Any] = {"$ref": "#/$defs/d0"}
    for _ in range(20):
        deep = {"type": "array", "items": deep, "minItems": 1}
    chained = {
        f"d{i}": {**deep, "items": {"anyOf": [{"$ref": f"#/$defs/d{i + 1}"}, deep]}} for i in range(70)
    }
    check_finite({"$defs": chained, "$ref": "#/$defs/d0"}, PARAM)
    definitions = {f"d{i}": {"anyOf": [{"$ref": f"#/$defs/d{i + 1}"}] * 4} for i in range(40)}
    endless = {"$defs": {**definitions, "d40": {"$ref": "#/$defs/d40"}}, "$ref": "#/$defs/d0"}
    check_finite(endless, PARAM)


@pytest.mark.parametrize(
    ("schema", "where"),
    [
        ({"properties": {"a": {"not": {}}}}, ".properties.a.not"),
        ({"type": "array", "uniqueItems": True}, ".uniqueItems"),
        ({"if": {}, "then": {}}, ".if"),
        (
            {"properties": {"a": {"format": "date"}, "b": {"type": "string", "format": "zip"}}},
            ".properties.b.format",
        ),
        ({"items": {"type": "string", "pattern": "(?=x)"}}, ".items.pattern"),
        ({"properties": {"a": {"$ref": "#/$defs/none"}}}, ".properties.a.$ref"),
        ({"properties": {"a": {"$ref": "http://x/y"}}}, ".properties.a.$ref"),
        ({"properties": {"a": {"type": "text"}}}, ".properties.a.type"),
        ({"oneOf": [{"type": "string"}, {"type": "string", "maxLength": 3}]}, ".oneOf"),
        ({"type": "integer", "minimum": 5, "maximum": 3}, ".minimum"),
        ({"propertyNames": {"pattern": "a"}}, ".propertyNames"),
        ({"dependentRequired": {"a": ["b"]}}, ".dependentRequired"),
        ({"properties": {"a": {}}, "minProperties": 2}, ".minProperties"),
    ],
)
async def test_what_cannot_be_enforced_is_refused_by_keyword_and_place(
    schema: dict[str, Any], where: str
) -> None:
    with pytest.raises(ApiError) as caught:
        await compiled(COMPILER, Source(schema, True, PARAM), None, None)
    assert caught.value.status == 400
    assert caught.value.param == PARAM + where
    assert f"'{where.rpartition('.')[2]}'" in caught.value.message
    assert caught.value.code == "invalid_json_schema"
    assert "json-schema:" not in caught.value.message


def test_reason_without_a_keyword_is_still_told() -> None:
    error = refusal({"type": "object"}, "too large\nfor this", PARAM)
    assert error.param == PARAM
    assert "too large for this" in error.message


async def test_schemas_of_drafts_and_ids_are_taken() -> None:
    for uri in ("http://json-schema.org/draft-07/schema#", "https://example.com/unknown"):
        schema = {"$schema": uri, "$id": "https://example.com/x", "type": "object"}
        assert await compiled(COMPILER, Source(schema, True, PARAM), None, None) is not None
