"""Questions about units, colours and the calendar, single questions, and the future of AI."""

from __future__ import annotations

from ..data import facts_misc
from .common import CorpusRandom, bank, cap, fresh, lines, low, num, pick, rows, sample
from .fact_entries import ARTICLE

_PLURALS = {"foot": "feet", "inch": "inches", "century": "centuries", "millennium": "millennia"}


def _read_units():
    """(small unit, big unit with article, number as text, big unit, its plural, number or 0 if it does not scale)"""
    table = []
    for small, big, text in rows(facts_misc.UNITS):
        bare = ARTICLE.sub("", big)
        digits = text.replace(",", "")
        scales = digits.isdigit() and big not in ("a leap year", "a right angle", "a full circle")
        number = int(digits) if scales and (small, big) != ("days", "a year") else 0
        table.append((small, big, text, bare, _PLURALS.get(bare, bare + "s"), number))
    return table


UNITS = _read_units()
_UNIT_QUESTIONS = bank(
    "How many {s} are in {b}?",
    "How many {s} are in {b}?",
    "How many {s} are there in {b}?",
    "How many {s} does {b} have?",
    "{B} has how many {s}?",
    "How many {s} make {b}?",
    "How many {s} are in one {w}?",
    "What is the number of {s} in {b}?",
    "Tell me how many {s} are in {b}.",
    "How many {s} fit into {b}?",
)
_UNITS_QUESTIONS = bank(
    "How many {s} are in {k} {bs}?",
    "How many {s} are there in {k} {bs}?",
    "How many {s} are {k} {bs}?",
    "Convert {k} {bs} to {s}.",
    "{k} {bs} are how many {s}?",
)


def unit_question(rng: CorpusRandom):
    while True:
        s, b, n, w, bs, v = pick(rng, UNITS)
        if v and rng.random() < 0.3:
            k = num(rng, 2, 12)
            t = pick(rng, _UNITS_QUESTIONS)
            if not fresh(rng, "unitn", s, b, str(k), t):
                continue
            r = f"{k * v:,}"
            return (
                cap(t.replace("{s}", s).replace("{k}", str(k)).replace("{bs}", bs)),
                f"There are {r} {s} in {k} {bs}.",
                "unit",
            )
        t = pick(rng, _UNIT_QUESTIONS)
        if not fresh(rng, "unit", s, b, t):
            continue
        q = t.replace("{s}", s).replace("{B}", cap(b)).replace("{b}", b).replace("{w}", w)
        return (
            q,
            (f"There are {n} {s} in {b}." if rng.random() < 0.7 else f"{cap(b)} has {n} {s}."),
            "unit",
        )


_MIXTURES = rows(facts_misc.MIX)
_MIX_QUESTIONS = bank(
    "What {col} do you get when you mix {x} and {y}?",
    "What {col} do you get if you mix {x} with {y}?",
    "What do {x} and {y} make?",
    "Which {col} do {x} and {y} make?",
    "Mix {x} and {y}. What {col} is it?",
    "What happens when I mix {x} paint and {y} paint?",
    "{X} plus {y} makes which {col}?",
    "I mixed {x} and {y} paint. Which {col} did I get?",
)
_UNMIX_QUESTIONS = bank(
    "Which {col}s make {z}?",
    "How do I mix {z}?",
    "How can I make {z} paint?",
    "What {col}s do I need for {z}?",
)


def mix_question(rng: CorpusRandom):
    while True:
        x, y, z = pick(rng, _MIXTURES)
        rev = z in ("green", "orange", "purple", "pink", "gray") and rng.random() < 0.35
        t = pick(rng, _UNMIX_QUESTIONS if rev else _MIX_QUESTIONS)
        if rng.random() < 0.5:
            x, y = y, x
        if not fresh(rng, "mix", x, y, t):
            continue
        col = "color" if rng.random() < 0.6 else "colour"
        q = (
            t.replace("{col}", col)
            .replace("{x}", x)
            .replace("{y}", y)
            .replace("{z}", z)
            .replace("{X}", cap(x))
        )
        return q, f"{cap(x)} and {y} make {z}.", "mix"


_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_MONTHS = "January February March April May June July August September October November December".split()
_MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
NUMBER_WORDS = "zero one two three four five six seven eight nine ten eleven twelve".split()
_DAY_AFTER = bank(
    "[What|Which] day comes after {x}?",
    "[What|Which] day is after {x}?",
    "What is the day after {x}?",
    "Today is {x}. What day is tomorrow?",
    "If today is {x}, what day is it tomorrow?",
)
_DAY_BEFORE = bank(
    "[What|Which] day comes before {x}?",
    "What is the day before {x}?",
    "Today is {x}. What day was yesterday?",
    "If today is {x}, what day was yesterday?",
)
_DAYS_LATER = bank(
    "[What|Which] day is {k} days after {x}?",
    "Today is {x}. What day is it in {k} days?",
    "If today is {x}, what day will it be in {k} days?",
)
_MONTH_AFTER = bank(
    "[What|Which] month comes after {x}?", "What is the month after {x}?", "Which month follows {x}?"
)
_MONTH_BEFORE = bank("[What|Which] month comes before {x}?", "What is the month before {x}?")
_NTH_MONTH = bank(
    "[What|Which] is the {k} month of the year?",
    "[What|Which] month is the {k} one of the year?",
    "Name the {k} month.",
)
_MONTH_LENGTH = bank(
    "How many days does {x} have?",
    "How many days are in {x}?",
    "How long is {x}?",
    "How many days are there in {x}?",
)
_MONTH_NUMBER = bank(
    "Which number is the month {x}?", "What number month is {x}?", "Is {x} the first month of the year?"
)


