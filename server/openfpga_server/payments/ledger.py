"""Payments in the database: each signature is used once, on whatever server it arrives.

A row is inserted before the facilitator is asked to settle, and says afterwards what became of it:

    claimed   being settled; after a crash, or when the facilitator did not answer: unknown
    settled   paid
    failed    not paid

In whichever state, its nonce is used.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select, update

from openfpga_server.accounts.clock import now_us
from openfpga_server.accounts.database import Database
from openfpga_server.accounts.schema import payments, usage_events
from openfpga_server.payments.protocol import Payment
from openfpga_server.payments.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A payment's identity, each part in lower case; `network` in CAIP-2."""

    network: str
    asset: str
    payer: str
    nonce: str

    @classmethod
    def of(cls, terms: Terms, payment: Payment) -> Claim:
        """That of a payment by these terms; the same for both versions of the protocol."""
        signed = payment.authorization
        return cls(
            network=terms.network.caip2,
            asset=terms.asset.address.lower(),
            payer=signed.payer.lower(),
            nonce=signed.nonce.lower(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A payment that an operator should look at: it was made, or may have been, and nothing was delivered."""

    claim: Claim
    state: str
    amount: int
    request_id: str
    transaction: str | None
    error: str | None
    created_us: int


class Ledger:
    """The table `payments`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(
        self, claim: Claim, payment: Payment, *, amount: int, request_id: str, resource: str
    ) -> bool:
        """Use a payment's nonce; False: it was used before, here or on another server. Durable."""
        insert = self._database.insert(payments).on_conflict_do_nothing().returning(payments.c.nonce)
        row = {
            "network": claim.network,
            "asset": claim.asset,
            "payer": claim.payer,
            "nonce": claim.nonce,
            "pay_to": payment.authorization.to.lower(),
            "amount": amount,
            "state": "claimed",
            "request_id": request_id,
            "resource": resource,
            # A signature may be good for as long as it likes; the column has 63 bits.
            "valid_before": min(int(payment.authorization.valid_before), 2**62),
            "created_at": now_us(),
        }
        async with self._database.writing() as connection:
            return (await connection.execute(insert, row)).scalar() is not None

    async def used(self, claim: Claim) -> bool:
        """Whether a nonce is used."""
        async with self._database.reading() as connection:
            found = await connection.execute(select(payments.c.state).where(_is(claim)))
            return found.scalar() is not None

    async def settled(self, claim: Claim, transaction: str) -> None:
        """It was paid."""
        await self._update(claim, state="settled", settlement=transaction, settled_at=now_us())

    async def failed(self, claim: Claim, error: str) -> None:
        """It was not."""
        await self._update(claim, state="failed", error=error)

    async def unknown(self, claim: Claim, error: str) -> None:
        """The facilitator did not say."""
        await self._update(claim, error=error)

    async def doubts(self, *, older_than_us: int) -> list[Doubt]:
        """Payments whose outcome is unknown, and paid ones whose request was not answered, oldest first.

        Args:
            older_than_us: moment; younger ones may still be at work.
        """
        delivered = and_(usage_events.c.id == payments.c.request_id, usage_events.c.status < 500)
        query = (
            select(payments)
            .outerjoin(usage_events, delivered)
            .where(
                payments.c.created_at < older_than_us,
                or_(
                    payments.c.state == "claimed",
                    and_(payments.c.state == "settled", usage_events.c.id.is_(None)),
                ),
            )
            .order_by(payments.c.created_at)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [
            Doubt(
                claim=Claim(
                    network=row["network"], asset=row["asset"], payer=row["payer"], nonce=row["nonce"]
                ),
                state=row["state"],
                amount=row["amount"],
                request_id=row["request_id"],
                transaction=row["settlement"],
                error=row["error"],
                created_us=row["created_at"],
            )
            for row in rows
        ]

    async def _update(self, claim: Claim, **values: object) -> None:
        async with self._database.writing() as connection:
            await connection.execute(update(payments).where(_is(claim)).values(**values))


def _is(claim: Claim) -> ColumnElement[bool]:
    row = payments.c
    return and_(
        row.network == claim.network,
        row.asset == claim.asset,
        row.payer == claim.payer,
        row.nonce == claim.nonce,
    )
