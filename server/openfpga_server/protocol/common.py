"""Fields that chat and text completions share, and the token accounting of an answer.

Requests are decoded strictly (a string is no number), unknown fields are ignored and ``null`` means "left
out", as in OpenAI's own API. Ranges that hold for every dialect stand in the types; `sampling` checks the
rest.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

Temperature = Annotated[float, Meta(ge=0, le=2)]
Probability = Annotated[float, Meta(ge=0, le=1)]
Penalty = Annotated[float, Meta(ge=-2, le=2)]
Bias = Annotated[float, Meta(ge=-100, le=100)]
Positive = Annotated[int, Meta(ge=1, le=2**31 - 1)]
TokenId = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Seed = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]

FinishReason = Literal["stop", "length"]


class StreamOptions(Struct, frozen=True):
    """`stream_options` of a request."""

    include_usage: bool | None = None


class SamplingFields(Struct, frozen=True, kw_only=True):
    """What a request may say about how tokens are chosen; None: left out."""

    model: str | None = None
    n: Positive | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    temperature: Temperature | None = None
    top_p: Probability | None = None
    presence_penalty: Penalty | None = None
    frequency_penalty: Penalty | None = None
    logit_bias: dict[str, Bias] | None = None
    seed: Seed | None = None
    stop: str | list[str] | None = None
    max_tokens: Positive | None = None
    # Extensions, named as in vLLM.
    top_k: Annotated[int, Meta(ge=-1, le=2**31 - 1)] | None = None
    min_p: Probability | None = None
    repetition_penalty: Annotated[float, Meta(gt=0, le=2)] | None = None
    stop_token_ids: list[TokenId] | None = None
    ignore_eos: bool | None = None


class PromptTokensDetails(Struct, frozen=True):
    """Of the prompt's tokens, how many needed no computing."""

    cached_tokens: int


class UsageBody(Struct, frozen=True):
    """Token accounting of one request (all choices together; the prompt counts once)."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    prompt_tokens_details: PromptTokensDetails


class Performance(Struct, frozen=True, omit_defaults=True):
    """`x_openfpga` of an answer: what the hardware did for it."""

    hardware: str
    """What really ran it."""
    latency_ms: float
    """From the request's arrival to its first token."""
    total_ms: float
    """From the request's arrival to the end of its answer."""
    tokens_per_second: float
    """Of all choices together, after the first token."""
    power_watts: float | None = None
    """Estimated; left out where there is no honest estimate."""


JsonObject = dict[str, Any]
