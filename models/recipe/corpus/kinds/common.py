"""Helpers shared by every kind of document: random choice, templates, articles, messages and the hold-out rule."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar
from zlib import crc32

T = TypeVar("T")
# {"kind": str, "messages": [...], optional "tools": [...]} or {"kind": "text", "text": str}; see ../README.md.
Document = dict[str, Any]
Message = dict[str, Any]
# One of this many slot combinations is held out.
HOLD = 37
_HELD_CLASS = 5
_ALTERNATIVES = re.compile(r"\[([^\[\]]*)\]")
_AN = re.compile(r"^(?:[aeio]|u(?!ni|se|ke)|hour|honest|heir)", re.IGNORECASE)
_NOT_AN = re.compile(r"^(?:one|once|eu|ewe)", re.IGNORECASE)
_ONSETS = "b c d f g k l m n p r s t v z br dr kr tr st pl gl fl sk th sh ch".split()
_VOWELS = "a e i o u a e i o u ai ee oo".split()
_CODAS = [*"n r l s x m k t nd rn lt sk".split(), *[""] * 6]


class CorpusRandom(random.Random):
    """The source of chance of every document: the same seed gives the same documents.

    `held_out` chooses between the slot combinations for training (False) and those kept for evaluation (True).
    """

    held_out = False


def held(*parts: str) -> bool:
    """Whether this slot combination is kept for evaluation."""
    return crc32("|".join(parts).encode()) % HOLD == _HELD_CLASS


def fresh(rng: CorpusRandom, *parts: str) -> bool:
    """May this slot combination be used now? Training and evaluation never share one."""
    return held(*parts) is rng.held_out


def expand(text: str) -> list[str]:
    """Every reading of a template: '[big|small] cat' -> ['big cat', 'small cat']; brackets may nest."""
    match = _ALTERNATIVES.search(text)
    if not match:
        return [text]
    before, after = text[: match.start()], text[match.end() :]
    return [reading for choice in match.group(1).split("|") for reading in expand(before + choice + after)]


def bank(*templates: str) -> list[str]:
    """Every reading of many templates, in one list."""
    return [reading for template in templates for reading in expand(template)]


def lines(text: str) -> list[str]:
    """The lines of a data block, without empty ones and comments."""
    return [x.strip() for x in text.strip().splitlines() if x.strip() and not x.strip().startswith("#")]


def rows(text: str, fields: int = 0) -> list[list[str]]:
    """The lines of a data block split at '|', padded with empty fields to at least this many."""
    table = [[field.strip() for field in line.split("|")] for line in lines(text)]
    return [row + [""] * (fields - len(row)) for row in table]


def pick(rng: random.Random, items: Sequence[T]) -> T:
    """One element, with one call of random() (quicker than rng.choice)."""
    return items[int(rng.random() * len(items))]


def sample(rng: random.Random, items: Sequence[T], count: int) -> list[T]:
    """Different elements, cheap for a small count."""
    chosen: list[T] = []
    seen: set[int] = set()
    while len(chosen) < count:
        i = int(rng.random() * len(items))
        if i not in seen:
            seen.add(i)
            chosen.append(items[i])
    return chosen


def num(rng: random.Random, low: int, high: int) -> int:
    """A whole number, both ends included."""
    return low + int(rng.random() * (high - low + 1))


def cap(text: str) -> str:
    """With a capital first letter; the rest as it was."""
    return text[:1].upper() + text[1:]


def low(text: str) -> str:
    """With a small first letter; the rest as it was."""
    return text[:1].lower() + text[1:]


def an(word: str) -> str:
    """With 'a' or 'an' before it."""
    return ("an " if _AN.match(word) and not _NOT_AN.match(word) else "a ") + word


def join_and(items: Iterable[str]) -> str:
    """'a', 'a and b', 'a, b, and c'."""
    parts = list(items)
    if len(parts) <= 2:
        return " and ".join(parts)
    return ", ".join(parts[:-1]) + ", and " + parts[-1]


def made_up_word(rng: random.Random, syllables: int = 0) -> str:
    """A pronounceable word that does not exist, to teach copying instead of recall; 0: two or three syllables."""
    text = ""
    for _ in range(syllables or (2 if rng.random() < 0.7 else 3)):
        text += pick(rng, _ONSETS) + pick(rng, _VOWELS)
    return text + pick(rng, _CODAS)


def user(text: str) -> Message:
    """A user's message."""
    return {"role": "user", "content": text}


def assistant(text: str) -> Message:
    """An assistant's answer."""
    return {"role": "assistant", "content": text}


def casual(rng: random.Random, text: str) -> str:
    """What people really type: sometimes no capital, no full stop."""
    r = rng.random()
    if r < 0.80:
        return text
    if r < 0.88:
        return text.rstrip("?.!") if text[-1:] in "?.!" else text
    if r < 0.94:
        return text.lower().rstrip("?.!")
    if r < 0.97:
        return text.lower()
    return text + pick(rng, (" Thanks.", " Thank you!", " Please."))
