"""Tool calls, their results and the answers that use them."""

from __future__ import annotations

import json
from typing import Any

from ..data import tools_slots
from .common import CorpusRandom, Document, assistant, bank, cap, join_and, num, pick, user
from .smalltalk import smalltalk
from .textops import textop
from .tool_definitions import TOOL_BY_NAME, TOOLS, fill_segments, show
from .tool_made_up import MADE_UP_RESULTS, made_up_call, made_up_tool, renamed_tool
from .tool_requests import request

_dumps = json.dumps
_ERROR_ANSWERS = bank(
    "Sorry, that did not work: {error}.",
    "[The tool|It] [reported|returned] an error: {error}.",
    "I could not do that. The error is: {error}.",
    "Sorry, I got an error: {error}.",
)
_REFUSALS = bank(
    "[Sorry, |I am sorry, but |]I [do not have|have no] [a tool|tools] for that.",
    "[Sorry, |]I cannot do that with the tools I have.",
    "None of my tools can do that[, sorry|].",
    "[Sorry, |]I can't help with that. My tools are only for {tools}.",
    "I can't do that here. [I can only use|The only tools I have are] {tools}.",
)
_THANKS = [
    ("Thanks!", "You're welcome!"),
    ("Thank you.", "You are welcome."),
    ("Great, thanks.", "Happy to help!"),
    ("Perfect.", "Glad I could help."),
    ("Thank you very much!", "You're welcome! Let me know if you need anything else."),
    ("Thanks a lot!", "Any time!"),
    ("ok thanks", "You're welcome!"),
    ("Cool, thank you.", "My pleasure."),
]
_SF_QUESTIONS = ("What's the weather in SF?",) * 6 + (
    "What is the weather in SF?",
    "what's the weather in SF",
    "What's the weather like in SF?",
    "How's the weather in SF?",
    "Weather in SF?",
    "What's the weather in SF today?",
    "Tell me the weather in SF.",
)
_WEATHER_DESCRIPTIONS = (
    "Get the current weather for a location.",
    "Get weather",
    "Get the weather for a city",
    "Get the weather",
    "Get current weather for a location",
    "Returns the weather at a location",
    "Get the current weather in a given location",
    "Weather lookup",
)
_LOCATION_DESCRIPTIONS = (
    "City name",
    "The city",
    "The location",
    "The city and state, e.g. San Francisco, CA",
    "City or place name",
    "Location",
)


def _weather_tool(rng: CorpusRandom):
    props: dict[str, dict[str, Any]] = {"location": {"type": "string"}}
    if rng.random() < 0.5:
        props["location"]["description"] = pick(rng, _LOCATION_DESCRIPTIONS)
    if rng.random() < 0.3:
        props["unit"] = {"type": "string", "enum": ["celsius", "fahrenheit"]}
    par: dict[str, Any] = {"type": "object", "properties": props}
    if rng.random() < 0.85:
        par["required"] = ["location"]
    if rng.random() < 0.1:
        par["additionalProperties"] = False
    f: dict[str, Any] = {"name": "get_weather"}
    if rng.random() < 0.9:
        f["description"] = pick(rng, _WEATHER_DESCRIPTIONS)
    f["parameters"] = par
    return {"type": "function", "function": f}


def _result_and_answer(rng: CorpusRandom, t, v):
    """A tool result and the sentence that uses it, for a hand-written tool."""
    if rng.random() < 0.06:
        e = pick(rng, tools_slots.ERRORS)
        return {"error": e}, pick(rng, _ERROR_ANSWERS).replace("{error}", e)
    vals = dict(v)
    res = {}
    for k, g in t.result:
        x = g(rng, vals)
        res[k] = x
        vals.setdefault(k, x)
        if k not in v:
            vals[k] = x
    for _ in range(6):
        segs = pick(rng, t.answers)
        if all(s is None or s in vals for _, s in segs):
            break
    else:
        return res, "Done."
    for _, s in segs:
        if s in res and s in v:  # same name in request and result
            vals[s] = res[s] if t.group == "package" else vals[s]
    return res, cap(fill_segments(segs, vals)).replace("..", ".")


