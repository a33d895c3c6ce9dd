"""Exact values of the contract's tables: a small, safe evaluator of their formulas in 50-digit decimals.

A platform's libm may differ in the last bit; these values decide bits of every result, so they must not.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from decimal import ROUND_FLOOR, Context, Decimal, DecimalException, localcontext

DIGITS = 50
"""Significant digits of a formula's value (ten more are carried)."""

_CONTEXT = Context(prec=DIGITS + 10)
_PI = Decimal("3.1415926535897932384626433832795028841971693993751058209749445923")
_HALF = Decimal("0.5")
_TIE = Decimal(10) ** (20 - DIGITS)  # closer to a tie than this, the digits do not decide the rounding


class FormulaError(ValueError):
    """A formula that is not understood, or that has no certain value."""


def table_values(formula: str, entries: int) -> tuple[int, ...]:
    """The integers `formula` gives for i = 0 .. entries - 1.

    The formula may use `i`, numbers, + - * / **, parentheses, and round, sqrt, exp, erf of one argument;
    `round` takes the nearest integer. Raises FormulaError for anything else, for a value that is not an
    integer, and for a rounding so close to a tie that the digits carried do not decide it.
    """
    try:
        tree = ast.parse(formula, mode="eval").body
    except SyntaxError as error:
        raise FormulaError(f"`{formula}` is not a formula: {error.msg}") from None
    values = []
    with localcontext(_CONTEXT):
        for i in range(entries):
            try:
                value = _evaluate(tree, Decimal(i))
            except DecimalException as error:
                raise FormulaError(f"`{formula}` has no value for i = {i} ({type(error).__name__})") from None
            if value != value.to_integral_value():
                raise FormulaError(f"`{formula}` is not an integer for i = {i}; wrap it in round(...)")
            values.append(int(value))
    return tuple(values)


def _evaluate(node: ast.expr, i: Decimal) -> Decimal:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return Decimal(repr(number))
        case ast.Name(id="i"):
            return i
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_evaluate(operand, i)
        case ast.BinOp(left=left, op=operator, right=right):
            if (apply := _OPERATORS.get(type(operator))) is not None:
                return apply(_evaluate(left, i), _evaluate(right, i))
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]):
            if (function := _FUNCTIONS.get(name)) is not None:
                return function(_evaluate(argument, i))
    raise FormulaError(
        f"`{ast.unparse(node)}` is not understood in a formula; there are i, numbers, + - * / **, "
        f"and {', '.join(sorted(_FUNCTIONS))} of one argument"
    )


def _round(x: Decimal) -> Decimal:
    low = x.to_integral_value(ROUND_FLOOR)
    if abs(x - low - _HALF) < _TIE:
        raise FormulaError(f"round({x:.20}) is a tie, or too close to one to be decided")
    return low if x - low < _HALF else low + 1


def _erf(x: Decimal) -> Decimal:
    """erf(x) = 2/sqrt(pi) exp(-x^2) sum of 2^n x^(2n+1) / (2n+1)!! (DLMF 7.6.2): no cancellation at any x."""
    term = total = x
    n = 0
    while total + term != total:
        n += 1
        term *= 2 * x * x / (2 * n + 1)
        total += term
    return 2 / _PI.sqrt() * (-x * x).exp() * total


_OPERATORS: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
}
_FUNCTIONS: dict[str, Callable[[Decimal], Decimal]] = {
    "erf": _erf,
    "exp": Decimal.exp,
    "round": _round,
    "sqrt": Decimal.sqrt,
}
