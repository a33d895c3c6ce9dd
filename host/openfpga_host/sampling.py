"""What a client may ask of the choice of tokens: validated once, then read only."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

MAX_LOGPROBS = 20
MAX_CHOICES = 128
GREEDY_TEMPERATURE = 1e-5


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingParams:
    """Sampling parameters of one request, with the semantics of the OpenAI API and, beyond it, of vLLM.

    temperature: divides the logits; below 1e-5 the most likely token is taken (greedy, ties: lowest id).
    top_p: smallest set of most likely tokens with at least this probability; 0 leaves the most likely one.
    top_k: the k most likely tokens; 0 is off.
    min_p: tokens at least this fraction as likely as the most likely one; 0 is off.
    presence_penalty: subtracted from the logits of generated tokens.
    frequency_penalty: likewise, once per occurrence.
    repetition_penalty: divides positive logits of prompt and generated tokens, multiplies negative ones.
    logit_bias: token id -> number added to its logit, before everything else.
    seed: the same seed gives the same tokens, whatever else the card is serving; None draws one.
    max_tokens: tokens to generate; None is up to the context limit.
    stop: strings that end the text, and are no part of it.
    stop_token_ids: token ids that end it, beside the model's EOS ids.
    ignore_eos: generate on past the EOS ids.
    logprobs: None is off, 0 reports the chosen token, k the k most likely ones too.
    n: choices to generate from the prompt.

    Raises ValueError naming the field, its value and what is allowed.
    """

    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    min_p: float = 0.0
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    repetition_penalty: float = 1.0
    logit_bias: Mapping[int, float] = field(default_factory=dict)
    seed: int | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    stop_token_ids: tuple[int, ...] = ()
    ignore_eos: bool = False
    logprobs: int | None = None
    n: int = 1

    def __post_init__(self) -> None:
        _range("temperature", self.temperature, 0.0, 100.0)
        _range("top_p", self.top_p, 0.0, 1.0)
        _require("top_k", self.top_k, self.top_k >= 0, "0 (off) or a positive number of tokens")
        _range("min_p", self.min_p, 0.0, 1.0)
        _range("presence_penalty", self.presence_penalty, -2.0, 2.0)
        _range("frequency_penalty", self.frequency_penalty, -2.0, 2.0)
        penalty = self.repetition_penalty
        _require(
            "repetition_penalty", penalty, math.isfinite(penalty) and 0.01 <= penalty <= 100, "0.01 to 100"
        )
        for token, bias in self.logit_bias.items():
            _require("logit_bias", token, token >= 0, "token ids from 0")
            _range(f"logit_bias[{token}]", bias, -100.0, 100.0)
        if self.seed is not None:
            _require("seed", self.seed, -(1 << 63) <= self.seed < 1 << 64, "a 64-bit integer")
        if self.max_tokens is not None:
            _require("max_tokens", self.max_tokens, self.max_tokens >= 1, "at least 1")
        _require("stop", self.stop, all(self.stop), "strings that are not empty")
        _require(
            "stop_token_ids", self.stop_token_ids, min(self.stop_token_ids, default=0) >= 0, "ids from 0"
        )
        if self.logprobs is not None:
            allowed = f"0 to {MAX_LOGPROBS}"
            _require("logprobs", self.logprobs, 0 <= self.logprobs <= MAX_LOGPROBS, allowed)
        _require("n", self.n, 1 <= self.n <= MAX_CHOICES, f"1 to {MAX_CHOICES}")


def _require(name: str, value: object, valid: bool, allowed: str) -> None:
    if not valid:
        raise ValueError(f"{name} is {value!r}; allowed: {allowed}")


def _range(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} is {value!r}; allowed: {low:g} to {high:g}")
