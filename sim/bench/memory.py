"""The memories of a unit or of the card: its channels `act_*` and elements of the packed `port_*`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from openfpga_host.contract import WORD_BYTES
from openfpga_host.reference import Memory

from bench.axi import SLVERR, Limits, ReadMemory, WriteMemory
from bench.core import Bench, Pattern
from bench.pins import PackedPins

Rate = tuple[int, int]  # longest willing, longest unwilling run of cycles
ACT = -1
"""The activation space, where a number is that of a port."""


class Space:
    """Bytes as words of a memory; nothing is outside them.

    Attributes:
        data: uint8 [words * WORD_BYTES]; whoever has the array sees what is written.
        first: word address of its first word.
    """

    def __init__(self, data: NDArray[np.uint8], first: int = 0) -> None:
        self.data = data
        self.first = first

    def read(self, addr: int) -> int | None:
        """A word, byte 0 lowest; None: outside."""
        start = WORD_BYTES * (addr - self.first)
        if not 0 <= start < len(self.data):
            return None
        return int.from_bytes(self.data[start : start + WORD_BYTES].tobytes(), "little")

    def write(self, addr: int, word: int, strobe: int) -> bool:
        """Change the bytes of a word whose bits of the strobe are set; False: outside."""
        start = WORD_BYTES * (addr - self.first)
        if not 0 <= start < len(self.data):
            return False
        new = np.frombuffer(word.to_bytes(WORD_BYTES, "little"), np.uint8)
        mask = np.unpackbits(
            np.frombuffer(strobe.to_bytes(WORD_BYTES // 8, "little"), np.uint8), bitorder="little"
        )
        np.copyto(self.data[start : start + WORD_BYTES], new, where=mask.astype(bool))
        return True


class Channels:
    """A read and a write channel to one space; a design may have only one of them.

    Attributes:
        read, write: the memories at its channels; None: the design has no such channel.
    """

    def __init__(self, signals: Any, bench: Bench, limits: Limits, space: Space) -> None:
        self.space = space
        own = Limits(limits.word_bytes, limits.max_beats, limits.max_bursts)
        self.read = ReadMemory(signals, bench, own, space) if hasattr(signals, "arvalid") else None
        if self.read is not None:
            self.read.spoils = True
        own = Limits(limits.word_bytes, limits.max_beats, limits.max_bursts)
        self.write = WriteMemory(signals, bench, own, space) if hasattr(signals, "awvalid") else None

    @property
    def both(self) -> list[ReadMemory | WriteMemory]:
        """The channels that there are."""
        return [channel for channel in (self.read, self.write) if channel is not None]


class Memories:
    """An agent: every memory of a design, over the arrays of an `openfpga_host.reference.Memory`.

    A design without `port_*` has the activation space alone.

    Args:
        dut: the design.
        bench: its bench, which this has to be added to.
        limits: of bursts, on every channel; their `errors` are not looked at (see `fail`).

    Attributes:
        act: the channels to the activation space.
        ports: those to the ports.
    """

    def __init__(self, dut: Any, bench: Bench, limits: Limits | None = None) -> None:
        limits = limits or Limits(WORD_BYTES, max_beats=16, max_bursts=64)
        self._bench = bench
        nothing = np.zeros(0, np.uint8)
        count = len(dut.port_arvalid_o) if hasattr(dut, "port_arvalid_o") else 0
        self._pins = [PackedPins(dut, "act", 1)]
        if count:
            self._pins.append(PackedPins(dut, "port", count))
        self.act, *self.ports = [
            Channels(signals, bench, limits, Space(nothing))
            for group in self._pins
            for signals in group.ports
        ]

    def load(self, memory: Memory, act_first: int = 0, port_first: int = 0) -> None:
        """Work on this memory, in place, from now on.

        Args:
            memory: with as many ports as the design, or more.
            act_first, port_first: word addresses at which the design finds the spaces' first words.
        """
        assert len(memory.ports) >= len(self.ports), "the design has more ports than the memory"
        self.act.space.data, self.act.space.first = memory.act, act_first
        for channels, data in zip(self.ports, memory.ports, strict=False):
            channels.space.data, channels.space.first = data, port_first

    def pace(self, rate: Rate, latency: int = 5) -> None:
        """How willing every channel is from now on, each by a pattern of its own; latency in cycles."""
        rng = self._bench.random
        for channel in self._all:
            channel.latency = latency
            if isinstance(channel, ReadMemory):
                channel.ar_willing, channel.r_willing = Pattern(rng, *rate), Pattern(rng, *rate)
            else:
                channel.aw_willing, channel.w_willing = Pattern(rng, *rate), Pattern(rng, *rate)
                channel.b_willing = Pattern(rng, *rate)

    def fail(self, space: int, addr: int, *, write: bool = False, response: int = SLVERR) -> None:
        """Answer reads (or writes) of a word with an error, until `heal`.

        Args:
            space: a port, or ACT.
            addr: word address.
        """
        channels = self.act if space == ACT else self.ports[space]
        channel = channels.write if write else channels.read
        assert channel is not None, "the design has no such channel"
        channel.limits.errors[addr] = response

    def heal(self) -> None:
        """Answer every word there is with OKAY again."""
        for channel in self._all:
            channel.limits.errors.clear()

    def touched(self, space: int, *, write: bool = False) -> list[int]:
        """Word addresses read from (or written to) a space since the last reset, in order."""
        channels = self.act if space == ACT else self.ports[space]
        channel = channels.write if write else channels.read
        return [] if channel is None else [addr for burst in channel.bursts for addr in burst]

    @property
    def quiet(self) -> bool:
        """Nothing is on its way."""
        return all(channel.quiet for channel in self._all)

    @property
    def _all(self) -> list[ReadMemory | WriteMemory]:
        return [channel for channels in (self.act, *self.ports) for channel in channels.both]

    def reset(self) -> None:
        """Forget the bursts in flight; what was written stays."""
        for channel in self._all:
            channel.reset()
        self._settle()

    def drive(self) -> None:
        """Take addresses and words, offer words and answers."""
        self._look()
        for channel in self._all:
            channel.drive()
        self._settle()

    def sample(self) -> None:
        """Note what is taken."""
        self._look()
        for channel in self._all:
            channel.sample()

    def _look(self) -> None:
        for group in self._pins:
            group.look()

    def _settle(self) -> None:
        for group in self._pins:
            group.settle()
