"""`openfpga usage` and `openfpga payments` on a database of each kind."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from openfpga_server.accounts.clock import now_us
from openfpga_server.accounts.database import open_database
from openfpga_server.accounts.schema import payments
from openfpga_server.cli import main
from openfpga_server.usage.store import UsageStore
from sqlalchemy import insert
from support.usage import DAY_US, NOON, add_accounts, assert_sums_are_those_of_events, event, kept


def payment(request_id: str, state: str, **changes: object) -> dict[str, object]:
    return {
        "network": "eip155:84532",
        "asset": "0xa",
        "payer": "0xb",
        "nonce": request_id,
        "pay_to": "0xc",
        "amount": 490,
        "state": state,
        "request_id": request_id,
        "resource": "http://x/v1/embeddings",
        "valid_before": 0,
        "created_at": NOON,
        **changes,
    }


@pytest.fixture
def accounts(database_url: str, tmp_path: Path) -> list[str]:
    """The options that name a database with some usage and payments."""

    async def fill() -> None:
        database = await open_database(database_url)
        await add_accounts(database)
        await UsageStore(database).insert(
            [
                event("1", key="key_a1"),
                event("2", started_us=NOON + DAY_US, cost_micro=1_500_000),
                event("paid", user="user_payments"),
                event("failed", user="user_payments", status=500),
                event("3", user="user_b", started_us=NOON + DAY_US),
            ]
        )
        rows = [
            payment("paid", "settled"),
            payment("failed", "settled", settlement="0x7a"),
            payment("gone", "settled"),
            payment("unknown", "claimed", error="no answer"),
            payment("refused", "failed"),
            payment("young", "claimed", created_at=now_us()),
        ]
        async with database.writing() as connection:
            for row in rows:
                await connection.execute(insert(payments), row)
        await database.close()

    asyncio.run(fill())
    return ["--accounts-database", database_url, "--accounts-pepper-file", str(tmp_path / "pepper")]


def told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> Any:
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_show_tells_days_and_keys(accounts: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    span = ["--since", "2026-05-01", "--until", "2026-05-31"]
    days = told(["usage", "show", "--user", "a", *span, *accounts], capsys)
    assert [(day["day"], day["requests"], day["cost_micro"]) for day in days] == [
        ("2026-05-28", 1, 3),
        ("2026-05-29", 1, 1_500_000),
    ]
    shares = told(["usage", "show", "--user", "a", "--by", "key", *span, *accounts], capsys)
    assert [(share["key"], share["requests"]) for share in shares] == [("-", 1), ("key_a1", 1)]
    assert main(["usage", "show", "--user", "a", *span, *accounts]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:2] == ["DAY", "REQUESTS"]
    assert "$1.50" in lines[2]


def test_prune_drops_events_and_keeps_sums_and_paid_requests(
    accounts: list[str], database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(["usage", "prune", "--before", "2026-05-29", *accounts], capsys) == {"dropped": 1}

    async def check() -> None:
        database = await open_database(database_url)
        assert await kept(database) == ["2", "3", "failed", "paid"]
        assert (await UsageStore(database).spent("user_a", None, None)).requests == 2
        with pytest.raises(AssertionError):
            await assert_sums_are_those_of_events(database)
        await database.close()

    asyncio.run(check())
    assert told(["usage", "prune", "--before", "2026-05-29", *accounts], capsys) == {"dropped": 0}


def test_doubts_are_paid_requests_without_an_answer_and_payments_of_unknown_end(
    accounts: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(["payments", "doubts", *accounts], capsys)
    assert {doubt["request_id"]: doubt["state"] for doubt in found} == {
        "failed": "settled",
        "gone": "settled",
        "unknown": "claimed",
    }
    assert main(["payments", "doubts", *accounts]) == 0
    text = capsys.readouterr().out
    assert "0x7a" in text
    assert "no answer" in text
    assert "$0.00049" in text


def test_wrong_days_are_told(accounts: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["usage", "show", "--since", "2026-05-02", "--until", "2026-05-01", *accounts]) == 2
    assert "--since 2026-05-02 is after --until 2026-05-01" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["usage", "prune", "--before", "May"])
    assert "is not a date such as" in capsys.readouterr().err
