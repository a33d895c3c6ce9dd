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
        help="csim: the HLS kernels compiled for this CPU; verilator[:SIZE[:MEMORY]]: the RTL card in "
        "simulation, very slow, MEMORY ideal, hbm2, ddr4, ddr4x16 or board; reference: NumPy, slow; "
        "see `openfpga devices` (default: %(default)s)",
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


def temperature(text: str) -> float:
    """argparse type: a number from 0 to 2."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 2:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 2")
    return value


def server_url(text: str) -> str:
    """argparse type: where a server answers, with or without /v1; returned without."""
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f"{text!r} does not begin with http:// or https://")
    return text.rstrip("/").removesuffix("/v1")


def model_name(text: str) -> str:
    """argparse type: what a model is called in the API."""
    if not text.strip():
        raise argparse.ArgumentTypeError("it is empty; give the model a name or leave the option out")
    return text


def existing(text: str) -> Path:
    """argparse type: a file or folder that is there."""
    path = Path(text)
    if not path.exists():
        raise argparse.ArgumentTypeError(f"{text} does not exist")
    return path


def named_path(text: str) -> tuple[str, Path]:
    """argparse type: ``NAME=PATH`` of a model."""
    name, separator, path = text.partition("=")
    if not separator or not name.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=PATH")
    return name, existing(path)


def alias(text: str) -> tuple[str, str]:
    """argparse type: ``NAME=MODEL``, a further name of a served model."""
    name, _, model = text.partition("=")
    if not name.strip() or not model.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=MODEL")
    return name, model
