"""Speed and peak memory of converting a large checkpoint: Llama 3.1 8B's shapes, as many layers as asked.

    python benchmarks/convert.py --layers 2        # about 3 GB of checkpoint in a temporary folder
    python benchmarks/convert.py --layers 32       # the whole 8B: 16 GB

The weights are one megabyte of random bf16 numbers over and over: neither speed nor memory depend on them.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import ml_dtypes
import numpy as np
from openfpga_host.checkpoint import expected_tensors
from openfpga_host.convert import ConvertOptions, convert
from openfpga_host.model_config import ModelConfig
from support.make_checkpoint import Recipe, config_json, make_tokenizer
from tqdm import tqdm

PATTERN_WEIGHTS = 1 << 19


def write_large(directory: Path, recipe: Recipe) -> int:
    """Write a checkpoint without ever holding it; its size in bytes."""
    files, _ = make_tokenizer(recipe.tokenizer)
    config = config_json(recipe, recipe.vocab_size or 0)
    for name, data in {**files, "config.json": json.dumps(config).encode()}.items():
        (directory / name).write_bytes(data)
    shapes = expected_tensors(ModelConfig.from_dict(config))
    header, end = {}, 0
    for name, shape in shapes.items():
        size = 2 * math.prod(shape)
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [end, end + size]}
        end += size
    encoded = json.dumps(header).encode()
    encoded += b" " * (-len(encoded) % 8)
    numbers = 0.02 * np.random.default_rng(0).standard_normal(PATTERN_WEIGHTS, np.float32)
    pattern = numbers.astype(ml_dtypes.bfloat16).tobytes()
    with (directory / "model.safetensors").open("wb") as file:
        file.write(len(encoded).to_bytes(8, "little") + encoded)
        for start in range(0, end, len(pattern)):
            file.write(pattern[: end - start])
    return 8 + len(encoded) + end


def peak_bytes() -> int:
    """Most memory that this process has held."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return 1024 * int(next(line.split()[1] for line in lines if line.startswith("VmHWM")))


def main() -> None:
    """Parse the command line, make the checkpoint, convert it and print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--workers", type=int, help="threads (default: one a core)")
    parser.add_argument("--folder", type=Path, help="for the temporary files (default: the system's)")
    arguments = parser.parse_args()
    recipe = Recipe(
        hidden_size=4096,
        intermediate_size=14336,
        num_layers=arguments.layers,
        num_heads=32,
        num_kv_heads=8,
        head_dim=128,
        vocab_size=128256,
        max_positions=131072,
    )
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        folder = Path(name)
        size = write_large(folder, recipe)
        with tqdm(unit="weights", unit_scale=True, disable=None) as bar:

            def progress(done: int, total: int, matrix: str) -> None:
                bar.total = total
                bar.set_postfix_str(matrix, refresh=False)
                bar.update(done - bar.n)

            options = ConvertOptions(workers=arguments.workers)
            began = time.process_time()
            report = convert(folder, folder / "image.ofpga", options=options, progress=progress)
            spent = time.process_time() - began
        print(report.table().splitlines()[-1])
        rate, cpu_rate = report.weights / report.seconds / 1e6, report.weights / spent / 1e6
        print(
            f"checkpoint {size / 1e9:.2f} GB; {rate:.1f} M weights/s, {cpu_rate:.1f} M per processor second; "
            f"peak memory {peak_bytes() / 1e6:.0f} MB"
        )


if __name__ == "__main__":
    main()
