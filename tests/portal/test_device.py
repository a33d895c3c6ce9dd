"""/v1/portal/device: counters that move with the work."""

from __future__ import annotations

from support.portal_server import MODEL, PortalServer

from .conftest import Http

DEVICE = "/v1/portal/device"


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
