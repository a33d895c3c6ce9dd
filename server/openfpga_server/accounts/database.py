"""The one database: SQLite or PostgreSQL behind SQLAlchemy, brought up to date when it is opened.

Decision 0015 has the reasons; `schema` the tables.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiosqlite
import asyncpg
from sqlalchemy import Connection, Table, event, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
    from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

REVISION = "0001"
"""The newest migration; a test compares it with the files."""
BUSY_SECONDS = 30.0
"""How long a statement waits for another process's write lock, and a request for a free connection."""
_UPGRADE_LOCK = 0x6F66_7067_61
"""Key of PostgreSQL's advisory lock: one process at a time migrates."""
_WRITES = "openfpga_writes"


class DatabaseError(OSError):
    """The database cannot be used; the message says which one and why, without its password."""


class Database:
    """An open database.

    Args:
        engine: of SQLAlchemy.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._readers = engine
        if not self.is_sqlite:
            self._readers = engine.execution_options(isolation_level="AUTOCOMMIT")

    @property
    def url(self) -> str:
        """As it may be shown: the password is stars."""
        return self._engine.url.render_as_string(hide_password=True)

    @property
    def is_sqlite(self) -> bool:
        """Whether it is SQLite; else it is PostgreSQL."""
        return self._engine.dialect.name == "sqlite"

    @property
    def engine(self) -> AsyncEngine:
        """SQLAlchemy's engine, for what `reading` and `writing` do not cover."""
        return self._engine

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection on which each SELECT stands for itself and sees all that was committed before it."""
        async with self._readers.connect() as connection:
            yield connection

    @contextlib.asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed (durably) when the block is left, rolled back when it raises.

        On SQLite it holds the one write lock from its beginning: what it reads is still true when it writes.
        """
        async with self._engine.connect() as connection:
            if self.is_sqlite:
                connection = await connection.execution_options(**{_WRITES: True})
            try:
                async with connection.begin():
                    yield connection
            except asyncio.CancelledError:
                if self.is_sqlite:
                    await asyncio.shield(asyncio.ensure_future(_abandon(connection)))
                raise

    async def ping(self) -> None:
        """Ask it something; returns when it answers."""
        async with self.reading() as connection:
            await connection.execute(text("SELECT 1"))

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """INSERT with ``on_conflict_do_nothing`` and ``on_conflict_do_update``, which both databases know."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


def reason_of(error: BaseException) -> str:
    """What the database itself said, in one line, without the statement and what SQLAlchemy adds."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return " ".join(str(cause).split()) or type(cause).__name__


async def open_database(url: str) -> Database:
    """Open a database, making the file, its folder and all tables where they are not there yet.

    Args:
        url: ``sqlite+aiosqlite:///PATH`` or ``postgresql+asyncpg://USER:PASSWORD@HOST/NAME``; the drivers'
            names may be left out.

    Raises:
        ValueError: the URL is neither.
        DatabaseError: it cannot be reached, or a newer release has written it.
    """
    parsed = database_url(url)
    shown = parsed.render_as_string(hide_password=True)
    try:
        if parsed.get_backend_name() == "sqlite":
            await asyncio.to_thread(_prepare_file, Path(parsed.database or ""))
        database = Database(_engine(parsed))
        try:
            await upgrade(database)
        except BaseException:
            await database.close()
            raise
    except DatabaseError:
        raise
    except (DBAPIError, sqlite3.Error, asyncpg.PostgresError, OSError) as error:
        raise DatabaseError(f"cannot open the database {shown}: {reason_of(error)}") from error
    return database


def database_url(url: str) -> URL:
    """Read a URL, adding the driver.

    Raises:
        ValueError: no URL, or not of a database that is supported.
    """
    expected = "expected sqlite+aiosqlite:///PATH or postgresql+asyncpg://USER:PASSWORD@HOST/NAME"
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        # The text may hold a password: it is not repeated.
        raise ValueError(f"the database's URL cannot be read: {expected}") from error
    backend = "postgresql" if parsed.drivername == "postgres" else parsed.get_backend_name()
    driver = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}.get(backend)
    if driver is None:
        raise ValueError(f"database {parsed.render_as_string(hide_password=True)}: {expected}")
    if backend == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise ValueError(
            f"database {url}: accounts must outlive the process; give a path, sqlite+aiosqlite:///PATH"
        )
    return parsed.set(drivername=driver)


