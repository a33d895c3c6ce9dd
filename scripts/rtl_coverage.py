"""Line and toggle coverage of rtl/ by module, from the files that Verilated benches leave.

    make coverage                                    runs the benches and prints this
    python scripts/rtl_coverage.py build/coverage    of files that are there
    python scripts/rtl_coverage.py build/coverage --missing ofpga_fifo

A point counts as covered if it was in any instance, at any size, in any bench. A bit has two toggles,
up and down.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

POINT = re.compile(r"C '(?P<keys>.*)' (?P<count>\d+)$", re.DOTALL)
KINDS = {"v_line": "line", "v_branch": "line", "v_toggle": "toggle"}


@dataclass(frozen=True, order=True)
class Point:
    """A place that a bench reaches or not; `what`: the signal's bit of a toggle, the kind of a branch."""

    module: str
    kind: str
    line: int
    column: int
    what: str


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
        module = Path(keys.get("f", "")).stem
        if kind and module.startswith("ofpga_"):
            point = Point(module, kind, int(keys.get("l", 0)), int(keys.get("n", 0)), keys.get("o", ""))
            yield point, int(found["count"])


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


def table(total: dict[Point, int]) -> str:
    """Covered points of each module, and of all."""
    counts: dict[str, dict[str, list[int]]] = defaultdict(lambda: {"line": [0, 0], "toggle": [0, 0]})
    for point, count in total.items():
        for name in (point.module, "all"):
            of = counts[name][point.kind]
            of[0] += count > 0
            of[1] += 1

    def share(of: list[int]) -> str:
        return f"{100 * of[0] / of[1]:5.1f} % of {of[1]:6}" if of[1] else f"{'none':>17}"

    width = max(map(len, counts), default=6)
    lines = [f"{'module':{width}}  {'lines':>17}  {'toggles':>17}"]
    lines += [
        f"{name:{width}}  {share(counts[name]['line'])}  {share(counts[name]['toggle'])}"
        for name in [*sorted(set(counts) - {"all"}), "all"]
    ]
    return "\n".join(lines)


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
    except ValueError as error:
        print(f"rtl_coverage: {error}", file=sys.stderr)
        return 1
    if arguments.missing:
        for point in sorted(p for p, count in total.items() if p.module == arguments.missing and not count):
            print(f"{point.module}.sv:{point.line}:{point.column}: {point.kind} {point.what}")
    else:
        print(table(total))
    return 0


if __name__ == "__main__":
    sys.exit(main())
