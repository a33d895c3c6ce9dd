"""What the token loop costs per step: the real engine on a runner that costs nothing.

python benchmarks/host_step.py [--vocab 4096] [--steps 2000] [--batches 1,8,32]

Prints microseconds per decode step for greedy and for sampled requests: schedule (rows, blocks, arrays),
sample, emit (stop checks, text, hand-over to the event loop), and the whole step as a reader of the streams
sees it.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable
from time import perf_counter

import numpy as np
import numpy.typing as npt
from openfpga_host.engine import Engine, EngineConfig, EngineStats
from openfpga_host.runner import StepBatch
from openfpga_host.sampling import SamplingParams
from openfpga_host.tokenizer import Tokenizer

PROMPT = 64
KINDS = {
    "greedy": {"temperature": 0.0},
    "t=0.8 top_p=0.95": {"temperature": 0.8, "top_p": 0.95},
    "t=0.8 penalties": {"temperature": 0.8, "top_k": 40, "presence_penalty": 0.5, "repetition_penalty": 1.1},
}


class FreeRunner:
    """Returns the same logits at once: a few likely tokens above noise, as a language model has."""

    block_size = 16
    device_seconds = 0.0

    def __init__(self, rows: int, vocab: int, context: int) -> None:
        self.max_rows = rows
        self.vocab_size = vocab
        self.max_context = context
        self.num_blocks = rows * (context // self.block_size + 1)
        random = np.random.default_rng(1)
        logits = random.normal(0.0, 2.0, (rows, vocab))
        for row in logits:
            row[random.integers(0, vocab, 20)] += np.linspace(6.0, 14.0, 20)
        self._logits = (logits * (1 << 16)).astype(np.int32)

    def step(self, batch: StepBatch, launching: Callable[[], None]) -> npt.NDArray[np.int32]:
        launching()
        return self._logits[: len(batch.logit_rows)]

    def close(self) -> None:
        pass


class ByteTokenizer(Tokenizer):
    """A printable byte or two for every token."""

    def __init__(self, vocab: int) -> None:
        pieces = [b" " + bytes([97 + token % 26]) for token in range(vocab)]
        super().__init__(pieces, {}, eos_token_ids=frozenset(), bos_token_id=None)

    def _encode(self, text: str, special: bool) -> list[int]:
        raise NotImplementedError


async def _measure(batch: int, vocab: int, steps: int, sampling: SamplingParams) -> tuple[EngineStats, float]:
    runner = FreeRunner(batch, vocab, PROMPT + steps + 16)
    engine = Engine(runner, ByteTokenizer(vocab), EngineConfig())  # type: ignore[arg-type]
    prompts = [[1 + i] * PROMPT for i in range(batch)]
    streams = [engine.submit(prompt, sampling) for prompt in prompts]

    async def read(stream: object) -> None:
        async for _ in stream:  # type: ignore[attr-defined]
            pass

    started = perf_counter()
    engine.start()
    await asyncio.gather(*map(read, streams))
    wall = perf_counter() - started
    stats = engine.stats()
    engine.close()
    return stats, wall


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vocab", type=int, default=4096)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--batches", default="1,8,32")
    arguments = parser.parse_args()
    print(f"vocabulary {arguments.vocab}, {arguments.steps} steps; microseconds per step")
    print(f"{'sampling':<20}{'batch':>6}{'schedule':>10}{'sample':>10}{'emit':>10}{'step':>10}")
    for name, fields in KINDS.items():
        for batch in map(int, arguments.batches.split(",")):
            sampling = SamplingParams(max_tokens=arguments.steps, seed=1, **fields)
            stats, wall = asyncio.run(_measure(batch, arguments.vocab, arguments.steps, sampling))
            parts = (stats.schedule_seconds, stats.sample_seconds, stats.emit_seconds, wall)
            print(f"{name:<20}{batch:>6}" + "".join(f"{part / stats.steps * 1e6:>10.1f}" for part in parts))


if __name__ == "__main__":
    main()
