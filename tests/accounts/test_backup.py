"""Backup and restore as docs/accounts.md tells: what is said there is what runs here."""

from __future__ import annotations

import asyncio
import shlex
import subprocess
import sys
from pathlib import Path

from openfpga_server.accounts.accounts import Accounts
from support.servers import PostgresServer

from .conftest import opened

DOCS = Path(__file__).resolve().parents[2] / "docs" / "accounts.md"


def documented(beginning: str) -> list[str]:
    """The words of the command in the documentation that begins so."""
    (line,) = [line for line in DOCS.read_text().splitlines() if line.startswith(f"    {beginning}")]
    return shlex.split(line)


async def test_sqlite_is_backed_up_while_it_is_written_to(sqlite_url: str, tmp_path: Path) -> None:
    command = documented("python3 -c")
    async with opened(sqlite_url) as accounts:
        created = await accounts.create_key("before")
        busy = asyncio.create_task(_make_users(accounts))
        done = await asyncio.to_thread(
            subprocess.run, [sys.executable, *command[1:]], cwd=tmp_path, check=False
        )
        busy.cancel()
        await asyncio.gather(busy, return_exceptions=True)
        assert done.returncode == 0
        after = await accounts.create_key("after")
    for name in ("openfpga.db-wal", "openfpga.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    (tmp_path / "openfpga-backup.db").rename(tmp_path / "openfpga.db")
    async with opened(sqlite_url) as restored:
        assert await restored.authenticate(created.secret) is not None
        assert await restored.authenticate(after.secret) is None


async def test_postgresql_is_backed_up_and_restored(
    postgres_url: str, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    async with opened(postgres_url) as accounts:
        created = await accounts.create_key("before")
    dump = documented("pg_dump")
    create = documented("createdb")
    between = create.index("&&")
    for words in (dump, create[:between], create[between + 1 :]):
        # The folder belongs to the server's user, whom the commands run as.
        told = [word.replace("openfpga.dump", str(postgres_server.folder / "backup")) for word in words]
        source = "test" if words is dump else "restored"
        told = [source if word == "openfpga" else word.replace("=openfpga", f"={source}") for word in told]
        postgres_server.run(*told)
    async with opened(postgres_server.url("restored")) as restored:
        assert await restored.authenticate(created.secret) is not None
        await restored.create_key("more")


async def _make_users(accounts: Accounts) -> None:
    number = 0
    while True:
        number += 1
        await accounts.users.create(f"user {number}")
