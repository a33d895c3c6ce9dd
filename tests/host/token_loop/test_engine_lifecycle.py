"""Cancelling, failing, draining and closing: consumers never hang and blocks always come back."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from openfpga_host.engine import Engine, EngineConfig, EngineError, EngineStopped
from openfpga_host.sampling import SamplingParams

LONG = SamplingParams(temperature=0, max_tokens=200, ignore_eos=True)
SHORT = SamplingParams(temperature=0, max_tokens=4, ignore_eos=True)


async def test_cancelling_frees_the_blocks_within_one_step(fakes: Any, gate: Any) -> None:
    runner = fakes.Runner()
    runner.before_step = gate
    async with fakes.engine(runner) as engine:
        doomed = engine.submit(list(range(1, 40)), SamplingParams(seed=1, n=3, ignore_eos=True))
        other = engine.submit([7], LONG)
        for _ in range(12):
            gate.wait_for_step()
            gate.allow()
        gate.wait_for_step()
        assert len(runner.batches[-1].segments) == 4
        doomed.cancel()
        doomed.cancel()
        gate.allow()
        gate.wait_for_step()
        assert engine.stats().kv_blocks_used == 1
        assert engine.stats().running == 1
        gate.allow()
        gate.wait_for_step()
        assert len(runner.batches[-1].segments) == 1
        seen = [delta async for delta in doomed]
        assert all(delta.finish_reason is None for delta in seen)
        assert doomed.usage.completion_tokens >= 3
        other.cancel()
        gate.release()
        await fakes.collect(other)
        doomed.cancel()


async def test_a_cancelled_request_that_waits_never_runs(fakes: Any, gate: Any) -> None:
    runner = fakes.Runner()
    runner.before_step = gate
    async with fakes.engine(runner, EngineConfig(max_running=1)) as engine:
        first, second = engine.submit([1], SHORT), engine.submit([2], SHORT)
        gate.wait_for_step()
        second.cancel()
        gate.release()
        await fakes.collect(first)
        assert (await fakes.collect(second)).deltas == []
        assert second.usage.completion_tokens == 0
    assert all(2 not in batch.tokens[batch.positions == 0] for batch in runner.batches)


async def test_text_is_never_held_behind_a_step_unlike_the_last(fakes: Any, gate: Any) -> None:
    runner = fakes.Runner()
    runner.before_step = gate
    async with fakes.engine(runner, EngineConfig(wake_interval=3600)) as engine:
        generation = engine.submit([1, 2, 3], SHORT)
        gate.allow(1)  # the prompt; the step behind it has one row, not three
        first = await asyncio.wait_for(anext(generation), 10)
        gate.release()
        rest = await fakes.collect(generation)
        assert first.finish_reason is None
        assert rest.deltas[-1].finish_reason is not None


async def test_cancelling_what_has_ended_is_no_work(fakes: Any, gate: Any) -> None:
    runner = fakes.Runner()
    async with fakes.engine(runner) as engine:
        ended = engine.submit([1], SHORT)
        await fakes.collect(ended)
        runner.before_step = gate
        engine.submit([2], LONG)
        gate.wait_for_step()
        ended.cancel()
        waiting = engine.stats().waiting
        gate.release()
        assert waiting == 0


async def test_a_failing_step_ends_those_it_served_and_no_others(fakes: Any, gate: Any) -> None:
    runner = fakes.Runner()
    runner.before_step = gate
    async with fakes.engine(runner, EngineConfig(max_running=2)) as engine:
        streams = [
            engine.submit([1] * 20, LONG),
            engine.submit([2] * 20, LONG),
            engine.submit([1] * 20, SHORT),
        ]
        for _ in range(6):
            gate.wait_for_step()
            gate.allow()
        gate.wait_for_step()

        def fail() -> None:
            runner.before_step = lambda: None
            raise OSError("the card fell off the bus")

        runner.before_step = fail
        gate.release()
        for stream in streams[:2]:
            with pytest.raises(EngineError, match="fell off the bus") as failure:
                await fakes.collect(stream)
            assert isinstance(failure.value.__cause__, OSError)
            assert (await fakes.collect(stream)).deltas == []
        answer = await fakes.collect(streams[2])
        assert answer.ids[0] == fakes.reference_tokens([1] * 20, SHORT)
        assert streams[2].usage.cached_tokens == 0, "pages from before a fault are not trusted"
        stats = engine.stats()
        assert stats.failed_steps == 1
        assert stats.last_error == "OSError: the card fell off the bus"


async def test_an_engine_whose_every_step_fails_keeps_answering_with_errors(fakes: Any) -> None:
    runner = fakes.Runner()

    def fail() -> None:
        raise OSError("no card")

    runner.before_step = fail
    async with fakes.engine(runner) as engine:
        for _ in range(3):
            with pytest.raises(EngineError, match="no card"):
                await fakes.collect(engine.submit([1], SHORT))
        assert engine.stats().failed_steps == 3


async def test_drain_finishes_what_was_accepted_and_refuses_the_rest(fakes: Any, gate: Any) -> None:
    runner = fakes.Runner()
    runner.before_step = gate
    async with fakes.engine(runner, EngineConfig(max_running=1)) as engine:
        streams = [engine.submit([token], SHORT) for token in (1, 2)]
        gate.wait_for_step()
        draining = asyncio.create_task(engine.drain(10))
        await asyncio.sleep(0)
        with pytest.raises(EngineStopped, match="shutting down"):
            engine.submit([3], SHORT)
        gate.release()
        await draining
        for stream in streams:
            assert (await fakes.collect(stream)).reasons[0] == ["length"]
        await engine.drain(0)


async def test_drain_ends_at_its_timeout_what_is_not_finished(fakes: Any, gate: Any) -> None:
    runner = fakes.Runner()
    runner.before_step = gate
    async with fakes.engine(runner) as engine:
        stream = engine.submit([1], LONG)
        gate.wait_for_step()
        await engine.drain(0.01)
        gate.release()
        with pytest.raises(EngineStopped, match="before the request was finished"):
            await fakes.collect(stream)


async def test_closing_ends_every_stream(fakes: Any, gate: Any) -> None:
    runner = fakes.Runner()
    runner.before_step = gate
    engine = Engine(runner, fakes.Tokenizer(), EngineConfig(max_running=1))
    engine.start()
    streams = [engine.submit([token], LONG) for token in (1, 2)]
    gate.wait_for_step()
    closing = threading.Thread(target=engine.close)
    closing.start()
    gate.release()
    for stream in streams:
        with pytest.raises(EngineStopped):
            await fakes.collect(stream)
    closing.join()
    with pytest.raises(EngineStopped, match="closed"):
        engine.submit([1], SHORT)
    engine.close()


async def test_closing_an_engine_that_never_started_ends_its_streams(fakes: Any) -> None:
    engine = Engine(fakes.Runner(), fakes.Tokenizer(), EngineConfig())
    stream = engine.submit([1], SHORT)
    engine.close()
    with pytest.raises(EngineStopped):
        await fakes.collect(stream)


async def test_a_loop_that_went_away_does_not_disturb_the_others(fakes: Any, gate: Any) -> None:
    runner = fakes.Runner()
    runner.before_step = gate
    async with fakes.engine(runner) as engine:

        async def submit_and_leave() -> None:
            engine.submit([1], LONG)

        await asyncio.to_thread(lambda: asyncio.run(submit_and_leave()))
        stream = engine.submit([2], SHORT)
        gate.release()
        assert (await fakes.collect(stream)).ids[0] == fakes.reference_tokens([2], SHORT)
        await engine.drain(10)
        assert engine.stats().tokens < 200, "nobody could read these tokens"


async def test_requests_of_two_loops_share_a_batch(fakes: Any) -> None:
    async with fakes.engine(fakes.Runner()) as engine:

        async def ask(token: int) -> Any:
            return await fakes.collect(engine.submit([token], LONG))

        elsewhere = asyncio.to_thread(lambda: asyncio.run(ask(1)))
        answers = await asyncio.gather(elsewhere, ask(2))
    assert [answer.ids[0] for answer in answers] == [fakes.reference_tokens([t], LONG) for t in (1, 2)]


async def test_a_loop_is_woken_once_per_step(fakes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    loop, calls = asyncio.get_running_loop(), []
    wake = loop.call_soon_threadsafe

    def counted(*args: Any, **kwargs: Any) -> Any:
        calls.append(args)
        return wake(*args, **kwargs)

    monkeypatch.setattr(loop, "call_soon_threadsafe", counted)
    async with fakes.engine(fakes.Runner()) as engine:
        await asyncio.gather(*(fakes.collect(engine.submit([t], SHORT)) for t in range(1, 9)))
        assert len(calls) <= engine.stats().steps


async def test_counters_add_up(fakes: Any) -> None:
    async with fakes.engine(fakes.Runner()) as engine:
        streams = [engine.submit([token] * 20, SHORT) for token in range(1, 5)]
        await asyncio.gather(*map(fakes.collect, streams))
        stats = engine.stats()
    assert stats.tokens == sum(stream.usage.completion_tokens for stream in streams) == 16
    assert stats.prompt_tokens == 80
    assert stats.kv_blocks_total == 64
    assert stats.kv_blocks_cached == 4
    assert min(stats.schedule_seconds, stats.build_seconds, stats.sample_seconds, stats.emit_seconds) > 0


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (EngineConfig(step_rows=9), "step_rows is 9"),
        (EngineConfig(max_running=0), "max_running is 0"),
        (EngineConfig(max_queue=0), "max_queue is 0"),
    ],
)
def test_a_configuration_the_runner_cannot_serve_is_refused(
    fakes: Any, config: EngineConfig, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Engine(fakes.Runner(), fakes.Tokenizer(), config)
