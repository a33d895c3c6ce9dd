"""A csim library under test, called through its C interface as `hls/csim/card.h` gives it."""

from __future__ import annotations

import ctypes
import subprocess
from functools import cache
from pathlib import Path

import numpy as np
from openfpga_host.contract import WORD_BYTES, CardSize, Opcode, Status
from openfpga_host.layout import q_record_words
from openfpga_host.reference import Memory, RunResult

ROOT = Path(__file__).resolve().parent.parent.parent


class _Result(ctypes.Structure):
    _fields_ = (
        ("status", ctypes.c_uint32),
        ("index", ctypes.c_uint32),
        ("tag", ctypes.c_uint32),
        ("completed", ctypes.c_uint32),
        ("nanoseconds", ctypes.c_uint64 * 8),
    )


class CsimCard:
    """One built library: a card `size` in a `flavour` (quick, exact)."""

    def __init__(self, size: str, flavour: str = "quick") -> None:
        make = ["make", "-s", "-C", str(ROOT / "hls"), "csim", f"SIZE={size}", f"FLAVOUR={flavour}"]
        subprocess.run(make, check=True)
        suffix = "" if flavour == "quick" else f"_{flavour}"
        self.library = ctypes.CDLL(str(ROOT / "build" / "csim" / f"libofpga_csim_{size}{suffix}.so"))
        self.library.ofpga_card_info.restype = ctypes.c_uint32

    def info(self, register: int) -> int:
        return int(self.library.ofpga_card_info(ctypes.c_uint32(register)))

    def run(self, memory: Memory, program_addr: int, count: int) -> RunResult:
        """Execute a program in place, as `openfpga_host.reference.execute` does."""
        return self.timed(memory, program_addr, count)[0]

    def timed(self, memory: Memory, program_addr: int, count: int) -> tuple[RunResult, dict[Opcode, int]]:
        """The result, and the nanoseconds spent in each opcode."""
        ports = (ctypes.c_void_p * len(memory.ports))(*(port.ctypes.data for port in memory.ports))
        out = _Result()
        code = self.library.ofpga_card_run(
            ports,
            ctypes.c_uint64(len(memory.ports[0])),
            ctypes.c_void_p(memory.act.ctypes.data),
            ctypes.c_uint64(len(memory.act)),
            ctypes.c_uint32(program_addr),
            ctypes.c_uint32(count),
            ctypes.byref(out),
        )
        if code != 0:
            raise RuntimeError(f"ofpga_card_run returned {code}")
        spent = {opcode: int(out.nanoseconds[opcode]) for opcode in Opcode}
        return RunResult(Status(out.status), out.index, out.tag, out.completed), spent


@cache
def csim_card(size: str, flavour: str = "quick") -> CsimCard:
    """The library of a card size and flavour, built once a session."""
    return CsimCard(size, flavour)


def copy_memory(memory: Memory) -> Memory:
    return Memory([port.copy() for port in memory.ports], memory.act.copy())


def clear_q_padding(memory: Memory, command: np.void) -> None:
    """Zero the bytes of q records that a card may leave as it likes (docs/numerics.md, 10.4)."""
    q_heads, head_blocks = int(command["q_heads"]), int(command["head_blocks"])
    record = WORD_BYTES * q_record_words(q_heads, head_blocks)
    records = memory.act_array(int(command["q_addr"]), np.uint8, int(command["rows"]), record)
    records[:, q_heads * head_blocks * 33 :] = 0


def same_memory(a: Memory, b: Memory) -> bool:
    return np.array_equal(a.act, b.act) and all(map(np.array_equal, a.ports, b.ports))


def supported(command: np.void, size: CardSize) -> bool:
    """Whether a random command fits the card."""
    if command["rows"] > size.rows:
        return False
    names = command.dtype.names or ()
    return ("k_blocks" not in names or command["k_blocks"] <= size.k_blocks) and (
        "head_blocks" not in names or command["head_blocks"] <= size.head_blocks
    )
