"""Tools under other names, and tools that do not exist, so that the model reads the schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..data import tools_slots, words
from .common import CorpusRandom, bank, cap, fresh, join_and, made_up_word, num, pick
from .tool_definitions import JSON_TYPES, schema, show
from .tool_requests import dressed
from .tool_values import code, decimal, person_name, several


def _camel_case(s):
    a = s.split("_")
    return a[0] + "".join(map(cap, a[1:]))


def _odd_name(rng: CorpusRandom):
    r = rng.random()
    if r < 0.35:
        return made_up_word(rng) + "_" + made_up_word(rng)
    if r < 0.6:
        return pick(rng, tools_slots.VERBS) + "_" + made_up_word(rng)
    if r < 0.8:
        return pick(rng, tools_slots.VERBS) + "_" + pick(rng, tools_slots.NOUNS)
    if r < 0.9:
        return made_up_word(rng)
    return pick(rng, tools_slots.VERBS) + cap(made_up_word(rng))


_GENERIC = "value input arg data text x y q a b item target param first second info what content key".split()


def _odd_parameter(rng: CorpusRandom, used):
    while True:
        r = rng.random()
        if r < 0.5:
            n = made_up_word(rng)
        elif r < 0.7:
            n = pick(rng, _GENERIC)
        elif r < 0.85:
            n = made_up_word(rng) + "_" + pick(rng, tools_slots.PARAMS_S)
        else:
            n = pick(rng, tools_slots.PARAMS_S) + str(num(rng, 1, 3))
        if n not in used:
            used.add(n)
            return n


def renamed_tool(rng: CorpusRandom, t):
    """Tool t under another name: the object and the parameter map."""
    r = rng.random()
    if r < 0.3:
        names = {p.name: _camel_case(p.name) for p in t.params}
        return schema(t, _camel_case(t.name), names), _camel_case(t.name), names
    used: set[str] = set()
    name = _odd_name(rng) if r < 0.85 else t.name
    names = (
        {p.name: _odd_parameter(rng, used) for p in t.params}
        if r > 0.45
        else {p.name: p.name for p in t.params}
    )
    return schema(t, name, names), name, names


def made_up_tool(rng: CorpusRandom, like=None):
    """A made-up tool: (object, list of (param, type, enum), verb, noun)."""
    if like and rng.random() < 0.5:
        verb, noun = (like[2], None) if rng.random() < 0.5 else (None, like[3])
    else:
        verb = noun = None
    verb = verb or (pick(rng, tools_slots.VERBS) if rng.random() < 0.6 else made_up_word(rng, 2))
    noun = noun or (pick(rng, tools_slots.NOUNS) if rng.random() < 0.55 else made_up_word(rng, 2))
    used, ps = set(), []
    for i in range(num(rng, 1, 3) if rng.random() < 0.85 else 4):
        r = rng.random()
        ty = (
            "s"
            if i == 0 and r < 0.8
            else "s"
            if r < 0.3
            else "i"
            if r < 0.6
            else "n"
            if r < 0.7
            else "e"
            if r < 0.88
            else "a"
            if r < 0.94
            else "b"
        )
        base = {
            "s": tools_slots.PARAMS_S,
            "i": tools_slots.PARAMS_I,
            "n": tools_slots.PARAMS_N,
            "e": tools_slots.PARAMS_E,
            "a": tools_slots.NOUNS,
            "b": tools_slots.PARAMS_B,
        }[ty]
        while True:
            n = pick(rng, base) if rng.random() < 0.55 else made_up_word(rng)
            if ty == "a" and n in base:
                n += "s"
            if n not in used and n != verb and n != noun:
                break
        used.add(n)
        en = None
        if ty == "e":
            en = (
                list(pick(rng, tools_slots.ENUMS))
                if rng.random() < 0.6
                else sorted({made_up_word(rng) for _ in range(num(rng, 2, 4))})
            )
        ps.append((n, ty, en))
    r = rng.random()
    name = verb + "_" + noun if r < 0.75 else verb + cap(noun) if r < 0.9 else noun + "_" + verb
    props = {}
    pd = rng.random() < 0.4
    for n, ty, en in ps:
        d: dict[str, Any] = {"type": JSON_TYPES[ty]}
        if ty == "a":
            d["items"] = {"type": "string"}
        if en:
            d["enum"] = en
        if pd:
            d["description"] = pick(rng, ("The %s", "%s of the " + noun, "Value of %s")) % n
            d["description"] = cap(d["description"])
        props[n] = d
    f: dict[str, Any] = {"name": name}
    if rng.random() < 0.85:
        f["description"] = cap(
            pick(rng, ("%s %s.", "%s the %s.", "%s a %s.", "Use this to %s a %s.", "Tool to %s one %s."))
            % (verb, noun)
        )
    f["parameters"] = {"type": "object", "properties": props, "required": [n for n, ty, en in ps]}
    return {"type": "function", "function": f}, ps, verb, noun


_HEADS = bank("[Please |Can you |I want to |Could you |Let's |I need to |Now |]{v} [the|a|one|my] {n}")
_JOINS = (" with ", ", ", " using ", ": ", " where ", " and set ")


def made_up_call(rng: CorpusRandom, s):
    obj, ps, verb, noun = s
    v, parts = {}, []
    for n, ty, en in ps:
        if ty == "s":
            r = rng.random()
            x = (
                made_up_word(rng)
                if r < 0.35
                else cap(made_up_word(rng))
                if r < 0.5
                else code(rng, None)
                if r < 0.65
                else person_name(rng)
                if r < 0.8
                else pick(rng, words.CITIES)
                if r < 0.9
                else pick(rng, words.SIMPLE)
            )
        elif ty == "i":
            x = num(rng, 1, 99) if rng.random() < 0.7 else num(rng, 100, 9999)
        elif ty == "n":
            x = decimal(rng, None, 1, 200)
        elif ty == "e":
            x = pick(rng, en)
        elif ty == "a":
            x = several(rng, lambda r, _: pick(r, words.SIMPLE) if r.random() < 0.6 else made_up_word(r))
        else:
            x = rng.random() < 0.5
        v[n] = x
    if not fresh(rng, obj["function"]["name"], *map(show, v.values())):
        return None
    style = num(rng, 0, 3)
    for n, ty, _ in ps:
        x = v[n]
        if ty == "b":
            parts.append(n + " " + ("true" if x else "false"))
        elif style == 0:
            parts.append(n + " " + show(x))
        elif style == 1:
            parts.append(n + " = " + show(x))
        elif style == 2:
            parts.append("the " + n + " " + show(x))
        else:
            parts.append(show(x) + " as " + n)
    head = pick(rng, _HEADS)
    q = head[:1] == "C" and head[:2] in ("Ca", "Co")
    head = cap(head.replace("{v}", verb).replace("{n}", noun))
    first = ps[0]
    if first[1] == "s" and rng.random() < 0.35:
        head += " " + v[first[0]]
        parts = parts[1:]
    text = head
    if parts:
        text += pick(rng, _JOINS[:4] if style else _JOINS) + join_and(parts)
    text += "?" if q else "." if rng.random() < 0.8 else ""
    return dressed(rng, text, 0.8), v


MADE_UP_RESULTS: list[tuple[Callable[[CorpusRandom, Any], dict[str, Any]], tuple[str, ...]]] = [
    (
        lambda r, v: {"status": "ok", "id": num(r, 10, 9999)},
        (
            "Done. The id is {id}.",
            "That worked. The {noun} has the id {id}.",
            "Okay, the {noun} is done. Id: {id}.",
        ),
    ),
    (lambda r, v: {"ok": True}, ("Done.", "That worked: the {noun} is done.", "Okay, it is done.")),
    (
        lambda r, v: {"result": num(r, 1, 999)},
        ("The result is {result}.", "I got {result}.", "The {noun} returned {result}."),
    ),
    (
        lambda r, v: {"status": pick(r, ("ready", "active", "queued", "finished", "waiting"))},
        ("The {noun} is {status}.", "The status of the {noun} is {status}."),
    ),
    (
        lambda r, v: {made_up_word(r): num(r, 1, 500)},
        ("The {k0} of the {noun} is {v0}.", "It says that {k0} is {v0}."),
    ),
    (
        lambda r, v: {"value": made_up_word(r), "count": num(r, 1, 50)},
        ("The value is {value} and the count is {count}.", "I got {value}, with a count of {count}."),
    ),
]
