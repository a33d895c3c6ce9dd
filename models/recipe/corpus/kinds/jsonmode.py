"""JSON answers: the answer is one JSON object and nothing else."""

from __future__ import annotations

import json
import re
from typing import Any

from ..data import json_texts, words
from .common import (
    CorpusRandom,
    Document,
    an,
    assistant,
    bank,
    fresh,
    join_and,
    lines,
    made_up_word,
    num,
    pick,
    sample,
    user,
)
from .json_classify import (
    classify,
)
from .json_fields import (
    ITEMS,
    NICE_KEYS,
    SCHEMA_REQUESTS,
    SLOTS,
    Field,
    ask,
    ask_with_schema,
    json_text,
    rekeyed,
)
from .tool_definitions import show

_SLOT = re.compile(r"\{(\w+)\}")
_EXTRACTS = [x for k in json_texts.EXTRACT for x in lines(json_texts.EXTRACT[k])]
_CAPITALS = [tuple(x.split()) for line in lines(json_texts.CAPITALS) for x in line.split("|")]
_EXTRACT_REQUESTS = bank(
    "Extract the [data|information|facts|fields][:| from this text:|.]",
    "Read this[ text|]:",
    "Text:",
    "[Get|Find] the [data|values] in this [text|sentence|message]:",
    "What does this say?",
    "",
)


def _extract(rng: CorpusRandom):
    for _ in range(300):
        t = pick(rng, _EXTRACTS)
        slots = _SLOT.findall(t)
        vals: dict[str, Any] = {}
        for s in slots:
            for _i in range(9):
                v = SLOTS[s][1](rng)
                if v not in vals.values():
                    break
            vals[s] = v
        if len(slots) and fresh(rng, "x", t, *(show(v) for v in vals.values())):
            break
    text = _SLOT.sub(lambda m: show(vals[m.group(1)]), t)
    use = slots
    if len(slots) > 1 and rng.random() < 0.35:
        use = (
            sample(rng, slots, num(rng, 1, len(slots) - 1))
            if rng.random() < 0.7
            else sample(rng, slots, len(slots))
        )
    whole = set(use) == set(slots)
    fs, alts = [], {}
    for s in use:
        ty, _g, desc, alt = SLOTS[s]
        k = NICE_KEYS.get(s, s)
        if ty == "number":
            rng.random()
        fs.append(Field(k, ty, vals[s], desc))
        alts[k] = alt
    anyok = whole and use == slots
    fs = rekeyed(rng, fs, alts)
    if anyok and any(f.key not in alts for f in fs):
        anyok = False
    if rng.random() < 0.05 and not anyok:
        k = pick(rng, [x for x in ("email", "phone", "age", "price") if x not in slots])
        if k not in [f.key for f in fs]:
            f = Field(k, [SLOTS[k][0], "null"], None, SLOTS[k][2])
            return ask_with_schema(rng, pick(rng, _EXTRACT_REQUESTS), text, [*fs, f])
    return ask(
        rng,
        pick(rng, _EXTRACT_REQUESTS),
        text,
        fs,
        anyok and all(f.key == NICE_KEYS.get(s, s) for f, s in zip(fs, use, strict=False)),
    )


