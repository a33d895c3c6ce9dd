"""A server of the alphabet model with usage and payments on a database, in this process."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal

from aiohttp import ClientSession
from openfpga_server.accounts.database import Database, open_database
from openfpga_server.app import create_app
from openfpga_server.catalogue import Catalogue, Entry, Pricing
from openfpga_server.config import ServerConfig
from openfpga_server.lifecycle import serve
from openfpga_server.payments.terms import Terms
from openfpga_server.payments.x402 import Payments, open_payments
from openfpga_server.registry import ModelRegistry, ServedModel
from openfpga_server.services import Services
from openfpga_server.usage.log import UsageLog, open_usage
from support.x402 import PAY_TO

TERMS = Terms.of(pay_to=PAY_TO, network="base-sepolia", asset=None, price=Decimal("0.0001"))
PRICES = Pricing(input_per_million=Decimal(10), output_per_million=Decimal(20))
"""Micro-dollars of the alphabet model: 10 a token of prompt, 20 of answer."""


@dataclass(frozen=True)
class Paying:
    """A running server."""

    http: ClientSession
    database: Database
    usage: UsageLog
    payments: Payments
    url: str


@contextlib.asynccontextmanager
async def paying_server(
    model: ServedModel,
    database_url: str,
    facilitator_url: str,
    *,
    patience: float = 5.0,
    credentials: tuple[str, str] | None = None,
) -> AsyncIterator[Paying]:
    """Every request must be paid for."""
    catalogue = Catalogue([Entry(id=model.id, pricing=PRICES)])
    started: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    database = await open_database(database_url)
    try:
        async with (
            open_usage(database) as usage,
            open_payments(TERMS, database, facilitator_url, patience, credentials=credentials) as payments,
        ):
            app = create_app(
                ModelRegistry([model], catalogue=catalogue),
                ServerConfig(port=0, drain_timeout=0),
                Services(usage=usage, payments=payments),
            )
            server = asyncio.create_task(serve(app, ready=started.set_result, stop=stop))
            done, _ = await asyncio.wait((server, started), return_when=asyncio.FIRST_COMPLETED)
            if server in done:
                server.result()
            try:
                async with ClientSession(started.result()) as http:
                    yield Paying(http, database, usage, payments, started.result())
            finally:
                # Cancelled, as a drain would end the engine, which outlives this server.
                server.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await server
    finally:
        await database.close()
