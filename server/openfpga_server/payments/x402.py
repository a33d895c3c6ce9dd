"""Payments by x402: what a request costs, what is checked here, and that money moves before work begins.

docs/payments.md describes the protocol as it is spoken here, and what is promised.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from aiohttp import ClientSession, web
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from openfpga_server.accounts.database import Database
from openfpga_server.errors import ApiError, bad_request, unavailable
from openfpga_server.payments.facilitator import Facilitator, FacilitatorDown, Settled
from openfpga_server.payments.ledger import Claim, Ledger
from openfpga_server.payments.protocol import (
    PAID_ENDPOINTS,
    REQUIRED,
    SCHEME,
    MalformedPayment,
    Payment,
    encoded,
    payment_required,
    read_payment,
    requirements,
    response_header,
)
from openfpga_server.payments.terms import Terms
from openfpga_server.state import RECORD, STATE
from openfpga_server.usage.event import cost_micro

logger = logging.getLogger("openfpga.payments")

SETTLING_SECONDS = 6
"""A signature must be good for so long yet: the chain has to take the transaction."""
REPLAYED = "This payment was used before; sign a new one"
UNPAID = "Payment required: pay this request by x402, or send an API key as 'Authorization: Bearer KEY'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """A payment that was made for one request.

    Args:
        version: of the protocol.
        amount_micro: micro-dollars.
        settled: what the facilitator told.
    """

    version: int
    amount_micro: int
    settled: Settled

    def headers(self) -> Mapping[str, str]:
        """What the answer tells about it."""
        return {response_header(self.version): encoded(self.settled)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offer:
    """What one request costs, and how its refusals are told."""

    terms: Terms
    amount: int
    resource: str

    def refusal(self, error: str, headers: Mapping[str, str] | None = None) -> ApiError:
        """402 with what would be accepted."""
        body, required = payment_required(self.terms, self.amount, self.resource, error)
        return ApiError(
            402,
            error,
            code="payment_required",
            headers={REQUIRED: required, **(headers or {})},
            extra=body,
        )


class Payments:
    """x402 for single requests; make one with `open_payments`.

    Args:
        terms: of every payment.
        facilitator: that verifies and settles.
        ledger: of used nonces.
        clock: Unix time, seconds.
    """

    def __init__(
        self,
        terms: Terms,
        facilitator: Facilitator,
        ledger: Ledger,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._terms = terms
        self._facilitator = facilitator
        self._ledger = ledger
        self._clock = clock
        self._settling: set[asyncio.Task[Settled]] = set()

    def covers(self, request: web.BaseRequest) -> bool:
        """Whether this request may be paid for instead of having a key."""
        return request.method == "POST" and request.path.endswith(PAID_ENDPOINTS)

    def price(self, request: web.Request, model: str, prompt_tokens: int, completion_tokens: int) -> int:
        """Micro-dollars: the catalogue's price of all that the request reserves, and at least the minimum."""
        entry = request.app[STATE].registry.card(model).entry
        cost = cost_micro(None if entry is None else entry.pricing, prompt_tokens, completion_tokens)
        return max(cost, self._terms.minimum_micro)

    async def require(
        self, request: web.Request, model: str, prompt_tokens: int, completion_tokens: int
    ) -> Settlement:
        """Settle the payment that a request brings.

        Raises:
            ApiError: 402: there is none, or not one that is accepted; the answer tells what would be. 400: it
                cannot be read. 503: the facilitator or the database does not answer.
        """
        offer = _Offer(
            terms=self._terms,
            amount=self.price(request, model, prompt_tokens, completion_tokens),
            resource=_resource(request),
        )
        try:
            payment = read_payment(request.headers)
        except MalformedPayment as error:
            raise ApiError(400, str(error), code="invalid_payment") from error
        if payment is None:
            raise offer.refusal(UNPAID)
        if reason := mismatch(payment, offer.terms, offer.amount, int(self._clock())):
            raise offer.refusal(reason)
        claim = Claim.of(self._terms, payment)
        try:
            if await self._ledger.used(claim):
                raise offer.refusal(REPLAYED)
            await self._verify(offer, payment)
            # From here on money may move: the end is recorded whether or not the client waits for it.
            task = asyncio.create_task(self._settle(offer, payment, claim, request[RECORD].id))
            self._settling.add(task)
            task.add_done_callback(self._settled)
            settled = await asyncio.shield(task)
        except (DBAPIError, PoolTimeout, OSError) as error:
            logger.error("request %s: the payments' table: %s", request[RECORD].id, error)
            raise payments_unavailable() from error
        return Settlement(version=payment.version, amount_micro=offer.amount, settled=settled)

    async def finish(self) -> None:
        """Wait for settlements whose clients left."""
        await asyncio.gather(*self._settling, return_exceptions=True)

    def _settled(self, task: asyncio.Task[Settled]) -> None:
        self._settling.discard(task)
        if not task.cancelled():
            # Whoever waited has it; if nobody did, it is in the table.
            task.exception()

    async def _verify(self, offer: _Offer, payment: Payment) -> None:
        try:
            verified = await self._facilitator.verify(payment, _terms(offer, payment))
        except FacilitatorDown as error:
            logger.warning("the payment facilitator is down: %s", error)
            raise payments_unavailable() from error
        if not verified.is_valid:
            raise offer.refusal(f"The payment is not valid: {_told(verified.invalid_reason)}")

    async def _settle(self, offer: _Offer, payment: Payment, claim: Claim, request_id: str) -> Settled:
        ledger = self._ledger
        new = await ledger.claim(
            claim, payment, amount=offer.amount, request_id=request_id, resource=offer.resource
        )
        if not new:
            raise offer.refusal(REPLAYED)
        try:
            settled = await self._facilitator.settle(payment, _terms(offer, payment))
        except FacilitatorDown as error:
            logger.error("request %s: outcome of payment %s unknown: %s", request_id, claim.nonce, error)
            await _noted(ledger.unknown(claim, str(error)[:500]), request_id, claim)
            raise payments_unavailable(unknown=True) from error
        if not settled.success:
            reason = _told(settled.error_reason)
            await _noted(ledger.failed(claim, reason), request_id, claim)
            headers = {response_header(payment.version): encoded(settled)}
            raise offer.refusal(f"The payment was not made: {reason}", headers)
        await _noted(ledger.settled(claim, settled.transaction[:200]), request_id, claim)
        return msgspec.structs.replace(settled, payer=settled.payer or payment.authorization.payer)


