"""The configuration file of `openfpga serve --config`: what does not belong on a command line."""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec import Struct

from openfpga_server.catalogue import read_settings
from openfpga_server.dialect import Mount
from openfpga_server.dialects import DIALECTS, default_mounts, dialect_named


class ServerSection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The section `server`.

    `api_key`: every request must present it. `dialect`: spoken at ``/v1``. `mounts`: base URL -> dialect, in
    place of the default ones.
    """

    api_key: str | None = None
    dialect: str | None = None
    mounts: dict[str, str] | None = None

    def __repr__(self) -> str:
        """Without the key."""
        return f"ServerSection(dialect={self.dialect!r}, mounts={self.mounts!r})"


class ConfigFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    server: ServerSection = ServerSection()


def read_config_file(path: Path) -> ConfigFile:
    """Read a YAML or TOML file.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is malformed or has a setting that there is not; the message names both.
    """
    try:
        return msgspec.convert(read_settings(path), ConfigFile)
    except msgspec.ValidationError as error:
        raise ValueError(f"{path}: {error}") from error


def mounts_of(section: ServerSection, dialect: str | None) -> tuple[Mount, ...]:
    """Where which dialect is spoken.

    Args:
        section: of the file.
        dialect: of the command line, which goes before the file's.

    Raises:
        ValueError: an unknown dialect, or a base URL that does not end in /v1.
    """
    root = dialect or section.dialect
    if section.mounts is None:
        return default_mounts(dialect_named(root)) if root else default_mounts()
    found = {"": dialect_named(root)} if root else {}
    for url, name in section.mounts.items():
        if not url.endswith("/v1"):
            raise ValueError(f"mount {url!r}: expected a base URL that ends in /v1, such as '/api/v1'")
        found.setdefault(url.removesuffix("/v1"), dialect_named(name))
    if "" not in found:
        raise ValueError(f"no dialect is mounted at '/v1'; there are {', '.join(DIALECTS)}")
    return tuple(Mount(base, spoken) for base, spoken in found.items())
