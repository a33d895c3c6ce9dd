"""The events of a response, put together as a client does, are the response; whatever the model says."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from openfpga_server.answer import Collected, CollectedCall
from openfpga_server.protocol.common import PromptTokensDetails, UsageBody
from openfpga_server.protocol.responses import ResponseBody, TextConfig, TextFormat
from openfpga_server.responses import tell
from openfpga_server.responses_events import ResponseEvents
from support.alphabet import ByteTokenizer

PIECES = st.lists(st.text(max_size=8), max_size=4)
CALLS = st.lists(st.tuples(st.text(min_size=1, max_size=8), PIECES), max_size=3)
USAGE = UsageBody(3, 4, 7, PromptTokensDetails(1))


def begun() -> ResponseBody:
    """A response of which nothing is there yet."""
    return ResponseBody(
        id="resp_1",
        created_at=1,
        status="in_progress",
        metadata={},
        model="m",
        output=[],
        parallel_tool_calls=True,
        temperature=1.0,
        text=TextConfig(format=TextFormat(type="text")),
        tool_choice="auto",
        tools=[],
        top_logprobs=0,
        top_p=1.0,
    )


def read(stream: bytes) -> list[dict[str, Any]]:
    """The events of a stream; each is named as it is typed, and numbered."""
    events = []
    for number, frame in enumerate(stream.decode().removesuffix("\n\n").split("\n\n")):
        name, data = frame.split("\n")
        event = json.loads(data.removeprefix("data: "))
        assert name == f"event: {event['type']}"
        assert event["sequence_number"] == number
        events.append(event)
    return events


def put_together(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items as their deltas tell them, each checked against what is said when it is done."""
    items: list[dict[str, Any]] = []
    for event in events:
        kind = event["type"].removeprefix("response.")
        item = items[event["output_index"]] if "item_id" in event else None
        assert item is None or item["id"] == event["item_id"]
        if kind == "output_item.added":
            assert event["output_index"] == len(items)
            items.append(event["item"])
        elif item is not None and kind == "content_part.added":
            item["content"].append(event["part"])
        elif item is not None and kind == "output_text.delta":
            item["content"][event["content_index"]]["text"] += event["delta"]
        elif item is not None and kind == "function_call_arguments.delta":
            item["arguments"] += event["delta"]
        elif item is not None and kind == "function_call_arguments.done":
            assert (event["arguments"], event["name"]) == (item["arguments"], item["name"])
        elif kind == "output_item.done":
            assert {**items[-1], "status": event["item"]["status"]} == event["item"]
            items[-1] = event["item"]
    return items


@given(PIECES, CALLS, st.sampled_from(["stop", "length", "tool_calls"]))
def test_deltas_are_the_response_and_the_whole_answer(
    pieces: list[str], calls: list[tuple[str, list[str]]], reason: str
) -> None:
    streamed = ResponseEvents(begun())
    stream = streamed.role(0) + b"".join(streamed.text(0, piece) for piece in pieces if piece)
    for position, (name, arguments) in enumerate(calls):
        stream += streamed.call(0, position, f"call_{position}", name)
        stream += b"".join(streamed.arguments(0, position, piece) for piece in arguments)
    stream += streamed.finish(0, reason) + streamed.end(USAGE)
    events = read(stream)
    final = events[-1]["response"]
    assert events[-1]["type"] == f"response.{final['status']}"
    assert final["status"] == ("incomplete" if reason == "length" else "completed")
    assert put_together(events) == final["output"]
    assert {item["status"] for item in final["output"][:-1]} <= {"completed"}
    assert final["output"][-1]["status"] == final["status"]

    made = [CollectedCall(f"call_{i}", name, "".join(a)) for i, (name, a) in enumerate(calls)]
    whole = ResponseEvents(begun())
    tell(whole, Collected(text="".join(pieces), calls=made, finish_reason=reason), ByteTokenizer())
    whole.end(USAGE)
    assert without_ids(final) == without_ids(json.loads(msgspec.json.encode(whole.body)))


def without_ids(body: dict[str, Any]) -> dict[str, Any]:
    """All but what is drawn or told by the clock."""
    items = [{k: v for k, v in item.items() if k != "id"} for item in body["output"]]
    return {**body, "output": items, "completed_at": None}
