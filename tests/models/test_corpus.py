"""The corpus: the same from the same seed, sound, and apart from its evaluation cases."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from recipe.corpus.cases import cases
from recipe.corpus.check import problems_of, schema_errors
from recipe.corpus.generate import MIX, document
from recipe.corpus.kinds.common import CorpusRandom, expand, fresh, held, join_and, sample

DOCUMENTS = 400
# SHA-256 of the first 400 documents of seed 1 as JSON lines: the corpus the shipped model was trained on.
DIGEST = "a7618793beed2c88534d1ce2d51e3f92080638d99ce0e38339d2fcbf9fe0de73"


def made(seed: int, count: int) -> list[dict[str, Any]]:
    rng = CorpusRandom(seed)
    return [document(rng) for _ in range(count)]


@pytest.fixture(scope="module")
def documents() -> list[dict[str, Any]]:
    return made(1, DOCUMENTS)


@pytest.fixture(scope="module")
def held_out_cases() -> list[dict[str, Any]]:
    return list(cases())


def test_same_seed_gives_the_corpus_the_model_was_trained_on(documents: list[dict[str, Any]]) -> None:
    text = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in documents)
    assert hashlib.sha256(text.encode()).hexdigest() == DIGEST


def test_another_seed_gives_other_documents(documents: list[dict[str, Any]]) -> None:
    assert made(2, 20) != documents[:20]


def test_every_document_passes_the_check(documents: list[dict[str, Any]]) -> None:
    assert [(problems, each) for each in documents if (problems := problems_of(each))] == []


def test_mix_is_in_per_cent_and_every_kind_occurs(documents: list[dict[str, Any]]) -> None:
    assert sum(weight for weight, _ in MIX) == 100
    assert {"story", "fact", "tools", "smalltalk", "json", "textops", "memory", "list", "text"} <= {
        each["kind"] for each in documents
    }


def test_check_finds_a_call_that_invents_a_value() -> None:
    tool = {
        "type": "function",
        "function": {
            "name": "get_weather",
            "parameters": {
                "type": "object",
                "properties": {"location": {"type": "string"}},
                "required": ["location"],
            },
        },
    }
    call = {"name": "get_weather", "arguments": {"location": "Oslo"}}
    bad = {
        "kind": "tools",
        "tools": [tool],
        "messages": [
            {"role": "user", "content": "How is the weather in Rome?"},
            {"role": "assistant", "tool_calls": [call]},
        ],
    }
    assert problems_of(bad) == ["argument 'Oslo' is not in the request 'How is the weather in Rome?'"]


@pytest.mark.parametrize(
    ("value", "schema", "error"),
    [
        ({"a": 1}, {"type": "object", "properties": {"a": {"type": "string"}}}, "$.a: 1 is not ['string']"),
        ({}, {"type": "object", "properties": {}, "required": ["a"]}, "$: missing a"),
        ({"b": 1}, {"type": "object", "properties": {}}, "$: unknown key b"),
        ([True], {"type": "array", "items": {"type": "integer"}}, "$[0]: True is not ['integer']"),
        ("x", {"enum": ["y"]}, "$: 'x' not in enum"),
    ],
)
def test_schema_errors_name_the_place(value: Any, schema: dict[str, Any], error: str) -> None:
    assert schema_errors(value, schema) == [error]


@given(st.lists(st.text(min_size=1), min_size=1, max_size=4))
def test_slot_combination_is_either_for_training_or_for_evaluation(slots: list[str]) -> None:
    training, evaluation = CorpusRandom(0), CorpusRandom(0)
    evaluation.held_out = True
    assert fresh(training, *slots) is not fresh(evaluation, *slots)
    assert fresh(evaluation, *slots) is held(*slots)


def test_evaluation_cases_in_the_repository_are_the_generated_ones(
    models_folder: Path, held_out_cases: list[dict[str, Any]]
) -> None:
    lines = (models_folder / "recipe" / "corpus" / "eval.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == held_out_cases
    assert len(lines) == 200


def test_no_question_with_free_slots_is_both_trained_and_evaluated(
    documents: list[dict[str, Any]], held_out_cases: list[dict[str, Any]]
) -> None:
    # The other kinds also have phrases without free slots, such as "Tell me a story.".
    kinds = {"textops", "tools", "fact", "json"}
    trained = {
        message["content"]
        for each in [*documents, *made(3, 2000)]
        for message in each.get("messages", ())
        if message["role"] == "user"
    }
    evaluated = {case["messages"][-1]["content"] for case in held_out_cases if case["kind"] in kinds}
    assert evaluated & trained == set()


@given(st.integers(0, 2**32), st.integers(1, 8))
def test_sample_gives_different_elements(seed: int, count: int) -> None:
    chosen = sample(CorpusRandom(seed), range(8), count)
    assert len(set(chosen)) == count


def test_templates_expand_to_every_reading() -> None:
    assert sorted(expand("a [b|c] [d|]")) == ["a b ", "a b d", "a c ", "a c d"]
    assert sorted(set(expand("a [b|c [d|e]]"))) == ["a b", "a c d", "a c e"]


@pytest.mark.parametrize(
    ("items", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b, and c")]
)
def test_enumerations_have_a_serial_comma(items: list[str], text: str) -> None:
    assert join_and(items) == text
