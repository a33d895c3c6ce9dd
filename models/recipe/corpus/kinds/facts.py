"""Questions and answers about well-known facts."""

from __future__ import annotations

from .common import CorpusRandom, Document, assistant, casual, pick, user
from .fact_animals import ANIMALS, animal_question
from .fact_countries import COUNTRIES, country_question
from .fact_entries import (
    BODY,
    COMPUTING,
    EVENTS,
    FOOD,
    HARDWARE,
    LANGUAGES,
    LLM,
    MATERIALS,
    MATHS,
    MUSIC,
    PEOPLE,
    PLACES,
    PLANTS,
    SPACE,
    SPORTS,
    WEATHER,
    entry_question,
)
from .fact_singles import (
    FUTURE_QUESTIONS,
    calendar_question,
    future_of_ai,
    low_question,
    mix_question,
    single_question,
    unit_question,
)

_WEIGHTS = [
    (HARDWARE, 24),
    (LLM, 22),
    (COMPUTING, 14),
    (LANGUAGES, 5),
    (SPACE, 3),
    (PLANTS, 2),
    (FOOD, 3),
    (BODY, 2.5),
    (WEATHER, 2),
    (MATERIALS, 2.5),
    (PEOPLE, 5),
    (EVENTS, 1.5),
    (MUSIC, 1.5),
    (SPORTS, 2),
    (MATHS, 4),
    (PLACES, 2),
    ("country", 12),
    ("animal", 7),
    ("unit", 2.5),
    ("mix", 1),
    ("cal", 2.5),
    ("qa", 6),
    ("future", 1),
]
TOPICS = [t for t, w in _WEIGHTS for _ in range(int(w * 2))]


def question(rng: CorpusRandom):
    t = pick(rng, TOPICS)
    if t.__class__ is list:
        return entry_question(rng, pick(rng, t))
    if t == "country":
        return country_question(rng, pick(rng, COUNTRIES))[:3]
    if t == "animal":
        return animal_question(rng, pick(rng, ANIMALS))[:3]
    if t == "unit":
        return unit_question(rng)
    if t == "mix":
        return mix_question(rng)
    if t == "cal":
        return calendar_question(rng)
    if t == "qa":
        return single_question(rng)
    return pick(rng, FUTURE_QUESTIONS), future_of_ai(rng), "future"


_GREETINGS = [
    "Hi! ",
    "Hello! ",
    "Hello, ",
    "Quick question: ",
    "I have a question: ",
    "Can you help me? ",
    "Hey, ",
    "Please help me: ",
]


def asked(rng: CorpusRandom, q):
    if rng.random() < 0.05 and q[-1] == "?" and not q.startswith(("Quick", "I have", "Hey")):
        p = pick(rng, _GREETINGS)
        q = p + (low_question(q) if p[-2] in ",:" else q)
    return casual(rng, q)


def fact(rng: CorpusRandom) -> Document:
    q, a, _ = question(rng)
    return {"kind": "fact", "messages": [user(asked(rng, q)), assistant(a)]}
