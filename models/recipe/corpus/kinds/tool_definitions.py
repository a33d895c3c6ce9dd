"""The hand-written tools, read from data/tools_defs.py, and their JSON schemas."""

from __future__ import annotations

import re

from ..data import tools_defs
from .common import expand, join_and, pick
from .tool_values import generator, several

_SLOT = re.compile(r"\{(\w+)\}")
JSON_TYPES = {"s": "string", "i": "integer", "n": "number", "b": "boolean", "e": "string", "a": "array"}


def segments_of(t):
    """Template -> list of (literal, slot name or None)."""
    p = _SLOT.split(t)
    return [(p[i], p[i + 1] if i + 1 < len(p) else None) for i in range(0, len(p), 2)]


def _fixed_value(s):
    return {"true": True, "false": False}.get(s, s)


class Param:
    __slots__ = ("desc", "enum", "gen", "name", "req", "type")


class Tool:
    __slots__ = ("answers", "byname", "desc", "group", "name", "objs", "params", "phrases", "result")


def show(v):
    if isinstance(v, list):
        return join_and(v)
    return v if isinstance(v, str) else str(v)


def fill_segments(segs, v):
    out = []
    for lit, slot in segs:
        out.append(lit)
        if slot:
            out.append(show(v[slot]))
    return "".join(out)


def schema(t, name=None, names=None, desc=True, pdesc=True, extra=False):
    props = {}
    for p in t.params:
        d = {"type": JSON_TYPES[p.type]}
        if p.type == "a":
            d["items"] = {"type": "string"}
        if p.type == "e":
            d["enum"] = list(p.enum)
        if pdesc:
            d["description"] = p.desc
        props[names[p.name] if names else p.name] = d
    par = {
        "type": "object",
        "properties": props,
        "required": [names[p.name] if names else p.name for p in t.params if p.req],
    }
    if extra:
        par["additionalProperties"] = False
    f = {"name": name or t.name}
    if desc:
        f["description"] = t.desc if desc is True else desc
    f["parameters"] = par
    return {"type": "function", "function": f}


_QUESTION = re.compile(
    r"(What|How|Where|Who|When|Which|Is|Are|Am|Do|Does|Did|Has|Can|Could|Will|Any|In which|In what)\b"
)
_ORDER = re.compile(
    r"(Check|Tell|Give|Show|Get|Look|Find|Search|List|Book|Track|Calculate|Compute|Work|Convert|Read|Set)\b"
)


def _marked(e):
    """Questions end with '?', orders with '.', when the phrasing is one sentence."""
    if e[-1:] in ".?" and len(re.findall(r"[.?:](?: |$)", e)) == 1:
        if _QUESTION.match(e):
            return e[:-1] + "?"
        if _ORDER.match(e):
            return e[:-1] + "."
    return e


def _several_of(one):
    return lambda rng, v: several(rng, one)


def _read_tools():
    tools = []
    for block in tools_defs.DEFS.strip().split("\n@ "):
        t = Tool()
        t.params, t.phrases, t.result, t.answers = [], [], [], []
        head, *body = block.lstrip("@ ").splitlines()
        t.name, t.group, t.desc = [x.strip() for x in head.split("|")]
        for ln in body:
            ln = ln.strip()
            if not ln:
                continue
            if ln[0] == "?":
                text, _, fix = ln[1:].partition(";;")
                fix = dict(x.strip().split("=") for x in fix.split(",")) if fix.strip() else {}
                fix = {k: _fixed_value(x) for k, x in fix.items()}
                for e in expand(text.strip()):
                    e = _marked(re.sub(r" ([.?])(?= |$)", r"\1", re.sub(r"  +", " ", e)).strip())
                    t.phrases.append((segments_of(e), set(_SLOT.findall(e)), fix))
            elif ln[0] == "=":
                for part in ln[1:].split(";"):
                    k, g = part.strip().split("=")
                    t.result.append((k, generator(g)))
            elif ln[0] == "<":
                t.answers.append(segments_of(ln[1:].strip()))
            else:
                spec, desc = [x.strip() for x in ln.split("|", 1)]
                n, ty, g = spec.split(" ", 2)
                p = Param()
                p.name, p.req, p.type, p.desc = n.rstrip("!"), n.endswith("!"), ty, desc
                p.enum = g.split(",") if ty == "e" else None
                if ty == "e":
                    p.gen = lambda rng, v, e=p.enum: pick(rng, e)
                elif ty == "a":
                    p.gen = _several_of(generator(g))
                else:
                    p.gen = generator(g)
                t.params.append(p)
        t.byname = {p.name: p for p in t.params}
        req = {p.name for p in t.params if p.req}
        for segs, slots, fix in t.phrases:
            assert slots <= set(t.byname), (t.name, slots)
            miss = req - slots - set(fix)
            assert not miss, (t.name, segs, miss)
        t.objs = [schema(t), schema(t), schema(t), schema(t, pdesc=False), schema(t, extra=True)]
        tools.append(t)
    return tools


TOOLS = _read_tools()
TOOL_BY_NAME = {t.name: t for t in TOOLS}
