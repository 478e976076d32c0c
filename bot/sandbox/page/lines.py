"""A conversation as lines on a page: days, messages, their threads, and Slack's own notices."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.core.prose import time_of_day

from .moments import day_name, from_ts
from .voice import Voice

Piece = Mapping[str, Any]
CLOSE = timedelta(minutes=5)


@dataclass(frozen=True)
class Line:
    """One message or notice; `head` says whether the author is named again."""

    kind: str
    ts: str
    at: datetime
    time: str
    message: Piece
    head: bool = True
    replies: Sequence["Line"] = ()


@dataclass(frozen=True)
class Day:
    """The lines of one local day under its divider."""

    name: str
    lines: list[Line]


def days(messages: Iterable[Piece], notices: Iterable[Piece], voice: Voice) -> list[Day]:
    """Messages and notices by day, oldest first, each reply under the message it answers."""
    found: list[Day] = []
    for line in _headed(_threaded(_lines(messages, notices, voice))):
        name = day_name(voice, line.at)
        if not found or found[-1].name != name:
            found.append(Day(name, [replace(line, head=True)]))
        else:
            found[-1].lines.append(line)
    return found


def _lines(messages: Iterable[Piece], notices: Iterable[Piece], voice: Voice) -> list[Line]:
    both = [_line("message", message, voice) for message in messages]
    both += [_line("notice", notice, voice) for notice in notices]
    return sorted(both, key=lambda line: (line.at, line.ts))


def _line(kind: str, message: Piece, voice: Voice) -> Line:
    at = voice.local(from_ts(message["ts"]))
    return Line(kind=kind, ts=message["ts"], at=at, time=time_of_day(at), message=message)


def _threaded(lines: list[Line]) -> list[Line]:
    parents = {line.ts for line in lines if line.kind == "message"}
    replies: dict[str, list[Line]] = {}
    top: list[Line] = []
    for line in lines:
        parent = line.message.get("thread_ts")
        if parent and parent != line.ts and parent in parents:
            replies.setdefault(parent, []).append(line)
        else:
            top.append(line)
    return [replace(line, replies=tuple(_headed(replies.get(line.ts, [])))) for line in top]


def _headed(lines: list[Line]) -> list[Line]:
    return [
        replace(line, head=not _follows(before, line))
        for before, line in zip([None, *lines], lines, strict=False)
    ]


def _follows(before: Line | None, line: Line) -> bool:
    if before is None or before.replies or "notice" in (before.kind, line.kind):
        return False
    same = all(before.message.get(key) == line.message.get(key) for key in ("user", "ephemeral"))
    return same and line.at - before.at < CLOSE
