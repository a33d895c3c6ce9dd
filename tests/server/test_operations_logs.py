"""The log: one record a line, with the request's id, and nothing that should not be there."""

from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from aiohttp import ClientSession
from hypothesis import given
from hypothesis import strategies as st
from openfpga_server import logs
from openfpga_server.config import LogConfig
from openfpga_server.logs import REQUEST_ID, WAITING_RECORDS, Fields, JsonFormatter, TextFormatter, logging_to
from openfpga_server.registry import ServedModel
from support.alphabet import AlphabetRunner

KEY = "ofpga_sk_live_" + "a1B2" * 10
logger = logging.getLogger("openfpga.test")


@contextmanager
def captured(**settings: str) -> Iterator[list[str]]:
    """The log's lines, once the block is left."""
    stream = io.StringIO()
    lines: list[str] = []
    with logging_to(logging.StreamHandler(stream), LogConfig(**settings)):
        yield lines
    lines += stream.getvalue().splitlines()


def record_of(message: str, *arguments: Any, **further: Any) -> logging.LogRecord:
    """A record."""
    record = logging.LogRecord("openfpga.test", logging.INFO, "", 0, message, arguments, None)
    vars(record).update(further)
    return record


def test_json_line_has_time_level_logger_message_request_and_fields() -> None:
    with captured(format="json") as lines:
        REQUEST_ID.set("req_1")
        logger.info(
            "request %s", Fields({"id": "req_1", "status": 200, "model": None, "stream": True, "path": "/x"})
        )
        REQUEST_ID.set(None)
        logger.warning("plain %d", 5)
    first, second = map(json.loads, lines)
    assert first.pop("time").endswith("Z")
    assert first == {
        "level": "info",
        "logger": "openfpga.test",
        "message": "request",
        "request_id": "req_1",
        "status": 200,
        "stream": True,
        "path": "/x",
    }
    assert second["message"] == "plain 5"
    assert "request_id" not in second


def test_lines_of_a_pause_are_written_together_and_none_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    pausing, over = threading.Semaphore(0), threading.Semaphore(0)

    def pause(seconds: float) -> None:
        pausing.release()
        assert over.acquire(timeout=10)

    monkeypatch.setattr(logs.time, "sleep", pause)
    stream = io.StringIO()
    with logging_to(logging.StreamHandler(stream), LogConfig()):
        assert pausing.acquire(timeout=10)
        for number in range(5):
            logger.info("line %d", number)
        assert stream.getvalue() == ""
        over.release()
        # All are written when it pauses again.
        assert pausing.acquire(timeout=10)
        assert stream.getvalue().count("\n") == 5
        logger.info("the last line")
        over.release(2)
    assert stream.getvalue().endswith("the last line\n")


def test_text_line_of_a_request_names_it_once() -> None:
    with captured() as lines:
        REQUEST_ID.set("req_2")
        logger.info("something happened")
        logger.info("request %s", Fields({"id": "req_2", "status": 200}))
        REQUEST_ID.set(None)
    assert lines[0].endswith("INFO openfpga.test something happened id=req_2")
    assert lines[1].count("req_2") == 1


@pytest.mark.parametrize("form", ["text", "json"])
def test_traceback_forges_no_record_and_shows_no_key(form: str) -> None:
    with captured(format=form) as lines:
        try:
            raise RuntimeError(f"bad\n2026-01-01 00:00:00 INFO openfpga.access forged {KEY}")
        except RuntimeError:
            logger.exception("it failed with %s and redis://u:pass-word@h", KEY)
    text = "\n".join(lines)
    assert "a1B2" not in text
    assert "pass-word" not in text
    assert "RuntimeError" in text
    if form == "text":
        assert [line for line in lines if not line.startswith(" ")] == lines[:1]
    else:
        assert len(lines) == 1


@given(st.text(), st.dictionaries(st.text(max_size=20), st.text(), max_size=4))
def test_whatever_is_logged_is_one_line(message: str, fields: dict[str, str]) -> None:
    for formatter in (TextFormatter(), JsonFormatter()):
        for record in (record_of("%s", message), record_of("request %s", Fields(fields))):
            line = formatter.format(record)
            assert len(line.splitlines()) == 1
            if isinstance(formatter, JsonFormatter):
                json.loads(line)


def test_surrogates_are_no_obstacle() -> None:
    assert json.loads(JsonFormatter().format(record_of("request %s", Fields({"path": "\udcff"}))))["path"]
    assert TextFormatter().format(record_of("%s", "\ud800")).encode(errors="strict")


def test_libraries_are_heard_from_warnings_on_and_ours_from_the_level_on() -> None:
    with captured(level="debug") as lines:
        logging.getLogger("sqlalchemy.engine").info("SELECT secret")
        logging.getLogger("sqlalchemy.engine").warning("beware")
        logger.debug("ours")
    assert [line.split(" ", 3)[3] for line in lines] == ["sqlalchemy.engine beware", "openfpga.test ours"]


def test_slow_reader_of_the_log_holds_nobody_up() -> None:
    gate, written = threading.Event(), list[str]()

    class Stuck(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            gate.wait(10)
            written.append(self.format(record))

    with logging_to(Stuck(), LogConfig()):
        for index in range(WAITING_RECORDS + 100):
            logger.info("line %d", index)
        gate.set()
        while len(written) < WAITING_RECORDS // 2:
            pass
        logger.info("after")
    assert any("log records were dropped" in line for line in written)
    assert "after" in written[-1] or "after" in written[-2]


async def test_requests_leave_no_content_and_no_key_in_any_record(
    http: ClientSession, model: ServedModel, runner: AlphabetRunner, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "zebra-crossing"
    headers = {"Authorization": f"Bearer {KEY}", "X-Request-Id": f"mine-1\t{secret}"}
    body = {"model": "alphabet", "prompt": secret, "max_tokens": 2}
    await (await http.post("/v1/completions", json=body, headers=headers)).read()
    await (await http.post("/v1/completions", json={**body, "max_tokens": secret}, headers=headers)).read()
    runner.failing = True
    await (await http.post("/v1/completions", json=body, headers={"X-Request-Id": "mine-2"})).read()
    lines = [
        TextFormatter().format(record) for record in caplog.records if record.name.startswith("openfpga")
    ]
    assert len(lines) >= 3
    text = "\n".join(lines)
    assert secret not in text
    assert "a1B2" not in text
    assert "client_id=mine-2" in text
    assert "mine-1" not in text


async def test_every_record_of_a_request_has_its_id(
    http: ClientSession, runner: AlphabetRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, str | None]] = []

    class Note(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append((record.name, REQUEST_ID.get()))

    note = Note()
    monkeypatch.setattr(logging.getLogger("openfpga"), "handlers", [note])
    runner.failing = True
    async with http.post("/v1/completions", json={"model": "alphabet", "prompt": "a"}) as response:
        own = response.headers["x-request-id"]
    ids = [request for name, request in seen if name.startswith("openfpga.")]
    assert ids
    assert set(ids) == {own}
