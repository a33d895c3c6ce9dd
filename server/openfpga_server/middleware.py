"""Around every request: its id, its error object, its log line and its metrics."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable

from aiohttp import web

from openfpga_server.admission import admission_headers
from openfpga_server.auth import authenticate
from openfpga_server.dialect import MOUNT, request_dialect
from openfpga_server.errors import (
    SERVER_ERROR,
    ApiError,
    headers_too_large,
    internal_error,
    shutting_down,
)
from openfpga_server.logs import REQUEST_ID, Fields
from openfpga_server.overload import Overloaded
from openfpga_server.principal import PRINCIPAL
from openfpga_server.state import CLIENT_GONE, RECORD, STATE, RequestRecord, ServerState

logger = logging.getLogger("openfpga.server")
access = logging.getLogger("openfpga.access")

PROBES = ("/health", "/ready", "/metrics", "/v1/portal/device")
"""Ends of paths that machines, and the page, ask every few seconds: logged at debug level."""

_CLIENT_ID = re.compile(r"[\w.:/+=-]{1,128}", re.ASCII)
"""What a client may call its request in X-Request-Id; anything else is left out of the log."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def envelope(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every failure with an error object; log and count every request."""
    state = request.app[STATE]
    record = RequestRecord()
    request[RECORD] = record
    # aiohttp runs each request in a task of its own, whose context this is.
    REQUEST_ID.set(record.id)
    mount = request[MOUNT] = state.config.mount_of(request.path)
    status = 500
    try:
        if sum(len(name) + len(value) for name, value in request.raw_headers) > state.config.max_header_bytes:
            raise headers_too_large(state.config.max_header_bytes)
        if request.method == "POST" and state.draining:
            raise shutting_down()
        response = await _handled(request, handler, state)
        status = response.status
        return response
    except ApiError as error:
        status = mount.dialect.status(error)
        if isinstance(error, Overloaded):
            state.metrics.refused(error.reason)
        return _error_response(error, request, status)
    except web.HTTPException as error:
        converted = _from_aiohttp(error, request, state)
        status = converted.status
        return _error_response(converted, request, status)
    except (asyncio.CancelledError, ConnectionError):
        status = CLIENT_GONE
        raise
    except Exception:
        logger.exception("request %s: unexpected error", record.id)
        return _error_response(internal_error(record.id), request, status)
    finally:
        _finish(request, record, status, state)


async def _handled(request: web.Request, handler: Handler, state: ServerState) -> web.StreamResponse:
    """The answer to whom it is for, if the server is not too busy."""
    if request.path in state.public:
        return await handler(request)
    dialect = request_dialect(request)
    if request.method != "POST" or "/portal/" in request.path:
        # People can look at things and manage their keys while the models are busy.
        request[PRINCIPAL] = await authenticate(request, dialect, state)
        return await handler(request)
    with state.load.request():
        principal = request[PRINCIPAL] = await authenticate(request, dialect, state)
        with state.load.of(principal.user, principal.weight):
            return await handler(request)


async def set_common_headers(request: web.Request, response: web.StreamResponse) -> None:
    """`on_response_prepare`: the request id on every answer; connections are not kept while draining."""
    response.headers["Server"] = "openfpga"
    record = request.get(RECORD)
    if record is not None:
        response.headers["x-request-id"] = record.id
    response.headers.update(admission_headers(request))
    if request.app[STATE].draining:
        response.force_close()


def _error_response(error: ApiError, request: web.Request, status: int) -> web.Response:
    request[RECORD].error = error.code or error.type
    return web.Response(
        status=status,
        body=request_dialect(request).render_error(error, request),
        content_type="application/json",
        headers=error.headers,
    )


def _from_aiohttp(error: web.HTTPException, request: web.Request, state: ServerState) -> ApiError:
    """aiohttp's own refusals, in the API's shape."""
    if isinstance(error, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(error.allowed_methods))
        message = f"Not allowed to {request.method} on {request.path}. Allowed: {allowed}."
        return ApiError(405, message, code="method_not_allowed", headers={"Allow": allowed})
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        limit = state.config.max_body_bytes
        message = f"The body of your request is larger than {limit} bytes."
        return ApiError(413, message, code="request_too_large")
    if error.status == 404:
        return ApiError(404, f"Invalid URL ({request.method} {request.path}).", code="unknown_url")
    kind = SERVER_ERROR if error.status >= 500 else "invalid_request_error"
    return ApiError(error.status, f"{error.reason}.", type=kind)


def _finish(request: web.Request, record: RequestRecord, status: int, state: ServerState) -> None:
    ended = time.perf_counter()
    resource = request.match_info.route.resource
    endpoint = "other" if resource is None else resource.canonical
    state.metrics.request_ended(endpoint, status, ended - record.started)
    if record.error is not None:
        state.metrics.failed(record.error)
    principal = request.get(PRINCIPAL)
    if principal is not None:
        state.metrics.used(principal.tier, record.prompt_tokens or 0, record.completion_tokens or 0)
    if status == 200 and record.model is not None and record.first_token is not None:
        latency, sampled = record.first_token - record.started, record.first_sampled or record.first_token
        measured = state.performance[record.model]
        measured.request_ended(latency, ended - sampled, record.completion_tokens or 0)
        state.load.finished(record.model, ended - sampled)
    level = logging.DEBUG if endpoint.endswith(PROBES) else logging.INFO
    if not access.isEnabledFor(level):
        return
    client_id = request.headers.get("X-Request-Id", "")
    fields: dict[str, object] = {
        "id": record.id,
        "method": request.method,
        "path": request.rel_url.raw_path,
        "status": status,
        "user": None if principal is None else principal.user,
        "key": None if principal is None else principal.key,
        "tier": None if principal is None else principal.tier,
        "model": record.model,
        "stream": record.stream,
        "prompt_tokens": record.prompt_tokens,
        "cached_tokens": record.cached_tokens,
        "completion_tokens": record.completion_tokens,
        "finish": record.finish,
        "error": record.error,
        "ttft_ms": _milliseconds(record.first_token, record.started),
        "total_ms": _milliseconds(ended, record.started),
        "client_id": client_id if _CLIENT_ID.fullmatch(client_id) else None,
    }
    access.log(level, "request %s", Fields(fields))


def _milliseconds(end: float | None, start: float) -> float | None:
    return None if end is None else round((end - start) * 1e3, 2)
