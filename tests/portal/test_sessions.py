"""Signing in to the page: the cookie, its CSRF token, and who cannot use them."""

from __future__ import annotations

import hashlib
import logging

import pytest
from openfpga_server.accounts.database import Database, DatabaseError
from openfpga_server.accounts.schema import metadata
from openfpga_server.portal.attempts import FAILURES, WINDOW, Attempts
from openfpga_server.portal.cookie import CSRF_HEADER
from support.portal_server import MODEL, PortalServer

from .conftest import Http, Reply

SESSION, KEYS = "/v1/portal/session", "/v1/portal/api-keys"


def sign_in(call: Http, key: str, **headers: str) -> Reply:
    """Sign in as the page does."""
    return call("POST", SESSION, {"key": key}, headers={"Origin": f"http://{call.host}", **headers})


def cookie_of(reply: Reply) -> str:
    """What a browser would send back."""
    return reply.headers["set-cookie"].partition(";")[0]


def test_session_stands_for_its_key(server: PortalServer, call: Http) -> None:
    key = server.create_key("mine")
    reply = sign_in(call, key)
    assert reply.status == 200
    assert reply.body["state"] == "signed_in"
    assert reply.body["key"]["name"] == "mine"
    assert key not in reply.text
    attributes = {part.strip().lower() for part in reply.headers["set-cookie"].split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/"} <= attributes
    assert "secure" not in attributes
    cookie = {"Cookie": cookie_of(reply)}
    assert call("GET", KEYS, headers=cookie).body["data"][0]["name"] == "mine"
    again = call("GET", SESSION, headers=cookie)
    assert again.body == reply.body
    assert again.headers["cache-control"] == "no-store"
    unsafe = {**cookie, CSRF_HEADER: reply.body["csrf_token"], "Origin": f"http://{call.host}"}
    assert call("POST", KEYS, {"name": "another"}, headers=unsafe).status == 201
    server.runner.say("hello")
    chat = {"model": MODEL, "messages": [{"role": "user", "content": "hi"}]}
    assert call("POST", "/v1/chat/completions", chat, headers=unsafe).status == 200


def test_cookie_is_secure_where_the_browser_speaks_https(server: PortalServer, call: Http) -> None:
    reply = sign_in(call, server.create_key(), Origin=f"https://{call.host}")
    assert "secure" in reply.headers["set-cookie"].lower()


async def everything(database: Database) -> str:
    """All that a database holds."""
    async with database.reading() as connection:
        tables = [(await connection.execute(table.select())).all() for table in metadata.sorted_tables]
    return repr(tables)


def test_database_has_neither_the_key_nor_the_token(server: PortalServer, call: Http) -> None:
    key = server.create_key("this is there")
    reply = sign_in(call, key)
    token = cookie_of(reply).partition("=")[2]
    held = server.run(everything(server.accounts.database))
    assert "this is there" in held
    assert key[-4:] in held
    for secret in (key, token, reply.body["csrf_token"]):
        assert secret not in held
        assert repr(hashlib.sha256(secret.encode()).digest())[2:-1] not in held


def test_neither_log_nor_metrics_have_a_secret(
    server: PortalServer, call: Http, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key = server.create_key()
    reply = sign_in(call, key)
    cookie = cookie_of(reply)
    headers = {"Cookie": cookie, CSRF_HEADER: reply.body["csrf_token"], "Origin": f"http://{call.host}"}
    made = call("POST", KEYS, {"name": "new"}, headers=headers).body["key"]
    sign_in(call, made[:-1] + "?")
    call("GET", KEYS, key=made)
    told = caplog.text + call("GET", "/metrics").text
    assert "/v1/portal/session" in told
    for secret in (made, made[13:-1], cookie.partition("=")[2], reply.body["csrf_token"]):
        assert secret not in told


def test_database_that_does_not_answer_is_told(
    server: PortalServer, call: Http, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = server.create_key()
    reply = sign_in(call, key)

    def fail(*values: object, **named: object) -> None:
        raise DatabaseError("the disk is full of secrets")

    for name in ("keys", "create_key", "revoke_key", "create_session", "end_session"):
        monkeypatch.setattr(server.accounts, name, fail)
    for refused in (
        call("GET", KEYS, key=key),
        call("POST", KEYS, {"name": "a"}, key=key),
        call("DELETE", f"{KEYS}/key_a", key=key),
        call("GET", SESSION, headers={"Cookie": cookie_of(reply)}),
        call("DELETE", SESSION, headers={"Cookie": cookie_of(reply)}),
        sign_in(call, key),
    ):
        assert (refused.status, refused.body["error"]["code"]) == (503, "accounts_unavailable")
        assert refused.headers["retry-after"] == "5"
        assert "secrets" not in refused.text


def test_sign_out_ends_the_session_at_once(server: PortalServer, call: Http) -> None:
    cookie = {"Cookie": cookie_of(sign_in(call, server.create_key()))}
    reply = call("DELETE", SESSION, headers=cookie)
    assert (reply.status, reply.body["state"]) == (200, "signed_out")
    assert "max-age=0" in reply.headers["set-cookie"].lower()
    assert call("GET", KEYS, headers=cookie).status == 401
    assert call("GET", SESSION, headers=cookie).body["state"] == "signed_out"


def test_session_ends_when_its_key_is_revoked(server: PortalServer, call: Http) -> None:
    key, other = server.create_key("mine"), server.create_key("other")
    reply = sign_in(call, key)
    cookie = {"Cookie": cookie_of(reply)}
    call("DELETE", f"{KEYS}/{reply.body['key']['id']}", key=other)
    assert call("GET", KEYS, headers=cookie).status == 401
    assert call("GET", SESSION, headers=cookie).body["csrf_token"] is None


def test_wrong_key_opens_nothing(server: PortalServer, call: Http) -> None:
    server.create_key()
    for key in ("", "wrong", "ofpga_sk_live_" + "a" * 40, "ofpga_sk_live_'; --", "\x00"):
        reply = sign_in(call, key)
        assert (reply.status, reply.body["error"]["code"]) == (401, "invalid_api_key"), key
        assert "set-cookie" not in reply.headers


def test_other_pages_can_do_nothing_with_a_session(server: PortalServer, call: Http) -> None:
    others = (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    )
    key = server.create_key()
    reply = sign_in(call, key)
    for headers in others:
        stolen = {"Cookie": cookie_of(reply), CSRF_HEADER: reply.body["csrf_token"], **headers}
        assert call("POST", SESSION, {"key": key}, headers=headers).status == 403
        assert call("DELETE", SESSION, headers=stolen).status == 403
        assert call("POST", KEYS, {"name": "evil"}, headers=stolen).status == 403
        assert call("GET", SESSION, headers=stolen).body["csrf_token"] is None
    assert len(call("GET", KEYS, key=key).body["data"]) == 1


def test_cookie_without_its_token_changes_nothing(server: PortalServer, call: Http) -> None:
    key = server.create_key()
    reply = sign_in(call, key)
    own = f"{KEYS}/{reply.body['key']['id']}"
    chat = {"model": MODEL, "messages": [{"role": "user", "content": "hi"}]}
    for token in ({}, {CSRF_HEADER: ""}, {CSRF_HEADER: "wrong"}):
        headers = {"Cookie": cookie_of(reply), "Origin": f"http://{call.host}", **token}
        for refused in (
            call("POST", KEYS, {"name": "evil"}, headers=headers),
            call("DELETE", own, headers=headers),
            call("POST", "/v1/chat/completions", chat, headers=headers),
        ):
            assert (refused.status, refused.body["error"]["code"]) == (403, "csrf")
    assert call("GET", KEYS, key=key).status == 200


def test_token_of_one_session_is_none_of_another(server: PortalServer, call: Http) -> None:
    key = server.create_key()
    one, other = sign_in(call, key), sign_in(call, key)
    assert one.body["csrf_token"] != other.body["csrf_token"]
    headers = {
        "Cookie": cookie_of(one),
        CSRF_HEADER: other.body["csrf_token"],
        "Origin": f"http://{call.host}",
    }
    assert call("POST", KEYS, {"name": "evil"}, headers=headers).status in (401, 403)


def test_form_of_another_site_is_refused_by_its_type(server: PortalServer, call: Http) -> None:
    key = server.create_key()
    for kind in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"):
        reply = call("POST", SESSION, b'{"key": "' + key.encode() + b'"}', headers={"Content-Type": kind})
        assert reply.status == 415
        assert "set-cookie" not in reply.headers


def test_wrong_keys_make_an_address_wait(server: PortalServer, call: Http) -> None:
    key = server.create_key()
    for _ in range(FAILURES):
        assert sign_in(call, "wrong").status == 401
    reply = sign_in(call, key)
    assert (reply.status, reply.body["error"]["code"]) == (429, "too_many_attempts")
    assert 1 <= int(reply.headers["retry-after"]) <= WINDOW
    # Who has a key is not kept from using it.
    assert call("GET", KEYS, key=key).status == 200


def test_attempts_are_counted_by_address_and_forgotten() -> None:
    now = 1000.0
    attempts = Attempts(lambda: now)
    for address in ("192.0.2.1", "2001:db8::1"):
        for _ in range(FAILURES - 1):
            attempts.failed(address)
        assert attempts.wait(address) == 0
        attempts.failed(address)
        assert attempts.wait(address) == WINDOW
    assert attempts.wait("192.0.2.2") == 0
    assert attempts.wait("::ffff:192.0.2.1") == WINDOW, "the same address, written otherwise"
    assert attempts.wait("2001:db8::ffff") == WINDOW, "one customer has a whole network"
    assert attempts.wait("2001:db8:0:1::1") == 0
    now += WINDOW
    assert attempts.wait("192.0.2.1") == 0


def test_memory_of_attempts_is_bounded() -> None:
    attempts = Attempts(lambda: 0.0)
    for _ in range(FAILURES):
        attempts.failed("192.0.2.1")
    for number in range(10_000):
        attempts.failed(f"10.0.{number >> 8}.{number & 255}")
    assert attempts.wait("192.0.2.1") == 0


class TestWithoutKeys:
    """While there are no keys the portal belongs to the people of this machine."""

    def test_nobody_signs_in(self, server: PortalServer, call: Http) -> None:
        assert call("GET", SESSION).body == {"state": "open", "key": None, "csrf_token": None}
        assert call("GET", KEYS).body == {"data": []}
        assert call("GET", "/v1/portal/usage").body["total_requests"] == 0

    def test_first_key_ends_it(self, server: PortalServer, call: Http) -> None:
        key = call("POST", KEYS, {"name": "first"}).body["key"]
        assert call("GET", SESSION).body["state"] == "signed_out"
        assert call("GET", KEYS).status == 401
        assert call("POST", KEYS, {"name": "second"}).status == 401
        assert sign_in(call, key).body["state"] == "signed_in"

    def test_others_make_no_key(self, server: PortalServer, call: Http) -> None:
        others = (
            {"Host": "evil.example"},
            {"Host": "evil.example:5000"},
            {"Host": "localhost.evil.example"},
            {"Host": "127.0.0.1.evil.example"},
            {"Host": "[oops"},
            {"Origin": "http://evil.example"},
            {"Sec-Fetch-Site": "cross-site"},
            {"X-Forwarded-For": "192.0.2.1"},
            {"Forwarded": "for=192.0.2.1"},
        )
        for headers in others:
            for method, path in (("POST", KEYS), ("GET", KEYS), ("GET", "/v1/portal/usage")):
                body = {"name": "evil"} if method == "POST" else None
                assert call(method, path, body, headers=headers).status in (400, 401, 403), headers
        assert not server.run(server.accounts.any_keys())

    def test_this_machine_by_any_of_its_names(self, server: PortalServer, call: Http) -> None:
        for host in ("localhost", "127.0.0.1:5000", "[::1]:5000", "LOCALHOST:1"):
            assert call("GET", KEYS, headers={"Host": host}).status == 200, host
