"""Small sums, comparisons, sorting and sequences."""

from __future__ import annotations

from ..data import words
from .common import CorpusRandom, bank, cap, fresh, num, pick

NUMBER_WORDS = "zero one two three four five six seven eight nine ten eleven twelve".split()
_ADD = bank(
    "What is {a} + {b}?",
    "What is {a} plus {b}?",
    "{a} + {b}",
    "{a} + {b} = ?",
    "{a}+{b}",
    "[Add|Please add] {a} and {b}.",
    "How much is {a} [+|plus] {b}?",
    "[Calculate|Compute] {a} + {b}.",
    "What's {a} + {b}?",
    "What is the sum of {a} and {b}?",
)
_SUBTRACT = bank(
    "What is {a} - {b}?",
    "What is {a} minus {b}?",
    "{a} - {b}",
    "{a} - {b} = ?",
    "Subtract {b} from {a}.",
    "How much is {a} [-|minus] {b}?",
    "[Calculate|Compute] {a} - {b}.",
    "What's {a} - {b}?",
    "Take {b} away from {a}.",
)
_MULTIPLY = bank(
    "What is {a} * {b}?",
    "What is {a} times {b}?",
    "{a} * {b}",
    "{a} x {b} = ?",
    "Multiply {a} [by|and] {b}.",
    "How much is {a} times {b}?",
    "[Calculate|Compute] {a} * {b}.",
    "What's {a} x {b}?",
)
_DIVIDE = bank(
    "What is {a} / {b}?",
    "What is {a} divided by {b}?",
    "Divide {a} by {b}.",
    "{a} / {b} = ?",
    "How much is {a} divided by {b}?",
)
# {e} is the sum written out, {r} the result
_SUM_ANSWERS = ("{e} = {r}", "{e} = {r}.", "{r}", "{e} is {r}.", "The answer is {r}.", "It is {r}.")
_STORY_ADD = (
    "{n} has {a} {t} and gets {b} more. How many {t} does {n} have?",
    "There are {a} {t} on the table. {n} brings {b} more. How many {t} are there now?",
    "{n} found {a} {t} in the morning and {b} in the evening. How many {t} is that?",
)
_STORY_SUBTRACT = (
    "{n} has {a} {t} and gives {b} away. How many {t} are left?",
    "There were {a} {t}. {n} ate {b} of them. How many are left?",
    "{n} had {a} {t} and lost {b}. How many {t} does {n} have now?",
)
_THINGS = "apples cookies plums pears nuts candies grapes cherries figs carrots".split()


def add(rng: CorpusRandom):
    while True:
        hi = 9 if rng.random() < 0.4 else 20 if rng.random() < 0.6 else 99
        a, b = num(rng, 0, hi), num(rng, 0, hi)
        if fresh(rng, "add", str(a), str(b)):
            break
    r = a + b
    if rng.random() < 0.15 and a and b > 1:
        n, t = pick(rng, words.GIRLS if rng.random() < 0.5 else words.BOYS), pick(rng, _THINGS)
        q = pick(rng, _STORY_ADD).format(n=n, a=a, b=b, t=t)
        return (
            q,
            pick(
                rng,
                (
                    "{a} + {b} = {r}, so there are {r} {t}.",
                    "That is {r} {t}, because {a} + {b} = {r}.",
                    "{r} {t}.",
                ),
            ).format(a=a, b=b, r=r, t=t),
            r,
        )
    return pick(rng, _ADD).format(a=a, b=b), pick(rng, _SUM_ANSWERS).format(e=f"{a} + {b}", r=r), r


