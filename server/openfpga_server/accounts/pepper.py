"""The pepper: a secret apart from the database, without which the hashes of the keys say nothing."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import stat
from pathlib import Path

from sqlalchemy import select

from openfpga_server.accounts.clock import now_us
from openfpga_server.accounts.database import Database
from openfpga_server.accounts.keys import MIN_PEPPER_BYTES, Hasher
from openfpga_server.accounts.schema import settings

logger = logging.getLogger("openfpga.accounts")

CHECK = "pepper_check"


async def open_hasher(database: Database, *, pepper: str | None, file: Path) -> Hasher:
    """The hasher that this database's keys were made with; at the first use of both, a new one.

    Args:
        database: remembers a value that tells peppers apart.
        pepper: the secret itself, which then stands in no file; None: it is in `file`.
        file: made with a random pepper, readable to its owner alone, if neither it nor any key is there yet.

    Raises:
        ValueError: it is another pepper than the database's, or too short.
        OSError: the file cannot be read or written; or it is gone while keys depend on it.
    """
    async with database.reading() as connection:
        known = (await connection.execute(select(settings.c.value).filter_by(name=CHECK))).scalar()
    source = f"the pepper in {file}"
    if pepper is not None:
        source = "the configured pepper"
        secret = pepper.encode()
    else:
        secret = await asyncio.to_thread(_read_or_make, file, known=known is not None, shown=database.url)
    try:
        hasher = Hasher(secret)
    except ValueError as error:
        raise ValueError(f"{source}: {error}") from error
    if known is None:
        row = {"name": CHECK, "value": hasher.check_value()}
        async with database.writing() as connection:
            await connection.execute(database.insert(settings).values(row).on_conflict_do_nothing())
            known = (await connection.execute(select(settings.c.value).filter_by(name=CHECK))).scalar_one()
    if known != hasher.check_value():
        raise ValueError(
            f"{source} is not the one that the keys of {database.url} were made with, so none of them would "
            "be known: use the pepper that belongs to this database (docs/accounts.md)"
        )
    return hasher


def _read_or_make(file: Path, *, known: bool, shown: str) -> bytes:
    if not file.exists():
        if known:
            raise FileNotFoundError(
                f"the pepper file {file} does not exist, but the keys of {shown} were made with one: copy "
                "it from the backup or from another server of this database, or name it with "
                "accounts.pepper_file"
            )
        _make(file)
    mode = file.stat().st_mode
    if mode & (stat.S_IRGRP | stat.S_IROTH):
        logger.warning("the pepper file %s can be read by others (mode %o): chmod 600 it", file, mode & 0o777)
    return file.read_bytes().strip()


def _make(file: Path) -> None:
    """Write a new pepper; of several processes that do so at once, one wins."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}.{now_us()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as opened:
            opened.write(secrets.token_hex(MIN_PEPPER_BYTES) + "\n")
            opened.flush()
            os.fsync(opened.fileno())
        # Unlike a rename, a link never replaces the pepper that another process has just made.
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
    finally:
        draft.unlink()
