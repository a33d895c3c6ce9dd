"""A server process with accounts on a database and limits on Redis or Valkey: the alphabet model.

    python tests/support/limited_server.py DATABASE_URL FOLDER REDIS_URL REQUESTS TOKENS

prints its URL and serves until it is ended. FOLDER has the pepper; the limits are a minute's.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

# Started as a file: what tests share is beside it.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from openfpga_server.config import LimitsConfig
from support.crash_server import main

if __name__ == "__main__":
    database, folder, redis, requests, tokens = sys.argv[1:]
    limits = LimitsConfig(redis_url=redis, requests_per_minute=int(requests), tokens_per_minute=int(tokens))
    asyncio.run(main(database, Path(folder), limits))
