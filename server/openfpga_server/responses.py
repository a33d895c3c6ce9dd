"""POST /v1/responses: OpenAI's newer form of a conversation, stateless, on the path of chat completions."""

from __future__ import annotations

import secrets
import time

import msgspec
from aiohttp import web
from openfpga_host.sampling import SamplingParams

from openfpga_server.answer import Answer, answering
from openfpga_server.chat import _logprobs, _max_tokens, _refuse_unsupported, chat_logprobs
from openfpga_server.dialect import request_dialect
from openfpga_server.errors import ApiError
from openfpga_server.protocol.decode import read_struct
from openfpga_server.protocol.responses import ResponseBody, ResponsesRequest, TextConfig, TextFormat
from openfpga_server.registry import ServedModel
from openfpga_server.responses_events import ResponseEvents
from openfpga_server.responses_input import chat_request, renamed
from openfpga_server.sampling import default_max_tokens, sampling_params
from openfpga_server.state import RECORD, STATE, requested_model

_DECODER = msgspec.json.Decoder(ResponsesRequest)


async def create_response(request: web.Request) -> web.StreamResponse:
    """Answer a conversation, whole or as a stream of events."""
    state, record = request.app[STATE], request[RECORD]
    dialect = request_dialect(request)
    body = await read_struct(request, _DECODER, state.config.body_timeout)
    record.stream = bool(body.stream)
    model = requested_model(request, body.model)
    try:
        chat = chat_request(body, model.id)
        _refuse_unsupported(chat)
        params = sampling_params(
            chat, model, dialect, max_tokens=_max_tokens(chat), logprobs=_logprobs(chat, dialect)
        )
        prompt = await state.encoders[model.id].chat(chat)
        params = default_max_tokens(params, dialect.defaults.chat_max_tokens, model, [prompt])
        with answering(model, [prompt], params, record, state.metrics.of(model.id), param="input") as answer:
            events = ResponseEvents(_begun(body, model, params))
            if not body.stream:
                return await _whole(answer, events, model)
            tokenizer = model.engine.tokenizer
            return await answer.stream(
                request, events, lambda _index, tokens: chat_logprobs(tokens, tokenizer), events.failed
            )
    except ApiError as error:
        raise renamed(error) from error


async def _whole(answer: Answer, events: ResponseEvents, model: ServedModel) -> web.Response:
    [choice] = await answer.collect()
    if choice.logprobs:
        events.text_logprobs(0, choice.text, chat_logprobs(choice.logprobs, model.engine.tokenizer))
    else:
        events.text(0, choice.text)
    events.finish(0, choice.finish_reason)
    events.end(answer.usage())
    return web.Response(body=msgspec.json.encode(events.body), content_type="application/json")


def _begun(body: ResponsesRequest, model: ServedModel, params: SamplingParams) -> ResponseBody:
    """The response before anything is generated: what was asked, and the values that hold."""
    return ResponseBody(
        id="resp_" + secrets.token_hex(24),
        created_at=int(time.time()),
        status="in_progress",
        instructions=body.instructions,
        max_output_tokens=body.max_output_tokens,
        metadata=body.metadata or {},
        model=model.id,
        output=[],
        parallel_tool_calls=body.parallel_tool_calls is not False,
        temperature=params.temperature,
        text=TextConfig(format=(body.text and body.text.format) or TextFormat(type="text")),
        tool_choice=body.tool_choice or "auto",
        tools=body.tools or [],
        top_logprobs=body.top_logprobs or 0,
        top_p=params.top_p,
        user=body.user,
    )
