"""Questions about one fact entry: what it is, how it works, why it matters."""

from __future__ import annotations

import re

from ..data import facts_comp, facts_hw, facts_llm, facts_nature, facts_people, facts_world
from .common import CorpusRandom, bank, cap, fresh, pick, rows

_VERB = re.compile(r"^(?:\S+ ){1,5}?(is|are|was|were)\b")
ARTICLE = re.compile(r"^an? ")


class Entry:
    """One entry: names with verbs, a one-sentence answer, more sentences."""

    __slots__ = ("clue", "extra", "i", "issue", "key", "kind", "names", "short", "table", "temps", "verb")

    def long(self):
        return " ".join((self.short, *self.extra))

    def two(self, i=0):
        return self.short + " " + self.extra[i]


def _read_entries(text, kind, table):
    for f in rows(text):
        e = Entry()
        e.kind, e.table = kind, table
        nm = f[0]
        e.issue = nm.startswith("!")
        nm = [x.strip() for x in nm.lstrip("!").split(";")]
        e.key = nm[0]
        e.short = f[1]
        e.extra = (f[2], f[3])
        e.clue = f[4] if len(f) > 4 else ""
        m = _VERB.match(f[1])
        v0 = e.verb = m.group(1) if m else "is"
        past = v0 in ("was", "were")
        e.names = []
        for i, n in enumerate(nm):
            if n.startswith("+"):
                n, v = n[1:], "were" if past else "are"
            elif i == 0 or past:
                v = v0
            else:
                v = "are" if v0 == "are" and n.startswith("the ") and n.endswith("s") else "is"
            e.names.append((n, ARTICLE.sub("", n), v))
        e.i = len(table)
        e.temps = _templates_of(e)
        table.append(e)
    return table


# {x} name with article, {b} without a/an, {B} capital, {v} is/are, {d} does/do,
# {w} work(s), {m} mean(s).  Mode: A any length, S short, 2 two sentences, 3 three
# sentences, L long, H how, W why, F one fact, Y yes + short, E example, C clue
_DEFINITION = [
    (
        "A",
        bank(
            "What {v} {x}?",
            "What {v} {x}?",
            "What {v} {x}?",
            "[Can|Could] you [explain|tell me] what {x} {v}?",
            "Explain {x}.",
            "Please explain {x}.",
            "Describe {x}.",
            "I would like to know what {x} {v}.",
            "What exactly {v} {x}?",
            "Help me understand {x}.",
            "I don't know what {x} {v}. Can you help?",
        ),
    ),
    (
        "S",
        bank(
            "Define {b}.",
            "What {d} {b} mean?",
            "What {d} the term {b} mean?",
            "what {d} {b} mean",
            "Explain {x} in one sentence.",
            "Explain {x} briefly.",
            "Briefly explain {x}.",
            "In one sentence, what {v} {x}?",
            "What {v} {x}? [Answer in one sentence.|Keep it short.|One sentence, please.]",
            "Give [me |]a [short|one-sentence] definition of {x}.",
            "Describe {x} in one sentence.",
            "Explain {x} in simple words.",
            "What {v} {x} in short?",
            "{B}?",
        ),
    ),
    (
        "2",
        bank(
            "[Explain|Describe] {x} in two sentences.",
            "What {v} {x}? Use two sentences.",
            "Tell me two sentences about {x}.",
        ),
    ),
    ("3", bank("[Explain|Describe] {x} in three sentences.", "Write three sentences about {x}.")),
    (
        "L",
        bank(
            "Tell me about {x}.",
            "Tell me about {x}.",
            "Tell me more about {x}.",
            "Explain {x} in detail.",
            "What do you know about {x}?",
            "I want to learn about {x}.",
            "Give me an overview of {x}.",
            "Write a short paragraph about {x}.",
        ),
    ),
    ("Y", bank("Do you know what {x} {v}?", "Have you heard of {x}?")),
]
_TECH = [
    (
        "H",
        bank(
            "How {d} {x} work?",
            "How {d} {x} work?",
            "Explain how {x} {w}.",
            "[Can|Could] you [explain|tell me] how {x} {w}?",
            "How {d} {x} [actually|basically] work?",
            "how {d} {b} work",
        ),
    ),
    (
        "W",
        bank(
            "Why {v} {x} useful?",
            "Why {v} {x} useful?",
            "Why {d} {x} matter?",
            "Why {v} {x} important?",
            "Why do people use {x}?",
            "What {v} {x} [good|used] for?",
            "What is the [benefit|point|use] of {x}?",
            "When {v} {x} useful?",
        ),
    ),
    ("2", bank("What {v} {x} and how {d} [it|they] work?")),
    ("w", bank("What {v} {x} and why {v} [it|they] useful?")),
]
_ISSUE = [
    (
        "H",
        bank(
            "How can [you|people] avoid {x}?",
            "How can {x} be [prevented|avoided|reduced]?",
            "What helps against {x}?",
            "What can be done about {x}?",
        ),
    ),
    ("W", bank("Why {v} {x} a problem?", "Why {v} {x} bad?", "Why {d} {x} matter?")),
]
_FACT = [
    (
        "F",
        bank(
            "Tell me [one|a|an interesting] fact about {x}.",
            "Give me [a|one] fact about {x}.",
            "What is one thing I should know about {x}?",
        ),
    )
]
_PERSON = [
    (
        "A",
        bank(
            "Who {v} {x}?",
            "Who {v} {x}?",
            "Who {v} {x}?",
            "[Can|Could] you tell me who {x} {v}?",
            "Who exactly {v} {x}?",
            "I would like to know who {x} {v}.",
        ),
    ),
    (
        "S",
        bank(
            "What {v2} {x} known for?",
            "Why {v2} {x} famous?",
            "Who {v} {x}? [Answer in one sentence.|Keep it short.]",
            "In one sentence, who {v} {x}?",
            "Describe {x} in one sentence.",
            "{B}?",
            "Why {v2} {x} important?",
        ),
    ),
    (
        "2",
        bank(
            "[Describe|Introduce] {x} in two sentences.",
            "Who {v} {x}? Use two sentences.",
            "What did {x} do?",
        ),
    ),
    ("3", bank("Write three sentences about {x}.")),
    (
        "L",
        bank(
            "Tell me about {x}.",
            "What do you know about {x}?",
            "Give me a short biography of {x}.",
            "Tell me more about {x}.",
            "I want to learn about {x}.",
            "Write a short paragraph about {x}.",
        ),
    ),
    ("Y", bank("Do you know who {x} {v}?", "Have you heard of {x}?")),
]
_CLUE = [
    (
        "C",
        bank(
            "Who {c}?",
            "Who {c}?",
            "Can you tell me who {c}?",
            "Do you know who {c}?",
            "Which person {c}?",
            "Name the person who {c}.",
        ),
    )
]
_BODY = [
    ("A", bank("What {d} {x} do?", "What {v} {x} for?", "What is the job of {x}?", "Why do we need {x}?"))
]
_SPORT = [("2", bank("How do you play {x}?", "How is {x} played?", "What are the basic rules of {x}?"))]


