"""Time of decode and prefill steps of the demonstration model's shape in csim, by opcode.

    .venv/bin/python hls/scripts/bench_csim.py [--size csim] [--context 200]

The weights are random: the kernels' work does not depend on them.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from openfpga_host.contract import CARD_SIZES, SEGMENT_DTYPE, Epilogue, Flag, Opcode, WeightFormat
from openfpga_host.layout import KvGeometry, pack_tiles, q_record_words

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
from support.bench import Bench
from support.csim_card import csim_card

LAYERS, HIDDEN, Q_HEADS, KV_HEADS, HEAD_BLOCKS, FF, VOCAB = 4, 256, 4, 2, 2, 768, 4096
DIM = 32 * HEAD_BLOCKS


def tiles(rng: np.random.Generator, n: int, k: int, fmt: WeightFormat) -> Any:
    top = 16 if fmt == WeightFormat.W4 else 127
    codes: Any = rng.integers(0, top, (n, k)).astype(np.uint8 if fmt == WeightFormat.W4 else np.int8)
    mantissa = rng.integers(2**15, 2**16, n).astype(np.uint16)
    exponent = np.full(n, -36, np.int16)
    mults = rng.integers(0, 256, (n, k // 32)).astype(np.uint8)
    return pack_tiles(codes, mults, mantissa, exponent, np.zeros(n, np.int32), fmt)


def step(size: str, rows: int, context: int, sequences: int = 1) -> tuple[Bench, int, int]:
    """A step of `rows` tokens of each sequence, which then has `context` tokens; logits of its last."""
    rng = np.random.default_rng(1)
    ports, all_rows = CARD_SIZES[size].ports, rows * sequences
    blocks = -(-context // 16)
    geometry = KvGeometry(LAYERS, KV_HEADS, HEAD_BLOCKS, ports)
    pool_words = sequences * blocks * geometry.block_words
    bench = Bench(ports, port_words=(1 << 17) + pool_words, act_words=1 << 16)
    pool = bench.reserve_ports(pool_words)
    x = bench.put((rng.standard_normal((all_rows, HIDDEN)) * 65536).astype(np.int32))
    qkv_width = (Q_HEADS + 2 * KV_HEADS) * DIM
    qkv = bench.reserve(4 * all_rows * qkv_width)
    q = bench.reserve(64 * all_rows * q_record_words(Q_HEADS, HEAD_BLOCKS))
    heads, gated = bench.reserve(4 * all_rows * Q_HEADS * DIM), bench.reserve(4 * all_rows * FF)
    first_slots = 16 * blocks * np.arange(sequences)[:, None]
    slots = bench.put((first_slots + np.arange(context - rows, context)).astype(np.uint32))
    rope = bench.put(np.full((all_rows, DIM), 11585, np.int16))
    segment = np.zeros(sequences, SEGMENT_DTYPE)
    for i, record in enumerate(segment):
        record["table_addr"] = bench.put(np.arange(i * blocks, (i + 1) * blocks, dtype=np.uint32))
        record["first_row"], record["rows"] = i * rows, rows
        record["start"], record["length"] = context - rows, context
    segments = bench.put(segment)
    index = bench.put(np.arange(rows - 1, all_rows, rows, dtype=np.uint32))
    logits = bench.reserve(4 * VOCAB * sequences)

    def matmul(n: int, k: int, source: int, to: int, **more: Any) -> None:
        fields: dict[str, Any] = {"rows": all_rows, "k_blocks": k // 32, "n_tiles": n // 8, "dep": 1}
        fields |= {"x_addr": source, "y_addr": to, "codebook": np.arange(-120, 121, 16)}
        fields["w_addr"] = bench.put_tiles(tiles(rng, n, k, more.get("format", WeightFormat.W4)))
        bench.command(Opcode.MATMUL, **(fields | more))

    for layer in range(LAYERS):
        kv = {
            "rows": all_rows,
            "q_heads": Q_HEADS,
            "kv_heads": KV_HEADS,
            "head_blocks": HEAD_BLOCKS,
            "kv_addr": pool + layer * geometry.layer_words,
            "block_stride": geometry.block_words,
            "q_addr": q,
        }
        matmul(qkv_width, HIDDEN, x, qkv, flags=Flag.NORM, dep=int(layer > 0))
        bench.command(
            Opcode.KV_WRITE, flags=Flag.ROPE, dep=1, x_addr=qkv, slots_addr=slots, rope_addr=rope, **kv
        )
        bench.command(
            Opcode.ATTENTION,
            flags=Flag.CAUSAL,
            dep=1,
            y_addr=heads,
            segments_addr=segments,
            segments=sequences,
            **kv,
        )
        matmul(HIDDEN, Q_HEADS * DIM, heads, x, epilogue=Epilogue.RESIDUAL)
        matmul(2 * FF, HIDDEN, x, gated, flags=Flag.NORM, epilogue=Epilogue.SILU)
        matmul(HIDDEN, FF, gated, x, epilogue=Epilogue.RESIDUAL)
    head: dict[str, Any] = {
        "format": WeightFormat.W8,
        "flags": Flag.NORM | Flag.GATHER,
        "rows": sequences,
        "index_addr": index,
    }
    matmul(VOCAB, HIDDEN, x, logits, **head)
    return bench, *bench.program()


def report(size: str, rows: int, context: int, sequences: int = 1) -> None:
    bench, addr, count = step(size, rows, context, sequences)
    card = csim_card(size)
    best: dict[Opcode, int] = {}
    cpu = []
    for _ in range(100):
        begin = time.thread_time_ns()
        result, spent = card.timed(bench.memory, addr, count)
        cpu.append(time.thread_time_ns() - begin)
        if result.status:
            raise SystemExit(f"the program ended with {result}")
        if not best or sum(spent.values()) < sum(best.values()):
            best = spent
    total = sum(best.values())
    parts = ", ".join(f"{opcode.name} {ns / 1e3:.0f} us" for opcode, ns in best.items() if ns)
    print(
        f"{size}: {sequences} x {rows} rows, context {context}: {total / 1e6:.3f} ms "
        f"({min(cpu) / 1e6:.3f} ms of CPU), {rows * sequences / total * 1e9:.0f} tokens/s ({parts})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--size", default="csim", choices=sorted(CARD_SIZES))
    parser.add_argument("--context", type=int, default=200)
    arguments = parser.parse_args()
    most = CARD_SIZES[arguments.size].rows
    for rows, sequences in ((1, 1), (1, min(8, most)), (1, most), (most, 1)):
        report(arguments.size, rows, arguments.context, sequences)


if __name__ == "__main__":
    main()
