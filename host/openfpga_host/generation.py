"""What a caller of the engine holds: an asynchronous stream of one request's text, and how it can fail."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from openfpga_host.sampler import TokenLogprob


class EngineError(Exception):
    """The engine could not serve, or not finish, a request."""


class QueueFull(EngineError):
    """Too many requests wait already. retry_after: seconds until what waits now will have been served,
    roughly.
    """

    def __init__(self, waiting: int, retry_after: float) -> None:
        super().__init__(f"{waiting} requests are waiting already; try again in {retry_after:.0f} s")
        self.retry_after = retry_after


class ContextLengthExceeded(EngineError):
    """Prompt and tokens asked for do not fit the context: prompt_tokens, max_tokens (or None), limit."""

    def __init__(self, prompt_tokens: int, max_tokens: int | None, limit: int) -> None:
        wanted = "at least one more" if max_tokens is None else f"{max_tokens} more"
        super().__init__(
            f"the context holds {limit} tokens; the prompt has {prompt_tokens} and {wanted} "
            f"{'was' if max_tokens is None else 'were'} asked for"
        )
        self.prompt_tokens = prompt_tokens
        self.max_tokens = max_tokens
        self.limit = limit


class GrammarFailed(EngineError):
    """The request's grammar turned out too complex to be followed any further."""


class EngineStopped(EngineError):
    """The engine takes no requests (any more), or stopped before the request was finished."""


@dataclass(frozen=True, slots=True)
class Delta:
    """What became visible of one choice since its last Delta.

    index: the choice, 0 .. n-1. text: whole UTF-8 characters; what may be the start of a stop string is
    withheld. token_ids: tokens whose text began to show; never an EOS or stop token, nor tokens inside a stop
    string. logprobs: one per token id if asked for. finish_reason: None, "stop" (EOS, stop token or stop
    string) or "length" (max_tokens or the context limit), on the last Delta of the choice.
    """

    index: int
    text: str
    token_ids: tuple[int, ...]
    logprobs: tuple[TokenLogprob, ...]
    finish_reason: str | None


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts of a request.

    completion_tokens: every token sampled, over all choices, EOS and stop tokens included. cached_tokens:
    tokens of the prompt that the prefix cache had.
    """

    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int


class Generation:
    """The running answer to one request: iterate over it, once, on the event loop that submitted it.

    Iteration ends when every choice is finished or the request was cancelled, and raises EngineError if the
    engine failed. What a slow reader has not fetched is merged into one Delta per choice, so a stream holds
    at most the text of its max_tokens and slows nobody.
    """

    def __init__(
        self, request_id: str, prompt_tokens: int, choices: int, on_cancel: Callable[[], None]
    ) -> None:
        self.id = request_id
        self.loop = asyncio.get_running_loop()
        self.prompt_tokens = prompt_tokens
        self.completion_tokens = 0
        self.cached_tokens = 0
        self.begun = False
        """Whether work on it has begun: it waits no longer."""
        self.first_sampled: float | None = None
        """`time.perf_counter` when the engine drew the first token; the loop may learn of it much later."""
        self._on_cancel = on_cancel
        self._unfinished = choices
        self._pending: dict[int, list[Delta]] = {}
        self._error: EngineError | None = None
        self._waiter: asyncio.Future[None] | None = None

    @property
    def usage(self) -> Usage:
        """Counts so far; final once iteration ended."""
        return Usage(self.prompt_tokens, self.completion_tokens, self.cached_tokens)

    def cancel(self) -> None:
        """Stop the work within one step and end the iteration; safe from any thread, any number of times."""
        self._on_cancel()

    def __aiter__(self) -> Generation:
        return self

    async def __anext__(self) -> Delta:
        while not self._pending:
            if self._error is not None:
                error, self._error = self._error, None
                raise error
            if self._unfinished == 0:
                raise StopAsyncIteration
            self._waiter = self.loop.create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        index = next(iter(self._pending))
        return _merge(self._pending.pop(index))

    def deliver(self, item: Delta | EngineError | None) -> None:
        """For the engine, on the loop: add a Delta, or end the stream with an error or (None) without one."""
        if isinstance(item, Delta):
            self._pending.setdefault(item.index, []).append(item)
            self._unfinished -= item.finish_reason is not None
        else:
            self._error = item
            self._unfinished = 0
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


def _merge(deltas: list[Delta]) -> Delta:
    if len(deltas) == 1:
        return deltas[0]
    return Delta(
        index=deltas[0].index,
        text="".join(delta.text for delta in deltas),
        token_ids=tuple(token for delta in deltas for token in delta.token_ids),
        logprobs=tuple(logprob for delta in deltas for logprob in delta.logprobs),
        finish_reason=deltas[-1].finish_reason,
    )
