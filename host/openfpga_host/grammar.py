"""Grammars that an answer has to follow, enforced token by token by llguidance.

A grammar is compiled once per tokenizer; each choice follows it with a `Matcher` of its own, which says after
every token which ones may come next: those whose bytes continue the text to one that the grammar can still
complete, whole characters or not; and an end-of-turn token if and only if the text is whole. Where only one
text can follow, the tokenizer's own cut of it is taken, as the model was trained on that.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import llguidance

from openfpga_host.generation import EngineStopped
from openfpga_host.tokenizer import Tokenizer

CACHED_GRAMMARS = 64
MAX_WAITING = 32
STACK_BYTES = 64 << 20
MAX_GRAMMAR_BYTES = 1 << 18


class GrammarError(ValueError):
    """A grammar that cannot be enforced; the message is llguidance's reason."""


class GrammarQueueFull(Exception):
    """Too many grammars wait to be compiled. retry_after: seconds, roughly."""

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} grammars are waiting to be compiled")
        self.retry_after = float(waiting)


class Matcher:
    """Where one choice stands in its grammar. Not for several threads at once."""

    __slots__ = ("inner",)

    def __init__(self, inner: llguidance.LLMatcher) -> None:
        self.inner = inner

    def accept(self, token: int) -> None:
        """Go on with a token that the mask allowed. Microseconds."""
        self.inner.consume_token(token)

    @property
    def complete(self) -> bool:
        """Whether nothing can follow: the answer is whole without an end-of-turn token."""
        return self.inner.is_stopped() and not self.inner.is_error()

    @property
    def failure(self) -> str | None:
        """Why the grammar cannot be followed any further (a limit of its complexity); None while it can."""
        return _reason(self.inner.get_error()) if self.inner.is_error() else None


class Grammar:
    """A compiled grammar."""

    def __init__(self, start: llguidance.LLMatcher) -> None:
        self._start = start

    def matcher(self) -> Matcher:
        """A matcher at the beginning. Safe from any thread, microseconds."""
        return Matcher(self._start.deep_copy())


class GrammarCompiler:
    """Compiles grammars for one tokenizer, and keeps the latest ones.

    Args:
        tokenizer: of the model.

    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        # One piece of work after the other: what is hostile takes one core.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="openfpga-grammar")
        self._waiting = 0
        self._lock = threading.Lock()
        self._adapting = threading.Lock()
        self._adapted: llguidance.LLTokenizer | None = None
        self._cache: OrderedDict[str, Grammar] = OrderedDict()

    def compile(self, source: str) -> Grammar:
        """Compile a grammar; takes up to a second, without the interpreter lock for most of it.

        Args:
            source: in llguidance's form of Lark.

        Raises:
            GrammarError: it is malformed, too large, or nothing can match it.
        """
        if len(source) > MAX_GRAMMAR_BYTES:
            raise GrammarError(f"the grammar has {len(source)} characters; the limit is {MAX_GRAMMAR_BYTES}")
        grammar = self.known(source)
        if grammar is None:
            grammar = self._build(source)
            with self._lock:
                self._cache[source] = grammar
                if len(self._cache) > CACHED_GRAMMARS:
                    self._cache.popitem(last=False)
        return grammar

    def prepare(self) -> None:
        """Start the thread, and adapt the tokenizer in it: half a second for a large vocabulary."""
        # The compiler recurses; threads get the size that holds when they start.
        before = threading.stack_size(STACK_BYTES)
        try:
            self._thread.submit(self._adapt)
        finally:
            threading.stack_size(before)

    def submit(self, work: Callable[[], Grammar]) -> Future[Grammar]:
        """Run work that calls `compile` in the compiler's thread.

        Raises:
            GrammarQueueFull: too much waits for it already.
            EngineStopped: the compiler is closed.
        """
        with self._lock:
            if self._waiting >= MAX_WAITING:
                raise GrammarQueueFull(self._waiting)
            try:
                future = self._thread.submit(work)
            except RuntimeError as error:
                raise EngineStopped("the engine stopped") from error
            self._waiting += 1
        future.add_done_callback(self._done)
        return future

    def known(self, source: str) -> Grammar | None:
        """The grammar if it was compiled lately; at once."""
        with self._lock:
            grammar = self._cache.get(source)
            if grammar is not None:
                self._cache.move_to_end(source)
        return grammar

    def close(self) -> None:
        """End the thread; what waits for it is cancelled."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _done(self, _: Future[Grammar]) -> None:
        with self._lock:
            self._waiting -= 1

    def _adapt(self) -> llguidance.LLTokenizer:
        with self._adapting:
            if self._adapted is None:
                self._adapted = adapted_tokenizer(self._tokenizer)
            return self._adapted

    def _build(self, source: str) -> Grammar:
        text = llguidance.LLMatcher.grammar_from_lark(source)
        start = llguidance.LLMatcher(self._adapt(), text, log_level=0, limits=_limits())
        if not start.is_error():
            # The first mask of a lexer is the most expensive: paid here, not between two tokens of others.
            start.compute_bitmask()
        if start.is_error():
            raise GrammarError(_reason(start.get_error()))
        if start.is_stopped():
            raise GrammarError("nothing can match it")
        return Grammar(start)


def _reason(error: str) -> str:
    """llguidance's reason without the state, the place and the source that it quotes."""
    text = re.split(r"\n<non-verbose/>|\n +\d+ \| ", error)[0].strip()
    return re.sub(r"^at \d+\(\d+\): (failed to compile JSON schema: )?", "", text)


def _limits() -> llguidance.LLParserLimits:
    """Each bounds time and memory of one grammar; llguidance's own are up to ten times larger."""
    return llguidance.LLParserLimits(
        max_items_in_row=2500,
        initial_lexer_fuel=500_000,
        step_lexer_fuel=100_000,
        step_max_items=20_000,
        max_lexer_states=20_000,
        max_grammar_size=100_000,
        verbose_errors=False,
    )


class _Vocabulary:
    """A tokenizer as `llguidance.TokenizerWrapper` wants to see it."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        ids = range(tokenizer.vocab_size)
        self.eos_token_id = min(tokenizer.eos_token_ids)
        self.bos_token_id = tokenizer.bos_token_id
        self.special_token_ids = [token for token in ids if tokenizer.is_special(token)]
        self.tokens = [
            tokenizer.token_text(token).encode()
            if tokenizer.is_special(token)
            else tokenizer.token_bytes(token)
            for token in ids
        ]
        self._encode = tokenizer.encode

    def __call__(self, text: str | bytes) -> list[int]:
        return self._encode(text.decode("utf-8", "replace") if isinstance(text, bytes) else text)


def adapted_tokenizer(tokenizer: Tokenizer) -> llguidance.LLTokenizer:
    """llguidance's view of a tokenizer: exact bytes of each token, control tokens, all end-of-turn tokens.

    Raises:
        GrammarError: the model has no end-of-turn token, so nothing could end.
    """
    if not tokenizer.eos_token_ids:
        raise GrammarError("the model has no end-of-turn token")
    vocabulary: Any = _Vocabulary(tokenizer)
    return llguidance.LLTokenizer(
        llguidance.TokenizerWrapper(vocabulary),
        n_vocab=tokenizer.vocab_size,
        eos_token=sorted(tokenizer.eos_token_ids),
    )
