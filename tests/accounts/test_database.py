"""The database: the same tables on SQLite and PostgreSQL, and opening it in any state and company."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from openfpga_server.accounts import migrations
from openfpga_server.accounts.clock import day_of, from_us, now_us, to_us
from openfpga_server.accounts.database import (
    REVISION,
    Database,
    DatabaseError,
    database_url,
    open_database,
)
from openfpga_server.accounts.places import default_database_url, default_pepper_file
from openfpga_server.accounts.schema import metadata, settings, users
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.exc import IntegrityError
from support.servers import PostgresServer


async def test_an_empty_database_gets_its_tables_and_built_in_users(empty_url: str) -> None:
    database = await open_database(empty_url)
    async with database.reading() as connection:
        found = (await connection.execute(select(users.c.id).order_by(users.c.id))).scalars().all()
    await database.close()
    assert found == ["user_local", "user_payments"]


async def test_migrations_make_what_the_schema_says(empty_url: str) -> None:
    database = await open_database(empty_url)
    try:
        async with database.reading() as connection:
            assert await connection.run_sync(_differences) == []
            migrated = await connection.run_sync(_constraints)
        async with database.writing() as connection:
            await connection.execute(text("DROP TABLE alembic_version"))
            await connection.run_sync(metadata.drop_all)
            await connection.run_sync(metadata.create_all)
        async with database.reading() as connection:
            assert await connection.run_sync(_constraints) == migrated
    finally:
        await database.close()


def _differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True}
    )
    return [each for each in compare_metadata(context, metadata) if "alembic_version" not in str(each)]


def _constraints(connection: Connection) -> dict[str, Any]:
    """What Alembic does not compare: checks, names, orders of columns."""
    looked = inspect(connection)
    return {
        table: {
            "columns": [column["name"] for column in looked.get_columns(table)],
            "primary key": looked.get_pk_constraint(table),
            "checks": sorted(
                (check["name"], check["sqltext"]) for check in looked.get_check_constraints(table)
            ),
            "unique": sorted(str(each) for each in looked.get_unique_constraints(table)),
            "foreign": sorted(str(each) for each in looked.get_foreign_keys(table)),
            "indexes": sorted(str(each) for each in looked.get_indexes(table)),
        }
        for table in looked.get_table_names()
        if table != "alembic_version"
    }


def test_the_newest_migration_is_the_one_that_the_code_expects() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    script = ScriptDirectory.from_config(config)
    assert script.get_heads() == [REVISION]
    assert all(each.revision == each.module.__name__[1:5] for each in script.walk_revisions())


async def test_opening_again_changes_nothing(empty_url: str) -> None:
    for _ in range(2):
        database = await open_database(empty_url)
        async with database.writing() as connection:
            await connection.execute(
                database.insert(settings).values(name="mine", value="1").on_conflict_do_nothing()
            )
            assert len((await connection.execute(select(users))).all()) == 2
        await database.close()


async def test_processes_that_start_at_once_all_find_the_tables(empty_url: str) -> None:
    program = (
        "import asyncio, sys\n"
        "from openfpga_server.accounts.database import open_database\n"
        "async def main():\n"
        "    sys.stdin.read()\n"
        "    await (await open_database(sys.argv[1])).close()\n"
        "asyncio.run(main())\n"
    )
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            program,
            empty_url,
            stdin=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        for _ in range(3)
    ]
    # All of them have been waiting for the end of their input.
    said = await asyncio.gather(*(process.communicate(b"go") for process in processes))
    assert [process.returncode for process in processes] == [0] * 3, said
    await test_opening_again_changes_nothing(empty_url)


async def test_a_newer_releases_database_is_refused(empty_url: str) -> None:
    database = await open_database(empty_url)
    async with database.writing() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()
    with pytest.raises(DatabaseError, match=r"is at revision 9999, .* run the release that wrote it"):
        await open_database(empty_url)


async def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    async def fail() -> None:
        async with database.writing() as connection:
            await connection.execute(settings.insert().values(name="a", value="1"))
            await connection.execute(settings.insert().values(name="a", value="2"))

    with pytest.raises(IntegrityError) as caught:
        await fail()
    assert "parameters hidden" in str(caught.value)
    async with database.reading() as connection:
        assert (await connection.execute(select(settings))).all() == []


@pytest.mark.parametrize(
    "values",
    [
        {"plan_id": "none"},
        {"tier": "turbo"},
        {"tier": "warp", "letter_of_intent_signed_at": 1},
        {"name": "local"},
    ],
)
async def test_the_database_itself_holds_the_rules(database: Database, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        async with database.writing() as connection:
            await connection.execute(
                users.insert().values({"id": "u", "name": "n", "created_at": 1} | values)
            )


async def test_a_transaction_that_is_given_up_holds_nobody_up(database: Database) -> None:
    """On SQLite it would keep the write lock for as long as the garbage lies around."""

    async def write(name: str) -> None:
        async with database.writing() as connection:
            insert = database.insert(settings).values(name=name, value="1").on_conflict_do_nothing()
            await connection.execute(insert.returning(settings.c.name))
            await connection.execute(select(settings))

    given_up = []
    for turns in range(120):
        task = asyncio.ensure_future(write("given up"))
        for _ in range(turns % 40):
            await asyncio.sleep(0 if turns % 3 else 0.0005)
        task.cancel()
        # Kept, with all that its exception refers to.
        given_up.append(task)
        await asyncio.gather(task, return_exceptions=True)
        async with asyncio.timeout(5):
            await write(f"kept {turns}")
    async with database.reading() as connection:
        found = (await connection.execute(select(settings.c.name))).scalars().all()
    assert set(found) - {"given up"} == {f"kept {turns}" for turns in range(120)}


async def test_transactions_that_read_and_then_write_take_turns(database: Database) -> None:
    """On SQLite a read that becomes a write would fail at once when another has written meanwhile."""
    async with database.writing() as connection:
        await connection.execute(settings.insert().values(name="count", value="0"))

    async def increment() -> None:
        async with database.writing() as connection:
            row = select(settings.c.value).filter_by(name="count").with_for_update()
            value = int((await connection.execute(row)).scalar_one())
            await connection.execute(
                settings.update().where(settings.c.name == "count").values(value=str(value + 1))
            )

    await asyncio.gather(*(increment() for _ in range(20)))
    async with database.reading() as connection:
        assert (await connection.execute(select(settings.c.value))).scalar_one() == "20"


async def test_sqlite_flushes_every_commit_and_is_its_owners_alone(tmp_path: Path) -> None:
    database = await open_database(f"sqlite:///{tmp_path / 'openfpga.db'}")
    async with database.reading() as connection:
        pragmas = [
            (await connection.execute(text(f"PRAGMA {name}"))).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    await database.close()
    assert pragmas == ["wal", 2, 1]
    assert (tmp_path / "openfpga.db").stat().st_mode & 0o777 == 0o600


async def test_a_database_that_cannot_be_opened_is_told_without_its_password(tmp_path: Path) -> None:
    told = r"cannot open the database postgresql\+asyncpg://me:\*\*\*@"
    with pytest.raises(DatabaseError, match=told) as caught:
        await open_database(f"postgresql://me:sesame@/none?host={tmp_path}")
    assert "sesame" not in str(caught.value)
    (tmp_path / "file").write_text("this is no database, however long one may look at it" * 100)
    with pytest.raises(DatabaseError, match="file is not a database"):
        await open_database(f"sqlite:///{tmp_path / 'file'}")
    with pytest.raises(DatabaseError, match="cannot open the database"):
        await open_database(f"sqlite:///{tmp_path / 'file' / 'below'}")


async def test_the_wrong_password_is_told_without_it(postgres_server: PostgresServer) -> None:
    with pytest.raises(DatabaseError, match="does not exist") as caught:
        await open_database(f"postgresql+asyncpg://nobody:sesame@/postgres?host={postgres_server.folder}")
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("sqlite:///a.db", "sqlite+aiosqlite:///a.db"),
        ("sqlite+aiosqlite:////x/a.db", "sqlite+aiosqlite:////x/a.db"),
        ("postgres://h/d", "postgresql+asyncpg://h/d"),
        ("postgresql://h/d", "postgresql+asyncpg://h/d"),
        ("postgresql+psycopg://h/d", "postgresql+asyncpg://h/d"),
    ],
)
def test_drivers_are_added_to_urls(given: str, expected: str) -> None:
    assert str(database_url(given)) == expected


@pytest.mark.parametrize("wrong", ["", "openfpga.db", "mysql://me:sesame@h/d", "postgresql//me:sesame@h/d"])
def test_other_urls_are_refused_without_repeating_a_password(wrong: str) -> None:
    with pytest.raises(ValueError, match="expected sqlite") as caught:
        database_url(wrong)
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize("wrong", ["sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_a_database_in_memory_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="must outlive the process"):
        database_url(wrong)


def test_the_state_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENFPGA_STATE_DIR", "/a")
    assert default_database_url() == "sqlite+aiosqlite:////a/openfpga.db"
    monkeypatch.delenv("OPENFPGA_STATE_DIR")
    monkeypatch.setenv("XDG_STATE_HOME", "/b")
    assert default_pepper_file() == Path("/b/openfpga/pepper")
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", "/c")
    assert default_pepper_file() == Path("/c/.local/state/openfpga/pepper")


def test_moments_survive_the_database_exactly() -> None:
    now = now_us()
    assert to_us(from_us(now)) == now
    assert str(day_of(86_400_000_000 - 1)) == "1970-01-01"
    assert str(day_of(86_400_000_000)) == "1970-01-02"
