"""CONTRACT_ID changes with what two sides must agree on, and with nothing else."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.gen import SOURCE
from contract.model import build

ROOT = Path(__file__).resolve().parents[2]
CONTENT: dict[str, Any] = tomllib.loads((ROOT / SOURCE).read_text(encoding="utf-8"))
for _table in CONTENT["tables"].values():
    _table["entries"] = 8  # all entries of all tables, for every example, would take long
ID = build(CONTENT).id


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index))
    else:
        yield path, value


LEAVES = dict(_leaves(CONTENT))
NUMBERS = [path for path, value in LEAVES.items() if isinstance(value, int) and path[0] != "sizes"]
OUTSIDE = [path for path in LEAVES if path[0] == "sizes" or path[-1] == "doc"]


def _changed(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    content = copy.deepcopy(CONTENT)
    at: Any = content
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return content


def test_id_is_thirty_two_bits_and_not_zero() -> None:
    assert 0 < ID < 2**32


@given(st.sampled_from(NUMBERS), st.integers(1, 5))
def test_every_number_outside_of_sizes_changes_the_id(path: tuple[Any, ...], delta: int) -> None:
    assert build(_changed(path, LEAVES[path] + delta)).id != ID


@given(st.sampled_from(OUTSIDE), st.integers(1, 5))
def test_docs_and_card_sizes_do_not_change_the_id(path: tuple[Any, ...], delta: int) -> None:
    old = LEAVES[path]
    new = f"{old} {delta}" if isinstance(old, str) else old + delta
    assert build(_changed(path, new)).id == ID


def test_a_formula_counts_by_its_values() -> None:
    same = _changed(("tables", "EXP2", "formula"), "round(65536 / 2**(i / 256))")
    other = _changed(("tables", "EXP2", "formula"), "round(2**16 * 2**(-i / 255))")
    shorter = _changed(("tables", "EXP2", "entries"), 7)
    assert build(same).id == ID
    assert build(other).id != ID
    assert build(shorter).id != ID


def _reverse(content: dict[str, Any]) -> None:
    content["commands"].reverse()
    content["records"].reverse()
    content["register"].reverse()
    for layout in (*content["commands"], *content["records"]):
        layout["fields"].reverse()
    content["constants"] = dict(reversed(content["constants"].items()))


def _add_size(content: dict[str, Any]) -> None:
    content["sizes"]["another"] = dict(content["sizes"]["sim"])


@pytest.mark.parametrize("change", [_reverse, _add_size])
def test_order_and_further_sizes_do_not_change_the_id(change: Callable[[dict[str, Any]], None]) -> None:
    content = copy.deepcopy(CONTENT)
    change(content)
    assert build(content).id == ID


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("commands", 0, "name"), "GEMM"),
        (("commands", 0, "fields", 0, "name"), "lines"),
        (("commands", 0, "fields", 0, "type"), "i16"),
        (("records", 0, "name"), "scale"),
        (("register", 0, "access"), "ro"),
        (("contract", "name"), "other"),
    ],
)
def test_names_and_types_change_the_id(path: tuple[Any, ...], value: str) -> None:
    assert build(_changed(path, value)).id != ID


def test_an_array_of_one_is_not_a_scalar() -> None:
    path = ("commands", 0, "fields", 0, "count")
    assert build(_changed(path, 1)).id != ID
