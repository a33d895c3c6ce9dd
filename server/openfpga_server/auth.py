"""Who may ask: the key of a request, and its check."""

from __future__ import annotations

import hmac

from aiohttp import web

from openfpga_server.dialect import Dialect
from openfpga_server.errors import invalid_api_key
from openfpga_server.principal import ANONYMOUS, Principal
from openfpga_server.state import ServerState


def presented_key(request: web.BaseRequest, dialect: Dialect) -> str | None:
    """The key a request brings: in the dialect's own header, else as ``Authorization: Bearer``."""
    for name in dialect.key_headers:
        if name in request.headers:
            return request.headers[name].strip()
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


async def authenticate(request: web.BaseRequest, dialect: Dialect, state: ServerState) -> Principal:
    """Who asks.

    Raises:
        ApiError: 401.
    """
    services, key = state.services, presented_key(request, dialect)
    if not key and services.payments is not None and services.payments.covers(request):
        return Principal(kind="payment")
    if state.config.api_key is not None:
        if services.accounts is None or not key or not key.startswith("ofpga_sk_"):
            check_key(request, dialect, state.config.api_key)
            return Principal(kind="static")
    elif services.accounts is None or not await services.accounts.any_keys():
        return ANONYMOUS
    known = await services.accounts.authenticate(key) if key else None
    if known is None:
        raise invalid_api_key("Incorrect API key provided." if key else "This server asks for an API key.")
    return known


def check_key(request: web.BaseRequest, dialect: Dialect, expected: str) -> None:
    """Compare the request's key in constant time.

    Raises:
        ApiError: 401.
    """
    key = presented_key(request, dialect)
    if not key:
        where = " or ".join(
            (*(f"'{name}: KEY'" for name in dialect.key_headers), "'Authorization: Bearer KEY'")
        )
        raise invalid_api_key(f"This server asks for an API key. Send it in the header {where}.")
    # Headers may hold any bytes; a str that is not ASCII would be refused by compare_digest.
    if not hmac.compare_digest(key.encode("utf-8", "surrogateescape"), expected.encode()):
        raise invalid_api_key("Incorrect API key provided.")
