"""Choose all values of one story."""

from __future__ import annotations

from ..data import words
from ..data.words import PET_NAMES, ROBOT_NAMES, SURNAMES
from .common import CorpusRandom, an, cap, pick
from .story_plots import ANIMAL_KINDS, OBJECT_KINDS, PLOT_TABLE, TRAIT_NAMES, TRAIT_TABLE, slots_to_percent

HOOFED = set(
    "deer pony pig lamb goat cow donkey giraffe zebra llama camel moose sheep fawn foal piglet elephant hippo".split()
)
_GIRLS = [n for n in words.GIRLS if n not in ("June", "Mei", "Ida")]
_BOYS = [n for n in words.BOYS if n not in ("Will", "Mark", "Ray")]
NO_ADJECTIVE = {"food"}
_PRONOUNS = {
    "g": {"he": "she", "him": "her", "his": "her", "He": "She", "His": "Her", "himself": "herself"},
    "b": {"he": "he", "him": "him", "his": "his", "He": "He", "His": "His", "himself": "himself"},
    "r": {"he": "it", "him": "it", "his": "its", "He": "It", "His": "Its", "himself": "itself"},
}
_FRIEND_PRONOUNS = {
    "g": {"fhe": "she", "fhim": "her", "fhis": "her", "FHe": "She", "FHis": "Her"},
    "b": {"fhe": "he", "fhim": "him", "fhis": "his", "FHe": "He", "FHis": "His"},
}
_MEN = [
    x + y
    for x in (
        "an old man named ",
        "a kind man named ",
        "a tall man named ",
        "a friendly man named ",
        "an old sailor named ",
        "an old farmer named ",
    )
    for y in ("Mr. ",)
]
_WOMEN = [
    x + y
    for x in (
        "an old woman named ",
        "a kind woman named ",
        "a tall woman named ",
        "a friendly woman named ",
        "an old painter named ",
        "a wise woman named ",
    )
    for y in ("Mrs. ", "Ms. ")
]
_ANIMAL_ADJECTIVES = ["", "", "", "", "little ", "young ", "friendly ", "kind ", "small ", "clever "]


def _animal(rng: CorpusRandom, no="", small=False):
    while True:
        a, t = pick(rng, ANIMAL_KINDS)
        if not any(c in t for c in no) and not (small and "g" in t):
            return a, t


