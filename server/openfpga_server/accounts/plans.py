"""Plans: what users may use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from openfpga_server.accounts.clock import now_us
from openfpga_server.accounts.database import Database
from openfpga_server.accounts.records import Conflict, NotFound, Plan
from openfpga_server.accounts.schema import plans
from openfpga_server.accounts.users import checked_name
from openfpga_server.principal import TIER_WEIGHTS

_LOWEST = {"requests_per_minute": 1, "tokens_per_minute": 1, "monthly_tokens": 0, "monthly_micro": 0}


class Plans:
    """The plans of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, name: str, values: Mapping[str, Any]) -> Plan:
        """Make a plan.

        Args:
            name: that no other plan has; it is the plan's id.
            values: of the fields of `Plan`; what is left out is the server's setting, or no quota.

        Raises:
            Conflict: the name is taken.
            ValueError: a value is out of range.
        """
        row = dict.fromkeys(_LOWEST)
        row |= {"id": checked_name(name, "plan"), "max_tier": "max", "created_at": now_us()}
        row |= _checked(values)
        async with self._database.writing() as connection:
            done = await connection.execute(
                self._database.insert(plans).values(row).on_conflict_do_nothing().returning(plans.c.id)
            )
            if done.first() is None:
                raise Conflict(f"there is a plan {row['id']!r} already; change it with 'set'")
        return Plan.of(row)

    async def all(self) -> list[Plan]:
        """All plans, by name."""
        async with self._database.reading() as connection:
            statement = select(plans).order_by(plans.c.id)
            return [Plan.of(row) for row in (await connection.execute(statement)).mappings()]

    async def change(self, name: str, values: Mapping[str, Any]) -> Plan:
        """Change what is given; it holds for the next request of each of its users.

        Args:
            name: of the plan.
            values: of the fields of `Plan`; None: the server's setting, or no quota.

        Raises:
            NotFound: there is no such plan.
            ValueError: a value is out of range.
        """
        changes = _checked(values)
        mine = plans.c.id == name
        async with self._database.writing() as connection:
            if changes:
                await connection.execute(plans.update().where(mine).values(changes))
            row = (await connection.execute(select(plans).where(mine))).mappings().first()
        if row is None:
            raise NotFound(f"there is no plan {name[:100]!r}")
        return Plan.of(row)


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    for name, value in values.items():
        if name == "max_tier":
            if value not in TIER_WEIGHTS:
                raise ValueError(f"tier {value!r}: expected one of {', '.join(TIER_WEIGHTS)}")
        elif name not in _LOWEST:
            raise ValueError(f"a plan has no {name!r}; it has {', '.join(_LOWEST)}, max_tier")
        elif value is not None and value < _LOWEST[name]:
            words = name.replace("_", " ")
            raise ValueError(f"{words} of {value}: expected a whole number from {_LOWEST[name]}")
    return dict(values)
