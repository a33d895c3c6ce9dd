#!/usr/bin/env python3
"""What `verilator --hierarchical` calls for each block and for the top, in Verilator's place.

Three things are put right. A block's own source stands in its argument file before the packages that it
imports: here they come first. The top does not find the library of a block that has parameters: here the
library's wrapper gets the block's name and parameters (whose values do not matter any more), so each block
must have one set of values in a card. And the wrapper takes every output for one that may depend on inputs in
the same cycle, which makes loops of what is none and evaluates each block many times a cycle: the outputs of
our blocks depend on registers alone, so here a block is evaluated at its clock's edge. Where assertions are
on, the wrapper checks that at every falling edge.

    OFPGA_VERILATOR=verilator python hierarchical.py -f ARGUMENTS
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

RTL = Path(__file__).resolve().parents[1] / "rtl"


def stand_in(line: str, folder: Path) -> tuple[Path, Path]:
    """Write a wrapper that can stand for the block's source; (the library's own wrapper, the new one).

    line: `--hierarchical-block BLOCK,LIBRARY,PARAMETER,VALUE,...`.
    """
    block, library = line.split()[1].split(",")[:2]
    (source,) = RTL.glob(f"*/{block}.sv")
    header = source.read_text(encoding="utf-8").partition(") (")[0]
    parameters = re.findall(r"^  parameter (?:int unsigned|type|bit) (\w+)", header, re.MULTILINE)
    old = folder / f"V{library}" / f"{library}.sv"
    new = folder / f"V{library}" / "in_place" / f"{block}.sv"
    text = old.read_text(encoding="utf-8")
    text = registered(text, library)
    if parameters:
        dummies = ", ".join(f"parameter {name} = 0" for name in parameters)
        text = text.replace(f"module {library} (", f"module {block} #({dummies}) (", 1)
    new.parent.mkdir(exist_ok=True)
    if not new.exists() or new.read_text(encoding="utf-8") != text:
        new.write_text(text, encoding="utf-8")
    return old, new


def registered(text: str, library: str) -> str:
    """A wrapper of Verilator's whose outputs change at rising edges only."""
    head, _, rest = text.partition("    // Combinatorially evaluate changes to inputs\n")
    combo = _call(rest, f"{library}_protectlib_combo_update")
    edge = _call(rest, f"{library}_protectlib_seq_update").replace("clk_i,", "VALUE,", 1)
    sampled = combo.replace("_combo__V", "_tmp__V")
    outputs = re.findall(r"^        (\w+)_seq__V <= \1_tmp__V;$", rest, re.MULTILINE)
    taken = "".join(f"        {name}_seq__V <= {name}_tmp__V;\n" for name in outputs)
    shown = "".join(f"    assign {name} = {name}_seq__V;\n" for name in outputs)
    differs = " || ".join(f"{name}_combo__V != {name}_seq__V" for name in outputs)
    final = rest[rest.index("    final ") :]
    return f"""{head}
    always @(posedge clk_i) begin
        void'({edge.replace("VALUE", "1'b0", 1)});
        void'({sampled});
        void'({edge.replace("VALUE", "1'b1", 1)});
{taken}    end
{shown}
`ifdef OFPGA_CHECK_BLOCKS
    always @(negedge clk_i) begin
        void'({combo});
        if (rst_ni && ({differs})) $error("%m: an output depends on an input of the same cycle.");
    end
`endif
{final}"""


def _call(text: str, function: str) -> str:
    """The first call of a function in `text`."""
    start = text.index(function)
    return text[start : text.index(");", start) + 1]


def main(arguments: Path) -> None:
    lines = arguments.read_text(encoding="utf-8").splitlines()
    blocks = [line for line in lines if line.startswith("--hierarchical-block")]
    if "--hierarchical-child" not in " ".join(lines):  # the top
        names = [line.split()[1].split(",")[0] for line in blocks]
        if len(set(names)) < len(names):
            sys.exit(f"a block has several sets of parameters in one card: {blocks}")
        for line in blocks:
            old, new = stand_in(line, arguments.parent)
            lines = [str(new) if (arguments.parent / text) == old else text for text in lines]
            if "," in line.split()[1].partition(",")[2]:
                lines.remove(line)
    packages = [line for line in lines if line.endswith("_pkg.sv")]
    others = [line for line in lines if not line.endswith("_pkg.sv")]
    ordered = arguments.with_suffix(".ordered.f")
    ordered.write_text("\n".join([*packages, *others]) + "\n", encoding="utf-8")
    verilator = os.environ["OFPGA_VERILATOR"]
    os.execv(verilator, [verilator, "-f", str(ordered)])


if __name__ == "__main__":
    main(Path(sys.argv[2]))
