"""Settings: from flags, environment and file, with where each comes from; wrong ones are told in one line."""

from __future__ import annotations

import contextlib
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openfpga_server.catalogue import read_catalogue
from openfpga_server.cli import main
from openfpga_server.config import MountsConfig, PaymentsConfig, ServerConfig
from openfpga_server.config_file import all_settings, mounts_of, read_settings, table
from openfpga_server.dialects import DEEPINFER, GATEWAY, OPENFPGA, VOLTAGE
from openfpga_server.setting_kinds import Pairs
from openfpga_server.settings import without_password

DOCS = Path(__file__).resolve().parents[2] / "docs"


def of_file(path: Path, text: str, **environment: str) -> Any:
    """Settings of a configuration file."""
    path.write_text(text)
    return read_settings({}, environment, path)


def test_document_s_example_is_read(tmp_path: Path) -> None:
    settings = of_file(tmp_path / "config.yaml", 'server:\n  api_key: "your-secret-key"\n')
    assert settings.server.api_key == "your-secret-key"
    assert "secret-key" not in repr(settings.server)
    assert "secret-key" not in settings.report()


def test_examples_of_the_documentation_are_valid(tmp_path: Path) -> None:
    (tmp_path / "demo.ofpga").touch()
    for name in ("server.md", "configuration.md", "operations.md"):
        for text in re.findall(
            r"```yaml\n(# openfpga.yaml\n.*?|server:.*?)```", (DOCS / name).read_text(), re.DOTALL
        ):
            of_file(tmp_path / "config.yaml", text.replace("/opt/openfpga/build/", ""))
    (catalogue,) = re.findall(r"```toml\n(.*?)```", (DOCS / "server.md").read_text(), re.DOTALL)
    (tmp_path / "models.toml").write_text(catalogue)
    (entry,) = read_catalogue(tmp_path / "models.toml")
    assert {getattr(entry, name) is None for name in entry.__struct_fields__} == {False}


def test_every_setting_is_documented() -> None:
    assert table() in (DOCS / "configuration.md").read_text(), (
        "python -m openfpga_server.config_file prints it"
    )


def test_names_are_unique_and_every_default_is_valid() -> None:
    settings = all_settings()
    for names in (
        [each.name for each in settings],
        [each.environment for each in settings],
        [each.flag for each in settings if each.flag],
    ):
        assert len(set(names)) == len(names)
    for each in settings:
        if each.default is not None:
            assert each.read(each.default, "") == each.default


def test_secrets_have_no_flag() -> None:
    secret = {each.name for each in all_settings() if each.secret}
    assert secret == {"server.api_key", "accounts.pepper", "payments.facilitator_header"}
    assert not any(each.flag for each in all_settings() if each.secret)


