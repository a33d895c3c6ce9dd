"""The C++ header: `hls/include/ofpga_contract.hpp`."""

from __future__ import annotations

from contract.model import Constant, Contract, Field, Scalar, Size, Table
from contract.text import GENERATED, camel, flow, masks, remark, remarked

_HEAD = f"""// Constants, enumerations, layouts and tables that host and card share.
//
// {GENERATED}
//
// C++14 and <cstdint> only. Words are taken apart by shifts, never by bit-fields or casts of
// pointers, so that the text means the same to g++ on any machine and to an HLS compiler.
#ifndef OFPGA_CONTRACT_HPP
#define OFPGA_CONTRACT_HPP

#include <cstdint>

namespace ofpga {{

// Of the contract's content without docs and card sizes; the host refuses another."""


def emit(contract: Contract) -> str:
    """The header's text. Structs hold fields as they are in memory, so illegal values survive decoding."""
    parts = [_HEAD, f"constexpr uint32_t CONTRACT_ID = 0x{contract.id:08X}u;\n"]
    constants = [*contract.constants, Constant("COMMAND_BYTES", contract.command_bytes, "bytes of a command")]
    width = max(len(constant.name) for constant in constants)
    for constant in constants:
        parts += remarked(f"constexpr int {constant.name:{width}} = {constant.value};", constant.doc)
    parts.append("")
    parts += _enum("Opcode", [(c.name, c.opcode, c.doc) for c in contract.commands])
    parts.append("// Bits of a command's flags.")
    for name, mask, doc in masks(contract.flags):
        parts += remarked(f"constexpr uint8_t FLAG_{name} = 0x{mask:02X};", doc)
    parts.append("")
    for enum in contract.enums:
        parts += _enum(camel(enum.name), [(m.name, m.value, m.doc) for m in enum.members])
    parts.append("// Byte offsets of the sequencer's 32-bit registers, and masks of their bits.")
    parts.append(f"constexpr uint32_t REGISTER_BYTES = {contract.register_bytes};")
    stride = f"constexpr uint32_t REGISTER_STRIDE = {contract.register_stride};"
    parts += remarked(stride, "bytes from an element of an array to the next")
    for register in contract.registers:
        name = f"REG_{register.name}"
        parts += remarked(f"constexpr uint32_t {name} = 0x{register.offset:02X};", register.doc)
        if register.array:
            parts.append(f"constexpr uint32_t {name}_COUNT = {register.count};")
        parts += [f"constexpr uint32_t {name}_{bit} = 0x{1 << at:X}u;" for bit, at in register.bits]
    parts += ["", *(_table(table) for table in contract.tables), _access_functions(contract)]
    header = "Fields that all commands begin with."
    parts.append(_struct("CommandHeader", "header", contract.header, contract.command_bytes, header, False))
    for command in contract.commands:
        name, doc = command.name.lower(), f"{command.name}: {command.doc}"
        parts.append(_struct(f"{camel(name)}Command", name, command.fields, command.bytes, doc, False))
    for record in contract.records:
        struct = f"{camel(record.name)}Record"
        parts.append(_struct(struct, record.name, record.fields, record.bytes, record.doc, True))
    parts += [_size(size) for size in contract.sizes]
    parts.append("}  // namespace ofpga\n\n#endif  // OFPGA_CONTRACT_HPP")
    return "\n".join(parts) + "\n"


def _enum(name: str, members: list[tuple[str, int, str]]) -> list[str]:
    lines = [line for member, value, doc in members for line in remarked(f"  {member} = {value},", doc)]
    return [f"enum class {name} : uint8_t {{", *lines, "};\n"]


def _table(table: Table) -> str:
    kind = next(bits for bits in (8, 16, 32) if table.bits <= bits)
    head = [*remark(table.doc), *remark(f"{table.formula}, {table.bits} bits")]
    code = f"constexpr uint{kind}_t {table.name}[{len(table.values)}] = {{\n{flow(table.values, '    ')}}};\n"
    return "\n".join([*head, code])


def _c_type(scalar: Scalar) -> str:
    return f"{'' if scalar.signed else 'u'}int{scalar.bits}_t"


def _access_functions(contract: Contract) -> str:
    """load_u8, store_i32 ... of the types in use: the only places that know the byte order."""
    lines = ["// Little-endian integers at byte `at` of an array of bytes."]
    for scalar in contract.scalars():
        kind, wide = _c_type(scalar), f"uint{scalar.bits}_t"
        terms = [
            f"{wide}({wide}(b[at + {i}]) << {8 * i})" if i else f"{wide}(b[at])" for i in range(scalar.bytes)
        ]
        joined = " |\n      ".join(terms)
        lines += ["template <int N>", f"inline {kind} load_{scalar.name}(const uint8_t (&b)[N], int at) {{"]
        lines += [f"  return {kind}({joined});", "}", "template <int N>"]
        lines.append(f"inline void store_{scalar.name}(uint8_t (&b)[N], int at, {kind} value) {{")
        lines.append("  b[at] = uint8_t(value);")
        lines += [f"  b[at + {i}] = uint8_t({wide}(value) >> {8 * i});" for i in range(1, scalar.bytes)]
        lines.append("}")
    return "\n".join(lines) + "\n"


def _struct(type_name: str, name: str, fields: tuple[Field, ...], size: int, doc: str, record: bool) -> str:
    """The struct, its decoder and its encoder; a record's take the byte of a word at which it begins."""
    lines = [*remark(doc), f"struct {type_name} {{"]
    for field in fields:
        suffix = f"[{field.count}]" if field.array else ""
        lines += remarked(f"  {_c_type(field.type)} {field.name}{suffix};", field.doc)
    lines.append("};")
    template = ["template <int N>"] if record else []
    guard = [f'  static_assert(N >= {size}, "a {name} record has {size} bytes");'] if record else []
    extent, at, base = ("N", ", int at = 0", "at + ") if record else (str(size), "", "")
    places = [place for field in fields for place in _places(field)]
    lines += [*template, f"inline {type_name} decode_{name}(const uint8_t (&b)[{extent}]{at}) {{", *guard]
    lines.append(f"  {type_name} r;")
    lines += [f"  r.{member} = load_{kind}(b, {base}{offset});" for member, kind, offset in places]
    lines += ["  return r;", "}"]
    lines += [
        *template,
        f"inline void encode_{name}(const {type_name} &r, uint8_t (&b)[{extent}]{at}) {{",
        *guard,
    ]
    lines += [f"  store_{kind}(b, {base}{offset}, r.{member});" for member, kind, offset in places]
    lines.append("}\n")
    return "\n".join(lines)


def _places(field: Field) -> list[tuple[str, str, int]]:
    """(member, type, byte) of a field's elements: statements, not loops, so nothing has to be unrolled."""
    if not field.array:
        return [(field.name, field.type.name, field.offset)]
    step = field.type.bytes
    return [(f"{field.name}[{i}]", field.type.name, field.offset + i * step) for i in range(field.count)]


def _size(size: Size) -> str:
    lines = [f"  static constexpr int {key} = {value};" for key, value in size.integers()]
    return "\n".join([*remark(f"Card size: {size.doc}"), f"struct size_{size.name} {{", *lines, "};\n"])
