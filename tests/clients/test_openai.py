"""OpenAI's own SDKs against the demonstration model: Python of today and of the 1.x line, Node."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


def run_scenarios(command: Sequence[str | Path], server: str, crowded: str, folder: Path) -> None:
    """Run a client's scenarios; all must pass, and somebody must have met the full queue."""
    done = subprocess.run(
        [*command, server, crowded], cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    results: dict[str, str | None] = json.loads(done.stdout)
    failed = [f"{name}: {failure}" for name, failure in results.items() if failure is not None]
    assert not failed, "\n\n".join(failed)
    assert len(results) > 10
    assert refusals(crowded) > 0


def refusals(server: str) -> float:
    """How many requests the server has answered 503."""
    with urllib.request.urlopen(f"{server}/metrics", timeout=30) as answer:
        text = answer.read().decode()
    counts = re.findall(r'openfpga_requests_total\{[^}]*status="503"[^}]*\} (\S+)', text)
    return sum(map(float, counts))


def install(command: Sequence[str | Path], folder: Path, marker: Path) -> None:
    """Install a client once; the test is skipped where that cannot be (no network)."""
    if marker.exists():
        return
    done = subprocess.run([*command], cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode != 0:
        pytest.skip(f"cannot be installed here: {done.stderr[-300:]}")
    marker.touch()


def test_current_python_sdk(server: str, crowded: str) -> None:
    run_scenarios([sys.executable, HERE / "openai_scenario.py"], server, crowded, HERE)


@pytest.mark.clients
def test_python_sdk_of_the_1_x_line(server: str, crowded: str, tools_folder: Path) -> None:
    folder = tools_folder / "openai-1"
    install([sys.executable, "-m", "venv", folder], tools_folder, folder / ".venv-made")
    pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet"]
    install([*pip, "--disable-pip-version-check", "openai<2"], folder, folder / ".installed")
    run_scenarios([folder / "bin" / "python", HERE / "openai_scenario.py"], server, crowded, folder)


@pytest.mark.clients
def test_node_sdk(server: str, crowded: str, tools_folder: Path) -> None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node and npm are not installed (Debian: apt-get install nodejs npm)")
    folder = tools_folder / "node"
    folder.mkdir(exist_ok=True)
    (folder / "package.json").write_text('{"private": true}\n')
    install([npm, "install", "--no-audit", "--no-fund", "openai@6"], folder, folder / ".installed")
    run_scenarios([node, HERE / "openai_scenario.mjs"], server, crowded, folder)
