"""Token ids of OpenAI's embedding models, turned back into text.

LangChain and others cut texts into tokens before they send them, with the tokenizer of the model they believe
to talk to: cl100k_base for OpenAI's embedding names. Read as ids of the model that really answers they would
be other words, without any error. So under these names they are decoded; under a model's own name ids are
its own.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import tiktoken

from openfpga_server.errors import bad_request, unsupported

ENCODING = "cl100k_base"
CACHE_VARIABLE = "TIKTOKEN_CACHE_DIR"
"""Where tiktoken keeps vocabularies; what is not there it downloads, which a server does not by itself."""


def texts_of(items: Sequence[str | list[int]]) -> list[str | list[int]]:
    """The texts of token lists in cl100k_base; texts stay as they are.

    Raises:
        ApiError: 400: the vocabulary is not at hand, or it has no such token.
    """
    encoding = _encoding()
    texts: list[str | list[int]] = []
    for item in items:
        try:
            texts.append(item if isinstance(item, str) else encoding.decode(item))
        except (KeyError, OverflowError) as error:
            message = f"Invalid value for 'input': {ENCODING} has no such token ({error})."
            raise bad_request(message, "input", "invalid_value") from error
    return texts


def _encoding() -> tiktoken.Encoding:
    advice = (
        f"Under this model's name token ids are read as {ENCODING}, whose vocabulary this server does not "
        "have. Send strings (in LangChain: check_embedding_ctx_length=False), or ids of the model's own "
        f"tokenizer under its own name; or let the server's operator set {CACHE_VARIABLE}."
    )
    if not os.environ.get(CACHE_VARIABLE):
        raise unsupported(advice, "input")
    try:
        return tiktoken.get_encoding(ENCODING)
    except Exception as error:  # the library raises what its download raises
        raise unsupported(advice, "input") from error
