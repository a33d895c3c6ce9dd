"""The contract as typed values: what `openfpga.toml` says, read strictly.

`parse` raises ContractError with a sentence that names the place for anything that does not belong there;
what the entries must satisfy together (gaps, overlaps, widths, names) is in `validate.py`.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TypeVar

from contract.formula import FormulaError, table_values

_T = TypeVar("_T")


class ContractError(ValueError):
    """The contract is wrong; each line of the message is a sentence that names the place."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A little-endian two's complement integer type."""

    name: str
    bits: int
    signed: bool

    @property
    def bytes(self) -> int:
        return self.bits // 8


SCALARS: Mapping[str, Scalar] = {
    f"{kind}{bits}": Scalar(f"{kind}{bits}", bits, kind == "i") for kind in "ui" for bits in (8, 16, 32, 64)
}


SIZE_INTEGERS = (
    "ports",
    "port_bits",
    "rows",
    "k_blocks",
    "head_blocks",
    "context",
    "clock_mhz",
    "dsp_clocks",
    "mac_rows",
)
"""The integer parameters of a card size."""


@dataclass(frozen=True, slots=True)
class Constant:
    name: str
    value: int
    doc: str


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    bits: int
    formula: str
    values: tuple[int, ...]
    doc: str


@dataclass(frozen=True, slots=True)
class Field:
    """`count` integers of `type` from byte `offset` on; `array` says whether the file gave a count."""

    name: str
    offset: int
    type: Scalar
    count: int
    array: bool
    doc: str

    @property
    def bytes(self) -> int:
        return self.type.bytes * self.count


@dataclass(frozen=True, slots=True)
class Command:
    """A command; `fields` begins with the header's, in the order of their offsets."""

    name: str
    opcode: int
    bytes: int
    fields: tuple[Field, ...]
    doc: str


@dataclass(frozen=True, slots=True)
class Record:
    """An array element in memory; `fields` in the order of their offsets."""

    name: str
    bytes: int
    fields: tuple[Field, ...]
    doc: str


@dataclass(frozen=True, slots=True)
class Enum:
    name: str
    members: tuple[Constant, ...]


@dataclass(frozen=True, slots=True)
class Register:
    """A 32-bit register, or `count` of them if the file gave a count; `bits` are (name, bit number)."""

    name: str
    offset: int
    count: int
    array: bool
    access: str
    bits: tuple[tuple[str, int], ...]
    doc: str

    def offsets(self, stride: int) -> tuple[int, ...]:
        """Of all its elements, `stride` bytes apart."""
        return tuple(self.offset + stride * index for index in range(self.count))


@dataclass(frozen=True, slots=True)
class Size:
    """A card size; `port_gb_s` is the peak of one port in 10^9 bytes a second, 0 where it means nothing."""

    name: str
    ports: int
    port_bits: int
    rows: int
    k_blocks: int
    head_blocks: int
    context: int
    clock_mhz: int
    dsp_clocks: int
    mac_rows: int
    port_gb_s: float
    doc: str

    def integers(self) -> tuple[tuple[str, int], ...]:
        """The integer parameters by name, in the order of the file."""
        return tuple((name, getattr(self, name)) for name in SIZE_INTEGERS)


@dataclass(frozen=True)
class Contract:
    """Everything in `openfpga.toml`; commands by opcode, records as written, registers by offset."""

    name: str
    version: int
    constants: tuple[Constant, ...]
    tables: tuple[Table, ...]
    command_bytes: int
    header: tuple[Field, ...]
    flags: tuple[Constant, ...]  # value: bit number
    enums: tuple[Enum, ...]
    commands: tuple[Command, ...]
    records: tuple[Record, ...]
    register_bytes: int
    register_stride: int
    registers: tuple[Register, ...]
    sizes: tuple[Size, ...]

    def constant(self, name: str) -> int:
        """The value of a constant; ContractError if the contract has none of that name."""
        for constant in self.constants:
            if constant.name == name:
                return constant.value
        raise ContractError(f"constants.{name} is missing.")

    def scalars(self) -> tuple[Scalar, ...]:
        """The types that fields use, unsigned before signed, by width."""
        layouts = [self.header, *(c.fields for c in self.commands), *(r.fields for r in self.records)]
        used = {field.type for fields in layouts for field in fields}
        return tuple(sorted(used, key=lambda scalar: (scalar.signed, scalar.bits)))

    @cached_property
    def id(self) -> int:
        """CONTRACT_ID: the first four bytes of the SHA-256 of `canonical`, big-endian."""
        return int.from_bytes(hashlib.sha256(self.canonical.encode()).digest()[:4], "big")

    @cached_property
    def canonical(self) -> str:
        """What two sides must agree on, as JSON with sorted keys: all but docs and sizes, tables by value."""

        def fields(of: tuple[Field, ...]) -> list[list[object]]:
            return [[f.name, f.offset, f.type.name, f.count, f.array] for f in of]

        def values(of: tuple[Constant, ...]) -> dict[str, int]:
            return {c.name: c.value for c in of}

        content = {
            "contract": [self.name, self.version],
            "constants": values(self.constants),
            "tables": {t.name: [t.bits, t.values] for t in self.tables},
            "command": [self.command_bytes, fields(self.header)],
            "flags": values(self.flags),
            "enums": {e.name: values(e.members) for e in self.enums},
            "commands": {c.name: [c.opcode, fields(c.fields)] for c in self.commands},
            "records": {r.name: [r.bytes, fields(r.fields)] for r in self.records},
            "register_bytes": [self.register_bytes, self.register_stride],
            "registers": {
                r.name: [r.offset, r.count, r.array, r.access, dict(r.bits)] for r in self.registers
            },
        }
        return json.dumps(content, sort_keys=True, separators=(",", ":"))