@contextlib.asynccontextmanager
async def open_payments(
    terms: Terms,
    database: Database,
    facilitator_url: str,
    patience: float,
    *,
    credentials: tuple[str, str] | None = None,
) -> AsyncIterator[Payments]:
    """Payments through a facilitator, until the block is left.

    Args:
        terms: of every payment.
        database: with the table of payments.
        facilitator_url: below which ``/verify`` and ``/settle`` are.
        patience: seconds that each of them may take.
        credentials: the header that the facilitator asks for, name and value; None: none.
    """
    async with ClientSession() as session:
        facilitator = Facilitator(session, facilitator_url, patience, credentials)
        payments = Payments(terms, facilitator, Ledger(database))
        try:
            yield payments
        finally:
            await payments.finish()


def mismatch(payment: Payment, terms: Terms, amount: int, now: int) -> str | None:
    """Why a payment is not what was asked for; None: it is, as far as can be told without its signature.

    Args:
        amount: micro-dollars that the request costs.
        now: Unix time, seconds.
    """
    network = terms.network.name if payment.version == 1 else terms.network.caip2
    signed, told = payment.authorization, payment.accepted
    asset, pay_to = terms.asset.address.lower(), terms.pay_to.lower()
    for wrong, reason in (
        (payment.scheme != SCHEME, f"invalid_scheme: expected '{SCHEME}'"),
        (payment.network != network, f"invalid_network: expected '{network}'"),
        (told is not None and told.asset.lower() != asset, f"invalid_asset: expected {terms.asset.address}"),
        (
            signed.to.lower() != pay_to or (told is not None and told.pay_to.lower() != pay_to),
            f"invalid_exact_evm_payload_recipient_mismatch: expected {terms.pay_to}",
        ),
        (
            int(signed.value) != amount or (told is not None and int(told.amount) != amount),
            f"invalid_exact_evm_payload_authorization_value: expected {amount}",
        ),
        (
            int(signed.valid_after) > now,
            "invalid_exact_evm_payload_authorization_valid_after: it is not valid yet",
        ),
        (
            int(signed.valid_before) < now + SETTLING_SECONDS,
            "invalid_exact_evm_payload_authorization_valid_before: it has expired, or is about to",
        ),
    ):
        if wrong:
            return reason
    return None


async def _noted(update: Awaitable[None], request_id: str, claim: Claim) -> None:
    """Write an outcome down; the request goes on as the facilitator said even if that fails."""
    try:
        await update
    except (DBAPIError, PoolTimeout, OSError) as error:
        logger.critical("request %s: outcome of payment %s not recorded: %s", request_id, claim.nonce, error)


def payments_unavailable(*, unknown: bool = False) -> ApiError:
    """503: nothing was done; or, if `unknown`, nobody knows whether the payment was made."""
    message = "Payments cannot be settled at the moment; nothing was charged. Please try again later."
    if unknown:
        message = (
            "The payment facilitator did not answer, so it is not known whether this payment was made. It is "
            "not accepted again; look at the chain before you sign another, or ask the operator."
        )
    return unavailable(message, 5.0, "payment_unknown" if unknown else "payments_unavailable")


def _terms(offer: _Offer, payment: Payment) -> dict[str, Any]:
    """What the facilitator holds a payment against: our terms, whatever the client says they are."""
    return requirements(offer.terms, offer.amount, payment.version, offer.resource)


def _resource(request: web.Request) -> str:
    try:
        return str(request.url.with_query(None))
    except ValueError as error:
        raise bad_request(f"The 'Host' header of your request names no host: {error}.") from error


def _told(reason: str | None) -> str:
    return " ".join((reason or "no reason was given").split())[:200]
