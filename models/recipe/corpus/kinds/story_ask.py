"""Requests that fit a story."""

from __future__ import annotations

from typing import Any

from .common import CorpusRandom, an, bank, cap, pick

_ASK_TEMPLATES = bank(
    "[Tell|Please tell|Can you tell|Could you tell|Would you tell|Will you tell] me {s}",
    "[Write|Please write|Can you write|Could you write] {s}",
    "[Write|Please write|Can you write] me {s}",
    "[Write|Can you write|Could you write] {s} for me",
    "I want to hear {s}",
    "I would like to hear {s}",
    "I'd like {s}",
    "[Make up|Can you make up|Please make up|Invent|Create] {s}",
    "Give me {s}",
    "I need {s}",
    "Do you know {s}",
    "Let me hear {s}",
    "I'd love to read {s}",
    "I am bored. Tell me {s}",
    "Hi! Can you tell me {s}",
    "Hello, please tell me {s}",
    "Could I hear {s}",
    "Can I have {s}",
    "How about {s}",
    "Come up with {s}",
    "Let's hear {s}",
    "My daughter wants {s}",
    "My son would like {s}",
    "For my little brother: {s}",
    "Time for {s}",
    "{S}, please",
    "{S}",
)
_QUESTION_BEGINNINGS = ("Can", "Could", "Would", "Will", "Do ", "How", "Hi! Can")


def _asks():
    """(request with %s for the story, does it begin with the story?)"""
    out = []
    for t in _ASK_TEMPLATES:
        mark = "?" if t.startswith(_QUESTION_BEGINNINGS) else "" if t == "{S}" else "."
        out.append((t.replace("{s}", "%s").replace("{S}", "%s") + mark, t.startswith("{S}")))
    return out


_ASKS = _asks()
_ANY_STORY = bank(
    "Tell me a story.",
    "Tell me a short story.",
    "Can you tell me a story?",
    "Could you tell me a story, please?",
    "Story, please.",
    "Story time!",
    "A story, please!",
    "I want a story.",
    "I want to hear a story.",
    "Please write a story.",
    "Write a story.",
    "Write a short story.",
    "Write a short story for [a child|children|kids].",
    "Make up a story.",
    "Make up a story for me.",
    "Do you know a [good|nice] story?",
    "Do you know any stories?",
    "I'm bored. Tell me a story.",
    "I am tired. Can you tell me a story?",
    "Tell me something nice. A story maybe?",
    "Can you write a story?",
    "Can you make up a story?",
    "Let's hear a story!",
    "Give me a story.",
    "Will you tell me a story?",
    "Surprise me with a story.",
    "Tell me any story you like.",
    "Please tell me a little story.",
    "I'd like a story.",
    "Write me a little story.",
    "Tell us a story!",
    "Can I hear a story?",
    "Read me a story.",
    "Write a simple story.",
    "Write a simple story for a [5|6|7]-year-old.",
    "Tell me a story about anything.",
    "Tell me a story, any story.",
    "One story, please.",
)
_A_STORY = (
    ["a story"] * 8
    + ["a short story"] * 6
    + [
        "a little story",
        "a nice story",
        "a tale",
        "a short tale",
        "a children's story",
        "a simple story",
        "a sweet story",
        "a fun story",
    ]
)
_THEME_REQUESTS = bank(
    "about {t}",
    "about the power of {t}",
    "that teaches {t}",
    "about {t}",
    "with a lesson about {t}",
    "that shows {t}",
    "on {t}",
)


