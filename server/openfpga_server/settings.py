"""What a setting is: its name, the values it takes, where it may be given, what it is for.

A setting is declared once, as a field of a section in `config`; the flags of the command line, the names of
the environment, the check of the configuration file and the table of docs/configuration.md come from there.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Generic, TypeVar, overload
from urllib.parse import urlsplit

T = TypeVar("T")
Pairs = tuple[tuple[str, str], ...]
"""A mapping from names to names, as a frozen value."""

_METADATA = "openfpga_setting"
_SHOWN = 60
"""Characters of a wrong value that a message repeats."""
_PASSWORD = re.compile(r"(//[^/@:]*):[^/@]*@")


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
            raise ValueError(f"{str(value)[:_SHOWN]!r}: whose home folder that is, is not known") from None
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
            raise ValueError(f"{what} is given twice: {twice[:_SHOWN]}; each name stands for one thing")
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
        raise ValueError(f"{item[:_SHOWN]!r} is not {metavar}")
    return name.strip(), value.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What a field's metadata says of its setting."""

    kind: Kind[Any]
    help: str
    flag: str | None
    secret: bool
    shown: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting.

    Args:
        section, key: its name in a configuration file.
        kind: of its values; None stands for "left out" where that is the default.
        default: as a value.
        help: what it is for, in one sentence.
        flag: of the command line; None: it has none.
        secret: never shown, and never given on a command line, which others can read.
        shown: what the documentation says for the default; None: the value itself.
    """

    section: str
    key: str
    kind: Kind[Any]
    default: Any
    help: str
    flag: str | None
    secret: bool
    shown: str | None

    @property
    def name(self) -> str:
        """``section.key``."""
        return f"{self.section}.{self.key}"

    @property
    def environment(self) -> str:
        """Its name in the environment."""
        return f"OPENFPGA_{self.section}_{self.key}".upper()

    def read(self, value: Any, source: str) -> Any:
        """A value of the right type.

        Args:
            value: text, or as a file has it.
            source: where it stands, for the message.

        Raises:
            ValueError: it is none; the message says what would be, and repeats no secret.
        """
        try:
            return self.kind.read(value)
        except (TypeError, ValueError, OverflowError) as error:
            told = isinstance(error, ValueError) and error.args and str(error)
            # int() and float() have a text of their own.
            if told and not told.startswith(("invalid literal", "could not convert", "cannot convert")):
                raise ValueError(f"{source}: {told}") from None
            got = "" if self.secret else f", got {_shown(value)}"
            raise ValueError(f"{source}: expected {self.kind.words}{got}") from None

    def display(self, value: Any) -> str:
        """A value for people, without what is secret in it."""
        if value is None:
            return self.shown or "none"
        if self.secret:
            return "(secret)"
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, tuple):
            parts = ["=".join(item) if isinstance(item, tuple) else str(item) for item in value]
            return ", ".join(parts) or (self.shown or "none")
        if isinstance(value, float):
            return f"{value:g}"
        return without_password(str(value))

    @property
    def default_shown(self) -> str:
        """The default for documentation."""
        return self.shown or self.display(self.default)


def has_password(value: str) -> bool:
    """Whether a URL carries one."""
    return _PASSWORD.search(value) is not None


def without_password(value: str) -> str:
    """A URL with its password masked; any other text as it is."""
    return _PASSWORD.sub(r"\1:***@", value)


@overload
def setting(
    default: T,
    kind: Kind[T],
    help: str,
    *,
    flag: str | None = "",
    secret: bool = False,
    shown: str | None = None,
) -> T: ...


@overload
def setting(
    default: None,
    kind: Kind[T],
    help: str,
    *,
    flag: str | None = "",
    secret: bool = False,
    shown: str | None = None,
) -> T | None: ...


def setting(
    default: Any,
    kind: Kind[Any],
    help: str,
    *,
    flag: str | None = "",
    secret: bool = False,
    shown: str | None = None,
) -> Any:
    """A field of a section.

    Args:
        default: its value when nobody gives one; None: it may be left out.
        kind: of its values.
        help: what it is for.
        flag: "": ``--section-key``; None: no flag.
        secret: see `Setting`.
        shown: see `Setting`.
    """
    declared = Declaration(kind=kind, help=help, flag=None if secret else flag, secret=secret, shown=shown)
    return field(default=default, repr=not secret, metadata={_METADATA: declared})


def declared(field_: dataclasses.Field[Any]) -> Declaration | None:
    """What a dataclass's field declares; None: it is no setting."""
    found = field_.metadata.get(_METADATA)
    return found if isinstance(found, Declaration) else None


def section_settings(section: str, config: type) -> Iterator[Setting]:
    """The settings of a section, in the order of its fields."""
    for each in dataclasses.fields(config):
        found = declared(each)
        if found is None:
            continue
        flag = found.flag
        if flag == "":
            flag = f"--{section}-{each.name}".replace("_", "-")
        yield Setting(
            section=section,
            key=each.name,
            kind=found.kind,
            default=each.default,
            help=found.help,
            flag=flag,
            secret=found.secret,
            shown=found.shown,
        )


def check_section(section: str, config: Any) -> None:
    """Hold a section's values to their kinds, wherever they come from.

    Raises:
        ValueError: one is outside; the message names it.
    """
    for each in section_settings(section, type(config)):
        value = getattr(config, each.key)
        if value is not None or each.default is not None:
            each.read(value, each.name)


def _shown(value: Any) -> str:
    if isinstance(value, str):
        masked = without_password(value)
        return repr(masked if len(masked) <= _SHOWN else masked[:_SHOWN] + "…")
    if isinstance(value, (bool, int, float)) or value is None:
        return json.dumps(value)
    if isinstance(value, (dict, list)):
        return "a table" if isinstance(value, dict) else "a list"
    return str(value)[:_SHOWN]
