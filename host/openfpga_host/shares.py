"""Whose turn it is: accounts share what the device can do by weight.

Weighted fair queueing in virtual time (start-time fair queueing: Goyal, Vin and Cheng, SIGCOMM 1996). An
account has a clock that moves by rows / weight as it is served, and the account whose clock is lowest is
served next. So while several want more than there is, what they get is in the ratio of their weights; what
nobody else wants is never charged.

Two things differ from a link with packets: an account may be unable to use its share (a sequence has one row
a step), and it may be served ahead of others that wait for memory. Neither may be paid back later at the cost
of everybody else, so clocks stay near each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Generic, TypeVar

W = TypeVar("W")

MAX_WEIGHT = 1000
UNIT = 2520 * MAX_WEIGHT
"""What a row costs an account of weight 1: divisible by all small weights, so that their ratios are exact."""


class Share(Generic[W]):
    """An account's part: its clock, what it pays for a row, and what of its work waits.

    live: sequences or requests there are, waiting or not. running: those that hold a place. waiting: in order
    of arrival; the owner of the shares keeps both.
    """

    __slots__ = ("account", "clock", "cost", "live", "running", "waiting")

    def __init__(self, account: str, clock: int) -> None:
        self.account = account
        self.clock = clock
        self.cost = UNIT
        self.live = 0
        self.running = 0
        self.waiting: list[W] = []


def checked_weight(weight: int) -> int:
    """The weight itself. Raises ValueError if an account cannot have it."""
    if not 1 <= weight <= MAX_WEIGHT:
        raise ValueError(f"weight is {weight}; allowed: 1 to {MAX_WEIGHT}")
    return weight


class Shares(Generic[W]):
    """The accounts that have work, and those that had some a short while ago.

    credit: how far a clock may be from those that compete, in rows of weight 1: about twice what is given at
    once, since a clock is that far from the others without any fault.
    """

    def __init__(self, credit: int = 2) -> None:
        self._credit = credit * UNIT
        self._now = 0
        self._live = 0
        self._shares: dict[str, Share[W]] = {}

    def __len__(self) -> int:
        return len(self._shares)

    def __iter__(self) -> Iterator[Share[W]]:
        return iter(self._shares.values())

    def join(self, account: str, weight: int) -> Share[W]:
        """The share of an account to which a piece of work comes; its weight is that of the latest."""
        share = self._shares.get(account)
        if share is None:
            share = self._shares[account] = Share(account, self._now)
        share.cost = UNIT // weight
        share.live += 1
        self._live += 1
        return share

    def leave(self, share: Share[W]) -> None:
        """A piece of work ended. The account is remembered until the others have left it behind."""
        share.live -= 1
        self._live -= 1
        if not self._live:
            self._shares.clear()

    def charge(self, served: Mapping[Share[W], int], hungry: Collection[Share[W]]) -> None:
        """Move the clocks on.

        Args:
            served: rows that accounts were given.
            hungry: those that could have used more. If there are none nobody was served at another's cost,
                and nobody pays.
        """
        if not hungry:
            return
        for share, rows in served.items():
            share.clock += rows * share.cost
        now = self._now = max(self._now, lowest(hungry))
        for share in list(self._shares.values()):
            share.clock = min(max(share.clock, now - self._credit), now + self._credit)
            if share.live == 0 and share.clock == now - self._credit:
                del self._shares[share.account]


def lowest(shares: Iterable[Share[W]]) -> int:
    """The clock of whoever is served first; there is at least one."""
    return min(share.clock for share in shares)
