"""Keys: their form, and which of them let whom in."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openfpga_server.accounts.accounts import MAX_KEYS, Accounts
from openfpga_server.accounts.keys import Hasher, hint, is_key, is_token, new_key, new_token
from openfpga_server.accounts.records import Conflict, NotFound
from openfpga_server.accounts.schema import api_keys
from openfpga_server.principal import LOCAL_USER, Principal
from sqlalchemy import select

from .conftest import PEPPER, opened

FORM = re.compile(r"\Aofpga_sk_(live|mgmt)_[0-9A-Za-z]{40}\Z")


def test_fresh_keys_have_the_form_and_never_repeat() -> None:
    live = {new_key("live") for _ in range(200)}
    assert len(live) == 200
    assert all(FORM.match(key) and key.startswith("ofpga_sk_live_") for key in live)
    assert FORM.match(new_key("management"))
    assert all(is_key(key) for key in live)
    assert is_token(new_token())


@given(st.text() | st.from_regex(FORM) | st.from_regex(r"ofpga_sk_(live|mgmt|test)_\w{39,41}\s?"))
@example("ofpga_sk_live_" + "a" * 40 + "\n")
@example("ofpga_sk_live_" + "é" * 40)
@example("ofpga_sk_live_" + "٣" * 40)
def test_only_texts_of_the_form_are_keys(text: str) -> None:
    assert is_key(text) == bool(FORM.match(text))


@given(st.text(), st.text())
def test_digests_differ_between_secrets_purposes_and_peppers(one: str, other: str) -> None:
    first, second = Hasher(b"a" * 32), Hasher(b"b" * 32)
    assert (first.key(one) == first.key(other)) == (one == other)
    assert len({first.key(one), first.token(one), second.key(one), second.token(one)}) == 4
    assert first.check_value() != second.check_value()


def test_nearly_right_keys_have_unrelated_digests() -> None:
    """So the time that an index takes to miss tells nobody how near they are."""
    hasher, key = Hasher(PEPPER.encode()), new_key("live")
    right = int.from_bytes(hasher.key(key))
    for place in range(14, len(key)):
        near = key[:place] + ("b" if key[place] == "a" else "a") + key[place + 1 :]
        assert 80 < (right ^ int.from_bytes(hasher.key(near))).bit_count() < 176


def test_a_short_pepper_is_refused() -> None:
    with pytest.raises(ValueError, match="31 bytes; it needs at least 32"):
        Hasher(b"a" * 31)


async def test_a_key_lets_its_user_in_with_the_limits_of_the_server(accounts: Accounts) -> None:
    created = await accounts.create_key("mine")
    assert await accounts.authenticate(created.secret) == Principal(
        kind="live", key=created.info.id, requests_per_minute=60, tokens_per_minute=100_000
    )
    assert created.info.hint == hint(created.secret[-4:]) == f"ofpga_sk_...{created.secret[-4:]}"
    assert created.secret not in repr(created)


async def test_a_key_carries_its_own_limits_and_those_of_its_users_plan(accounts: Accounts) -> None:
    await accounts.plans.create(
        "team",
        {"requests_per_minute": 600, "monthly_tokens": 10**9, "monthly_micro": 5_000_000, "max_tier": "fast"},
    )
    user = await accounts.users.create("ann", plan="team")
    await accounts.users.change(user.id, tier="max", letter_of_intent=datetime(2026, 3, 1, tzinfo=UTC))
    created = await accounts.create_key(
        "narrow",
        user=user.id,
        kind="management",
        models=["b", "a", "b"],
        budget_micro=2_500_000,
        requests_per_minute=10,
        tokens_per_minute=10**9,
    )
    assert await accounts.authenticate(created.secret) == Principal(
        kind="management",
        user=user.id,
        key=created.info.id,
        tier="fast",
        requests_per_minute=600,
        tokens_per_minute=100_000,
        key_requests_per_minute=10,
        key_tokens_per_minute=10**9,
        models=frozenset(("a", "b")),
        key_budget_micro=2_500_000,
        monthly_tokens=10**9,
        monthly_micro=5_000_000,
    )
    assert (await accounts.keys(user=user.id))[0].models == ("a", "b")


async def test_changes_of_plan_and_tier_hold_for_the_next_request(accounts: Accounts) -> None:
    user = await accounts.users.create("ann")
    key = (await accounts.create_key("k", user=user.id)).secret
    await accounts.plans.change("default", {"tokens_per_minute": 5})
    await accounts.users.change("ann", tier="turbo", letter_of_intent=datetime(2026, 3, 1, tzinfo=UTC))
    found = await accounts.authenticate(key)
    assert found is not None
    assert (found.tokens_per_minute, found.tier) == (5, "turbo")
    await accounts.users.change("ann", disabled=True)
    assert await accounts.authenticate(key) is None
    await accounts.users.change("ann", disabled=False)
    assert await accounts.authenticate(key) is not None


@pytest.mark.parametrize(
    "wrong", ["", "none", "ofpga_sk_live_short", "ofpga_sk_live_" + "a" * 40, "a" * 10**6]
)
async def test_what_is_no_key_lets_nobody_in(accounts: Accounts, wrong: str) -> None:
    await accounts.create_key("mine")
    assert await accounts.authenticate(wrong) is None


async def test_a_key_of_the_wrong_kind_or_case_is_unknown(accounts: Accounts) -> None:
    key = (await accounts.create_key("mine")).secret
    assert await accounts.authenticate(key.replace("live", "mgmt")) is None
    assert await accounts.authenticate(key[:14] + key[14:].swapcase()) is None


async def test_a_revoked_key_is_refused_at_once_in_every_process(
    accounts: Accounts, database_url: str
) -> None:
    created = await accounts.create_key("mine")
    async with opened(database_url) as elsewhere:
        assert await elsewhere.authenticate(created.secret) is not None
        revoked = await accounts.revoke_key(created.info.id)
        assert await elsewhere.authenticate(created.secret) is None
    assert await accounts.authenticate(created.secret) is None
    assert revoked.revoked_at is not None
    assert (await accounts.revoke_key(created.info.id)).revoked_at == revoked.revoked_at
    assert await accounts.keys() == []
    assert [key.revoked_at for key in await accounts.keys(revoked=True)] == [revoked.revoked_at]


async def test_nobody_revokes_the_key_of_another(accounts: Accounts) -> None:
    other = await accounts.users.create("bob")
    created = await accounts.create_key("mine")
    with pytest.raises(NotFound, match="there is no key"):
        await accounts.revoke_key(created.info.id, user=other.id)
    with pytest.raises(NotFound, match="there is no key"):
        await accounts.revoke_key("key_0")
    assert await accounts.authenticate(created.secret) is not None
    await accounts.revoke_key(created.info.id, user=LOCAL_USER)


async def test_a_key_expires(accounts: Accounts) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    created = await accounts.create_key("mine", expires_at=later)
    assert created.info.expires_at == later
    assert await accounts.authenticate(created.secret) is not None
    async with accounts.database.writing() as connection:
        await connection.execute(api_keys.update().values(expires_at=1))
    assert await accounts.authenticate(created.secret) is None


async def test_requests_that_are_given_up_leave_the_database_usable(accounts: Accounts) -> None:
    key = (await accounts.create_key("mine")).secret
    for patience in range(60):
        asking = [asyncio.ensure_future(accounts.authenticate(key)) for _ in range(4)]
        for _ in range(patience % 15):
            await asyncio.sleep(0)
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
    found = await asyncio.gather(*(accounts.authenticate(key) for _ in range(40)))
    assert None not in found
    assert (await accounts.create_key("another")).info.name == "another"


async def test_the_database_has_no_key_in_it(accounts: Accounts) -> None:
    secret = (await accounts.create_key("mine")).secret
    async with accounts.database.reading() as connection:
        row = (await connection.execute(select(api_keys))).one()
    assert row.digest == Hasher(PEPPER.encode()).key(secret)
    assert secret[14:-4] not in repr(row)


async def test_uses_of_a_key_are_told(accounts: Accounts) -> None:
    created = await accounts.create_key("mine")
    assert [key.last_used_at for key in await accounts.keys()] == [None]
    before = datetime.now(UTC)
    await accounts.authenticate(created.secret)
    (key,) = await accounts.keys()
    assert key.last_used_at is not None
    assert before <= key.last_used_at <= datetime.now(UTC)


async def test_uses_that_were_not_written_yet_are_when_the_server_ends(database_url: str) -> None:
    async with opened(database_url) as first:
        key = (await first.create_key("mine")).secret
        await first.authenticate(key)
    async with opened(database_url) as second:
        assert (await second.keys())[0].last_used_at is not None


async def test_whether_there_was_ever_a_key_is_seen_at_once_and_not_forgotten(
    accounts: Accounts, database_url: str
) -> None:
    assert not await accounts.any_keys()
    async with opened(database_url) as elsewhere:
        created = await elsewhere.create_key("first")
        assert await accounts.any_keys()
        await elsewhere.revoke_key(created.info.id)
    assert await accounts.any_keys()
    async with opened(database_url) as elsewhere:
        assert await elsewhere.any_keys()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"name": " "}, "1 to 100 printable"),
        ({"name": "a\nb"}, "1 to 100 printable"),
        ({"name": "a" * 101}, "1 to 100 printable"),
        ({"name": "k", "models": []}, "may use no model"),
        ({"name": "k", "budget_micro": -1}, "budget of -1"),
        ({"name": "k", "requests_per_minute": 0}, "requests per minute of 0"),
        ({"name": "k", "expires_at": datetime(2020, 1, 1, tzinfo=UTC)}, "which is past"),
        ({"name": "k", "user": "user_nobody"}, "there is no user 'user_nobody'"),
    ],
)
async def test_keys_that_make_no_sense_are_refused(
    accounts: Accounts, settings: dict[str, object], message: str
) -> None:
    with pytest.raises((ValueError, NotFound), match=message):
        await accounts.create_key(**settings)  # type: ignore[arg-type]
    assert await accounts.keys() == []


async def test_a_user_cannot_fill_the_database_with_keys(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MAX_KEYS == 1000
    monkeypatch.setattr("openfpga_server.accounts.accounts.MAX_KEYS", 2)
    first = await accounts.create_key("1")
    await accounts.create_key("2")
    with pytest.raises(Conflict, match="has 2 keys: revoke"):
        await accounts.create_key("3")
    await accounts.revoke_key(first.info.id)
    await accounts.create_key("3")
