"""Logging that cannot tell a secret: one formatter, which prints only what it knows to be harmless.

Our own calls name an event and give facts: `log.info("nudge.sent", extra={"kind": "check_in", "ms": 12})`.
Of the facts, the `KEYS` are printed, when they hold numbers or short plain words. Records of libraries
are printed as level, logger and place; exceptions as type and place. What was said in a message, an
argument, an exception or a local variable is not printed at all.
"""

import asyncio
import hashlib
import hmac
import json
import logging
import re
import sys
import threading
import warnings
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

from bot.core import faults
from bot.core.plain import Fact, printable, word

OUR_LOGGERS = frozenset({"bot", "handlers", "__main__"})

# The facts that may be told. None of them is a place for what a person wrote.
KEYS = frozenset(
    {
        *("action", "attempt", "attempts", "bytes", "check", "code", "command", "count", "database"),
        *("due", "error", "feature", "in_flight", "job", "kind", "limit", "listener", "member"),
        *("method", "mode", "ms", "new", "old", "oldest_seconds", "outcome", "place", "port"),
        *("reason", "retry_after", "revision", "rows", "seconds", "shortcut", "signal", "size"),
        *("source", "state", "status", "team", "tick", "type", "version", "view", "wait"),
        *("waiting", "worker"),
    }
)
EVENT = re.compile(r"[A-Za-z][A-Za-z._]{0,59}")

# Libraries' messages that are worth reading, word for word; beside them what fills their gaps.
SPOKEN = frozenset(
    {
        "Started server process [%d]",  # the process id
        "Finished server process [%d]",  # the process id
        "Shutting down",
        "Waiting for connections to close. (CTRL+C to force quit)",
        "Waiting for background tasks to complete. (CTRL+C to force quit)",
        "Cancel %s running task(s), timeout graceful shutdown exceeded",  # a count
        "Application startup failed. Exiting.",
        "Invalid HTTP request received.",
        "Exceeded concurrency limit.",
        "Unsupported upgrade request.",
        "Exception in ASGI application\n",
    }
)

log = logging.getLogger(__name__)


def configure(level: str, format: str, *, stream: TextIO | None = None) -> None:  # noqa: A002 - the setting's name
    """Make this the only way anything of this process is logged.

    `level` is debug, info, warning or error; `format` is json, text or auto (text on a terminal). Without a
    `stream`, lines go to whatever is the standard error at that moment.
    """
    root = logging.getLogger()
    for handler in list(root.handlers):
        root.removeHandler(handler)
    readable = format == "text" or (format == "auto" and (stream or sys.stderr).isatty())
    root.addHandler(Lines(stream, Formatter(readable=readable)))
    root.setLevel(level.upper())
    sys.excepthook = _process_failed
    threading.excepthook = _thread_failed
    sys.unraisablehook = _unraisable
    warnings.showwarning = _warned


def watch(loop: asyncio.AbstractEventLoop) -> None:
    """Log what nobody waits for in `loop` as an event of ours, instead of asyncio's long message."""
    loop.set_exception_handler(_task_failed)


def hashed(secret: bytes, text: str) -> str:
    """A short name for a user or a team that only the holder of `secret` can compute; 12 hex digits."""
    return hmac.new(secret, text.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()[:12]


class Lines(logging.Handler):
    """Writes one line a record, and never complains with the record's text."""

    def __init__(self, stream: TextIO | None, formatter: logging.Formatter) -> None:
        super().__init__()
        self._stream = stream
        self.setFormatter(formatter)
        self.addFilter(worth_printing)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            stream = self._stream or sys.stderr
            stream.write(self.format(record) + "\n")
            stream.flush()
        except Exception:  # noqa: BLE001, S110 - a closed stream must stop neither the work nor spill the record
            pass


class Formatter(logging.Formatter):
    """A record as one line: JSON, or `readable` for a person at a terminal."""

    def __init__(self, *, readable: bool) -> None:
        super().__init__()
        self._readable = readable

    def format(self, record: logging.LogRecord) -> str:
        told = facts(record)
        return _text(told) if self._readable else json.dumps(told, separators=(",", ":"))


def worth_printing(record: logging.LogRecord) -> bool:
    """A library's record below a warning says nothing once its message is withheld."""
    return _is_ours(record) or record.levelno >= logging.WARNING or _is_spoken(record)


def facts(record: logging.LogRecord) -> dict[str, Fact]:
    """Everything that may be told of a record."""
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    told: dict[str, Fact] = {"at": at.replace("+00:00", "Z"), "level": record.levelname.lower()}
    told |= _event(record) if _is_ours(record) else _elsewhere(record)
    error = record.exc_info[1] if record.exc_info else None
    return told | faults.told(error) if error else told


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] in OUR_LOGGERS


def _is_spoken(record: logging.LogRecord) -> bool:
    # Libraries log exceptions and other objects as messages, and some of those cannot be hashed.
    return isinstance(record.msg, str) and record.msg in SPOKEN


def _event(record: logging.LogRecord) -> dict[str, Fact]:
    named = isinstance(record.msg, str) and EVENT.fullmatch(record.msg)
    given: Mapping[str, Any] = vars(record)
    return {"event": record.msg if named else "unnamed"} | {
        key: printable(value) for key, value in given.items() if key in KEYS
    }


def _elsewhere(record: logging.LogRecord) -> dict[str, Fact]:
    told: dict[str, Fact] = {"logger": word(record.name), "place": word(f"{record.module}:{record.lineno}")}
    if _is_spoken(record):
        told["said"] = record.getMessage().strip()
    return told


def _text(told: Mapping[str, Fact]) -> str:
    rest = [f"{key}={value}" for key, value in told.items() if key not in {"at", "level", "event", "said"}]
    said = [str(told[key]) for key in ("event", "said") if key in told]
    return " ".join([str(told["at"]), f"{told['level']:<8}", *said, *rest])


def _process_failed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        log.critical("process.failed", exc_info=(kind, error, trace))


def _thread_failed(args: threading.ExceptHookArgs) -> None:
    if args.exc_value and not issubclass(args.exc_type, SystemExit):
        log.error("thread.failed", exc_info=args.exc_value)


def _unraisable(args: "sys.UnraisableHookArgs") -> None:
    if args.exc_value:
        log.error("cleanup.failed", exc_info=args.exc_value)


def _task_failed(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    log.error("task.failed", exc_info=context.get("exception"))


def _warned(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    del message, file, line  # A warning may quote a value.
    log.warning("warning.shown", extra={"type": category.__name__, "place": faults.place(filename, lineno)})
