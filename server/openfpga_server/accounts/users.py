"""Users: who keys belong to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from openfpga_server.accounts.clock import now_us, to_us
from openfpga_server.accounts.database import Database
from openfpga_server.accounts.keys import new_id
from openfpga_server.accounts.records import Conflict, NotFound, User
from openfpga_server.accounts.schema import DEFAULT_PLAN, plans, users
from openfpga_server.principal import TIER_WEIGHTS, Tier

MAX_NAME = 100
"""Characters of a name."""


def checked_name(name: str, what: str) -> str:
    """A name for people, without surrounding space.

    Raises:
        ValueError: it is empty, too long, or has characters that no screen shows.
    """
    name = name.strip()
    if not 1 <= len(name) <= MAX_NAME or not name.isprintable():
        raise ValueError(f"the name of a {what} has 1 to {MAX_NAME} printable characters")
    return name


class Users:
    """The users of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, name: str, *, plan: str = DEFAULT_PLAN) -> User:
        """Make a user with the regular tier.

        Args:
            name: that no other user has.
            plan: its id.

        Raises:
            NotFound: there is no such plan.
            Conflict: the name is taken.
        """
        row: dict[str, Any] = {
            "id": new_id("user_"),
            "name": checked_name(name, "user"),
            "plan_id": plan,
            "tier": "regular",
            "letter_of_intent_signed_at": None,
            "created_at": now_us(),
            "disabled_at": None,
        }
        async with self._database.writing() as connection:
            await _known_plan(connection, plan)
            done = await connection.execute(
                self._database.insert(users).values(row).on_conflict_do_nothing().returning(users.c.id)
            )
            if done.first() is None:
                raise Conflict(f"there is a user {row['name']!r} already")
        return User.of(row)

    async def get(self, user: str) -> User:
        """One user.

        Args:
            user: id or name.

        Raises:
            NotFound: there is none.
        """
        async with self._database.reading() as connection:
            return await _one(connection, user)

    async def all(self) -> list[User]:
        """All users, oldest first."""
        async with self._database.reading() as connection:
            statement = select(users).order_by(users.c.created_at, users.c.id)
            return [User.of(row) for row in (await connection.execute(statement)).mappings()]

    async def change(
        self,
        user: str,
        *,
        plan: str | None = None,
        tier: Tier | None = None,
        letter_of_intent: datetime | None = None,
        disabled: bool | None = None,
    ) -> User:
        """Change what is given; it holds for the next request.

        Args:
            user: id or name.
            plan: id of its plan.
            tier: above regular only with a signed letter of intent, now or before.
            letter_of_intent: when it was signed.
            disabled: lock it out, or let it in again.

        Raises:
            NotFound: there is no such user or plan.
            Conflict: a tier without a letter of intent.
            ValueError: the letter is dated in the future.
        """
        changes: dict[str, Any] = {}
        async with self._database.writing() as connection:
            known = await _one(connection, user)
            if plan is not None:
                await _known_plan(connection, plan)
                changes["plan_id"] = plan
            if letter_of_intent is not None:
                changes["letter_of_intent_signed_at"] = to_us(letter_of_intent)
                if changes["letter_of_intent_signed_at"] > now_us():
                    raise ValueError(f"a letter of intent cannot have been signed at {letter_of_intent}")
            if tier is not None:
                if TIER_WEIGHTS[tier] > 1 and (letter_of_intent or known.letter_of_intent_signed_at) is None:
                    raise Conflict(
                        f"tier {tier} needs a signed letter of intent, and user {known.name!r} has none on "
                        "record: give its date too"
                    )
                changes["tier"] = tier
            if disabled is not None and disabled != (known.disabled_at is not None):
                changes["disabled_at"] = now_us() if disabled else None
            if changes:
                await connection.execute(users.update().where(users.c.id == known.id).values(changes))
            return await _one(connection, known.id)


async def _one(connection: AsyncConnection, user: str) -> User:
    statement = select(users).where(or_(users.c.id == user, users.c.name == user))
    # A name may look like another user's id; the id goes before.
    found = [User.of(row) for row in (await connection.execute(statement)).mappings()]
    if not found:
        raise NotFound(f"there is no user {user[:100]!r}")
    return next((each for each in found if each.id == user), found[0])


async def _known_plan(connection: AsyncConnection, plan: str) -> None:
    if (await connection.execute(select(plans.c.id).where(plans.c.id == plan))).first() is None:
        raise NotFound(f"there is no plan {plan[:100]!r}")
