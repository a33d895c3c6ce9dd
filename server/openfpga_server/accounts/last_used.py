"""When keys were last used: gathered, and written now and then, as no answer should wait for it."""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy import bindparam, or_
from sqlalchemy.exc import SQLAlchemyError

from openfpga_server.accounts.clock import now_us
from openfpga_server.accounts.database import Database
from openfpga_server.accounts.schema import api_keys

logger = logging.getLogger("openfpga.accounts")

INTERVAL = 10.0
"""Seconds between writes: what a crash can lose."""


class LastUsed:
    """Uses of keys that are still to be written.

    Args:
        database: written by `flush`.
        interval: seconds between two writes of `run`.
    """

    def __init__(self, database: Database, *, interval: float = INTERVAL) -> None:
        self._database = database
        self._interval = interval
        self._uses: dict[str, int] = {}

    def used(self, key: str) -> None:
        """Note that a key is used now.

        Args:
            key: its id.
        """
        self._uses[key] = now_us()

    async def flush(self) -> None:
        """Write what was gathered."""
        uses, self._uses = self._uses, {}
        if not uses:
            return
        statement = (
            api_keys.update()
            .where(
                api_keys.c.id == bindparam("key"),
                or_(api_keys.c.last_used_at.is_(None), api_keys.c.last_used_at < bindparam("at")),
            )
            .values(last_used_at=bindparam("at"))
        )
        # Always in the same order, so that two servers do not wait for each other's rows.
        rows = [{"key": key, "at": at} for key, at in sorted(uses.items())]
        async with self._database.writing() as connection:
            await connection.execute(statement, rows)

    async def run(self) -> None:
        """Write again and again until cancelled."""
        while True:
            await asyncio.sleep(self._interval)
            await self._try()

    async def close(self) -> None:
        """Write the rest."""
        await self._try()

    async def _try(self) -> None:
        try:
            await self.flush()
        except (SQLAlchemyError, OSError) as error:
            # Of no consequence: the next use is written again.
            logger.warning("when keys were last used could not be written: %s", type(error).__name__)