async def upgrade(database: Database) -> None:
    """Bring the tables up to date; several processes may do so at once.

    Raises:
        DatabaseError: a newer release has written the database.
    """
    async with database.reading() as connection:
        if await connection.run_sync(_revision) == REVISION:
            return
    async with database.writing() as connection:
        if not database.is_sqlite:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        await connection.run_sync(_migrate, database.url)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _migrate(connection: Connection, shown: str) -> None:
    # Alembic takes time to import, and a database that is up to date does not need it.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise DatabaseError(
            f"the database {shown} is at revision {_revision(connection)}, which this release does not know "
            f"(its newest is {REVISION}): run the release that wrote it, or a newer one"
        ) from error


def _prepare_file(path: Path) -> None:
    """Make folder and file, their owner's alone, and turn write-ahead logging on, which the file remembers.

    Of several processes that turn it on at once SQLite lets some wait and refuses others: they try again.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    give_up = time.monotonic() + BUSY_SECONDS
    with contextlib.closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
        while True:
            try:
                if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                    connection.execute("PRAGMA journal_mode = WAL").fetchone()
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                    raise
            time.sleep(0.01)


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get(_WRITES))


async def _abandon(connection: AsyncConnection) -> None:
    """Give up the connection of a transaction that was cancelled, perhaps within a statement.

    SQLite holds the write lock of a connection that is closed in a transaction for as long as Python keeps a
    cursor of it, and that may be long. So it is rolled back first; the driver does that after the statement
    that may still be running in its thread.
    """
    pooled = await connection.get_raw_connection()
    driver = pooled.driver_connection
    assert isinstance(driver, aiosqlite.Connection)
    await driver.rollback()
    await connection.invalidate()


def _engine(url: URL) -> AsyncEngine:
    return _sqlite_engine(url) if url.get_backend_name() == "sqlite" else _postgres_engine(url)


def _postgres_engine(url: URL) -> AsyncEngine:
    engine = create_async_engine(
        url,
        hide_parameters=True,
        pool_size=10,
        max_overflow=10,
        pool_timeout=BUSY_SECONDS,
        connect_args={"timeout": 10, "command_timeout": BUSY_SECONDS},
    )

    @event.listens_for(engine.sync_engine, "checkout")
    def on_checkout(
        connection: DBAPIConnection, record: ConnectionPoolEntry, proxy: PoolProxiedConnection
    ) -> None:
        # The driver notices when the server closes a connection. `pool_pre_ping` would ask the server each
        # time, and the check of a key would cost nearly twice as much.
        driver = record.driver_connection
        assert isinstance(driver, asyncpg.Connection)
        if driver.is_closed():
            raise InvalidatePoolError("the server has closed the connection")

    return engine


def _sqlite_engine(url: URL) -> AsyncEngine:
    engine = create_async_engine(
        url,
        # Errors are logged, and parameters may be names of people.
        hide_parameters=True,
        pool_timeout=BUSY_SECONDS,
        connect_args={"timeout": BUSY_SECONDS},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        # None: the driver begins no transactions of its own, `on_begin` does.
        adapted: Any = connection
        adapted.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys = ON")
        # In WAL mode NORMAL would lose the last commits when the power fails.
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.close()

    @event.listens_for(engine.sync_engine, "handle_error")
    def on_error(context: ExceptionContext) -> None:
        # SQLAlchemy would close the connection of a cancelled task; `_abandon` tells why it must not.
        cancelled = isinstance(context.original_exception, asyncio.CancelledError)
        if cancelled and context.connection and _writes(context.connection):
            context.is_disconnect = False

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Connection) -> None:
        if _writes(connection):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
