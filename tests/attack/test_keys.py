"""Keys that are none, keys that were, and keys that try for more than they may."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from support.portal_server import MODEL, PEPPER

from .conftest import Target, attacked, statuses

ALIAS = "other-name"
ROUTES: dict[str, dict[str, object]] = {
    "/v1/chat/completions": {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 2},
    "/v1/completions": {"prompt": "hi", "max_tokens": 2},
    "/v1/responses": {"input": "hi", "max_output_tokens": 2},
    "/v1/embeddings": {"input": "hi"},
}
BASES = ("", "/api", "/api/voltage", "/deepinfer")


def infer(target: Target, key: str, path: str, **fields: object) -> tuple[int, bytes]:
    """Status of a request that a key makes, and all that came back."""
    route = "/v1" + path.rpartition("/v1")[2]
    body = json.dumps({**ROUTES[route], **fields}).encode()
    answer = target.send(
        target.request(f"POST {path} HTTP/1.1", "Content-Type: application/json", body=body, key=key)
    )
    [status] = statuses(answer)
    return status, answer


def listing(target: Target, *headers: str, key: str | None = None) -> list[int]:
    """Status of asking for the account's keys."""
    return statuses(target.send(target.request("GET /v1/portal/api-keys HTTP/1.1", *headers, key=key)))


def sign_in(target: Target, key: str) -> tuple[str, str]:
    """Headers of a session: its cookie, its token against cross-site requests."""
    body = json.dumps({"key": key}).encode()
    line = "POST /v1/portal/session HTTP/1.1"
    answer = target.send(target.request(line, "Content-Type: application/json", body=body))
    [cookie] = re.findall(rb"Set-Cookie: ([^;]+);", answer)
    [csrf] = re.findall(rb'"csrf_token":"([^"]+)"', answer)
    return f"Cookie: {cookie.decode()}", f"X-OpenFPGA-CSRF: {csrf.decode()}"


def test_every_refused_key_gets_the_same_answer(target: Target) -> None:
    accounts, run = target.server.accounts, target.server.run
    revoked = run(accounts.create_key("revoked"))
    run(accounts.revoke_key(revoked.info.id))
    soon = datetime.now(UTC) + timedelta(milliseconds=300)
    expired = run(accounts.create_key("expired", expires_at=soon)).secret
    waiting = (soon - datetime.now(UTC)).total_seconds()
    run(asyncio.sleep(max(waiting, 0) + 0.01))
    keys = {
        "revoked": revoked.secret,
        "expired": expired,
        "unknown": "ofpga_sk_live_" + "0" * 40,
        "of the other kind": target.live.replace("live", "mgmt"),
        "one character off": target.live[:-1] + ("a" if target.live[-1] != "a" else "b"),
        "too short": target.live[:-1],
        "too long": target.live + "a",
        "another product's": "sk-" + "a" * 48,
        "percent-encoded": target.live.replace("_", "%5F"),
        "in capitals": target.live.upper(),
    }
    for base in BASES:
        path = f"{base}/v1/chat/completions"
        answers = {}
        for name, key in keys.items():
            status, answer = infer(target, key, path, model=MODEL)
            assert status == 401, (name, answer[:300])
            body = answer.partition(b"\r\n\r\n")[2].partition(b"HTTP/1.1")[0]
            assert key.encode() not in body, name
            answers[name] = re.sub(rb"\d{4}-\d\d-\d\dT[^\"]+|req[-_][0-9a-f]+", b"", body)
        assert len(set(answers.values())) == 1, answers


def test_a_revocation_by_another_process_ends_a_key_and_its_sessions_everywhere(sqlite_url: str) -> None:
    with attacked(sqlite_url) as one, attacked(sqlite_url) as other:
        made = one.server.run(one.server.accounts.create_key("short"))
        session = sign_in(one, made.secret)
        for target in (one, other):
            origin = f"Origin: http://{target.host}"
            assert listing(target, key=made.secret) == [200]
            assert listing(target, session[0]) == [200], "sessions are the database's, not one server's"
            assert statuses(target.send(target.chat(*session, origin))) == [200]
        subprocess.run(
            [sys.executable, "-m", "openfpga_server.cli", "keys", "revoke", made.info.id],
            env={
                **os.environ,
                "OPENFPGA_ACCOUNTS_DATABASE": sqlite_url,
                "OPENFPGA_ACCOUNTS_PEPPER": PEPPER,
            },
            check=True,
            capture_output=True,
        )
        for target in (one, other):
            origin = f"Origin: http://{target.host}"
            assert listing(target, key=made.secret) == [401]
            assert listing(target, session[0]) == [401]
            assert statuses(target.send(target.chat(*session, origin))) == [401]
            assert listing(target, key=target.live) == [200], "others are not concerned"


def test_a_session_is_held_to_its_key(target: Target) -> None:
    narrow = target.server.create_key("narrow", models=["other-model"])
    origin = f"Origin: http://{target.host}"
    session = sign_in(target, narrow)
    assert statuses(target.send(target.chat(*session, origin))) == [403]
    session = sign_in(target, target.management)
    assert statuses(target.send(target.chat(*session, origin))) == [403]


@pytest.mark.parametrize("base", BASES)
def test_no_name_dialect_or_route_leads_past_a_keys_models(target: Target, base: str) -> None:
    target.server.runner.say("long enough for every route" * 20)
    wrong = target.server.create_key("wrong", models=["other-model"])
    right = target.server.create_key("right", models=[MODEL])
    # Not a model's id: it opens nothing, rather than what the alias stands for today.
    alias = target.server.create_key("alias", models=[ALIAS])
    for route in ROUTES:
        path = base + route
        names: list[dict[str, object]] = [{"model": name} for name in (MODEL, ALIAS)]
        if route == "/v1/embeddings":
            names.append({"model": "text-embedding-3-small"})
        elif base == "/deepinfer":
            names.append({})
        for name in names:
            fields = {**name, "stream": True} if route != "/v1/embeddings" else name
            for refused in (wrong, alias, target.management):
                for sent in (name, fields):
                    status, answer = infer(target, refused, path, **sent)
                    assert status == 403, (path, sent, answer[:300])
            status, answer = infer(target, right, path, **fields)
            assert status == 200, (path, fields, answer[:300])


def test_a_key_for_an_alias_made_in_the_portal_is_one_for_its_model(target: Target) -> None:
    target.server.runner.say("long enough for every route" * 20)
    body = json.dumps({"name": "by alias", "models": [ALIAS]}).encode()
    line = "POST /v1/portal/api-keys HTTP/1.1"
    made = target.send(target.request(line, "Content-Type: application/json", body=body, key=target.live))
    [key] = re.findall(rb'"key":"([^"]+)"', made)
    for name in (MODEL, ALIAS):
        assert infer(target, key.decode(), "/v1/completions", model=name)[0] == 200
