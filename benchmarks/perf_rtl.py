"""How busy the RTL card keeps its memory ports: matrices, decoder layers and prefill of Llama-3.1-8B.

    python benchmarks/perf_rtl.py --size u280 --memory ideal hbm2 --case 'layer-*'
    python benchmarks/perf_rtl.py --record           # all of benchmarks/perf_rtl.json

Runs programs on the Verilated card (`make -C sim card SIZE=... FAST=1`; built if it is not there). Measured
is from the end of one command to the end of another one, in the middle of a program, so that what a card does
ahead counts once. `%peak`: words moved on the busiest port, of a word a cycle. `%memory`: of what that memory
gives when it is read in sequence. Weights are random; no time depends on them.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from fnmatch import fnmatch
from pathlib import Path
from subprocess import run as run_process
from time import perf_counter

from openfpga_host.boards import MEMORIES
from openfpga_host.contract import CARD_SIZES, COMMAND_DTYPES, CardSize, Opcode, Status
from openfpga_host.device.verilator import (
    BOARD_MEMORY,
    Event,
    Handshake,
    Unit,
    VerilatedCard,
    library_path,
)
from perf_programs import LAYER, Part, Program, decoder_for, layers, matmuls

ROOT = Path(__file__).resolve().parents[1]
UNITS: Mapping[Opcode, Unit] = {
    Opcode.MATMUL: Unit.MATMUL,
    Opcode.ATTENTION: Unit.ATTENTION,
    Opcode.KV_WRITE: Unit.KV_CACHE,
    Opcode.KV_COPY: Unit.KV_CACHE,
}
PREFILL_ROWS = 128
RECORD = Path(__file__).with_name("perf_rtl.json")
RECORDED: Mapping[str, Sequence[str]] = {
    "u280": ("gemv-*", "matmul*-o-chained", "layer-1k", "layer-1k-*", "layer-8k", "prefill-128*"),
    "u250": ("gemv-o-chained", "layer-1k", "layer-1k-batch"),
    "kv260": ("layer-1k", "layer-1k-batch"),
}
"""Cases of each size, in ideal memory and in its board's."""


@dataclass(frozen=True)
class Figure:
    """What a case took."""

    size: str
    memory: str
    case: str
    rows: int
    context: int
    """After the step, of each sequence; 0: matrices alone."""
    cycles: int
    words: int
    """Moved on the busiest port."""
    bytes: int
    """Moved on all ports."""
    peak: float
    """Share of the cycles in which the busiest port moved a word."""
    achievable: float
    """The same, of what the memory gives in sequence."""
    gap: int
    """Most cycles from the end of a command to the go of the next."""
    gaps: Mapping[str, int]
    """Of a layer: from the end of the command before to the go of each."""
    command_cycles: Mapping[str, int]
    """From the end of the command before to the end of each, of a layer."""
    seconds: float
    """That the simulation took."""


@dataclass(frozen=True)
class Case:
    """Something to measure, made when its turn comes."""

    name: str
    rows: int
    context: int
    make: Callable[[], Program]