def subtract(rng: CorpusRandom):
    while True:
        hi = 10 if rng.random() < 0.4 else 20 if rng.random() < 0.6 else 99
        a, b = num(rng, 0, hi), num(rng, 0, hi)
        if a < b:
            a, b = b, a
        if fresh(rng, "sub", str(a), str(b)):
            break
    r = a - b
    if rng.random() < 0.15 and b and r > 1:
        n, t = pick(rng, words.GIRLS if rng.random() < 0.5 else words.BOYS), pick(rng, _THINGS)
        q = pick(rng, _STORY_SUBTRACT).format(n=n, a=a, b=b, t=t)
        return (
            q,
            pick(
                rng,
                ("{a} - {b} = {r}, so {r} {t} are left.", "{r} {t}, because {a} - {b} = {r}.", "{r} {t}."),
            ).format(a=a, b=b, r=r, t=t),
            r,
        )
    return pick(rng, _SUBTRACT).format(a=a, b=b), pick(rng, _SUM_ANSWERS).format(e=f"{a} - {b}", r=r), r


def multiply(rng: CorpusRandom):
    while True:
        a, b = num(rng, 0, 10), num(rng, 0, 10)
        if rng.random() < 0.1:
            a = num(rng, 10, 12)
        if fresh(rng, "mul", str(a), str(b)):
            break
    if rng.random() < 0.15 and b:
        return (
            pick(rng, _DIVIDE).format(a=a * b, b=b),
            pick(rng, _SUM_ANSWERS).format(e=f"{a * b} / {b}", r=a),
            a,
        )
    return (
        pick(rng, _MULTIPLY).format(a=a, b=b),
        pick(rng, _SUM_ANSWERS).format(e=f"{a} * {b}", r=a * b),
        a * b,
    )


_BIGGER = bank(
    "Which is [bigger|larger|greater], {a} or {b}?",
    "Which number is [bigger|larger], {a} or {b}?",
    "[What|Which] is more, {a} or {b}?",
)
_SMALLER = bank("Which is [smaller|less], {a} or {b}?", "Which number is smaller, {a} or {b}?")
_IS_BIGGER = bank("Is {a} [bigger|larger|greater|more] than {b}?")


def compare(rng: CorpusRandom):
    while True:
        hi = 20 if rng.random() < 0.5 else 100 if rng.random() < 0.7 else 999
        a, b = num(rng, 0, hi), num(rng, 0, hi)
        if a != b and fresh(rng, "cmp", str(a), str(b)):
            break
    r = rng.random()
    if r < 0.4:
        m = max(a, b)
        return (
            pick(rng, _BIGGER).format(a=a, b=b),
            pick(rng, ("{m} is bigger than {l}.", "{m}", "{m} is bigger.")).format(m=m, l=min(a, b)),
            m,
        )
    if r < 0.7:
        m = min(a, b)
        return (
            pick(rng, _SMALLER).format(a=a, b=b),
            pick(rng, ("{m} is smaller than {l}.", "{m}", "{m} is smaller.")).format(m=m, l=max(a, b)),
            m,
        )
    y = a > b
    t = "Yes, {a} is bigger than {b}." if y else "No, {a} is smaller than {b}."
    return pick(rng, _IS_BIGGER).format(a=a, b=b), t.format(a=a, b=b), "Yes" if y else "No"


_SORT = bank(
    "Sort [these numbers|the numbers]: {s}",
    "[Sort|Order] {s} from small to [big|large].",
    "Put {s} in order.",
    "Sort {s}.",
    "Arrange {s} from smallest to largest.",
)
_SORT_DOWN = bank("Sort {s} from [big|large] to small.", "Arrange {s} from largest to smallest.")


def sort_numbers(rng: CorpusRandom):
    while True:
        hi = 20 if rng.random() < 0.5 else 99
        ns = [num(rng, 0, hi) for _ in range(3 if rng.random() < 0.8 else 4)]
        if len(set(ns)) == len(ns) and fresh(rng, "sort", *map(str, ns)):
            break
    s = ", ".join(map(str, ns))
    if rng.random() < 0.75:
        o = ", ".join(map(str, sorted(ns)))
        return pick(rng, _SORT).format(s=s), o, o
    o = ", ".join(map(str, sorted(ns, reverse=True)))
    return pick(rng, _SORT_DOWN).format(s=s), o, o


_LARGEST = bank("[What|Which] is the [largest|biggest] of {s}?", "Find the [largest|biggest] number: {s}")
_SMALLEST = bank("[What|Which] is the smallest of {s}?", "Find the smallest number: {s}")


