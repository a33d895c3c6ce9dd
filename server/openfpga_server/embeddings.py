"""POST /v1/embeddings."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import msgspec
import numpy as np
from aiohttp import web
from numpy.typing import NDArray
from openfpga_host.embedding import Embedder
from openfpga_host.engine import EngineError
from openfpga_host.pooling import unit_length
from openfpga_host.tokenizer import Tokenizer

from openfpga_server.admission import admitted
from openfpga_server.dialect import request_dialect
from openfpga_server.errors import ApiError, bad_request, from_engine, missing
from openfpga_server.foreign_tokens import texts_of
from openfpga_server.principal import PRINCIPAL
from openfpga_server.prompt import INLINE_CHARACTERS
from openfpga_server.protocol.decode import read_struct
from openfpga_server.protocol.embeddings import (
    EmbeddingItem,
    EmbeddingList,
    EmbeddingRequest,
    EmbeddingUsage,
)
from openfpga_server.registry import EMBEDDING_NAMES, Served
from openfpga_server.state import RECORD, STATE

MAX_INPUTS = 2048
MAX_TOKENS = 300_000
"""Inputs and tokens of one request, as with OpenAI."""
DECIMALS = 9
"""Of a number in JSON: finer than a float32 of a unit vector's magnitude."""

Input = str | list[int]
T = TypeVar("T")
logger = logging.getLogger("openfpga.server")
_DECODER = msgspec.json.Decoder(EmbeddingRequest)


async def create_embedding(request: web.Request) -> web.StreamResponse:
    """Turn texts into vectors of unit length."""
    state, record = request.app[STATE], request[RECORD]
    body = await read_struct(request, _DECODER, state.config.body_timeout)
    record.model = body.model
    model = _model(request, body.model)
    record.model = model.id
    engine: Embedder = model.engine
    if body.dimensions is not None and body.dimensions > engine.dimensions:
        message = (
            f"Invalid value for 'dimensions': vectors of {model.id} have {engine.dimensions} dimensions; "
            f"expected 1 to {engine.dimensions}, but got {body.dimensions}."
        )
        raise bad_request(message, "dimensions", "invalid_value")
    items = input_items(body.input)
    if body.model in EMBEDDING_NAMES and isinstance(items[0], list):
        items = await asyncio.to_thread(texts_of, items)
    size = sum(map(len, items))
    texts = await _off_loop(size, lambda: token_lists(items, engine.tokenizer, engine.context_limit))
    principal = request[PRINCIPAL]
    if principal.kind == "payment":
        # Money moves before the engine is asked: what it would refuse is refused first.
        with _refusals():
            engine.check_embed(texts, account=principal.user)
    async with admitted(request, model.id, sum(map(len, texts)), 0) as ticket:
        with _refusals():
            embedding = engine.embed(
                texts, request_id=record.id, account=principal.user, weight=principal.weight
            )
        try:
            vectors = await embedding.result()
        except EngineError as error:
            logger.warning("request %s: %s: %s", record.id, type(error).__name__, error)
            raise from_engine(error, param="input") from error
        finally:
            embedding.cancel()
            if embedding.begun:
                record.prompt_tokens = embedding.prompt_tokens
        record.finish = "stop"
        await ticket.settle()
    state.metrics.of(model.id).prompt_tokens.inc(embedding.prompt_tokens)
    usage = EmbeddingUsage(prompt_tokens=embedding.prompt_tokens, total_tokens=embedding.prompt_tokens)

    def encode() -> bytes:
        data = embedding_items(vectors, body.dimensions, text=body.encoding_format == "base64")
        return msgspec.json.encode(EmbeddingList(data=data, model=model.id, usage=usage))

    return web.Response(body=await _off_loop(vectors.size, encode), content_type="application/json")


