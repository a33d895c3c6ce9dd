"""The scheduler with accounts on a device that samples at once: counts in steps, no clocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction

from openfpga_host.kv_blocks import BlockManager, BlockTable
from openfpga_host.scheduler import Plan, Scheduler
from openfpga_host.sequence import SequenceState

BLOCK = 4


class Asked(SequenceState):
    """A sequence that ends after `answer` sampled tokens."""

    __slots__ = ("end",)

    def __init__(
        self, arrival: int, prompt: int, answer: int, table: BlockTable, account: str, weight: int
    ) -> None:
        super().__init__((arrival, 0), [arrival] * prompt, table, account, weight)
        self.end = prompt + answer


class FairLoop:
    """Steps of a scheduler; `sampled` and `rows` count by account, `last` is each sequence's latest step.

    finished, spare: sequences that ended with the latest step, and blocks that were left when it was planned.
    """

    def __init__(self, rows: int, *, blocks: int = 100_000, running: int = 256, cache: bool = False) -> None:
        self.blocks = BlockManager(blocks, BLOCK, prefix_cache=cache)
        self.scheduler: Scheduler[Asked] = Scheduler(self.blocks, rows, running)
        self.steps = 0
        self.arrivals = 0
        self.sampled: Counter[str] = Counter()
        self.rows: Counter[str] = Counter()
        self.last: dict[Asked, int] = {}
        self.longest_wait: Counter[str] = Counter()
        self.finished: list[Asked] = []
        self.spare = blocks

    def ask(self, account: str, weight: int = 1, prompt: int = 1, answer: int = 1_000_000) -> Asked:
        """A request of an account arrives."""
        self.arrivals += 1
        table = BlockTable(self.blocks)
        sequence = Asked(self.arrivals, prompt, answer, table, account, weight)
        self.scheduler.add(sequence)
        self.last[sequence] = self.steps
        return sequence

    def step(self) -> Plan[Asked]:
        """One step; what is complete leaves."""
        plan = self.scheduler.schedule()
        assert plan is not None
        self.spare = self.blocks.available
        self.scheduler.commit(plan)
        self.steps += 1
        for sequence, rows in plan.work:
            self.rows[sequence.account] += rows
            waited = self.steps - self.last[sequence]
            self.longest_wait[sequence.account] = max(self.longest_wait[sequence.account], waited)
            self.last[sequence] = self.steps
        self.finished = []
        for sequence in plan.sampled:
            self.sampled[sequence.account] += 1
            sequence.tokens.append(1)
            if len(sequence.tokens) == sequence.end:
                self.scheduler.remove(sequence)
                del self.last[sequence]
                self.finished.append(sequence)
        return plan

    def run(self, steps: int) -> Counter[str]:
        """Many steps; tokens sampled in them, by account."""
        before = self.sampled.copy()
        for _ in range(steps):
            self.step()
        self.sampled.subtract(Counter())
        return Counter({account: count - before[account] for account, count in self.sampled.items()})


def fair_rows(rows: int, weights: Mapping[str, int], requests: Mapping[str, int]) -> dict[str, float]:
    """Rows a step by weighted max-min fairness, where each account can use one a request.

    An account whose share is more than it can use gets what it can use; the rest is shared by the others.
    """
    shares: dict[str, Fraction] = {}
    open_ = dict(weights)
    left = Fraction(rows)
    while open_:
        total = sum(open_.values())
        sated = {a: requests[a] for a, weight in open_.items() if left * weight / total >= requests[a]}
        if not sated:
            shares |= {account: left * weight / total for account, weight in open_.items()}
            break
        for account, most in sated.items():
            shares[account] = Fraction(most)
            left -= most
            del open_[account]
    return {account: float(share) for account, share in shares.items()}
