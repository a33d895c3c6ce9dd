"""Where settings come from: the command line, the environment, a file, the defaults, in this order."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openfpga_server.config import (
    AccountsConfig,
    LimitsConfig,
    LogConfig,
    ModelsConfig,
    MountsConfig,
    PaymentsConfig,
    PortalConfig,
    ServerConfig,
)
from openfpga_server.settings import Setting, has_password, section_settings

if TYPE_CHECKING:
    from openfpga_server.dialect import Mount

PREFIX = "OPENFPGA_"
CONFIG_VARIABLE = "OPENFPGA_CONFIG"
"""In the environment what --config is on the command line."""
DEFAULT = "default"


def sections() -> tuple[tuple[str, type], ...]:
    """(name in a file, what holds it), in the order of the documentation."""
    return (
        ("models", ModelsConfig),
        ("server", ServerConfig),
        ("server", MountsConfig),
        ("accounts", AccountsConfig),
        ("limits", LimitsConfig),
        ("payments", PaymentsConfig),
        ("portal", PortalConfig),
        ("log", LogConfig),
    )


def all_settings() -> tuple[Setting, ...]:
    """Every setting there is."""
    return tuple(each for name, config in sections() for each in section_settings(name, config))


@dataclass(frozen=True, slots=True)
class Value:
    """A setting's value and who gave it: a flag, a variable of the environment, a file, or nobody."""

    setting: Setting
    value: Any
    source: str


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one process.

    Args:
        server: with the sections accounts, limits, payments and portal.
        values: by name, with where each comes from.
    """

    server: ServerConfig
    models: ModelsConfig
    log: LogConfig
    values: Mapping[str, Value]

    def report(self) -> str:
        """A line a setting: name, value, where it comes from. Secrets are not shown."""
        rows = [(name, v.setting.display(v.value), v.source) for name, v in self.values.items()]
        widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
        return "\n".join(f"{a:{widths[0]}}  {b:{widths[1]}}  {c}" for a, b, c in rows)


def read_settings(
    flags: Mapping[str, Any], environment: Mapping[str, str], file: Path | None = None
) -> Settings:
    """Collect the settings.

    Args:
        flags: value by name, of those given.
        environment: `os.environ`.
        file: TOML or YAML; None: what `OPENFPGA_CONFIG` names, if it does.

    Raises:
        OSError: the file cannot be read.
        ValueError: a value is wrong or a name unknown; the message says which, where and what would do.
    """
    settings = all_settings()
    if file is None and environment.get(CONFIG_VARIABLE):
        file = Path(environment[CONFIG_VARIABLE])
    found = {each.name: Value(each, each.default, DEFAULT) for each in settings}
    if file is not None:
        found.update(_of_file(file, settings))
    found.update(_of_environment(environment, settings))
    for each in settings:
        if each.name in flags:
            value = each.read(flags[each.name], each.flag or "command line")
            if isinstance(value, str) and has_password(value):
                raise ValueError(
                    f"{each.flag}: a password on the command line can be read by every user of this machine; "
                    f"give it in the environment as {each.environment} or in a configuration file"
                )
            found[each.name] = Value(each, value, each.flag or "command line")
    return _assembled(found)


def _assembled(found: Mapping[str, Value]) -> Settings:
    def section(name: str, config: type) -> dict[str, Any]:
        return {each.key: found[each.name].value for each in section_settings(name, config)}

    mounting = MountsConfig(**section("server", MountsConfig))
    server = ServerConfig(
        **section("server", ServerConfig),
        mounts=mounts_of(mounting),
        accounts=AccountsConfig(**section("accounts", AccountsConfig)),
        limits=LimitsConfig(**section("limits", LimitsConfig)),
        payments=PaymentsConfig(**section("payments", PaymentsConfig)),
        portal=PortalConfig(**section("portal", PortalConfig)),
    )
    models = ModelsConfig(**section("models", ModelsConfig))
    return Settings(server, models, LogConfig(**section("log", LogConfig)), found)


def _of_environment(environment: Mapping[str, str], settings: Sequence[Setting]) -> dict[str, Value]:
    known = {each.environment: each for each in settings}
    mine = tuple(f"{PREFIX}{name.upper()}_" for name, _ in sections())
    found = {}
    for name, text in environment.items():
        if name in known:
            setting = known[name]
            found[setting.name] = Value(setting, setting.read(text, f"environment, {name}"), name)
        elif name.startswith(mine):
            raise ValueError(f"environment: there is no setting {name}{_nearest(name, list(known))}")
    return found


def _of_file(path: Path, settings: Sequence[Setting]) -> dict[str, Value]:
    from openfpga_server.catalogue import read_settings as read_data

    data = read_data(path)
    if not isinstance(data, dict):
        raise ValueError(f"{path}: expected sections such as 'server:', got {_words(data)}")
    names = list(dict.fromkeys(name for name, _ in sections()))
    known = {each.name: each for each in settings}
    found = {}
    for name, section in data.items():
        if name not in names:
            raise ValueError(f"{path}: there is no section '{name}'{_nearest(str(name), names)}")
        if section is None:
            continue
        if not isinstance(section, dict):
            raise ValueError(f"{path}: {name}: expected settings, 'key: value' each, got {_words(section)}")
        for key, value in section.items():
            full = f"{name}.{key}"
            if full not in known:
                raise ValueError(f"{path}: there is no setting '{full}'{_nearest(full, list(known))}")
            if value is not None:
                setting = known[full]
                read = setting.read(_anchored(value, setting, path), f"{path}: {full}")
                found[full] = Value(setting, read, str(path))
    return found


def _anchored(value: Any, setting: Setting, file: Path) -> Any:
    """Paths in a file are relative to the file."""

    def anchored(path: Any) -> Any:
        # One that begins with ~ is anchored at home, when the setting is read.
        return str(file.parent / path) if isinstance(path, str) and not path.startswith("~") else path

    match setting.kind.metavar, value:
        case ("NAME=PATH", dict()):
            return {name: anchored(path) for name, path in value.items()}
        case ("PATH", list()):
            return [anchored(path) for path in value]
        case ("FILE" | "PATH", str()):
            return anchored(value)
    return value


def _words(value: Any) -> str:
    return "a list" if isinstance(value, list) else "a text" if isinstance(value, str) else str(value)[:40]


def _nearest(name: str, known: Sequence[str]) -> str:
    """What to say after a name that there is not."""
    section, _, key = name.rpartition(".")
    keys = [each.rpartition(".")[2] for each in known if each.startswith(f"{section}.") or not section]
    if close := get_close_matches(key, keys, n=1, cutoff=0.6):
        return f"; perhaps you mean '{section}.{close[0]}'" if section else f"; perhaps you mean '{close[0]}'"
    # The right key in the wrong section.
    if elsewhere := [each for each in known if section and each.endswith(f".{key}")]:
        return f"; perhaps you mean '{elsewhere[0]}'"
    return f"; there are {', '.join(known)}" if len(known) < 10 else "; docs/configuration.md lists all"


def mounts_of(config: MountsConfig) -> tuple[Mount, ...]:
    """Where which dialect is spoken.

    Raises:
        ValueError: an unknown dialect, or a base URL that does not end in /v1.
    """
    from openfpga_server.dialect import Mount
    from openfpga_server.dialects import DIALECTS, default_mounts, dialect_named

    root = dialect_named(config.dialect) if config.dialect else None
    if config.mounts:
        spoken = {"": root} if root else {}
        for url, name in config.mounts:
            if not url.endswith("/v1"):
                raise ValueError(f"mount {url!r}: expected a base URL that ends in /v1, such as '/api/v1'")
            spoken.setdefault(url.removesuffix("/v1"), dialect_named(name))
        if "" not in spoken:
            raise ValueError(f"no dialect is mounted at '/v1'; there are {', '.join(DIALECTS)}")
        mounts = tuple(Mount(base, dialect) for base, dialect in spoken.items())
    else:
        mounts = default_mounts(root) if root else default_mounts()
    if config.stream_comment == MountsConfig().stream_comment:
        return mounts
    silence = config.stream_comment or None
    return tuple(Mount(m.base, dataclasses.replace(m.dialect, keep_alive=silence)) for m in mounts)


def table() -> str:
    """The settings as a Markdown table: what docs/configuration.md holds."""
    lines = ["| setting | flag | default | |", "|---|---|---|---|"]
    for each in all_settings():
        flag = "file or environment only" if each.secret else f"`{each.flag}`" if each.flag else ""
        if each.name == "models.images":
            flag = "`MODEL ...`"
        default = each.default_shown
        code = default if each.shown or default == "none" else f"`{default}`"
        lines.append(f"| `{each.name}` | {flag} | {code} | {each.help.replace('|', chr(92) + '|')} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
