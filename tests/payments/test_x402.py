"""Requests that are paid for one by one: real signatures, a real facilitator over HTTP, real databases."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Any

import pytest
from aiohttp import ClientSession, ClientTimeout, web
from openfpga_server.accounts.schema import payments, usage_events
from openfpga_server.payments.ledger import Ledger
from openfpga_server.registry import ServedModel
from sqlalchemy import select
from support.alphabet import AlphabetRunner
from support.paying import Paying, paying_server
from support.x402 import PAY_TO, LocalFacilitator, Wallet, as_headers, decoded, encoded

CHAT = "/v1/chat/completions"
HELLO = {"model": "alphabet", "messages": [{"role": "user", "content": "hello"}], "max_tokens": 20}
EMBED = {"model": "alphabet", "input": "abc"}
BODIES: dict[str, dict[str, Any]] = {
    CHAT: HELLO,
    "/v1/embeddings": EMBED,
    "/v1/completions": {"model": "alphabet", "prompt": "abc", "max_tokens": 20},
    "/v1/responses": {"model": "alphabet", "input": "hello", "max_output_tokens": 20},
}


async def terms(http: ClientSession, version: int, path: str = CHAT) -> dict[str, Any]:
    """What is asked for a request, as a 402 without payment tells."""
    async with http.post(path, json=BODIES[path]) as response:
        assert response.status == 402
        body = await response.json()
        required: dict[str, Any] = body if version == 1 else decoded(response.headers["PAYMENT-REQUIRED"])
        [accepted] = required["accepts"]
        return dict(accepted)


async def rows(server: Paying) -> list[Mapping[str, Any]]:
    async with server.database.reading() as connection:
        return [dict(row) for row in (await connection.execute(select(payments))).mappings()]


async def events(server: Paying) -> list[Mapping[str, Any]]:
    async with server.database.reading() as connection:
        return [dict(row) for row in (await connection.execute(select(usage_events))).mappings()]


@pytest.mark.parametrize("version", [1, 2])
async def test_what_a_402_asks_for(sqlite_server: Paying, version: int) -> None:
    async with sqlite_server.http.post(CHAT, json=HELLO) as response:
        assert response.status == 402
        body = await response.json()
        header = decoded(response.headers["PAYMENT-REQUIRED"])
    assert body["x402Version"] == 1
    assert header["x402Version"] == 2
    assert "Authorization: Bearer" in body["error"]
    assert body["error"] == header["error"]
    assert header["resource"]["url"] == f"{sqlite_server.url}{CHAT}"
    accepted = (body if version == 1 else header)["accepts"][0]
    amount = accepted["maxAmountRequired" if version == 1 else "amount"]
    # <|bos|><|user|>hello<|end|><|assistant|> is 9 tokens, and there may be 20 in the answer.
    assert amount == str(9 * 10 + 20 * 20)
    assert accepted["network"] == ("base-sepolia" if version == 1 else "eip155:84532")
    assert accepted["asset"] == "0x036CbD53842c5426634e7929541eC2318f3dCF7e"
    assert accepted["payTo"] == PAY_TO
    assert accepted["scheme"] == "exact"
    assert accepted["extra"] == {"name": "USDC", "version": "2"}


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("path", BODIES)
async def test_a_paid_request_is_answered(
    server: Paying, facilitator: LocalFacilitator, wallet: Wallet, version: int, path: str
) -> None:
    asked = await terms(server.http, version, path)
    async with server.http.post(path, json=BODIES[path], headers=wallet.headers(asked)) as response:
        assert response.status == 200, await response.text()
        name = "X-PAYMENT-RESPONSE" if version == 1 else "PAYMENT-RESPONSE"
        told, request_id = decoded(response.headers[name]), response.headers["x-request-id"]
    amount = int(asked["maxAmountRequired" if version == 1 else "amount"])
    assert told["success"]
    assert told["payer"] == wallet.account.address
    assert told["network"] == asked["network"]
    assert facilitator.asked == ["verify", "settle"]
    assert facilitator.paid == {wallet.account.address: amount}
    [row] = await rows(server)
    assert (row["state"], row["amount"], row["request_id"]) == ("settled", amount, request_id)
    assert row["network"] == "eip155:84532"
    assert row["settlement"] == told["transaction"]
    [event] = await events(server)
    # What was paid is what the request cost, however short its answer was.
    assert (event["id"], event["user_id"], event["cost_micro"]) == (request_id, "user_payments", amount)


async def test_embeddings_cost_the_minimum_where_the_catalogue_asks_less(sqlite_server: Paying) -> None:
    assert (await terms(sqlite_server.http, 2, "/v1/embeddings"))["amount"] == "100"


async def test_a_stream_is_paid_for_before_its_first_byte(
    sqlite_server: Paying, facilitator: LocalFacilitator, wallet: Wallet, runner: AlphabetRunner
) -> None:
    headers = wallet.headers(await terms(sqlite_server.http, 2))
    facilitator.gate.clear()
    asking = asyncio.create_task(
        sqlite_server.http.post(CHAT, json={**HELLO, "stream": True}, headers=headers)
    )
    async with asyncio.timeout(5):
        while facilitator.asked != ["verify", "settle"]:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    assert not asking.done()
    assert runner.batches == []
    facilitator.gate.set()
    async with await asking as response:
        assert decoded(response.headers["PAYMENT-RESPONSE"])["success"]
        assert (await response.text()).endswith("data: [DONE]\n\n")


@pytest.mark.parametrize("version", [1, 2])
async def test_the_same_payment_twice_is_refused(
    server: Paying, facilitator: LocalFacilitator, wallet: Wallet, version: int
) -> None:
    headers = wallet.headers(await terms(server.http, version))
    async with server.http.post(CHAT, json=HELLO, headers=headers) as response:
        assert response.status == 200
    async with server.http.post(CHAT, json=HELLO, headers=headers) as response:
        assert response.status == 402
        assert "used before" in (await response.json())["error"]
    assert facilitator.asked == ["verify", "settle"]


async def test_a_payment_of_one_version_is_used_for_the_other_too(
    sqlite_server: Paying, wallet: Wallet
) -> None:
    first = await terms(sqlite_server.http, 1)
    payment = wallet.pay(first)
    async with sqlite_server.http.post(CHAT, json=HELLO, headers=as_headers(payment)) as response:
        assert response.status == 200
    again = {"x402Version": 2, "accepted": await terms(sqlite_server.http, 2), "payload": payment["payload"]}
    async with sqlite_server.http.post(CHAT, json=HELLO, headers=as_headers(again)) as response:
        assert response.status == 402
        assert "used before" in (await response.json())["error"]


async def test_a_used_payment_stays_used_after_a_restart_and_on_another_server(
    model: ServedModel, database_url: str, facilitator: LocalFacilitator, wallet: Wallet
) -> None:
    async with paying_server(model, database_url, facilitator.url) as first:
        used = wallet.headers(await terms(first.http, 2))
        async with first.http.post(CHAT, json=HELLO, headers=used) as response:
            assert response.status == 200
    # The facilitator forgets: only the database knows.
    facilitator.used.clear()
    async with (
        paying_server(model, database_url, facilitator.url) as second,
        paying_server(model, database_url, facilitator.url) as third,
    ):
        for server in (second, third):
            async with server.http.post(CHAT, json=HELLO, headers=used) as response:
                assert response.status == 402
        fresh = wallet.headers(await terms(second.http, 2))
        # At once on both: both verify, one settles.
        answers = await asyncio.gather(
            *(server.http.post(CHAT, json=HELLO, headers=fresh) for server in (second, third) * 3)
        )
        assert sorted(answer.status for answer in answers) == [200] + [402] * 5
        for answer in answers:
            answer.release()
    assert facilitator.asked.count("settle") == 2


REFUSED = {
    "less": ({"value": "1"}, "authorization_value: expected 490"),
    "more": ({"value": "491"}, "authorization_value"),
    "to another": ({"to": "0x" + "11" * 20}, "recipient_mismatch"),
    "expired": ({"validBefore": "1"}, "valid_before"),
    "about to expire": ({"validBefore": str(int(time.time()) + 1)}, "valid_before"),
    "not valid yet": ({"validAfter": str(int(time.time()) + 1000)}, "valid_after"),
}


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("case", REFUSED)
async def test_payments_of_other_terms_are_refused_without_asking_anyone(
    sqlite_server: Paying, facilitator: LocalFacilitator, wallet: Wallet, version: int, case: str
) -> None:
    changes, reason = REFUSED[case]
    headers = wallet.headers(await terms(sqlite_server.http, version), **changes)
    async with sqlite_server.http.post(CHAT, json=HELLO, headers=headers) as response:
        assert response.status == 402
        body = await response.json()
    assert reason in body["error"]
    assert body["accepts"]
    assert facilitator.asked == []
    assert await rows(sqlite_server) == []


@pytest.mark.parametrize(
    ("version", "field", "value", "reason"),
    [
        (1, "network", "base", "invalid_network: expected 'base-sepolia'"),
        (2, "network", "eip155:8453", "invalid_network: expected 'eip155:84532'"),
        (1, "scheme", "upto", "invalid_scheme"),
        (2, "scheme", "upto", "invalid_scheme"),
        (2, "asset", "0x" + "22" * 20, "invalid_asset"),
        (2, "payTo", "0x" + "33" * 20, "recipient_mismatch"),
        (2, "amount", "1", "authorization_value"),
    ],
)
async def test_payments_that_name_other_terms_are_refused(
    sqlite_server: Paying,
    facilitator: LocalFacilitator,
    wallet: Wallet,
    version: int,
    field: str,
    value: str,
    reason: str,
) -> None:
    payment = wallet.pay(await terms(sqlite_server.http, version))
    (payment if version == 1 else payment["accepted"])[field] = value
    async with sqlite_server.http.post(CHAT, json=HELLO, headers=as_headers(payment)) as response:
        assert response.status == 402
        assert reason in (await response.json())["error"]
    assert facilitator.asked == []


async def test_a_payment_for_less_does_not_pay_for_more(sqlite_server: Paying, wallet: Wallet) -> None:
    headers = wallet.headers(await terms(sqlite_server.http, 2))
    async with sqlite_server.http.post(CHAT, json={**HELLO, "max_tokens": 21}, headers=headers) as response:
        assert response.status == 402
        assert "expected 510" in (await response.json())["error"]


@pytest.mark.parametrize("version", [1, 2])
async def test_tampered_and_foreign_signatures_are_refused_and_use_no_nonce(
    sqlite_server: Paying, facilitator: LocalFacilitator, wallet: Wallet, version: int
) -> None:
    asked = await terms(sqlite_server.http, version)
    payment = wallet.pay(asked)
    good = payment["payload"]["signature"]
    other = Wallet(2).pay(asked)["payload"]["signature"]
    for signature in (other, good[:-4] + "0000", "0x00", "0x" + "ff" * 65):
        payment["payload"]["signature"] = signature
        async with sqlite_server.http.post(CHAT, json=HELLO, headers=as_headers(payment)) as response:
            assert response.status == 402
            assert "invalid_exact_evm_payload_signature" in (await response.json())["error"]
    assert "settle" not in facilitator.asked
    payment["payload"]["signature"] = good
    async with sqlite_server.http.post(CHAT, json=HELLO, headers=as_headers(payment)) as response:
        assert response.status == 200


async def test_an_empty_purse_is_refused(
    sqlite_server: Paying, facilitator: LocalFacilitator, wallet: Wallet
) -> None:
    facilitator.balance = 0
    headers = wallet.headers(await terms(sqlite_server.http, 2))
    async with sqlite_server.http.post(CHAT, json=HELLO, headers=headers) as response:
        assert response.status == 402
        assert "insufficient_funds" in (await response.json())["error"]


@pytest.mark.parametrize("version", [1, 2])
async def test_a_settlement_that_fails_is_told_and_uses_the_payment(
    sqlite_server: Paying,
    facilitator: LocalFacilitator,
    wallet: Wallet,
    runner: AlphabetRunner,
    version: int,
) -> None:
    told = {"success": False, "errorReason": "chain_is_full", "transaction": "", "network": "x"}
    facilitator.answers["settle"] = web.json_response(told, status=400)
    headers = wallet.headers(await terms(sqlite_server.http, version))
    async with sqlite_server.http.post(CHAT, json=HELLO, headers=headers) as response:
        assert response.status == 402
        assert "chain_is_full" in (await response.json())["error"]
        name = "X-PAYMENT-RESPONSE" if version == 1 else "PAYMENT-RESPONSE"
        assert decoded(response.headers[name])["success"] is False
    [row] = await rows(sqlite_server)
    assert (row["state"], row["error"]) == ("failed", "chain_is_full")
    del facilitator.answers["settle"]
    async with sqlite_server.http.post(CHAT, json=HELLO, headers=headers) as response:
        assert response.status == 402
    assert runner.batches == []
    assert await events(sqlite_server) == []


@pytest.mark.parametrize("answer", ["never", "500", "no JSON", "no x402", "too much", "gone"])
async def test_a_facilitator_that_is_down_is_a_503_at_once_and_no_work(
    sqlite_server: Paying,
    facilitator: LocalFacilitator,
    wallet: Wallet,
    runner: AlphabetRunner,
    answer: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = {
        "never": None,
        "500": web.Response(status=500),
        "no JSON": web.Response(text="<html>"),
        "no x402": web.json_response({"isValid": "perhaps"}),
        "too much": web.json_response({"isValid": True, "payer": "x" * 100_000}),
    }
    headers = wallet.headers(await terms(sqlite_server.http, 2))
    if answer == "gone":
        monkeypatch.setattr(sqlite_server.payments._facilitator, "_url", "http://127.0.0.1:1")
    else:
        facilitator.answers["verify"] = answers[answer]
    started = time.perf_counter()
    async with sqlite_server.http.post(CHAT, json=HELLO, headers=headers) as response:
        assert response.status == 503
        assert (await response.json())["error"]["code"] == "payments_unavailable"
        assert "Retry-After" in response.headers
    assert time.perf_counter() - started < 3
    assert runner.batches == []
    assert await rows(sqlite_server) == []
    # The same payment is good when the facilitator is back.
    facilitator.answers.clear()
    if answer != "gone":
        async with sqlite_server.http.post(CHAT, json=HELLO, headers=headers) as response:
            assert response.status == 200


TOKEN = "tok-0123456789abcdef"


@pytest.mark.parametrize("credentials", [("Authorization", f"Bearer {TOKEN}"), ("X-Api-Key", TOKEN)])
async def test_a_facilitator_gets_the_credentials_that_it_wants(
    model: ServedModel, sqlite_url: str, wallet: Wallet, credentials: tuple[str, str]
) -> None:
    async with (
        LocalFacilitator(credentials=credentials).running() as facilitator,
        paying_server(model, sqlite_url, facilitator.url, credentials=credentials) as server,
    ):
        headers = wallet.headers(await terms(server.http, 2))
        async with server.http.post(CHAT, json=HELLO, headers=headers) as response:
            assert response.status == 200
        assert facilitator.asked == ["verify", "settle"]
    # Without them it would have said no.
    async with (
        LocalFacilitator(credentials=credentials).running() as facilitator,
        paying_server(model, sqlite_url, facilitator.url) as server,
    ):
        headers = wallet.headers(await terms(server.http, 2))
        async with server.http.post(CHAT, json=HELLO, headers=headers) as response:
            assert response.status == 503
        assert facilitator.asked == []


@pytest.mark.parametrize("fault", ["others", "verify", "settle", "broken", "gone"])
async def test_credentials_are_in_no_answer_log_or_table_whatever_a_facilitator_says(
    model: ServedModel, sqlite_url: str, wallet: Wallet, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    facilitator = LocalFacilitator(credentials=("X-Key", "another") if fault == "others" else None)
    if fault == "verify":
        told = {"isValid": False, "invalidReason": f"do not know {TOKEN}"}
        facilitator.answers["verify"] = web.json_response(told, status=400)
    elif fault == "settle":
        told = {"success": False, "errorReason": f"do not know {TOKEN}", "transaction": TOKEN, "network": "x"}
        facilitator.answers["settle"] = web.json_response(told, status=400)
    elif fault == "broken":
        facilitator.answers["verify"] = web.Response(body=b"\xff" + TOKEN.encode(), status=400)
    async with (
        facilitator.running(),
        paying_server(model, sqlite_url, facilitator.url, credentials=("X-Key", TOKEN)) as server,
    ):
        if fault == "gone":
            server.payments._facilitator._url = "http://127.0.0.1:1"
        headers = wallet.headers(await terms(server.http, 2))
        async with server.http.post(CHAT, json=HELLO, headers=headers) as response:
            assert response.status == (402 if fault in ("verify", "settle") else 503)
            answer = await response.text()
            told_in_headers = [
                str(decoded(value)) for name, value in response.headers.items() if name.startswith("PAYMENT-")
            ]
        assert fault not in ("verify", "settle") or "do not know ***" in answer
        assert fault != "others" or "payments.facilitator_header" in caplog.text
        assert fault == "gone" or any(TOKEN.encode() in each for each in facilitator.received)
        everything = "\n".join((answer, *told_in_headers, caplog.text, str(await rows(server))))
        assert TOKEN not in everything


async def test_a_settlement_without_an_answer_is_unknown_and_an_operator_sees_it(
    sqlite_server: Paying, facilitator: LocalFacilitator, wallet: Wallet
) -> None:
    facilitator.answers["settle"] = None
    headers = wallet.headers(await terms(sqlite_server.http, 2))
    async with sqlite_server.http.post(CHAT, json=HELLO, headers=headers) as response:
        assert response.status == 503
        assert (await response.json())["error"]["code"] == "payment_unknown"
    async with sqlite_server.http.post(CHAT, json=HELLO, headers=headers) as response:
        assert response.status == 402
    [doubt] = await Ledger(sqlite_server.database).doubts(older_than_us=2**62)
    assert (doubt.state, doubt.amount, doubt.claim.payer) == ("claimed", 490, wallet.account.address.lower())
    assert "TimeoutError" in (doubt.error or "")


async def test_a_client_that_leaves_while_paying_is_an_unanswered_payment(
    sqlite_server: Paying, facilitator: LocalFacilitator, wallet: Wallet
) -> None:
    headers = wallet.headers(await terms(sqlite_server.http, 2))
    facilitator.gate.clear()
    with pytest.raises(TimeoutError):
        await sqlite_server.http.post(CHAT, json=HELLO, headers=headers, timeout=ClientTimeout(total=0.1))
    facilitator.gate.set()
    ledger = Ledger(sqlite_server.database)
    async with asyncio.timeout(5):
        while [d.state for d in await ledger.doubts(older_than_us=2**62)] != ["settled"]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert facilitator.paid


async def test_a_paid_request_that_fails_here_is_an_unanswered_payment(
    sqlite_server: Paying, facilitator: LocalFacilitator, wallet: Wallet, runner: AlphabetRunner
) -> None:
    runner.failing = True
    headers = wallet.headers(await terms(sqlite_server.http, 2))
    async with sqlite_server.http.post(CHAT, json=HELLO, headers=headers) as response:
        assert response.status == 500
        assert decoded(response.headers["PAYMENT-RESPONSE"])["success"]
    [doubt] = await Ledger(sqlite_server.database).doubts(older_than_us=2**62)
    assert doubt.state == "settled"
    assert await Ledger(sqlite_server.database).doubts(older_than_us=0) == []


async def test_what_would_be_refused_anyway_is_refused_before_money_moves(
    sqlite_server: Paying, facilitator: LocalFacilitator, wallet: Wallet, runner: AlphabetRunner
) -> None:
    headers = wallet.headers(await terms(sqlite_server.http, 2))
    for body, path in (
        ({**HELLO, "max_tokens": 4000}, CHAT),
        ({**HELLO, "temperature": 9}, CHAT),
        ({**HELLO, "stop_token_ids": [99999]}, CHAT),
        ({"model": "alphabet", "prompt": [99999], "max_tokens": 20}, "/v1/completions"),
        ({"model": "alphabet", "input": [99999]}, "/v1/embeddings"),
    ):
        async with sqlite_server.http.post(path, json=body, headers=headers) as response:
            assert response.status == 400, await response.text()
    assert facilitator.asked == []


async def test_a_full_queue_is_told_before_money_moves(
    sqlite_server: Paying, facilitator: LocalFacilitator, wallet: Wallet, runner: AlphabetRunner
) -> None:
    asked = await terms(sqlite_server.http, 2)
    runner.gate.clear()
    asking = [
        asyncio.create_task(sqlite_server.http.post(CHAT, json=HELLO, headers=wallet.headers(asked)))
        for _ in range(9)
    ]
    async with asyncio.timeout(5):
        while not any(task.done() for task in asking):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    async with sqlite_server.http.post(CHAT, json=HELLO, headers=wallet.headers(asked)) as response:
        assert response.status == 503
        assert "PAYMENT-RESPONSE" not in response.headers
    runner.gate.set()
    for task in asking:
        (await task).release()


@pytest.mark.parametrize(
    "header",
    ["", "!", "e30=", encoded([]), encoded({"x402Version": 3}), "A" * 8193, encoded("x") * 2, "e30=\\n"],
)
@pytest.mark.parametrize("name", ["X-PAYMENT", "PAYMENT-SIGNATURE"])
async def test_headers_that_hold_no_payment_are_refused_with_400(
    sqlite_server: Paying, facilitator: LocalFacilitator, name: str, header: str
) -> None:
    async with sqlite_server.http.post(CHAT, json=HELLO, headers={name: header}) as response:
        assert response.status == 400
        assert response.content_type == "application/json"
    assert facilitator.asked == []


async def test_each_dialect_keeps_its_members_beside_those_of_x402(sqlite_server: Paying) -> None:
    for base, member in (("/api", None), ("/api/voltage", "details"), ("/deepinfer", "detail")):
        async with sqlite_server.http.post(f"{base}{CHAT}", json=HELLO) as response:
            assert response.status == 402
            body = await response.json()
        assert body["x402Version"] == 1
        assert isinstance(body["error"], str)
        assert len(body["accepts"]) == 1
        assert member is None or member in body


async def test_other_paths_are_not_for_sale(sqlite_server: Paying) -> None:
    async with sqlite_server.http.get("/v1/models") as response:
        assert response.status == 200


async def test_a_wrong_key_makes_nothing_free(sqlite_server: Paying, facilitator: LocalFacilitator) -> None:
    headers = {"Authorization": "Bearer ofpga_sk_live_whatever"}
    async with sqlite_server.http.post(CHAT, json=HELLO, headers=headers) as response:
        assert response.status == 401
        assert "PAYMENT-REQUIRED" not in response.headers
    assert facilitator.asked == []


async def test_answers_of_a_facilitator_may_come_in_pieces(
    sqlite_server: Paying, facilitator: LocalFacilitator, wallet: Wallet
) -> None:
    facilitator.pieces = 7
    headers = wallet.headers(await terms(sqlite_server.http, 2))
    async with sqlite_server.http.post(CHAT, json=HELLO, headers=headers) as response:
        assert response.status == 200


@pytest.mark.parametrize("host", ["][", "a b", "x:99999", "ü", "x" * 300, "evil.example"])
async def test_whatever_the_host_header_says_a_402_is_well_formed(sqlite_server: Paying, host: str) -> None:
    async with sqlite_server.http.post(CHAT, json=HELLO, headers={"Host": host}) as response:
        assert response.status in (400, 402), await response.text()
        assert response.content_type == "application/json"
