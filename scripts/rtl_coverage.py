"""Line and toggle coverage of rtl/ by unit and module, from the files that Verilated benches leave.

    make coverage                                    runs the benches and prints this
    python scripts/rtl_coverage.py build/coverage    of files that are there
    python scripts/rtl_coverage.py build/coverage --missing ofpga_fifo

A point counts as covered if it was in any instance, at any size, in any bench. A bit has two toggles,
up and down. Packages are left out: Verilator puts their functions where they are called and loses count.
Lines that nothing reaches, and why: sim/unreached.toml. Others are named, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
EXPLAINED = ROOT / "sim" / "unreached.toml"
POINT = re.compile(r"C '(?P<keys>.*)' (?P<count>\d+)$", re.DOTALL)
KINDS = {"v_line": "line", "v_branch": "line", "v_toggle": "toggle"}
EDGES = {"0->1": "+", "1->0": "-"}


@dataclass(frozen=True, order=True)
class Point:
    """A place that a bench reaches or not; `what`: the signal's bit of a toggle, the kind of a branch.

    `unit` is the folder of rtl/ in which the module lies.
    """

    unit: str
    module: str
    kind: str
    line: int
    column: int
    what: str


class Share(NamedTuple):
    """Points that were reached, of all."""

    reached: int
    points: int

    def __str__(self) -> str:
        return (
            f"{100 * self.reached / self.points:5.1f} % of {self.points:6}"
            if self.points
            else f"{'none':>17}"
        )


def points(text: str) -> Iterator[tuple[Point, int]]:
    """(point, times reached) of one of Verilator's coverage files; ValueError if it is none."""
    lines = text.split("\n")
    if not lines[0].startswith("# SystemC::Coverage"):
        raise ValueError("this is no coverage file of Verilator")
    for line in lines[1:]:
        found = POINT.match(line)
        if not found:
            continue
        keys = dict(item.partition("\x02")[::2] for item in found["keys"].split("\x01") if item)
        kind = KINDS.get(keys.get("page", "").partition("/")[0])
        source = Path(keys.get("f", ""))
        if kind and "rtl" in source.parts and not source.stem.endswith("_pkg"):
            place = int(keys.get("l", 0)), int(keys.get("n", 0))
            yield Point(source.parent.name, source.stem, kind, *place, keys.get("o", "")), int(found["count"])


def merged(files: Iterable[Path]) -> dict[Point, int]:
    """Points of all files, their counts added; ValueError names a file that is none."""
    total: dict[Point, int] = defaultdict(int)
    for file in files:
        try:
            for point, count in points(file.read_text(encoding="utf-8", errors="replace")):
                total[point] += count
        except ValueError as error:
            raise ValueError(f"{file}: {error}") from None
    return total


def shares(total: Mapping[Point, int], by: tuple[str, ...]) -> dict[tuple[str, ...], dict[str, Share]]:
    """Lines and toggles reached, by these attributes of points."""
    counts: dict[tuple[str, ...], dict[str, Share]] = defaultdict(
        lambda: {"line": Share(0, 0), "toggle": Share(0, 0)}
    )
    for point, count in total.items():
        of = counts[tuple(getattr(point, name) for name in by)]
        reached, known = of[point.kind]
        of[point.kind] = Share(reached + (count > 0), known + 1)
    return dict(sorted(counts.items()))


def table(total: Mapping[Point, int]) -> str:
    """Covered points of each module, of each unit, and of all."""
    modules, units = shares(total, ("unit", "module")), shares(total, ("unit",))
    rows = []
    for (unit,), of_unit in units.items():
        rows += [(f"  {name}", of) for (owner, name), of in modules.items() if owner == unit]
        rows.append((unit, of_unit))
    rows += [("all", of) for of in shares(total, ()).values()]
    width = max((len(name) for name, _ in rows), default=0)
    lines = [f"{'':{width}}  {'lines':>17}  {'toggles':>17}"]
    lines += [f"{name:{width}}  {of['line']}  {of['toggle']}" for name, of in rows]
    return "\n".join(lines)


