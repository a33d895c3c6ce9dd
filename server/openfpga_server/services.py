"""What a server shares among its requests besides models: accounts, limits, usage, payments."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from openfpga_server.config import ServerConfig

if TYPE_CHECKING:
    from openfpga_server.accounts.accounts import Accounts
    from openfpga_server.limits.limiter import Limiter
    from openfpga_server.payments.x402 import Payments
    from openfpga_server.usage.log import UsageLog


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
    """What a configuration asks for, closed at the end.

    Raises:
        ValueError: a setting does not fit its service.
        OSError: the database or the pepper cannot be opened.
    """
    # Here, as `openfpga --help` should not wait for SQLAlchemy, nor an embedded server for what it has not.
    from openfpga_server.accounts.accounts import open_accounts
    from openfpga_server.limits.limiter import open_limiter
    from openfpga_server.payments.terms import Terms
    from openfpga_server.payments.x402 import open_payments
    from openfpga_server.usage.log import open_usage

    async with AsyncExitStack() as stack:
        accounts = await stack.enter_async_context(
            open_accounts(
                config.accounts.database,
                pepper=config.accounts.pepper,
                pepper_file=config.accounts.pepper_file,
                requests_per_minute=config.limits.requests_per_minute,
                tokens_per_minute=config.limits.tokens_per_minute,
            )
        )
        usage = await stack.enter_async_context(open_usage(accounts.database))
        limits = config.limits
        limiter = await stack.enter_async_context(
            open_limiter(limits.redis_url, refuse=limits.redis_failure == "refuse")
        )
        services = Services(accounts=accounts, limiter=limiter, usage=usage)
        services.checks["database"] = accounts.database.ping
        services.gauges["openfpga_usage_waiting"] = lambda: usage.waiting
        services.gauges["openfpga_limiter_fallback"] = lambda: limiter.degraded
        paid = config.payments
        if paid.pay_to is not None:
            terms = Terms.of(pay_to=paid.pay_to, network=paid.network, asset=paid.asset, price=paid.price)
            services.payments = await stack.enter_async_context(
                open_payments(
                    terms,
                    accounts.database,
                    paid.facilitator_url,
                    paid.timeout,
                    credentials=paid.facilitator_header,
                )
            )
        yield services
