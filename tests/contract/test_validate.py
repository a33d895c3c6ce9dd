"""A contract that is wrong is refused with a sentence that names the place."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.gen import SOURCE, load
from contract.model import SCALARS, ContractError, build, parse
from contract.validate import problems

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / SOURCE).read_text(encoding="utf-8")
# Every edit builds a contract: short tables keep that quick, and their rules do not depend on the length.
CONTENT: dict[str, Any] = tomllib.loads(
    TEXT.replace("entries = 257", "entries = 4").replace("entries = 192", "entries = 4")
)


def _edited(*changes: tuple[str, Any]) -> dict[str, Any]:
    """The contract with values at dotted paths replaced (elements by name); `+` appends, None deletes."""
    content = copy.deepcopy(CONTENT)
    for path, value in changes:
        at: Any = content
        *way, last = path.split(".")
        for key in way:
            at = next(item for item in at if item["name"] == key) if isinstance(at, list) else at[key]
        if last == "+":
            at.append(value)
        elif value is None:
            del at[last]
        elif isinstance(at, list):
            at[next(i for i, item in enumerate(at) if item["name"] == last)] = value
        else:
            at[last] = value
    return content


def test_the_contract_is_sound() -> None:
    assert problems(load(ROOT / SOURCE)) == []
    assert problems(build(CONTENT)) == []


def test_constants_agree_with_the_layouts_they_describe() -> None:
    contract = load(ROOT / SOURCE)
    word, channels = contract.constant("WORD_BYTES"), contract.constant("TILE_CHANNELS")
    codebook = next(field for field in contract.commands[0].fields if field.name == "codebook")
    record = next(record for record in contract.records if record.name == "channel")
    assert codebook.count == contract.constant("CODEBOOK_SIZE")
    assert channels * record.bytes == word
    assert channels * contract.constant("GROUP_BLOCKS") == word
    assert [register.name for register in contract.registers].count("CONTRACT_ID") == 1


# ---- what cannot be read at all
@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("constants.BLOCK.value", None, "constants.BLOCK has no `value`."),
        ("constants.BLOCK.value", "32", "constants.BLOCK.value must be of type int, not '32'."),
        ("constants.BLOCK.value", True, "constants.BLOCK.value must be of type int, not True."),
        ("constants.BLOCK.unit", "bytes", "constants.BLOCK has an unknown key `unit`."),
        ("constants.BLOCK", 32, "constants.BLOCK must be of type dict, not 32."),
        ("tabels", {}, "the contract has an unknown key `tabels`."),
        ("contract.author", "x", "contract has an unknown key `author`."),
        ("commands.MATMUL.opcode", None, "commands[MATMUL] has no `opcode`."),
        (
            "commands.MATMUL.fields.rows.type",
            "u12",
            "commands[MATMUL].fields[rows].type is `u12`; there are u8, u16",
        ),
        ("commands.MATMUL.fields.rows.bits", 3, "commands[MATMUL].fields[rows] has an unknown key `bits`."),
        ("commands.+", 7, "commands[5] must be a table."),
        ("tables.EXP2.formula", "2**(-i)", "tables.EXP2.formula: `2**(-i)` is not an integer for i = 1"),
        ("tables.EXP2.formula", "round(tan(i))", "tables.EXP2.formula: `tan(i)` is not understood"),
        (
            "register.CTRL.bits",
            {"AP_START": "0"},
            "register[CTRL].bits.AP_START must be of type int, not '0'.",
        ),
        ("sizes.sim.rows", None, "sizes.sim has no `rows`."),
        ("registers", None, "has no `registers`."),
    ],
)
def test_unreadable_entries_are_named(path: str, value: Any, sentence: str) -> None:
    with pytest.raises(ContractError) as caught:
        build(_edited((path, value)))
    assert sentence in str(caught.value)


@pytest.mark.parametrize(("old", "new"), [("[constants]", "[constants"), ("[tables]", "[constants]")])
def test_what_is_not_toml_is_refused(old: str, new: str) -> None:
    with pytest.raises(ContractError, match=r"the contract is not TOML: .*line"):
        parse(TEXT.replace(old, new, 1))


# ---- what does not fit together
_FIELD = {"name": "extra", "offset": 38, "type": "u8", "doc": "one too many"}
_BIT = {"bit": 0, "doc": "taken"}


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        # layouts
        (
            "commands.MATMUL.fields.+",
            _FIELD,
            "commands.MATMUL.extra at byte 38 overlaps reserved0, which ends at byte 40.",
        ),
        (
            "commands.MATMUL.fields.k_blocks.offset",
            8,
            "commands.MATMUL.k_blocks at byte 8 overlaps rows, which ends at",
        ),
        (
            "commands.MATMUL.fields.k_blocks.type",
            "u8",
            "commands.MATMUL has a gap: bytes 11..11 before n_tiles belong",
        ),
        (
            "commands.MATMUL.fields.codebook.count",
            15,
            "commands.MATMUL has a gap: bytes 63..63 at its end belong",
        ),
        (
            "commands.MATMUL.fields.codebook.count",
            17,
            "commands.MATMUL.codebook ends at byte 65, past the 64 bytes",
        ),
        (
            "commands.MATMUL.fields.codebook.count",
            0,
            "commands.MATMUL.codebook.count is 0; it must be at least 1.",
        ),
        (
            "commands.MATMUL.fields.rows.offset",
            -2,
            "commands.MATMUL.rows.offset is -2; it must not be negative.",
        ),
        (
            "commands.KV_WRITE.fields.x_addr.offset",
            18,
            "x_addr is misaligned: u32 at byte 18 is no multiple of 4.",
        ),
        (
            "commands.FENCE.fields.reserved0.offset",
            12,
            "reserved0 is misaligned: u64 at byte 12 is no multiple of 8.",
        ),
        (
            "commands.FENCE.fields.reserved0.name",
            "tag",
            "commands.FENCE.tag: the name tag is already that of",
        ),
        (
            "records.segment.fields.rows.name",
            "start",
            "records.segment.start: the name start is already that of",
        ),
        (
            "records.segment.fields.length.type",
            "u64",
            "records.segment.length ends at byte 20, past the 16 bytes",
        ),
        (
            "records.channel.bytes",
            16,
            "records.channel has a gap: bytes 8..15 at its end belong to no field.",
        ),
        ("records.channel.bytes", 12, "records.channel.bytes is 12; it must divide a word of 64."),
        ("records.copy.bytes", 2, "records.copy.bytes is 2: in an array, a field of 4 bytes is misaligned."),
        ("command.bytes", 128, "command.bytes is 128; a command is one word of 64 (WORD_BYTES)."),
        ("command.header.opcode.type", "u16", "command.header must have a u8 field `opcode`."),
        # opcodes, flags, enumerations
        ("commands.KV_COPY.opcode", 3, "the opcode 3 is already that of commands."),
        ("commands.KV_COPY.opcode", 0, "commands.KV_COPY.opcode is 0, outside 1..255."),
        ("commands.KV_COPY.opcode", 256, "commands.KV_COPY.opcode is 256, outside 1..255."),
        ("commands.KV_COPY.name", "FENCE", "the name FENCE is already that of commands["),
        ("flags.NORM.bit", 8, "flags.NORM: the bit is 8, outside 0..7."),
        ("flags.NORM.bit", 7, "flags.END: the bit 7 is already that of flags.NORM."),
        (
            "enums.epilogue.GELU.value",
            2,
            "enums.epilogue.GELU: the value 2 is already that of enums.epilogue.SILU.",
        ),
        ("enums.epilogue.GELU.value", 256, "enums.epilogue.GELU.value is 256, outside 0..255."),
        ("enums.status", {}, "enums.status has no members."),
        # constants, tables
        ("constants.BLOCK.value", -1, "constants.BLOCK.value is -1, outside 0..2147483647."),
        ("constants.BLOCK.value", 2**31, "constants.BLOCK.value is 2147483648, outside 0..2147483647."),
        (
            "constants.PAGE_TOKENS",
            None,
            "constants.PAGE_TOKENS is missing; the rules of commands and sizes need it.",
        ),
        ("tables.EXP2.bits", 16, "tables.EXP2: entry 0 is 65536, which does not fit 16 bits."),
        ("tables.EXP2.bits", 33, "tables.EXP2.bits is 33, outside 1..32."),
        ("tables.EXP2.formula", "-i", "tables.EXP2: entry 1 is -1, which does not fit 17 bits."),
        ("tables.EXP2.entries", 0, "tables.EXP2.entries must be at least 1."),
        # registers
        ("register.GIE.offset", 0, "register.GIE: the offset 0x00 is already that of register.CTRL."),
        ("register.GIE.offset", 6, "register.GIE.offset is 0x06, misaligned: registers have four bytes."),
        ("register.GIE.offset", 4096, "register.GIE.offset is 4096, outside 0..4092."),
        ("register.PORT_BASE_LO.count", 0, "register.PORT_BASE_LO.count is 0, outside 1..1024."),
        ("register.PORT_BASE_LO.count", 33, "the offset 0x200 is already that of register.PORT_BASE_LO."),
        ("register.PORT_BASE_LO.offset", 4000, "register.PORT_BASE_LO.offset is 4000, outside 0..3844."),
        ("registers.stride", 6, "registers.stride is 6; it must be a multiple of 4."),
        ("register.GIE.access", "rx", "register.GIE.access is `rx`; there are ro, rw, wo."),
        ("register.GIE.bits", {"ENABLE": 32}, "register.GIE.bits.ENABLE: the bit is 32, outside 0..31."),
        (
            "register.GIE.bits",
            {"A": 1, "B": 1},
            "register.GIE.bits.B: the bit 1 is already that of register.GIE.bits.A.",
        ),
        ("register.GIE.name", "IER", "the name IER is already that of register["),
        ("registers.bytes", 200, "registers.bytes is 200; it must be a power of two and at least 4."),
        # sizes
        ("sizes.sim.k_blocks", 1025, "sizes.sim.k_blocks is 1025, outside 1..1024 (K_BLOCKS_MAX)."),
        ("sizes.sim.head_blocks", 9, "sizes.sim.head_blocks is 9, outside 1..8 (HEAD_BLOCKS_MAX)."),
        ("sizes.sim.context", 131088, "sizes.sim.context is 131088, outside 1..131072 (CONTEXT_MAX)."),
        ("sizes.sim.context", 2047, "sizes.sim.context is 2047, not a multiple of 16 tokens (PAGE_TOKENS)."),
        ("sizes.sim.rows", 65536, "sizes.sim.rows is 65536, outside 1..65535."),
        ("sizes.sim.ports", 0, "sizes.sim.ports is 0, outside 1..32 (PORTS_MAX)."),
        ("sizes.sim.dsp_clocks", 3, "sizes.sim.dsp_clocks is 3, outside 1..2."),
        (
            "sizes.sim.mac_rows",
            3,
            "sizes.sim.mac_rows is 3; "
            "it must be rows, 4, or a power of two below it and at least a quarter of it.",
        ),
        ("sizes.sim.port_bits", 384, "sizes.sim.port_bits is 384; it must be whole bytes and divide 512."),
        ("sizes.sim.clock_mhz", -1, "sizes.sim: clock_mhz and port_gb_s must not be negative."),
        # names and docs
        (
            "commands.FENCE.fields.reserved0.name",
            "table",
            "commands.FENCE.table: the name is reserved in SystemVerilog.",
        ),
        (
            "commands.FENCE.fields.reserved0.name",
            "namespace",
            "commands.FENCE.namespace: the name is reserved in C++.",
        ),
        (
            "commands.FENCE.fields.reserved0.name",
            "lambda",
            "commands.FENCE.lambda: the name is reserved in Python.",
        ),
        ("commands.FENCE.fields.reserved0.name", "Zero", "commands.FENCE.Zero: the name must be lower_case"),
        (
            "constants.INT32_MAX",
            {"value": 1, "doc": "x"},
            "constants.INT32_MAX: the name is reserved in C++.",
        ),
        ("constants.block", {"value": 1, "doc": "x"}, "constants.block: the name must be UPPER_CASE"),
        (
            "constants.EXP2",
            {"value": 1, "doc": "x"},
            "tables.EXP2: the generated name EXP2 is already that of constants.",
        ),
        (
            "constants.FLAG_NORM",
            {"value": 1, "doc": "x"},
            "the generated name FLAG_NORM is already that of constants.",
        ),
        (
            "constants.CONTRACT_ID",
            {"value": 1, "doc": "x"},
            "constants.CONTRACT_ID: the generated name CONTRACT_ID is",
        ),
        ("register.STATUS.bits", {"INDEX": 0}, "the generated name REG_STATUS_INDEX is already that of"),
        (
            "records.copy.name",
            "kv_copy",
            "the generated name KV_COPY_DTYPE is already that of commands.KV_COPY.",
        ),
        (
            "enums.flag",
            {"A": {"value": 0, "doc": "x"}},
            "enums.flag: the generated name Flag is already that of",
        ),
        ("flags.NORM.doc", "", "flags.NORM.doc must be one line of text"),
        ("flags.NORM.doc", "two\nlines", "flags.NORM.doc must be one line of text"),
        ("flags.NORM.doc", 'a "quote"', "flags.NORM.doc must be one line of text"),
        ("flags.NORM.doc", "goes on \\", "flags.NORM.doc must be one line of text"),
    ],
)
def test_wrong_entries_are_named(path: str, value: Any, sentence: str) -> None:
    found = problems(build(_edited((path, value))))
    assert any(sentence in line for line in found), "\n".join(found)
    assert all(line.endswith(".") for line in found)


def test_all_problems_are_reported_at_once() -> None:
    content = _edited(("flags.NORM.bit", 9), ("sizes.sim.ports", 0), ("tables.EXP2.bits", 3))
    assert len(problems(build(content))) == 3


@st.composite
def _layouts(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Fields that tile 56 bytes: each as wide as its place allows or narrower."""
    fields: list[dict[str, Any]] = []
    at = 8
    while at < 64:
        fitting = [s for s in SCALARS.values() if at % s.bytes == 0 and at + s.bytes <= 64]
        scalar = draw(st.sampled_from(fitting))
        count = draw(st.integers(1, (64 - at) // scalar.bytes))
        name = f"f{len(fields)}"
        fields.append({"name": name, "offset": at, "type": scalar.name, "count": count, "doc": "x"})
        at += scalar.bytes * count
    return fields


def _with_layout(fields: list[dict[str, Any]]) -> dict[str, Any]:
    return _edited(("commands.FENCE.fields", fields))


@given(_layouts())
def test_every_tiling_is_accepted(fields: list[dict[str, Any]]) -> None:
    assert problems(build(_with_layout(fields))) == []


@given(_layouts(), st.data())
def test_a_tiling_with_a_field_moved_resized_or_lost_is_refused(
    fields: list[dict[str, Any]], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(fields) - 1))
    change = data.draw(st.sampled_from(("offset", "count", "lost")))
    broken = copy.deepcopy(fields)
    if change == "lost":
        del broken[index]
    else:
        broken[index][change] += data.draw(st.sampled_from((-8, -1, 1, 8)))
    found = problems(build(_with_layout(broken)))
    assert found
    assert all("commands.FENCE" in line for line in found)
