"""Before work begins: may this account have it? After it: what did it use?

The order of checks is the order of costs: what the key says, what the account has spent (a query), a payment
(a call to others), the limits last, since they count whatever passes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from aiohttp import web

from openfpga_server.accounts.clock import now_us
from openfpga_server.dialect import request_dialect
from openfpga_server.errors import (
    ApiError,
    budget_exceeded,
    management_key,
    model_not_allowed,
    quota_exceeded,
)
from openfpga_server.limits.limiter import Limiter
from openfpga_server.limits.reservation import Reservation
from openfpga_server.principal import PRINCIPAL, Principal
from openfpga_server.services import Services
from openfpga_server.state import ADMITTED, CLIENT_GONE, RECORD, STATE, RequestRecord
from openfpga_server.usage.event import UsageEvent, cost_micro

if TYPE_CHECKING:
    from openfpga_server.payments.x402 import Settlement

UNSTATED_TOKENS = 1024
"""Reserved for an answer whose request names no maximum, if the context has that much room."""


@dataclass(slots=True, kw_only=True)
class Ticket:
    """A request that was admitted; `settle` it before the last of its answer leaves."""

    request: web.Request
    principal: Principal
    services: Services
    model: str
    reservations: list[Reservation] = field(default_factory=list)
    payment: Settlement | None = None
    headers: dict[str, str] = field(default_factory=dict)
    _settling: asyncio.Task[None] | None = None

    async def settle(self, status: int = 200) -> None:
        """Record what the request's record says it used, once; durable when this returns.

        A request that is cancelled meanwhile does not stop it.
        """
        if self.services.usage is None and not self.reservations:
            return
        if self._settling is None:
            self._settling = asyncio.create_task(self._settle(status))
            self._settling.add_done_callback(_seen)
        await asyncio.shield(self._settling)

    @property
    def settled(self) -> bool:
        """Whether it is, or is about to be."""
        return self._settling is not None

    async def _settle(self, status: int) -> None:
        record = self.request[RECORD]
        try:
            # A request that the engine refused has used nothing, and leaves no event.
            if self.services.usage is not None and record.prompt_tokens is not None:
                await self.services.usage.record(self._event(record, status))
        finally:
            if self.services.limiter is not None:
                used = (record.prompt_tokens or 0) + (record.completion_tokens or 0)
                for reservation in self.reservations:
                    await self.services.limiter.reconcile(reservation, used)

    def _event(self, record: RequestRecord, status: int) -> UsageEvent:
        registry = self.request.app[STATE].registry
        entry = registry.card(self.model).entry
        prompt, completion = record.prompt_tokens or 0, record.completion_tokens or 0
        cost = cost_micro(None if entry is None else entry.pricing, prompt, completion)
        total_us, first = round((time.perf_counter() - record.started) * 1e6), record.first_token
        resource = self.request.match_info.route.resource
        return UsageEvent(
            id=record.id,
            user=self.principal.user,
            key=self.principal.key,
            model=self.model,
            endpoint=self.request.path if resource is None else resource.canonical,
            dialect=request_dialect(self.request).name,
            status=status,
            started_us=now_us() - total_us,
            prompt_tokens=prompt,
            cached_tokens=record.cached_tokens or 0,
            completion_tokens=completion,
            cost_micro=cost if self.payment is None else self.payment.amount_micro,
            first_token_us=None if first is None else round((first - record.started) * 1e6),
            total_us=total_us,
            finish=record.finish,
        )


def _seen(settling: asyncio.Task[None]) -> None:
    """Whoever waits has its error; if nobody does any more, the usage log has told it."""
    if not settling.cancelled():
        settling.exception()


@asynccontextmanager
async def admitted(
    request: web.Request, model: str, prompt_tokens: int, completion_tokens: int
) -> AsyncIterator[Ticket]:
    """Let a request in; when the block is left, for whatever reason, it is settled.

    Args:
        request: with its principal.
        model: id of the model that answers.
        prompt_tokens: of all prompts.
        completion_tokens: at most, of all choices.

    Raises:
        ApiError: 402, 403, 429 or 503.
    """
    ticket = await _admit(request, model, prompt_tokens, completion_tokens)
    request[ADMITTED] = ticket.headers
    status = 500
    try:
        yield ticket
        status = 200
    except ApiError as error:
        status = request_dialect(request).status(error)
        raise
    except (asyncio.CancelledError, ConnectionError):
        status = CLIENT_GONE
        raise
    finally:
        if not ticket.settled:
            # Why the request ended is not hidden by a log that is away; the event waits there for its return.
            with suppress(ApiError):
                await ticket.settle(status)


async def _admit(request: web.Request, model: str, prompt_tokens: int, completion_tokens: int) -> Ticket:
    services, principal = request.app[STATE].services, request[PRINCIPAL]
    if principal.kind == "management":
        raise management_key()
    if principal.models is not None and model not in principal.models:
        raise model_not_allowed(model)
    if services.usage is not None:
        services.usage.check()
        await _check_spending(services, principal)
    ticket = Ticket(request=request, principal=principal, services=services, model=model)
    if principal.kind == "payment":
        assert services.payments is not None, "auth makes payment principals only where payments are taken"
        ticket.payment = await services.payments.require(request, model, prompt_tokens, completion_tokens)
        ticket.headers.update(ticket.payment.headers())
    if services.limiter is not None:
        await _reserve(ticket, services.limiter, prompt_tokens + completion_tokens)
    return ticket


async def _reserve(ticket: Ticket, limiter: Limiter, tokens: int) -> None:
    """Take room within the account's limits, and within the key's own, which headers then tell."""
    for counted, requests_per_minute, tokens_per_minute in ticket.principal.limits:
        try:
            reservation = await limiter.reserve(
                counted, tokens, requests_per_minute=requests_per_minute, tokens_per_minute=tokens_per_minute
            )
        except BaseException:
            # Also when whoever asks leaves meanwhile.
            for taken in ticket.reservations:
                await asyncio.shield(limiter.give_back(taken))
            raise
        ticket.reservations.append(reservation)
        ticket.headers.update(reservation.headers())


async def _check_spending(services: Services, principal: Principal) -> None:
    assert services.usage is not None
    if principal.key is not None and principal.key_budget_micro is not None:
        spent = await services.usage.spent(key=principal.key)
        if spent.cost_micro >= principal.key_budget_micro:
            raise budget_exceeded(principal.key_budget_micro)
    if principal.monthly_tokens is None and principal.monthly_micro is None:
        return
    month = datetime.now(UTC).date().replace(day=1)
    spent = await services.usage.spent(user=principal.user, since=month)
    if principal.monthly_tokens is not None and spent.tokens >= principal.monthly_tokens:
        raise quota_exceeded(f"{principal.monthly_tokens} tokens")
    if principal.monthly_micro is not None and spent.cost_micro >= principal.monthly_micro:
        raise quota_exceeded(f"${principal.monthly_micro / 1e6:.2f}")


def admission_headers(request: web.BaseRequest) -> Mapping[str, str]:
    """What the answer of an admitted request tells about limits and payments."""
    headers: Mapping[str, str] = request.get(ADMITTED, {})
    return headers
