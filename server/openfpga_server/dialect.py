"""What differs between API documents of the same service: identifiers, defaults, limits, shape of errors.

Handlers take all of these from `request_dialect`: another document is another instance (`dialects`), and
where it is spoken is a `Mount`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec
from aiohttp import web

from openfpga_server.errors import ApiError

RenderError = Callable[[ApiError, int, str], msgspec.Struct]
"""(error, HTTP status, path below the mount's base: "/v1/chat/completions") -> body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """Values that a document states for fields a request leaves out; None: it states none.

    What the document states is what its readers count on, so it goes before the model's own recommendation
    (docs/decisions/0010); where it states none, the model's holds, else the neutral value.
    """

    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    repetition_penalty: float | None = None
    chat_max_tokens: int | None = None
    """At most this, and what fits the context; None: what fits the context."""
    completion_max_tokens: int | None = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Largest values a request may ask for."""

    n: int = 128
    """Choices of one prompt."""
    choices: int = 128
    """Of one request: n times the number of prompts."""
    stop_sequences: int = 4
    chat_logprobs: int = 20
    completion_logprobs: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One API document's view of the service.

    Args:
        name: for configuration.
        title: of the document.
        error_body: the body of an error.
        error_schema: what `error_body` gives.
        stream_error_body: the data of an error in the middle of a stream; None: the same.
        statuses: HTTP status by error code, where the document has another one than this server's own.
        key_headers: where a client may put its key, besides ``Authorization: Bearer``.
        model_optional: a request may leave `model` out; then the first model answers.
        embedding_model_optional: the same for embeddings.
        x_openfpga: answers carry what the hardware did.
        model_details: model cards carry pricing, performance and status.
        gpu_endpoints: there are ``/health`` and ``/v1/gpu/info`` in this document's shape.
        keep_alive: seconds of silence in a stream before a comment is sent; None: never.
    """

    name: str
    title: str
    error_body: RenderError
    error_schema: type[msgspec.Struct]
    stream_error_body: RenderError | None = None
    statuses: Mapping[str, int] = field(default_factory=dict)
    chat_id_prefix: str = "chatcmpl-"
    completion_id_prefix: str = "cmpl-"
    owner: str = "openfpga"
    defaults: Defaults = field(default_factory=Defaults)
    limits: Limits = field(default_factory=Limits)
    key_headers: tuple[str, ...] = ()
    model_optional: bool = False
    embedding_model_optional: bool = True
    x_openfpga: bool = False
    model_details: bool = False
    gpu_endpoints: bool = False
    keep_alive: float | None = 15.0

    def new_chat_id(self) -> str:
        """A fresh identifier of a chat completion."""
        return self.chat_id_prefix + secrets.token_hex(12)

    def new_completion_id(self) -> str:
        """A fresh identifier of a text completion."""
        return self.completion_id_prefix + secrets.token_hex(12)

    def status(self, error: ApiError) -> int:
        """The HTTP status this document gives to an error."""
        return self.statuses.get(error.code or "", error.status)

    def render_error(self, error: ApiError, request: web.BaseRequest) -> bytes:
        """The body of an error answer."""
        body: object = self.error_body(error, self.status(error), _endpoint(request))
        if error.extra:
            body = {**msgspec.to_builtins(body), **error.extra}
        return msgspec.json.encode(body)

    def render_stream_error(self, error: ApiError, request: web.BaseRequest) -> bytes:
        """The data of the event that ends a stream which has begun."""
        render = self.stream_error_body or self.error_body
        return msgspec.json.encode(render(error, self.status(error), _endpoint(request)))


@dataclass(frozen=True, slots=True)
class Mount:
    """Where a dialect is spoken.

    Args:
        base: what comes before ``/v1``: "" or a path such as "/api".
        dialect: spoken at ``{base}/v1`` and in errors of everything below `base`.

    Raises:
        ValueError: the base is no path of plain segments.
    """

    base: str
    dialect: Dialect

    def __post_init__(self) -> None:
        plain = self.base.replace("/", "").replace("-", "").replace("_", "").replace(".", "").isalnum()
        if self.base and (not self.base.startswith("/") or self.base.endswith("/") or not plain):
            raise ValueError(f"mount {self.base!r}: expected '' or a path such as '/api'")

    def covers(self, path: str) -> bool:
        """Whether the path is the base or below it."""
        return path.startswith(self.base) and path[len(self.base) : len(self.base) + 1] in ("", "/")


MOUNT: web.RequestKey[Mount] = web.RequestKey("openfpga_mount", Mount)


def request_dialect(request: web.Request) -> Dialect:
    """The dialect that the request's path belongs to; the middleware has stored it."""
    return request[MOUNT].dialect


def _endpoint(request: web.BaseRequest) -> str:
    mount = request.get(MOUNT)
    return request.path if mount is None else request.path[len(mount.base) :]
