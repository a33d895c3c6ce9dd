"""What the entries of a contract must satisfy together. Every rule yields sentences that name the place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from contract.model import Contract, Field, Register, Size, Table
from contract.text import camel
from contract.words import reserved_in

_UPPER = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
_LOWER = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_ACCESS = ("ro", "rw", "wo")
_LIMITS = {
    "PORTS_MAX": "ports",
    "K_BLOCKS_MAX": "k_blocks",
    "HEAD_BLOCKS_MAX": "head_blocks",
    "CONTEXT_MAX": "context",
}


def problems(contract: Contract) -> list[str]:
    """Sentences that say what is wrong, none if the contract is sound."""
    return list(
        chain(
            _names(contract),
            _docs(contract),
            _constants(contract),
            *(_table(table) for table in contract.tables),
            _commands(contract),
            _bits("flags", [(flag.name, flag.value) for flag in contract.flags], 8),
            _enums(contract),
            _records(contract),
            _registers(contract),
            *(_size(size, contract) for size in contract.sizes),
        )
    )


def _twice(items: Iterable[tuple[object, str]], what: str) -> Iterator[str]:
    """A sentence for each key that a second place takes."""
    first: dict[object, str] = {}
    for key, place in items:
        if key in first:
            yield f"{place}: {what} {key} is already that of {first[key]}."
        first.setdefault(key, place)


def _outside(place: str, value: int, low: int, high: int) -> Iterator[str]:
    if not low <= value <= high:
        yield f"{place} is {value}, outside {low}..{high}."


# ---- names, docs
def _named(contract: Contract) -> Iterator[tuple[str, str, bool, str]]:
    """(place, name, whether in capitals, doc) of all that has a doc."""
    yield from ((f"constants.{c.name}", c.name, True, c.doc) for c in contract.constants)
    yield from ((f"tables.{t.name}", t.name, True, t.doc) for t in contract.tables)
    yield from ((f"flags.{f.name}", f.name, True, f.doc) for f in contract.flags)
    for enum in contract.enums:
        yield from ((f"enums.{enum.name}.{m.name}", m.name, True, m.doc) for m in enum.members)
    yield from ((f"command.header.{f.name}", f.name, False, f.doc) for f in contract.header)
    for command in contract.commands:
        place, own = f"commands.{command.name}", command.fields[len(contract.header) :]
        yield place, command.name, True, command.doc
        yield from ((f"{place}.{f.name}", f.name, False, f.doc) for f in own)
    for record in contract.records:
        yield f"records.{record.name}", record.name, False, record.doc
        yield from ((f"records.{record.name}.{f.name}", f.name, False, f.doc) for f in record.fields)
    yield from ((f"register.{r.name}", r.name, True, r.doc) for r in contract.registers)
    yield from ((f"sizes.{size.name}", size.name, False, size.doc) for size in contract.sizes)


def _emitted(contract: Contract) -> Iterator[tuple[object, str]]:
    """(name in a generated file, place) of everything that shares a name space there."""
    own = ("CONTRACT_ID", "COMMAND_BYTES", "COMMAND_DTYPES", "HEADER_DTYPE", "CARD_SIZES")
    own_registers = ("REGISTER_BYTES", "REGISTER_STRIDE", "REGISTER_COUNTS")
    types = ("Opcode", "Flag", "Register", "CardSize", "CommandHeader")
    yield from ((name, "the generated files") for name in own + own_registers + types)
    yield from ((c.name, f"constants.{c.name}") for c in contract.constants)
    yield from ((t.name, f"tables.{t.name}") for t in contract.tables)
    yield from ((f"FLAG_{f.name}", f"flags.{f.name}") for f in contract.flags)
    for enum in contract.enums:
        yield camel(enum.name), f"enums.{enum.name}"
        yield from ((f"{enum.name.upper()}_{m.name}", f"enums.{enum.name}.{m.name}") for m in enum.members)
    for command in contract.commands:
        place = f"commands.{command.name}"
        names = (f"OPCODE_{command.name}", f"{command.name}_DTYPE", f"{camel(command.name)}Command")
        yield from ((name, place) for name in names)
    for record in contract.records:
        yield f"{record.name.upper()}_DTYPE", f"records.{record.name}"
        yield f"{camel(record.name)}Record", f"records.{record.name}"
    for register in contract.registers:
        yield f"REG_{register.name}", f"register.{register.name}"
        if register.array:
            yield f"REG_{register.name}_COUNT", f"register.{register.name}.count"
        if register.bits:
            yield f"{camel(register.name)}Bits", f"register.{register.name}"
        bits = (name for name, _ in register.bits)
        yield from ((f"REG_{register.name}_{bit}", f"register.{register.name}.bits.{bit}") for bit in bits)
    yield from ((f"SIZE_{size.name.upper()}", f"sizes.{size.name}") for size in contract.sizes)


def _names(contract: Contract) -> Iterator[str]:
    names = [(place, name, upper) for place, name, upper, _ in _named(contract)]
    names += [(f"enums.{enum.name}", enum.name, False) for enum in contract.enums]
    for register in contract.registers:
        names += [(f"register.{register.name}.bits.{bit}", bit, True) for bit, _ in register.bits]
    for place, name, upper in names:
        if not (_UPPER if upper else _LOWER).fullmatch(name):
            style = "UPPER_CASE" if upper else "lower_case"
            yield f"{place}: the name must be {style}: letters, digits and single underscores."
        for language in reserved_in(name):
            yield f"{place}: the name is reserved in {language}."
    yield from _twice(_emitted(contract), "the generated name")


def _docs(contract: Contract) -> Iterator[str]:
    # A quote, a backslash or a bar would change the strings, comments and grids that docs are copied to.
    for place, _, _, doc in _named(contract):
        if not doc.strip() or not doc.isprintable() or any(mark in doc for mark in '"\\|'):
            yield f'{place}.doc must be one line of text without ", \\ and |, not {doc!r}.'


# ---- arithmetic
def _limits(contract: Contract) -> dict[str, int]:
    return {constant.name: constant.value for constant in contract.constants}


def _constants(contract: Contract) -> Iterator[str]:
    for constant in contract.constants:
        yield from _outside(f"constants.{constant.name}.value", constant.value, 0, 2**31 - 1)
    present = _limits(contract)
    for name in ("WORD_BYTES", "PAGE_TOKENS", *_LIMITS):
        if name not in present:
            yield f"constants.{name} is missing; the rules of commands and sizes need it."


def _table(table: Table) -> Iterator[str]:
    place = f"tables.{table.name}"
    if not table.values:
        yield f"{place}.entries must be at least 1."
    if not 1 <= table.bits <= 32:
        yield from _outside(f"{place}.bits", table.bits, 1, 32)
        return
    for i, value in enumerate(table.values):
        if not 0 <= value < 2**table.bits:
            yield f"{place}: entry {i} is {value}, which does not fit {table.bits} bits."
            return


# ---- layouts
def _layout(place: str, fields: Sequence[Field], size: int) -> Iterator[str]:
    """Every byte of `size` belongs to exactly one field, and every field is aligned to its type's width."""
    yield from _twice(((field.name, f"{place}.{field.name}") for field in fields), "the name")
    end, before = 0, ""
    for field in sorted(fields, key=lambda field: field.offset):
        here = f"{place}.{field.name}"
        if field.count < 1:
            yield f"{here}.count is {field.count}; it must be at least 1."
            continue
        if field.offset < 0:
            yield f"{here}.offset is {field.offset}; it must not be negative."
            continue
        if field.offset % field.type.bytes:
            width = field.type.bytes
            yield f"{here} is misaligned: {field.type.name} at byte {field.offset} is no multiple of {width}."
        if field.offset < end:
            yield f"{here} at byte {field.offset} overlaps {before}, which ends at byte {end}."
        elif field.offset > end:
            gap = f"{end}..{field.offset - 1}"
            yield f"{place} has a gap: bytes {gap} before {field.name} belong to no field."
        if field.offset + field.bytes >= end:
            end, before = field.offset + field.bytes, field.name
    if end < size:
        yield f"{place} has a gap: bytes {end}..{size - 1} at its end belong to no field."
    elif end > size:
        yield f"{place}.{before} ends at byte {end}, past the {size} bytes of {place}."


