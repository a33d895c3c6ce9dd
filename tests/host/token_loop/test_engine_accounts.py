"""Accounts in the engine: shares of steps, room in the queue, and tokens that depend on neither."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from openfpga_host.engine import EngineConfig, QueueFull
from openfpga_host.sampling import SamplingParams

LONG = SamplingParams(temperature=0, max_tokens=150, ignore_eos=True)


async def test_accounts_get_tokens_in_the_ratio_of_their_weights(fakes: Any, gate: Any) -> None:
    runner = fakes.Runner(max_rows=2, num_blocks=512)
    runner.before_step = gate
    async with fakes.engine(runner) as engine:
        streams = [
            engine.submit([1 + i], LONG, account=account, weight=weight)
            for account, weight in (("regular", 1), ("turbo", 5), ("max", 10), ("fast", 2))
            for i in range(4)
        ]
        steps = 180
        for _ in range(steps):
            gate.wait_for_step()
            gate.allow()
        gate.wait_for_step()
        got = [sum(stream.usage.completion_tokens for stream in streams[i : i + 4]) for i in range(0, 16, 4)]
        for tokens, weight in zip(got, (1, 5, 10, 2), strict=True):
            assert tokens == pytest.approx(2 * steps * weight / 18, rel=0.1, abs=2)
        for stream in streams:
            stream.cancel()
        gate.release()
        for stream in streams:
            await fakes.collect(stream)


async def test_tokens_are_the_same_whatever_the_weights(fakes: Any) -> None:
    prompts = [[1 + i] * (3 * i + 1) for i in range(9)]
    params = [SamplingParams(seed=i, max_tokens=20) for i in range(9)]
    for weights in ([1] * 9, [10, 1, 5, 2, 1, 10, 1, 1, 2]):
        async with fakes.engine(fakes.Runner(max_rows=4, num_blocks=24)) as engine:
            streams = [
                engine.submit(prompt, param, account=str(i % 4), weight=weight)
                for i, (prompt, param, weight) in enumerate(zip(prompts, params, weights, strict=True))
            ]
            for stream, prompt, param in zip(streams, prompts, params, strict=True):
                ids = (await fakes.collect(stream)).ids.get(0, [])
                expected = fakes.reference_tokens(prompt, param)
                assert ids == [token for token in expected if token != fakes.EOS]


async def test_a_full_queue_has_room_for_an_account_that_has_nothing_there(fakes: Any, gate: Any) -> None:
    runner = fakes.Runner(max_rows=1)
    runner.before_step = gate
    async with fakes.engine(runner, EngineConfig(max_queue=2, max_running=1)) as engine:
        streams = [engine.submit([1], LONG, account="busy")]
        gate.wait_for_step()
        streams += [engine.submit([2], LONG, account="busy") for _ in range(2)]
        with pytest.raises(QueueFull):
            engine.submit([2], LONG, account="busy")
        with pytest.raises(QueueFull):
            engine.check([2], LONG, account="busy")
        engine.check([3], LONG, account="other")
        streams += [engine.submit([3], LONG, account="other"), engine.submit([4], LONG, account="third")]
        for account in ("other", "fourth"):
            with pytest.raises(QueueFull, match="4 requests are waiting already"):
                engine.submit([5], LONG, account=account)
        for stream in streams:
            stream.cancel()
        gate.release()
        for stream in streams:
            await fakes.collect(stream)


async def test_a_weight_that_there_is_not_is_refused(fakes: Any) -> None:
    async with fakes.engine(fakes.Runner()) as engine:
        with pytest.raises(ValueError, match="weight is 0"):
            engine.submit([1], LONG, weight=0)


async def test_a_cancelled_account_leaves_its_share_to_the_others(fakes: Any, gate: Any) -> None:
    runner = fakes.Runner(max_rows=2, num_blocks=256)
    runner.before_step = gate
    async with fakes.engine(runner) as engine:
        heavy = [engine.submit([1], LONG, account="max", weight=10) for _ in range(3)]
        light = [engine.submit([2], LONG, account="regular") for _ in range(3)]
        for _ in range(30):
            gate.wait_for_step()
            gate.allow()
        for stream in heavy:
            stream.cancel()
        gate.wait_for_step()
        runner.batches.clear()
        for _ in range(10):
            gate.allow()
            gate.wait_for_step()
        rows = Counter(len(batch.tokens) for batch in runner.batches[2:])
        assert set(rows) == {2}
        for stream in light:
            stream.cancel()
        gate.release()
        for stream in heavy + light:
            await fakes.collect(stream)
