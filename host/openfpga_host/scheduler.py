"""Which rows the card computes next: continuous batching with chunked prefill over paged KV.

Every step serves all running sequences that have one token to compute (decode), and fills the remaining rows
with pieces of prompts (chunked prefill; Sarathi-Serve, Agrawal et al., OSDI 2024). Order is by `rank`, and
rank is arrival: an older sequence is never passed over for a younger one, and where blocks run out the
youngest gives its own back and is computed again later (preemption by recompute). A sequence that finds no
block and nobody younger waits in place. So the oldest always advances and nobody starves.

The scheduler knows nothing of sampling, text or devices: a sequence is a list of tokens that grows from
outside.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from openfpga_host.kv_blocks import BlockManager, BlockTable, extend_digests
from openfpga_host.runner import Segment, StepBatch


class SequenceState:
    """One sequence of tokens and how much of it the KV cache holds.

    tokens: prompt and generated ids; whoever samples appends. computed: tokens whose K and V are written.
    rank: smaller is served first and preempted last. Order of arrival today; a policy with weighted shares is
    another way to compute it. cached: tokens found in the prefix cache when last admitted. pooled: every
    token is computed for its state and none for its logits; the prefix cache has no part in it.
    """

    __slots__ = ("cached", "computed", "digests", "pooled", "rank", "table", "tokens")

    def __init__(self, rank: tuple[int, int], tokens: list[int], table: BlockTable) -> None:
        self.rank = rank
        self.tokens = tokens
        self.table = table
        self.computed = 0
        self.cached = 0
        self.digests: list[bytes] = []
        self.pooled = False


S = TypeVar("S", bound=SequenceState)


@dataclass(frozen=True, slots=True)
class Plan(Generic[S]):
    """One step: what the card is asked for, and whose rows they are.

    The batch's copies must run in their order: one may free the source of the next, which a later one fills.
    work: (sequence, rows) in order of the batch's segments. sampled: the sequences whose last token is
    computed by this step, in order of the batch's logit rows.
    """

    batch: StepBatch
    work: list[tuple[S, int]]
    sampled: list[S]


def _rank(sequence: SequenceState) -> tuple[int, int]:
    return sequence.rank


class Scheduler(Generic[S]):
    """Waiting and running sequences, both in order of rank, and the blocks they hold.

    step_rows: most rows of a step. max_running: most sequences that hold blocks, at most step_rows, so that
    every running sequence gets at least one row of each step. Raises ValueError.
    """

    def __init__(self, blocks: BlockManager, step_rows: int, max_running: int) -> None:
        if not 1 <= max_running <= step_rows:
            raise ValueError(f"max_running is {max_running}; allowed: 1 to step_rows ({step_rows})")
        self.blocks = blocks
        self.step_rows = step_rows
        self.max_running = max_running
        self.waiting: list[S] = []
        self.running: list[S] = []
        self.preemptions = 0

    @property
    def idle(self) -> bool:
        """Whether there is nothing to compute."""
        return not self.running and not self.waiting

    def __iter__(self) -> Iterator[S]:
        yield from self.running
        yield from self.waiting

    def add(self, sequence: S) -> None:
        """Queue a sequence that holds no blocks. It must fit the card when alone; the caller has checked
        that.
        """
        insort(self.waiting, sequence, key=_rank)

    def fork(self, parent: S, child: S) -> None:
        """Start `child` from what is computed of `parent`, whose tokens it continues.

        It runs at once on shared blocks if a place is free; else it queues, and finds the prompt in the
        prefix cache later.
        """
        if len(self.running) < self.max_running:
            child.table = parent.table.fork()
            child.computed = parent.computed
            child.digests = parent.digests[:]
            insort(self.running, child, key=_rank)
        else:
            self.add(child)

    def remove(self, sequence: S) -> None:
        """Forget a finished or cancelled sequence and give its blocks back. Raises ValueError if it is
        unknown.
        """
        try:
            self.running.remove(sequence)
        except ValueError:
            self.waiting.remove(sequence)
        sequence.table.release()

    def schedule(self) -> Plan[S] | None:
        """Choose the next step and reserve its blocks; None if nothing waits or runs. Call `commit` after it
        ran.
        """
        work: list[tuple[S, int]] = []
        copies: list[tuple[int, int]] = []
        decoding = 0
        for sequence in self.running:
            decoding += len(sequence.tokens) - sequence.computed == 1
        prefill_rows = self.step_rows - decoding
        preemptions = self.preemptions

        index = 0
        while index < len(self.running):
            sequence = self.running[index]
            index += 1
            pending = len(sequence.tokens) - sequence.computed
            rows = 1 if pending == 1 else min(pending, prefill_rows)
            if rows == 0 or not self._reserve(sequence, rows, copies):
                continue
            if pending > 1:
                prefill_rows -= rows
            work.append((sequence, rows))

        # What was just preempted must not take the blocks back in the same step.
        if preemptions == self.preemptions:
            while prefill_rows and self.waiting and len(self.running) < self.max_running:
                if not self._admit(self.waiting[0]):
                    break
                sequence = self.waiting.pop(0)
                insort(self.running, sequence, key=_rank)
                rows = min(len(sequence.tokens) - sequence.computed, prefill_rows)
                self._reserve(sequence, rows, copies)
                prefill_rows -= rows
                work.append((sequence, rows))

        return self._plan(work, copies) if work else None

    def commit(self, plan: Plan[S]) -> None:
        """Take note that a step ran: its tokens are in the cache, and blocks it filled can be found by
        others.
        """
        size = self.blocks.block_size
        for sequence, rows in plan.work:
            full = sequence.computed // size
            sequence.computed += rows
            filled = sequence.computed // size
            if filled > full and self.blocks.prefix_cache and not sequence.pooled:
                extend_digests(sequence.digests, sequence.tokens, size, filled)
                for block in range(full, filled):
                    sequence.table.seal(block, sequence.digests[block])

    def _reserve(self, sequence: S, rows: int, copies: list[tuple[int, int]]) -> bool:
        """Get the blocks for the next `rows` tokens, from younger sequences if need be; False if there are
        none.
        """
        start = sequence.computed
        while sequence.table.missing(start, rows) > self.blocks.available:
            if self.running[-1] is sequence:
                return False
            self._preempt(self.running.pop())
        copy = sequence.table.reserve(start, rows)
        if copy is not None:
            copies.append(copy)
        return True

    def _preempt(self, sequence: S) -> None:
        sequence.table.release()
        sequence.computed = 0
        insort(self.waiting, sequence, key=_rank)
        self.preemptions += 1

    def _admit(self, sequence: S) -> bool:
        """Take over the cached prefix of a waiting sequence if all of it fits now; False if it has to wait.

        One block per running sequence stays free as a watermark, so that the newcomer is not preempted at
        once. The last token is never taken from the cache: somebody has to compute its logits.
        """
        size = self.blocks.block_size
        tokens = sequence.tokens
        found: list[int] = []
        if self.blocks.prefix_cache and not sequence.pooled:
            reusable = (len(tokens) - 1) // size
            extend_digests(sequence.digests, tokens, size, reusable)
            found = self.blocks.lookup(sequence.digests[:reusable])
        wanted = -(-len(tokens) // size) - sum(self.blocks.users(block) > 0 for block in found)
        if wanted + len(self.running) > self.blocks.available:
            return False
        sequence.table.adopt(found)
        sequence.computed = sequence.cached = len(found) * size
        return True

    def _plan(self, work: list[tuple[S, int]], copies: list[tuple[int, int]]) -> Plan[S]:
        tokens: list[int] = []
        positions: list[int] = []
        slots: list[int] = []
        segments: list[Segment] = []
        logit_rows: list[int] = []
        sampled: list[S] = []
        for sequence, rows in work:
            start, first_row = sequence.computed, len(tokens)
            table = sequence.table
            segments.append(Segment(first_row=first_row, rows=rows, start=start, block_table=table.view()))
            tokens.extend(sequence.tokens[start : start + rows])
            positions.extend(range(start, start + rows))
            slots.extend(table.slots(start, rows))
            if start + rows == len(sequence.tokens) and not sequence.pooled:
                logit_rows.append(first_row + rows - 1)
                sampled.append(sequence)
        batch = StepBatch(
            tokens=np.array(tokens, dtype=np.int32),
            positions=np.array(positions, dtype=np.int32),
            slots=np.array(slots, dtype=np.int32),
            segments=segments,
            logit_rows=np.array(logit_rows, dtype=np.int32),
            copies=copies,
        )
        return Plan(batch=batch, work=work, sampled=sampled)
