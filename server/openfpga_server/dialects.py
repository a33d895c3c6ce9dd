"""The dialects of the API documents that this server speaks."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from openfpga_server.dialect import Defaults, Dialect, Limits, Mount
from openfpga_server.error_bodies import detail_body, detail_event, gateway_body, openai_body, voltage_body
from openfpga_server.protocol.errors import DetailBody, ErrorBody, GatewayErrorBody, VoltageErrorBody

_MANY_STOPS = 64
"""Of the documents that name no limit: more than anybody uses, few enough for a check at every token."""
_QUEUE_FULL_IS_429: Mapping[str, int] = MappingProxyType({"queue_full": 429})
"""Of the documents that know no 503."""

OPENFPGA = Dialect(
    name="openfpga",
    title="OpenFPGA Inference API",
    error_body=openai_body,
    error_schema=ErrorBody,
    chat_id_prefix="ofpga-chat-",
    defaults=Defaults(temperature=0.7, top_p=1.0, chat_max_tokens=1024),
    limits=Limits(stop_sequences=_MANY_STOPS),
    x_openfpga=True,
    model_details=True,
)
GATEWAY = Dialect(
    name="gateway",
    title="OpenFPGA Inference Gateway",
    error_body=gateway_body,
    error_schema=GatewayErrorBody,
    statuses=_QUEUE_FULL_IS_429,
    defaults=Defaults(temperature=1.0, top_p=1.0),
    limits=Limits(n=1),
    model_details=True,
)
VOLTAGE = Dialect(
    name="voltage",
    title="VoltageGPU API",
    error_body=voltage_body,
    error_schema=VoltageErrorBody,
    statuses=_QUEUE_FULL_IS_429,
    defaults=Defaults(temperature=1.0, top_p=1.0),
    limits=Limits(n=10, stop_sequences=_MANY_STOPS),
    key_headers=("X-VoltageGPU-Key",),
    embedding_model_optional=False,
)
DEEPINFER = Dialect(
    name="deepinfer",
    title="DeepInfer API",
    error_body=detail_body,
    error_schema=DetailBody,
    stream_error_body=detail_event,
    owner="deepinfer",
    defaults=Defaults(
        temperature=0.7,
        top_p=0.95,
        top_k=-1,
        repetition_penalty=1.0,
        chat_max_tokens=512,
        completion_max_tokens=512,
    ),
    limits=Limits(stop_sequences=_MANY_STOPS),
    model_optional=True,
    gpu_endpoints=True,
)
DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {dialect.name: dialect for dialect in (OPENFPGA, GATEWAY, VOLTAGE, DEEPINFER)}
)


def dialect_named(name: str) -> Dialect:
    """The dialect of that name.

    Raises:
        ValueError: there is none.
    """
    try:
        return DIALECTS[name]
    except KeyError:
        raise ValueError(f"unknown dialect {name!r}; there are {', '.join(DIALECTS)}") from None


def default_mounts(root: Dialect = OPENFPGA) -> tuple[Mount, ...]:
    """Every dialect at its own base, and one of them at ``/v1`` and in errors of all other paths."""
    return (
        Mount("", root),
        Mount("/api", GATEWAY),
        Mount("/api/voltage", VOLTAGE),
        Mount("/deepinfer", DEEPINFER),
    )
