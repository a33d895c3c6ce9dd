"""A model small enough to predict: it recites the alphabet. For tests of what lies above the device."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from openfpga_host.image import FinalNorm
from openfpga_host.pooling import Pooler
from openfpga_host.runner import StepBatch
from openfpga_host.tokenizer import Tokenizer

TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}{% if m.role == 'forbidden' or m.content == 'refuse me' %}"
    "{{ raise_exception('I refuse') }}{% endif %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}"
    "{% if tools %}[{{ tools | tojson }}]{% endif %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
SPECIALS = ("<|bos|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>", "<|tool|>")
BOS, END = 256, 257
_SPECIAL = re.compile(f"({'|'.join(map(re.escape, SPECIALS))})")


class ByteTokenizer(Tokenizer):
    """One token a byte, and control tokens from 256."""

    def __init__(self) -> None:
        pieces = [bytes([i]) for i in range(256)] + [b""] * len(SPECIALS)
        special = {256 + i: name for i, name in enumerate(SPECIALS)}
        super().__init__(pieces, special, eos_token_ids=frozenset({END}), bos_token_id=BOS)

    def _encode(self, text: str, special: bool) -> list[int]:
        if not special:
            return list(text.encode())
        ids, parts = list[int](), _SPECIAL.split(text)
        for i, part in enumerate(parts):
            # Odd parts are the control tokens.
            ids += [256 + SPECIALS.index(part)] if i % 2 else part.encode()
        return ids


class AlphabetRunner:
    """After a byte b comes b + 1, from z comes a; after a control token comes a. Never ends by itself.

    The second most likely token is always "!". `failing` makes steps raise, `gate` holds them while it is
    clear, every step takes `pace` seconds, `batches` are the tokens of each step.
    """

    def __init__(self, *, max_rows: int = 16, num_blocks: int = 256, max_context: int = 512) -> None:
        self.max_rows = max_rows
        self.block_size = 16
        self.num_blocks = num_blocks
        self.max_context = max_context
        self.vocab_size = 256 + len(SPECIALS)
        self.device_seconds = 0.0
        self.pace = 0.0
        self.failing = False
        self.gate = threading.Event()
        self.gate.set()
        self.batches: list[NDArray[np.int32]] = []

    def step(self, batch: StepBatch, launching: Callable[[], None]) -> NDArray[np.int32]:
        """int32 [L, vocab_size]."""
        launching()
        started = time.perf_counter()
        self.gate.wait()
        if self.failing:
            raise RuntimeError("the card is on fire")
        time.sleep(self.pace)
        tokens = batch.tokens[batch.logit_rows]
        self.batches.append(batch.tokens.copy())
        # So unlikely that no test meets the end token or half a character by chance.
        logits = np.full((len(tokens), self.vocab_size), -10 << 16, np.int32)
        logits[:, ord("!")] = 5 << 16
        for row, token in enumerate(tokens):
            logits[row, self.successor(int(token))] = 10 << 16
        self.device_seconds += time.perf_counter() - started
        return logits

    @property
    def dimensions(self) -> int:
        """Length of a state."""
        return 8

    def pooler(self) -> Pooler:
        """What makes a vector of states."""
        return Pooler(FinalNorm(np.ones(self.dimensions, np.float32), None, 1e-6))

    def states(self, start: int, stop: int) -> NDArray[np.int32]:
        """The bits of each token of the last step as Q16 numbers."""
        bits = self.batches[-1][start:stop, None] >> np.arange(self.dimensions) & 1
        return (bits << 16).astype(np.int32)

    @staticmethod
    def successor(token: int) -> int:
        """The most likely next token."""
        return token + 1 if ord("a") <= token < ord("z") else ord("a")

    def close(self) -> None:
        """Nothing to do."""
