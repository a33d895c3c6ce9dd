"""POST /v1/responses: OpenAI's newer form of a conversation, stateless, on the path of chat completions."""

from __future__ import annotations

import secrets
import time

import msgspec
from aiohttp import web
from openfpga_host.sampling import SamplingParams
from openfpga_host.tokenizer import Tokenizer

from openfpga_server.answer import Collected, answering
from openfpga_server.chat import chat_logprobs
from openfpga_server.dialect import request_dialect
from openfpga_server.errors import ApiError
from openfpga_server.protocol.decode import read_struct
from openfpga_server.protocol.responses import ResponseBody, ResponsesRequest, TextConfig, TextFormat
from openfpga_server.registry import ServedModel
from openfpga_server.responses_events import ResponseEvents
from openfpga_server.responses_input import chat_request, renamed
from openfpga_server.state import RECORD, STATE, requested_model
from openfpga_server.turn import prepare_turn

_DECODER = msgspec.json.Decoder(ResponsesRequest)


async def create_response(request: web.Request) -> web.StreamResponse:
    """Answer a conversation, whole or as a stream of events."""
    state, record = request.app[STATE], request[RECORD]
    dialect = request_dialect(request)
    body = await read_struct(request, _DECODER, state.config.body_timeout)
    record.stream = bool(body.stream)
    model = requested_model(request, body.model)
    try:
        chat = await chat_request(body, model)
        turn = await prepare_turn(chat, model, state.encoders[model.id], dialect)
        async with answering(request, model, [turn.prompt], turn.params, param="input", turn=turn) as answer:
            events = ResponseEvents(_begun(body, model, turn.params))
            tokenizer = model.engine.tokenizer
            if not body.stream:
                [choice] = await answer.collect()
                tell(events, choice, tokenizer)
                events.end(answer.usage())
                return web.Response(body=msgspec.json.encode(events.body), content_type="application/json")
            return await answer.stream(
                request,
                events,
                lambda _index, tokens: chat_logprobs(tokens, tokenizer),
                lambda error: events.failed(renamed(error)),
                keep_alive=dialect.keep_alive,
            )
    except ApiError as error:
        raise renamed(error) from error


def tell(events: ResponseEvents, choice: Collected, tokenizer: Tokenizer) -> None:
    """Let a whole answer pass through the events, whose body then has it."""
    if choice.text or not choice.calls:
        events.text(0, choice.text)
        if choice.logprobs:
            events.text_logprobs(0, "", chat_logprobs(choice.logprobs, tokenizer))
    for position, call in enumerate(choice.calls):
        events.call(0, position, call.id, call.name)
        events.arguments(0, position, call.arguments)
    events.finish(0, choice.finish_reason)


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
