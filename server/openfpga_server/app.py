"""The aiohttp application: routes and what they share. No globals: one process can hold several."""

from __future__ import annotations

from aiohttp import web

from openfpga_server.chat import create_chat_completion
from openfpga_server.completions import create_completion
from openfpga_server.config import ServerConfig
from openfpga_server.metrics import Metrics
from openfpga_server.middleware import envelope, set_common_headers
from openfpga_server.models import get_model, list_models
from openfpga_server.operations import get_health, get_metrics
from openfpga_server.prompt import PromptEncoder
from openfpga_server.registry import ModelRegistry
from openfpga_server.state import STATE, ServerState


def create_app(registry: ModelRegistry, config: ServerConfig | None = None) -> web.Application:
    """The OpenAI-compatible API over the models of a registry.

    Run it with ``handler_cancellation=True`` (`lifecycle.serve` does): without it a client that went away
    keeps its request running.

    Args:
        registry: models with started engines, which stay the caller's to close.
        config: settings; the defaults if left out.
    """
    config = config or ServerConfig()
    app = web.Application(client_max_size=config.max_body_bytes, middlewares=[envelope])
    app[STATE] = ServerState(
        registry=registry,
        config=config,
        metrics=Metrics(registry),
        encoders={model.id: PromptEncoder.of(model) for model in registry},
    )
    app.on_response_prepare.append(set_common_headers)
    app.router.add_post("/v1/chat/completions", create_chat_completion)
    app.router.add_post("/v1/completions", create_completion)
    app.router.add_get("/v1/models", list_models)
    app.router.add_get("/v1/models/{model:.+}", get_model)
    app.router.add_get("/health", get_health)
    app.router.add_get("/metrics", get_metrics)
    return app
