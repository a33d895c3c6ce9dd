"""GET /v1/portal/device."""

from __future__ import annotations

import time
from typing import Literal

from aiohttp import web

from openfpga_server.averages import Averages
from openfpga_server.portal.access import visitor
from openfpga_server.portal.answers import answer
from openfpga_server.power import estimated_watts
from openfpga_server.protocol.portal import DeviceBody, DeviceModel
from openfpga_server.registry import Served, ServedModel
from openfpga_server.state import STATE


async def get_device(request: web.Request) -> web.Response:
    """How the devices stand.

    Counters only grow: what happens in a second is the difference of two answers a second apart.
    """
    visitor(request)
    state = request.app[STATE]
    models = [
        device_of(model, state.performance[model.id], draining=state.draining) for model in state.registry
    ]
    return answer(DeviceBody(time=time.monotonic(), models=models))


def device_of(model: Served, measured: Averages, *, draining: bool) -> DeviceModel:
    """A model's device as it stands.

    Args:
        model: served.
        measured: over its finished requests.
        draining: the server is going away.
    """
    stats, text = model.engine.stats(), isinstance(model, ServedModel)
    status: Literal["ok", "draining", "failed"] = "draining" if draining else "ok"
    if status == "ok" and model.engine.refusal is not None:
        status = "failed"
    return DeviceModel(
        id=model.id,
        kind="text" if text else "embeddings",
        hardware=model.hardware.name,
        backend=model.hardware.backend,
        status=status,
        context_length=model.max_context,
        running=stats.running,
        waiting=stats.waiting,
        steps=stats.steps,
        tokens=stats.tokens,
        prompt_tokens=stats.prompt_tokens,
        cached_tokens=stats.cached_tokens,
        preemptions=stats.preemptions,
        device_seconds=round(stats.device_seconds, 6),
        kv_pages_total=stats.kv_blocks_total if text else None,
        kv_pages_used=stats.kv_blocks_used if text else None,
        kv_pages_cached=stats.kv_blocks_cached if text else None,
        avg_latency_ms=_rounded(measured.latency.value, 1e3),
        throughput_tps=_rounded(measured.rate.value, 1),
        power_watts=estimated_watts(model.hardware.backend),
    )


def _rounded(value: float | None, scale: float) -> float | None:
    return None if value is None else round(value * scale, 2)
