"""Small sums and word tasks."""

from __future__ import annotations

from .common import CorpusRandom, Document, assistant, pick, user
from .number_tasks import add, compare, even_or_odd, extreme, multiply, next_in_row, sort_numbers, subtract
from .word_tasks import (
    change_case,
    first_or_last,
    join_words,
    letters,
    opposite,
    past,
    plural,
    repeat,
    reverse_words,
    rhyme,
)

TASKS = (
    [add] * 14
    + [subtract] * 9
    + [multiply] * 8
    + [compare] * 6
    + [letters] * 6
    + [first_or_last] * 5
    + [reverse_words] * 5
    + [change_case] * 7
    + [sort_numbers] * 5
    + [extreme] * 2
    + [next_in_row] * 7
    + [opposite] * 9
    + [plural] * 6
    + [past] * 6
    + [rhyme] * 6
    + [repeat] * 2
    + [join_words] * 2
    + [even_or_odd] * 3
)


def textop(rng: CorpusRandom) -> Document:
    f = pick(rng, TASKS)
    q, a, key = f(rng)
    msgs = [user(q), assistant(a)]
    if rng.random() < 0.22:  # a second sum or word of the same sort
        f2 = f if rng.random() < 0.6 else pick(rng, TASKS)
        q, a, key = f2(rng)
        if q != msgs[0]["content"]:
            if rng.random() < 0.2 and q[:7] in ("What is", "How muc", "Which i"):
                q = "And " + q[:1].lower() + q[1:]
            msgs += [user(q), assistant(a)]
        else:
            key = None
    d: Document = {"kind": "textops", "messages": msgs}
    if rng.held_out:
        if key is None:
            return textop(rng)
        d["expect"] = {"regex": key if isinstance(key, str) else rf"(?<!\d){key}(?!\d)"}
    return d