def _flat(*groups):
    # templates grouped by mode are weighted by group so that no mode drowns
    return [(t, m) for g in groups for m, ts in g for t in ts]


def _templates_of(e):
    if e.kind == "person":
        g = [_PERSON, _PERSON, _FACT]
        if e.clue:
            g += [_CLUE, _CLUE, _CLUE]
    elif e.kind == "tech":
        g = [_DEFINITION, _ISSUE, _ISSUE, _ISSUE] if e.issue else [_DEFINITION, _TECH]
    else:
        g = [_DEFINITION, _FACT]
        if (
            e.kind == "body"
            and "are caused" not in e.extra[0]
            and e.key.split()[-1] not in ("virus", "bacterium", "cell", "sleep", "digestion", "DNA")
        ):
            g.append(_BODY)
        if e.kind == "sport" and ("game" in e.short):
            g.append(_SPORT)
        if re.search(r"\b(used for|used to|is used)\b", e.extra[1]) and e.extra[1].startswith("It "):
            g.append(
                [
                    (
                        "W",
                        bank(
                            "What {v} {x} used for?",
                            "What do people use {x} for?",
                            "What can {x} be used for?",
                        ),
                    )
                ]
            )
        if e.extra[0].startswith("It forms"):
            g.append([("e", bank("How {d} {x} form?", "How {v} {x} made in nature?"))])
        if e.extra[0].startswith(("For example", "Examples")):
            g.append(
                [
                    (
                        "e",
                        bank(
                            "Give [me |]an example of {x}.",
                            "Can you give an example of {x}?",
                            "Show me an example of {x}.",
                        ),
                    )
                ]
            )
    return tuple(_flat(*g))