class _Section:
    """A TOML table that is read key by key and must have no other keys."""

    def __init__(self, content: object, place: str) -> None:
        if not isinstance(content, Mapping):
            raise ContractError(f"{place} must be a table.")
        self._content: dict[str, object] = dict(content)
        self.place = place

    def take(self, key: str, kind: type[_T], default: _T | None = None) -> _T:
        if key not in self._content:
            if default is None:
                raise ContractError(f"{self.place} has no `{key}`.")
            return default
        value = self._content.pop(key)
        if kind is float and type(value) is int:
            value = float(value)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise ContractError(f"{self.place}.{key} must be of type {kind.__name__}, not {value!r}.")
        return value

    def has(self, key: str) -> bool:
        return key in self._content

    def section(self, key: str) -> _Section:
        return _Section(self.take(key, dict), f"{self.place}.{key}".removeprefix("."))

    def sections(self, key: str, read: Callable[[_Section], _T]) -> tuple[_T, ...]:
        """The elements of an array of tables, each read by `read`; places carry the element's name."""
        found = []
        for index, element in enumerate(self.take(key, list)):
            name = element.get("name", index) if isinstance(element, dict) else index
            found.append(_read(_Section(element, f"{self.place}.{key}[{name}]".removeprefix(".")), read))
        return tuple(found)

    def named(self, read: Callable[..., _T]) -> tuple[_T, ...]:
        """The remaining keys, each a table, read by `read` with its name."""
        names = list(self._content)
        return tuple(_read(self.section(name), partial(read, name=name)) for name in names)

    def numbers(self) -> tuple[tuple[str, int], ...]:
        """The remaining keys, each an integer."""
        return tuple((name, self.take(name, int)) for name in list(self._content))

    def finish(self) -> None:
        for key in self._content:
            raise ContractError(f"{self.place or 'the contract'} has an unknown key `{key}`.")


def _read(section: _Section, read: Callable[[_Section], _T]) -> _T:
    value = read(section)
    section.finish()
    return value


def _constant(section: _Section, name: str) -> Constant:
    return Constant(name, section.take("value", int), section.take("doc", str))


def _flag(section: _Section, name: str) -> Constant:
    return Constant(name, section.take("bit", int), section.take("doc", str))


def _table(section: _Section, name: str) -> Table:
    formula, entries = section.take("formula", str), section.take("entries", int)
    try:
        values = table_values(formula, entries)
    except FormulaError as error:
        raise ContractError(f"{section.place}.formula: {error}.") from None
    return Table(name, section.take("bits", int), formula, values, section.take("doc", str))


def _field(section: _Section) -> Field:
    name, offset, kind = section.take("name", str), section.take("offset", int), section.take("type", str)
    if kind not in SCALARS:
        raise ContractError(f"{section.place}.type is `{kind}`; there are {', '.join(SCALARS)}.")
    array = section.has("count")
    count = section.take("count", int, 1)
    return Field(name, offset, SCALARS[kind], count, array, section.take("doc", str))


def _fields(section: _Section, key: str) -> tuple[Field, ...]:
    return tuple(sorted(section.sections(key, _field), key=lambda field: field.offset))


def _record(section: _Section) -> Record:
    name, size, doc = section.take("name", str), section.take("bytes", int), section.take("doc", str)
    return Record(name, size, _fields(section, "fields"), doc)


def _register(section: _Section) -> Register:
    name, offset, access = section.take("name", str), section.take("offset", int), section.take("access", str)
    array = section.has("count")
    count = section.take("count", int, 1)
    bits = _Section(section.take("bits", dict, {}), f"{section.place}.bits").numbers()
    return Register(name, offset, count, array, access, bits, section.take("doc", str))


def _size(section: _Section, name: str) -> Size:
    values = {key: section.take(key, int) for key in SIZE_INTEGERS}
    return Size(name=name, port_gb_s=section.take("port_gb_s", float), doc=section.take("doc", str), **values)


def parse(text: str) -> Contract:
    """The contract that a TOML text spells; ContractError for wrong syntax, keys and types."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ContractError(f"the contract is not TOML: {error}.") from None
    return build(content)


def build(content: Mapping[str, object]) -> Contract:
    """The contract that a TOML document holds; ContractError for wrong keys and types."""
    root = _Section(content, "")
    head, frame, registers = root.section("contract"), root.section("command"), root.section("registers")
    header, command_bytes = _fields(frame, "header"), frame.take("bytes", int)

    def command(section: _Section) -> Command:
        name, opcode, doc = section.take("name", str), section.take("opcode", int), section.take("doc", str)
        return Command(name, opcode, command_bytes, header + _fields(section, "fields"), doc)

    contract = Contract(
        name=head.take("name", str),
        version=head.take("version", int),
        constants=root.section("constants").named(_constant),
        tables=root.section("tables").named(_table),
        command_bytes=command_bytes,
        header=header,
        flags=root.section("flags").named(_flag),
        enums=root.section("enums").named(lambda section, name: Enum(name, section.named(_constant))),
        commands=tuple(sorted(root.sections("commands", command), key=lambda c: c.opcode)),
        records=root.sections("records", _record),
        register_bytes=registers.take("bytes", int),
        register_stride=registers.take("stride", int),
        registers=tuple(sorted(root.sections("register", _register), key=lambda r: r.offset)),
        sizes=root.section("sizes").named(_size),
    )
    for section in (head, frame, registers, root):
        section.finish()
    return contract
