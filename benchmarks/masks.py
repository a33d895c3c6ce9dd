"""What structured output costs the host: compiling a schema, a mask a token, choosing among what it allows.

python benchmarks/masks.py
"""

from __future__ import annotations

import json
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from openfpga_host.grammar import GrammarCompiler, Matcher
from openfpga_host.masks import MaskWorker
from openfpga_host.sampler import TokenSampler
from openfpga_host.sampling import SamplingParams
from openfpga_host.tokenizer import Tokenizer, load_tokenizer, read_tokenizer_files
from openfpga_server.structured.grammars import Source

DEMO = Path(__file__).resolve().parent.parent / "models" / "demo"
SCHEMA = {
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "year": {"type": "integer"},
        "genre": {"enum": ["drama", "comedy", "other"]},
        "cast": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}},
    },
    "required": ["title", "year", "genre", "cast"],
}
ANSWER = {
    "title": "The long way home",
    "year": 1987,
    "genre": "drama",
    "cast": [{"name": f"Person number {i}"} for i in range(8)],
}


class WordTokenizer(Tokenizer):
    """As many tokens as Llama 3 has: bytes and random words; a text is its bytes."""

    def __init__(self, size: int) -> None:
        draw = random.Random(1)
        letters = "abcdefghijklmnopqrstuvwxyz "
        words = {"".join(draw.choices(letters, k=draw.randint(2, 9))).encode() for _ in range(2 * size)}
        pieces = [bytes([i]) for i in range(256)] + sorted(words)[: size - 257] + [b""]
        eos = frozenset({size - 1})
        super().__init__(pieces, {size - 1: "<|eot_id|>"}, eos_token_ids=eos, bos_token_id=None)

    def _encode(self, text: str, special: bool) -> list[int]:
        return list(text.encode())


def microseconds(action: Callable[[], object]) -> float:
    """Time of one call."""
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1e6


def measure(name: str, tokenizer: Tokenizer) -> None:
    """Print the figures for one vocabulary."""
    vocab = tokenizer.vocab_size
    compiler, worker = GrammarCompiler(tokenizer), MaskWorker(vocab, -(-vocab // 32))
    started = time.perf_counter()
    compiler.compile('start: "warm"')
    first = time.perf_counter() - started
    started = time.perf_counter()
    grammar = compiler.compile(Source(SCHEMA, True, "schema").alone())
    compiled = time.perf_counter() - started
    logits = np.random.default_rng(1).integers(-(20 << 16), 20 << 16, vocab, np.int32)
    sampler = TokenSampler(SamplingParams(temperature=0.7), 1, 0, [])
    mask_words = np.zeros(-(-vocab // 32), np.int32)
    target = (mask_words.ctypes.data, mask_words.nbytes)
    masks, handed, accepts, samples = [], [], [], []

    def follow(matcher: Matcher, token: int) -> None:
        masks.append(microseconds(lambda: matcher.inner.unsafe_compute_mask_ptr(*target)))
        handed.append(microseconds(lambda: (worker.start([matcher]), worker.take())))
        (allowed,) = worker.take()
        samples.append(microseconds(lambda: sampler.sample(logits, allowed)))
        accepts.append(microseconds(lambda: matcher.accept(token)))

    for _ in range(5):
        matcher = grammar.matcher()
        for token in tokenizer.encode(json.dumps(ANSWER)):
            follow(matcher, token)
    free = [microseconds(lambda: sampler.sample(logits)) for _ in range(200)]
    worker.close()
    compiler.close()
    print(
        f"{name}, {vocab} tokens: tokenizer {first * 1e3:.0f} ms once, schema {compiled * 1e3:.1f} ms; "
        f"a token: mask {_middle(masks)}, by the thread {_middle(handed)}, accept {_middle(accepts)}, "
        f"sample {_middle(samples)} instead of {_middle(free)} us (median, 99th percentile)"
    )


def _middle(values: list[float]) -> str:
    return f"{statistics.median(values):.0f} ({statistics.quantiles(values, n=100)[98]:.0f})"


if __name__ == "__main__":
    measure("demonstration model", load_tokenizer(read_tokenizer_files(DEMO)))
    measure("as large as Llama 3's", WordTokenizer(128_256))
