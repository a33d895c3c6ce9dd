"""The fields of JSON answers and the ways to ask for them."""

from __future__ import annotations

import json
from typing import Any

from ..data import tools_slots, words
from .common import CorpusRandom, assistant, bank, cap, join_and, made_up_word, num, pick, user
from .tool_values import date, email, full_name, order_number, person_name, place, several, time_of_day, title


def json_text(o):
    return json.dumps(o, ensure_ascii=False)


def _price(rng: CorpusRandom):
    r = rng.random()
    return num(rng, 1, 500) if r < 0.5 else round(num(rng, 100, 30000) / 100, 2)


ITEMS = "apples books lamps pens chairs mugs socks notebooks batteries cables plates keyboards bottles tickets scarves cups towels candles".split()
EVENTS = "concert,meeting,party,workshop,dinner,lecture,picnic,book club,chess tournament,job interview,yoga class,science fair,wedding".split(
    ","
)
# slot: (type, generator, description, other keys)
_SLOT_TABLE = {
    "name": (
        "string",
        lambda r: person_name(r) if r.random() < 0.6 else full_name(r),
        "name of the person",
        "person full_name first_name who customer",
    ),
    "age": ("integer", lambda r: num(r, 2, 99), "age in years", "years age_years how_old"),
    "city": ("string", lambda r: place(r, None), "name of the city", "town place location from"),
    "city2": ("string", lambda r: place(r, None), "city of arrival", "destination to arrival target_city"),
    "country": ("string", lambda r: pick(r, words.COUNTRIES), "country", "nation origin"),
    "job": ("string", lambda r: pick(r, words.JOBS), "job of the person", "profession occupation work"),
    "hobby": ("string", lambda r: pick(r, words.HOBBIES), "hobby", "likes activity interest"),
    "food": ("string", lambda r: pick(r, words.DISHES), "food", "dish favorite_food"),
    "color": ("string", lambda r: pick(r, words.COLORS), "color", "colour favorite_color"),
    "pet": ("string", lambda r: pick(r, words.PETS), "kind of animal", "animal species kind"),
    "petname": (
        "string",
        lambda r: pick(r, words.PET_NAMES) if r.random() < 0.7 else cap(made_up_word(r)),
        "name of the pet",
        "pet_name called animal_name",
    ),
    "email": ("string", lambda r: email(r, None), "email address", "mail email_address contact"),
    "phone": (
        "string",
        lambda r: (
            f"555-{num(r, 0, 9999):04d}"
            if r.random() < 0.6
            else f"0{num(r, 10, 99)} {num(r, 100000, 999999)}"
        ),
        "phone number",
        "telephone tel phone_number",
    ),
    "order": (
        "string",
        lambda r: order_number(r, None),
        "order number",
        "order_id order_number id reference",
    ),
    "quantity": ("integer", lambda r: num(r, 2, 40), "how many pieces", "count amount qty number"),
    "item": ("string", lambda r: pick(r, ITEMS), "what was bought", "product article thing"),
    "price": ("number", _price, "price in dollars", "cost total amount_usd price_usd"),
    "date": ("string", lambda r: date(r, None), "date", "day when on_date"),
    "time": ("string", lambda r: time_of_day(r, None), "time of day", "hour start at start_time"),
    "event": ("string", lambda r: pick(r, EVENTS), "name of the event", "title what event_name"),
    "temperature": ("integer", lambda r: num(r, -9, 80), "temperature in degrees", "temp degrees celsius"),
    "condition": (
        "string",
        lambda r: pick(r, tools_slots.COND),
        "weather condition",
        "weather sky conditions",
    ),
    "title": ("string", lambda r: title(r, None), "title of the work", "book work title_name"),
    "year": ("integer", lambda r: num(r, 1800, 2025), "year", "published written_in release_year"),
    "pages": ("integer", lambda r: num(r, 60, 900), "number of pages", "page_count length num_pages"),
    "items": (
        "array",
        lambda r: several(r, lambda q, _: pick(q, tools_slots.GROCERY)),
        "list of things",
        "products things groceries list",
    ),
    "items2": (
        "array",
        lambda r: several(r, lambda q, _: person_name(q)),
        "names of people",
        "people guests names persons",
    ),
    "minutes": ("integer", lambda r: num(r, 2, 180), "time in minutes", "duration time_minutes mins"),
    "board": (
        "string",
        lambda r: pick(r, tools_slots.BOARD) if r.random() < 0.7 else made_up_word(r),
        "name of the board",
        "device_name fpga board_name",
    ),
    "kernel": (
        "string",
        lambda r: pick(r, ("matmul", "attention", "softmax", "kvcache", "rmsnorm", "rope", "embed")),
        "name of the kernel",
        "kernel_name block module",
    ),
    "luts": ("integer", lambda r: num(r, 1, 999) * 100, "number of LUTs", "lut_count logic size"),
    "mhz": ("integer", lambda r: num(r, 5, 80) * 10, "clock in MHz", "clock frequency clock_mhz"),
    "team": ("string", lambda r: pick(r, tools_slots.TEAM), "first team", "winner home team_a"),
    "team2": ("string", lambda r: pick(r, tools_slots.TEAM), "second team", "loser away team_b"),
    "score": ("integer", lambda r: num(r, 3, 99), "points of the first team", "points_a home_score first"),
    "score2": ("integer", lambda r: num(r, 0, 60), "points of the second team", "points_b away_score second"),
    "device": (
        "string",
        lambda r: pick(r, ("lamp", "fan", "heater", "radio", "TV", "speaker", "light", "blind")),
        "the device",
        "object appliance thing",
    ),
    "room": ("string", lambda r: pick(r, tools_slots.ROOM), "the room", "where location place"),
    "level": ("integer", lambda r: num(r, 1, 100), "level in percent", "percent value brightness"),
}
SLOTS = {k: (a, b, c, d.split()) for k, (a, b, c, d) in _SLOT_TABLE.items()}
NICE_KEYS = {
    "city2": "destination",
    "petname": "pet_name",
    "items2": "people",
    "team2": "opponent",
    "score2": "opponent_score",
    "order": "order_number",
}


