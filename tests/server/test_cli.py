"""The command line without a model: help, errors, documentation."""

from __future__ import annotations

import argparse
import contextlib
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NoReturn

import pytest
from openfpga_server.cli import build_parser, main
from openfpga_server.config import ServerConfig
from openfpga_server.services import Services, open_services

DOCS = Path(__file__).resolve().parents[2] / "docs" / "configuration.md"
COMMANDS = ("serve", "chat", "convert", "bench", "devices")


def command(name: str) -> argparse.ArgumentParser:
    """The parser of one command."""
    (commands,) = (a for a in build_parser()._actions if isinstance(a, argparse._SubParsersAction))
    parser = commands.choices[name]
    assert isinstance(parser, argparse.ArgumentParser)
    return parser


def test_documented_settings_are_the_flags_of_serve() -> None:
    documented = set(re.findall(r"`(--[a-z-]+)[` ]", DOCS.read_text()))
    flags = {a.option_strings[0] for a in command("serve")._actions if a.option_strings and a.dest != "help"}
    assert documented == flags


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_for_every_option(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([name, "--help"])
    assert caught.value.code == 0
    assert "usage: openfpga" in capsys.readouterr().out
    assert all(action.help for action in command(name)._actions)


def test_every_option_of_a_command_is_documented_by_help_that_formats() -> None:
    for name in COMMANDS:
        assert command(name).format_help()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["serve", "no-such-file"], "no-such-file does not exist"),
        (["serve", "{tmp}", "--port", "x"], "--port"),
        (["serve", "{tmp}", "--max-queue", "0"], "whole number from 1"),
        (["serve", "{tmp}", "--host", "0.0.0.0"], "--allow-anonymous"),
        (["serve", "{tmp}", "--port", "70000"], "65535"),
        (["convert", "{tmp}", "-o", "{tmp}/x.ofpga"], "config.json"),
        (["serve", "{tmp}", "--name", ""], "name"),
        (["serve"], "no model to serve"),
        (["serve", "{tmp}", "--model", "x"], "NAME=PATH"),
        (["serve", "{tmp}", "--model", "x=nowhere"], "nowhere does not exist"),
        (["serve", "{tmp}", "--alias", "gpt-4"], "NAME=MODEL"),
        (["serve", "{tmp}", "--alias", "a=x", "--alias", "a=y"], "given twice"),
        (["serve", "{tmp}", "--dialect", "latin"], "latin"),
        (["serve", "{tmp}", "--config", "{tmp}"], "directory"),
        (["serve", "{tmp}", "--port", "0", "--host", "no.such.host.invalid"], "--allow-anonymous"),
        (["convert", "{tmp}", "-o", "{tmp}/x.ofpga", "--name", " "], "name"),
        (["chat"], "MODEL"),
        (["chat", "--url", "127.0.0.1:5000"], "http://"),
        (["chat", "--url", "http://127.0.0.1:1", "--temperature", "nan"], "0 to 2"),
        (["chat", "--url", "http://127.0.0.1:1"], "http://127.0.0.1:1/v1/models"),
        (["fly"], "fly"),
        ([], "COMMAND"),
    ],
)
def test_errors_are_one_clear_line(
    arguments: list[str],
    reason: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        status = main([argument.format(tmp=tmp_path) for argument in arguments])
    except SystemExit as error:
        status = error.code  # type: ignore[assignment]
    assert status == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert len(output.err.strip().splitlines()) == 1
    assert reason in output.err


def test_services_open_once_and_before_a_model_is_loaded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    happened = []

    @contextlib.asynccontextmanager
    async def opening(config: ServerConfig) -> AsyncIterator[Services]:
        happened.append("services")
        async with open_services(config) as services:
            yield services
        happened.append("closed")

    def loading(*_: object, **__: object) -> NoReturn:
        happened.append("model")
        raise ValueError("no such thing as a model")

    monkeypatch.setattr("openfpga_server.services.open_services", opening)
    monkeypatch.setattr("openfpga_server.loading.opened_models", loading)
    assert main(["serve", str(tmp_path)]) == 2
    assert happened == ["services", "model", "closed"]
    happened.clear()
    # A folder is no database.
    monkeypatch.setenv("OPENFPGA_ACCOUNTS_DATABASE", f"sqlite+aiosqlite:///{tmp_path}")
    assert main(["serve", str(tmp_path)]) == 2
    assert happened == ["services"]
    assert "cannot open the database" in capsys.readouterr().err


def test_devices_says_what_is_usable_and_why_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["devices"]) == 0
    lines = capsys.readouterr().out
    assert re.search(r"^reference +usable ", lines, re.MULTILINE)
    assert re.search(r"^pynq +not here +\S", lines, re.MULTILINE)
    assert main(["devices", "--json"]) == 0
    devices = json.loads(capsys.readouterr().out)
    assert {"csim", "reference", "verilator", "pynq"} <= {device["name"] for device in devices}
    for device in devices:
        assert device["available"] == (device["capabilities"] is not None)
        assert device["detail"]
