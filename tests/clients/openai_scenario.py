"""What an application does with the OpenAI SDK, for whatever version of it runs this script.

python openai_scenario.py URL CROWDED_URL

Prints a JSON object: scenario -> null, or how it failed. CROWDED_URL is a server that lets one request wait.
"""

from __future__ import annotations

import asyncio
import json
import sys
import traceback
from typing import Any

import openai
from openai import AsyncOpenAI, OpenAI
from pydantic import BaseModel

MODEL = "demo"
QUESTION: list[Any] = [{"role": "user", "content": "What is an FPGA?"}]
WEATHER: list[Any] = [{"role": "user", "content": "What's the weather in SF?"}]
LANGUAGES: list[Any] = [{"role": "user", "content": "List 3 programming languages"}]
FUNCTION: dict[str, Any] = {
    "name": "get_weather",
    "description": "Get current weather for a location",
    "parameters": {
        "type": "object",
        "properties": {"location": {"type": "string", "description": "City name"}},
        "required": ["location"],
        "additionalProperties": False,
    },
    "strict": True,
}
TOOLS: list[Any] = [{"type": "function", "function": FUNCTION}]


class Languages(BaseModel):
    """The shape of an answer."""

    languages: list[str]


def chat(client: OpenAI) -> None:
    """A question is answered, and counted."""
    answer = client.chat.completions.create(model=MODEL, messages=QUESTION, temperature=0, max_tokens=30)
    assert answer.choices[0].message.content
    assert answer.choices[0].finish_reason in ("stop", "length")
    assert answer.usage is not None
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


def stream(client: OpenAI) -> None:
    """A stream is the plain answer in pieces."""
    fields: Any = {"model": MODEL, "messages": QUESTION, "temperature": 0, "max_tokens": 30}
    whole = client.chat.completions.create(**fields)
    chunks = list(
        client.chat.completions.create(stream=True, stream_options={"include_usage": True}, **fields)
    )
    text = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
    assert text == whole.choices[0].message.content
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[-1].choices == []
    assert chunks[-1].usage == whole.usage


def stream_helper(client: OpenAI) -> None:
    """The helper puts a stream together again."""
    streams: Any = getattr(client.chat.completions, "stream", None) or client.beta.chat.completions.stream
    with streams(model=MODEL, messages=QUESTION, temperature=0, max_tokens=30) as running:
        text = "".join(event.delta for event in running if event.type == "content.delta")
        final = running.get_final_completion()
    assert final.choices[0].message.content == text
    assert text


def tool_call(client: OpenAI) -> None:
    """The model calls a function, gets its result, and goes on."""
    fields: Any = {"model": MODEL, "tools": TOOLS, "temperature": 0, "max_tokens": 60}
    answer = client.chat.completions.create(messages=WEATHER, tool_choice="auto", **fields)
    assert answer.choices[0].finish_reason == "tool_calls"
    message = answer.choices[0].message
    calls: Any = message.tool_calls
    [call] = calls
    assert call.function.name == "get_weather"
    assert isinstance(json.loads(call.function.arguments)["location"], str)
    result = {"role": "tool", "tool_call_id": call.id, "content": '{"temperature": 18}'}
    history: Any = [*WEATHER, message.model_dump(exclude_none=True), result]
    assert client.chat.completions.create(messages=history, **fields).choices[0].message.content


def tool_stream_helper(client: OpenAI) -> None:
    """The helper puts a forced call together again."""
    streams: Any = getattr(client.chat.completions, "stream", None) or client.beta.chat.completions.stream
    choice = {"type": "function", "function": {"name": "get_weather"}}
    with streams(model=MODEL, messages=WEATHER, tools=TOOLS, tool_choice=choice, temperature=0) as running:
        kinds = {event.type for event in running}
        final = running.get_final_completion()
    assert "tool_calls.function.arguments.done" in kinds
    [call] = final.choices[0].message.tool_calls
    assert call.function.parsed_arguments["location"]


def structured_output(client: OpenAI) -> None:
    """An answer parses as the class it was asked for as."""
    parse: Any = getattr(client.chat.completions, "parse", None) or client.beta.chat.completions.parse
    answer = parse(model=MODEL, messages=LANGUAGES, response_format=Languages, temperature=0)
    assert answer.choices[0].message.parsed.languages


def json_object(client: OpenAI) -> None:
    """JSON is JSON, whatever its form."""
    answer = client.chat.completions.create(
        model=MODEL, messages=LANGUAGES, response_format={"type": "json_object"}, temperature=0
    )
    assert isinstance(json.loads(answer.choices[0].message.content or ""), dict)


