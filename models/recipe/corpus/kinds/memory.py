"""Remembering earlier turns."""

from __future__ import annotations

import re

from ..data import tools_slots, words
from .common import CorpusRandom, Document, an, assistant, bank, cap, fresh, made_up_word, num, pick, user
from .memory_phrases import (
    FACT_KEYS,
    FACTS,
    NOT_TOLD,
    PET_KIND_ANSWER,
    PET_KIND_QUESTION,
    PET_NAME_ANSWER,
    PET_NAME_QUESTION,
    PET_REPLY,
    PET_SAY,
    REPEAT_REQUESTS,
    SYSTEM_NAME,
    SYSTEM_USER,
    WHO_ANSWERS,
    WHO_QUESTIONS,
)
from .smalltalk import JOKE_REQUESTS, joke, line, unknown
from .textops import TASKS
from .tool_values import fill_message, person_name, place


def _fill(rng: CorpusRandom, t, v):
    if "v}" in t.lower():
        if "{av}" in t or "{AV}" in t:
            a = an(v)
            t = t.replace("{av}", a).replace("{AV}", cap(a))
        t = t.replace("{v}", v).replace("{V}", cap(v))
    return t.strip()


def _filler(rng: CorpusRandom, n):
    out = []
    for _ in range(n):
        r = rng.random()
        if r < 0.55:
            q, a = pick(rng, TASKS)(rng)[:2]
        elif r < 0.75:
            q, a = line(rng, pick(rng, ("howare", "can", "fpgaq", "feelings", "compliment", "test")))
        elif r < 0.9:
            q, a = pick(rng, JOKE_REQUESTS), joke(rng)
        else:
            q, a = unknown(rng)
        out += [user(q), assistant(a)]
    return out


def _filler_count(rng: CorpusRandom):
    r = rng.random()
    return 0 if r < 0.3 else 1 if r < 0.75 else 2


def _facts(rng: CorpusRandom):
    for _ in range(300):
        k = pick(rng, FACT_KEYS) if rng.random() < 0.75 else "name"
        f = FACTS[k]
        v = f[0](rng)
        if fresh(rng, "mem", k, v):
            break
    r = rng.random()
    s = _fill(rng, pick(rng, f[1]), v)
    if r < 0.62:
        msgs = [user(s), assistant(_fill(rng, pick(rng, f[2]), v))]
        msgs += _filler(rng, _filler_count(rng))
        msgs += [user(pick(rng, f[3])), assistant(_fill(rng, pick(rng, f[4]), v))]
        return msgs, v
    k2 = pick(rng, [x for x in FACT_KEYS if x != k and {x, k} != {"name", "friend"}])
    g = FACTS[k2]
    v2 = g[0](rng)
    s2 = _fill(rng, pick(rng, g[1]), v2)
    if s2[:2] in ("Hi", "He"):
        s, s2 = s2, s
    if r < 0.85:  # two facts at once
        msgs = [
            user(s + " " + s2),
            assistant(
                pick(
                    rng,
                    (
                        "Nice to know!",
                        "Thank you for telling me.",
                        "Okay, I will remember that.",
                        "Good to know.",
                        "I will keep that in mind.",
                    ),
                )
            ),
        ]
        msgs += _filler(rng, num(rng, 0, 1))
        if rng.random() < 0.5:
            msgs += [user(pick(rng, g[3])), assistant(_fill(rng, pick(rng, g[4]), v2))]
        msgs += [user(pick(rng, f[3])), assistant(_fill(rng, pick(rng, f[4]), v))]
        return msgs, v
    v3 = f[0](rng)  # the fact changes
    while v3 == v:
        v3 = f[0](rng)
    u = _fill(rng, pick(rng, f[1]), v3)
    if u[:2] not in ("Hi", "He"):
        u = (
            pick(
                rng,
                (
                    "Sorry, I made a mistake. ",
                    "No, wait. ",
                    "Let me correct that. ",
                    "I was wrong. ",
                    "That was not right. ",
                ),
            )
            + u
        )
    msgs = [
        user(s),
        assistant(_fill(rng, pick(rng, f[2]), v) if s2 and s != _fill(rng, "", v2) and v in s else "Okay."),
        user(u),
        assistant(
            _fill(rng, pick(rng, ("Okay, {v}.", "Thank you, I will remember that.", "All right: {v}.")), v3)
        ),
    ]
    msgs += _filler(rng, num(rng, 0, 1))
    msgs += [user(pick(rng, f[3])), assistant(_fill(rng, pick(rng, f[4]), v3))]
    return msgs, v3


