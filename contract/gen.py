"""Write or check the files that are generated from the contract."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from contract import emit_cpp, emit_python
from contract.model import Contract, ContractError, load

ROOT = Path(__file__).resolve().parent.parent
SOURCE = Path("contract/openfpga.toml")
OUTPUTS: Mapping[Path, Callable[[Contract], str]] = {
    Path("hls/include/ofpga_contract.hpp"): emit_cpp.emit,
    Path("host/openfpga_host/contract.py"): emit_python.emit,
}


def generate(contract: Contract) -> dict[Path, str]:
    """The text of every generated file, by its path from the repository's root."""
    return {path: emit(contract) for path, emit in OUTPUTS.items()}


def stale(texts: Mapping[Path, str], root: Path) -> list[Path]:
    """The files below `root` that are missing or differ from `texts`."""
    return [
        path
        for path, text in texts.items()
        if not (root / path).is_file() or (root / path).read_text("utf-8") != text
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when all is well, 1 for stale files or a wrong contract."""
    parser = argparse.ArgumentParser(prog="python3 -m contract", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is out of date")
    parser.add_argument("--root", type=Path, default=ROOT, help="of the working tree (default: this one)")
    options = parser.parse_args(arguments)
    root: Path = options.root
    try:
        texts = generate(load(root / SOURCE))
    except ContractError as error:
        print(f"{SOURCE}: {error}", file=sys.stderr)
        return 1
    changed = stale(texts, root)
    for path in changed:
        if options.check:
            print(f"{path} is out of date; run `make gen`", file=sys.stderr)
        else:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(texts[path], encoding="utf-8")
            print(f"wrote {path}")
    return 1 if options.check and changed else 0
