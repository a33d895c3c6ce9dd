"""Greetings, identity, jokes, poems and honest 'I do not know'."""

from __future__ import annotations

from ..data import chat_jokes, chat_lines, chat_poems, words
from .common import (
    CorpusRandom,
    Document,
    assistant,
    bank,
    cap,
    expand,
    fresh,
    lines,
    made_up_word,
    num,
    pick,
    rows,
    user,
)


def _read_groups():
    """Name -> (questions, answers), each a list of readings a line: a line with few is used as often as one with many."""
    groups = {}
    for block in chat_lines.GROUPS.strip().split("\n## "):
        head, *body = block.lstrip("# ").splitlines()
        groups[head.strip()] = (
            [expand(x[1:].strip()) for x in body if x[:1] == "?"],
            [[y.strip() for y in expand(x[1:].strip())] for x in body if x[:1] == "!"],
        )
    return groups


_GROUPS = _read_groups()
_WEIGHTS = {
    "hello": 14,
    "howare": 7,
    "who": 12,
    "human": 3,
    "maker": 4,
    "can": 6,
    "thanks": 7,
    "bye": 6,
    "compliment": 4,
    "insult": 2,
    "sad": 3,
    "happy": 3,
    "feelings": 2,
    "fav": 2,
    "age": 1,
    "bored": 1,
    "ok": 2,
    "nonsense": 1,
    "test": 2,
    "lang": 1,
    "big": 1,
    "fpgaq": 2,
    "help": 2,
}
_BAG = [g for g, w in _WEIGHTS.items() for _ in range(w)]
_JOKES = rows(chat_jokes.JOKES)
_POEMS = [
    (topic, [[cap(z.strip()) for z in couplet.split(" / ")] for couplet in couplets.split(" | ")])
    for topic, couplets in (line.split(": ", 1) for line in lines(chat_poems.POEMS))
]
JOKE_REQUESTS = bank(
    "[Tell|tell] me a joke[|.|!| please.]",
    "[Do you know|Have you got|Do you have] a [good |]joke?",
    "[Can|Could] you tell me a [funny |]joke?",
    "Make me laugh[.|!]",
    "I [want|would like] to hear a joke.",
    "[Say|Tell me] something funny.",
    "A joke[, please|].",
    "Give me a [short |good |]joke.",
    "Got any jokes?",
    "Cheer me up with a joke.",
)
_MORE_REQUESTS = bank(
    "[Another one|One more|Another joke|One more joke][|!|.|, please.]",
    "[Tell me another|Do you know another one]?",
    "Ha! [Another|One more]?",
    "[Haha|Ha ha|That was funny], another one please.",
)
_LAUGHS = [
    ("Haha!", "I am glad you liked it!"),
    ("That is funny!", "Thank you! Would you like another one?"),
    ("lol", "Glad you liked it!"),
    ("I don't get it.", "That is okay. Jokes are not for everyone. Would you like another one?"),
    ("Very funny.", "Thank you! I have more."),
    ("That was bad.", "Sorry! I will try a better one next time."),
    ("Good one!", "Thanks! I like that one too."),
]
_POEM_REQUESTS = bank(
    "Write [me |]a [short |little |][poem|rhyme] about {t}.",
    "[Can|Could] you write a [short |]poem about {t}?",
    "[Tell|Give] me a poem about {t}.",
    "A poem about {t}[, please|].",
    "[Make up|Make] a rhyme about {t}.",
    "I [want|would like] a [short |]poem about {t}.",
    "Write four lines about {t} that rhyme.",
    "Do you know a poem about {t}?",
    "Please write a [rhyming poem|poem] about {t}[.|!]",
)
_ANY_POEM = bank(
    "[Write|Tell me|Give me] a [short |]poem.",
    "Can you [rhyme|write poems|write a poem]?",
    "[Write|Make] a rhyme.",
    "I want a poem.",
    "Write something that rhymes.",
)
_UNKNOWN_QUESTIONS = [expand(x) for x in lines(chat_lines.UNKNOWN)]
_UNKNOWN_ANSWERS = bank(*lines(chat_lines.UNKNOWN_A))


def line(rng: CorpusRandom, group):
    """(question, answer) of one group."""
    q, a = _GROUPS[group]
    return pick(rng, pick(rng, q)), pick(rng, pick(rng, a))


def joke(rng: CorpusRandom):
    q, a = pick(rng, _JOKES)
    return q + " " + a if rng.random() < 0.75 else q + "\n" + a


_PRONOUNS = set("it its she he his her they and but then at and when".split())


