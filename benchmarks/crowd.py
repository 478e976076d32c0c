"""A crowd: members of many workspaces with one check-in each, written in bulk past the domain."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import md5
from itertools import islice
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, create_engine, insert, text

from benchmarks.addresses import is_sqlite, sync_url
from bot.domain.nudges import CHECK_IN, KINDS, Nudge
from bot.storage.base import Record, new_id
from bot.storage.identity import Member, Workspace
from bot.storage.vault import Vault

ZONE = "Europe/Berlin"
# Check-ins only, or the worker would plan the other kinds for everybody while it is measured.
CADENCES = {kind.name: "never" for kind in KINDS.values() if kind.every and kind is not CHECK_IN}
FRIDAY = datetime(2026, 11, 20, 14, tzinfo=UTC)  # 15:00 in Berlin, when every new member is asked
WEEK = timedelta(days=7)

T = TypeVar("T")
_BATCH = 5_000
_WRITTEN_ONCE = 10_000
_SLACK_ID = 9


@dataclass(frozen=True)
class Person:
    """A member as Slack knows them: the user and their DM with the bot."""

    user_id: str
    channel: str


@dataclass(frozen=True)
class Team:
    """A workspace and who is in it."""

    id: str
    people: Sequence[Person]
    token: str = "xoxb-of-nobody"  # noqa: S105 - opens nothing


def imagined(sizes: Iterable[int]) -> Iterator[Team]:
    """Workspaces of these sizes that no Slack knows."""
    for number, size in enumerate(sizes):
        people = [Person(f"U{number:06}{n:06}", f"D{number:06}{n:06}") for n in range(size)]
        yield Team(f"T{number:0{_SLACK_ID}}", people)


def fill_evenly(
    address: str, vault: Vault, members: int, planned: Callable[[], datetime] = lambda: FRIDAY
) -> None:
    """Write so many members in workspaces of 50; above ten thousand these are multiplied."""
    times = max(members // _WRITTEN_ONCE, 1)
    fill(address, vault, imagined(even(members // times)), planned)
    if times > 1:
        multiply(address, times)


def even(members: int, size: int = 50) -> list[int]:
    """So many members in workspaces of this size; the last may be smaller."""
    full, rest = divmod(members, size)
    return [size] * full + [rest] * bool(rest)


def fill(
    address: str, vault: Vault, teams: Iterable[Team], planned: Callable[[], datetime] = lambda: FRIDAY
) -> None:
    """Write the teams, and for each of their people a check-in at a moment that `planned` gives."""
    engine = create_engine(sync_url(address))
    with engine.begin() as connection:
        if is_sqlite(address):
            connection.exec_driver_sql("PRAGMA cache_size=-200000")
        for batch in _batches(_rows(vault, teams, planned), _BATCH):
            for table in (Workspace, Member, Nudge):
                _insert(connection, table, [row for kind, row in batch if kind is table])
    _settle(engine)
    engine.dispose()


def multiply(address: str, times: int) -> None:
    """Make so many of everybody, by the database itself; the copies' keys open nothing."""
    engine = create_engine(sync_url(address))
    with engine.begin() as connection:
        if is_sqlite(address):
            file: Any = connection.connection.driver_connection
            file.create_function("md5", 1, lambda text: md5(text.encode(), usedforsecurity=False).hexdigest())
        for record, changed in _COPIED:
            columns = [column.name for column in record.__table__.columns]
            values = ", ".join(changed.get(name, f'"{name}"') for name in columns)
            names = ", ".join(f'"{name}"' for name in columns)
            table = record.__tablename__
            connection.exec_driver_sql(
                f"INSERT INTO {table} ({names}) WITH RECURSIVE copies (n) AS"  # noqa: S608 - our own names
                f" (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < {times - 1})"
                f" SELECT {values} FROM {table}, copies"
            )
    _settle(engine)
    engine.dispose()


# What a copy has of its own: ids as random as those that they are made from.
_COPIED: list[tuple[type[Record], dict[str, str]]] = [
    (Workspace, {"id": "substr(md5(id || n), 1, 16)", "team_id": "team_id || '-' || n"}),
    (Member, {"id": "substr(md5(id || n), 1, 16)", "workspace_id": "substr(md5(workspace_id || n), 1, 16)"}),
    (Nudge, {"id": "substr(md5(id || n), 1, 16)", "member_id": "substr(md5(member_id || n), 1, 16)"}),
]


def _rows(
    vault: Vault, teams: Iterable[Team], planned: Callable[[], datetime]
) -> Iterator[tuple[type[Record], Any]]:
    before = FRIDAY - WEEK
    for team in teams:
        workspace = new_id()
        key = vault.new_key(workspace)
        token = vault.sealer(key, workspace).seal(team.token, f"workspaces.bot_token|{workspace}")
        yield (
            Workspace,
            {
                "id": workspace,
                "created_at": before,
                "team_id": team.id,
                "wrapped_key": key,
                "bot_token_sealed": token,
                "bot_user_id": "UBOT",
                "bot_id": "BBOT",
            },
        )
        for person in team.people:
            member, moment = new_id(), planned()
            local = moment.astimezone(ZoneInfo(ZONE))
            yield (
                Member,
                {
                    "id": member,
                    "created_at": before,
                    "workspace_id": workspace,
                    "user_id": person.user_id,
                    "wrapped_key": vault.new_key(member),
                    "zone": ZONE,
                    "cadences": CADENCES,
                    "dm_channel": person.channel,
                    "checkin_weekday": local.weekday(),
                    "checkin_time": local.time(),
                    "welcomed_at": before,
                    "onboarded_at": before,
                },
            )
            yield Nudge, _check_in(member, before, moment)


def _check_in(member: str, created_at: datetime, planned_at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "created_at": created_at,
        "member_id": member,
        "kind": CHECK_IN.name,
        "local_on": planned_at.date(),
        "planned_at": planned_at,
        "due_at": planned_at,
    }


def _insert(connection: Connection, table: type[Record], rows: list[Any]) -> None:
    if rows:
        connection.execute(insert(table.__table__), rows)  # type: ignore[arg-type]


def _settle(engine: Engine) -> None:
    """What a database does by itself after a while: statistics, and on PostgreSQL visibility and a checkpoint."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("VACUUM ANALYZE"))
            connection.execute(text("CHECKPOINT"))
        else:
            connection.execute(text("ANALYZE"))


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
