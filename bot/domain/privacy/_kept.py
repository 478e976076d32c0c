"""An account out of a file, kept sealed until the person has said what becomes of it, and added part by part."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, inspect, select

from bot.core.errors import NotFound
from bot.domain import bins, captures, nudges, reviews
from bot.domain.captures import Capture
from bot.domain.nudges import ONBOARDING, Nudge
from bot.domain.privacy._account import SETTINGS, Json
from bot.domain.privacy._found import links, value_of
from bot.domain.privacy._packing import Packed
from bot.domain.privacy._records import kinds
from bot.storage import whole
from bot.storage.base import Owned
from bot.storage.identity import Member
from bot.storage.session import MemberSession

HEAD = "account"
PART = "account.part"

# Nobody is asked about the results of wins of earlier times.
_NOT_PLANNED = frozenset({"wins"})


@dataclass(frozen=True)
class Kept:
    """What is known of an account that was read, and what became of it; `new` counts by table what is not there yet."""

    id: str
    exported_on: date
    new: Mapping[str, int]
    there: int
    left_out: int
    has_settings: bool
    state: str

    @property
    def total(self) -> int:
        return sum(self.new.values())


async def keep(session: MemberSession, packed: Packed) -> Kept:
    """Keep an account until the person has said what becomes of it."""
    parts = [Capture(member_id=session.member.id, source=PART, text=text) for text in packed.parts]
    await session.put(*parts)
    head = {**packed.head, "parts": [part.id for part in parts], "has_settings": is_new(session.member)}
    kept = await captures.keep(session, json.dumps(head), HEAD)
    return _kept(kept.id, head)


async def save_next(session: MemberSession, import_id: str | None) -> Kept:
    """Add the next part; `state` is "saved" when all is there. What is there already is never overwritten.

    All parts are added before what is asked about them is planned, as that depends on what hangs on them.
    """
    head, told = await _head(session, import_id)
    if told["state"] == "open":
        parts, at = told["parts"], told["next"]
        if at == 0:
            await _take_settings(session, told)
        if at < len(parts):
            await _add(session, await session.mine(Capture, parts[at]))
        elif at < 2 * len(parts):
            await _plan(session, await session.mine(Capture, parts[at - len(parts)]))
        told["next"] = at + 1
        if told["next"] >= 2 * len(parts):
            told["state"] = "saved"
            await _end_lessons(session)
            await nudges.refit(session)
        head.text = json.dumps(told)
    return _kept(head.id, told)


async def undo_next(session: MemberSession, import_id: str | None) -> Kept:
    """Take away the next part of what was added, the last one first; `state` is "undone" when all of it is gone."""
    head, told = await _head(session, import_id)
    if told["state"] == "saved":
        told["state"], told["next"] = "to_undone", len(told["parts"])
    if told["state"] == "to_undone":
        told["next"] -= 1
        if told["next"] >= 0:
            await _take_away(session, await session.mine(Capture, told["parts"][told["next"]]))
        if told["next"] <= 0:
            told["state"] = "undone"
            _choose(session, told["before"] or {})
            await nudges.refit(session)
        head.text = json.dumps(told)
    return _kept(head.id, told)


async def let_go(session: MemberSession, import_id: str | None) -> None:
    """Forget a file; what was added of it stays."""
    head, told = await _head(session, import_id)
    await session.execute(delete(Capture).where(Capture.id.in_(told["parts"])))
    await session.delete(head)


def is_new(member: Member) -> bool:
    """Whether nothing was chosen here yet, so that settings can be taken over."""
    return member.onboarded_at is None


async def _add(session: MemberSession, part: Capture) -> None:
    told = json.loads(part.text)
    kind = _kind(told["table"])
    rows = await _addable(session, kind, told["rows"])
    session.add_all([_made(kind, row) for row in rows])
    await session.flush()
    part.text = json.dumps({"table": told["table"], "ids": [row["id"] for row in rows]})


async def _addable(session: MemberSession, kind: type[Owned], rows: Sequence[Json]) -> Sequence[Json]:
    """The rows that are not there, without the names of what is not; those that cannot be without it are left out."""
    there = await _there(session, kind, [row["id"] for row in rows])
    fresh = [row for row in rows if row["id"] not in there]
    for name, column in links(kind).items():
        for key in column.foreign_keys:
            target = _kind(key.column.table.name)
            named = {row[name] for row in fresh if row[name]}
            here = await _there(session, target, list(named)) | {row["id"] for row in fresh if target is kind}
            lost = [row for row in fresh if row[name] and row[name] not in here]
            for row in lost:
                row[name] = None
            fresh = [row for row in fresh if column.nullable or row[name]]
    return fresh


async def _plan(session: MemberSession, part: Capture) -> None:
    """What is asked about each is planned as for one that comes out of the bin."""
    told = json.loads(part.text)
    for kind in bins.KINDS.values():
        if kind.record.__tablename__ == told["table"] and told["table"] not in _NOT_PLANNED:
            outside = kind.record.deleted_at.is_(None)
            for row_id in await session.scalars(
                select(kind.record.id).where(kind.record.id.in_(told["ids"]), outside)
            ):
                await kind.restore(session, row_id)


async def _end_lessons(session: MemberSession) -> None:
    """Whoever brings a record along is not new: nothing of the first week is shown to them again."""
    for lesson in reviews.FIRST_WEEK:
        await nudges.forget(session, ONBOARDING, lesson)


async def _take_away(session: MemberSession, part: Capture) -> None:
    told = json.loads(part.text)
    kind, ids = _kind(told["table"]), told["ids"]
    await session.execute(delete(Nudge).where(Nudge.subject.in_(ids)))
    await session.execute(delete(kind).where(kind.id.in_(ids)))


async def _take_settings(session: MemberSession, told: Json) -> None:
    if not is_new(session.member):
        return
    told["before"] = {name: whole.plain(getattr(session.member, name)) for name in SETTINGS}
    given = {name: value for name, value in told["member"].items() if value is not None}
    if not given.get("zone_pinned"):
        # Where they are now, Slack knows better.
        given.pop("zone", None)
    _choose(session, {**told["before"], **given})


def _choose(session: MemberSession, given: Json) -> None:
    columns = whole.columns_of(Member)
    for name, value in given.items():
        setattr(session.member, name, value_of(columns[name], value))


def _made(kind: type[Owned], row: Json) -> Owned:
    attributes = inspect(kind).get_property_by_column
    values = {
        attributes(column).key: value_of(column, row[name]) for name, column in whole.columns_of(kind).items()
    }
    sealed = {
        name: field.of_json(row[name])
        for name, field in whole.sealed_of(kind).items()
        if row[name] is not None
    }
    return kind(**values, **sealed)


async def _there(session: MemberSession, kind: type[Owned], ids: Collection[str]) -> set[str]:
    return set(await session.scalars(select(kind.id).where(kind.id.in_(ids)))) if ids else set()


def _kind(table: str) -> type[Owned]:
    return next(kind for kind in kinds() if kind.__tablename__ == table)


async def _head(session: MemberSession, import_id: str | None) -> tuple[Capture, Json]:
    head = await session.get(Capture, import_id) if import_id else None
    if head is None or head.source != HEAD:
        raise NotFound("no_import")
    return head, json.loads(head.text)


def _kept(import_id: str, told: Json) -> Kept:
    return Kept(
        id=import_id,
        exported_on=date.fromisoformat(told["exported_on"]),
        new=told["new"],
        there=told["there"],
        left_out=told["left_out"],
        has_settings=told["has_settings"],
        state=told["state"],
    )
