"""What the check of an API key costs: `Accounts.authenticate` on SQLite and on PostgreSQL.

python benchmarks/accounts.py
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from openfpga_server.accounts.accounts import Accounts, open_accounts
from openfpga_server.accounts.database import Database
from openfpga_server.accounts.keys import new_id, new_key
from openfpga_server.accounts.schema import api_keys, settings
from openfpga_server.principal import LOCAL_USER
from support.servers import PostgresServer, postgres_programs

KEYS = 10_000
"""In the database; one of them is looked up after another."""
LOOKUPS = 3000
TOGETHER = 16
"""Requests that come at the same time."""


async def fill(accounts: Accounts) -> list[str]:
    """Make the keys, all at once."""
    made = [new_key("live") for _ in range(KEYS)]
    rows = [
        {
            "id": new_id("key_"),
            "user_id": LOCAL_USER,
            "name": "k",
            "kind": "live",
            "digest": accounts._hasher.key(key),
            "last4": key[-4:],
            "created_at": 1,
        }
        for key in made
    ]
    async with accounts.database.writing() as connection:
        await connection.execute(api_keys.insert(), rows)
    return made


async def commits(database: Database, stop: asyncio.Event) -> None:
    """What a busy server's usage log does beside: one commit after another."""
    async with database.writing() as connection:
        await connection.execute(settings.insert().values(name="bench", value="0"))
    busy = settings.update().where(settings.c.name == "bench")
    while not stop.is_set():
        async with database.writing() as connection:
            await connection.execute(busy.values(value=secrets.token_hex()))


async def measure(name: str, url: str) -> None:
    """Print what a look-up takes of time and of this process's CPU."""
    async with open_accounts(url, pepper="p" * 32) as accounts:
        keys = await fill(accounts)
        await accounts.authenticate(keys[0])

        async def one_after_another(start: int, step: int) -> None:
            for number in range(start, LOOKUPS, step):
                assert await accounts.authenticate(keys[number])

        for together in (1, TOGETHER):
            began, cpu = time.perf_counter(), time.process_time()
            await asyncio.gather(*(one_after_another(start, together) for start in range(together)))
            wall, cpu = (1e6 * t / LOOKUPS for t in (time.perf_counter() - began, time.process_time() - cpu))
            print(f"{name:12} {together:2} at a time: {wall:6.1f} us a key, {cpu:6.1f} us of CPU")
        stop = asyncio.Event()
        writer = asyncio.create_task(commits(accounts.database, stop))
        began = time.perf_counter()
        await one_after_another(0, 1)
        wall = 1e6 * (time.perf_counter() - began) / LOOKUPS
        stop.set()
        await writer
        print(f"{name:12}  1 at a time, while another connection commits: {wall:6.1f} us a key")


def main() -> None:
    """Both databases, each in a temporary folder."""
    folder = Path(tempfile.mkdtemp(prefix="ofpga-bench-", dir="/tmp"))
    try:
        asyncio.run(measure("SQLite", f"sqlite:///{folder}/openfpga.db"))
        programs = postgres_programs()
        if programs is None:
            print("PostgreSQL is not installed")
            return
        (folder / "pg").mkdir()
        folder.chmod(0o755)
        server = PostgresServer(folder / "pg", programs)
        try:
            server.sql("CREATE DATABASE bench")
            asyncio.run(measure("PostgreSQL", server.url("bench")))
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
