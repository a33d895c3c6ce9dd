"""Make `recipe`, which is not installed, importable from models/."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

MODELS = Path(__file__).resolve().parent.parent.parent / "models"
if str(MODELS) not in sys.path:
    sys.path.insert(0, str(MODELS))


@pytest.fixture(scope="session")
def models_folder() -> Path:
    """The folder of the demonstration model and its recipe."""
    return MODELS
