"""The signals of a design's AXI4 port by their AMBA names: its own, or elements of packed arrays.

A bench pays for every signal that it looks at, so what did not change is not driven again, and the elements
of a packed array are read and driven together.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

# Names without what they are prefixed with; the design is the master, so these leave it ...
READ_OUTPUTS = ("arvalid", "araddr", "arlen", "rready")
WRITE_OUTPUTS = ("awvalid", "awaddr", "awlen", "wvalid", "wdata", "wstrb", "wlast", "bready")
# ... and these come from the memory.
READ_INPUTS = ("arready", "rvalid", "rdata", "rresp", "rlast")
WRITE_INPUTS = ("awready", "wready", "bvalid", "bresp")


class Pins(SimpleNamespace):
    """Objects with a `value` each, by the signals' names: `arvalid`, `arready`, `araddr` ...

    Cocotb's handles and the elements of a `Packed` both do.
    """

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"the design has no {name} here")


def pins(dut: Any, prefix: str = "axi") -> Pins:
    """The signals `<prefix>_arvalid_o`, `<prefix>_arready_i` ... of a design, those of them that it has."""
    found = {
        name: getattr(dut, f"{prefix}_{name}_{end}")
        for names, end in ((READ_OUTPUTS + WRITE_OUTPUTS, "o"), (READ_INPUTS + WRITE_INPUTS, "i"))
        for name in names
        if hasattr(dut, f"{prefix}_{name}_{end}")
    }
    return Pins(**found)


class Packed:
    """A packed array of a design; its elements have a `value` each.

    What is assigned to elements reaches the design with `settle`; what they read is looked up once after
    each `look`.

    Args:
        handle: the whole array.
        count: of its elements, the first of which lies lowest.
    """

    def __init__(self, handle: Any, count: int) -> None:
        self.elements = [Element(self, index) for index in range(count)]
        self._handle = handle
        self._bits = len(handle) // count
        self._mask = (1 << self._bits) - 1
        self._driven: int | None = None  # what the design sees; None: not known
        self._next = 0
        self._seen: int | None = None

    def read(self, index: int) -> int:
        """An element, as the design drives it."""
        if self._seen is None:
            self._seen = int(self._handle.value)
        return self._seen >> self._bits * index & self._mask

    def write(self, index: int, value: int) -> None:
        """What an element is to be."""
        shift = self._bits * index
        self._next = self._next & ~(self._mask << shift) | (value & self._mask) << shift

    def settle(self) -> None:
        """Let the design see what was written."""
        if self._next != self._driven:
            self._driven = self._next
            self._handle.value = self._next

    def look(self) -> None:
        """Forget what was read: time has passed."""
        self._seen = None


class Element:
    """An element of a `Packed`, used like a signal's handle."""

    def __init__(self, whole: Packed, index: int) -> None:
        self._whole, self._index = whole, index

    @property
    def value(self) -> int:
        """What the design drives."""
        return self._whole.read(self._index)

    @value.setter
    def value(self, value: int) -> None:
        self._whole.write(self._index, value)


class PackedPins:
    """Several ports of a design in packed arrays `<prefix>_*`, or one in plain signals.

    Attributes:
        ports: the signals of each.
    """

    def __init__(self, dut: Any, prefix: str, count: int) -> None:
        whole = vars(pins(dut, prefix))
        driven = READ_INPUTS + WRITE_INPUTS
        arrays = {name: Packed(handle, count) for name, handle in whole.items()}
        self._inputs = [array for name, array in arrays.items() if name in driven]
        self._outputs = [array for name, array in arrays.items() if name not in driven]
        self.ports = [
            Pins(**{name: array.elements[index] for name, array in arrays.items()}) for index in range(count)
        ]

    def look(self) -> None:
        """Time has passed: signals of the design are looked up again."""
        for array in self._outputs:
            array.look()

    def settle(self) -> None:
        """Let the design see what was assigned."""
        for array in self._inputs:
            array.settle()
