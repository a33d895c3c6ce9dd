"""Who may use the portal's API, and what it works on."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
from collections.abc import Iterator
from urllib.parse import urlsplit

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from openfpga_server.accounts.accounts import Accounts
from openfpga_server.errors import ApiError, unavailable
from openfpga_server.principal import PRINCIPAL, Principal
from openfpga_server.state import STATE

logger = logging.getLogger("openfpga.portal")

_RETRY_AFTER_DATABASE = 5
_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


def visitor(request: web.Request) -> Principal:
    """Whoever may look: any key, any session, and the people of this machine while there are no keys.

    Raises:
        ApiError: 403.
    """
    principal = request[PRINCIPAL]
    if principal.kind == "payment":
        raise _forbidden("A payment is for one request and opens no account.")
    if principal.kind == "anonymous" and not (is_local(request) and same_origin(request)):
        raise _forbidden(
            "This server has no API keys yet, so its portal is for this machine alone. "
            "Make a key there with 'openfpga keys create'."
        )
    return principal


def manager(request: web.Request) -> Principal:
    """Whoever may make and revoke keys: a visitor whose own key has no limits that a new one would lack.

    Raises:
        ApiError: 403.
    """
    principal = visitor(request)
    if principal.models is not None or principal.key_budget_micro is not None:
        raise _forbidden(
            "This API key has limits of its own, so it may not make or revoke keys. Use another."
        )
    return principal


def accounts_of(request: web.Request) -> Accounts:
    """The server's accounts.

    Raises:
        ApiError: 404: it keeps none.
    """
    accounts = request.app[STATE].services.accounts
    if accounts is None:
        raise ApiError(404, "This server keeps no accounts.", code="no_accounts")
    return accounts


@contextlib.contextmanager
def asking_accounts() -> Iterator[None]:
    """What a database that does not answer is for the caller of the API.

    Raises:
        ApiError: 503.
    """
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        logger.error("the accounts' database does not answer: %s", type(error).__name__)
        message = "The server cannot reach its accounts at the moment. Please try again later."
        raise unavailable(message, _RETRY_AFTER_DATABASE, "accounts_unavailable") from error


def is_local(request: web.BaseRequest) -> bool:
    """Whether a request was made on this machine, to this machine by a name that cannot be another's.

    The name keeps out pages that had their own name resolve to the loopback (DNS rebinding); a proxy's
    headers keep out those it forwards for.
    """
    if any(name in request.headers for name in _FORWARDED):
        return False
    # Not `request.host`: without the header that asks the name service, and waits for it.
    host = _hostname(request.headers.get("Host", ""))
    return _loopback(request.remote) and (host == "localhost" or _loopback(host))


def same_origin(request: web.BaseRequest) -> bool:
    """Whether a browser says that this server's own page asks; programs say nothing, and pass."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site not in (None, "same-origin", "none"):
        return False
    # The host alone: a proxy may speak https to the browser and http to us.
    return origin is None or origin.partition("://")[2] == request.headers.get("Host")


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _loopback(address: str | None) -> bool:
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False


def _forbidden(message: str) -> ApiError:
    return ApiError(403, message, code="forbidden")
