"""Responses through the OpenAI SDK and its stream helper."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest
from aiohttp import ClientSession
from openai import AsyncOpenAI
from openai.types.responses import ResponseOutputMessage, ResponseOutputText
from support.alphabet import AlphabetRunner

FORMAT_OF_MESSAGES = {
    "type": "json_schema",
    "name": "x",
    "schema": {"type": "object", "properties": {"messages": {"not": {}}}},
}
F = {"type": "function", "name": "f", "parameters": {"type": "object", "properties": {}}}


async def test_response_has_openai_shape(client: AsyncOpenAI) -> None:
    answer = await client.responses.create(
        model="alphabet",
        input="hi",
        instructions="Recite.",
        temperature=0,
        top_p=0.5,
        max_output_tokens=4,
        metadata={"trace": "7"},
        user="somebody",
    )
    assert answer.id.startswith("resp_")
    assert answer.object == "response"
    assert answer.model == "alphabet"
    assert answer.output_text == "abcd"
    assert answer.status == "incomplete"
    assert answer.incomplete_details is not None
    assert answer.incomplete_details.reason == "max_output_tokens"
    assert answer.error is None
    assert answer.instructions == "Recite."
    assert (answer.temperature, answer.top_p, answer.max_output_tokens) == (0, 0.5, 4)
    assert answer.metadata == {"trace": "7"}
    assert answer.store is False
    assert answer.parallel_tool_calls is True
    assert answer.tool_choice == "auto"
    [message] = answer.output
    assert isinstance(message, ResponseOutputMessage)
    assert (message.role, message.status, message.id[:4]) == ("assistant", "incomplete", "msg_")
    assert answer.usage is not None
    assert answer.usage.output_tokens == 4
    assert answer.usage.total_tokens == answer.usage.input_tokens + 4
    assert answer.usage.input_tokens_details.cached_tokens == 0
    assert answer.usage.output_tokens_details.reasoning_tokens == 0


async def test_same_conversation_as_chat_completions_gets_the_same_answer(client: AsyncOpenAI) -> None:
    chat = await client.chat.completions.create(
        model="alphabet",
        messages=[
            {"role": "system", "content": "sys"},
            {"role": "user", "content": "one\ntwo"},
            {"role": "assistant", "content": "three"},
            {"role": "user", "content": "four"},
        ],
        temperature=0,
        max_tokens=3,
    )
    answer = await client.responses.create(
        model="alphabet",
        instructions="sys",
        input=[
            {
                "type": "message",
                "role": "user",
                "content": [{"type": "input_text", "text": "one"}, {"type": "input_text", "text": "two"}],
            },
            {"type": "reasoning", "id": "rs_1", "summary": []},
            {
                "type": "message",
                "id": "msg_1",
                "role": "assistant",
                "status": "completed",
                "content": [{"type": "output_text", "text": "three", "annotations": []}],
            },
            {"role": "user", "content": "four"},
        ],
        temperature=0,
        max_output_tokens=3,
        store=True,
    )
    assert answer.output_text == chat.choices[0].message.content
    assert answer.usage is not None
    assert chat.usage is not None
    assert answer.usage.input_tokens == chat.usage.prompt_tokens


async def test_output_can_be_sent_back_as_input(client: AsyncOpenAI) -> None:
    first = await client.responses.create(model="alphabet", input="hi", max_output_tokens=4, temperature=0)
    history: list[Any] = [{"role": "user", "content": "hi"}, *first.output, {"role": "user", "content": "on"}]
    second = await client.responses.create(
        model="alphabet", input=history, max_output_tokens=2, temperature=0
    )
    assert second.output_text == "ab"


async def test_events_come_in_the_order_the_api_documents(http: ClientSession) -> None:
    body = {"model": "alphabet", "input": "hi", "max_output_tokens": 3, "temperature": 0, "stream": True}
    async with http.post("/v1/responses", json=body) as response:
        assert response.content_type == "text/event-stream"
        frames = (await response.read()).decode().split("\n\n")
    assert frames.pop() == ""
    events: list[dict[str, Any]] = []
    for frame in frames:
        name, data = frame.split("\n")
        events.append(json.loads(data.removeprefix("data: ")))
        assert name == f"event: {events[-1]['type']}"
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    kinds = [event["type"].removeprefix("response.") for event in events]
    deltas = kinds.count("output_text.delta")
    assert kinds == [
        "created",
        "in_progress",
        "output_item.added",
        "content_part.added",
        *["output_text.delta"] * deltas,
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "incomplete",
    ]
    assert events[0]["response"]["status"] == "in_progress"
    assert events[0]["response"]["output"] == []
    assert events[2]["item"]["content"] == []
    assert events[3]["part"]["text"] == ""
    assert "".join(e["delta"] for e in events if e["type"].endswith("text.delta")) == "abc"
    final = events[-1]["response"]
    assert final["output"] == [events[-2]["item"]]
    assert final["output"][0]["content"] == [events[-3]["part"]]
    assert final["usage"]["output_tokens"] == 3
    items = {event["item_id"] for event in events if "item_id" in event}
    assert items == {final["output"][0]["id"]}


async def test_stream_helper_gives_the_whole_answer(client: AsyncOpenAI, runner: AlphabetRunner) -> None:
    """It ends with a token of its own here, since the helper knows of completed responses only."""
    runner.successor = lambda token: 257 if token == ord("d") else AlphabetRunner.successor(token)  # type: ignore[method-assign]
    whole = await client.responses.create(model="alphabet", input="hi", temperature=0)
    assert whole.status == "completed"
    text = ""
    async with client.responses.stream(model="alphabet", input="hi", temperature=0) as stream:
        async for event in stream:
            if event.type == "response.output_text.delta":
                text += event.delta
        final = await stream.get_final_response()
    assert text == final.output_text == whole.output_text == "abcd"
    assert final.usage == whole.usage


@pytest.mark.parametrize("stream", [False, True])
async def test_log_probabilities_belong_to_the_text(client: AsyncOpenAI, stream: bool) -> None:
    arguments: dict[str, Any] = {
        "model": "alphabet",
        "input": "hi",
        "temperature": 0,
        "max_output_tokens": 3,
        "include": ["message.output_text.logprobs"],
        "top_logprobs": 2,
    }
    if stream:
        deltas, final = list[Any](), None
        async for event in await client.responses.create(stream=True, **arguments):
            if event.type == "response.output_text.delta":
                deltas += event.logprobs
            elif event.type == "response.incomplete":
                final = event.response
        assert final is not None
        assert [delta.token for delta in deltas] == ["a", "b", "c"]
    else:
        final = await client.responses.create(**arguments)
    [message] = final.output
    assert isinstance(message, ResponseOutputMessage)
    part = message.content[0]
    assert isinstance(part, ResponseOutputText)
    assert part.logprobs is not None
    assert [token.token for token in part.logprobs] == ["a", "b", "c"]
    assert [{top.token for top in token.top_logprobs} for token in part.logprobs] == [
        {"a", "!"},
        {"b", "!"},
        {"c", "!"},
    ]


async def test_failure_in_mid_stream_is_an_event_and_an_exception(
    client: AsyncOpenAI, runner: AlphabetRunner
) -> None:
    runner.pace = 0.005
    events: list[Any] = []

    async def consume() -> None:
        async for event in await client.responses.create(model="alphabet", input="hi", stream=True):
            events.append(event)
            runner.failing = event.type == "response.output_text.delta"

    with pytest.raises(openai.APIError, match="engine failed"):
        await consume()
    failed = events[-1]
    assert failed.type == "response.failed"
    assert failed.response.status == "failed"
    assert failed.response.error.code == "engine_error"


async def test_failure_before_the_first_token_has_its_status(
    client: AsyncOpenAI, runner: AlphabetRunner
) -> None:
    runner.failing = True
    with pytest.raises(openai.InternalServerError):
        await client.responses.create(model="alphabet", input="hi", stream=True)


@pytest.mark.parametrize(
    ("extra", "param"),
    [
        ({"input": None}, "input"),
        ({"input": []}, "input"),
        ({"input": [{"role": "user"}]}, "input[0].content"),
        ({"input": [{"content": "hi"}]}, "input[0].role"),
        ({"input": [{"role": "king", "content": "hi"}]}, "input[0].role"),
        ({"input": [{"type": "item_reference", "id": "msg_1"}]}, "input[0].type"),
        ({"input": [{"type": "computer_call", "id": "cc_1"}]}, "input[0].type"),
        ({"input": [{"role": "user", "content": [{"type": "input_image"}]}]}, "input[0].content[0].type"),
        ({"input": [{"role": "user", "content": [{"type": "input_text"}]}]}, "input[0].content[0].text"),
        ({"input": [{"type": "function_call", "call_id": "c", "name": "f"}]}, "input[0].arguments"),
        ({"input": [{"type": "function_call_output", "output": "x"}]}, "input[0].call_id"),
        ({"input": "x" * 600}, "input"),
        ({"previous_response_id": "resp_1"}, "previous_response_id"),
        ({"conversation": "conv_1"}, "conversation"),
        ({"prompt": {"id": "pmpt_1"}}, "prompt"),
        ({"background": True}, "background"),
        ({"temperature": 3}, "temperature"),
        ({"max_output_tokens": 0}, "max_output_tokens"),
        ({"max_output_tokens": 10_000}, "input"),
        ({"top_logprobs": 21}, "top_logprobs"),
        ({"metadata": {"x" * 65: "y"}}, "metadata"),
        ({"tools": [{"type": "web_search"}]}, "tools[0].type"),
        ({"tools": [{"type": "function"}]}, "tools[0].name"),
        ({"tools": [F, F]}, "tools"),
        ({"tools": [{**F, "name": "no name!"}]}, "tools[0].name"),
        ({"tools": [F], "tool_choice": {"type": "function", "name": "g"}}, "tool_choice.name"),
        ({"tools": [F], "tool_choice": {"type": "function"}}, "tool_choice.name"),
        ({"tools": [F], "tool_choice": {"type": "allowed_tools"}}, "tool_choice.mode"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"tool_choice": {"type": "file_search"}}, "tool_choice.type"),
        ({"text": {"format": {"type": "json_schema", "name": "x"}}}, "text.format.schema"),
        ({"text": {"format": {"type": "grammar"}}}, "text.format.type"),
        ({"text": {"format": FORMAT_OF_MESSAGES}}, "text.format.schema.properties.messages.not"),
    ],
)
async def test_what_is_not_served_is_refused_by_name(
    client: AsyncOpenAI, extra: dict[str, Any], param: str
) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        await client.responses.create(**{"model": "alphabet", "input": "hi", **extra})
    assert caught.value.param is not None
    assert caught.value.param.split("[...]")[0] == param


async def test_unknown_model_is_not_found(client: AsyncOpenAI) -> None:
    with pytest.raises(openai.NotFoundError):
        await client.responses.create(model="gpt-5", input="hi")
