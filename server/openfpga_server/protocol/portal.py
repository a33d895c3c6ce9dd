"""/v1/portal/*: keys, usage, devices and the sessions of the web page."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta, Struct

MOST_NAME = 100
"""Characters of a key's name."""
MOST_BUDGET = 1e9
"""Dollars: in micro-dollars still an exact float."""

KeyKind = Literal["live", "management"]
KeyName = Annotated[str, Meta(min_length=1, max_length=MOST_NAME, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]


class ApiKeyInfo(Struct, frozen=True, kw_only=True):
    """A key; `key_hint` is all that is known of its text.

    What follows `last_used_at` is an extension: `models` are ids of those it may use (null: all),
    `budget_usd` what it may spend in its lifetime (null: no limit), `spent_usd` what it has spent.
    """

    id: str
    name: str
    key_hint: str
    created_at: dt.datetime
    last_used_at: dt.datetime | None
    kind: KeyKind
    models: list[str] | None
    budget_usd: float | None
    spent_usd: float
    expires_at: dt.datetime | None


class ApiKeyList(Struct, frozen=True, kw_only=True):
    """The keys of an account that are not revoked, the newest first."""

    data: list[ApiKeyInfo]


class CreateApiKeyRequest(Struct, frozen=True, kw_only=True):
    """A key to make. `kind`, `models` (ids) and `budget_usd` (dollars, for its lifetime) are extensions."""

    name: KeyName
    kind: KeyKind = "live"
    models: Annotated[list[str], Meta(min_length=1, max_length=100)] | None = None
    budget_usd: Annotated[float, Meta(ge=0, le=MOST_BUDGET)] | None = None


class ApiKeyCreated(Struct, frozen=True, kw_only=True):
    """A new key: the only answer that has its text."""

    id: str
    name: str
    key: str
    created_at: dt.datetime


class ApiKeyRevoked(Struct, frozen=True, kw_only=True):
    """A key is no more."""

    message: Literal["API key revoked"] = "API key revoked"


class UsageDay(Struct, frozen=True, kw_only=True):
    """One day (UTC) that has requests; `avg_latency_ms` is the mean time to the first token."""

    date: dt.date
    requests: int
    tokens: int
    cost_usd: float
    avg_latency_ms: float


class UsageResponse(Struct, frozen=True, kw_only=True):
    """What an account used from one day to another."""

    total_requests: int
    total_tokens: int
    total_prompt_tokens: int
    total_completion_tokens: int
    total_cost_usd: float
    daily: list[UsageDay]


class DeviceModel(Struct, frozen=True, kw_only=True):
    """A model's device as it stands.

    `running` and `waiting` count sequences. `steps`, `tokens` (generated), `prompt_tokens` (computed) and
    `cached_tokens` (found in the prefix cache) only grow: what happens in a second is the difference of two
    answers. Averages are of finished requests, null before there is one; `power_watts` is null where there is
    no honest figure; pages are KV blocks of 16 tokens, null for models that have no cache.
    """

    id: str
    kind: Literal["text", "embeddings"]
    hardware: str
    backend: str
    status: Literal["ok", "draining", "failed"]
    context_length: int
    running: int
    waiting: int
    steps: int
    tokens: int
    prompt_tokens: int
    cached_tokens: int
    preemptions: int
    device_seconds: float
    kv_pages_total: int | None
    kv_pages_used: int | None
    kv_pages_cached: int | None
    avg_latency_ms: float | None
    throughput_tps: float | None
    power_watts: float | None


class DeviceBody(Struct, frozen=True, kw_only=True):
    """All devices; `time` is seconds of a clock that never goes back."""

    time: float
    models: list[DeviceModel]


class SignInRequest(Struct, frozen=True, kw_only=True):
    """A key to sign in with."""

    key: Annotated[str, Meta(max_length=200)]

    def __repr__(self) -> str:
        """Without the key."""
        return "SignInRequest()"


class SessionKey(Struct, frozen=True, kw_only=True):
    """The key somebody signed in with."""

    id: str
    name: str
    kind: KeyKind


class SessionBody(Struct, frozen=True, kw_only=True):
    """Who looks at the page.

    `state` is open while the server has no key: then nobody signs in. `csrf_token` belongs into the header
    `X-OpenFPGA-CSRF` of every request that changes something by the session's cookie.
    """

    state: Literal["open", "signed_in", "signed_out"]
    key: SessionKey | None = None
    csrf_token: str | None = None
