"""GET /v1/models and /v1/models/{id}."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class ModelBody(Struct, frozen=True, kw_only=True):
    """One served model. `max_model_len` (tokens) is an extension, named as in vLLM."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str
    max_model_len: int


class ModelList(Struct, frozen=True, kw_only=True):
    """All served models."""

    object: Literal["list"] = "list"
    data: list[ModelBody]