class Field:
    """One field: key, JSON type, value, description, enum."""

    __slots__ = ("desc", "enum", "key", "need", "type", "val")

    def __init__(self, key, type, val, desc="", enum=None, need=False):
        self.key, self.type, self.val, self.desc, self.enum, self.need = key, type, val, desc, enum, need


def rekeyed(rng: CorpusRandom, fs, alts=None):
    """Random keys: canonical, synonym or made-up (then the description must be shown)."""
    r = rng.random()
    used = set()
    for f in fs:
        k = f.key
        if r < 0.45:
            pass
        elif r < 0.7 and alts and rng.random() < 0.75 and alts.get(f.key):
            k = pick(rng, alts[f.key])
        elif r > 0.75:
            k = made_up_word(rng)
            f.need = True
        while k in used:
            k = made_up_word(rng)
            f.need = True
        used.add(k)
        f.key = k
    if r > 0.94:
        for f in fs:
            f.key = f.key.upper() if rng.random() < 0.5 else cap(f.key)
    return fs


def _schema_of(rng: CorpusRandom, fs, need=False):
    props = {}
    show = rng.random() < 0.25
    for f in fs:
        d = {"type": f.type}
        if f.type == "array":
            d["items"] = {"type": "string"}
        if f.enum:
            d["enum"] = list(f.enum)
        if (show or f.need) and f.desc:
            d["description"] = f.desc
        props[f.key] = d
    s: dict[str, Any] = {"type": "object", "properties": props}
    r = rng.random()
    if r < 0.85:
        s["required"] = [f.key for f in fs]
    if r < 0.3:
        s["additionalProperties"] = False
    return s


