"""POST /v1/completions."""

from __future__ import annotations

import time
from collections.abc import Sequence

import msgspec
from aiohttp import web
from openfpga_host.engine import ContextLengthExceeded, TokenLogprob
from openfpga_host.tokenizer import Tokenizer

from openfpga_server.answer import Answer, answering
from openfpga_server.dialect import Dialect, request_dialect
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
from openfpga_server.sampling import default_max_tokens, sampling_params
from openfpga_server.sse import CompletionFrames, Header
from openfpga_server.state import RECORD, STATE, requested_model

_DECODER = msgspec.json.Decoder(CompletionRequest)


async def create_completion(request: web.Request) -> web.StreamResponse:
    """Continue texts, whole or streamed."""
    state, record = request.app[STATE], request[RECORD]
    dialect = request_dialect(request)
    body = await read_struct(request, _DECODER, state.config.body_timeout)
    record.stream = bool(body.stream)
    model = requested_model(request, body.model)
    _refuse_unsupported(body)
    items = prompt_items(body.prompt)
    params = sampling_params(
        body,
        model,
        dialect,
        max_tokens=body.max_tokens,
        logprobs=_logprobs(body, dialect),
        prompts=len(items),
    )
    encoder = state.encoders[model.id]
    prompts = [await _encode(item, encoder, model.max_context) for item in items]
    params = default_max_tokens(params, dialect.defaults.completion_max_tokens, model, prompts)
    async with answering(request, model, prompts, params, param="prompt") as answer:
        # Token ids are known to be the model's from here on.
        echoes = _echoes(items, params.n, model) if body.echo else None
        header = Header(
            id=dialect.new_completion_id(),
            object="text_completion",
            created=int(time.time()),
            model=model.id,
            system_fingerprint=model.fingerprint,
        )
        if not body.stream:
            renderers = _renderers(prompts, params.n, model) if body.logprobs is not None else None
            return await _whole(answer, header, echoes, renderers)
        include_usage = body.stream_options is not None and bool(body.stream_options.include_usage)
        renderers = _renderers(prompts, params.n, model)
        return await answer.stream(
            request,
            EchoFrames(header, answer.choices, echoes, include_usage=include_usage),
            lambda index, tokens: renderers[index].render(tokens),
            lambda error: dialect.render_stream_error(error, request),
            keep_alive=dialect.keep_alive,
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


class LogprobRenderer:
    """Log probabilities of one choice in the legacy shape, piece by piece.

    Offsets are those of the text the choice really shows: a token that only continues a character begins
    where that character does.

    Args:
        prompt: token ids before the choice.
        tokenizer: of the model.
    """

    def __init__(self, prompt: Sequence[int], tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._detokenizer = tokenizer.detokenizer(prompt)
        self._offset = 0

    def render(self, tokens: Sequence[TokenLogprob]) -> CompletionLogprobs:
        """The object for the choice's next tokens."""
        text = self._tokenizer.token_text
        offsets: list[int] = []
        for token in tokens:
            offsets.append(self._offset)
            self._offset += len(self._detokenizer.push(token.token_id))
        return CompletionLogprobs(
            tokens=[text(token.token_id) for token in tokens],
            token_logprobs=[finite(token.logprob) for token in tokens],
            top_logprobs=[{text(other): finite(logprob) for other, logprob in token.top} for token in tokens],
            text_offset=offsets,
        )


class EchoFrames(CompletionFrames):
    """Chunks of a text completion in which each choice begins with its prompt, where `echoes` has one.

    Args:
        header: fields that every chunk repeats.
        choices: number of choices.
        echoes: text of the prompt by choice; None: prompts are not repeated.
        include_usage: every chunk has a `usage`, null but for the last one.
    """

    def __init__(
        self, header: Header, choices: int, echoes: Sequence[str] | None, *, include_usage: bool
    ) -> None:
        super().__init__(header, choices, include_usage=include_usage)
        self._echoes = echoes

    def role(self, index: int) -> bytes:
        """The prompt, if it is to be repeated."""
        return b"" if self._echoes is None else self.text(index, self._echoes[index])


def _renderers(prompts: Sequence[Sequence[int]], n: int, model: ServedModel) -> list[LogprobRenderer]:
    """One a choice."""
    return [LogprobRenderer(prompt, model.engine.tokenizer) for prompt in prompts for _ in range(n)]


def _echoes(items: Sequence[str | list[int]], n: int, model: ServedModel) -> list[str]:
    """The text of each choice's prompt: as it was given, or that of its tokens."""
    decode = model.engine.tokenizer.decode
    texts = [item if isinstance(item, str) else decode(item) for item in items]
    return [text for text in texts for _ in range(n)]


async def _encode(item: str | list[int], encoder: PromptEncoder, limit: int) -> list[int]:
    """Token ids given as such are taken as they are, but for more than the engine should look at."""
    if isinstance(item, str):
        return await encoder.text(item)
    if len(item) > limit:
        raise context_length_exceeded(ContextLengthExceeded(len(item), None, limit), "prompt")
    return item


async def _whole(
    answer: Answer, header: Header, echoes: Sequence[str] | None, renderers: Sequence[LogprobRenderer] | None
) -> web.Response:
    choices = await answer.collect()
    completion = Completion(
        id=header.id,
        created=header.created,
        model=header.model,
        system_fingerprint=header.system_fingerprint,
        choices=[
            CompletionChoice(
                index=index,
                text=choice.text if echoes is None else echoes[index] + choice.text,
                logprobs=None if renderers is None else renderers[index].render(choice.logprobs),
                finish_reason="length" if choice.finish_reason == "length" else "stop",
            )
            for index, choice in enumerate(choices)
        ],
        usage=answer.usage(),
    )
    return web.Response(body=msgspec.json.encode(completion), content_type="application/json")


def _refuse_unsupported(body: CompletionRequest) -> None:
    if body.echo and body.logprobs is not None:
        message = (
            "Unsupported value for 'echo': log probabilities of the prompt are not computed. Leave out "
            "'logprobs' or 'echo'."
        )
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
