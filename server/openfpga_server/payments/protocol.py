"""x402 on the wire: versions 1 and 2, scheme "exact" on EVM chains (EIP-3009).

Sources: the x402 specifications, versions 1 and 2, and their HTTP transports
(https://github.com/x402-foundation/x402/tree/main/specs).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, field

from openfpga_server.payments.terms import Terms

PAID_ENDPOINTS = ("/v1/chat/completions", "/v1/completions", "/v1/responses", "/v1/embeddings")
"""Below every mount's base."""
HEADER_BYTES = 8192
"""Of a payment header; those of plain wallets have less than 1000."""
SCHEME = "exact"
PAYMENT = "X-PAYMENT"
PAYMENT_RESPONSE = "X-PAYMENT-RESPONSE"
"""Headers of version 1: the payment, and what became of it."""
SIGNATURE = "PAYMENT-SIGNATURE"
RESPONSE = "PAYMENT-RESPONSE"
REQUIRED = "PAYMENT-REQUIRED"
"""Headers of version 2: the same, and what would be accepted (in version 1 it is the body)."""
MAX_TIMEOUT_SECONDS = 120
"""How long a client's signature is to be good for."""

Address = Annotated[str, Meta(pattern=r"\A0x[0-9a-fA-F]{40}\Z")]
Number = Annotated[str, Meta(pattern=r"\A(0|[1-9][0-9]{0,77})\Z")]
Nonce = Annotated[str, Meta(pattern=r"\A0x[0-9a-fA-F]{64}\Z")]
Signature = Annotated[str, Meta(pattern=r"\A0x([0-9a-fA-F]{2})+\Z")]
Word = Annotated[str, Meta(max_length=100)]


class Authorization(Struct, frozen=True, rename="camel"):
    """EIP-3009's transferWithAuthorization; numbers are decimal text."""

    payer: Address = field(name="from")
    to: Address
    value: Number
    valid_after: Number
    valid_before: Number
    nonce: Nonce


class ExactPayload(Struct, frozen=True, rename="camel"):
    """What the scheme "exact" signs, and the signature over it (EIP-712)."""

    signature: Signature
    authorization: Authorization


class Accepted(Struct, frozen=True, rename="camel"):
    """The terms that a client of version 2 says it pays by."""

    scheme: Word
    network: Word
    amount: Number
    asset: Word
    pay_to: Word


class PayloadV1(Struct, frozen=True, rename="camel"):
    """A payment of version 1."""

    x402_version: Annotated[int, Meta(ge=1, le=1)] = field(name="x402Version")
    scheme: Word
    network: Word
    payload: ExactPayload


class PayloadV2(Struct, frozen=True, rename="camel"):
    """A payment of version 2."""

    x402_version: Annotated[int, Meta(ge=2, le=2)] = field(name="x402Version")
    accepted: Accepted
    payload: ExactPayload


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment as a client sent it, well-formed and not yet checked.

    Args:
        version: of the protocol.
        raw: the whole object, for the facilitator.
        scheme: it says it pays by.
        network: in its version's names.
        accepted: version 2: the terms it says it pays by.
        authorization: what was signed.
    """

    version: Literal[1, 2]
    raw: Any
    scheme: str
    network: str
    accepted: Accepted | None
    authorization: Authorization


class MalformedPayment(ValueError):
    """A payment header that is none; the message says why."""


def read_payment(headers: Mapping[str, str]) -> Payment | None:
    """The payment that a request brings; None: none. Version 2 goes first.

    Raises:
        MalformedPayment: it cannot be read.
    """
    for version, name in ((2, SIGNATURE), (1, PAYMENT)):
        if name in headers:
            try:
                return _decoded(headers[name], version)
            except (msgspec.MsgspecError, binascii.Error, UnicodeError, ValueError, RecursionError) as error:
                reason = " ".join(str(error).split())[:200]
                raise MalformedPayment(f"The header '{name}' holds no x402 payment: {reason}.") from error
    return None


def _decoded(text: str, version: int) -> Payment:
    if len(text) > HEADER_BYTES:
        raise ValueError(f"it is longer than {HEADER_BYTES} bytes")
    # A dictionary has each name once: the facilitator cannot read another value than we do.
    raw = msgspec.json.decode(base64.b64decode(text.strip(), validate=True))
    if version == 1:
        first = msgspec.convert(raw, PayloadV1)
        return Payment(
            version=1,
            raw=raw,
            scheme=first.scheme,
            network=first.network,
            accepted=None,
            authorization=first.payload.authorization,
        )
    second = msgspec.convert(raw, PayloadV2)
    return Payment(
        version=2,
        raw=raw,
        scheme=second.accepted.scheme,
        network=second.accepted.network,
        accepted=second.accepted,
        authorization=second.payload.authorization,
    )


def requirements(terms: Terms, amount: int, version: int, resource: str) -> dict[str, Any]:
    """What a payment has to be, as `accepts` and the facilitator have it.

    Args:
        amount: in the token's smallest units.
        version: of the protocol.
        resource: URL that is paid for.
    """
    common: dict[str, Any] = {
        "scheme": SCHEME,
        "network": terms.network.name if version == 1 else terms.network.caip2,
        "asset": terms.asset.address,
        "payTo": terms.pay_to,
        "maxTimeoutSeconds": MAX_TIMEOUT_SECONDS,
        "extra": {"name": terms.asset.name, "version": terms.asset.version},
    }
    if version == 2:
        return {**common, "amount": str(amount)}
    return {
        **common,
        "maxAmountRequired": str(amount),
        "resource": resource,
        "description": DESCRIPTION,
        "mimeType": "application/json",
        "outputSchema": None,
    }


DESCRIPTION = "One request to an OpenFPGA server"


def payment_required(terms: Terms, amount: int, resource: str, error: str) -> tuple[dict[str, Any], str]:
    """(members of version 1's body, version 2's header) of an answer 402."""
    body = {"x402Version": 1, "error": error, "accepts": [requirements(terms, amount, 1, resource)]}
    header = {
        "x402Version": 2,
        "error": error,
        "resource": {"url": resource, "description": DESCRIPTION, "mimeType": "application/json"},
        "accepts": [requirements(terms, amount, 2, resource)],
    }
    return body, encoded(header)


def response_header(version: int) -> str:
    """The header that tells what became of a payment."""
    return PAYMENT_RESPONSE if version == 1 else RESPONSE


def encoded(value: Any) -> str:
    """An object as a header has it: JSON in base64."""
    return base64.b64encode(msgspec.json.encode(value)).decode()
