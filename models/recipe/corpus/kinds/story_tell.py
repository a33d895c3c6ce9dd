"""Turn a plot and its values into sentences."""

from __future__ import annotations

from .common import CorpusRandom, bank, cap, pick
from .story_plots import THEME_TABLE, TRAIT_TABLE, slots_to_percent

INTRO = [
    slots_to_percent(x)
    for x in bank(
        "There was once {} named {{h}}.".format("{ai}"),
        "There once was {ai} named {h}.",
        "Once there was {ai} named {h}.",
        "Long ago there lived {ai} named {h}.",
        "{h} was {ai}.",
        "In a small [village|valley|town] lived {ai} named {h}.",
        "Far away, behind the [hills|blue mountains|seven hills|great lake], lived {ai} named {h}.",
        "This is the story of {ai} named {h}.",
        "{Ai} named {h} lived in a [little|cozy|small|quiet] [house|home].",
        "Not far from here lived {ai} called {h}.",
        "Have you heard of {h}? {h} was {ai}.",
    )
]
OUAT = [
    slots_to_percent(x)
    for x in bank(
        "Once upon a time, there was {ai} named {h}.",
        "Once upon a time, there lived {ai} named {h}.",
        "Once upon a time there was {ai} called {h}.",
        "Once upon a time, in a [little|small|quiet|faraway] [village|valley|town|land], there lived {ai} named {h}.",
        "Once upon a time, {ai} named {h} lived in a [cozy|small|little] house.",
    )
]
_BEDTIME = [
    slots_to_percent(x)
    for x in bank(
        "That night, {h} [slept deeply|slept well|fell asleep at once] and dreamed of [stars|soft clouds|the sea|a new adventure].",
        "Then {h} went to bed, closed {his} eyes, and slept until morning. Good night.",
        "The moon came up, the world grew quiet, and {h} fell asleep with a smile. Good night.",
        "When the stars came out, {h} was already dreaming. Sweet dreams.",
    )
]
_BEDTIME_ROBOT = [
    slots_to_percent(x)
    for x in bank(
        "That night, {h} switched off its lights and rested. Good night.",
        "Then {h} plugged itself in, and its lights went softly out. Good night.",
    )
]
_HAPPY = [
    slots_to_percent(x)
    for x in bank(
        "And they all lived happily ever after.",
        "It was a very happy ending for {h}.",
        "From then on, {h} was happy.",
        "And everyone was happy.",
        "{h} went home happy that day.",
        "It was one of the happiest days of {his} life.",
    )
]
_END = bank("The end.", "The End.")
_SAID = '," said %(f)s'
_START = "It was the start"


def tell(
    rng: CorpusRandom, d, p, ouat=None, bed=False, happy=False, theme=None, moral=None, end=None, short=False
):
    """The sentences of the story, slot by slot."""
    out = [pick(rng, OUAT if (ouat or (ouat is None and rng.random() < 0.4)) else INTRO)]
    tr = d["tr"]
    if tr and d["fk"] == "p" and "a friend" in tr[2]:
        d["tr"] = tr = ("lonely", *TRAIT_TABLE["lonely"][0])
    if tr and not short and rng.random() < 0.7:
        out.append(tr[1])
    seen_f = said = False
    okc = ("", d["ot"], d["c"]) if p.cond else ("",)
    for kind, ls in p.slots:
        if kind == "?" and (short or rng.random() < 0.5):
            continue
        if p.cond:
            while True:
                cnd, alts = pick(rng, ls)
                if cnd in okc or (cnd == "gba" and d["c"] in "gba"):
                    break
        else:
            alts = pick(rng, ls)[1]
        s = alts[0] if len(alts) == 1 else pick(rng, alts)
        if "%(f2)s" in s or "%(F2)s" in s:
            k = "f" if seen_f else "fi"
            s = s.replace("%(f2)s", "%(" + k + ")s").replace(
                "%(F2)s", "%(" + cap(k) + ")s" if k == "fi" else "%(f)s"
            )
        if "%(fi)s" in s or "%(Fi)s" in s:
            seen_f = True
        if said and s.count(_SAID) == 1 and '"' in s and out[-1].endswith("said %(f)s."):
            s = s.replace(_SAID, '," %(fhe)s said')
        said = _SAID in s
        if kind == "*":
            s = "%(One)s, " + s
        out.append(s)
    n = len(out)
    last = out[-1]
    if theme:
        e = pick(rng, THEME_TABLE[theme])
        while e.startswith(_START) and (d["fk"] == "p" or p.name in ("quarrel", "promise", "birthday")):
            e = pick(rng, THEME_TABLE[theme])
        out.append(e)
    elif moral or (moral is None and not short and rng.random() < 0.3):
        e = pick(rng, THEME_TABLE[pick(rng, p.themes)])
        while e.startswith(_START) and (d["fk"] == "p" or p.name in ("quarrel", "promise", "birthday")):
            e = pick(rng, THEME_TABLE[pick(rng, p.themes)])
        out.append(e)
    elif tr and rng.random() < 0.6:
        out.append(tr[2])
    if len(out) > n and last.endswith("said %(f)s."):
        out[-1] = out[-1].replace(_SAID, '," %(fhe)s added').replace(" %(f)s said", " %(fhe)s added")
    if bed:
        out.append(pick(rng, _BEDTIME_ROBOT if d["c"] == "r" else _BEDTIME))
    elif happy:
        out.append(pick(rng, _HAPPY))
    if end or (end is None and rng.random() < 0.1):
        out.append(pick(rng, _END))
    return out


# paragraphs: some stories are one block, others are broken into a few paragraphs
def join_sentences(rng: CorpusRandom, sents, d):
    if rng.random() < 0.6:
        return " ".join(sents) % d
    n = len(sents)
    cuts = {n // 2} if rng.random() < 0.5 else {n // 3, 2 * n // 3}
    t = sents[0]
    for i in range(1, n):
        t += ("\n\n" if i in cuts else " ") + sents[i]
    return t % d
