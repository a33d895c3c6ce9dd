"""The few queries that every request asks, without SQLAlchemy's share of the time.

Each asks the database and nothing is cached, so that what was revoked is refused from then on in every
process; docs/accounts.md has what that costs.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import asyncpg
from sqlalchemy import Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from openfpga_server.accounts.database import BUSY_SECONDS, Database, DatabaseError, reason_of


class Queries(Protocol):
    """Runs prepared SELECTs that give at most one row."""

    async def first(self, statement: str, *values: object) -> Sequence[Any] | None:
        """The first row.

        Args:
            statement: of `compiled`.
            values: of its parameters, in their order.

        Raises:
            DatabaseError: the database does not answer.
        """

    async def close(self) -> None:
        """Let the connections go."""


def compiled(database: Database, statement: Select[Any]) -> str:
    """A SELECT as the database's driver wants it, with its bound parameters left open."""
    return str(statement.compile(dialect=database.engine.dialect))


def open_queries(database: Database) -> Queries:
    """For the kind of database that it is."""
    return SqliteQueries(database) if database.is_sqlite else PostgresQueries(database)


class SqliteQueries:
    """One connection in one thread: SQLite answers faster than threads could take turns."""

    def __init__(self, database: Database) -> None:
        self._shown = database.url
        self._path = database.engine.url.database or ""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="openfpga-accounts")
        self._connection: sqlite3.Connection | None = None

    async def first(self, statement: str, *values: object) -> Sequence[Any] | None:
        """See `Queries`."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._thread, self._first, statement, values)
        except sqlite3.Error as error:
            raise DatabaseError(f"the database {self._shown} does not answer: {error}") from error

    def _first(self, statement: str, values: tuple[Any, ...]) -> tuple[Any, ...] | None:
        if self._connection is None:
            self._connection = sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None)
            self._connection.execute("PRAGMA query_only = ON")
        rows: list[tuple[Any, ...]] = self._connection.execute(statement, values).fetchmany(1)
        return rows[0] if rows else None

    async def close(self) -> None:
        """See `Queries`."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class PostgresQueries:
    """asyncpg's own prepared statements on connections of the database's pool."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def first(self, statement: str, *values: object) -> Sequence[Any] | None:
        """See `Queries`."""
        try:
            try:
                return await self._first(statement, values)
            except (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError, DBAPIError):
                # The server was restarted, or closed what was idle: all connections of the pool may be dead.
                await self._database.engine.dispose()
                return await self._first(statement, values)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, DBAPIError, PoolTimeout) as error:
            told = f"the database {self._database.url} does not answer: {reason_of(error)}"
            raise DatabaseError(told) from error

    async def _first(self, statement: str, values: tuple[object, ...]) -> Sequence[Any] | None:
        async with self._database.reading() as connection:
            pooled = await connection.get_raw_connection()
            driver = pooled.driver_connection
            assert isinstance(driver, asyncpg.Connection)
            row: Sequence[Any] | None = await driver.fetchrow(statement, *values)
            return row

    async def close(self) -> None:
        """See `Queries`: the connections are the database's."""
