"""Options that several commands share."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """How a model is loaded onto a device."""
    parser.add_argument(
        "--device",
        default="csim",
        metavar="NAME",
        help="csim: the HLS kernels compiled for this CPU; reference: NumPy, slow; see `openfpga devices` "
        "(default: %(default)s)",
    )
    parser.add_argument("--rows", type=positive, metavar="N", help="rows of one step (default: the device's)")
    parser.add_argument(
        "--kv-blocks", type=positive, metavar="N", help="KV-cache blocks of 16 tokens (default: the device's)"
    )


def positive(text: str) -> int:
    """argparse type: a whole number from 1."""
    try:
        value = int(text)
    except ValueError:
        value = 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return value


def existing(text: str) -> Path:
    """argparse type: a file or folder that is there."""
    path = Path(text)
    if not path.exists():
        raise argparse.ArgumentTypeError(f"{text} does not exist")
    return path
