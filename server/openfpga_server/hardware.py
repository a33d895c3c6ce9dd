"""What a model really runs on, for people to read."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from pathlib import Path

_BACKENDS = {
    "csim": "HLS kernels compiled for the CPU",
    "reference": "NumPy reference on the CPU",
    "verilator": "RTL simulation on the CPU",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardware:
    """A device by its kind.

    Args:
        backend: as `--device` names it, with its card size: "csim", "verilator:u250".
        name: for people: the backend and the chip that does the work.
        on_host: it computes on this machine's CPU, in its memory.
    """

    backend: str
    name: str
    on_host: bool = True

    @classmethod
    def of(cls, device: str) -> Hardware:
        """The hardware behind a device's name."""
        kind = device.partition(":")[0]
        what = _BACKENDS.get(kind)
        if what is None:
            return cls(backend=device, name=f"FPGA card ({device})", on_host=False)
        return cls(backend=device, name=f"{what} ({cpu_name()})")


def cpu_name(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """The CPU's own name, else its architecture."""
    try:
        lines = cpuinfo.read_text(errors="replace").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next((name for name in names if name), platform.machine())


def host_memory(meminfo: Path = Path("/proc/meminfo")) -> tuple[int, int]:
    """Bytes of this machine's memory: all, and what programs can still have. Zeros where it does not tell."""
    try:
        lines = meminfo.read_text().splitlines()
    except OSError:
        return 0, 0
    kib = {line.partition(":")[0]: line.split()[1] for line in lines if line.endswith(" kB")}
    return int(kib.get("MemTotal", 0)) << 10, int(kib.get("MemAvailable", 0)) << 10
