"""The other two sides of a payment: a wallet that signs, and a facilitator that checks real signatures.

Both work by EIP-712 and EIP-3009 through eth-account; instead of a chain there are balances in a dictionary.
"""

from __future__ import annotations

import asyncio
import base64
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_account.signers.local import LocalAccount

PAY_TO = "0x" + "5E11e4" * 6 + "beef"
TYPES = {
    "TransferWithAuthorization": [
        {"name": "from", "type": "address"},
        {"name": "to", "type": "address"},
        {"name": "value", "type": "uint256"},
        {"name": "validAfter", "type": "uint256"},
        {"name": "validBefore", "type": "uint256"},
        {"name": "nonce", "type": "bytes32"},
    ]
}
CHAINS = {"base": 8453, "base-sepolia": 84532, "eip155:8453": 8453, "eip155:84532": 84532}


def typed(requirements: Mapping[str, Any], authorization: Mapping[str, str]) -> tuple[dict[str, Any], ...]:
    """EIP-712's domain, types and message of a transfer."""
    domain = {
        "name": requirements["extra"]["name"],
        "version": requirements["extra"]["version"],
        "chainId": CHAINS[requirements["network"]],
        "verifyingContract": requirements["asset"],
    }
    message = {
        "from": authorization["from"],
        "to": authorization["to"],
        "value": int(authorization["value"]),
        "validAfter": int(authorization["validAfter"]),
        "validBefore": int(authorization["validBefore"]),
        "nonce": bytes.fromhex(authorization["nonce"].removeprefix("0x")),
    }
    return domain, TYPES, message


def encoded(value: object) -> str:
    """As a header has it."""
    return base64.b64encode(json.dumps(value).encode()).decode()


def decoded(header: str) -> Any:
    """What a header has."""
    return json.loads(base64.b64decode(header))


class Wallet:
    """Signs payments.

    Args:
        seed: of the private key.
    """

    def __init__(self, seed: int = 1) -> None:
        self.account: LocalAccount = Account.from_key(seed.to_bytes(32, "big"))
        self._nonce = seed << 64

    def authorization(self, requirements: Mapping[str, Any], **changes: str) -> dict[str, str]:
        """What is to be signed for terms; `changes` override fields."""
        self._nonce += 1
        amount = requirements.get("amount") or requirements["maxAmountRequired"]
        return {
            "from": self.account.address,
            "to": requirements["payTo"],
            "value": amount,
            "validAfter": str(int(time.time()) - 60),
            "validBefore": str(int(time.time()) + requirements["maxTimeoutSeconds"]),
            "nonce": "0x" + self._nonce.to_bytes(32, "big").hex(),
            **changes,
        }

    def pay(self, requirements: Mapping[str, Any], **changes: str) -> dict[str, Any]:
        """The payment of terms that came in a 402: of version 2 if they have an `amount`, else of 1."""
        authorization = self.authorization(requirements, **changes)
        domain, types, message = typed(requirements, authorization)
        signed = self.account.sign_typed_data(domain, types, message)
        payload = {"signature": "0x" + signed.signature.hex(), "authorization": authorization}
        if "amount" in requirements:
            return {"x402Version": 2, "accepted": dict(requirements), "payload": payload}
        names = {"scheme": requirements["scheme"], "network": requirements["network"]}
        return {"x402Version": 1, **names, "payload": payload}

    def headers(self, requirements: Mapping[str, Any], **changes: str) -> dict[str, str]:
        """The same as headers of a request."""
        return as_headers(self.pay(requirements, **changes))


def as_headers(payment: Mapping[str, Any]) -> dict[str, str]:
    """A payment as headers of a request."""
    return {"X-PAYMENT" if payment["x402Version"] == 1 else "PAYMENT-SIGNATURE": encoded(payment)}


