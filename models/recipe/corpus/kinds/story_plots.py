"""The world of the stories: animals, objects, places, traits, themes and plots, read from data/."""

from __future__ import annotations

import re

from ..data.stories_plots import PLOTS
from ..data.stories_words import ANIMALS, OBJECTS, PLACES, THEMES, TRAITS, WEATHER
from .common import expand, rows

ANIMAL_KINDS = [(a.split(":")[0], ([*a.split(":"), ""])[1]) for a in ANIMALS.split()]
_HOLDS = set("frog turtle lizard".split())


def _read_objects():
    out = {}
    for k, (adjs, nouns) in OBJECTS.items():
        n = []
        for x in nouns.split(","):
            x = x.strip()
            full, _, short = x.partition("=")
            n.append((full, short or full))
        out[k] = (adjs.split(), n)
    return out


OBJECT_KINDS = _read_objects()
_PLACES = [tuple(row) for row in rows(PLACES, 3)]


def _places_by(f):
    return [x for x in _PLACES if f(x)]


def _places_named(*names):
    return [x for x in _PLACES if x[1] in names]


_OUTSIDE = _places_by(lambda x: "o" in x[2])
_WILD = _places_by(lambda x: "n" in x[2])
_INSIDE = _places_by(lambda x: "i" in x[2])
_PLACE_SETS = {
    "o": _OUTSIDE,
    "on": _OUTSIDE,
    "n": _WILD,
    "oi": _PLACES,
    "oig": _PLACES,
    "ni": _WILD
    + _places_named(
        "attic", "barn", "old house", "castle", "tower", "cottage", "workshop", "old mill", "garden"
    ),
    "onw": _WILD + _places_named("field", "beach", "farm", "park", "sea", "pond", "harbor", "dock"),
    "onh": _OUTSIDE,
    "w": _places_named("lake", "river", "pond", "sea", "harbor", "beach", "dock", "lighthouse"),
    "wo": _places_named(
        "lake", "river", "sea", "harbor", "beach", "island", "dock", "fishing village", "lighthouse"
    ),
    "wn": _places_named("river", "stream", "valley", "canyon", "waterfall", "forest", "jungle"),
    "s": _places_by(lambda x: "s" in x[2]),
    "g": _places_by(lambda x: "g" in x[2] and x[1] not in ("library",)),
    "i": _places_named(
        "attic",
        "castle",
        "library",
        "museum",
        "old house",
        "tower",
        "theater",
        "palace",
        "school",
        "workshop",
        "barn",
        "bookshop",
        "cottage",
        "toy shop",
        "old mill",
    ),
    "home": _places_named(
        "kitchen",
        "attic",
        "barn",
        "workshop",
        "tower",
        "castle",
        "greenhouse",
        "backyard",
        "garden",
        "courtyard",
    ),
    "inside": _places_named(
        "kitchen",
        "attic",
        "cottage",
        "workshop",
        "castle",
        "palace",
        "old house",
        "bookshop",
        "toy shop",
        "tower",
    ),
    "bake": _places_named(
        "bakery",
        "kitchen",
        "castle",
        "cottage",
        "village",
        "palace",
        "old mill",
        "snack shop",
        "town",
        "mountain village",
    ),
    "village": _places_named(
        "village", "town", "town square", "mountain village", "fishing village", "city", "market"
    ),
    "school": _places_named("school"),
    "library": _places_named("library"),
    "sea": _places_named("lighthouse"),
    "otg": _places_by(lambda x: "o" in x[2] and ("t" in x[2] or "g" in x[2]))
    + _places_named("train station", "school", "museum", "park", "beach", "hill"),
    "buildplace": _places_by(lambda x: "o" in x[2] and "z" not in x[2]) + _places_named("workshop", "barn"),
}
_SLOT = re.compile(r"\{(\w+)\}")


def slots_to_percent(t):
    """A template with {name} slots, for the % operator."""
    return _SLOT.sub(r"%(\1)s", t.replace("%", "%%"))


def _read_traits():
    table = {}
    for name, shown, lesson, tags in rows(TRAITS, 4):
        table.setdefault(name, []).append((slots_to_percent(shown), slots_to_percent(lesson), tags))
    return table


def _read_themes():
    table = {}
    for name, lesson in rows(THEMES, 2):
        table.setdefault(name, []).append(slots_to_percent(lesson))
    return table


TRAIT_TABLE = _read_traits()
TRAIT_NAMES = list(TRAIT_TABLE)
THEME_TABLE = _read_themes()


class Plot:
    pass


def _read_plots():
    out = []
    cur = None
    for line in PLOTS.strip().splitlines():
        line = line.strip()
        if not line:
            continue
        if line.startswith("# "):
            f = line[2:].split()
            cur = Plot()
            cur.name = f[0]
            o = dict(x.split("=", 1) for x in f[1:])
            cur.hero = o["hero"]
            cur.obj = [] if o["obj"] == "none" else o["obj"].split(",")
            cur.place = _PLACE_SETS[o["place"]]
            cur.help = o["help"]
            cur.no = o.get("no", "")
            cur.nt = set(o.get("nt", "").split(","))
            cur.themes = o["themes"].split(",")
            cur.wx = WEATHER[o["wx"]]
            cur.night = o["wx"] in ("night", "nightclear", "calmnight")
            cur.morning = cur.name in ("snow", "newkid", "birthday")
            cur.small = "animalsmall" in o
            cur.t, cur.g, cur.s, cur.v, cur.slots = [], [], [], {}, []
            out.append(cur)
        elif line[:3] in ("t: ", "g: ", "s: "):
            getattr(cur, line[0]).extend(slots_to_percent(x) for x in expand(line[3:]))
        elif line[:3] in ("x: ", "y: ", "z: "):
            cur.v[line[0]] = [z for x in line[3:].split(" ; ") for z in expand(x.strip())]
        elif line in ("-", "-*", "-?"):
            cur.slots.append([line[1:], []])
        else:
            m = re.search(r"@(\w+)$", line)
            cond = m.group(1) if m else ""
            if m:
                line = line[: m.start()].strip()
            if cur.slots[-1][0] == "*" and line.startswith("{he} "):
                line = "{h}" + line[4:]
            cur.slots[-1][1].append((cond, [slots_to_percent(x) for x in expand(line)]))
    for p in out:
        p.cond = {c for k, ls in p.slots for c, _ in ls if c}
    return out


PLOT_TABLE = _read_plots()
