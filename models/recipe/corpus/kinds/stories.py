"""Stories: a request and a story from a plot grammar (data/stories_plots.py)."""

from __future__ import annotations

from .common import CorpusRandom, Document, assistant, bank, casual, fresh, num, pick, user
from .story_ask import hero_phrase, plan_request, wrap_request
from .story_make import make_story
from .story_plots import THEME_TABLE, slots_to_percent
from .story_tell import INTRO, OUAT, join_sentences, tell


def _one_story(rng: CorpusRandom, avoid=None, asked=True):
    """(request, story text, d, p)"""
    while True:
        d, p = make_story(rng)
        if avoid and (p.name == avoid[0] or d["hk"] == avoid[1] or d["h"] == avoid[2]):
            continue
        if not fresh(rng, "story", p.name, d["h"], d["o"], d["pn"]):
            continue
        q, opt, need = plan_request(rng, d, p) if asked else ("", {}, [])
        for _ in range(6):
            sents = tell(rng, d, p, **opt)
            t = join_sentences(rng, sents, d)
            if not need:
                return q, t, d, p
            lo = t.lower()
            if all(x.lower() in lo for x in need):
                return q, t, d, p


def story(rng: CorpusRandom) -> Document:
    """A request and a story that has all that was asked for."""
    q, t, d, p = _one_story(rng)
    r = rng.random() if "nce upon a" not in q else 1
    if r < 0.10:
        t = pick(rng, p.t) % d + "\n\n" + t
    elif r < 0.15:
        t = "**" + pick(rng, p.t) % d + "**\n\n" + t
    elif r < 0.19:
        t = (
            pick(
                rng,
                (
                    "Sure! Here is a story.",
                    "Here is a story for you.",
                    "Of course!",
                    "With pleasure.",
                    "Here you go.",
                    "I would love to.",
                ),
            )
            + "\n\n"
            + t
        )
    elif r < 0.23 and q[-1] not in ":\"'":
        q = (
            q + pick(rng, (" Give it a title.", " Please add a title.", " It needs a title too."))
            if q[-1] in ".?!"
            else q
        )
        if "title" in q:
            t = pick(rng, p.t) % d + "\n\n" + t
    return {"kind": "story", "messages": [user(casual(rng, q)), assistant(t)]}


def story_text(rng: CorpusRandom) -> Document:
    """A story as plain text."""
    while True:
        d, p = make_story(rng)
        if fresh(rng, "story", p.name, d["h"], d["o"], d["pn"]):
            break
    t = join_sentences(rng, tell(rng, d, p, ouat=rng.random() < 0.7), d)
    if rng.random() < 0.2:
        t = pick(rng, p.t) % d + "\n\n" + t
    return {"kind": "text", "text": t}


_CONTINUE = bank(
    "[Continue|Please continue|Can you continue|Finish|Please finish|Complete] [the|this] story: {b}",
    "[Continue|Finish|Go on with] [the|this|my] story.\n\n{b}",
    "How does this story go on?\n\n{b}",
    "What happens next? {b}",
    "Write the rest of this story: {b}",
    "Here is the beginning of a story. [Write the rest.|Please finish it.|Continue it.]\n\n{b}",
    "{b}\n\n[Continue the story.|What happens next?|Please go on.|Finish this story.|Continue.]",
    "My story starts like this: {b} [How does it end?|Please go on.|Can you continue?]",
    "Go on: {b}",
    "Keep the story going: {b}",
    'Tell me what happens next: "{b}"',
    'I started a story: "{b}" [Can you finish it?|Please finish it.]',
)


def continue_story(rng: CorpusRandom) -> Document:
    """The first sentences from the user; the rest of the story."""
    while True:
        d, p = make_story(rng)
        if fresh(rng, "story", p.name, d["h"], d["o"], d["pn"]):
            break
    s = tell(rng, d, p)
    k = num(rng, 2, 4)
    b = " ".join(s[:k]) % d
    r = join_sentences(rng, s[k:], d)
    q = pick(rng, _CONTINUE)
    if '"{b}"' in q and '"' in b:
        b = b.replace('"', "'")
    return {"kind": "story_continue", "messages": [user(q.replace("{b}", b)), assistant(r)]}


_AGAIN = bank(
    "Tell me another one.",
    "Another one, please.",
    "Tell me another [story|one], please.",
    "One more!",
    "One more, please.",
    "That was [nice|lovely|great|good|fun]. [Tell me another one.|Another one, please.|One more, please.|Do you have another one?]",
    "Can you tell me another [one|story]?",
    "I liked that[.| one.] [Now another one.|Please tell me one more.|Another?]",
    "Now tell me a different story.",
    "Again! A new one!",
    "Thanks! Do you have another story?",
    "more please",
    "another one",
    "Can I hear one more?",
    "And another story?",
    "A different one now, please.",
)
_AGAIN_ABOUT = bank(
    "Now [one|a story] about {hp}.",
    "Another one, but about {hp}.",
    "Can you tell me [one|another one] about {hp}?",
    "[Nice|Great|Lovely]! Now tell me [one|a story] about {hp}.",
    "And now [one|a story] about {hp}, please.",
    "Tell me another one, this time about {hp}.",
)


