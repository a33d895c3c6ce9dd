"""Prints how near an encoder's vectors come to a float model's, and how many tokens a second it reads.

    python benchmarks/encoder.py                    random encoders of a few shapes
    python benchmarks/encoder.py path/to/folder     a BERT's folder of your own

The float model is NumPy in float64 (tests/support/float_bert.py), from the papers' equations.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its threads spin; the products here are small
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from openfpga_host.contract import WeightFormat
from openfpga_host.convert import ConvertOptions, convert
from openfpga_host.encoder.config import read_encoder_config
from openfpga_host.encoder.runner import EncoderRunner
from support.float_bert import FloatBert
from support.make_encoder import EncoderRecipe, make_encoder

SHAPES = {
    "384 x 6 (MiniLM-L6)": EncoderRecipe(hidden_size=384, intermediate_size=1536, num_layers=6, num_heads=12),
    "384 x 12 (bge-small)": EncoderRecipe(
        hidden_size=384, intermediate_size=1536, num_layers=12, num_heads=12
    ),
    "768 x 12 (base)": EncoderRecipe(hidden_size=768, intermediate_size=3072, num_layers=12, num_heads=12),
}


def main() -> None:
    """Measure each shape, or the folder given."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--texts", type=int, default=24)
    parser.add_argument("--device", default="csim")
    parser.add_argument("--format", choices=WeightFormat.__members__, default="W8")
    options = parser.parse_args()
    print(f"{'encoder':<22} {'worst cosine':>12} {'mean':>9} {'tokens/s':>9} {'bits/weight':>11}")
    with tempfile.TemporaryDirectory() as scratch:
        if options.folder is not None:
            measure(options.folder.name, options.folder, Path(scratch), options)
            return
        for name, recipe in SHAPES.items():
            folder = make_encoder(Path(scratch) / str(recipe.hidden_size * recipe.num_layers), recipe)
            measure(name, folder, Path(scratch), options)


def measure(name: str, folder: Path, scratch: Path, options: argparse.Namespace) -> None:
    """One line: texts of 2 to 64 random tokens, all in as few steps as they fit."""
    config = read_encoder_config(folder, (folder / "config.json").read_bytes())
    image = scratch / "encoder.ofpga"
    weights = ConvertOptions(weight_format=WeightFormat[options.format])
    report = convert(folder, image, options=weights)
    model = FloatBert(folder, first_position=config.first_position, pooling=config.pooling or "mean")
    rng = np.random.default_rng(1)
    lengths = rng.integers(2, min(64, config.max_tokens) + 1, options.texts)
    texts = [rng.integers(5, config.vocab_size, length).tolist() for length in lengths]
    runner = EncoderRunner.open(image, options.device)
    cosines, seconds = [], 0.0
    while texts:
        batch = []
        while texts and sum(map(len, batch)) + len(texts[0]) <= runner.step_tokens:
            batch.append(texts.pop(0))
        started = perf_counter()
        states = runner.step(batch)
        seconds += perf_counter() - started
        for text, rows in zip(batch, states, strict=True):
            pooler = runner.pooler()
            pooler.add(rows, 0)
            cosines.append(float(pooler.vector() @ model.vector(text)))
    runner.close()
    print(
        f"{name:<22} {min(cosines):>12.5f} {np.mean(cosines):>9.5f} {lengths.sum() / seconds:>9.0f} "
        f"{report.bits_per_weight:>11.2f}"
    )


if __name__ == "__main__":
    main()
