"""GET /v1/models and GET /v1/models/{id}."""

from __future__ import annotations

from typing import Literal

import msgspec
from aiohttp import web
from msgspec import UNSET, UnsetType

from openfpga_server.averages import Averages
from openfpga_server.catalogue import MICRO, Pricing
from openfpga_server.dialect import Dialect, request_dialect
from openfpga_server.hardware import Hardware
from openfpga_server.power import estimated_watts
from openfpga_server.protocol.models import ModelBody, ModelDetails, ModelList, PerformanceBody, PricingBody
from openfpga_server.registry import Card, Served, ServedEncoder
from openfpga_server.state import STATE, ServerState


async def list_models(request: web.Request) -> web.Response:
    """All models: served, their aliases, and announced ones."""
    state, dialect = request.app[STATE], request_dialect(request)
    body = ModelList(data=[describe(card, state, dialect) for card in state.registry.cards])
    return web.Response(body=msgspec.json.encode(body), content_type="application/json")


async def get_model(request: web.Request) -> web.Response:
    """One model; names may contain slashes."""
    state, dialect = request.app[STATE], request_dialect(request)
    body = describe(state.registry.card(request.match_info["model"]), state, dialect)
    return web.Response(body=msgspec.json.encode(body), content_type="application/json")


def describe(card: Card, state: ServerState, dialect: Dialect) -> ModelBody:
    """What the API says about a name."""
    model, entry = card.model, card.entry
    context = model.max_context if model else entry and entry.context_length
    return ModelBody(
        id=card.id,
        object="model",
        created=model.created if model else state.registry.catalogue.updated,
        owned_by=dialect.owner,
        max_model_len=context or UNSET,
        x_openfpga=_details(card, state.performance) if dialect.model_details else UNSET,
    )


def _details(card: Card, performance: dict[str, Averages]) -> ModelDetails:
    model, entry = card.model, card.entry
    announced = entry and entry.hardware
    return ModelDetails(
        display_name=(entry and entry.display_name) or UNSET,
        base_model=(entry and entry.base_model) or UNSET,
        alias_of=card.alias_of or UNSET,
        context_length=(model.max_context if model else entry and entry.context_length) or UNSET,
        pricing=_pricing(entry.pricing) if entry and entry.pricing else UNSET,
        performance=_performance(performance[model.id], model.hardware) if model else UNSET,
        hardware=(model.hardware.name if model else announced) or UNSET,
        embeddings=_embeddings(model) if model else UNSET,
        embedding_dimensions=model.engine.dimensions if model else UNSET,
        status="coming_soon" if model is None else entry.status if entry else "available",
    )


def _embeddings(model: Served) -> Literal["encoder", "pooled_states"]:
    return "encoder" if isinstance(model, ServedEncoder) else "pooled_states"


def _pricing(pricing: Pricing) -> PricingBody:
    return PricingBody(
        input_per_million=pricing.input_micro / MICRO, output_per_million=pricing.output_micro / MICRO
    )


def _performance(measured: Averages, hardware: Hardware) -> PerformanceBody:
    def known(value: float | None, scale: float) -> float | UnsetType:
        return UNSET if value is None else round(value * scale, 3)

    return PerformanceBody(
        avg_latency_ms=known(measured.latency.value, 1e3),
        throughput_tps=known(measured.rate.value, 1),
        power_watts=known(estimated_watts(hardware.backend), 1),
    )
