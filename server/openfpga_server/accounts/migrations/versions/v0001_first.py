"""Every table as the first release with accounts has it, the default plan and the two built-in users."""

from __future__ import annotations

import time

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "payments",
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("payer", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("pay_to", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("settlement", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("valid_before", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('claimed', 'settled', 'failed')", name=op.f("ck_payments_state")),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_payments_amount")),
        sa.PrimaryKeyConstraint("network", "asset", "payer", "nonce", name=op.f("pk_payments")),
    )
    op.create_index("ix_payments_request_id", "payments", ["request_id"])
    op.create_table(
        "plans",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("requests_per_minute", sa.Integer(), nullable=True),
        sa.Column("tokens_per_minute", sa.Integer(), nullable=True),
        sa.Column("monthly_tokens", sa.BigInteger(), nullable=True),
        sa.Column("monthly_micro", sa.BigInteger(), nullable=True),
        sa.Column("max_tier", sa.Text(), server_default="max", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("max_tier IN ('regular', 'fast', 'turbo', 'max')", name=op.f("ck_plans_tier")),
        sa.CheckConstraint("monthly_micro >= 0", name=op.f("ck_plans_monthly_micro")),
        sa.CheckConstraint("monthly_tokens >= 0", name=op.f("ck_plans_monthly_tokens")),
        sa.CheckConstraint("requests_per_minute > 0", name=op.f("ck_plans_requests")),
        sa.CheckConstraint("tokens_per_minute > 0", name=op.f("ck_plans_tokens")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text(), server_default="default", nullable=False),
        sa.Column("tier", sa.Text(), server_default="regular", nullable=False),
        sa.Column("letter_of_intent_signed_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "tier = 'regular' OR letter_of_intent_signed_at IS NOT NULL", name=op.f("ck_users_letter")
        ),
        sa.CheckConstraint("tier IN ('regular', 'fast', 'turbo', 'max')", name=op.f("ck_users_tier")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_users_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("name", name=op.f("uq_users_name")),
    )
    op.create_index("ix_users_plan_id", "users", ["plan_id"])
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("last4", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("models", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("budget_micro", sa.BigInteger(), nullable=True),
        sa.Column("requests_per_minute", sa.Integer(), nullable=True),
        sa.Column("tokens_per_minute", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('live', 'management')", name=op.f("ck_api_keys_kind")),
        sa.CheckConstraint("budget_micro >= 0", name=op.f("ck_api_keys_budget")),
        sa.CheckConstraint("length(digest) = 32", name=op.f("ck_api_keys_digest")),
        sa.CheckConstraint("requests_per_minute > 0", name=op.f("ck_api_keys_requests")),
        sa.CheckConstraint("tokens_per_minute > 0", name=op.f("ck_api_keys_tokens")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_api_keys_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_keys_digest")),
    )
    op.create_index("ix_api_keys_user_id", "api_keys", ["user_id"])
    op.create_table(
        "usage_daily",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.Column("prompt_tokens", sa.BigInteger(), nullable=False),
        sa.Column("cached_tokens", sa.BigInteger(), nullable=False),
        sa.Column("completion_tokens", sa.BigInteger(), nullable=False),
        sa.Column("cost_micro", sa.BigInteger(), nullable=False),
        sa.Column("first_token_us", sa.BigInteger(), nullable=False),
        sa.Column("first_tokens", sa.BigInteger(), nullable=False),
        sa.Column("total_us", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("requests >= 0", name=op.f("ck_usage_daily_requests")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_usage_daily_user_id")),
        sa.PrimaryKeyConstraint("user_id", "day", "key_id", "model", name=op.f("pk_usage_daily")),
    )
    op.create_index("ix_usage_daily_key_id", "usage_daily", ["key_id"])
    op.create_table(
        "sessions",
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_sessions_expiry")),
        sa.CheckConstraint("length(token_digest) = 32", name=op.f("ck_sessions_digest")),
        sa.ForeignKeyConstraint(["key_id"], ["api_keys.id"], name=op.f("fk_sessions_key_id")),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_sessions")),
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])
    op.create_index("ix_sessions_key_id", "sessions", ["key_id"])
    op.create_table(
        "usage_events",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=True),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("dialect", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("prompt_tokens", sa.BigInteger(), nullable=False),
        sa.Column("cached_tokens", sa.BigInteger(), nullable=False),
        sa.Column("completion_tokens", sa.BigInteger(), nullable=False),
        sa.Column("cost_micro", sa.BigInteger(), nullable=False),
        sa.Column("first_token_us", sa.BigInteger(), nullable=True),
        sa.Column("total_us", sa.BigInteger(), nullable=False),
        sa.Column("finish", sa.Text(), nullable=True),
        sa.CheckConstraint("cached_tokens >= 0", name=op.f("ck_usage_events_cached")),
        sa.CheckConstraint("completion_tokens >= 0", name=op.f("ck_usage_events_completion")),
        sa.CheckConstraint("cost_micro >= 0", name=op.f("ck_usage_events_cost")),
        sa.CheckConstraint("prompt_tokens >= 0", name=op.f("ck_usage_events_prompt")),
        sa.CheckConstraint("total_us >= 0", name=op.f("ck_usage_events_total")),
        sa.ForeignKeyConstraint(["key_id"], ["api_keys.id"], name=op.f("fk_usage_events_key_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_usage_events_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_events")),
    )
    op.create_index("ix_usage_events_key_id", "usage_events", ["key_id"])
    op.create_index("ix_usage_events_started_at", "usage_events", ["started_at"])
    op.create_index("ix_usage_events_user_id", "usage_events", ["user_id", "started_at"])
    now = time.time_ns() // 1000
    plans = sa.table("plans", sa.column("id"), sa.column("created_at"))
    op.bulk_insert(plans, [{"id": "default", "created_at": now}])
    users = sa.table("users", sa.column("id"), sa.column("name"), sa.column("created_at"))
    built_in = [("user_local", "local"), ("user_payments", "payments")]
    op.bulk_insert(users, [{"id": key, "name": name, "created_at": now} for key, name in built_in])
