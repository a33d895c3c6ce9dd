"""Speed tiers over HTTP: what accounts of four tiers get of one card that they all want.

python benchmarks/tiers.py [IMAGE] [--rows 4] [--clients 8] [--seconds 20] [--tokens 48] [--device csim]

The real server with its accounts on SQLite; every tier has an account, a key and the same number of clients,
each of which asks again as soon as it has its answer. Prints tokens/s of each tier, its ratio to the regular
one, and the time to the first token. More clients than rows are contention; with `--clients 1` and as many
rows as tiers nobody waits, and all are equally quick.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from aiohttp import ClientSession, TCPConnector
from openfpga_server.accounts.accounts import Accounts
from openfpga_server.accounts.users import Users
from openfpga_server.app import create_app
from openfpga_server.config import AccountsConfig, LimitsConfig, ServerConfig
from openfpga_server.lifecycle import serve
from openfpga_server.loading import opened_model
from openfpga_server.principal import TIER_WEIGHTS, Tier
from openfpga_server.registry import ModelRegistry, ServedModel
from openfpga_server.services import open_services

WARM_UP = 3.0
"""Seconds before counting begins."""
NO_LIMIT = 10**9


@dataclass
class Tally:
    """What a tier got: tokens while it was counted, and seconds to each first token."""

    tokens: int = 0
    first: list[float] = field(default_factory=list)


async def make_key(accounts: Accounts, tier: Tier) -> str:
    """A key of a new account of that tier."""
    users = Users(accounts.database)
    user = await users.create(tier)
    await users.change(user.id, tier=tier, letter_of_intent=datetime.now(UTC))
    return (await accounts.create_key(tier, user=user.id)).secret


async def client(
    http: ClientSession, model: str, key: str, number: int, arguments: argparse.Namespace, tally: Tally
) -> None:
    """Ask again and again."""
    body = {
        "model": model,
        "messages": [{"role": "user", "content": f"Tell me a story, number {number}."}],
        "max_tokens": arguments.tokens,
        "ignore_eos": True,
        "stream": True,
        "seed": number,
        "logprobs": True,
    }
    while True:
        started, first = time.perf_counter(), None
        async with http.post(
            "/v1/chat/completions", json=body, headers={"Authorization": f"Bearer {key}"}
        ) as response:
            if response.status != 200:
                raise SystemExit(f"the server answered {response.status}: {await response.text()}")
            async for line in response.content:
                if line.startswith(b"data: {"):
                    choice = json.loads(line[6:])["choices"][0]
                    if (logprobs := choice.get("logprobs")) and logprobs["content"]:
                        tally.tokens += len(logprobs["content"])
                        if first is None:
                            first = time.perf_counter() - started
                            tally.first.append(first)


async def measure(model: ServedModel, arguments: argparse.Namespace, folder: Path) -> dict[Tier, Tally]:
    """What each tier got, and how long all were counted."""
    config = ServerConfig(
        port=0,
        accounts=AccountsConfig(
            database=f"sqlite+aiosqlite:///{folder / 'openfpga.db'}", pepper_file=folder / "pepper"
        ),
        limits=LimitsConfig(requests_per_minute=NO_LIMIT, tokens_per_minute=NO_LIMIT),
    )
    async with open_services(config) as services:
        assert services.accounts is not None
        url: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        stop = asyncio.Event()
        app = create_app(ModelRegistry([model]), config, services)
        server = asyncio.create_task(serve(app, ready=url.set_result, stop=stop))
        tallies: dict[Tier, Tally] = {tier: Tally() for tier in TIER_WEIGHTS}
        keys = {tier: await make_key(services.accounts, tier) for tier in TIER_WEIGHTS}
        async with ClientSession(await url, connector=TCPConnector(limit=0)) as http:
            clients = [
                asyncio.create_task(client(http, model.id, keys[tier], number, arguments, tallies[tier]))
                for tier in TIER_WEIGHTS
                for number in range(arguments.clients)
            ]
            done, _ = await asyncio.wait(clients, timeout=WARM_UP, return_when=asyncio.FIRST_EXCEPTION)
            for tally in tallies.values():
                tally.tokens = 0
                tally.first.clear()
            if not done:
                done, _ = await asyncio.wait(
                    clients, timeout=arguments.seconds, return_when=asyncio.FIRST_EXCEPTION
                )
            counted = {tier: Tally(tally.tokens, tally.first[:]) for tier, tally in tallies.items()}
            for task in clients:
                task.cancel()
            await asyncio.gather(*clients, return_exceptions=True)
        stop.set()
        await server
        for task in done:
            task.result()
    return counted


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("image", nargs="?", type=Path, default=Path("build/demo.ofpga"))
    parser.add_argument("--device", default="csim")
    parser.add_argument("--rows", type=int, default=4)
    parser.add_argument("--clients", type=int, default=8, help="of each tier")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--tokens", type=int, default=48, help="of an answer")
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        opened_model(arguments.image, device=arguments.device, rows=arguments.rows, max_queue=4096) as model,
    ):
        counted = asyncio.run(measure(model, arguments, Path(folder)))
    shape = f"{arguments.rows} rows a step, {arguments.clients} clients a tier"
    print(f"{model.id} on {arguments.device}, {shape}, answers of {arguments.tokens} tokens")
    print(f"{'tier':<10}{'weight':>8}{'tokens/s':>12}{'to regular':>12}{'off':>8}{'first token':>14}")
    for tier, weight in TIER_WEIGHTS.items():
        tally = counted[tier]
        ratio = tally.tokens / counted["regular"].tokens
        first = f"{median(tally.first) * 1e3:.1f} ms" if tally.first else "-"
        print(
            f"{tier:<10}{weight:>8}{tally.tokens / arguments.seconds:>12.1f}{ratio:>12.2f}"
            f"{100 * (ratio / weight - 1):>+7.1f}%{first:>14}"
        )


if __name__ == "__main__":
    main()
