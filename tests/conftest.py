"""What test folders share: the demonstration model's checkpoint and its device image, made once a session."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

# Before NumPy is imported: OpenBLAS's threads spin, and a busy machine makes small products 20 times slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest

pytest_plugins = ["support.servers"]

ROOT = Path(__file__).resolve().parent.parent
_RECURSION_LIMIT = sys.getrecursionlimit()


def pytest_collection_finish() -> None:
    """py_ecc, which eth-account imports, allows 100,000 calls: endless ones overflow the stack first."""
    sys.setrecursionlimit(_RECURSION_LIMIT)


@pytest.fixture(scope="session")
def demo_checkpoint() -> Path:
    """The demonstration model as a Hugging Face folder."""
    return ROOT / "models" / "demo"


@pytest.fixture(scope="session")
def demo_image(demo_checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration model's device image, with the converter's defaults."""
    from openfpga_host.convert import convert

    path = tmp_path_factory.mktemp("image") / "demo.ofpga"
    convert(demo_checkpoint, path)
    return path


@pytest.fixture(scope="session", autouse=True)
def _state_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Servers and commands that tests start keep their database here, and not in their user's folder."""
    folder = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENFPGA_STATE_DIR", str(folder))
        yield


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """`openfpga serve` in this process sends the log to a stream that ends with the test."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
