"""API errors: one exception class, and what the engine's refusals are for a caller.

Statuses, types and codes are OpenAI's (API reference, "Error codes"), so that the official SDKs raise the
class that belongs to them; `dialect` renders them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from openfpga_host.engine import ContextLengthExceeded, EngineError, EngineStopped, QueueFull

INVALID_REQUEST = "invalid_request_error"
SERVER_ERROR = "server_error"
RETRY_AFTER_STOPPED = 5
"""Seconds a client is told to wait when this server is going away."""

RETRY_AFTER_CONNECTION = 1
"""Seconds after which another connection may be free."""


class ApiError(Exception):
    """A request that failed, with all that its answer needs.

    Args:
        status: HTTP status.
        message: what was wrong and what would be right, for the caller to read.
        type: OpenAI's error class name.
        param: the request field at fault, as a path (``messages[0].content``).
        code: a stable word for programs, if there is one.
        headers: further headers of the answer.
        extra: members of the body besides the dialect's, or in their place (x402 prescribes some).
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        type: str = INVALID_REQUEST,
        param: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.type = type
        self.param = param
        self.code = code
        self.headers: dict[str, str] = dict(headers or {})
        self.extra: dict[str, object] = dict(extra or {})


def bad_request(message: str, param: str | None = None, code: str | None = None) -> ApiError:
    """400: the request itself is wrong."""
    return ApiError(400, message, param=param, code=code)


def missing(param: str) -> ApiError:
    """400: a field that must be there is not."""
    return bad_request(f"Missing required parameter: '{param}'.", param, "missing_required_parameter")


def unsupported(message: str, param: str) -> ApiError:
    """400: a field or value of OpenAI's API that this server does not serve."""
    return ApiError(400, message, param=param, code="unsupported_parameter")


def model_not_found(name: str, known: list[str]) -> ApiError:
    """404: no model of that name is served."""
    shown = name if len(name) <= 100 else name[:100] + "…"
    message = f"The model `{shown}` does not exist. Models served here: {', '.join(known) or 'none'}."
    return ApiError(404, message, param="model", code="model_not_found")


def model_coming_soon(name: str, known: list[str]) -> ApiError:
    """404: a model that is announced, and served nowhere here."""
    message = (
        f"The model `{name}` is coming soon: it is listed, but not served yet. Served: {', '.join(known)}."
    )
    return ApiError(404, message, param="model", code="model_not_found")


def invalid_api_key(message: str) -> ApiError:
    """401: the request has no key, or a wrong one."""
    headers = {"WWW-Authenticate": "Bearer"}
    return ApiError(401, message, type="authentication_error", code="invalid_api_key", headers=headers)


def bad_csrf(header: str) -> ApiError:
    """403: a browser's session asks, and not by the portal's own page."""
    message = f"Requests of a session must come from this server's page and carry its token in {header}."
    return ApiError(403, message, code="csrf")


def management_key() -> ApiError:
    """403: a key that manages and does not infer."""
    message = "This is a management key: it cannot be used for inference. Use an API key (ofpga_sk_live_...)."
    return ApiError(403, message, code="management_key")


def model_not_allowed(name: str) -> ApiError:
    """403: the key is for other models."""
    return ApiError(403, f"This API key may not use the model `{name}`.", code="model_not_allowed")


def budget_exceeded(budget_micro: int) -> ApiError:
    """403: the key has spent what it may."""
    message = f"This API key has spent its budget of ${budget_micro / 1e6:.2f}. Raise it, or use another key."
    return ApiError(403, message, code="budget_exceeded")


def quota_exceeded(quota: str) -> ApiError:
    """403: the account has used what its plan allows in a month."""
    message = f"This account has used its plan's {quota} of this month. It resets on the first (UTC)."
    return ApiError(403, message, code="insufficient_quota")