SCHEMA_REQUESTS = bank(
    "Reply with JSON matching this schema: {S}",
    "[Answer|Respond] with JSON [that matches|matching] this schema: {S}",
    "[Reply|Answer|Respond] [only |]in JSON. [Schema|Use this schema]: {S}",
    "Your [answer|reply] must be JSON [for|with] this schema: {S}",
    "Return a JSON object that matches this JSON schema: {S}",
    "Output JSON only. JSON schema: {S}",
    "Reply with JSON matching this schema: {S}",
    "Reply with JSON matching this schema: {S}",
    "Reply with JSON matching this schema: {S}",
)
_KEYS_REQUESTS = bank(
    "Return a JSON object with the key{s} {K}[.|]",
    "[Answer|Reply|Respond] [in|with] JSON with the key{s} {K}.",
    "[Give me|Return|Write] JSON with {K}.",
    "Use JSON with the key{s} {K}.",
    "[Output|Return] only a JSON object with the key{s} {K}.",
    "Reply as JSON with key{s} {K}.",
)
_LIKE_REQUESTS = bank(
    "[Answer|Reply] [in|with] JSON like {L}",
    "Use this [JSON |]format: {L}",
    "[Return|Give me] JSON in this form: {L}",
    "Reply with a JSON object of the form {L}",
)
_ANY_REQUESTS = bank(
    "[Answer|Reply|Respond] in JSON.",
    "[Answer|Reply|Respond] [with|as] JSON[ only|].",
    "Give [me |]the answer as JSON.",
    "Use JSON.",
    "Output JSON.",
    "Return [the answer as |]JSON.",
    "Reply with a JSON object.",
)
_SYSTEM_BEGINNINGS = (
    "You are a helpful assistant. ",
    "You are a data extraction service. ",
    "",
    "",
    "",
    "You are an API. ",
    "You turn text into JSON. ",
)


def _key_list(fs):
    ks = []
    for f in fs:
        k = '"' + f.key + '"' if f.need or len(f.key) % 2 else f.key
        if f.need:
            k += " (" + f.desc + ")"
        ks.append(k)
    return join_and(ks) if len(ks) != 2 else ks[0] + " and " + ks[1]


def _example(fs):
    ex = {"string": "...", "integer": 0, "number": 0.0, "boolean": False, "array": ["..."]}
    o = {}
    for f in fs:
        o[f.key] = ex[f.type] if not f.enum else "|".join(f.enum)
        if f.need and f.type == "string" and not f.enum:
            o[f.key] = "<" + f.desc + ">"
    return json_text(o)


def ask(rng: CorpusRandom, task, text, fs, can_any=False):
    """Messages for a request with these fields."""
    r = rng.random()
    need = any(f.need and f.type != "string" for f in fs) and len(fs) > 1
    if can_any and not any(f.need for f in fs) and r < 0.2:
        inst = pick(rng, _ANY_REQUESTS)
    elif r < 0.66 or (need and r > 0.9):
        inst = pick(rng, SCHEMA_REQUESTS).replace("{S}", json_text(_schema_of(rng, fs)))
    elif r < 0.9:
        inst = (
            pick(rng, _KEYS_REQUESTS).replace("{K}", _key_list(fs)).replace("{s}", "s" if len(fs) > 1 else "")
        )
        if any(f.enum for f in fs):
            inst = (
                inst.rstrip(".")
                + ". "
                + " ".join("{} is one of: {}.".format(f.key, ", ".join(f.enum)) for f in fs if f.enum)
            )
    else:
        inst = pick(rng, _LIKE_REQUESTS).replace("{L}", _example(fs))
    body = (task + " " + text).strip() if text else task
    ans = assistant(json_text({f.key: f.val for f in fs}))
    r = rng.random()
    if r < 0.45:
        return [{"role": "system", "content": pick(rng, _SYSTEM_BEGINNINGS) + inst}, user(body), ans]
    if r < 0.75:
        return [user(body + ("\n" if rng.random() < 0.5 else " ") + inst), ans]
    if inst[-1:] in ".}":
        return [user(inst + ("\n" if rng.random() < 0.6 else " ") + body), ans]
    return [user(inst + ": " + body), ans]


def ask_with_schema(rng: CorpusRandom, task, text, fs):
    inst = pick(rng, SCHEMA_REQUESTS).replace("{S}", json_text(_schema_of(rng, fs)))
    body = (task + " " + text).strip()
    ans = assistant(json_text({f.key: f.val for f in fs}))
    if rng.random() < 0.5:
        return [{"role": "system", "content": inst}, user(body), ans]
    return [user(body + "\n" + inst), ans]
