"""GET /v1/models and GET /v1/models/{id}."""

from __future__ import annotations

import msgspec
from aiohttp import web

from openfpga_server.dialect import request_dialect
from openfpga_server.protocol.models import ModelBody, ModelList
from openfpga_server.registry import ServedModel
from openfpga_server.state import STATE


async def list_models(request: web.Request) -> web.Response:
    """All served models."""
    state = request.app[STATE]
    owner = request_dialect(request).owner
    body = ModelList(data=[describe(model, owner) for model in state.registry])
    return web.Response(body=msgspec.json.encode(body), content_type="application/json")


async def get_model(request: web.Request) -> web.Response:
    """One served model; names may contain slashes."""
    state = request.app[STATE]
    model = state.registry.get(request.match_info["model"])
    body = describe(model, request_dialect(request).owner)
    return web.Response(body=msgspec.json.encode(body), content_type="application/json")


def describe(model: ServedModel, owner: str) -> ModelBody:
    """What the API says about a model."""
    return ModelBody(id=model.id, created=model.created, owned_by=owner, max_model_len=model.max_context)
