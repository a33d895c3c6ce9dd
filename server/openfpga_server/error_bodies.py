"""The JSON of an error in each API document's shape."""

from __future__ import annotations

from http import HTTPStatus

from msgspec import UNSET

from openfpga_server.errors import ApiError
from openfpga_server.protocol.errors import (
    DetailBody,
    DetailEvent,
    ErrorBody,
    ErrorDetail,
    GatewayCode,
    GatewayErrorBody,
    GatewayErrorDetail,
    GatewayType,
    VoltageErrorBody,
    VoltageErrorDetails,
)


def openai_body(error: ApiError, status: int, endpoint: str) -> ErrorBody:
    """``{"error": {"message", "type", "param", "code"}}``; `code` is always a word."""
    detail = ErrorDetail(message=error.message, type=error.type, param=error.param, code=_code(error))
    return ErrorBody(error=detail)


def gateway_body(error: ApiError, status: int, endpoint: str) -> GatewayErrorBody:
    """``{"error": {"code", "message", "type", "param"}}`` with the document's five upper-case codes."""
    code, kind = _gateway_code(error, status)
    detail = GatewayErrorDetail(code=code, message=error.message, type=kind, param=error.param)
    return GatewayErrorBody(error=detail)


def voltage_body(error: ApiError, status: int, endpoint: str) -> VoltageErrorBody:
    """``{"error": message, "details": {"status", "endpoint", ...}}``."""
    retry_after = error.headers.get("Retry-After")
    details = VoltageErrorDetails(
        status=status,
        endpoint=endpoint,
        code=_code(error),
        param=error.param or UNSET,
        retry_after=int(retry_after) if retry_after else UNSET,
    )
    return VoltageErrorBody(error=error.message, details=details)


def detail_body(error: ApiError, status: int, endpoint: str) -> DetailBody:
    """``{"detail": message}``."""
    return DetailBody(detail=error.message)


def detail_event(error: ApiError, status: int, endpoint: str) -> DetailEvent:
    """`detail_body` and OpenAI's object: without ``error`` an SDK takes the event for a chunk."""
    return DetailEvent(detail=error.message, error=openai_body(error, status, endpoint).error)


def _code(error: ApiError) -> str:
    """The error's own code, else its status in words: ``bad_request``."""
    return error.code or HTTPStatus(error.status).phrase.lower().replace(" ", "_").replace("-", "_")


def _gateway_code(error: ApiError, status: int) -> tuple[GatewayCode, GatewayType]:
    if status == HTTPStatus.NOT_FOUND:
        missing = error.code == "model_not_found"
        return "MODEL_NOT_FOUND" if missing else "INVALID_REQUEST", "not_found_error"
    if status == HTTPStatus.UNAUTHORIZED:
        return "INVALID_API_KEY", "authentication_error"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return "RATE_LIMIT_EXCEEDED", "rate_limit_error"
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "SERVER_ERROR", "server_error"
    return "INVALID_REQUEST", "invalid_request_error"
