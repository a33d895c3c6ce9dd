"""Every setting of the server, by section (docs/configuration.md has them as a table).

This is the one place where a setting is declared. `config_file` reads them from flags, environment and file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from openfpga_server.setting_kinds import (
    Pairs,
    dollars,
    header,
    header_text,
    pairs,
    path,
    paths,
    seconds,
    switch,
    text,
    url,
    whole,
    word,
)
from openfpga_server.settings import check_section, setting

if TYPE_CHECKING:
    # They import aiohttp, and `openfpga --help` should not wait for it.
    from openfpga_server.dialect import Mount

DIALECTS = ("openfpga", "gateway", "voltage", "deepinfer")
"""Names of the dialects; a test compares them with `dialects`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsConfig:
    """What is served, and on what."""

    images: tuple[Path, ...] = setting((), paths(), "images, or checkpoints' folders", flag=None)
    named: Pairs = setting(
        (), pairs("NAME=PATH", "a model", files=True), "a further model under a name", flag="--model"
    )
    name: str | None = setting(
        None, text("a name", "NAME"), "the first model's name in the API", flag="--name", shown="the image's"
    )
    alias: Pairs = setting(
        (),
        pairs("NAME=MODEL", "an alias"),
        "a further name of a served model, such as gpt-4=demo",
        flag="--alias",
    )
    catalogue: Path | None = setting(
        None,
        path(exists=True),
        "TOML or YAML: what /v1/models says about models",
        flag="--catalogue",
        shown="the package's own",
    )
    device: str = setting(
        "csim",
        text("a device", "NAME"),
        "csim: the HLS kernels compiled for this CPU; verilator[:SIZE[:MEMORY]]: the RTL card in simulation, "
        "very slow, MEMORY ideal, hbm2, ddr4, ddr4x16 or board; reference: NumPy, slow; "
        "see `openfpga devices`",
        flag="--device",
    )
    rows: int | None = setting(
        None,
        whole(1),
        "rows of one step at most: tokens computed together",
        flag="--rows",
        shown="the device's",
    )
    kv_blocks: int | None = setting(
        None, whole(1), "KV-cache blocks of 16 tokens", flag="--kv-blocks", shown="the device's"
    )
    max_queue: int = setting(
        256, whole(1), "requests that may wait for a model; more are answered 503", flag="--max-queue"
    )

    def __post_init__(self) -> None:
        check_section("models", self)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsConfig:
    """Where users and keys are kept."""

    database: str | None = setting(
        None,
        url("sqlite+aiosqlite", "postgresql+asyncpg", "sqlite", "postgresql", "postgres"),
        "users, keys and usage: sqlite+aiosqlite:///PATH or postgresql+asyncpg://USER:PASSWORD@HOST/NAME",
        shown="openfpga.db in the state folder",
    )
    pepper_file: Path | None = setting(
        None,
        path(),
        "file with the secret that keys are hashed with; made by its first use",
        shown="pepper in the state folder",
    )
    pepper: str | None = setting(
        None, header_text(), "that secret itself, in place of a file", secret=True, shown="the file's"
    )

    def __post_init__(self) -> None:
        check_section("accounts", self)


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsConfig:
    """What an account may ask for in a minute, where its plan says nothing else."""

    requests_per_minute: int = setting(60, whole(1), "requests of an account in any minute")
    tokens_per_minute: int = setting(100_000, whole(1), "tokens of an account in any minute")
    redis_url: str | None = setting(
        None,
        url("redis", "rediss", "unix", "valkey", "valkeys"),
        "Redis or Valkey that several servers share their counts in",
        shown="counted in this process",
    )
    redis_failure: str = setting(
        "local",
        word("local", "refuse"),
        "while that cannot be reached: count in this process, or refuse requests with 503",
    )

    def __post_init__(self) -> None:
        check_section("limits", self)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentsConfig:
    """Payments for single requests (x402)."""

    pay_to: str | None = setting(
        None, text("an address", "ADDRESS"), "address that is paid; none: no payments are taken"
    )
    network: str = setting(
        "base", text("a network", "NAME"), "chain of payments: base, base-sepolia, polygon or avalanche"
    )
    asset: str | None = setting(
        None,
        text("a token", "ADDRESS:NAME:VERSION"),
        "token that is paid with: its contract, and its EIP-712 domain",
        shown="the network's USDC",
    )
    price: Decimal = setting(
        Decimal("0.0001"),
        dollars("0.000001", "1000"),
        "dollars that a request costs at least",
    )
    facilitator_url: str = setting(
        "https://x402.org/facilitator", url("http", "https"), "who verifies and settles payments"
    )
    facilitator_header: tuple[str, str] | None = setting(
        None,
        header(),
        "credentials that the facilitator asks for, such as 'Authorization: Bearer TOKEN'",
        secret=True,
    )
    timeout: float = setting(10.0, seconds(0.1, 120), "seconds the facilitator has to answer")

    def __post_init__(self) -> None:
        check_section("payments", self)


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalConfig:
    """The web page for people."""

    enabled: bool = setting(True, switch(), "serve the page at / and the API behind it")

    def __post_init__(self) -> None:
        check_section("portal", self)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogConfig:
    """What is written to standard error."""

    level: str = setting("info", word("debug", "info", "warning", "error"), "the least that is written")
    format: str = setting(
        "text", word("text", "json"), "text: lines for people; json: an object a line, for machines"
    )

    def __post_init__(self) -> None:
        check_section("log", self)


