"""Logs: what is told of an event, a library's record and an exception, and that nothing private is."""

import asyncio
import contextlib
import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import logs
from bot.core.plain import printable

ours = logging.getLogger("bot.domain.wins")
theirs = logging.getLogger("sqlalchemy.engine")
E = TypeVar("E", bound=BaseException)
CANARY = "I asked Dana for a raise"


class Read:
    """What was written, as text and as JSON lines."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.text.splitlines()]

    @property
    def last(self) -> dict[str, object]:
        """The only line, without its time."""
        (line,) = self.lines
        assert str(line.pop("at")).endswith("Z")
        return line


@pytest.fixture
def untouched_logging(monkeypatch) -> Iterator[None]:
    """Whatever `configure` changes is put back."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    for where, hook in [
        (sys, "excepthook"),
        (sys, "unraisablehook"),
        (threading, "excepthook"),
        (warnings, "showwarning"),
    ]:
        monkeypatch.setattr(where, hook, getattr(where, hook))
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def read(untouched_logging) -> Read:
    read = Read()
    logs.configure("debug", "json", stream=read.stream)
    return read


def throw(error: BaseException, cause: BaseException | None = None) -> None:
    raise error from cause


def raised(error: E, cause: BaseException | None = None) -> E:
    """The error as it is after it was raised and caught."""
    with contextlib.suppress(type(error)):
        throw(error, cause)
    return error


def test_an_event_is_told_with_its_facts(read):
    ours.info("nudge.sent", extra={"kind": "check_in", "ms": 12, "revision": 1.23456, "new": True})
    assert read.last == {
        "level": "info", "event": "nudge.sent", "kind": "check_in", "ms": 12, "revision": 1.235, "new": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    "message", [CANARY, "", "42", "raise: yes", "a" * 61, "saved\nlevel", {"text": CANARY}]
)
def test_a_message_that_is_no_event_name_is_not_told(read, message):
    ours.info(message)
    assert read.last == {"level": "info", "event": "unnamed"}


def test_arguments_are_not_told(read):
    ours.info("win.saved", {"title": CANARY})
    assert read.last == {"level": "info", "event": "win.saved"}


def test_facts_that_are_not_on_the_list_are_not_told(read):
    ours.info("win.saved", extra={"title": "raise", "user_id": "U1", "kind": "win"})
    assert read.last == {"level": "info", "event": "win.saved", "kind": "win"}


@pytest.mark.parametrize(
    "value",
    [
        CANARY,
        "",
        "a" * 61,
        "U0123ABCDEF",
        "im:D0123ABCDEF",
        "xoxb-12-abc",
        "xapp-1-A",
        "naïve",
        "a\nb",
        None,
        ["a"],
        b"a",
        10**15,
        float("nan"),
        float("inf"),
        ValueError("raise"),
    ],
    ids=repr,
)
def test_a_fact_that_is_neither_number_nor_plain_word_is_withheld(read, value):
    ours.info("win.saved", extra={"kind": value})
    assert read.last["kind"] == "?"


@pytest.mark.parametrize(
    "value", ["chat.postMessage", "check_in", "/win", "2026-11-20", "SIGTERM", "ValueError"]
)
def test_plain_words_are_told(read, value):
    ours.info("win.saved", extra={"kind": value})
    assert read.last["kind"] == value


