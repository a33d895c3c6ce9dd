"""Lists: 'Name three planets' with the right number in the format that was asked for."""

from __future__ import annotations

from ..data import facts_misc
from .common import (
    CorpusRandom,
    Document,
    an,
    assistant,
    bank,
    cap,
    casual,
    fresh,
    join_and,
    num,
    pick,
    rows,
    sample,
    user,
)
from .fact_singles import NUMBER_WORDS
from .facts import asked

_LISTS = [
    (
        [x.strip() for x in one.split(";")],
        [x.strip() for x in many.split(";")],
        [x.strip() for x in members.split(", ")],
    )
    for one, many, members in rows(facts_misc.LISTS)
]
_ORDERED = {"day of the week", "month", "prime number", "even number", "odd number"}
# (template, default format): s sentence, c commas, b bullets, n numbers
_REQUESTS = [
    (
        "b",
        bank(
            "List {n} {p}.",
            "List {n} {p}.",
            "Please list {n} {p}.",
            "Make a list of {n} {p}.",
            "Write a list of {n} {p}.",
            "I need a list of {n} {p}.",
            "Can you list {n} {p}?",
        ),
    ),
    (
        "s",
        bank(
            "Name {n} {p}.",
            "Name {n} {p}.",
            "[Can|Could] you name {n} {p}?",
            "Tell me {n} {p}.",
            "What are {n} {p}?",
            "Name {n} {p}, please.",
            "Do you know {n} {p}?",
            "Which {n} {p} can you name?",
            "Name {n} {p} in one sentence.",
            "Mention {n} {p} in a sentence.",
        ),
    ),
    (
        "n",
        bank(
            "Give me {n} {p}.",
            "Give me {n} {p}.",
            "Please give me {n} {p}.",
            "Write down {n} {p}.",
            "Give me {n} examples of {p}.",
            "I need {n} {p}.",
            "Show me {n} {p}.",
        ),
    ),
]
_FORMATS = [
    ("b", bank("{t} as a bulleted list", "{t} as bullet points", "{t} with bullets", "{t} using bullets")),
    ("n", bank("{t} as a numbered list", "{t} in a numbered list", "{t} with numbers")),
    (
        "c",
        bank(
            "{t} separated by commas", "{t} on one line", "{t} with commas", "{t} as a comma-separated list"
        ),
    ),
    ("l", bank("{t}, one per line", "{t}, each on its own line")),
    ("j", bank("{t} as a JSON array", "{t} as JSON")),
]
_BASES = bank("List {n} {p}", "Name {n} {p}", "Give me {n} {p}", "Write {n} {p}", "Show {n} {p}")
_ONE = bank(
    "Name [a|one] {s}.",
    "Give me [one|an example of a] {s}.",
    "Tell me one {s}.",
    "Name any {s}.",
    "What is one {s}?",
)
_EXCEPT = bank(
    "Name {n} {p} except {x}.",
    "List {n} {p}, but not {x}.",
    "Give me {n} {p} other than {x}.",
    "Name {n} {p} besides {x}.",
    "Name {n} {p} without {x}.",
)
_SOME_MORE = bank("Give me {n} more.", "{N} more, please.", "Name {n} more.", "Can you add {n} more?")
# categories whose members can follow 'are' without an article
_WITHOUT_ARTICLE = set(
    """color;sport;team sport;winter sport;spice;drink;metal;material;chemical element;style of music;hobby;feeling;healthy habit;
way to save energy;language;river;mountain;ocean;currency;school subject;use of FPGAs;use of AI;part of an FPGA;sampling setting;
number format;network protocol;kind of weather;prime number;even number;odd number""".replace("\n", "").split(
        ";"
    )
)


def _formatted(rng: CorpusRandom, f, items, p, n, mass=True):
    if f == "s":
        if n == 1:
            return cap(items[0]) + "."
        if (not mass and any(x[0].islower() for x in items)) or rng.random() < 0.15:
            return f"Here are {NUMBER_WORDS[n]} {p}: {join_and(items)}."
        return f"{cap(NUMBER_WORDS[n])} {p} are {join_and(items)}."
    if f == "c":
        return cap(", ".join(items))
    if f == "b":
        return "\n".join("- " + cap(x) for x in items)
    if f == "n":
        return "\n".join(f"{i + 1}. {cap(x)}" for i, x in enumerate(items))
    if f == "l":
        return "\n".join(cap(x) for x in items)
    if items[0].isdigit():
        return "[" + ", ".join(items) + "]"
    return "[" + ", ".join(f'"{x}"' for x in items) + "]"


_SIZES = (2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 5, 6, 7, 8, 10)


def list_request(rng: CorpusRandom) -> Document:
    while True:
        sg, pl, mem = pick(rng, _LISTS)
        i = num(rng, 0, len(pl) - 1)
        s, p = sg[min(i, len(sg) - 1)], pl[i]
        order = sg[0] in _ORDERED
        r = rng.random()
        if r < 0.07:
            t = pick(rng, _ONE)
            if not fresh(rng, "list1", s, t):
                continue
            q = (
                t.replace("{s}", s)
                .replace("example of a " + s, "example of " + an(s))
                .replace("Name a " + s, "Name " + an(s))
            )
            x = pick(rng, mem)
            return {"kind": "list", "messages": [user(asked(rng, q)), assistant(cap(x) + ".")]}
        n = pick(rng, _SIZES)
        if n > len(mem):
            continue
        nw = NUMBER_WORDS[n] if rng.random() < 0.6 else str(n)
        if r < 0.15:
            if n >= len(mem):
                continue
            t = pick(rng, _EXCEPT)
            x = pick(rng, mem)
            if not fresh(rng, "listx", p, x, t):
                continue
            it = sample(rng, [m for m in mem if m != x], n)
            f = "b" if t.startswith("List") else "n" if t.startswith("Give") else "s"
            q = t.replace("{n}", nw).replace("{p}", p).replace("{x}", x)
        else:
            if r < 0.65:
                f, ts = pick(rng, _REQUESTS)
                t = pick(rng, ts)
            else:
                f, ts = pick(rng, _FORMATS)
                t = pick(rng, ts).replace("{t}", pick(rng, _BASES)) + "."
            if not fresh(rng, "list", p, str(n), t):
                continue
            it = sample(rng, mem, n)
            q = t.replace("{n}", nw).replace("{p}", p)
        if order and rng.random() < 0.9:
            it.sort(key=mem.index)
        msgs = [user(asked(rng, q)), assistant(_formatted(rng, f, it, p, n, sg[0] in _WITHOUT_ARTICLE))]
        if rng.random() < 0.1 and len(mem) - n >= 2 and r >= 0.15:
            k = num(rng, 1, min(3, len(mem) - n))
            t = pick(rng, _SOME_MORE)
            rest = [m for m in mem if m not in it]
            nx = sample(rng, rest, k)
            if order:
                nx.sort(key=mem.index)
            a = cap(join_and(nx)) + "." if f == "s" else _formatted(rng, f, nx, p, k)
            kw = NUMBER_WORDS[k] if rng.random() < 0.7 else str(k)
            msgs += [user(casual(rng, t.replace("{n}", kw).replace("{N}", cap(kw)))), assistant(a)]
        return {"kind": "list", "messages": msgs}
