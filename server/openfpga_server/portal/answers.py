"""What all answers of the portal's API have in common."""

from __future__ import annotations

import msgspec
from aiohttp import web


def answer(body: msgspec.Struct, status: int = 200) -> web.Response:
    """JSON that nothing on the way keeps."""
    return web.Response(
        status=status,
        body=msgspec.json.encode(body),
        content_type="application/json",
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )


def dollars(micro: int) -> float:
    """Micro-dollars as dollars."""
    return micro / 1_000_000
