"""Perplexity of a chat model on given answers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from openfpga_host.chat_template import ChatTemplate, load_chat_template
from openfpga_host.tokenizer import Tokenizer, load_tokenizer, read_tokenizer_files


class Scored(NamedTuple):
    """A chat as tokens [T], and which of them the assistant wrote (bool [T], its end-of-turn token
    included)."""

    tokens: list[int]
    answer: NDArray[np.bool_]


class HasLogits(Protocol):
    """A model that gives logits after each token of a sequence."""

    def logits(self, tokens: Sequence[int]) -> NDArray[Any]: ...


def read_chats(checkpoint: Path, chats: Path, limit: int | None = None) -> list[Scored]:
    """The chats of a JSONL file ({"messages", "tools"} or {"text"}) as tokens; evenly chosen if limited."""
    files = read_tokenizer_files(checkpoint)
    tokenizer, template = load_tokenizer(files), load_chat_template(files)
    assert template is not None
    lines = chats.read_text(encoding="utf-8").splitlines()
    step = 1 if limit is None else max(1, len(lines) // limit)
    return [score_mask(json.loads(line), tokenizer, template) for line in lines[::step][:limit]]


def score_mask(chat: dict[str, Any], tokenizer: Tokenizer, template: ChatTemplate) -> Scored:
    """Render a chat; what each assistant message adds to the prompt for it is an answer.

    A plain text ({"text"}) counts as written by the model altogether.
    """
    if "text" in chat:
        assert tokenizer.bos_token_id is not None
        tokens = [tokenizer.bos_token_id, *tokenizer.encode(chat["text"])]
        return Scored(tokens, np.ones(len(tokens), bool))
    messages = [openai_message(message) for message in chat["messages"]]

    def encode(count: int, prompt: bool) -> list[int]:
        text = template.render(messages[:count], tools=chat.get("tools"), add_generation_prompt=prompt)
        return tokenizer.encode(text, special=True)

    tokens = encode(len(messages), False)
    answer = np.zeros(len(tokens), bool)
    for index, message in enumerate(messages):
        if message["role"] == "assistant":
            before, after = encode(index, True), encode(index + 1, False)
            assert after[: len(before)] == before
            assert tokens[: len(after)] == after
            answer[len(before) : len(after)] = True
    return Scored(tokens, answer)


def openai_message(message: dict[str, Any]) -> dict[str, Any]:
    """A message with its tool calls in OpenAI's form; the corpus writes {"name", "arguments"} alone."""
    calls = [
        call if "function" in call else {"type": "function", "function": call}
        for call in message.get("tool_calls", [])
    ]
    return {**message, "tool_calls": calls} if calls else message


def perplexity(model: HasLogits, chats: Iterable[Scored]) -> float:
    """exp of the mean negative log-likelihood of the answers' tokens, each given all before it."""
    total, count = 0.0, 0
    for tokens, answer in chats:
        logits = np.asarray(model.logits(tokens[:-1]), np.float64)
        wanted = np.flatnonzero(answer[1:])
        rows = logits[wanted] - logits[wanted].max(axis=1, keepdims=True)
        losses = (
            np.log(np.exp(rows).sum(axis=1)) - rows[np.arange(len(wanted)), np.asarray(tokens[1:])[wanted]]
        )
        total += float(losses.sum())
        count += len(wanted)
    return float(np.exp(total / count))
