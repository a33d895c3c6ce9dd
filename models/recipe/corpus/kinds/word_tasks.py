"""Letters, word order, opposites, plurals, past tenses and rhymes."""

from __future__ import annotations

from ..data import ops_words, words
from .common import CorpusRandom, bank, cap, fresh, made_up_word, num, pick, sample
from .number_tasks import NUMBER_WORDS

_SHORT = [w for w in words.SIMPLE if len(w) <= 6]


def _both_ways(pairs):
    """Pairs and their reverses; a word keeps the first partner it had."""
    partner = {}
    for a, b in pairs:
        partner.setdefault(a, b)
        partner.setdefault(b, a)
    return list(partner.items())


_OPPOSITES = _both_ways(ops_words.OPP)


def _short_word(rng: CorpusRandom):
    return pick(rng, _SHORT) if rng.random() < 0.65 else made_up_word(rng, 2)


def _fresh_word(rng: CorpusRandom, key):
    while True:
        w = _short_word(rng)
        if len(w) <= 8 and fresh(rng, key, w):
            return w


_LETTERS_ALL = bank(
    'How many letters [are in|are there in|does] "{w}"[?X]',
    "How many letters are [in|there in] the word {w}?",
    "Count the letters in {w}.",
    "How long is the word {w}?",
)
_LETTERS = [x for x in _LETTERS_ALL if "X" not in x] + [
    'How many letters are in "{w}"?',
    'How many letters does "{w}" have?',
    "How many letters does {w} have?",
]
_COUNT = bank(
    "How many {c}'s are in [the word |]{w}?",
    'How often is the letter {c} in "{w}"?',
    "Count the letter {c} in {w}.",
    'How many times does {c} appear in "{w}"?',
)


def letters(rng: CorpusRandom):
    w = _fresh_word(rng, "letters")
    r = rng.random()
    if r < 0.6:
        n = len(w)
        sp = "-".join(w)
        return (
            pick(rng, _LETTERS).format(w=w),
            pick(
                rng,
                (
                    '{sp}: "{w}" has {n} letters.',
                    "{sp}: {n} letters.",
                    "{sp}. That is {n} letters.",
                    "{w} has {n} letters: {sp}.",
                ),
            ).format(sp=sp, w=w, n=n),
            n,
        )
    if r < 0.8:
        c = pick(rng, w)
        n = w.count(c)
        sp = "-".join(w)
        return (
            pick(rng, _COUNT).format(w=w, c=c),
            "{sp}: the letter {c} appears {n} time{s}.".format(sp=sp, c=c, n=n, s="" if n == 1 else "s"),
            n,
        )
    sp = "-".join(w) if rng.random() < 0.5 else " ".join(w)
    return pick(rng, _SPELL).format(w=w), sp, r"(?i)" + "[- ]".join(w)


_SPELL = bank("[Spell|Please spell] [the word |]{w}.", "How do you spell {w}?", "Can you spell {w}?")
_FIRST = bank(
    "What is the first letter of [the word |]{w}?",
    "[Which|What] letter does {w} [start|begin] with?",
    "First letter of {w}?",
)
_LAST = bank(
    "What is the last letter of [the word |]{w}?",
    "[Which|What] letter does {w} end with?",
    "Last letter of {w}?",
)


def first_or_last(rng: CorpusRandom):
    w = _fresh_word(rng, "first")
    if rng.random() < 0.6:
        c = w[0]
        return (
            pick(rng, _FIRST).format(w=w),
            pick(
                rng,
                ('The first letter of "{w}" is {c}.', "{c}", "It starts with {c}.", "{w} begins with {c}."),
            ).format(w=w, c=c),
            rf"\b{c}\b",
        )
    c = w[-1]
    return (
        pick(rng, _LAST).format(w=w),
        pick(rng, ('The last letter of "{w}" is {c}.', "{c}", "It ends with {c}.")).format(w=w, c=c),
        rf"\b{c}\b",
    )


_REVERSE = bank(
    "Reverse the [word order|order of the words]: {s}",
    "[Write|Say] these words [backwards|in reverse order]: {s}",
    "Reverse the order of these words: {s}",
    "Put these words in reverse order: {s}",
)
_UPPER = bank(
    "[Write|Put|Say] [this |]in [uppercase|capital letters|upper case]: {s}",
    "[Make|Turn] this uppercase: {s}",
    'Write "{s}" in [uppercase|capital letters|capitals].',
    "Uppercase: {s}",
    "Convert to uppercase: {s}",
)
_LOWER = bank(
    "[Write|Put] [this |]in [lowercase|small letters|lower case]: {s}",
    "[Make|Turn] this lowercase: {s}",
    'Write "{s}" in [lowercase|small letters].',
    "Lowercase: {s}",
    "Convert to lowercase: {s}",
)


def _fresh_words(rng: CorpusRandom, key, lo=2, hi=4):
    while True:
        ws = [_short_word(rng) for _ in range(num(rng, lo, hi))]
        if len(set(ws)) == len(ws) and fresh(rng, key, *ws):
            return ws


def reverse_words(rng: CorpusRandom):
    ws = _fresh_words(rng, "rev")
    return pick(rng, _REVERSE).format(s=" ".join(ws)), " ".join(ws[::-1]), " ".join(ws[::-1])


