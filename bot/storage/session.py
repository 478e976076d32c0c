"""MemberSession: one member, one transaction, one present moment.

Everything Owned that is selected, fetched, updated or deleted through it is narrowed to the member,
and every new row gets the member as its owner, so that no verb in the domain has to remember to.
"""

from datetime import datetime, timedelta
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Executable, bindparam, event, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, with_loader_criteria

from bot.core.errors import NotFound
from bot.storage.base import Owned, Record
from bot.storage.handled import Handled
from bot.storage.identity import Member, Principal, Workspace
from bot.storage.types import seal_waiting
from bot.storage.vault import Vault

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

# The member with the row locked, so that one member has one writer.
_ENTERING = (
    select(Member)
    .join(Workspace, Workspace.id == Member.workspace_id)
    .where(Workspace.team_id == bindparam("team_id"), Member.user_id == bindparam("user_id"))
    .with_for_update(of=Member)
)


class OwnershipError(RuntimeError):
    """A row of another member, or an unscoped write, reached a member's session; a fault of ours."""


class TimedSession(Session):
    """Gives new rows the session's moment."""


class ScopedSession(TimedSession):
    """The synchronous session under a MemberSession, where SQLAlchemy's events are heard."""


class MemberSession(AsyncSession):
    """An AsyncSession for one member; `member` and `now` are set by `enter`."""

    sync_session_class = ScopedSession
    member: Member

    @property
    def now(self) -> datetime:
        """The moment this transaction began, UTC."""
        moment: datetime = self.sync_session.info["now"]
        return moment

    @property
    def changed(self) -> bool:
        """Whether anything was written in this transaction."""
        return bool(self.sync_session.info.get("changed"))

    async def enter(self, who: Principal, vault: Vault) -> None:
        """Become this member's session: lock the member's row (one writer each) and open the key."""
        found = await self.scalar(_ENTERING, {"team_id": who.team_id, "user_id": who.user_id})
        if found is None:
            raise NotFound("no_member")
        self.member = found
        self.sync_session.info.update(member_id=found.id, sealer=vault.sealer(found.wrapped_key, found.id))

    async def once(self, key: str) -> bool:
        """True the first time this transaction's work is done under `key`; False ever after.

        The key is stored with the work, so a redelivered event or a second click has no effect.
        """
        if await self.get(Handled, key) is not None:
            return False
        self.add(Handled(id=key))
        await self.flush()
        return True

    async def mine(self, kind: type[R], row_id: str | None) -> R:
        """The member's own row; NotFound for anything else, somebody else's row included."""
        row = await self.get(kind, row_id) if row_id else None
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
        if isinstance(row, Record) and vars(row).get("created_at") is None:
            # Rows of one transaction share its moment, and a microsecond each keeps them in their order.
            made = session.info["made"] = session.info.get("made", 0) + 1
            row.created_at = session.info["now"] + timedelta(microseconds=made - 1)
    session.info["changed"] = True
    owned = [row for row in (*session.new, *session.dirty, *session.deleted) if isinstance(row, Owned)]
    for row in owned:
        if isinstance(session, ScopedSession):
            _own(row, session.info.get("member_id"))
        # Without a member's key this refuses, rather than store a row without its text.
        seal_waiting(row)


def _own(row: Owned, member_id: str | None) -> None:
    if vars(row).get("member_id") is None and member_id is not None:
        row.member_id = member_id
    if member_id is None or row.member_id != member_id:
        raise OwnershipError(f"A {type(row).__name__} of another member reached this session.")