def calendar_question(rng: CorpusRandom):
    while True:
        r = rng.random()
        if r < 0.5:
            i = num(rng, 0, 6)
            x = _DAYS[i]
            if r < 0.2:
                t, z = pick(rng, _DAY_AFTER), _DAYS[(i + 1) % 7]
                s = f"{z} comes after {x}."
                if "omorrow" in t:
                    s = f"Tomorrow is {z}."
            elif r < 0.35:
                t, z = pick(rng, _DAY_BEFORE), _DAYS[(i + 6) % 7]
                s = f"{z} comes before {x}."
                if "esterday" in t:
                    s = f"Yesterday was {z}."
            else:
                t, k = pick(rng, _DAYS_LATER), num(rng, 2, 6)
                if not fresh(rng, "cal3", x, str(k), t):
                    continue
                z = _DAYS[(i + k) % 7]
                kw = NUMBER_WORDS[k] if rng.random() < 0.6 else str(k)
                s = f"It will be {z}." if "in {k}" in t else f"{cap(NUMBER_WORDS[k])} days after {x} is {z}."
                return t.replace("{x}", x).replace("{k}", kw), s, "cal"
        else:
            i = num(rng, 0, 11)
            x = _MONTHS[i]
            if r < 0.63:
                t, s = pick(rng, _MONTH_AFTER), f"{_MONTHS[(i + 1) % 12]} comes after {x}."
            elif r < 0.74:
                t, s = pick(rng, _MONTH_BEFORE), f"{_MONTHS[(i + 11) % 12]} comes before {x}."
            elif r < 0.84:
                t, s = pick(rng, _NTH_MONTH), f"The {_ORDINALS[i]} month is {x}."
                if not fresh(rng, "cal", x, t):
                    continue
                return t.replace("{k}", _ORDINALS[i]), s, "cal"
            elif r < 0.95:
                t = pick(rng, _MONTH_LENGTH)
                s = (
                    "February has 28 days, or 29 in a leap year."
                    if i == 1
                    else f"{x} has {_MONTH_DAYS[i]} days."
                )
            else:
                t = pick(rng, _MONTH_NUMBER)
                s = f"{x} is the {_ORDINALS[i]} month of the year."
                if "first month" in t:
                    s = ("Yes, " if i == 0 else "No, ") + s
        if not fresh(rng, "cal", x, t):
            continue
        return t.replace("{x}", x), s, "cal"


def _read_single_questions():
    """(phrasings of the question, answer, one more sentence)"""
    table = []
    for line in lines(facts_misc.QA):
        phrasings, a, x = [part.strip() for part in line.split(" = ")]
        readings = [y for q in phrasings.split(";") for y in bank(q.strip())]
        table.append(([" ".join(y.split()).replace(" .", ".").replace(" ?", "?") for y in readings], a, x))
    return table


_SINGLE_QUESTIONS = _read_single_questions()
_WRAPPERS = [
    ("{q}", 0),
    ("{q}", 0),
    ("{q}", 0),
    ("{q} Answer in one sentence.", 1),
    ("{q} Keep it short.", 1),
    ("{q} Explain in two sentences.", 2),
    ("I have a question. {q}", 0),
    ("{q} Please tell me.", 0),
    ("Quick question: {q}", 0),
    ("Hey, {q}", 0),
    ("{q} Give some detail.", 2),
]


def single_question(rng: CorpusRandom):
    while True:
        qs, a, x = pick(rng, _SINGLE_QUESTIONS)
        q = pick(rng, qs)
        w, m = pick(rng, _WRAPPERS)
        if q[-1] != "?" and m == 0 and w != "{q}":
            continue
        if not fresh(rng, "qa", q, w):
            continue
        qq = w.replace("{q}", low_question(q) if w in ("Hey, {q}", "Quick question: {q}") else q)
        if m == 2 or (m == 0 and rng.random() < 0.35):
            return qq, a + " " + x, "qa"
        return qq, a, "qa"


def _banks(text):
    return [bank(x) for x in lines(text)]


_FUTURE_START, _FUTURE_MIDDLE, _FUTURE_END = (
    _banks(facts_misc.FUTURE_START),
    _banks(facts_misc.FUTURE_MID),
    _banks(facts_misc.FUTURE_END),
)
FUTURE_QUESTIONS = bank(
    "What is the future of AI?",
    "What will the future of AI look like?",
    "Tell me about the future of AI.",
    "Write a paragraph about the future of AI.",
    "What do you think about the future of AI?",
    "[Complete|Continue|Finish] this [sentence|text]: The future of AI is",
    "The future of AI is",
    "Write a short paragraph that begins with 'The future of AI is'.",
    "How will AI develop in the future?",
)


def future_of_ai(rng: CorpusRandom, k=None):
    while True:
        s = pick(rng, pick(rng, _FUTURE_START))
        mids = [pick(rng, m) for m in sample(rng, _FUTURE_MIDDLE, k or num(rng, 1, 4))]
        end = [pick(rng, pick(rng, _FUTURE_END))] if rng.random() < 0.55 else []
        if fresh(rng, "future", s, mids[0]):
            return " ".join([s if s[-1] == "." else s + ".", *mids, *end])


_QUESTION_WORDS = (
    "What",
    "Which",
    "Who",
    "Why",
    "How",
    "Where",
    "When",
    "Can",
    "Could",
    "Do",
    "Does",
    "Is",
    "Are",
    "In",
    "On",
    "At",
    "Have",
    "Name",
    "Explain",
    "Tell",
    "If",
    "Please",
)


def low_question(q):
    return low(q) if q.split(" ", 1)[0].split("'")[0] in _QUESTION_WORDS else q
