"""What a server shares among its requests besides models: accounts, limits, usage, payments."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from aiohttp import web

from openfpga_server.config import ServerConfig
from openfpga_server.principal import Principal
from openfpga_server.usage.event import UsageEvent


class Accounts(Protocol):
    """Users and their keys."""

    async def authenticate(self, key: str) -> Principal | None:
        """Whose key this is; None: nobody's, or a revoked one."""

    async def authenticate_session(self, token: str) -> Principal | None:
        """Who signed in to the portal; None: nobody, or it is over."""

    def csrf_token(self, session: str) -> str:
        """What requests of a session that change something must carry."""

    async def any_keys(self) -> bool:
        """Whether a key was ever made: then everyone needs one."""


class Reservation(Protocol):
    """Room within an account's limits, taken for one request."""

    def headers(self) -> Mapping[str, str]:
        """What the answer tells about the limits."""


class Limiter(Protocol):
    """Requests and tokens of each account in any minute."""

    async def reserve(
        self, account: str, tokens: int, *, requests_per_minute: int | None, tokens_per_minute: int | None
    ) -> Reservation:
        """Take room for a request. Raises ApiError 429."""

    async def reconcile(self, reservation: Reservation, tokens: int) -> None:
        """Replace the tokens reserved by those really used."""


class Spent(Protocol):
    """What was used since some day."""

    @property
    def tokens(self) -> int:
        """Prompt and completion."""

    @property
    def cost_micro(self) -> int:
        """Micro-dollars."""


class UsageLog(Protocol):
    """Events of requests, kept durably."""

    def check(self) -> None:
        """Raise ApiError 503 when no more can be recorded."""

    async def record(self, event: UsageEvent) -> None:
        """Keep an event; durable when this returns. The same id counts once."""

    async def spent(
        self, *, user: str | None = None, key: str | None = None, since: date | None = None
    ) -> Spent:
        """What an account or a key used."""


class Settlement(Protocol):
    """A payment that was made for one request."""

    @property
    def amount_micro(self) -> int:
        """Micro-dollars."""

    def headers(self) -> Mapping[str, str]:
        """What the answer tells about it."""


class Payments(Protocol):
    """Payments for single requests (x402)."""

    def covers(self, request: web.BaseRequest) -> bool:
        """Whether this request may be paid for instead of having a key."""

    async def require(
        self, request: web.Request, model: str, prompt_tokens: int, completion_tokens: int
    ) -> Settlement:
        """Settle the payment that a request brings. Raises ApiError 402 with what would be accepted."""


@dataclass(slots=True, kw_only=True)
class Services:
    """Each may be missing: then there is no such thing on this server.

    Args:
        accounts: None: no database; everyone is anonymous, or has the configured key.
        limiter: None: no limits.
        usage: None: nothing is recorded, and no quota or budget is held.
        payments: None: none are taken.
        checks: what /ready asks, by name: each raises, or does not return, when it could not work.
        gauges: figures for /metrics, by a name that `metrics.GAUGES` describes, read at each scrape.
    """

    accounts: Accounts | None = None
    limiter: Limiter | None = None
    usage: UsageLog | None = None
    payments: Payments | None = None
    checks: dict[str, Callable[[], Awaitable[object]]] = field(default_factory=dict)
    gauges: dict[str, Callable[[], float]] = field(default_factory=dict)


@asynccontextmanager
async def open_services(config: ServerConfig) -> AsyncIterator[Services]:
    """What a configuration asks for, closed at the end."""
    yield Services()
