"""Random accounts: rows of every kind that belongs to a member, found by introspection, with links among them."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import Boolean, Column, Date, Integer, String, Time, inspect
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from bot.coach import Coach
from bot.domain import members, privacy
from bot.domain.members import Profile
from bot.domain.nudges import Nudge
from bot.domain.privacy._found import links
from bot.domain.privacy._records import kinds
from bot.storage import whole
from bot.storage.base import Owned, new_id
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from bot.storage.types import UtcDateTime

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
SIGNS = 'abc XYZ 0123 äß 漢字 \u202e\x00\n\t"\\\ud800{}<>&*_ 🙂'

# What stands in columns that hold one word of several, where the word matters to rules that look at it.
CODES = {("pitches", "kind"): "manager", ("pitches", "period"): "month", ("ask_events", "what"): "note"}
# What is sealed and has a shape of its own.
SHAPES: dict[tuple[str, str], Any] = {
    ("wins", "metric"): {"name": "p95", "before": "9", "after": "2", "unit": "s"},
    ("goals", "measure"): {"name": "p95", "baseline": "9", "target": None, "unit": None},
}


async def fill(session: MemberSession, chance: Random, *, each: int = 2, words: str = "") -> None:
    """Add up to so many rows of each kind but nudges, which name each other; `words` stand in all that is sealed."""
    known: dict[str, list[str]] = {}
    for kind in (one for one in kinds() if one is not Nudge):
        table = kind.__tablename__
        for _ in range(chance.randint(1, each)):
            row = _row(kind, known, chance, words)
            session.add(row)
            await session.flush()
            known.setdefault(table, []).append(row.id)


def _row(kind: type[Owned], known: dict[str, list[str]], chance: Random, words: str) -> Owned:
    attributes, values = inspect(kind).get_property_by_column, {}
    for name, column in whole.columns_of(kind).items():
        values[attributes(column).key] = _value(kind, name, column, known, chance)
    row = kind(**values)
    for name, field in whole.sealed_of(kind).items():
        setattr(row, name, _sealed(kind, name, field._nothing, known, chance, words))
    return row


def _value(
    kind: type[Owned], name: str, column: Column[Any], known: dict[str, list[str]], chance: Random
) -> Any:
    if name == "id":
        return new_id()
    if name in links(kind):
        targets = [key.column.table.name for key in column.foreign_keys] or [f"{name.removesuffix('_id')}s"]
        ids = [one for target in targets for one in known.get(target, [])]
        return chance.choice([*ids, None] if column.nullable else ids or [new_id()])
    if column.nullable and chance.random() < 0.5:
        return None
    default = column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None
    made: dict[type, Any] = {
        UtcDateTime: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=chance.randrange(10**13)),
        Date: date(2026, 1, 1) + timedelta(days=chance.randrange(365)),
        Time: time(9),
        # A number counts something, so no two are the same; any other says how sure somebody is.
        Integer: chance.randrange(2**31) if name == "number" else chance.randint(1, 5),
        Boolean: chance.random() < 0.5,
        String: CODES.get((kind.__tablename__, name), default or "yes"),
    }
    return made[type(column.type)]


def _sealed(
    kind: type[Owned], name: str, nothing: Any, known: dict[str, list[str]], chance: Random, words: str
) -> Any:
    field = whole.sealed_of(kind)[name]
    if (kind.__tablename__, name) in SHAPES:
        return field.of_json(chance.choice([None, SHAPES[kind.__tablename__, name]]))
    ids = [one for some in known.values() for one in some]
    if nothing == []:
        return [chance.choice([words + _words(chance), *ids]) for _ in range(chance.randrange(4))]
    return words + _words(chance)


def _words(chance: Random) -> str:
    return "".join(chance.choices(SIGNS, k=chance.randint(1, 20)))


async def begin(coach: Coach, who: Principal) -> None:
    """Admit somebody, as at their first request."""
    async with coach.database.system() as system:
        await members.admit(system, coach.vault, who, Profile(zone="Europe/Berlin"))


async def told(coach: Coach, who: Principal) -> privacy.Told:
    async with coach.session(who, present=False) as session:
        account = await privacy.gather(session)
    return account.told()


async def bring(coach: Coach, who: Principal, content: bytes) -> privacy.Kept:
    """Import a file, as every place does that takes one."""
    found = privacy.found_in(content)
    assert found is not None
    async with coach.session(who) as session:
        packed = privacy.pack(found, await privacy.known(session, found))
        kept = await privacy.keep(session, packed)
    while kept.state == "open":
        async with coach.session(who) as session:
            kept = await privacy.save_next(session, kept.id)
    return kept


def comparable(account: privacy.Told) -> dict[str, list[dict[str, Any]]]:
    """Every record that travels, with numbers for ids: two accounts are equal when these are."""
    travels = {kind.__tablename__: kind for kind in kinds() if kind.travels}
    numbers = {
        row["id"]: f"{table} {number}"
        for table in travels
        for number, row in enumerate(account.records[table])
    }

    def plain(value: Any) -> Any:
        if isinstance(value, list):
            return [plain(one) for one in value]
        if isinstance(value, dict):
            return {name: plain(one) for name, one in value.items()}
        return numbers.get(value, value) if isinstance(value, str) else value

    return {table: [plain(row) for row in account.records[table]] for table in travels}
