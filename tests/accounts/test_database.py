"""The database: the same tables on SQLite and PostgreSQL, and opening it in any state and company."""

from __future__ import annotations

from openfpga_server.accounts.database import open_database
from openfpga_server.accounts.schema import users
from sqlalchemy import select


async def test_an_empty_database_gets_its_tables_and_built_in_user(database_url: str) -> None:
    database = await open_database(database_url)
    async with database.reading() as connection:
        assert (await connection.execute(select(users.c.id))).scalars().all() == [
            "user_local",
            "user_payments",
        ]
    await database.close()