def cases(size: CardSize) -> Iterator[Case]:
    """All of them for a card size."""
    config, most = decoder_for(size), size.rows
    batches = {size.mac_rows: "", most: "" if most == size.mac_rows else f"{most}"}
    hidden, ff, heads = config.hidden_size, config.intermediate_size, config.num_heads * config.head_dim
    channels = heads + 2 * config.num_kv_heads * config.head_dim
    slice_channels = 8 * 16 * size.ports  # of the widest matrices: enough to see the stream
    for rows in (1, *batches):
        name = "gemv" if rows == 1 else f"matmul{batches[rows]}"
        for matrix, k, n in (("qkv", hidden, channels), ("gate_up", hidden, 2 * ff), ("down", ff, hidden)):
            width = min(n, slice_channels)
            yield Case(
                f"{name}-{matrix}",
                rows,
                0,
                lambda k=k, n=width, rows=rows: matmuls(size, k, n, rows, chained=False),
            )
        yield Case(
            f"{name}-o-chained",
            rows,
            0,
            lambda rows=rows: matmuls(size, heads, hidden, rows, chained=True),
        )
    for label, context in (("1k", 1024), ("8k", 8192)):
        if context > size.context:
            continue
        for name, parts in (
            (f"layer-{label}", [Part(1, context)]),
            *((f"layer-{label}-batch{tag}", [Part(1, context)] * rows) for rows, tag in batches.items()),
            (f"layer-{label}-verify4", [Part(4, context)]),
        ):
            yield Case(
                name,
                sum(part.rows for part in parts),
                context,
                lambda parts=parts: layers(size, config, parts),
            )
        yield Case(
            f"layer-{label}-shuffled",
            1,
            context,
            lambda context=context: layers(size, config, [Part(1, context)], shuffled=True),
        )
    for context in sorted({most, PREFILL_ROWS // 2, PREFILL_ROWS}):
        yield Case(
            f"prefill-{context}",
            most,
            context,
            lambda context=context: layers(size, config, [Part(most, context)]),
        )
    yield Case(
        f"prefill-{PREFILL_ROWS}-turns",
        2 * most,
        PREFILL_ROWS,
        lambda: layers(size, config, [Part(most, PREFILL_ROWS - most), Part(most, PREFILL_ROWS)]),
    )


def measure(card: VerilatedCard, size: CardSize, memory: str, case: Case, sequential: float) -> Figure:
    """Run a case's program."""
    program = case.make()
    started = perf_counter()
    run = card.run(program.ports, program.act, program.addr, len(program.commands))
    seconds = perf_counter() - started
    if run.result.status != Status.OK:
        raise SystemExit(f"{case.name}: {run.result}")
    goes, ends = _times(program, card.events())
    cycles = ends[program.last] - ends[program.first]
    middle = range(program.first + 1, program.last + 1)
    deps = {i: int(program.commands[i].view(COMMAND_DTYPES[Opcode.FENCE])["dep"][0]) for i in middle}
    waits = {i: goes[i] - max(ends[j] for j in range(i - dep + 1)) for i, dep in deps.items() if dep}
    names = LAYER if len(middle) == len(LAYER) else ()
    gaps = {name: waits[i] for name, i in zip(names, middle, strict=False)}
    each = {name: ends[i] - ends[i - 1] for name, i in zip(names, middle, strict=False)}
    share = program.words / cycles
    return Figure(
        size.name,
        memory,
        case.name,
        case.rows,
        case.context,
        cycles,
        program.words,
        program.bytes,
        round(share, 5),
        round(share / sequential, 5),
        max(waits.values(), default=0),
        gaps,
        each,
        round(seconds, 2),
    )


def _times(program: Program, events: Sequence[Event]) -> tuple[dict[int, int], dict[int, int]]:
    """Cycles of each command's go and end, by its place in the program."""
    places: dict[Unit, list[int]] = {unit: [] for unit in Unit}
    for place, command in enumerate(program.commands):
        opcode = Opcode(int(command[0]))
        if opcode in UNITS:
            places[UNITS[opcode]].append(place)
    found: dict[Handshake, dict[int, int]] = {kind: {} for kind in Handshake}
    for kind in Handshake:
        for unit in Unit:
            cycles = [event.cycle for event in events if event.kind == kind and event.unit == unit]
            found[kind].update(zip(places[unit], cycles, strict=True))
    return found[Handshake.GO], found[Handshake.DONE]


def open_card(size: CardSize, memory: str) -> VerilatedCard:
    """The fast flavour of a size's card, built if it is not there or old."""
    command = ["make", "-s", "-C", str(ROOT / "sim"), "card", f"SIZE={size.name}", "FAST=1"]
    run_process([*command, f"PYTHON={sys.executable}"], check=True)
    path = library_path(size.name)
    return VerilatedCard(path.with_name(f"{path.stem}_fast.so"), size, memory)


def show(figure: Figure) -> None:
    """A line of the table."""
    each = " ".join(f"{name} {cycles:,}" for name, cycles in figure.command_cycles.items())
    print(
        f"{figure.size:6} {figure.memory:8} {figure.case:20} {figure.rows:4} {figure.context:7} "
        f"{figure.cycles:10,} {figure.bytes:12,} {100 * figure.peak:7.2f} {100 * figure.achievable:8.2f} "
        f"{figure.gap:5} {each}",
        flush=True,
    )


def measured(size: CardSize, memories: Sequence[str], wanted: Sequence[str]) -> Iterator[Figure]:
    """The figures of a size's cases whose names are like one of `wanted`, shown as they come."""
    chosen = [case for case in cases(size) if any(fnmatch(case.name, text) for text in wanted)]
    for kind in memories:
        memory = BOARD_MEMORY[size.name] if kind == "board" else kind
        card = open_card(size, memory)
        sequential = card.sequential_share()
        for number, case in enumerate(chosen):
            if sys.stderr.isatty():
                print(f"{number + 1} of {len(chosen)}: {case.name}", end="\r", file=sys.stderr)
            figure = measure(card, size, memory, case, sequential)
            show(figure)
            yield figure
        card.close()


def as_json(figures: Sequence[Figure]) -> str:
    """A figure a line, without the time that its simulation took."""
    lines = []
    for figure in figures:
        fields = asdict(figure)
        del fields["seconds"]
        lines.append(" " + json.dumps(fields))
    return "[\n" + ",\n".join(lines) + "\n]\n"


def main() -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    sizes = [name for name in CARD_SIZES if name in BOARD_MEMORY]
    parser.add_argument("--size", nargs="+", choices=sizes, default=["sim"], help="card sizes (default: sim)")
    parser.add_argument(
        "--memory",
        nargs="+",
        choices=[*MEMORIES, "board"],
        default=["ideal", "board"],
        help="behind the ports (default: ideal, and what the size's board has)",
    )
    parser.add_argument(
        "--case", nargs="+", default=["*"], help="only cases of such names: 'gemv-*', layer-1k ..."
    )
    parser.add_argument("--json", type=Path, help="also write the figures here")
    parser.add_argument(
        "--record", action="store_true", help=f"instead: measure all of {RECORD.name} and write it anew"
    )
    options = parser.parse_args()
    chosen = RECORDED if options.record else dict.fromkeys(options.size, options.case)
    memories = ["ideal", "board"] if options.record else options.memory
    print("size   memory   case                 rows context     cycles        bytes   %peak  %memory   gap")
    figures = [
        figure for name, wanted in chosen.items() for figure in measured(CARD_SIZES[name], memories, wanted)
    ]
    for path in (options.json, RECORD if options.record else None):
        if path is not None:
            path.write_text(as_json(figures), encoding="utf-8")


if __name__ == "__main__":
    main()
