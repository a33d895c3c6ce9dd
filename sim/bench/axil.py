"""An AXI4-Lite master on a design's ports `axil_*`, strict about the protocol.

The rules checked are those of the AMBA AXI4 specification (IHI 0022), chapters A3 and B1: an answer comes
only to what was asked, to a write only once its address and its data have been taken, and a stalled answer
stays. Every answer must be OKAY.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench.axi import OKAY, Stability
from bench.core import Bench, Pattern
from bench.streams import Source

WHOLE = 0b1111
"""All bytes of a register."""


class Answers:
    """A B or R channel as its master sees it.

    Attributes:
        willing: when the master takes an answer.
        values: what was answered: R's data, 0 for B.
    """

    def __init__(
        self, dut: Any, bench: Bench, channel: str, data: Any | None, asked: Callable[[], int]
    ) -> None:
        self.willing = Pattern(bench.random)
        self.values: list[int] = []
        self._valid = getattr(dut, f"axil_{channel}valid_o")
        self._ready = getattr(dut, f"axil_{channel}ready_i")
        self._resp = getattr(dut, f"axil_{channel}resp_o")
        self._data, self._asked = data, asked
        self._name = channel.upper()
        self._offer = Stability(self._name)
        self._taking = False

    def reset(self) -> None:
        """Forget what was answered."""
        self.values.clear()
        self._offer.reset()
        self._taking = False
        self._ready.value = 0

    def drive(self) -> None:
        """Be ready or not."""
        self._taking = self.willing()
        self._ready.value = int(self._taking)

    def sample(self) -> None:
        """Take an answer; call before the handshakes of this cycle are counted as asked."""
        if self._valid.value != 1:
            self._offer.check(False, self._taking)
            return
        assert len(self.values) < self._asked(), f"{self._name}VALID answers nothing"
        value = 0 if self._data is None else int(self._data.value)
        response = int(self._resp.value)
        self._offer.check(True, self._taking, value, response)
        assert response == OKAY, f"{self._name}RESP is {response}"
        if self._taking:
            self.values.append(value)


class AxilMaster:
    """Reads and writes the registers of a design.

    `write` and `read` run the bench until the answer has come. `post_write` and `post_read` only queue, so
    several accesses can be on their way at once, reads and writes side by side.

    Attributes:
        aw, w, ar: what is offered, each with its pattern `willing`.
        b, r: what is answered.
    """

    def __init__(self, dut: Any, bench: Bench) -> None:
        def source(channel: str, **payload: Any) -> Source:
            valid, ready = (getattr(dut, f"axil_{channel}{name}") for name in ("valid_i", "ready_o"))
            return Source(valid, ready, payload, Pattern(bench.random))

        self._bench = bench
        self.aw = source("aw", addr=dut.axil_awaddr_i)
        self.w = source("w", data=dut.axil_wdata_i, strobe=dut.axil_wstrb_i)
        self.ar = source("ar", addr=dut.axil_araddr_i)
        self.b = Answers(dut, bench, "b", None, lambda: min(self.aw.taken, self.w.taken))
        self.r = Answers(dut, bench, "r", dut.axil_rdata_o, lambda: self.ar.taken)
        self._agents = (self.b, self.r, self.aw, self.w, self.ar)
        self._writes = self._reads = 0

    def set_rates(self, *rates: tuple[int, int]) -> None:
        """Patterns of AW, W, AR, B and R from (willing, unwilling) drawn from `rates`."""
        for agent in self._agents:
            agent.willing = Pattern(self._bench.random, *self._bench.random.choice(rates))

    def reset(self) -> None:
        """Drop every access."""
        self._writes = self._reads = 0
        for agent in self._agents:
            agent.reset()

    def drive(self) -> None:
        """Offer and be ready."""
        for agent in self._agents:
            agent.drive()

    def sample(self) -> None:
        """Note what is taken."""
        for agent in self._agents:
            agent.sample()

    @property
    def idle(self) -> bool:
        """Every access has been answered."""
        return len(self.b.values) == self._writes and len(self.r.values) == self._reads

    def post_write(self, addr: int, value: int, strobe: int = WHOLE) -> None:
        """Queue a write of the register at a byte address."""
        self._writes += 1
        self.aw.put([{"addr": addr}])
        self.w.put([{"data": value, "strobe": strobe}])

    def post_read(self, addr: int) -> None:
        """Queue a read; its value becomes the next of `r.values`."""
        self._reads += 1
        self.ar.put([{"addr": addr}])

    async def write(self, addr: int, value: int, strobe: int = WHOLE, lead: int = 0) -> None:
        """Write a register.

        lead: cycles by which the address is ahead of the data; negative: by which the data is ahead.
        """
        self._writes += 1
        if lead >= 0:
            self.aw.put([{"addr": addr}])
            await self._bench.step(lead)
        self.w.put([{"data": value, "strobe": strobe}])
        if lead < 0:
            await self._bench.step(-lead)
            self.aw.put([{"addr": addr}])
        await self.settle()

    async def read(self, addr: int) -> int:
        """The value of a register."""
        self.post_read(addr)
        await self.settle()
        return self.r.values[-1]

    async def settle(self) -> None:
        """Run until every access has been answered."""
        await self._bench.until(lambda: self.idle, limit=1000)
