"""The reference page: `docs/registers.md`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from contract.model import SIZE_INTEGERS, Command, Contract, Field, Record
from contract.text import GENERATED

_HEAD = f"""# Commands, records, registers and card sizes

<!-- {GENERATED} -->

What host, kernels and card exchange, byte by byte. [numerics.md](numerics.md) says what the numbers mean.
All integers are little-endian; addresses count words.
"""


def emit(contract: Contract) -> str:
    """The page's Markdown: every entry of the contract with its doc."""
    parts = [
        _HEAD,
        f"Contract `{contract.name}` version {contract.version}, `CONTRACT_ID` = `0x{contract.id:08X}`.\n",
    ]
    parts.append(_commands(contract))
    parts.append("## Records in memory\n")
    parts += [_record(record) for record in contract.records]
    parts.append(_registers(contract))
    rows = ((f"`{c.name}`", c.value, _text(c.doc)) for c in contract.constants)
    parts.append("## Constants\n\n" + _grid(("name", "value", "meaning"), rows))
    tables = ((f"`{t.name}`", len(t.values), t.bits, f"`{t.formula}`", _text(t.doc)) for t in contract.tables)
    grid = _grid(("name", "entries", "bits", "entry i", "meaning"), tables)
    parts.append(f"## Tables\n\nThe formulas are exact: every entry is the nearest integer.\n\n{grid}")
    parts.append(_sizes(contract))
    return "\n".join(parts).rstrip() + "\n"


_COUNTERS = """
The counters PERF are those of the last program: cleared when one starts, held when it has ended; while one
runs, the halves may not fit together. Words are memory words that were handed over. A channel waits in a
cycle in which words that it was asked for are due and none comes. A command runs from when it may touch
activations until it is done, so opcodes can run at the same time; FENCE takes no time. Counters wrap at 2^48.
"""


def _text(doc: str) -> str:
    """A doc as Markdown: outside of `code`, what would read as emphasis, a link or HTML is escaped."""
    pieces = doc.split("`")
    pieces[::2] = [re.sub(r"[*\[\]<]", r"\\\g<0>", piece) for piece in pieces[::2]]
    return "`".join(pieces)


def _grid(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    lines += [f"| {' | '.join(str(value) for value in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _fields(fields: Iterable[Field]) -> str:
    rows = []
    for field in fields:
        last = field.offset + field.bytes - 1
        place = f"{field.offset}" if last == field.offset else f"{field.offset}..{last}"
        kind = f"{field.type.name} x {field.count}" if field.array else field.type.name
        rows.append((place, f"`{field.name}`", kind, _text(field.doc)))
    return _grid(("bytes", "field", "type", "meaning"), rows)


def _record(record: Record) -> str:
    return f"### `{record.name}` ({record.bytes} bytes)\n\n{_text(record.doc)}.\n\n{_fields(record.fields)}"


def _commands(contract: Contract) -> str:
    parts = [f"## Commands\n\n{contract.command_bytes} bytes each; reserved fields must be zero.\n"]
    opcodes = ((c.opcode, f"[`{c.name}`](#{c.name.lower()})", _text(c.doc)) for c in contract.commands)
    parts.append(_grid(("opcode", "command", "what it does"), opcodes))
    parts.append("Every command begins with\n\n" + _fields(contract.header))
    flags = ((f.value, f"`{f.name}`", _text(f.doc)) for f in contract.flags)
    parts.append("Bits of `flags`:\n\n" + _grid(("bit", "flag", "meaning"), flags))
    for enum in contract.enums:
        members = ((m.value, f"`{m.name}`", _text(m.doc)) for m in enum.members)
        parts.append(f"Values of `{enum.name}`:\n\n" + _grid(("value", "name", "meaning"), members))
    parts += [_command(command, command.fields[len(contract.header) :]) for command in contract.commands]
    return "\n".join(parts)


def _command(command: Command, own: Iterable[Field]) -> str:
    return f"### {command.name}\n\nOpcode {command.opcode}: {_text(command.doc)}.\n\n{_fields(own)}"


def _registers(contract: Contract) -> str:
    rows = []
    for register in contract.registers:
        bits = ", ".join(f"{bit}: {name}" for name, bit in register.bits)
        offset, name = f"`0x{register.offset:02X}`", f"`{register.name}`"
        if register.array:
            offset += f" + {contract.register_stride} i"
            name += f" [{register.count}]"
        rows.append((offset, name, register.access, bits, _text(register.doc)))
    grid = _grid(("offset", "register", "access", "bits", "meaning"), rows)
    head = f"AXI-Lite of the sequencer, 32 bits each, {contract.register_bytes} bytes; [n]: i is below n."
    return f"## Registers\n\n{head}\n{_COUNTERS}\n{grid}"


def _sizes(contract: Contract) -> str:
    keys = (*SIZE_INTEGERS, "port_gb_s")
    rows = ((f"`{s.name}`", *(getattr(s, key) for key in keys), _text(s.doc)) for s in contract.sizes)
    grid = _grid(("size", *(f"`{key}`" for key in keys), "card"), rows)
    return f"## Card sizes\n\nOutside `CONTRACT_ID`: the same contract at another size.\n\n{grid}"
