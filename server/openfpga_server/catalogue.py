"""The model catalogue: what a file says about models, served here or only announced."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

Name = Annotated[str, Meta(min_length=1, max_length=200)]
MICRO = 1_000_000
"""Micro-dollars in a dollar: money is counted in whole ones."""


class Pricing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Dollars for a million tokens.

    Raises:
        ValueError: a price is negative or finer than a micro-dollar.
    """

    input_per_million: Decimal = Decimal(0)
    output_per_million: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        for name in ("input_per_million", "output_per_million"):
            dollars: Decimal = getattr(self, name)
            if not dollars.is_finite() or dollars < 0 or dollars * MICRO % 1:
                raise ValueError(f"{name} is {dollars}; expected dollars from 0, to the micro-dollar")

    @property
    def input_micro(self) -> int:
        """Micro-dollars for a million tokens of prompt."""
        return int(self.input_per_million * MICRO)

    @property
    def output_micro(self) -> int:
        """Micro-dollars for a million tokens of answer."""
        return int(self.output_per_million * MICRO)


class Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One model.

    `aliases` are further names of it. `context_length` (tokens) and `hardware` are what is announced: of a
    model that is served, the real ones are told. `image` is a file to serve it from, relative to the
    catalogue's.
    """

    id: Name
    aliases: list[Name] = []
    display_name: str | None = None
    base_model: str | None = None
    context_length: Annotated[int, Meta(ge=1)] | None = None
    hardware: str | None = None
    status: Literal["available", "beta"] = "available"
    pricing: Pricing | None = None
    image: str | None = None


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    model: list[Entry] = []


class Catalogue:
    """Entries by id.

    Args:
        entries: of one file.
        source: where they stand, for messages.
        updated: Unix time of the file: `created` of models that are only announced.

    Raises:
        ValueError: a name stands for two models.
    """

    def __init__(self, entries: list[Entry], *, source: str = "the catalogue", updated: int = 0) -> None:
        self.updated = updated
        self._entries = {entry.id: entry for entry in entries}
        names = [name for entry in entries for name in (entry.id, *entry.aliases)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"{source}: a name is there twice: {', '.join(twice)}")

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def get(self, name: str) -> Entry | None:
        """The entry of that id."""
        return self._entries.get(name)


def read_catalogue(path: Path) -> Catalogue:
    """Read a catalogue: TOML, or YAML by its suffix.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is malformed; the message names the file and the place.
    """
    try:
        catalogue = msgspec.convert(read_settings(path), _File)
    except msgspec.ValidationError as error:
        raise ValueError(f"{path}: {error}") from error
    entries = [
        msgspec.structs.replace(entry, image=str(path.parent / entry.image)) if entry.image else entry
        for entry in catalogue.model
    ]
    return Catalogue(entries, source=str(path), updated=int(path.stat().st_mtime))


def default_catalogue() -> Catalogue:
    """The catalogue of this package."""
    resource = files("openfpga_server") / "catalogue.toml"
    data = tomllib.loads(resource.read_text(), parse_float=Decimal)
    return Catalogue(msgspec.convert(data, _File).model, updated=1_767_225_600)


def read_settings(path: Path) -> Any:
    """The data of a TOML or YAML file; fractions in TOML are exact.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is neither.
    """
    text = path.read_bytes()
    try:
        if path.suffix in (".yaml", ".yml"):
            return msgspec.yaml.decode(text) or {}
        return tomllib.loads(text.decode(), parse_float=Decimal)
    except (msgspec.DecodeError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        kind = "YAML" if path.suffix in (".yaml", ".yml") else "TOML (YAML files end in .yaml)"
        # The parser was given bytes and says so; the file is named already.
        what = str(error).replace(' in "<byte string>",', "").replace('"<byte string>", ', "")
        raise ValueError(f"{path} is not valid {kind}: {what}") from error
