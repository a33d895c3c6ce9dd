"""Tool calls read from a model's text as it grows.

Whole answers and streams go through the same reader, so they cannot differ. What may be a marker or the
beginning of a call is held back until it is decided; what turns out not to be one is text.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from openfpga_server.tools.formats import ARGS, PYTHON_TAG, ToolFormat


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of the answer's text."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call begins: the position among the answer's calls, its id, the function's name."""

    position: int
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Arguments:
    """A piece of the JSON text of the arguments of the call at `position`."""

    position: int
    piece: str


Event = Text | Call | Arguments

_SPACE = " \t\r\n"
_STRUCTURE = re.compile(r'["{}\[\]]')
_STRING_END = re.compile(r'["\\]')


class _Undecided(Exception):
    """The text ends before it is decided what it is."""


class _Mismatch(Exception):
    """The text is no call."""


def new_call_id() -> str:
    """A fresh identifier of a call."""
    return "call_" + secrets.token_hex(12)


class ToolReader:
    """Reads one choice.

    Args:
        form: how the model writes its calls.
        names: functions that may be called.
        forced: there is nothing but calls, so what is cut before a call can be told is no text.
    """

    def __init__(self, form: ToolFormat, names: Sequence[str], *, forced: bool) -> None:
        self._form = form
        self._names = sorted(names, key=len, reverse=True)
        self._forced = forced
        self._state: Literal["text", "header", "arguments", "tail"] = "text" if form.opening else "header"
        self._readers: dict[str, Callable[[list[Event]], None]] = {
            "text": self._read_text,
            "header": self._read_header,
            "arguments": self._read_arguments,
            "tail": self._read_tail,
        }
        self._markers = tuple(filter(None, (form.opening, form.closing, *form.shown.values())))
        self._buffer = ""
        self._depth = 0
        self._in_string = False
        self._wrote = False
        self.calls = 0
        """Calls that have begun."""

    @property
    def whole(self) -> bool:
        """Whether there are calls, none of them without the end of its arguments."""
        return self.calls > 0 and self._state != "arguments"

    def push(self, text: str) -> list[Event]:
        """What became certain with this text."""
        self._buffer += text
        events: list[Event] = []
        try:
            while self._buffer:
                self._readers[self._state](events)
        except _Undecided:
            pass
        return events

    def finish(self) -> list[Event]:
        """What the end decides: text that was held back is text after all, but for what belongs to a call."""
        rest, self._buffer = self._buffer, ""
        if self._state == "text" or (self._state == "header" and not self._form.opening):
            for marker in self._markers:
                rest = rest.replace(marker, "")
            if self.calls:
                rest = rest.rstrip(_SPACE)
            if rest and not (self._forced or (self.calls and not rest.strip(_SPACE))):
                return [Text(rest)]
        return []

    # Each of these takes what it understands from the buffer, or raises _Undecided.

    def _read_text(self, events: list[Event]) -> None:
        opening = self._form.opening
        places = [(place, marker) for marker in self._markers if (place := self._buffer.find(marker)) >= 0]
        if places:
            place, marker = min(places)
            before, self._buffer = self._buffer[:place], self._buffer[place + len(marker) :]
            if marker == opening:
                # The space between text and calls is nobody's.
                before = before.rstrip(_SPACE)
                self._state = "header"
            self._write(before, events)
            return
        keep = max((_overlap(self._buffer, marker) for marker in self._markers), default=0)
        spaced = self._buffer[: len(self._buffer) - keep]
        certain = spaced.rstrip(_SPACE) if opening else spaced
        self._buffer = self._buffer[len(certain) :]
        self._write(certain, events)
        if self._buffer:
            raise _Undecided

    def _write(self, text: str, events: list[Event]) -> None:
        if not self._wrote and self.calls:
            text = text.lstrip(_SPACE)
        if text:
            self._wrote = True
            events.append(Text(text))

    def _read_header(self, events: list[Event]) -> None:
        try:
            name, at = self._header()
        except _Mismatch:
            self._state = "text"
            return
        events.append(Call(self.calls, new_call_id(), name))
        self.calls += 1
        self._buffer = self._buffer[at:]
        self._depth = 0
        self._in_string = False
        self._state = "arguments"

    def _header(self) -> tuple[str, int]:
        """The function's name, and where its arguments begin."""
        scan = _Scanner(self._buffer)
        if self._form.kind == "named":
            scan.skip(_SPACE)
            name = scan.one_of(self._names)
            scan.expect(ARGS)
            scan.skip(_SPACE)
        else:
            scan.skip(_SPACE + {"json": ";", "tagged": "", "list": "[,"}[self._form.kind])
            if self._form.kind == "json" and not self.calls:
                scan.optional(PYTHON_TAG)
                scan.skip(_SPACE)
            scan.spaced("{", '"name"', ":")
            name = json.loads(scan.one_of([json.dumps(name) for name in self._names]))
            scan.spaced("", ",", f'"{self._form.key}"', ":")
        scan.peek("{")
        return name, scan.at

    def _read_arguments(self, events: list[Event]) -> None:
        at, text = 0, self._buffer
        while at < len(text):
            found = (_STRING_END if self._in_string else _STRUCTURE).search(text, at)
            if found is None:
                at = len(text)
                break
            at = found.end()
            if found[0] == "\\":
                if at == len(text):
                    # The escaped character is not here yet; both leave together.
                    at -= 1
                    break
                at += 1
            elif found[0] == '"':
                self._in_string = not self._in_string
            else:
                self._depth += 1 if found[0] in "{[" else -1
                if self._depth == 0:
                    self._state = "tail"
                    break
        if at:
            events.append(Arguments(self.calls - 1, text[:at]))
        self._buffer = text[at:]
        if self._state == "arguments":
            raise _Undecided

    def _read_tail(self, events: list[Event]) -> None:
        """What closes a call; where it does not, the rest is text."""
        form, scan = self._form, _Scanner(self._buffer)
        following: Literal["text", "header"] = "text" if form.kind == "tagged" else "header"
        try:
            if form.kind != "named":
                scan.spaced("", "}")
            if form.closing:
                scan.spaced("", form.closing)
            if form.kind == "list":
                scan.skip(_SPACE)
                following = "text" if scan.one_of([",", "]"]) == "]" else "header"
            if form.kind == "named":
                scan.skip(_SPACE)
                scan.optional(form.opening)
        except _Mismatch:
            following = "text"
        self._buffer = self._buffer[scan.at :]
        self._state = following
        self._wrote = False


