"""The usage log on both databases: each request counts once, whatever happens to the database."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openfpga_server.accounts.database import Database, open_database
from openfpga_server.errors import ApiError
from openfpga_server.usage.event import UsageEvent
from openfpga_server.usage.log import UsageLog, open_usage
from openfpga_server.usage.store import Sums, UsageStore
from sqlalchemy.exc import IntegrityError, OperationalError
from support.servers import PostgresServer
from support.usage import DAY_US, NOON, add_accounts, assert_sums_are_those_of_events, event, kept

MAY = date(2026, 5, 28)


@pytest.fixture
async def log(database: Database) -> AsyncIterator[UsageLog]:
    async with open_usage(database) as opened:
        yield opened


@asynccontextmanager
async def running(log: UsageLog) -> AsyncIterator[UsageLog]:
    """A log with settings of its own."""
    writer = asyncio.create_task(log.run())
    try:
        yield log
    finally:
        log.close()
        await writer


async def test_an_event_is_kept_when_record_returns(database: Database, log: UsageLog) -> None:
    await log.record(event("req_1", key="key_a1"))
    assert await kept(database) == ["req_1"]
    sums = await UsageStore(database).spent("user_a", "key_a1", None)
    assert (sums.requests, sums.tokens, sums.cost_micro) == (1, 15, 3)
    assert sums.latency_ms == 2.0


async def test_the_same_id_counts_once(database: Database, log: UsageLog) -> None:
    await asyncio.gather(*(log.record(event("req_1")) for _ in range(3)))
    await log.record(event("req_1", completion_tokens=999))
    assert await kept(database) == ["req_1"]
    await assert_sums_are_those_of_events(database)


async def test_events_that_wait_together_are_one_transaction(
    database: Database, log: UsageLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    insert = UsageStore.insert

    async def counted(store: UsageStore, events: Sequence[UsageEvent]) -> None:
        sizes.append(len(events))
        await insert(store, events)

    monkeypatch.setattr(UsageStore, "insert", counted)
    await asyncio.gather(*(log.record(event(f"req_{i:03}")) for i in range(200)))
    assert sum(sizes) == 200
    assert len(sizes) <= 2
    assert len(await kept(database)) == 200
    await assert_sums_are_those_of_events(database)


async def test_two_servers_on_one_database_count_everything_once(database: Database) -> None:
    random = Random(7)
    other = await open_database(database.engine.url.render_as_string(hide_password=False))
    async with open_usage(database) as first, open_usage(other) as second:

        async def work(log: UsageLog, numbers: range) -> None:
            for number in numbers:
                user = random.choice("ab")
                await log.record(
                    event(f"req_{number:03}", user=f"user_{user}", key=random.choice((None, f"key_{user}1")))
                )

        # Half of the ids come to both, as after a commit whose answer was lost.
        works = [work(log, range(i, 120, 6)) for log in (first, second) for i in range(6)]
        await asyncio.gather(*works)
    assert len(await kept(database)) == 120
    await assert_sums_are_those_of_events(database)
    await other.close()


async def test_spent_sees_own_events_at_once_and_each_owner_apart(log: UsageLog) -> None:
    assert (await log.spent(user="user_a")).requests == 0
    await log.record(event("1", key="key_a1", started_us=NOON - 40 * DAY_US, cost_micro=100))
    await log.record(event("2", key="key_a2", cost_micro=10))
    await log.record(event("3", user="user_b", key="key_b1", cost_micro=1))
    assert (await log.spent(user="user_a")).cost_micro == 110
    assert (await log.spent(user="user_a", since=date(2026, 5, 1))).cost_micro == 10
    assert (await log.spent(key="key_a1")).cost_micro == 100
    assert (await log.spent(user="user_a", key="key_b1")).cost_micro == 0
    assert (await log.spent()).cost_micro == 111
    await log.record(event("4", key="key_a1", cost_micro=1000))
    assert (await log.spent(key="key_a1")).cost_micro == 1100
    assert (await log.spent(user="user_a", since=date(2026, 5, 1))).cost_micro == 1010


async def test_spent_sees_others_events_when_its_memory_ends(database: Database) -> None:
    async with running(UsageLog(database, fresh=0.05)) as log:
        assert (await log.spent(user="user_a")).requests == 0
        await UsageStore(database).insert([event("1")])
        async with asyncio.timeout(5):
            while (await log.spent(user="user_a")).requests == 0:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


async def test_requests_that_come_together_share_one_query(
    log: UsageLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = 0
    read = UsageStore.spent

    async def counted(*arguments: object) -> Sums:
        nonlocal calls
        calls += 1
        return await read(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(UsageStore, "spent", counted)
    await asyncio.gather(*(log.spent(user="user_a") for _ in range(50)))
    assert calls == 1


async def test_daily_and_shares(log: UsageLog) -> None:
    await log.record(event("1", key="key_a1"))
    await log.record(event("2", key="key_a2", model="other", first_token_us=None, completion_tokens=0))
    await log.record(event("3", started_us=NOON + DAY_US))
    await log.record(event("4", started_us=NOON + 2 * DAY_US))
    await log.record(event("5", user="user_b"))
    days = await log.daily("user_a", MAY, date(2026, 5, 29))
    assert [(day.date.day, day.sums.requests) for day in days] == [(28, 2), (29, 1)]
    assert days[0].sums.latency_ms == 2.0
    [only] = await log.daily("user_a", MAY, MAY, key="key_a2")
    assert only.sums.latency_ms == 9.0
    shares = await log.shares("user_a", MAY, date(2026, 5, 29))
    assert [(share.key, share.model, share.sums.requests) for share in shares] == [
        (None, "demo", 1),
        ("key_a1", "demo", 1),
        ("key_a2", "other", 1),
    ]
    assert await log.daily("nobody", MAY, MAY) == []


async def test_an_event_that_the_database_refuses_fails_alone(
    database: Database, log: UsageLog, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = event("wrong", user="user_who")
    results = await asyncio.gather(
        log.record(event("1")), log.record(wrong), log.record(event("2")), return_exceptions=True
    )
    assert [type(result) for result in results] == [type(None), IntegrityError, type(None)]
    assert await kept(database) == ["1", "2"]
    assert '"id":"wrong"' in caplog.text
    log.check()


async def test_leaving_writes_what_waits(database: Database) -> None:
    async with open_usage(database) as log:
        waiting = [asyncio.create_task(log.record(event(f"{i:03}"))) for i in range(300)]
        await asyncio.sleep(0)
        for task in waiting[::2]:
            # A client that left does not take its event along.
            task.cancel()
    assert len(await kept(database)) == 300
    with pytest.raises(ApiError):
        await log.record(event("late"))


class Away:
    """Stands for `UsageStore.insert` of a database that comes and goes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.gone = True
        self.attempts = 0
        insert = UsageStore.insert

        async def tried(store: UsageStore, events: Sequence[UsageEvent]) -> None:
            self.attempts += 1
            if self.gone:
                raise OperationalError("INSERT", {}, Exception("database is locked"))
            await insert(store, events)

        monkeypatch.setattr(UsageStore, "insert", tried)


