"""The sequencer: commands in order, until END or the first that fails (docs/numerics.md, section 11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from openfpga_host.contract import (
    COMMAND_BYTES,
    COMMAND_DTYPES,
    HEADER_DTYPE,
    CardSize,
    Flag,
    Opcode,
    Status,
)
from openfpga_host.reference.attention import attention
from openfpga_host.reference.checks import check_fields
from openfpga_host.reference.kv_cache import kv_copy, kv_write
from openfpga_host.reference.matmul import matmul
from openfpga_host.reference.memory import BadAddress, Memory

_UNITS: Mapping[Opcode, Callable[[Memory, np.void], None]] = MappingProxyType(
    {
        Opcode.MATMUL: matmul,
        Opcode.KV_WRITE: kv_write,
        Opcode.ATTENTION: attention,
        Opcode.KV_COPY: kv_copy,
        Opcode.FENCE: lambda memory, command: None,
    }
)


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a program ended: the card's STATUS, STATUS_INDEX, STATUS_TAG and COMPLETED registers."""

    status: Status
    index: int = 0
    """of the command that failed"""
    tag: int = 0
    """of the command that failed"""
    completed: int = 0
    """commands completed"""


def execute(memory: Memory, program_addr: int, count: int, size: CardSize) -> RunResult:
    """Execute `count` commands at word `program_addr` of the activation space, in place, as a card of `size`.

    After a failure, what the failing command would have written is undefined; the commands before it have
    completed. `size.ports` must be the memory's number of ports.
    """
    if size.ports != len(memory.ports):
        raise ValueError(f"a card of {size.ports} ports was given a memory of {len(memory.ports)}")
    for index in range(count):
        tag = 0
        try:
            raw = memory.act_array(program_addr + index, np.uint8, COMMAND_BYTES).copy()
            header = raw.view(HEADER_DTYPE)[0]
            tag = int(header["tag"])
            status, opcode = _step(memory, raw, index, size)
        except BadAddress:
            status, opcode = Status.BAD_ADDRESS, None
        if status != Status.OK:
            return RunResult(status, index, tag, index)
        if opcode == Opcode.FENCE and int(header["flags"]) & Flag.END:
            return RunResult(Status.OK, completed=index + 1)
    return RunResult(Status.NO_END, count, 0, count)


def _step(
    memory: Memory, raw: np.ndarray[tuple[int], np.dtype[np.uint8]], index: int, size: CardSize
) -> tuple[Status, Opcode | None]:
    header = raw.view(HEADER_DTYPE)[0]
    if int(header["opcode"]) not in tuple(Opcode):
        return Status.BAD_OPCODE, None
    opcode = Opcode(int(header["opcode"]))
    command = raw.view(COMMAND_DTYPES[opcode])[0]
    status = check_fields(command, opcode, memory, size)
    if status == Status.OK and int(header["dep"]) > index:
        status = Status.BAD_DEP
    if status == Status.OK:
        _UNITS[opcode](memory, command)
    return status, opcode
