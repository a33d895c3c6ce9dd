"""Remembering earlier turns."""

from __future__ import annotations

import re

from ..data import tools_slots, words
from .common import CorpusRandom, Document, an, assistant, bank, cap, fresh, made_up_word, num, pick, user
from .smalltalk import JOKE_REQUESTS, joke, line, unknown
from .textops import TASKS
from .tool_values import fill_message, person_name, place

# key: value maker, ways to say it, acknowledgements, questions, answers, unknown-noun
_FACTS = {
    "name": (
        person_name,
        bank(
            "My name is {v}.",
            "[Hi|Hello|Hey], [I'm|I am|my name is] {v}.",
            "[I'm|I am] {v}.",
            "You can call me {v}.",
            "[People|My friends] call me {v}.",
            "Please call me {v}.",
        ),
        bank(
            "Nice to meet you, {v}!",
            "Hello, {v}! [How can I help you?|Nice to meet you.|]",
            "Hi {v}! [What can I do for you?|]",
        ),
        bank(
            "What is my name?",
            "What's my name?",
            "Do you [know|remember] my name?",
            "Who am I?",
            "[Tell me|Say] my name.",
            "Can you tell me my name?",
        ),
        bank("Your name is {v}.", "You are {v}.", "Your name is {v}.", "You told me that your name is {v}."),
        "your name",
    ),
    "color": (
        lambda r: pick(r, words.COLORS),
        bank(
            "My favorite color is {v}.",
            "I love the color {v}.",
            "I like {v} best of all colors.",
            "My favourite colour is {v}.",
        ),
        bank("{V} is a nice color[!|.]", "[Nice|Good] choice! [I will remember that.|]", "Okay, {v} it is."),
        bank(
            "What is my favorite color?",
            "What color do I like[ best|]?",
            "Do you remember my favorite color?",
            "Which color did I say I like?",
        ),
        bank("Your favorite color is {v}.", "You like {v}.", "It is {v}."),
        "your favorite color",
    ),
    "city": (
        lambda r: place(r, None),
        bank(
            "I live in {v}.",
            "I am from {v}.",
            "My home is in {v}.",
            "I moved to {v} last year.",
            "I'm living in {v}.",
        ),
        bank(
            "{v} sounds like a nice place[!|.]",
            "[Nice|Great]! How is life in {v}?",
            "I will remember that you live in {v}.",
        ),
        bank(
            "Where do I live?",
            "[In which|What] city do I live[ in|]?",
            "Do you remember where I live?",
            "Which city did I mention?",
        ),
        bank("You live in {v}.", "In {v}.", "You told me that you live in {v}."),
        "where you live",
    ),
    "job": (
        lambda r: pick(r, words.JOBS),
        bank(
            "I work as {av}.", "I am {av}.", "My job is {v}.", "I'm {av}.", "I have worked as {av} for years."
        ),
        bank("That is an interesting job[!|.]", "{AV} has a lot to do[!|.]", "Okay, you are {av}."),
        bank("What is my job?", "What do I do for work?", "Do you remember my job?", "What do I work as?"),
        bank("You are {av}.", "You work as {av}.", "Your job is {v}."),
        "your job",
    ),
    "number": (
        lambda r: str(num(r, 2, 999)),
        bank(
            "My [lucky|favorite] number is {v}.",
            "Remember the number {v}.",
            "Keep the number {v} in mind.",
            "The number is {v}. Don't forget it.",
            "My number is {v}.",
        ),
        bank("Okay, {v}.", "I will remember [the number |]{v}.", "Got it: {v}."),
        bank(
            "What [is|was] [my|the] number?",
            "Which number did I [tell you|say|give you]?",
            "Do you remember [my|the] number?",
        ),
        bank("The number is {v}.", "It is {v}.", "{v}", "You told me the number {v}."),
        "your number",
    ),
    "age": (
        lambda r: str(num(r, 5, 95)),
        bank(
            "I am {v} years old.",
            "I'm {v} years old.",
            "I turned {v} [today|last week|this year].",
            "My age is {v}.",
        ),
        bank("{v} is a great age[!|.]", "Okay, you are {v}.", "Thank you for telling me."),
        bank("How old am I?", "What is my age?", "Do you remember how old I am?"),
        bank("You are {v} years old.", "You are {v}.", "You told me that you are {v}."),
        "your age",
    ),
    "hobby": (
        lambda r: pick(r, words.HOBBIES),
        bank("My hobby is {v}.", "I love {v}.", "I like {v} a lot.", "In my free time I enjoy {v}."),
        bank("{V} is fun[!|.]", "That sounds like fun!", "Great hobby!"),
        bank("What is my hobby?", "What do I like to do?", "Do you remember my hobby?"),
        bank("Your hobby is {v}.", "You like {v}.", "You told me that you like {v}."),
        "your hobby",
    ),
    "food": (
        lambda r: pick(r, words.DISHES),
        bank("My favorite food is {v}.", "I love {v} more than any other food.", "I like to eat {v}."),
        bank("{V} is tasty[!|.]", "Yum! [I will remember that.|]", "Good taste!"),
        bank("What is my favorite food?", "What do I like to eat?", "Which food did I mention?"),
        bank("Your favorite food is {v}.", "You like {v}.", "It is {v}."),
        "your favorite food",
    ),
    "word": (
        lambda r: made_up_word(r),
        bank(
            "[The|My] secret word is {v}.",
            "The password is {v}.",
            "Remember this word: {v}",
            "Remember the word {v}[.| for me.]",
            "The code word is {v}.",
        ),
        bank("Okay, I will remember [it|{v}].", "Got it: {v}.", "I will remember that.", "Okay."),
        bank(
            "What [is|was] the [secret word|password|code word|word]?",
            "Which word [did I tell you|should you remember]?",
            "[Tell me|Say] the word.",
        ),
        bank("The word is {v}.", "It is {v}.", "{v}", "You told me the word {v}."),
        "a word",
    ),
    "friend": (
        person_name,
        bank(
            "My best friend is {v}.",
            "My best friend is called {v}.",
            "I have a good friend. Her name is {v}.",
            "My friend's name is {v}.",
        ),
        bank("{v} is a nice name[!|.]", "It is good to have a friend like {v}.", "Say hello to {v}!"),
        bank(
            "[What is|What's] my friend's name?",
            "Who is my [best |]friend?",
            "What is the name of my friend?",
        ),
        bank("Your friend is {v}.", "Your friend's name is {v}.", "It is {v}."),
        "your friend",
    ),
    "month": (
        lambda r: pick(r, words.MONTHS),
        bank("My birthday is in {v}.", "I was born in {v}."),
        bank("{v} is a good month[!|.]", "I will remember that.", "Okay, in {v}."),
        bank("When is my birthday?", "In which month [is my birthday|was I born]?"),
        bank("Your birthday is in {v}.", "In {v}.", "It is in {v}."),
        "your birthday",
    ),
}


