"""Two or three questions about facts in a row: follow-ups, shorter, more, another topic."""

from __future__ import annotations

from .common import CorpusRandom, Document, assistant, bank, casual, fresh, num, pick, user
from .fact_animals import ANIMALS, animal_answer, animal_question
from .fact_countries import COUNTRIES, country_answer, country_question
from .fact_entries import fill_entry
from .facts import TOPICS, asked, question

_MORE = bank(
    "Tell me more.",
    "[Can|Could] you tell me more?",
    "More details, please.",
    "Please explain a bit more.",
    "Go on.",
    "Can you explain that in more detail?",
    "What else [should I know|can you tell me]?",
)
_LESS = bank(
    "Shorter, please.",
    "[Can|Could] you say that in one sentence?",
    "In one sentence, please.",
    "Make it shorter.",
    "Say it more briefly.",
    "That is too long. Give me one sentence.",
    "[Sum|Please sum] that up in one sentence.",
)
_HOW = bank(
    "How does it work?",
    "And how does it work?",
    "How does that work?",
    "Okay, but how does it work?",
    "Can you explain how it works?",
)
_WHY = bank(
    "Why is it useful?",
    "And why is it useful?",
    "What is it good for?",
    "What is it used for?",
    "Why does it matter?",
    "Why would I use it?",
    "Why do people use it?",
)
_HOW_PLURAL = bank("How do they work?", "And how do they work?", "Can you explain how they work?")
_WHY_PLURAL = bank(
    "Why are they useful?", "What are they good for?", "Why do they matter?", "What are they used for?"
)
_AND = bank(
    "And what {v} {x}?",
    "What about {x}?",
    "And {x}?",
    "Now explain {x}.",
    "Okay, and {x}?",
    "What {v} {x}, then?",
)
_AND_PERSON = bank("And who {v} {x}?", "What about {x}?", "And {x}?")
_THANKS = ["Thanks. ", "Thank you. ", "Great. ", "Okay. ", "Good to know. ", "Thanks! ", "I see. ", "Nice. "]


def _definition_question(rng: CorpusRandom, e, ts=None, ok=None):
    """(question, name, entry); another entry of the table if nothing is fresh."""
    ok = ok or (lambda x: True)
    tries = 0
    while True:
        tries += 1
        if tries % 12 == 0 or not ok(e):
            e = pick(rng, e.table)
            continue
        t = pick(rng, ts or (_FIRST_PERSON if e.kind == "person" else _FIRST))
        n = e.names[0] if rng.random() < 0.7 else pick(rng, e.names)
        if fresh(rng, "chat", n[0], t):
            return fill_entry(t, e, n), n, e


_FIRST = bank(
    "What {v} {x}?",
    "What {v} {x}?",
    "Explain {x}.",
    "Can you explain what {x} {v}?",
    "Do you know what {x} {v}?",
    "Tell me what {x} {v}.",
    "Define {b}.",
    "I read about {x}. Can you explain?",
    "I read about {x} today. Please explain.",
)
_FIRST_PERSON = bank("Who {v} {x}?", "Can you tell me who {x} {v}?", "Tell me who {x} {v}.")
_LONG = bank(
    "Tell me about {x}.",
    "Explain {x} in detail.",
    "What do you know about {x}?",
    "I want to learn about {x}.",
)


def _chat_entry(rng: CorpusRandom, table):
    e = pick(rng, table)
    out = []
    r = rng.random()
    if e.kind == "tech" and not e.issue and r < 0.5:
        q, n, e = _definition_question(rng, e, None, lambda x: not x.issue)
        n2 = "p" if n[2] == "are" else "s"
        out += [user(asked(rng, q)), assistant(e.short)]
        steps = [("h", 0), ("w", 1)]
        if rng.random() < 0.4:
            steps = steps[::-1]
        for s, i in steps[: num(rng, 1, 2)]:
            b = (_HOW if s == "h" else _WHY) if n2 == "s" else (_HOW_PLURAL if s == "h" else _WHY_PLURAL)
            out += [user(casual(rng, pick(rng, b))), assistant(e.extra[i])]
        if rng.random() < 0.15:
            out += [user(casual(rng, pick(rng, _LESS[1:4]))), assistant(e.short)]
        return out
    if r < 0.65:
        q, n, e = _definition_question(rng, e)
        out += [
            user(asked(rng, q)),
            assistant(e.short),
            user(casual(rng, pick(rng, _MORE))),
            assistant(" ".join(e.extra)),
        ]
    elif r < 0.8:
        q, n, e = _definition_question(rng, e, _LONG)
        out += [
            user(asked(rng, q)),
            assistant(e.long()),
            user(casual(rng, pick(rng, _LESS))),
            assistant(e.short),
        ]
    else:
        q, n, e = _definition_question(rng, e)
        out += [user(asked(rng, q)), assistant(e.short if rng.random() < 0.7 else e.two())]
    if len(out) == 2 or rng.random() < 0.35:
        for _ in range(20):
            j = e.i + num(rng, -6, 6) if rng.random() < 0.7 else num(rng, 0, len(table) - 1)
            if 0 <= j < len(table) and j != e.i:
                f = table[j]
                t = pick(rng, _AND_PERSON if f.kind == "person" else _AND)
                if fresh(rng, "chat2", f.key, t):
                    out += [
                        user(casual(rng, fill_entry(t, f, f.names[0]))),
                        assistant(f.short if rng.random() < 0.7 else f.two()),
                    ]
                    break
        else:
            q, a, _ = question(rng)
            out += [user(asked(rng, q)), assistant(a)]
    return out


