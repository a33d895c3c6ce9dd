"""The contract's package is a tool of the repository, not of the installed project: found from the root."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's root."""
    return ROOT


def _number(value: Any) -> Any:
    if isinstance(value, str):
        return int(value, 16)
    return [_number(item) for item in value] if isinstance(value, list) else value


@pytest.fixture(scope="session")
def golden(root: Path) -> dict[str, Any]:
    """golden/encodings.json: `fields` as integers or lists of them, `bytes` as bytes."""
    content: dict[str, Any] = json.loads((root / "golden" / "encodings.json").read_text(encoding="utf-8"))
    for case in [*content["commands"], *content["records"]]:
        case["fields"] = {name: _number(value) for name, value in case["fields"].items()}
        case["bytes"] = bytes.fromhex("".join(case["bytes"]))
    content["registers"] = {name: _number(value) for name, value in content["registers"].items()}
    return content
