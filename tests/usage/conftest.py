"""An open database with two users and their keys."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from openfpga_server.accounts.database import Database, open_database
from support.usage import add_accounts


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Once on each kind."""
    opened = await open_database(database_url)
    await add_accounts(opened)
    yield opened
    await opened.close()
