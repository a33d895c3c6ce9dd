"""What is written to standard error: one record a line, with the request's id, and never a key.

In text a line that does not begin with a space is a record; whatever else a record holds (a traceback) is
indented. As JSON a record is one object on one line.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import re
import time
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from logging.handlers import QueueHandler, QueueListener

import msgspec

from openfpga_server.config import LogConfig
from openfpga_server.settings import without_password

REQUEST_ID: ContextVar[str | None] = ContextVar("openfpga_request_id", default=None)
"""Of the request that the running task works for."""

WAITING_RECORDS = 10_000
"""That may wait for a slow reader of the log; more are dropped and counted, so that no request waits."""

PAUSE = 0.02
"""Seconds."""

_KEY = re.compile(r"(ofpga_sk_|sk-)[\w-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_PLAIN = re.compile(r"[!#-<>-~]*")
"""Printable ASCII but for space, quotation mark and equals sign."""
_VALUE_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Fields:
    """What a record says in names and values: the last argument of a logging call.

    In text they are ``key=value`` with a space between; in JSON they are the object's.
    """

    values: Mapping[str, object]

    def __str__(self) -> str:
        shown = (f"{key}={_value(item)}" for key, item in self.values.items() if item is not None)
        return " ".join(shown)


def _value(item: object) -> str:
    """As it is where it is harmless, else as a JSON string: one record is one line whatever was sent."""
    text = str(item).lower() if isinstance(item, bool) else _cut(item)
    return text if _PLAIN.fullmatch(text) else msgspec.json.encode(text).decode()


def redacted(text: str) -> str:
    """Without API keys and without passwords of URLs."""
    return without_password(_KEY.sub(r"\1***", text))


class TextFormatter(logging.Formatter):
    """Lines for people."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """One line, and indented ones for a traceback."""
        line = _CONTROL.sub(_escape, _encodable(record.getMessage()))
        request = getattr(record, "request_id", None)
        if request is not None and request not in line:
            line += f" id={request}"
        parts = [f"{self.formatTime(record)} {record.levelname} {record.name} {line}"]
        if trace := _trace(self, record):
            parts += [f"    {row}" for row in _encodable(trace).splitlines()]
        return redacted("\n".join(parts))


class JsonFormatter(logging.Formatter):
    """Objects for machines: time (UTC), level, logger, message, request_id, and the record's fields."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields = _fields(record)
        message = (
            _encodable(record.getMessage()) if fields is None else str(record.msg).removesuffix("%s").strip()
        )
        entry: dict[str, object] = {
            "time": moment.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": message,
        }
        request = getattr(record, "request_id", None)
        if request is not None:
            entry["request_id"] = request
        for key, value in (fields or {}).items():
            if value is not None and key != "id":
                entry.setdefault(key, value if isinstance(value, (bool, int, float)) else _cut(value))
        if trace := _trace(self, record):
            entry["exception"] = _encodable(trace)
        # JSON may hold what other programs take for the end of a line.
        return redacted(_CONTROL.sub(_escape, msgspec.json.encode(entry).decode()))


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _encodable(text: str) -> str:
    """Surrogates, as a path may have them, are no text that could be written."""
    return text.encode(errors="backslashreplace").decode()


def _cut(value: object) -> str:
    return _encodable(str(value)[:_VALUE_CHARACTERS])


def _fields(record: logging.LogRecord) -> Mapping[str, object] | None:
    arguments = record.args
    if isinstance(arguments, tuple) and arguments and isinstance(arguments[-1], Fields):
        return arguments[-1].values
    return None


def _trace(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    if record.exc_info and record.exc_info[0] is not None:
        return formatter.formatException(record.exc_info)
    return formatter.formatStack(record.stack_info) if record.stack_info else ""


class Writer(QueueListener):
    """The thread that writes records: what comes within a pause is written together.

    A thread that woke for each would take turns with the event loop at every request.
    """

    def dequeue(self, block: bool) -> logging.LogRecord:
        """The next record."""
        with contextlib.suppress(queue.Empty):
            return super().dequeue(False)
        time.sleep(PAUSE)
        return super().dequeue(block)


class Handler(QueueHandler):
    """Hands records to the thread that writes them, and never waits for it."""

    def __init__(self, records: queue.Queue[logging.LogRecord]) -> None:
        super().__init__(records)
        self._dropped = 0

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """Note whose request it belongs to: the thread that writes does not know."""
        record.request_id = REQUEST_ID.get()
        return record

    def enqueue(self, record: logging.LogRecord) -> None:
        """Keep it for the writer, if there is room."""
        try:
            self.queue.put_nowait(record)
        except queue.Full:
            self._dropped += 1
            return
        if self._dropped:
            told, self._dropped = self._dropped, 0
            logging.getLogger("openfpga.server").warning("%d log records were dropped", told)


@contextlib.contextmanager
def logging_to(stream_handler: logging.Handler, config: LogConfig) -> Iterator[None]:
    """Write the project's records from a level on, and warnings of libraries, while the block runs.

    Args:
        stream_handler: what writes them, from a thread of its own; its formatter is set.
        config: level and format.
    """
    stream_handler.setFormatter(JsonFormatter() if config.format == "json" else TextFormatter())
    records: queue.Queue[logging.LogRecord] = queue.Queue(WAITING_RECORDS)
    handler, root, ours = Handler(records), logging.getLogger(), logging.getLogger("openfpga")
    before, levels = root.handlers[:], (root.level, ours.level)
    listener = Writer(records, stream_handler)
    listener.start()
    root.handlers[:] = [handler]
    # Libraries say at their lower levels what belongs into no log: statements with their values, headers.
    root.setLevel(logging.WARNING)
    ours.setLevel(config.level.upper())
    try:
        yield
    finally:
        root.handlers[:] = before
        root.setLevel(levels[0])
        ours.setLevel(levels[1])
        listener.stop()