_FACT_KEYS = list(_FACTS)


_NOT_TOLD = bank(
    "You have not told me {n} yet.",
    "I do not know {n}. You did not tell me.",
    "You did not tell me {n}.",
    "I don't know that. You have not told me {n} yet.",
)


_PET_SAY = bank(
    "I have a {p} called {v}.",
    "My {p} is called {v}.",
    "My {p}'s name is {v}.",
    "I have a new {p}. Its name is {v}.",
    "This is my {p} {v}.",
)


_PET_REPLY = bank(
    "{v} is a [nice|cute|lovely] name for a {p}[!|.]", "How nice! Say hello to {v}.", "A {p}! How lovely."
)


_PET_NAME_QUESTION = bank(
    "What is [the name of my {p}|my {p}'s name|my {p} called]?",
    "How is my {p} called?",
    "Do you remember the name of my {p}?",
    "What is my pet's name?",
)


_PET_NAME_ANSWER = bank(
    "Your {p} is called {v}.", "Your {p}'s name is {v}.", "The name of your {p} is {v}.", "{v}."
)


_PET_KIND_QUESTION = bank("What [kind of |]pet do I have?", "What animal is {v}?", "Which animal do I have?")


_PET_KIND_ANSWER = bank("You have a {p} called {v}.", "You have a {p}.", "{v} is a {p}.")


