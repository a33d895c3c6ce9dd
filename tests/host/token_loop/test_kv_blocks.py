"""Every block has one state; shared content is never written; equal prefixes are found again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from openfpga_host.kv_blocks import BlockManager, BlockTable, OutOfBlocks, extend_digests

SIZE = 4


class _Sequence:
    def __init__(self, table: BlockTable, tokens: list[int], digests: list[bytes]) -> None:
        self.table, self.tokens, self.digests = table, tokens, digests


class PagedSequences(RuleBasedStateMachine):
    """Sequences that grow, fork, end and reuse prefixes, beside what each page must hold."""

    @initialize(blocks=st.integers(1, 12), cache=st.booleans())
    def start(self, blocks: int, cache: bool) -> None:
        self.manager = BlockManager(blocks, SIZE, prefix_cache=cache)
        self.pages: list[list[Any]] = [[None] * SIZE for _ in range(blocks)]
        self.sequences: list[_Sequence] = []

    @rule(tokens=st.lists(st.integers(0, 1), max_size=3 * SIZE))
    def begin_on_the_longest_known_prefix(self, tokens: list[int]) -> None:
        digests: list[bytes] = []
        extend_digests(digests, tokens, SIZE, len(tokens) // SIZE)
        table = BlockTable(self.manager)
        found = self.manager.lookup(digests)
        table.adopt(found)
        known = tokens[: len(found) * SIZE]
        self.sequences.append(_Sequence(table, known, digests[: len(found)]))

    @precondition(lambda self: self.sequences)
    @rule(data=st.data(), new=st.lists(st.integers(0, 1), min_size=1, max_size=2 * SIZE))
    def append(self, data: st.DataObject, new: list[int]) -> None:
        sequence = data.draw(st.sampled_from(self.sequences))
        start = len(sequence.tokens)
        missing, available = sequence.table.missing(start, len(new)), self.manager.available
        before = sequence.table.blocks[:]
        if missing > available:
            with pytest.raises(OutOfBlocks):
                sequence.table.reserve(start, len(new))
            assert sequence.table.blocks == before
            assert self.manager.available == available
            return
        copy = sequence.table.reserve(start, len(new))
        assert self.manager.available == available - missing
        if copy is not None:
            self.pages[copy[1]] = self.pages[copy[0]][:]
        for token, slot in zip(new, sequence.table.slots(start, len(new)), strict=True):
            assert self.manager.users(slot // SIZE) == 1, "a shared block is written"
            self.pages[slot // SIZE][slot % SIZE] = token
        sequence.tokens = sequence.tokens + new
        extend_digests(sequence.digests, sequence.tokens, SIZE, len(sequence.tokens) // SIZE)
        for block in range(start // SIZE, len(sequence.tokens) // SIZE):
            sequence.table.seal(block, sequence.digests[block])

    @precondition(lambda self: self.sequences)
    @rule(data=st.data())
    def fork(self, data: st.DataObject) -> None:
        parent = data.draw(st.sampled_from(self.sequences))
        self.sequences.append(_Sequence(parent.table.fork(), parent.tokens, parent.digests[:]))

    @precondition(lambda self: self.sequences)
    @rule(data=st.data())
    def end(self, data: st.DataObject) -> None:
        sequence = data.draw(st.sampled_from(self.sequences))
        self.sequences.remove(sequence)
        sequence.table.release()
        assert sequence.table.blocks == []

    @rule()
    def drop_cache(self) -> None:
        self.manager.drop_cache()
        assert self.manager.cached == 0

    @invariant()
    def every_block_is_empty_cached_or_used(self) -> None:
        if not hasattr(self, "manager"):
            return
        users = [0] * self.manager.num_blocks
        for sequence in self.sequences:
            for block in sequence.table.blocks:
                users[block] += 1
        assert [self.manager.users(block) for block in range(self.manager.num_blocks)] == users
        assert self.manager.used == sum(count > 0 for count in users)
        assert self.manager.used + self.manager.available == self.manager.num_blocks
        assert self.manager.cached <= self.manager.available
        assert self.manager.prefix_cache or self.manager.cached == 0

    @invariant()
    def every_sequence_reads_its_own_tokens(self) -> None:
        for sequence in getattr(self, "sequences", []):
            blocks = sequence.table.blocks
            assert sequence.table.view().tolist() == blocks
            assert len(blocks) == -(-len(sequence.tokens) // SIZE)
            read = [token for block in blocks for token in self.pages[block]]
            assert read[: len(sequence.tokens)] == sequence.tokens


TestPagedSequences = PagedSequences.TestCase
TestPagedSequences.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def _sequence(manager: BlockManager, tokens: list[int]) -> BlockTable:
    table, digests = BlockTable(manager), list[bytes]()
    table.reserve(0, len(tokens))
    extend_digests(digests, tokens, SIZE, len(tokens) // SIZE)
    for block, digest in enumerate(digests):
        table.seal(block, digest)
    return table


def _digests(tokens: list[int]) -> list[bytes]:
    digests: list[bytes] = []
    extend_digests(digests, tokens, SIZE, len(tokens) // SIZE)
    return digests


def test_a_block_is_found_only_behind_the_same_prefix() -> None:
    manager = BlockManager(8, SIZE)
    table = _sequence(manager, [1, 2, 3, 4, 5, 6, 7, 8])
    assert manager.lookup(_digests([1, 2, 3, 4, 5, 6, 7, 8])) == table.blocks
    assert manager.lookup(_digests([1, 2, 3, 4, 5, 6, 7, 9])) == table.blocks[:1]
    assert manager.lookup(_digests([5, 6, 7, 8])) == []


def test_the_least_recently_used_prefix_is_taken_back_first_and_its_end_before_its_beginning() -> None:
    manager = BlockManager(4, SIZE)
    old, young = [1] * 8, [2] * 8
    for tokens in (old, young):
        _sequence(manager, tokens).release()
    assert (manager.used, manager.cached) == (0, 4)
    manager.allocate()
    assert len(manager.lookup(_digests(old))) == 1
    manager.allocate()
    assert len(manager.lookup(_digests(old))) == 0
    assert len(manager.lookup(_digests(young))) == 2


def test_a_fork_copies_the_partial_block_for_all_but_the_last_writer() -> None:
    manager = BlockManager(8, SIZE)
    parent = _sequence(manager, [1, 2, 3, 4, 5])
    children = [parent.fork(), parent.fork()]
    assert manager.used == 2
    shared = parent.blocks[1]
    assert [child.reserve(5, 1) for child in children] == [(shared, child.blocks[1]) for child in children]
    assert parent.reserve(5, 1) is None
    assert parent.blocks[1] == shared
    assert manager.used == 4


@pytest.mark.parametrize(("blocks", "size"), [(0, 16), (4, 0)])
def test_impossible_sizes_are_refused(blocks: int, size: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        BlockManager(blocks, size)
