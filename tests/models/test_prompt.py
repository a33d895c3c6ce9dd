"""The training text is what the chat template renders; the tokenizer loses nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jinja2.sandbox
import pytest
import tiktoken
from hypothesis import given
from hypothesis import strategies as st
from recipe.bpe import load_encoding
from recipe.data import EMPHASIS, WEIGHT_STEPS, conversation_key, tokenise, write_documents
from recipe.prompt import (
    BEGIN,
    CHAT_TEMPLATE,
    FIRST_SPECIAL,
    SPECIAL_IDS,
    TURN_END,
    answer_header,
    compact_json,
    segments,
)


@pytest.fixture(scope="module")
def heldout(models_folder: Path) -> list[dict[str, Any]]:
    lines = (models_folder / "demo" / "heldout.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def ranks(models_folder: Path) -> Path:
    return models_folder / "demo" / "tokenizer.model"


@pytest.fixture(scope="module")
def encoding(ranks: Path) -> tiktoken.Encoding:
    return load_encoding(ranks)


def rendered(document: dict[str, Any], add_generation_prompt: bool = False) -> str:
    environment = jinja2.sandbox.ImmutableSandboxedEnvironment()
    environment.filters["tojson"] = compact_json
    messages = [
        {**each, "tool_calls": [{"function": call} for call in each["tool_calls"]]}
        if "tool_calls" in each
        else each
        for each in document["messages"]
    ]
    return environment.from_string(CHAT_TEMPLATE).render(
        messages=messages,
        tools=document.get("tools"),
        bos_token=BEGIN,
        add_generation_prompt=add_generation_prompt,
    )


def test_segments_join_to_what_the_chat_template_renders(heldout: list[dict[str, Any]]) -> None:
    chats = [document for document in heldout if "messages" in document]
    assert any("tools" in chat for chat in chats)
    for chat in chats:
        assert "".join(segment.text for segment in segments(chat)) == rendered(chat)


def test_answer_header_is_the_templates_generation_prompt(heldout: list[dict[str, Any]]) -> None:
    chat = next(document for document in heldout if "messages" in document)
    header = "".join(segment.text for segment in answer_header())
    assert rendered(chat, add_generation_prompt=True) == rendered(chat) + header


def test_only_answers_and_their_ends_have_full_weight() -> None:
    chat = {
        "kind": "fact",
        "messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}],
    }
    assert [segment.text for segment in segments(chat) if segment.weight == 1.0] == ["A", TURN_END]


def test_special_tokens_are_the_last_ids_in_llama_order() -> None:
    assert SPECIAL_IDS[BEGIN] == FIRST_SPECIAL == 3840
    assert SPECIAL_IDS[TURN_END] == FIRST_SPECIAL + 9
    assert sorted(SPECIAL_IDS.values()) == list(range(3840, 4096))


def test_tokenizer_round_trips_held_out_text(
    heldout: list[dict[str, Any]], encoding: tiktoken.Encoding
) -> None:
    for document in heldout:
        text = "".join(segment.text for segment in segments(document) if not segment.special)
        ids = encoding.encode_ordinary(text)
        assert max(ids) < FIRST_SPECIAL
        assert encoding.decode(ids) == text


@given(text=st.text())
def test_tokenizer_round_trips_any_text(encoding: tiktoken.Encoding, text: str) -> None:
    assert encoding.decode(encoding.encode_ordinary(text)) == text


def test_ranks_are_all_bytes_and_then_merges(encoding: tiktoken.Encoding) -> None:
    assert encoding.n_vocab == 4096
    assert {encoding.decode_single_token_bytes(i) for i in range(256)} == {bytes([i]) for i in range(256)}


def test_tokenised_documents_begin_with_the_first_special_token(tmp_path: Path, ranks: Path) -> None:
    path = write_documents(0, 50, 5, tmp_path, frozenset())
    documents = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    ids, weights = tokenise(path, ranks)
    assert len(documents) == 50
    assert int((ids == SPECIAL_IDS[BEGIN]).sum()) == 50
    assert set(weights.tolist()) == {0, 1, WEIGHT_STEPS}
    assert ids.shape == weights.shape


def test_held_out_documents_are_left_out_of_the_training_data(tmp_path: Path) -> None:
    lines = write_documents(0, 30, 5, tmp_path, frozenset()).read_text(encoding="utf-8").splitlines()
    unwanted = conversation_key(json.loads(lines[7]))
    path = write_documents(0, 30, 5, tmp_path, frozenset([unwanted]))
    kept = [conversation_key(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
    assert unwanted not in kept
    assert len(kept) == 30
    assert kept[:7] == [conversation_key(json.loads(line)) for line in lines[:7]]


def test_emphasis_names_kinds_of_the_corpus(heldout: list[dict[str, Any]]) -> None:
    assert EMPHASIS.keys() <= {document["kind"] for document in heldout}
