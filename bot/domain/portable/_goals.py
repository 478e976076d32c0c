"""Goals as JSON, and back: every field of a goal, with its milestones, progress and moved dates."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import inspect, select

from bot.core.errors import Invalid
from bot.domain import goals
from bot.domain.goals import Goal, Measure, Milestone, Move, Progress
from bot.domain.portable._wins import Json
from bot.storage.base import Owned
from bot.storage.session import MemberSession
from bot.storage.types import Sealed, UtcDateTime

R = TypeVar("R", bound=Owned)

# What names rows of this database, or says what became of them here.
_OURS = frozenset(("id", "member_id", "goal_id", "milestone_id", "follows_id", "deleted_at", "changed_at"))

_TEXT_LENGTH = 3000
# So much may hang on a goal.
_AT_MOST = 1000
# What is planned around a date of another time ends beyond the calendar.
_YEARS = range(1900, 2200)

_PARTS: Mapping[str, type[Owned]] = {"milestones": Milestone, "progress": Progress, "moves": Move}


async def goals_as_json(session: MemberSession, kept: Sequence[Goal]) -> list[Json]:
    """Goals by the names of their fields; a `follows`, or a move's `milestone`, is a place in the list of them."""
    ids = [goal.id for goal in kept]
    places = {goal_id: place for place, goal_id in enumerate(ids)}
    hanging = {name: await _hanging(session, kind, ids) for name, kind in _PARTS.items()}
    steps = {step.id: place for rows in hanging["milestones"].values() for place, step in enumerate(rows)}
    return [
        {
            **_as_json(goal),
            "follows": places.get(goal.follows_id or ""),
            "milestones": [_as_json(step) for step in hanging["milestones"].get(goal.id, ())],
            "progress": [_as_json(one) for one in hanging["progress"].get(goal.id, ())],
            "moves": [
                {**_as_json(move), "milestone": steps.get(move.milestone_id or "")}
                for move in hanging["moves"].get(goal.id, ())
            ],
        }
        for goal in kept
    ]


async def add_goals(session: MemberSession, found: Sequence[Json]) -> tuple[list[str | None], list[str]]:
    """Add goals out of their JSON: the id for each place, None where it cannot be kept, and the ids that are new.

    A goal with the same statement as one that is kept is that one.
    """
    known = {_folded(goal.statement): goal.id for goal in await goals.kept(session)}
    ids: list[str | None] = []
    new: list[str] = []
    for one in found:
        statement = _folded(one.get("statement"))
        if statement not in known and (made := await _add(session, one, ids)):
            known[statement] = made.id
            new.append(made.id)
        ids.append(known.get(statement))
    return ids, new


async def _add(session: MemberSession, one: Json, ids: Sequence[str | None]) -> Goal | None:
    """A goal with all that hangs on it; None where something in it cannot be kept."""
    try:
        _check(one)
        goal = _made(Goal, one)
        parts: dict[str, list[Any]] = {
            name: [_made(kind, row) for row in _rows(one, name)] for name, kind in _PARTS.items()
        }
    except Invalid:
        return None
    goal.follows_id = _at(ids, one.get("follows"))
    session.add(goal)
    await session.flush()
    for rows in parts.values():
        for row in rows:
            row.goal_id = goal.id
    steps = [row.id for row in parts["milestones"]]
    for row, told in zip(parts["moves"], _rows(one, "moves"), strict=True):
        row.milestone_id = _at(steps, told.get("milestone"))
    session.add_all(parts["milestones"])
    await session.flush()
    session.add_all([*parts["progress"], *parts["moves"]])
    await session.flush()
    # What is asked about it is planned as for one that comes out of the bin.
    return await goals.restore(session, goal.id)


async def _hanging(session: MemberSession, kind: type[Any], ids: Sequence[str]) -> dict[str, list[Any]]:
    """The rows of a kind that hang on these goals, in the order in which they were made."""
    of_them = select(kind).where(kind.goal_id.in_(ids)).order_by(kind.created_at, kind.id)
    found: dict[str, list[Any]] = {}
    for row in await session.scalars(of_them):
        found.setdefault(row.goal_id, []).append(row)
    return found


def _as_json(row: Owned) -> Json:
    return {name: _plain(getattr(row, name)) for name in fields_of(type(row))}


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def fields_of(kind: type[Owned]) -> dict[str, type[Any]]:
    """The names of what a record says, with the type of each that is not sealed."""
    columns = {
        one.key: datetime if isinstance(one.columns[0].type, UtcDateTime) else one.columns[0].type.python_type
        for one in inspect(kind).column_attrs
        if one.key not in _OURS and not one.key.endswith("_sealed")
    }
    return {**columns, **{name: Sealed for name, value in vars(kind).items() if isinstance(value, Sealed)}}


def _made(kind: type[R], told: Json) -> R:
    read = {
        name: _value(name, told[name], of)
        for name, of in fields_of(kind).items()
        if told.get(name) is not None
    }
    missing = {"statement", "title", "due_on", "on"} & fields_of(kind).keys() - read.keys()
    if missing:
        raise Invalid(missing.pop(), "not_in_shape")
    return kind(**read)


def _value(name: str, value: Any, of: type[Any]) -> Any:
    try:
        return _READERS.get(of, _sealed)(name, value)
    except (TypeError, ValueError, OverflowError):
        raise Invalid(name, "not_in_shape") from None


def _sealed(name: str, value: Any) -> Any:
    if name == "measure":
        texts = {part: text for part, text in dict(value).items() if text is not None}
        return Measure(**{part: _text(part, text) for part, text in texts.items()})
    if name == "knows":
        return [_text(name, one) for one in _listed(name, value)]
    return _text(name, value)


def _listed(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) > _AT_MOST:
        raise Invalid(name, "not_in_shape")
    return value


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise Invalid(name, "not_in_shape")
    if len(value) > _TEXT_LENGTH:
        raise Invalid(name, "too_long", limit=_TEXT_LENGTH)
    return value


def _number(name: str, value: Any) -> int:
    # The only numbers of a goal, of its progress too, say how sure a person is.
    if value not in goals.CONFIDENCE or isinstance(value, bool):
        raise Invalid(name, "not_in_shape")
    return int(value)


def _on(name: str, value: Any) -> date:
    found = date.fromisoformat(value)
    if found.year not in _YEARS:
        raise Invalid(name, "not_in_shape")
    return found


def _moment(name: str, value: Any) -> datetime:
    found = datetime.fromisoformat(value)
    if found.tzinfo is None or found.year not in _YEARS:
        raise Invalid(name, "not_in_shape")
    return found


_READERS: Mapping[type[Any], Callable[[str, Any], Any]] = {
    date: _on,
    datetime: _moment,
    int: _number,
    str: _text,
}


def _check(one: Json) -> None:
    """Refuse what a form would refuse."""
    kind, in_control, status = (_text(name, one.get(name) or "") for name in ("kind", "in_control", "status"))
    goals.entry(_text("statement", one.get("statement") or ""), kind=kind, in_control=in_control)
    if status not in {known.value for known in goals.Status}:
        raise Invalid("status", "not_in_shape")


def _rows(one: Json, name: str) -> list[Json]:
    rows = _listed(name, one.get(name) or [])
    if not all(isinstance(row, dict) for row in rows):
        raise Invalid(name, "not_in_shape")
    return rows


def _at(ids: Sequence[str | None], place: Any) -> str | None:
    fits = isinstance(place, int) and not isinstance(place, bool) and 0 <= place < len(ids)
    return ids[place] if fits else None


def _folded(statement: Any) -> str:
    return " ".join(str(statement or "").casefold().split())