def test_no_fact_has_a_name_that_logging_uses_itself():
    taken = set(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
    assert not logs.KEYS & taken


def test_a_librarys_record_tells_where_but_not_what(read):
    theirs.warning("SELECT %s", CANARY, extra={"kind": "win"})
    line = read.last
    assert str(line.pop("place")).startswith("test_logs:")
    assert line == {"level": "warning", "logger": "sqlalchemy.engine"}


def test_a_librarys_record_that_would_say_nothing_is_left_out(read):
    theirs.info(CANARY)
    theirs.debug(["unhashable"])
    assert read.text == ""


def test_a_librarys_known_message_is_told(read):
    logging.getLogger("uvicorn.error").info("Started server process [%d]", 4242)
    assert read.last["said"] == "Started server process [4242]"


def test_an_exception_is_told_as_type_and_place(read):
    ours.error("listener.failed", exc_info=raised(ValueError(CANARY)))
    line = read.last
    place = str(line.pop("raised"))
    assert place.startswith("tests/core/test_logs.py:")
    assert line == {"level": "error", "event": "listener.failed", "error": "ValueError"}


def test_an_exception_tells_our_innermost_lines(read):
    try:
        logs.configure("no such level", "json", stream=read.stream)
    except ValueError:
        ours.exception("settings.failed")
    line = read.last
    assert str(line["ours"]).startswith("bot/core/logs.py:")
    assert str(line["raised"]).startswith("logging/__init__.py:")


def test_a_cause_is_told_as_type_and_place_too(read):
    ours.error("listener.failed", exc_info=raised(RuntimeError(CANARY), raised(KeyError(CANARY))))
    assert (read.lines[0]["error"], read.lines[0]["cause"]) == ("RuntimeError", "KeyError")
    assert CANARY not in read.text


def test_of_a_group_the_first_error_is_told(read):
    group = ExceptionGroup(CANARY, [raised(KeyError(CANARY)), ValueError(CANARY)])
    ours.error("task.failed", exc_info=raised(group))
    assert (read.lines[0]["error"], read.lines[0]["cause"]) == ("ExceptionGroup", "KeyError")
    assert CANARY not in read.text


def test_a_cause_that_leads_in_a_circle_ends(read):
    one, other = raised(KeyError("a")), raised(ValueError("b"))
    one.__cause__, other.__cause__ = other, one
    ours.error("listener.failed", exc_info=one)
    assert read.last["error"] == "KeyError"


def test_a_type_with_a_private_name_is_withheld(read):
    ours.error("listener.failed", exc_info=raised(type(CANARY, (Exception,), {})()))
    assert read.last["error"] == "?"


@given(text=st.text(min_size=1), key=st.sampled_from(sorted(logs.KEYS)))
def test_no_text_gets_through_whatever_it_is(text, key):
    private = f"{text} {CANARY}"
    for readable in (True, False):
        formatter = logs.Formatter(readable=readable)
        for name in ("bot.wins", "slack_bolt.App", private):
            record = logging.LogRecord(name, logging.ERROR, "wins.py", 1, private, (private,), None)
            record.stack_info = private
            setattr(record, key, private)
            record.exc_info = (ValueError, ValueError(private), None)
            record.exc_text = private
            line = formatter.format(record)
            assert CANARY not in line
            assert "\n" not in line


def test_a_person_at_a_terminal_reads_text(untouched_logging):
    stream = io.StringIO()
    logs.configure("info", "text", stream=stream)
    ours.info("nudge.sent", extra={"kind": "check_in", "ms": 12})
    ours.debug("nudge.looked")
    moment, _, rest = stream.getvalue().partition(" ")
    assert moment.endswith("Z")
    assert rest == "info     nudge.sent kind=check_in ms=12\n"


def test_auto_is_json_where_nobody_watches(untouched_logging):
    stream = io.StringIO()
    logs.configure("info", "auto", stream=stream)
    ours.info("nudge.sent")
    assert json.loads(stream.getvalue())["event"] == "nudge.sent"


def test_auto_is_text_on_a_terminal(untouched_logging, monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: True)
    logs.configure("info", "auto", stream=stream)
    ours.info("nudge.sent")
    assert stream.getvalue().endswith("nudge.sent\n")


def test_configuring_again_replaces_what_was_there(untouched_logging, capsys):
    logging.getLogger().addHandler(logging.StreamHandler(io.StringIO()))
    logs.configure("info", "json")
    logs.configure("info", "json")
    ours.warning("nudge.late")
    assert len(logging.getLogger().handlers) == 1
    assert capsys.readouterr().err.count("nudge.late") == 1


def test_a_closed_stream_stops_nothing_and_spills_nothing(read, capsys):
    read.stream.close()
    ours.error("win.failed", exc_info=raised(ValueError(CANARY)))
    assert capsys.readouterr() == ("", "")


def test_what_ends_the_process_is_told_without_its_text(read, capsys):
    error = raised(ValueError(CANARY))
    sys.excepthook(type(error), error, error.__traceback__)
    assert (read.last["event"], capsys.readouterr().err) == ("process.failed", "")


def test_an_interruption_by_the_keyboard_is_no_fault(read):
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert read.text == ""


def test_what_ends_a_thread_is_told_without_its_text(read, capsys):
    def fail() -> None:
        raise ValueError(CANARY)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert (read.last["event"], capsys.readouterr().err) == ("thread.failed", "")


def test_what_fails_while_cleaning_up_is_told_without_its_text(read, capsys):
    class Careless:
        def __del__(self) -> None:
            raise ValueError(CANARY)

    Careless()
    assert (read.last["event"], read.lines[0]["error"]) == ("cleanup.failed", "ValueError")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("watched", [True, False], ids=["watched", "left to asyncio"])
def test_a_task_nobody_waits_for_is_told_without_its_text(read, watched):
    async def fail() -> None:
        raise ValueError(CANARY)

    async def main() -> None:
        if watched:
            logs.watch(asyncio.get_running_loop())
        task = asyncio.create_task(fail(), name="saving")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        del task

    asyncio.run(main())
    line = next(line for line in read.lines if "error" in line)
    assert line["error"] == "ValueError"
    assert line.get("event", line.get("logger")) == ("task.failed" if watched else "asyncio")
    assert CANARY not in read.text


def test_a_warning_is_told_by_kind_and_place(read):
    with warnings.catch_warnings():
        # catch_warnings puts Python's own hook in place while it records; ours is what a process has.
        warnings.simplefilter("always")
        warnings.showwarning(CANARY, UserWarning, __file__, 7)
    line = read.last
    assert (line["event"], line["type"]) == ("warning.shown", "UserWarning")
    assert line["place"] == "tests/core/test_logs.py:7"
    assert CANARY not in read.text


def test_a_person_is_named_by_a_keyed_hash():
    name = logs.hashed(b"key", "U0123ABCDEF")
    assert name == logs.hashed(b"key", "U0123ABCDEF")
    assert name != logs.hashed(b"other", "U0123ABCDEF")
    assert name != logs.hashed(b"key", "U0123ABCDEG")
    assert printable(name) == name
    assert len(name) == 12
    assert logs.hashed(b"key", "\ud800")
