"""docs/server.md says what the server does: endpoints, fields, metrics, error codes."""

from __future__ import annotations

import re
from pathlib import Path

from openfpga_server.app import create_app
from openfpga_server.dialects import default_mounts
from openfpga_server.mounts import API, PORTAL
from openfpga_server.mounts import ROOT as ROOT_ROUTES
from openfpga_server.protocol.chat import ChatRequest
from openfpga_server.protocol.completions import CompletionRequest
from openfpga_server.registry import ModelRegistry, ServedModel
from openfpga_server.state import STATE

ROOT = Path(__file__).resolve().parents[2]
DOCS = (ROOT / "docs" / "server.md").read_text()
WORDS = set(re.findall(r"[a-z_0-9]+", DOCS))


def test_every_endpoint_is_documented() -> None:
    routes = (*ROOT_ROUTES, *PORTAL, *API)
    served = {f"{route.method} {route.path}".replace("{model:.+}", "{id}") for route in routes}
    assert served | {"GET /"} == set(re.findall(r"`((?:GET|POST|DELETE) /[^`]*)`", DOCS))


def test_every_mount_is_documented() -> None:
    for mount in default_mounts():
        assert f"| `{mount.base}/v1` | `{mount.dialect.name}` |" in DOCS


async def test_every_metric_is_documented(model: ServedModel) -> None:
    app = create_app(ModelRegistry([model]))
    text = app[STATE].metrics.exposition("")[0].decode()
    metrics = {
        name for name in re.findall(r"^# TYPE (\S+)", text, re.MULTILINE) if not name.endswith("_created")
    }
    ours = {name for name in metrics if name.startswith("openfpga_")}
    assert ours == set(re.findall(r"`(openfpga_[a-z_]+)[`{]", DOCS))
    assert {"process_resident_memory_bytes", "python_gc_collections_total"} <= metrics


def test_every_request_field_is_documented() -> None:
    fields = {*ChatRequest.__struct_fields__, *CompletionRequest.__struct_fields__}
    assert fields <= WORDS


def test_every_error_code_is_documented() -> None:
    sources = (ROOT / "server" / "openfpga_server").rglob("*.py")
    codes = {code for path in sources for code in re.findall(r'code="([a-z_]+)"', path.read_text())}
    assert len(codes) > 4
    assert codes <= WORDS
