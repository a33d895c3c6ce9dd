"""Settings of the server; the command line fills them (docs/server.md lists both)."""

from __future__ import annotations

from dataclasses import dataclass, field

from openfpga_server.dialect import Mount
from openfpga_server.dialects import default_mounts


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
    mounts: tuple[Mount, ...] = field(default_factory=default_mounts)
    """Which dialects are spoken where; one of them at the base ""."""
    api_key: str | None = field(default=None, repr=False)
    """If set, every request below a ``/v1`` must present it."""

    def __post_init__(self) -> None:
        bases = [mount.base for mount in self.mounts]
        if len(set(bases)) != len(bases) or "" not in bases:
            raise ValueError(f"mounts {bases}: expected different bases, and one that is ''")
        if self.api_key is not None and not (self.api_key.isascii() and self.api_key.isprintable()):
            raise ValueError("the API key must be printable ASCII: it travels in a header")
        if self.api_key == "":
            raise ValueError("the API key is empty; leave it out to let everyone in")
        if not 0 <= self.port <= 65535:
            raise ValueError(f"port {self.port} is outside 0..65535")
        if not 0 <= self.drain_timeout <= 86400:
            raise ValueError(f"drain timeout {self.drain_timeout} is outside 0..86400 seconds")
        if self.max_body_bytes < 1024:
            raise ValueError(f"the body limit {self.max_body_bytes} is below 1024 bytes")

    def mount_of(self, path: str) -> Mount:
        """The mount that a request's path belongs to: the longest base that covers it."""
        return max((m for m in self.mounts if m.covers(path)), key=lambda mount: len(mount.base))
