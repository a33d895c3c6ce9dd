"""What a card refuses before it executes a command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from openfpga_host.contract import (
    COMMAND_DTYPES,
    MANTISSA_MAX,
    SEGMENT_DTYPE,
    CardSize,
    Epilogue,
    Flag,
    Opcode,
    Status,
    WeightFormat,
)
from openfpga_host.reference.memory import Memory

_FLAGS: Mapping[Opcode, int] = MappingProxyType(
    {
        Opcode.MATMUL: Flag.NORM | Flag.GATHER,
        Opcode.KV_WRITE: Flag.ROPE,
        Opcode.ATTENTION: Flag.CAUSAL,
        Opcode.KV_COPY: 0,
        Opcode.FENCE: Flag.END,
    }
)


def check_fields(command: np.void, opcode: Opcode, memory: Memory, size: CardSize) -> Status:
    """OK, or BAD_FIELD if a field is outside what the card of this `size` supports.

    Reads ATTENTION's segment records, so it can raise BadAddress.
    """
    if int(command["flags"]) & ~_FLAGS[opcode]:
        return Status.BAD_FIELD
    reserved = (name for name in COMMAND_DTYPES[opcode].names or () if name.startswith("reserved"))
    if any(np.any(command[name]) for name in reserved):
        return Status.BAD_FIELD
    check = _CHECKS.get(opcode)
    return Status.OK if check is None or check(command, memory, size) else Status.BAD_FIELD


def _matmul(command: np.void, memory: Memory, size: CardSize) -> bool:
    n_tiles = int(command["n_tiles"])
    # A row of results is a whole number of words; SILU leaves half of a tile's channels.
    unit = 4 if command["epilogue"] == Epilogue.SILU else 2
    return bool(
        1 <= command["rows"] <= size.rows
        and 1 <= command["k_blocks"] <= size.k_blocks
        and n_tiles > 0
        and n_tiles % unit == 0
        and command["format"] in tuple(WeightFormat)
        and command["epilogue"] in tuple(Epilogue)
        and (command["format"] != WeightFormat.W4 or command["codebook"].min() >= -MANTISSA_MAX)
    )


def _heads(command: np.void, memory: Memory, size: CardSize) -> bool:
    q_heads, kv_heads = int(command["q_heads"]), int(command["kv_heads"])
    return bool(
        1 <= command["rows"] <= size.rows
        and kv_heads >= 1
        and q_heads >= 1
        and q_heads % kv_heads == 0
        and 1 <= command["head_blocks"] <= size.head_blocks
        and q_heads * int(command["head_blocks"]) <= size.k_blocks
    )


def _attention(command: np.void, memory: Memory, size: CardSize) -> bool:
    rows, count = int(command["rows"]), int(command["segments"])
    if not _heads(command, memory, size) or not 1 <= count <= rows:
        return False
    segments = memory.act_array(int(command["segments_addr"]), SEGMENT_DTYPE, count).astype(SEGMENT_DTYPE)
    first, own, start, length = (
        segments[name].astype(np.int64) for name in ("first_row", "rows", "start", "length")
    )
    return bool(
        (own >= 1).all()
        and (first + own <= rows).all()
        and (length == start + own).all()
        and (length <= size.context).all()
    )


_CHECKS: Mapping[Opcode, Callable[[np.void, Memory, CardSize], bool]] = MappingProxyType(
    {Opcode.MATMUL: _matmul, Opcode.KV_WRITE: _heads, Opcode.ATTENTION: _attention}
)
