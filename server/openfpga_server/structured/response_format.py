"""`response_format`: which form the text of an answer has."""

from __future__ import annotations

import json
import re

from openfpga_server.errors import bad_request, missing
from openfpga_server.protocol.chat import ResponseFormat
from openfpga_server.protocol.common import JsonObject
from openfpga_server.structured.grammars import ANY_OBJECT, Source
from openfpga_server.structured.schemas import check_schema

SCHEMA_PARAM = "response_format.json_schema.schema"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def read_response_format(response_format: ResponseFormat | None) -> Source | None:
    """The schema of the answer's text; None: it is free.

    Raises:
        ApiError: 400: an unknown type, or a malformed schema.
    """
    if response_format is None or response_format.type == "text":
        return None
    if response_format.type == "json_object":
        return Source(ANY_OBJECT, True, "response_format")
    if response_format.type != "json_schema":
        message = (
            f"Invalid value for 'response_format.type': {response_format.type[:40]!r}. "
            "Expected 'text', 'json_object' or 'json_schema'."
        )
        raise bad_request(message, "response_format.type", "invalid_value")
    given = response_format.json_schema
    if given is None:
        raise missing("response_format.json_schema")
    if not _NAME.fullmatch(given.name):
        message = (
            f"Invalid value for 'response_format.json_schema.name': {given.name[:80]!r}. "
            "Expected 1 to 64 letters, digits, '_' or '-'."
        )
        raise bad_request(message, "response_format.json_schema.name", "invalid_value")
    if given.schema is None:
        return Source(ANY_OBJECT, True, SCHEMA_PARAM)
    check_schema(given.schema, SCHEMA_PARAM)
    return Source(given.schema, True, SCHEMA_PARAM)


def instruction(response: Source) -> str:
    """What the model is told of the form; a mask alone lets it only stumble into the right keys."""
    if response.schema == ANY_OBJECT:
        return "Answer only in JSON."
    return f"Answer with JSON that matches this schema: {json.dumps(response.schema, ensure_ascii=False)}"


def speaks_of_json(messages: list[JsonObject]) -> bool:
    """Whether the conversation asks for JSON itself."""
    return any("json" in str(message.get("content", "")).lower() for message in messages)
