"""GET /health, /v1/gpu/info and /.well-known/ai-plugin.json."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Struct, UnsetType


class HealthBody(Struct, frozen=True, kw_only=True):
    """What /health says."""

    status: Literal["ok", "draining", "failed"]
    models: list[str]


class ReadyBody(Struct, frozen=True, kw_only=True):
    """What /ready says: by name what this server needs, and how it is ("ok", or what is wrong)."""

    status: Literal["ready", "not_ready"]
    checks: dict[str, str]


class DeepInferHealth(Struct, frozen=True, kw_only=True):
    """What /health says in DeepInfer's shape; `gpus` counts the devices of /v1/gpu/info, of any kind."""

    status: Literal["healthy", "draining", "unhealthy"]
    model: str
    gpus: int
    nvidia_5090: bool


class GpuInfo(Struct, frozen=True, kw_only=True):
    """A device. Memory in GiB: of the machine where the device computes on its CPU; null: not known.

    `backend` is an extension: the device as `--device` names it.
    """

    id: int
    name: str
    backend: str
    total_memory_gb: float | None
    free_memory_gb: float | None
    compute_capability: str | None = None
    driver_version: str | None = None
    cuda_version: str | None = None
    is_nvidia_5090: bool = False
    is_nvidia_4090: bool = False


class GpuList(Struct, frozen=True, kw_only=True):
    """Devices, one a model."""

    gpus: list[GpuInfo]


class PluginAuth(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a plugin's user is known."""

    type: Literal["none", "user_http"]
    authorization_type: Literal["bearer"] | UnsetType = UNSET


class PluginApi(Struct, frozen=True, kw_only=True):
    """Where the API's document lies."""

    type: str
    url: str


class PluginManifest(Struct, frozen=True, kw_only=True):
    """What /.well-known/ai-plugin.json says (OpenAI's plugin manifest, schema v1)."""

    schema_version: str
    name_for_human: str
    name_for_model: str
    description_for_human: str
    description_for_model: str
    auth: PluginAuth
    api: PluginApi
    logo_url: str
    contact_email: str
    legal_info_url: str
