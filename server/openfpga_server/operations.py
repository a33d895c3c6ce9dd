"""GET /health, GET /metrics and GET /v1/gpu/info."""

from __future__ import annotations

from typing import Literal

import msgspec
from aiohttp import web

from openfpga_server.dialect import request_dialect
from openfpga_server.hardware import host_memory
from openfpga_server.protocol.operations import DeepInferHealth, GpuInfo, GpuList, HealthBody
from openfpga_server.state import STATE, ServerState

_GIB = 1 << 30


async def get_health(request: web.Request) -> web.Response:
    """200 while new work is accepted; 503 while this server is stopping or when a model's engine has died."""
    state = request.app[STATE]
    status = health(state)
    if request_dialect(request).gpu_endpoints:
        word: Literal["healthy", "draining", "unhealthy"]
        word = "healthy" if status == "ok" else "draining" if status == "draining" else "unhealthy"
        body: msgspec.Struct = DeepInferHealth(
            status=word, model=state.registry.first.id, gpus=len(list(state.registry)), nvidia_5090=False
        )
    else:
        body = HealthBody(status=status, models=[model.id for model in state.registry])
    return web.Response(
        body=msgspec.json.encode(body),
        content_type="application/json",
        status=200 if status == "ok" else 503,
    )


def health(state: ServerState) -> Literal["ok", "draining", "failed"]:
    """How the server is."""
    if state.draining:
        return "draining"
    return "failed" if any(model.engine.refusal for model in state.registry) else "ok"


async def get_gpu_info(request: web.Request) -> web.Response:
    """The devices that are really there, one a model, in the words of a document that expects GPUs."""
    total, free = host_memory()
    body = GpuList(
        gpus=[
            GpuInfo(
                id=index,
                name=model.hardware.name,
                backend=model.hardware.backend,
                total_memory_gb=round(total / _GIB, 1) if model.hardware.on_host else None,
                free_memory_gb=round(free / _GIB, 1) if model.hardware.on_host else None,
            )
            for index, model in enumerate(request.app[STATE].registry)
        ]
    )
    return web.Response(body=msgspec.json.encode(body), content_type="application/json")


async def get_metrics(request: web.Request) -> web.Response:
    """Prometheus metrics."""
    body, content_type = request.app[STATE].metrics.exposition(request.headers.get("Accept", ""))
    return web.Response(body=body, headers={"Content-Type": content_type})
