"""What a request costs, and which day it counts for."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openfpga_server.catalogue import Pricing
from openfpga_server.usage.event import cost_micro
from support.usage import DAY_US, NOON, event

LLAMA = Pricing(input_per_million=Decimal("0.10"), output_per_million=Decimal("0.15"))
counts = st.integers(0, 2**31)
prices = st.integers(0, 10**9)


def pricing(input_micro: int, output_micro: int) -> Pricing:
    return Pricing(
        input_per_million=Decimal(input_micro) / 10**6, output_per_million=Decimal(output_micro) / 10**6
    )


@given(counts, counts, prices, prices)
def test_cost_is_the_exact_one_with_halves_rounded_up(
    prompt: int, completion: int, input_micro: int, output_micro: int
) -> None:
    cost = cost_micro(pricing(input_micro, output_micro), prompt, completion)
    exact = Fraction(prompt * input_micro + completion * output_micro, 10**6)
    assert exact - Fraction(1, 2) < cost <= exact + Fraction(1, 2)


@pytest.mark.parametrize(
    ("prompt", "completion", "micro"),
    [(1_000_000, 1_000_000, 250_000), (5, 0, 1), (4, 0, 0), (0, 0, 0), (10, 10, 3), (1000, 24, 104)],
)
def test_cost_at_the_prices_of_the_documents(prompt: int, completion: int, micro: int) -> None:
    assert cost_micro(LLAMA, prompt, completion) == micro


def test_what_has_no_price_costs_nothing() -> None:
    assert cost_micro(None, 10**9, 10**9) == 0


@pytest.mark.parametrize(("offset", "day"), [(0, 28), (-1, 27), (DAY_US - 1, 28), (DAY_US, 29)])
def test_a_request_counts_for_the_day_it_came(offset: int, day: int) -> None:
    midnight = NOON - DAY_US // 2
    assert event("a", started_us=midnight + offset).day == date(2026, 5, day)
