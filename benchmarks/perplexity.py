"""Perplexity of a chat model on held-out answers: in float32, with the image's weights, and on a card.

    python benchmarks/perplexity.py                      # the demonstration model, all of its held-out chats
    python benchmarks/perplexity.py --chats 30 --device reference

"weights" computes in float but for the image's quantised matrices and their block-floating-point inputs;
"card" is the whole integer path.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its threads spin; the products here are small
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from openfpga_host.contract import WeightFormat
from openfpga_host.convert import ConvertOptions, convert
from openfpga_host.image import Image
from openfpga_host.runner import ModelRunner
from support.float_model import FloatModel
from support.image_model import ImageModel
from support.perplexity import perplexity, read_chats
from support.runner_model import RunnerModel


def main() -> None:
    """Parse the command line, convert, and print the three figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--checkpoint", type=Path, default=Path("models/demo"))
    parser.add_argument(
        "--heldout", type=Path, help="JSONL of chats (default: heldout.jsonl of the checkpoint)"
    )
    parser.add_argument("--chats", type=int, help="score this many, evenly chosen (default: all)")
    parser.add_argument("--device", default="csim", help="card for the integer path (default: %(default)s)")
    parser.add_argument(
        "--format", choices=list(WeightFormat.__members__), default="W4", help="linear layers"
    )
    arguments = parser.parse_args()

    chats = read_chats(
        arguments.checkpoint, arguments.heldout or arguments.checkpoint / "heldout.jsonl", arguments.chats
    )
    print(f"{len(chats)} documents, {sum(int(chat.answer.sum()) for chat in chats):,} scored tokens")
    in_float = perplexity(FloatModel(arguments.checkpoint), chats)
    print(f"float32  {in_float:.5f}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "image.ofpga"
        convert(
            arguments.checkpoint, path, options=ConvertOptions(weight_format=WeightFormat[arguments.format])
        )
        with Image.open(path) as image:
            weights = perplexity(ImageModel(image), chats)
        print(f"weights  {weights:.5f}  {weights / in_float - 1:+.3%}")
        runner = ModelRunner.open(path, arguments.device)
        try:
            card = perplexity(RunnerModel(runner), chats)
        finally:
            runner.close()
        print(f"card     {card:.5f}  {card / in_float - 1:+.3%}")


if __name__ == "__main__":
    main()
