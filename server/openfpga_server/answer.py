"""What chat and text completions do alike: submit, collect or stream, and stop when nobody listens."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Protocol

import msgspec
from aiohttp import web
from openfpga_host.engine import Delta, EngineError, Generation, GrammarFailed, TokenLogprob
from openfpga_host.sampling import SamplingParams

from openfpga_server.admission import UNSTATED_TOKENS, Ticket, admitted
from openfpga_server.errors import ApiError, bad_request, from_engine, internal_error
from openfpga_server.merge import merged
from openfpga_server.metrics import ModelMetrics
from openfpga_server.principal import PRINCIPAL, Principal
from openfpga_server.protocol.common import PromptTokensDetails, UsageBody
from openfpga_server.registry import ServedModel
from openfpga_server.sse import EventStream
from openfpga_server.state import RECORD, STATE, RequestRecord
from openfpga_server.tools.reader import Arguments, Call, Event, Text, ToolReader
from openfpga_server.turn import Turn, grammar_failed

logger = logging.getLogger("openfpga.server")

RenderLogprobs = Callable[[int, Sequence[TokenLogprob]], msgspec.Struct]
"""(choice index, tokens) -> what stands under `logprobs` in a chunk."""


class StreamFrames(Protocol):
    """What a stream consists of, in an API's own form (`sse.Frames`, `responses_events.ResponseEvents`)."""

    def role(self, index: int) -> bytes:
        """What a choice begins with."""

    def text(self, index: int, text: str) -> bytes:
        """A piece of a choice's text."""

    def text_logprobs(self, index: int, text: str, logprobs: msgspec.Struct) -> bytes:
        """A piece of a choice's text with the log probabilities of its tokens."""

    def call(self, index: int, position: int, call_id: str, name: str) -> bytes:
        """The beginning of a choice's tool call, the `position`-th."""

    def arguments(self, index: int, position: int, piece: str) -> bytes:
        """A piece of the JSON text of a call's arguments."""

    def finish(self, index: int, reason: str) -> bytes:
        """The end of a choice."""

    def end(self, usage: UsageBody) -> bytes:
        """What follows all choices."""

    def failure(self, body: bytes) -> bytes:
        """What ends a stream that fails, of a rendered error."""


@dataclass(slots=True)
class CollectedCall:
    """A tool call: `arguments` is JSON text."""

    id: str
    name: str
    arguments: str = ""


@dataclass(slots=True)
class Collected:
    """All of one choice."""

    text: str = ""
    calls: list[CollectedCall] = field(default_factory=list)
    logprobs: list[TokenLogprob] = field(default_factory=list)
    finish_reason: str = ""


