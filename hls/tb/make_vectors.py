"""Vectors for the C++ benches: programs of one command, memory before and after, from the NumPy reference.

    .venv/bin/python hls/tb/make_vectors.py --size sim --out build/csim/vectors/sim [--count 24]

The same shapes, flags and data each time (Hypothesis without a random seed). `vectors.hpp` reads the files
and gives their layout.
"""

from __future__ import annotations

import argparse
import itertools
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from openfpga_host.contract import CARD_SIZES, COMMAND_DTYPES, WORD_BYTES, CardSize, Opcode, Status
from openfpga_host.layout import q_record_words
from openfpga_host.reference import Memory, RunResult, execute

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
from support import random_commands
from support.bench import Bench

Spoil = Callable[[NDArray[np.uint8]], None]
MAGIC = 0x5650464F  # "OFPV"


def trimmed(bench: Bench) -> Memory:
    """A copy of the part of the memory that the bench allocated."""
    act, port = bench._act_next * WORD_BYTES, max(1, bench._port_next) * WORD_BYTES
    return Memory([space[:port].copy() for space in bench.memory.ports], bench.memory.act[:act].copy())


def free_ranges(command: np.void) -> list[tuple[int, int]]:
    """(first byte, bytes) of the activation space that a card may leave as it likes: padding of q records."""
    if int(command["opcode"]) != Opcode.KV_WRITE:
        return []
    q_heads, head_blocks = int(command["q_heads"]), int(command["head_blocks"])
    record, used = WORD_BYTES * q_record_words(q_heads, head_blocks), q_heads * head_blocks * 33
    first = int(command["q_addr"]) * WORD_BYTES
    return [(first + row * record + used, record - used) for row in range(int(command["rows"]))]


def write_vector(
    path: Path,
    before: Memory,
    after: Memory,
    program: tuple[int, int],
    free: list[tuple[int, int]],
    result: RunResult,
) -> None:
    header = (
        MAGIC,
        len(before.ports),
        before.port_words,
        len(before.act) // WORD_BYTES,
        *program,
        result.status,
        result.index,
        result.tag,
        result.completed,
        len(free),
    )
    with path.open("wb") as file:
        file.write(struct.pack(f"<{len(header)}I", *header))
        for span in free:
            file.write(struct.pack("<2I", *span))
        for memory in (before, after):
            for space in (memory.act, *memory.ports):
                file.write(space.tobytes())


def vector(path: Path, bench: Bench, size: CardSize, opcode: Opcode, spoil: Spoil | None) -> None:
    command = bench._commands[0].view(COMMAND_DTYPES[opcode])[0]
    free = free_ranges(command)
    if spoil is not None:
        spoil(bench._commands[0])
    program = bench.program()
    before = trimmed(bench)
    after = Memory([port.copy() for port in before.ports], before.act.copy())
    with np.errstate(all="ignore"):
        result = execute(after, *program, size)
    if spoil is not None and result.status == Status.OK:
        return  # such a command may take anything for its data, of which the numerics say nothing
    write_vector(path, before, after, program, free, result)


def random_byte(rng: np.random.Generator) -> Spoil:
    """Replaces one byte of a command."""

    def spoil(raw: NDArray[np.uint8]) -> None:
        raw[rng.integers(0, WORD_BYTES)] = rng.integers(0, 256)

    return spoil


def write_kind(
    stem: Path,
    count: int,
    strategy: st.SearchStrategy[Bench],
    size: CardSize,
    opcode: Opcode,
    spoil: Spoil | None,
) -> None:
    """Write `count` vectors of a strategy to `stem`_000.vec and on."""
    numbers = itertools.count()

    @settings(
        max_examples=count,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def write(bench: Bench) -> None:
        vector(stem.with_name(f"{stem.name}_{next(numbers):03}.vec"), bench, size, opcode, spoil)

    write()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--size", default="sim", choices=sorted(CARD_SIZES))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=24, help="vectors of each opcode")
    arguments = parser.parse_args()
    size = CARD_SIZES[arguments.size]
    arguments.out.mkdir(parents=True, exist_ok=True)
    rows = min(4, size.rows)
    kinds: tuple[tuple[str, Opcode, st.SearchStrategy[Bench]], ...] = (
        ("matmul", Opcode.MATMUL, random_commands.matmuls(size.ports, rows)),
        ("attention", Opcode.ATTENTION, random_commands.attentions(size.ports, rows)),
        ("kv_write", Opcode.KV_WRITE, random_commands.kv_writes(size.ports, rows)),
        ("kv_copy", Opcode.KV_COPY, random_commands.kv_copies(size.ports)),
    )
    for name, opcode, strategy in kinds:
        write_kind(arguments.out / name, arguments.count, strategy, size, opcode, None)
        rng = np.random.default_rng(opcode)
        write_kind(
            arguments.out / f"spoilt_{name}", arguments.count, strategy, size, opcode, random_byte(rng)
        )


if __name__ == "__main__":
    main()
