"""The HLS kernels compiled by g++, called through their C ABI (hls/csim/)."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from openfpga_host.contract import CONTRACT_ID, Opcode, Register, Status
from openfpga_host.device.base import Capabilities, DeviceError, HostDevice, raise_for_status
from openfpga_host.reference import RunResult

FOLDER_VARIABLE = "OPENFPGA_CSIM_DIR"
_OPCODES = 8


class _RunResult(ctypes.Structure):
    """ofpga_run_result of the C ABI."""

    _fields_ = (
        ("status", ctypes.c_uint32),
        ("index", ctypes.c_uint32),
        ("tag", ctypes.c_uint32),
        ("completed", ctypes.c_uint32),
        ("nanoseconds", ctypes.c_uint64 * _OPCODES),
    )


def library_path(size: str) -> Path:
    """Where a card size's library is looked for: $OPENFPGA_CSIM_DIR, or build/csim of the source tree."""
    folder = os.environ.get(FOLDER_VARIABLE)
    base = Path(folder) if folder else Path(__file__).resolve().parents[3] / "build" / "csim"
    return base / f"libofpga_csim_{size}.so"


class CsimDevice(HostDevice):
    """A card of one size, computed by the kernels' own C++ on this machine's memory, without copies.

    Raises DeviceError if the library is missing, does not load, or was built from another contract.
    """

    def __init__(self, size: str, library: Path | None = None) -> None:
        name = f"csim:{size}"
        path = library or library_path(size)
        if not path.exists():
            make = "make csim" if size == "csim" else f"make -C hls csim SIZE={size}"
            raise DeviceError(f"{name}: {path} is missing; `{make}` in the source tree builds it")
        try:
            lib = ctypes.CDLL(str(path))
            info, self._run = lib.ofpga_card_info, lib.ofpga_card_run
        except (OSError, AttributeError) as error:
            raise DeviceError(f"{name}: {path} does not load: {error}") from error
        info.argtypes, info.restype = [ctypes.c_uint32], ctypes.c_uint32
        self._run.argtypes = [
            ctypes.c_void_p,
            ctypes.c_uint64,
            ctypes.c_void_p,
            ctypes.c_uint64,
            ctypes.c_uint32,
            ctypes.c_uint32,
            ctypes.c_void_p,
        ]
        self._run.restype = ctypes.c_int
        built_from = info(Register.CONTRACT_ID)
        if built_from != CONTRACT_ID:
            raise DeviceError(
                f"{name}: {path} was built from contract {built_from:#010x}, this host has "
                f"{CONTRACT_ID:#010x}; build it again with `make csim`"
            )
        registers = (
            Register.PORTS,
            Register.ROWS,
            Register.K_BLOCKS,
            Register.HEAD_BLOCKS,
            Register.CONTEXT,
        )
        super().__init__(name, Capabilities(built_from, *map(info, registers)))
        self._result = _RunResult()
        self._result_addr = ctypes.addressof(self._result)
        self._nanoseconds = np.zeros(_OPCODES, np.uint64)
        self._last_nanoseconds = np.ctypeslib.as_array(self._result.nanoseconds)

    def open_memory(self, port_bytes: int, act_bytes: int) -> None:
        super().open_memory(port_bytes, act_bytes)
        host = self._open
        self._port_pointers = (ctypes.c_void_p * len(host.ports))(*(port.ctypes.data for port in host.ports))
        self._arguments = (
            ctypes.addressof(self._port_pointers),
            port_bytes,
            host.act.ctypes.data,
            act_bytes,
        )

    @property
    def unit_seconds(self) -> Mapping[Opcode, float]:
        return {opcode: float(self._nanoseconds[opcode]) * 1e-9 for opcode in Opcode}

    def run(self, program_addr: int, count: int) -> RunResult:
        host = self._open
        if self._run(*self._arguments, program_addr, count, self._result_addr) != 0:
            raise DeviceError(f"{self.name}: the library refused its arguments")
        self._nanoseconds += self._last_nanoseconds
        got = self._result
        result = RunResult(Status(got.status), got.index, got.tag, got.completed)
        raise_for_status(self.name, result, host.act, program_addr)
        return result
