"""Embedding requests in both engines: batching, refusals, cancellation, failures, and who waits for whom."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray
from openfpga_host.contract import WeightFormat
from openfpga_host.convert import ConvertOptions, convert
from openfpga_host.encoder.engine import EncoderEngine
from openfpga_host.encoder.runner import EncoderRunner
from openfpga_host.engine import Engine, EngineConfig
from openfpga_host.generation import ContextLengthExceeded, EngineError, EngineStopped, QueueFull
from openfpga_host.image import FinalNorm
from openfpga_host.pooling import Pooler
from openfpga_host.runner import ModelRunner
from openfpga_host.sampling import SamplingParams
from support.alphabet import AlphabetRunner, ByteTokenizer
from support.float_model import FloatModel
from support.runner_model import RunnerModel

NORM = FinalNorm(np.ones(4, np.float32), None, 1e-6)


class EchoEncoder:
    """An encoder whose states are one-hot rows of each token modulo 4; `gate` holds its steps."""

    def __init__(self) -> None:
        self.max_context = 16
        self.step_tokens = 32
        self.vocab_size = 262
        self.dimensions = 4
        self.num_blocks = 32
        self.device_seconds = 0.0
        self.gate = threading.Event()
        self.gate.set()
        self.failing = False
        self.steps: list[list[list[int]]] = []

    def step(self, texts: Sequence[Sequence[int]]) -> list[NDArray[np.int32]]:
        self.steps.append([list(text) for text in texts])
        self.gate.wait()
        if self.failing:
            raise RuntimeError("the card is on fire")
        return [(np.eye(4)[np.array(text) % 4] * 65536).astype(np.int32) for text in texts]

    def pooler(self) -> Pooler:
        return Pooler(NORM)


@contextlib.asynccontextmanager
async def running(runner: EchoEncoder, **config: Any) -> AsyncIterator[EncoderEngine]:
    engine = EncoderEngine(cast(EncoderRunner, runner), ByteTokenizer(), EngineConfig(**config))
    engine.start()
    try:
        yield engine
    finally:
        runner.gate.set()
        await asyncio.to_thread(engine.close)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.002)


async def test_vectors_come_in_order_and_have_length_one() -> None:
    async with running(EchoEncoder()) as engine:
        embedding = engine.embed([[1], [2, 2, 2], [1, 2]])
        vectors = await embedding.result()
    assert vectors.dtype == np.float32
    assert vectors[:2].tolist() == [[0, 1, 0, 0], [0, 0, 1, 0]]
    assert vectors[2] == pytest.approx([0, 0.5**0.5, 0.5**0.5, 0])
    assert embedding.prompt_tokens == 6


async def test_requests_take_turns_within_a_step() -> None:
    runner = EchoEncoder()
    runner.gate.clear()
    async with running(runner) as engine:
        first = engine.embed([[1] * 16])
        await until(lambda: len(runner.steps) == 1)
        many, one = engine.embed([[2] * 10] * 6), engine.embed([[3] * 10])
        runner.gate.set()
        await asyncio.gather(first.result(), many.result(), one.result())
    assert [[text[0] for text in step] for step in runner.steps] == [[1], [2, 3, 2], [2, 2, 2], [2]]


async def test_accounts_share_the_tokens_of_steps_by_weight() -> None:
    runner = EchoEncoder()
    runner.gate.clear()
    async with running(runner) as engine:
        first = engine.embed([[0]])
        many = [
            engine.embed([[token] * length] * 400, account=str(token), weight=weight)
            for token, weight, length in ((1, 1, 4), (2, 2, 8), (3, 5, 4), (4, 10, 15))
        ]
        runner.gate.set()
        await asyncio.gather(first.result(), *(embedding.result() for embedding in many))
    contended = runner.steps[1:100]
    tokens = Counter(token for step in contended for text in step for token in text)
    for account, weight in ((1, 1), (2, 2), (3, 5), (4, 10)):
        assert tokens[account] / tokens.total() == pytest.approx(weight / 18, rel=0.1)


async def test_refusals_say_why() -> None:
    runner = EchoEncoder()
    async with running(runner, max_queue=1) as engine:
        with pytest.raises(ValueError, match="there is no text"):
            engine.embed([])
        with pytest.raises(ValueError, match="a text has no tokens"):
            engine.embed([[1], []])
        with pytest.raises(ValueError, match="token id 262; this model has 0 to 261"):
            engine.embed([[262]])
        with pytest.raises(ContextLengthExceeded) as caught:
            engine.embed([[1], [1] * 17])
        assert (caught.value.prompt_tokens, caught.value.limit) == (17, 16)
        runner.gate.clear()
        running_one = engine.embed([[1]])
        await until(lambda: len(runner.steps) == 1)
        waiting = engine.embed([[2]])
        with pytest.raises(QueueFull) as full:
            engine.embed([[3]])
        assert full.value.retry_after >= 1
        assert (engine.stats().running, engine.stats().waiting) == (1, 1)
        runner.gate.set()
        await asyncio.gather(running_one.result(), waiting.result())
        assert (engine.stats().running, engine.stats().waiting) == (0, 0)
    with pytest.raises(EngineStopped, match="closed"):
        engine.embed([[1]])


async def test_cancelled_requests_leave_the_queue() -> None:
    runner = EchoEncoder()
    runner.gate.clear()
    async with running(runner) as engine:
        first = engine.embed([[1]] * 100)
        await until(lambda: len(runner.steps) == 1)
        second = engine.embed([[2]])
        first.cancel()
        second.cancel()
        second.cancel()
        runner.gate.set()
        for embedding in (first, second):
            with pytest.raises(EngineStopped, match="cancelled"):
                await embedding.result()
        await until(lambda: engine.stats().running == engine.stats().waiting == 0)
        assert len(runner.steps) <= 2
        assert (await engine.embed([[3]]).result())[0, 3] == 1


async def test_a_failed_step_ends_its_requests_only() -> None:
    runner = EchoEncoder()
    async with running(runner) as engine:
        runner.failing = True
        with pytest.raises(EngineError, match="the card is on fire"):
            await engine.embed([[1]]).result()
        runner.failing = False
        assert (await engine.embed([[1]]).result())[0, 1] == 1
        assert engine.stats().failed_steps == 1
        assert engine.stats().last_error == "RuntimeError: the card is on fire"


async def test_draining_finishes_what_was_accepted() -> None:
    runner = EchoEncoder()
    runner.gate.clear()
    async with running(runner) as engine:
        embedding = engine.embed([[1]] * 50)
        draining = asyncio.create_task(engine.drain(30))
        await until(lambda: engine.refusal is not None)
        with pytest.raises(EngineStopped, match="shutting down"):
            engine.embed([[1]])
        runner.gate.set()
        assert len(await embedding.result()) == 50
        await draining


async def test_draining_ends_what_takes_too_long() -> None:
    runner = EchoEncoder()
    runner.gate.clear()
    async with running(runner) as engine:
        embedding = engine.embed([[1]] * 50)
        await engine.drain(0.01)
        runner.gate.set()
        with pytest.raises(EngineStopped, match="before the request was finished"):
            await embedding.result()


class TestChatModels:
    """Pooled states through the token loop's engine."""

    @contextlib.asynccontextmanager
    async def engine(self, runner: AlphabetRunner, **config: Any) -> AsyncIterator[Engine]:
        engine = Engine(cast(ModelRunner, runner), ByteTokenizer(), EngineConfig(**config))
        engine.start()
        try:
            yield engine
        finally:
            runner.gate.set()
            await asyncio.to_thread(engine.close)

    @staticmethod
    def expected(runner: AlphabetRunner, text: list[int]) -> NDArray[np.float32]:
        bits = np.array(text)[:, None] >> np.arange(8) & 1
        pooler = runner.pooler()
        pooler.add((bits << 16).astype(np.int32), 0)
        return pooler.vector()

    async def test_the_mean_is_over_all_tokens_however_they_are_cut(self) -> None:
        runner = AlphabetRunner(max_rows=4)
        texts = [list(range(60, 60 + length)) for length in (1, 3, 4, 5, 33)]
        async with self.engine(runner) as engine:
            vectors = await engine.embed(texts).result()
            again = await engine.embed(texts[::-1]).result()
            stats = engine.stats()
        for vector, text in zip(vectors, texts, strict=True):
            assert np.array_equal(vector, self.expected(runner, text))
        assert np.array_equal(again[::-1], vectors)
        assert stats.kv_blocks_used == stats.kv_blocks_cached == 0
        assert stats.cached_tokens == stats.tokens == 0

    async def test_a_chat_that_comes_later_goes_before_the_rest_of_many_texts(self) -> None:
        runner = AlphabetRunner(max_rows=8)
        runner.gate.clear()
        async with self.engine(runner) as engine:
            many = engine.embed([[60 + i % 8] * 16 for i in range(200)])
            await until(lambda: engine.stats().running > 0)
            chat = engine.submit([97], SamplingParams(max_tokens=5, temperature=0))
            runner.gate.set()
            text = "".join([delta.text async for delta in chat])
            steps = len(runner.batches)
            await many.result()
            assert text == "bcdef"
            assert steps < 60 < len(runner.batches)

    async def test_a_text_set_back_for_want_of_blocks_is_gathered_again(self) -> None:
        runner = AlphabetRunner(max_rows=16, num_blocks=9, max_context=128)
        text = [40 + i % 50 for i in range(70)]
        async with self.engine(runner) as engine:
            chats = [engine.submit([98] * 17, SamplingParams(max_tokens=60)) for _ in range(2)]
            embedding = engine.embed([text, text[:50]])
            vectors = await embedding.result()
            for chat in chats:
                async for _ in chat:
                    pass
            assert engine.stats().kv_blocks_used == 0
        assert np.array_equal(vectors[0], self.expected(runner, text))
        assert np.array_equal(vectors[1], self.expected(runner, text[:50]))

    async def test_cancelling_gives_all_blocks_back(self) -> None:
        runner = AlphabetRunner(max_rows=4)
        runner.gate.clear()
        async with self.engine(runner) as engine:
            embedding = engine.embed([[65] * 100] * 30)
            await until(lambda: engine.stats().running > 0)
            embedding.cancel()
            runner.gate.set()
            with pytest.raises(EngineStopped, match="cancelled"):
                await embedding.result()
            await until(lambda: engine.stats().running == engine.stats().waiting == 0)
            assert engine.stats().kv_blocks_used == 0

    async def test_a_text_may_fill_the_context(self) -> None:
        runner = AlphabetRunner(max_context=64)
        async with self.engine(runner) as engine:
            assert len(await engine.embed([[65] * 64]).result()) == 1
            with pytest.raises(ContextLengthExceeded):
                engine.embed([[65] * 65])

    async def test_a_failure_ends_the_request(self) -> None:
        runner = AlphabetRunner()
        runner.failing = True
        async with self.engine(runner) as engine:
            with pytest.raises(EngineError, match="the card is on fire"):
                await engine.embed([[65]] * 40).result()
            runner.failing = False
            await engine.embed([[65]]).result()


