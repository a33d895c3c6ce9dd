"""Questions about countries."""

from __future__ import annotations

from ..data import facts_world
from .common import CorpusRandom, bank, cap, fresh, num, pick, rows, sample


class Country:
    __slots__ = ("alias", "cap", "cont", "cur", "fact", "i", "lang", "name")


def _read_countries():
    table = []
    for row in rows(facts_world.COUNTRIES, 6):
        c = Country()
        c.alias = [x.strip() for x in row[0].split(";")]
        c.name = c.alias[0]
        c.cap, c.cont, c.lang, c.cur, c.fact = row[1:6]
        c.i = len(table)
        table.append(c)
    return table


COUNTRIES = _read_countries()
_CONTINENTS = ["Europe", "Asia", "Africa", "North America", "South America", "Oceania"]
_COUNTRY_QUESTIONS = {
    "cap": bank(
        "What is the capital of {c}?",
        "What is the capital of {c}?",
        "What's the capital of {c}?",
        "What is the capital city of {c}?",
        "Name the capital of {c}.",
        "Tell me the capital of {c}.",
        "Which city is the capital of {c}?",
        "Do you know the capital of {c}?",
        "Capital of {c}?",
        "Can you tell me the capital of {c}?",
    ),
    "one": bank(
        "What is the capital of {c}? [Just the name.|Only the name, please.|Answer with the name only.]",
        "Give only the name of the capital of {c}.",
    ),
    "rev": bank(
        "Which country has the capital {k}?",
        "{k} is the capital of which country?",
        "What country is {k} the capital of?",
        "Of which country is {k} the capital?",
        "In which country is {k}?",
        "Where is {k}?",
        "Which country does the city of {k} belong to?",
    ),
    "cont": bank(
        "On which continent is {c}?",
        "Which continent is {c} on?",
        "Where is {c}?",
        "In which part of the world is {c}?",
        "What continent does {c} belong to?",
    ),
    "yn": bank("Is {c} in {o}?", "Does {c} belong to {o}?", "Is {c} a country in {o}?"),
    "capyn": bank("Is {o} the capital of {c}?", "Is the capital of {c} {o}?"),
    "lang": bank(
        "Which language do people speak in {c}?",
        "What language is spoken in {c}?",
        "What do people speak in {c}?",
        "What languages are spoken in {c}?",
        "Which language would I hear in {c}?",
    ),
    "cur": bank(
        "What is the currency of {c}?",
        "Which currency is used in {c}?",
        "What money do people use in {c}?",
        "What currency does {c} use?",
        "How do people pay in {c}?",
        "Which currency do I need in {c}?",
    ),
    "about": bank(
        "Tell me about {c}.",
        "What do you know about {c}?",
        "Describe {c}.",
        "Give me some facts about {c}.",
        "Write a short paragraph about {c}.",
        "What is {c}?",
    ),
    "fact": bank(
        "What is {c} known for?", "Tell me one fact about {c}.", "Tell me something interesting about {c}."
    ),
    "all": bank(
        "What are the capital and the currency of {c}?", "Give me the capital and the currency of {c}."
    ),
    "list": bank(
        "List the capital, language, and currency of {c}.",
        "Give me the capital, language, and currency of {c} as a list.",
    ),
}
_COUNTRY_ASPECTS = "cap cap cap cap one rev rev cont yn capyn lang lang cur cur about fact all list".split()


def _possessive(n):
    return n + ("'" if n.endswith("s") else "'s")


def _country_fact(c):
    n = cap(c.name)
    s = c.fact
    if s.startswith("It "):
        return n + s[2:]
    if s.startswith("Its "):
        return _possessive(n) + s[3:]
    n = c.name
    for x, y in (
        (" from there.", f" from {n}."),
        (" there.", f" in {n}."),
        ("cross it.", f"cross {n}."),
        ("Most of it ", f"Most of {n} "),
        ("through it.", f"through {n}."),
        ("belong to it.", f"belong to {n}."),
        (" on its ", f" on {_possessive(n)} "),
        ("are spoken in", "are spoken in"),
    ):
        s = s.replace(x, y)
    return s


def country_answer(rng: CorpusRandom, c, a, o=None):
    return _country_answer(rng, c, a, o).replace("D.C..", "D.C.")


def _country_answer(rng: CorpusRandom, c, a, o=None):
    n, capital_name = c.name, cap(c.name)
    r = rng.random()
    if a == "cap":
        if r < 0.7:
            return f"The capital of {n} is {c.cap}."
        if r < 0.85:
            return f"{c.cap} is the capital of {n}."
        return f"The capital of {n} is {c.cap}. {_country_fact(c)}"
    if a == "one":
        return c.cap
    if a == "rev":
        return f"{c.cap} is the capital of {n}."
    if a == "cont":
        return f"{capital_name} is in {c.cont}."
    if a == "yn":
        return ("Yes, " if o in c.cont and o != "America" else "No, ") + f"{n} is in {c.cont}."
    if a == "capyn":
        return ("Yes, " if o == c.cap else "No, ") + f"the capital of {n} is {c.cap}."
    if a == "lang":
        return f"People in {n} speak {c.lang}."
    if a == "cur":
        if " and " in c.cur:
            return f"The currencies of {n} are {c.cur}."
        return f"The currency of {n} is {c.cur}." if r < 0.75 else f"People in {n} pay with {c.cur}."
    if a == "fact":
        return _country_fact(c)
    if a == "all":
        return f"The capital of {n} is {c.cap}, and people pay with {c.cur}."
    if a == "list":
        return f"- Capital: {c.cap}\n- Language: {c.lang}\n- Currency: {c.cur}"
    return " ".join(country_sentences(rng, c, num(rng, 2, 4)))


def country_sentences(rng: CorpusRandom, c, k):
    s = [f"{cap(c.name)} is a country in {c.cont}."]
    m = [
        f"Its capital is {c.cap}.",
        f"People there speak {c.lang}.",
        ("The currency is %s." if " and " not in c.cur else "The currencies are %s.") % c.cur,
        c.fact,
    ]
    if c.name in ("Monaco", "Singapore", "Vatican City"):
        m[0] = (f"Its capital is {c.cap}.") if c.name == "Monaco" else "It is also its own capital."
    return s + [m[i].replace("D.C..", "D.C.") for i in sorted(sample(rng, range(4), min(k, 4)))]


def country_question(rng: CorpusRandom, c, a=None):
    """(question, answer, attribute, country); the country may change if nothing is fresh."""
    tries = 0
    while True:
        tries += 1
        if tries % 30 == 0:
            c = pick(rng, COUNTRIES)
        k = a or pick(rng, _COUNTRY_ASPECTS)
        t = pick(rng, _COUNTRY_QUESTIONS[k])
        al = pick(rng, c.alias) if rng.random() < 0.4 else c.name
        if not fresh(rng, "country", al, t) or (k == "rev" and c.cap == c.name):
            continue
        o = None
        if k == "yn":
            if " and " in c.cont:
                continue
            o = c.cont if rng.random() < 0.5 else pick(rng, _CONTINENTS)
        elif k == "capyn":
            if c.cap == c.name:
                continue
            o = c.cap if rng.random() < 0.5 else pick(rng, COUNTRIES).cap
            if t.startswith("Is the") and al in o:
                continue
        q = t.replace("{c}", al).replace("{k}", c.cap).replace("{o}", o or "")
        return cap(q), country_answer(rng, c, k, o), k, c
