"""Where a step's time goes below the engine: the runner's own work and the device, per step.

    python benchmarks/runner_step.py build/demo.ofpga --device csim

Decodes with batches of 1, 8 and 32 sequences at one context length and prefills as many rows as a step takes;
prints the medians in microseconds.
"""

from __future__ import annotations

import argparse
import statistics
from time import perf_counter

import numpy as np
from openfpga_host.runner import ModelRunner, Segment, StepBatch


def batch(runner: ModelRunner, sequences: int, rows_each: int, context: int) -> StepBatch:
    """`sequences` sequences with `rows_each` new tokens each, up to `context`."""
    blocks_each = -(-context // runner.block_size)
    rows = sequences * rows_each
    tables = np.arange(sequences * blocks_each, dtype=np.int32).reshape(sequences, blocks_each)
    tables %= runner.num_blocks
    start = context - rows_each
    positions = np.tile(np.arange(start, context, dtype=np.int32), sequences)
    own = np.repeat(np.arange(sequences), rows_each)
    blocks = tables[own, positions // runner.block_size]
    return StepBatch(
        np.arange(rows, dtype=np.int32) % runner.vocab_size,
        positions,
        blocks * runner.block_size + positions % runner.block_size,
        [Segment(i * rows_each, rows_each, start, table) for i, table in enumerate(tables)],
        np.arange(rows_each - 1, rows, rows_each, dtype=np.int32),
        [],
    )


def measure(runner: ModelRunner, step: StepBatch, repeats: int) -> tuple[float, float]:
    """Median microseconds of a step outside and inside the device."""
    host, device = [], []
    for _ in range(repeats):
        inside = runner.device_seconds
        started = perf_counter()
        runner.step(step)
        whole = perf_counter() - started
        inside = runner.device_seconds - inside
        host.append((whole - inside) * 1e6)
        device.append(inside * 1e6)
    return statistics.median(host), statistics.median(device)


def main() -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("image", help="a device image")
    parser.add_argument("--device", default="csim", help="default: csim")
    parser.add_argument("--context", type=int, default=200, help="tokens of each sequence (default: 200)")
    parser.add_argument("--repeats", type=int, default=200, help="steps measured (default: 200)")
    options = parser.parse_args()
    runner = ModelRunner.open(options.image, options.device)
    cases = [(f"decode, batch {n}", n, 1) for n in (1, 8, 32) if n <= runner.max_rows]
    cases.append((f"prefill, {runner.max_rows} rows", 1, runner.max_rows))
    print(f"{'':22} {'runner us':>10} {'device us':>10} {'tokens/s':>10}")
    for name, sequences, rows_each in cases:
        step = batch(runner, sequences, rows_each, options.context)
        measure(runner, step, 3)
        host, device = measure(runner, step, options.repeats)
        rate = sequences * rows_each / (host + device) * 1e6
        print(f"{name:22} {host:10.0f} {device:10.0f} {rate:10.0f}")
    runner.close()


if __name__ == "__main__":
    main()
