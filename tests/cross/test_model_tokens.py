"""The demonstration model on the reference and on csim: the same logits, KV pages and tokens, bit for bit."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from openfpga_host.chat_template import load_chat_template
from openfpga_host.engine import Engine, EngineConfig, EngineStats
from openfpga_host.runner import ModelRunner, StepBatch
from openfpga_host.sampling import SamplingParams
from openfpga_host.tokenizer import load_tokenizer
from support.csim_card import csim_card
from support.stepping import Part, batch_of

QUESTIONS = (
    "What is the capital of France?",
    "Tell me a story of a gentle girl who wants to cross a river",
    "11 x 4 = ?",
    "I read about rugby union. Can you explain?",
    "Write the numbers from one to ten, please, then say the days of the week backwards.",
)
TOKENS = 200


class Pair:
    """Two devices in lockstep."""

    def __init__(self, image: Path) -> None:
        csim_card("csim")
        self.reference = ModelRunner.open(image, "reference", kv_blocks=160)
        self.csim = ModelRunner.open(image, "csim", kv_blocks=160)
        self.both = (self.csim, self.reference)

    def step(self, batch: StepBatch) -> NDArray[np.int32]:
        logits = self.csim.step(batch)
        np.testing.assert_array_equal(logits, self.reference.step(batch))
        return logits

    def check_ports(self) -> None:
        """All weights and KV pages are equal."""
        for port in range(self.csim.device.capabilities.ports):
            pages = [runner.device.read_port(port, 0, runner.port_bytes) for runner in self.both]
            np.testing.assert_array_equal(*pages)

    def greedy(self, prompts: Sequence[Sequence[int]], tables: Sequence[Sequence[int]]) -> list[list[int]]:
        """TOKENS greedy tokens of each prompt: prompts one after another, then one batch a step."""
        current = []
        for prompt, table in zip(prompts, tables, strict=True):
            for at in range(0, len(prompt), self.csim.max_rows):
                logits = self.step(batch_of([Part(prompt[at : at + self.csim.max_rows], at, table)]))
            current.append(int(logits[0].argmax()))
        answers = [[token] for token in current]
        for done in range(TOKENS - 1):
            parts = [
                Part([answer[-1]], len(prompt) + done, table)
                for answer, prompt, table in zip(answers, prompts, tables, strict=True)
            ]
            for answer, row in zip(answers, self.step(batch_of(parts)), strict=True):
                answer.append(int(row.argmax()))
        return answers


@pytest.fixture(scope="module")
def pair(demo_image: Path) -> Iterator[Pair]:
    pair = Pair(demo_image)
    yield pair
    pair.reference.close()
    pair.csim.close()


@pytest.fixture(scope="module")
def prompts(pair: Pair) -> list[list[int]]:
    files = pair.csim.image.files
    tokenizer, template = load_tokenizer(files), load_chat_template(files)
    assert template is not None
    texts = [template.render([{"role": "user", "content": question}]) for question in QUESTIONS]
    return [tokenizer.encode(text, special=True) for text in texts]


@pytest.fixture(scope="module")
def alone(pair: Pair, prompts: list[list[int]]) -> list[list[int]]:
    """Greedy tokens of each prompt, decoded alone, on scattered blocks."""
    scattered = np.random.default_rng(1).permutation(160).reshape(10, 16).tolist()
    return [pair.greedy([prompt], [table])[0] for prompt, table in zip(prompts, scattered, strict=False)]


def test_batch_1_gives_the_same_logits_pages_and_tokens(pair: Pair, alone: list[list[int]]) -> None:
    assert [len(answer) for answer in alone] == [TOKENS] * 5
    assert len({tuple(answer) for answer in alone}) == 5
    pair.check_ports()


def test_batch_8_gives_the_same_and_what_each_gave_alone(
    pair: Pair, prompts: list[list[int]], alone: list[list[int]]
) -> None:
    tables = np.random.default_rng(2).permutation(160).reshape(10, 16).tolist()
    eight = [*prompts, *prompts[2::-1]]
    answers = pair.greedy(eight, tables[:8])
    assert answers == [*alone, *alone[2::-1]]
    pair.check_ports()


def test_forks_by_block_copy_give_the_same(pair: Pair, prompts: list[list[int]]) -> None:
    prompt = prompts[1]
    length = len(prompt)
    pair.step(batch_of([Part(prompt, 0, list(range(10)))], "all"))
    last = length // 16
    fork = [*range(last), 50 + last]
    parts = [Part([7], length, list(range(10))), Part([9], length, fork)]
    logits = pair.step(batch_of(parts, copies=[(last, 50 + last)]))
    assert (logits[0] != logits[1]).any()
    pair.check_ports()


# ------------------------------------------------------------------------------------- through the engine
def serve(
    image: Path, device: str, prompts: list[list[int]], count: int, *, kv_blocks: int, config: EngineConfig
) -> tuple[list[list[int]], EngineStats]:
    """`count` tokens of each prompt, all submitted at once; every other one sampled."""
    runner = ModelRunner.open(image, device, kv_blocks=kv_blocks)
    engine = Engine(runner, load_tokenizer(runner.image.files), config)
    engine.start()

    async def one(prompt: list[int], seed: int) -> list[int]:
        sampling = SamplingParams(
            temperature=0.9 if seed % 2 else 0.0, seed=seed, max_tokens=count, ignore_eos=True
        )
        generation = engine.submit(prompt, sampling)
        return [token async for delta in generation for token in delta.token_ids]

    async def everyone() -> list[list[int]]:
        return list(await asyncio.gather(*(one(prompt, seed) for seed, prompt in enumerate(prompts))))

    try:
        return asyncio.run(everyone()), engine.stats()
    finally:
        engine.close()
        runner.close()


def test_prefix_reuse_and_preemption_change_no_token_on_either_device(
    pair: Pair, demo_image: Path, prompts: list[list[int]]
) -> None:
    asked = [*prompts, *prompts[:3]]
    ample, plain = serve(
        demo_image, "csim", asked, 60, kv_blocks=160, config=EngineConfig(prefix_cache=False)
    )
    assert (plain.preemptions, plain.cached_tokens) == (0, 0)
    for device in ("csim", "reference"):
        tight, stats = serve(demo_image, device, asked, 60, kv_blocks=18, config=EngineConfig())
        assert stats.preemptions > 0
        assert stats.cached_tokens > 0
        assert tight == ample