def _commands(contract: Contract) -> Iterator[str]:
    word = _limits(contract).get("WORD_BYTES", contract.command_bytes)
    if contract.command_bytes != word:
        yield f"command.bytes is {contract.command_bytes}; a command is one word of {word} (WORD_BYTES)."
    header = {field.name: field for field in contract.header}
    for name in ("opcode", "flags"):
        if name not in header or header[name].type.name != "u8" or header[name].array:
            yield f"command.header must have a u8 field `{name}`."
    if not contract.commands:
        yield "commands: there is none."
    names = [(c.name, f"commands[{i}]") for i, c in enumerate(contract.commands)]
    yield from _twice(names, "the name")
    yield from _twice(((c.opcode, f"commands.{c.name}") for c in contract.commands), "the opcode")
    for command in contract.commands:
        # 0 stays free so that cleared memory is not a program.
        yield from _outside(f"commands.{command.name}.opcode", command.opcode, 1, 255)
        yield from _layout(f"commands.{command.name}", command.fields, command.bytes)


def _records(contract: Contract) -> Iterator[str]:
    yield from _twice(((r.name, f"records[{i}]") for i, r in enumerate(contract.records)), "the name")
    for record in contract.records:
        place = f"records.{record.name}"
        if record.bytes < 1 or contract.command_bytes % record.bytes:
            yield f"{place}.bytes is {record.bytes}; it must divide a word of {contract.command_bytes}."
        widest = max((field.type.bytes for field in record.fields), default=1)
        if record.bytes % widest:
            yield f"{place}.bytes is {record.bytes}: in an array, a field of {widest} bytes is misaligned."
        yield from _layout(place, record.fields, record.bytes)


