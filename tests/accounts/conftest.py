"""Accounts over a database of each kind."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from openfpga_server.accounts.accounts import Accounts, open_accounts
from openfpga_server.accounts.database import Database, open_database
from support.servers import PostgresServer

PEPPER = "0123456789abcdef" * 4


def opened(url: str, **settings: int) -> contextlib.AbstractAsyncContextManager[Accounts]:
    """The accounts of a database with the tests' pepper: what another process sees."""
    return open_accounts(url, pepper=PEPPER, **settings)


@pytest.fixture
async def accounts(database_url: str) -> AsyncIterator[Accounts]:
    """On SQLite and on PostgreSQL."""
    async with opened(database_url, requests_per_minute=60, tokens_per_minute=100_000) as opened_accounts:
        yield opened_accounts


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A database of each kind."""
    opened_database = await open_database(database_url)
    yield opened_database
    await opened_database.close()


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind without any tables; no file yet."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'folder' / 'empty.db'}"
    server: PostgresServer = request.getfixturevalue("postgres_server")
    server.sql("DROP DATABASE IF EXISTS empty WITH (FORCE)", "CREATE DATABASE empty")
    return server.url("empty")


@pytest.fixture
def pepper_file(tmp_path: Path) -> Path:
    """Where a pepper may be made."""
    return tmp_path / "state" / "pepper"
