"""Write the files that are generated from the contract, or check that they are up to date."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from contract import emit_cpp, emit_docs, emit_python, emit_sv
from contract.model import Contract, ContractError, parse
from contract.validate import problems

ROOT = Path(__file__).resolve().parent.parent
SOURCE = Path("contract/openfpga.toml")
OUTPUTS: Mapping[Path, Callable[[Contract], str]] = {
    Path("hls/include/ofpga_contract.hpp"): emit_cpp.emit,
    Path("rtl/ofpga_pkg.sv"): emit_sv.emit,
    Path("host/openfpga_host/contract.py"): emit_python.emit,
    Path("docs/registers.md"): emit_docs.emit,
}


def load(path: Path) -> Contract:
    """The contract in a file. Raises ContractError with a line for each thing that is wrong."""
    contract = parse(path.read_text(encoding="utf-8"))
    if found := problems(contract):
        raise ContractError("\n".join(found))
    return contract


def generate(contract: Contract) -> dict[Path, str]:
    """The text of every generated file, by its path from the repository's root."""
    return {path: emit(contract) for path, emit in OUTPUTS.items()}


def stale(texts: Mapping[Path, str], root: Path) -> list[Path]:
    """The paths whose file below `root` is missing or differs from its text."""
    return [path for path, text in texts.items() if not _holds(root / path, text)]


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode()


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
        for line in str(error).splitlines():
            print(f"{SOURCE}: {line}", file=sys.stderr)
        return 1
    changed = stale(texts, root)
    for path in changed:
        if options.check:
            print(f"{path} is out of date; run `make gen`", file=sys.stderr)
        else:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(texts[path].encode())
            print(f"wrote {path}")
    return 1 if options.check and changed else 0
