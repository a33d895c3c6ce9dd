"""Does an answer meet the expectation of an evaluation case? The kinds of `expect` in corpus/eval.jsonl."""

from __future__ import annotations

import json
import re
from typing import Any


def _json_object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def meets(expectation: dict[str, Any], answer: str) -> bool:
    """Whether the answer is what the case asks for.

    Args:
        expectation: one of
            {"regex": pattern}: found anywhere in the answer;
            {"json_keys": names}: the answer is nothing but a JSON object with just these keys;
            {"tool_call": {"name", "arguments"}}: the answer is nothing but this call as Llama 3 writes one,
            {"name": ..., "parameters": ...}, with equal values.
        answer: the model's text without its end-of-turn token.

    Raises:
        ValueError: the expectation is none of these.
    """
    if "regex" in expectation:
        return re.search(expectation["regex"], answer) is not None
    value = _json_object(answer.strip())
    if "json_keys" in expectation:
        return value is not None and sorted(value) == sorted(expectation["json_keys"])
    if "tool_call" in expectation:
        call = expectation["tool_call"]
        return value == {"name": call["name"], "parameters": call["arguments"]}
    raise ValueError(f"expectation {expectation!r}: needs regex, json_keys or tool_call")