class Source:
    """What stands in the lines of modules."""

    def __init__(self, rtl: Path) -> None:
        self._rtl = rtl
        self._lines: dict[Path, list[str]] = {}

    def named(self, point: Point) -> str:
        """A line's point as sim/unreached.toml has it: module, branch, and the line without its comment."""
        path = self._rtl / point.unit / f"{point.module}.sv"
        if path not in self._lines:
            self._lines[path] = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
        lines = self._lines[path]
        code = lines[point.line - 1].partition("//")[0].strip() if point.line <= len(lines) else "?"
        return f"{point.module}: {point.what}: {code}"


def explained(path: Path) -> dict[str, str]:
    """Reasons by named point; ValueError says what is wrong with the file."""
    reasons: dict[str, str] = {}
    for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("unreached", []):
        if set(entry) != {"why", "points"}:
            raise ValueError(f"{path}: an entry has {sorted(entry)}; it must have `why` and `points`")
        reasons |= dict.fromkeys(entry["points"], entry["why"])
    return reasons


def unexplained(
    total: Mapping[Point, int], source: Source, reasons: Mapping[str, str]
) -> tuple[list[str], list[str]]:
    """Lines that nothing reached and nobody explains, with their places; explanations of what was reached."""
    missing, reached = [], set()
    for point, count in sorted(total.items()):
        if point.kind != "line":
            continue
        name = source.named(point)
        if count:
            reached.add(name)
        elif name not in reasons:
            missing.append(f"rtl/{point.unit}/{point.module}.sv:{point.line}: {name}")
    missed = {source.named(p) for p, count in total.items() if p.kind == "line" and not count}
    return missing, sorted((reached - missed) & set(reasons))


def toggles(total: Mapping[Point, int], module: str) -> Iterator[str]:
    """The signals of a module with bits that did not rise (+) or fall (-), and how many of all."""
    signals: dict[tuple[int, str], list[str]] = defaultdict(list)
    known: dict[tuple[int, str], int] = defaultdict(int)
    for point, count in sorted(total.items()):
        if point.kind != "toggle" or point.module != module:
            continue
        name, _, edge = point.what.rpartition(":")
        bit = re.search(r"\[(\d+)\]$", name)
        signal = point.line, name[: bit.start()] if bit else name
        known[signal] += 1
        if not count:
            signals[signal].append(EDGES.get(edge, edge) + (bit[1] if bit else ""))
    for (line, name), missed in signals.items():
        bits = " ".join(missed) if len(missed) <= 8 else f"{missed[0]} to {missed[-1]}"
        yield f"{module}.sv:{line}: {name}: {len(missed)} of {known[line, name]}: {bits}"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("folder", type=Path, help="where *.dat files lie")
    parser.add_argument(
        "--missing", metavar="MODULE", help="list the points of a module that nothing reached"
    )
    arguments = parser.parse_args()
    files = sorted(arguments.folder.glob("*.dat"))
    if not files:
        print(f"rtl_coverage: no *.dat in {arguments.folder}; `make coverage` makes them", file=sys.stderr)
        return 1
    try:
        total = merged(files)
        reasons = explained(EXPLAINED)
    except ValueError as error:
        print(f"rtl_coverage: {error}", file=sys.stderr)
        return 1
    source = Source(ROOT / "rtl")
    if arguments.missing:
        for point, count in sorted(total.items()):
            if (point.module, point.kind) == (arguments.missing, "line") and not count:
                name = source.named(point)
                print(f"{point.module}.sv:{point.line}: {name}  # {reasons.get(name, 'not explained')}")
        print(*toggles(total, arguments.missing), sep="\n")
        return 0
    print(table(total))
    missing, reached = unexplained(total, source, reasons)
    for name in missing:
        print(f"not reached: {name}")
    for name in reached:
        print(f"reached, though {EXPLAINED.name} explains why not: {name}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
