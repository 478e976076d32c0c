"""A file's wins, kept sealed for 30 days until the person has said what becomes of them, and saved once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from bot.core.errors import NotFound
from bot.domain import captures, goals, nudges, portable, wins
from bot.domain.captures import Capture
from bot.domain.goals import Goal
from bot.domain.imports._likeness import Known, Likeness
from bot.domain.imports._packed import PART_SIZE, Json, Packed, facts_of
from bot.domain.imports._preview import Kind, Line
from bot.domain.nudges import Nudge
from bot.domain.wins import Source, Win
from bot.storage.session import MemberSession, Texts

HEAD = "import"
PART = "import.part"


_TITLES = Texts(Win, ("title",), Win.deleted_at.is_(None))


@dataclass(frozen=True)
class Alike:
    """A line that seems to be another win already."""

    place: int
    number: int
    title: str
    on: date
    like: Likeness


@dataclass(frozen=True)
class Broken:
    """A line that is not taken, and why."""

    number: int
    words: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Kept:
    """What is known of a file that was read: the beginning of it, and what became of it."""

    id: str
    name: str
    kind: Kind
    first: Sequence[tuple[date, str]]
    found: int
    undated: int
    alike: int
    ticked: frozenset[int]
    broken: int
    goals: int
    left_out: Mapping[str, int]
    columns: Mapping[str, Any] | None
    saved: int
    state: str

    @property
    def to_save(self) -> int:
        """How many wins a click saves."""
        return self.found - self.alike + len(self.ticked)


async def known(session: MemberSession, lines: Sequence[Line]) -> list[Known]:
    """What a file is compared with: the wins whose days are near to those of its lines."""
    days = [line.entry.occurred_on for line in lines if line.entry]
    if not days:
        return []
    near = Win.occurred_on.between(min(days) - wins.NEAR, max(days) + wins.NEAR)
    kept = (
        await session.execute(select(Win.id, Win.occurred_on).where(Win.deleted_at.is_(None), near))
    ).all()
    said = await session.texts(_TITLES)
    return [Known(said[win_id]["title"], on) for win_id, on in kept]


async def keep(session: MemberSession, packed: Packed) -> Kept:
    """Keep what a file holds."""
    head: Json = {
        **packed.head,
        "parts": [_part(session, part).id for part in packed.parts],
        "alike": _part(session, packed.alike).id,
        "broken": _part(session, packed.broken).id,
        "text": _part(session, packed.text).id if packed.text else None,
    }
    kept = await captures.keep(session, json.dumps(head), HEAD)
    return _kept(kept.id, head)


async def shown(session: MemberSession, import_id: str | None) -> Kept:
    """A file that was read; NotFound once it was let go, or after 30 days."""
    head, told = await _head(session, import_id)
    return _kept(head.id, told)


async def alike_in(session: MemberSession, import_id: str | None) -> list[Alike]:
    """The lines that seem to be other wins already, in the order of the file."""
    _, told = await _head(session, import_id)
    rows = await _rows(session, told["alike"])
    return [
        Alike(place, number, title, date.fromisoformat(on), Likeness(like))
        for place, number, title, on, like in rows
    ]


async def broken_in(session: MemberSession, import_id: str | None) -> list[Broken]:
    """The lines that are not taken, in the order of the file."""
    _, told = await _head(session, import_id)
    return [
        Broken(number, words, facts_of(facts))
        for number, words, facts in await _rows(session, told["broken"])
    ]


async def table_of(session: MemberSession, import_id: str | None) -> tuple[Kept, str]:
    """The text of a table, to read it with other columns."""
    head, told = await _head(session, import_id)
    if not told["text"]:
        raise NotFound("no_import")
    return _kept(head.id, told), await _rows(session, told["text"])


async def tick(
    session: MemberSession, import_id: str | None, offered: Sequence[int], ticked: Sequence[int]
) -> Kept:
    """Say which of the lines that were offered are to be saved although they seem to be there."""
    head, told = await _head(session, import_id)
    wanted = (set(told["ticked"]) - set(offered) | set(ticked)) & set(told["like"])
    told["ticked"] = sorted(wanted)
    head.text = json.dumps(told)
    return _kept(head.id, told)


async def save_next(session: MemberSession, import_id: str | None) -> Kept:
    """Save the next part of a file; `state` is "saved" when all of it is. A second click goes on or saves nothing."""
    head, told = await _head(session, import_id)
    if told["state"] != "open":
        return _kept(head.id, told)
    if told["next"] == 0:
        told["goal_ids"], told["new_goals"] = await portable.add_goals(session, told["goals"])
    if told["next"] < len(told["parts"]):
        await _save_part(session, told)
    if told["next"] >= len(told["parts"]):
        told["state"] = "saved"
    head.text = json.dumps(told)
    return _kept(head.id, told)


async def undo_next(session: MemberSession, import_id: str | None) -> Kept:
    """Put the next part of what was saved into the bin; `state` is "undone" when all of it is there."""
    return await _turn(session, import_id, "saved", "undone")


async def restore_next(session: MemberSession, import_id: str | None) -> Kept:
    """Take the next part of what was undone out of the bin; `state` is "saved" when all of it is back."""
    return await _turn(session, import_id, "undone", "saved")


async def let_go(session: MemberSession, import_id: str | None) -> None:
    """Forget a file; what was saved of it stays."""
    head, told = await _head(session, import_id)
    parts = [*told["parts"], told["alike"], told["broken"], told["text"]]
    await session.execute(delete(Capture).where(Capture.id.in_([part for part in parts if part])))
    await session.delete(head)


async def _save_part(session: MemberSession, told: Json) -> None:
    at = told["next"]
    part = await session.mine(Capture, told["parts"][at])
    left_out = set(told["like"]) - set(told["ticked"])
    rows = [row for place, row in enumerate(json.loads(part.text), at * PART_SIZE) if place not in left_out]
    logged = await wins.log_all(session, [portable.entry(row) for row in rows], Source.IMPORT)
    by_goal: dict[str, list[str]] = {}
    for row, win in zip(rows, logged, strict=True):
        goal = row["goal"]
        if goal is not None and 0 <= goal < len(told["goal_ids"]) and told["goal_ids"][goal]:
            by_goal.setdefault(told["goal_ids"][goal], []).append(win.id)
    for goal_id, win_ids in by_goal.items():
        await wins.link(session, win_ids, goal_id)
    part.text = json.dumps([win.id for win in logged])
    told["next"], told["saved"] = at + 1, told["saved"] + len(logged)


async def _turn(session: MemberSession, import_id: str | None, before: str, after: str) -> Kept:
    head, told = await _head(session, import_id)
    if told["state"] == before:
        # The parts are gone through again from the first one.
        told["state"], told["next"] = f"to_{after}", 0
    if told["state"] == f"to_{after}":
        await _turn_part(session, told, binned=after == "undone")
        if told["next"] >= len(told["parts"]):
            told["state"] = after
        head.text = json.dumps(told)
    return _kept(head.id, told)


async def _turn_part(session: MemberSession, told: Json, *, binned: bool) -> None:
    at, told["next"] = told["next"], told["next"] + 1
    ids = json.loads((await session.mine(Capture, told["parts"][at])).text) if at < len(told["parts"]) else []
    for win in (await session.scalars(select(Win).where(Win.id.in_(ids)))).all():
        # Nobody is asked about wins of earlier times, so nothing is planned for those that come back.
        win.deleted_at = (win.deleted_at or session.now) if binned else None
    if binned:
        await _ask_no_more(session, ids)
    if at == 0:
        for goal in (await session.scalars(select(Goal).where(Goal.id.in_(told["new_goals"])))).all():
            await (goals.bin_ if binned else goals.restore)(session, goal.id)


async def _ask_no_more(session: MemberSession, win_ids: Sequence[str]) -> None:
    """What was planned for a win that was edited meanwhile comes to nothing."""
    planned = select(Nudge.subject).where(
        Nudge.kind == nudges.MISSING_RESULT.name, Nudge.subject.in_(win_ids)
    )
    for win_id in set(await session.scalars(planned)):
        await nudges.forget(session, nudges.MISSING_RESULT, win_id)


def _part(session: MemberSession, text: str) -> Capture:
    part = Capture(member_id=session.member.id, source=PART)
    session.add(part)
    part.text = text
    return part


async def _rows(session: MemberSession, part_id: str) -> Any:
    return json.loads((await session.mine(Capture, part_id)).text)


async def _head(session: MemberSession, import_id: str | None) -> tuple[Capture, Json]:
    head = await session.get(Capture, import_id) if import_id else None
    if head is None or head.source != HEAD:
        raise NotFound("no_import")
    return head, json.loads(head.text)


def _kept(import_id: str, told: Json) -> Kept:
    counts = told["counts"]
    return Kept(
        id=import_id,
        name=told["name"],
        kind=Kind(told["kind"]),
        first=[(date.fromisoformat(on), title) for on, title in told["first"]],
        found=counts["found"],
        undated=counts["undated"],
        alike=counts["alike"],
        ticked=frozenset(told["ticked"]),
        broken=counts["broken"],
        goals=len(told["goals"]),
        left_out=told["left_out"],
        columns=told["columns"],
        saved=told["saved"],
        state=told["state"],
    )
