"""Tools and structured output with the demonstration model on the compiled HLS kernels, through the SDK."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from openai import AsyncOpenAI
from openai.lib._parsing import type_to_response_format_param
from openfpga_host.chat_template import load_chat_template
from openfpga_host.engine import Engine
from openfpga_host.runner import ModelRunner
from openfpga_host.tokenizer import load_tokenizer
from openfpga_server.registry import ServedModel
from pydantic import BaseModel

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
TIMER: Any = {
    "type": "function",
    "function": {
        "name": "set_timer",
        "description": "Set a timer.",
        "parameters": {
            "type": "object",
            "properties": {"minutes": {"type": "integer"}},
            "required": ["minutes"],
        },
    },
}
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


@pytest.fixture(scope="module")
def card(demo_image: Path) -> Iterator[ModelRunner]:
    """The demonstration model on the HLS kernels, for all tests."""
    with closing(ModelRunner.open(demo_image, "csim")) as opened:
        yield opened


@pytest.fixture
def model(card: ModelRunner) -> Iterator[ServedModel]:
    """The served model, called "demo", with an engine of its own: a server that stops drains it."""
    engine = Engine(card, load_tokenizer(card.image.files))
    engine.start()
    yield ServedModel(id="demo", engine=engine, template=load_chat_template(card.image.files))
    engine.close()


def user(text: str) -> Any:
    """A conversation of one message."""
    return [{"role": "user", "content": text}]


async def ask(client: AsyncOpenAI, **arguments: Any) -> Any:
    """The first choice of a greedy answer."""
    answer = await client.chat.completions.create(model="demo", temperature=0, **arguments)
    return answer.choices[0]


@pytest.mark.parametrize(
    "choice", ["auto", "required", {"type": "function", "function": {"name": "get_weather"}}]
)
async def test_weather_question_calls_get_weather(client: AsyncOpenAI, choice: Any) -> None:
    answer = await ask(
        client, messages=user("What's the weather in SF?"), tools=[WEATHER], tool_choice=choice
    )
    assert answer.finish_reason == "tool_calls"
    assert answer.message.content is None
    (call,) = answer.message.tool_calls
    assert call.function.name == "get_weather"
    assert json.loads(call.function.arguments) == {"location": "SF"}


async def test_right_one_of_two_tools_is_called(client: AsyncOpenAI) -> None:
    answer = await ask(client, messages=user("Set a timer for 15 minutes."), tools=[WEATHER, TIMER])
    (call,) = answer.message.tool_calls
    assert (call.function.name, json.loads(call.function.arguments)) == ("set_timer", {"minutes": 15})


async def test_joke_is_told_although_there_are_tools(client: AsyncOpenAI) -> None:
    answer = await ask(client, messages=user("Tell me a joke."), tools=[WEATHER])
    assert answer.finish_reason == "stop"
    assert answer.message.tool_calls is None
    assert len(answer.message.content) > 20


async def test_answer_uses_the_result_of_the_call(client: AsyncOpenAI) -> None:
    question = user("What's the weather in SF?")
    called = await ask(client, messages=question, tools=[WEATHER])
    result = {
        "role": "tool",
        "tool_call_id": called.message.tool_calls[0].id,
        "content": '{"temperature": 18, "condition": "sunny"}',
    }
    answer = await ask(client, messages=[*question, called.message.model_dump(), result], tools=[WEATHER])
    assert answer.finish_reason == "stop"
    assert "sunny" in answer.message.content
    assert "18" in answer.message.content


async def test_languages_come_as_json_by_the_schema(client: AsyncOpenAI) -> None:
    answer = await ask(client, messages=user("List 3 programming languages"), response_format=LANGUAGES)
    value = json.loads(answer.message.content)
    assert set(value) == {"languages"}
    assert len(value["languages"]) >= 2
    assert all(value["languages"])


class Person(BaseModel):
    """What is to be found in a text."""

    name: str
    age: int


async def test_sdk_parses_a_class(client: AsyncOpenAI) -> None:
    messages = user("Extract the data: Bob Miller is 34 years old.")
    answer = await client.chat.completions.parse(
        model="demo", messages=messages, response_format=Person, temperature=0
    )
    assert answer.choices[0].message.parsed == Person(name="Bob Miller", age=34)


async def test_schema_holds_for_every_sampled_choice(client: AsyncOpenAI) -> None:
    answer = await client.chat.completions.create(
        model="demo",
        messages=user("Tell me about Ann, who is 7 years old."),
        response_format=type_to_response_format_param(Person),
        temperature=2,
        seed=5,
        n=8,
    )
    people = [Person.model_validate_json(choice.message.content or "") for choice in answer.choices]
    assert len(set(map(repr, people))) > 1


async def test_forced_calls_are_valid_when_sampled_hot(client: AsyncOpenAI) -> None:
    answer = await client.chat.completions.create(
        model="demo",
        messages=user("Tell me a story."),
        tools=[WEATHER, TIMER],
        tool_choice="required",
        temperature=2,
        seed=3,
        n=6,
        max_tokens=300,
    )
    for choice in answer.choices:
        assert choice.finish_reason == "tool_calls"
        for call in choice.message.tool_calls or []:
            arguments = json.loads(call.function.arguments)  # type: ignore[union-attr]
            assert set(arguments) in ({"location"}, {"minutes"})


ASKED: list[dict[str, Any]] = [
    {"messages": user("What's the weather in Paris?"), "tools": [WEATHER]},
    {"messages": user("What's the weather in Paris?"), "tools": [WEATHER], "tool_choice": "none"},
    {"messages": user("Hello!"), "tools": [WEATHER, TIMER]},
    {"messages": user("Set a timer for 3 minutes"), "tools": [TIMER], "max_tokens": 14},
    {"messages": user("Name four fruits"), "response_format": LANGUAGES},
    {"messages": user("Name four fruits as JSON"), "response_format": {"type": "json_object"}},
    {"messages": user("Name four fruits"), "response_format": LANGUAGES, "tools": [WEATHER]},
    {"messages": user("Name four fruits"), "response_format": LANGUAGES, "max_tokens": 5},
    {"messages": user("What is an FPGA?"), "stop": [" a", "ed"]},
    {"messages": user("What is an FPGA?"), "max_tokens": 30, "logprobs": True},
]


@pytest.mark.parametrize("arguments", ASKED)
async def test_concatenated_stream_equals_the_whole_answer(
    client: AsyncOpenAI, arguments: dict[str, Any]
) -> None:
    whole = await ask(client, **arguments)
    text: str | None = None
    calls: list[list[str]] = []
    reason = None
    stream = await client.chat.completions.create(model="demo", temperature=0, stream=True, **arguments)
    async for chunk in stream:
        (choice,) = chunk.choices
        text = text if choice.delta.content is None else (text or "") + choice.delta.content
        for delta in choice.delta.tool_calls or []:
            if delta.function.name is not None:
                calls.append([delta.function.name, ""])
            calls[delta.index][1] += delta.function.arguments or ""
        reason = choice.finish_reason or reason
    assert text == whole.message.content
    assert calls == [[c.function.name, c.function.arguments] for c in whole.message.tool_calls or []]
    assert reason == whole.finish_reason
