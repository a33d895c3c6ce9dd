"""The HLS sources as Vitis will see them: interfaces, loops, what must not be there, scripts, boards."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from openfpga_host.contract import CARD_SIZES
from support.csim_card import ROOT

HLS = ROOT / "hls"
KERNELS = ("matmul", "attention", "kv_cache")
BOARDS = ("kv260", "u250", "u280")
SYNTHESISED = sorted(
    path
    for path in (*HLS.glob("kernels/*"), *HLS.glob("include/*"))
    if not path.stem.endswith("_cpu") and path.name not in ("ofpga_contract.hpp", "ofpga_stream.hpp")
)
MEMORIES = {"kv260": "HP0", "u250": "DDR[{}]", "u280": "HBM[{}]"}


@cache
def preprocessed(kernel: str, board: str) -> str:
    """A kernel's own source with its macros expanded, as synthesis for a board has it."""
    flags = [f"-DOFPGA_SIZE={board}", "-I", str(HLS / "include"), "-I", str(HLS / "kernels")]
    command = ["g++", "-std=c++17", "-E", *flags, str(HLS / "kernels" / f"{kernel}.cpp")]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def top(kernel: str, board: str) -> tuple[list[str], str]:
    """(arguments, body) of a kernel's top function."""
    text = preprocessed(kernel, board)
    match = re.search(rf'extern "C" void ofpga_{kernel}\(([^{{;]*)\)\s*\{{(.*?)\n\}}', text, re.DOTALL)
    assert match, kernel
    arguments = [re.findall(r"\w+", argument)[-1] for argument in match[1].split(",")]
    return arguments, match[2]


def without_comments(text: str) -> str:
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)


def synthesised_part(text: str) -> str:
    """The text without what only a CPU compiles: `#if OFPGA_FAST`, and the else of `#if !OFPGA_FAST`."""
    kept: list[str] = []
    open_ifs: list[tuple[str, bool]] = []  # (condition, whether its lines count now)
    for line in text.splitlines():
        directive = line.strip()
        if directive.startswith("#if"):
            open_ifs.append((directive, not directive.startswith("#if OFPGA_FAST")))
        elif directive.startswith("#else"):
            condition, counts = open_ifs.pop()
            open_ifs.append((condition, not counts if "OFPGA_FAST" in condition else True))
        elif directive.startswith("#endif"):
            open_ifs.pop()
        elif all(counts for _, counts in open_ifs):
            kept.append(line)
    return "\n".join(kept)


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize("kernel", KERNELS)
def test_every_argument_of_a_top_has_its_interface(kernel: str, board: str) -> None:
    arguments, body = top(kernel, board)
    ports = [f"port{p}" for p in range(CARD_SIZES[board].ports)]
    assert arguments == ["commands", "go", "done", "act_in", "act_out", *ports]
    interfaces = dict(re.findall(r"#pragma HLS interface (?=\w+ port = (\w+))(\w+)", body))
    expected = dict.fromkeys(("commands", "go", "done"), "axis")
    expected |= dict.fromkeys(("act_in", "act_out", *ports), "m_axi")
    controls = re.findall(r"#pragma HLS interface (\w+) port = return", body)
    assert {name: kind for name, kind in interfaces.items() if name != "return"} == expected
    assert sorted(controls) == ["ap_ctrl_chain", "s_axilite"]
    for name in ("act_in", "act_out", *ports):
        bundle = "act" if name.startswith("act") else name
        assert re.search(rf"m_axi port = {name} bundle = {bundle} offset = slave", body)


@pytest.mark.parametrize("kernel", KERNELS)
def test_tops_only_wire(kernel: str) -> None:
    """A dataflow region holds streams, calls of stages, and unrolled loops of such calls."""
    _, body = top(kernel, "u250")
    assert "#pragma HLS dataflow" in body
    statements = [line.strip() for line in body.splitlines() if line.strip() and not line.startswith("#")]
    wiring = re.compile(
        r"using namespace ofpga;|hls::stream<.*|[A-Z_]+:|for \(int p = 0; p < PORTS; \+\+p\) \{|\}"
        r"|\w+\(.*|.*\);"
    )
    assert [line for line in statements if not wiring.fullmatch(line)] == []


