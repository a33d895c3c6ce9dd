"""/v1/portal/usage: the document's shape, sums that agree, whose usage it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from openfpga_server.accounts.clock import to_us
from support.portal_server import MODEL, PortalServer
from support.usage import event

from .conftest import Http

USAGE = "/v1/portal/usage"
MARCH = datetime(2026, 3, 1, 12, tzinfo=UTC)


def record(server: PortalServer, id: str, user: str, day: int, **changes: object) -> None:
    """A request of a day of March 2026."""
    started = to_us(MARCH + timedelta(days=day - 1))
    server.run(server.usage.record(event(id, user=user, key=None, started_us=started, **changes)))


def test_usage_is_told_by_day_in_the_documents_shape(server: PortalServer, call: Http) -> None:
    key = server.create_key()
    figures = {"prompt_tokens": 10, "completion_tokens": 5, "cost_micro": 1500, "first_token_us": 20_000}
    record(server, "a", "user_local", 1, **figures)
    record(server, "b", "user_local", 3, **{**figures, "first_token_us": 30_000})
    record(server, "c", "user_local", 3, **figures)
    record(server, "d", "user_local", 20, **figures)
    reply = call("GET", f"{USAGE}?start_date=2026-03-01&end_date=2026-03-15", key=key)
    assert reply.status == 200
    assert reply.body == {
        "total_requests": 3,
        "total_tokens": 45,
        "total_prompt_tokens": 30,
        "total_completion_tokens": 15,
        "total_cost_usd": 0.0045,
        "daily": [
            {"date": "2026-03-01", "requests": 1, "tokens": 15, "cost_usd": 0.0015, "avg_latency_ms": 20.0},
            {"date": "2026-03-03", "requests": 2, "tokens": 30, "cost_usd": 0.003, "avg_latency_ms": 25.0},
        ],
    }
    assert reply.headers["cache-control"] == "no-store"


def test_requests_through_the_api_are_there_when_their_answer_is(server: PortalServer, call: Http) -> None:
    key = server.create_key()
    server.runner.say("hello")
    chat = {"model": MODEL, "messages": [{"role": "user", "content": "hi"}]}
    usage = call("POST", "/v1/chat/completions", chat, key=key).body["usage"]
    body = call("GET", USAGE, key=key).body
    assert (body["total_requests"], body["total_tokens"]) == (1, usage["total_tokens"])
    cost = (usage["prompt_tokens"] * 100 + usage["completion_tokens"] * 200) / 1e6
    assert body["total_cost_usd"] == pytest.approx(cost)


def test_last_thirty_days_where_no_dates_are_given(server: PortalServer, call: Http) -> None:
    key = server.create_key()
    today = datetime.now(UTC)
    for number, age in enumerate((0, 29, 30)):
        started = to_us(today - timedelta(days=age))
        server.run(server.usage.record(event(f"{number}", user="user_local", key=None, started_us=started)))
    dates = [day["date"] for day in call("GET", USAGE, key=key).body["daily"]]
    assert dates[-1] == today.date().isoformat()
    assert dates == [(today - timedelta(days=age)).date().isoformat() for age in (29, 0)]


def test_usage_of_another_account_is_not_told(server: PortalServer, call: Http) -> None:
    user = server.run(server.accounts.users.create("somebody else"))
    key = server.create_key("theirs", user=user.id)
    record(server, "a", "user_local", 1)
    record(server, "b", user.id, 1)
    body = call("GET", f"{USAGE}?start_date=2026-03-01&end_date=2026-03-01", key=key).body
    assert body["total_requests"] == 1


def test_wrong_dates_are_named(server: PortalServer, call: Http) -> None:
    wrong = {
        "start_date=yesterday": "start_date",
        "start_date=20260301": "start_date",
        "end_date=2026-02-30": "end_date",
        "end_date=": "end_date",
        "start_date=2026-03-01&start_date=2026-03-02": "start_date",
        "start_date=2026-03-02&end_date=2026-03-01": "start_date",
        "end_date=2026-03-01'%20OR%201=1": "end_date",
    }
    key = server.create_key()
    for query, param in wrong.items():
        reply = call("GET", f"{USAGE}?{query}", key=key)
        assert (reply.status, reply.body["error"]["param"]) == (400, param), query


def test_any_range_of_the_calendar_is_fine(server: PortalServer, call: Http) -> None:
    key = server.create_key()
    record(server, "a", "user_local", 1)
    for query, requests in (
        ("start_date=2000-01-01", 1),
        ("start_date=0001-01-01&end_date=9999-12-31", 1),
        ("end_date=0001-01-02", 0),
        ("end_date=9999-12-31", 0),
    ):
        assert call("GET", f"{USAGE}?{query}", key=key).body["total_requests"] == requests
