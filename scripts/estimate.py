"""What the card takes of a device, by Yosys: LUTs, flip-flops, DSPs, block and ultra RAM of each unit.

    python scripts/estimate.py                     every board's card
    python scripts/estimate.py --size u280         one
    python scripts/estimate.py --size u280 --deep  with the modules of each unit
    python scripts/estimate.py --json
    python scripts/estimate.py --part ofpga_matmul_mac Rows=4 KBlocks=896 DspClocks=2

Every module is synthesised by itself, out of context, and counted as often as it is there: estimate_synth.py.
docs/resources.md says what that leaves out. Results are kept in build/estimate: a first run takes long.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, fields
from heapq import heappop, heappush
from pathlib import Path

from estimate_synth import ROOT, Part, Sources, Synthesis, SynthesisError, synthesise
from openfpga_host.contract import CARD_SIZES

CACHE = ROOT / "build" / "estimate"
LUT_RAM = {"RAM32M": 4, "RAM64M": 4, "RAM32M16": 8, "RAM64M8": 8}
LUT_RAM |= {"RAM32X1D": 2, "RAM64X1D": 2, "RAM128X1D": 4, "RAM256X1D": 8, "RAM512X1S": 8}
LUT_RAM |= {"RAM32X1S": 1, "RAM64X1S": 1, "RAM128X1S": 2, "RAM256X1S": 4, "SRL16E": 1, "SRLC32E": 1}
"""LUTs that a distributed RAM or a shift register takes."""
LATCHES = ("LDCE", "LDPE")


@dataclass(frozen=True)
class Resources:
    """What a device has or a part takes; block RAM in units of 36 Kbit."""

    lut: float = 0
    ff: float = 0
    dsp: float = 0
    bram: float = 0
    uram: float = 0

    def __add__(self, other: Resources) -> Resources:
        return Resources(*(a + b for a, b in zip(self.values(), other.values(), strict=True)))

    def __mul__(self, count: int) -> Resources:
        return Resources(*(count * value for value in self.values()))

    def values(self) -> tuple[float, ...]:
        return self.lut, self.ff, self.dsp, self.bram, self.uram

    @classmethod
    def of(cls, cells: Counter[str]) -> Resources:
        """Those of Yosys' cells; ValueError if one is a latch."""
        latches = [kind for kind in LATCHES if cells[kind]]
        if latches:
            raise ValueError(f"there are latches: {', '.join(f'{cells[kind]} {kind}' for kind in latches)}")
        lut = sum(count for kind, count in cells.items() if kind.startswith("LUT"))
        lut += sum(count * LUT_RAM.get(kind, 0) for kind, count in cells.items())
        ff = sum(count for kind, count in cells.items() if kind.startswith("FD"))
        bram = cells["RAMB36E2"] + cells["RAMB18E2"] / 2
        return cls(lut, ff, cells["DSP48E2"], bram, cells["URAM288"])


@dataclass(frozen=True)
class Board:
    """A card's device, and what the platform around our kernels takes of it."""

    device: str
    has: Resources
    shell: Resources


XDMA_SHELL = Resources(lut=135_101, ff=178_416, dsp=7, bram=264)
"""Of the U200's XDMA platform (UG1393, Resource Availability): the device less what the platform leaves."""
BOARDS = {
    "kv260": Board("XCK26", Resources(117_120, 234_240, 1_248, 144, 64), Resources()),
    "u250": Board("XCU250", Resources(1_728_000, 3_456_000, 12_288, 2_688, 1_280), XDMA_SHELL),
    "u280": Board("XCU280", Resources(1_303_680, 2_607_360, 9_024, 2_016, 960), XDMA_SHELL),
}


@dataclass
class Tree:
    """A part, how often its parent has it, and what is in it."""

    part: Part
    count: int
    own: Resources
    children: list[Tree] = field(default_factory=list)

    def total(self) -> Resources:
        """Of one instance, children included."""
        total = self.own
        for child in self.children:
            total += child.total() * child.count
        return total


class Estimator:
    """Synthesises a hierarchy, every part once, `jobs` at a time."""

    def __init__(self, sources: Sources, cache: Path = CACHE, progress: bool = False, jobs: int = 2) -> None:
        self._sources, self._cache, self._progress, self._jobs = sources, cache, progress, jobs
        self._done: dict[Part, Synthesis] = {}

    def tree(self, top: Part) -> Tree:
        """The hierarchy below a part; SynthesisError or ValueError if a module does not become a circuit."""
        seen, todo = {top}, [(-1, top)]  # what is there most often first
        running: dict[Future[Synthesis], tuple[int, Part]] = {}
        with ThreadPoolExecutor(self._jobs) as workers:
            while todo or running:
                while todo and len(running) < self._jobs:
                    count, part = heappop(todo)
                    running[workers.submit(self._synthesise, part)] = count, part
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    count, part = running.pop(future)
                    self._done[part] = result = future.result()
                    for child, number in result.children.items():
                        if child not in seen:
                            seen.add(child)
                            heappush(todo, (count * number, child))
        return self._assemble(top, 1)

    def _synthesise(self, part: Part) -> Synthesis:
        if self._progress:
            print(f"  {part}", file=sys.stderr, flush=True)
        return synthesise(part, self._sources, self._cache)

    def _assemble(self, part: Part, count: int) -> Tree:
        result = self._done[part]
        try:
            own = Resources.of(result.cells)
        except ValueError as error:
            raise ValueError(f"{part}: {error}") from None
        children = [self._assemble(child, number) for child, number in sorted(result.children.items())]
        return Tree(part, count, own, children)