def _pet(rng: CorpusRandom):
    for _ in range(300):
        p = pick(rng, words.PETS)
        v = pick(rng, words.PET_NAMES) if rng.random() < 0.65 else cap(made_up_word(rng))
        if fresh(rng, "pet", p, v):
            break

    def R(t):
        return t.replace("{p}", p).replace("{v}", v)

    msgs = [
        user(R(pick(rng, PET_SAY))),
        assistant(R(pick(rng, PET_REPLY))),
        *_filler(rng, _filler_count(rng)),
    ]
    if rng.random() < 0.7:
        return [*msgs, user(R(pick(rng, PET_NAME_QUESTION))), assistant(R(pick(rng, PET_NAME_ANSWER)))], v
    return [*msgs, user(R(pick(rng, PET_KIND_QUESTION))), assistant(R(pick(rng, PET_KIND_ANSWER)))], p


def _repeat(rng: CorpusRandom):
    for _ in range(300):
        r = rng.random()
        if r < 0.35:
            s = " ".join(
                pick(rng, words.SIMPLE) if rng.random() < 0.7 else made_up_word(rng)
                for _ in range(num(rng, 1, 6))
            )
        elif r < 0.5:
            s = " ".join(str(num(rng, 0, 99)) for _ in range(num(rng, 2, 6)))
        elif r < 0.75:
            s = cap(fill_message(rng, pick(rng, tools_slots.MESSAGE_V))) + pick(rng, (".", "!", ""))
        else:
            s = "The {} {} {} {} the {}.".format(
                pick(rng, words.COLORS),
                pick(rng, words.ANIMALS),
                pick(rng, ("sits", "sleeps", "waits", "sings", "hides")),
                pick(rng, ("near", "under", "behind", "on")),
                pick(rng, words.FURNITURE),
            )
        if fresh(rng, "rep", s):
            break
    q = pick(rng, REPEAT_REQUESTS)
    if '"{s}"' in q:
        s = s.rstrip(".!")
    msgs = [user(q.replace("{s}", s)), assistant(s)]
    if rng.random() < 0.2:
        msgs = _filler(rng, 1) + msgs
    return msgs, s


def _first(rng: CorpusRandom):
    """What was my first question? What did I say before?"""
    msgs = _filler(rng, num(rng, 1, 3))
    r = rng.random()
    if r < 0.55:
        q = msgs[0]["content"]
        ask = pick(rng, _FIRST_QUESTION if q[-1:] == "?" else _FIRST_MESSAGE)
        a = (
            pick(rng, ("Your first question was: {q}", 'You asked: "{q}"'))
            if q[-1:] == "?"
            else pick(rng, ("Your first message was: {q}", 'You wrote: "{q}"'))
        )
    elif r < 0.8:
        q = msgs[-2]["content"]
        ask = pick(
            rng,
            (
                "What did I just say?",
                "What did I say before this?",
                "What was my last message?",
                "Repeat my last message.",
            ),
        )
        a = pick(rng, ('You said: "{q}"', "Your last message was: {q}"))
    else:
        q = msgs[-1]["content"]
        ask = pick(
            rng,
            (
                "What did you just say?",
                "Say that again.",
                "Can you repeat that?",
                "Repeat your answer.",
                "What was your last answer?",
                "Sorry, what did you say?",
            ),
        )
        a = pick(rng, ("I said: {q}", "{q}", "{q}"))
    if not fresh(rng, "first", q, ask) and not rng.held_out:
        return _first(rng)
    return [*msgs, user(ask), assistant(a.replace("{q}", q))], q


_FIRST_QUESTION = bank(
    "What was my first question?",
    "What did I ask [you |]first?",
    "What was the first thing I asked[ you|]?",
    "Do you remember my first question?",
)
_FIRST_MESSAGE = bank(
    "What was my first message?", "What did I [say|write] first?", "What was the first thing I [said|wrote]?"
)


def _unknown(rng: CorpusRandom):
    k = pick(rng, FACT_KEYS)
    f = FACTS[k]
    msgs = _filler(rng, num(rng, 0, 1))
    k2 = None
    if rng.random() < 0.5:  # another fact is known
        k2 = pick(
            rng,
            [x for x in FACT_KEYS if x != k and {x, k} != {"name", "friend"} and {x, k} != {"number", "age"}],
        )
        g = FACTS[k2]
        v = g[0](rng)
        msgs += [user(_fill(rng, pick(rng, g[1]), v)), assistant(_fill(rng, pick(rng, g[2]), v))]
    msgs += [user(pick(rng, f[3])), assistant(pick(rng, NOT_TOLD).replace("{n}", f[5]))]
    return msgs, None


