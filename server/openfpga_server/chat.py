"""POST /v1/chat/completions."""

from __future__ import annotations

import time
from collections.abc import Sequence

import msgspec
from aiohttp import web
from openfpga_host.engine import TokenLogprob
from openfpga_host.tokenizer import Tokenizer

from openfpga_server.answer import Answer, answering
from openfpga_server.dialect import Dialect, request_dialect
from openfpga_server.errors import bad_request, unsupported
from openfpga_server.logprobs import finite, token_bytes
from openfpga_server.protocol.chat import (
    AnswerMessage,
    ChatChoice,
    ChatCompletion,
    ChatRequest,
    ChoiceLogprobs,
    ContentLogprob,
    TopLogprob,
)
from openfpga_server.protocol.decode import read_struct
from openfpga_server.registry import ServedModel
from openfpga_server.sampling import default_max_tokens, sampling_params
from openfpga_server.sse import ChatFrames, Header
from openfpga_server.state import RECORD, STATE, requested_model

_DECODER = msgspec.json.Decoder(ChatRequest)


async def create_chat_completion(request: web.Request) -> web.StreamResponse:
    """Answer a conversation, whole or streamed."""
    state, record = request.app[STATE], request[RECORD]
    dialect = request_dialect(request)
    body = await read_struct(request, _DECODER, state.config.body_timeout)
    record.stream = bool(body.stream)
    model = requested_model(request, body.model)
    _refuse_unsupported(body)
    params = sampling_params(
        body, model, dialect, max_tokens=_max_tokens(body), logprobs=_logprobs(body, dialect)
    )
    prompt = await state.encoders[model.id].chat(body)
    params = default_max_tokens(params, dialect.defaults.chat_max_tokens, model, [prompt])
    metrics = state.metrics.of(model.id)
    with answering(model, [prompt], params, record, metrics, param="messages") as answer:
        header = Header(
            id=dialect.new_chat_id(),
            object="chat.completion.chunk",
            created=int(time.time()),
            model=model.id,
            system_fingerprint=model.fingerprint,
        )
        if not body.stream:
            return await _whole(answer, header, model, logprobs=bool(body.logprobs))
        include_usage = body.stream_options is not None and bool(body.stream_options.include_usage)
        tokenizer = model.engine.tokenizer
        return await answer.stream(
            request,
            ChatFrames(header, answer.choices, include_usage=include_usage),
            lambda _index, tokens: chat_logprobs(tokens, tokenizer),
            lambda error: dialect.render_stream_error(error, request),
        )


def chat_logprobs(tokens: Sequence[TokenLogprob], tokenizer: Tokenizer) -> ChoiceLogprobs:
    """Log probabilities in the shape of chat completions."""
    return ChoiceLogprobs(
        content=[
            ContentLogprob(
                token=tokenizer.token_text(token.token_id),
                logprob=finite(token.logprob),
                bytes=token_bytes(token.token_id, tokenizer),
                top_logprobs=[
                    TopLogprob(
                        token=tokenizer.token_text(other),
                        logprob=finite(logprob),
                        bytes=token_bytes(other, tokenizer),
                    )
                    for other, logprob in token.top
                ],
            )
            for token in tokens
        ]
    )


async def _whole(answer: Answer, header: Header, model: ServedModel, *, logprobs: bool) -> web.Response:
    choices = await answer.collect()
    completion = ChatCompletion(
        id=header.id,
        created=header.created,
        model=header.model,
        system_fingerprint=header.system_fingerprint,
        choices=[
            ChatChoice(
                index=index,
                message=AnswerMessage(role="assistant", content=choice.text),
                logprobs=chat_logprobs(choice.logprobs, model.engine.tokenizer) if logprobs else None,
                finish_reason="length" if choice.finish_reason == "length" else "stop",
            )
            for index, choice in enumerate(choices)
        ],
        usage=answer.usage(),
    )
    return web.Response(body=msgspec.json.encode(completion), content_type="application/json")


def _refuse_unsupported(body: ChatRequest) -> None:
    if body.functions is not None or body.function_call is not None:
        message = "'functions' and 'function_call' are deprecated and not supported. Use 'tools' instead."
        raise unsupported(message, "functions" if body.functions is not None else "function_call")
    if body.response_format is not None and body.response_format.type != "text":
        message = (
            f"Unsupported value for 'response_format.type': {body.response_format.type[:40]!r} "
            "is not supported yet. Use 'text'."
        )
        raise unsupported(message, "response_format.type")
    if body.modalities is not None and body.modalities != ["text"]:
        message = "Unsupported value for 'modalities': this server answers with ['text'] only."
        raise unsupported(message, "modalities")


def _max_tokens(body: ChatRequest) -> int | None:
    if body.max_tokens is not None and body.max_completion_tokens is not None:
        message = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported."
        raise bad_request(message, "max_tokens")
    return body.max_tokens if body.max_completion_tokens is None else body.max_completion_tokens


def _logprobs(body: ChatRequest, dialect: Dialect) -> int | None:
    if body.top_logprobs and not body.logprobs:
        raise bad_request("'top_logprobs' is only allowed when 'logprobs' is true.", "top_logprobs")
    top, limit = body.top_logprobs or 0, dialect.limits.chat_logprobs
    if top > limit:
        message = f"Invalid value for 'top_logprobs': expected at most {limit}, but got {top}."
        raise bad_request(message, "top_logprobs", "invalid_value")
    return top if body.logprobs else None
