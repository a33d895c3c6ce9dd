"""The routes: which handlers each mount offers, and what there is once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web
from msgspec import Struct

from openfpga_server.chat import create_chat_completion
from openfpga_server.completions import create_completion
from openfpga_server.dialect import Dialect, Mount
from openfpga_server.embeddings import create_embedding
from openfpga_server.images import create_image
from openfpga_server.models import get_model, list_models
from openfpga_server.operations import get_gpu_info, get_health, get_metrics, get_ready
from openfpga_server.portal.device import get_device
from openfpga_server.portal.keys import create_api_key, list_api_keys, revoke_api_key
from openfpga_server.portal.sessions import get_session, sign_in, sign_out
from openfpga_server.portal.usage import get_usage
from openfpga_server.protocol.chat import ChatCompletion, ChatRequest
from openfpga_server.protocol.completions import Completion, CompletionRequest
from openfpga_server.protocol.embeddings import EmbeddingList, EmbeddingRequest
from openfpga_server.protocol.images import ImageRequest
from openfpga_server.protocol.models import ModelBody, ModelList
from openfpga_server.protocol.operations import (
    DeepInferHealth,
    GpuList,
    HealthBody,
    PluginManifest,
    ReadyBody,
)
from openfpga_server.protocol.portal import (
    ApiKeyCreated,
    ApiKeyList,
    ApiKeyRevoked,
    CreateApiKeyRequest,
    DeviceBody,
    SessionBody,
    SignInRequest,
    UsageResponse,
)
from openfpga_server.protocol.responses import ResponseBody, ResponsesRequest
from openfpga_server.responses import create_response
from openfpga_server.well_known import get_ai_plugin, get_llms_text, get_openapi_json, get_openapi_yaml

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One operation.

    Args:
        method: of HTTP.
        path: below the mount's base; parameters as aiohttp writes them.
        handler: finds its dialect with `request_dialect`; its docstring describes it.
        body: what a request holds.
        answer: what comes back: a struct, or a content type; None: only errors do.
        status: of an answer that is no error.
        dates: names of query parameters, each a date.
        stream: the answer may be a stream of events.
        where: whether a dialect's mount has it.
        public: needs no key.
    """

    method: str
    path: str
    handler: Handler
    body: type[Struct] | None = None
    answer: type[Struct] | str | None
    status: int = 200
    dates: tuple[str, ...] = ()
    stream: bool = False
    where: Callable[[Dialect], bool] = lambda dialect: True
    public: bool = False


def _post(
    path: str, handler: Handler, body: type[Struct], answer: type[Struct] | None, *, stream: bool = False
) -> Route:
    return Route(method="POST", path=path, handler=handler, body=body, answer=answer, stream=stream)


def _get(
    path: str,
    handler: Handler,
    answer: type[Struct] | str,
    *,
    where: Callable[[Dialect], bool] = lambda dialect: True,
    public: bool = False,
) -> Route:
    return Route(method="GET", path=path, handler=handler, answer=answer, where=where, public=public)


def _has_gpus(dialect: Dialect) -> bool:
    return dialect.gpu_endpoints


API = (
    _post("/v1/chat/completions", create_chat_completion, ChatRequest, ChatCompletion, stream=True),
    _post("/v1/completions", create_completion, CompletionRequest, Completion, stream=True),
    _post("/v1/embeddings", create_embedding, EmbeddingRequest, EmbeddingList),
    _post("/v1/responses", create_response, ResponsesRequest, ResponseBody, stream=True),
    _post("/v1/images/generations", create_image, ImageRequest, None),
    _get("/v1/models", list_models, ModelList),
    _get("/v1/models/{model:.+}", get_model, ModelBody),
    _get("/v1/gpu/info", get_gpu_info, GpuList, where=_has_gpus),
    _get("/health", get_health, DeepInferHealth, where=_has_gpus, public=True),
)
"""Below every mount's base."""
ROOT = (
    _get("/health", get_health, HealthBody, public=True),
    _get("/ready", get_ready, ReadyBody, public=True),
    _get("/metrics", get_metrics, "text/plain", public=True),
    _get("/.well-known/openapi.yaml", get_openapi_yaml, "application/yaml", public=True),
    _get("/.well-known/openapi.json", get_openapi_json, "application/json", public=True),
    _get("/.well-known/ai-plugin.json", get_ai_plugin, PluginManifest, public=True),
    _get("/llms.txt", get_llms_text, "text/plain", public=True),
)
"""Once a server, where no mount has the same."""
_KEYS = "/v1/portal/api-keys"
_SESSION = "/v1/portal/session"
PORTAL = (
    _get(_KEYS, list_api_keys, ApiKeyList),
    Route(
        method="POST",
        path=_KEYS,
        handler=create_api_key,
        body=CreateApiKeyRequest,
        answer=ApiKeyCreated,
        status=201,
    ),
    Route(method="DELETE", path=f"{_KEYS}/{{key_id}}", handler=revoke_api_key, answer=ApiKeyRevoked),
    Route(
        method="GET",
        path="/v1/portal/usage",
        handler=get_usage,
        answer=UsageResponse,
        dates=("start_date", "end_date"),
    ),
    _get("/v1/portal/device", get_device, DeviceBody),
    _get(_SESSION, get_session, SessionBody, public=True),
    Route(method="POST", path=_SESSION, handler=sign_in, body=SignInRequest, answer=SessionBody, public=True),
    Route(method="DELETE", path=_SESSION, handler=sign_out, answer=SessionBody, public=True),
)
"""Once a server that has the portal."""


def routes(mounts: tuple[Mount, ...], *, portal: bool = True) -> list[tuple[Mount | None, str, Route]]:
    """Everything a server answers: the mount (None: the server itself), the full path, the route.

    Args:
        mounts: where which dialect is spoken.
        portal: whether the API of keys and usage is there.
    """
    found: dict[tuple[str, str], tuple[Mount | None, str, Route]] = {}
    for mount in mounts:
        for route in API:
            if route.where(mount.dialect):
                path = mount.base + route.path
                found.setdefault((route.method, path), (mount, path, route))
    for route in (*ROOT, *(PORTAL if portal else ())):
        found.setdefault((route.method, route.path), (None, route.path, route))
    return list(found.values())