def change_case(rng: CorpusRandom):
    ws = _fresh_words(rng, "up", 1, 3)
    s = " ".join(ws)
    if rng.random() < 0.55:
        return pick(rng, _UPPER).format(s=s), s.upper(), s.upper()
    return pick(rng, _LOWER).format(s=s.upper() if rng.random() < 0.7 else s.title()), s, s


_OPPOSITE_ALL = bank(
    'What is the opposite of [|"]{w}[|"]?',
    "[Give me|Tell me|Name] the opposite of {w}.",
    "Opposite of {w}?",
    "What's the opposite of {w}?",
    "The opposite of {w} is ...",
)
_PLURAL = bank(
    "What is the plural of {w}?",
    'What is the plural of "{w}"?',
    "Plural of {w}?",
    "One {w}, two ...?",
    "[Give me|Write] the plural of {w}.",
    "How do you write {w} in the plural?",
)
_PAST = bank(
    "What is the past tense of {w}?",
    'What is the past tense of "{w}"?',
    "Past tense of {w}?",
    "[Give me|Write] the past tense of {w}.",
    "Put the verb {w} in the past tense.",
)
_SINGULAR = bank("What is the singular of {w}?", "Singular of {w}?")
PRES_Q = bank("What is the [base form|infinitive] of {w}?")
_OPPOSITE = [x for x in _OPPOSITE_ALL if x.count('"') != 1]


def _pair_task(rng: CorpusRandom, key, pairs, qs, forms):
    while True:
        q = pick(rng, qs)
        a, b = pick(rng, pairs)
        if fresh(rng, key, q, a):
            return q.format(w=a), pick(rng, forms).format(w=a, r=b, R=cap(b)), rf"(?i)\b{b}\b"


def opposite(rng: CorpusRandom):
    return _pair_task(
        rng,
        "opp",
        _OPPOSITES,
        _OPPOSITE,
        ('The opposite of "{w}" is "{r}".', "The opposite of {w} is {r}.", "{R}.", "{r}"),
    )


def plural(rng: CorpusRandom):
    if rng.random() < 0.12:
        return _pair_task(
            rng,
            "sing",
            [(b, a) for a, b in ops_words.PLURAL if a != b],
            _SINGULAR,
            ("The singular of {w} is {r}.", "{r}"),
        )
    return _pair_task(
        rng,
        "plu",
        ops_words.PLURAL,
        _PLURAL,
        ('The plural of "{w}" is "{r}".', "The plural of {w} is {r}.", "{r}", "{R}."),
    )


def past(rng: CorpusRandom):
    return _pair_task(
        rng,
        "past",
        ops_words.PAST,
        _PAST,
        ('The past tense of "{w}" is "{r}".', "The past tense of {w} is {r}.", "{r}", "{R}."),
    )


_RHYMES = bank(
    "What rhymes with {w}?",
    'What rhymes with "{w}"?',
    "[Give me|Tell me|Find] a word that rhymes with {w}.",
    "Which word rhymes with {w}?",
    "A rhyme for {w}[, please|]?",
)
_DO_RHYME = bank("Do {a} and {b} rhyme?", 'Does "{a}" rhyme with "{b}"?')


def rhyme(rng: CorpusRandom):
    while True:
        i = int(rng.random() * len(ops_words.RHYME))
        s = ops_words.RHYME[i]
        a, b = sample(rng, s, 2)
        r = rng.random()
        q = pick(rng, _RHYMES)
        if not fresh(rng, "rhyme", q, a):
            continue
        if r < 0.7:
            return (
                q.format(w=a),
                pick(rng, ('"{b}" rhymes with "{a}".', "{B} rhymes with {a}.", "{B}.", "{b}")).format(
                    a=a, b=b, B=cap(b)
                ),
                r"(?i)\b({})\b".format("|".join(x for x in s if x != a)),
            )
        if r < 0.85:
            return (
                pick(rng, _DO_RHYME).format(a=a, b=b),
                pick(rng, ("Yes, {a} and {b} rhyme.", "Yes, {a} rhymes with {b}.")).format(a=a, b=b),
                "Yes",
            )
        c = pick(rng, ops_words.RHYME[(i + 7) % len(ops_words.RHYME)])
        if c in s or any(c in t and a in t for t in ops_words.RHYME):
            continue
        return (
            pick(rng, _DO_RHYME).format(a=a, b=c),
            pick(rng, ("No, {a} and {b} do not rhyme.", "No, they do not rhyme.")).format(a=a, b=c),
            "No",
        )


_REPEAT = bank("[Repeat|Say] the word {w} {n} times.", "Write {w} {n} times.")


def repeat(rng: CorpusRandom):
    w = _fresh_word(rng, "repeat")
    n = num(rng, 2, 5)
    t = NUMBER_WORDS[n] if rng.random() < 0.5 else str(n)
    s = " ".join([w] * n)
    return pick(rng, _REPEAT).format(w=w, n=t), s, s


_JOIN = bank("[Join|Combine] the words {a} and {b}.", "Put {a} and {b} together into one word.")


def join_words(rng: CorpusRandom):
    a, b = _fresh_words(rng, "join", 2, 2)
    return pick(rng, _JOIN).format(a=a, b=b), a + b, a + b
