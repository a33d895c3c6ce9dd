"""Answers that follow a grammar: compiled grammars, masks in the sampler, the engine between them."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openfpga_host.engine import Delta, Engine, EngineConfig, EngineStopped, GrammarFailed
from openfpga_host.grammar import (
    MAX_WAITING,
    Grammar,
    GrammarCompiler,
    GrammarError,
    GrammarQueueFull,
    Matcher,
)
from openfpga_host.masks import MaskWorker
from openfpga_host.runner import ModelRunner, StepBatch
from openfpga_host.sampler import TokenSampler, sample_rows
from openfpga_host.sampling import SamplingParams
from support.alphabet import END, AlphabetRunner, ByteTokenizer

TOKENIZER = ByteTokenizer()
COMPILER = GrammarCompiler(TOKENIZER)
GREEDY = SamplingParams(temperature=0)
VOCAB = TOKENIZER.vocab_size
BRANCHES = {"anyOf": [{"type": "object", "properties": {f"p{i}": {"type": "string"}}} for i in range(10)]}


def json_grammar(schema: dict[str, Any]) -> Grammar:
    """The grammar of a JSON schema."""
    return COMPILER.compile("start: %json " + json.dumps(schema))


@pytest.fixture
def runner() -> AlphabetRunner:
    """The device."""
    return AlphabetRunner()


@pytest.fixture
def engine(runner: AlphabetRunner) -> Iterator[Engine]:
    """A started engine over the alphabet."""
    engine = Engine(cast(ModelRunner, runner), TOKENIZER)
    engine.start()
    yield engine
    engine.close()


async def answer(engine: Engine, grammar: Grammar, params: SamplingParams = GREEDY) -> list[tuple[str, str]]:
    """(text, finish reason) of each choice."""
    texts, reasons = [""] * params.n, [""] * params.n
    async for delta in engine.submit(TOKENIZER.encode("prompt"), params, grammar=grammar):
        texts[delta.index] += delta.text
        reasons[delta.index] = delta.finish_reason or reasons[delta.index]
    return list(zip(texts, reasons, strict=True))


def allowed_after(grammar: Grammar, text: str) -> set[int]:
    """Token ids that may follow a text."""
    matcher = grammar.matcher()
    for token in TOKENIZER.encode(text):
        matcher.accept(token)
    assert matcher.failure is None
    worker = MaskWorker(VOCAB, -(-VOCAB // 32))
    worker.start([matcher])
    (mask,) = worker.take()
    worker.close()
    return set(np.flatnonzero(mask).tolist())


def test_mask_has_exactly_the_tokens_that_go_on() -> None:
    grammar = COMPILER.compile("start: /ab|ac+/")
    assert allowed_after(grammar, "") == {ord("a")}
    assert allowed_after(grammar, "a") == {ord("b"), ord("c")}
    assert allowed_after(grammar, "ac") == {ord("c"), END}


def test_end_of_turn_only_when_the_text_is_whole() -> None:
    grammar = json_grammar({"type": "integer"})
    assert END not in allowed_after(grammar, "")
    assert END not in allowed_after(grammar, "-")
    assert END in allowed_after(grammar, "-1")


def test_equal_sources_are_compiled_once() -> None:
    assert json_grammar({"type": "null"}) is json_grammar({"type": "null"})


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("start: nonsense", "nonsense"),
        ('start: %json {"not": {}}', "not"),
        ('start: %json {"$ref": "#"}', "."),
        ("start: " + "x" * (1 << 18), "limit"),
        ("start: %json " + json.dumps({"allOf": [BRANCHES] * 6}), "too large"),
    ],
)
def test_what_cannot_be_enforced_is_refused(source: str, reason: str) -> None:
    with pytest.raises(GrammarError, match=reason):
        COMPILER.compile(source)


def test_too_many_that_wait_are_refused_and_those_given_up_leave_room() -> None:
    compiler = GrammarCompiler(TOKENIZER)
    go = threading.Event()

    def work() -> Grammar:
        go.wait()
        return compiler.compile('start: "a"')

    futures = [compiler.submit(work) for _ in range(MAX_WAITING)]
    with pytest.raises(GrammarQueueFull):
        compiler.submit(work)
    assert futures[-1].cancel()
    futures[-1] = compiler.submit(work)
    go.set()
    assert len({id(future.result()) for future in futures}) == 1
    compiler.close()
    with pytest.raises(EngineStopped):
        compiler.submit(work)


@given(
    logits=st.lists(st.integers(-(2**31), 2**31 - 1), min_size=8, max_size=8),
    mask=st.lists(st.booleans(), min_size=8, max_size=8).filter(any),
    temperature=st.sampled_from([0.0, 0.5, 1.0, 2.0]),
    top_k=st.sampled_from([0, 1, 3]),
    top_p=st.sampled_from([0.0, 0.3, 1.0]),
    min_p=st.sampled_from([0.0, 0.1]),
    bias=st.sampled_from([{}, {1: 100.0, 2: -100.0}]),
)
def test_no_sampler_chooses_a_masked_token(
    logits: list[int],
    mask: list[bool],
    temperature: float,
    top_k: int,
    top_p: float,
    min_p: float,
    bias: dict[int, float],
) -> None:
    params = SamplingParams(
        temperature=temperature, top_k=top_k, top_p=top_p, min_p=min_p, logit_bias=bias, presence_penalty=1.0
    )
    rows = np.array([logits], np.int32)
    (token,) = sample_rows(rows, [(0, TokenSampler(params, 1, 0, [3]))], [np.array(mask)])
    assert mask[token]


def test_full_mask_changes_nothing() -> None:
    rng = np.random.default_rng(1)
    rows = rng.integers(-(20 << 16), 20 << 16, (20, 300), np.int32)
    for params in (GREEDY, SamplingParams(top_k=20), SamplingParams(top_p=0.9), SamplingParams(min_p=0.01)):

        def tokens(allowed: np.ndarray[Any, Any] | None, params: SamplingParams = params) -> list[int]:
            samplers = [(i, TokenSampler(params, 5, i, [])) for i in range(20)]
            return sample_rows(rows, samplers, None if allowed is None else [allowed] * 20)

        assert tokens(np.ones(300, np.bool_)) == tokens(None)


async def test_answer_follows_its_schema_and_stops_by_itself(engine: Engine) -> None:
    schema = {"type": "object", "properties": {"k": {"enum": ["yes", "no"]}}, "required": ["k"]}
    grammar = json_grammar(
        {**schema, "additionalProperties": False, "x-guidance": {"whitespace_flexible": False}}
    )
    ((text, reason),) = await answer(engine, grammar)
    assert json.loads(text)["k"] in ("yes", "no")
    assert reason == "stop"
    assert engine.stats().tokens == len(text)


async def test_answer_cut_by_its_limit_says_length(engine: Engine) -> None:
    grammar = json_grammar({"type": "string", "pattern": "^[a-z]*$"})
    assert await answer(engine, grammar, SamplingParams(temperature=0, max_tokens=6)) == [
        ('"abcde', "length")
    ]


async def test_end_of_turn_ends_a_grammar_even_if_it_is_to_be_ignored(engine: Engine) -> None:
    grammar = COMPILER.compile("start: /a+/")
    params = SamplingParams(temperature=0, ignore_eos=True, logit_bias={END: 100}, max_tokens=9)
    assert await answer(engine, grammar, params) == [("a", "stop")]


async def test_choices_follow_the_grammar_each_on_its_own(engine: Engine) -> None:
    grammar = json_grammar({"type": "string", "pattern": "^[a-z!]{3,9}$"})
    choices = await answer(engine, grammar, SamplingParams(temperature=3, n=8, seed=3))
    assert all(3 <= len(json.loads(text)) <= 9 and reason == "stop" for text, reason in choices)
    assert len({text for text, _ in choices}) > 1


async def test_batch_of_free_and_bound_answers_equals_each_alone(engine: Engine) -> None:
    grammars = [json_grammar({"type": "string", "pattern": f"^[{c}-z]{{4}}$"}) for c in "bdfh"]
    alone = [await answer(engine, grammar) for grammar in grammars]
    free = engine.submit(TOKENIZER.encode("prompt"), SamplingParams(temperature=0, max_tokens=20))
    together = await asyncio.gather(*(answer(engine, grammar) for grammar in grammars))
    assert together == alone
    assert "".join([delta.text async for delta in free]) == "uvwxyzabcdefghijklmn"


class Device(AlphabetRunner):
    """Notes when a step runs."""

    def __init__(self, log: list[str]) -> None:
        super().__init__()
        self.log = log

    def step(self, batch: StepBatch, launching: Callable[[], None]) -> npt.NDArray[np.int32]:
        def launch() -> None:
            launching()
            self.log.append("device starts")

        logits = super().step(batch, launch)
        self.log.append("device ends")
        return logits


class Worker(MaskWorker):
    """Notes when masks are begun and taken."""

    log: list[str]

    def start(self, matchers: Sequence[Matcher]) -> None:
        super().start(matchers)
        self.log.append("masks start")

    def take(self) -> npt.NDArray[np.bool_]:
        self.log.append("masks taken")
        return super().take()


async def test_masks_are_computed_while_the_device_runs() -> None:
    log: list[str] = []
    engine = Engine(cast(ModelRunner, Device(log)), TOKENIZER)
    worker = Worker(VOCAB, -(-VOCAB // 32))
    worker.log = log
    engine._masks = worker
    engine.start()
    try:
        ((text, _),) = await answer(engine, COMPILER.compile("start: /[a-c]{4}/"))
    finally:
        engine.close()
    assert text == "abca"
    assert log == ["masks start", "device starts", "device ends", "masks taken"] * 4


@pytest.mark.parametrize("params", [GREEDY, SamplingParams(temperature=2, seed=9)])
async def test_preemption_does_not_disturb_a_grammar(params: SamplingParams) -> None:
    grammar = json_grammar({"type": "string", "pattern": "^[a-z]{60}$"})
    runner = AlphabetRunner(max_rows=8, num_blocks=16, max_context=256)
    engine = Engine(cast(ModelRunner, runner), TOKENIZER, EngineConfig(prefix_cache=False))
    engine.start()
    try:
        alone = await answer(engine, grammar, params)
        both = await asyncio.gather(*(answer(engine, grammar, replace(params)) for _ in range(5)))
        assert engine.stats().preemptions > 0
        assert both == [alone] * 5
    finally:
        engine.close()


async def test_grammar_that_becomes_too_complex_ends_only_its_own_request(engine: Engine) -> None:
    grammar = json_grammar({"type": "string", "pattern": "^((a{1000}){1000}){1000}$"})
    bystander = engine.submit(TOKENIZER.encode("x"), SamplingParams(temperature=0, max_tokens=30))
    with pytest.raises(GrammarFailed):
        await answer(engine, grammar)
    deltas = [delta async for delta in bystander]
    assert deltas[-1].finish_reason == "length"
    assert engine.stats().kv_blocks_used == 0


async def test_shown_control_tokens_are_text(engine: Engine) -> None:
    (tool,) = TOKENIZER.encode("<|tool|>", special=True)
    grammar = COMPILER.compile(f'start: "a" <[{tool}]> "b"')
    deltas: list[Delta] = []
    generation = engine.submit([1], GREEDY, grammar=grammar, shown={tool: "<|tool|>"})
    async for delta in generation:
        deltas.append(delta)  # noqa: PERF401
    assert "".join(delta.text for delta in deltas) == "a<|tool|>b"
