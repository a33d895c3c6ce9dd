"""What every engine does alike: take work in, step a thread while there is some, post results, stop in order.

Work comes from any event loop and goes through an inbox; everything else happens in the step thread. What it
has for readers is gathered in an outbox and handed to their loops with one wake-up each.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import threading
from abc import ABC, abstractmethod
from collections import Counter, deque
from time import perf_counter
from typing import Generic, TypeVar

from openfpga_host.engine_stats import Counters, EngineConfig
from openfpga_host.generation import Delta, EngineError, EngineStopped, Generation, QueueFull

_log = logging.getLogger(__name__)
_RETRY_AFTER_RANGE = (1.0, 60.0)


class Work:
    """A request inside an engine.

    generation: what its reader holds. account, weight: whose it is, and that one's share. started: whether
    it ever had a part of a step. stopped: asks the step thread to drop it, telling the reader `error` if
    there is one.
    """

    generation: Generation

    def __init__(self, account: str, weight: int) -> None:
        self.account = account
        self.weight = weight
        self.started = False
        self.stopped = False
        self.error: EngineError | None = None


W = TypeVar("W", bound=Work)


class StepLoop(ABC, Generic[W]):
    """A queue, a thread and their end. `start` it; `close` it. Raises ValueError for a queue of nothing."""

    def __init__(self, name: str, config: EngineConfig) -> None:
        if config.max_queue < 1:
            raise ValueError(f"max_queue is {config.max_queue}; allowed: at least 1")
        self.config = config
        self._counters = Counters()
        self._last_error: str | None = None
        self._busy = 0.0
        self._busy_at_finish = 0.0
        self._seconds_per_request: float | None = None
        # Shared with submitters: the lock guards _live, _queued, _refusal and _drains.
        self._lock = threading.Lock()
        self._live: set[W] = set()
        self._queued: Counter[str] = Counter()
        self._refusal: str | None = None
        self._drains: list[concurrent.futures.Future[None]] = []
        self._inbox: deque[W] = deque()
        self._outbox: dict[asyncio.AbstractEventLoop, list[tuple[W, Delta | EngineError | None]]] = {}
        self._woken = 0.0
        self._wake = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=False)

    def start(self) -> None:
        """Start the step thread; requests submitted before wait for it."""
        self._thread.start()

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
            for work in rest:
                self._stop(work, EngineStopped("the engine shut down before the request was finished"))

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

    @property
    @abstractmethod
    def waiting(self) -> int:
        """What `stats` calls so, for whoever asks often; from any thread."""

    def _enqueue(self, work: W) -> None:
        with self._lock:
            self._check_room(work.account)
            self._queued[work.account] += 1
            self._live.add(work)
            self._inbox.append(work)
        self._wake.set()

    def _check_room(self, account: str) -> None:
        """Raise what an account's next request would be refused with; with the lock held.

        A full queue still takes one request of each account that has none in it, up to twice its size: nobody
        is locked out by others who wait.
        """
        if self._refusal is not None:
            raise EngineStopped(self._refusal)
        queued = self._queued.total()
        if queued >= self.config.max_queue and (self._queued[account] or queued >= 2 * self.config.max_queue):
            estimate = queued * (self._seconds_per_request or 1.0)
            raise QueueFull(queued, min(max(estimate, _RETRY_AFTER_RANGE[0]), _RETRY_AFTER_RANGE[1]))

    def _stop(self, work: W, error: EngineError | None = None) -> None:
        with self._lock:
            ended = work not in self._live
        if not ended and not work.stopped:
            work.error = error
            work.stopped = True
            self._inbox.append(work)
            self._wake.set()

    # Below: the step thread only.

    @property
    @abstractmethod
    def _idle(self) -> bool:
        """Whether there is nothing to compute."""

    @abstractmethod
    def _begin(self, work: W) -> None:
        """Take in what was submitted."""

    @abstractmethod
    def _step(self) -> None:
        """Compute something. A fault ends the work it hurt, not the loop."""

    @abstractmethod
    def _forget(self, work: W) -> None:
        """Have nothing more of a piece of work, in whatever state it is."""

    def _ended(self) -> None:
        """The loop has ended, and all work with it."""

    def _run(self) -> None:
        try:
            while True:
                self._wake.clear()
                self._read_inbox()
                if self._closing:
                    break
                if self._idle:
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
            work = self._inbox.popleft()
            if work.stopped:
                self._drop(work, work.error)
            else:
                self._begin(work)

    def _note_started(self, work: W) -> None:
        work.started = work.generation.begun = True
        with self._lock:
            self._leave_queue(work)

    def _leave_queue(self, work: W) -> None:
        self._queued[work.account] -= 1
        if not self._queued[work.account]:
            del self._queued[work.account]

    def _finish(self, work: W) -> None:
        """All of it is done; its readers know already, but for what `_post` still has to tell them."""
        self._retire(work)
        seconds = self._busy - self._busy_at_finish
        self._busy_at_finish = self._busy
        known = self._seconds_per_request
        self._seconds_per_request = seconds if known is None else known + (seconds - known) / 8

    def _drop(self, work: W, error: EngineError | None) -> None:
        """End a piece of work early, in whatever state it is; nothing happens if it has ended already."""
        self._forget(work)
        if self._retire(work):
            self._post(work, error)

    def _fault(self, hurt: set[W], error: Exception) -> None:
        """A step failed: end what it hurt."""
        _log.exception("a step failed; its requests are ended", exc_info=error)
        self._counters.failed_steps += 1
        self._last_error = f"{type(error).__name__}: {error}"
        for work in hurt:
            failure = EngineError(f"the engine failed while serving the request: {self._last_error}")
            failure.__cause__ = error
            self._drop(work, failure)

    def _retire(self, work: W) -> bool:
        with self._lock:
            if work not in self._live:
                return False
            self._live.remove(work)
            if not work.started:
                self._leave_queue(work)
        return True

    def _post(self, work: W, item: Delta | EngineError | None) -> None:
        self._outbox.setdefault(work.generation.loop, []).append((work, item))

    def _flush(self) -> None:
        """Hand the outbox over."""
        started = perf_counter()
        outbox, self._outbox = self._outbox, {}
        if outbox:
            self._woken = started
        for loop, items in outbox.items():
            try:
                loop.call_soon_threadsafe(_deliver, items)
            except RuntimeError:
                # The loop is closed: nobody can read these requests any more.
                for work, _ in items:
                    self._stop(work)
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
        for work in rest:
            stopped = EngineStopped("the engine stopped before the request was finished")
            self._drop(work, work.error or stopped)
        self._flush()
        self._ended()


def _deliver(items: list[tuple[W, Delta | EngineError | None]]) -> None:
    for work, item in items:
        work.generation.deliver(item)
