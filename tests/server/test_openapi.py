"""Our own OpenAPI document: valid, complete, and what programs read to find it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from aiohttp import ClientSession
from openapi_spec_validator import OpenAPIV31SpecValidator
from openfpga_server.app import create_app
from openfpga_server.catalogue import default_catalogue
from openfpga_server.config import ServerConfig
from openfpga_server.dialects import DEEPINFER, default_mounts
from openfpga_server.openapi import openapi
from openfpga_server.registry import ModelRegistry, ServedModel

from .conftest import running_registry

CONFIGS = [ServerConfig(), ServerConfig(api_key="secret"), ServerConfig(mounts=default_mounts(DEEPINFER))]


@pytest.fixture(scope="module", params=range(len(CONFIGS)), ids=["plain", "key", "deepinfer"])
def document(request: pytest.FixtureRequest) -> Any:
    """The document of a server, as a reader gets it."""
    return msgspec.json.decode(msgspec.json.encode(openapi(CONFIGS[request.param])))


def test_document_is_valid(document: Any) -> None:
    errors = [
        f"{list(error.path)}: {error.message}" for error in OpenAPIV31SpecValidator(document).iter_errors()
    ]
    assert errors == []


async def test_every_route_is_in_the_document_and_nothing_else(model: ServedModel) -> None:
    app = create_app(ModelRegistry([model]))
    routes = {
        f"{route.method} {route.resource.canonical}"
        for route in app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    routes = {route for route in routes if not re.match(r"GET /(portal/.*)?$", route)}
    paths = openapi(ServerConfig())["paths"]
    assert {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods} == routes


def test_every_operation_is_told_apart_and_described(document: Any) -> None:
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    for operation in operations:
        assert operation["summary"].endswith(".")
        assert operation["responses"]
    schemas = document["components"]["schemas"]
    assert all(schema.get("description") or "enum" in schema for schema in schemas.values())


def test_dialects_differ_where_their_documents_do() -> None:
    paths = openapi(ServerConfig())["paths"]

    def chat(base: str, path: str = "/v1/chat/completions") -> Any:
        return paths[base + path]["post"]

    def narrowed(base: str, path: str = "/v1/chat/completions") -> Any:
        return chat(base, path)["requestBody"]["content"]["application/json"]["schema"]["allOf"][1]

    assert narrowed("")["required"] == ["model"]
    assert "required" not in narrowed("/deepinfer")
    assert narrowed("", "/v1/embeddings")["required"] == ["input"]
    assert narrowed("/api/voltage", "/v1/embeddings")["required"] == ["model", "input"]
    assert "required" not in narrowed("", "/v1/images/generations")
    assert narrowed("/api")["properties"]["n"]["maximum"] == 1
    assert narrowed("/api/voltage")["properties"]["n"]["maximum"] == 10
    errors = {
        base: chat(base)["responses"]["400"]["content"]["application/json"]["schema"]["$ref"].split("/")[-1]
        for base in ("", "/api", "/api/voltage", "/deepinfer")
    }
    assert list(errors.values()) == ["ErrorBody", "GatewayErrorBody", "VoltageErrorBody", "DetailBody"]
    assert {"X-VoltageGPU-Key": []} in chat("/api/voltage")["security"]
    assert {} in chat("")["security"]


def test_a_server_with_a_key_says_so() -> None:
    paths = openapi(ServerConfig(api_key="secret"))["paths"]
    assert paths["/v1/models"]["get"]["security"] == [{"bearer": []}]
    assert paths["/health"]["get"]["security"] == []


class TestServed:
    @pytest.fixture
    async def url(self, model: ServedModel) -> AsyncIterator[str]:
        registry = ModelRegistry([model], catalogue=default_catalogue(), aliases={"gpt-4": "alphabet"})
        async with running_registry(registry, ServerConfig(port=0)) as address:
            yield address

    async def test_yaml_and_json_are_the_same(self, http: ClientSession) -> None:
        async with http.get("/.well-known/openapi.json") as response:
            assert response.content_type == "application/json"
            document = await response.json()
        async with http.get("/.well-known/openapi.yaml") as response:
            assert response.content_type == "application/yaml"
            text = await response.read()
        assert msgspec.yaml.decode(text) == document
        assert b"&id" not in text

    async def test_plugin_manifest_points_to_the_document(self, http: ClientSession, url: str) -> None:
        async with http.get("/.well-known/ai-plugin.json") as response:
            manifest = await response.json()
        assert manifest["api"] == {"type": "openapi", "url": f"{url}/.well-known/openapi.yaml"}
        assert manifest["auth"] == {"type": "none"}
        async with http.get(manifest["api"]["url"]) as response:
            assert response.status == 200

    async def test_llms_text_has_models_base_urls_and_endpoints(self, http: ClientSession, url: str) -> None:
        async with http.get("/llms.txt") as response:
            assert response.content_type == "text/plain"
            text = await response.text()
        assert text.startswith("# OpenFPGA\n\n> ")
        lines = text.splitlines()
        assert "- `alphabet`: 512 tokens of context" in lines
        assert "- `gpt-4`: alias of alphabet, 512 tokens of context" in lines
        assert "- `llama-3.1-8b-fpga`: coming soon, $0.10 in, $0.15 out for a million tokens" in lines
        assert f"- {url}/api/v1: OpenFPGA Inference Gateway" in lines
        assert any(line.startswith("- POST /v1/chat/completions: ") for line in lines)
