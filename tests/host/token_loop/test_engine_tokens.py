"""A request's tokens depend on it alone: not on the batch, chunks, prefix cache, forks or preemption."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openfpga_host.engine import EngineConfig, Generation
from openfpga_host.sampling import SamplingParams

GREEDY = SamplingParams(temperature=0, max_tokens=40, ignore_eos=True)
SEEDED = SamplingParams(temperature=0.9, top_p=0.95, top_k=30, seed=1234, max_tokens=40, ignore_eos=True)
PENALISED = replace(SEEDED, seed=-7, presence_penalty=0.5, frequency_penalty=0.3, repetition_penalty=1.2, n=2)
REQUESTS = [
    (list(range(1, 40)), GREEDY),
    (list(range(1, 40)), replace(GREEDY, n=3)),
    ([*range(1, 33), 7, 8], SEEDED),
    (list(range(1, 33)), replace(SEEDED, n=4)),
    ([5], GREEDY),
    ([5] * 70, PENALISED),
    ([*range(1, 33), 9], replace(GREEDY, logit_bias={3: 4.0, 4: -100.0})),
    (list(range(40, 10, -1)), replace(SEEDED, min_p=0.05, ignore_eos=False)),
]


def _without_eos(tokens: list[int], params: SamplingParams) -> list[int]:
    return tokens[:-1] if tokens[-1] == 0 and not params.ignore_eos else tokens


async def _check(
    fakes: Any, requests: list[tuple[list[int], SamplingParams]], runner: Any, config: EngineConfig
) -> Any:
    async with fakes.engine(runner, config) as engine:
        streams = [engine.submit(prompt, params) for prompt, params in requests]
        answers = await asyncio.gather(*map(fakes.collect, streams))
        for (prompt, params), answer, stream in zip(requests, answers, streams, strict=True):
            sampled = [fakes.reference_tokens(prompt, params, i) for i in range(params.n)]
            assert [answer.ids[i] for i in range(params.n)] == [_without_eos(s, params) for s in sampled]
            assert stream.usage.completion_tokens == sum(map(len, sampled))
        return engine.stats()


@pytest.mark.parametrize("prefix_cache", [True, False])
@pytest.mark.parametrize(("max_rows", "num_blocks"), [(16, 256), (5, 256), (1, 12), (16, 14), (7, 9)])
async def test_tokens_do_not_depend_on_batch_chunks_or_preemption(
    fakes: Any, max_rows: int, num_blocks: int, prefix_cache: bool
) -> None:
    runner = fakes.Runner(max_rows=max_rows, num_blocks=num_blocks)
    stats = await _check(fakes, REQUESTS, runner, EngineConfig(prefix_cache=prefix_cache))
    assert stats.failed_steps == 0
    if num_blocks <= 14 and max_rows > 1:
        assert stats.preemptions > 0


async def test_a_request_alone_gives_the_tokens_it_gives_among_others(fakes: Any) -> None:
    for request in REQUESTS:
        await _check(fakes, [request], fakes.Runner(), EngineConfig())


async def test_chunk_size_limits_every_step(fakes: Any) -> None:
    runner = fakes.Runner(max_rows=32)
    await _check(fakes, REQUESTS, runner, EngineConfig(step_rows=6, max_running=3))
    assert max(len(batch.tokens) for batch in runner.batches) == 6
    assert max(len(batch.segments) for batch in runner.batches) <= 3


params = st.builds(
    SamplingParams,
    temperature=st.sampled_from([0.0, 0.7, 1.5]),
    top_p=st.sampled_from([1.0, 0.8]),
    top_k=st.sampled_from([0, 5]),
    repetition_penalty=st.sampled_from([1.0, 1.3]),
    frequency_penalty=st.sampled_from([0.0, 0.6]),
    seed=st.integers(0, 3),
    max_tokens=st.integers(1, 40),
    n=st.integers(1, 4),
    ignore_eos=st.booleans(),
)
prompts = st.builds(
    lambda shared, own: [*range(1, 1 + shared), *own],
    st.sampled_from([0, 15, 16, 17, 32, 40]),
    st.lists(st.integers(1, 47), min_size=1, max_size=20),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    requests=st.lists(st.tuples(prompts, params), min_size=1, max_size=8),
    max_rows=st.integers(1, 12),
    num_blocks=st.integers(7, 24),
    prefix_cache=st.booleans(),
)
def test_tokens_are_the_same_under_any_load(
    fakes: Any,
    requests: list[tuple[list[int], SamplingParams]],
    max_rows: int,
    num_blocks: int,
    prefix_cache: bool,
) -> None:
    runner = fakes.Runner(max_rows=max_rows, num_blocks=num_blocks)
    stats = asyncio.run(_check(fakes, requests, runner, EngineConfig(prefix_cache=prefix_cache)))
    assert stats.failed_steps == 0


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    requests=st.lists(st.tuples(prompts, params, st.integers(0, 12)), min_size=2, max_size=8),
    max_rows=st.integers(1, 12),
    num_blocks=st.integers(7, 24),
)
def test_requests_that_are_cancelled_leave_the_tokens_of_others_alone(
    fakes: Any, requests: list[tuple[list[int], SamplingParams, int]], max_rows: int, num_blocks: int
) -> None:
    async def read(stream: Generation, patience: int) -> Any:
        deltas = []
        async for delta in stream:
            deltas.append(delta)
            if patience and len(deltas) >= patience:
                stream.cancel()
        return fakes.Collected(deltas)

    async def serve() -> None:
        async with fakes.engine(fakes.Runner(max_rows=max_rows, num_blocks=num_blocks)) as engine:
            streams = [engine.submit(prompt, sampling) for prompt, sampling, _ in requests]
            reads = [
                read(stream, patience) for stream, (_, _, patience) in zip(streams, requests, strict=True)
            ]
            answers = await asyncio.gather(*reads)
            for (prompt, sampling, patience), answer in zip(requests, answers, strict=True):
                for choice, seen in answer.ids.items():
                    sampled = _without_eos(fakes.reference_tokens(prompt, sampling, choice), sampling)
                    assert seen == (sampled[: len(seen)] if patience else sampled)
            assert engine.stats().failed_steps == 0

    asyncio.run(serve())