def completion(client: OpenAI) -> None:
    """The older endpoint continues a text."""
    answer = client.completions.create(model=MODEL, prompt="The", max_tokens=5, echo=True)
    assert answer.choices[0].text.startswith("The")


def embeddings(client: OpenAI) -> None:
    """Texts become vectors; the SDK asks for base64 by itself."""
    answer = client.embeddings.create(model=MODEL, input=["one text", "another text"])
    assert [item.index for item in answer.data] == [0, 1]
    assert len(answer.data[0].embedding) == len(answer.data[1].embedding) > 0
    plain = client.embeddings.create(model=MODEL, input="one text", encoding_format="float")
    near = zip(plain.data[0].embedding, answer.data[0].embedding, strict=True)
    assert max(abs(a - b) for a, b in near) < 1e-6


def responses(client: OpenAI) -> None:
    """The newer endpoint answers, calls functions and goes on from their results."""
    assert client.responses.create(model=MODEL, input="What is an FPGA?", max_output_tokens=30).output_text
    tools: Any = [{"type": "function", **FUNCTION}]
    first = client.responses.create(model=MODEL, input=WEATHER, tools=tools, temperature=0)
    [call] = first.output
    assert call.type == "function_call"
    assert json.loads(call.arguments)["location"]
    result = {"type": "function_call_output", "call_id": call.call_id, "output": '{"temperature": 18}'}
    history: Any = [*WEATHER, *first.output, result]
    assert client.responses.create(model=MODEL, input=history, tools=tools, temperature=0).output_text


def responses_stream(client: OpenAI) -> None:
    """Its helper puts text, calls and parsed answers together again."""
    tools: Any = [{"type": "function", **FUNCTION}]
    with client.responses.stream(model=MODEL, input=WEATHER, tools=tools, temperature=0) as running:
        for event in running:
            if event.type == "response.function_call_arguments.delta":
                last = event.snapshot
        [call] = running.get_final_response().output
    assert call.type == "function_call"
    assert call.arguments == last
    with client.responses.stream(
        model=MODEL, input="List 3 programming languages", text_format=Languages, temperature=0
    ) as running:
        final = running.until_done().get_final_response()
    assert final.output_parsed is not None
    assert final.output_parsed.languages


def errors(client: OpenAI) -> None:
    """Failures raise the class that belongs to them."""
    fields: Any = {"model": MODEL, "messages": QUESTION}
    expected: list[tuple[type[openai.APIStatusError], Any]] = [
        (openai.NotFoundError, {**fields, "model": "gpt-4"}),
        (openai.BadRequestError, {**fields, "temperature": 9}),
        (openai.BadRequestError, {**fields, "max_tokens": 1_000_000}),
    ]
    for kind, wrong in expected:
        caught: openai.APIStatusError | None = None
        try:
            client.chat.completions.create(**wrong)
        except kind as error:
            caught = error
        assert caught is not None, f"no {kind.__name__}"
        assert caught.code
        assert caught.request_id


def models(client: OpenAI) -> None:
    """The served model is listed."""
    assert MODEL in [model.id for model in client.models.list()]
    assert client.models.retrieve(MODEL).id == MODEL


def retries(client: OpenAI) -> None:
    """Whoever finds the queue full waits as long as he is told, and is served in the end."""

    async def crowd() -> list[Any]:
        async with AsyncOpenAI(base_url=sys.argv[2] + "/v1", api_key="none", max_retries=20) as crowded:
            asked = (
                crowded.chat.completions.create(model=MODEL, messages=QUESTION, max_tokens=20)
                for _ in range(10)
            )
            return await asyncio.gather(*asked)

    assert all(answer.choices[0].message.content for answer in asyncio.run(crowd()))


SCENARIOS = (
    chat,
    stream,
    stream_helper,
    tool_call,
    tool_stream_helper,
    structured_output,
    json_object,
    completion,
    embeddings,
    responses,
    responses_stream,
    errors,
    models,
    retries,
)


def main() -> None:
    """Run all."""
    results: dict[str, str | None] = {}
    with OpenAI(base_url=sys.argv[1] + "/v1", api_key="none", max_retries=0) as client:
        for scenario in SCENARIOS:
            try:
                scenario(client)
            except Exception:
                results[scenario.__name__] = traceback.format_exc()
            else:
                results[scenario.__name__] = None
    print(json.dumps(results))


if __name__ == "__main__":
    main()
