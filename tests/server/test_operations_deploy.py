"""What is shipped to run the server elsewhere, as far as it can be checked here."""

from __future__ import annotations

import configparser
import os
import re
import resource
import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from openfpga_server.config_file import all_settings
from openfpga_server.notify import notify
from openfpga_server.process import raise_file_limit

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "deploy" / "openfpga.service"
CONTAINER = (ROOT / "deploy" / "Containerfile").read_text()
DOCS = (ROOT / "docs" / "operations.md").read_text()


def unit() -> configparser.SectionProxy:
    """The unit's [Service]."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(UNIT)
    return parser["Service"]


def test_unit_waits_for_a_whole_drain_and_is_told_when_it_is_ready() -> None:
    service = unit()
    timeout = next(each.default for each in all_settings() if each.name == "server.drain_timeout")
    assert int(service["TimeoutStopSec"]) >= timeout + 30
    assert service["Type"] == "notify"
    assert service["User"] in (ROOT / "deploy" / "openfpga.sysusers").read_text()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", UNIT.read_text(), flags=re.MULTILINE)
    (tmp_path / "openfpga.service").write_text(text)
    command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / "openfpga.service")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "openfpga.service" not in done.stderr, done.stderr
    assert done.returncode == 0, done.stderr


def test_container_copies_what_is_there_and_runs_as_nobody_special() -> None:
    sources = [
        word
        for line in re.findall(r"^COPY (?!--)(.*) \S+$", CONTAINER, re.MULTILINE)
        for word in line.split()
    ]
    ignored = (ROOT / ".dockerignore").read_text()
    for source in sources:
        assert (ROOT / source).exists()
        assert f"!{source}\n" in ignored
    assert re.search(r"^USER [1-9]", CONTAINER, re.MULTILINE)
    assert "/health" in CONTAINER
    known = {each.environment for each in all_settings()} | {"OPENFPGA_STATE_DIR", "OPENFPGA_CSIM_DIR"}
    assert set(re.findall(r"OPENFPGA_[A-Z_]+", CONTAINER)) <= known


def test_reasons_of_refusals_are_documented() -> None:
    sources = (ROOT / "server" / "openfpga_server").glob("*.py")
    text = "".join(path.read_text() for path in sources)
    reasons = set(re.findall(r'(?:refused\(|Overloaded\(\s*|, )"([a-z_]+)"(?:\)|, (?:_|f"))', text))
    documented = {
        word for row in DOCS.splitlines() if row.startswith("| ") for word in re.findall(r"`([a-z_]+)`", row)
    }
    expected = {"connections", "connections_per_address", "header_timeout", "header_bytes", "malformed"}
    expected |= {"requests", "queue", "wait", "unread"}
    assert expected <= documented
    assert expected <= reasons | {"header_timeout", "header_bytes"}


def test_alerts_name_metrics_that_there_are() -> None:
    server = (ROOT / "docs" / "server.md").read_text()
    for name in set(re.findall(r"\b(openfpga_[a-z_]+)\b", DOCS)):
        assert re.search(rf"`{name.removesuffix('_bucket')}[`{{]", server), name


def test_service_manager_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify("READY=1")
    for address in (str(tmp_path / "s"), f"@openfpga-test-{os.getpid()}"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
            listener.bind(address.replace("@", "\0", 1) if address.startswith("@") else address)
            listener.settimeout(5)
            monkeypatch.setenv("NOTIFY_SOCKET", address)
            notify("READY=1")
            assert listener.recv(100) == b"READY=1"
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    notify("READY=1")


def test_limit_of_files_is_raised_to_what_connections_need(caplog: pytest.LogCaptureFixture) -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (600, before[1]))
        raise_file_limit(500)
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= 756
        if before[1] != resource.RLIM_INFINITY:
            raise_file_limit(before[1] * 2)
            assert "max_connections" in caplog.text
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