HARDWARE = _read_entries(facts_hw.HW, "tech", [])
LLM = _read_entries(facts_llm.LLM, "tech", [])
COMPUTING = _read_entries(facts_comp.COMP, "tech", [])
LANGUAGES = _read_entries(facts_comp.LANGS, "tech", [])
SPACE = _read_entries(facts_nature.SPACE, "thing", [])
PLANTS = _read_entries(facts_nature.PLANTS, "thing", [])
FOOD = _read_entries(facts_nature.FOOD, "thing", [])
BODY = _read_entries(facts_nature.BODY, "body", [])
WEATHER = _read_entries(facts_nature.WEATHER, "thing", [])
MATERIALS = _read_entries(facts_nature.MATERIALS, "thing", [])
PEOPLE = _read_entries(facts_people.PEOPLE, "person", [])
EVENTS = _read_entries(facts_people.EVENTS, "thing", [])
MUSIC = _read_entries(facts_people.MUSIC, "thing", [])
SPORTS = _read_entries(facts_people.SPORTS, "sport", [])
MATHS = _read_entries(facts_people.MATHS, "thing", [])
PLACES = _read_entries(facts_world.CONTINENTS, "thing", [])
_DOES = {"is": "does", "are": "do", "was": "did", "were": "did"}
_WORK = {"is": "works", "are": "work", "was": "worked", "were": "worked"}
_PRON = {"is": "it", "are": "they", "was": "it", "were": "they"}


def fill_entry(t, e, name):
    x, b, v = name
    if "{v2}" in t:
        t = t.replace("{v2}", "are" if v in ("are", "were") else "is")
    return (
        t.replace("{x}", x)
        .replace("{b}", b)
        .replace("{v}", v)
        .replace("{B}", cap(b))
        .replace("{d}", _DOES[v])
        .replace("{w}", _WORK[v])
        .replace("{c}", e.clue)
    )


def _solo(e, s):
    """A sentence that can stand alone: leading pronouns become the name."""
    first = s.split(" ", 1)[0]
    n, _, v = e.names[0]
    up = str if e.short[0].islower() else cap
    if first in ("It", "He", "She") and v in ("is", "was"):
        return up(n) + s[len(first) :]
    if first == "They" and v in ("are", "were"):
        return up(n) + s[4:]
    if first in ("Its", "His", "Her") and v in ("is", "was") and e.kind != "tech":
        return cap(n) + ("'" if n.endswith("s") else "'s") + s[len(first) :]
    return s


def _head(e):
    w = e.names[0][1].split()[-1].lower()
    return w[:4] if len(w) > 4 else w


def _entry_answer(rng: CorpusRandom, e, m):
    if m == "A":
        r = rng.random()
        return e.short if r < 0.5 else e.two() if r < 0.8 else e.long()
    if m == "S":
        return e.short
    if m == "2":
        return e.two()
    if m in "3L":
        return e.long()
    if m == "H":
        if e.issue:
            return e.extra[0]
        return e.two() if rng.random() < 0.6 else _solo(e, e.extra[0])
    if m == "W":
        return _solo(e, e.extra[1]) if rng.random() < 0.7 or e.kind != "tech" else e.two(1)
    if m == "w":
        s = cap(e.key) + " is "
        return e.short + " " + ("It is " + e.extra[1][len(s) :] if e.extra[1].startswith(s) else e.extra[1])
    if m == "F":
        r = rng.random()
        if r < 0.3:
            return e.short
        i = 0 if r < 0.65 else 1
        s = _solo(e, e.extra[i])
        # a sentence that does not name its subject needs the first one before it
        return s if _head(e) in s.lower() else e.two(i)
    if m == "e":
        return e.extra[0]
    if m == "Y":
        return "Yes. " + (e.short if rng.random() < 0.6 else e.two())
    if m == "C":
        s = cap(e.key) + " " + e.clue + "."
        return s if rng.random() < 0.75 else s + " " + e.extra[0]
    raise ValueError(m)


def entry_question(rng: CorpusRandom, e):
    """(question, answer, mode) for an entry."""
    tries = 0
    while True:
        tries += 1
        if tries % 30 == 0:
            e = pick(rng, e.table)
        t, m = pick(rng, e.temps)
        ns = e.names
        n = ns[0] if len(ns) == 1 or rng.random() < 0.5 else pick(rng, ns)
        if not fresh(rng, "fact", n[0], t):
            continue
        if n[2] in ("are", "were") and " mean" in t:
            continue
        q = fill_entry(t, e, n)
        if "does they" in q or "is they" in q or "are it " in q or "do it " in q or "did they" in q:
            continue
        return q, _entry_answer(rng, e, m), m
