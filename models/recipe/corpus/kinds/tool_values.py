"""Generators of the values in tool calls: names, dates, files, addresses and the like."""

from __future__ import annotations

from ..data import tools_slots, words
from .common import CorpusRandom, cap, made_up_word, num, pick


def _clock(hour: int, minute: int) -> str:
    return f"{hour}:{minute:02d}"


def person_name(rng: CorpusRandom):
    r = rng.random()
    return cap(made_up_word(rng)) if r < 0.15 else pick(rng, words.GIRLS if r < 0.58 else words.BOYS)


def full_name(rng: CorpusRandom):
    s = pick(rng, words.SURNAMES) if rng.random() < 0.8 else cap(made_up_word(rng))
    return person_name(rng) + " " + s


def place(rng: CorpusRandom, v):
    return pick(rng, words.CITIES) if rng.random() < 0.7 else cap(made_up_word(rng))


def date(rng: CorpusRandom, v):
    r = rng.random()
    if r < 0.35:
        return pick(rng, words.MONTHS) + " " + str(num(rng, 1, 28))
    if r < 0.65:
        return f"{num(rng, 2024, 2032)}-{num(rng, 1, 12):02d}-{num(rng, 1, 28):02d}"
    if r < 0.85:
        return pick(rng, words.DAYS)
    return str(num(rng, 1, 28)) + " " + pick(rng, words.MONTHS)


def time_of_day(rng: CorpusRandom, v):
    r = rng.random()
    if r < 0.4:
        return _clock(num(rng, 6, 23), 5 * num(rng, 0, 11))
    if r < 0.75:
        return "{} {}".format(num(rng, 1, 12), pick(rng, ("am", "pm", "pm")))
    if r < 0.9:
        return _clock(num(rng, 1, 12), 15 * num(rng, 0, 3)) + " " + pick(rng, ("am", "pm"))
    return pick(rng, ("noon", "midnight"))


def email(rng: CorpusRandom, v):
    n = person_name(rng).lower()
    r = rng.random()
    if r < 0.3:
        n += "." + pick(rng, words.SURNAMES).lower()
    elif r < 0.5:
        n += str(num(rng, 1, 99))
    return n + "@" + (pick(rng, tools_slots.DOMAIN) if rng.random() < 0.8 else made_up_word(rng) + ".com")


def fill_message(rng: CorpusRandom, t):
    if "{" not in t:
        return t
    k = t[t.index("{") + 1]
    if k == "p":
        v = person_name(rng)
    elif k == "g":
        v = pick(rng, tools_slots.GROCERY)
    elif k == "q":
        v = pick(rng, words.PET_NAMES)
    elif k == "r":
        v = pick(rng, tools_slots.ROOM)
    elif k == "n":
        v = str(num(rng, 2, 999))
    elif k == "d":
        v = pick(rng, tools_slots.DISH)
    elif k == "t":
        v = time_of_day(rng, None)
    else:
        v = place(rng, None)
    i = t.index("{")
    return t[:i] + v + t[i + 3 :]


def decimal(rng: CorpusRandom, v, lo, hi):
    lo, hi = int(lo), int(hi)
    if rng.random() < 0.6:
        return num(rng, lo, hi)
    x = round(lo + rng.random() * (hi - lo), 2 if rng.random() < 0.5 else 1)
    return int(x) if x == int(x) else x


def _half_steps(rng: CorpusRandom, v, lo, hi):
    x = num(rng, int(lo) * 2, int(hi) * 2) / 2
    return int(x) if x == int(x) else x


