"""Who verifies signatures and moves the money: an x402 facilitator, over HTTP."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout
from msgspec import Struct

from openfpga_server.payments.protocol import Payment

ANSWER_BYTES = 65536
SECRET_LENGTH = 8
"""Characters. What is shorter is no secret, and masking it would spoil answers that have the same letters."""
_CREDENTIALS = "it wants other credentials (payments.facilitator_header)"

T = TypeVar("T")


class FacilitatorDown(Exception):
    """It did not answer, or not as facilitators do."""


class Verified(Struct, frozen=True, rename="camel"):
    """Whether a payment could be settled."""

    is_valid: bool
    invalid_reason: str | None = None
    payer: str | None = None


class Settled(Struct, frozen=True, rename="camel", omit_defaults=True):
    """Whether it was; `transaction` is the chain's."""

    success: bool
    transaction: str = ""
    network: str = ""
    error_reason: str | None = None
    payer: str | None = None


class Facilitator:
    """A client of one.

    Args:
        session: HTTP.
        url: below which ``/verify`` and ``/settle`` are.
        timeout: seconds it has to answer.
        credentials: the header that it asks for, name and value; None: none.
    """

    def __init__(
        self, session: ClientSession, url: str, timeout: float, credentials: tuple[str, str] | None = None
    ) -> None:
        self._session = session
        self._url = url.rstrip("/")
        self._timeout = ClientTimeout(total=timeout, connect=min(timeout, 5.0))
        self._headers = {"Content-Type": "application/json"}
        self._secret = ""
        if credentials is not None:
            name, value = credentials
            self._headers[name] = value
            # "Bearer TOKEN": the token.
            self._secret = value.split()[-1]

    async def verify(self, payment: Payment, requirements: dict[str, Any]) -> Verified:
        """Ask whether a payment is good. Raises FacilitatorDown."""
        return await self._ask("verify", payment, requirements, Verified)

    async def settle(self, payment: Payment, requirements: dict[str, Any]) -> Settled:
        """Have it paid. Raises FacilitatorDown: then it is not known whether it was."""
        return await self._ask("settle", payment, requirements, Settled)

    async def _ask(self, verb: str, payment: Payment, requirements: dict[str, Any], kind: type[T]) -> T:
        body = {
            "x402Version": payment.version,
            "paymentPayload": payment.raw,
            "paymentRequirements": requirements,
        }
        try:
            async with self._session.post(
                f"{self._url}/{verb}",
                data=msgspec.json.encode(body),
                headers=self._headers,
                timeout=self._timeout,
                allow_redirects=False,
            ) as response:
                data = b""
                async for piece in response.content.iter_any():
                    data += piece
                    if len(data) > ANSWER_BYTES:
                        raise FacilitatorDown(f"/{verb} answered more than {ANSWER_BYTES} bytes")
                if response.status in (401, 403):
                    raise FacilitatorDown(f"/{verb} answered {response.status}: {_CREDENTIALS}")
                # Some tell their "no" with a status 400.
                if response.status >= 500:
                    raise FacilitatorDown(f"/{verb} answered {response.status}")
                return msgspec.json.decode(self._masked(data.decode()), type=kind)
        except (ClientError, TimeoutError, OSError) as error:
            told = self._masked(f"/{verb}: {type(error).__name__}: {error}")
            raise FacilitatorDown(told) from error
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise FacilitatorDown(f"/{verb} answered {response.status} with no x402 object") from error

    def _masked(self, text: str) -> str:
        """Without our credentials: what a facilitator says is told to whoever pays."""
        return text.replace(self._secret, "***") if len(self._secret) >= SECRET_LENGTH else text
