"""The routes: which handlers each mount offers, and what there is once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from openfpga_server.chat import create_chat_completion
from openfpga_server.completions import create_completion
from openfpga_server.dialect import Dialect, Mount
from openfpga_server.images import create_image
from openfpga_server.models import get_model, list_models
from openfpga_server.operations import get_gpu_info, get_health, get_metrics
from openfpga_server.responses import create_response

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation.

    Args:
        method: of HTTP.
        path: below the mount's base; parameters as aiohttp writes them.
        handler: finds its dialect with `request_dialect`.
        where: whether a dialect's mount has it.
        public: needs no key.
    """

    method: str
    path: str
    handler: Handler
    where: Callable[[Dialect], bool] = lambda dialect: True
    public: bool = False


API = (
    Route("POST", "/v1/chat/completions", create_chat_completion),
    Route("POST", "/v1/completions", create_completion),
    Route("POST", "/v1/responses", create_response),
    Route("POST", "/v1/images/generations", create_image),
    Route("GET", "/v1/models", list_models),
    Route("GET", "/v1/models/{model:.+}", get_model),
    Route("GET", "/v1/gpu/info", get_gpu_info, lambda dialect: dialect.gpu_endpoints),
    Route("GET", "/health", get_health, lambda dialect: dialect.gpu_endpoints, public=True),
)
"""Below every mount's base."""
ROOT = (
    Route("GET", "/health", get_health, public=True),
    Route("GET", "/metrics", get_metrics, public=True),
)
"""Once a server."""


def routes(mounts: tuple[Mount, ...]) -> dict[tuple[str, str], Route]:
    """Everything a server answers, by method and full path."""
    found = {(route.method, route.path): route for route in ROOT}
    for mount in mounts:
        for route in API:
            if route.where(mount.dialect):
                found.setdefault((route.method, mount.base + route.path), route)
    return found
