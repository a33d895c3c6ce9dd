"""What a caller of an engine holds while texts become vectors, and what engines that make them offer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from openfpga_host.generation import ContextLengthExceeded, EngineStopped, Generation
from openfpga_host.tokenizer import Tokenizer


class Embedding(Generation):
    """The vectors of one request's texts, on their way: await `result`, once, on the loop that asked.

    Attributes:
        vectors: float32 [texts, dimensions]; whole once `complete`.
        complete: set by the engine before it ends the stream; not set if the request was cancelled.
    """

    def __init__(
        self, request_id: str, tokens: int, texts: int, dimensions: int, on_cancel: Callable[[], None]
    ) -> None:
        super().__init__(request_id, tokens, 1, on_cancel)
        self.vectors: NDArray[np.float32] = np.zeros((texts, dimensions), np.float32)
        self.complete = False

    async def result(self) -> NDArray[np.float32]:
        """The vectors, each of length 1: float32 [texts, dimensions].

        Raises:
            EngineError: the engine failed or stopped, or the request was cancelled.
        """
        async for _ in self:
            raise AssertionError("an embedding has no text")
        if not self.complete:
            raise EngineStopped("the request was cancelled")
        return self.vectors


class Embedder(Protocol):
    """An engine that turns texts into vectors: an encoder's, or a chat model's by its states."""

    @property
    def tokenizer(self) -> Tokenizer:
        """Whose ids it takes."""
        ...

    @property
    def context_limit(self) -> int:
        """Tokens that a text may have."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        ...

    def embed(
        self,
        texts: Sequence[Sequence[int]],
        *,
        request_id: str | None = None,
        account: str = "",
        weight: int = 1,
    ) -> Embedding:
        """Queue texts, from a running event loop, and return their vectors-to-be at once.

        Args:
            texts: token ids, complete with what `Tokenizer.framed` puts around them; at least one text.
            request_id: for logs; None: one is made up.
            account: whose request it is.
            weight: of the account: its share of the device while others want it too.

        Raises:
            ValueError: no text, an empty one, ids that the model does not have, or no such weight.
            ContextLengthExceeded, QueueFull, EngineStopped: as they say.
        """
        ...

    def check_embed(self, texts: Sequence[Sequence[int]], *, account: str = "") -> None:
        """Raise what `embed` would raise now, and queue nothing."""
        ...


def check_texts(texts: Sequence[Sequence[int]], vocabulary: int, limit: int) -> list[list[int]]:
    """The texts as lists.

    Raises:
        ValueError: no text, an empty one, or an id outside the vocabulary.
        ContextLengthExceeded: a text longer than `limit`.
    """
    if not texts:
        raise ValueError("there is no text; at least one is needed")
    checked = []
    for text in texts:
        tokens = list(map(int, text))
        if not tokens:
            raise ValueError("a text has no tokens; it needs at least one")
        lowest, highest = min(tokens), max(tokens)
        if lowest < 0 or highest >= vocabulary:
            wrong = lowest if lowest < 0 else highest
            raise ValueError(f"a text has token id {wrong}; this model has 0 to {vocabulary - 1}")
        if len(tokens) > limit:
            raise ContextLengthExceeded(len(tokens), None, limit)
        checked.append(tokens)
    return checked
