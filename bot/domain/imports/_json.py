"""Wins out of JSON: our own export, BragDoc's, bragfile's, and any list of things with a title and a date."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from bot.core.errors import Invalid
from bot.domain import portable
from bot.domain.imports import _days, _fields
from bot.domain.imports._contents import clean
from bot.domain.imports._preview import MOST_LINES, Kind, Line, Preview, Problem, UnreadableError

Json = dict[str, Any]

# More braces than this make more lines than are taken, so they are not read at all.
MOST_BRACES = 40 * MOST_LINES

# An entry of bragfile; the first three and the last two are given by its server.
BRAGFILE = frozenset(
    ("id", "title", "description", "tags", "project", "type", "impact", "created_at", "updated_at")
)
BRAGFILE_SURE = frozenset(("title", "description", "tags", "project", "type", "impact"))

# Where no element is more than this, the file is about something else.
_NO_WINS = frozenset(("not_an_entry", "win_without_words"))

_BRAGDOC_LISTS = ("companies", "projects", "achievements")


def read(text: str, today: date) -> Preview:
    """The wins of a JSON file, of whichever shape; UnreadableError where it is none of them."""
    found = _parsed(text)
    if isinstance(found, dict) and portable.is_account(found):
        return _account(found, today)
    if isinstance(found, dict) and isinstance(found.get("achievements"), list):
        return _bragdoc(found, today)
    listed = _listed(found)
    if listed is None:
        raise UnreadableError("other_json")
    is_bragfile = bool(listed) and all(_is_bragfile(one) for one in listed)
    one_of = _of_bragfile if is_bragfile else _of_list
    kind = Kind.BRAGFILE if is_bragfile else Kind.LIST
    lines = _lines(listed, one_of, today)
    if all(line.problem and line.problem.words in _NO_WINS for line in lines):
        raise UnreadableError("other_json")
    return Preview(kind, lines)


def _parsed(text: str) -> object:
    if text.count("{") > MOST_BRACES or text.count("[") > MOST_BRACES:
        raise UnreadableError("too_many_lines", limit=MOST_LINES)
    try:
        return json.loads(text)
    except json.JSONDecodeError as fault:
        raise UnreadableError("broken_json", line=fault.lineno) from None
    except (ValueError, RecursionError):
        raise UnreadableError("other_json") from None


def _listed(found: object) -> list[object] | None:
    """The list itself, or the only list of things that an object holds."""
    if isinstance(found, dict):
        lists = [value for value in found.values() if isinstance(value, list) and value]
        found = lists[0] if len(lists) == 1 else None
    return found if isinstance(found, list) and any(isinstance(one, dict) for one in found) else None


def _lines(listed: Sequence[object], of: Callable[[object], Mapping[str, str]], today: date) -> list[Line]:
    """A line for each element, by its place in the list, from 1."""
    if len(listed) > MOST_LINES:
        raise UnreadableError("too_many_lines", limit=MOST_LINES)
    return [_line(number, one, of, today) for number, one in enumerate(listed, 1)]


def _line(number: int, one: object, of: Callable[[object], Mapping[str, str]], today: date) -> Line:
    try:
        said = {part: text for part, text in of(one).items() if text}
        entry = _fields.entry(said, today, today)
    except Invalid as fault:
        return Line(number, problem=Problem.of(fault))
    return Line(number, entry, undated="occurred_on" not in said)


def _account(found: Json, today: date) -> Preview:
    if len(found["wins"]) > MOST_LINES:
        raise UnreadableError("too_many_lines", limit=MOST_LINES)
    return Preview(
        Kind.SAYSO,
        [_own(number, one, today) for number, one in enumerate(found["wins"], 1)],
        goals=[_cleaned_object(one) for one in portable.goals_in(found)],
    )


def _own(number: int, one: object, today: date) -> Line:
    try:
        entry = portable.entry(_cleaned(one))
        for on in filter(None, (entry.occurred_on, entry.until_on)):
            _days.checked(on, today)
        return Line(number, entry, goal=portable.goal_of(one))
    except Invalid as fault:
        return Line(number, problem=Problem.of(fault))


def _cleaned_object(given: Json) -> Json:
    return {name: _cleaned(one) for name, one in given.items()}


def _cleaned(value: object) -> object:
    """What was exported as it is, but for signs that nothing of ours ever held."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return _cleaned_object(value)
    return [_cleaned(one) for one in value] if isinstance(value, list) else value


def _bragdoc(found: Json, today: date) -> Preview:
    """BragDoc's account. Its impact is a score, not a result, so it is left out; archived ones are counted."""
    companies, projects = (_names(found.get(name)) for name in _BRAGDOC_LISTS[:2])
    kept = [
        one for one in found["achievements"] if not (isinstance(one, dict) and one.get("isArchived") is True)
    ]

    def of(one: object) -> Mapping[str, str]:
        given = _object(one)
        started, ended = _text(given.get("eventStart")), _text(given.get("eventEnd"))
        return {
            "title": _text(given.get("title")),
            "details": "\n\n".join(filter(None, (_text(given.get("summary")), _text(given.get("details"))))),
            "occurred_on": started or ended or _text(given.get("createdAt")),
            "until_on": ended if started else "",
            "project": projects.get(_text(given.get("projectId")))
            or companies.get(_text(given.get("companyId")), ""),
        }

    archived = len(found["achievements"]) - len(kept)
    return Preview(Kind.BRAGDOC, _lines(kept, of, today), left_out={"archived": archived} if archived else {})


def _names(listed: object) -> dict[str, str]:
    rows = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return {_text(row.get("id")): _text(row.get("name")) for row in rows}


def _is_bragfile(one: object) -> bool:
    return isinstance(one, dict) and BRAGFILE_SURE <= one.keys() <= BRAGFILE


def _of_bragfile(one: object) -> Mapping[str, str]:
    given = _object(one)
    return {
        "title": _text(given.get("title")),
        "details": _text(given.get("description")),
        "tags": _text(given.get("tags")),
        "project": _text(given.get("project")),
        "category": _text(given.get("type")),
        "result": _text(given.get("impact")),
        "occurred_on": _text(given.get("created_at")),
    }


def _of_list(one: object) -> Mapping[str, str]:
    """Anything with a title: its fields by the words that head a table's columns, whatever stands between the words."""
    said: dict[str, str] = {}
    for name, value in _object(one).items():
        part = _fields.part_called(_apart(name))
        if part and part not in said:
            said[part] = _text(value)
    return said


def _apart(name: str) -> str:
    """`startDate` as words."""
    return "".join(f" {sign}" if sign.isupper() else sign for sign in name[: _fields.LABEL_LENGTH]).replace(
        "_", " "
    )


def _object(one: object) -> Json:
    if not isinstance(one, dict):
        raise Invalid("title", "not_an_entry")
    return one


def _text(value: object) -> str:
    """A value as text: a list with commas, numbers as they are; nothing for what is no text."""
    if isinstance(value, list):
        return ", ".join(filter(None, (_text(one) for one in value if not isinstance(one, list | dict))))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return clean(str(value)).strip() if isinstance(value, str | int | float) else ""
