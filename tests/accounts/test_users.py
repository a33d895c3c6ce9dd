"""Users, plans and sessions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from openfpga_server.accounts.accounts import SESSION_LIFE, Accounts
from openfpga_server.accounts.keys import is_token, new_token
from openfpga_server.accounts.records import Conflict, NotFound
from openfpga_server.accounts.schema import sessions
from openfpga_server.principal import TIER_WEIGHTS
from sqlalchemy import select, text

from .conftest import opened

SIGNED = datetime(2026, 3, 31, tzinfo=UTC)


async def test_a_user_is_found_by_name_and_by_id(accounts: Accounts) -> None:
    user = await accounts.users.create(" ann ")
    assert (user.name, user.plan, user.tier) == ("ann", "default", "regular")
    assert await accounts.users.get("ann") == await accounts.users.get(user.id) == user
    assert [each.name for each in await accounts.users.all()] == ["local", "payments", "ann"]


async def test_a_name_that_is_anothers_id_does_not_hide_it(accounts: Accounts) -> None:
    user = await accounts.users.create("ann")
    await accounts.users.create(user.id)
    assert (await accounts.users.get(user.id)).name == "ann"


@pytest.mark.parametrize("name", ["'; DROP TABLE users; --", '"', "%", "<b>ann</b>", "Ann \N{GRINNING FACE}"])
async def test_names_are_only_names(accounts: Accounts, name: str) -> None:
    user = await accounts.users.create(name)
    assert (await accounts.users.get(name)).id == user.id
    assert (await accounts.users.get(name)).name == name


async def test_users_that_make_no_sense_are_refused(accounts: Accounts) -> None:
    await accounts.users.create("ann")
    with pytest.raises(Conflict, match="there is a user 'ann' already"):
        await accounts.users.create("ann")
    with pytest.raises(NotFound, match="there is no plan 'gold'"):
        await accounts.users.create("bob", plan="gold")
    with pytest.raises(ValueError, match="1 to 100 printable"):
        await accounts.users.create("a\x1b[31m")
    with pytest.raises(NotFound, match="there is no user 'carl'"):
        await accounts.users.change("carl", disabled=True)
    with pytest.raises(NotFound, match="there is no plan 'gold'"):
        await accounts.users.change("ann", plan="gold")
    with pytest.raises(ValueError, match="cannot have been signed at"):
        await accounts.users.change("ann", letter_of_intent=datetime.now(UTC) + timedelta(days=1))
    assert len(await accounts.users.all()) == 3


async def test_tiers_above_regular_need_a_signed_letter_of_intent(accounts: Accounts) -> None:
    await accounts.users.create("ann")
    for tier, weight in TIER_WEIGHTS.items():
        if weight > 1:
            with pytest.raises(Conflict, match="needs a signed letter of intent"):
                await accounts.users.change("ann", tier=tier)
    assert (await accounts.users.change("ann", tier="regular")).tier == "regular"
    user = await accounts.users.change("ann", tier="max", letter_of_intent=SIGNED)
    assert (user.tier, user.letter_of_intent_signed_at) == ("max", SIGNED)
    # Once signed, it stays signed.
    assert (await accounts.users.change("ann", tier="fast")).tier == "fast"


async def test_plans_are_made_and_changed(accounts: Accounts) -> None:
    plan = await accounts.plans.create("team", {"monthly_tokens": 5, "requests_per_minute": 600})
    assert (plan.monthly_tokens, plan.requests_per_minute, plan.tokens_per_minute) == (5, 600, None)
    changed = await accounts.plans.change("team", {"monthly_tokens": None, "max_tier": "fast"})
    assert (changed.monthly_tokens, changed.requests_per_minute, changed.max_tier) == (None, 600, "fast")
    assert [each.id for each in await accounts.plans.all()] == ["default", "team"]
    with pytest.raises(Conflict, match="there is a plan 'team' already"):
        await accounts.plans.create("team", {})
    with pytest.raises(NotFound, match="there is no plan 'gold'"):
        await accounts.plans.change("gold", {"monthly_tokens": 1})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"requests_per_minute": 0}, "requests per minute of 0: expected a whole number from 1"),
        ({"monthly_micro": -1}, "monthly micro of -1"),
        ({"max_tier": "warp"}, "tier 'warp': expected one of regular, fast, turbo, max"),
        ({"id": "other"}, "a plan has no 'id'"),
    ],
)
async def test_plans_that_make_no_sense_are_refused(
    accounts: Accounts, values: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        await accounts.plans.change("default", values)


async def test_a_session_is_its_key_and_ends_with_it(accounts: Accounts, database_url: str) -> None:
    created = await accounts.create_key("k")
    session = await accounts.create_session(created.secret)
    assert session is not None
    found = await accounts.authenticate_session(session.token)
    assert found == session.principal
    assert (found.key, found.session, found.kind) == (created.info.id, True, "live")
    assert abs(session.expires_at - datetime.now(UTC) - SESSION_LIFE) < timedelta(minutes=5)
    async with opened(database_url) as elsewhere:
        assert await elsewhere.authenticate_session(session.token) == found.__class__(
            kind="live", key=created.info.id, session=True
        )
        assert elsewhere.csrf_token(session.token) == session.csrf != session.token
        await elsewhere.revoke_key(created.info.id)
    assert await accounts.authenticate_session(session.token) is None
    assert await accounts.create_session(created.secret) is None


async def test_signing_out_ends_one_session(accounts: Accounts) -> None:
    key = (await accounts.create_key("k")).secret
    one, other = await accounts.create_session(key), await accounts.create_session(key)
    assert one is not None
    assert other is not None
    await accounts.end_session(one.token)
    await accounts.end_session(one.token)
    await accounts.end_session("nobody's")
    assert await accounts.authenticate_session(one.token) is None
    assert await accounts.authenticate_session(other.token) is not None


async def test_a_session_expires_and_is_swept_away(accounts: Accounts) -> None:
    key = (await accounts.create_key("k")).secret
    session = await accounts.create_session(key)
    assert session is not None
    async with accounts.database.writing() as connection:
        await connection.execute(sessions.update().values(created_at=1, expires_at=2))
    assert await accounts.authenticate_session(session.token) is None
    await accounts.create_session(key)
    async with accounts.database.reading() as connection:
        assert len((await connection.execute(select(sessions))).all()) == 1


async def test_only_tokens_open_sessions_and_the_database_has_none(accounts: Accounts) -> None:
    key = (await accounts.create_key("k")).secret
    session = await accounts.create_session(key)
    assert session is not None
    assert session.token not in repr(session)
    assert is_token(session.token)
    for wrong in ("", "a" * 43, new_token(), session.token + "a", key):
        assert await accounts.authenticate_session(wrong) is None
    async with accounts.database.reading() as connection:
        rows = (await connection.execute(text("SELECT * FROM sessions"))).all()
    assert session.token not in repr(rows)


async def test_a_locked_out_users_session_is_over(accounts: Accounts) -> None:
    user = await accounts.users.create("ann")
    session = await accounts.create_session((await accounts.create_key("k", user=user.id)).secret)
    assert session is not None
    await accounts.users.change("ann", disabled=True)
    assert await accounts.authenticate_session(session.token) is None