def test_flag_goes_before_environment_before_file_before_default(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text("[server]\nport = 1\ndrain_timeout = 2.5\nhost = 'a'\n[payments]\nprice = 0.000125\n")
    environment = {"OPENFPGA_SERVER_PORT": "2", "OPENFPGA_SERVER_HOST": "b", "HOME": "/"}
    settings = read_settings({"server.port": 3}, environment, path)
    assert (settings.server.port, settings.server.host, settings.server.drain_timeout) == (3, "b", 2.5)
    assert settings.server.payments.price == Decimal("0.000125")
    sources = {name: value.source for name, value in settings.values.items()}
    assert sources["server.port"] == "--port"
    assert sources["server.host"] == "OPENFPGA_SERVER_HOST"
    assert sources["server.drain_timeout"] == str(path)
    assert sources["log.level"] == "default"
    assert read_settings({}, {"OPENFPGA_CONFIG": str(path)}).server.port == 1


def test_toml_and_yaml_say_the_same(tmp_path: Path) -> None:
    toml = of_file(tmp_path / "c.toml", '[server]\ndialect = "voltage"\nallow_anonymous = true\n')
    yaml = of_file(tmp_path / "c.yaml", "server: {dialect: voltage, allow_anonymous: yes}\nlog:\n")
    assert toml.server == yaml.server
    assert toml.server.mounts[0].dialect is VOLTAGE
    assert toml.server.allow_anonymous


def test_paths_of_a_file_are_relative_to_it(tmp_path: Path) -> None:
    (tmp_path / "a.ofpga").touch()
    text = "models: {images: [a.ofpga], named: {b: a.ofpga}}\naccounts: {pepper_file: p}\n"
    settings = of_file(tmp_path / "c.yaml", text)
    assert settings.models.images == (tmp_path / "a.ofpga",)
    assert settings.models.named == (("b", str(tmp_path / "a.ofpga")),)
    assert settings.server.accounts.pepper_file == tmp_path / "p"


def test_lists_and_tables_of_the_environment_have_commas(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    environment = {
        "OPENFPGA_MODELS_IMAGES": f"{tmp_path}/a, {tmp_path}/a",
        "OPENFPGA_MODELS_ALIAS": "x=a, y=a",
    }
    models = read_settings({}, environment).models
    assert models.images == (tmp_path / "a",) * 2
    assert models.alias == (("x", "a"), ("y", "a"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("server:\n  apikey: x\n", "no setting 'server.apikey'; perhaps you mean 'server.api_key'"),
        ("serve:\n  api_key: x\n", "no section 'serve'; perhaps you mean 'server'"),
        ("accounts:\n  api_key: x\n", "perhaps you mean 'server.api_key'"),
        ("server:\n  zebra: x\n", "docs/configuration.md lists all"),
        ("server:\n  api_key: 5\n", "server.api_key: expected printable ASCII"),
        ("server:\n  port: 99999\n", "server.port: expected a whole number from 0 to 65535, got 99999"),
        ("server:\n  port: true\n", "server.port: expected a whole number"),
        ("server:\n  drain_timeout: .nan\n", "server.drain_timeout: expected seconds"),
        ("server:\n  host: {a: b}\n", "got a table"),
        ("models:\n  images: nowhere\n", "nowhere does not exist"),
        ("models:\n  alias: {a: 5}\n", "models.alias: expected NAME=MODEL"),
        ("payments:\n  price: 0.0000001\n", "to the micro-dollar"),
        ("payments:\n  facilitator_header: pass-word\n", "expected a header as NAME: VALUE"),
        ("payments:\n  facilitator_header: 'a b: pass-word'\n", "expected a header as NAME: VALUE"),
        ("payments:\n  facilitator_header: 'X-Key: pass\tword'\n", "expected a header as NAME: VALUE"),
        ("payments:\n  facilitator_header: X-Key: pass-word\n", "not valid YAML"),
        ("accounts:\n  database: mysql://u:pass-word@h/x\n", "got 'mysql://u:***@h/x'"),
        ("server: 5\n", "expected settings"),
        ("- x\n", "got a list"),
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
    assert "byte string" not in error
    assert len(error.splitlines()) == 1


def test_unknown_name_in_the_environment_is_told() -> None:
    with pytest.raises(
        ValueError, match=r"no setting OPENFPGA_SERVER_PROT; perhaps .* 'OPENFPGA_SERVER_PORT'"
    ):
        read_settings({}, {"OPENFPGA_SERVER_PROT": "1"})
    with pytest.raises(ValueError, match="environment, OPENFPGA_SERVER_PORT: expected a whole number"):
        read_settings({}, {"OPENFPGA_SERVER_PORT": "x"})
    assert read_settings({}, {"OPENFPGA_STATE_DIR": "/x"}).server == ServerConfig()


def test_key_is_in_no_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "config.yaml"
    for key in ("s\u00e9cret-key", ""):
        path.write_text(f'server:\n  api_key: "{key}"\n')
        assert main(["serve", str(tmp_path), "--config", str(path)]) == 2
        assert "cret-key" not in capsys.readouterr().err


def test_password_does_not_belong_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--accounts-database", "postgresql://me:pass-word@host/x"]) == 2
    error = capsys.readouterr().err
    assert "OPENFPGA_ACCOUNTS_DATABASE" in error
    assert "pass-word" not in error


def test_print_config_masks_what_is_secret(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENFPGA_SERVER_API_KEY", "my-secret")
    monkeypatch.setenv("OPENFPGA_ACCOUNTS_PEPPER", "my-secret")
    monkeypatch.setenv("OPENFPGA_PAYMENTS_FACILITATOR_HEADER", "Authorization: Bearer my-secret")
    monkeypatch.setenv("OPENFPGA_LIMITS_REDIS_URL", "redis://:my-secret@host:1/0")
    monkeypatch.setenv("OPENFPGA_ACCOUNTS_DATABASE", "postgresql+asyncpg://me:my-secret@host/x")
    assert main(["serve", "--print-config", "--port", "1"]) == 0
    out = capsys.readouterr().out
    assert "my-secret" not in out
    assert re.search(r"^server\.api_key +\(secret\) +OPENFPGA_SERVER_API_KEY$", out, re.MULTILINE)
    assert "redis://:***@host:1/0" in out
    assert "postgresql+asyncpg://me:***@host/x" in out
    assert re.search(r"^server\.port +1 +--port$", out, re.MULTILINE)
    assert len(out.splitlines()) == len(all_settings())


def test_mounts_are_configuration() -> None:
    def spoken(dialect: str | None = None, mounts: Pairs = ()) -> dict[str, Any]:
        return {m.base: m.dialect for m in mounts_of(MountsConfig(dialect=dialect, mounts=mounts))}

    assert list(spoken().values()) == [OPENFPGA, GATEWAY, VOLTAGE, DEEPINFER]
    assert spoken("voltage")[""] is VOLTAGE
    two = (("/v1", "gateway"), ("/x/v1", "deepinfer"))
    assert spoken(None, two) == {"": GATEWAY, "/x": DEEPINFER}
    assert spoken("voltage", two)[""] is VOLTAGE


@pytest.mark.parametrize(("seconds", "expected"), [(0.0, None), (3.0, 3.0)])
def test_silence_of_streams_is_a_setting(seconds: float, expected: float | None) -> None:
    mounts = mounts_of(MountsConfig(stream_comment=seconds))
    assert {mount.dialect.keep_alive for mount in mounts} == {expected}


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
        mounts_of(MountsConfig(mounts=tuple(mounts.items())))


def test_settings_made_in_code_are_checked_too() -> None:
    with pytest.raises(ValueError, match=r"server\.port: expected a whole number"):
        ServerConfig(port=-1)
    with pytest.raises(ValueError, match=r"payments\.price"):
        PaymentsConfig(price=Decimal("-1"))


@given(st.text(max_size=200))
def test_any_text_is_a_value_or_one_line(text: str) -> None:
    for each in all_settings():
        with contextlib.suppress(ValueError):
            value = each.read(text, "here")
            # Read again it is the same, and it can be shown.
            assert each.read(value, "here") == value
            assert each.display(value) is not None


@given(st.text(alphabet=st.characters(exclude_characters="/@:"), min_size=1))
def test_passwords_of_urls_are_masked(password: str) -> None:
    assert without_password(f"redis://u:{password}@h") == "redis://u:***@h"
