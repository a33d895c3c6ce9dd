"""A server process to be killed: the alphabet model, with accounts and usage on a database.

    python tests/support/crash_server.py DATABASE_URL FOLDER

prints its URL and serves until it is killed. FOLDER is for what a server keeps besides its database.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

# Started as a file: what tests share is beside it.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from openfpga_server.app import create_app
from openfpga_server.catalogue import Catalogue, Entry
from openfpga_server.config import AccountsConfig, LimitsConfig, ServerConfig
from openfpga_server.lifecycle import serve
from openfpga_server.registry import ModelRegistry
from openfpga_server.services import open_services
from support.alphabet_model import alphabet_model
from support.paying import PRICES
from support.server_thread import BriefRunner


async def main(database: str, folder: Path, limits: LimitsConfig | None = None) -> None:
    """Serve."""
    runner = BriefRunner(max_context=1024, num_blocks=512)
    runner.pace = 0.001
    catalogue = Catalogue([Entry(id="alphabet", pricing=PRICES)])
    accounts = AccountsConfig(database=database, pepper_file=folder / "pepper")
    config = ServerConfig(port=0, accounts=accounts, limits=limits or LimitsConfig())
    with alphabet_model(runner) as model:
        registry = ModelRegistry([model], catalogue=catalogue)
        async with open_services(config) as services:
            await serve(create_app(registry, config, services), ready=lambda url: print(url, flush=True))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