def card(size: str) -> Part:
    """The card of a size of the contract."""
    of = CARD_SIZES[size]
    names = {
        "Ports": of.ports,
        "Rows": of.rows,
        "KBlocks": of.k_blocks,
        "HeadBlocks": of.head_blocks,
        "Context": of.context,
        "DspClocks": of.dsp_clocks,
        "MacRows": of.mac_rows,
    }
    return Part("ofpga_card", tuple((name, str(value)) for name, value in names.items()))


def rows(tree: Tree, deep: bool) -> Iterator[tuple[str, Resources]]:
    """(name, resources of all instances) of the units, deep: of their modules; last what connects them."""
    units = [child for child in tree.children if not child.part.module.startswith("ofpga_axi_")]
    for unit in units:
        yield unit.part.module.removeprefix("ofpga_"), unit.total() * unit.count
        if deep:
            yield from _inside(unit, unit.count, 1)
    rest = tree.own
    for child in tree.children:
        if child not in units:
            rest += child.total() * child.count
    yield "channels", rest


def _inside(tree: Tree, times: int, depth: int) -> Iterator[tuple[str, Resources]]:
    for child in tree.children:
        count = times * child.count
        name = f"{'  ' * depth}{count} x {child.part.module.removeprefix('ofpga_')}"
        yield name, child.total() * count
        yield from _inside(child, count, depth + 1)


def report(size: str, tree: Tree, deep: bool) -> dict[str, object]:
    """The estimate as JSON: units, total, device, shell, and what is left free, as a share."""
    board, total = BOARDS[size], tree.total()

    def named(of: Resources) -> dict[str, float]:
        return {f.name: getattr(of, f.name) for f in fields(of)}

    used = total + board.shell
    return {
        "size": size,
        "device": board.device,
        "units": [{"name": name, **named(of)} for name, of in rows(tree, deep)],
        "card": named(total),
        "shell": named(board.shell),
        "has": named(board.has),
        "used": {f.name: getattr(used, f.name) / getattr(board.has, f.name) for f in fields(used)},
    }


def table(size: str, tree: Tree, deep: bool) -> str:
    """The estimate as text, with the share of the device below each sum."""
    board, total = BOARDS[size], tree.total()
    head = ("LUT", "FF", "DSP48E2", "BRAM36", "URAM288")
    width = max(20, *(len(name) for name, _ in rows(tree, deep)))

    def line(name: str, values: list[str]) -> str:
        return f"{name:{width}}" + "".join(f"{value:>12}" for value in values)

    def counts(of: Resources) -> list[str]:
        return [f"{value:,.0f}" for value in of.values()]

    def shares(of: Resources) -> list[str]:
        return [f"{100 * a / b:.1f} %" for a, b in zip(of.values(), board.has.values(), strict=True)]

    lines = [line(f"{size} ({board.device})", list(head))]
    lines += [line(name, counts(of)) for name, of in rows(tree, deep)]
    lines += [line("card", counts(total)), line("", shares(total))]
    lines += [line("shell", counts(board.shell)), line("card and shell", shares(total + board.shell))]
    lines += [line("device", counts(board.has))]
    return "\n".join(lines)


def part_table(tree: Tree) -> str:
    """What one instance of a part takes, and the modules in it."""
    lines = [f"{tree.part!s:70}{'LUT':>10}{'FF':>10}{'DSP48E2':>10}{'BRAM36':>10}{'URAM288':>10}"]
    for name, of in [("all", tree.total()), ("itself", tree.own), *_inside(tree, 1, 0)]:
        lines.append(f"{name:70}" + "".join(f"{value:>10,.0f}" for value in of.values()))
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument(
        "--size", nargs="+", choices=sorted(BOARDS), default=sorted(BOARDS), help="card sizes"
    )
    parser.add_argument("--deep", action="store_true", help="also the modules of each unit")
    parser.add_argument("--json", action="store_true", help="JSON, one object a size")
    parser.add_argument(
        "--jobs", type=int, choices=range(1, 17), default=2, metavar="N", help="Yosys at a time"
    )
    parser.add_argument("--progress", action="store_true", help="name each part as it starts")
    parser.add_argument("--part", nargs="+", metavar="", help="a module and Name=value of its parameters")
    arguments = parser.parse_args()
    estimator = Estimator(Sources(), progress=arguments.progress or sys.stderr.isatty(), jobs=arguments.jobs)
    try:
        if arguments.part:
            module, *values = arguments.part
            named = tuple((name, value) for name, _, value in (text.partition("=") for text in values))
            print(part_table(estimator.tree(Part(module, named))))
            return 0
        trees = {size: estimator.tree(card(size)) for size in arguments.size}
    except (SynthesisError, ValueError) as error:
        print(f"estimate: {error}", file=sys.stderr)
        return 1
    if arguments.json:
        print(json.dumps([report(size, tree, arguments.deep) for size, tree in trees.items()], indent=1))
    else:
        print("\n\n".join(table(size, tree, arguments.deep) for size, tree in trees.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