_COUNTRY_FOLLOW_UPS = {
    "cap": bank(
        "And what is the capital?", "What is its capital?", "And the capital?", "Which city is the capital?"
    ),
    "lang": bank(
        "Which language do people speak there?",
        "And the language?",
        "What do they speak there?",
        "What language is spoken there?",
    ),
    "cur": bank(
        "And the currency?",
        "What currency do they use?",
        "What money do they use there?",
        "How do people pay there?",
    ),
    "cont": bank("On which continent is it?", "And which continent is it on?", "Where is it?"),
    "fact": bank(
        "What is it known for?", "Tell me one fact about it.", "Tell me something interesting about it."
    ),
}


def _chat_country(rng: CorpusRandom):
    c = pick(rng, COUNTRIES)
    k = pick(rng, ("cap", "cap", "lang", "cur", "cont"))
    q, a, k, c = country_question(rng, c, k)
    out = [user(asked(rng, q)), assistant(a)]
    used = {k}
    for _ in range(num(rng, 1, 2)):
        if rng.random() < 0.5:
            f = pick(rng, ("cap", "lang", "cur", "cont", "fact"))
            if f in used or not fresh(rng, "chatc", c.name, f, k):
                continue
            used.add(f)
            out += [
                user(casual(rng, pick(rng, _COUNTRY_FOLLOW_UPS[f]))),
                assistant(country_answer(rng, c, f)),
            ]
            k = f
        else:
            d = pick(rng, COUNTRIES)
            if d is c or k not in ("cap", "lang", "cur", "cont") or not fresh(rng, "chatc2", d.name, k):
                continue
            c, used = d, {k}
            out += [
                user(
                    casual(
                        rng,
                        pick(
                            rng,
                            (
                                "And {c}?",
                                "What about {c}?",
                                "And for {c}?",
                                "Now {c}, please.",
                                "How about {c}?",
                            ),
                        ).replace("{c}", c.name),
                    )
                ),
                assistant(country_answer(rng, c, k)),
            ]
    if len(out) == 2:
        q, a, k, c = country_question(rng, pick(rng, COUNTRIES))
        out += [user(asked(rng, q)), assistant(a)]
    return out


_ANIMAL_FOLLOW_UPS = {
    "eat": bank("What do they eat?", "And what do they eat?", "What is their food?"),
    "live": bank("Where do they live?", "And where do they live?", "Where can I find them?"),
    "sound": bank("What sound do they make?", "And what sound do they make?"),
    "young": bank("What are their young called?", "What is their baby called?", "And what is a baby called?"),
    "fact": bank(
        "Tell me one fact about them.",
        "Anything else I should know?",
        "Do you know something interesting about them?",
    ),
}


def _chat_animal(rng: CorpusRandom):
    b = pick(rng, ANIMALS)
    q, a, k, b = animal_question(rng, b, pick(rng, ("what", "eat", "live", "sound")))
    out = [user(asked(rng, q)), assistant(a)]
    used = {k}
    for _ in range(num(rng, 1, 2)):
        if rng.random() < 0.65:
            f = pick(rng, ("eat", "live", "sound", "young", "fact"))
            if f in used or (f == "sound" and not b.sound) or (f == "young" and not b.young):
                f = "eat" if "eat" not in used else "live"
            if f in used or not fresh(rng, "chata", b.b, f, k):
                continue
            used.add(f)
            out += [user(casual(rng, pick(rng, _ANIMAL_FOLLOW_UPS[f]))), assistant(animal_answer(rng, b, f))]
            k = f
        else:
            d = pick(rng, ANIMALS)
            if d is b or k not in ("eat", "live") or not fresh(rng, "chata2", d.b, k):
                continue
            b, used = d, {k}
            out += [
                user(
                    casual(
                        rng, pick(rng, ("And {p}?", "What about {p}?", "How about {p}?")).replace("{p}", b.p)
                    )
                ),
                assistant(animal_answer(rng, b, k)),
            ]
    if len(out) == 2:
        q, a, k, b = animal_question(rng, pick(rng, ANIMALS))
        out += [user(asked(rng, q)), assistant(a)]
    return out


def fact_chat(rng: CorpusRandom) -> Document:
    r = rng.random()
    if r < 0.52:
        t = pick(rng, TOPICS)
        while t.__class__ is not list:
            t = pick(rng, TOPICS)
        m = _chat_entry(rng, t)
    elif r < 0.66:
        m = _chat_country(rng)
    elif r < 0.76:
        m = _chat_animal(rng)
    else:
        m = []
        last = None
        for i in range(2 if rng.random() < 0.6 else 3):
            q, a, _ = question(rng)
            while q == last:
                q, a, _ = question(rng)
            last = q
            q = casual(rng, pick(rng, _THANKS) + q) if i and rng.random() < 0.2 else asked(rng, q)
            m += [user(q), assistant(a)]
    return {"kind": "fact_chat", "messages": m}
