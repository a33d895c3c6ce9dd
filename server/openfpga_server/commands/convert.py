"""``openfpga convert``: a checkpoint to a device image."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from openfpga_server.commands.options import existing, model_name, positive

if TYPE_CHECKING:
    from openfpga_host.convert import ConvertOptions, ConvertReport

    from openfpga_server.commands import Subparsers

EXAMPLES = """\
examples:
  openfpga convert models/demo -o build/demo.ofpga
  openfpga convert ~/Llama-3.2-1B-Instruct -o llama.ofpga --name llama-3.2-1b --report
  openfpga convert ~/all-MiniLM-L6-v2 -o minilm.ofpga           a sentence encoder, for /v1/embeddings
"""
FORMATS = ("W4", "W8")
POOLINGS = ("mean", "cls")


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
    parser.add_argument("--name", type=model_name, help="the model's name in the API (default: the folder's)")
    parser.add_argument(
        "--max-context",
        type=positive,
        metavar="N",
        help="tokens a conversation may have (default: the model's)",
    )
    parser.add_argument(
        "--weight-format", choices=FORMATS, help="bits of linear layers (default: W4; encoders: W8)"
    )
    parser.add_argument(
        "--lm-head-format", choices=FORMATS, help="of the LM head (default: by the model's size)"
    )
    parser.add_argument(
        "--pooling",
        choices=POOLINGS,
        help="of an encoder whose folder does not say it: how tokens become one vector (default: mean)",
    )
    parser.add_argument("--report", action="store_true", help="print the error of each tensor")
    parser.set_defaults(run=run)
    return parser


def run(options: argparse.Namespace) -> int:
    """Carry the command out."""
    from openfpga_host.contract import WeightFormat
    from openfpga_host.convert import ConvertOptions

    weights, head = options.weight_format, options.lm_head_format
    report = convert_with_bar(
        options.directory,
        options.output,
        ConvertOptions(
            name=options.name,
            max_context=options.max_context,
            weight_format=None if weights is None else WeightFormat[weights],
            lm_head_format=None if head is None else WeightFormat[head],
            pooling=options.pooling,
        ),
    )
    print(
        report.table()
        if options.report
        else f"{options.output}: {report.bytes / 1e6:.1f} MB, {report.seconds:.1f} s"
    )
    return 0


def convert_with_bar(directory: Path, output: Path, options: ConvertOptions | None = None) -> ConvertReport:
    """Convert with a progress bar on stderr.

    Args:
        directory: the checkpoint's folder.
        output: the image to write; its folder is made if need be.
        options: `ConvertOptions`, or None for the defaults.

    Raises:
        ValueError: the checkpoint cannot be converted; the message says why.
        OSError: the image cannot be written; the message names the file.
    """
    from openfpga_host.convert import convert

    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with _progress(directory.name) as progress:
            return convert(directory, output, options=options, progress=progress)
    except OSError as error:
        if error.filename is not None:
            raise
        # A full disk's error names no file.
        raise OSError(error.errno, error.strerror, str(output)) from error


@contextmanager
def _progress(name: str) -> Iterator[Callable[[int, int, str], None]]:
    from tqdm import tqdm  # type: ignore[import-untyped]

    # disable=None: no bar where stderr is no terminal.
    with tqdm(desc=f"converting {name}", unit="w", unit_scale=True, leave=False, disable=None) as bar:

        def update(done: int, total: int, matrix: str) -> None:
            bar.total = total
            bar.set_postfix_str(matrix, refresh=False)
            bar.update(done - bar.n)

        yield update
