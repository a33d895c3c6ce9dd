"""Devices behind one protocol, all running the same programs: `open_device("csim")`, "reference:sim", ..."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from openfpga_host.contract import CARD_SIZES, CardSize
from openfpga_host.device.base import Capabilities, Device, DeviceError, ProgramError, RunResult
from openfpga_host.device.csim import CsimDevice
from openfpga_host.device.reference_device import ReferenceDevice
from openfpga_host.device.verilator import VerilatorDevice

__all__ = [
    "Capabilities",
    "Device",
    "DeviceError",
    "DeviceInfo",
    "ProgramError",
    "RunResult",
    "list_devices",
    "open_device",
]

_DEFAULT_SIZE = "csim"
_DEFAULT_VERILATOR_SIZE = "sim"


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """A kind of device and whether it can be opened here."""

    name: str
    available: bool
    detail: str
    """What it is; if it is not available, why, and what to do."""
    capabilities: Capabilities | None


def open_device(name: str, **options: Any) -> Device:
    """Open a device by name: a backend and optionally a card size: "csim:sim", "verilator:u250".

    A verilator device's memories are ideal, or of the kind in a third part: "verilator:u280:hbm2".
    options: `library` (a path) for csim and verilator; none for the others.
    Raises DeviceError if it is unknown or cannot be opened here, saying why.
    """
    backend, size, memory = (*name.split(":", 2), "", "")[:3]
    if memory and backend != "verilator":
        raise DeviceError(f"{name}: only a verilator device has a choice of memories")
    if backend == "csim":
        return CsimDevice(_size(name, size).name, **options)
    if backend == "reference":
        return ReferenceDevice(_size(name, size), **options)
    if backend == "verilator":
        size = _size(name, size or _DEFAULT_VERILATOR_SIZE).name
        return VerilatorDevice(size, memory or "ideal", **options)
    reason = _LATER.get(backend)
    if reason:
        raise DeviceError(f"{name}: {reason}")
    raise DeviceError(f"unknown device {name!r}; there are {', '.join(_DETAILS)}")


def list_devices() -> list[DeviceInfo]:
    """Every backend at its default size, usable here or not."""
    found = []
    for name, detail in _DETAILS.items():
        try:
            device = open_device(name)
        except DeviceError as error:
            found.append(DeviceInfo(name, False, str(error), None))
        else:
            found.append(DeviceInfo(name, True, detail, device.capabilities))
            device.close()
    return found


_LATER: Mapping[str, str] = MappingProxyType(
    {
        "pynq": "cards over XRT are not available yet",
    }
)
_DETAILS: Mapping[str, str] = MappingProxyType(
    {
        "csim": "the HLS kernels compiled by g++",
        "reference": "the NumPy reference: exact, slow",
        "verilator": "the RTL card compiled by Verilator: cycle by cycle, very slow",
        **_LATER,
    }
)


def _size(device: str, size: str) -> CardSize:
    try:
        return CARD_SIZES[size or _DEFAULT_SIZE]
    except KeyError:
        raise DeviceError(
            f"{device}: unknown card size {size!r}; there are {', '.join(CARD_SIZES)}"
        ) from None
