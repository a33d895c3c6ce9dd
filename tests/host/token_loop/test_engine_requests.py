"""What a request gets back: text, finish reasons, usage, logprobs; and what is refused."""

from __future__ import annotations

import asyncio
import math
from typing import Any

import pytest
from openfpga_host.engine import ContextLengthExceeded, EngineConfig, QueueFull
from openfpga_host.sampling import SamplingParams


def _greedy(**fields: Any) -> SamplingParams:
    return SamplingParams(temperature=0, **fields)


def _prompt_with(fakes: Any, wanted: Any, **fields: Any) -> list[int]:
    """A prompt of few tokens whose greedy completion satisfies `wanted`."""
    params = _greedy(**fields)
    return next(
        prompt
        for prompt in ([a, b] for a in range(1, fakes.VOCAB) for b in range(1, fakes.VOCAB))
        if wanted(fakes.reference_tokens(prompt, params))
    )


async def test_eos_ends_a_choice_and_is_counted_but_not_shown(fakes: Any) -> None:
    prompt = _prompt_with(
        fakes, lambda tokens: 3 < len(tokens) < 20 and tokens[-1] == fakes.EOS, max_tokens=20
    )
    sampled = fakes.reference_tokens(prompt, _greedy(max_tokens=20))
    async with fakes.engine(fakes.Runner()) as engine:
        stream = engine.submit(prompt, _greedy(max_tokens=20))
        answer = await fakes.collect(stream)
    assert answer.ids[0] == sampled[:-1]
    assert answer.reasons[0] == ["stop"]
    assert answer.text[0] == fakes.Tokenizer().decode(sampled)
    assert stream.usage.completion_tokens == len(sampled)
    assert stream.usage.prompt_tokens == 2


async def test_ignore_eos_goes_on_to_max_tokens(fakes: Any) -> None:
    prompt = _prompt_with(
        fakes, lambda tokens: 3 < len(tokens) < 20 and tokens[-1] == fakes.EOS, max_tokens=20
    )
    async with fakes.engine(fakes.Runner()) as engine:
        answer = await fakes.collect(engine.submit(prompt, _greedy(max_tokens=20, ignore_eos=True)))
    assert len(answer.ids[0]) == 20
    assert fakes.EOS in answer.ids[0]
    assert answer.reasons[0] == ["length"]


async def test_a_stop_token_id_ends_a_choice_even_where_eos_is_ignored(fakes: Any) -> None:
    sampled = fakes.reference_tokens([4, 5], _greedy(max_tokens=12, ignore_eos=True))
    stop = sampled[6]
    async with fakes.engine(fakes.Runner()) as engine:
        stream = engine.submit([4, 5], _greedy(stop_token_ids=(stop,), ignore_eos=True))
        answer = await fakes.collect(stream)
    assert answer.ids[0] == sampled[: sampled.index(stop)]
    assert answer.reasons[0] == ["stop"]


