"""/v1/portal/session: people sign in to the page with a key.

The cookie is all that a browser keeps: no script can read it, and no other site can have it sent. What a
session does besides looking needs the CSRF token too, which only this server's page gets to see.
"""

from __future__ import annotations

import hmac
import math

import msgspec
from aiohttp import web

from openfpga_server.accounts.accounts import SESSION_LIFE, Accounts
from openfpga_server.errors import ApiError, bad_request, invalid_api_key
from openfpga_server.portal.access import accounts_of, asking_accounts, is_local, same_origin
from openfpga_server.portal.answers import answer
from openfpga_server.portal.attempts import ATTEMPTS
from openfpga_server.portal.cookie import SESSION_COOKIE
from openfpga_server.principal import Principal
from openfpga_server.protocol.decode import read_struct
from openfpga_server.protocol.portal import SessionBody, SessionKey, SignInRequest
from openfpga_server.state import STATE

_DECODER = msgspec.json.Decoder(SignInRequest)
_SIGNED_OUT = SessionBody(state="signed_out")


async def get_session(request: web.Request) -> web.Response:
    """Who is signed in to the page."""
    state = request.app[STATE]
    accounts = state.services.accounts
    with asking_accounts():
        keyless = state.config.api_key is None and (accounts is None or not await accounts.any_keys())
    if keyless:
        return answer(SessionBody(state="open") if is_local(request) else _SIGNED_OUT)
    token = request.cookies.get(SESSION_COOKIE, "")
    if accounts is None or not token or not same_origin(request):
        return answer(_SIGNED_OUT)
    with asking_accounts():
        principal = await accounts.authenticate_session(token)
        if principal is None:
            return answer(_SIGNED_OUT)
        return answer(await _signed_in(accounts, principal, accounts.csrf_token(token)))


async def sign_in(request: web.Request) -> web.Response:
    """Sign in to the page with a key.

    The session is a cookie that no script can read. It lasts twelve hours, and ends when its key is revoked.
    An address that fails ten times in a minute has to wait.
    """
    accounts, attempts = accounts_of(request), request.app[ATTEMPTS]
    _check_origin(request)
    wait = attempts.wait(request.remote)
    if wait > 0:
        raise _too_many_attempts(wait)
    config = request.app[STATE].config
    key = (await read_struct(request, _DECODER, config.body_timeout)).key.strip()
    with asking_accounts():
        session = await accounts.create_session(key)
    if session is None:
        if config.api_key is not None and hmac.compare_digest(key.encode(), config.api_key.encode()):
            message = "The server's own key opens no session. Make one with 'openfpga keys create'."
            raise bad_request(message, "key", "static_key")
        attempts.failed(request.remote)
        raise invalid_api_key("Incorrect API key provided.")
    with asking_accounts():
        response = answer(await _signed_in(accounts, session.principal, session.csrf))
    response.set_cookie(
        SESSION_COOKIE,
        session.token,
        max_age=int(SESSION_LIFE.total_seconds()),
        path="/",
        secure=_is_https(request),
        httponly=True,
        samesite="Strict",
    )
    return response


async def sign_out(request: web.Request) -> web.Response:
    """End the session."""
    _check_origin(request)
    token = request.cookies.get(SESSION_COOKIE)
    if token:
        accounts = accounts_of(request)
        with asking_accounts():
            await accounts.end_session(token)
    response = answer(_SIGNED_OUT)
    response.del_cookie(SESSION_COOKIE, path="/", secure=_is_https(request), httponly=True, samesite="Strict")
    return response


async def _signed_in(accounts: Accounts, principal: Principal, csrf: str) -> SessionBody:
    keys = await accounts.keys(user=principal.user)
    key = next((key for key in keys if key.id == principal.key), None)
    if key is None:
        # Revoked in this very moment.
        return _SIGNED_OUT
    return SessionBody(
        state="signed_in", key=SessionKey(id=key.id, name=key.name, kind=key.kind), csrf_token=csrf
    )


def _check_origin(request: web.Request) -> None:
    if not same_origin(request):
        message = "Sessions begin and end on this server's own page; this request comes from another one."
        raise ApiError(403, message, code="cross_origin")


def _is_https(request: web.Request) -> bool:
    """Whether the browser speaks https, to us or to a proxy: it says so itself."""
    return request.secure or request.headers.get("Origin", "").startswith("https://")


def _too_many_attempts(wait: float) -> ApiError:
    seconds = max(1, math.ceil(wait))
    message = f"Too many wrong keys from your address. Please try again in {seconds} seconds."
    headers = {"Retry-After": str(seconds)}
    return ApiError(429, message, type="rate_limit_error", code="too_many_attempts", headers=headers)
