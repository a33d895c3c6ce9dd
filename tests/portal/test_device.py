"""/v1/portal/device: counters that move with the work."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest
from openfpga_host.encoder.engine import EncoderEngine
from openfpga_server.averages import Averages
from openfpga_server.portal.device import device_of
from openfpga_server.registry import ServedEncoder
from support.portal_server import MODEL, PortalServer

from .conftest import Http

DEVICE = "/v1/portal/device"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough here."""
    return sqlite_url


def test_counters_move_with_the_work(server: PortalServer, call: Http) -> None:
    before = call("GET", DEVICE)
    assert before.headers["cache-control"] == "no-store"
    (idle,) = before.body["models"]
    assert (idle["id"], idle["kind"], idle["status"]) == (MODEL, "text", "ok")
    assert (idle["running"], idle["waiting"], idle["tokens"], idle["avg_latency_ms"]) == (0, 0, 0, None)
    assert idle["power_watts"] is None, "no honest figure for a CPU"
    server.runner.say("hello")
    chat = {"model": MODEL, "messages": [{"role": "user", "content": "hi"}]}
    usage = call("POST", "/v1/chat/completions", chat).body["usage"]
    after = call("GET", DEVICE).body
    (busy,) = after["models"]
    assert after["time"] > before.body["time"]
    assert busy["tokens"] == usage["completion_tokens"]
    assert busy["prompt_tokens"] + busy["cached_tokens"] >= usage["prompt_tokens"]
    assert busy["steps"] > 0
    assert busy["avg_latency_ms"] > 0
    assert 0 <= busy["kv_pages_used"] <= busy["kv_pages_total"]


def test_dead_engine_is_told(server: PortalServer, call: Http) -> None:
    server.engine.close()
    assert call("GET", DEVICE).body["models"][0]["status"] == "failed"


def test_encoder_has_no_cache_to_tell_of() -> None:
    stats = SimpleNamespace(
        running=1,
        waiting=2,
        steps=3,
        tokens=0,
        prompt_tokens=40,
        cached_tokens=0,
        preemptions=0,
        device_seconds=0.5,
    )
    engine = SimpleNamespace(stats=lambda: stats, refusal=None, context_limit=512)
    model = ServedEncoder(id="encoder", engine=cast(EncoderEngine, engine))
    told = device_of(model, Averages(), draining=True)
    assert (told.kind, told.status, told.context_length) == ("embeddings", "draining", 512)
    assert (told.running, told.waiting, told.prompt_tokens) == (1, 2, 40)
    assert told.kv_pages_total is told.kv_pages_used is told.kv_pages_cached is None
