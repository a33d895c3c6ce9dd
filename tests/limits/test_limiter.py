"""Limits hold in any minute, at both places where they are counted, against an exact log of what was used."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openfpga_server.errors import ApiError
from openfpga_server.limits.limiter import Limiter
from openfpga_server.limits.reservation import Reservation, duration

MINUTE = 60_000_000
SPAN = 500_000


async def reserve(
    limiter: Limiter, account: str, tokens: int = 1, requests: int | None = 60, limit: int | None = 100_000
) -> Reservation:
    """Shorter."""
    return await limiter.reserve(account, tokens, requests_per_minute=requests, tokens_per_minute=limit)


@dataclass
class _Use:
    """What an exact log has of one use: a request, or what an answer had more than was reserved."""

    at: int
    requests: int
    tokens: int


class _Log:
    """Every use with its microsecond; nothing is forgotten."""

    def __init__(self) -> None:
        self.uses: list[_Use] = []

    def within(self, now: int, span: int) -> tuple[int, int]:
        """Requests and tokens of the last `span` microseconds."""
        uses = [use for use in self.uses if use.at > now - span]
        return sum(use.requests for use in uses), sum(use.tokens for use in uses)


# (what, how much): seconds that pass; tokens to reserve; tokens really used, of the oldest open reservation.
STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("pass"), st.one_of(st.floats(0, 2), st.floats(0, 70), st.sampled_from([0.5, 60.0]))
        ),
        st.tuples(st.just("reserve"), st.integers(0, 60)),
        st.tuples(st.just("settle"), st.integers(0, 90)),
        st.tuples(st.just("wait"), st.just(0)),
    ),
    max_size=60,
)


@settings(max_examples=40, deadline=None)
@given(
    steps=STEPS,
    requests=st.one_of(st.none(), st.integers(1, 8)),
    tokens=st.one_of(st.none(), st.integers(60, 200)),
)
@example(steps=[("reserve", 60), ("settle", 90), ("wait", 0), ("reserve", 1)], requests=1, tokens=60)
async def test_no_minute_has_more_than_the_limits_and_no_refusal_is_without_need(
    place: Any, steps: list[tuple[str, float]], requests: int | None, tokens: int | None
) -> None:
    async with place.limiter() as (limiter, clock):
        account, log = place.new_account(), _Log()
        open_: list[tuple[Reservation, _Use]] = []
        refused: tuple[int, ApiError] | None = None
        for what, amount in steps:
            passed = False
            if what == "pass":
                clock.advance(amount)
                refused = None
            elif what == "settle" and open_:
                reservation, use = open_.pop(0)
                more = int(amount) - use.tokens
                await limiter.reconcile(reservation, int(amount))
                if more > 0:
                    log.uses.append(_Use(clock.now, 0, more))
                else:
                    use.tokens += more
                refused = None
            elif what == "wait" and refused is not None:
                wanted, error = refused
                clock.advance(int(error.headers["Retry-After"]))
                refused = None
                reservation = await reserve(limiter, account, wanted, requests, tokens)
                use = _Use(clock.now, 1, wanted)
                log.uses.append(use)
                open_.append((reservation, use))
                passed = True
            elif what == "reserve":
                wanted = int(amount)
                used = log.within(clock.now, MINUTE + SPAN)
                refused = None
                try:
                    reservation = await reserve(limiter, account, wanted, requests, tokens)
                except ApiError as error:
                    refused = wanted, error
                passed = refused is None
                if passed:
                    use = _Use(clock.now, 1, wanted)
                    log.uses.append(use)
                    open_.append((reservation, use))
                else:
                    assert refused is not None
                    too_many = requests is not None and used[0] + 1 > requests
                    assert too_many or (tokens is not None and used[1] + wanted > tokens)
                    assert 1 <= int(refused[1].headers["Retry-After"]) <= 60
            had = log.within(clock.now, MINUTE)
            assert requests is None or had[0] <= requests
            assert tokens is None or had[1] <= tokens or not passed


@settings(max_examples=40, deadline=None)
@given(steps=STEPS, requests=st.integers(1, 8), tokens=st.integers(60, 200))
async def test_both_places_answer_alike(
    both: Any, steps: list[tuple[str, float]], requests: int, tokens: int
) -> None:
    here, there = both
    async with here.limiter() as (near, near_clock), there.limiter() as (far, far_clock):
        near_account, far_account = here.new_account(), there.new_account()
        open_: list[tuple[Reservation, Reservation]] = []
        for what, amount in steps:
            if what == "pass":
                near_clock.advance(amount)
                far_clock.advance(amount)
            elif what == "settle" and open_:
                for limiter, reservation in zip((near, far), open_.pop(0), strict=True):
                    await limiter.reconcile(reservation, int(amount))
            elif what == "reserve":
                said: list[Reservation | dict[str, str]] = []
                for limiter, account in ((near, near_account), (far, far_account)):
                    try:
                        said.append(await reserve(limiter, account, int(amount), requests, tokens))
                    except ApiError as error:
                        said.append({**error.headers, "message": error.message})
                one, other = said
                if isinstance(one, Reservation) and isinstance(other, Reservation):
                    assert one.verdict == other.verdict
                    assert one.headers() == other.headers()
                    open_.append((one, other))
                else:
                    assert one == other


async def test_who_always_asks_for_all_there_is_gets_nearly_all_of_it(place: Any) -> None:
    async with place.limiter() as (limiter, clock):
        account, passed, minutes = place.new_account(), 0, 5
        for _ in range(minutes * 600):
            clock.advance(0.1)
            try:
                await reserve(limiter, account, 1, 60, None)
                passed += 1
            except ApiError:
                pass
        assert 0.98 * 60 * minutes <= passed <= 60 * (minutes + 1)
        assert passed - 60 >= 0.98 * 60 * (minutes - 1), "without the first minute's burst"


async def test_a_refusal_says_exactly_when_it_would_pass(place: Any) -> None:
    async with place.limiter() as (limiter, clock):
        account = place.new_account()
        for _ in range(3):
            await reserve(limiter, account, 1, 3, None)
            clock.advance(10)
        with pytest.raises(ApiError) as refusal:
            await reserve(limiter, account, 1, 3, None)
        error = refusal.value
        assert (error.status, error.type, error.code) == (429, "rate_limit_error", "rate_limit_exceeded")
        assert error.message == (
            "Rate limit exceeded. Please retry after 30 seconds. Limit: 3 requests per minute."
        )
        assert error.headers["Retry-After"] == "30"
        clock.advance(29.999999)
        with pytest.raises(ApiError) as again:
            await reserve(limiter, account, 1, 3, None)
        assert again.value.message.startswith("Rate limit exceeded. Please retry after 1 second. ")
        clock.advance(0.000001)
        await reserve(limiter, account, 1, 3, None)


async def test_headers_tell_limits_what_is_left_and_when_all_is_back(place: Any) -> None:
    async with place.limiter() as (limiter, clock):
        account = place.new_account()
        await reserve(limiter, account, 300, 60, 1000)
        clock.advance(12.25)
        headers = (await reserve(limiter, account, 200, 60, 1000)).headers()
        reset = str(math.ceil(clock.now / 1e6 + 60))
        assert headers == {
            "X-RateLimit-Limit": "60",
            "X-RateLimit-Remaining": "58",
            "X-RateLimit-Reset": reset,
            "x-ratelimit-limit-requests": "60",
            "x-ratelimit-remaining-requests": "58",
            "x-ratelimit-reset-requests": "1m0s",
            "x-ratelimit-limit-tokens": "1000",
            "x-ratelimit-remaining-tokens": "500",
            "x-ratelimit-reset-tokens": "1m0s",
        }
        with pytest.raises(ApiError) as refusal:
            await reserve(limiter, account, 501, 60, 1000)
        headers = refusal.value.headers
        assert headers["x-ratelimit-remaining-tokens"] == "500"
        assert headers["Retry-After"] == "48"
        assert "1000 tokens per minute; 501 were asked for" in refusal.value.message


async def test_what_was_not_used_is_there_again_at_once(place: Any) -> None:
    async with place.limiter() as (limiter, clock):
        account = place.new_account()
        reservation = await reserve(limiter, account, 900, None, 1000)
        clock.advance(5)
        with pytest.raises(ApiError):
            await reserve(limiter, account, 500, None, 1000)
        await limiter.reconcile(reservation, 100)
        headers = (await reserve(limiter, account, 500, None, 1000)).headers()
        assert headers["x-ratelimit-remaining-tokens"] == "400"
        assert "X-RateLimit-Limit" not in headers


async def test_what_is_given_back_was_never_taken(place: Any) -> None:
    async with place.limiter() as (limiter, clock):
        account = place.new_account()
        await reserve(limiter, account, 100, 3, 1000)
        clock.advance(1)
        before = await reserve(limiter, account, 100, 3, 1000)
        clock.advance(1)
        await limiter.give_back(await reserve(limiter, account, 800, 3, 1000))
        clock.advance(1)
        headers = (await reserve(limiter, account, 800, 3, 1000)).headers()
        assert headers["x-ratelimit-remaining-tokens"] == "0"
        assert headers["X-RateLimit-Remaining"] == "0"
        clock.advance(60)
        await limiter.give_back(before)
        headers = (await reserve(limiter, account, 1, 3, 1000)).headers()
        assert headers["x-ratelimit-remaining-tokens"] == "999", "what is over is not given back"


async def test_what_was_used_beyond_the_reservation_is_a_debt(place: Any) -> None:
    async with place.limiter() as (limiter, clock):
        account = place.new_account()
        reservation = await reserve(limiter, account, 100, None, 1000)
        clock.advance(30)
        await limiter.reconcile(reservation, 1500)
        clock.advance(30)
        with pytest.raises(ApiError) as refusal:
            await reserve(limiter, account, 1, None, 1000)
        assert refusal.value.headers["Retry-After"] == "30"
        assert refusal.value.headers["x-ratelimit-remaining-tokens"] == "0"


async def test_an_answer_that_ends_long_after_gives_nothing_back_to_others(place: Any) -> None:
    async with place.limiter() as (limiter, clock):
        account = place.new_account()
        old = await reserve(limiter, account, 900, None, 1000)
        clock.advance(120)
        await reserve(limiter, account, 1000, None, 1000)
        await limiter.reconcile(old, 0)
        with pytest.raises(ApiError):
            await reserve(limiter, account, 1, None, 1000)


async def test_a_request_larger_than_the_limit_is_told_so_and_not_to_come_again(place: Any) -> None:
    async with place.limiter() as (limiter, _):
        account = place.new_account()
        with pytest.raises(ApiError) as refusal:
            await reserve(limiter, account, 1001, 60, 1000)
        error = refusal.value
        assert (error.status, error.code) == (429, "rate_limit_exceeded")
        assert "limit 1000 tokens per minute, requested 1001" in error.message
        assert error.headers == {"x-should-retry": "false"}
        headers = (await reserve(limiter, account, 1, 60, 1000)).headers()
        assert headers["X-RateLimit-Remaining"] == "59", "it did not count"


async def test_accounts_do_not_count_for_each_other(place: Any) -> None:
    async with place.limiter() as (limiter, _):
        one, other = place.new_account(), place.new_account()
        await reserve(limiter, one, 1, 1, None)
        await reserve(limiter, other, 1, 1, None)
        with pytest.raises(ApiError):
            await reserve(limiter, one, 1, 1, None)


async def test_a_clock_that_is_set_back_gives_nobody_more(place: Any) -> None:
    async with place.limiter() as (limiter, clock):
        account = place.new_account()
        await reserve(limiter, account, 1, 1, None)
        clock.advance(-3600)
        with pytest.raises(ApiError) as refusal:
            await reserve(limiter, account, 1, 1, None)
        assert refusal.value.headers["Retry-After"] == "60"


async def test_accounts_that_are_idle_are_forgotten(both: Any) -> None:
    async with both[0].limiter() as (limiter, clock):
        for i in range(500):
            await reserve(limiter, f"user_{i}")
            clock.advance(0.5)
        assert len(limiter) <= 122
        clock.advance(61)
        await reserve(limiter, "user_0")
        assert len(limiter) == 1


@pytest.mark.parametrize(
    ("microseconds", "text"),
    [
        (0, "0s"),
        (1, "1ms"),
        (119_001, "120ms"),
        (999_999, "1s"),
        (1_000_000, "1s"),
        (7_660_000, "7.66s"),
        (59_999_999, "1m0s"),
        (60_000_000, "1m0s"),
        (360_000_000, "6m0s"),
    ],
)
def test_durations_are_written_as_openai_does(microseconds: int, text: str) -> None:
    assert duration(microseconds) == text
