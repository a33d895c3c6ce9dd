"""What programs read to learn about this server: /.well-known/* and /llms.txt."""

from __future__ import annotations

import asyncio

import msgspec
from aiohttp import web

from openfpga_server.protocol.operations import PluginApi, PluginAuth, PluginManifest
from openfpga_server.registry import ServedEncoder
from openfpga_server.state import DOCUMENT, STATE

_ABOUT = "Open large language models on FPGA cards, behind OpenAI-compatible APIs."


async def get_openapi_json(request: web.Request) -> web.Response:
    """This document, as JSON."""
    return web.Response(body=await _document(request, "json"), content_type="application/json")


async def get_openapi_yaml(request: web.Request) -> web.Response:
    """This document, as YAML."""
    return web.Response(body=await _document(request, "yaml"), content_type="application/yaml")


async def get_ai_plugin(request: web.Request) -> web.Response:
    """The plugin manifest, which points to this document."""
    base = _base(request)
    keyed = request.app[STATE].config.api_key is not None
    body = PluginManifest(
        schema_version="v1",
        name_for_human="OpenFPGA",
        name_for_model="openfpga",
        description_for_human=_ABOUT,
        description_for_model=f"{_ABOUT} Chat, text completion, tool calling and structured output.",
        auth=PluginAuth(type="user_http", authorization_type="bearer") if keyed else PluginAuth(type="none"),
        api=PluginApi(type="openapi", url=f"{base}/.well-known/openapi.yaml"),
        logo_url="https://openfpga.ai/logo.png",
        contact_email="support@openfpga.ai",
        legal_info_url="https://openfpga.ai/terms",
    )
    return web.Response(body=msgspec.json.encode(body), content_type="application/json")


async def get_llms_text(request: web.Request) -> web.Response:
    """What a language model should know of this server (llmstxt.org)."""
    state, base = request.app[STATE], _base(request)
    lines = [
        "# OpenFPGA",
        "",
        f"> {_ABOUT} Use any OpenAI SDK with `base_url` set to one of the base URLs below.",
        "",
        "## Base URLs",
        "",
    ]
    lines += [f"- {base}{mount.base}/v1: {mount.dialect.title}" for mount in state.config.mounts]
    key = (
        "every request needs"
        if state.config.api_key is not None
        else "no key is asked for; SDKs may send any as"
    )
    lines += ["", f"Authentication: {key} `Authorization: Bearer KEY`.", "", "## Models", ""]
    for card in state.registry.cards:
        facts = [f"alias of {card.alias_of}"] if card.alias_of else []
        if card.model is None:
            facts.append("coming soon")
        else:
            facts.append(f"{card.model.max_context} tokens of context")
            if isinstance(card.model, ServedEncoder):
                facts.append("makes embeddings and writes no text")
        if card.entry and card.entry.pricing and not card.alias_of:
            pricing = card.entry.pricing
            facts.append(
                f"${pricing.input_per_million} in, ${pricing.output_per_million} out for a million tokens"
            )
        lines.append(f"- `{card.id}`: {', '.join(facts)}")
    lines += ["", "## Endpoints", ""]
    operations = msgspec.json.decode(await _document(request, "json"))["paths"]
    for path, methods in operations.items():
        if path.startswith("/v1/"):
            lines += [
                f"- {method.upper()} {path}: {operation['summary']}" for method, operation in methods.items()
            ]
    lines += [
        "",
        "## Documents",
        "",
        f"- [OpenAPI 3.1]({base}/.well-known/openapi.yaml): every endpoint, field and error",
        "",
    ]
    return web.Response(text="\n".join(lines), content_type="text/plain", charset="utf-8")


async def _document(request: web.Request, kind: str) -> bytes:
    """The OpenAPI document, made when it is first asked for."""
    document = request.app[DOCUMENT]
    # In a thread: YAML of this size takes longer than the event loop can spare.
    return await asyncio.to_thread(document.yaml if kind == "yaml" else document.json)


def _base(request: web.Request) -> str:
    return f"{request.scheme}://{request.host}"
