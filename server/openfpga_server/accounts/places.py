"""Where a server keeps what outlives it, when nothing else is configured."""

from __future__ import annotations

import os
from pathlib import Path


def state_folder() -> Path:
    """``$OPENFPGA_STATE_DIR``, else ``openfpga`` below ``$XDG_STATE_HOME`` or ``~/.local/state``."""
    if own := os.environ.get("OPENFPGA_STATE_DIR"):
        return Path(own)
    base = os.environ.get("XDG_STATE_HOME")
    return (Path(base) if base else Path.home() / ".local" / "state") / "openfpga"


def default_database_url() -> str:
    """An SQLite file in the state folder."""
    return f"sqlite+aiosqlite:///{(state_folder() / 'openfpga.db').absolute()}"


def default_pepper_file() -> Path:
    """Beside the database, never in it."""
    return state_folder() / "pepper"
