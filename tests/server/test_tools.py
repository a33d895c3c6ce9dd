"""Tool calls through the SDK, with a model that writes them in every format."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, cast

import openai
import pytest
from aiohttp import ClientSession
from openai import AsyncOpenAI
from openfpga_host.chat_template import ChatTemplate
from openfpga_host.engine import Engine, EngineConfig
from openfpga_host.runner import ModelRunner
from openfpga_server.registry import ServedModel
from pydantic import BaseModel
from support.scripted import TEMPLATES, ScriptRunner, ScriptTokenizer

HELLO: Any = [{"role": "user", "content": "What's the weather in SF?"}]
WEATHER: Any = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Get current weather for a location",
        "parameters": {
            "type": "object",
            "properties": {"location": {"type": "string", "description": "City name"}},
            "required": ["location"],
        },
    },
}
TIME: Any = {"type": "function", "function": {"name": "get_time"}}
SF = '{"location": "SF ☀"}'
SAID = {
    "json": f'{{"name": "get_weather", "parameters": {SF}}}',
    "tagged": f'<tool_call>\n{{"name": "get_weather", "arguments": {SF}}}\n</tool_call>',
    "list": f'[TOOL_CALLS][{{"name": "get_weather", "arguments": {SF}}}]',
    "named": f"[TOOL_CALLS]get_weather[ARGS]{SF}",
}
TWO = {
    "tagged": f'Look:\n\n{SAID["tagged"]}\n<tool_call>{{"name": "get_time", "arguments": {{}}}}</tool_call>',
    "list": f'Look:{SAID["list"][:-1]}, {{"name": "get_time", "arguments": {{}}}}]',
    "named": f"Look:{SAID['named']}[TOOL_CALLS]get_time[ARGS]{{}}",
}


@pytest.fixture(params=list(TEMPLATES))
def kind(request: pytest.FixtureRequest) -> str:
    """The format of the served model."""
    return str(request.param)


@pytest.fixture
def runner() -> ScriptRunner:
    """The device of the served model."""
    return ScriptRunner()


@pytest.fixture
def model(runner: ScriptRunner, kind: str, engine_config: EngineConfig) -> Iterator[ServedModel]:
    """The served model, called "m"."""
    engine = Engine(cast(ModelRunner, runner), ScriptTokenizer(), engine_config)
    engine.start()
    text = TEMPLATES.get(kind, "{% for m in messages %}{{ m.content }}{% endfor %}<|assistant|>")
    template = ChatTemplate({"default": text}, {"bos_token": "<|bos|>"})
    yield ServedModel(id="m", engine=engine, template=template)
    engine.close()


async def both(client: AsyncOpenAI, **arguments: Any) -> Any:
    """The message and finish reason of an answer; asserts that its stream gives the same."""
    arguments = {"model": "m", "messages": HELLO, "temperature": 0, "tools": [WEATHER, TIME], **arguments}
    answer = (await client.chat.completions.create(**arguments)).choices[0]
    content: str | None = None
    calls: list[dict[str, Any]] = []
    reasons = []
    async for chunk in await client.chat.completions.create(**arguments, stream=True):
        (choice,) = chunk.choices
        content = content if choice.delta.content is None else (content or "") + choice.delta.content
        for delta in choice.delta.tool_calls or []:
            if delta.id is not None:
                assert delta.index == len(calls)
                assert delta.type == "function"
                assert delta.function is not None
                calls.append({"name": delta.function.name, "arguments": ""})
            else:
                assert delta.function is not None
                assert delta.function.name is None
            assert delta.index == len(calls) - 1
            calls[delta.index]["arguments"] += delta.function.arguments
        if choice.finish_reason:
            reasons.append(choice.finish_reason)
    assert reasons == [answer.finish_reason]
    assert content == answer.message.content
    assert calls == [
        {"name": call.function.name, "arguments": call.function.arguments}
        for call in answer.message.tool_calls or []
    ]
    return answer


async def test_call_is_delivered_as_a_call(client: AsyncOpenAI, runner: ScriptRunner, kind: str) -> None:
    runner.say(SAID[kind])
    for choice in ("auto", "required", {"type": "function", "function": {"name": "get_weather"}}):
        answer = await both(client, tool_choice=choice)
        assert answer.finish_reason == "tool_calls"
        assert answer.message.content is None
        (call,) = answer.message.tool_calls
        assert call.id.startswith("call_")
        assert call.type == "function"
        assert call.function.name == "get_weather"
        assert call.function.arguments == SF


async def test_text_stays_text_where_the_model_is_free(client: AsyncOpenAI, runner: ScriptRunner) -> None:
    runner.say('It is {"fine"}, [really] <so>.')
    answer = await both(client)
    assert answer.message.content == 'It is {"fine"}, [really] <so>.'
    assert answer.message.tool_calls is None
    assert answer.finish_reason == "stop"


@pytest.mark.parametrize("kind", list(TWO), indirect=True)
async def test_parallel_calls_keep_their_order(client: AsyncOpenAI, runner: ScriptRunner, kind: str) -> None:
    runner.say(TWO[kind])
    answer = await both(client)
    assert answer.message.content == "Look:"
    assert [(call.function.name, call.function.arguments) for call in answer.message.tool_calls] == [
        ("get_weather", SF),
        ("get_time", "{}"),
    ]
    assert len({call.id for call in answer.message.tool_calls}) == 2
    one = await both(client, parallel_tool_calls=False)
    assert len(one.message.tool_calls) == 1


async def test_forced_model_calls_whatever_it_would_say(client: AsyncOpenAI, runner: ScriptRunner) -> None:
    runner.say("No, I will not.")
    named = {"type": "function", "function": {"name": "get_time"}}
    allowed = {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": [named]}}
    for choice in (named, allowed):
        answer = await both(client, tool_choice=choice, parallel_tool_calls=False)
        (call,) = answer.message.tool_calls
        assert call.function.name == "get_time"
        assert json.loads(call.function.arguments) == {}
        assert answer.finish_reason == "tool_calls"
    answer = await both(client, tool_choice="required", max_tokens=900)
    assert {call.function.name for call in answer.message.tool_calls} <= {"get_time", "get_weather"}


async def test_arguments_follow_the_schema_in_every_mode(
    client: AsyncOpenAI, runner: ScriptRunner, kind: str
) -> None:
    schema = {
        "type": "object",
        "properties": {"n": {"enum": [7]}},
        "required": ["n"],
        "additionalProperties": False,
    }
    tool = {"type": "function", "function": {"name": "f", "parameters": schema, "strict": True}}
    said = SAID[kind].replace("get_weather", "f").replace(SF, '{"place": 1}')
    runner.say(said)
    for choice in ("auto", "required"):
        answer = await both(client, tools=[tool], tool_choice=choice)
        assert json.loads(answer.message.tool_calls[0].function.arguments) == {"n": 7}


async def test_unknown_function_is_text_or_impossible(
    client: AsyncOpenAI, runner: ScriptRunner, kind: str
) -> None:
    runner.say(SAID[kind].replace("get_weather", "launch_rocket"))
    answer = await both(client, max_tokens=300)
    assert all(call.function.name != "launch_rocket" for call in answer.message.tool_calls or [])
    if kind == "json":
        assert answer.message.content == SAID[kind].replace("get_weather", "launch_rocket")


async def test_call_cut_by_its_limit_ends_with_length(
    client: AsyncOpenAI, runner: ScriptRunner, kind: str
) -> None:
    runner.say(SAID[kind])
    tokens = len(ScriptTokenizer().encode(SAID[kind].partition("SF")[0] + "SF", special=True))
    answer = await both(client, max_tokens=tokens)
    assert answer.finish_reason == "length"
    assert answer.message.tool_calls[0].function.arguments == '{"location": "SF'
    for limit in range(1, tokens, 5):
        cut = await both(client, max_tokens=limit, tool_choice="required")
        assert cut.finish_reason == "length"
        assert not cut.message.content


async def test_call_cut_by_a_stop_string_is_no_call_to_be_made(
    client: AsyncOpenAI, runner: ScriptRunner, kind: str
) -> None:
    runner.say(SAID[kind])
    answer = await both(client, stop="SF")
    assert answer.message.tool_calls[0].function.arguments == '{"location": "'
    assert answer.finish_reason == "stop"


async def test_tools_are_hidden_with_none(client: AsyncOpenAI, runner: ScriptRunner) -> None:
    runner.say("Hello.")
    hidden = await client.chat.completions.create(
        model="m", messages=HELLO, tools=[WEATHER], tool_choice="none", temperature=0
    )
    plain = await client.chat.completions.create(model="m", messages=HELLO, temperature=0)
    assert hidden.usage is not None
    assert plain.usage is not None
    assert hidden.usage.prompt_tokens == plain.usage.prompt_tokens
    assert hidden.choices[0].message.content == "Hello."


async def test_sdk_stream_helper_sees_the_call(client: AsyncOpenAI, runner: ScriptRunner, kind: str) -> None:
    runner.say(SAID[kind])
    events: list[Any] = []
    strict = {"type": "function", "function": {**WEATHER["function"], "strict": True}}
    async with client.chat.completions.stream(
        model="m", messages=HELLO, tools=[strict], temperature=0
    ) as stream:
        events += [event async for event in stream]
        final = await stream.get_final_completion()
    pieces = [e.arguments_delta for e in events if e.type == "tool_calls.function.arguments.delta"]
    assert pieces
    assert "".join(pieces) == SF
    (done,) = [e for e in events if e.type == "tool_calls.function.arguments.done"]
    assert (done.name, done.arguments) == ("get_weather", SF)
    message = final.choices[0].message
    assert message.content is None
    assert message.tool_calls is not None
    assert message.tool_calls[0].function.arguments == SF


class Place(BaseModel):
    """Arguments of a tool made from a class."""

    location: str


async def test_sdk_parses_arguments_of_a_strict_tool(
    client: AsyncOpenAI, runner: ScriptRunner, kind: str
) -> None:
    runner.say(SAID[kind].replace("get_weather", "Place"))
    answer = await client.chat.completions.parse(
        model="m", messages=HELLO, tools=[openai.pydantic_function_tool(Place)], temperature=0
    )
    assert answer.choices[0].message.tool_calls is not None
    parsed = answer.choices[0].message.tool_calls[0].function.parsed_arguments
    assert parsed == Place(location="SF ☀")


async def test_calls_and_results_go_back_into_the_template(
    client: AsyncOpenAI, runner: ScriptRunner, kind: str
) -> None:
    runner.say(SAID[kind])
    answer = await both(client)
    runner.say("It is sunny.")
    call = answer.message.tool_calls[0]
    messages = [
        *HELLO,
        answer.message.model_dump(),
        {"role": "tool", "tool_call_id": call.id, "content": [{"type": "text", "text": "sunny"}]},
    ]
    runner.batches.clear()
    final = await both(client, messages=messages)
    assert final.message.content == "It is sunny."
    prompt = b"".join(bytes([t]) for batch in runner.batches for t in batch.tolist() if t < 256).decode()
    assert f"get_weather {SF}>" in prompt
    assert "sunny" in prompt
    ids = {word for word in prompt.replace("<", " ").split() if word in (call.id,)}
    assert bool(ids) == (kind in ("json", "tagged"))


async def test_log_probabilities_come_with_calls_too(
    client: AsyncOpenAI, runner: ScriptRunner, kind: str
) -> None:
    runner.say(SAID[kind])
    answer = await both(client, logprobs=True, top_logprobs=1)
    assert answer.logprobs is not None
    assert len(answer.logprobs.content) >= len(SF)


async def test_every_choice_has_its_own_calls(client: AsyncOpenAI, runner: ScriptRunner, kind: str) -> None:
    runner.say(SAID[kind])
    answer = await client.chat.completions.create(
        model="m", messages=HELLO, tools=[WEATHER], temperature=0, n=3
    )
    ids = {call.id for choice in answer.choices for call in choice.message.tool_calls or []}
    assert len(ids) == 3


@pytest.mark.parametrize("kind", ["json"], indirect=True)
async def test_strict_is_no_concern_of_the_model(client: AsyncOpenAI, runner: ScriptRunner) -> None:
    runner.say("Hi.")
    counts = set()
    for strict in (True, False, None):
        tool = {"type": "function", "function": {"name": "f", "strict": strict}}
        answer = await client.chat.completions.create(model="m", messages=HELLO, tools=[tool])  # type: ignore[list-item]
        assert answer.usage is not None
        counts.add(answer.usage.prompt_tokens)
    assert len(counts) == 1


@pytest.mark.parametrize("kind", ["none"], indirect=True)
async def test_tools_of_a_model_without_a_form_for_them_are_refused(
    client: AsyncOpenAI, runner: ScriptRunner, kind: str
) -> None:
    assert kind == "none"
    runner.say("Hi.")
    with pytest.raises(openai.BadRequestError, match="chat template does not describe tools"):
        await client.chat.completions.create(model="m", messages=HELLO, tools=[WEATHER])
    answer = await client.chat.completions.create(
        model="m", messages=HELLO, tools=[WEATHER], tool_choice="none", temperature=0
    )
    assert answer.choices[0].message.content == "Hi."


INVALID: list[tuple[dict[str, Any], str]] = [
    ({"tool_choice": "sometimes"}, "tool_choice"),
    ({"tool_choice": {"type": "function"}}, "tool_choice.function.name"),
    ({"tool_choice": {"type": "function", "function": {"name": "x"}}}, "tool_choice.function.name"),
    ({"tool_choice": {"type": "allowed_tools"}}, "tool_choice.allowed_tools"),
    (
        {"tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": []}}},
        "tool_choice.allowed_tools.tools",
    ),
    ({"tool_choice": {"type": "custom", "custom": {"name": "x"}}}, "tool_choice"),
    ({"tools": [{"type": "custom", "custom": {"name": "x"}}]}, "tools[0].type"),
    ({"tools": [WEATHER, WEATHER]}, "tools"),
    ({"tools": [WEATHER] * 129}, "tools"),
    ({"tools": [{"type": "function", "function": {"name": "a b"}}]}, "tools[0].function.name"),
    (
        {"tools": [{"type": "function", "function": {"name": "f", "parameters": []}}]},
        "tools[0].function.parameters",
    ),
    (
        {"tools": [{"type": "function", "function": {"name": "f", "strict": "yes"}}]},
        "tools[0].function.strict",
    ),
    (
        {
            "tools": [
                {
                    "type": "function",
                    "function": {
                        "name": "f",
                        "strict": True,
                        "parameters": {"properties": {"a": {"not": {}}}},
                    },
                }
            ]
        },
        "tools[0].function.parameters.properties.a.not",
    ),
]


@pytest.mark.parametrize("kind", ["json"], indirect=True)
@pytest.mark.parametrize(("fields", "param"), INVALID)
async def test_malformed_tools_are_refused(url: str, fields: dict[str, Any], param: str) -> None:
    body = {"model": "m", "messages": HELLO, "tools": [WEATHER], **fields}
    async with ClientSession(url) as http, http.post("/v1/chat/completions", json=body) as response:
        assert response.status == 400
        assert (await response.json())["error"]["param"] == param
