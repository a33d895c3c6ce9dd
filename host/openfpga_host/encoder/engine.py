"""Batches texts for an encoder: requests in, vectors out, one program a step on the device between them.

A step takes whole texts as long as they fit: tokens are shared among accounts by weight (`shares`), and an
account's requests have their turns one text each, so who asks for two thousand vectors does not hold up who
asks for one.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from time import perf_counter

from openfpga_host.embedding import Embedding, check_texts
from openfpga_host.encoder.runner import EncoderRunner
from openfpga_host.engine_stats import EngineConfig, EngineStats
from openfpga_host.shares import Share, Shares, checked_weight
from openfpga_host.step_loop import StepLoop, Work
from openfpga_host.tokenizer import Tokenizer


class _Job(Work):
    """A request: its texts, how many of them were taken into a step, and the share of its account."""

    generation: Embedding
    share: Share[_Job] | None = None

    def __init__(self, texts: list[list[int]], account: str, weight: int) -> None:
        super().__init__(account, weight)
        self.texts = texts
        self.taken = 0


class EncoderEngine(StepLoop[_Job]):
    """Serves embedding requests on one runner. `start` it; `close` it, which does not close the runner.

    `embed` may be called from any event loop. Of the configuration only `max_queue` matters.
    """

    def __init__(
        self, runner: EncoderRunner, tokenizer: Tokenizer, config: EngineConfig | None = None
    ) -> None:
        super().__init__("openfpga-encode", config or EngineConfig())
        self.runner = runner
        self.tokenizer = tokenizer
        self.context_limit = runner.max_context
        self.dimensions = runner.dimensions
        self._vocab = min(runner.vocab_size, tokenizer.vocab_size)
        self._shares: Shares[_Job] = Shares(credit=2 * runner.step_tokens)

    def embed(
        self,
        texts: Sequence[Sequence[int]],
        *,
        request_id: str | None = None,
        account: str = "",
        weight: int = 1,
    ) -> Embedding:
        """Queue texts, from a running event loop, and return their vectors-to-be at once (`Embedder.embed`).

        Raises ValueError, ContextLengthExceeded, QueueFull and EngineStopped.
        """
        checked = check_texts(texts, self._vocab, self.context_limit)
        job = _Job(checked, account, checked_weight(weight))
        job.generation = Embedding(
            request_id or secrets.token_hex(12),
            sum(map(len, job.texts)),
            len(job.texts),
            self.dimensions,
            lambda: self._stop(job),
        )
        self._enqueue(job)
        return job.generation

    def check_embed(self, texts: Sequence[Sequence[int]], *, account: str = "") -> None:
        """Raise what `embed` would raise now, and queue nothing."""
        check_texts(texts, self._vocab, self.context_limit)
        with self._lock:
            self._check_room(account)

    @property
    def waiting(self) -> int:
        """Requests that have yet to start (`stats`); from any thread."""
        return self._queued.total()

    def stats(self) -> EngineStats:
        """A snapshot, from any thread. KV blocks are used only within a step."""
        counters, waiting = self._counters, self.waiting
        return EngineStats(
            running=len(self._live) - waiting,
            waiting=waiting,
            kv_blocks_total=self.runner.num_blocks,
            kv_blocks_used=0,
            kv_blocks_cached=0,
            steps=counters.steps,
            failed_steps=counters.failed_steps,
            tokens=counters.tokens,
            prompt_tokens=counters.prompt_tokens,
            cached_tokens=counters.cached_tokens,
            preemptions=0,
            schedule_seconds=counters.schedule,
            build_seconds=counters.build,
            device_seconds=self.runner.device_seconds,
            sample_seconds=counters.sample,
            emit_seconds=counters.emit,
            last_error=self._last_error,
        )

    # Below: the step thread only.

    @property
    def _idle(self) -> bool:
        return self._next() is None

    def _begin(self, work: _Job) -> None:
        work.share = self._shares.join(work.account, work.weight)
        work.share.waiting.append(work)

    def _forget(self, work: _Job) -> None:
        if work.share is not None:
            if work in work.share.waiting:
                work.share.waiting.remove(work)
            self._shares.leave(work.share)
            work.share = None

    def _step(self) -> None:
        before = perf_counter()
        batch = self._choose()
        scheduled = perf_counter()
        on_device = self.runner.device_seconds
        try:
            rows = self.runner.step([job.texts[index] for job, index in batch])
            ran = perf_counter()
            for (job, index), states in zip(batch, rows, strict=True):
                pooler = self.runner.pooler()
                pooler.add(states, 0)
                job.generation.vectors[index] = pooler.vector()
        except Exception as error:
            self._fault({job for job, _ in batch}, error)
            return
        pooled = perf_counter()
        counters = self._counters
        counters.steps += 1
        counters.prompt_tokens += sum(len(states) for states in rows)
        for job in {job: None for job, _ in batch}:
            if job.taken == len(job.texts):
                job.generation.complete = True
                self._forget(job)
                self._post(job, None)
                self._finish(job)
        self._flush()
        counters.schedule += scheduled - before
        counters.build += ran - scheduled - (self.runner.device_seconds - on_device)
        counters.sample += pooled - ran

    def _next(self) -> Share[_Job] | None:
        """Whose turn it is; None if no text waits."""
        return min((share for share in self._shares if share.waiting), key=lambda s: s.clock, default=None)

    def _choose(self) -> list[tuple[_Job, int]]:
        """The next texts, until one does not fit: the next step's first."""
        batch: list[tuple[_Job, int]] = []
        room = self.runner.step_tokens
        while (share := self._next()) is not None:
            job = share.waiting[0]
            length = len(job.texts[job.taken])
            if length > room:
                break
            room -= length
            if not job.started:
                self._note_started(job)
            batch.append((job, job.taken))
            job.taken += 1
            del share.waiting[0]
            if job.taken < len(job.texts):
                share.waiting.append(job)
            self._shares.charge({share: length}, [other for other in self._shares if other.waiting])
        return batch
