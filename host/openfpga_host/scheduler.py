"""Which rows the card computes next: continuous batching with chunked prefill over paged KV.

Rows are shared among accounts by weight (`shares`), one by one: the account whose clock is lowest gets the
next. Within an account the sequences that have one token to compute (decode) come first, then pieces of
prompts (chunked prefill; Sarathi-Serve, Agrawal et al., OSDI 2024), then what waits to start, each in order
of `rank`, which is arrival. No row stays free that anybody could use.

Places in the cache follow the same order: an account starts its next sequence when a row is its turn, and
where blocks run out the youngest sequence of the account that is furthest ahead gives its own back and is
computed again later (preemption by recompute). The oldest sequence of all is never the one, and gets its
blocks first. So it always ends, and nobody starves.

The scheduler knows nothing of sampling, text or devices: a sequence is a list of tokens that grows from
outside.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Generic, TypeVar

import numpy as np

from openfpga_host.kv_blocks import BlockManager, extend_digests
from openfpga_host.runner import Segment, StepBatch
from openfpga_host.sequence import SequenceState
from openfpga_host.shares import Share, Shares

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


class _Turn(Generic[S]):
    """What an account could use of a step: sequences in order of rank, and the rows they got so far."""

    __slots__ = ("decoding", "order", "reading", "rows", "share")

    def __init__(self, share: Share[S], order: int) -> None:
        self.share = share
        self.order = order
        self.rows = 0
        self.decoding: list[S] = []
        self.reading: list[S] = []


class _Step(Generic[S]):
    """A step while it is put together."""

    __slots__ = ("copies", "free", "full", "work")

    def __init__(self, rows: int) -> None:
        self.free = rows
        self.work: dict[S, int] = {}
        self.copies: list[tuple[int, int]] = []
        self.full = False
        """Nothing more starts: what is next in order finds no place, or somebody just lost theirs."""


class Scheduler(Generic[S]):
    """Waiting and running sequences and the blocks they hold.

    step_rows: most rows of a step; an account runs no more sequences than that, as they could not all get
    one. max_running: most sequences that hold blocks. prompt_rows: most rows of a step in which prompts are
    read and nobody waits for a next token; by default the same. Raises ValueError.
    """

    def __init__(
        self, blocks: BlockManager, step_rows: int, max_running: int, prompt_rows: int | None = None
    ) -> None:
        if max_running < 1:
            raise ValueError(f"max_running is {max_running}; allowed: at least 1")
        self.blocks = blocks
        self.step_rows = step_rows
        self.prompt_rows = step_rows if prompt_rows is None else prompt_rows
        self.max_running = max_running
        self.running: list[S] = []
        """In order of rank."""
        self.queued = 0
        self.preemptions = 0
        self._shares: Shares[S] = Shares()
        self._share_of: dict[S, Share[S]] = {}

    @property
    def idle(self) -> bool:
        """Whether there is nothing to compute."""
        return not self._share_of

    @property
    def waiting(self) -> list[S]:
        """What holds no blocks, in order of rank."""
        return sorted((sequence for share in self._shares for sequence in share.waiting), key=_rank)

    def __iter__(self) -> Iterator[S]:
        return iter(list(self._share_of))

    def add(self, sequence: S) -> None:
        """Queue a sequence that holds no blocks. It must fit the card when alone; the caller has checked
        that.
        """
        self._wait(sequence, self._join(sequence))

    def fork(self, parent: S, child: S) -> None:
        """Start `child` from what is computed of `parent`, whose tokens it continues.

        It runs at once on shared blocks if a place is free; else it queues, and finds the prompt in the
        prefix cache later.
        """
        share = self._join(child)
        if self._has_place(share):
            child.table = parent.table.fork()
            child.computed = parent.computed
            child.digests = parent.digests[:]
            self._run(child, share)
        else:
            self._wait(child, share)

    def remove(self, sequence: S) -> None:
        """Forget a finished or cancelled sequence and give its blocks back. Raises KeyError if it is
        unknown.
        """
        share = self._share_of.pop(sequence)
        if sequence.running:
            self._stop(sequence, share)
        else:
            _take(share.waiting, sequence)
            self.queued -= 1
        self._shares.leave(share)
        sequence.table.release()

    def schedule(self) -> Plan[S] | None:
        """Choose the next step and reserve its blocks; None if nothing waits or runs. Call `commit` after it
        ran.
        """
        pending = [len(sequence.tokens) - sequence.computed for sequence in self.running]
        step: _Step[S] = _Step(self.step_rows if 1 in pending else self.prompt_rows)
        if self.running:
            # Before anybody else can take them. Of a step without a row for it, it keeps them for the next.
            self._reserve(self.running[0], 1, step)
        if sum(pending) <= step.free and not self.queued:
            for sequence in self.running[:]:
                if sequence.running:
                    self._give(sequence, len(sequence.tokens) - sequence.computed, step)
        else:
            self._share_out(step)
        return self._plan(list(step.work.items()), step.copies) if step.work else None

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

    def _share_out(self, step: _Step[S]) -> None:
        """Give the rows of a step to accounts, lowest clock first, until none is free or none is wanted."""
        turns: dict[Share[S], _Turn[S]] = {}
        for sequence in self.running:
            share = self._share_of[sequence]
            turn = turns.get(share)
            if turn is None:
                turn = turns[share] = _Turn(share, len(turns))
            decodes = len(sequence.tokens) - sequence.computed == 1
            (turn.decoding if decodes else turn.reading).append(sequence)
        for share in self._shares:
            if share.waiting and share not in turns:
                turns[share] = _Turn(share, len(turns))
        for turn in turns.values():
            turn.decoding.reverse()
            turn.reading.reverse()
        heap = [(turn.share.clock, turn.order, turn) for turn in turns.values()]
        heapify(heap)
        while heap and step.free:
            clock, order, turn = heappop(heap)
            most = step.free
            if heap:
                most = min(most, max(1, -((clock - heap[0][0]) // turn.share.cost)))
            rows = self._serve(turn, most, step)
            if rows:
                heappush(heap, (clock + rows * turn.share.cost, order, turn))
        if len(self._shares) > 1:
            hungry = [turn.share for _, _, turn in heap if self._wants(turn, step)]
            served = {turn.share: turn.rows for turn in turns.values()}
            self._shares.charge(served, hungry or [share for share in self._shares if share.waiting])

    def _serve(self, turn: _Turn[S], most: int, step: _Step[S]) -> int:
        """Give an account's next sequences up to `most` rows: how many, 0 if none could use one."""
        rows = 0
        while turn.decoding and rows < most:
            rows += self._give(turn.decoding.pop(), 1, step)
        while rows < most and (turn.reading or (self._wants(turn, step) and self._start(turn, step))):
            sequence = turn.reading[-1]
            had = step.work.get(sequence, 0)
            pending = len(sequence.tokens) - sequence.computed - had
            wanted = min(pending, most - rows)
            given = self._give(sequence, wanted, step)
            if not given and sequence.running:
                given = self._give(sequence, min(wanted, sequence.table.room(sequence.computed) - had), step)
            rows += given
            if given in (0, pending):
                turn.reading.pop()
        turn.rows += rows
        return rows

    def _wants(self, turn: _Turn[S], step: _Step[S]) -> bool:
        """Whether a free row could be of use to the account, as far as can be told without trying."""
        if turn.decoding or turn.reading:
            return True
        return bool(turn.share.waiting) and not step.full and self._has_place(turn.share)

    def _start(self, turn: _Turn[S], step: _Step[S]) -> bool:
        """Let the first of an account's waiting sequences run, if all of it fits; else nobody's may start,
        as that one would be overtaken.
        """
        sequence = turn.share.waiting[0]
        if not self._admit(sequence):
            step.full = True
            return False
        del turn.share.waiting[0]
        self.queued -= 1
        self._run(sequence, turn.share)
        turn.reading.append(sequence)
        return True

    def _give(self, sequence: S, rows: int, step: _Step[S]) -> int:
        """Add rows to those of a sequence: how many, 0 if there are no blocks for them."""
        had = step.work.get(sequence, 0)
        if rows < 1 or not sequence.running or not self._reserve(sequence, had + rows, step):
            return 0
        step.work[sequence] = had + rows
        step.free -= rows
        return rows

    def _reserve(self, sequence: S, rows: int, step: _Step[S]) -> bool:
        """Get the blocks for the next `rows` tokens, from others if need be; False if there are none."""
        start = sequence.computed
        while sequence.table.missing(start, rows) > self.blocks.available:
            victim = self._victim(sequence, step)
            if victim is None:
                return False
            self._preempt(victim)
            # What was just preempted must not take the blocks back in the same step.
            step.full = True
        copy = sequence.table.reserve(start, rows)
        if copy is not None:
            step.copies.append(copy)
        return True

    def _victim(self, sequence: S, step: _Step[S]) -> S | None:
        """Who gives blocks to `sequence`: the last in order but for the oldest of all, and nobody with rows
        of this step; None: that would be the sequence itself.
        """
        candidates = [other for other in self.running[1:] if other is sequence or other not in step.work]
        last = max(candidates, key=self._order, default=None)
        return None if last is sequence else last

    def _order(self, sequence: S) -> tuple[int, tuple[int, int]]:
        return self._share_of[sequence].clock, sequence.rank

    def _preempt(self, sequence: S) -> None:
        share = self._share_of[sequence]
        self._stop(sequence, share)
        sequence.table.release()
        sequence.computed = 0
        self._wait(sequence, share)
        self.preemptions += 1

    def _join(self, sequence: S) -> Share[S]:
        share = self._share_of[sequence] = self._shares.join(sequence.account, sequence.weight)
        return share

    def _has_place(self, share: Share[S]) -> bool:
        return share.running < self.step_rows and len(self.running) < self.max_running

    def _wait(self, sequence: S, share: Share[S]) -> None:
        insort(share.waiting, sequence, key=_rank)
        self.queued += 1

    def _run(self, sequence: S, share: Share[S]) -> None:
        insort(self.running, sequence, key=_rank)
        sequence.running = True
        share.running += 1

    def _stop(self, sequence: S, share: Share[S]) -> None:
        _take(self.running, sequence)
        sequence.running = False
        share.running -= 1

    def _admit(self, sequence: S) -> bool:
        """Take over the cached prefix of a waiting sequence if all of it fits now; False if it has to wait.

        Blocks that running prompts will need are not there for it, and one per running sequence stays free as
        a watermark, so that the newcomer is not preempted at once. The last token is never taken from the
        cache: somebody has to compute its logits.
        """
        size = self.blocks.block_size
        tokens = sequence.tokens
        found: list[int] = []
        if self.blocks.prefix_cache and not sequence.pooled:
            reusable = (len(tokens) - 1) // size
            extend_digests(sequence.digests, tokens, size, reusable)
            found = self.blocks.lookup(sequence.digests[:reusable])
        wanted = -(-len(tokens) // size) - sum(self.blocks.users(block) > 0 for block in found)
        promised = sum(
            max(-(-len(other.tokens) // size) - len(other.table.blocks), 0)
            for other in self.running
            if len(other.tokens) - other.computed > 1
        )
        if wanted + promised + len(self.running) > self.blocks.available:
            return False
        sequence.table.adopt(found)
        sequence.computed = sequence.cached = len(found) * size
        return True

    def _plan(self, work: list[tuple[S, int]], copies: list[tuple[int, int]]) -> Plan[S]:
        size = self.blocks.block_size
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
            if rows == 1:
                # Once a token: the short way.
                tokens.append(sequence.tokens[start])
                positions.append(start)
                slots.append(table.blocks[start // size] * size + start % size)
            else:
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


def _take(sequences: list[S], sequence: S) -> None:
    """Remove a sequence from a list in order of rank that has it."""
    index = bisect_left(sequences, sequence.rank, key=_rank)
    assert sequences[index] is sequence, "two sequences have one rank"
    del sequences[index]
