"""A paged integer "model" so small that any wrong slot, table, copy or eviction changes the tokens."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Sequence

import numpy as np
import numpy.typing as npt
import pytest
from openfpga_host.engine import Delta, Engine, EngineConfig, Generation
from openfpga_host.runner import StepBatch
from openfpga_host.sampler import TokenSampler, sample_rows
from openfpga_host.sampling import SamplingParams
from openfpga_host.tokenizer import Tokenizer

EOS = 0
PIECES = (
    b"",
    b"a",
    b"b",
    b"ab",
    b"c",
    b" the",
    b"\xc3",
    b"\xa9",
    b"\xf0\x9f",
    b"\x98\x80",
    b"stop",
    b"sto",
    b"p ",
)
VOCAB = 48


class OracleRunner:
    """A runner whose logits are a hash of the sequence, read back from its pages through the block table.

    Checks what a device cannot: rows consecutive, slots where the table says, no page written that another
    sequence of the step reads. `before_step` is called first in every step, in the step thread.
    """

    def __init__(
        self, *, max_rows: int = 8, num_blocks: int = 64, max_context: int = 256, block_size: int = 16
    ) -> None:
        self.max_rows = max_rows
        self.block_size = block_size
        self.num_blocks = num_blocks
        self.max_context = max_context
        self.vocab_size = VOCAB
        self.device_seconds = 0.0
        self.batches: list[StepBatch] = []
        self.before_step: Callable[[], None] = lambda: None
        self._pages = np.full((num_blocks, block_size, 2), -1, dtype=np.int64)

    def step(self, batch: StepBatch, launching: Callable[[], None]) -> npt.NDArray[np.int32]:
        launching()
        self.before_step()
        self.batches.append(batch)
        for source, destination in batch.copies:
            self._pages[destination] = self._pages[source]
        self._check(batch)
        self._pages.reshape(-1, 2)[batch.slots] = np.stack((batch.tokens, batch.positions), axis=1)
        logits = np.empty((len(batch.logit_rows), VOCAB), dtype=np.int32)
        for place, row in enumerate(batch.logit_rows):
            segment = next(s for s in batch.segments if s.first_row <= row < s.first_row + s.rows)
            length = int(batch.positions[row]) + 1
            entries = self._pages[np.asarray(segment.block_table)].reshape(-1, 2)[:length]
            assert (entries[:, 1] == np.arange(length)).all(), (
                "a page holds other positions than its table says"
            )
            logits[place] = oracle_logits(entries[:, 0])
        return logits

    def close(self) -> None:
        pass

    def _check(self, batch: StepBatch) -> None:
        rows = len(batch.tokens)
        assert 1 <= rows <= self.max_rows
        assert [s.first_row for s in batch.segments] == list(
            np.cumsum([0, *(s.rows for s in batch.segments)])[:-1]
        )
        assert sum(s.rows for s in batch.segments) == rows
        written: dict[int, int] = {}
        for number, segment in enumerate(batch.segments):
            table = np.asarray(segment.block_table)
            assert len(table) == -(-(segment.start + segment.rows) // self.block_size)
            span = slice(segment.first_row, segment.first_row + segment.rows)
            positions = np.arange(segment.start, segment.start + segment.rows)
            assert (batch.positions[span] == positions).all()
            slots = table[positions // self.block_size] * self.block_size + positions % self.block_size
            assert (batch.slots[span] == slots).all()
            written.update(dict.fromkeys((slots // self.block_size).tolist(), number))
        assert len(np.unique(batch.slots)) == rows
        for number, segment in enumerate(batch.segments):
            for block in np.asarray(segment.block_table).tolist():
                assert written.get(block, number) == number, "a page is written that another sequence reads"


def oracle_logits(tokens: Sequence[int] | npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    """Q16.16 logits within 8 of zero: a hash of the whole sequence."""
    state = 0x9E3779B97F4A7C15
    for token in np.asarray(tokens).tolist():
        state = (state ^ (token + 1)) * 0x100000001B3 % (1 << 64)
        state ^= state >> 29
    mixed = (np.arange(1, VOCAB + 1, dtype=np.uint64) * np.uint64(0xD1342543DE82EF95)) ^ np.uint64(state)
    mixed = (mixed ^ (mixed >> np.uint64(31))) * np.uint64(0xBF58476D1CE4E5B9)
    return ((mixed >> np.uint64(44)).astype(np.int64) - (1 << 19)).astype(np.int32)


class PieceTokenizer(Tokenizer):
    """EOS is 0; then letters, pieces of characters and words; the rest are digits."""

    def __init__(self) -> None:
        pieces = [*PIECES, *(str(i).encode() for i in range(VOCAB - len(PIECES)))]
        super().__init__(pieces, {EOS: "<eos>"}, eos_token_ids=frozenset({EOS}), bos_token_id=None)

    def _encode(self, text: str, special: bool) -> list[int]:
        raise NotImplementedError


def reference_tokens(
    prompt: Sequence[int], params: SamplingParams, choice: int = 0, limit: int = 256
) -> list[int]:
    """What one choice must sample, EOS included: one sequence, no pages, no batch, no stop strings."""
    sampler = TokenSampler(params, params.seed or 0, choice, prompt)
    tokens, stops = list(prompt), {*params.stop_token_ids, *(() if params.ignore_eos else (EOS,))}
    for _ in range(params.max_tokens or limit - len(prompt)):
        (token,) = sample_rows(oracle_logits(tokens)[None], [(0, sampler)])
        sampler.accept(token)
        tokens.append(token)
        if token in stops:
            break
    return tokens[len(prompt) :]


class Collected:
    """All Deltas of a generation, joined per choice."""

    def __init__(self, deltas: list[Delta]) -> None:
        self.deltas = deltas
        indices = sorted({delta.index for delta in deltas})
        self.text = {i: "".join(d.text for d in deltas if d.index == i) for i in indices}
        self.ids = {i: [t for d in deltas if d.index == i for t in d.token_ids] for i in indices}
        self.logprobs = {i: [p for d in deltas if d.index == i for p in d.logprobs] for i in indices}
        self.reasons = {
            i: [d.finish_reason for d in deltas if d.index == i and d.finish_reason] for i in indices
        }


class TokenLoopFakes:
    """What the tests of this folder share."""

    EOS = EOS
    VOCAB = VOCAB
    PIECES = PIECES
    Runner = OracleRunner
    Tokenizer = PieceTokenizer
    Collected = Collected
    reference_tokens = staticmethod(reference_tokens)
    oracle_logits = staticmethod(oracle_logits)

    @staticmethod
    @contextlib.asynccontextmanager
    async def engine(runner: OracleRunner, config: EngineConfig | None = None) -> AsyncIterator[Engine]:
        """A started engine; at the end no block may be in use and no failure unexpected."""
        engine = Engine(runner, PieceTokenizer(), config or EngineConfig())  # type: ignore[arg-type]
        engine.start()
        try:
            yield engine
        finally:
            engine.close()
        assert engine.stats().kv_blocks_used == 0, "blocks leaked"
        assert engine.stats().running == engine.stats().waiting == 0

    @staticmethod
    async def collect(generation: Generation) -> Collected:
        return Collected([delta async for delta in generation])


class Gate:
    """Lets a test decide when each step runs: `before_step` of a runner."""

    def __init__(self) -> None:
        self._entered = threading.Semaphore(0)
        self._allowed = threading.Semaphore(0)
        self.open = False

    def __call__(self) -> None:
        self._entered.release()
        if not self.open:
            self._allowed.acquire()

    def wait_for_step(self) -> None:
        """Until the step thread is inside a step."""
        assert self._entered.acquire(timeout=10)

    def allow(self, steps: int = 1) -> None:
        self._allowed.release(steps)

    def release(self) -> None:
        self.open = True
        self._allowed.release(1000)


@pytest.fixture(scope="session")
def fakes() -> type[TokenLoopFakes]:
    return TokenLoopFakes


@pytest.fixture
def gate() -> Gate:
    return Gate()
