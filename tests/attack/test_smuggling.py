"""Requests whose end, whose path or whose key different readers see differently."""

from __future__ import annotations

import pytest

from .conftest import CHAT, Target, statuses

PRIVATE = b'"key_hint"'
"""Stands in the list of keys, which nobody without a key may see."""


def test_a_request_is_what_it_seems(target: Target) -> None:
    assert statuses(target.send(target.chat(key=target.live))) == [200]
    assert statuses(target.send(target.chat())) == [401]


@pytest.mark.parametrize(
    "headers",
    [
        (f"Content-Length: {len(CHAT)}", "Transfer-Encoding: chunked"),
        ("Content-Length: 5", f"Content-Length: {len(CHAT)}"),
        (f"Content-Length: +{len(CHAT)}",),
        (f"Content-Length: {len(CHAT)}, {len(CHAT)}",),
        (f"Content-Length: 0x{len(CHAT):x}",),
        ("Content-Length: -1",),
        ("Transfer-Encoding: xchunked",),
        ("Transfer-Encoding: chunked, identity",),
        ("Transfer-Encoding : chunked",),
        ("X-Fold: a", " Transfer-Encoding: chunked"),
        ("X-Nul: \0",),
        ("Content_Length\x00: 4",),
    ],
)
def test_a_body_with_two_ends_is_refused_and_nothing_after_it_is_served(
    target: Target, headers: tuple[str, ...]
) -> None:
    hidden = target.request("GET /v1/portal/api-keys HTTP/1.1", key=target.live)
    head = target.request(
        "POST /v1/chat/completions HTTP/1.1",
        *headers,
        body=b"0\r\n\r\n" + hidden,
        key=target.live,
        length=False,
    )
    answer = target.send(head)
    assert PRIVATE not in answer
    assert all(status in (400, 411, 413, 422, 501) for status in statuses(answer)), answer[:300]


def test_chunk_sizes_are_read_strictly(target: Target) -> None:
    hidden = target.request("GET /v1/portal/api-keys HTTP/1.1", key=target.live)
    for size in (b"0x5", b"-5", b"+5", b"5 5", b"5;\x00", b"fffffffffffffffff", b"5\n"):
        body = size + b"\r\nhello\r\n0\r\n\r\n" + hidden
        head = target.request(
            "POST /v1/chat/completions HTTP/1.1", "Transfer-Encoding: chunked", key=target.live
        )
        answer = target.send(head + body)
        assert PRIVATE not in answer, size
        assert all(status >= 400 for status in statuses(answer)), (size, answer[:300])


def test_each_request_of_a_connection_is_judged_by_its_own_key(target: Target) -> None:
    listing = "GET /v1/portal/api-keys HTTP/1.1"
    pipelined = (
        target.request(listing, key=target.live)
        + target.request(listing)
        + target.chat(key=target.management)
        + target.request(listing, key="ofpga_sk_live_" + "0" * 40)
        + target.chat(key=target.live)
    )
    answer = target.send(pipelined)
    assert statuses(answer) == [200, 401, 403, 401, 200]
    assert answer.count(PRIVATE) == 2, "both of the first request's own keys"


@pytest.mark.parametrize(
    "path",
    [
        "//v1/portal/api-keys",
        "/health/../v1/portal/api-keys",
        "/health/%2e%2e/v1/portal/api-keys",
        "/health/..%2fv1/portal/api-keys",
        "/health;/../v1/portal/api-keys",
        "/v1/portal/api-keys;x=/health",
        "/v1/portal/api-keys/",
        "/v1/portal/api-keys%00/health",
        "/v1/portal/api-keys?/health",
        "/v1/portal/api-keys#/health",
        "/V1/PORTAL/API-KEYS",
        "/v1/portal/api%2dkeys",
        "/v1/./portal/api-keys",
        "/metrics/..//v1/portal/api-keys",
        "/api/../v1/portal/api-keys",
        "/%76%31/portal/api-keys",
        "http://localhost/v1/portal/api-keys",
        "https://example.com/health/../v1/portal/api-keys",
        "*",
    ],
)
def test_no_spelling_of_a_path_opens_what_needs_a_key(target: Target, path: str) -> None:
    for method in ("GET", "HEAD", "OPTIONS", "TRACE", "DELETE", "PROPFIND", "get"):
        answer = target.send(target.request(f"{method} {path} HTTP/1.1", "X-HTTP-Method-Override: GET"))
        assert PRIVATE not in answer
        assert all(status >= 400 for status in statuses(answer)), (method, answer[:300])
        assert statuses(answer) != [500], (method, answer[:300])


def test_headers_of_proxies_change_neither_path_nor_method(target: Target) -> None:
    for header in ("X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix", "X-Accel-Redirect"):
        answer = target.send(target.request("GET /health HTTP/1.1", f"{header}: /v1/portal/api-keys"))
        assert statuses(answer) == [200]
        assert PRIVATE not in answer


def test_a_key_in_the_address_opens_nothing_and_is_not_logged(
    target: Target, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    for query in ("key", "api_key", "apikey", "access_token", "token", "Authorization"):
        line = f"GET /v1/portal/api-keys?{query}={target.live} HTTP/1.1"
        assert statuses(target.send(target.request(line))) == [401]
    assert target.live not in caplog.text
