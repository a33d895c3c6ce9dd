"""Questions about animals."""

from __future__ import annotations

from ..data import facts_nature
from .common import CorpusRandom, an, bank, cap, fresh, num, pick, rows, sample
from .fact_entries import ARTICLE


class Animal:
    __slots__ = ("a", "b", "cls", "eat", "fact", "i", "live", "p", "sound", "young")


def _read_animals():
    table = []
    for row in rows(facts_nature.ANIMALS, 8):
        b = Animal()
        b.a, b.p, b.cls, b.eat, b.live, b.sound, b.young, b.fact = row[:8]
        b.b = ARTICLE.sub("", b.a)
        b.i = len(table)
        table.append(b)
    return table


ANIMALS = _read_animals()
_CLASS_PLURALS = {"fish": "fish", "mollusk": "mollusks", "crustacean": "crustaceans"}
_UNIQUE_SOUNDS = {
    "moo",
    "neigh",
    "oink",
    "bray",
    "meow",
    "quack",
    "gobble",
    "howl",
    "caw",
    "croak",
    "coo",
    "trumpet",
    "roar",
}
_ANIMAL_QUESTIONS = {
    "eat": bank(
        "What do {p} eat?",
        "What does {a} eat?",
        "What do {p} like to eat?",
        "What can I feed {a}?",
        "What do {p} live on?",
        "Tell me what {p} eat.",
    ),
    "live": bank(
        "Where do {p} live?",
        "Where does {a} live?",
        "Where can you find {p}?",
        "What is the home of {p}?",
        "Tell me where {p} live.",
    ),
    "sound": bank(
        "What sound does {a} make?",
        "What noise do {p} make?",
        "What sound do {p} make?",
        "How does {a} sound?",
        "What does {a} say?",
    ),
    "young": bank(
        "What is a [young|baby] {b} called?",
        "What do you call a [young|baby] {b}?",
        "What is the name for a baby {b}?",
        "What are young {p} called?",
    ),
    "cls": bank(
        "What kind of animal is {a}?",
        "What type of animal is {a}?",
        "Which group of animals do {p} belong to?",
    ),
    "yn": bank("Is {a} {o}?", "Are {p} {op}?"),
    "what": bank(
        "What is {a}?",
        "What are {p}?",
        "Explain what {a} is.",
        "Define {b}.",
        "What is {a}? Answer in one sentence.",
        "Describe {a} in one sentence.",
    ),
    "about": bank(
        "Tell me about {p}.",
        "What do you know about {p}?",
        "Describe {a}.",
        "Write a short paragraph about {p}.",
        "Give me some facts about {p}.",
        "Tell me about the {b}.",
    ),
    "fact": bank(
        "Tell me one fact about {p}.",
        "Tell me something interesting about {p}.",
        "Give me a fun fact about {a}.",
    ),
    "who": bank("Which animal {o}?", "What animal {o}?", "Which animal makes the sound {s}?"),
}
_ANIMAL_ASPECTS = "eat eat live live sound sound young young cls yn what about fact who".split()
_CLASSES = ["mammal", "bird", "reptile", "fish", "insect", "amphibian"]


def _animal_sentence(b):
    c = b.cls
    if c in b.b:
        return f"{cap(b.a)} is an animal that lives {b.live}."
    return f"{cap(b.a)} is {an(c)} that lives {b.live}."


def _class_plural(c):
    return _CLASS_PLURALS.get(c, c + "s")


def _eats(b):
    return ("%s eat %s." if b.cls != "x" else "") % (cap(b.p), b.eat)


def animal_answer(rng: CorpusRandom, b, k, o=None):
    r = rng.random()
    if k == "eat":
        if r < 0.8 or " and females" in b.eat:
            return (
                ("%s drink %s." if "nectar" in b.eat else "%s eat %s.") % (cap(b.p), b.eat)
                if b.b in ("mosquito", "butterfly")
                else _eats(b)
            )
        return _eats(b) + " " + b.fact
    if k == "live":
        return f"{cap(b.p)} live {b.live}."
    if k == "sound":
        return f"{cap(b.p)} {b.sound}."
    if k == "young":
        return (
            f"A baby {b.b} is called {an(b.young)}." if r < 0.6 else f"A young {b.b} is called {an(b.young)}."
        )
    if k == "cls":
        return f"{cap(b.a)} is {an(b.cls)}."
    if k == "yn":
        return ("Yes, " if o == b.cls else "No, ") + f"{b.a} is {an(b.cls)}."
    if k == "what":
        return _animal_sentence(b)
    if k == "fact":
        return b.fact
    if k == "who":
        return f"{cap(b.a)} {b.sound}s."
    return " ".join(animal_sentences(rng, b, num(rng, 2, 4)))


def animal_sentences(rng: CorpusRandom, b, k):
    s = [_animal_sentence(b)]
    m = [animal_answer(rng, b, "eat") if b.b in ("mosquito", "butterfly") else _eats(b)]
    if b.sound:
        m.append(f"{cap(b.p)} {b.sound}.")
    if b.young:
        m.append(f"A baby {b.b} is called {an(b.young)}.")
    m.append(b.fact)
    k = min(k, len(m))
    return s + [m[i] for i in sorted(sample(rng, range(len(m)), k))]


def animal_question(rng: CorpusRandom, b, k=None):
    """(question, answer, attribute, animal); the animal may change if nothing is fresh."""
    tries = 0
    while True:
        tries += 1
        if tries % 30 == 0:
            b = pick(rng, ANIMALS)
        a = k or pick(rng, _ANIMAL_ASPECTS)
        if (
            (a == "sound" and not b.sound)
            or (a == "young" and not b.young)
            or (a == "who" and b.sound not in _UNIQUE_SOUNDS)
            or (a == "cls" and b.cls in b.b)
            or (a == "yn" and b.cls not in _CLASSES)
        ):
            k = None
            continue
        if a == "who" and ((b.sound == "roar" and b.b != "lion") or (b.sound == "croak" and b.b != "frog")):
            continue
        t = pick(rng, _ANIMAL_QUESTIONS[a])
        if not fresh(rng, "animal", b.b, t):
            continue
        o = None
        q = t
        if a == "yn":
            o = b.cls if rng.random() < 0.5 else pick(rng, _CLASSES)
            q = q.replace("{op}", _class_plural(o)).replace("{o}", an(o))
        elif a == "who":
            q = q.replace("{o}", b.sound + "s").replace("{s}", b.sound)
        elif a == "eat" and "feed" in t and b.cls not in ("mammal", "bird"):
            continue
        return (
            q.replace("{p}", b.p).replace("{a}", b.a).replace("{b}", b.b),
            animal_answer(rng, b, a, o),
            a,
            b,
        )
