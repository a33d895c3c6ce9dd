"""GET /health, /ready, /metrics and /v1/gpu/info."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Literal

import msgspec
from aiohttp import web

from openfpga_server.dialect import request_dialect
from openfpga_server.hardware import host_memory
from openfpga_server.protocol.operations import DeepInferHealth, GpuInfo, GpuList, HealthBody, ReadyBody
from openfpga_server.state import STATE, ServerState

logger = logging.getLogger("openfpga.server")

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


async def get_ready(request: web.Request) -> web.Response:
    """200 while new work is welcome; 503 with what is not, before this server stops accepting it."""
    checks = await readiness(request.app[STATE])
    ready = all(word == "ok" for word in checks.values())
    body = ReadyBody(status="ready" if ready else "not_ready", checks=checks)
    return web.Response(
        body=msgspec.json.encode(body),
        content_type="application/json",
        status=200 if ready else 503,
        headers={"Cache-Control": "no-store"},
    )


async def readiness(state: ServerState) -> dict[str, str]:
    """By name what this server needs: "ok" or what is wrong, in words that tell strangers nothing."""
    checks = {f"model {model.id}": "failed" if model.engine.refusal else "ok" for model in state.registry}
    checks["server"] = "stopping" if state.leaving or state.draining else "ok"
    asked = state.services.checks
    words = await asyncio.gather(
        *(_asked(name, ask, state.config.ready_timeout) for name, ask in asked.items())
    )
    return {**checks, **dict(zip(asked, words, strict=True))}


async def _asked(name: str, ask: Callable[[], Awaitable[object]], seconds: float) -> str:
    try:
        async with asyncio.timeout(seconds):
            await ask()
    except TimeoutError:
        return f"no answer within {seconds:g} seconds"
    except Exception as error:
        logger.warning("%s: not ready: %s", name, error)
        return "failed"
    return "ok"


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