_LISTS = [
    ("programming languages", "languages", words.PROG_LANGS),
    ("fruits", "fruits", words.FRUITS),
    ("vegetables", "vegetables", words.VEGETABLES),
    ("planets", "planets", words.PLANETS),
    ("animals", "animals", words.ANIMALS),
    ("birds", "birds", words.BIRDS),
    ("trees", "trees", words.TREES),
    ("flowers", "flowers", words.FLOWERS),
    ("metals", "metals", words.METALS),
    ("colors", "colors", words.COLORS),
    ("days of the week", "days", words.DAYS),
    ("months", "months", words.MONTHS),
    ("sports", "sports", words.SPORTS),
    ("instruments", "instruments", words.INSTRUMENTS),
    ("countries", "countries", words.COUNTRIES),
    ("cities", "cities", words.CITIES),
    ("jobs", "jobs", words.JOBS),
    ("hobbies", "hobbies", words.HOBBIES),
    ("drinks", "drinks", words.DRINKS),
    ("dishes", "dishes", words.DISHES),
    ("vehicles", "vehicles", words.VEHICLES),
    ("pets", "pets", words.PETS),
    ("school subjects", "subjects", words.SUBJECTS),
    ("pieces of clothing", "clothes", words.CLOTHES),
    ("hand tools", "tools", words.TOOLS_HAND),
    ("shapes", "shapes", words.SHAPES),
    ("seasons", "seasons", words.SEASONS),
    ("continents", "continents", words.CONTINENTS),
    ("oceans", "oceans", words.OCEANS),
    ("human languages", "languages", words.HUMAN_LANGS),
    ("pieces of furniture", "furniture", words.FURNITURE),
    ("girls' names", "names", words.GIRLS),
    ("boys' names", "names", words.BOYS),
]
_LIST_REQUESTS = bank(
    "List {n} {t}.",
    "Name {n} {t}.",
    "Give me {n} {t}.",
    "[Tell me|Write down|Write] {n} {t}.",
    "I need {n} {t}.",
    "What are {n} {t}?",
    "List {n} {t}.",
    "List {n} {t}",
    "Can you list {n} {t}?",
)
_NUMBER_WORDS = "zero one two three four five six".split()


def _list(rng: CorpusRandom):
    for _ in range(300):
        t, key, items = pick(rng, _LISTS)
        n = num(rng, 2, min(6, len(items)))
        if rng.random() < 0.35:
            n = 3
        q = pick(rng, _LIST_REQUESTS)
        if fresh(rng, "list", t, q, str(n)):
            break
    head = items[: max(8, n + 3)]
    vals = sample(rng, items if rng.random() < 0.4 else head, n)
    if t == "programming languages" and n == 3 and rng.random() < 0.5:
        vals = ["Python", "C", "Rust"]
    fs = rekeyed(
        rng,
        [Field(key, "array", vals, "list of " + t)],
        {key: ["items", "list", "result", "answer", "names", "values"]},
    )
    for f in fs:
        f.need = False
    w = str(n) if rng.random() < 0.75 else _NUMBER_WORDS[n]
    return ask(rng, q.replace("{n}", w).replace("{t}", t), "", fs, fs[0].key == key)


_SETS = [
    ("a fruit", words.FRUITS),
    ("a vegetable", words.VEGETABLES),
    ("an animal", words.ANIMALS),
    ("a planet", words.PLANETS),
    ("a color", words.COLORS),
    ("a metal", [m for m in words.METALS if m not in words.COLORS]),
    ("a programming language", words.PROG_LANGS),
    ("a drink", words.DRINKS),
    ("an instrument", words.INSTRUMENTS),
    ("a month", words.MONTHS),
    ("a vehicle", words.VEHICLES),
    ("a country", words.COUNTRIES),
]


def _yesno(rng: CorpusRandom):
    for _ in range(300):
        r = rng.random()
        if r < 0.45:
            a, b = num(rng, 0, 99), num(rng, 0, 99)
            if a == b:
                continue
            w = pick(rng, ("bigger", "larger", "smaller", "more", "less"))
            q, v = f"Is {a} {w} than {b}?", (a > b) == (w in ("bigger", "larger", "more"))
        elif r < 0.6:
            a = num(rng, 0, 99)
            w = pick(rng, ("even", "odd"))
            q, v = f"Is {a} {w}?", (a % 2 == 0) == (w == "even")
        elif r < 0.9:
            t, items = pick(rng, _SETS)
            t2, items2 = (t, items) if rng.random() < 0.5 else pick(rng, _SETS)
            x = pick(rng, items2)
            v = x in items
            if t2 != t and (x == "orange" or (t == "a metal" and x == "Mercury")):
                continue
            q = "Is {} {}?".format(
                x if x[0].isupper() or t2 in ("a drink", "a color", "a metal") else an(x), t
            )
        else:
            w = pick(rng, words.SIMPLE)
            c = pick(rng, "aeiost")
            q, v = f"Does the word {w} contain the letter {c}?", c in w
        if fresh(rng, "yn", q):
            break
    if rng.random() < 0.6:
        f = Field("answer", "boolean", v, "true or false")
        alts = ["result", "yes", "is_true", "correct", "value"]
    else:
        f = Field("answer", "string", "yes" if v else "no", "yes or no", ["yes", "no"])
        alts = ["result", "reply", "choice", "verdict"]
    fs = rekeyed(rng, [f], {"answer": alts})
    f.need = False if f.enum else f.need
    if f.type == "boolean" and rng.random() < 0.4:
        return ask_with_schema(rng, q, "", fs)
    return ask(rng, q, "", fs, f.key == "answer" and f.type == "boolean")


