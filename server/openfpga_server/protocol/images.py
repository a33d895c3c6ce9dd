"""POST /v1/images/generations: the request, with the ranges VoltageGPU's document states."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct


class ImageRequest(Struct, frozen=True, kw_only=True):
    """Body of POST /v1/images/generations; None: left out."""

    prompt: str
    model: str | None = None
    n: Annotated[int, Meta(ge=1, le=10)] | None = None
    size: Literal["256x256", "512x512", "1024x1024", "1792x1024", "1024x1792"] | None = None
    response_format: Literal["url", "b64_json"] | None = None
    guidance_scale: Annotated[float, Meta(ge=1, le=20)] | None = None
    num_inference_steps: Annotated[int, Meta(ge=10, le=150)] | None = None
    user: str | None = None
