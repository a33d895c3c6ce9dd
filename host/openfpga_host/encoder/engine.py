"""Batches texts for an encoder: requests in, vectors out, one program a step on the device between them.

A step takes whole texts as long as they fit: tokens are shared among accounts by weight (`shares`), and an
account's requests have their turns one text each, so who asks for two thousand vectors does not hold up who
asks for one.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import secrets
import threading
from collections import deque
from collections.abc import Sequence
from time import perf_counter

from openfpga_host.embedding import Embedding, check_texts
from openfpga_host.encoder.runner import EncoderRunner
from openfpga_host.engine_stats import Counters, EngineConfig, EngineStats
from openfpga_host.generation import EngineError, EngineStopped, QueueFull
from openfpga_host.shares import Share, Shares, checked_weight
from openfpga_host.tokenizer import Tokenizer

_log = logging.getLogger(__name__)
_RETRY_AFTER_RANGE = (1.0, 60.0)


class _Job:
    """A request: its texts, how many of them were taken into a step, and the share of its account."""

    embedding: Embedding
    share: Share[_Job] | None = None

    def __init__(self, texts: list[list[int]], account: str, weight: int) -> None:
        self.texts = texts
        self.account = account
        self.weight = weight
        self.taken = 0
        self.stopped = False
        self.error: EngineError | None = None


class EncoderEngine:
    """Serves embedding requests on one runner. `start` it; `close` it, which does not close the runner.

    `embed` may be called from any event loop. Of the configuration only `max_queue` matters.
    """

    def __init__(
        self, runner: EncoderRunner, tokenizer: Tokenizer, config: EngineConfig | None = None
    ) -> None:
        self.runner = runner
        self.tokenizer = tokenizer
        self.config = config or EngineConfig()
        if self.config.max_queue < 1:
            raise ValueError(f"max_queue is {self.config.max_queue}; allowed: at least 1")
        self.context_limit = runner.max_context
        self.dimensions = runner.dimensions
        self._vocab = min(runner.vocab_size, tokenizer.vocab_size)
        self._counters = Counters()
        self._last_error: str | None = None
        self._seconds_per_job: float | None = None
        self._shares: Shares[_Job] = Shares(credit=2 * runner.step_tokens)
        # Shared with submitters: the lock guards _live, _waiting, _refusal and _drains.
        self._lock = threading.Lock()
        self._live: set[_Job] = set()
        self._waiting = 0
        self._refusal: str | None = None
        self._drains: list[concurrent.futures.Future[None]] = []
        self._inbox: deque[_Job] = deque()
        self._wake = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="openfpga-encode", daemon=False)

    def start(self) -> None:
        """Start the step thread; requests submitted before wait for it."""
        self._thread.start()

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
        job.embedding = Embedding(
            request_id or secrets.token_hex(12),
            sum(map(len, job.texts)),
            len(job.texts),
            self.dimensions,
            lambda: self._stop(job),
        )
        with self._lock:
            self._check_room()
            self._waiting += 1
            self._live.add(job)
            self._inbox.append(job)
        self._wake.set()
        return job.embedding

    def check_embed(self, texts: Sequence[Sequence[int]]) -> None:
        """Raise what `embed` would raise now, and queue nothing."""
        check_texts(texts, self._vocab, self.context_limit)
        with self._lock:
            self._check_room()

    def _check_room(self) -> None:
        """With the lock held."""
        if self._refusal is not None:
            raise EngineStopped(self._refusal)
        if self._waiting >= self.config.max_queue:
            raise QueueFull(self._waiting, self._retry_after())

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
            for job in rest:
                self._stop(job, EngineStopped("the engine shut down before the request was finished"))

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
        """A snapshot, from any thread. KV blocks are used only within a step."""
        counters, waiting = self._counters, self._waiting
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

    def _retry_after(self) -> float:
        estimate = self._waiting * (self._seconds_per_job or 1.0)
        return min(max(estimate, _RETRY_AFTER_RANGE[0]), _RETRY_AFTER_RANGE[1])

    def _stop(self, job: _Job, error: EngineError | None = None) -> None:
        with self._lock:
            ended = job not in self._live
        if not ended and not job.stopped:
            job.error = error
            job.stopped = True
            self._inbox.append(job)
            self._wake.set()

    # Below: the step thread only.

    def _run(self) -> None:
        try:
            while True:
                self._wake.clear()
                self._read_inbox()
                if self._closing:
                    break
                if self._next() is not None:
                    self._step()
                else:
                    self._wake.wait()
        except Exception as error:
            _log.exception("the step thread ends")
            self._last_error = f"{type(error).__name__}: {error}"
            with self._lock:
                self._refusal = f"the engine failed: {self._last_error}"
        finally:
            self._shut_down()

    def _read_inbox(self) -> None:
        while self._inbox:
            job = self._inbox.popleft()
            if job.stopped:
                self._end(job, job.error)
            else:
                job.share = self._shares.join(job.account, job.weight)
                job.share.waiting.append(job)

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
                job.embedding.vectors[index] = pooler.vector()
        except Exception as error:
            _log.exception("a step failed; its requests are ended")
            self._counters.failed_steps += 1
            self._last_error = f"{type(error).__name__}: {error}"
            for job in {job for job, _ in batch}:
                failure = EngineError(f"the engine failed while serving the request: {self._last_error}")
                failure.__cause__ = error
                self._end(job, failure)
            return
        pooled = perf_counter()
        counters = self._counters
        counters.steps += 1
        counters.prompt_tokens += sum(len(states) for states in rows)
        for job in {job: None for job, _ in batch}:
            if job.taken == len(job.texts):
                job.embedding.complete = True
                self._end(job, None)
        done = perf_counter()
        counters.schedule += scheduled - before
        counters.build += ran - scheduled - (self.runner.device_seconds - on_device)
        counters.sample += pooled - ran
        counters.emit += done - pooled
        per_job = (done - before) / len({job for job, _ in batch})
        known = self._seconds_per_job
        self._seconds_per_job = per_job if known is None else known + (per_job - known) / 8

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
            if job.taken == 0:
                job.embedding.begun = True
                with self._lock:
                    self._waiting -= 1
            batch.append((job, job.taken))
            job.taken += 1
            del share.waiting[0]
            if job.taken < len(job.texts):
                share.waiting.append(job)
            self._shares.charge({share: length}, [other for other in self._shares if other.waiting])
        return batch

    def _end(self, job: _Job, error: EngineError | None) -> None:
        """End a request, in whatever state it is; nothing happens if it has ended already."""
        if job.share is not None:
            if job in job.share.waiting:
                job.share.waiting.remove(job)
            self._shares.leave(job.share)
            job.share = None
        with self._lock:
            if job not in self._live:
                return
            self._live.remove(job)
            self._waiting -= job.taken == 0
            drained = [] if self._live else self._drains[:]
            del self._drains[: len(drained)]
        try:
            job.embedding.loop.call_soon_threadsafe(job.embedding.deliver, error)
        except RuntimeError:
            _log.debug("request %s: its event loop is closed", job.embedding.id)
        for future in drained:
            if future.set_running_or_notify_cancel():
                future.set_result(None)

    def _shut_down(self) -> None:
        with self._lock:
            self._refusal = self._refusal or "the engine stopped"
            rest = list(self._live)
        for job in rest:
            stopped = EngineStopped("the engine stopped before the request was finished")
            self._end(job, job.error or stopped)
