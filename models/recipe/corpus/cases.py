"""Write evaluation cases: conversations of held-out slot combinations, and what the answer must hold.

Each case has `expect`: {"regex"}, {"tool_call": {"name", "arguments"}} or {"json_keys"}; `recipe.score` judges.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .generate import Maker
from .kinds.common import CorpusRandom, Document
from .kinds.fact_chat import fact_chat
from .kinds.facts import fact
from .kinds.jsonmode import json_reply
from .kinds.lists import list_request
from .kinds.memory import memory
from .kinds.smalltalk import smalltalk
from .kinds.stories import another, continue_story, short_story, story
from .kinds.textops import textop
from .kinds.tools import tool_call

SEED = 20240601
PLAN: tuple[tuple[int, Maker], ...] = (
    (22, story),
    (10, short_story),
    (5, continue_story),
    (3, another),
    (30, fact),
    (8, fact_chat),
    (12, list_request),
    (18, smalltalk),
    (26, textop),
    (34, tool_call),
    (20, json_reply),
    (12, memory),
)
_MAX_TRIES = 20_000
# After so many tries a question may come again, in another conversation.
_TRIES_FOR_NEW_QUESTIONS = 4000
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]+|\d+(?:[.,]\d+)*")
# Words too common to show that an answer is on its subject.
_COMMON_WORDS = frozenset(
    """what when where which that this with from have does about they them their there then than your you are was
    were will would could can please tell me give write story short long little small sentence sentences one two
    three four five make time want like some named called he she it its his her him they some someone something
    the an in on at of to as is are was were be by or so if no not used named day night boy girl once upon start
    begins who how many much the and for not into over most also because very kind thing things people
    used""".split()
)
_TIMES = ("sunny", "rainy", "spring", "autumn", "winter", "summer")


def _story_expectation(document: Document, question: str, answer: str) -> dict[str, Any] | None:
    """The longest word of the request that the story uses; in a continued story, preferably a name."""
    answer = answer.lower()
    wanted = [word.lower() for word in _WORD.findall(question)]
    wanted = [word for word in wanted if len(word) > 2 and word not in _TIMES and word not in _COMMON_WORDS]
    wanted = [word for word in wanted if re.search(rf"\b{re.escape(word)}\b", answer)]
    names = [word for word in wanted if word.capitalize() in _WORD.findall(question)[1:]]
    if document["kind"] == "story_continue" and names:
        wanted = names
    return {"regex": rf"(?i)\b{re.escape(max(wanted, key=len))}\b"} if wanted else None


def expectation(document: Document, question: str, answer: str) -> dict[str, Any] | None:
    """What an answer must contain, from the reference answer; None if it has nothing telling."""
    if document["kind"] == "list":
        several = re.search(r",|\n| and ", answer)
        return {"regex": r"(?s)\w+.*(,|\n| and ).*\w+" if several else r"^\W*\w+"}
    if document["kind"].startswith("story"):
        return _story_expectation(document, question, answer)
    if match := re.match(r"(Yes|No)\b", answer):
        return {"regex": rf"(?i)\b{match.group(1)}\b"}
    asked = {word.lower() for word in _WORD.findall(question)}
    new = [w for w in _WORD.findall(answer) if w.lower() not in asked and w.lower() not in _COMMON_WORDS]
    numbers = [word for word in new if word[0].isdigit()]
    names = [word for word in new[1:] if word[0].isupper()]
    longer = [word for word in new if len(word) > 3]
    for words, count in ((numbers, 1), (names, 1), (longer, 6)):
        if words:
            # The first long word may itself be a name or a number, which then is enough.
            count = 1 if words[0][0].isdigit() or words[0][0].isupper() else count
            choices = "|".join(re.escape(word) for word in dict.fromkeys(words[:count]))
            return {"regex": rf"(?i)(?<!\w)({choices})"}
    return None


def case(document: Document) -> dict[str, Any] | None:
    """The evaluation case of a document: its conversation up to the last question; None if it makes none."""
    messages = document["messages"]
    if "tools" in document:
        calls = [i for i, message in enumerate(messages) if "tool_calls" in message]
        if not calls:
            return None
        wanted = {"tool_call": messages[calls[-1]]["tool_calls"][0]}
        made = {"messages": messages[: calls[-1]], "tools": document["tools"], "expect": wanted}
    else:
        question, answer = messages[-2]["content"], messages[-1]["content"]
        expect = document.get("expect") or expectation(document, question, answer)
        if not expect or ("regex" in expect and not re.search(expect["regex"], answer)):
            return None
        made = {"messages": messages[:-1], "expect": expect}
    return {"kind": document["kind"], **made} if made["messages"][-1]["role"] == "user" else None


def cases() -> Iterator[dict[str, Any]]:
    """All cases of PLAN, always the same.

    Raises:
        RuntimeError: a kind has too few held-out slot combinations.
    """
    rng = CorpusRandom(SEED)
    rng.held_out = True
    seen: set[str] = set()
    for count, maker in PLAN:
        found = tries = 0
        while found < count:
            tries += 1
            if tries > _MAX_TRIES:
                raise RuntimeError(f"{maker.__name__}: found {found} held-out cases of {count}")
            made = case(maker(rng))
            if made is None:
                continue
            new_question = tries < _TRIES_FOR_NEW_QUESTIONS
            key = made["messages"][-1]["content"] if new_question else json.dumps(made["messages"])
            if key not in seen:
                seen.add(key)
                found += 1
                yield made


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(__file__).with_name("eval.jsonl")
    parser.add_argument(
        "out", type=Path, nargs="?", default=default, help="JSONL file (default: eval.jsonl here)"
    )
    options = parser.parse_args()
    lines = [json.dumps(made, ensure_ascii=False) + "\n" for made in cases()]
    options.out.write_text("".join(lines), encoding="utf-8")
    print(f"{len(lines)} cases in {options.out}")


if __name__ == "__main__":
    main()
