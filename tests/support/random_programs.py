"""Programs for a sequencer whose units only pretend: random commands, some harmed, and how they must end."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from openfpga_host.contract import (
    CARD_SIZES,
    COMMAND_DTYPES,
    HEADER_DTYPE,
    SEGMENT_DTYPE,
    Epilogue,
    Flag,
    Opcode,
    Status,
    WeightFormat,
)
from openfpga_host.reference import Memory, RunResult
from openfpga_host.reference.checks import check_fields
from openfpga_host.reference.memory import BadAddress
from support.bench import Bench

SIZE = CARD_SIZES["sim"]
"""Of the card that takes the commands."""
TAGS = 4096
"""A tag modulo this says which command it is; the rest is anything."""
UNITS: Mapping[Opcode, int] = MappingProxyType(
    {Opcode.MATMUL: 0, Opcode.ATTENTION: 1, Opcode.KV_WRITE: 2, Opcode.KV_COPY: 2}
)
"""The unit of each command, as the RTL counts them; FENCE has none."""
EDGES = (0, 1, 2, 3, 4, 5, 64, 65, 127, 128, 129, 255, 256, 2**15, 2**16 - 1, 2**31, 2**32 - 1)
"""Values that harm a field."""


def legal(rng: np.random.Generator, bench: Bench, opcode: Opcode) -> dict[str, Any]:
    """Fields of a command that the card takes (but for one ATTENTION in ten)."""
    heads = {"q_heads": 6, "kv_heads": int(rng.choice([1, 2, 3, 6])), "head_blocks": rng.integers(1, 5)}
    if opcode == Opcode.MATMUL:
        return {
            "flags": rng.choice([0, Flag.NORM, Flag.GATHER, Flag.NORM | Flag.GATHER]),
            "rows": rng.integers(1, SIZE.rows + 1),
            "k_blocks": rng.integers(1, SIZE.k_blocks + 1),
            "n_tiles": 4 * rng.integers(1, 2**20),
            "format": rng.choice(list(WeightFormat)),
            "epilogue": rng.choice(list(Epilogue)),
            "codebook": rng.integers(-127, 128, 16),
            "reserved0": 0,
            "reserved1": 0,
        }
    if opcode == Opcode.KV_WRITE:
        return {
            "flags": rng.choice([0, Flag.ROPE]),
            "rows": rng.integers(1, SIZE.rows + 1),
            "reserved0": 0,
        } | heads
    if opcode == Opcode.ATTENTION:
        rows = int(rng.integers(1, SIZE.rows + 1))
        segments = np.zeros(rng.integers(1, rows + 1), SEGMENT_DTYPE)
        segments["rows"], segments["start"] = 1, rng.integers(0, SIZE.context, len(segments))
        segments["first_row"] = rng.integers(0, rows, len(segments))
        segments["length"] = segments["start"] + 1
        if rng.random() < 0.1:
            name = rng.choice(["rows", "first_row", "start", "length"])
            segments[-1][name] = rng.choice([0, 1, rows, SIZE.context, SIZE.context + 1, 2**16 - 1])
        return {
            "flags": rng.choice([0, Flag.CAUSAL]),
            "rows": rows,
            "segments": len(segments),
            "segments_addr": bench.put(segments),
            "reserved0": 0,
            "reserved1": 0,
        } | heads
    return {"reserved0": 0}


def random_program(rng: np.random.Generator, bench: Bench, length: int, harm: float) -> tuple[int, int]:
    """Commands of all kinds, dependent on some before, some of them harmed; a tag's end is the index."""
    commands = []
    for index in range(length):
        opcode = Opcode(int(rng.choice([*Opcode, Opcode.MATMUL])))
        command = np.zeros(1, COMMAND_DTYPES[opcode])
        command["opcode"], command["tag"] = opcode, index + TAGS * rng.integers(0, 2**32 // TAGS)
        command["dep"] = rng.integers(0, min(index, 6) + 1)
        fields = legal(rng, bench, opcode)
        for name, value in fields.items():
            command[name] = value
        if rng.random() < harm:
            name = str(rng.choice([*fields, "opcode", "dep", "flags"]))
            values = np.asarray(command[name])  # a view: codebook and reserved fields are arrays
            value = int(rng.choice(EDGES)) & (256**values.dtype.itemsize - 1)
            values.reshape(-1)[rng.integers(values.size)] = np.array(value, np.uint64).astype(values.dtype)
        commands.append(command.view(np.uint8))
    closing = np.zeros(1, COMMAND_DTYPES[Opcode.FENCE])
    closing["opcode"], closing["flags"], closing["tag"] = Opcode.FENCE, Flag.END, length
    if rng.random() < 0.9:
        commands.append(closing.view(np.uint8))
    return bench.put(np.concatenate(commands)), len(commands)


def header(memory: Memory, addr: int, index: int) -> np.void:
    """What every command of a program at word `addr` begins with."""
    raw: np.void = memory.act_array(addr + index, np.uint8, 64).view(HEADER_DTYPE)[0]
    return raw


def expected(memory: Memory, addr: int, count: int, failures: Mapping[int, Status]) -> RunResult:
    """What docs/numerics.md, 11, says about a program whose units fail these tags."""
    for index in range(count):
        try:
            raw = memory.act_array(addr + index, np.uint8, 64)
        except BadAddress:
            return RunResult(Status.BAD_ADDRESS, index, 0, index)
        head = header(memory, addr, index)
        tag = int(head["tag"])
        if int(head["opcode"]) not in tuple(Opcode):
            return RunResult(Status.BAD_OPCODE, index, tag, index)
        opcode = Opcode(int(head["opcode"]))
        try:
            status = check_fields(raw.view(COMMAND_DTYPES[opcode])[0], opcode, memory, SIZE)
        except BadAddress:
            status = Status.BAD_ADDRESS
        if status == Status.OK and int(head["dep"]) > index:
            status = Status.BAD_DEP
        if status == Status.OK and opcode in UNITS:
            status = failures.get(tag % TAGS, Status.OK)
        if status != Status.OK:
            return RunResult(status, index, tag, index)
        if opcode == Opcode.FENCE and int(head["flags"]) & Flag.END:
            return RunResult(Status.OK, completed=index + 1)
    return RunResult(Status.NO_END, count, 0, count)
