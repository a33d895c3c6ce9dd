"""Text that would be more than text to a database, a log, a header or a page."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from .conftest import MODEL, Target, attacked, statuses

SQL = (
    "' OR '1'='1",
    "'; DROP TABLE api_keys; --",
    '" OR ""="',
    "%",
    "_",
    "\\",
    "key_%' UNION SELECT digest FROM api_keys --",
    "${jndi:ldap://example.com/a}",
    "{{7*7}}",
    "\U0001d55c\u202e\u0000",
)


def test_sql_in_names_is_a_name_and_in_ids_is_nobodys(database_url: str) -> None:
    with attacked(database_url) as target:
        _inject(target)


def _inject(target: Target) -> None:
    for text in SQL:
        if "\0" not in text:
            body = json.dumps({"name": text}).encode()
            made = target.send(
                target.request(
                    "POST /v1/portal/api-keys HTTP/1.1",
                    "Content-Type: application/json",
                    body=body,
                    key=target.live,
                )
            )
            assert statuses(made) == [201], (text, made[-300:])
        path = f"/v1/portal/api-keys/{quote(text, safe='')}"
        gone = target.send(target.request(f"DELETE {path} HTTP/1.1", key=target.live))
        assert statuses(gone)[0] in (400, 404), (text, gone[:200])
        for field in ("start_date", "end_date"):
            line = f"GET /v1/portal/usage?{field}={quote(text)} HTTP/1.1"
            assert statuses(target.send(target.request(line, key=target.live))) == [400]
        body = json.dumps({"model": text, "messages": [{"role": "user", "content": "hi"}]}).encode()
        assert statuses(target.send(target.chat(key=target.live, body=body))) == [404]
    listed = target.send(target.request("GET /v1/portal/api-keys HTTP/1.1", key=target.live))
    assert listed.count(b'"key_hint"') == 2 + sum("\0" not in text for text in SQL)


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "x" * 10_000, "", "   "])
def test_names_that_no_database_takes_are_refused_with_a_sentence(target: Target, text: str) -> None:
    body = json.dumps({"name": text}).encode()
    answer = target.send(
        target.request(
            "POST /v1/portal/api-keys HTTP/1.1", "Content-Type: application/json", body=body, key=target.live
        )
    )
    assert statuses(answer) == [400], answer[-300:]


def test_nothing_that_is_sent_becomes_a_header_of_the_answer(target: Target) -> None:
    marks = ("X-Injected: yes", "Set-Cookie: a=b")
    for mark in marks:
        tail = quote(f"\r\n{mark}\r\n")
        requests = (
            target.request(f"GET /v1/models/{tail} HTTP/1.1", key=target.live),
            target.request(f"GET /v1/portal/usage?start_date={tail} HTTP/1.1", key=target.live),
            target.request(f"GET /{tail} HTTP/1.1", key=target.live),
            target.request("GET /v1/models HTTP/1.1", f"X-Request-Id: a{tail}", key=target.live),
        )
        for request in requests:
            answer = target.send(request)
            heads = b"".join(part.partition(b"\r\n\r\n")[0] for part in answer.split(b"HTTP/1.1 "))
            assert mark.partition(":")[0].encode() not in heads, answer[:400]


def test_one_request_is_one_line_of_the_log(target: Target, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    forged = "\r\n2026-01-01 00:00:00,000 INFO openfpga.access request id=req_forged status=200\x1b[31m"
    target.send(target.request(f"GET /v1/models/{quote(forged)} HTTP/1.1", key=target.live))
    body = json.dumps({"model": forged, "messages": [{"role": "user", "content": forged}]}).encode()
    target.send(target.chat(key=target.live, body=body))
    messages = [record.getMessage() for record in caplog.records if record.name.startswith("openfpga")]
    assert len(messages) >= 2
    assert not any(sign in message for message in messages for sign in "\r\n\x1b")


def test_labels_of_metrics_are_never_a_callers_text(target: Target) -> None:
    body = json.dumps({"model": 'evil"} 1\nforged_metric 7', "messages": []}).encode()
    target.send(target.chat(key=target.live, body=body))
    target.send(target.request("GET /evil-path HTTP/1.1", key=target.live))
    metrics = target.send(target.request("GET /metrics HTTP/1.1"))
    assert b"forged_metric" not in metrics
    assert b"evil" not in metrics


@pytest.mark.parametrize(
    "field",
    [
        {"max_tokens": 2**63},
        {"max_tokens": 2**31},
        {"max_tokens": -1},
        {"max_tokens": 1e400},
        {"n": 2**62},
        {"n": 0},
        {"temperature": float("nan")},
        {"seed": 2**64},
        {"top_logprobs": 2**40, "logprobs": True},
    ],
)
def test_numbers_beyond_reason_are_refused_and_cost_nothing(target: Target, field: dict[str, object]) -> None:
    body = json.dumps({"model": MODEL, "messages": [{"role": "user", "content": "hi"}], **field}).encode()
    answer = target.send(target.chat(key=target.live, body=body))
    assert statuses(answer) == [400], answer[-300:]
    sums = target.send(target.request("GET /v1/portal/usage HTTP/1.1", key=target.live))
    assert b'"total_requests":0' in sums
