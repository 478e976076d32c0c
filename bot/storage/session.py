"""MemberSession: one member, one transaction, one present moment.

Everything Owned that is selected, fetched, updated or deleted through it is narrowed to the member,
and every new row gets the member as its owner, so that no verb in the domain has to remember to.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Executable, Table, bindparam, event, insert, select, tuple_
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import (
    ORMExecuteState,
    Session,
    UOWTransaction,
    make_transient_to_detached,
    with_loader_criteria,
)
from sqlalchemy.orm.attributes import instance_state, manager_of_class
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from bot.core.errors import NotFound
from bot.storage.base import Owned, Record
from bot.storage.handled import Handled
from bot.storage.identity import Member, Principal, Workspace
from bot.storage.prepared import Prepared
from bot.storage.transaction import TimedSession, Transaction
from bot.storage.types import Sealed, seal_waiting, sealed_values
from bot.storage.vault import Sealer, Vault

R = TypeVar("R", bound=Owned)


# The criteria name the member as a parameter, so that one compiled statement serves all of them.
_MEMBER = "member_of_the_session"
_OWNED = with_loader_criteria(
    Owned,
    lambda cls: cls.member_id == bindparam("member_of_the_session"),
    include_aliases=True,
    track_closure_variables=False,
)
_ITSELF = with_loader_criteria(Member, Member.id == bindparam(_MEMBER), include_aliases=True)
_NARROWED: tuple[WeakKeyDictionary[Executable, Executable], WeakKeyDictionary[Executable, Executable]] = (
    WeakKeyDictionary(),
    WeakKeyDictionary(),
)

# The member with the row locked, so that one member has one writer; a worker may plan for them beside it.
_MEMBERS = select(Member.__table__).join(Workspace, Workspace.id == Member.workspace_id)
_ENTERING = Prepared(
    _MEMBERS.where(
        Workspace.team_id == bindparam("team_id"), Member.user_id == bindparam("user_id")
    ).with_for_update(of=Member, key_share=True)
)
# Several are locked in one order, whoever asks, so that two people who reach each other never wait in a circle.
_ENTERING_TOGETHER = (
    _MEMBERS.add_columns(Workspace.team_id)
    .where(tuple_(Workspace.team_id, Member.user_id).in_(bindparam("people", expanding=True)))
    .order_by(Member.id)
    .with_for_update(of=Member, key_share=True)
)


class OwnershipError(RuntimeError):
    """A row of another member, or an unscoped write, reached a member's session; a fault of ours."""


class ScopedSession(TimedSession):
    """The synchronous session under a MemberSession, where SQLAlchemy's events are heard."""


class Kept(Prepared):
    """A select of some columns of the member's own rows of one kind, prepared once for all members.

    It costs a fraction of a select of records, which is built anew each time and whose rows are kept track of.
    `where` may name parameters (`bindparam`); the member is one of its own.
    """

    def __init__(self, kind: type[Owned], columns: Sequence[Any], *where: ColumnElement[bool]) -> None:
        owner = kind.__table__.c.member_id == bindparam(_MEMBER)
        super().__init__(select(*(kind.__table__.c[column.key] for column in columns)).where(owner, *where))


class Texts(Kept):
    """The id and the sealed texts of the member's own rows of one kind: thousands are opened in the time of a few records."""

    def __init__(self, kind: type[Owned], names: Sequence[str], *where: ColumnElement[bool]) -> None:
        self.fields: Mapping[str, Sealed[Any]] = {name: getattr(kind, name) for name in names}
        super().__init__(kind, (kind.id, *(field.column for field in self.fields.values())), *where)


