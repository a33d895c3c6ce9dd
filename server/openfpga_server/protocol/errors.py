"""The error answers of the API documents."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Struct, UnsetType


class ErrorDetail(Struct, frozen=True, kw_only=True):
    """The inner object of an error in OpenAI's shape; `param` names the field at fault."""

    message: str
    type: str
    param: str | None
    code: str


class ErrorBody(Struct, frozen=True, kw_only=True):
    """An error in OpenAI's shape."""

    error: ErrorDetail


GatewayCode = Literal[
    "INVALID_API_KEY", "RATE_LIMIT_EXCEEDED", "MODEL_NOT_FOUND", "INVALID_REQUEST", "SERVER_ERROR"
]
GatewayType = Literal[
    "authentication_error",
    "rate_limit_error",
    "not_found_error",
    "invalid_request_error",
    "server_error",
]


class GatewayErrorDetail(Struct, frozen=True, kw_only=True):
    """The inner object of an error with the gateway's codes and types."""

    code: GatewayCode
    message: str
    type: GatewayType
    param: str | None


class GatewayErrorBody(Struct, frozen=True, kw_only=True):
    """An error of the gateway."""

    error: GatewayErrorDetail


class VoltageErrorDetails(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of an error; `endpoint` is the path below the mount's base, `retry_after` seconds."""

    status: int
    endpoint: str
    code: str
    param: str | UnsetType = UNSET
    retry_after: int | UnsetType = UNSET


class VoltageErrorBody(Struct, frozen=True, kw_only=True):
    """An error of VoltageGPU's shape."""

    error: str
    details: VoltageErrorDetails


class DetailBody(Struct, frozen=True, kw_only=True):
    """An error of DeepInfer's shape."""

    detail: str


class DetailEvent(Struct, frozen=True, kw_only=True):
    """An error in the middle of a stream of DeepInfer's."""

    detail: str
    error: ErrorDetail
