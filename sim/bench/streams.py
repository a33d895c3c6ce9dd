"""Agents for valid/ready streams."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Word = Mapping[str, int]


class Source:
    """Offers words on a stream; once offered, a word stays until it is taken, whatever the pattern says.

    Args:
        valid, ready: the handshake's signals.
        payload: signals by the names that words use.
        willing: pattern of the cycles in which a new word may be offered.
    """

    def __init__(
        self, valid: Any, ready: Any, payload: Mapping[str, Any], willing: Callable[[], bool]
    ) -> None:
        self.willing = willing
        self.taken = 0
        self._valid, self._ready, self._payload = valid, ready, payload
        self._words: deque[Word] = deque()
        self._offered = False

    def put(self, words: Iterable[Word]) -> None:
        """Queue words."""
        self._words.extend(words)

    @property
    def empty(self) -> bool:
        """Every word was taken."""
        return not self._words

    def reset(self) -> None:
        """Drop what was not taken."""
        self._words.clear()
        self.taken = 0
        self._offered = False
        self._valid.value = 0
        for signal in self._payload.values():
            signal.value = 0

    def drive(self) -> None:
        """Offer the next word, or keep offering it."""
        willing = self.willing()
        if not self._offered:
            self._offered = willing and bool(self._words)
            self._valid.value = int(self._offered)
            if self._offered:
                for name, value in self._words[0].items():
                    self._payload[name].value = value

    def sample(self) -> None:
        """Note whether the word is taken."""
        if self._offered and self._ready.value == 1:
            self._words.popleft()
            self._offered = False
            self.taken += 1


class Sink:
    """Takes words from a stream, in the cycles that its pattern says, whether or not there is one.

    Attributes:
        words: what was taken, as dicts of unsigned integers.
    """

    def __init__(
        self, valid: Any, ready: Any, payload: Mapping[str, Any], willing: Callable[[], bool]
    ) -> None:
        self.willing = willing
        self.words: list[dict[str, int]] = []
        self._valid, self._ready, self._payload = valid, ready, payload
        self._taking = False

    def reset(self) -> None:
        """Forget what was taken."""
        self.words.clear()
        self._taking = False
        self._ready.value = 0

    def drive(self) -> None:
        """Be ready or not."""
        self._taking = self.willing()
        self._ready.value = int(self._taking)

    def sample(self) -> None:
        """Take a word."""
        if self._taking and self._valid.value == 1:
            self.words.append({name: int(signal.value) for name, signal in self._payload.items()})