def _sum(rng: CorpusRandom):
    for _ in range(300):
        a, b = num(rng, 0, 20), num(rng, 0, 20)
        r = rng.random()
        if r < 0.4:
            key, q, v = (
                "sum",
                pick(rng, ("What is %d + %d?", "Add %d and %d.", "%d + %d", "How much is %d plus %d?"))
                % (a, b),
                a + b,
            )
            kk = "add"
        elif r < 0.65:
            a, b = max(a, b), min(a, b)
            key, q, v = (
                "difference",
                pick(rng, ("What is %d - %d?", "%d - %d", "How much is %d minus %d?")) % (a, b),
                a - b,
            )
            kk = "sub"
        elif r < 0.85:
            a, b = num(rng, 0, 10), num(rng, 0, 10)
            key, q, v = (
                "product",
                pick(rng, ("What is %d * %d?", "Multiply %d by %d.", "%d * %d", "How much is %d times %d?"))
                % (a, b),
                a * b,
            )
            kk = "mul"
        else:
            if not (fresh(rng, "add", str(a), str(b)) and fresh(rng, "calc2", str(a), str(b))):
                continue
            fs = rekeyed(
                rng,
                [
                    Field("a", "integer", a, "first number"),
                    Field("b", "integer", b, "second number"),
                    Field("sum", "integer", a + b, "sum of both"),
                ],
                {"a": ["x", "first", "left"], "b": ["y", "second", "right"], "sum": ["total", "result"]},
            )
            return ask(rng, f"Add {a} and {b}.", "", fs)
        if fresh(rng, kk, str(a), str(b)):
            break
    key = "result" if rng.random() < 0.6 else key
    fs = rekeyed(
        rng,
        [Field(key, "integer" if rng.random() < 0.7 else "number", v, "the result")],
        {key: ["answer", "value", "result", "solution"]},
    )
    fs[0].need = False
    return ask(rng, q, "", fs, fs[0].key == "result")


_MADE_UP = {
    "person": ("name", "age", "city", "job", "hobby", "email"),
    "city": ("city", "country", "temperature"),
    "pet": ("petname", "pet", "age", "color"),
    "product": ("item", "price", "color", "quantity"),
    "event": ("event", "date", "time", "city"),
    "book": ("title", "name", "year", "pages"),
    "user": ("name", "email", "age"),
}
_MADE_UP_REQUESTS = bank(
    "[Make up|Invent|Create|Generate|Give me] [a|one] [random |]{t}.",
    "[Generate|Create] [test|sample|example] data for a {t}.",
    "I need an example {t}.",
    "Describe a made-up {t}.",
)


def _make(rng: CorpusRandom):
    for _ in range(300):
        t = pick(rng, list(_MADE_UP))
        use = sample(rng, list(_MADE_UP[t]), num(rng, 2, min(4, len(_MADE_UP[t]))))
        if fresh(rng, "make", t, *use):
            break
    fs = []
    for s in use:
        ty, g, desc, _alt = SLOTS[s]
        v = num(rng, 1, 14) if t == "pet" and s == "age" else g(rng)
        fs.append(Field(NICE_KEYS.get(s, s) if t != "book" or s != "name" else "author", ty, v, desc))
    if t == "city":
        c = pick(rng, _CAPITALS)
        for f in fs:
            f.val = c[1] if f.key == "city" else c[0] if f.key == "country" else f.val
    q = pick(rng, _MADE_UP_REQUESTS).replace("{t}", t)
    q = q.replace("a event", "an event")
    return ask(rng, q, "", fs)


