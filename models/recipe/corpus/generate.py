"""The whole corpus: kinds of documents in their mix, joined and dressed with system messages, one JSON a line."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from .kinds.common import CorpusRandom, Document, Message, pick
from .kinds.fact_chat import fact_chat
from .kinds.fact_text import fact_text
from .kinds.facts import fact
from .kinds.jsonmode import json_reply
from .kinds.lists import list_request
from .kinds.memory import memory
from .kinds.smalltalk import smalltalk
from .kinds.stories import another, continue_story, short_story, story, story_text
from .kinds.textops import textop
from .kinds.tools import tool_call
from .systems import system_text

Maker = Callable[[CorpusRandom], Document]

# Per cent of documents.
MIX: tuple[tuple[int, Maker], ...] = (
    (20, story),
    (6, short_story),
    (3, continue_story),
    (3, another),
    (2, story_text),
    (12, fact),
    (6, fact_chat),
    (5, list_request),
    (4, fact_text),
    (9, smalltalk),
    (6, textop),
    (13, tool_call),
    (8, json_reply),
    (3, memory),
)
# What a chat may be joined with, and how often.
_JOINED: tuple[tuple[int, Maker], ...] = (
    (30, fact),
    (20, smalltalk),
    (16, textop),
    (12, list_request),
    (10, short_story),
    (8, json_reply),
    (6, fact_chat),
)
_BAG = tuple(maker for weight, maker in MIX for _ in range(weight))
_JOINED_BAG = tuple(maker for weight, maker in _JOINED for _ in range(weight))
MAX_CHARACTERS = 5200  # of a document; keeps clear of 2048 tokens
_GREETINGS = ("hello", "hi", "hey", "how", "good", "who", "are you")
_PARTINGS = (
    "bye", "goodbye", "see", "good night", "take care", "farewell", "that's all", "thank", "thx",
)  # fmt: skip


def _first_text(messages: list[Message]) -> str:
    return str(messages[0]["content"]).lower()


def _joined(rng: CorpusRandom, document: Document) -> Document:
    """The document with one or two turns of other kinds before or after its own."""
    base, messages = document["kind"], document["messages"]
    for _ in range(1 if rng.random() < 0.65 else 2):
        for _ in range(4):
            extra = pick(rng, _JOINED_BAG)(rng)
            if (
                extra["kind"] != base
                and extra["messages"][0]["role"] == "user"
                and len(extra["messages"]) <= 4
            ):
                break
        else:
            continue
        greets = _first_text(extra["messages"]).startswith(_GREETINGS)
        small = extra["kind"] == "smalltalk"
        if base == "memory" or (small and not greets and rng.random() < 0.8):
            first = False
        elif small and greets:
            first = True
        else:
            first = rng.random() < 0.5
        if base == "smalltalk" and not first and _first_text(messages).startswith(_PARTINGS):
            first = True
        if base == "memory" and first:
            continue
        messages = extra["messages"] + messages if first else messages + extra["messages"]
    return {**document, "messages": messages}


def _typed_loosely(rng: CorpusRandom, messages: list[Message]) -> list[Message]:
    """Some small talk is typed without capitals or full stops."""
    out = []
    for message in messages:
        if message["role"] == "user" and rng.random() < 0.14:
            text = message["content"]
            text = text.lower() if rng.random() < 0.6 else text
            message = {"role": "user", "content": text.rstrip(".?!") or text}
        out.append(message)
    return out


def document(rng: CorpusRandom) -> Document:
    """The next document of the corpus; see README.md for its fields."""
    while True:
        made = pick(rng, _BAG)(rng)
        if made["kind"] == "text":
            if len(made["text"]) <= MAX_CHARACTERS:
                return made
            continue
        made = {key: made[key] for key in ("kind", "messages", "tools") if key in made}
        if made["kind"] == "smalltalk":
            made["messages"] = _typed_loosely(rng, made["messages"])
        if made["messages"][0]["role"] != "system":
            if "tools" not in made and rng.random() < 0.25:
                made = _joined(rng, made)
            if rng.random() < 0.32:
                system = {"role": "system", "content": system_text(rng, made)}
                made["messages"] = [system, *made["messages"]]
        size = sum(len(message.get("content") or "") + 30 for message in made["messages"])
        if "tools" in made:
            size += len(json.dumps(made["tools"]))
        if size <= MAX_CHARACTERS:
            return made


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="another seed gives other documents")
    parser.add_argument("--documents", type=int, default=1000, help="how many (default %(default)s)")
    parser.add_argument("--out", type=Path, required=True, help="JSONL file to write")
    options = parser.parse_args()
    rng = CorpusRandom(options.seed)
    begin = time.monotonic()
    with options.out.open("w", encoding="utf-8") as file:
        for _ in range(options.documents):
            file.write(json.dumps(document(rng), ensure_ascii=False) + "\n")
    megabytes = options.out.stat().st_size / 1e6
    seconds = time.monotonic() - begin
    print(
        f"{options.documents} documents, {megabytes:.1f} MB, {megabytes / seconds:.1f} MB/s", file=sys.stderr
    )


if __name__ == "__main__":
    main()
