"""Every table of the project, the same on SQLite and PostgreSQL (docs/accounts.md).

Moments are integer microseconds since 1970 in UTC, money is integer micro-dollars, days are those of UTC.
A change here needs a migration in `migrations/versions`; a test compares both on both databases.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

DEFAULT_PLAN = "default"
"""Made by the first migration: the server's own limits, no quota."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

settings = Table(
    "settings",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""What belongs to the database itself: the check value of its pepper."""

plans = Table(
    "plans",
    metadata,
    Column("id", Text, primary_key=True, doc="its name"),
    Column("requests_per_minute", Integer, doc="null: the server's setting"),
    Column("tokens_per_minute", Integer, doc="null: the server's setting"),
    Column("monthly_tokens", BigInteger, doc="quota of a calendar month (UTC); null: none"),
    Column("monthly_micro", BigInteger, doc="the same in micro-dollars"),
    Column("max_tier", Text, nullable=False, server_default="max", doc="no user of the plan is faster"),
    Column("created_at", BigInteger, nullable=False),
    CheckConstraint("requests_per_minute > 0", name="requests"),
    CheckConstraint("tokens_per_minute > 0", name="tokens"),
    CheckConstraint("monthly_tokens >= 0", name="monthly_tokens"),
    CheckConstraint("monthly_micro >= 0", name="monthly_micro"),
    CheckConstraint("max_tier IN ('regular', 'fast', 'turbo', 'max')", name="tier"),
)

users = Table(
    "users",
    metadata,
    Column("id", Text, primary_key=True, doc="user_..."),
    Column("name", Text, nullable=False),
    Column("plan_id", Text, ForeignKey("plans.id"), nullable=False, server_default=DEFAULT_PLAN),
    Column("tier", Text, nullable=False, server_default="regular"),
    Column("letter_of_intent_signed_at", BigInteger, doc="tiers above regular need it"),
    Column("created_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger, doc="none of its keys or sessions is let in"),
    UniqueConstraint("name"),
    CheckConstraint("tier IN ('regular', 'fast', 'turbo', 'max')", name="tier"),
    CheckConstraint("tier = 'regular' OR letter_of_intent_signed_at IS NOT NULL", name="letter"),
    Index(None, "plan_id"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Text, primary_key=True, doc="key_..."),
    Column("user_id", Text, ForeignKey("users.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False, doc="live: infers; management: manages and never infers"),
    Column("digest", LargeBinary, nullable=False, doc="HMAC-SHA256 of the key under the pepper"),
    Column("last4", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Column("expires_at", BigInteger),
    Column("revoked_at", BigInteger),
    Column("models", JSON(none_as_null=True), doc="ids of the models it may use; null: all"),
    Column("budget_micro", BigInteger, doc="what it may spend in its life, micro-dollars; null: no limit"),
    Column("requests_per_minute", Integer, doc="holds it below its plan; null: the plan's"),
    Column("tokens_per_minute", Integer, doc="the same"),
    UniqueConstraint("digest"),
    CheckConstraint("kind IN ('live', 'management')", name="kind"),
    CheckConstraint("length(digest) = 32", name="digest"),
    CheckConstraint("budget_micro >= 0", name="budget"),
    CheckConstraint("requests_per_minute > 0", name="requests"),
    CheckConstraint("tokens_per_minute > 0", name="tokens"),
    Index(None, "user_id"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_digest", LargeBinary, primary_key=True, doc="HMAC-SHA256 of the cookie's value"),
    Column("key_id", Text, ForeignKey("api_keys.id"), nullable=False, doc="revoking it ends the session"),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    CheckConstraint("length(token_digest) = 32", name="digest"),
    CheckConstraint("expires_at > created_at", name="expiry"),
    Index(None, "key_id"),
    Index(None, "expires_at"),
)

usage_events = Table(
    "usage_events",
    metadata,
    Column("id", Text, primary_key=True, doc="the request's id"),
    Column("user_id", Text, ForeignKey("users.id"), nullable=False),
    Column("key_id", Text, ForeignKey("api_keys.id")),
    Column("model", Text, nullable=False),
    Column("endpoint", Text, nullable=False, doc="below the mount's base: /v1/chat/completions"),
    Column("dialect", Text, nullable=False),
    Column("status", Integer, nullable=False, doc="of HTTP"),
    Column("started_at", BigInteger, nullable=False),
    Column("prompt_tokens", BigInteger, nullable=False),
    Column("cached_tokens", BigInteger, nullable=False),
    Column("completion_tokens", BigInteger, nullable=False),
    Column("cost_micro", BigInteger, nullable=False),
    Column("first_token_us", BigInteger, doc="from arrival to the first token; null: there was none"),
    Column("total_us", BigInteger, nullable=False),
    Column("finish", Text),
    CheckConstraint("prompt_tokens >= 0", name="prompt"),
    CheckConstraint("cached_tokens >= 0", name="cached"),
    CheckConstraint("completion_tokens >= 0", name="completion"),
    CheckConstraint("cost_micro >= 0", name="cost"),
    CheckConstraint("total_us >= 0", name="total"),
    Index(None, "user_id", "started_at"),
    Index(None, "key_id"),
    Index(None, "started_at"),
)

usage_daily = Table(
    "usage_daily",
    metadata,
    Column("user_id", Text, ForeignKey("users.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("key_id", Text, primary_key=True, doc="'': no key; so it is no foreign key"),
    Column("model", Text, primary_key=True),
    Column("requests", BigInteger, nullable=False),
    Column("prompt_tokens", BigInteger, nullable=False),
    Column("cached_tokens", BigInteger, nullable=False),
    Column("completion_tokens", BigInteger, nullable=False),
    Column("cost_micro", BigInteger, nullable=False),
    Column("first_token_us", BigInteger, nullable=False, doc="the sum over requests that had one"),
    Column("first_tokens", BigInteger, nullable=False, doc="how many had one"),
    Column("total_us", BigInteger, nullable=False, doc="the sum"),
    CheckConstraint("requests >= 0", name="requests"),
    Index(None, "key_id"),
)

payments = Table(
    "payments",
    metadata,
    Column("network", Text, primary_key=True),
    Column("asset", Text, primary_key=True, doc="the token's contract: nonces are unique in one"),
    Column("payer", Text, primary_key=True),
    Column("nonce", Text, primary_key=True),
    Column("pay_to", Text, nullable=False),
    Column("amount", BigInteger, nullable=False, doc="in the asset's smallest units"),
    Column("state", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("settlement", Text, doc="id of its transaction on the network"),
    Column("error", Text),
    Column("valid_before", BigInteger, nullable=False, doc="after it the signature is worth nothing"),
    Column("created_at", BigInteger, nullable=False),
    Column("settled_at", BigInteger),
    CheckConstraint("state IN ('claimed', 'settled', 'failed')", name="state"),
    CheckConstraint("amount >= 0", name="amount"),
    Index(None, "request_id"),
)
