"""How fast an engine is: prefill, decode at several batch sizes, and where the time of a step goes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from openfpga_host.engine import Engine
from openfpga_host.sampling import SamplingParams


@dataclass(frozen=True, slots=True)
class PrefillPoint:
    """One prompt on an idle engine. TTFT: time to first token, from submit to its text, seconds."""

    prompt_tokens: int
    ttft: float
    tokens_per_second: float


@dataclass(frozen=True, slots=True)
class Shares:
    """Where wall time went, as fractions.

    device: kernels, all together; kernels: by command, where the device measures it. The rest is the host's.
    """

    device: float
    kernels: dict[str, float]
    schedule: float
    build: float
    sample: float
    emit: float
    rest: float

    @property
    def host(self) -> float:
        """All but the device."""
        return 1 - self.device


@dataclass(frozen=True, slots=True)
class DecodePoint:
    """`batch` requests decoding at once, greedily. Times in seconds."""

    batch: int
    tokens_per_second: float
    step_seconds: float
    shares: Shares


@dataclass(frozen=True, slots=True)
class EngineReport:
    """What `bench_engine` found."""

    prefill: list[PrefillPoint]
    decode: list[DecodePoint]


async def bench_engine(
    engine: Engine,
    *,
    prompts: Sequence[int] = (64, 512),
    batches: Sequence[int] = (1, 4, 8),
    new_tokens: int = 128,
    repeats: int = 5,
) -> EngineReport:
    """Measure a started engine that nobody else uses, best with its prefix cache off.

    Args:
        engine: to measure.
        prompts: prompt lengths of the prefill figures, tokens; those that do not fit are left out.
        batches: requests at once of the decode figures, at most what the engine runs at once.
        new_tokens: decoded by each request.
        repeats: measurements of which the quickest counts: the one that other programs disturbed least.

    Raises:
        ValueError: the requests of a batch never all decode at once, or the context holds none.
    """
    limit = engine.context_limit
    if limit < PROMPT + 8:
        raise ValueError(f"the context of {limit} tokens is too small to measure; {PROMPT + 8} are needed")
    await _decode(engine, 1, 8)  # warm up: page in the weights
    prefill = [await _prefill(engine, length, repeats) for length in prompts if length < limit]
    decode = []
    for batch in batches:
        points = [await _decode(engine, batch, min(new_tokens, limit - PROMPT)) for _ in range(repeats)]
        decode.append(max(points, key=lambda point: point.tokens_per_second))
    return EngineReport(prefill, decode)


PROMPT = 16
"""Tokens of the prompts of the decode figures."""


def random_prompt(engine: Engine, length: int, seed: int) -> list[int]:
    """Token ids without control tokens, the same for the same seed."""
    tokenizer = engine.tokenizer
    size = min(tokenizer.vocab_size, engine.runner.vocab_size)
    plain = [token for token in range(size) if not tokenizer.is_special(token)]
    return [plain[i] for i in np.random.default_rng(seed).integers(len(plain), size=length)]


async def _prefill(engine: Engine, length: int, repeats: int) -> PrefillPoint:
    times = []
    for i in range(repeats):
        prompt = random_prompt(engine, length, seed=length * 100 + i)
        started = time.perf_counter()
        async for _ in engine.submit(prompt, SamplingParams(temperature=0, max_tokens=1, ignore_eos=True)):
            pass
        times.append(time.perf_counter() - started)
    ttft = min(times)
    return PrefillPoint(length, ttft, length / ttft)


async def _decode(engine: Engine, batch: int, new_tokens: int) -> DecodePoint:
    """Figures of the time in which all requests decode: from the last first token to the first end."""
    params = SamplingParams(temperature=0, max_tokens=new_tokens, ignore_eos=True)
    waiting = batch
    begin: _Mark | None = None
    end: _Mark | None = None

    async def consume(seed: int) -> None:
        nonlocal waiting, begin, end
        first = True
        async for _ in engine.submit(random_prompt(engine, PROMPT, seed), params):
            if first:
                first, waiting = False, waiting - 1
                if waiting == 0:
                    begin = _Mark(engine)
        end = end or _Mark(engine)

    await asyncio.gather(*(consume(seed) for seed in range(batch)))
    assert begin is not None
    assert end is not None
    if end.stats.steps <= begin.stats.steps:
        runner = engine.runner
        raise ValueError(
            f"batch {batch}: one request ended before all of them decoded, so there is nothing to measure; "
            f"ask for more tokens than {new_tokens} or for a smaller batch (a step has {engine.step_rows} "
            f"rows, the cache {runner.num_blocks} blocks of {runner.block_size} tokens)"
        )
    wall = end.time - begin.time
    return DecodePoint(
        batch=batch,
        tokens_per_second=(end.stats.tokens - begin.stats.tokens) / wall,
        step_seconds=wall / (end.stats.steps - begin.stats.steps),
        shares=_shares(begin, end, wall),
    )


class _Mark:
    """The engine's counters at a moment."""

    def __init__(self, engine: Engine) -> None:
        self.time = time.perf_counter()
        self.stats = engine.stats()
        self.kernels = {opcode.name: seconds for opcode, seconds in engine.runner.device.unit_seconds.items()}


def _shares(begin: _Mark, end: _Mark, wall: float) -> Shares:
    before, after = begin.stats, end.stats
    device = (after.device_seconds - before.device_seconds) / wall
    schedule = (after.schedule_seconds - before.schedule_seconds) / wall
    build = (after.build_seconds - before.build_seconds) / wall
    sample = (after.sample_seconds - before.sample_seconds) / wall
    emit = (after.emit_seconds - before.emit_seconds) / wall
    kernels = {
        name: share
        for name, seconds in end.kernels.items()
        if (share := (seconds - begin.kernels.get(name, 0.0)) / wall) > 0
    }
    rest = 1 - device - schedule - build - sample - emit
    return Shares(device, kernels, schedule, build, sample, emit, rest)
