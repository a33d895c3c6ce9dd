"""From tokens to visible text: whole characters only, and never a part of a stop string."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from openfpga_host.sampler import TokenLogprob
    from openfpga_host.tokenizer import Detokenizer


class Visible(NamedTuple):
    """What became visible: text, the tokens that began in it or before it, and their logprobs where asked
    for.
    """

    text: str
    token_ids: tuple[int, ...]
    logprobs: tuple[TokenLogprob, ...]


class TextStream:
    """The text of one choice as it grows token by token.

    A stop string ends the text where it begins. Which one wins does not depend on how the text is cut into
    tokens: the one that ends first, of those the longest. Text that may be the beginning of a stop string is
    withheld until the next tokens decide, or until the end of the choice; a token becomes visible when text
    after its beginning does, so tokens inside a stop string never do.

    Args:
        detokenizer: of the choice.
        stops: strings that end the text.
        shown: control tokens whose name is part of the text, where others have none.
    """

    def __init__(
        self,
        detokenizer: Detokenizer,
        stops: tuple[str, ...] = (),
        shown: Mapping[int, str] | None = None,
    ) -> None:
        self._detokenizer = detokenizer
        self._stops = stops
        self._shown = shown or {}
        self._ready = ""
        self._held = ""
        self._end = 0
        self._tokens: deque[tuple[int, int, TokenLogprob | None]] = deque()
        self._over = False

    def push(self, token_id: int, logprob: TokenLogprob | None = None) -> bool:
        """Add a token; True if its text completes a stop string, which ends the stream."""
        self._tokens.append((self._end, token_id, logprob))
        piece = self._detokenizer.push(token_id)
        if token_id in self._shown:
            piece += self._detokenizer.flush() + self._shown[token_id]
        return self._add(piece)

    def finish(self) -> bool:
        """End the stream: what was withheld becomes visible; True if the very end completes a stop string."""
        if self._over or self._add(self._detokenizer.flush()):
            return True
        self._ready += self._held
        self._held = ""
        self._over = True
        return False

    def take(self) -> Visible | None:
        """What became visible since the last call, None if nothing."""
        visible_end = self._end - len(self._held)
        ids: list[int] = []
        logprobs: list[TokenLogprob] = []
        while self._tokens and (self._over or self._tokens[0][0] < visible_end):
            _, token_id, logprob = self._tokens.popleft()
            ids.append(token_id)
            if logprob is not None:
                logprobs.append(logprob)
        if not self._ready and not ids:
            return None
        text, self._ready = self._ready, ""
        return Visible(text, tuple(ids), tuple(logprobs))

    def _add(self, piece: str) -> bool:
        self._end += len(piece)
        if not self._stops:
            self._ready += piece
            return False
        held = self._held + piece
        first = min(
            ((start + len(stop), start) for stop in self._stops if (start := held.find(stop)) >= 0),
            default=None,
        )
        if first is not None:
            self._ready += held[: first[1]]
            self._end += first[1] - len(held)
            self._held = ""
            while self._tokens and self._tokens[-1][0] >= self._end:
                self._tokens.pop()
            self._over = True
            return True
        keep = max(_overlap(held, stop) for stop in self._stops)
        self._ready += held[: len(held) - keep]
        self._held = held[len(held) - keep :]
        return False


def _overlap(text: str, stop: str) -> int:
    """Length of the longest end of `text` that is a beginning of `stop`, `stop` itself excepted."""
    for length in range(min(len(text), len(stop) - 1), 0, -1):
        if text.endswith(stop[:length]):
            return length
    return 0
