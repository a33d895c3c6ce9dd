"""Sampling against a literal, slow reading of each parameter's definition."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from openfpga_host.sampler import TokenSampler, sample_rows, token_logprob, top_indices
from openfpga_host.sampling import SamplingParams

ONE = 1 << 16
Row = npt.NDArray[np.int32]

rows = st.lists(
    st.integers(-12 * ONE, 12 * ONE) | st.integers(-3, 3).map(lambda x: x * ONE), min_size=2, max_size=90
)
extreme_rows = st.lists(st.sampled_from([-(1 << 31), (1 << 31) - 1, 0, 1]), min_size=1, max_size=90)
params = st.builds(
    SamplingParams,
    temperature=st.sampled_from([0.0, 0.3, 1.0, 2.0]),
    top_p=st.sampled_from([1.0, 0.0, 0.33, 0.9, 0.999]),
    top_k=st.sampled_from([0, 1, 3, 70]),
    min_p=st.sampled_from([0.0, 0.011, 0.31, 1.0]),
    presence_penalty=st.sampled_from([0.0, 0.7, -2.0]),
    frequency_penalty=st.sampled_from([0.0, 0.2, -0.5]),
    repetition_penalty=st.sampled_from([1.0, 1.3, 0.6]),
    logit_bias=st.dictionaries(st.integers(0, 1), st.sampled_from([-100.0, -1.5, 100.0]), max_size=2),
    seed=st.integers(-(1 << 63), (1 << 64) - 1),
)
histories = st.lists(st.integers(0, 1), max_size=6)


def _literal_logits(
    row: list[int], p: SamplingParams, prompt: list[int], generated: list[int]
) -> list[float]:
    values = [x / ONE for x in row]
    for token, bias in p.logit_bias.items():
        values[token] += bias
    for token in {*prompt, *generated}:
        values[token] *= 1 / p.repetition_penalty if values[token] > 0 else p.repetition_penalty
    for token, count in Counter(generated).items():
        values[token] -= p.presence_penalty + p.frequency_penalty * count
    return values


def _literal_distribution(values: list[float], p: SamplingParams) -> tuple[dict[int, float], bool]:
    """Probabilities after temperature, min_p, top_k, top_p; and whether a rounding could change the set."""
    peak = max(values)
    weights = {i: math.exp((v - peak) / p.temperature) for i, v in enumerate(values)}
    kept = sorted(weights, key=lambda i: (-values[i], i))
    close = any(p.min_p and math.isclose(weights[i], p.min_p, rel_tol=1e-9) for i in kept)
    kept = [i for i in kept if weights[i] >= p.min_p]
    kept = kept[: p.top_k] if p.top_k else kept
    total = math.fsum(weights[i] for i in kept)
    nucleus, mass = [], 0.0
    for i in kept:
        nucleus.append(i)
        mass += weights[i] / total
        close |= p.top_p < 1 and abs(mass - p.top_p) < 1e-9
        if mass >= p.top_p and p.top_p < 1:
            break
    total = math.fsum(weights[i] for i in nucleus)
    return {i: weights[i] / total for i in nucleus}, close


@settings(max_examples=300, deadline=None)
@given(rows, params, histories, histories)
def test_a_token_is_drawn_from_the_literal_distribution(
    row: list[int], p: SamplingParams, prompt: list[int], generated: list[int]
) -> None:
    sampler = TokenSampler(p, p.seed or 0, 0, prompt)
    for token in generated:
        sampler.accept(token)
    (token,) = sample_rows(np.array([row], dtype=np.int32), [(0, sampler)])
    values = _literal_logits(row, p, prompt, generated)
    if p.temperature == 0:
        assert values[token] >= max(values) - 1e-9
        return
    expected, close = _literal_distribution(values, p)
    ranked = sorted(values)
    assume(not close and all(b == a or b - a > 1e-9 for a, b in pairwise(ranked)))
    assert token in expected


def _frequencies(p: SamplingParams, row: Row, draws: int) -> npt.NDArray[np.float64]:
    sampler = TokenSampler(p, 77, 0, [])
    counts = np.zeros(len(row))
    for _ in range(draws):
        token = sampler.sample(row)
        counts[token] += 1
        sampler.accept(token)
    return counts / draws


@pytest.mark.parametrize(
    "p",
    [
        SamplingParams(),
        SamplingParams(temperature=0.5, top_p=0.9),
        SamplingParams(temperature=2.0, top_k=3),
        SamplingParams(min_p=0.3, logit_bias={4: 2.0}),
    ],
)
def test_frequencies_of_many_draws_match_the_distribution(p: SamplingParams) -> None:
    row = np.array([3, 2, 2, 0, 1, -1, 3, -20], dtype=np.int32) * ONE
    expected, _ = _literal_distribution(_literal_logits(row.tolist(), p, [], []), p)
    draws = 20_000
    seen = _frequencies(p, row, draws)
    for token, frequency in enumerate(seen):
        share = expected.get(token, 0.0)
        assert abs(frequency - share) <= 4.5 * math.sqrt(share * (1 - share) / draws)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(rows | extreme_rows, params), min_size=1, max_size=6), st.integers(0, 5))
def test_a_row_does_not_depend_on_the_rest_of_the_batch(
    batch: list[tuple[list[int], SamplingParams]], step: int
) -> None:
    width = max(2, *(len(row) for row, _ in batch)) if len(batch) > 1 else max(2, len(batch[0][0]))
    logits = np.full((len(batch), width), -(1 << 31), dtype=np.int32)
    for place, (row, _) in enumerate(batch):
        logits[place, : len(row)] = row

    def samplers() -> list[TokenSampler]:
        made = [TokenSampler(p, p.seed or 0, 1, [0, 1]) for _, p in batch]
        for sampler in made:
            for _ in range(step):
                sampler.accept(1)
        return made

    together = sample_rows(logits, list(enumerate(samplers())))
    alone = [
        sample_rows(logits[place : place + 1].copy(), [(0, sampler)])[0]
        for place, sampler in enumerate(samplers())
    ]
    assert together == alone
    strided = np.repeat(logits, 2, axis=1)[:, ::2]
    assert sample_rows(strided, list(enumerate(samplers()))) == together
    for place, token in enumerate(together):
        assert token_logprob(logits[place], token, 3) == token_logprob(logits[place].copy(), token, 3)


def test_greedy_ties_go_to_the_lowest_id() -> None:
    logits = np.array([[1, 5, 5, 0], [7, 7, 7, 7]], dtype=np.int32)
    plain = TokenSampler(SamplingParams(temperature=0), 0, 0, [])
    biased = TokenSampler(SamplingParams(temperature=0, logit_bias={3: 1.0}), 0, 0, [])
    assert plain.greedy
    assert not biased.greedy
    assert sample_rows(logits, [(0, plain), (1, plain)]) == [1, 0]
    assert sample_rows(logits, [(0, plain), (1, biased)]) == [1, 3]


def test_the_random_number_depends_on_seed_choice_and_index_only() -> None:
    row = np.zeros(5000, dtype=np.int32)

    def draws(seed: int, choice: int, prompt: list[int]) -> list[int]:
        sampler = TokenSampler(SamplingParams(), seed, choice, prompt)
        tokens = []
        for _ in range(4):
            tokens.append(sampler.sample(row))
            sampler.accept(tokens[-1])
        return tokens

    assert draws(3, 0, []) == draws(3, 0, [4, 4])
    assert len({tuple(draws(seed, choice, [])) for seed in (3, 4, -1) for choice in (0, 1)}) == 6
    assert len(set(draws(3, 0, []))) > 1


def test_the_random_number_is_the_philox_block_of_the_token() -> None:
    row = np.zeros(1 << 10, dtype=np.int32)
    sampler = TokenSampler(SamplingParams(), -2, 3, [])
    for index in range(3):
        block = np.random.Philox(key=np.array([(1 << 64) - 2, 3], dtype=np.uint64), counter=index)
        assert sampler.sample(row) == int(block.random_raw()) >> 54
        sampler.accept(0)


@settings(deadline=None)
@given(rows | extreme_rows, st.integers(0, 20))
def test_logprobs_are_the_log_softmax_of_the_raw_logits(row: list[int], top: int) -> None:
    values = [x / ONE for x in row]
    peak = max(values)
    normaliser = peak + math.log(math.fsum(math.exp(v - peak) for v in values))
    found = token_logprob(np.array(row, dtype=np.int32), 0, top)
    assert found.logprob == pytest.approx(values[0] - normaliser, abs=1e-9)
    best = sorted(range(len(row)), key=lambda i: (-row[i], i))[:top]
    assert [token for token, _ in found.top] == best
    assert [p for _, p in found.top] == pytest.approx([values[i] - normaliser for i in best], abs=1e-9)


@settings(deadline=None)
@given(rows | extreme_rows, st.integers(0, 100))
def test_top_indices_are_in_descending_order_with_ties_by_index(row: list[int], count: int) -> None:
    expected = sorted(range(len(row)), key=lambda i: (-row[i], i))[:count]
    assert top_indices(np.array(row, dtype=np.int32), count).tolist() == expected


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("temperature", -0.1),
        ("temperature", math.nan),
        ("top_p", 1.01),
        ("top_k", -1),
        ("min_p", 2.0),
        ("presence_penalty", 2.5),
        ("frequency_penalty", -math.inf),
        ("repetition_penalty", 0.0),
        ("logit_bias", {3: 101.0}),
        ("logit_bias", {-3: 1.0}),
        ("seed", 1 << 64),
        ("max_tokens", 0),
        ("stop", ("a", "")),
        ("stop_token_ids", (-1,)),
        ("logprobs", 21),
        ("n", 0),
    ],
)
def test_a_bad_parameter_is_refused_by_name_and_value(field: str, value: Any) -> None:
    with pytest.raises(ValueError, match=field) as refusal:
        SamplingParams(**{field: value})
    assert "allowed" in str(refusal.value)
