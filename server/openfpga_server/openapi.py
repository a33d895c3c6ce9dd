"""Our own OpenAPI 3.1 document, generated from the routes and the structs of requests and answers."""

from __future__ import annotations

import inspect
import re
from collections.abc import Sequence
from functools import cache
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

import msgspec

from openfpga_server.config import ServerConfig
from openfpga_server.dialect import Dialect, Mount
from openfpga_server.mounts import Route, routes
from openfpga_server.payments.protocol import PAID_ENDPOINTS
from openfpga_server.protocol.embeddings import EmbeddingRequest
from openfpga_server.protocol.images import ImageRequest

Json = dict[str, Any]

_REF = "#/components/schemas/{name}"
_ABOUT = (
    "Open large language models on FPGA cards. Every base URL speaks the dialect of one API document; they "
    "differ in defaults, limits and the shape of errors. `null` means left out; fields that are not named "
    "are ignored."
)
_POST_ERRORS = {
    400: "The request is wrong; the message says where.",
    401: "No API key, or a wrong one.",
    403: "The key may not do this, or its budget or quota is used up.",
    404: "There is no such model.",
    408: "The body did not arrive in time.",
    413: "The body is too large.",
    415: "The body is not declared as application/json.",
    429: "The account's limits are used up, or too many requests wait; come back after Retry-After seconds.",
    500: "The device or the server failed.",
    503: "The server is full or going away; come back after Retry-After seconds.",
}
_LIMIT_HEADERS = {
    name: {"schema": {"type": "integer"}, "description": description}
    for name, description in {
        "Retry-After": "Seconds to wait before retrying.",
        "X-RateLimit-Limit": "Requests in any minute.",
        "X-RateLimit-Remaining": "Of them left now.",
        "X-RateLimit-Reset": "Unix time when none of those used counts any more.",
    }.items()
}
_PAID_ERRORS = {
    402: "An x402 payment, or an API key, is required; beside the dialect's members there are those of x402.",
}
_GET_ERRORS = {401: _POST_ERRORS[401]}
_PORTAL_ERRORS = {
    400: _POST_ERRORS[400],
    401: _POST_ERRORS[401],
    403: "The key may not do this.",
    404: "There is no such thing on this account, or on this server.",
    503: _POST_ERRORS[503],
}
_TOOL_CHOICE: Json = {
    "anyOf": [
        {"enum": ["none", "auto", "required", None]},
        {
            "type": "object",
            "required": ["type", "function"],
            "properties": {
                "type": {"const": "function"},
                "function": {
                    "type": "object",
                    "required": ["name"],
                    "properties": {"name": {"type": "string"}},
                },
            },
        },
    ]
}
_NARROWED: dict[tuple[str, str], Json] = {
    ("ChatRequest", "tool_choice"): _TOOL_CHOICE,
    ("ChatRequest", "modalities"): {
        "type": ["array", "null"],
        "items": {"const": "text"},
        "minItems": 1,
        "maxItems": 1,
    },
    ("ResponseFormat", "type"): {"type": "string", "enum": ["text", "json_object", "json_schema"]},
    ("ContentPart", "type"): {"type": "string", "enum": ["text", "refusal"]},
    ("ResponsesRequest", "background"): {"enum": [False, None]},
    ("ResponsesRequest", "previous_response_id"): {"type": "null"},
}
"""What the server checks beyond the types of its structs."""
_NEEDED = {"ResponsesRequest": "input", "CompletionRequest": "prompt", "EmbeddingRequest": "input"}
"""Fields that must be there although their types allow null."""
_REFUSED: Json = {"type": "null", "description": "Not served: refused if it is there and not null."}


class OpenApiDocument:
    """The document of one server, encoded when first asked for.

    Args:
        config: mounts, and whether a key is asked for.
    """

    def __init__(self, config: ServerConfig) -> None:
        self._config = config
        self.json = cache(lambda: msgspec.json.encode(openapi(config)))
        self.yaml = cache(lambda: msgspec.yaml.encode(msgspec.json.decode(self.json())))


def openapi(config: ServerConfig) -> Json:
    """The OpenAPI 3.1 document of a server so configured."""
    table = routes(config.mounts, portal=config.portal.enabled)
    root = config.mount_of("")
    paths: Json = {}
    for mount, path, route in table:
        operation = _operation(mount or root, route, config, shared=mount is None)
        paths.setdefault(_template(path), {})[route.method.lower()] = operation
    key = {"type": "http", "scheme": "bearer", "description": "Authorization: Bearer KEY"}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "OpenFPGA",
            "version": version("openfpga"),
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": title} for name, title in _tags(config.mounts).items()],
        "paths": paths,
        "components": {
            "schemas": _schemas([route for _, _, route in table], config.mounts),
            "securitySchemes": {"bearer": key, **_key_schemes(config.mounts)},
        },
    }


def _tags(mounts: Sequence[Mount]) -> dict[str, str]:
    return {**{mount.dialect.name: mount.dialect.title for mount in mounts}, "server": "The server itself"}


def _key_schemes(mounts: Sequence[Mount]) -> Json:
    names = {name for mount in mounts for name in mount.dialect.key_headers}
    return {name: {"type": "apiKey", "in": "header", "name": name} for name in sorted(names)}


