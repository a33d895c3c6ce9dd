"""How a document becomes tokens: Llama 3's special tokens, split pattern and chat layout; loss weights."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

VOCABULARY = 4096
RESERVED_FOR_SPECIAL = 256
FIRST_SPECIAL = VOCABULARY - RESERVED_FOR_SPECIAL
BEGIN, END = "<|begin_of_text|>", "<|end_of_text|>"
HEADER, HEADER_END, TURN_END = "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"

# The order is Llama 3's, so that an id's distance from the first special token is the same there and here.
_NAMED = (
    BEGIN, END, "<|reserved_special_token_0|>", "<|reserved_special_token_1|>", "<|finetune_right_pad_id|>",
    "<|reserved_special_token_2|>", HEADER, HEADER_END, "<|eom_id|>", TURN_END, "<|python_tag|>",
)  # fmt: skip
SPECIAL_TOKENS: tuple[str, ...] = _NAMED + tuple(
    f"<|reserved_special_token_{i}|>" for i in range(3, 3 + RESERVED_FOR_SPECIAL - len(_NAMED))
)
SPECIAL_IDS: dict[str, int] = {text: FIRST_SPECIAL + i for i, text in enumerate(SPECIAL_TOKENS)}

SPLIT_PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
TOOL_INTRO = (
    "You may call one of the functions below. To call one, reply with only a JSON object "
    'of the form {"name": function name, "parameters": arguments}.'
)
# The model learns to answer; a little weight on the questions teaches it the language faster.
ANSWER_WEIGHT, USER_WEIGHT = 1.0, 0.1

CHAT_TEMPLATE = """{{- bos_token -}}
{%- set ns = namespace(system='') -%}
{%- if messages and messages[0].role == 'system' -%}
  {%- set ns.system = messages[0].content | trim -%}
  {%- set messages = messages[1:] -%}
{%- endif -%}
{%- if tools -%}
  {%- if ns.system -%}{%- set ns.system = ns.system ~ '\\n\\n' -%}{%- endif -%}
  {%- set ns.system = ns.system ~ 'TOOL_INTRO' -%}
  {%- for tool in tools -%}
    {%- set ns.system = ns.system ~ '\\n' ~ (tool.function | tojson) -%}
  {%- endfor -%}
{%- endif -%}
{%- if ns.system -%}
  {{- '<|start_header_id|>system<|end_header_id|>\\n\\n' ~ ns.system ~ '<|eot_id|>' -}}
{%- endif -%}
{%- for message in messages -%}
  {%- if message.role == 'tool' -%}
    {{- '<|start_header_id|>ipython<|end_header_id|>\\n\\n' ~ (message.content | trim) ~ '<|eot_id|>' -}}
  {%- elif message.tool_calls -%}
    {%- set call = message.tool_calls[0].function -%}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n{"name": ' ~ (call.name | tojson) ~ \
', "parameters": ' ~ (call.arguments | tojson) ~ '}<|eot_id|>' -}}
  {%- else -%}
    {{- '<|start_header_id|>' ~ message.role ~ '<|end_header_id|>\\n\\n' ~ (message.content | trim) ~ \
'<|eot_id|>' -}}
  {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
  {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' -}}
{%- endif -%}
""".replace("TOOL_INTRO", TOOL_INTRO)


class Segment(NamedTuple):
    """A stretch of a document: its text, whether that is one special token, its tokens' loss weight."""

    text: str
    special: bool
    weight: float


def compact_json(value: Any) -> str:
    """JSON as Hugging Face's template filter `tojson` writes it: key order kept, no ASCII escapes."""
    return json.dumps(value, ensure_ascii=False)


def _turn(role: str, text: str, weight: float) -> Iterator[Segment]:
    yield Segment(HEADER, True, 0.0)
    yield Segment(role, False, 0.0)
    yield Segment(HEADER_END, True, 0.0)
    yield Segment("\n\n", False, 0.0)
    yield Segment(text, False, weight)
    yield Segment(TURN_END, True, ANSWER_WEIGHT if weight == ANSWER_WEIGHT else 0.0)


def _call_text(call: dict[str, Any]) -> str:
    function = call.get("function", call)
    arguments = function["arguments"]
    if isinstance(arguments, str):
        arguments = json.loads(arguments)
    return compact_json({"name": function["name"], "parameters": arguments})


def segments(document: dict[str, Any]) -> Iterator[Segment]:
    """The segments of one corpus document, in order; joined, they equal what CHAT_TEMPLATE renders.

    Args:
        document: {"kind": "text", "text"} or {"kind", "messages", optional "tools"}, as `corpus` makes them.
    """
    yield Segment(BEGIN, True, 0.0)
    if document.get("kind") == "text":
        yield Segment(document["text"], False, ANSWER_WEIGHT)
        yield Segment(END, True, ANSWER_WEIGHT)
        return
    messages = list(document["messages"])
    system = messages.pop(0)["content"].strip() if messages[0]["role"] == "system" else ""
    if document.get("tools"):
        listing = "\n".join(compact_json(tool.get("function", tool)) for tool in document["tools"])
        system = (system + "\n\n" if system else "") + TOOL_INTRO + "\n" + listing
    if system:
        yield from _turn("system", system, 0.0)
    for message in messages:
        role = message["role"]
        if message.get("tool_calls"):
            yield from _turn(role, _call_text(message["tool_calls"][0]), ANSWER_WEIGHT)
        elif role == "tool":
            yield from _turn("ipython", message["content"].strip(), 0.0)
        else:
            yield from _turn(
                role, message["content"].strip(), ANSWER_WEIGHT if role == "assistant" else USER_WEIGHT
            )


def answer_header() -> Iterator[Segment]:
    """The segments that ask for the assistant's next turn (the template's add_generation_prompt)."""
    yield Segment(HEADER, True, 0.0)
    yield Segment("assistant", False, 0.0)
    yield Segment(HEADER_END, True, 0.0)
    yield Segment("\n\n", False, 0.0)
