"""Structured output through the SDK: schemas hold, whatever the model would say."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any, cast

import openai
import pytest
from aiohttp import ClientSession
from hypothesis import given, settings
from hypothesis import strategies as st
from openai import AsyncOpenAI
from openfpga_host.chat_template import ChatTemplate
from openfpga_host.engine import Engine, EngineConfig
from openfpga_host.runner import ModelRunner
from openfpga_server.registry import ServedModel
from pydantic import BaseModel
from support.scripted import TEMPLATES, ScriptRunner, ScriptTokenizer

HELLO: Any = [{"role": "user", "content": "List 3 programming languages"}]
CHAT = "/v1/chat/completions"
LANGUAGES: Any = {
    "type": "json_schema",
    "json_schema": {
        "name": "languages",
        "schema": {
            "type": "object",
            "properties": {"languages": {"type": "array", "items": {"type": "string"}}},
        },
    },
}


@pytest.fixture
def runner() -> ScriptRunner:
    """The device of the served model."""
    return ScriptRunner(max_context=8192, num_blocks=2048)


@pytest.fixture
def model(runner: ScriptRunner, engine_config: EngineConfig) -> Iterator[ServedModel]:
    """The served model, called "m"."""
    engine = Engine(cast(ModelRunner, runner), ScriptTokenizer(), engine_config)
    engine.start()
    template = ChatTemplate({"default": TEMPLATES["json"]}, {"bos_token": "<|bos|>"})
    yield ServedModel(id="m", engine=engine, template=template)
    engine.close()


def schema_format(schema: dict[str, Any], **more: Any) -> Any:
    """A `response_format` with a schema."""
    return {"type": "json_schema", "json_schema": {"name": "x", "schema": schema, **more}}


async def both(client: AsyncOpenAI, **arguments: Any) -> tuple[str | None, str]:
    """(content, finish reason) of an answer; asserts that its stream gives the same."""
    arguments = {"model": "m", "messages": HELLO, "temperature": 0, **arguments}
    answer = (await client.chat.completions.create(**arguments)).choices[0]
    chunks = [c async for c in await client.chat.completions.create(**arguments, stream=True)]
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert text == answer.message.content
    assert chunks[-1].choices[0].finish_reason == answer.finish_reason
    return answer.message.content, answer.finish_reason


async def test_answer_by_schema(client: AsyncOpenAI, runner: ScriptRunner) -> None:
    said = '{"languages": ["Rust", "Löve", "C"]}'
    runner.say(said)
    assert await both(client, response_format=LANGUAGES) == (said, "stop")


async def test_schema_holds_whatever_the_model_would_say(client: AsyncOpenAI, runner: ScriptRunner) -> None:
    runner.say("I'd rather not.")
    schema = {
        "type": "object",
        "properties": {"a": {"type": "string", "pattern": "^[x-z]{3}$"}, "b": {"enum": [True, None]}},
        "required": ["a", "b"],
    }
    for temperature in (0, 2):
        text, reason = await both(
            client, response_format=schema_format(schema, strict=True), temperature=temperature, seed=1
        )
        assert text is not None
        value = json.loads(text)
        assert set(value["a"]) <= set("xyz")
        assert value["b"] in (True, None)
        assert reason == "stop"


async def test_json_object_is_any_object(client: AsyncOpenAI, runner: ScriptRunner) -> None:
    for said in ('{"a": [1, {"b": null}], "c": "d"}', "{}", '{\n  "x": 1.5e3\n}'):
        runner.say(said)
        assert await both(client, response_format={"type": "json_object"}) == (said, "stop")
    runner.say("[1]")
    text, _ = await both(client, response_format={"type": "json_object"}, max_tokens=9)
    assert text is not None
    assert text.startswith("{")


async def test_text_format_is_free(client: AsyncOpenAI, runner: ScriptRunner) -> None:
    runner.say("Free.")
    assert await both(client, response_format={"type": "text"}) == ("Free.", "stop")


async def test_json_cut_by_its_limit_ends_with_length(client: AsyncOpenAI, runner: ScriptRunner) -> None:
    runner.say('{"languages": ["Rust"]}')
    for limit in range(1, 23):
        text, reason = await both(client, response_format=LANGUAGES, max_tokens=limit)
        assert (text, reason) == ('{"languages": ["Rust"]}'[:limit], "length")
    assert await both(client, response_format=LANGUAGES, max_tokens=23) == ('{"languages": ["Rust"]}', "stop")


async def test_model_is_told_the_schema(client: AsyncOpenAI, runner: ScriptRunner) -> None:
    runner.say("{}")

    async def prompt(**arguments: Any) -> str:
        runner.batches.clear()
        await client.chat.completions.create(model="m", temperature=0, **arguments)
        ids = [int(token) for batch in runner.batches for token in batch]
        return bytes(i for i in ids if i < 256).decode()

    asked = await prompt(
        messages=[{"role": "system", "content": "Be kind."}, *HELLO], response_format=LANGUAGES
    )
    assert asked.startswith('Be kind.\n\nAnswer with JSON that matches this schema: {"type": "object"')
    form: Any = {"type": "json_object"}
    assert (await prompt(messages=HELLO, response_format=form)).startswith("Answer only in JSON.")
    named: Any = [{"role": "user", "content": "Languages as JSON"}]
    assert (await prompt(messages=named, response_format=form)).startswith("Languages as JSON")


class Step(BaseModel):
    """A step of a recipe, with steps of its own."""

    what: str
    minutes: int | None
    parts: list[Step]


async def test_sdk_parses_a_recursive_class(client: AsyncOpenAI, runner: ScriptRunner) -> None:
    runner.say('{"what":"a","minutes":3,"parts":[{"what":"b","minutes":null,"parts":[]}]}')
    answer = await client.chat.completions.parse(
        model="m", messages=HELLO, response_format=Step, temperature=0
    )
    parsed = answer.choices[0].message.parsed
    assert parsed == Step(what="a", minutes=3, parts=[Step(what="b", minutes=None, parts=[])])
    async with client.chat.completions.stream(
        model="m", messages=HELLO, response_format=Step, temperature=0
    ) as stream:
        assert (await stream.get_final_completion()).choices[0].message.parsed == parsed


async def test_sdk_raises_for_a_parsed_answer_that_is_cut(client: AsyncOpenAI, runner: ScriptRunner) -> None:
    runner.say('{"what":"a","minutes":3,"parts":[]}')
    with pytest.raises(openai.LengthFinishReasonError):
        await client.chat.completions.parse(
            model="m", messages=HELLO, response_format=Step, temperature=0, max_tokens=9
        )


# llguidance wants U+007F escaped, which JSON does not.
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x7f"), max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


def random_objects(count: int) -> list[str]:
    """Texts of JSON objects, each a different one."""
    texts: list[str] = []

    @settings(max_examples=count, database=None, derandomize=True)
    @given(value=st.dictionaries(TEXT, VALUES, max_size=3), indent=st.sampled_from([None, 2]))
    def draw(value: dict[str, Any], indent: int | None) -> None:
        texts.append(json.dumps(value, ensure_ascii=False, indent=indent))

    draw()
    return texts


async def test_any_json_of_the_model_streams_as_it_is(client: AsyncOpenAI, runner: ScriptRunner) -> None:
    for said in random_objects(12):
        runner.say(said)
        assert await both(client, response_format={"type": "json_object"}) == (said, "stop")


async def test_answers_in_one_batch_equal_those_alone(client: AsyncOpenAI, runner: ScriptRunner) -> None:
    runner.say('{"languages": ["Rust"]}')
    alone = await both(client, response_format=LANGUAGES)
    several = await asyncio.gather(*(both(client, response_format=LANGUAGES) for _ in range(5)))
    assert several == [alone] * 5


SCHEMA = "response_format.json_schema.schema"
REFUSED: list[tuple[Any, str]] = [
    ({"type": "xml"}, "response_format.type"),
    ({"type": "json_schema"}, "response_format.json_schema"),
    ({"type": "json_schema", "json_schema": {"schema": {}}}, "response_format.json_schema.name"),
    (
        {"type": "json_schema", "json_schema": {"name": "a b", "schema": {}}},
        "response_format.json_schema.name",
    ),
    (
        schema_format({"properties": {"a": {"not": {}}}}),
        SCHEMA + ".properties.a.not",
    ),
    (schema_format({"$ref": "#"}), SCHEMA + ".$ref"),
    (schema_format({"type": "object", "properties": {"a": 3}}), SCHEMA),
    (
        {"type": "json_schema", "json_schema": {"name": "x", "schema": []}},
        "response_format.json_schema.schema",
    ),
]


@pytest.mark.parametrize(("form", "param"), REFUSED)
async def test_what_cannot_be_enforced_is_400_by_name(http: ClientSession, form: Any, param: str) -> None:
    async with http.post(CHAT, json={"model": "m", "messages": HELLO, "response_format": form}) as response:
        assert response.status == 400
        assert (await response.json())["error"]["param"] == param


def _deep(levels: int) -> bytes:
    schema = b'{"type": "object", "properties": {"a": ' * levels + b"{}" + b"}}" * levels
    return b'{"type": "json_schema", "json_schema": {"name": "x", "schema": ' + schema + b"}}"


NEXT = [{"$ref": f"#/$defs/d{i + 1}"} for i in range(30)]
HOSTILE: dict[str, bytes] = {
    "deep": _deep(5000),
    "deeper than the parser": _deep(20_000),
    "wide": json.dumps(schema_format({"enum": list(range(100_000))})).encode(),
    "branches": json.dumps(
        schema_format(
            {
                "allOf": [
                    {"anyOf": [{"type": "object", "properties": {f"a{i}{j}": {}}} for j in range(10)]}
                    for i in range(8)
                ]
            }
        )
    ).encode(),
    "references": json.dumps(
        schema_format(
            {
                "$defs": {
                    f"d{i}": {
                        "anyOf": [{"$ref": f"#/$defs/d{i + 1}"}, {"allOf": [{"$ref": f"#/$defs/d{i + 1}"}]}]
                    }
                    for i in range(30)
                },
                "$ref": "#/$defs/d0",
            }
        )
    ).encode(),
    "properties": json.dumps(
        schema_format({"anyOf": [{"properties": {f"p{i}": {} for i in range(400)}}] * 6})
    ).encode(),
    "repetitions": json.dumps(
        schema_format({"type": "string", "pattern": "((a{1000}){1000}){1000}"})
    ).encode(),
    "surrogates": b'{"type": "json_schema", "json_schema": {"name": "x", "schema": {"enum": ["\\ud800"]}}}',
    "bad UTF-8": b'{"type": "json_schema", "json_schema": {"name": "x", "schema": {"enum": ["\xff"]}}}',
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_schemas_are_refused_and_nobody_else_waits(
    http: ClientSession, client: AsyncOpenAI, runner: ScriptRunner, name: str
) -> None:
    runner.say("a" * 2000)
    runner.pace = 1e-3
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.005)
            longest = max(longest, time.perf_counter() - before)

    watching = asyncio.create_task(watch())
    stream = await client.chat.completions.create(model="m", messages=HELLO, stream=True, max_tokens=60)
    body = (
        b'{"model": "m", "messages": [{"role": "user", "content": "x"}], "response_format": '
        + HOSTILE[name]
        + b"}"
    )
    async with http.post(CHAT, data=body, headers={"Content-Type": "application/json"}) as response:
        assert response.status == 400, await response.text()
    text = "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
    watching.cancel()
    assert text == "a" * 60
    assert longest < 3


async def test_pattern_that_explodes_ends_its_own_request_only(
    http: ClientSession, client: AsyncOpenAI, runner: ScriptRunner
) -> None:
    runner.say('"' + "a" * 200)
    form = schema_format({"type": "string", "pattern": "^(.*a.{100}){5}$"})
    body = {"model": "m", "messages": HELLO, "response_format": form}
    async with http.post(CHAT, json=body) as response:
        assert response.status == 400
        assert (await response.json())["error"]["code"] == "invalid_json_schema"
    async with http.post(CHAT, json={**body, "stream": True}) as response:
        text = await response.text()
        assert response.status == 400 or "invalid_json_schema" in text
    runner.say("fine")
    assert await both(client) == ("fine", "stop")
