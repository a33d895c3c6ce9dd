"""``openfpga convert``: a checkpoint to a device image."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from openfpga_server.commands.options import existing

if TYPE_CHECKING:
    from openfpga_server.commands import Subparsers

EXAMPLES = """\
examples:
  openfpga convert models/demo -o build/demo.ofpga
  openfpga convert ~/Llama-3.2-1B-Instruct -o llama-3.2-1b.ofpga --report
"""


def add_parser(commands: Subparsers) -> argparse.ArgumentParser:
    """Declare the command."""
    parser = commands.add_parser(
        "convert",
        help="make a device image from a checkpoint",
        description="Make a device image from a Hugging Face checkpoint: a folder with config.json, "
        "safetensors and tokenizer files.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("directory", type=existing, metavar="DIR", help="the checkpoint's folder")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="the image to write")
    parser.add_argument("--report", action="store_true", help="print the error of each tensor")
    parser.set_defaults(run=run)
    return parser


def run(options: argparse.Namespace) -> int:
    """Carry the command out."""
    convert_with_bar(options.directory, options.output, report=options.report)
    print(f"{options.output}: {options.output.stat().st_size / 1e6:.1f} MB")
    return 0


def convert_with_bar(directory: Path, output: Path, *, report: bool = False) -> None:
    """Convert with a progress bar on stderr.

    Raises:
        ValueError: the checkpoint cannot be converted; the message says why.
    """
    from openfpga_host.convert import convert

    with _progress() as progress:
        result = convert(directory, output, progress=progress)
    if report:
        print(result.table())


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    from tqdm import tqdm  # type: ignore[import-untyped]

    with tqdm(unit="tensor", dynamic_ncols=True, desc="converting", leave=False) as bar:

        def update(name: str, done: int, total: int) -> None:
            bar.total = total
            bar.set_postfix_str(name, refresh=False)
            bar.update(done - bar.n)

        yield update
