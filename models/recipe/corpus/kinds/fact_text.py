"""Plain paragraphs of fact sentences."""

from __future__ import annotations

from .common import CorpusRandom, Document, fresh, num, pick
from .fact_animals import ANIMALS, animal_sentences
from .fact_countries import COUNTRIES, country_sentences
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
)
from .fact_singles import future_of_ai

_TEXT_WEIGHTS = [
    (HARDWARE, 20),
    (LLM, 18),
    (COMPUTING, 12),
    (LANGUAGES, 4),
    (SPACE, 3),
    (PLANTS, 2),
    (FOOD, 3),
    (BODY, 3),
    (WEATHER, 2),
    (MATERIALS, 3),
    (PEOPLE, 6),
    (EVENTS, 2),
    (MUSIC, 2),
    (SPORTS, 2),
    (MATHS, 4),
    (PLACES, 3),
    ("country", 10),
    ("animal", 8),
    ("future", 14),
]
_TEXT_TOPICS = [t for t, w in _TEXT_WEIGHTS for _ in range(w)]


def fact_text(rng: CorpusRandom) -> Document:
    while True:
        t = pick(rng, _TEXT_TOPICS)
        if t == "future":
            s = future_of_ai(rng, num(rng, 2, 4))
        elif t == "country":
            c = pick(rng, COUNTRIES)
            s = country_sentences(rng, c, num(rng, 2, 4))
            if rng.random() < 0.25:
                d = pick(rng, COUNTRIES)
                if d is c:
                    continue
                s = s[:3] + country_sentences(rng, d, 2)
            s = " ".join(s)
        elif t == "animal":
            b = pick(rng, ANIMALS)
            s = animal_sentences(rng, b, num(rng, 2, 4))
            if rng.random() < 0.25:
                d = ANIMALS[(b.i + 1) % len(ANIMALS)]
                s = s[:3] + animal_sentences(rng, d, 2)
            s = " ".join(s)
        else:
            e = pick(rng, t)
            s = e.long()
            if rng.random() < 0.5:
                j = e.i + num(rng, 1, 4)
                if j >= len(t):
                    continue
                f = t[j]
                s += " " + (
                    f.short
                    if rng.random() < 0.3
                    else f.two(num(rng, 0, 1))
                    if rng.random() < 0.5
                    else f.long()
                )
                if not fresh(rng, "text", e.key, f.key):
                    continue
        return {"kind": "text", "text": s}