def plan_request(rng: CorpusRandom, d, p):
    """A request that fits the story: (text, options, words that must be in it)."""
    opt: dict[str, Any] = {}
    need: list[str] = []
    r = rng.random()
    if r < 0.13:
        q = pick(rng, _ANY_STORY)
        return q, opt, need
    s = pick(rng, _A_STORY)
    suffix = ""
    r2 = rng.random()
    if r2 < 0.10:
        s = pick(
            rng, ("a bedtime story", "a short bedtime story", "a good night story", "a calm bedtime story")
        )
        opt["bed"] = True
    elif r2 < 0.18:
        suffix = pick(rng, (" with a happy ending", " that ends well", " with a happy end"))
        opt["happy"] = True
    elif r2 < 0.24:
        suffix = pick(
            rng,
            (
                " that starts with 'Once upon a time'",
                ' that begins with "Once upon a time"',
                '. Start with "Once upon a time"',
                ". Begin with 'Once upon a time'",
            ),
        )
        opt["ouat"] = True
    elif r2 < 0.29:
        suffix = pick(rng, (" with a moral", " with a lesson", " with a moral at the end"))
        opt["moral"] = True
    if r < 0.17:
        if not suffix and not opt:
            return pick(rng, _ANY_STORY), opt, need
        return wrap_request(rng, s + suffix), opt, need
    if r < 0.25:
        t = pick(rng, p.themes)
        opt["theme"] = t
        need.append(t)
        body = " " + pick(rng, _THEME_REQUESTS).format(t=t)
        if rng.random() < 0.4:
            hp, hn = hero_phrase(rng, d)
            need += hn
            body = pick(
                rng,
                (
                    f" about {hp} and {t}",
                    f" about {hp} that teaches {t}",
                    f" about {hp}, with a lesson about {t}",
                ),
            )
        if suffix and "." not in suffix:
            return (
                wrap_request(rng, s + suffix + (body if not body.startswith(" that") else " about " + t)),
                opt,
                need,
            )
        return wrap_request(rng, s + body + suffix), opt, need
    # pieces
    own = ""
    if suffix and "." not in suffix:
        if rng.random() < 0.5:
            own = pick(
                rng,
                (". It should have a happy ending", ". Make it end well", ". Please give it a happy ending")
                if "happy" in opt
                else (
                    ". It should start with 'Once upon a time'",
                    '. Begin with "Once upon a time"',
                    '. Please start with "Once upon a time"',
                )
                if "ouat" in opt
                else (". It should have a moral", ". Please add a moral", ". It should teach a lesson"),
            )
        else:
            s += suffix
        suffix = own
    hp = None
    about = ""
    if rng.random() < 0.82:
        hp, hn = hero_phrase(rng, d)
        need += hn
    obj = bool(p.obj) and rng.random() < 0.45
    gist = hp and rng.random() < 0.45
    place = rng.random() < 0.35
    wea = d["w"] and rng.random() < 0.15
    if not (hp or obj or place or wea):
        hp, hn = hero_phrase(rng, d)
        need += hn
    if hp and (obj or place) and not gist and rng.random() < 0.06:
        opt.pop("bed", None)
        words = [hp.split(" named ")[-1] if " named " in hp else d["hk"]]
        need.append(words[0])
        if obj:
            words.append(d["ob"])
            need.append(d["ob"])
        if place:
            words.append(d["pn"])
            need.append(d["pn"])
        w = ", ".join(words)
        q = (
            pick(
                rng,
                (
                    "Write a story with these words: %s.",
                    "Use these words in a story: %s.",
                    "Make a story from: %s",
                    "Story with the words %s, please.",
                    "Can you write a short story using the words %s?",
                ),
            )
            % w
        )
        return q, opt, need
    if gist:
        g = pick(rng, p.g) % d
        about = hp + " " + g
        if d["o"] and d["o"] in g:
            need.append(d["o"])
        elif d.get("ob") and d["ob"] in g:
            need.append(d["ob"])
        if d["pn"] in g:
            place = False
        if g.startswith("and ") and " a lost" not in g and rng.random() < 0.5:
            place = False
    elif obj:
        full = rng.random() < 0.6
        op = d["ao"] if full else an(d["ob"])
        need.append(d["o"] if full else d["ob"])
        about = pick(rng, ("%s and %s", "%s and %s", "%s with %s")) % (hp, op) if hp else op
    elif hp:
        about = hp
    if place and d["pp"]:
        ap = d["ap"] if rng.random() < 0.7 else d["pp"]
        need.append(d["pn"])
        if about:
            about += pick(rng, (" %s", " %s", ", set %s", " %s")) % ap
        elif rng.random() < 0.6:
            s += pick(rng, (" set %s", " that takes place %s", " that happens %s")) % ap
        else:
            about = an(d["pn"]) if "the" not in ap.split() else d["p"]
    if wea:
        need.append(d["w"])
        t = "on " + an(d["w"] + " " + ("night" if d["day"] == "night" else "day"))
        if about:
            about += " " + t
        else:
            s += pick(rng, (" that happens %s", " set %s")) % t
    body = ""
    if about:
        body = pick(rng, (" about ", " about ", " about ", " about ", " of ")) + about
    if body.startswith(" of ") and (" set " in s or " happens" in s or " takes" in s):
        body = " about" + body[3:]
    if body and rng.random() < 0.05:
        opt.pop("bed", None)
        return (
            pick(
                rng,
                (
                    "Story about %s.",
                    "story about %s",
                    "A story about %s please.",
                    "Short story: %s.",
                    "Story idea: %s. Please write it.",
                    "Topic: %s. Write a short story.",
                    "Here is my idea: %s. Can you turn it into a story?",
                ),
            )
            % about
            + _suffix_sentence(suffix),
            opt,
            need,
        )
    return wrap_request(rng, s + body + suffix), opt, need


def _suffix_sentence(sf):
    if not sf:
        return ""
    if sf.startswith(". "):
        return " " + sf[2:] + "."
    return ""


def wrap_request(rng: CorpusRandom, s):
    t, up = pick(rng, _ASKS)
    if up and ". " in s and t == "%s":
        return cap(s) + "."
    if ". " in s and t.endswith("?"):
        a, b = s.split(". ", 1)
        return t % a + " " + b + "."
    if ". " in s and t.endswith(", please."):
        a, b = s.split(". ", 1)
        return (t % (cap(a) if up else a)) + " " + b + "."
    return t % (cap(s) if up else s)


def hero_phrase(rng: CorpusRandom, d):
    r = rng.random()
    k = d["hk"]
    tr = d["tr"]
    need = [k]
    ph = an(k)
    if tr and rng.random() < 0.5:
        ph = an(tr[0] + " " + k)
        need = [tr[0] + " " + k]
    elif not tr and d["hadj"] and r < 0.3:
        ph = d["ai"]
        need = [d["hadj"] + " " + k]
    if rng.random() < 0.3:
        ph += pick(rng, (" named ", " named ", " called ")) + d["h"]
        need.append(d["h"])
    elif rng.random() < 0.06:
        ph = d["h"] if d["c"] in "gb" else d["h"] + " the " + k
        need = [d["h"]] if d["c"] in "gb" else [d["h"], k]
    return ph, need