def make_story(rng: CorpusRandom, plot=None, kind=None, theme=None, want_trait=False, plain_obj=None):
    """All values of one story (a dict for the % operator) and its plot."""
    p = plot or pick(rng, PLOT_TABLE)
    while True:
        c = kind or pick(rng, "ggbbaaaar")
        if c in p.hero:
            break
        if p.hero == "r" or kind:
            if p.hero == "r" and not kind and rng.random() < 0.5:
                c = "r"
                break
            p = plot or pick(rng, PLOT_TABLE)
            if plot:
                c = pick(rng, p.hero)
                break
    d = {}
    tag = ""
    if c == "a":
        hk, tag = _animal(rng, p.no, p.small)
        sex = pick(rng, "gb")
        d["h"] = pick(rng, PET_NAMES)
    elif c == "r":
        hk, sex = "robot", "r"
        d["h"] = pick(rng, ROBOT_NAMES)
    else:
        hk, sex = ("girl", "g") if c == "g" else ("boy", "b")
        d["h"] = pick(rng, _GIRLS if c == "g" else _BOYS)
    d.update(_PRONOUNS[sex])
    d["hk"] = hk
    d["Hk"] = cap(hk)
    # trait
    tr = None
    if want_trait or rng.random() < 0.45:
        for _ in range(20):
            t = pick(rng, TRAIT_NAMES)
            v = pick(rng, TRAIT_TABLE[t])
            if t in p.nt or ("x" in v[2] and c == "r") or ("p" in v[2] and (c in "gb" or "g" in tag)):
                continue
            if c == "r" and t in ("sleepy", "hungry", "nervous"):
                continue
            if t in ("proud", "lonely") and p.name in ("gran", "quarrel", "birthday"):
                continue
            tr = (t, *v)
            break
    d["tr"] = tr
    adj = (
        tr[0] + " "
        if tr
        else (
            pick(rng, ("little ", "young ", "small ", "")) if "g" not in tag or rng.random() < 0.5 else "big "
        )
    )
    if not tr and hk in ("piglet", "duckling", "kitten", "puppy", "fawn", "foal", "lamb") and adj == "young ":
        adj = "little "
    d["ai"] = an(adj + hk)
    d["hadj"] = adj.strip()
    d["Ai"] = cap(d["ai"])
    bird = "b" in tag
    hand = "hand" if c != "a" else "wing" if bird else "hoof" if hk in HOOFED else "paw"
    d["paw_h"] = hand
    d["hands"] = "hooves" if hand == "hoof" else hand + "s"
    d["arm"] = "wing" if bird else "arm"
    d["coat"] = "coat" if c in "gb" else "wing" if bird else "arm"
    if c == "r":
        d["smiled"] = pick(rng, ("beeped with joy", "blinked with joy", "beeped happily"))
        d["cried"] = "gave a sad beep"
        d["felt_sad"] = "felt very sad"
        d["heart"] = pick(rng, ("Its gears spun fast", "Its lights flickered"))
        d["danced"] = "spun in a circle"
    else:
        d["smiled"] = pick(rng, ("smiled", "smiled from ear to ear", "laughed with joy", "beamed"))
        d["cried"] = "began to cry"
        d["felt_sad"] = pick(rng, ("felt sad", "was very sad", "felt terrible", "felt awful"))
        d["heart"] = d["His"] + pick(
            rng, (" heart beat fast", " heart was beating like a drum", " knees felt weak")
        )
        d["danced"] = pick(rng, ("danced around", "jumped up and down", "hopped with joy"))
    d["felt_sad2"] = d["felt_sad"]
    # helper
    hl = p.help
    f = pick(rng, hl)
    if c == "a" and f == "k" and "a" in hl and rng.random() < 0.8:
        f = "a"
    if c in "gb" and f == "a" and "k" in hl and rng.random() < 0.6:
        f = "k"
    if c == "r" and f == "p":
        f = "k"
    d["fw"] = ""
    if c == "a" and f in "ko":
        f = "a" if f == "k" else "A"
    fs = pick(rng, "gb")
    if f == "k":
        n = pick(rng, _GIRLS if fs == "g" else _BOYS)
        while n == d["h"]:
            n = pick(rng, _GIRLS if fs == "g" else _BOYS)
        fi = ("a girl named " if fs == "g" else "a boy named ") + n
    elif f == "o":
        r = pick(rng, _WOMEN if fs == "g" else _MEN)
        s = pick(rng, SURNAMES)
        n = ("Mrs. " if "Mrs" in r else "Ms. " if "Ms" in r else "Mr. ") + s
        fi = r + s
    elif f == "p":
        n = "Grandma" if fs == "g" else "Grandpa"
        d["fw"] = "grandmother" if fs == "g" else "grandfather"
        fi = d["his"] + " " + d["fw"]
    else:
        a, t = _animal(rng, p.no)
        while a == hk:
            a, t = _animal(rng, p.no)
        n = pick(rng, PET_NAMES)
        while n == d["h"]:
            n = pick(rng, PET_NAMES)
        ad = pick(rng, ("old ", "wise old ", "kind old ")) if f == "A" else pick(rng, _ANIMAL_ADJECTIVES)
        if a in ("kitten", "puppy", "lamb", "fawn", "piglet", "duckling", "foal") and f == "A":
            a = "owl" if hk != "owl" else "badger"
        fi = an(ad + a) + " named " + n
    d["f"] = n
    d["fi"] = fi
    d["Fi"] = cap(fi)
    d["f2"] = "%(fi)s"
    d.update(_FRIEND_PRONOUNS[fs])
    # object
    if p.obj:
        ot = pick(rng, p.obj)
        adjs, nouns = OBJECT_KINDS[ot]
        ob, os_ = pick(rng, nouns)
        a = "" if (ot in NO_ADJECTIVE and " of " in ob) or rng.random() < 0.3 else pick(rng, adjs)
        if a in ob or (
            ot == "mend" and a == "wooden" and ob in ("radio", "lamp", "bicycle", "scooter", "basket")
        ):
            a = ""
        if (
            ot in ("food",)
            and a in ("warm", "sweet")
            and ob in ("apple", "banana", "melon", "sandwich", "piece of cheese")
        ):
            a = "big"
        o = (a + " " + ob).strip()
        d["oa"] = a
        d["ob"], d["os"], d["o"], d["ao"] = ob, os_, o, an(o)
        d["Ao"] = cap(d["ao"])
        d["aos"] = an(os_)
        d["Ot"] = title(ob)
        d["Aot"] = an(d["Ot"])
        d["ot"] = ot
    else:
        d["ot"] = d["o"] = ""
    # place
    pl = pick(rng, p.place)
    while c == "a" and "u" in pl[2]:
        pl = pick(rng, p.place)
    prep, pn = pl[0], pl[1]
    d["pn"], d["p"] = pn, "the " + pn
    d["pp"] = prep + " the " + pn
    d["top"] = (
        "to the "
        if prep != "on" or pn in ("beach", "playground", "farm", "island", "ranch", "dock", "prairie")
        else "up the "
    ) + pn
    d["ap"] = prep + " " + ("the " + pn if "e" in pl[2] or prep == "x" else an(pn))
    # weather
    w = pick(rng, p.wx) if rng.random() < 0.6 else ""
    d["w"] = w
    day = (
        "night"
        if p.night
        else pick(rng, ("afternoon", "evening", "afternoon", "day"))
        if p.name == "dark"
        else "morning"
        if p.morning
        else pick(rng, ("day", "morning", "afternoon", "day", "morning"))
    )
    if p.name == "newkid" and not w:
        w = d["w"] = pick(rng, p.wx)
    d["day"] = day
    d["One"] = (
        ("One " + w + " " + day)
        if w
        else (
            pick(
                rng,
                ("One day", "One day", "One morning" if p.name != "dark" else "One evening", "One afternoon"),
            )
            if day != "night" and not p.morning
            else "One " + day
        )
    )
    for k, v in p.v.items():
        x = pick(rng, v)
        if "{" in x:
            x = slots_to_percent(x) % d
        d[k] = x
        d[k.upper()] = cap(x)
        d[k + "t"] = title(x)
        d[k.upper() + "t"] = title(x)
    d["yi"] = d.get("y", "")
    d["c"], d["fk"], d["prep"] = c, f, prep
    return d, p


_SMALL_WORDS = {"of", "and", "a", "the", "about", "in", "with", "to"}


def title(s):
    return " ".join(w if w in _SMALL_WORDS else cap(w) for w in s.split())
