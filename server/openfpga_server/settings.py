"""What a setting is: its name, the values it takes, where it may be given, what it is for.

A setting is declared once, as a field of a section in `config`; the flags of the command line, the names of
the environment, the check of the configuration file and the table of docs/configuration.md come from there.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar, overload

from openfpga_server.setting_kinds import SHOWN, Kind

T = TypeVar("T")

_METADATA = "openfpga_setting"
_PASSWORD = re.compile(r"(//[^/@:]*):[^/@]*@")


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
        return repr(masked if len(masked) <= SHOWN else masked[:SHOWN] + "…")
    if isinstance(value, (bool, int, float)) or value is None:
        return json.dumps(value)
    if isinstance(value, (dict, list)):
        return "a table" if isinstance(value, dict) else "a list"
    return str(value)[:SHOWN]