def _tool_message(res):
    return {"role": "tool", "content": _dumps(res, ensure_ascii=False)}


def _call_message(name, args):
    return {"role": "assistant", "tool_calls": [{"name": name, "arguments": args}]}


def _other_tools(rng: CorpusRandom, groups, k):
    """k hand-written tools outside the groups, with objects."""
    out: list[Document] = []
    while len(out) < k:
        t = pick(rng, TOOLS)
        if t.group not in groups:
            groups.add(t.group)
            out.append(pick(rng, t.objs))
    return out


def _extra_count(rng: CorpusRandom):
    r = rng.random()
    return 0 if r < 0.28 else 1 if r < 0.58 else 2 if r < 0.84 else 3


def _shuffle(rng: CorpusRandom, seq):
    for i in range(len(seq) - 1, 0, -1):
        j = int(rng.random() * (i + 1))
        seq[i], seq[j] = seq[j], seq[i]


def _written_tool_call(rng: CorpusRandom, renamed):
    for _ in range(400):
        t = pick(rng, TOOLS)
        got = request(rng, t)
        if got:
            break
    text, v = got
    if renamed:
        obj, name, names = renamed_tool(rng, t)
    else:
        obj, name, names = pick(rng, t.objs), t.name, None
        if t.name == "get_weather" and set(v) <= {"location"}:
            obj = _weather_tool(rng)
    args = {names[k]: x for k, x in v.items()} if names else v
    groups = {t.group}
    tools = [obj]
    k = _extra_count(rng)
    if renamed and rng.random() < 0.6:
        for _ in range(k):
            d = pick(rng, TOOLS)
            if d.group in groups:
                continue
            o, n, _m = renamed_tool(rng, d)
            if n in [x["function"]["name"] for x in tools]:
                continue
            groups.add(d.group)
            tools.append(o)
    else:
        tools += _other_tools(rng, groups, k)
    _shuffle(rng, tools)
    msgs = [user(text), _call_message(name, args)]
    if rng.random() < 0.5:
        res, ans = _result_and_answer(rng, t, v)
        msgs += [_tool_message(res), assistant(ans)]
        r = rng.random()
        if r < 0.12:
            u, a = pick(rng, _THANKS)
            msgs += [user(u), assistant(a)]
        elif r < 0.3:
            for _ in range(60):
                got = request(rng, t)
                if got:
                    break
            else:
                got = None
            if got:
                text, v = got
                msgs += [user(text), _call_message(name, {names[k]: x for k, x in v.items()} if names else v)]
                if rng.random() < 0.5:
                    res, ans = _result_and_answer(rng, t, v)
                    msgs += [_tool_message(res), assistant(ans)]
    return tools, msgs


def _sf_weather(rng: CorpusRandom):
    tools = [_weather_tool(rng)]
    if rng.random() < 0.45:
        tools += _other_tools(rng, {"weather"}, num(rng, 1, 3))
        _shuffle(rng, tools)
    msgs = [user(pick(rng, _SF_QUESTIONS)), _call_message("get_weather", {"location": "SF"})]
    if rng.random() < 0.5:
        res, ans = _result_and_answer(rng, TOOL_BY_NAME["get_weather"], {"location": "SF"})
        msgs += [_tool_message(res), assistant(ans)]
    return tools, msgs


