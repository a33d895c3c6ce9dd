"""Kinds of settings' values: what they are in words, and how text or a file's data is read as one."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")
Pairs = tuple[tuple[str, str], ...]
"""A mapping from names to names, as a frozen value."""

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""RFC 9110, 5.6.2: what names of headers are."""

SHOWN = 60
"""Characters of a wrong value that a message repeats."""


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """A kind of value.

    Args:
        words: what is expected, to follow "expected".
        read: a value of text (environment, flag) or of a file's own type; ValueError or TypeError: it is
            none. A ValueError with a text replaces "expected ...".
        metavar: what stands for it in help.
        repeated: given on the command line once an element.
        switch: a flag without a value.
    """

    words: str
    read: Callable[[Any], T]
    metavar: str
    repeated: bool = False
    switch: bool = False


def whole(low: int, high: int | None = None) -> Kind[int]:
    """Whole numbers in a range, ends included."""

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, (int, str)):
            raise TypeError
        number = int(value)
        if number < low or (high is not None and number > high):
            raise ValueError
        return number

    return Kind(f"a whole number from {low}" + (f" to {high}" if high is not None else ""), read, "N")


def number(low: float, high: float, *, metavar: str = "X") -> Kind[float]:
    """Numbers in a range, ends included."""

    def read(value: Any) -> float:
        if isinstance(value, bool):
            raise TypeError
        found = float(value)
        if not low <= found <= high:
            raise ValueError
        return found

    return Kind(f"a number from {low:g} to {high:g}", read, metavar)


def seconds(low: float, high: float) -> Kind[float]:
    """A time in seconds, ends included."""
    return dataclasses.replace(number(low, high, metavar="S"), words=f"seconds, {low:g} to {high:g}")


def text(words: str = "a text", metavar: str = "TEXT") -> Kind[str]:
    """Any text that is not empty."""

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise TypeError
        if not value.strip():
            raise ValueError
        return value

    return Kind(f"{words} that is not empty", read, metavar)


def header_text() -> Kind[str]:
    """A text that can travel in a header."""

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise TypeError
        if not (value and value.isascii() and value.isprintable()):
            raise ValueError
        return value

    return Kind("printable ASCII, not empty: it travels in a header", read, "KEY")


def header() -> Kind[tuple[str, str]]:
    """A header of a request: (name, value)."""

    def read(value: Any) -> tuple[str, str]:
        if isinstance(value, str):
            name, _, content = value.partition(":")
            value = (name.strip(), content.strip())
        if not isinstance(value, tuple) or not all(isinstance(side, str) for side in value):
            raise TypeError
        name, content = value
        if not (_TOKEN.fullmatch(name) and content and content.isascii() and content.isprintable()):
            raise ValueError
        return name, content

    return Kind("a header as NAME: VALUE in printable ASCII", read, "HEADER")


def word(*choices: str) -> Kind[str]:
    """One of several words."""

    def read(value: Any) -> str:
        if value not in choices:
            raise ValueError
        return str(value)

    return Kind(f"one of {', '.join(choices)}", read, "{" + ",".join(choices) + "}")


def switch() -> Kind[bool]:
    """Yes or no."""
    words = {
        "true": True,
        "yes": True,
        "on": True,
        "1": True,
        "false": False,
        "no": False,
        "off": False,
        "0": False,
    }

    def read(value: Any) -> bool:
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in words:
            return words[value.lower()]
        raise ValueError

    return Kind("true or false", read, "", switch=True)


def path(*, exists: bool = False) -> Kind[Path]:
    """A file or folder."""

    def read(value: Any) -> Path:
        if not isinstance(value, (str, Path)) or not str(value):
            raise TypeError
        try:
            found = Path(value).expanduser()
        except RuntimeError:
            raise ValueError(f"{str(value)[:SHOWN]!r}: whose home folder that is, is not known") from None
        if exists and not found.exists():
            raise ValueError(f"{found} does not exist")
        return found

    return Kind("a path", read, "FILE")


def paths() -> Kind[tuple[Path, ...]]:
    """Files or folders that are there; in the environment with commas between them."""
    one = path(exists=True)

    def read(value: Any) -> tuple[Path, ...]:
        parts = value.split(",") if isinstance(value, str) else value
        if not isinstance(parts, (list, tuple)):
            raise TypeError
        return tuple(one.read(part.strip() if isinstance(part, str) else part) for part in parts)

    return Kind("a list of paths", read, "PATH", repeated=True)


def url(*schemes: str) -> Kind[str]:
    """A URL with one of these schemes."""

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise TypeError
        if urlsplit(value).scheme not in schemes:
            raise ValueError
        return value

    return Kind(f"a URL that begins with {' or '.join(f'{scheme}://' for scheme in schemes)}", read, "URL")


def dollars(low: str, high: str) -> Kind[Decimal]:
    """Exact dollars in a range, ends included, to the micro-dollar."""

    def read(value: Any) -> Decimal:
        if isinstance(value, bool):
            raise TypeError
        try:
            # A float of a YAML file is what it says, not its nearest binary fraction.
            found = Decimal(str(value))
        except InvalidOperation:
            raise ValueError from None
        if not (found.is_finite() and Decimal(low) <= found <= Decimal(high)) or found * 1_000_000 % 1:
            raise ValueError
        return found

    return Kind(f"dollars from {low} to {high}, to the micro-dollar", read, "DOLLARS")


def pairs(metavar: str, what: str, *, files: bool = False) -> Kind[Pairs]:
    """A mapping; ``NAME=VALUE`` on the command line, several with commas between them in the environment.

    Args:
        metavar: as in "NAME=MODEL".
        what: a name stands for, as in "an alias".
        files: values are paths of what is there.
    """

    def read(value: Any) -> Pairs:
        if isinstance(value, Mapping):
            found = tuple(value.items())
        else:
            parts = value.split(",") if isinstance(value, str) else value
            if not isinstance(parts, (list, tuple)):
                raise TypeError
            found = tuple(part if isinstance(part, tuple) else _pair(part, metavar) for part in parts)
        if any(not isinstance(side, str) or not side.strip() for pair in found for side in pair):
            raise ValueError
        names = [name for name, _ in found]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise ValueError(f"{what} is given twice: {twice[:SHOWN]}; each name stands for one thing")
        if files:
            for _, each in found:
                path(exists=True).read(each)
        return found

    return Kind(f"{metavar}, or several as a table", read, metavar, repeated=True)


def _pair(item: Any, metavar: str) -> tuple[str, str]:
    if not isinstance(item, str):
        raise TypeError
    name, separator, value = item.partition("=")
    if not separator or not name.strip() or not value.strip():
        raise ValueError(f"{item[:SHOWN]!r} is not {metavar}")
    return name.strip(), value.strip()
