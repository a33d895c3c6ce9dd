"""The JSON of an error in each API document's shape."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec

from openfpga_server.errors import INVALID_REQUEST, SERVER_ERROR, ApiError

_encode = msgspec.json.encode


def openai_body(error: ApiError, status: int, endpoint: str) -> bytes:
    """``{"error": {"message", "type", "param", "code"}}``; `code` is always a word."""
    detail = {"message": error.message, "type": error.type, "param": error.param, "code": _code(error)}
    return _encode({"error": detail})


def gateway_body(error: ApiError, status: int, endpoint: str) -> bytes:
    """``{"error": {"code", "message", "type", "param"}}`` with the document's five upper-case codes."""
    code, kind = _gateway_code(error, status)
    return _encode({"error": {"code": code, "message": error.message, "type": kind, "param": error.param}})


def voltage_body(error: ApiError, status: int, endpoint: str) -> bytes:
    """``{"error": message, "details": {"status", "endpoint", ...}}``."""
    details: dict[str, Any] = {"status": status, "endpoint": endpoint, "code": _code(error)}
    if error.param is not None:
        details["param"] = error.param
    if "Retry-After" in error.headers:
        details["retry_after"] = int(error.headers["Retry-After"])
    return _encode({"error": error.message, "details": details})


def detail_body(error: ApiError, status: int, endpoint: str) -> bytes:
    """``{"detail": message}``."""
    return _encode({"detail": error.message})


def detail_event(error: ApiError, status: int, endpoint: str) -> bytes:
    """`detail_body` and OpenAI's object: without ``error`` an SDK takes the event for a chunk."""
    detail = {"message": error.message, "type": error.type, "param": error.param, "code": _code(error)}
    return _encode({"detail": error.message, "error": detail})


def _code(error: ApiError) -> str:
    """The error's own code, else its status in words: ``bad_request``."""
    return error.code or HTTPStatus(error.status).phrase.lower().replace(" ", "_").replace("-", "_")


def _gateway_code(error: ApiError, status: int) -> tuple[str, str]:
    if status == HTTPStatus.NOT_FOUND:
        code = "MODEL_NOT_FOUND" if error.code == "model_not_found" else "INVALID_REQUEST"
        return code, "not_found_error"
    if status == HTTPStatus.UNAUTHORIZED:
        return "INVALID_API_KEY", "authentication_error"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return "RATE_LIMIT_EXCEEDED", "rate_limit_error"
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "SERVER_ERROR", SERVER_ERROR
    return "INVALID_REQUEST", INVALID_REQUEST
