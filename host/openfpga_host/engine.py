"""The token loop: requests in, text out, one program per step on the device between them.

One thread steps the device: it takes in what was submitted or cancelled, lets the scheduler choose the rows,
runs them, samples, and posts what became visible to the event loops of the requests, with at most one wake-up
per loop and step. The device releases the interpreter lock, so the loops format and send one
step's text while the next one runs.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import secrets
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING

from openfpga_host.embedding import Embedding, check_texts
from openfpga_host.engine_stats import Counters, EngineConfig, EngineStats
from openfpga_host.generation import (
    ContextLengthExceeded,
    Delta,
    EngineError,
    EngineStopped,
    Generation,
    GrammarFailed,
    QueueFull,
    Usage,
)
from openfpga_host.grammar import Grammar, GrammarCompiler
from openfpga_host.kv_blocks import BlockManager, BlockTable
from openfpga_host.masks import Allowed, MaskWorker
from openfpga_host.pooled import PooledRequest, PooledText
from openfpga_host.request import Choice, Request
from openfpga_host.sampler import Logits, TokenLogprob, sample_rows, token_logprob
from openfpga_host.sampling import SamplingParams
from openfpga_host.scheduler import Plan, Scheduler
from openfpga_host.shares import checked_weight
from openfpga_host.text_stream import TextStream

if TYPE_CHECKING:
    from openfpga_host.runner import ModelRunner
    from openfpga_host.tokenizer import Tokenizer

__all__ = [
    "ContextLengthExceeded",
    "Delta",
    "Engine",
    "EngineConfig",
    "EngineError",
    "EngineStats",
    "EngineStopped",
    "Generation",
    "GrammarFailed",
    "QueueFull",
    "TokenLogprob",
    "Usage",
]

_log = logging.getLogger(__name__)
_RETRY_AFTER_RANGE = (1.0, 60.0)
_BLOCKS_A_SEQUENCE = 8
"""KV blocks there are for each sequence that runs at the same time, if nothing else is said."""


class Engine:
    """Serves requests on one runner. `start` it; `close` it, which does not close the runner.

    `submit` may be called from any event loop. Raises ValueError for a configuration the runner cannot serve.
    """

    def __init__(self, runner: ModelRunner, tokenizer: Tokenizer, config: EngineConfig | None = None) -> None:
        config = config or EngineConfig()
        rows = runner.max_rows if config.step_rows is None else config.step_rows
        if not 1 <= rows <= runner.max_rows:
            raise ValueError(f"step_rows is {rows}; allowed: 1 to the runner's {runner.max_rows}")
        running = config.max_running
        if running is None:
            running = max(rows, runner.num_blocks // _BLOCKS_A_SEQUENCE)
        if config.max_queue < 1:
            raise ValueError(f"max_queue is {config.max_queue}; allowed: at least 1")
        self.runner = runner
        self.tokenizer = tokenizer
        self.config = config
        self.context_limit = min(runner.max_context, runner.num_blocks * runner.block_size)
        self._vocab = min(runner.vocab_size, tokenizer.vocab_size)
        self._blocks = BlockManager(runner.num_blocks, runner.block_size, prefix_cache=config.prefix_cache)
        self.grammars = GrammarCompiler(tokenizer)
        self._masks = MaskWorker(self._vocab, -(-tokenizer.vocab_size // 32))
        self._scheduler: Scheduler[Choice] = Scheduler(self._blocks, rows, running)
        self._counters = Counters()
        self._last_error: str | None = None
        self._arrivals = 0
        self._busy = 0.0
        self._busy_at_finish = 0.0
        self._seconds_per_request: float | None = None
        # Shared with submitters: the lock guards _live, _queued, _refusal and _drains.
        self._lock = threading.Lock()
        self._live: set[Request] = set()
        self._queued = 0
        self._refusal: str | None = None
        self._drains: list[concurrent.futures.Future[None]] = []
        self._inbox: deque[Request] = deque()
        self._outbox: dict[asyncio.AbstractEventLoop, list[tuple[Request, Delta | EngineError | None]]] = {}
        self._woken = 0.0
        self._rows = 0
        self._wake = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="openfpga-step", daemon=False)

    def start(self) -> None:
        """Start the step thread; requests submitted before wait for it."""
        self.grammars.prepare()
        self._thread.start()

    def submit(
        self,
        prompt: Sequence[int],
        sampling: SamplingParams,
        *,
        grammar: Grammar | None = None,
        shown: Mapping[int, str] | None = None,
        request_id: str | None = None,
        account: str = "",
        weight: int = 1,
    ) -> Generation:
        """Queue a request, from a running event loop, and return its stream at once.

        Args:
            prompt: token ids, at least one.
            sampling: how tokens are chosen. With a grammar `ignore_eos` has no effect: it says where to end.
            grammar: what every choice has to follow, compiled for this engine's tokenizer.
            shown: control tokens whose name is part of the text.
            request_id: for logs; None: one is made up.
            account: whose request it is: while there are more than rows, accounts share these by weight.
            weight: of the account, 1 to `shares.MAX_WEIGHT`.

        Raises:
            ValueError: an empty prompt, ids the model does not have, or no such weight.
            ContextLengthExceeded, QueueFull, EngineStopped: as they say.
        """
        tokens = [int(token) for token in prompt]
        budget = self._check(tokens, sampling)
        stop_ids = frozenset(sampling.stop_token_ids)
        if grammar is not None or not sampling.ignore_eos:
            stop_ids |= self.tokenizer.eos_token_ids
        request = Request(tokens, sampling, budget, stop_ids, grammar, shown, account, checked_weight(weight))
        request.generation = Generation(
            request_id or secrets.token_hex(12), len(tokens), sampling.n, lambda: self._stop(request)
        )
        self._enqueue(request)
        return request.generation

    def embed(
        self,
        texts: Sequence[Sequence[int]],
        *,
        request_id: str | None = None,
        account: str = "",
        weight: int = 1,
    ) -> Embedding:
        """Queue texts for the means of their states, from a running event loop (`Embedder.embed`).

        Raises ValueError, ContextLengthExceeded, QueueFull and EngineStopped.
        """
        checked = check_texts(texts, self._vocab, self.context_limit)
        request = PooledRequest(checked, account, checked_weight(weight))
        request.generation = Embedding(
            request_id or secrets.token_hex(12),
            sum(map(len, request.texts)),
            len(request.texts),
            self.dimensions,
            lambda: self._stop(request),
        )
        self._enqueue(request)
        return request.generation

    def check(self, prompt: Sequence[int], sampling: SamplingParams) -> None:
        """Raise what `submit` would raise now, and queue nothing."""
        self._check([int(token) for token in prompt], sampling)
        with self._lock:
            self._check_room()

    def check_embed(self, texts: Sequence[Sequence[int]]) -> None:
        """Raise what `embed` would raise now, and queue nothing."""
        check_texts(texts, self._vocab, self.context_limit)
        with self._lock:
            self._check_room()

    @property
    def dimensions(self) -> int:
        """Length of the vectors of `embed`."""
        return self.runner.dimensions

    async def drain(self, timeout: float) -> None:  # noqa: ASYNC109
        """Refuse new requests; after `timeout` seconds end the accepted ones left with EngineStopped."""
        drained: concurrent.futures.Future[None] = concurrent.futures.Future()
        with self._lock:
            self._refusal = "the engine is shutting down"
            if not self._live:
                return
            self._drains.append(drained)
        try:
            await asyncio.wait_for(asyncio.wrap_future(drained), timeout)
        except TimeoutError:
            with self._lock:
                rest = list(self._live)
            for request in rest:
                self._stop(request, EngineStopped("the engine shut down before the request was finished"))

    def close(self) -> None:
        """Stop after the current step; the unfinished ends with EngineStopped. Waits for the step thread."""
        with self._lock:
            self._refusal = "the engine is closed"
            self._closing = True
        self._wake.set()
        if self._thread.ident is None:
            self._shut_down()
        elif self._thread is not threading.current_thread():
            self._thread.join()

    @property
    def refusal(self) -> str | None:
        """Why new requests are refused, in words; None while they are accepted."""
        return self._refusal

    def stats(self) -> EngineStats:
        """A snapshot, from any thread; figures of one step may be seen in part."""
        counters = self._counters
        return EngineStats(
            running=len(self._scheduler.running),
            waiting=self._scheduler.queued + len(self._inbox),
            kv_blocks_total=self._blocks.num_blocks,
            kv_blocks_used=self._blocks.used,
            kv_blocks_cached=self._blocks.cached,
            steps=counters.steps,
            failed_steps=counters.failed_steps,
            tokens=counters.tokens,
            prompt_tokens=counters.prompt_tokens,
            cached_tokens=counters.cached_tokens,
            preemptions=self._scheduler.preemptions,
            schedule_seconds=counters.schedule,
            build_seconds=counters.build,
            device_seconds=self.runner.device_seconds,
            sample_seconds=counters.sample,
            emit_seconds=counters.emit,
            last_error=self._last_error,
        )

    def _check(self, prompt: list[int], sampling: SamplingParams) -> int:
        """The number of tokens a choice may generate, or the exception that refuses the request."""
        if not prompt:
            raise ValueError("the prompt has no tokens; it needs at least one")
        allowed = range(self._vocab)
        named = {
            "prompt": prompt,
            "logit_bias": sampling.logit_bias,
            "stop_token_ids": sampling.stop_token_ids,
        }
        for name, ids in named.items():
            for token in ids:
                if token not in allowed:
                    raise ValueError(f"{name} has token id {token}; this model has 0 to {len(allowed) - 1}")
        room = self.context_limit - len(prompt)
        if room < (sampling.max_tokens or 1):
            raise ContextLengthExceeded(len(prompt), sampling.max_tokens, self.context_limit)
        return sampling.max_tokens or room

    def _enqueue(self, request: Request) -> None:
        with self._lock:
            self._check_room()
            self._queued += 1
            self._live.add(request)
            self._inbox.append(request)
        self._wake.set()

    def _check_room(self) -> None:
        """With the lock held."""
        if self._refusal is not None:
            raise EngineStopped(self._refusal)
        if self._queued >= self.config.max_queue:
            raise QueueFull(self._queued, self._retry_after())

    def _retry_after(self) -> float:
        estimate = self._queued * (self._seconds_per_request or 1.0)
        return min(max(estimate, _RETRY_AFTER_RANGE[0]), _RETRY_AFTER_RANGE[1])

    def _stop(self, request: Request, error: EngineError | None = None) -> None:
        with self._lock:
            ended = request not in self._live
        if not ended and not request.stopped:
            request.error = error
            request.stopped = True
            self._inbox.append(request)
            self._wake.set()

    # Below: the step thread only.

    def _run(self) -> None:
        try:
            while True:
                self._wake.clear()
                self._read_inbox()
                if self._closing:
                    break
                if self._scheduler.idle:
                    self._flush()
                    self._wake.wait()
                else:
                    started = perf_counter()
                    self._step()
                    self._busy += perf_counter() - started
        except Exception as error:
            _log.exception("the step thread ends")
            self._last_error = f"{type(error).__name__}: {error}"
            with self._lock:
                self._refusal = f"the engine failed: {self._last_error}"
        finally:
            self._shut_down()

    def _read_inbox(self) -> None:
        while self._inbox:
            request = self._inbox.popleft()
            if request.stopped:
                self._drop(request, request.error)
            elif isinstance(request, PooledRequest):
                self._feed(request)
            else:
                self._arrivals += 1
                choice = self._choice(request, 0, (self._arrivals, 0))
                self._scheduler.add(choice)
                request.choices.append(choice)

    def _step(self) -> None:
        affected: Iterable[Choice] = self._scheduler
        try:
            before = perf_counter()
            plan = self._scheduler.schedule()
            assert plan is not None, "sequences wait, yet none can be scheduled"
            self._note_started(plan)
            scheduled = perf_counter()
            # A fault leaves no page that can be trusted, so it ends all that hold pages; what waits goes on.
            affected = self._scheduler.running
            counters = self._counters
            elsewhere = self.runner.device_seconds + counters.emit
            logits = self.runner.step(plan.batch, self._launching(plan))
            elsewhere -= self.runner.device_seconds + counters.emit
            ran = perf_counter()
            self._scheduler.commit(plan)
            self._pool(plan)
            sampled = self._sample(plan, logits)
            drawn = perf_counter()
            for choice, row, token in sampled:
                self._accept(choice, token, logits[row])
            counters.steps += 1
            counters.schedule += scheduled - before
            counters.build += ran - scheduled + elsewhere
            counters.sample += drawn - ran
            counters.emit += perf_counter() - drawn
        except Exception as error:
            _log.exception("a step failed; its requests are ended")
            self._counters.failed_steps += 1
            self._last_error = f"{type(error).__name__}: {error}"
            for request in {choice.request for choice in affected}:
                failure = EngineError(f"the engine failed while serving the request: {self._last_error}")
                failure.__cause__ = error
                self._drop(request, failure)
            self._blocks.drop_cache()

    def _feed(self, request: PooledRequest) -> None:
        """Give the scheduler the next texts of a request, so that it has a share of the rows and not all."""
        share = max(1, min(self._scheduler.max_running, self._scheduler.step_rows) // 4)
        while request.fed < len(request.texts) and len(request.choices) < share:
            self._arrivals += 1
            table = BlockTable(self._blocks)
            text = PooledText(request, request.fed, (self._arrivals, 0), table, self.runner.pooler())
            self._scheduler.add(text)
            request.choices.append(text)
            request.fed += 1

    def _pool(self, plan: Plan[Choice]) -> None:
        """Gather the states of texts that become vectors; end those that are complete."""
        row = 0
        for choice, rows in plan.work:
            if isinstance(choice, PooledText):
                choice.pooler.add(self.runner.states(row, row + rows), choice.computed - rows)
                if choice.computed == len(choice.tokens):
                    self._finish_text(choice)
            row += rows

    def _finish_text(self, text: PooledText) -> None:
        request = text.request
        assert isinstance(request, PooledRequest)
        request.generation.vectors[text.index] = text.pooler.vector()
        self._scheduler.remove(text)
        request.choices.remove(text)
        self._feed(request)
        if not request.choices:
            request.generation.complete = True
            self._retire(request)
            self._post(request, None)
            self._measure_throughput()

    def _note_started(self, plan: Plan[Choice]) -> None:
        for choice, rows in plan.work:
            request = choice.request
            if rows > 1 or choice.generated == 0:
                self._counters.prompt_tokens += rows
            if not request.started:
                request.started = True
                request.generation.begun = True
                request.generation.cached_tokens = choice.cached
                self._counters.cached_tokens += choice.cached
                with self._lock:
                    self._queued -= 1

    def _sample(self, plan: Plan[Choice], logits: Logits) -> list[tuple[Choice, int, int]]:
        """(choice, logit row, token) of all that get one, the choices of a prompt just finished included."""
        rows: list[tuple[Choice, int]] = []
        masks = self._take_masks(plan)
        allowed: list[Allowed | None] = []
        failed = self._drop_failed(plan) if masks else ()
        for row, choice in enumerate(plan.sampled):
            if choice.request in failed:
                continue
            rows.append((choice, row))
            allowed.append(masks.get(row))
            if choice.generated == 0 and choice.index == 0:
                for index in range(1, choice.request.params.n):
                    child = self._choice(choice.request, index, (choice.rank[0], index))
                    self._scheduler.fork(choice, child)
                    choice.request.choices.append(child)
                    rows.append((child, row))
                    allowed.append(masks.get(row))
        if not rows:
            return []
        samplers = [(row, choice.sampler) for choice, row in rows]
        tokens = sample_rows(logits[:, : self._vocab], samplers, allowed)
        return [(choice, row, token) for (choice, row), token in zip(rows, tokens, strict=True)]

    def _take_masks(self, plan: Plan[Choice]) -> dict[int, Allowed]:
        """By logit row, the tokens that choices with a grammar may choose from."""
        rows = [row for row, choice in enumerate(plan.sampled) if choice.matcher is not None]
        return dict(zip(rows, self._masks.take(), strict=True)) if rows else {}

    def _drop_failed(self, plan: Plan[Choice]) -> set[Request]:
        """End the requests whose grammar cannot be followed any further."""
        reasons = {
            choice.request: choice.matcher.failure for choice in plan.sampled if choice.matcher is not None
        }
        failed = {request: reason for request, reason in reasons.items() if reason is not None}
        for request, reason in failed.items():
            self._drop(request, GrammarFailed(reason))
        return set(failed)

    def _accept(self, choice: Choice, token: int, logits: Logits) -> None:
        request = choice.request
        choice.generated += 1
        generation = request.generation
        generation.completion_tokens += 1
        if generation.first_sampled is None:
            generation.first_sampled = perf_counter()
        self._counters.tokens += 1
        reason = None
        if token in request.stop_ids:
            choice.text.finish()
            reason = "stop"
        else:
            top = request.params.logprobs
            logprob = None if top is None else token_logprob(logits[: self._vocab], token, top)
            choice.sampler.accept(token)
            choice.tokens.append(token)
            if choice.matcher is not None:
                choice.matcher.accept(token)
            if choice.text.push(token, logprob):
                reason = "stop"
            elif choice.matcher is not None and choice.matcher.complete:
                choice.text.finish()
                reason = "stop"
            elif choice.generated == request.budget:
                reason = "stop" if choice.text.finish() else "length"
        visible = choice.text.take()
        if visible is not None or reason is not None:
            text, ids, logprobs = visible or ("", (), ())
            self._post(request, Delta(choice.index, text, ids, logprobs, reason))
        if reason is not None:
            self._scheduler.remove(choice)
            request.choices.remove(choice)
            if not request.choices:
                self._retire(request)
                self._measure_throughput()

    def _choice(self, request: Request, index: int, rank: tuple[int, int]) -> Choice:
        text = TextStream(self.tokenizer.detokenizer(request.prompt), request.params.stop, request.shown)
        return Choice(request, index, rank, BlockTable(self._blocks), text)

    def _drop(self, request: Request, error: EngineError | None) -> None:
        """End a request early, in whatever state it is; nothing happens if it has ended already."""
        for choice in request.choices:
            self._scheduler.remove(choice)
        request.choices.clear()
        if self._retire(request):
            self._post(request, error)

    def _retire(self, request: Request) -> bool:
        with self._lock:
            if request not in self._live:
                return False
            self._live.remove(request)
            self._queued -= not request.started
        return True

    def _measure_throughput(self) -> None:
        seconds = self._busy - self._busy_at_finish
        self._busy_at_finish = self._busy
        known = self._seconds_per_request
        self._seconds_per_request = seconds if known is None else known + (seconds - known) / 8

    def _post(self, request: Request, item: Delta | EngineError | None) -> None:
        self._outbox.setdefault(request.generation.loop, []).append((request, item))

    def _launching(self, plan: Plan[Choice]) -> Callable[[], None]:
        """What to do when a step starts, as the interpreter is free for others then: compute the masks of its
        logits, and wake the loops.

        Text waits for the next step only if that came soon, and comes soon again: this step is like the last.
        """
        rows = len(plan.batch.tokens)
        steady, self._rows = rows == self._rows, rows
        hold = steady and perf_counter() - self._woken < self.config.wake_interval
        matchers = [choice.matcher for choice in plan.sampled if choice.matcher is not None]

        def launch() -> None:
            if matchers:
                self._masks.start(matchers)
            if not hold:
                self._flush()

        return launch

    def _flush(self) -> None:
        started = perf_counter()
        outbox, self._outbox = self._outbox, {}
        if outbox:
            self._woken = started
        for loop, items in outbox.items():
            try:
                loop.call_soon_threadsafe(_deliver, items)
            except RuntimeError:
                # The loop is closed: nobody can read these requests any more.
                for request, _ in items:
                    self._stop(request)
        if self._drains:
            self._finish_drains()
        self._counters.emit += perf_counter() - started

    def _finish_drains(self) -> None:
        with self._lock:
            drained = [] if self._live else self._drains[:]
            del self._drains[: len(drained)]
        for future in drained:
            if future.set_running_or_notify_cancel():
                future.set_result(None)

    def _shut_down(self) -> None:
        with self._lock:
            self._refusal = self._refusal or "the engine stopped"
            rest = list(self._live)
        for request in rest:
            self._drop(
                request, request.error or EngineStopped("the engine stopped before the request was finished")
            )
        self._flush()
        self._masks.close()
        self.grammars.close()


def _deliver(items: list[tuple[Request, Delta | EngineError | None]]) -> None:
    for request, item in items:
        request.generation.deliver(item)