class _Scanner:
    """Reads a text from the left; raises _Mismatch, or _Undecided where the text ends too early."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.at = 0

    def skip(self, characters: str) -> None:
        while self.at < len(self._text) and self._text[self.at] in characters:
            self.at += 1

    def peek(self, text: str) -> None:
        rest = self._text[self.at : self.at + len(text)]
        if not text.startswith(rest):
            raise _Mismatch
        if len(rest) < len(text):
            raise _Undecided

    def expect(self, text: str) -> None:
        self.peek(text)
        self.at += len(text)

    def spaced(self, *texts: str) -> None:
        """Each of the texts, with any space behind it."""
        for text in texts:
            self.expect(text)
            self.skip(_SPACE)

    def optional(self, text: str) -> None:
        try:
            self.expect(text)
        except _Mismatch:
            return

    def one_of(self, texts: Sequence[str]) -> str:
        """The first of the texts that stands here; longer ones come first."""
        undecided = False
        for text in texts:
            try:
                self.expect(text)
            except _Mismatch:
                continue
            except _Undecided:
                undecided = True
                continue
            if undecided:
                raise _Undecided
            return text
        raise _Undecided if undecided else _Mismatch


def _overlap(text: str, marker: str) -> int:
    """Length of the longest end of `text` that begins `marker`."""
    for length in range(min(len(text), len(marker) - 1), 0, -1):
        if text.endswith(marker[:length]):
            return length
    return 0
