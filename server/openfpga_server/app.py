"""The aiohttp application: routes and what they share. No globals: one process can hold several."""

from __future__ import annotations

from aiohttp import web

from openfpga_server.averages import Averages
from openfpga_server.config import ServerConfig
from openfpga_server.metrics import Metrics
from openfpga_server.middleware import envelope, set_common_headers
from openfpga_server.mounts import routes
from openfpga_server.openapi import OpenApiDocument
from openfpga_server.portal.assets import add_page
from openfpga_server.portal.attempts import ATTEMPTS, Attempts
from openfpga_server.prompt import PromptEncoder
from openfpga_server.registry import ModelRegistry
from openfpga_server.services import Services
from openfpga_server.state import DOCUMENT, STATE, ServerState


def create_app(
    registry: ModelRegistry, config: ServerConfig | None = None, services: Services | None = None
) -> web.Application:
    """The APIs of all mounts over the models of a registry.

    Run it with ``handler_cancellation=True`` (`lifecycle.serve` does): without it a client that went away
    keeps its request running.

    Args:
        registry: models with started engines, which stay the caller's to close.
        config: settings; the defaults if left out.
        services: accounts, limits, usage and payments, which stay the caller's to close; none if left out.
    """
    config = config or ServerConfig()
    app = web.Application(client_max_size=config.max_body_bytes, middlewares=[envelope])
    table = routes(config.mounts, portal=config.portal.enabled)
    page = add_page(app.router) if config.portal.enabled else frozenset()
    app[STATE] = ServerState(
        registry=registry,
        config=config,
        metrics=Metrics(registry),
        public=page.union(path for _, path, route in table if route.public),
        services=services or Services(),
        performance={model.id: Averages() for model in registry},
        encoders={model.id: PromptEncoder.of(model) for model in registry.writers},
    )
    app[DOCUMENT] = OpenApiDocument(config)
    app[ATTEMPTS] = Attempts()
    app.on_response_prepare.append(set_common_headers)
    for _, path, route in table:
        # A GET route answers HEAD too.
        if route.method == "GET":
            app.router.add_get(path, route.handler)
        else:
            app.router.add_route(route.method, path, route.handler)
    return app