async def test_a_stop_string_across_tokens_ends_the_text_before_it(fakes: Any) -> None:
    fields: dict[str, Any] = {"max_tokens": 30, "ignore_eos": True}
    text = fakes.Tokenizer().decode(fakes.reference_tokens([4, 5], _greedy(**fields)))
    stop = text[len(text) // 2 - 3 : len(text) // 2 + 3]
    async with fakes.engine(fakes.Runner()) as engine:
        answer = await fakes.collect(engine.submit([4, 5], _greedy(stop=(stop, "never there"), **fields)))
    assert answer.text[0] == text[: text.index(stop)]
    assert answer.reasons[0] == ["stop"]


async def test_the_context_limit_ends_a_choice_with_length(fakes: Any) -> None:
    async with fakes.engine(fakes.Runner(max_context=40)) as engine:
        stream = engine.submit([3] * 38, _greedy(ignore_eos=True))
        answer = await fakes.collect(stream)
    assert len(answer.ids[0]) == 2
    assert answer.reasons[0] == ["length"]


async def test_each_choice_has_its_own_end_and_the_stream_ends_with_the_last(fakes: Any) -> None:
    params = SamplingParams(seed=11, n=5, max_tokens=60)
    async with fakes.engine(fakes.Runner(max_rows=3)) as engine:
        stream = engine.submit([4, 5, 6], params)
        answer = await fakes.collect(stream)
    sampled = [fakes.reference_tokens([4, 5, 6], params, choice) for choice in range(5)]
    assert len({tuple(tokens) for tokens in sampled}) == 5
    for choice, tokens in enumerate(sampled):
        ended = tokens[-1] == fakes.EOS
        assert answer.ids[choice] == (tokens[:-1] if ended else tokens)
        assert answer.reasons[choice] == ["stop" if ended else "length"]
    assert stream.usage.completion_tokens == sum(map(len, sampled))


async def test_a_request_without_seed_draws_one(fakes: Any) -> None:
    async with fakes.engine(fakes.Runner()) as engine:
        streams = [engine.submit([4], SamplingParams(max_tokens=16, ignore_eos=True)) for _ in range(3)]
        answers = await asyncio.gather(*map(fakes.collect, streams))
    assert len({tuple(answer.ids[0]) for answer in answers}) == 3
    assert len({stream.id for stream in streams}) == 3


async def test_logprobs_come_with_their_tokens(fakes: Any) -> None:
    params = SamplingParams(seed=5, max_tokens=10, ignore_eos=True, logprobs=3, presence_penalty=1.0)
    async with fakes.engine(fakes.Runner()) as engine:
        answer = await fakes.collect(engine.submit([4, 9], params))
        without = await fakes.collect(engine.submit([4, 9], _greedy(max_tokens=3)))
    assert without.logprobs[0] == []
    assert [entry.token_id for entry in answer.logprobs[0]] == answer.ids[0]
    tokens = [4, 9]
    for entry in answer.logprobs[0]:
        logits = fakes.oracle_logits(tokens) / 65536
        normaliser = math.log(math.fsum(map(math.exp, logits)))
        assert entry.logprob == pytest.approx(logits[entry.token_id] - normaliser, abs=1e-9)
        assert [p for _, p in entry.top] == pytest.approx(sorted(logits - normaliser)[:-4:-1], abs=1e-9)
        tokens.append(entry.token_id)


async def test_usage_tells_what_the_prefix_cache_had(fakes: Any) -> None:
    prompt = list(range(1, 41))
    async with fakes.engine(fakes.Runner()) as engine:
        cached = []
        for tokens in (prompt, prompt, prompt[:32], prompt[:33], [9, *prompt]):
            stream = engine.submit(tokens, _greedy(max_tokens=2))
            await fakes.collect(stream)
            cached.append(stream.usage.cached_tokens)
        stats = engine.stats()
    assert cached == [0, 32, 16, 32, 0]
    assert stats.cached_tokens == 80
    assert stats.prompt_tokens == 40 + 8 + 16 + 1 + 41


async def test_a_prompt_of_a_whole_conversation_is_found_again(fakes: Any) -> None:
    params = _greedy(max_tokens=30, ignore_eos=True)
    prompt = list(range(1, 20))
    async with fakes.engine(fakes.Runner()) as engine:
        first = await fakes.collect(engine.submit(prompt, params))
        stream = engine.submit([*prompt, *first.ids[0], 7], params)
        await fakes.collect(stream)
    assert stream.usage.cached_tokens == 48


@pytest.mark.parametrize(
    ("prompt", "fields", "message"),
    [
        ([], {}, "at least one"),
        ([1, 48], {}, "48"),
        ([-1], {}, "-1"),
        ([1], {"logit_bias": {99: 1.0}}, "logit_bias has token id 99"),
        ([1], {"stop_token_ids": (48,)}, "stop_token_ids"),
    ],
)
async def test_token_ids_the_model_does_not_have_are_refused(
    fakes: Any, prompt: list[int], fields: dict[str, Any], message: str
) -> None:
    async with fakes.engine(fakes.Runner()) as engine:
        with pytest.raises(ValueError, match=message):
            engine.submit(prompt, _greedy(**fields))


async def test_what_can_never_fit_is_refused_at_submit(fakes: Any) -> None:
    async with fakes.engine(fakes.Runner(max_context=64, num_blocks=3)) as engine:
        assert engine.context_limit == 48
        with pytest.raises(ContextLengthExceeded) as refusal:
            engine.submit([1] * 40, _greedy(max_tokens=9))
        assert (refusal.value.prompt_tokens, refusal.value.max_tokens, refusal.value.limit) == (40, 9, 48)
        with pytest.raises(ContextLengthExceeded, match="48 tokens"):
            engine.submit([1] * 48, _greedy())
        answer = await fakes.collect(engine.submit([1] * 40, _greedy(max_tokens=8, ignore_eos=True)))
        assert len(answer.ids[0]) == 8


async def test_a_full_queue_refuses_with_a_time_to_come_back(fakes: Any, gate: Any) -> None:
    runner = fakes.Runner()
    runner.before_step = gate
    async with fakes.engine(runner, EngineConfig(max_queue=2, max_running=1)) as engine:
        params = _greedy(max_tokens=3, ignore_eos=True)
        streams = [engine.submit([1], params)]
        gate.wait_for_step()
        streams += [engine.submit([2], params), engine.submit([3], params)]
        with pytest.raises(QueueFull) as refusal:
            engine.submit([4], params)
        assert 1 <= refusal.value.retry_after <= 60
        streams[1].cancel()
        gate.release()
        answers = await asyncio.gather(*map(fakes.collect, streams))
        assert [len(answer.deltas) > 0 for answer in answers] == [True, False, True]
        await fakes.collect(engine.submit([4], params))


async def test_a_slow_reader_finds_one_delta_per_choice(fakes: Any) -> None:
    params = SamplingParams(seed=1, n=2, max_tokens=25, ignore_eos=True)
    async with fakes.engine(fakes.Runner()) as engine:
        slow, fast = engine.submit([4], params), engine.submit([4], params)
        quick = await fakes.collect(fast)
        # The first of two equal requests never ends later than the second.
        late = await fakes.collect(slow)
    assert len(late.deltas) == 2
    assert (late.text, late.ids, late.reasons) == (quick.text, quick.ids, quick.reasons)
