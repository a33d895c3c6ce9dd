"""kill -9: what a client saw finished is counted once, whenever its server was killed.

Real server processes under load are killed at random moments and started again on the same database.
OPENFPGA_KILLS says how many times on each database; `make test-crash` makes it 200.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from aiohttp import ClientError, ClientSession
from openfpga_server.accounts.clock import from_us
from openfpga_server.accounts.database import Database, open_database
from openfpga_server.accounts.schema import usage_daily, usage_events
from sqlalchemy import func, select

KILLS = int(os.environ.get("OPENFPGA_KILLS", "2"))
CLIENTS = 8
pytestmark = pytest.mark.timeout(60 + 60 * KILLS)
PROGRAM = Path(__file__).resolve().parent.parent / "support" / "crash_server.py"
DAY_US = 86_400_000_000
COUNTED = ("prompt_tokens", "cached_tokens", "completion_tokens", "cost_micro", "total_us")


@dataclass
class Seen:
    """What clients saw.

    Args:
        finished: (tokens of prompt, of answer) as the answer told them, by request id.
        cut: ids of answers that did not end.
        lost: requests that were not even begun to be answered.
    """

    finished: dict[str, tuple[int, int]] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)
    lost: int = 0


@contextlib.asynccontextmanager
async def server(database_url: str, folder: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """A process and its URL; it is killed when the block is left."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(PROGRAM), database_url, str(folder), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        url = (await process.stdout.readline()).decode().strip()
        assert url.startswith("http://")
        yield process, url
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def ask(http: ClientSession, random: Random, seen: Seen) -> None:
    """One request of some kind."""
    letters = "".join(random.choices("abcde", k=random.randrange(1, 12)))
    kind = random.choice(["stream", "whole", "embeddings"])
    body: dict[str, object] = {"model": "alphabet", "max_tokens": random.randrange(1, 9)}
    if kind == "embeddings":
        path, body = "/v1/embeddings", {"model": "alphabet", "input": letters}
    elif kind == "whole":
        path, body = "/v1/completions", {**body, "prompt": letters}
    else:
        options = {"stream": True, "stream_options": {"include_usage": True}}
        path, body = (
            "/v1/chat/completions",
            {**body, **options, "messages": [{"role": "user", "content": letters}]},
        )
    async with http.post(path, json=body) as response:
        assert response.status == 200, await response.text()
        request_id = response.headers["x-request-id"]
        seen.cut.add(request_id)
        text = await response.text()
        if kind == "stream":
            # A stream whose process dies may end early without an error of the connection.
            lines = text.split("\n\n")
            if lines[-2:] != ["data: [DONE]", ""]:
                return
            usage = json.loads(lines[-3].removeprefix("data: "))
        else:
            usage = await response.json()
    counts = usage["usage"]
    seen.cut.discard(request_id)
    seen.finished[request_id] = (counts["prompt_tokens"], counts.get("completion_tokens", 0))


async def load(url: str, random: Random, seen: Seen) -> None:
    """Clients that ask until the server is gone."""

    async def client(seed: int) -> None:
        mine = Random(seed)
        async with ClientSession(url) as http:
            while True:
                try:
                    await ask(http, mine, seen)
                except (ClientError, OSError):
                    seen.lost += 1
                    return

    await asyncio.gather(*(client(random.getrandbits(32)) for _ in range(CLIENTS)))


async def check(database: Database, seen: Seen) -> int:
    """Finished requests are there with the tokens they told, sums are those of events; how many these are."""
    row = usage_events.c
    async with database.reading() as connection:
        kept = {
            event.id: (event.prompt_tokens, event.completion_tokens)
            for event in await connection.execute(
                select(row.id, row.prompt_tokens, row.completion_tokens).where(row.id.in_(seen.finished))
            )
        }
        assert kept == seen.finished
        day = (row.started_at - row.started_at % DAY_US).label("day")
        place = (row.user_id, func.coalesce(row.key_id, ""), row.model, day)
        totals = [func.count(row.id), *(func.sum(row[name]) for name in COUNTED)]
        events = {
            (*found[:3], from_us(found[3]).date()): tuple(map(int, found[4:]))
            for found in await connection.execute(select(*place, *totals).group_by(*place))
        }
        sums = usage_daily.c
        columns = [sums[name] for name in ("requests", *COUNTED)]
        daily = {
            tuple(found[:4]): tuple(found[4:])
            for found in await connection.execute(
                select(sums.user_id, sums.key_id, sums.model, sums.day, *columns)
            )
        }
    assert daily == events
    return sum(counts[0] for counts in events.values())


async def kill_again_and_again(database_url: str, folder: Path, *, servers: int) -> None:
    """Kill `servers` processes at a time, `KILLS` in all."""
    random = Random(20261121)
    finished = cut = lost = kept = 0
    for _ in range(-(-KILLS // servers)):
        seen = Seen()
        async with contextlib.AsyncExitStack() as stack:
            started = [await stack.enter_async_context(server(database_url, folder)) for _ in range(servers)]
            loads = [asyncio.create_task(load(url, random, seen)) for _, url in started]
            for process, _ in started:
                await asyncio.sleep(random.uniform(0.05, 0.6))
                process.kill()
            await asyncio.gather(*loads)
        database = await open_database(database_url)
        try:
            kept = await check(database, seen)
        finally:
            await database.close()
        finished, cut, lost = finished + len(seen.finished), cut + len(seen.cut), lost + seen.lost
    assert finished > 5 * KILLS
    print(
        f"{KILLS} kills: {finished} requests seen finished, each counted once with its tokens; {kept} "
        f"counted in all ({kept - finished} whose end no client saw), {cut} answers cut, {lost} connections "
        "lost"
    )


async def test_requests_seen_finished_are_counted_once_on_sqlite(sqlite_url: str, tmp_path: Path) -> None:
    await kill_again_and_again(sqlite_url, tmp_path, servers=1)


async def test_requests_seen_finished_are_counted_once_by_two_servers_on_postgresql(
    postgres_url: str, tmp_path: Path
) -> None:
    await kill_again_and_again(postgres_url, tmp_path, servers=2)
