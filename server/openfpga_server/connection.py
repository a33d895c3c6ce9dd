"""One client's connection: what cannot be read as HTTP is answered in the API's shape too."""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus

from aiohttp import web
from aiohttp.http_exceptions import LineTooLong

from openfpga_server.dialect import Dialect
from openfpga_server.errors import SERVER_ERROR, ApiError, bad_request

logger = logging.getLogger("openfpga.server")


class Connection(web.RequestHandler):
    """aiohttp's protocol with JSON for the requests that reach no application.

    aiohttp's own answer repeats the bytes at fault and its log shows them; they may hold a key.

    Args:
        server: whose connection it is.
        dialect: in whose shape it complains: there is no path yet that could tell.
    """

    __slots__ = ("_dialect",)

    def __init__(self, server: web.Server, dialect: Dialect) -> None:
        loop = asyncio.get_running_loop()
        # None is what aiohttp's own server passes for "no log"; its annotation does not say so.
        super().__init__(server, loop=loop, access_log=None)  # type: ignore[arg-type]
        self._dialect = dialect

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The answer to a request that could not be read, or failed outside the application."""
        if isinstance(exc, ConnectionError):
            logger.debug("a client left before its answer ended")
        elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            logger.error("a request failed outside the application", exc_info=exc)
        else:
            logger.info("a request that is not valid HTTP: %s", type(exc).__name__)
        if request.writer.output_size > 0:
            raise ConnectionError("the answer has begun; its connection can only be closed")
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            error = ApiError(status, "The server had an error.", type=SERVER_ERROR, code="internal_error")
        else:
            what = "a line or a header of it is too long" if isinstance(exc, LineTooLong) else "malformed"
            error = bad_request(f"The request could not be read as HTTP: {what}.")
        body = self._dialect.render_error(error, request)
        response = web.Response(status=status, body=body, content_type="application/json")
        response.headers["Server"] = "openfpga"
        response.force_close()
        return response