def test_pooling_does_not_depend_on_how_rows_are_cut() -> None:
    rng = np.random.default_rng(1)
    rows = (rng.standard_normal((50, 32)) * 65536 * 3).astype(np.int32)
    norm = FinalNorm(rng.random(32).astype(np.float32), rng.random(32).astype(np.float32), 1e-12)
    whole = Pooler(norm)
    whole.add(rows, 0)
    cut = Pooler(norm)
    cut.add(rows[:20], 0)
    cut.add(rows[:7], 0)
    for start, stop in ((7, 8), (8, 31), (31, 50)):
        cut.add(rows[start:stop], start)
    assert np.array_equal(cut.vector(), whole.vector())
    first = Pooler(norm, "cls")
    first.add(rows[:1], 0)
    first.add(rows[1:], 1)
    x = rows[0] / 65536
    x = x - x.mean()
    expected = x / x.std() * norm.gain + norm.bias
    assert first.vector() == pytest.approx(expected / np.linalg.norm(expected), abs=1e-6)


def test_states_of_zeros_are_no_error() -> None:
    pooler = Pooler(FinalNorm(np.ones(4, np.float32), None, 0.0))
    pooler.add(np.zeros((3, 4), np.int32), 0)
    assert pooler.vector().tolist() == [0, 0, 0, 0]


def test_a_chat_model_s_states_agree_with_the_float_model(demo_checkpoint: Path, tmp_path: Path) -> None:
    """The mean of the final norm's states, as the float model has them before its head; in W8."""
    image = tmp_path / "demo.ofpga"
    convert(demo_checkpoint, image, options=ConvertOptions(weight_format=WeightFormat.W8))
    model = FloatModel(demo_checkpoint)
    text = np.random.default_rng(2).integers(10, 4000, 30).tolist()
    tied = model.config.tie_word_embeddings
    head = model.tensors["model.embed_tokens.weight" if tied else "lm_head.weight"].astype(np.float64)
    states = np.linalg.lstsq(head, model.logits(text).T.astype(np.float64), rcond=None)[0]
    expected = states.mean(axis=1)
    runner = ModelRunner.open(image, "csim", kv_blocks=8)
    RunnerModel(runner).logits(text)
    pooler = runner.pooler()
    pooler.add(runner.states(0, len(text)), 0)
    assert pooler.vector() @ expected / np.linalg.norm(expected) > 0.998
    runner.close()
