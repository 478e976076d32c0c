"""An exception without its text: types and places."""

import re
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from bot.core.plain import HIDDEN, Fact, word

ROOT = Path(__file__).resolve().parents[2]
OUR_FOLDERS = ("bot/", "handlers/")
TYPE_NAME = re.compile(r"[\w.]{1,100}", re.ASCII)
MOST_FRAMES = 3
MOST_CAUSES = 10


def told(error: BaseException) -> dict[str, Fact]:
    """An exception as types and places: what was raised where, by way of which of our lines, and why."""
    facts: dict[str, Fact] = {"error": type_name(error), "raised": _raised(error)}
    ours = [where for where in _places(error.__traceback__) if where.startswith(OUR_FOLDERS)]
    if ours:
        facts["ours"] = " ".join(ours[: -MOST_FRAMES - 1 : -1])
    cause = _first_cause(error)
    return facts if cause is error else facts | {"cause": type_name(cause), "cause_raised": _raised(cause)}


def type_name(error: BaseException) -> str:
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return name if TYPE_NAME.fullmatch(name) else HIDDEN


def _places(trace: TracebackType | None) -> list[str]:
    return [place(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(trace)]


def _raised(error: BaseException) -> str:
    places = _places(error.__traceback__)
    return places[-1] if places else HIDDEN


def place(file: str, line: int) -> str:
    """Where that is: from our root, or from the folder that holds the library."""
    path = Path(file)
    if "site-packages" in path.parts:
        path = Path(*path.parts[path.parts.index("site-packages") + 1 :])
    elif path.is_relative_to(ROOT):
        path = path.relative_to(ROOT)
    else:
        path = Path(*path.parts[-2:])
    return word(f"{path.as_posix()[-50:]}:{line}")


def _first_cause(error: BaseException) -> BaseException:
    *_, first = _causes(error)
    return first


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    for _ in range(MOST_CAUSES):
        if cause is None:
            return
        yield cause
        if isinstance(cause, BaseExceptionGroup):
            cause = cause.exceptions[0]
        else:
            cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