class MemberSession(Transaction):
    """An AsyncSession for one member; `member` and `now` are set by `enter`."""

    sync_session_class = ScopedSession
    member: Member

    def __init__(self, engine: AsyncEngine, connection: Connection | None = None) -> None:
        super().__init__(engine, connection)
        self._besides: dict[Principal, MemberSession] = {}

    @property
    def changed(self) -> bool:
        """Whether anything was written in this transaction."""
        return bool(self.info.get("changed"))

    async def enter(self, who: Principal, vault: Vault, others: Collection[Principal] = ()) -> None:
        """Become this member's session: lock the member's row (one writer each) and open the key.

        With `others` their rows are locked too, and each has a session of their own beside this one.
        """
        found = await self._lock(who, others)
        if who not in found:
            raise NotFound("no_member")
        self._become(found.pop(who), vault)
        if others:
            self._place_beside(found, vault)

    def beside(self, other: Principal) -> "MemberSession | None":
        """The session of one of the others, narrowed to them, in this transaction; None for somebody unknown."""
        return self._besides.get(other)

    @property
    def besides(self) -> "Mapping[Principal, MemberSession]":
        """The sessions of all others of this transaction."""
        return self._besides

    def _beside(self) -> "Iterable[MemberSession]":
        return self._besides.values()

    def _join(self) -> None:
        if hasattr(self, "member"):
            self.add(self.member)

    def _write(self) -> None:
        if hasattr(self, "member") and instance_state(self.member).modified:
            self.sync_session.flush()
        super()._write()

    async def _lock(self, who: Principal, others: Collection[Principal]) -> dict[Principal, dict[str, Any]]:
        if not others:
            rows = await self._run(_ENTERING, team_id=who.team_id, user_id=who.user_id)
            return {who: rows[0]._asdict()} if rows else {}
        people = [(one.team_id, one.user_id) for one in {who, *others}]
        connection = await self.connection()
        found: dict[Principal, dict[str, Any]] = {}
        for row in (await connection.execute(_ENTERING_TOGETHER, {"people": people})).mappings():
            columns = dict(row)
            found[Principal(columns.pop("team_id"), row["user_id"])] = columns
        return found

    def _become(self, columns: Mapping[str, Any], vault: Vault) -> None:
        self.member = member = self._known(columns)
        self.info.update(member_id=member.id, sealer=vault.sealer(member.wrapped_key, member.id))

    def _place_beside(self, found: Mapping[Principal, Mapping[str, Any]], vault: Vault) -> None:
        for other, columns in found.items():
            beside = self._besides[other] = MemberSession(self._engine, self._open)
            beside.info["now"] = self.now
            beside._become(columns, vault)

    def _known(self, columns: Mapping[str, Any]) -> Member:
        """The member of a row that was read, known to the session as if it had read the row itself."""
        member: Member = manager_of_class(Member).new_instance()
        vars(member).update(columns)
        make_transient_to_detached(member)
        if self.is_made:
            self.add(member)
        return member

    async def look(self, kept: Kept, **parameters: Any) -> Sequence[Any]:
        """The member's own rows that a kept select finds."""
        return await self._run(kept, **{**parameters, _MEMBER: self.member.id})

    async def texts(self, kept: Texts, **parameters: Any) -> dict[str, dict[str, Any]]:
        """What stands in the sealed fields of the rows that `kept` finds, by id; an empty field is left out."""
        sealer: Sealer = self.info["sealer"]
        return {
            row_id: {
                name: field.opened(blob, row_id, self.member.id, sealer)
                for (name, field), blob in zip(kept.fields.items(), blobs, strict=True)
                if blob is not None
            }
            for row_id, *blobs in await self.look(kept, **parameters)
        }

    async def put(self, *rows: Owned) -> None:
        """Store new rows at once, in the order given.

        It is what `add` and `flush` do for rows that are only read from here on: a change of one of these
        objects is not stored. To change a row that was put, fetch it.
        """
        if self.is_made:
            # What was added before comes first, as it may be what these rows speak of.
            await self.flush()
        self.info["changed"] = True
        for row in rows:
            _date(row, self.info)
            _own(row, self.info.get("member_id"))
            storing, defaults = _storing(type(row))
            await self._run(storing, **{**defaults, **sealed_values(row, self.info["sealer"])})

    def mark(self, text: str) -> bytes:
        """A sign of this text that only the member's key makes: equal for equal texts, and tells nothing else."""
        sealer: Sealer = self.info["sealer"]
        return sealer.mark(text)

    async def was(self, key: str) -> bool:
        """Whether work was done under `key` before, for what comes before that work."""
        return await self.get(Handled, key) is not None

    async def once(self, key: str) -> bool:
        """True the first time this transaction's work is done under `key`; False ever after.

        The key is stored with the work, so a redelivered event or a second click has no effect.
        """
        if await self.was(key):
            return False
        self.add(Handled(id=key))
        await self.flush()
        return True

    async def mine(self, kind: type[R], row_id: object) -> R:
        """The member's own row; NotFound for anything else, somebody else's row and what is no id included."""
        row = await self.get(kind, row_id) if row_id and isinstance(row_id, str) else None
        if row is None:
            raise NotFound(f"no_{kind.__name__.lower()}")
        return row


@event.listens_for(ScopedSession, "do_orm_execute")
def _narrow_to_the_member(state: ORMExecuteState) -> None:
    if state.is_column_load:
        return
    if state.is_insert:
        raise OwnershipError("Rows are added through the session, so that they get their owner.")
    if state.is_executemany:
        # SQLAlchemy narrows everything else, but an update by a list of ids takes these as they are.
        raise OwnershipError("Rows are not changed by a list of ids, which nobody has asked whose they are.")
    # Before the session is a member's, nobody's rows are all that is Owned by it.
    member_id = state.session.info.get("member_id")
    state.statement = _narrowed(state.statement, itself=member_id is not None)
    given: Any = state.parameters or {}
    state.parameters = {**given, _MEMBER: member_id}


def _narrowed(statement: Executable, *, itself: bool) -> Executable:
    """The statement with the criteria; made once for one that is kept, such as a module's constant."""
    known = _NARROWED[itself]
    if statement not in known:
        known[statement] = statement.options(*((_OWNED, _ITSELF) if itself else (_OWNED,)))
    return known[statement]


@event.listens_for(TimedSession, "before_flush", propagate=True)
def _complete(session: Session, _context: UOWTransaction, _instances: Any) -> None:
    for row in session.new:
        if isinstance(row, Record):
            _date(row, session.info)
    session.info["changed"] = True
    owned = [row for row in (*session.new, *session.dirty, *session.deleted) if isinstance(row, Owned)]
    for row in owned:
        if isinstance(session, ScopedSession):
            _own(row, session.info.get("member_id"))
        # Without a member's key this refuses, rather than store a row without its text.
        seal_waiting(row)


def _date(row: Record, info: dict[Any, Any]) -> None:
    if vars(row).get("created_at") is None:
        # Rows of one transaction share its moment, and a microsecond each keeps them in their order.
        made = info["made"] = info.get("made", 0) + 1
        row.created_at = info["now"] + timedelta(microseconds=made - 1)


@cache
def _storing(kind: type[Owned]) -> tuple[Prepared, Mapping[str, Any]]:
    """The statement that stores a row, with what columns hold where nothing is given."""
    defaults = {
        column.key: column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None
        for column in kind.__table__.columns
    }
    return Prepared(insert(cast("Table", kind.__table__))), defaults


def _own(row: Owned, member_id: str | None) -> None:
    if vars(row).get("member_id") is None and member_id is not None:
        row.member_id = member_id
    if member_id is None or row.member_id != member_id:
        raise OwnershipError(f"A {type(row).__name__} of another member reached this session.")
