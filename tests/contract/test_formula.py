"""Table formulas: exact, safe and strict."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.formula import FormulaError, table_values


@pytest.mark.parametrize(
    ("formula", "function"),
    [
        ("round(2**40 * erf(i / 32))", lambda i: 2**40 * math.erf(i / 32)),
        ("round(2**40 * exp(-i / 16))", lambda i: 2**40 * math.exp(-i / 16)),
        ("round(2**40 * sqrt(i / 3))", lambda i: 2**40 * math.sqrt(i / 3)),
        ("round(2**40 * 2**(-i / 256))", lambda i: 2**40 * 2 ** (-i / 256)),
    ],
)
def test_functions_agree_with_the_platform_up_to_its_precision(formula: str, function: object) -> None:
    assert callable(function)
    for i, value in enumerate(table_values(formula, 200)):
        assert value == pytest.approx(function(i), rel=1e-13, abs=1)


def test_erf_has_the_digits_of_the_literature() -> None:
    # erf(1) = 0.84270 07929 49714 86934 12206 35082 60925 92960 66997 96630 (DLMF 7.23; OEIS A099286).
    digits = table_values("round(10**48 * erf(i))", 2)[1]
    assert digits == 842700792949714869341220635082609259296066997966


def test_a_formula_one_unit_off_in_the_fortieth_digit_rounds_differently() -> None:
    assert table_values("round(0.5 + 10**(-25))", 1) == (1,)
    assert table_values("round(0.5 - 10**(-25))", 1) == (0,)


@given(st.integers(-(10**6), 10**6), st.integers(1, 10**4))
def test_round_takes_the_nearest_integer(numerator: int, denominator: int) -> None:
    exact = Fraction(numerator, denominator)
    formula = f"round({numerator} / {denominator})"
    if exact.denominator == 2:
        with pytest.raises(FormulaError, match="tie"):
            table_values(formula, 1)
    else:
        assert table_values(formula, 1) == (math.floor(exact + Fraction(1, 2)),)


@pytest.mark.parametrize(
    ("formula", "complaint"),
    [
        ("round(i", "is not a formula"),
        ("i / 3", "not an integer for i = 1; wrap it in round"),
        ("round(1 / i)", "has no value for i = 0"),
        ("round(sqrt(-1 - i))", "has no value for i = 0"),
        ("__import__('os')", "not understood"),
        ("i.real", "not understood"),
        ("round(i, 2)", "not understood"),
        ("sin(i)", "there are i, numbers"),
        ("j", "not understood"),
        ("True", "not understood"),
        ("i // 2", "not understood"),
        ("[i]", "not understood"),
        ("round(i) if i else 0", "not understood"),
    ],
)
def test_anything_else_is_refused(formula: str, complaint: str) -> None:
    with pytest.raises(FormulaError, match=complaint):
        table_values(formula, 2)
