"""A server is used, rightly and wrongly, with every kind of secret; then everything it left is searched."""

from __future__ import annotations

import base64
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from openfpga_server.cli import main
from openfpga_server.config import PaymentsConfig
from support.portal_server import PEPPER
from support.x402 import PAY_TO, LocalFacilitator, Wallet, decoded

from .conftest import Target, attacked, statuses

NEARLY = "ofpga_sk_live_" + "Q" * 39 + "7"
"""A key that is none: what people mistype is close to what they have."""


def forms(secret: str) -> Iterator[bytes]:
    """How a secret might stand somewhere."""
    raw = secret.encode()
    yield raw
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    # Within a longer text base64 begins at any of three places; its ends differ with what stands beside.
    for shift in range(3):
        yield base64.b64encode(b"\0" * shift + raw)[4 if shift else 0 : -4]


def found(secrets: dict[str, str], places: dict[str, bytes]) -> list[str]:
    """Which secret stands where."""
    return [
        f"{name} in {place}"
        for name, secret in secrets.items()
        for place, data in places.items()
        if any(form in data for form in forms(secret))
    ]


def test_the_search_finds_a_secret_in_any_form() -> None:
    secret = "ofpga_sk_live_abcdefghijklmnopqrstuvwxyz"
    for text in (
        secret,
        secret.encode().hex(),
        *(base64.b64encode(b"x" * n + secret.encode() + b"yz").decode() for n in range(4)),
    ):
        assert found({"key": secret}, {"text": f"before {text} after".encode()}), text