def _capital(rng: CorpusRandom):
    for _ in range(200):
        c, k = pick(rng, _CAPITALS)
        r = rng.random()
        q = (
            pick(
                rng,
                (
                    "What is the capital of %s?",
                    "Name the capital of %s.",
                    "Capital of %s?",
                    "Tell me the capital of %s.",
                ),
            )
            % c
        )
        if fresh(rng, "cap", q):
            break
    fs = [Field("capital", "string", k, "capital city")]
    if r < 0.35:
        fs.insert(0, Field("country", "string", c, "the country"))
    fs = rekeyed(
        rng,
        fs,
        {"capital": ["answer", "city", "capital_city", "result"], "country": ["nation", "land", "of"]},
    )
    return ask(rng, q, "", fs, len(fs) == 1 and fs[0].key == "capital")


def _word_facts(rng: CorpusRandom):
    for _ in range(200):
        w = pick(rng, words.SIMPLE) if rng.random() < 0.6 else made_up_word(rng, 2)
        if fresh(rng, "jw", w):
            break
    opts = [
        Field("word", "string", w, "the word"),
        Field("length", "integer", len(w), "number of letters"),
        Field("first_letter", "string", w[0], "first letter"),
        Field("last_letter", "string", w[-1], "last letter"),
        Field("uppercase", "string", w.upper(), "the word in uppercase"),
    ]
    fs = rekeyed(
        rng,
        sample(rng, opts, num(rng, 1, 3)),
        {
            "word": ["text", "input"],
            "length": ["letters", "count", "size"],
            "first_letter": ["first", "start"],
            "last_letter": ["last", "end"],
            "uppercase": ["upper", "caps"],
        },
    )
    return ask(
        rng,
        pick(rng, ("Describe the word %s.", "Word: %s", "Tell me about the word %s.", "Analyze the word %s."))
        % w,
        "",
        fs,
    )


def _nested(rng: CorpusRandom):
    """A list of objects."""
    for _ in range(200):
        k = num(rng, 2, 3)
        items = sample(rng, ITEMS, k)
        ns = [num(rng, 2, 30) for _ in items]
        if fresh(rng, "nest", *items, *map(str, ns)):
            break
    a, b, top = pick(
        rng,
        (
            ("name", "quantity", "items"),
            ("product", "count", "order"),
            ("item", "amount", "list"),
            (made_up_word(rng), made_up_word(rng), made_up_word(rng)),
            ("title", "qty", "lines"),
        ),
    )
    text = pick(rng, ("I want %s.", "Order: %s", "Please send me %s.", "We need %s.")) % join_and(
        [f"{n} {i}" for n, i in zip(ns, items, strict=False)]
    )
    s = {
        "type": "object",
        "properties": {
            top: {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {a: {"type": "string"}, b: {"type": "integer"}},
                    "required": [a, b],
                },
            }
        },
        "required": [top],
    }
    inst = pick(rng, SCHEMA_REQUESTS).replace("{S}", json_text(s))
    ans = assistant(json_text({top: [{a: i, b: n} for i, n in zip(items, ns, strict=False)]}))
    if rng.random() < 0.5:
        return [{"role": "system", "content": inst}, user(text), ans]
    return [user(text + "\n" + inst), ans]


_MAKERS = (
    [_extract] * 40
    + [classify] * 20
    + [_list] * 13
    + [_yesno] * 6
    + [_sum] * 6
    + [_make] * 5
    + [_capital] * 4
    + [_word_facts] * 3
    + [_nested] * 3
)


def json_reply(rng: CorpusRandom) -> Document:
    msgs = pick(rng, _MAKERS)(rng)
    d = {"kind": "json", "messages": msgs}
    if rng.held_out:
        d["expect"] = {"json_keys": sorted(json.loads(msgs[-1]["content"]))}
    return d
