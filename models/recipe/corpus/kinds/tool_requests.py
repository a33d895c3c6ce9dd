"""A request to a hand-written tool with the values that its call must have."""

from __future__ import annotations

from .common import CorpusRandom, cap, fresh, pick
from .tool_definitions import fill_segments, show

_BEFORE = (
    "Hi! ",
    "Hello. ",
    "Hey, ",
    "Please help me. ",
    "Hi, ",
    "I need help. ",
    "Quick question: ",
    "Next: ",
    "Hello there! ",
    "Good morning. ",
    "Good evening. ",
    "One more thing. ",
)
_AFTER = (" Thanks.", " Thank you!", " Please.", " Thanks!", " Thank you.")


def dressed(rng: CorpusRandom, text, plain=0.7):
    """Small changes around the request that keep every slot value as typed."""
    r = rng.random()
    if r < plain:
        return text
    if r < plain + 0.1:
        return pick(rng, _BEFORE) + text
    if r < plain + 0.18:
        return text + pick(rng, _AFTER) if text[-1:] in ".?!" else text
    if r < plain + 0.26:
        return text[:-1] if text[-1:] in ".?!" else text
    return text


def request(rng: CorpusRandom, t, fixed=None):
    """(user text, values) for one request to tool t; None when held out."""
    segs, slots, fix = pick(rng, t.phrases)
    v = {}
    for p in t.params:
        if p.name in fix:
            v[p.name] = fix[p.name]
        elif p.name in slots:
            x = fixed[p.name] if fixed and p.name in fixed else p.gen(rng, v)
            if isinstance(x, str) and x in v.values():
                return None
            v[p.name] = x
    free = [show(x) for k, x in v.items() if k in slots]
    if free and not fresh(rng, t.name, *free):
        return None
    text = fill_segments(segs, v)
    if text[:1].islower() and segs[0][0] == "":
        text = cap(text) if segs[0][1] is None else text
    if rng.random() < 0.04 and not any(
        x != x.lower() and t.byname[k].type == "e" for k, x in v.items() if isinstance(x, str)
    ):
        text = text.lower()
        v = {
            k: x
            if k not in slots
            else x.lower()
            if isinstance(x, str)
            else [y.lower() for y in x]
            if isinstance(x, list)
            else x
            for k, x in v.items()
        }
    return dressed(rng, text), v
