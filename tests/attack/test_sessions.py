"""The portal's sessions and sign-in, by who controls headers and cookies."""

from __future__ import annotations

import json
import re

from .conftest import Target, statuses

SIGN_IN = "POST /v1/portal/session HTTP/1.1"
WRONG = "ofpga_sk_live_" + "0" * 40


def sign_in(target: Target, key: str, *headers: str) -> bytes:
    """The answer to an attempt."""
    body = json.dumps({"key": key}).encode()
    return target.send(target.request(SIGN_IN, "Content-Type: application/json", *headers, body=body))


def test_an_address_that_is_only_claimed_neither_helps_nor_harms(target: Target) -> None:
    claims = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP", "CF-Connecting-IP")
    for number in range(10):
        claim = f"{claims[number % 5]}: {'for=' if number % 5 == 2 else ''}192.0.2.{number}"
        assert statuses(sign_in(target, WRONG, claim)) == [401]
    assert statuses(sign_in(target, WRONG, "X-Forwarded-For: 198.51.100.1")) == [429]
    # Whoever has signed in, or uses a key, does not have to wait for those who guess.
    assert statuses(target.send(target.chat(key=target.live))) == [200]


def test_a_session_that_somebody_else_chose_is_not_the_one_that_is_opened(target: Target) -> None:
    [cookie] = re.findall(rb"Set-Cookie: ([^;]+);", sign_in(target, target.live))
    name, _, token = cookie.decode().partition("=")
    for chosen in (token, "A" * len(token), "", "x; Path=/; Domain=example.com"):
        again = sign_in(target, target.live, f"Cookie: {name}={chosen}")
        assert statuses(again) == [200]
        [new] = re.findall(rb"Set-Cookie: ([^;]+);", again)
        assert new.decode() != f"{name}={chosen}"
        assert new != cookie
    for guessed in (token[:-1], token + "A", token[::-1], token.swapcase(), f'"{token}', "%00" + token):
        line = "GET /v1/portal/api-keys HTTP/1.1"
        assert statuses(target.send(target.request(line, f"Cookie: {name}={guessed}"))) == [401], guessed


def test_a_session_is_not_taken_where_only_keys_are(target: Target) -> None:
    [cookie] = re.findall(rb"Set-Cookie: [^=]+=([^;]+);", sign_in(target, target.live))
    token = cookie.decode()
    listing = "GET /v1/portal/api-keys HTTP/1.1"
    assert statuses(target.send(target.request(listing, key=token))) == [401]
    assert statuses(target.send(target.request(listing, f"X-VoltageGPU-Key: {token}"))) == [401]
    assert statuses(sign_in(target, token)) == [401]