@dataclass
class LocalFacilitator:
    """An x402 facilitator over HTTP.

    Args:
        balance: micro-dollars that each payer has at first.
        credentials: header, name and value, without which everything is refused; None: none is wanted.
    """

    balance: int = 1_000_000
    credentials: tuple[str, str] | None = None
    url: str = ""
    asked: list[str] = field(default_factory=list)
    """"verify" and "settle", as they came."""
    received: list[bytes] = field(default_factory=list)
    """Head and body of each request."""
    paid: dict[str, int] = field(default_factory=dict)
    """By payer."""
    used: set[tuple[str, str]] = field(default_factory=set)
    """(payer, nonce) of the "chain"."""
    answers: dict[str, web.Response | None] = field(default_factory=dict)
    """By verb: answered in place of the truth; None: never."""
    pieces: int | None = None
    """Bytes of a piece, if answers come in such."""
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    """Settling waits while it is clear."""

    def __post_init__(self) -> None:
        self.gate.set()

    def reason(self, body: Mapping[str, Any]) -> str | None:
        """Why a payment is not valid."""
        payment, terms = body["paymentPayload"], body["paymentRequirements"]
        signed = payment["payload"]["authorization"]
        if signed["to"].lower() != terms["payTo"].lower():
            return "invalid_exact_evm_payload_recipient_mismatch"
        if signed["value"] != (terms.get("amount") or terms["maxAmountRequired"]):
            return "invalid_exact_evm_payload_authorization_value"
        domain, types, message = typed(terms, signed)
        try:
            recovered = Account.recover_message(
                encode_typed_data(domain, types, message), signature=payment["payload"]["signature"]
            )
        except Exception:
            return "invalid_exact_evm_payload_signature"
        if recovered != signed["from"]:
            return "invalid_exact_evm_payload_signature"
        if (recovered, signed["nonce"]) in self.used:
            return "nonce_already_used"
        if self.paid.get(recovered, 0) + int(signed["value"]) > self.balance:
            return "insufficient_funds"
        return None

    async def _verify(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.asked.append("verify")
        if (answer := await self._instead("verify")) is not None:
            return answer
        payer = body["paymentPayload"]["payload"]["authorization"]["from"]
        if reason := self.reason(body):
            return web.json_response({"isValid": False, "invalidReason": reason, "payer": payer})
        return web.json_response({"isValid": True, "payer": payer})

    async def _settle(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.asked.append("settle")
        await self.gate.wait()
        if (answer := await self._instead("settle")) is not None:
            return answer
        signed = body["paymentPayload"]["payload"]["authorization"]
        network = body["paymentRequirements"]["network"]
        if reason := self.reason(body):
            told = {"success": False, "errorReason": reason, "transaction": "", "network": network}
            return web.json_response(told)
        self.used.add((signed["from"], signed["nonce"]))
        self.paid[signed["from"]] = self.paid.get(signed["from"], 0) + int(signed["value"])
        return web.json_response(
            {
                "success": True,
                "transaction": "0x" + signed["nonce"][2:][::-1],
                "network": network,
                "payer": signed["from"],
            }
        )

    async def _instead(self, verb: str) -> web.Response | None:
        if verb not in self.answers:
            return None
        answer = self.answers[verb]
        if answer is None:
            await asyncio.Event().wait()
        assert answer is not None
        return web.Response(status=answer.status, body=answer.body, content_type="application/json")

    @web.middleware
    async def _let_in(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        head = [f"{request.method} {request.raw_path}".encode(), *map(b": ".join, request.raw_headers)]
        self.received.append(b"\r\n".join((*head, b"", await request.read())))
        if self.credentials is not None:
            name, value = self.credentials
            if request.headers.get(name) != value:
                # As badly as can be: what was sent comes back.
                told = {"isValid": False, "invalidReason": f"not known: {dict(request.headers)}"}
                return web.json_response(told, status=401)
        return await handler(request)

    @web.middleware
    async def _in_pieces(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        answer = await handler(request)
        assert isinstance(answer, web.Response)
        if self.pieces is None:
            return answer
        assert isinstance(answer.body, bytes)
        stream = web.StreamResponse(headers={"Content-Type": "application/json"})
        await stream.prepare(request)
        for start in range(0, len(answer.body), self.pieces):
            await stream.write(answer.body[start : start + self.pieces])
            await asyncio.sleep(0)
        return stream

    @asynccontextmanager
    async def running(self) -> AsyncIterator[LocalFacilitator]:
        """Listen on a free port."""
        app = web.Application(middlewares=[self._in_pieces, self._let_in])
        app.router.add_post("/verify", self._verify)
        app.router.add_post("/settle", self._settle)
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{site.port}"
        try:
            yield self
        finally:
            self.gate.set()
            await runner.cleanup()

    @contextmanager
    def in_thread(self) -> Iterator[LocalFacilitator]:
        """The same beside a blocking test."""
        ready, loop = threading.Event(), asyncio.new_event_loop()
        stop = asyncio.Event()

        async def run() -> None:
            async with self.running():
                ready.set()
                await stop.wait()

        thread = threading.Thread(target=loop.run_until_complete, args=(run(),), name="facilitator")
        thread.start()
        try:
            ready.wait()
            yield self
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join()
            loop.close()
