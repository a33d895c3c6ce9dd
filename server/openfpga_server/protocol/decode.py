"""Request bodies: JSON to structs, with errors that name the field in OpenAI's way."""

from __future__ import annotations

import asyncio
import re
from typing import TypeVar

import msgspec
from aiohttp import web

from openfpga_server.errors import ApiError, bad_request
from openfpga_server.errors import missing as missing_field

T = TypeVar("T")

_PATH = re.compile(r"^(?P<what>.*?)(?: - at (?:`key` in )?`\$(?P<path>[^`]*)`)?$", re.DOTALL)
_MISSING = re.compile(r"^Object missing required field `(?P<field>[^`]+)`$")


async def read_struct(request: web.Request, decoder: msgspec.json.Decoder[T], seconds: float) -> T:
    """Read and decode a JSON body, which has to be there within `seconds`.

    Raises:
        ApiError: 415 for another content type, 408 for a body that does not come, 400 for one that is not
            encoded as its headers say and for anything that is not such a struct.
        web.HTTPRequestEntityTooLarge: the body passes the application's limit.
    """
    if not request.body_exists:
        raise bad_request("Your request has no body. Expected a JSON object.")
    if not _is_json(request.content_type):
        # Also what keeps a web page from posting here without a preflight.
        message = f"Expected the header 'Content-Type: application/json', but got '{request.content_type}'."
        raise ApiError(415, message)
    try:
        # Most bodies come with their headers and need no clock.
        async with asyncio.timeout(None if request.content.is_eof() else seconds):
            body = await request.read()
    except TimeoutError as error:
        message = f"The body of your request did not arrive within {seconds:g} seconds."
        raise ApiError(408, message, code="request_timeout", headers={"Connection": "close"}) from error
    except web.RequestPayloadError as error:
        encoding = request.headers.get("Content-Encoding", "identity")
        message = f"The body of your request is not encoded as its headers say ({encoding[:40]!r})."
        raise bad_request(message) from error
    return decode_struct(body, decoder)


def decode_struct(body: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """Decode a JSON body.

    Raises:
        ApiError: 400 naming the field at fault, or the place where the JSON is broken.
    """
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise _field_error(str(error)) from error
    except msgspec.DecodeError as error:
        raise bad_request(f"We could not parse the JSON body of your request: {error}.") from error
    except UnicodeDecodeError as error:
        raise bad_request(f"The body of your request is not valid UTF-8: {error.reason}.") from error
    except RecursionError as error:
        raise bad_request("The JSON body of your request is nested too deeply.") from error


def _is_json(content_type: str) -> bool:
    return content_type == "application/json" or content_type.endswith("+json")


def _field_error(text: str) -> ApiError:
    match = _PATH.match(text)
    assert match is not None
    what = match["what"].replace("`", "'")
    param = (match["path"] or "").lstrip(".")
    missing = _MISSING.match(match["what"])
    if missing is not None:
        param = f"{param}.{missing['field']}" if param else missing["field"]
        return missing_field(param)
    if not param:
        return bad_request(f"The body of your request must be a JSON object: {_lower(what)}.")
    code = "invalid_type" if ", got '" in what else "invalid_value"
    return bad_request(f"Invalid value for '{param}': {_lower(what)}.", param, code)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
