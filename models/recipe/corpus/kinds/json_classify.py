"""JSON answers that classify a text: sentiment, topic, language, priority, spam."""

from __future__ import annotations

from typing import Any

from ..data import json_texts, tools_slots, words
from .common import (
    CorpusRandom,
    bank,
    cap,
    fresh,
    lines,
    num,
    pick,
    sample,
)
from .json_fields import (
    Field,
    ask,
    rekeyed,
)
from .tool_values import person_name, place

THINGS = [x.strip() for x in json_texts.THINGS.split(",")]
POSITIVE, NEGATIVE, NEUTRAL = (bank(*lines(x)) for x in (json_texts.POS, json_texts.NEG, json_texts.NEU))
TOPICS = {k: bank(*lines(v)) for k, v in json_texts.TOPICS.items()}
LANGUAGES = {k: v.split("|") for k, v in json_texts.LANGS.items()}
PRIORITIES = {k: v.split("|") for k, v in json_texts.PRIO.items()}
SPAM = {k: v.split("|") for k, v in json_texts.SPAM.items()}


def fill_slots(rng: CorpusRandom, t):
    """Fill the slots of a classification text."""
    if "{" not in t:
        return t.replace("  ", " ").replace(" .", ".").strip()
    th = pick(rng, THINGS)
    this = pick(rng, ("this", "the", "my new"))
    return (
        t.replace("{this}", this)
        .replace("{This}", cap(this))
        .replace("{thing}", th)
        .replace("{day}", pick(rng, words.DAYS))
        .replace("{n}", str(num(rng, 2, 90)))
        .replace("{city}", place(rng, None))
        .replace("{name}", person_name(rng))
        .replace("{color}", pick(rng, words.COLORS))
        .replace("{room}", pick(rng, tools_slots.ROOM))
        .replace(" .", ".")
        .replace("  ", " ")
    ).strip()


CLASSIFY_REQUESTS = bank(
    "Classify the {c}[:| of this text:| of this message:]",
    "What is the {c} of this [text|message]?",
    "[Tell me|Find] the {c}:",
    "{C}:",
    "[Label|Give] the {c} of:",
    "{C} of this text?",
)


def classify(rng: CorpusRandom):
    labels: list[str] | None
    val: Any
    for _ in range(300):
        r = rng.random()
        if r < 0.38:
            kind, key = "sentiment", "sentiment"
            labels = ["positive", "negative", "neutral"] if rng.random() < 0.6 else ["positive", "negative"]
            i = num(rng, 0, len(labels) - 1)
            text = fill_slots(rng, pick(rng, (POSITIVE, NEGATIVE, NEUTRAL)[i]))
            r2 = rng.random()
            if r2 < 0.1:
                labels = ["pos", "neg", "neu"][: len(labels)]
            elif r2 < 0.16 and len(labels) == 2:
                labels = ["good", "bad"]
            val = labels[i]
        elif r < 0.62:
            kind, key = "topic", "topic"
            labels = sample(rng, list(TOPICS), num(rng, 2, 5))
            val = pick(rng, labels)
            text = fill_slots(rng, pick(rng, TOPICS[val]))
        elif r < 0.78:
            kind, key = "language", "language"
            labels = None if rng.random() < 0.5 else list(LANGUAGES)
            val = pick(rng, list(LANGUAGES))
            text = fill_slots(rng, pick(rng, LANGUAGES[val]))
        elif r < 0.9:
            kind, key = "priority", "priority"
            labels = ["low", "medium", "high"]
            val = pick(rng, labels)
            text = fill_slots(rng, pick(rng, PRIORITIES[val]))
        else:
            kind, key = "spam", "spam"
            labels = None
            val = rng.random() < 0.5
            text = fill_slots(rng, pick(rng, SPAM[val]))
        if fresh(rng, "cls", kind, text):
            break
    ty = "boolean" if kind == "spam" else "string"
    f = Field(
        key, ty, val, "true if the message is spam" if kind == "spam" else kind + " of the text", labels
    )
    fs = [f]
    alts = {key: ["label", "class", "category", "result", kind, "answer"]}
    if kind == "spam":
        alts[key] = ["is_spam", "junk"]
    fs = rekeyed(rng, fs, alts)
    if kind == "spam":
        task = pick(
            rng,
            (
                "Is this message spam?",
                "Spam or not?",
                "Check this message for spam:",
                "Decide if this is spam:",
            ),
        )
    else:
        task = pick(rng, CLASSIFY_REQUESTS).replace("{c}", kind).replace("{C}", cap(kind))
    if kind == "language" and rng.random() < 0.4:
        task = pick(
            rng, ("Which language is this?", "What language is this text written in?", "Detect the language:")
        )
    plain = f.key == key and (labels is None or (len(labels) == 3 and labels[0] in ("positive", "low")))
    return ask(rng, task, text, fs, plain)
