"""What is told of plans, users, keys and sessions; never a secret, but for what is told once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from openfpga_server.accounts.clock import from_us
from openfpga_server.accounts.keys import KeyKind, hint
from openfpga_server.principal import Principal, Tier

Fields = RowMapping | dict[str, Any]
"""A row by column."""


class NotFound(LookupError):
    """There is no such plan, user or key; the message names it."""


class Conflict(ValueError):
    """What should be made is there already, or does not fit what is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What users of a plan may use.

    Args:
        requests_per_minute: None: the server's setting; so with tokens.
        monthly_tokens: prompt and completion, a calendar month (UTC); None: no quota.
        monthly_micro: micro-dollars, the same.
        max_tier: no user of the plan is faster.
    """

    id: str
    requests_per_minute: int | None
    tokens_per_minute: int | None
    monthly_tokens: int | None
    monthly_micro: int | None
    max_tier: Tier
    created_at: datetime

    @staticmethod
    def of(row: Fields) -> Plan:
        """From a row of `plans`."""
        return Plan(**{**row, "created_at": from_us(row["created_at"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """An account.

    Args:
        tier: what it was granted; its plan may hold it lower.
        letter_of_intent_signed_at: None: it has signed none, and its tier is regular.
        disabled_at: since when it is locked out; None: it is not.
    """

    id: str
    name: str
    plan: str
    tier: Tier
    letter_of_intent_signed_at: datetime | None
    created_at: datetime
    disabled_at: datetime | None

    @staticmethod
    def of(row: Fields) -> User:
        """From a row of `users`."""
        return User(
            id=row["id"],
            name=row["name"],
            plan=row["plan_id"],
            tier=row["tier"],
            letter_of_intent_signed_at=_moment(row["letter_of_intent_signed_at"]),
            created_at=from_us(row["created_at"]),
            disabled_at=_moment(row["disabled_at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An API key, without the key.

    Args:
        hint: its beginning and last four characters.
        models: ids of those it may use; None: all.
        budget_micro: micro-dollars it may spend in its life; None: no budget.
        requests_per_minute: holds it below its plan; None: the plan's. So with tokens.
    """

    id: str
    user: str
    name: str
    kind: KeyKind
    hint: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None
    models: tuple[str, ...] | None
    budget_micro: int | None
    requests_per_minute: int | None
    tokens_per_minute: int | None

    @staticmethod
    def of(row: Fields) -> Key:
        """From a row of `api_keys`."""
        return Key(
            id=row["id"],
            user=row["user_id"],
            name=row["name"],
            kind=row["kind"],
            hint=hint(row["last4"]),
            created_at=from_us(row["created_at"]),
            last_used_at=_moment(row["last_used_at"]),
            expires_at=_moment(row["expires_at"]),
            revoked_at=_moment(row["revoked_at"]),
            models=None if row["models"] is None else tuple(row["models"]),
            budget_micro=row["budget_micro"],
            requests_per_minute=row["requests_per_minute"],
            tokens_per_minute=row["tokens_per_minute"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedKey:
    """A new key, the only time that it can be told.

    Args:
        secret: the whole key.
    """

    info: Key
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A new session of the portal.

    Args:
        token: the cookie's value.
        csrf: what the page sends in ``X-OpenFPGA-CSRF``.
    """

    token: str = field(repr=False)
    csrf: str = field(repr=False)
    expires_at: datetime
    principal: Principal


def _moment(us: int | None) -> datetime | None:
    return None if us is None else from_us(us)
