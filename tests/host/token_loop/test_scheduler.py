"""Who gets the rows and blocks of a step within an account: nobody starves, the youngest gives way."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openfpga_host.kv_blocks import BlockManager, BlockTable
from openfpga_host.scheduler import Plan, Scheduler
from openfpga_host.sequence import SequenceState

SIZE = 4


class _Loop:
    """A scheduler and its device: every sampled sequence gets one more token."""

    def __init__(
        self, blocks: int = 64, rows: int = 8, running: int | None = None, cache: bool = True
    ) -> None:
        self.blocks = BlockManager(blocks, SIZE, prefix_cache=cache)
        self.scheduler: Scheduler[SequenceState] = Scheduler(self.blocks, rows, running or rows)
        self.arrivals = 0

    def add(self, tokens: list[int]) -> SequenceState:
        self.arrivals += 1
        sequence = SequenceState((self.arrivals, 0), tokens, BlockTable(self.blocks))
        self.scheduler.add(sequence)
        return sequence

    def step(self) -> Plan[SequenceState]:
        plan = self.scheduler.schedule()
        assert plan is not None
        self.scheduler.commit(plan)
        for sequence in plan.sampled:
            sequence.tokens.append(1000 + len(sequence.tokens))
        return plan


def _rows(plan: Plan[SequenceState]) -> dict[int, int]:
    return {sequence.rank[0]: rows for sequence, rows in plan.work}


def test_prefill_uses_the_rows_that_decode_leaves() -> None:
    loop = _Loop(rows=8)
    loop.add([1])
    loop.add([2])
    assert _rows(loop.step()) == {1: 1, 2: 1}
    long = loop.add(list(range(15)))
    assert _rows(loop.step()) == {1: 1, 2: 1, 3: 6}
    plan = loop.step()
    assert _rows(plan) == {1: 1, 2: 1, 3: 6}
    assert long not in plan.sampled
    plan = loop.step()
    assert _rows(plan) == {1: 1, 2: 1, 3: 3}
    assert long in plan.sampled
    assert plan.batch.logit_rows.tolist() == [0, 1, 4]


def test_a_step_is_longer_while_prompts_are_read_and_nobody_waits_for_a_token() -> None:
    loop = _Loop(rows=4)
    loop.scheduler.prompt_rows = 8
    loop.add(list(range(18)))
    assert _rows(loop.step()) == {1: 8}
    loop.add(list(range(100, 112)))
    assert _rows(loop.step()) == {1: 8}
    assert _rows(loop.step()) == {1: 2, 2: 6}, "the end of a prompt is no next token"
    assert _rows(loop.step()) == {1: 1, 2: 3}
    assert _rows(loop.step()) == {1: 1, 2: 3}
    assert _rows(loop.step()) == {1: 1, 2: 1}


def test_requests_start_in_order_of_arrival_even_behind_one_that_does_not_fit_yet() -> None:
    loop = _Loop(blocks=8, rows=40)
    first = loop.add(list(range(20)))
    loop.step()
    loop.add(list(range(100, 116)))
    loop.add([7])
    assert _rows(loop.step()) == {1: 1}
    loop.scheduler.remove(first)
    assert _rows(loop.step()) == {2: 16, 3: 1}


def test_the_youngest_gives_its_blocks_back_and_returns_before_newcomers() -> None:
    loop = _Loop(blocks=6, rows=16, cache=False)
    old, young = loop.add([1] * 7), loop.add([2] * 7)
    loop.step()
    newcomer = loop.add([3] * 3)
    while loop.scheduler.preemptions == 0:
        loop.step()
    assert (young.computed, young.table.blocks) == (0, [])
    assert loop.scheduler.running == [old]
    assert loop.scheduler.waiting == [young, newcomer]
    loop.scheduler.remove(old)
    assert list(_rows(loop.step())) == [2, 3]


def test_a_prompt_known_completely_still_computes_its_last_token() -> None:
    loop = _Loop()
    first = loop.add(list(range(8)))
    loop.step()
    loop.scheduler.remove(first)
    again = loop.add(list(range(8)))
    plan = loop.step()
    assert again.cached == 4
    assert _rows(plan) == {2: 4}
    assert plan.sampled == [again]


def test_a_returning_sequence_finds_what_is_left_of_its_blocks() -> None:
    loop = _Loop(blocks=7, rows=16)
    old, young = loop.add(list(range(8))), loop.add(list(range(50, 58)))
    while loop.scheduler.preemptions == 0:
        loop.step()
    loop.scheduler.remove(old)
    loop.step()
    assert young.cached > 0


def test_forks_beyond_the_running_limit_wait_for_their_turn() -> None:
    loop = _Loop(rows=2, running=2)
    parent = loop.add([1, 2])
    loop.step()
    children = [SequenceState((1, i), [1, 2], BlockTable(loop.blocks)) for i in (1, 2)]
    for child in children:
        loop.scheduler.fork(parent, child)
        child.tokens.append(9)
    assert loop.scheduler.running == [parent, children[0]]
    assert loop.scheduler.waiting == [children[1]]
    loop.scheduler.remove(parent)
    plan = loop.step()
    assert [sequence for sequence, _ in plan.work] == children


def test_nothing_to_do_is_no_step() -> None:
    scheduler = _Loop().scheduler
    assert scheduler.idle
    assert scheduler.schedule() is None


def test_a_scheduler_that_may_run_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="max_running is 0; allowed: at least 1"):
        Scheduler(BlockManager(8), 8, 0)


@settings(max_examples=60, deadline=None)
@given(
    lengths=st.lists(st.tuples(st.integers(1, 20), st.integers(1, 12)), min_size=1, max_size=12),
    blocks=st.integers(8, 20),
    rows=st.integers(1, 10),
    cache=st.booleans(),
)
def test_every_request_finishes_and_the_oldest_always_advances(
    lengths: list[tuple[int, int]], blocks: int, rows: int, cache: bool
) -> None:
    loop = _Loop(blocks=blocks, rows=rows, cache=cache)
    wanted = {}
    for prompt, generated in lengths:
        sequence = loop.add(list(range(prompt)))
        wanted[sequence.rank] = prompt + generated
    while not loop.scheduler.idle:
        oldest = min(loop.scheduler, key=lambda s: s.rank)
        plan = loop.step()
        assert oldest in [sequence for sequence, _ in plan.work]
        assert sum(rows for _, rows in plan.work) <= rows
        for sequence in plan.sampled:
            if len(sequence.tokens) == wanted[sequence.rank]:
                loop.scheduler.remove(sequence)
    assert loop.blocks.used == 0