def _round_number(rng: CorpusRandom, v, lo, hi):
    lo, hi = int(lo), int(hi)
    return 10 * num(rng, (lo + 9) // 10, hi // 10) if rng.random() < 0.7 else num(rng, lo, hi)


def code(rng: CorpusRandom, v):
    r = rng.random()
    if r < 0.4:
        return "".join(pick(rng, "ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(2)) + str(num(rng, 100, 99999))
    if r < 0.7:
        return "".join(pick(rng, "ABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(6))
    return str(num(rng, 1000, 99999))


def order_number(rng: CorpusRandom, v):
    r = rng.random()
    if r < 0.3:
        return str(num(rng, 1000, 999999))
    if r < 0.6:
        return pick(rng, "ABCDEFGHKLMNPRSTX") + str(num(rng, 100, 9999))
    if r < 0.8:
        return "ORD-" + str(num(rng, 100, 99999))
    return code(rng, v)


def title(rng: CorpusRandom, v):
    r = rng.random()
    t = pick(rng, tools_slots.TITLE_A) + " " + pick(rng, tools_slots.TITLE_B)
    if r < 0.35:
        return "The " + t
    if r < 0.45:
        return cap(made_up_word(rng))
    if r < 0.55:
        return pick(rng, tools_slots.TITLE_B) + " of " + cap(made_up_word(rng))
    return t


def _expression(rng: CorpusRandom, v):
    a, b, c = num(rng, 2, 999), num(rng, 2, 99), num(rng, 2, 20)
    r = rng.random()
    if r < 0.7:
        return "{} {} {}".format(a, pick(rng, "+-*/"), b)
    if r < 0.85:
        return "{} {} {} {} {}".format(a, pick(rng, "+-"), b, pick(rng, "+-*"), c)
    return "({} {} {}) * {}".format(a, pick(rng, "+-"), b, c)


def _expression_value(rng: CorpusRandom, v):
    x = round(eval(v["expression"]), 2)
    return int(x) if x == int(x) else x


def _url(rng: CorpusRandom, v):
    s = "https://" if rng.random() < 0.8 else "www."
    s += pick(rng, tools_slots.SITE) if rng.random() < 0.8 else made_up_word(rng) + ".org"
    if rng.random() < 0.75:
        s += "/" + (pick(rng, tools_slots.SLUG) if rng.random() < 0.7 else made_up_word(rng))
        if rng.random() < 0.3:
            s += "/" + str(num(rng, 1, 999))
    return s


def _file(rng: CorpusRandom, v):
    b = pick(rng, tools_slots.FILEBASE) if rng.random() < 0.7 else made_up_word(rng)
    if rng.random() < 0.25:
        b += str(num(rng, 1, 99))
    b += "." + pick(rng, tools_slots.EXT)
    r = rng.random()
    if r < 0.2:
        return pick(rng, tools_slots.FOLDER) + "/" + b
    if r < 0.27:
        return "/home/" + person_name(rng).lower() + "/" + b
    return b


def _folder(rng: CorpusRandom, v):
    f = pick(rng, tools_slots.FOLDER) if rng.random() < 0.75 else made_up_word(rng)
    r = rng.random()
    return (
        "/" + f
        if r < 0.3
        else f + "/" + pick(rng, tools_slots.FOLDER)
        if r < 0.45
        else "~/" + f
        if r < 0.55
        else f
    )


def _sql(rng: CorpusRandom, v):
    t = pick(rng, tools_slots.TABLE) if rng.random() < 0.75 else made_up_word(rng)
    c = pick(rng, tools_slots.COL)
    r = rng.random()
    if r < 0.25:
        return "SELECT * FROM " + t
    if r < 0.5:
        return f"SELECT {c} FROM {t}"
    if r < 0.75:
        return f"SELECT {c} FROM {t} WHERE id = {num(rng, 1, 999)}"
    return "SELECT COUNT(*) FROM " + t


def _python(rng: CorpusRandom, v):
    r = rng.random()
    if r < 0.4:
        return "print({} {} {})".format(num(rng, 1, 99), pick(rng, "+-*"), num(rng, 1, 99))
    if r < 0.6:
        return f"sum(range({num(rng, 2, 30)}))"
    if r < 0.8:
        return f"len('{made_up_word(rng)}')"
    return f"max({num(rng, 1, 99)}, {num(rng, 1, 99)})"


def _address(rng: CorpusRandom, v):
    r = rng.random()
    if r < 0.5:
        return f"{num(rng, 1, 199)} {pick(rng, tools_slots.STREET)}"
    if r < 0.85:
        return pick(rng, tools_slots.POI)
    return f"{num(rng, 1, 199)} {cap(made_up_word(rng))} Street"


def _from_list(name, p=1.0):
    seq = getattr(tools_slots, name)
    if p >= 1:
        return lambda rng, v: pick(rng, seq)
    return lambda rng, v: pick(rng, seq) if rng.random() < p else made_up_word(rng)


def _from_list_or_name(name, p):
    seq = getattr(tools_slots, name)
    return lambda rng, v: pick(rng, seq) if rng.random() < p else cap(made_up_word(rng))


def _constant(x):
    return lambda rng, v: x


def _other_unit(rng: CorpusRandom, v):
    u = v.get("from_unit")
    opts = [b for a, b in tools_slots.UNITS if a == u]
    return pick(rng, opts)


def _duration(rng: CorpusRandom, v):
    h = num(rng, 0, 9)
    m = 5 * num(rng, 1, 11)
    return f"{m} minutes" if not h else "{} hour{} {} minutes".format(h, "s" * (h > 1), m)


_GENERATORS = {
    "place": place,
    "city": lambda r, v: pick(r, words.CITIES),
    "date": date,
    "time": time_of_day,
    "i": lambda r, v, lo, hi: num(r, int(lo), int(hi)),
    "f": decimal,
    "f1": _half_steps,
    "g": _round_number,
    "person": lambda r, v: (
        person_name(r)
        if r.random() < 0.85
        else pick(r, ("Mom", "Dad", "Grandma", "my boss", "Dr. " + pick(r, words.SURNAMES)))
    ),
    "fullname": lambda r, v: full_name(r),
    "email": email,
    "code": code,
    "order": order_number,
    "title": title,
    "song": title,
    "expr": _expression,
    "exprval": _expression_value,
    "url": _url,
    "file": _file,
    "folder": _folder,
    "sql": _sql,
    "pycode": _python,
    "address": _address,
    "message": lambda r, v: fill_message(r, pick(r, tools_slots.MESSAGE_V)),
    "task": lambda r, v: fill_message(r, pick(r, tools_slots.TASK_V)),
    "clock": lambda r, v: _clock(num(r, 0, 23), num(r, 0, 59)),
    "clock_am": lambda r, v: _clock(num(r, 5, 8), num(r, 0, 59)),
    "clock_pm": lambda r, v: _clock(num(r, 16, 21), num(r, 0, 59)),
    "cond": _from_list("COND"),
    "aqi": _from_list("AQI"),
    "airline": _from_list("AIRLINE"),
    "fstatus": _from_list("FSTATUS"),
    "flight": lambda r, v: "".join(pick(r, "ABDEFKLNQSTU") for _ in range(2)) + str(num(r, 10, 9999)),
    "hotel": _from_list("HOTEL"),
    "cuisine": _from_list("CUISINE"),
    "restaurant": _from_list_or_name("RESTAURANT", 0.75),
    "rate": lambda r, v: num(r, 20, 50) / 10,
    "ccy": _from_list("CCY"),
    "rate4": lambda r, v: round(r.random() * 3 + 0.01, 4),
    "subject": _from_list_or_name("SUBJECT", 0.85),
    "confirmed": _constant("confirmed"),
    "sent": _constant("sent"),
    "started": _constant("started"),
    "created": _constant("created"),
    "added": _constant("added"),
    "saved": _constant("saved"),
    "cancelled": _constant("cancelled"),
    "deleted": _constant("deleted"),
    "opened": _constant("open"),
    "assigned": _constant("assigned"),
    "running": _constant("running"),
    "ok": _constant("ok"),
    "on": _constant("on"),
    "playing": _constant("playing"),
    "zero": _constant(0),
    "callstat": _from_list("CALLSTAT"),
    "dish": _from_list("DISH", 0.92),
    "day": lambda r, v: pick(r, words.DAYS),
    "event": _from_list("EVENT"),
    "ticker": lambda r, v: (
        pick(r, tools_slots.TICKER)
        if r.random() < 0.7
        else "".join(pick(r, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(num(r, 3, 4)))
    ),
    "chg": lambda r, v: num(r, -60, 60) / 10,
    "coin": _from_list("COIN", 0.9),
    "phrase": _from_list("PHRASE"),
    "lang": _from_list("LANG"),
    "foreign": _from_list("FOREIGN"),
    "conf": lambda r, v: num(r, 60, 99) / 100,
    "noun": lambda r, v: pick(r, words.SIMPLE) if r.random() < 0.6 else made_up_word(r),
    "defn": _from_list("DEFN"),
    "query": lambda r, v: (
        pick(r, tools_slots.QUERY_A) + " " + pick(r, tools_slots.QUERY_B)
        if r.random() < 0.7
        else pick(r, tools_slots.QUERY_B) + " in " + place(r, v)
    ),
    "imgfile": lambda r, v: (
        (pick(r, words.SIMPLE) if r.random() < 0.7 else made_up_word(r))
        + (str(num(r, 1, 99)) if r.random() < 0.4 else "")
        + pick(r, (".png", ".jpg"))
    ),
    "topic": _from_list("TOPIC", 0.93),
    "headline": lambda r, v: pick(r, tools_slots.HEADLINE_A) + " " + pick(r, tools_slots.HEADLINE_B),
    "artist": _from_list("ARTIST"),
    "songlen": lambda r, v: _clock(num(r, 2, 6), num(r, 0, 59)),
    "plname": _from_list_or_name("PLNAME", 0.8),
    "room": _from_list("ROOM"),
    "color": lambda r, v: pick(r, words.COLORS),
    "door": _from_list("DOOR"),
    "bool": lambda r, v: r.random() < 0.5,
    "grocery": _from_list("GROCERY", 0.96),
    "unit": lambda r, v: pick(r, tools_slots.UNITS)[0],
    "unit2": _other_unit,
    "tip": lambda r, v: round(v["bill"] * v["percent"] / 100, 2),
    "total": lambda r, v: round(v["bill"] * (100 + v["percent"]) / 100, 2),
    "hgt": lambda r, v: num(r, 150, 205) / 100,
    "bmi": lambda r, v: round(v["weight"] / v["height"] ** 2, 1),
    "rnd": lambda r, v: num(r, v["min"], v["max"]),
    "sides": lambda r, v: pick(r, (4, 6, 6, 8, 10, 12, 20)),
    "same": lambda r, v, k: v[k],
    "len": lambda r, v, k: len(v[k]),
    "dur": _duration,
    "road": _from_list("ROAD"),
    "traffic": _from_list("TRAFFIC"),
    "track": lambda r, v: (
        "".join(pick(r, "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(num(r, 8, 11)))
        if r.random() < 0.5
        else pick(r, "ABXZ") + str(num(r, 1000000, 99999999))
    ),
    "pstatus": _from_list("PSTATUS"),
    "reason": _from_list("REASON"),
    "product": _from_list("PRODUCT", 0.92),
    "brand": _from_list("BRAND"),
    "food": _from_list("FOOD"),
    "sport": _from_list("SPORT"),
    "doctor": lambda r, v: "Dr. " + pick(r, words.SURNAMES),
    "phone": lambda r, v: f"555-{num(r, 0, 9999):04d}",
    "cinema": _from_list("CINEMA"),
    "shell": _from_list("SHELL"),
    "shout": _from_list("SHOUT"),
    "issue": _from_list("ISSUE"),
    "account": _from_list("ACCOUNT", 0.9),
    "country": _from_list("COUNTRY"),
    "team": _from_list("TEAM"),
    "surl": lambda r, v: "https://sho.rt/" + made_up_word(r),
    "pw": lambda r, v: made_up_word(r) + str(num(r, 10, 99)) + cap(made_up_word(r)),
    "scene": _from_list("SCENE"),
    "zone": _from_list("ZONE"),
    "petname": lambda r, v: pick(r, words.PET_NAMES) if r.random() < 0.8 else cap(made_up_word(r)),
    "sensor": _from_list("SENSOR", 0.8),
    "sunit": _from_list("SUNIT"),
    "bitfile": lambda r, v: (
        (pick(r, tools_slots.BITBASE) if r.random() < 0.7 else made_up_word(r))
        + pick(r, (".bit", ".bin", ".bit"))
    ),
    "board": _from_list("BOARD", 0.8),
    "host": _from_list("HOST", 0.8),
    "tgb": lambda r, v: pick(r, (64, 96, 128, 256)),
    "service": _from_list("SERVICE", 0.85),
    "tag": _from_list("TAG", 0.9),
}


def generator(spec):
    f, *args = spec.split(":")
    fn = _GENERATORS[f]
    if not args:
        return fn
    return lambda rng, v, fn=fn, args=args: fn(rng, v, *args)


def several(rng: CorpusRandom, g):
    k = num(rng, 1, 3) if rng.random() < 0.8 else 4
    out = []
    for _ in range(20):
        x = g(rng, None)
        if x not in out:
            out.append(x)
        if len(out) == k:
            break
    return out
