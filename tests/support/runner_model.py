"""An image on a device behind the same small interface as the float models."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from openfpga_host.contract import FRAC_BITS, PAGE_TOKENS
from openfpga_host.runner import ModelRunner, Segment, StepBatch


class RunnerModel:
    """Whole sequences through a runner, prefilled in chunks of all its rows."""

    def __init__(self, runner: ModelRunner, chunk: int | None = None) -> None:
        self.runner = runner
        self.chunk = chunk or runner.max_rows

    def logits(self, tokens: Sequence[int]) -> NDArray[np.float32]:
        """Logits after each token of one sequence: float32 [T, vocab_size]."""
        length = len(tokens)
        # Backwards, so that a block table that is ignored shows.
        table = np.arange(-(-length // PAGE_TOKENS), dtype=np.int32)[::-1]
        result = np.empty((length, self.runner.vocab_size), np.float32)
        for start in range(0, length, self.chunk):
            rows = min(self.chunk, length - start)
            positions = np.arange(start, start + rows, dtype=np.int32)
            batch = StepBatch(
                tokens=np.asarray(tokens[start : start + rows], np.int32),
                positions=positions,
                slots=table[positions // PAGE_TOKENS] * PAGE_TOKENS + positions % PAGE_TOKENS,
                segments=[Segment(0, rows, start, table)],
                logit_rows=np.arange(rows, dtype=np.int32),
                copies=[],
            )
            result[start : start + rows] = self.runner.step(batch) / np.float32(2**FRAC_BITS)
        return result