def test_no_secret_is_left_anywhere(target: Target, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    answers: list[bytes] = []

    def send(*requests: bytes) -> bytes:
        answers.append(target.send(b"".join(requests)))
        return answers[-1]

    as_json = "Content-Type: application/json"
    signed_in = target.send(
        target.request(
            "POST /v1/portal/session HTTP/1.1", as_json, body=json.dumps({"key": target.live}).encode()
        )
    )
    [token] = re.findall(rb"Set-Cookie: [^=]+=([^;]+);", signed_in)
    [cookie] = re.findall(rb"Set-Cookie: ([^;]+);", signed_in)
    [csrf] = re.findall(rb'"csrf_token":"([^"]+)"', signed_in)
    made = target.send(
        target.request(
            "POST /v1/portal/api-keys HTTP/1.1", as_json, body=b'{"name": "third"}', key=target.live
        )
    )
    [third] = re.findall(rb'"key":"([^"]+)"', made)
    secrets = {
        "the live key": target.live,
        "the management key": target.management,
        "the key made over HTTP": third.decode(),
        "the session's token": token.decode(),
        "the session's CSRF token": csrf.decode(),
        "the pepper": PEPPER,
        "a wrong key": NEARLY,
    }
    with_cookie = f"Cookie: {cookie.decode()}"
    for key in (target.live, target.management, NEARLY, third.decode()):
        send(target.chat(key=key))
        send(target.chat(key=key, body=b'{"model": 1'))
        send(target.request("GET /v1/portal/api-keys HTTP/1.1", key=key))
        send(target.request("GET /v1/models/none HTTP/1.1", f"X-VoltageGPU-Key: {key}"))
        send(target.request(f"GET /v1/models?key={key} HTTP/1.1"))
        send(target.request("GET /v1/models HTTP/1.1", "Bad Header", key=key))
        send(target.request(f"GET /v1/models/{'x' * 9000} HTTP/1.1", key=key))
        send(target.chat(f"Authorization: Bearer {key}x", key=key))
        send(
            target.request(
                "POST /v1/portal/session HTTP/1.1", as_json, body=json.dumps({"key": key + "x"}).encode()
            )
        )
    send(target.request("GET /v1/portal/usage HTTP/1.1", with_cookie))
    send(target.request("POST /v1/chat/completions HTTP/1.1", with_cookie, as_json, body=b"{}"))
    send(
        target.request(
            "POST /v1/portal/api-keys HTTP/1.1", with_cookie, f"X-OpenFPGA-CSRF: {csrf.decode()}x", body=b"{}"
        )
    )
    send(
        target.request("DELETE /v1/portal/session HTTP/1.1", with_cookie, f"X-OpenFPGA-CSRF: {csrf.decode()}")
    )
    page = send(target.request("GET / HTTP/1.1"))
    assert statuses(page) == [200]
    for name in set(re.findall(rb'(?:src|href)="(/[^"]+)"', page)):
        send(target.request(f"GET {name.decode()} HTTP/1.1"))
    send(target.request("GET /metrics HTTP/1.1"), target.request("GET /.well-known/openapi.json HTTP/1.1"))
    database = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    assert any(b"usage_events" in data for data in database.values()), "this is the server's database"
    log = "\n".join(logging.Formatter().format(record) for record in caplog.records).encode()
    assert b"openfpga.access" in "\n".join(record.name for record in caplog.records).encode()
    assert found(secrets, {"the log": log, "an answer": b"".join(answers), **database}) == []


def test_a_facilitator_gets_its_credentials_and_nobody_elses(
    sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token, session = "facilitators-0123456789abcdef", "of-the-payer-0123456789abcdef"
    facilitator = LocalFacilitator(credentials=("Authorization", f"Bearer {token}"))
    answers: list[bytes] = []
    with facilitator.in_thread():
        config = PaymentsConfig(
            pay_to=PAY_TO,
            network="base-sepolia",
            facilitator_url=facilitator.url,
            facilitator_header=facilitator.credentials,
        )
        with attacked(sqlite_url, config) as target:
            live, management, cookie = target.live, target.management, f"Cookie: openfpga_session={session}"
            asked = target.send(target.chat(cookie))
            answers.append(asked)
            [required] = re.findall(rb"PAYMENT-REQUIRED: (\S+)", asked)
            [accepted] = decoded(required.decode())["accepts"]
            # Paid; paid again; then what the facilitator refuses, and repeats.
            for payment in (first := Wallet().headers(accepted), first, Wallet(2).headers(accepted)):
                headers = [f"{name}: {value}" for name, value in payment.items()]
                answers.append(target.send(target.chat(cookie, f"X-Note: {live}", *headers)))
                answers.append(target.send(target.chat(cookie, *headers, key=live)))
                if payment is first:
                    facilitator.credentials = ("Authorization", "another")
            assert [statuses(answer)[0] for answer in answers] == [402, 200, 200, 402, 200, 503, 200]
    assert len(facilitator.received) == 3
    assert all(f"Authorization: Bearer {token}".encode() in each for each in facilitator.received)
    ours = {"the live key": live, "the management key": management, "the pepper": PEPPER}
    theirs = {"the facilitator's credentials": token}
    log = "\n".join(logging.Formatter().format(record) for record in caplog.records).encode()
    assert b"payments.facilitator_header" in log
    left = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    left |= {"the log": log, "an answer": b"".join(answers)}
    left["the process's arguments"] = Path("/proc/self/cmdline").read_bytes()
    assert found({**ours, **theirs, "the payer's session": session}, left) == []
    got = {"a question to the facilitator": b"".join(facilitator.received)}
    assert found({**ours, "the payer's session": session}, got) == []


def test_printed_configuration_and_failures_have_no_secret(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    own, pepper, password, redis, paid = (f"{word}-0123456789abcdef-0123456789abcdef" for word in "kpdrf")
    secrets = {"the key": own, "the pepper": pepper, "PostgreSQL's": password, "Redis'": redis}
    secrets["the facilitator's"] = paid
    monkeypatch.setenv("OPENFPGA_PAYMENTS_FACILITATOR_HEADER", f"Authorization: Bearer {paid}")
    file = tmp_path / "server.toml"
    file.write_text(f'[server]\napi_key = "{own}"\n')
    monkeypatch.setenv("OPENFPGA_ACCOUNTS_PEPPER", pepper)
    monkeypatch.setenv(
        "OPENFPGA_ACCOUNTS_DATABASE", f"postgresql+asyncpg://openfpga:{password}@127.0.0.1:1/none"
    )
    monkeypatch.setenv("OPENFPGA_LIMITS_REDIS_URL", f"redis://:{redis}@127.0.0.1:1/0")
    assert main(["serve", "--config", str(file), "--print-config"]) == 0
    printed = capsys.readouterr()
    assert "accounts.database" in printed.out
    assert main(["keys", "list", "--debug"]) == 2
    failed = capsys.readouterr()
    assert "127.0.0.1" in failed.err
    text = (printed.out + printed.err + failed.out + failed.err).encode()
    assert found(secrets, {"the terminal": text}) == []