def input_items(value: str | list[str | int | list[int]]) -> list[Input]:
    """The inputs of a request, each a text or token ids, none empty.

    Raises:
        ApiError: 400: empty, too many, or of mixed kinds.
    """
    if isinstance(value, str):
        items: list[Input] = [value]
    elif value and all(isinstance(item, int) for item in value):
        items = [[item for item in value if isinstance(item, int)]]
    else:
        items = [item for item in value if not isinstance(item, int)]
        if len(items) != len(value) or len({type(item) for item in items}) != 1:
            message = (
                "Invalid value for 'input': expected a string, a list of strings, a list of token ids or a "
                "list of lists of token ids, not empty and all of one kind."
            )
            raise bad_request(message, "input", "invalid_value")
    if len(items) > MAX_INPUTS:
        message = f"Invalid value for 'input': expected at most {MAX_INPUTS} items, but got {len(items)}."
        raise bad_request(message, "input", "invalid_value")
    for index, item in enumerate(items):
        if not item:
            param = _param(index, len(items))
            message = f"Invalid value for '{param}': nothing to embed; expected at least one "
            raise bad_request(message + ("character." if item == "" else "token."), param, "invalid_value")
    return items


def token_lists(items: Sequence[Input], tokenizer: Tokenizer, limit: int) -> list[list[int]]:
    """Token ids of all inputs with what the model wants around a text.

    Raises:
        ApiError: 400: an input is longer than the model's limit, or all together than a request's.
    """
    texts: list[list[int]] = []
    total = 0
    for index, item in enumerate(items):
        tokens = tokenizer.framed(tokenizer.encode(item) if isinstance(item, str) else item)
        if len(tokens) > limit:
            raise _too_long(len(tokens), limit, _param(index, len(items)))
        total += len(tokens)
        if total > MAX_TOKENS:
            message = (
                f"Invalid value for 'input': expected at most {MAX_TOKENS} tokens in one request, but there "
                "are more. Please send several requests."
            )
            raise bad_request(message, "input", "max_tokens_per_request")
        texts.append(tokens)
    return texts


def embedding_items(
    vectors: NDArray[np.float32], dimensions: int | None, *, text: bool
) -> list[EmbeddingItem]:
    """Vectors as they are answered.

    Args:
        vectors: float32 [inputs, D] of unit length.
        dimensions: to cut them to; None: all. A cut vector is made unit length again.
        text: base64 of little-endian float32 in place of numbers.
    """
    if dimensions is not None and dimensions < vectors.shape[1]:
        vectors = np.stack([unit_length(vector[:dimensions]) for vector in vectors])
    if text:
        encoded: Sequence[str | list[float]] = [
            base64.b64encode(vector.astype("<f4").tobytes()).decode() for vector in vectors
        ]
    else:
        encoded = np.round(vectors.astype(np.float64), DECIMALS).tolist()
    return [EmbeddingItem(index=index, embedding=vector) for index, vector in enumerate(encoded)]


def _model(request: web.Request, name: str | None) -> Served:
    dialect = request_dialect(request)
    if name is None and not (dialect.embedding_model_optional or dialect.model_optional):
        raise missing("model")
    return request.app[STATE].registry.embedder(name)


@contextmanager
def _refusals() -> Iterator[None]:
    """What the engine refuses, in the API's words."""
    try:
        yield
    except EngineError as error:
        raise from_engine(error, param="input") from error
    except ValueError as error:
        message = (
            f"Invalid value for 'input': {error}. Token ids must be those of this model's own tokenizer; "
            "send strings if your client uses another one."
        )
        raise bad_request(message, "input", "invalid_value") from error


def _too_long(tokens: int, limit: int, param: str) -> ApiError:
    message = (
        f"This model's maximum context length is {limit} tokens. However, '{param}' has {tokens} tokens. "
        "Please reduce its length or split it."
    )
    return bad_request(message, param, "context_length_exceeded")


def _param(index: int, count: int) -> str:
    return "input" if count == 1 else f"input[{index}]"


async def _off_loop(size: int, work: Callable[[], T]) -> T:
    """Run `work` in a thread if it is more than the event loop can spare."""
    return work() if size <= INLINE_CHARACTERS else await asyncio.to_thread(work)
