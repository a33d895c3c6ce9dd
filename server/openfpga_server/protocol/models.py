"""GET /v1/models and /v1/models/{id}."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Struct, UnsetType


class PricingBody(Struct, frozen=True, kw_only=True):
    """Dollars for a million tokens."""

    input_per_million: float
    output_per_million: float


class PerformanceBody(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Measured here, as running averages over finished requests; what has not been measured is left out.

    `avg_latency_ms` is the time to the first token, `throughput_tps` tokens a second of a request after it.
    """

    avg_latency_ms: float | UnsetType = UNSET
    throughput_tps: float | UnsetType = UNSET
    power_watts: float | UnsetType = UNSET


class ModelDetails(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the catalogue says of a model, and what it really runs on.

    `embeddings` tells where its vectors come from: an encoder made for them, or the states of a chat model,
    averaged over the tokens. `embedding_dimensions` is their length.
    """

    display_name: str | UnsetType = UNSET
    base_model: str | UnsetType = UNSET
    alias_of: str | UnsetType = UNSET
    context_length: int | UnsetType = UNSET
    pricing: PricingBody | UnsetType = UNSET
    performance: PerformanceBody | UnsetType = UNSET
    hardware: str | UnsetType = UNSET
    embeddings: Literal["encoder", "pooled_states"] | UnsetType = UNSET
    embedding_dimensions: int | UnsetType = UNSET
    status: Literal["available", "beta", "coming_soon"]


class ModelBody(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One model. `max_model_len` (tokens) is an extension, named as in vLLM."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str
    max_model_len: int | UnsetType = UNSET
    x_openfpga: ModelDetails | UnsetType = UNSET


class ModelList(Struct, frozen=True, kw_only=True):
    """All models, the served ones first."""

    object: Literal["list"] = "list"
    data: list[ModelBody]