class Answer:
    """The running generations of one request.

    Choices are numbered over the prompts first, then over each prompt's n.

    Args:
        generations: one a prompt.
        n: choices a prompt.
        record: of the request; times, tokens and the end go there.
        metrics: of the model.
        ticket: settled before the last of the answer leaves.
        param: the request field that holds the prompt.
        reader: makes the reader of a choice's tool calls; None: there are none.
    """

    def __init__(
        self,
        generations: Sequence[Generation],
        n: int,
        record: RequestRecord,
        metrics: ModelMetrics,
        ticket: Ticket,
        param: str,
        reader: Callable[[], ToolReader | None] = lambda: None,
    ) -> None:
        self._generations = generations
        self._n = n
        self._record = record
        self._metrics = metrics
        self._ticket = ticket
        self._param = param
        readers = ((index, reader()) for index in range(self.choices))
        self._readers = {index: made for index, made in readers if made is not None}

    @property
    def choices(self) -> int:
        """Number of choices of the whole request."""
        return self._n * len(self._generations)

    def usage(self) -> UsageBody:
        """Token accounting; final when the answer has ended."""
        prompt = sum(generation.prompt_tokens for generation in self._generations)
        completion = sum(generation.completion_tokens for generation in self._generations)
        cached = sum(generation.cached_tokens for generation in self._generations)
        return UsageBody(
            prompt_tokens=prompt,
            completion_tokens=completion,
            total_tokens=prompt + completion,
            prompt_tokens_details=PromptTokensDetails(cached_tokens=cached),
        )

    async def collect(self) -> list[Collected]:
        """Wait for the whole answer.

        Raises:
            ApiError: the engine failed or stopped.
        """
        choices = [Collected() for _ in range(self.choices)]
        async with aclosing(self._batches()) as batches:
            async for batch in batches:
                for index, delta in batch:
                    choice = choices[index]
                    events, reason = self._read(index, delta)
                    for event in events:
                        match event:
                            case Text(text):
                                choice.text += text
                            case Call(_, call_id, name):
                                choice.calls.append(CollectedCall(call_id, name))
                            case Arguments(position, piece):
                                choice.calls[position].arguments += piece
                    choice.logprobs += delta.logprobs
                    choice.finish_reason = reason or choice.finish_reason
        await self._settle()
        return choices

    async def stream(
        self,
        request: web.Request,
        frames: StreamFrames,
        logprobs: RenderLogprobs,
        render_error: Callable[[ApiError], bytes],
        *,
        keep_alive: float | None = None,
    ) -> web.StreamResponse:
        """Send the answer as it comes; what is ready at the same time goes out in one write.

        The headers wait for the first token, so that what fails before it is answered with its own status;
        but no longer than `keep_alive`, as something on the way may give the connection up.

        Args:
            request: that is answered.
            frames: what the stream consists of.
            logprobs: renders log probabilities.
            render_error: renders an error in the middle of the stream.
            keep_alive: seconds of silence before a comment is sent; None: none are.

        Raises:
            ApiError: the engine failed before anything was sent.
        """
        silent = set(range(self.choices))
        unfinished = self.choices
        # What ends the last choice leaves together with the end of the stream.
        last = b""
        with EventStream(request, keep_alive) as stream:
            try:
                async with aclosing(self._batches()) as batches:
                    async for batch in batches:
                        parts: list[bytes] = []
                        for index, delta in batch:
                            if index in silent:
                                silent.discard(index)
                                parts.append(frames.role(index))
                            self._render(index, delta, frames, logprobs, parts)
                            unfinished -= delta.finish_reason is not None
                        if not unfinished:
                            last += b"".join(parts)
                        elif parts:
                            await stream.write(b"".join(parts))
                await self._settle()
            except ConnectionError:
                raise
            except Exception as error:
                if not stream.begun:
                    raise
                failure = error if isinstance(error, ApiError) else self._internal(error)
                self._record.error = failure.code
                # If this is what could not be recorded, it is settled already.
                with suppress(ApiError):
                    await self._settle(failure.status)
                return await stream.end(last + frames.failure(render_error(failure)))
            return await stream.end(last + frames.end(self.usage()))

    async def _settle(self, status: int = 200) -> None:
        """What the answer used is recorded durably: whatever a client saw finished is counted."""
        note_tokens(self._generations, self._record)
        await self._ticket.settle(status)

    def _render(
        self,
        index: int,
        delta: Delta,
        frames: StreamFrames,
        logprobs: RenderLogprobs,
        parts: list[bytes],
    ) -> None:
        """Append the frames of a delta."""
        if index not in self._readers:
            # Once a token: the short way.
            reason = delta.finish_reason
            if delta.logprobs:
                rendered = logprobs(index, delta.logprobs)
                parts.append(frames.text_logprobs(index, delta.text, rendered))
            elif delta.text:
                parts.append(frames.text(index, delta.text))
        else:
            events, reason = self._read(index, delta)
            for event in events:
                match event:
                    case Text(text):
                        parts.append(frames.text(index, text))
                    case Call(position, call_id, name):
                        parts.append(frames.call(index, position, call_id, name))
                    case Arguments(position, piece):
                        parts.append(frames.arguments(index, position, piece))
            if delta.logprobs:
                parts.append(frames.text_logprobs(index, "", logprobs(index, delta.logprobs)))
        if reason is not None:
            parts.append(frames.finish(index, reason))

    def _read(self, index: int, delta: Delta) -> tuple[Sequence[Event], str | None]:
        """What a delta tells, and why the choice ended if it did."""
        reader, reason = self._readers.get(index), delta.finish_reason
        if reader is None:
            return (Text(delta.text),), reason
        events = reader.push(delta.text)
        if reason is not None:
            events += reader.finish()
            if reason == "stop" and reader.whole:
                reason = "tool_calls"
        return events, reason

    def _internal(self, error: Exception) -> ApiError:
        logger.error("request %s: unexpected error", self._record.id, exc_info=error)
        return internal_error(self._record.id)

    def _sampled(self) -> Iterator[float]:
        """When the engine drew the first token of each prompt that has one."""
        for generation in self._generations:
            if generation.first_sampled is not None:
                yield generation.first_sampled

    async def _batches(self) -> AsyncGenerator[list[tuple[int, Delta]]]:
        record, metrics = self._record, self._metrics
        reasons: set[str] = set()
        last = 0.0
        try:
            async with aclosing(merged(self._generations, self._n)) as batches:
                async for batch in batches:
                    now = time.perf_counter()
                    if record.first_token is None:
                        record.first_token = now
                        record.first_sampled = min(self._sampled(), default=now)
                        metrics.first_token.observe(now - record.started)
                    else:
                        metrics.inter_token.observe(now - last)
                    last = now
                    for _, delta in batch:
                        if delta.finish_reason is not None:
                            reasons.add(delta.finish_reason)
                    yield batch
        except GrammarFailed as error:
            raise grammar_failed(str(error)) from error
        except EngineError as error:
            logger.warning("request %s: %s: %s", record.id, type(error).__name__, error)
            raise from_engine(error, param=self._param) from error
        record.finish = ",".join(sorted(reasons))