async def test_while_the_database_is_away_answers_wait_and_new_work_is_refused(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    away = Away(monkeypatch)
    async with running(UsageLog(database, patience=0.3, stall=0.1)) as log:
        log.check()
        with pytest.raises(ApiError) as caught:
            await log.record(event("1"))
        assert (caught.value.status, caught.value.code) == (503, "usage_unavailable")
        assert "Retry-After" in caught.value.headers
        with pytest.raises(ApiError) as caught:
            log.check()
        assert caught.value.status == 503
        assert log.stalled
        away.gone = False
        # It gave up waiting, but not the event.
        await log.record(event("2"))
        log.check()
    assert await kept(database) == ["1", "2"]
    assert away.attempts >= 3
    assert "database is locked" in caplog.text
    assert "recorded again" in caplog.text


async def test_a_full_queue_refuses_new_work(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    away = Away(monkeypatch)
    async with running(UsageLog(database, capacity=3)) as log:
        tasks = [asyncio.create_task(log.record(event(str(i)))) for i in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(ApiError):
            log.check()
        away.gone = False
        await asyncio.gather(*tasks)
        log.check()


async def test_what_cannot_be_written_before_the_end_is_told_in_the_log(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    Away(monkeypatch)
    async with open_usage(database, closing=0.05) as log:
        task = asyncio.create_task(log.record(event("req_lost")))
        await asyncio.sleep(0)
        task.cancel()
    assert '"id":"req_lost"' in caplog.text


async def test_postgresql_that_crashes_and_returns_loses_and_doubles_nothing(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    database = await open_database(postgres_url)
    await add_accounts(database)
    async with open_usage(database) as log:
        for round in range(2):
            tasks = [asyncio.create_task(log.record(event(f"{round}_{i:03}"))) for i in range(100)]
            await asyncio.sleep(0.002)
            await asyncio.to_thread(postgres_server.stop)
            await asyncio.to_thread(postgres_server.start)
            await asyncio.gather(*tasks)
    await database.close()
    database = await open_database(postgres_url)
    assert len(await kept(database)) == 200
    await assert_sums_are_those_of_events(database)
    await database.close()


async def test_sqlite_that_another_process_locks_is_waited_for(sqlite_url: str) -> None:
    database = await open_database(sqlite_url)
    await add_accounts(database)
    locker = sqlite3.connect(database.engine.url.database or "", isolation_level=None)
    async with running(UsageLog(database, stall=0.05)) as log:
        locker.execute("BEGIN IMMEDIATE")
        task = asyncio.create_task(log.record(event("1")))
        async with asyncio.timeout(5):
            while not log.stalled:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert not task.done()
        locker.execute("COMMIT")
        await task
        log.check()
    locker.close()
    assert await kept(database) == ["1"]
    await database.close()


ids = st.sampled_from([f"req_{i}" for i in range(12)])
batches = st.lists(
    st.lists(
        st.builds(
            event,
            ids,
            user=st.sampled_from(["user_a", "user_b"]),
            key=st.sampled_from([None, "key_a1", "key_b1"]),
            model=st.sampled_from(["demo", "other"]),
            started_us=st.integers(NOON, NOON + 2 * DAY_US),
            prompt_tokens=st.integers(0, 2**40),
            cost_micro=st.integers(0, 2**40),
            first_token_us=st.none() | st.integers(0, 10**9),
        ),
        max_size=8,
    ),
    max_size=5,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=batches)
def test_whatever_comes_how_often_the_sums_are_those_of_the_events(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[UsageEvent]]
) -> None:
    path = tmp_path_factory.mktemp("usage") / "usage.db"

    async def check() -> None:
        database = await open_database(f"sqlite:///{path}")
        await add_accounts(database)
        for batch in batches:
            if batch:
                await UsageStore(database).insert(batch)
        assert await kept(database) == sorted({e.id for batch in batches for e in batch})
        await assert_sums_are_those_of_events(database)
        await database.close()

    asyncio.run(check())
