"""Accounts share the rows of the token loop by weight: exact counts in steps, no clocks."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openfpga_host.shares import checked_weight
from support.fair_loop import FairLoop, fair_rows

TIERS = {"regular": 1, "fast": 2, "turbo": 5, "max": 10}
WITHIN = 0.10
"""Of its share an account gets, under contention."""

Mix = dict[str, tuple[int, int]]
"""account -> (weight, requests at the same time)"""


def _one_each(rows: int) -> Mix:
    return {f"{tier}{i}": (weight, 1) for i in range(rows) for tier, weight in TIERS.items()}


def _many_each(rows: int) -> Mix:
    return {tier: (weight, 2 * rows) for tier, weight in TIERS.items()}


def _ten_regular_against_one_max(rows: int) -> Mix:
    return {**{f"regular{i}": (1, rows) for i in range(10)}, "max": (10, 2 * rows)}


def _ten_regular_against_one_request_of_max(rows: int) -> Mix:
    return {**{f"regular{i}": (1, rows) for i in range(10)}, "max": (10, 1)}


def _many_requests_against_one(rows: int) -> Mix:
    return {"many": (1, 50), "one": (1, 1)}


def _many_requests_of_regular_against_one_of_max(rows: int) -> Mix:
    return {"regular": (1, 50), "max": (10, 1)}


MIXES = (
    _one_each,
    _many_each,
    _ten_regular_against_one_max,
    _ten_regular_against_one_request_of_max,
    _many_requests_against_one,
    _many_requests_of_regular_against_one_of_max,
)


def _expected(rows: int, mix: Mix) -> dict[str, float]:
    weights = {account: weight for account, (weight, _) in mix.items()}
    requests = {account: count for account, (_, count) in mix.items()}
    return fair_rows(rows, weights, requests)


@pytest.mark.parametrize("mix", MIXES, ids=lambda mix: mix.__name__.strip("_"))
@pytest.mark.parametrize("rows", [1, 4, 16])
def test_accounts_decode_in_the_ratio_of_their_weights(rows: int, mix: object) -> None:
    accounts: Mix = mix(rows)  # type: ignore[operator]
    loop = FairLoop(rows)
    for account, (weight, count) in accounts.items():
        for _ in range(count):
            loop.ask(account, weight)
    loop.run(40)
    steps = 1000
    got = loop.run(steps)
    assert got.total() == rows * steps, "a row stayed free"
    for account, share in _expected(rows, accounts).items():
        assert got[account] / steps == pytest.approx(share, rel=WITHIN), account


@pytest.mark.parametrize("mix", MIXES, ids=lambda mix: mix.__name__.strip("_"))
@pytest.mark.parametrize("rows", [1, 4, 16])
def test_accounts_whose_requests_come_and_go_are_served_in_the_ratio_of_their_weights(
    rows: int, mix: object
) -> None:
    accounts: Mix = mix(rows)  # type: ignore[operator]
    loop = FairLoop(rows)
    for account, (weight, count) in accounts.items():
        for i in range(count):
            loop.ask(account, weight, prompt=7, answer=13 + i % 5)
    steps, before = 1500, Counter[str]()
    for step in range(steps + 200):
        if step == 200:
            before = loop.rows.copy()
        loop.step()
        for ended in loop.finished:
            loop.ask(ended.account, ended.weight, prompt=7, answer=11 + loop.arrivals % 9)
    shares = _expected(rows, accounts)
    assert (loop.rows - before).total() == rows * steps, "a row stayed free"
    got = {account: (loop.rows[account] - before[account]) / steps for account in accounts}
    # Who cannot use all of a share, with a row a step for each request, still reads prompts with more.
    sated = {account for account, share in shares.items() if share == accounts[account][1]}
    rest = (rows - sum(got[account] for account in sated)) / (rows - sum(shares[a] for a in sated))
    for account, share in shares.items():
        if account in sated:
            assert got[account] >= share * (1 - WITHIN)
        else:
            assert got[account] == pytest.approx(share * rest, rel=WITHIN), account


def test_without_contention_everyone_goes_at_full_speed() -> None:
    loop = FairLoop(8)
    for tier, weight in TIERS.items():
        loop.ask(tier, weight)
    assert loop.run(100) == dict.fromkeys(TIERS, 100)


def test_speed_without_contention_is_no_debt_later() -> None:
    loop = FairLoop(4)
    for _ in range(3):
        loop.ask("long here")
    loop.run(2000)
    for _ in range(4):
        loop.ask("new")
    assert loop.run(20) == {"long here": 40, "new": 40}


def test_a_share_that_was_not_used_is_no_claim_later() -> None:
    """An account that could have had more for long gets no more than its share when it asks for it."""
    loop = FairLoop(4)
    loop.ask("max", 10)
    for _ in range(8):
        loop.ask("regular", 1)
    loop.run(2000)
    for _ in range(7):
        loop.ask("max", 10)
    assert loop.run(60)["regular"] >= 10


def test_asking_anew_does_not_wipe_out_what_was_had() -> None:
    """One token a request, one request after the other: no way around the shares."""
    loop = FairLoop(1)
    for _ in range(5):
        loop.ask("patient")
    loop.ask("sly", answer=1)
    for _ in range(400):
        loop.step()
        if any(ended.account == "sly" for ended in loop.finished):
            loop.ask("sly", answer=1)
    assert loop.rows["sly"] == pytest.approx(200, rel=WITHIN)


@pytest.mark.parametrize("rows", [1, 4, 16])
def test_nobody_waits_longer_than_their_share_says(rows: int) -> None:
    loop = FairLoop(rows)
    loop.ask("regular", 1)
    for i in range(10):
        for _ in range(rows):
            loop.ask(f"max{i}", 10, prompt=3)
    loop.run(1500)
    assert loop.longest_wait["regular"] <= -(-101 // rows) + 2


def test_a_newcomer_starts_at_once_although_all_rows_are_taken() -> None:
    loop = FairLoop(4)
    for _ in range(8):
        loop.ask("busy")
    loop.run(50)
    newcomer = loop.ask("new", prompt=2)
    loop.step()
    assert newcomer.computed == 2


def test_a_long_prompt_of_one_account_does_not_hold_up_the_answers_of_another() -> None:
    loop = FairLoop(4)
    loop.ask("reader", prompt=400)
    loop.ask("writer")
    assert loop.run(100)["writer"] == 100
    assert loop.rows["reader"] == 300


def test_within_an_account_the_order_is_that_of_arrival() -> None:
    loop = FairLoop(2)
    first, second, third = (loop.ask("one", answer=5) for _ in range(3))
    loop.ask("other", answer=100)
    for _ in range(5):
        loop.step()
    assert len(first.tokens) == 6
    assert (len(second.tokens), len(third.tokens)) == (1, 1)


def test_the_account_furthest_ahead_gives_its_blocks_back() -> None:
    loop = FairLoop(2, blocks=16)
    loop.ask("regular", 1)
    loop.ask("max", 10)
    loop.ask("max", 10)
    while not loop.scheduler.preemptions:
        loop.step()
    (waiting,) = loop.scheduler.waiting
    assert waiting.account != "regular", "the oldest of all keeps its place"


def test_a_weight_that_no_account_can_have_is_refused() -> None:
    for weight in (0, -1, 1001):
        with pytest.raises(ValueError, match=f"weight is {weight}; allowed: 1 to 1000"):
            checked_weight(weight)


def test_accounts_are_forgotten_when_nothing_of_theirs_matters_any_more() -> None:
    loop = FairLoop(1)
    loop.ask("steady")
    for i in range(300):
        loop.ask(f"guest{i}", answer=2)
        loop.run(4)
    assert len(loop.scheduler._shares) <= 4


REQUESTS = st.lists(
    st.tuples(
        st.integers(0, 30),  # step of arrival
        st.integers(0, 4),  # account
        st.sampled_from([1, 2, 5, 10]),
        st.integers(1, 20),  # prompt
        st.integers(1, 12),  # answer
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=60, deadline=None)
@given(
    requests=REQUESTS,
    rows=st.integers(1, 9),
    blocks=st.integers(8, 40),
    running=st.integers(1, 12),
    cache=st.booleans(),
)
def test_whatever_arrives_ends_and_no_row_stays_free(
    requests: list[tuple[int, int, int, int, int]], rows: int, blocks: int, running: int, cache: bool
) -> None:
    loop = FairLoop(rows, blocks=blocks, running=running, cache=cache)
    scheduler, coming = loop.scheduler, sorted(requests, reverse=True)
    work = sum(prompt + answer for _, _, _, prompt, answer in requests)
    for step in range(31 + 40 * work):
        while coming and coming[-1][0] <= step:
            _, account, weight, prompt, answer = coming.pop()
            loop.ask(str(account), weight, prompt, answer)
        if scheduler.idle:
            continue
        wanted = {s: len(s.tokens) - s.computed for s in scheduler.running}
        preempted = scheduler.preemptions
        plan = loop.step()
        given = dict(plan.work)
        used = sum(given.values())
        assert used <= rows
        assert len(scheduler.running) <= running
        if used < rows and scheduler.preemptions == preempted:
            short = [s for s, want in wanted.items() if given.get(s, 0) < want]
            assert not short or loop.spare == 0, "a free row could be used"
    assert scheduler.idle, "a request never ended"
    assert not coming
    assert loop.blocks.used == 0


@settings(max_examples=40, deadline=None)
@given(
    accounts=st.lists(st.tuples(st.sampled_from([1, 2, 5, 10]), st.integers(1, 6)), min_size=1, max_size=8),
    rows=st.integers(1, 8),
    prompt=st.integers(1, 9),
)
def test_the_first_of_every_account_advances_within_a_bounded_number_of_steps(
    accounts: list[tuple[int, int]], rows: int, prompt: int
) -> None:
    loop = FairLoop(rows)
    first = {}
    for number, (weight, count) in enumerate(accounts):
        first[number] = loop.ask(str(number), weight, prompt)
        for _ in range(count - 1):
            loop.ask(str(number), weight, prompt)
    total = sum(weight for weight, _ in accounts)
    seen = dict.fromkeys(first, 0)
    for step in range(1, 150):
        served = {sequence for sequence, _ in loop.step().work}
        for number, sequence in first.items():
            if sequence in served:
                seen[number] = step
            bound = -(-2 * total // (accounts[number][0] * rows)) + len(accounts) + 1
            assert step - seen[number] <= bound
