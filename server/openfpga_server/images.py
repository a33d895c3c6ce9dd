"""POST /v1/images/generations: there is no image model yet, and the answer says so."""

from __future__ import annotations

import msgspec
from aiohttp import web

from openfpga_server.errors import ApiError
from openfpga_server.protocol.decode import read_struct
from openfpga_server.protocol.images import ImageRequest
from openfpga_server.state import RECORD, STATE

_DECODER = msgspec.json.Decoder(ImageRequest)


async def create_image(request: web.Request) -> web.Response:
    """Check the request and refuse it.

    400, not 501 or 503: it is the failure the endpoint's document lists, and SDKs repeat what gets a 5xx.
    """
    body = await read_struct(request, _DECODER, request.app[STATE].config.body_timeout)
    request[RECORD].model = body.model
    message = "No image model is loaded on this server; it serves language models only (see /v1/models)."
    raise ApiError(400, message, param="model", code="image_model_not_loaded")