@pytest.mark.parametrize("kernel", KERNELS)
def test_every_stream_has_one_writer_and_one_reader(kernel: str) -> None:
    _, body = top(kernel, "sim")
    names = re.findall(r"[>,] (\w+)(?:\(|\[PORTS)", "\n".join(re.findall(r"hls::stream<[^;]*;", body)))
    calls = re.sub(r"hls::stream<[^;]*;|#pragma[^\n]*", "", body)
    uses = Counter(re.findall(r"\w+", calls))
    arrays = set(re.findall(r"(\w+)\[PORTS", body))
    assert names
    for name in names:
        ports = 2 if name in arrays else 1  # `sim`: a use with a port's number stands once a port
        direct = len(re.findall(rf"\b{name}\[[01]\]", calls))
        chained = f"{name}[p + 1]" in calls  # the first, a link (read and written), the last
        assert (uses[name] if chained else uses[name] - direct + -(-direct // ports)) in (
            (4,) if chained else (2, 3)
        ), name


@pytest.mark.parametrize("path", SYNTHESISED, ids=lambda path: path.name)
def test_nothing_that_vitis_refuses(path: Path) -> None:
    text = without_comments(synthesised_part(path.read_text()))
    forbidden = (
        r"\bnew\b|\bdelete\b|\bmalloc\b|\bfree\b|\bdouble\b|\bfloat\b|std::vector|std::string|\bthrow\b|\btry\b"
        r"|\bvirtual\b|dynamic_cast|reinterpret_cast|std::function|\bgoto\b|__builtin_shuffle|<iostream>|\bassert\("
    )
    assert re.findall(forbidden, text) == []
    builtins = set(re.findall(r"__builtin_\w+", text))
    assert builtins == set()


@pytest.mark.parametrize("path", SYNTHESISED, ids=lambda path: path.name)
def test_every_loop_has_a_label_and_a_pragma_or_a_bound(path: Path) -> None:
    """A label before each loop; its pragmas first inside it, unless it only nests other loops."""
    lines = synthesised_part(path.read_text()).splitlines()
    for number, line in enumerate(lines):
        if not re.match(r"\s*(for|while) \(", line):
            continue
        where = f"{path.name}: {line.strip()}"
        assert re.fullmatch(r"\s*[A-Z][A-Z0-9_]*:", lines[number - 1]), f"{where} has no label"
        following = lines[number + 1].strip()
        nests = following.endswith(":") or not re.search(
            r"pipeline|unroll", "\n".join(lines[number : number + 2])
        )
        assert following.startswith("#pragma HLS") or nests, f"{where}: its pragma does not come first"
        pipelined = [
            text for text in lines[number + 1 : number + 4] if text.startswith("#pragma HLS pipeline")
        ]
        if pipelined and lines[number + 1].startswith("#pragma"):
            assert "II = " in line or "II = " in pipelined[0], f"{where} does not say its expected II"


def test_labels_are_used_once_in_a_function_file() -> None:
    for path in SYNTHESISED:
        labels = re.findall(r"^\s*([A-Z][A-Z0-9_]*):$", synthesised_part(path.read_text()), re.MULTILINE)
        assert [label for label, count in Counter(labels).items() if count > 1] == [], path.name


@pytest.mark.parametrize("kernel", KERNELS)
def test_kernels_compile_as_in_vitis_c_simulation(kernel: str, tmp_path: Path) -> None:
    """With `ap_int` interfaces, and nothing of a stream but what Vitis' has."""
    (tmp_path / "hls_stream.h").write_text(
        "#pragma once\n"
        "namespace hls { template <class T, int D = 0> class stream { public:\n"
        "  stream() {} explicit stream(const char *) {} bool empty(); unsigned size();\n"
        "  void write(const T &); T read(); void read(T &); }; }\n"
    )
    includes = [str(tmp_path), *(str(HLS / name) for name in ("include", "kernels", "tb"))]
    flags = [flag for folder in includes for flag in ("-I", folder)]
    flags += ["-isystem", str(ROOT / "third_party" / "ap_types"), "-DOFPGA_VITIS", "-DOFPGA_SIZE=u250"]
    for source in (HLS / "kernels" / f"{kernel}.cpp", HLS / "tb" / f"{kernel}_tb.cpp"):
        command = ["g++", "-std=c++17", "-w", "-fsyntax-only", *flags, str(source)]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr


# -------------------------------------------------------------------------------- scripts, boards
def test_scripts_name_what_exists() -> None:
    targets = (HLS / "scripts" / "targets.tcl").read_text()
    build = (HLS / "scripts" / "build.tcl").read_text()
    assert re.search(r"set kernels \[list ([\w ]+)\]", targets), targets
    kernels = re.findall(r"set kernels \[list ([\w ]+)\]", targets)[0].split()
    assert tuple(kernels) == KERNELS
    for kernel in kernels:
        assert (HLS / "kernels" / f"{kernel}.cpp").is_file()
        assert (HLS / "tb" / f"{kernel}_tb.cpp").is_file()
    assert "set_top ofpga_$kernel" in build
    assert "kernels/$kernel.cpp" in build
    assert "tb/${kernel}_tb.cpp" in build
    clocks = {
        name: int(clock) for name, clock in re.findall(r"(\w+)\s+\{part \S+\s+clock_mhz (\d+)\}", targets)
    }
    assert clocks == {board: CARD_SIZES[board].clock_mhz for board in BOARDS}


@pytest.mark.parametrize("board", BOARDS)
def test_connectivity_gives_every_port_its_memory(board: str) -> None:
    text = (ROOT / "constraints" / board / "connectivity.cfg").read_text()
    kernels = re.findall(r"^nk=ofpga_(\w+):1:(\w+)$", text, re.MULTILINE)
    assert kernels == [(name, f"{name}_1") for name in ("sequencer", *KERNELS)]
    memory = dict(re.findall(r"^sp=(\S+):(\S+)$", text, re.MULTILINE))
    activations = {memory["sequencer_1.act"]}
    expected = {"sequencer_1.act"}
    for kernel in KERNELS:
        arguments, _ = top(kernel, board)
        for argument in arguments[3:]:
            expected.add(f"{kernel}_1.{argument}")
            if argument.startswith("act"):
                activations.add(memory[f"{kernel}_1.{argument}"])
            else:
                port = int(argument.removeprefix("port"))
                assert memory[f"{kernel}_1.{argument}"] == MEMORIES[board].format(port)
    assert set(memory) == expected
    assert len(activations) == 1
    streams = re.findall(r"^sc=(\S+?):(\S+?):\d+$", text, re.MULTILINE)
    assert streams == [
        pair
        for kernel in KERNELS
        for pair in (
            (f"sequencer_1.{kernel}_commands", f"{kernel}_1.commands"),
            (f"sequencer_1.{kernel}_go", f"{kernel}_1.go"),
            (f"{kernel}_1.done", f"sequencer_1.{kernel}_done"),
        )
    ]


def test_vendored_headers_carry_their_licence() -> None:
    folder = ROOT / "third_party" / "ap_types"
    headers = sorted(folder.rglob("*.h"))
    assert (folder / "LICENSE").is_file()
    assert headers
    for header in headers:
        assert "Licensed under the Apache License, Version 2.0" in header.read_text(), header.name
