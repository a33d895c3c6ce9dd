"""Servers of the demonstration model on csim, as processes, for clients of all kinds."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def serving(image: Path, *flags: str) -> Iterator[str]:
    """The URL of a server process, killed at the end."""
    command = [sys.executable, "-m", "openfpga_server.cli", "serve", str(image), "--port", "0"]
    with subprocess.Popen(
        [*command, "--name", "demo", "--log-level", "error", *flags],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                match = re.search(r"(http://\S+)/v1$", line.strip())
                if match:
                    break
            else:
                raise AssertionError(process.stderr.read() if process.stderr else "")
            yield match[1]
        finally:
            process.kill()


@pytest.fixture(scope="session")
def server(demo_image: Path) -> Iterator[str]:
    """A server's URL, without /v1."""
    with serving(demo_image) as url:
        yield url


@pytest.fixture(scope="session")
def crowded(demo_image: Path) -> Iterator[str]:
    """A server that computes one request and lets one wait; all others are told to come back."""
    with serving(demo_image, "--rows", "1", "--max-queue", "1") as url:
        yield url


@pytest.fixture(scope="session")
def tools_folder() -> Path:
    """Where clients that are no part of the development environment are installed, and stay."""
    folder = ROOT / "build" / "clients"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