def extreme(rng: CorpusRandom):
    while True:
        ns = [num(rng, 0, 99) for _ in range(num(rng, 3, 4))]
        if len(set(ns)) == len(ns) and fresh(rng, "max", *map(str, ns)):
            break
    s = ", ".join(map(str, ns))
    if rng.random() < 0.5:
        return (
            pick(rng, _LARGEST).format(s=s),
            pick(rng, ("The largest is {m}.", "{m}")).format(m=max(ns)),
            max(ns),
        )
    return (
        pick(rng, _SMALLEST).format(s=s),
        pick(rng, ("The smallest is {m}.", "{m}")).format(m=min(ns)),
        min(ns),
    )


_NEXT = bank(
    "What [number |]comes next: {s}, ?",
    "What is the next number: {s}",
    "Continue: {s}, ...",
    "{s}, ... What comes next?",
    "Which number comes next? {s}",
)
_AFTER = bank("What [number |]comes after {a}?", "Which number is one more than {a}?")
_BEFORE = bank("What [number |]comes before {a}?", "Which number is one less than {a}?")
_LETTERS_A_Z = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def next_in_row(rng: CorpusRandom):
    while True:
        r = rng.random()
        key: int | str
        if r < 0.6:
            step = pick(rng, (1, 1, 2, 2, 3, 5, 5, 10, 10, 4, -1))
            a = num(rng, 0, 30) if step > 0 else num(rng, 6, 40)
            if step in (5, 10) and rng.random() < 0.7:
                a = step * num(rng, 0, 5)
            ns = [a + step * i for i in range(5)]
            s = ", ".join(map(str, ns[:4]))
            q, answer, key = (
                pick(rng, _NEXT).format(s=s),
                pick(rng, ("{n}", "The next number is {n}.", "{s}, {n}")).format(n=ns[4], s=s),
                ns[4],
            )
        elif r < 0.75:
            a = num(rng, 0, 199)
            s = str(a)
            q, answer, key = (
                pick(rng, _AFTER).format(a=a),
                pick(rng, ("{n}", "{n} comes after {a}.")).format(n=a + 1, a=a),
                a + 1,
            )
        elif r < 0.85:
            a = num(rng, 1, 199)
            s = str(a)
            q, answer, key = (
                pick(rng, _BEFORE).format(a=a),
                pick(rng, ("{n}", "{n} comes before {a}.")).format(n=a - 1, a=a),
                a - 1,
            )
        elif r < 0.93:
            i = num(rng, 0, 24)
            s = _LETTERS_A_Z[i] + "x"
            q, answer, key = (
                pick(rng, ("Which letter comes after {a}?", "What letter comes after {a}?")).format(
                    a=_LETTERS_A_Z[i]
                ),
                pick(rng, ("{n}", "{n} comes after {a}.")).format(n=_LETTERS_A_Z[i + 1], a=_LETTERS_A_Z[i]),
                _LETTERS_A_Z[i + 1],
            )
        else:
            seq = words.DAYS if rng.random() < 0.5 else words.MONTHS
            i = num(rng, 0, len(seq) - 1)
            s = seq[i]
            q, answer, key = (
                pick(
                    rng,
                    (
                        "What comes after {a}?",
                        "Which %s comes after {a}?" % ("day" if seq is words.DAYS else "month"),
                    ),
                ).format(a=seq[i]),
                pick(rng, ("{n}", "{n} comes after {a}.")).format(n=seq[(i + 1) % len(seq)], a=seq[i]),
                seq[(i + 1) % len(seq)],
            )
            s = q
        if fresh(rng, "next", s):
            return q, answer, key


def even_or_odd(rng: CorpusRandom):
    while True:
        n = num(rng, 0, 199)
        if fresh(rng, "even", str(n)):
            break
    w = "odd" if n % 2 else "even"
    return (
        pick(rng, ("Is %d even or odd?", "Is the number %d odd or even?", "Even or odd: %d?")) % n,
        pick(rng, ("{n} is {w}.", "{n} is an {w} number.", "{W}.")).format(n=n, w=w, W=cap(w)),
        r"(?i)\b" + w,
    )