# ---- enums, registers
def _bits(place: str, bits: Sequence[tuple[str, int]], width: int) -> Iterator[str]:
    for name, bit in bits:
        yield from _outside(f"{place}.{name}: the bit", bit, 0, width - 1)
    yield from _twice(((bit, f"{place}.{name}") for name, bit in bits), "the bit")


def _enums(contract: Contract) -> Iterator[str]:
    for enum in contract.enums:
        place = f"enums.{enum.name}"
        if not enum.members:
            yield f"{place} has no members."
        for member in enum.members:
            yield from _outside(f"{place}.{member.name}.value", member.value, 0, 255)
        yield from _twice(((m.value, f"{place}.{m.name}") for m in enum.members), "the value")


def _registers(contract: Contract) -> Iterator[str]:
    size, stride = contract.register_bytes, contract.register_stride
    if size < 4 or size & (size - 1):
        yield f"registers.bytes is {size}; it must be a power of two and at least 4."
    if stride < 4 or stride % 4:
        yield f"registers.stride is {stride}; it must be a multiple of 4."
    yield from _twice(((r.name, f"register[{i}]") for i, r in enumerate(contract.registers)), "the name")
    taken = ((f"0x{at:02X}", _place(r)) for r in contract.registers for at in r.offsets(stride))
    yield from _twice(taken, "the offset")
    for register in contract.registers:
        if register.offset % 4:
            offset = f"0x{register.offset:02X}"
            yield f"{_place(register)}.offset is {offset}, misaligned: registers have four bytes."
        yield from _outside(f"{_place(register)}.count", register.count, 1, size // 4)
        last = size - 4 - stride * (register.count - 1)
        yield from _outside(f"{_place(register)}.offset", register.offset, 0, last)
        if register.access not in _ACCESS:
            yield f"{_place(register)}.access is `{register.access}`; there are {', '.join(_ACCESS)}."
        yield from _bits(f"{_place(register)}.bits", register.bits, 32)


def _place(register: Register) -> str:
    return f"register.{register.name}"


# ---- sizes
def _size(size: Size, contract: Contract) -> Iterator[str]:
    place = f"sizes.{size.name}"
    limits = _limits(contract)
    yield from _outside(f"{place}.dsp_clocks", size.dsp_clocks, 1, 2)
    yield from _outside(f"{place}.rows", size.rows, 1, 65535)
    if size.mac_rows != size.rows and (
        size.mac_rows & (size.mac_rows - 1) or not 0 < size.mac_rows < size.rows <= 4 * size.mac_rows
    ):
        yield (
            f"{place}.mac_rows is {size.mac_rows}; it must be rows, {size.rows}, "
            "or a power of two below it and at least a quarter of it."
        )
    for limit, key in _LIMITS.items():
        value, largest = getattr(size, key), limits.get(limit, 2**31 - 1)
        if not 1 <= value <= largest:
            yield f"{place}.{key} is {value}, outside 1..{largest} ({limit})."
    tokens = max(1, limits.get("PAGE_TOKENS", 1))
    if size.context % tokens:
        yield f"{place}.context is {size.context}, not a multiple of {tokens} tokens (PAGE_TOKENS)."
    word = 8 * contract.command_bytes
    if size.port_bits < 8 or word % size.port_bits or size.port_bits % 8:
        yield f"{place}.port_bits is {size.port_bits}; it must be whole bytes and divide {word}."
    if size.clock_mhz < 0 or size.port_gb_s < 0:
        yield f"{place}: clock_mhz and port_gb_s must not be negative."
