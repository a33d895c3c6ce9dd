"""What handlers find on the application and on the request."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import Protocol

from aiohttp import web

from openfpga_server.averages import Averages
from openfpga_server.config import ServerConfig
from openfpga_server.dialect import request_dialect
from openfpga_server.errors import missing
from openfpga_server.metrics import Metrics
from openfpga_server.overload import Load
from openfpga_server.prompt import PromptEncoder
from openfpga_server.registry import ModelRegistry, ServedModel
from openfpga_server.services import Services


@dataclass(slots=True, kw_only=True)
class ServerState:
    """Everything one application instance holds.

    Args:
        encoders: by model id.
        public: paths that need no key.
        performance: measured, by model id.
        services: accounts, limits, usage and payments, as far as this server has them.
        draining: set once; new work is refused from then on.
        leaving: set before that; /ready says no from then on.
        load: what is at work, and whether more can be.
    """

    registry: ModelRegistry
    config: ServerConfig
    metrics: Metrics
    encoders: dict[str, PromptEncoder]
    public: frozenset[str]
    performance: dict[str, Averages]
    services: Services
    draining: bool = False
    leaving: bool = False
    load: Load = field(init=False)

    def __post_init__(self) -> None:
        self.load = Load(self.registry, self.config)
        self.metrics.watch(self.services.gauges)


class Document(Protocol):
    """The API's own description, encoded when first asked for."""

    def json(self) -> bytes: ...

    def yaml(self) -> bytes: ...


@dataclass(slots=True)
class RequestRecord:
    """What is logged and counted about one request; handlers fill in what they learn. Never holds content."""

    id: str = field(default_factory=lambda: "req_" + secrets.token_hex(16))
    started: float = field(default_factory=time.perf_counter)
    model: str | None = None
    stream: bool | None = None
    first_token: float | None = None
    """`time.perf_counter` when the first token became visible."""
    first_sampled: float | None = None
    """The same when the engine drew it: rates count from here, as a busy loop gets many tokens at once."""
    prompt_tokens: int | None = None
    cached_tokens: int | None = None
    completion_tokens: int | None = None
    finish: str | None = None
    error: str | None = None


STATE: web.AppKey[ServerState] = web.AppKey("openfpga_state", ServerState)
DOCUMENT: web.AppKey[Document] = web.AppKey("openfpga_document", Document)
ADMITTED: web.RequestKey[dict[str, str]] = web.RequestKey("openfpga_admitted", dict)
"""Headers of an admitted request's answer: its limits, its payment."""
CLIENT_GONE = 499
"""Logged and counted for a request whose client left before its answer (nginx's number; never sent)."""
RECORD: web.RequestKey[RequestRecord] = web.RequestKey("openfpga_record", RequestRecord)


def requested_model(request: web.Request, name: str | None) -> ServedModel:
    """The model a request asks for; noted in its record.

    Args:
        name: a model's id or an alias; None: left out.

    Raises:
        ApiError: 404 model_not_found; 400 for a name left out where the dialect requires one.
    """
    state, record = request.app[STATE], request[RECORD]
    record.model = name
    if name is None and not request_dialect(request).model_optional:
        raise missing("model")
    model = state.registry.default if name is None else state.registry.get(name)
    record.model = model.id
    return model
