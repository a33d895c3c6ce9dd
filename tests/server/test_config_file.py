"""The configuration file: a key, and where which dialect is spoken."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from openfpga_server.catalogue import read_catalogue
from openfpga_server.cli import main
from openfpga_server.config_file import ServerSection, mounts_of, read_config_file
from openfpga_server.dialects import DEEPINFER, GATEWAY, OPENFPGA, VOLTAGE

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "server.md").read_text()


def test_document_s_example_is_read(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text('server:\n  api_key: "your-secret-key"\n')
    section = read_config_file(path).server
    assert section.api_key == "your-secret-key"
    assert "secret" not in repr(section)


def test_examples_of_the_documentation_are_valid(tmp_path: Path) -> None:
    (config,) = re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL)
    (tmp_path / "config.yaml").write_text(config)
    assert len(mounts_of(read_config_file(tmp_path / "config.yaml").server, None)) == 2
    (catalogue,) = re.findall(r"```toml\n(.*?)```", DOCS, re.DOTALL)
    (tmp_path / "models.toml").write_text(catalogue)
    (entry,) = read_catalogue(tmp_path / "models.toml")
    assert {getattr(entry, name) is None for name in entry.__struct_fields__} == {False}


def test_toml_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[server]\ndialect = "voltage"\n')
    assert read_config_file(path).server.dialect == "voltage"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("server:\n  apikey: x\n", "unknown field `apikey`"),
        ("serve:\n  api_key: x\n", "unknown field `serve`"),
        ("server:\n  api_key: 5\n", "got `int`"),
        ("- x\n", "got `array`"),
        ("server: {", "not valid YAML"),
    ],
)
def test_malformed_file_is_one_clear_line(
    tmp_path: Path, text: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text)
    assert main(["serve", str(tmp_path), "--config", str(path)]) == 2
    error = capsys.readouterr().err
    assert reason in error
    assert "config.yaml" in error
    assert len(error.splitlines()) == 1


def test_key_is_in_no_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "config.yaml"
    for key in ("s\u00e9cret-key", ""):
        path.write_text(f'server:\n  api_key: "{key}"\n')
        assert main(["serve", str(tmp_path), "--config", str(path)]) == 2
        assert "cret-key" not in capsys.readouterr().err


def test_mounts_are_configuration() -> None:
    assert [mount.dialect for mount in mounts_of(ServerSection(), None)] == [
        OPENFPGA,
        GATEWAY,
        VOLTAGE,
        DEEPINFER,
    ]
    assert mounts_of(ServerSection(dialect="voltage"), None)[0].dialect is VOLTAGE
    assert mounts_of(ServerSection(dialect="voltage"), "gateway")[0].dialect is GATEWAY
    section = ServerSection(mounts={"/v1": "gateway", "/x/v1": "deepinfer"})
    assert {mount.base: mount.dialect for mount in mounts_of(section, None)} == {"": GATEWAY, "/x": DEEPINFER}
    assert mounts_of(section, "voltage")[0].dialect is VOLTAGE


@pytest.mark.parametrize(
    ("mounts", "reason"),
    [
        ({"/v1": "latin"}, "'latin'; there are openfpga, gateway"),
        ({"/v1": "gateway", "/api": "gateway"}, "ends in /v1"),
        ({"/api/v1": "gateway"}, "at '/v1'"),
        ({"/v1": "gateway", "api/v1": "gateway"}, "such as '/api'"),
    ],
)
def test_mounts_that_make_no_sense_are_refused(mounts: dict[str, str], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        mounts_of(ServerSection(mounts=mounts), None)
