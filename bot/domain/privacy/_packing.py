"""An account out of a file made ready to be kept: its records get ids of this account, and go into parts."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.privacy._account import SETTINGS, Json
from bot.domain.privacy._found import Found, links
from bot.storage.base import ID_LENGTH, Owned
from bot.storage.session import Kept as KeptRows
from bot.storage.session import MemberSession

# As many records, and as much of their text, as one transaction adds in time.
PART_SIZE = 200
PART_LENGTH = 500_000


@dataclass(frozen=True)
class Known:
    """Which id a record of the file has in this account, and which of these are there already."""

    ids: Mapping[str, str]
    there: frozenset[str]


@dataclass(frozen=True)
class Packed:
    """An account as it is kept: what is known of it, and its parts as JSON."""

    head: Json
    parts: Sequence[str]


async def known(session: MemberSession, found: Found) -> Known:
    """The ids of a file's records here: their own where they are this account's, else ones that only its key makes.

    So the same file can be imported again, and what it brought before is known.
    """
    mine = {kind: {row.id for row in await session.look(KeptRows(kind, [kind.id]))} for kind in found.rows}
    ids, there = {}, set()
    for kind, row_id in found.ids:
        ids[row_id] = here = row_id if row_id in mine[kind] else _id_of(session, kind, row_id)
        if here in mine[kind]:
            there.add(here)
    return Known(ids, frozenset(there))


def pack(found: Found, known: Known) -> Packed:
    """Make an account ready to be kept; pure, and long for a large one."""
    parts: list[str] = []
    new: dict[str, int] = {}
    for kind, rows in found.rows.items():
        fresh = [_renamed(kind, row, known.ids) for row in rows if known.ids[row["id"]] not in known.there]
        if fresh:
            new[kind.__tablename__] = len(fresh)
            parts += [json.dumps({"table": kind.__tablename__, "rows": some}) for some in _portions(fresh)]
    head = {
        "exported_on": found.exported_on.isoformat(),
        "member": {name: found.member.get(name) for name in SETTINGS},
        "new": new,
        "there": len(known.there),
        "left_out": found.left_out,
        "before": None,
        "next": 0,
        "state": "open",
    }
    return Packed(head, parts)


def _renamed(kind: type[Owned], row: Json, ids: Mapping[str, str]) -> Json:
    """A row with the ids of this account wherever it names records of the file; what it names else is not here."""
    told = {name: _with(ids, value) for name, value in row.items()}
    for name, column in links(kind).items():
        if column.nullable:
            told[name] = ids.get(row[name])
    return told


def _with(ids: Mapping[str, str], value: Any) -> Any:
    if isinstance(value, str):
        return ids.get(value, value) if len(value) == ID_LENGTH else value
    if isinstance(value, list):
        return [_with(ids, one) for one in value]
    return {name: _with(ids, one) for name, one in value.items()} if isinstance(value, dict) else value


def _portions(rows: Sequence[Json]) -> Iterator[list[Json]]:
    some: list[Json] = []
    length = 0
    for row in rows:
        size = len(json.dumps(row))
        if some and (len(some) == PART_SIZE or length + size > PART_LENGTH):
            yield some
            some, length = [], 0
        some.append(row)
        length += size
    if some:
        yield some


def _id_of(session: MemberSession, kind: type[Owned], row_id: str) -> str:
    mark = session.mark(f"import|{kind.__tablename__}|{row_id}")
    return base64.urlsafe_b64encode(mark[:12]).decode()