def _operation(mount: Mount, route: Route, config: ServerConfig, *, shared: bool) -> Json:
    dialect = mount.dialect
    summary, _, description = inspect.cleandoc(route.handler.__doc__ or "").partition("\n\n")
    name = re.sub(r"_(.)", lambda match: match[1].upper(), route.handler.__name__)
    operation: Json = {
        "operationId": name
        if shared or not mount.base
        else f"{dialect.name}_{mount.base[1:].replace('/', '_')}_{name}",
        "summary": " ".join(summary.split()),
        "tags": ["server" if shared else dialect.name],
        "responses": _responses(route, dialect),
    }
    if description:
        operation["description"] = description
    parameters: list[Json] = [
        {"name": item, "in": "path", "required": True, "schema": {"type": "string"}}
        for item in re.findall(r"\{(\w+)", route.path)
    ]
    parameters += [
        {"name": item, "in": "query", "schema": {"type": "string", "format": "date"}} for item in route.dates
    ]
    if parameters:
        operation["parameters"] = parameters
    if route.body is not None:
        schema = _body_schema(route.body, dialect)
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    if route.public:
        operation["security"] = []
    else:
        ways: list[Json] = [{"bearer": []}, *({header: []} for header in dialect.key_headers)]
        operation["security"] = ways if config.api_key is not None else [*ways, {}]
    return operation


def _body_schema(body: type[msgspec.Struct], dialect: Dialect) -> Json:
    """A request's schema, with what this dialect's document says otherwise."""
    fields = body.__struct_fields__
    narrow: Json = {}
    required: list[str] = []
    if "model" in fields and _needs_model(body, dialect):
        narrow["model"] = {"type": "string"}
        required.append("model")
    if body.__name__ in _NEEDED:
        needed = _NEEDED[body.__name__]
        narrow[needed] = {"not": {"type": "null"}}
        required.append(needed)
    if "n" in fields:
        narrow["n"] = {"maximum": dialect.limits.n}
    if "stop" in fields:
        narrow["stop"] = {"maxItems": dialect.limits.stop_sequences}
    if "top_logprobs" in fields:
        narrow["top_logprobs"] = {"maximum": dialect.limits.chat_logprobs}
    elif "logprobs" in fields:
        narrow["logprobs"] = {"maximum": dialect.limits.completion_logprobs}
    reference = _reference(body)
    if not narrow:
        return reference
    extra: Json = {"type": "object", "properties": narrow}
    if required:
        extra["required"] = required
    return {"allOf": [reference, extra]}


def _needs_model(body: type[msgspec.Struct], dialect: Dialect) -> bool:
    if body is ImageRequest:
        return False
    return not (dialect.model_optional or (body is EmbeddingRequest and dialect.embedding_model_optional))


def _responses(route: Route, dialect: Dialect) -> Json:
    responses: Json = {}
    if isinstance(route.answer, str):
        responses["200"] = {"description": "The text.", "content": {route.answer: {}}}
    elif route.answer is not None:
        content: Json = {"application/json": {"schema": _reference(route.answer)}}
        if route.stream:
            what = "Server-sent events, if the request says `stream`; of completions the last one is [DONE]."
            content["text/event-stream"] = {"schema": {"description": what}}
        responses[str(route.status)] = {"description": "The answer.", "content": content}
    if (
        route.handler.__name__ == "get_health"
        and not isinstance(route.answer, str)
        and route.answer is not None
    ):
        responses["503"] = {**responses["200"], "description": "The server is going away, or has failed."}
    errors = _errors(route)
    if "{" in route.path:
        errors = {404: _POST_ERRORS[404], **errors}
    for status, description in errors.items():
        content = {"application/json": {"schema": _reference(dialect.error_schema)}}
        responses[str(status)] = {"description": description, "content": content}
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            responses[str(status)]["headers"] = _LIMIT_HEADERS
    return responses


def _errors(route: Route) -> dict[int, str]:
    if route.path.startswith("/v1/portal/"):
        return {**_POST_ERRORS, **_PORTAL_ERRORS} if route.method == "POST" else _PORTAL_ERRORS
    if route.method == "POST":
        return _POST_ERRORS | (_PAID_ERRORS if route.path in PAID_ENDPOINTS else {})
    return {} if route.public else _GET_ERRORS


def _schemas(table: Sequence[Route], mounts: Sequence[Mount]) -> Json:
    bodies = [route.body for route in table if route.body is not None]
    answers = [route.answer for route in table if isinstance(route.answer, type)]
    errors = [mount.dialect.error_schema for mount in mounts]
    structs = list(dict.fromkeys([*bodies, *answers, *errors]))
    _, schemas = msgspec.json.schema_components(structs, ref_template=_REF)
    for schema in schemas.values():
        if "description" in schema:
            schema["description"] = inspect.cleandoc(schema["description"])
    for struct, schema in schemas.items():
        for name, field in schema.get("properties", {}).items():
            narrowed = _NARROWED.get((struct, name))
            if narrowed is not None:
                field.clear()
                field.update(narrowed)
            elif name == "logit_bias":
                field["anyOf"][0]["propertyNames"] = {"pattern": "^[0-9]{1,11}$"}
            elif not set(field) - {"default"} and struct in {_name(body) for body in bodies}:
                field.update(_REFUSED)
    return dict(sorted(schemas.items()))


def _reference(struct: type[msgspec.Struct]) -> Json:
    return {"$ref": _REF.format(name=_name(struct))}


def _name(struct: type[msgspec.Struct]) -> str:
    return struct.__name__


def _template(path: str) -> str:
    """aiohttp's path with OpenAPI's parameters: no patterns in them."""
    return re.sub(r"\{(\w+):[^}]*\}", r"{\1}", path)
