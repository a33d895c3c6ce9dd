"""The SystemVerilog package: `rtl/ofpga_pkg.sv`."""

from __future__ import annotations

from contract.model import Contract, Field, Size, Table
from contract.text import GENERATED, flow, masks, remark, remarked

_HEAD = f"""// Constants, enumerations, layouts and tables that host and card share.
//
// {GENERATED}

package ofpga_pkg;

  // "Parameter is not used": the package offers all of the contract, a module takes what it needs.
  /* verilator lint_off UNUSEDPARAM */

  // Of the contract's content without docs and card sizes; the host refuses another."""


def emit(contract: Contract) -> str:
    """The package's text. Packed structs have a word's byte 0 in bits [7:0], so a word is cast as it is."""
    parts = [_HEAD, f"  localparam logic [31:0] CONTRACT_ID = 32'h{contract.id:08X};", ""]
    for constant in contract.constants:
        parts += remarked(f"  localparam int unsigned {constant.name} = {constant.value};", constant.doc)
    parts += remarked(
        f"  localparam int unsigned COMMAND_BYTES = {contract.command_bytes};", "bytes of a command"
    )
    parts.append("")
    parts += _enum("opcode", [(c.name, c.opcode, c.doc) for c in contract.commands])
    parts.append("  // Bits of a command's flags.")
    for name, mask, doc in masks(contract.flags):
        parts += remarked(f"  localparam logic [7:0] FLAG_{name} = 8'h{mask:02X};", doc)
    parts.append("")
    for enum in contract.enums:
        parts += _enum(enum.name, [(m.name, m.value, m.doc) for m in enum.members])
    parts += _registers(contract)
    parts += [_table(table) for table in contract.tables]
    for scalar in contract.scalars():
        if scalar.signed:
            parts.append(f"  typedef logic signed [{scalar.bits - 1}:0] {scalar.name}_t;")
    parts.append("")
    header = "Fields that all commands begin with: the low bits of the word."
    parts.append(_struct("command_header", contract.header, header))
    for command in contract.commands:
        parts.append(
            _struct(f"{command.name.lower()}_command", command.fields, f"{command.name}: {command.doc}")
        )
    parts += [_struct(f"{record.name}_record", record.fields, record.doc) for record in contract.records]
    parts += _sizes(contract.sizes)
    parts.append("  /* verilator lint_on UNUSEDPARAM */\n\nendpackage : ofpga_pkg")
    return "\n".join(parts) + "\n"


def _enum(name: str, members: list[tuple[str, int, str]]) -> list[str]:
    lines = []
    for index, (member, value, doc) in enumerate(members):
        comma = "," if index < len(members) - 1 else ""
        lines += remarked(f"    {name.upper()}_{member} = 8'd{value}{comma}", doc)
    return ["  typedef enum logic [7:0] {", *lines, f"  }} {name}_e;", ""]


def _registers(contract: Contract) -> list[str]:
    bits = (contract.register_bytes - 1).bit_length()
    lines = ["  // Byte offsets of the sequencer's 32-bit registers, and masks of their bits."]
    lines.append(f"  localparam int unsigned REGISTER_BYTES = {contract.register_bytes};")
    stride = f"  localparam int unsigned REGISTER_STRIDE = {contract.register_stride};"
    lines += remarked(stride, "bytes from an element of an array to the next")
    for register in contract.registers:
        name = f"REG_{register.name}"
        lines += remarked(
            f"  localparam logic [{bits - 1}:0] {name} = {bits}'h{register.offset:02X};", register.doc
        )
        if register.array:
            lines.append(f"  localparam int unsigned {name}_COUNT = {register.count};")
        lines += [f"  localparam logic [31:0] {name}_{bit} = 32'h{1 << at:X};" for bit, at in register.bits]
    return [*lines, ""]


def _table(table: Table) -> str:
    values = flow((f"{table.bits}'d{value}" for value in table.values), "    ")
    head = [*remark(table.doc, "  "), *remark(table.formula, "  ")]
    kind = f"logic [{table.bits - 1}:0]"
    code = f"  localparam {kind} {table.name}[{len(table.values)}] = '{{\n{values}\n  }};\n"
    return "\n".join([*head, code])


def _struct(name: str, fields: tuple[Field, ...], doc: str) -> str:
    lines = [*remark(doc, "  "), "  typedef struct packed {"]
    for field in reversed(fields):
        lines += remarked(f"    {_sv_type(field)} {field.name};", field.doc)
    return "\n".join([*lines, f"  }} {name}_t;", ""])


def _sv_type(field: Field) -> str:
    """A named type for signed elements: `logic signed [15:0][7:0]` is signed as a whole, not by element."""
    extent = f"[{field.count - 1}:0]" if field.array else ""
    if field.type.signed:
        return f"{field.type.name}_t {extent}".rstrip()
    return f"logic {extent}[{field.type.bits - 1}:0]"


def _sizes(sizes: tuple[Size, ...]) -> list[str]:
    """One parameter a key, in capitals: `context` is a reserved word, so it cannot be a struct's member."""
    lines = []
    for size in sizes:
        lines += remark(f"Card size: {size.doc}", "  ")
        name = f"SIZE_{size.name.upper()}"
        lines += [
            f"  localparam int unsigned {name}_{key.upper()} = {value};" for key, value in size.integers()
        ]
        lines.append("")
    return lines
