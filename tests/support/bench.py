"""A memory filled by hand: what tests of single commands put data and programs into."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from openfpga_host.contract import COMMAND_DTYPES, WORD_BYTES, Flag, Opcode
from openfpga_host.layout import fold_tiles, words
from openfpga_host.reference import Memory


class Bench:
    """Allocates the activation space and the ports upwards; every address is in words."""

    def __init__(self, ports: int, *, port_words: int = 1 << 14, act_words: int = 1 << 13) -> None:
        self.memory = Memory.zeros(ports, port_words, act_words)
        self._act_next = 0
        self._port_next = 0
        self._commands: list[NDArray[np.uint8]] = []

    def reserve(self, n_bytes: int) -> int:
        addr = self._act_next
        self._act_next += words(n_bytes)
        if self._act_next * WORD_BYTES > len(self.memory.act):
            raise ValueError("the bench's activation space is full")
        return addr

    def put(self, array: NDArray[Any]) -> int:
        """Copy `array` to the activation space."""
        raw = np.ascontiguousarray(array).view(np.uint8).reshape(-1)
        addr = self.reserve(len(raw))
        self.memory.act[addr * WORD_BYTES : addr * WORD_BYTES + len(raw)] = raw
        return addr

    def reserve_ports(self, n_words: int) -> int:
        addr = self._port_next
        self._port_next += n_words
        if self._port_next > self.memory.port_words:
            raise ValueError("the bench's ports are full")
        return addr

    def put_tiles(self, tiles: NDArray[np.uint8]) -> int:
        """Deal weight tiles to the ports."""
        folded = fold_tiles(tiles, len(self.memory.ports))
        n_words = folded[0].size // WORD_BYTES
        addr = self.reserve_ports(n_words)
        for rows, mine in zip(self.memory.port_rows, folded, strict=True):
            rows[addr : addr + n_words] = mine.reshape(-1, WORD_BYTES)
        return addr

    def command(self, opcode: Opcode, /, **fields: Any) -> None:
        """Append a command; fields that are not named are zero."""
        command = np.zeros(1, COMMAND_DTYPES[opcode])
        command["opcode"] = opcode
        for name, value in fields.items():
            command[name] = value
        self._commands.append(command.view(np.uint8))

    def program(self) -> tuple[int, int]:
        """Close the program with its FENCE; (address, number of commands)."""
        self.command(Opcode.FENCE, flags=Flag.END, dep=1 if self._commands else 0)
        return self.put(np.concatenate(self._commands)), len(self._commands)

    def array(self, addr: int, dtype: Any, *shape: int) -> NDArray[Any]:
        """A view of the activation space."""
        return self.memory.act_array(addr, dtype, *shape)
