"""The token loop: requests in, text out, one program per step on the device between them.

A step lets the scheduler choose the rows, runs them, samples, and posts what became visible to the event
loops of the requests, with at most one wake-up per loop and step (`step_loop`). The device releases the
interpreter lock, so the loops format and send one step's text while the next one runs.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING

from openfpga_host.embedding import Embedding, check_texts
from openfpga_host.engine_stats import EngineConfig, EngineStats
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
from openfpga_host.step_loop import StepLoop
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

_BLOCKS_A_SEQUENCE = 8
"""KV blocks there are for each sequence that runs at the same time, if nothing else is said."""


class Engine(StepLoop[Request]):
    """Serves requests on one runner. `start` it; `close` it, which does not close the runner.

    `submit` may be called from any event loop. Raises ValueError for a configuration the runner cannot serve.
    """

    def __init__(self, runner: ModelRunner, tokenizer: Tokenizer, config: EngineConfig | None = None) -> None:
        config = config or EngineConfig()
        super().__init__("openfpga-step", config)
        rows = runner.max_rows if config.step_rows is None else config.step_rows
        if not 1 <= rows <= runner.max_rows:
            raise ValueError(f"step_rows is {rows}; allowed: 1 to the runner's {runner.max_rows}")
        prompt_rows = rows if config.prompt_rows is None else config.prompt_rows
        if not rows <= prompt_rows <= runner.max_rows:
            raise ValueError(f"prompt_rows is {prompt_rows}; allowed: {rows} to {runner.max_rows}")
        running = config.max_running
        if running is None:
            running = max(rows, runner.num_blocks // _BLOCKS_A_SEQUENCE)
        self.runner = runner
        self.step_rows = rows
        self.tokenizer = tokenizer
        self.context_limit = min(runner.max_context, runner.num_blocks * runner.block_size)
        self._vocab = min(runner.vocab_size, tokenizer.vocab_size)
        self._blocks = BlockManager(runner.num_blocks, runner.block_size, prefix_cache=config.prefix_cache)
        self.grammars = GrammarCompiler(tokenizer)
        self._masks = MaskWorker(self._vocab, -(-tokenizer.vocab_size // 32))
        self._scheduler: Scheduler[Choice] = Scheduler(self._blocks, rows, running, prompt_rows)
        self._arrivals = 0
        self._rows = 0

    def start(self) -> None:
        """Start the step thread; requests submitted before wait for it."""
        self.grammars.prepare()
        super().start()

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

    def check(self, prompt: Sequence[int], sampling: SamplingParams, *, account: str = "") -> None:
        """Raise what `submit` would raise now, and queue nothing."""
        self._check([int(token) for token in prompt], sampling)
        with self._lock:
            self._check_room(account)

    def check_embed(self, texts: Sequence[Sequence[int]], *, account: str = "") -> None:
        """Raise what `embed` would raise now, and queue nothing."""
        check_texts(texts, self._vocab, self.context_limit)
        with self._lock:
            self._check_room(account)

    @property
    def dimensions(self) -> int:
        """Length of the vectors of `embed`."""
        return self.runner.dimensions

    @property
    def waiting(self) -> int:
        """Sequences that have yet to start (`stats`); from any thread."""
        return self._scheduler.queued + len(self._inbox)

    def stats(self) -> EngineStats:
        """A snapshot, from any thread; figures of one step may be seen in part."""
        counters = self._counters
        return EngineStats(
            running=len(self._scheduler.running),
            waiting=self.waiting,
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

    # Below: the step thread only.

    @property
    def _idle(self) -> bool:
        return self._scheduler.idle

    def _begin(self, work: Request) -> None:
        if isinstance(work, PooledRequest):
            self._feed(work)
        else:
            self._arrivals += 1
            choice = self._choice(work, 0, (self._arrivals, 0))
            self._scheduler.add(choice)
            work.choices.append(choice)

    def _forget(self, work: Request) -> None:
        for choice in work.choices:
            self._scheduler.remove(choice)
        work.choices.clear()

    def _ended(self) -> None:
        self._masks.close()
        self.grammars.close()

    def _step(self) -> None:
        affected: Iterable[Choice] = self._scheduler
        try:
            before = perf_counter()
            plan = self._scheduler.schedule()
            assert plan is not None, "sequences wait, yet none can be scheduled"
            self._note_rows(plan)
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
            self._fault({choice.request for choice in affected}, error)
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
            self._post(request, None)
            self._finish(request)

    def _note_rows(self, plan: Plan[Choice]) -> None:
        for choice, rows in plan.work:
            request = choice.request
            if rows > 1 or choice.generated == 0:
                self._counters.prompt_tokens += rows
            if not request.started:
                self._note_started(request)
                request.generation.cached_tokens = choice.cached
                self._counters.cached_tokens += choice.cached

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
                self._finish(request)

    def _choice(self, request: Request, index: int, rank: tuple[int, int]) -> Choice:
        text = TextStream(self.tokenizer.detokenizer(request.prompt), request.params.stop, request.shown)
        return Choice(request, index, rank, BlockTable(self._blocks), text)

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
