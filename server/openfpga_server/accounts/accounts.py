"""Who has which key: `authenticate` for every request, and the making and revoking of keys and sessions."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Select, Text, bindparam, cast, func, select

from openfpga_server.accounts.clock import from_us, now_us, to_us
from openfpga_server.accounts.database import Database, open_database
from openfpga_server.accounts.keys import Hasher, KeyKind, is_key, is_token, new_id, new_key, new_token
from openfpga_server.accounts.last_used import LastUsed
from openfpga_server.accounts.pepper import open_hasher
from openfpga_server.accounts.places import default_database_url, default_pepper_file
from openfpga_server.accounts.plans import Plans
from openfpga_server.accounts.queries import Queries, compiled, open_queries
from openfpga_server.accounts.records import Conflict, CreatedKey, Key, NotFound, Session
from openfpga_server.accounts.schema import api_keys, plans, sessions, users
from openfpga_server.accounts.users import Users, checked_name
from openfpga_server.principal import LOCAL_USER, TIER_WEIGHTS, Principal

SESSION_LIFE = timedelta(hours=12)
"""After it people sign in again."""
MAX_KEYS = 1000
"""Keys of one user that are not revoked."""


class Accounts:
    """Users and their keys in a database.

    Make one with `open_accounts`.

    Args:
        database: open.
        hasher: with the pepper that the database's keys were made with.
        requests_per_minute: of users whose plan names none; None: no limit.
        tokens_per_minute: the same.
    """

    def __init__(
        self,
        database: Database,
        hasher: Hasher,
        *,
        requests_per_minute: int | None = None,
        tokens_per_minute: int | None = None,
    ) -> None:
        self.database = database
        self.users = Users(database)
        self.plans = Plans(database)
        self.last_used = LastUsed(database)
        self._hasher = hasher
        self._limits = (requests_per_minute, tokens_per_minute)
        self._queries: Queries = open_queries(database)
        self._by_key = compiled(database, _principals().where(api_keys.c.digest == bindparam("digest")))
        self._by_session = compiled(
            database,
            _principals()
            .add_columns(sessions.c.expires_at)
            .join(sessions, sessions.c.key_id == api_keys.c.id)
            .where(sessions.c.token_digest == bindparam("digest")),
        )
        self._any = compiled(database, select(func.min(api_keys.c.id)))
        self._keyed = False

    async def authenticate(self, key: str) -> Principal | None:
        """Whose key this is; None: nobody's, or it is revoked or expired, or its user locked out.

        A revocation that has returned, in whatever process, holds for every call that begins after it.

        Raises:
            DatabaseError: the database does not answer.
        """
        if not is_key(key):
            return None
        row = await self._queries.first(self._by_key, self._hasher.key(key))
        return None if row is None else self._principal(row)

    async def authenticate_session(self, token: str) -> Principal | None:
        """Who signed in to the portal; None: nobody, or it is over, or the key they used is revoked.

        Raises:
            DatabaseError: the database does not answer.
        """
        if not is_token(token):
            return None
        row = await self._queries.first(self._by_session, self._hasher.token(token))
        if row is None or row[-1] <= now_us():
            return None
        return self._principal(row, session=True)

    async def any_keys(self) -> bool:
        """Whether a key was ever made, revoked ones included: then everyone needs one.

        Raises:
            DatabaseError: the database does not answer.
        """
        # Keys are never deleted, so a yes stays one.
        if not self._keyed:
            row = await self._queries.first(self._any)
            self._keyed = row is not None and row[0] is not None
        return self._keyed

    def csrf_token(self, session: str) -> str:
        """What requests of a session that change something must carry in ``X-OpenFPGA-CSRF``.

        Args:
            session: the cookie's value.
        """
        return self._hasher.csrf(session)

    async def create_key(
        self,
        name: str,
        *,
        user: str = LOCAL_USER,
        kind: KeyKind = "live",
        expires_at: datetime | None = None,
        models: Iterable[str] | None = None,
        budget_micro: int | None = None,
        requests_per_minute: int | None = None,
        tokens_per_minute: int | None = None,
    ) -> CreatedKey:
        """Make a key; the answer is the only place that ever has it whole.

        Args:
            name: for people.
            user: id of its owner.
            kind: live keys infer, management keys only manage.
            expires_at: with a time zone; None: never.
            models: ids of those it may use; None: all.
            budget_micro: micro-dollars it may spend in its life; None: no budget.
            requests_per_minute: holds it below its plan; so does `tokens_per_minute`.

        Raises:
            NotFound: there is no such user.
            ValueError: a value is out of range; Conflict: the user has too many keys.
        """
        secret, now = new_key(kind), now_us()
        row: dict[str, Any] = {
            "id": new_id("key_"),
            "user_id": user,
            "name": checked_name(name, "key"),
            "kind": kind,
            "digest": self._hasher.key(secret),
            "last4": secret[-4:],
            "created_at": now,
            "last_used_at": None,
            "expires_at": None if expires_at is None else to_us(expires_at),
            "revoked_at": None,
            "models": None if models is None else sorted(set(models)),
            "budget_micro": _at_least(budget_micro, 0, "budget"),
            "requests_per_minute": _at_least(requests_per_minute, 1, "requests per minute"),
            "tokens_per_minute": _at_least(tokens_per_minute, 1, "tokens per minute"),
        }
        if row["expires_at"] is not None and row["expires_at"] <= now:
            raise ValueError(f"the key would have expired at {expires_at}, which is past")
        if row["models"] == []:
            raise ValueError("a key that may use no model is of no use: name one, or leave them out for all")
        async with self.database.writing() as connection:
            found = await connection.execute(select(users.c.id).where(users.c.id == user).with_for_update())
            if found.first() is None:
                raise NotFound(f"there is no user {user!r}")
            usable = select(api_keys.c.id).where(api_keys.c.user_id == user, api_keys.c.revoked_at.is_(None))
            if len((await connection.execute(usable.limit(MAX_KEYS))).all()) == MAX_KEYS:
                raise Conflict(f"user {user} has {MAX_KEYS} keys: revoke those that are no longer used")
            await connection.execute(api_keys.insert(), row)
        return CreatedKey(info=Key.of(row), secret=secret)

    async def keys(self, *, user: str | None = None, revoked: bool = False) -> list[Key]:
        """The keys, oldest first.

        Args:
            user: id of their owner; None: everybody's.
            revoked: list the revoked ones too.
        """
        statement = select(api_keys).order_by(api_keys.c.created_at, api_keys.c.id)
        if user is not None:
            statement = statement.where(api_keys.c.user_id == user)
        if not revoked:
            statement = statement.where(api_keys.c.revoked_at.is_(None))
        # What this process has not written yet is told too.
        await self.last_used.flush()
        async with self.database.reading() as connection:
            return [Key.of(row) for row in (await connection.execute(statement)).mappings()]

    async def revoke_key(self, key: str, *, user: str | None = None) -> Key:
        """Refuse a key from now on, in every process, and end its sessions. Doing so twice is fine.

        Args:
            key: its id.
            user: id of the owner that it must have; None: anybody's.

        Raises:
            NotFound: there is no such key, or it is another's.
        """
        mine = api_keys.c.id == key
        if user is not None:
            mine &= api_keys.c.user_id == user
        async with self.database.writing() as connection:
            revoking = api_keys.update().where(mine, api_keys.c.revoked_at.is_(None))
            await connection.execute(revoking.values(revoked_at=now_us()))
            its = select(api_keys.c.id).where(mine).scalar_subquery()
            await connection.execute(sessions.delete().where(sessions.c.key_id == its))
            row = (await connection.execute(select(api_keys).where(mine))).mappings().first()
        if row is None:
            raise NotFound(f"there is no key {key[:100]!r}")
        return Key.of(row)

    async def create_session(self, key: str) -> Session | None:
        """Sign in with a key; None: `authenticate` does not know it.

        Raises:
            DatabaseError: the database does not answer.
        """
        principal = await self.authenticate(key)
        if principal is None:
            return None
        token, now = new_token(), now_us()
        expires = now + SESSION_LIFE // timedelta(microseconds=1)
        row = {
            "token_digest": self._hasher.token(token),
            "key_id": principal.key,
            "created_at": now,
            "expires_at": expires,
        }
        async with self.database.writing() as connection:
            await connection.execute(sessions.delete().where(sessions.c.expires_at <= now))
            await connection.execute(sessions.insert(), row)
        seen = await self.authenticate_session(token)
        if seen is None:
            return None
        csrf = self.csrf_token(token)
        return Session(token=token, csrf=csrf, expires_at=from_us(expires), principal=seen)

    async def end_session(self, token: str) -> None:
        """Sign out; a token that nobody has is fine."""
        if is_token(token):
            async with self.database.writing() as connection:
                digest = self._hasher.token(token)
                await connection.execute(sessions.delete().where(sessions.c.token_digest == digest))

    async def close(self) -> None:
        """Write what is left to write and let the queries' connections go; the database stays open."""
        await self.last_used.close()
        await self._queries.close()

    def _principal(self, row: Any, *, session: bool = False) -> Principal | None:
        key, kind, expires, models, budget, key_requests, key_tokens, *rest = row
        user, tier, requests, tokens, monthly_tokens, monthly_micro, max_tier, *_ = rest
        if expires is not None and expires <= now_us():
            return None
        self.last_used.used(key)
        return Principal(
            kind=kind,
            user=user,
            key=key,
            tier=min(tier, max_tier, key=TIER_WEIGHTS.__getitem__),
            requests_per_minute=requests or self._limits[0],
            tokens_per_minute=tokens or self._limits[1],
            key_requests_per_minute=key_requests,
            key_tokens_per_minute=key_tokens,
            models=None if models is None else frozenset(msgspec.json.decode(models, type=list[str])),
            key_budget_micro=budget,
            monthly_tokens=monthly_tokens,
            monthly_micro=monthly_micro,
            session=session,
        )