def rate_limited(limit: str, retry_after: int, headers: Mapping[str, str]) -> ApiError:
    """429: the account's limit is used up; it would pass in `retry_after` seconds."""
    seconds = "1 second" if retry_after == 1 else f"{retry_after} seconds"
    message = f"Rate limit exceeded. Please retry after {seconds}. Limit: {limit}."
    headers = {**headers, "Retry-After": str(retry_after)}
    return ApiError(429, message, type="rate_limit_error", code="rate_limit_exceeded", headers=headers)


def too_large_for_limit(tokens: int, limit: int) -> ApiError:
    """429: one request wants more than a whole minute has; OpenAI's SDKs are told not to repeat it."""
    message = (
        f"Request too large: limit {limit} tokens per minute, requested {tokens} (the prompt and the most "
        "that the answer may have). The input or output tokens must be reduced in order to run successfully."
    )
    headers = {"x-should-retry": "false"}
    return ApiError(429, message, type="rate_limit_error", code="rate_limit_exceeded", headers=headers)


def model_makes_embeddings(name: str) -> ApiError:
    """400: a model that writes no text was asked for one."""
    message = f"The model `{name[:100]}` makes embeddings and writes no text. Use it with /v1/embeddings."
    return bad_request(message, "model", "invalid_value")


def headers_too_large(limit: int) -> ApiError:
    """431: all headers together are too long."""
    message = f"The headers of your request are larger than {limit} bytes."
    return ApiError(431, message, code="headers_too_large")


def headers_timed_out(seconds: float) -> ApiError:
    """408: the headers of a request did not all arrive."""
    message = f"The headers of your request did not arrive within {seconds:g} seconds."
    return ApiError(408, message, code="request_timeout")


def too_many_connections() -> ApiError:
    """503: a connection that is not served."""
    message = "The server is at its limit of connections. Please try again later."
    return unavailable(message, RETRY_AFTER_CONNECTION, "too_many_connections")


def internal_error(request_id: str) -> ApiError:
    """500: a fault of the server's own."""
    message = f"The server had an error while processing your request {request_id}."
    return ApiError(500, message, type=SERVER_ERROR, code="internal_error")


def unavailable(message: str, retry_after: float, code: str) -> ApiError:
    """503 with Retry-After in whole seconds (at least one)."""
    seconds = max(1, math.ceil(retry_after))
    return ApiError(503, message, type=SERVER_ERROR, code=code, headers={"Retry-After": str(seconds)})


def shutting_down() -> ApiError:
    """503: this server is going away, or its engine has stopped."""
    return unavailable("The server is shutting down.", RETRY_AFTER_STOPPED, "shutting_down")


def from_engine(error: EngineError, *, param: str = "messages") -> ApiError:
    """What a refusal or a failure of the engine is for the caller of the API.

    Args:
        error: as the engine raised it.
        param: the request field that holds the prompt.
    """
    if isinstance(error, QueueFull):
        message = "The server is at its limit of waiting requests. Please try again later."
        return unavailable(message, error.retry_after, "queue_full")
    if isinstance(error, EngineStopped):
        return shutting_down()
    if isinstance(error, ContextLengthExceeded):
        return context_length_exceeded(error, param)
    message = "The engine failed while it processed this request. The server's log has the cause."
    return ApiError(500, message, type=SERVER_ERROR, code="engine_error")


def context_length_exceeded(error: ContextLengthExceeded, param: str) -> ApiError:
    """400 that names the limit and what was asked for, in OpenAI's words."""
    if error.max_tokens:
        total = error.prompt_tokens + error.max_tokens
        parts = f"{error.prompt_tokens} in the {param}, {error.max_tokens} in the completion"
        asked = f"you requested {total} tokens ({parts})"
    else:
        asked = (
            f"your {param} resulted in {error.prompt_tokens} tokens, which leaves no room for a completion"
        )
    message = (
        f"This model's maximum context length is {error.limit} tokens. However, {asked}. "
        f"Please reduce the length of the {param} or of the completion."
    )
    return bad_request(message, param, "context_length_exceeded")