def another(rng: CorpusRandom) -> Document:
    """Two stories, the second with a new hero."""
    q, t, d, p = _one_story(rng)
    av = (p.name, d["hk"], d["h"])
    if rng.random() < 0.5:
        _, t2, d2, _ = _one_story(rng, av, False)
        q2 = pick(rng, _AGAIN)
    else:
        while True:
            _, t2, d2, _p2 = _one_story(rng, av, False)
            hp, need = hero_phrase(rng, d2)
            if all(x.lower() in t2.lower() for x in need):
                break
        q2 = pick(rng, _AGAIN_ABOUT).format(hp=hp)
    return {
        "kind": "story_another",
        "messages": [user(casual(rng, q)), assistant(t), user(casual(rng, q2)), assistant(t2)],
    }


_ONE_SENTENCE = bank(
    "a one-sentence story",
    "a story in one sentence",
    "a very short story of one sentence",
    "a story that is just one sentence long",
    "a story in a single sentence",
)
_THREE_SENTENCES = bank(
    "a three-sentence story",
    "a story in three sentences",
    "a very short story with three sentences",
    "a story with exactly three sentences",
    "a story in 3 sentences",
    "a 3-sentence story",
)
_ONE_SENTENCE_STORY = [
    slots_to_percent(x)
    for x in (
        "{Ai} named {h} {S}.",
        "One {wd}, {ai} named {h} {S}.",
        "Once upon a time, {ai} named {h} {S}.",
        "There was once {ai} named {h} who {S}.",
        "{h}, {ai}, {S}.",
        "Once {ai} named {h} {S}.",
    )
]
_MIDDLE = [
    slots_to_percent(x) for x in ("One {wd}, {he} {S}.", "One {wd}, {h} {S}.", "One {wd}, the {hk} {S}.")
]
_ENDINGS = [
    slots_to_percent(x)
    for x in bank(
        "{h} {smiled} and went home.",
        "In the evening, {h} told everyone about it.",
        "{h} never forgot that day.",
        "From then on, {h} and {f} were [good|best] friends.",
        '"Thank you," said {h}, and {f} smiled.',
        "It was [the best day of the year|a day to remember].",
        "After that, {h} and {f} met every week.",
    )
]


def short_story(rng: CorpusRandom) -> Document:
    """One sentence or three sentences, as asked."""
    while True:
        d, p = make_story(rng)
        if not fresh(rng, "story", p.name, d["h"], d["o"], d["pn"]):
            continue
        d["wd"] = d["One"][4:]
        d["S"] = pick(rng, p.s) % d
        one = rng.random() < 0.5
        need = []
        r = rng.random()
        about = ""
        opt = {}
        if r < 0.45:
            hp, need = hero_phrase(rng, d)
            about = " about " + hp
            if rng.random() < 0.4 and d["o"]:
                about += " and " + d["ao"]
                need.append(d["o"])
            elif rng.random() < 0.3:
                about += " " + d["ap"]
                need.append(d["pn"])
        elif r < 0.6:
            hp, need = hero_phrase(rng, d)
            about = f" about {hp} {pick(rng, p.g) % d}"
            if d.get("ob") and d["ob"] in about:
                need.append(d["o"] if d["o"] in about else d["ob"])
        elif r < 0.7 and not one:
            t = pick(rng, p.themes)
            opt["t"] = t
            about = " about " + t
            need = [t]
        q = wrap_request(rng, pick(rng, _ONE_SENTENCE if one else _THREE_SENTENCES) + about)
        if one:
            t = pick(rng, _ONE_SENTENCE_STORY) % d
            if '."' in t or "? " in t:
                continue
        else:
            if opt:
                e = pick(rng, [x for x in THEME_TABLE[opt["t"]] if ". " not in x])
            elif d["tr"] and rng.random() < 0.4:
                e = d["tr"][2]
            else:
                e = pick(rng, _ENDINGS)
            i = pick(rng, [x for x in (OUAT if rng.random() < 0.4 else INTRO) if "?" not in x])
            t = (i + " " + pick(rng, _MIDDLE) + " " + e) % d
        if all(x.lower() in t.lower() for x in need):
            return {"kind": "story_short", "messages": [user(casual(rng, q)), assistant(t)]}
