"""POST /v1/chat/completions."""

from __future__ import annotations

import time
from collections.abc import Sequence

import msgspec
from aiohttp import web
from msgspec import UNSET
from openfpga_host.engine import TokenLogprob
from openfpga_host.tokenizer import Tokenizer

from openfpga_server.answer import Collected, answering
from openfpga_server.dialect import request_dialect
from openfpga_server.logprobs import finite, token_bytes
from openfpga_server.performance import measured
from openfpga_server.protocol.chat import (
    AnswerCall,
    AnswerFunction,
    AnswerMessage,
    ChatChoice,
    ChatCompletion,
    ChatRequest,
    ChoiceLogprobs,
    ContentLogprob,
    TopLogprob,
)
from openfpga_server.protocol.common import Performance
from openfpga_server.protocol.decode import read_struct
from openfpga_server.sse import ChatFrames, Header
from openfpga_server.state import RECORD, STATE, requested_model
from openfpga_server.turn import prepare_turn

_DECODER = msgspec.json.Decoder(ChatRequest)


async def create_chat_completion(request: web.Request) -> web.StreamResponse:
    """Answer a conversation, whole or streamed."""
    state, record = request.app[STATE], request[RECORD]
    dialect = request_dialect(request)
    body = await read_struct(request, _DECODER, state.config.body_timeout)
    record.stream = bool(body.stream)
    model = requested_model(request, body.model)
    turn = await prepare_turn(body, model, state.encoders[model.id], dialect)
    async with answering(request, model, [turn.prompt], turn.params, param="messages", turn=turn) as answer:
        header = Header(
            id=dialect.new_chat_id(),
            object="chat.completion.chunk",
            created=int(time.time()),
            model=model.id,
            system_fingerprint=model.fingerprint,
        )

        def performance() -> Performance:
            return measured(record, answer.usage().completion_tokens, answer.choices, model.hardware)

        if not body.stream:
            choices = await answer.collect()
            tokenizer = model.engine.tokenizer
            completion = ChatCompletion(
                id=header.id,
                created=header.created,
                model=header.model,
                system_fingerprint=header.system_fingerprint,
                choices=[
                    _choice(index, choice, tokenizer if body.logprobs else None, tools=turn.tools is not None)
                    for index, choice in enumerate(choices)
                ],
                usage=answer.usage(),
                x_openfpga=performance() if dialect.x_openfpga else UNSET,
            )
            return web.Response(body=msgspec.json.encode(completion), content_type="application/json")
        frames = ChatFrames(
            header,
            answer.choices,
            include_usage=body.stream_options is not None and bool(body.stream_options.include_usage),
            tools=turn.tools is not None,
            performance=performance if dialect.x_openfpga else None,
        )
        return await answer.stream(
            request,
            frames,
            lambda _index, tokens: chat_logprobs(tokens, model.engine.tokenizer),
            lambda error: dialect.render_stream_error(error, request),
            keep_alive=dialect.keep_alive,
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


def _choice(index: int, choice: Collected, tokenizer: Tokenizer | None, *, tools: bool) -> ChatChoice:
    """One answer; with log probabilities if there is a tokenizer to name their tokens.

    With tools there may be no text, which is null then; without, there is always one.
    """
    calls = [AnswerCall(call.id, AnswerFunction(call.name, call.arguments)) for call in choice.calls]
    reason = choice.finish_reason
    return ChatChoice(
        index=index,
        message=AnswerMessage(
            role="assistant",
            content=choice.text or (None if tools else ""),
            tool_calls=calls or UNSET,
        ),
        logprobs=None if tokenizer is None else chat_logprobs(choice.logprobs, tokenizer),
        finish_reason="length" if reason == "length" else "tool_calls" if reason == "tool_calls" else "stop",
    )
