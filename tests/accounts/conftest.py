"""Accounts over a database of each kind."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from openfpga_server.accounts.accounts import Accounts, open_accounts

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
def pepper_file(tmp_path: Path) -> Path:
    """Where a pepper may be made."""
    return tmp_path / "state" / "pepper"
