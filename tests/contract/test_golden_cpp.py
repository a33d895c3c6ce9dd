"""The words worked out by hand against the C++ header: a program that decodes and encodes them, made here."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

Golden = dict[str, Any]
_FLAGS = ("-std=c++14", "-Wall", "-Wextra", "-Wconversion", "-Wpedantic", "-Werror", "-O0")

_HEAD = """\
#include "ofpga_contract.hpp"

#include <cstdio>
#include <cstring>

using namespace ofpga;

static int failures = 0;

static void check(bool good, const char *what) {
  if (!good) {
    std::printf("%s\\n", what);
    ++failures;
  }
}

int main() {
"""


def _literal(value: int) -> str:
    """A literal wider than the field, so that neither a wrong sign nor a lost bit can hide."""
    return f"{value}ull" if value > 2**63 - 1 else f"({value}ll)"


def _case(index: int, case: dict[str, Any], record: bool) -> Iterator[str]:
    name = case["name"].lower()
    values = ", ".join(f"0x{byte:02X}" for byte in case["bytes"])
    yield f"  {{\n    const uint8_t word[{len(case['bytes'])}] = {{{values}}};"
    yield f"    const auto r = decode_{name}(word);"
    for field, value in case["fields"].items():
        items = enumerate(value) if isinstance(value, list) else [(None, value)]
        for position, item in items:
            member = f"r.{field}" if position is None else f"r.{field}[{position}]"
            kind = "uint64_t" if item > 2**63 - 1 else "int64_t"
            yield f'    check({kind}({member}) == {_literal(item)}, "{name} {index}: {member}");'
    yield f"    uint8_t back[{len(case['bytes'])}] = {{}};"
    yield f"    encode_{name}(r, back);"
    yield f'    check(std::memcmp(word, back, sizeof word) == 0, "{name} {index}: encode");'
    if record:
        at = 64 - len(case["bytes"])
        yield "    uint8_t wide[64] = {};"
        yield f"    encode_{name}(r, wide, {at});"
        yield f'    check(std::memcmp(word, wide + {at}, sizeof word) == 0, "{name} {index}: encode at");'
        yield f"    encode_{name}(decode_{name}(wide, {at}), back);"
        yield f'    check(std::memcmp(word, back, sizeof word) == 0, "{name} {index}: decode at");'
    else:
        yield "    const CommandHeader h = decode_header(word);"
        for field in ("opcode", "flags", "dep", "tag"):
            yield f'    check(h.{field} == r.{field}, "{name} {index}: header {field}");'
    yield "  }"


def _values(golden: Golden) -> Iterator[tuple[str, int]]:
    yield from golden["constants"].items()
    yield from ((f"FLAG_{name}", mask) for name, mask in golden["flags"].items())
    kinds = {"opcode": "Opcode", "epilogue": "Epilogue", "weight_format": "WeightFormat", "status": "Status"}
    for enum, members in golden["enums"].items():
        yield from ((f"uint8_t({kinds[enum]}::{name})", value) for name, value in members.items())
    yield from ((f"REG_{name}", offset) for name, offset in golden["registers"].items())
    yield from ((f"REG_{name}_COUNT", count) for name, count in golden["register_counts"].items())
    for register, bits in golden["register_bits"].items():
        yield from ((f"REG_{register}_{name}", mask) for name, mask in bits.items())
    for table, entries in golden["tables"].items():
        yield from ((f"{table}[{index}]", value) for index, value in entries.items())
    for size, keys in golden["sizes"].items():
        yield from ((f"size_{size}::{key}", value) for key, value in keys.items())


def _program(golden: Golden) -> str:
    lines = [f'  static_assert({what} == {value}, "{what}");' for what, value in _values(golden)]
    for index, case in enumerate([*golden["commands"], *golden["records"]]):
        lines += _case(index, case, case in golden["records"])
    return _HEAD + "\n".join(lines) + "\n  return failures != 0;\n}\n"


def _run(program: str, folder: Path, root: Path) -> subprocess.CompletedProcess[str]:
    source, binary = folder / "golden.cpp", folder / "golden"
    source.write_text(program, encoding="utf-8")
    command = ["g++", *_FLAGS, f"-I{root / 'hls' / 'include'}", str(source), "-o", str(binary)]
    build = subprocess.run(command, capture_output=True, text=True, check=False)
    if build.returncode:
        return build
    return subprocess.run([binary], capture_output=True, text=True, check=False)


def test_header_agrees_with_the_golden_words(golden: Golden, tmp_path: Path, root: Path) -> None:
    result = _run(_program(golden), tmp_path, root)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        ("(-127ll)", "(-126ll)", "matmul 0: r.codebook[0]"),
        ("FLAG_NORM == 1", "FLAG_NORM == 2", "FLAG_NORM"),
    ],
)
def test_a_wrong_word_would_be_noticed(
    golden: Golden, tmp_path: Path, root: Path, right: str, wrong: str, complaint: str
) -> None:
    result = _run(_program(golden).replace(right, wrong, 1), tmp_path, root)
    assert result.returncode != 0
    assert complaint in result.stdout + result.stderr