def poem_of(rng: CorpusRandom, couplets):
    i = int(rng.random() * len(couplets))
    j = (i + 1 + int(rng.random() * (len(couplets) - 1))) % len(couplets)
    if rng.random() < 0.75 and i > j:
        i, j = j, i
    if (
        couplets[i][0].split()[0].strip(",").lower() in _PRONOUNS
    ):  # a pronoun needs the first couplet before it
        i, j = 0, (j or i)
    return "\n".join(couplets[i] + couplets[j])


def poem(rng: CorpusRandom):
    for _ in range(300):
        q = pick(rng, _POEM_REQUESTS)
        t, c = pick(rng, _POEMS)
        if fresh(rng, "poem", q, t):
            break
    return q.replace("{t}", t), poem_of(rng, c)


def unknown(rng: CorpusRandom):
    for _ in range(300):
        p = pick(rng, words.GIRLS if rng.random() < 0.5 else words.BOYS)
        c = pick(rng, words.CITIES)
        w, v = cap(made_up_word(rng, 2)) + pick(rng, ("", "", "ia", "land")), made_up_word(rng, 3)
        q = pick(rng, pick(rng, _UNKNOWN_QUESTIONS))
        q = (
            q.replace("{p}", p)
            .replace("{s}", pick(rng, words.SURNAMES))
            .replace("{c}", c)
            .replace("{w}", w)
            .replace("{v}", v)
            .replace("{d}", pick(rng, words.DAYS))
            .replace("{y}", str(num(rng, 2090, 3000)))
            .replace(
                "{when}", pick(rng, ("tomorrow", "next week", "next summer", "on " + pick(rng, words.DAYS)))
            )
        )
        if fresh(rng, "unknown", q):
            break
    return q, pick(rng, _UNKNOWN_ANSWERS)


def smalltalk(rng: CorpusRandom) -> Document:
    r = rng.random()
    expect = None
    if r < 0.44:
        g = pick(rng, _BAG)
        q, a = line(rng, g)
        msgs = [user(q), assistant(a)]
        expect = _EXPECTED.get(g)
        r2 = rng.random()
        if g == "hello" and r2 < 0.35:
            g = pick(rng, ("who", "howare", "can", "who", "help"))
            q, a = line(rng, g)
            msgs += [user(q), assistant(a)]
            expect = _EXPECTED.get(g)
        elif g in ("who", "can", "maker") and r2 < 0.2:
            g = pick(rng, ("thanks", "compliment", "bye", "can" if g != "can" else "who"))
            q, a = line(rng, g)
            msgs += [user(q), assistant(a)]
            expect = _EXPECTED.get(g)
        elif g == "thanks" and r2 < 0.2:
            q, a = line(rng, "bye")
            msgs += [user(q), assistant(a)]
            expect = _EXPECTED["bye"]
    elif r < 0.60:
        msgs = [user(pick(rng, JOKE_REQUESTS)), assistant(joke(rng))]
        r2 = rng.random()
        if r2 < 0.2:
            for _ in range(9):
                b = joke(rng)
                if b[:15] != msgs[1]["content"][:15]:
                    break
            msgs += [user(pick(rng, _MORE_REQUESTS)), assistant(b)]
        elif r2 < 0.35:
            q, a = pick(rng, _LAUGHS)
            msgs += [user(q), assistant(a)]
        expect = r"\w"
    elif r < 0.88:
        if rng.random() < 0.06 and not rng.held_out:
            q, a = pick(rng, _ANY_POEM), poem_of(rng, pick(rng, _POEMS)[1])
        else:
            q, a = poem(rng)
        msgs = [user(q), assistant(a)]
        expect = r"(?s)\w+.*\n.*\w+"
    else:
        q, a = unknown(rng)
        msgs = [user(q), assistant(a)]
        expect = r"(?i)(not|n't|no way|cannot|sorry)"
    d: Document = {"kind": "smalltalk", "messages": msgs}
    if rng.held_out:
        d["expect"] = {"regex": expect or r"\w"}
    return d


_EXPECTED = {
    "who": r"(?i)OpenFPGA|language model",
    "human": r"(?i)model|program",
    "maker": r"OpenFPGA",
    "can": r"(?i)stor|question|tools",
    "thanks": r"(?i)welcome|pleasure|happy to|any time|no problem|glad",
    "bye": r"(?i)bye|see you|take care",
    "hello": r"(?i)hello|hi\b|hey",
    "howare": r"(?i)fine|well|good|great",
    "fpgaq": r"FPGA",
    "compliment": r"(?i)thank|kind|nice",
    "insult": r"(?i)sorry",
}
