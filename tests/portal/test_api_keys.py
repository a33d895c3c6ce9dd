"""/v1/portal/api-keys: the document's shapes, whose keys they are, and what they may do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from support.portal_server import MODEL, PortalServer

from .conftest import Http

KEYS = "/v1/portal/api-keys"


def test_created_key_is_told_once_in_the_documents_shape(server: PortalServer, call: Http) -> None:
    first = server.create_key()
    created = call("POST", KEYS, {"name": "production-backend"}, key=first)
    assert created.status == 201
    assert set(created.body) == {"id", "name", "key", "created_at"}
    assert created.body["id"].startswith("key_")
    assert created.body["key"].startswith("ofpga_sk_live_")
    age = datetime.now(UTC) - datetime.fromisoformat(created.body["created_at"])
    assert timedelta(0) <= age < timedelta(minutes=1)
    assert created.headers["cache-control"] == "no-store"
    listed = call("GET", KEYS, key=created.body["key"])
    assert listed.status == 200
    (newest, oldest) = listed.body["data"]
    assert newest["id"] == created.body["id"]
    assert newest["name"] == "production-backend"
    assert newest["key_hint"] == f"ofpga_sk_...{created.body['key'][-4:]}"
    assert newest["last_used_at"] is not None
    assert oldest["name"] == "first"
    assert created.body["key"] not in listed.text
    assert first not in listed.text


def test_key_that_was_never_used_says_so(server: PortalServer, call: Http) -> None:
    key = server.create_key()
    call("POST", KEYS, {"name": "idle"}, key=key)
    assert call("GET", KEYS, key=key).body["data"][0]["last_used_at"] is None


def test_revoked_key_is_refused_at_once_and_no_longer_listed(server: PortalServer, call: Http) -> None:
    keeper, goner = server.create_key("keeper"), server.create_key("goner")
    goner_id = call("GET", KEYS, key=keeper).body["data"][0]["id"]
    revoked = call("DELETE", f"{KEYS}/{goner_id}", key=keeper)
    assert (revoked.status, revoked.body) == (200, {"message": "API key revoked"})
    assert call("GET", KEYS, key=goner).status == 401
    assert [key["name"] for key in call("GET", KEYS, key=keeper).body["data"]] == ["keeper"]


def test_limits_are_taken_listed_and_held(server: PortalServer, call: Http) -> None:
    key = server.create_key()
    limited = call(
        "POST", KEYS, {"name": "limited", "models": ["other-name"], "budget_usd": 0.000001}, key=key
    )
    assert limited.status == 201
    info = call("GET", KEYS, key=key).body["data"][0]
    assert info["models"] == [MODEL]
    assert (info["budget_usd"], info["spent_usd"], info["kind"]) == (0.000001, 0.0, "live")
    server.runner.say("hello")
    chat = {"model": MODEL, "messages": [{"role": "user", "content": "hi"}]}
    assert call("POST", "/v1/chat/completions", chat, key=limited.body["key"]).status == 200
    refused = call("POST", "/v1/chat/completions", chat, key=limited.body["key"])
    assert (refused.status, refused.body["error"]["code"]) == (403, "budget_exceeded")
    assert call("GET", KEYS, key=key).body["data"][0]["spent_usd"] > 0.000001


def test_limited_key_cannot_make_or_revoke_keys(server: PortalServer, call: Http) -> None:
    limited = server.create_key("limited", budget_micro=5)
    own = call("GET", KEYS, key=limited).body["data"][0]["id"]
    for reply in (
        call("POST", KEYS, {"name": "free"}, key=limited),
        call("DELETE", f"{KEYS}/{own}", key=limited),
    ):
        assert (reply.status, reply.body["error"]["code"]) == (403, "forbidden")
    assert len(call("GET", KEYS, key=limited).body["data"]) == 1


def test_management_key_manages_and_does_not_infer(server: PortalServer, call: Http) -> None:
    key = server.create_key()
    made = call("POST", KEYS, {"name": "manager", "kind": "management"}, key=key).body["key"]
    assert made.startswith("ofpga_sk_mgmt_")
    assert call("POST", KEYS, {"name": "made by it"}, key=made).status == 201
    chat = {"model": MODEL, "messages": [{"role": "user", "content": "hi"}]}
    assert call("POST", "/v1/chat/completions", chat, key=made).status == 403


def test_keys_of_another_account_do_not_exist(server: PortalServer, call: Http) -> None:
    mine = server.create_key("mine")
    user = server.run(server.accounts.users.create("somebody else"))
    theirs = server.create_key("theirs", user=user.id)
    theirs_id = call("GET", KEYS, key=theirs).body["data"][0]["id"]
    assert [key["name"] for key in call("GET", KEYS, key=mine).body["data"]] == ["mine"]
    for name in (theirs_id, "key_unknown", "'; DROP TABLE api_keys; --", "%00", "%ff", "x" * 4000):
        reply = call("DELETE", f"{KEYS}/{name.replace(' ', '%20')}", key=mine)
        assert (reply.status, reply.body["error"]["code"]) == (404, "key_not_found")
    assert call("GET", KEYS, key=theirs).status == 200


def test_wrong_field_is_named(server: PortalServer, call: Http) -> None:
    wrong = (
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": 3}, "name"),
        ({"name": "a", "kind": "root"}, "kind"),
        ({"name": "a", "models": []}, "models"),
        ({"name": "a", "models": ["no-such-model"]}, "models[0]"),
        ({"name": "a", "budget_usd": -1}, "budget_usd"),
        ({"name": "a", "budget_usd": "1"}, "budget_usd"),
    )
    key = server.create_key()
    for body, param in wrong:
        reply = call("POST", KEYS, body, key=key)
        assert (reply.status, reply.body["error"]["param"]) == (400, param), body


def test_names_are_text_whatever_they_look_like(server: PortalServer, call: Http) -> None:
    key = server.create_key()
    for name in ("<script>alert(1)</script>", "'; DROP TABLE api_keys; --", "Schlüssel ☀", '"quoted"'):
        assert call("POST", KEYS, {"name": name}, key=key).body["name"] == name
    assert len(call("GET", KEYS, key=key).body["data"]) == 5


def test_without_a_key_nothing_is_told(server: PortalServer, call: Http) -> None:
    server.create_key()
    for method, path in (
        ("GET", KEYS),
        ("POST", KEYS),
        ("DELETE", f"{KEYS}/key_x"),
        ("GET", "/v1/portal/usage"),
        ("GET", "/v1/portal/device"),
    ):
        assert call(method, path).status == 401
        assert call(method, path, key="ofpga_sk_live_" + "a" * 40).status == 401
