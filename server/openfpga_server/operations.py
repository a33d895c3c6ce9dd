"""GET /health and GET /metrics."""

from __future__ import annotations

from typing import Literal

import msgspec
from aiohttp import web

from openfpga_server.state import STATE


class HealthBody(msgspec.Struct, frozen=True):
    """What /health says."""

    status: Literal["ok", "draining", "failed"]
    models: list[str]


async def get_health(request: web.Request) -> web.Response:
    """200 while new work is accepted; 503 while this server is stopping or when a model's engine has died."""
    state = request.app[STATE]
    if state.draining:
        status: Literal["ok", "draining", "failed"] = "draining"
    elif any(model.engine.refusal for model in state.registry):
        status = "failed"
    else:
        status = "ok"
    body = HealthBody(status=status, models=[model.id for model in state.registry])
    return web.Response(
        body=msgspec.json.encode(body),
        content_type="application/json",
        status=200 if status == "ok" else 503,
    )


async def get_metrics(request: web.Request) -> web.Response:
    """Prometheus metrics."""
    body, content_type = request.app[STATE].metrics.exposition(request.headers.get("Accept", ""))
    return web.Response(body=body, headers={"Content-Type": content_type})