@dataclass(frozen=True, slots=True, kw_only=True)
class MountsConfig:
    """Where which dialect is spoken, and how streams stay alive; `config_file.mounts_of` makes mounts."""

    dialect: str | None = setting(
        None,
        word(*DIALECTS),
        "the API document spoken at /v1; all have a base URL of their own besides",
        flag="--dialect",
        shown="openfpga",
    )
    mounts: Pairs = setting(
        (),
        pairs("URL=DIALECT", "a base URL"),
        "base URLs and what is spoken there, in place of the default ones",
        flag=None,
        shown="as in server.md",
    )
    stream_comment: float = setting(
        15.0,
        seconds(0, 3600),
        "seconds of silence in a stream before a comment is sent, so that no proxy gives it up; 0: none are",
    )


def _default_mounts() -> tuple[Mount, ...]:
    from openfpga_server.dialects import default_mounts

    return default_mounts()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerConfig:
    """How the HTTP side behaves, with the sections that belong to it.

    Raises:
        ValueError: a setting is outside its range; the message names it.
    """

    host: str = setting(
        "127.0.0.1",
        text("an address", "HOST"),
        "address to listen on; others than the loopback need a key or --allow-anonymous",
        flag="--host",
    )
    port: int = setting(5000, whole(0, 65535), "0 takes a free one", flag="--port")
    api_key: str | None = setting(
        None, header_text(), "a key that every request may bring, besides those of accounts", secret=True
    )
    allow_anonymous: bool = setting(
        False,
        switch(),
        "listen on an address that others can reach although nobody has to log in",
        flag="--allow-anonymous",
    )
    drain_timeout: float = setting(
        30.0, seconds(0, 86400), "seconds that running requests get after SIGTERM", flag="--drain-timeout"
    )
    drain_delay: float = setting(
        0.0,
        seconds(0, 3600),
        "seconds after SIGTERM in which /ready is 503 and work is still taken, for balancers to look away",
    )
    ready_timeout: float = setting(
        2.0, seconds(0.05, 60), "seconds that /ready waits for the database and for Redis"
    )
    max_requests: int = setting(
        2048, whole(1), "requests at work at a time; more are answered 503 before their body is read"
    )
    max_wait: float = setting(
        60.0,
        seconds(0.1, 86400),
        "seconds a new request may have to wait, by estimate; if longer it is answered 503 at once",
    )
    max_connections: int = setting(4096, whole(1), "connections at a time; more are answered 503 and closed")
    max_connections_per_address: int = setting(
        256, whole(1), "connections of one address; those of the loopback, where a proxy is, are not counted"
    )
    max_url_bytes: int = setting(8190, whole(256, 1 << 20), "of a request's first line")
    max_header_bytes: int = setting(32768, whole(1024, 1 << 20), "of all headers of a request")
    max_headers: int = setting(100, whole(8, 10_000), "headers of a request")
    max_body_bytes: int = setting(8 << 20, whole(1024, 1 << 40), "of a request's body, unpacked")
    header_timeout: float = setting(
        20.0, seconds(0.05, 3600), "seconds a client may take to send a request's headers"
    )
    body_timeout: float = setting(60.0, seconds(0.05, 3600), "seconds a client may take to send its body")
    idle_timeout: float = setting(
        75.0, seconds(0.05, 86400), "seconds a connection stays open between two requests"
    )
    write_timeout: float = setting(
        30.0,
        seconds(0.05, 3600),
        "seconds a client may leave what is sent to it unread before its request is ended",
    )
    write_buffer_bytes: int = setting(
        65536, whole(1024, 1 << 30), "that may wait for a client to read them, here and in the system each"
    )
    mounts: tuple[Mount, ...] = field(default_factory=_default_mounts)
    """Which dialects are spoken where; one of them at the base ""."""
    accounts: AccountsConfig = field(default_factory=AccountsConfig)
    limits: LimitsConfig = field(default_factory=LimitsConfig)
    payments: PaymentsConfig = field(default_factory=PaymentsConfig)
    portal: PortalConfig = field(default_factory=PortalConfig)

    def __post_init__(self) -> None:
        check_section("server", self)
        bases = [mount.base for mount in self.mounts]
        if len(set(bases)) != len(bases) or "" not in bases:
            raise ValueError(f"mounts {bases}: expected different bases, and one that is ''")

    def mount_of(self, path: str) -> Mount:
        """The mount that a request's path belongs to: the longest base covering it, else the root's ("*")."""
        covering = (m for m in self.mounts if not m.base or m.covers(path))
        return max(covering, key=lambda mount: len(mount.base))
