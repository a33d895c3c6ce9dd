"""The Python module: `host/openfpga_host/contract.py`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields

from contract.model import Contract, Field, Register, Size, Table
from contract.text import GENERATED, camel, flow, masks

_HEAD = f'''"""Constants, enumerations, layouts and tables that host and card share.

{GENERATED}
"""

# fmt: off
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt
'''

_TABLE = """

def _table(*values: int) -> npt.NDArray[np.int64]:
    table = np.array(values, dtype=np.int64)
    table.flags.writeable = False
    return table
"""


def emit(contract: Contract) -> str:
    """The module's text: typed, clean under ruff and mypy strict; dtypes carry explicit offsets."""
    parts = [_HEAD]
    parts.append(f"CONTRACT_ID: Final = 0x{contract.id:08X}")
    parts.append(
        _doc("of the contract's content without docs and card sizes; a card or image with another is refused")
    )
    for constant in contract.constants:
        parts += [f"{constant.name}: Final = {constant.value}", _doc(constant.doc)]
    parts.append(f"COMMAND_BYTES: Final = {contract.command_bytes}")
    parts.append(_doc("bytes of a command"))
    parts.append(f"REGISTER_BYTES: Final = {contract.register_bytes}")
    parts.append(_doc("bytes of the register space"))
    parts.append(f"REGISTER_STRIDE: Final = {contract.register_stride}")
    parts.append(_doc("bytes from an element of a register array to the next"))
    opcodes = ((c.name, str(c.opcode), c.doc) for c in contract.commands)
    parts += _enum("Opcode", "IntEnum", "Commands.", opcodes)
    parts += _enum("Flag", "IntFlag", "Bits of a command's flags.", _hex(masks(contract.flags)))
    for enum in contract.enums:
        members = ((m.name, str(m.value), m.doc) for m in enum.members)
        parts += _enum(camel(enum.name), "IntEnum", f"Values of {enum.name}.", members)
    registers = ((r.name, f"0x{r.offset:02X}", f"{r.access}: {r.doc}") for r in contract.registers)
    parts += _enum("Register", "IntEnum", "Byte offsets of the sequencer's 32-bit registers.", registers)
    for register in contract.registers:
        if register.bits:
            parts += _bits(register)
    parts.append("\n")
    arrays = "\n".join(f"        Register.{r.name}: {r.count}," for r in contract.registers if r.array)
    kind = "Mapping[Register, int]"
    parts.append(f"REGISTER_COUNTS: Final[{kind}] = MappingProxyType(\n    {{\n{arrays}\n    }}\n)")
    parts.append(_doc("elements of the registers that are arrays"))
    for command in contract.commands:
        parts.append(_dtype(f"{command.name}_DTYPE", command.fields, command.bytes, command.doc))
    entries = "\n".join(f"        Opcode.{c.name}: {c.name}_DTYPE," for c in contract.commands)
    kind = "Mapping[Opcode, np.dtype[np.void]]"
    parts.append(f"COMMAND_DTYPES: Final[{kind}] = MappingProxyType(\n    {{\n{entries}\n    }}\n)")
    parts.append(_doc("the dtype of each command"))
    header = "the fields that all commands begin with"
    parts.append(_dtype("HEADER_DTYPE", contract.header, contract.command_bytes, header))
    for record in contract.records:
        parts.append(_dtype(f"{record.name.upper()}_DTYPE", record.fields, record.bytes, record.doc))
    parts += [_TABLE, ""]
    parts += [_emit_table(table) for table in contract.tables]
    parts.append(_SIZE)
    sizes = "\n".join(_size(size) for size in contract.sizes)
    parts.append(f"CARD_SIZES: Final[Mapping[str, CardSize]] = MappingProxyType(\n    {{\n{sizes}\n    }}\n)")
    parts.append(_doc("card sizes by name"))
    return "\n".join(parts) + "\n"


_SIZE = '''

@dataclass(frozen=True, slots=True)
class CardSize:
    """Parameters of a card; `port_gb_s`: peak of a port in 10^9 bytes a second, 0 where it means nothing.

    `dsp_clocks`: 2 if the DSPs of the matmul run at twice the card's clock, else 1. `mac_rows`: rows that a
    word of weights is multiplied with at once; more rows of a command take turns.
    """

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

'''


def _doc(doc: str) -> str:
    return f'"""{doc}"""'


def _enum(name: str, base: str, doc: str, members: Iterable[tuple[str, str, str]]) -> list[str]:
    lines = ["", "", f"class {name}({base}):", f'    """{doc}"""', ""]
    for member, value, text in members:
        lines += [f"    {member} = {value}", f'    """{text}"""']
    return lines


def _hex(members: Iterable[tuple[str, int, str]]) -> Iterable[tuple[str, str, str]]:
    return ((name, f"0x{value:02X}", doc) for name, value, doc in members)


def _bits(register: Register) -> list[str]:
    lines = ["", "", f"class {camel(register.name)}Bits(IntFlag):", f'    """Bits of {register.name}."""', ""]
    return lines + [f"    {name} = 0x{1 << bit:X}" for name, bit in register.bits]


def _format(field: Field) -> str:
    code = f"{'|' if field.type.bytes == 1 else '<'}{'i' if field.type.signed else 'u'}{field.type.bytes}"
    return f'("{code}", ({field.count},))' if field.array else f'"{code}"'


def _dtype(name: str, members: tuple[Field, ...], size: int, doc: str) -> str:
    names = flow((f'"{field.name}"' for field in members), "            ")
    formats = flow((_format(field) for field in members), "            ")
    offsets = ", ".join(str(field.offset) for field in members)
    return (
        f"{name}: Final[np.dtype[np.void]] = np.dtype(\n    {{\n"
        f'        "names": [\n{names},\n        ],\n'
        f'        "formats": [\n{formats},\n        ],\n'
        f'        "offsets": [{offsets}],\n        "itemsize": {size},\n    }}\n)\n{_doc(doc)}'
    )


def _emit_table(table: Table) -> str:
    values = flow(table.values, "    ")
    formula = f"# {table.formula}, i = 0..{len(table.values) - 1}"
    return f"{formula}\n{table.name}: Final[npt.NDArray[np.int64]] = _table(\n{values},\n)\n{_doc(table.doc)}"


def _size(size: Size) -> str:
    values = ((field.name, getattr(size, field.name)) for field in fields(size) if field.name != "doc")
    lines = "".join(f"            {name}={json.dumps(value)},\n" for name, value in values)
    return f'        # {size.doc}\n        "{size.name}": CardSize(\n{lines}        ),'
