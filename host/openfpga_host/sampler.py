"""From a row of integer logits to a token.

Logits are int32 with 16 fractional bits (Q16.16), one row per token wanted. Everything here works on one row
at a time, so a token depends on its own logits, parameters and place in its own choice, never on the rest of
the batch.

A sampled token is drawn so (in the order of vLLM): logit_bias, repetition, frequency and presence penalty,
temperature, min_p, top_k, top_p. Where a grammar says
which tokens may come, only those take part in what follows the penalties. The probabilities are integers,
floor(2^40 exp((logit - max) / temperature)): their sums are exact, hence independent of order, and tokens
less likely than 2^-40 of the likeliest are never drawn. The random number of a token is one Philox 4x64-10
block (Salmon et al., SC 2011) keyed by seed and choice and counted by the token's index, so that preemption
and restarts cannot shift the sequence.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from openfpga_host.sampling import GREEDY_TEMPERATURE, SamplingParams

LOGIT_ONE = 1 << 16
_WEIGHT_ONE = float(1 << 40)
_GROUP = 256
_PHILOX_BUFFER_EMPTY = 4
_INT32_MIN = -(1 << 31)
_WORD = (1 << 64) - 1

Logits = npt.NDArray[np.int32]
Row = npt.NDArray[np.int32] | npt.NDArray[np.float64]
Allowed = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class TokenLogprob:
    """Natural logarithm of a token's probability in the model's own distribution: before bias, penalties,
    temperature.

    top: (token id, logprob) of the likeliest tokens, likeliest first, ties by id; the chosen one need not be
    there.
    """

    token_id: int
    logprob: float
    top: tuple[tuple[int, float], ...]


class TokenSampler:
    """Chooses the tokens of one choice, one after another.

    params: what the client asked; seed: params.seed or one drawn for the request; choice: 0 .. n-1; prompt:
    its token ids. `greedy` tells that the largest logit is the answer and `sample` need not be called.
    """

    def __init__(self, params: SamplingParams, seed: int, choice: int, prompt: Sequence[int]) -> None:
        self._params = params
        self._key = np.array([seed & _WORD, choice], dtype=np.uint64)
        self._index = 0
        self._philox: np.random.Philox | None = None
        self._philox_state: Any = None
        self._bias_ids = np.fromiter(params.logit_bias.keys(), dtype=np.int64)
        self._bias = np.fromiter(params.logit_bias.values(), dtype=np.float64) * LOGIT_ONE
        counted = params.presence_penalty != 0 or params.frequency_penalty != 0
        self._history = _History(prompt) if counted or params.repetition_penalty != 1 else None
        self._adjusts = self._history is not None or len(self._bias_ids) > 0
        self.greedy = params.temperature < GREEDY_TEMPERATURE and not self._adjusts

    def sample(self, logits: Logits, allowed: Allowed | None = None) -> int:
        """Choose from one row. Call `accept` with the token taken before the next.

        Args:
            logits: int32 [vocab].
            allowed: bool [vocab], at least one of them true: the tokens to choose from; None: all.
        """
        params = self._params
        row: Row = self._adjusted(logits) if self._adjusts else logits
        ids: npt.NDArray[np.int64] | None = None
        if allowed is not None:
            ids = np.flatnonzero(allowed)
            row = row[ids]
        if params.temperature < GREEDY_TEMPERATURE:
            place = int(row.argmax())
            return place if ids is None else int(ids[place])
        peak = row.max().item()
        scale = LOGIT_ONE * params.temperature
        # min_p and top_k commute; the one that is sure to leave few candidates goes first.
        if 0 < params.top_k < len(row):
            likely = top_indices(row, params.top_k)
            row, ids = row[likely], likely if ids is None else ids[likely]
        if params.min_p > 0:
            likely = _at_least(row, peak + math.log(params.min_p) * scale)
            row, ids = row[likely], likely if ids is None else ids[likely]
        weights = _weights(row, peak, scale)
        if params.top_p < 1:
            likely = _nucleus(row, weights, params.top_p)
            weights, ids = weights[likely], likely if ids is None else ids[likely]
        place = _draw(weights, self._uniform53())
        return place if ids is None else int(ids[place])

    def accept(self, token: int) -> None:
        """Count a generated token: the next one has the next random number and meets its penalties."""
        self._index += 1
        if self._history is not None:
            self._history.add(token)

    def _uniform53(self) -> int:
        if self._philox is None:
            self._philox = np.random.Philox(key=self._key)
            self._philox_state = self._philox.state
        # Setting the state of one generator costs a seventh of making another with this counter.
        self._philox_state["state"]["counter"][0] = self._index
        self._philox_state["buffer_pos"] = _PHILOX_BUFFER_EMPTY
        self._philox.state = self._philox_state
        return int(self._philox.random_raw()) >> 11

    def _adjusted(self, logits: Logits) -> npt.NDArray[np.float64]:
        row = logits.astype(np.float64)
        row[self._bias_ids] += self._bias
        if self._history is not None:
            params = self._params
            ids, counts = self._history.view()
            values = row[ids]
            if params.repetition_penalty != 1:
                penalty = params.repetition_penalty
                values = np.where(values > 0, values / penalty, values * penalty)
            values -= counts * (params.frequency_penalty * LOGIT_ONE)
            values -= (counts > 0) * (params.presence_penalty * LOGIT_ONE)
            row[ids] = values
        return row


class _History:
    """The distinct tokens of prompt and completion, and how often each was generated, ready for indexing a
    row.
    """

    def __init__(self, prompt: Sequence[int]) -> None:
        known = sorted(set(prompt))
        self._place = {token: place for place, token in enumerate(known)}
        self._ids = np.array([*known, *[0] * 64], dtype=np.int64)
        self._counts = np.zeros(len(self._ids))

    def add(self, token: int) -> None:
        place = self._place.get(token)
        if place is None:
            place = self._place[token] = len(self._place)
            if place == len(self._ids):
                self._ids = np.concatenate((self._ids, np.zeros_like(self._ids)))
                self._counts = np.concatenate((self._counts, np.zeros_like(self._counts)))
            self._ids[place] = token
        self._counts[place] += 1

    def view(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        size = len(self._place)
        return self._ids[:size], self._counts[:size]


def draw_seed() -> int:
    """A seed, 64 bits, for a request that names none."""
    return secrets.randbits(64)


def sample_rows(
    logits: Logits,
    samplers: Sequence[tuple[int, TokenSampler]],
    allowed: Sequence[Allowed | None] | None = None,
) -> list[int]:
    """Tokens for (row, sampler) pairs from logits int32 [rows, vocab]; greedy rows are not copied.

    Args:
        allowed: for each pair the tokens it may choose, bool [vocab], or None for all; None: all for all.
    """
    masks = allowed or (None,) * len(samplers)
    # Row by row: argmax over the whole array would copy it where rows are padded.
    return [
        int(logits[row].argmax()) if mask is None and sampler.greedy else sampler.sample(logits[row], mask)
        for (row, sampler), mask in zip(samplers, masks, strict=True)
    ]


def token_logprob(logits: Logits, token: int, top: int) -> TokenLogprob:
    """Log-softmax of a row, int32 [vocab], at `token` and the `top` likeliest tokens, in float64."""
    peak = int(logits.max())
    # A copy of its own: sums over a slice of a batch may be grouped differently.
    row = (logits.astype(np.float64) - peak) / LOGIT_ONE
    normaliser = math.log(float(np.exp(row).sum()))
    ranked = top_indices(logits, top)
    alternatives = tuple((int(i), float(row[i]) - normaliser) for i in ranked)
    return TokenLogprob(token, float(row[token]) - normaliser, alternatives)


def top_indices(values: Row, count: int) -> npt.NDArray[np.int64]:
    """Indices of the `count` largest of 1-D `values`, largest first, ties by the lower index."""
    if count <= 0:
        return np.empty(0, dtype=np.int64)
    if count < len(values):
        place = len(values) - count
        candidates = np.flatnonzero(values >= np.partition(values, place)[place])
    else:
        candidates = np.arange(len(values))
    # Not the negative: that of the smallest int32 is itself.
    keys = values[candidates].astype(np.float64)
    return candidates[np.argsort(-keys, kind="stable")[:count]]


def _at_least(row: Row, floor: float) -> npt.NDArray[np.int64]:
    """Indices of values not below `floor`, found without converting an integer row."""
    if row.dtype == np.int32:
        return np.flatnonzero(row >= max(math.ceil(floor), _INT32_MIN))
    return np.flatnonzero(row >= floor)


def _weights(row: Row, peak: float, scale: float) -> npt.NDArray[np.int64]:
    """floor(2^40 exp((row - peak) / scale)): any sum over a vocabulary below 2^22 is exact in int64."""
    weights = row.astype(np.float64)
    weights -= peak
    weights *= 1 / scale
    np.exp(weights, out=weights)
    weights *= _WEIGHT_ONE
    return weights.astype(np.int64)


def _draw(weights: npt.NDArray[np.int64], uniform53: int) -> int:
    """Index that the fraction uniform53 / 2^53 of the total weight falls on."""
    groups = np.cumsum(np.add.reduceat(weights, np.arange(0, len(weights), _GROUP)))
    target = (uniform53 * int(groups[-1])) >> 53
    group = int(np.searchsorted(groups, target, side="right"))
    if group:
        target -= int(groups[group - 1])
    start = group * _GROUP
    inside = np.cumsum(weights[start : start + _GROUP])
    return start + int(np.searchsorted(inside, target, side="right"))


def _nucleus(values: Row, weights: npt.NDArray[np.int64], top_p: float) -> npt.NDArray[np.int64]:
    """Indices, likeliest first, of the smallest set of most likely tokens with at least `top_p` of the
    weight.
    """
    wanted = top_p * int(weights.sum())
    count = 64
    while True:
        best = top_indices(values, count)
        sums = np.cumsum(weights[best])
        if sums[-1] >= wanted or count >= len(values):
            return best[: int(np.searchsorted(sums, wanted, side="left")) + 1]
        count *= 16