_REPEAT_REQUESTS = bank(
    "Repeat after me: {s}",
    "[Repeat|Say|Copy] this: {s}",
    "Please repeat: {s}",
    'Say "{s}".',
    'Repeat "{s}".',
    "[Say|Write] exactly this: {s}",
    "Echo: {s}",
    "Repeat [the sentence|this sentence|these words]: {s}",
)


_SYSTEM_NAME = bank(
    "Your name is {v}.",
    "You are {v}[.|, a helpful assistant.|, a friendly robot.]",
    "You are a helpful assistant called {v}.",
    "You are an assistant named {v}.",
)


_WHO_QUESTIONS = bank(
    "What is your name?",
    "What's your name?",
    "Who are you?",
    "What should I call you?",
    "Tell me your name.",
    "Hi, who are you?",
)


_WHO_ANSWERS = bank(
    "My name is {v}.",
    "I am {v}.",
    "My name is {v}. [How can I help you?|]",
    "I am {v}[.|, and I am here to help.]",
)


_SYSTEM_USER = bank(
    "The user's name is {v}.",
    "You are talking to {v}.",
    "You are a helpful assistant. The name of the user is {v}.",
)


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
        k = pick(rng, _FACT_KEYS) if rng.random() < 0.75 else "name"
        f = _FACTS[k]
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
    k2 = pick(rng, [x for x in _FACT_KEYS if x != k and {x, k} != {"name", "friend"}])
    g = _FACTS[k2]
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
        user(R(pick(rng, _PET_SAY))),
        assistant(R(pick(rng, _PET_REPLY))),
        *_filler(rng, _filler_count(rng)),
    ]
    if rng.random() < 0.7:
        return [*msgs, user(R(pick(rng, _PET_NAME_QUESTION))), assistant(R(pick(rng, _PET_NAME_ANSWER)))], v
    return [*msgs, user(R(pick(rng, _PET_KIND_QUESTION))), assistant(R(pick(rng, _PET_KIND_ANSWER)))], p


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
    q = pick(rng, _REPEAT_REQUESTS)
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
    k = pick(rng, _FACT_KEYS)
    f = _FACTS[k]
    msgs = _filler(rng, num(rng, 0, 1))
    k2 = None
    if rng.random() < 0.5:  # another fact is known
        k2 = pick(
            rng,
            [
                x
                for x in _FACT_KEYS
                if x != k and {x, k} != {"name", "friend"} and {x, k} != {"number", "age"}
            ],
        )
        g = _FACTS[k2]
        v = g[0](rng)
        msgs += [user(_fill(rng, pick(rng, g[1]), v)), assistant(_fill(rng, pick(rng, g[2]), v))]
    msgs += [user(pick(rng, f[3])), assistant(pick(rng, _NOT_TOLD).replace("{n}", f[5]))]
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
        msgs = [{"role": "system", "content": pick(rng, _SYSTEM_NAME).replace("{v}", v)}]
        if rng.random() < 0.25:
            msgs += _filler(rng, 1)
        return [
            *msgs,
            user(pick(rng, _WHO_QUESTIONS)),
            assistant(pick(rng, _WHO_ANSWERS).replace("{v}", v).strip()),
        ], v
    f = _FACTS["name"]
    msgs = [{"role": "system", "content": pick(rng, _SYSTEM_USER).replace("{v}", v)}]
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