_THIRD_PERSON = [
    ("{a} has a {x} {t} and {b} has a {y} one.", "What color is {a}'s {t}?", "{a}'s {t} is {x}.", "c"),
    ("{a} lives in {x} and {b} lives in {y}.", "Where does {a} live?", "{a} lives in {x}.", "p"),
    ("{a} is {x} years old. {b} is {y}.", "How old is {a}?", "{a} is {x} years old.", "n"),
    ("{a} likes {x}, but {b} likes {y}.", "What does {a} like?", "{a} likes {x}.", "h"),
    (
        "{a} put the {t} in the {x}. {b} put the ball in the {y}.",
        "Where is the {t}?",
        "The {t} is in the {x}.",
        "r",
    ),
    ("{a} works as {x} and {b} works as {y}.", "What is {a}'s job?", "{a} works as {x}.", "j"),
    ("{a} bought {x} and {b} bought {y}.", "What did {a} buy?", "{a} bought {x}.", "g"),
]
_THINGS = "hat coat ball bag bike cup car scarf kite box".split()
_VALUES = {
    "c": lambda r: pick(r, words.COLORS),
    "p": lambda r: place(r, None),
    "n": lambda r: str(num(r, 3, 90)),
    "h": lambda r: pick(r, words.HOBBIES),
    "r": lambda r: pick(r, tools_slots.ROOM),
    "j": lambda r: an(pick(r, words.JOBS)),
    "g": lambda r: pick(r, tools_slots.GROCERY),
}


def _third(rng: CorpusRandom):
    for _ in range(300):
        s, q, a, k = pick(rng, _THIRD_PERSON)
        v = {
            "a": person_name(rng),
            "b": person_name(rng),
            "x": _VALUES[k](rng),
            "y": _VALUES[k](rng),
            "t": pick(rng, _THINGS),
        }
        if (
            v["a"] != v["b"]
            and v["x"] != v["y"]
            and v["t"] != "ball"
            and fresh(rng, "third", k, v["a"], v["x"])
        ):
            break
    text = s.format(**v)
    if rng.random() < 0.5 and k != "r":
        v = dict(v, a=v["b"], x=v["y"])  # ask about the second person
    msgs = []
    if rng.random() < 0.6:
        msgs = [user(text + " " + q.format(**v)), assistant(a.format(**v))]
    else:
        msgs = [
            user(text),
            assistant(pick(rng, ("Okay.", "I see.", "Good to know.", "Okay, I will remember that."))),
            *_filler(rng, num(rng, 0, 1)),
            user(q.format(**v)),
            assistant(a.format(**v)),
        ]
    return msgs, v["x"]


def _system_name(rng: CorpusRandom):
    for _ in range(300):
        v = person_name(rng) if rng.random() < 0.6 else cap(made_up_word(rng))
        if fresh(rng, "sysname", v):
            break
    if rng.random() < 0.75:
        msgs = [{"role": "system", "content": pick(rng, SYSTEM_NAME).replace("{v}", v)}]
        if rng.random() < 0.25:
            msgs += _filler(rng, 1)
        return [
            *msgs,
            user(pick(rng, WHO_QUESTIONS)),
            assistant(pick(rng, WHO_ANSWERS).replace("{v}", v).strip()),
        ], v
    f = FACTS["name"]
    msgs = [{"role": "system", "content": pick(rng, SYSTEM_USER).replace("{v}", v)}]
    if rng.random() < 0.3:
        msgs += _filler(rng, 1)
    return [
        *msgs,
        user(pick(rng, f[3])),
        assistant(pick(rng, ("Your name is {v}.", "You are {v}.")).replace("{v}", v)),
    ], v


_MAKERS = (
    [_facts] * 36
    + [_pet] * 12
    + [_repeat] * 18
    + [_first] * 9
    + [_unknown] * 5
    + [_third] * 13
    + [_system_name] * 7
)


def memory(rng: CorpusRandom) -> Document:
    f = pick(rng, _MAKERS)
    if rng.held_out and f in (_unknown, _first):
        f = _facts
    msgs, key = f(rng)
    d = {"kind": "memory", "messages": msgs}
    if rng.held_out:
        d["expect"] = {"regex": "(?i)" + re.escape(key)}
    return d
