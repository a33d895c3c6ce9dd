"""`openfpga keys`, `users` and `plans`: what scripts and people see."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openfpga_server.accounts.database import open_database
from openfpga_server.cli import main
from openfpga_server.commands.accounts import TIERS, shown_dollars
from openfpga_server.principal import TIER_WEIGHTS
from sqlalchemy import text

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], database_url: str, tmp_path: Path
) -> Run:
    """Run a command on a database of this test's own: (status, standard output, standard error)."""
    monkeypatch.setenv("OPENFPGA_ACCOUNTS_DATABASE", database_url)
    monkeypatch.setenv("OPENFPGA_ACCOUNTS_PEPPER_FILE", str(tmp_path / "pepper"))

    def run_command(*arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        return status, *capfd.readouterr()

    return run_command


def told(run: Run, *arguments: str) -> Any:
    """What a command prints with --json."""
    status, out, err = run(*arguments, "--json")
    assert (status, err) == (0, "")
    return json.loads(out)


def test_a_script_gets_the_key_alone_and_lists_never_have_it(run: Run) -> None:
    status, out, err = run("keys", "create", "backend")
    assert status == 0
    key = out.removesuffix("\n")
    assert re.fullmatch("ofpga_sk_live_[0-9A-Za-z]{40}", key)
    assert key not in err
    assert "shown only now" in err
    (listed,) = told(run, "keys", "list")
    assert (listed["name"], listed["hint"]) == ("backend", f"ofpga_sk_...{key[-4:]}")
    status, out, _ = run("keys", "list")
    assert listed["id"] in out
    assert key not in out


def test_a_key_has_what_it_was_made_with(run: Run) -> None:
    run("users", "create", "ann")
    made = told(
        run,
        "keys",
        "create",
        "ci",
        "--user",
        "ann",
        "--management",
        "--budget",
        "12.5",
        "--expires",
        "2999-01-31",
    )
    assert made.pop("key").startswith("ofpga_sk_mgmt_")
    (listed,) = told(run, "keys", "list", "--user", "ann")
    assert listed == made
    assert (made["budget_micro"], made["expires_at"]) == (12_500_000, "2999-01-31T00:00:00Z")
    assert told(run, "keys", "list", "--user", "local") == []
    assert "$12.50" in run("keys", "list")[1]
    held = told(run, "keys", "create", "held", "--model", "a", "--model", "b", "--requests-per-minute", "5")
    assert (held["models"], held["requests_per_minute"], held["kind"]) == (["a", "b"], 5, "live")


def test_revoked_keys_are_listed_when_asked_for(run: Run) -> None:
    made = told(run, "keys", "create")
    status, out, _ = run("keys", "revoke", made["id"])
    assert (status, out) == (0, f"{made['id']} (default, {made['hint']}) is revoked\n")
    assert told(run, "keys", "list") == []
    (listed,) = told(run, "keys", "list", "--all")
    assert listed["revoked_at"] is not None
    assert "REVOKED" in run("keys", "list", "--all")[1]


def test_users_get_plans_and_tiers(run: Run) -> None:
    plan = told(run, "plans", "create", "team", "--requests-per-minute", "600", "--monthly-dollars", "12.505")
    assert (plan["requests_per_minute"], plan["tokens_per_minute"], plan["monthly_micro"]) == (
        600,
        None,
        12_505_000,
    )
    user = told(run, "users", "create", "ann", "--plan", "team")
    changed = told(run, "users", "set", "ann", "--tier=turbo", "--letter-of-intent=2026-03-31", "--disable")
    assert (changed["id"], changed["plan"], changed["tier"]) == (user["id"], "team", "turbo")
    assert changed["disabled_at"] is not None
    assert told(run, "users", "set", user["id"], "--enable")["disabled_at"] is None
    assert "2026-03-31" in run("users", "list")[1]
    assert told(run, "plans", "set", "team", "--monthly-dollars", "none")["monthly_micro"] is None
    _, out, _ = run("plans", "list")
    assert re.search(r"^team +600 +- +- +- +max$", out, re.MULTILINE)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["keys", "create", "--user", "nobody"], "openfpga keys: error: there is no user 'nobody'"),
        (["keys", "revoke", "key_x"], "openfpga keys: error: there is no key 'key_x'"),
        (["users", "set", "local", "--tier", "max"], "tier max needs a signed letter of intent"),
        (["plans", "create", "default"], "there is a plan 'default' already"),
        (["keys", "list", "--accounts-pepper-file", "/proc/none/pepper"], "openfpga keys: error:"),
    ],
)
def test_failures_are_one_line(run: Run, arguments: list[str], message: str) -> None:
    told(run, "users", "list")
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1


def test_what_the_database_says_is_told_without_the_statement(run: Run, database_url: str) -> None:
    async def drop() -> None:
        database = await open_database(database_url)
        async with database.writing() as connection:
            await connection.execute(text("ALTER TABLE api_keys RENAME TO gone_too"))
        await database.close()

    asyncio.run(drop())
    status, _, err = run("keys", "list")
    assert status == 2
    assert re.search(r"the database .* does not answer: .*api_keys", err)
    assert "SELECT" not in err
    assert "sqlalche.me" not in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["keys", "create", "--budget", "many"], "'many' is not an amount of dollars such as 12.50"),
        (["keys", "create", "--budget", "0.0000001"], "is not an amount of dollars"),
        (["keys", "create", "--expires", "soon"], "'soon' is not a date such as 2026-03-31"),
        (["users", "set", "a", "--tier", "warp"], "invalid choice: 'warp'"),
        (["plans", "set", "a", "--monthly-tokens", "0"], "not a whole number from 1"),
        (["keys"], "required: ACTION"),
    ],
)
def test_wrong_arguments_are_told(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert message in capsys.readouterr().err


def test_the_tiers_of_the_command_line_are_those_that_there_are() -> None:
    assert tuple(TIER_WEIGHTS) == TIERS


def test_dollars_are_shown_to_the_micro_dollar() -> None:
    shown = [shown_dollars(micro) for micro in (None, 0, 1, 1_500_000, 12_345_678, 10**12)]
    assert shown == [None, "$0.00", "$0.000001", "$1.50", "$12.345678", "$1000000.00"]
