"""A card's memory as byte arrays, addressed in words and checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from openfpga_host.contract import WORD_BYTES
from openfpga_host.layout import Bytes, words


class BadAddress(Exception):
    """An access outside the memory."""


class Memory:
    """P port spaces and one activation space.

    `ports` and `act` are uint8 arrays whose lengths are whole numbers of words; the ports are equally long.
    """

    def __init__(self, ports: Sequence[Bytes], act: Bytes) -> None:
        if not ports or any(len(port) != len(ports[0]) for port in ports):
            raise ValueError("a card has at least one port, and its ports are equally long")
        for name, space in (("a port", ports[0]), ("the activation space", act)):
            if len(space) % WORD_BYTES:
                raise ValueError(f"{name} has {len(space)} bytes; it must be a multiple of {WORD_BYTES}")
        self.ports = list(ports)
        self.act = act
        self.port_rows = [port.reshape(-1, WORD_BYTES) for port in self.ports]
        """The ports as uint8 [words, 64]."""

    @classmethod
    def zeros(cls, ports: int, port_words: int, act_words: int) -> Memory:
        return cls(
            [np.zeros(port_words * WORD_BYTES, np.uint8) for _ in range(ports)],
            np.zeros(act_words * WORD_BYTES, np.uint8),
        )

    @property
    def port_words(self) -> int:
        return len(self.port_rows[0])

    def check_ports(self, first: int, end: int) -> None:
        """Raise BadAddress unless words first..end-1 exist on every port."""
        if first < 0 or end > self.port_words:
            raise BadAddress(f"words {first}..{end - 1} of a port of {self.port_words} words")

    def act_array(self, addr: int, dtype: npt.DTypeLike, *shape: int) -> npt.NDArray[Any]:
        """A view of the array that starts at word `addr` of the activation space."""
        size = np.dtype(dtype).itemsize
        for extent in shape:
            size *= extent
        if addr + words(size) > len(self.act) // WORD_BYTES:
            raise BadAddress(f"words {addr}..{addr + words(size) - 1} of the activation space")
        start = addr * WORD_BYTES
        return self.act[start : start + size].view(dtype).reshape(shape)