def _made_up_tool_call(rng: CorpusRandom):
    for _ in range(400):
        s = made_up_tool(rng)
        got = made_up_call(rng, s)
        if got:
            break
    text, v = got
    tools, names = [s[0]], {s[0]["function"]["name"]}
    for _ in range(_extra_count(rng)):
        o = made_up_tool(rng, s)[0] if rng.random() < 0.7 else pick(rng, pick(rng, TOOLS).objs)
        if o["function"]["name"] not in names:
            names.add(o["function"]["name"])
            tools.append(o)
    _shuffle(rng, tools)
    msgs = [user(text), _call_message(s[0]["function"]["name"], v)]
    if rng.random() < 0.5:
        if rng.random() < 0.07:
            e = pick(rng, tools_slots.ERRORS)
            res, ans = {"error": e}, pick(rng, _ERROR_ANSWERS).replace("{error}", e)
        else:
            g, forms = pick(rng, MADE_UP_RESULTS)
            res = g(rng, v)
            ans = pick(rng, forms).replace("{noun}", s[3])
            for k, x in res.items():
                ans = ans.replace("{" + k + "}", show(x)).replace("{k0}", k).replace("{v0}", show(x))
        msgs += [_tool_message(res), assistant(ans)]
    return tools, msgs


def _no_tool_fits(rng: CorpusRandom):
    r = rng.random()
    groups = set()
    if r < 0.55:
        fn = smalltalk if rng.random() < 0.7 else textop
        while True:
            msgs = list(fn(rng)["messages"])
            if msgs[0]["role"] != "system":
                break
        groups |= {"calc", "random", "dictionary", "translate", "python", "dice", "time", "shell", "web"}
        tools = _other_tools(rng, groups, 1 + _extra_count(rng) % 3)
    else:
        for _ in range(400):
            t = pick(rng, TOOLS)
            if t.group in ("web", "shell", "python", "calc"):
                continue
            got = request(rng, t)
            if got:
                break
        groups = {t.group, "web", "shell", "python", "message"}
        groups |= _SIMILAR.get(t.group, set())
        tools = _other_tools(rng, groups, 1 + _extra_count(rng) % 3)
        names = join_and([x["function"]["name"] for x in tools])
        msgs = [user(got[0]), assistant(pick(rng, _REFUSALS).replace("{tools}", names))]
    _shuffle(rng, tools)
    return tools, msgs


_SIMILAR_GROUPS = [
    "timer alarm reminder calendar todo",
    "email message post",
    "calendar agenda meeting appointment reminder todo assign",
    "restaurants table",
    "currency rate",
    "stock crypto",
    "translate detect",
    "music playlist volume",
    "light lightcolor",
    "directions distance traffic taxi trains flights car",
    "package order cancel",
    "products cart shopping",
    "recipe calories",
    "movie cinema rating tickets",
    "files write ls rm note shell python",
    "todo note shopping reminder assign",
    "user newuser",
    "time sun",
    "weather air sun",
    "calc tip bmi units",
    "random dice password",
    "imagegen images resize",
    "fpga gpio sensor",
    "mem service shell",
    "books web",
    "money balance",
    "call message",
    "summarize web",
    "lock vacuum thermostat light",
    "ticket reminder todo",
    "doctor appointment",
    "db user order package",
]


def _similar():
    table = {}
    for row in _SIMILAR_GROUPS:
        for group in row.split():
            table.setdefault(group, set()).update(row.split())
    return table


_SIMILAR = _similar()


def tool_call(rng: CorpusRandom) -> Document:
    r = rng.random()
    if rng.held_out and r < 0.23:
        r = 0.5
    if r < 0.03:
        tools, msgs = _sf_weather(rng)
    elif r < 0.23:
        tools, msgs = _no_tool_fits(rng)
    elif r < 0.50:
        tools, msgs = _made_up_tool_call(rng) if rng.random() < 0.5 else _written_tool_call(rng, True)
    else:
        tools, msgs = _written_tool_call(rng, rng.random() < 0.06)
    if rng.random() < 0.06 and not rng.held_out:
        d = smalltalk(rng)["messages"]
        if len(d) <= 4:
            msgs = list(d) + msgs
    return {"kind": "tools", "messages": msgs, "tools": tools}
