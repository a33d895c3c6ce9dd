"""Settings of the server; the command line fills them (docs/server.md lists both)."""

from __future__ import annotations

from dataclasses import dataclass, field

from openfpga_server.dialect import OPENAI, Dialect


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerConfig:
    """How the HTTP side behaves.

    Raises:
        ValueError: a setting is outside its range; the message names it.
    """

    host: str = "127.0.0.1"
    port: int = 5000
    """0 lets the system choose a free one."""
    drain_timeout: float = 30.0
    """Seconds that running requests get to finish after SIGTERM or SIGINT."""
    max_body_bytes: int = 8 << 20
    body_timeout: float = 60.0
    """Seconds a client may take to send a request's body."""
    dialect: Dialect = field(default=OPENAI)

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            raise ValueError(f"port {self.port} is outside 0..65535")
        if not 0 <= self.drain_timeout <= 86400:
            raise ValueError(f"drain timeout {self.drain_timeout} is outside 0..86400 seconds")
        if self.max_body_bytes < 1024:
            raise ValueError(f"the body limit {self.max_body_bytes} is below 1024 bytes")
