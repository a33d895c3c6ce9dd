"""Who asks: the key, the payment or the cookie of a request, and what it is worth."""

from __future__ import annotations

import hmac
import logging

from aiohttp import hdrs, web

from openfpga_server.accounts.accounts import Accounts
from openfpga_server.accounts.database import DatabaseError
from openfpga_server.accounts.keys import PREFIX
from openfpga_server.dialect import Dialect
from openfpga_server.errors import ApiError, bad_csrf, invalid_api_key, unavailable
from openfpga_server.portal.access import is_local, same_origin
from openfpga_server.portal.cookie import CSRF_HEADER, SESSION_COOKIE
from openfpga_server.principal import ANONYMOUS, PAYMENT_USER, Principal
from openfpga_server.state import ServerState

logger = logging.getLogger("openfpga.accounts")

SAFE_METHODS = (hdrs.METH_GET, hdrs.METH_HEAD, hdrs.METH_OPTIONS)
"""They change nothing, so that a page that makes a browser send them gains nothing."""
_STATIC = Principal(kind="static")
_PAYMENT = Principal(kind="payment", user=PAYMENT_USER)
_RETRY_AFTER_DATABASE = 5


async def authenticate(request: web.BaseRequest, dialect: Dialect, state: ServerState) -> Principal:
    """Who asks: by key, else by the portal's cookie, else by payment, else nobody, where that is allowed.

    Raises:
        ApiError: 401; 403 for a cookie without the page's token; 503 without the database.
    """
    services, config = state.services, state.config
    accounts, key = services.accounts, presented_key(request, dialect)
    try:
        if key is not None:
            if config.api_key is not None and _equal(key, config.api_key):
                return _STATIC
            if accounts is not None and key.startswith(PREFIX):
                known = await accounts.authenticate(key)
                if known is not None:
                    return known
        elif accounts is not None and (token := request.cookies.get(SESSION_COOKIE)):
            known = await _of_session(request, accounts, token)
            if known is not None:
                return known
        paid = services.payments is not None and services.payments.covers(request)
        if paid and key is None:
            return _PAYMENT
        # What is for sale is free for nobody: a wrong key does not make it so.
        if not paid and config.api_key is None and (accounts is None or not await accounts.any_keys()):
            if accounts is not None and not config.allow_anonymous:
                _check_local(request)
            return ANONYMOUS
    except DatabaseError as error:
        logger.error("API keys cannot be checked: %s", error)
        message = "The server cannot check API keys at the moment. Please try again later."
        raise unavailable(message, _RETRY_AFTER_DATABASE, "accounts_unavailable") from error
    raise _refused(request, dialect, state, given=key is not None)


def presented_key(request: web.BaseRequest, dialect: Dialect) -> str | None:
    """The key a request brings: in the dialect's own header, or as ``Authorization: Bearer``.

    Raises:
        ApiError: 401: it brings several, and which one is checked would depend on who reads it.
    """
    found = set[str]()
    for name in dialect.key_headers:
        found.update(value.strip() for value in request.headers.getall(name, ()))
    authorizations = request.headers.getall(hdrs.AUTHORIZATION, ())
    for value in authorizations:
        scheme, _, token = value.strip().partition(" ")
        if scheme.lower() == "bearer":
            found.add(token.strip())
    found.discard("")
    if len(found) > 1 or len(authorizations) > 1:
        raise invalid_api_key("Your request has more than one API key. Send one, in one header.")
    return found.pop() if found else None


async def _of_session(request: web.BaseRequest, accounts: Accounts, token: str) -> Principal | None:
    """Who signed in to the portal; what changes something must come from the portal's own page."""
    known = await accounts.authenticate_session(token)
    if known is not None and request.method not in SAFE_METHODS:
        csrf = request.headers.get(CSRF_HEADER, "")
        if not same_origin(request) or not _equal(csrf, accounts.csrf_token(token)):
            raise bad_csrf(CSRF_HEADER)
    return known


def _check_local(request: web.BaseRequest) -> None:
    """While there are no keys, only this machine is let in, and nobody by way of a proxy on it."""
    if not is_local(request):
        raise invalid_api_key(
            "This server has no API keys yet, so it answers this machine alone, at its loopback address and "
            "not through a proxy. Make a key there with 'openfpga keys create'."
        )


def _refused(request: web.BaseRequest, dialect: Dialect, state: ServerState, *, given: bool) -> ApiError:
    if given:
        message = "The API key provided is invalid."
    else:
        names = (*dialect.key_headers, "Authorization")
        places = (f"'{name}: {'Bearer ' if name == 'Authorization' else ''}KEY'" for name in names)
        message = f"This server asks for an API key. Send it in the header {' or '.join(places)}."
    host = request.headers.get(hdrs.HOST)
    if host and state.services.accounts is not None and state.config.portal.enabled:
        message += f" Get a valid key at {request.scheme}://{host}/"
    return invalid_api_key(message)


def _equal(one: str, other: str) -> bool:
    """In constant time; headers may hold any bytes, and compare_digest refuses a str that is not ASCII."""
    return hmac.compare_digest(one.encode("utf-8", "surrogateescape"), other.encode())
