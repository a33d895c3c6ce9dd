"""Scoring answers of evaluation cases."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from recipe.score import meets

CALL = {"tool_call": {"name": "get_weather", "arguments": {"location": "SF"}}}


@pytest.mark.parametrize(
    ("expectation", "answer", "good"),
    [
        ({"regex": r"(?<!\d)7(?!\d)"}, "3 + 4 = 7.", True),
        ({"regex": r"(?<!\d)7(?!\d)"}, "3 + 4 = 17.", False),
        ({"json_keys": ["a", "b"]}, '{"b": 1, "a": 2}', True),
        ({"json_keys": ["a", "b"]}, '{"a": 2}', False),
        ({"json_keys": ["a"]}, 'Here: {"a": 2}', False),
        ({"json_keys": ["a"]}, "[1]", False),
        (CALL, '{"name": "get_weather", "parameters": {"location": "SF"}}', True),
        (CALL, '{"parameters": {"location": "SF"}, "name": "get_weather"}', True),
        (CALL, '{"name": "get_weather", "parameters": {"location": "sf"}}', False),
        (CALL, '{"name": "get_weather", "parameters": {"location": "SF"}} Done.', False),
        (CALL, "It is sunny.", False),
    ],
)
def test_answer_is_judged_by_its_expectation(expectation: dict[str, Any], answer: str, good: bool) -> None:
    assert meets(expectation, answer) is good


@given(st.dictionaries(st.text(), st.integers()))
def test_json_answer_meets_just_its_own_keys(value: dict[str, int]) -> None:
    answer = json.dumps(value)
    assert meets({"json_keys": sorted(value)}, answer)
    assert not meets({"json_keys": [*sorted(value), "another key"]}, answer) or "another key" in value


@given(st.text())
def test_any_text_is_judged_without_an_error(answer: str) -> None:
    assert not meets({"tool_call": {"name": "", "arguments": {"x": object()}}}, answer)


def test_unknown_expectation_is_refused() -> None:
    with pytest.raises(ValueError, match="needs regex, json_keys or tool_call"):
        meets({"length": 3}, "abc")
