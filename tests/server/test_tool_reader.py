"""Tool calls read from text: every format, however the text is cut."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openfpga_server.tools.formats import ToolFormat
from openfpga_server.tools.reader import Arguments, Call, Event, Text, ToolReader
from support.scripted import tool_forms

FORMS = tool_forms()
NAMES = ("get_weather", "get", "say")
MARKERS = ("<tool_call>", "</tool_call>", "[TOOL_CALLS]", "[ARGS]", "<|python_tag|>")
Calls = list[tuple[str, str]]


def read(form: ToolFormat, pieces: list[str], *, forced: bool = False) -> tuple[str, Calls, list[Event]]:
    """(text, calls as (name, arguments), events) of a text in pieces."""
    reader = ToolReader(form, NAMES, forced=forced)
    events = [event for piece in pieces for event in reader.push(piece)] + reader.finish()
    text, calls = "", list[list[str]]()
    for event in events:
        match event:
            case Text(piece):
                text += piece
            case Call(position, call_id, name):
                assert position == len(calls)
                assert call_id.startswith("call_")
                calls.append([name, ""])
            case Arguments(position, piece):
                assert piece
                calls[position][1] += piece
    return text, [(name, arguments) for name, arguments in calls], events


def cut(text: str, places: list[int]) -> list[str]:
    """A text cut at places (as fractions of a thousand)."""
    ends = sorted({place * len(text) // 1000 for place in places} | {0, len(text)})
    return [text[a:b] for a, b in itertools.pairwise(ends)]


SF = '{"location": "S\\"F}]", "n": [1, {"a": {}}]}'
CASES = [
    ("json", f'{{"name": "get_weather", "parameters": {SF}}}', "", [("get_weather", SF)]),
    ("json", '\n{\n  "name" : "get",\n  "parameters" : {}\n}\n', "", [("get", "{}")]),
    ("json", f'<|python_tag|>{{"name": "get_weather", "parameters": {SF}}}', "", [("get_weather", SF)]),
    (
        "json",
        f'{{"name": "get", "parameters": {SF}}}; {{"name": "say", "parameters": {{}}}}',
        "",
        [("get", SF), ("say", "{}")],
    ),
    ("json", "The weather is fine.", "The weather is fine.", []),
    ("json", " text", " text", []),
    ("json", '{"name": "unknown", "parameters": {}}', '{"name": "unknown", "parameters": {}}', []),
    ("json", '{"name": "get_weather", "x": 1}', '{"name": "get_weather", "x": 1}', []),
    ("json", '{"languages": ["a"]}', '{"languages": ["a"]}', []),
    ("json", '{"name": "get_we', '{"name": "get_we', []),
    ("json", '{"name": "get", "parameters": {"a": "b', "", [("get", '{"a": "b')]),
    ("tagged", f'<tool_call>\n{{"name": "get", "arguments": {SF}}}\n</tool_call>', "", [("get", SF)]),
    (
        "tagged",
        'Well.\n<tool_call>{"name": "get", "arguments": {}}</tool_call>\n'
        '<tool_call>{"name": "say", "arguments": {}}</tool_call>\n',
        "Well.",
        [("get", "{}"), ("say", "{}")],
    ),
    ("tagged", "a < b <tool b <tool_cal", "a < b <tool b <tool_cal", []),
    ("tagged", " spaces stay \n", " spaces stay \n", []),
    ("tagged", "x <tool_call>no call</tool_call>", "xno call", []),
    ("tagged", 'x <tool_call>{"name": "ge', "x", []),
    ("list", f'[TOOL_CALLS] [{{"name": "get", "arguments": {SF}}}]', "", [("get", SF)]),
    (
        "list",
        'ok[TOOL_CALLS][{"name": "get", "arguments": {}}, {"name": "say", "arguments": {"a": 1}}]',
        "ok",
        [("get", "{}"), ("say", '{"a": 1}')],
    ),
    ("list", "[TOOL_CALL no", "[TOOL_CALL no", []),
    ("named", f"[TOOL_CALLS]get_weather[ARGS]{SF}", "", [("get_weather", SF)]),
    (
        "named",
        'hm[TOOL_CALLS]get[ARGS]{}[TOOL_CALLS]say[ARGS]{"a": 2}',
        "hm",
        [("get", "{}"), ("say", '{"a": 2}')],
    ),
]


@pytest.mark.parametrize(("kind", "text", "expected", "calls"), CASES)
@given(places=st.lists(st.integers(0, 1000), max_size=12))
def test_calls_are_found_however_the_text_is_cut(
    kind: str, text: str, expected: str, calls: Calls, places: list[int]
) -> None:
    assert read(FORMS[kind], cut(text, places))[:2] == (expected, calls)


@pytest.mark.parametrize("kind", FORMS)
@given(
    pieces=st.lists(
        st.sampled_from([*MARKERS, "<tool", "_call>", "[TOOL", "_CALLS]", '{"name": "get"', "x", " ", "}"])
    )
)
def test_markers_never_leak_and_text_does_not_depend_on_the_cuts(kind: str, pieces: list[str]) -> None:
    form = FORMS[kind]
    own = [marker for marker in MARKERS if marker in (form.opening, form.closing, *form.shown.values())]
    text, calls, events = read(form, pieces)
    # Of each piece: what stands on both sides of a marker may make another.
    shown = [event.text for event in events if isinstance(event, Text)]
    assert not any(marker in piece for marker in own for piece in shown)
    assert (text, calls) == read(form, ["".join(pieces)])[:2]
    assert (text, calls) == read(form, list("".join(pieces)))[:2]


@pytest.mark.parametrize("kind", FORMS)
@given(text=st.text(alphabet=st.characters(exclude_characters="<[{")))
def test_text_without_markers_passes_unchanged(kind: str, text: str) -> None:
    assert read(FORMS[kind], list(text))[:2] == (text, [])


def test_text_is_not_held_back_longer_than_needed() -> None:
    reader = ToolReader(FORMS["tagged"], NAMES, forced=False)
    assert reader.push("hello <") == [Text("hello")]
    assert reader.push("b> you") == [Text(" <b> you")]


def test_arguments_come_in_pieces_after_the_name() -> None:
    reader = ToolReader(FORMS["json"], NAMES, forced=False)
    assert reader.push('{"name": "get", "parameters": ') == []
    (call, first) = reader.push('{"a"')
    assert isinstance(call, Call)
    assert first == Arguments(0, '{"a"')
    assert reader.push(': "\\') == [Arguments(0, ': "')]
    assert reader.push('"}"') == [Arguments(0, '\\"}"')]
    assert reader.push("}}") == [Arguments(0, "}")]
    assert reader.finish() == []


def test_forced_call_cut_before_its_name_is_no_text() -> None:
    assert read(FORMS["json"], ['{"name": "get_wea'], forced=True)[:2] == ("", [])


@given(
    value=st.dictionaries(
        st.text(), st.recursive(st.none() | st.text() | st.integers(), st.lists, max_leaves=5)
    )
)
def test_any_arguments_come_out_as_they_are(value: dict[str, object]) -> None:
    arguments = json.dumps(value, ensure_ascii=False)
    for kind, text in (
        ("json", f'{{"name": "get", "parameters": {arguments}}}'),
        ("tagged", f'<tool_call>{{"name": "get", "arguments": {arguments}}}</tool_call>'),
        ("list", f'[TOOL_CALLS][{{"name": "get", "arguments": {arguments}}}]'),
        ("named", f"[TOOL_CALLS]get[ARGS]{arguments}"),
    ):
        assert read(FORMS[kind], list(text))[:2] == ("", [("get", arguments)])
