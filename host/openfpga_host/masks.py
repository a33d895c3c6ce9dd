"""Masks of the tokens that may come next, computed while the device runs the step they are for."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import llguidance
import numpy as np
import numpy.typing as npt

from openfpga_host.grammar import Matcher

Allowed = npt.NDArray[np.bool_]
"""Of one row: whether each token may come, [vocab]."""


class MaskWorker:
    """A thread that computes masks beside the step thread; neither needs the interpreter for it.

    Args:
        vocab: tokens of a mask.
        words: 32-bit words that llguidance writes for one, for all ids of the tokenizer.
    """

    def __init__(self, vocab: int, words: int) -> None:
        self._vocab = vocab
        # Most of the machine is the device's where it computes on the host, and other requests'.
        self._executor = llguidance.LLExecutor(max(1, (os.cpu_count() or 1) // 4))
        # No thread runs before the first use.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="openfpga-mask")
        self._words = np.zeros((0, words), np.int32)
        self._pending: Future[None] | None = None
        self._rows = 0

    def start(self, matchers: Sequence[Matcher]) -> None:
        """Begin with the masks of these matchers, which must be left alone until `take`."""
        self._finish()
        rows = len(matchers)
        if len(self._words) < rows:
            self._words = np.zeros((rows, self._words.shape[1]), np.int32)
        self._rows = rows
        jobs = [(matcher.inner, row) for row, matcher in enumerate(matchers)]
        self._pending = self._thread.submit(
            self._executor.unsafe_compute_mask_ptr,
            jobs,
            self._words.ctypes.data,
            self._words.strides[0],
            rows,
        )

    def take(self) -> npt.NDArray[np.bool_]:
        """The masks, [matchers, vocab]; waits for them. Matchers that failed have an undefined one."""
        self._finish()
        packed = self._words[: self._rows].view(np.uint8)
        return np.unpackbits(packed, axis=1, count=self._vocab, bitorder="little").view(np.bool_)

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown()

    def _finish(self) -> None:
        pending, self._pending = self._pending, None
        if pending is not None:
            pending.result()
