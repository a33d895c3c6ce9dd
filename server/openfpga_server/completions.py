"""POST /v1/completions."""

from __future__ import annotations

import time
from collections.abc import Sequence

import msgspec
from aiohttp import web
from openfpga_host.engine import ContextLengthExceeded, TokenLogprob
from openfpga_host.tokenizer import Tokenizer

from openfpga_server.answer import Answer, answering
from openfpga_server.dialect import Dialect
from openfpga_server.errors import bad_request, context_length_exceeded, unsupported
from openfpga_server.logprobs import finite
from openfpga_server.prompt import PromptEncoder
from openfpga_server.protocol.completions import (
    Completion,
    CompletionChoice,
    CompletionLogprobs,
    CompletionRequest,
)
from openfpga_server.protocol.decode import read_struct
from openfpga_server.registry import ServedModel
from openfpga_server.sampling import sampling_params
from openfpga_server.sse import CompletionFrames, Header
from openfpga_server.state import RECORD, STATE

_DECODER = msgspec.json.Decoder(CompletionRequest)


async def create_completion(request: web.Request) -> web.StreamResponse:
    """Continue texts, whole or streamed."""
    state, record = request.app[STATE], request[RECORD]
    dialect = state.config.dialect
    body = await read_struct(request, _DECODER, state.config.body_timeout)
    record.model, record.stream = body.model, bool(body.stream)
    model = state.registry.get(body.model)
    _refuse_unsupported(body)
    items = prompt_items(body.prompt)
    params = sampling_params(
        body,
        model,
        dialect,
        max_tokens=dialect.defaults.completion_max_tokens if body.max_tokens is None else body.max_tokens,
        logprobs=_logprobs(body, dialect),
        prompts=len(items),
    )
    encoder = state.encoders[model.id]
    prompts = [await _encode(item, encoder, model.max_context) for item in items]
    metrics = state.metrics.of(model.id)
    with answering(model, prompts, params, record, metrics, param="prompt") as answer:
        header = Header(
            id=dialect.new_completion_id(),
            object="text_completion",
            created=int(time.time()),
            model=model.id,
            system_fingerprint=model.fingerprint,
        )
        if not body.stream:
            return await _whole(answer, header, model, logprobs=body.logprobs is not None)
        include_usage = body.stream_options is not None and bool(body.stream_options.include_usage)
        offsets = [0] * answer.choices
        tokenizer = model.engine.tokenizer

        def render(index: int, tokens: Sequence[TokenLogprob]) -> CompletionLogprobs:
            rendered, offsets[index] = completion_logprobs(tokens, tokenizer, offsets[index])
            return rendered

        return await answer.stream(
            request,
            CompletionFrames(header, answer.choices, include_usage=include_usage),
            render,
            dialect.render_error,
            include_usage=include_usage,
        )


def prompt_items(prompt: str | list[str | int | list[int]]) -> list[str | list[int]]:
    """The prompts of a request, each a text or token ids.

    Raises:
        ApiError: 400: empty, or of mixed kinds.
    """
    if isinstance(prompt, str):
        return [prompt]
    tokens = [item for item in prompt if isinstance(item, int)]
    if tokens and len(tokens) == len(prompt):
        return [tokens]
    items = [item for item in prompt if not isinstance(item, int)]
    if not prompt or tokens or len({type(item) for item in items}) != 1:
        message = (
            "Invalid value for 'prompt': expected a string, a list of strings, a list of token ids or a list "
            "of lists of token ids, not empty and all of one kind."
        )
        raise bad_request(message, "prompt", "invalid_value")
    return items


def completion_logprobs(
    tokens: Sequence[TokenLogprob], tokenizer: Tokenizer, offset: int
) -> tuple[CompletionLogprobs, int]:
    """Log probabilities in the legacy shape.

    Args:
        tokens: of one choice, in order.
        tokenizer: of the model.
        offset: characters of the choice before the first of them.

    Returns:
        The object, and the offset after the last token.
    """
    texts = [tokenizer.token_text(token.token_id) for token in tokens]
    offsets: list[int] = []
    for text in texts:
        offsets.append(offset)
        offset += len(text)
    rendered = CompletionLogprobs(
        tokens=texts,
        token_logprobs=[finite(token.logprob) for token in tokens],
        top_logprobs=[
            {tokenizer.token_text(other): finite(logprob) for other, logprob in token.top} for token in tokens
        ],
        text_offset=offsets,
    )
    return rendered, offset


async def _encode(item: str | list[int], encoder: PromptEncoder, limit: int) -> list[int]:
    """Token ids given as such are taken as they are, but for more than the engine should look at."""
    if isinstance(item, str):
        return await encoder.text(item)
    if len(item) > limit:
        raise context_length_exceeded(ContextLengthExceeded(len(item), None, limit), "prompt")
    return item


async def _whole(answer: Answer, header: Header, model: ServedModel, *, logprobs: bool) -> web.Response:
    choices = await answer.collect()
    tokenizer = model.engine.tokenizer
    completion = Completion(
        id=header.id,
        created=header.created,
        model=header.model,
        system_fingerprint=header.system_fingerprint,
        choices=[
            CompletionChoice(
                index=index,
                text=choice.text,
                logprobs=completion_logprobs(choice.logprobs, tokenizer, 0)[0] if logprobs else None,
                finish_reason="length" if choice.finish_reason == "length" else "stop",
            )
            for index, choice in enumerate(choices)
        ],
        usage=answer.usage(),
    )
    return web.Response(body=msgspec.json.encode(completion), content_type="application/json")


def _refuse_unsupported(body: CompletionRequest) -> None:
    if body.echo:
        message = "Unsupported value for 'echo': returning the prompt is not supported yet."
        raise unsupported(message, "echo")
    if body.suffix:
        message = "Unsupported parameter: 'suffix'. The model continues texts, it does not fill gaps."
        raise unsupported(message, "suffix")
    if body.best_of is not None and body.best_of != (body.n or 1):
        message = "Unsupported value for 'best_of': it must equal 'n', or be left out."
        raise unsupported(message, "best_of")


def _logprobs(body: CompletionRequest, dialect: Dialect) -> int | None:
    limit = dialect.limits.completion_logprobs
    if body.logprobs is not None and body.logprobs > limit:
        message = f"Invalid value for 'logprobs': expected at most {limit}, but got {body.logprobs}."
        raise bad_request(message, "logprobs", "invalid_value")
    return body.logprobs