@asynccontextmanager
async def answering(
    request: web.Request,
    model: ServedModel,
    prompts: Sequence[Sequence[int]],
    params: SamplingParams,
    *,
    param: str,
    turn: Turn | None = None,
) -> AsyncIterator[Answer]:
    """Let a request in and submit its prompts; when the block is left, for whatever reason, what still runs
    is cancelled, and what was used is recorded.

    Args:
        request: with its principal and its record.
        model: that runs them.
        prompts: token ids of each.
        params: sampling parameters of all.
        param: the request field that holds the prompts.
        turn: what else an assistant's turn has: its grammar and its tools.

    Raises:
        ApiError: the account may not, or the engine refuses one of them (then none runs).
    """
    record, metrics = request[RECORD], request.app[STATE].metrics.of(model.id)
    principal = request[PRINCIPAL]
    unstated = UNSTATED_TOKENS
    if principal.kind == "payment":
        # Money moves before the engine is asked: what it would refuse is refused first, and all is paid for.
        unstated = model.max_context
        for prompt in prompts:
            with refusals(param):
                model.engine.check(prompt, params, account=principal.user)
    prompt_tokens = sum(map(len, prompts))
    completion_tokens = sum(most_tokens(model, prompt, params, unstated) for prompt in prompts) * params.n
    async with admitted(request, model.id, prompt_tokens, completion_tokens) as ticket:
        generations: list[Generation] = []
        try:
            # extend() keeps those already submitted when a later one is refused.
            generations.extend(
                _submit(model, prompt, params, record, ticket.principal, param, turn) for prompt in prompts
            )
            reader = (lambda: None) if turn is None else turn.reader
            yield Answer(generations, params.n, record, metrics, ticket, param, reader)
        finally:
            for generation in generations:
                generation.cancel()
            if generations:
                note_tokens(generations, record)
                metrics.prompt_tokens.inc(record.prompt_tokens or 0)
                metrics.cached_tokens.inc(record.cached_tokens or 0)
                metrics.completion_tokens.inc(record.completion_tokens or 0)


def most_tokens(
    model: ServedModel, prompt: Sequence[int], params: SamplingParams, unstated: int = UNSTATED_TOKENS
) -> int:
    """What one choice of a prompt is expected to have at most, for the account's limits.

    Args:
        unstated: expected where the request names no maximum.
    """
    room = max(model.max_context - len(prompt), 0)
    return min(room, unstated if params.max_tokens is None else params.max_tokens)


def _submit(
    model: ServedModel,
    prompt: Sequence[int],
    params: SamplingParams,
    record: RequestRecord,
    principal: Principal,
    param: str,
    turn: Turn | None,
) -> Generation:
    grammar, shown = (None, None) if turn is None else (turn.grammar, turn.shown)
    with refusals(param):
        return model.engine.submit(
            prompt,
            params,
            grammar=grammar,
            shown=shown,
            request_id=record.id,
            account=principal.user,
            weight=principal.weight,
        )


@contextmanager
def refusals(param: str) -> Iterator[None]:
    """What the engine refuses, in the API's words.

    Args:
        param: the request field that holds the prompts.
    """
    try:
        yield
    except EngineError as error:
        raise from_engine(error, param=param) from error
    except ValueError as error:
        raise bad_request(f"Invalid value for '{param}': {error}.", param, "invalid_value") from error


def note_tokens(generations: Sequence[Generation], record: RequestRecord) -> None:
    """Put what was used into the request's record; prompts that only waited used nothing."""
    generations = [generation for generation in generations if generation.begun]
    if not generations:
        return
    record.prompt_tokens = sum(generation.prompt_tokens for generation in generations)
    record.cached_tokens = sum(generation.cached_tokens for generation in generations)
    record.completion_tokens = sum(generation.completion_tokens for generation in generations)
