"""GET /health and GET /v1/gpu/info."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class HealthBody(Struct, frozen=True, kw_only=True):
    """What /health says."""

    status: Literal["ok", "draining", "failed"]
    models: list[str]


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