@contextlib.asynccontextmanager
async def open_accounts(
    url: str | None = None,
    *,
    pepper: str | None = None,
    pepper_file: Path | None = None,
    requests_per_minute: int | None = None,
    tokens_per_minute: int | None = None,
) -> AsyncIterator[Accounts]:
    """Open the database (`Accounts.database`) and its accounts, and close both at the end.

    Args:
        url: see `open_database`; None: a file in the state folder.
        pepper: the secret itself; None: it stands in `pepper_file`.
        pepper_file: None: a file in the state folder.
        requests_per_minute: see `Accounts`; so with tokens.

    Raises:
        ValueError: the URL is none, or the pepper not this database's.
        OSError: the database or the pepper cannot be opened.
    """
    database = await open_database(default_database_url() if url is None else url)
    try:
        hasher = await open_hasher(database, pepper=pepper, file=pepper_file or default_pepper_file())
        accounts = Accounts(
            database, hasher, requests_per_minute=requests_per_minute, tokens_per_minute=tokens_per_minute
        )
        writer = asyncio.create_task(accounts.last_used.run())
        try:
            yield accounts
        finally:
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
            await accounts.close()
    finally:
        await database.close()


def _principals() -> Select[Any]:
    """Keys that are let in, with all that a principal is made of; `Accounts._principal` reads the row."""
    return (
        select(
            api_keys.c.id,
            api_keys.c.kind,
            api_keys.c.expires_at,
            # As text: drivers differ in what they make of JSON.
            cast(api_keys.c.models, Text),
            api_keys.c.budget_micro,
            api_keys.c.requests_per_minute,
            api_keys.c.tokens_per_minute,
            users.c.id,
            users.c.tier,
            plans.c.requests_per_minute,
            plans.c.tokens_per_minute,
            plans.c.monthly_tokens,
            plans.c.monthly_micro,
            plans.c.max_tier,
        )
        .select_from(api_keys)
        .join(users, users.c.id == api_keys.c.user_id)
        .join(plans, plans.c.id == users.c.plan_id)
        .where(api_keys.c.revoked_at.is_(None), users.c.disabled_at.is_(None))
    )


def _at_least(value: int | None, low: int, what: str) -> int | None:
    if value is not None and value < low:
        raise ValueError(f"{what} of {value}: expected a whole number from {low}")
    return value
