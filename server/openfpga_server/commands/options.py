"""Options that several commands share."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from openfpga_server.config_file import Settings, all_settings, read_settings
from openfpga_server.settings import Setting

SETTINGS_GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "models": "models",
        "server": "server",
        "accounts": "accounts",
        "limits": "limits of an account",
        "payments": "payments for single requests (x402)",
        "portal": "portal",
        "log": "log",
    }
)


def add_settings(parser: argparse.ArgumentParser, sections: Collection[str] = tuple(SETTINGS_GROUPS)) -> None:
    """The flags of all settings of some sections, and --config; `settings_of` reads them."""
    parser.add_argument(
        "--config",
        type=existing,
        metavar="FILE",
        help="YAML or TOML with these settings and those that are secret (docs/configuration.md)",
    )
    groups = {name: parser.add_argument_group(SETTINGS_GROUPS[name]) for name in sections}
    for each in all_settings():
        if each.section in groups and each.flag is not None:
            _add_flag(groups[each.section], each)


def _add_flag(group: argparse._ArgumentGroup, setting: Setting) -> None:
    default = "" if setting.kind.switch else f" (default: {setting.default_shown})"
    told = (setting.help + default).replace("%", "%%")
    assert setting.flag is not None
    if setting.kind.switch:
        action = argparse.BooleanOptionalAction if setting.default else "store_true"
        group.add_argument(
            setting.flag, action=action, dest=setting.name, default=argparse.SUPPRESS, help=told
        )
    elif setting.kind.repeated:
        group.add_argument(
            setting.flag,
            action="append",
            type=_value_of(setting, lambda value: value[0], as_list=True),
            dest=setting.name,
            default=argparse.SUPPRESS,
            metavar=setting.kind.metavar,
            help=told + "; may be repeated",
        )
    else:
        group.add_argument(
            setting.flag,
            type=_value_of(setting, lambda value: value),
            dest=setting.name,
            default=argparse.SUPPRESS,
            metavar=setting.kind.metavar,
            help=told,
        )


def _value_of(setting: Setting, pick: Callable[[Any], Any], *, as_list: bool = False) -> Callable[[str], Any]:
    """argparse type of a setting."""

    def value(text: str) -> Any:
        try:
            return pick(setting.read([text] if as_list else text, ""))
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error).removeprefix(": ")) from None

    return value


def settings_of(options: argparse.Namespace, **further: Any) -> Settings:
    """The settings of the command line, of the environment and of the file.

    Args:
        options: parsed with the flags of `add_settings`.
        further: values by name, with ``__`` for the dot, of what has no flag.

    Raises:
        OSError: the configuration file cannot be read.
        ValueError: as `read_settings`.
    """
    flags = {name: value for name, value in vars(options).items() if "." in name}
    flags |= {name.replace("__", "."): value for name, value in further.items() if value}
    return read_settings(flags, os.environ, options.config)


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """How a model is loaded onto a device."""
    parser.add_argument(
        "--device",
        default="csim",
        metavar="NAME",
        help="csim: the HLS kernels compiled for this CPU; verilator[:SIZE[:MEMORY]]: the RTL card in "
        "simulation, very slow, MEMORY ideal, hbm2, ddr4, ddr4x16 or board; reference: NumPy, slow; "
        "see `openfpga devices` (default: %(default)s)",
    )
    parser.add_argument("--rows", type=positive, metavar="N", help="rows of one step (default: the device's)")
    parser.add_argument(
        "--kv-blocks", type=positive, metavar="N", help="KV-cache blocks of 16 tokens (default: the device's)"
    )


def positive(text: str) -> int:
    """argparse type: a whole number from 1."""
    try:
        value = int(text)
    except ValueError:
        value = 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return value


def temperature(text: str) -> float:
    """argparse type: a number from 0 to 2."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 2:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 2")
    return value


def server_url(text: str) -> str:
    """argparse type: where a server answers, with or without /v1; returned without."""
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f"{text!r} does not begin with http:// or https://")
    return text.rstrip("/").removesuffix("/v1")


def model_name(text: str) -> str:
    """argparse type: what a model is called in the API."""
    if not text.strip():
        raise argparse.ArgumentTypeError("it is empty; give the model a name or leave the option out")
    return text


def existing(text: str) -> Path:
    """argparse type: a file or folder that is there."""
    path = Path(text)
    if not path.exists():
        raise argparse.ArgumentTypeError(f"{text} does not exist")
    return path
