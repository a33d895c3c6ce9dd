"""Who asks: what the rest of the server knows of a request's key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from aiohttp import web

Tier = Literal["regular", "fast", "turbo", "max"]
Kind = Literal["anonymous", "static", "live", "management", "payment"]
TIER_WEIGHTS: Mapping[Tier, int] = MappingProxyType({"regular": 1, "fast": 2, "turbo": 5, "max": 10})
"""Shares of the token loop under contention."""
LOCAL_USER = "user_local"
"""Whoever needs no key of their own: on a server without keys, or with the configured one."""
PAYMENT_USER = "user_payments"
"""Requests that were paid for one by one and belong to nobody's account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """The account behind a request and what it may do.

    Args:
        kind: anonymous: no key is needed here; static: `server.api_key`; live and management: keys of the
            database; payment: pays for this one request.
        user: id of the account.
        key: id of the key; None: there is none.
        tier: speed tier.
        requests_per_minute: of all keys of the account; None: no limit.
        tokens_per_minute: the same.
        key_requests_per_minute: of this key alone; None: it has none of its own.
        key_tokens_per_minute: the same.
        models: ids of those the key may use; None: all.
        key_budget_micro: micro-dollars that the key may spend in its lifetime; None: no budget.
        monthly_tokens: of the account's plan, per calendar month (UTC); None: no quota.
        monthly_micro: the same in micro-dollars.
        session: it came by the portal's cookie.
    """

    kind: Kind
    user: str = LOCAL_USER
    key: str | None = None
    tier: Tier = "regular"
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    key_requests_per_minute: int | None = None
    key_tokens_per_minute: int | None = None
    models: frozenset[str] | None = None
    key_budget_micro: int | None = None
    monthly_tokens: int | None = None
    monthly_micro: int | None = None
    session: bool = False

    @property
    def limits(self) -> Iterator[tuple[str, int | None, int | None]]:
        """(who is counted, requests, tokens a minute) of what has a limit, the account before the key."""
        if (self.requests_per_minute, self.tokens_per_minute) != (None, None):
            yield self.user, self.requests_per_minute, self.tokens_per_minute
        own = (self.key_requests_per_minute, self.key_tokens_per_minute)
        if self.key is not None and own != (None, None):
            yield self.key, *own

    @property
    def weight(self) -> int:
        """The account's share of the token loop."""
        return TIER_WEIGHTS[self.tier]


ANONYMOUS = Principal(kind="anonymous")
PRINCIPAL: web.RequestKey[Principal] = web.RequestKey("openfpga_principal", Principal)
"""Set before a handler runs, but for public paths."""
