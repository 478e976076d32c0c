"""A member's session: what somebody else owns is not there, whichever way it is asked for, changed or taken."""

import ast
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import (
    Executable,
    LargeBinary,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    true,
    union,
    update,
)
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import aliased

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.core.errors import NotFound
from bot.domain import members
from bot.domain.captures import Capture
from bot.domain.members import Profile
from bot.domain.nudges.tables import SPACES, WITH_MEMBERS
from bot.domain.wins import Win
from bot.storage.base import ID_LENGTH, new_id
from bot.storage.handled import Handled
from bot.storage.identity import Member, Principal, Workspace
from bot.storage.session import Kept, MemberSession, OwnershipError
from bot.storage.vault import Vault, WrongKeyError
from tests.house import agree, dotted, modules, nodes, text

ON = date(2026, 11, 18)

# Each way to ask for rows of Win, given the id of one; None as an answer means "nothing".
READS: dict[str, Callable[[str], Executable]] = {
    "a select": lambda _: select(Win.id),
    "a select by id": lambda win: select(Win.id).where(Win.id == win),
    "a select of entities": lambda _: select(Win),
    "a column": lambda _: select(Win.title_sealed),  # type: ignore[attr-defined]
    "an alias": lambda _: select(aliased(Win).id),
    "an alias of a subquery": lambda _: select(aliased(Win, select(Win).subquery()).id),
    "a subquery": lambda _: select(select(Win.id).subquery().c.id),
    "a common table expression": lambda _: select(select(Win.id).cte().c.id),
    "a union": lambda _: union(select(Win.id), select(Win.id)),
    "a subquery of a union": lambda _: select(union(select(Win.id), select(Win.id)).subquery().c.id),
    "a statement of a statement": lambda _: select(Win).from_statement(select(Win)),
    "a count": lambda _: select(func.nullif(func.count(), 0)).select_from(Win),
    "a count of a column": lambda _: select(func.nullif(func.count(Win.id), 0)),
    "a count of a subquery": lambda _: select(func.nullif(func.count(), 0)).select_from(
        select(Win.id).subquery()
    ),
    "a maximum": lambda _: select(func.max(Win.created_at)),
    "a scalar subquery": lambda _: select(select(Win.id).limit(1).scalar_subquery()),
    "exists": lambda win: select(literal(1)).where(exists().where(Win.id == win)),
    "exists of a select": lambda win: select(literal(1)).where(select(Win.id).where(Win.id == win).exists()),
    "in": lambda win: select(literal(1)).where(literal(win).in_(select(Win.id))),
    "a case": lambda win: select(case((exists().where(Win.id == win), 1))),
    "a join to its member": lambda _: select(Win.id).join(Member, Member.id == Win.member_id),
    "a join from its member": lambda _: (
        select(Win.id).select_from(Member).join(Win, Member.id == Win.member_id)
    ),
    "a join that matches everything": lambda _: select(Win.id).join(Workspace, true()),
    "an outer join": lambda _: select(Win.id).select_from(Member).outerjoin(Win, true()),
    "a join to an alias": lambda _: select(Win.id).join(again := aliased(Win), again.id == Win.id),
}

CHANGES: dict[str, Callable[[str], Executable]] = {
    "an update": lambda win: update(Win).where(Win.id == win).values(category="theirs"),
    "an update of everything": lambda _: update(Win).values(category="theirs"),
    "an update by a subquery": lambda _: (
        update(Win).where(Win.id.in_(select(Win.id))).values(category="theirs")
    ),
    "an update from an alias": lambda _: (
        update(Win).where(Win.id == aliased(Win).id).values(category="theirs")
    ),
    "an update that takes it over": lambda win: (
        update(Win).where(Win.id == win).values(member_id=select(Member.id).scalar_subquery())
    ),
    "an update of members": lambda _: update(Member).values(zone="Etc/GMT+1"),
    "a delete": lambda win: delete(Win).where(Win.id == win),
    "a delete of everything": lambda _: delete(Win),
    "a delete by a subquery": lambda _: delete(Win).where(Win.id.in_(select(Win.id))),
    "a delete of members": lambda _: delete(Member).where(Member.user_id == "U0DANIEL"),
}


def win(**values: Any) -> Win:
    return Win(occurred_on=ON, source="form", **{"title": "a canary", **values})


@pytest.fixture
async def theirs(coach: Coach, other: Principal) -> str:
    """The id of another member's win."""
    async with coach.session(other) as session:
        row = win()
        session.add(row)
    return row.id


async def answers(session: MemberSession, statement: Executable) -> list[Any]:
    """What came back, without the NULLs that say "nothing"."""
    rows = (await session.execute(statement)).all()
    return [row for row in rows if any(value is not None for value in row)]


async def is_untouched(coach: Coach, owner: Principal, win_id: str) -> bool:
    async with coach.session(owner) as session:
        row = await session.mine(Win, win_id)
        return (row.category, row.title, session.member.zone) == (None, "a canary", "America/New_York")


# --- Reading


async def test_another_members_row_is_not_found_in_any_way(coach: Coach, who: Principal, theirs: str) -> None:
    found = []
    async with coach.session(who) as session:
        for way, ask in READS.items():
            if await answers(session, ask(theirs)):
                found.append(way)
    assert found == []


async def test_each_way_does_find_ones_own_row(coach: Coach, other: Principal, theirs: str) -> None:
    missed = []
    async with coach.session(other) as session:
        for way, ask in READS.items():
            if not await answers(session, ask(theirs)):
                missed.append(way)
    assert missed == []


async def test_a_count_counts_ones_own_rows_only(
    coach: Coach, who: Principal, other: Principal, theirs: str
) -> None:
    async with coach.session(who) as session:
        session.add_all([win(), win()])
    async with coach.session(who) as session:
        assert await session.scalar(select(func.count()).select_from(Win)) == 2
        assert await session.scalar(select(func.count()).select_from(select(Win).subquery())) == 2


async def test_another_members_row_is_not_got_by_its_id(coach: Coach, who: Principal, theirs: str) -> None:
    async with coach.session(who) as session:
        assert await session.get(Win, theirs) is None
        assert await session.get(Win, theirs, populate_existing=True, with_for_update=True) is None
        with pytest.raises(NotFound) as refused:
            await session.mine(Win, theirs)
        assert refused.value.words == "no_win"


@pytest.mark.parametrize("win_id", ["", None, "no-such-id", "x" * 1000, "'; DROP TABLE wins; --", "ω"])
async def test_an_id_that_was_made_up_is_not_found(coach: Coach, who: Principal, win_id: str | None) -> None:
    async with coach.session(who) as session:
        with pytest.raises(NotFound):
            await session.mine(Win, win_id)


async def test_other_members_themselves_are_not_found(coach: Coach, who: Principal, other: Principal) -> None:
    async with coach.session(other) as session:
        their_id = session.member.id
    async with coach.session(who) as session:
        assert (await session.scalars(select(Member))).all() == [session.member]
        assert await session.get(Member, their_id) is None


async def test_the_same_person_in_another_workspace_is_somebody_else(
    coach: Coach, who: Principal, theirs: str
) -> None:
    there = Principal("T0ELSEWHERE", who.user_id)
    async with coach.database.system() as system:
        elsewhere, member_id = new_id(), new_id()
        key = coach.vault.new_key(elsewhere)
        system.add(Workspace(id=elsewhere, team_id=there.team_id, wrapped_key=key))
        await system.flush()
        own_key = coach.vault.new_key(member_id)
        system.add(Member(id=member_id, workspace_id=elsewhere, user_id=there.user_id, wrapped_key=own_key))
    async with coach.session(who) as session:
        session.add(win())
    async with coach.session(there) as session:
        assert (await session.scalars(select(Win))).all() == []
        assert session.member.id == member_id


async def test_a_session_that_nobody_entered_finds_and_changes_nothing(
    coach: Coach, other: Principal, theirs: str
) -> None:
    async with coach.database.member() as session:
        assert [way for way, ask in READS.items() if await answers(session, ask(theirs))] == []
        await session.execute(update(Win).values(category="theirs"))
        await session.execute(delete(Win))
    with pytest.raises(OwnershipError):
        async with coach.database.member() as session:
            session.add(win())
    assert await is_untouched(coach, other, theirs)


async def test_a_stranger_has_no_session(coach: Coach) -> None:
    with pytest.raises(NotFound) as refused:
        async with coach.session(Principal("T0JUNIPER", "U0NOBODY")):
            raise AssertionError("they were let in")
    assert refused.value.words == "no_member"


async def test_a_member_whose_key_does_not_open_has_no_session(coach: Coach, who: Principal) -> None:
    wrong = Vault([b"x" * 32])
    with pytest.raises(WrongKeyError):
        async with coach.database.member() as session:
            await session.enter(who, wrong)


# --- Writing


async def test_another_members_row_is_not_changed_in_any_way(
    coach: Coach, who: Principal, other: Principal, theirs: str
) -> None:
    changed = []
    for way, change in CHANGES.items():
        async with coach.session(who) as session:
            # A change that reaches nothing is taken back all the same, so that each way starts alike.
            await session.execute(change(theirs))
            await session.rollback()
        async with coach.database.system() as system:
            (owner,) = await system.execute(
                sql("SELECT members.user_id, category, zone FROM wins JOIN members ON members.id = member_id")
            )
        if tuple(owner) != (other.user_id, None, "America/New_York"):
            changed.append(way)
    assert changed == []


async def test_each_change_reaches_ones_own_rows_only(
    coach: Coach, who: Principal, other: Principal, theirs: str
) -> None:
    async with coach.session(who) as session:
        session.add(win(title="mine"))
    for way, change in CHANGES.items():
        async with coach.session(who) as session:
            await session.execute(change(theirs))
        assert await is_untouched(coach, other, theirs), way


@pytest.mark.parametrize("statement", [update(Win), delete(Win), update(Member)])
async def test_a_change_by_a_list_of_ids_is_refused(
    coach: Coach, who: Principal, other: Principal, theirs: str, statement: Executable
) -> None:
    rows = [{"id": theirs, "category": "theirs", "zone": "UTC"}]
    with pytest.raises(OwnershipError):
        async with coach.session(who) as session:
            await session.execute(statement, rows)
    assert await is_untouched(coach, other, theirs)


async def test_rows_are_not_inserted_past_the_session(coach: Coach, who: Principal) -> None:
    row = {"id": new_id(), "member_id": "anybody", "occurred_on": ON, "source": "form"}
    for statement in (insert(Win), insert(Win).values(**row)):
        with pytest.raises(OwnershipError):
            async with coach.session(who) as session:
                await session.execute(statement, [row])


async def test_a_new_row_is_ones_own(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        row = win()
        session.add(row)
        await session.flush()
        assert row.member_id == session.member.id


async def test_a_row_is_not_made_for_another_member(coach: Coach, who: Principal, other: Principal) -> None:
    async with coach.session(other) as session:
        their_id = session.member.id
    with pytest.raises(OwnershipError):
        async with coach.session(who) as session:
            session.add(win(member_id=their_id))
    async with coach.session(other) as session:
        assert (await session.scalars(select(Win))).all() == []


async def test_ones_own_row_is_not_given_away(coach: Coach, who: Principal, other: Principal) -> None:
    async with coach.session(other) as session:
        their_id = session.member.id
    async with coach.session(who) as session:
        row = win()
        session.add(row)
    with pytest.raises(OwnershipError):
        async with coach.session(who) as session:
            (await session.mine(Win, row.id)).member_id = their_id
    async with coach.session(who) as session:
        assert (await session.mine(Win, row.id)).title == "a canary"


async def _change(session: MemberSession, row: Win) -> None:
    session.add(row)
    row.category = "theirs"


async def _remove(session: MemberSession, row: Win) -> None:
    await session.delete(row)


async def _merge(session: MemberSession, row: Win) -> None:
    row.category = "theirs"
    await session.merge(row)


@pytest.mark.parametrize("way", [_change, _remove, _merge])
async def test_another_members_row_brought_along_is_refused(
    coach: Coach, who: Principal, other: Principal, theirs: str, way: Callable[..., Any]
) -> None:
    async with coach.session(other) as session:
        row = await session.mine(Win, theirs)
    with pytest.raises((OwnershipError, IntegrityError)):
        async with coach.session(who) as session:
            await way(session, row)
    assert await is_untouched(coach, other, theirs)


async def test_a_row_with_the_id_of_another_members_row_does_not_replace_it(
    coach: Coach, who: Principal, other: Principal, theirs: str
) -> None:
    with pytest.raises(IntegrityError):
        async with coach.session(who) as session:
            await session.merge(win(id=theirs, title="mine now"))
    assert await is_untouched(coach, other, theirs)


# --- One transaction


async def test_what_a_session_did_is_there_when_it_ends_and_gone_when_it_fails(
    coach: Coach, who: Principal
) -> None:
    async with coach.session(who) as session:
        session.add(win(title="kept"))
    with suppress(ZeroDivisionError):
        async with coach.session(who) as session:
            session.add(win(title="lost"))
            await session.flush()
            raise ZeroDivisionError
    async with coach.session(who) as session:
        assert [row.title for row in await session.scalars(select(Win))] == ["kept"]


async def test_a_session_has_one_moment_and_gives_it_to_new_rows(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    async with coach.session(who) as session:
        began = session.now
        clock.move_by(timedelta(minutes=1))
        row = win()
        session.add(row)
        await session.flush()
        assert row.created_at == session.now == began
    async with coach.session(who) as session:
        assert (await session.mine(Win, row.id)).created_at == began
        assert session.now == began + timedelta(minutes=1)


async def test_a_moment_that_a_row_already_has_is_kept(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        long_ago = session.now - timedelta(days=40)
        row = Capture(source="message", created_at=long_ago, text="old words")
        session.add(row)
    async with coach.session(who) as session:
        assert (await session.mine(Capture, row.id)).created_at == long_ago


async def test_a_key_is_fresh_once_and_never_again(coach: Coach, who: Principal, other: Principal) -> None:
    async with coach.session(who) as session:
        assert await session.once("event:Ev1")
        assert not await session.once("event:Ev1")
        assert await session.once("event:Ev2")
    for principal in (who, other):
        async with coach.session(principal) as session:
            assert not await session.once("event:Ev1")


async def test_a_key_whose_work_failed_is_fresh_again(coach: Coach, who: Principal) -> None:
    with suppress(ZeroDivisionError):
        async with coach.session(who) as session:
            assert await session.once("event:Ev1")
            raise ZeroDivisionError
    async with coach.session(who) as session:
        assert await session.once("event:Ev1")
    async with coach.database.system() as system:
        assert (await system.scalars(select(Handled.id))).all() == ["event:Ev1"]


async def test_a_session_knows_whether_it_wrote(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        await session.scalars(select(Win))
        assert not session.changed
        session.add(win())
        await session.flush()
        assert session.changed


async def test_a_change_is_told_after_it_is_stored_to_members_who_opened_home(
    coach: Coach, who: Principal
) -> None:
    told: list[Principal] = []
    coach.changes.on(told.append)
    async with coach.session(who) as session:
        session.add(win())
    assert told == [], "nobody has a Home to redraw yet"
    async with coach.session(who) as session:
        session.member.home_opened_at = session.now
        await session.flush()
        assert told == [], "it is not stored yet"
    assert told == [who]
    async with coach.session(who) as session:
        await session.scalars(select(Win))
    with suppress(ZeroDivisionError):
        async with coach.session(who) as session:
            session.add(win())
            await session.flush()
            raise ZeroDivisionError
    assert told == [who], "reading and failing change nothing"


def goes_past(node: ast.AST) -> bool:
    """Whether this reaches rows that nobody's session has narrowed."""
    past = {"__table__", "run_sync", "connection", "bulk_save_objects", "exec_driver_sql"}
    raw = {"text", "table", "literal_column", "insert"}
    if isinstance(node, ast.ImportFrom):
        from_sqlalchemy = (node.module or "").startswith("sqlalchemy")
        prepared = node.module == "bot.storage.prepared"
        return prepared or (from_sqlalchemy and bool(raw & {alias.name for alias in node.names}))
    return isinstance(node, ast.Attribute) and node.attr in past


# What a worker or an operator does is done for a crowd at once, in nobody's session.
NOBODYS_SESSION = {
    "tables": "names the columns that whole batches are read from",
    "batches": "writes a whole batch by one parameter",
    "claims": "takes what is due, whoever it belongs to",
    "leases": "takes over what a vanished worker had in hand",
    "outcomes": "records what became of a batch and plans the next turns",
    "mends": "puts right what a wrong clock planned, whoever it belongs to",
    "operations": "tells an operator what waits, and stops it",
}
INDEXES = "bot/domain/nudges/nudge.py"
WORKERS_SIDE = {
    path
    for path, _ in modules("bot/domain/nudges")
    if path.removeprefix("bot/domain/nudges/").partition("/")[0].removesuffix(".py") in NOBODYS_SESSION
}
# Destroys what workspaces and members left, in nobody's session, and opens none of it.
DESTROYS = "bot/domain/workspaces/_leaving.py"


def test_the_domain_does_not_go_past_the_session() -> None:
    found = [(path, node) for path, node in nodes("bot/domain", "handlers") if goes_past(node)]
    agree(
        [
            f"{path}:{getattr(node, 'lineno', 0)} reaches rows that nobody's session has narrowed."
            for path, node in found
            # An index takes its condition as a text.
            if path not in WORKERS_SIDE | {INDEXES, DESTROYS}
        ]
    )


def test_each_module_that_runs_in_nobodys_session_is_there_and_says_so() -> None:
    known = {path.split("/")[3].removesuffix(".py") for path, _ in modules("bot/domain/nudges")}
    sessions = {
        path
        for path, node in nodes("bot/domain/nudges")
        if isinstance(node, ast.Name) and node.id in {"MemberSession", "AsyncSession"}
    }
    agree(
        [
            f"{name} is not there any more; strike it from NOBODYS_SESSION."
            for name in set(NOBODYS_SESSION) - known
        ]
        + [f"{path} mixes a member's session with nobody's." for path in WORKERS_SIDE & sessions]
    )


def test_what_runs_in_nobodys_session_touches_neither_words_nor_keys() -> None:
    secret = ("_sealed", "wrapped_key", "sealer", "vault")
    whole = {"NUDGES", "MEMBERS", "WORKSPACES", "Nudge", "Member", "Workspace"}
    faults = []
    for path, node in nodes("bot/domain/nudges"):
        said = text(node) or getattr(node, "attr", None) or getattr(node, "id", None) or ""
        if path in WORKERS_SIDE and any(one in str(said).lower() for one in secret):
            faults.append(f"{path}:{getattr(node, 'lineno', 0)} touches what is sealed: {said}")
        if path in WORKERS_SIDE and isinstance(node, ast.Call) and dotted(node.func) == "select":
            faults += [
                f"{path}:{node.lineno} reads all columns of {dotted(given)}, the sealed ones too; name them."
                for given in node.args
                if dotted(given) in whole
            ]
    agree(faults)


def test_a_batch_of_nudges_is_read_without_a_sealed_column() -> None:
    read = {column for statement in (WITH_MEMBERS, SPACES) for column in statement.selected_columns}
    assert len(read) > 20
    assert [column.name for column in read if isinstance(column.type, LargeBinary)] == []


def test_handlers_leave_the_workers_side_to_the_worker() -> None:
    modules_of_it = {f"bot.domain.nudges.{name}" for name in NOBODYS_SESSION}
    verbs = {"claim_due", "claimed", "take_over", "record", "mend", "backlog"}
    faults = []
    for path, node in nodes("handlers"):
        imported = set()
        if isinstance(node, ast.ImportFrom):
            imported = {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            imported = {alias.name for alias in node.names}
        names = {f"nudges.{verb}" for verb in verbs} | {f"bot.domain.nudges.{verb}" for verb in verbs}
        used = (imported & (modules_of_it | names)) | ({dotted(node)} & names)
        faults += [f"{path}:{getattr(node, 'lineno', 0)} does a worker's part: {one}" for one in sorted(used)]
    agree(faults)


# --- Kept selects, and rows that are put

ALL = Kept(Win, (Win.id, Win.category))
BY_ID = Kept(Win, (Win.id,), Win.id == bindparam("win"))


async def test_a_kept_select_finds_ones_own_rows_only(
    coach: Coach, who: Principal, other: Principal, theirs: str
) -> None:
    async with coach.session(who) as session:
        await session.put(mine := win(category="ours"))
        assert await session.look(ALL) == [(mine.id, "ours")]
        assert await session.look(BY_ID, win=theirs) == []
    async with coach.session(other) as session:
        assert await session.look(BY_ID, win=theirs) == [(theirs,)]


async def test_a_kept_select_cannot_be_asked_for_somebody_else(
    coach: Coach, who: Principal, other: Principal, theirs: str
) -> None:
    async with coach.session(other) as session:
        their_id = session.member.id
    async with coach.session(who) as session:
        assert await session.look(ALL, member_of_the_session=their_id) == []


async def test_a_kept_select_that_fails_is_told_by_sqlalchemys_errors_and_ends_the_transaction(
    database_url: str, make_coach: Callable[..., Coach], clock: StoppedClock
) -> None:
    wrong = Kept(Win, (Win.id,), func.no_such_function(Win.id) == "")
    coach = make_coach(database_url, clock)
    who = Principal("T0JUNIPER", "U0MAYA")
    async with coach.database.system() as nobodys:
        nobodys.add(Workspace(id="w", team_id=who.team_id, wrapped_key=b"key"))
        await nobodys.flush()
        await members.admit(nobodys, coach.vault, who, Profile())

    async def put_and_look() -> None:
        async with coach.session(who) as session:
            await session.put(win())
            await session.look(wrong)

    with pytest.raises(DBAPIError):
        await put_and_look()
    async with coach.session(who) as session:
        assert await session.look(ALL) == []
    await coach.database.close()


async def test_a_row_that_is_put_is_stored_like_one_that_is_added(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        await session.put(first := win(), second := win())
        assert (first.title, first.deleted_at) == ("a canary", None)
    assert session.changed
    async with coach.session(who) as session:
        stored = (await session.scalars(select(Win).order_by(Win.created_at))).all()
        assert [row.id for row in stored] == [first.id, second.id]
        assert [row.title for row in stored] == ["a canary"] * 2
        assert {row.member_id for row in stored} == {session.member.id}
        assert stored[1].created_at - stored[0].created_at == timedelta(microseconds=1)


async def test_a_row_is_not_put_for_another_member(coach: Coach, who: Principal, other: Principal) -> None:
    async with coach.session(other) as session:
        their_id = session.member.id
    with pytest.raises(OwnershipError):
        async with coach.session(who) as session:
            await session.put(win(member_id=their_id))
    async with coach.session(other) as session:
        assert await session.look(ALL) == []


async def test_what_was_put_is_gone_when_the_transaction_fails(coach: Coach, who: Principal) -> None:
    with suppress(ZeroDivisionError):
        async with coach.session(who) as session:
            await session.put(win())
            raise ZeroDivisionError
    async with coach.session(who) as session:
        assert await session.look(ALL) == []


async def test_a_mark_is_the_same_for_the_same_words_of_one_member_only(
    coach: Coach, who: Principal, other: Principal
) -> None:
    async with coach.session(who) as session:
        one, same, another = (session.mark(words) for words in ("a canary", "a canary", "a parrot"))
    async with coach.session(other) as session:
        theirs = session.mark("a canary")
    assert one == same
    assert len({one, another, theirs}) == 3


# --- Ids


def test_ids_are_random_and_safe_in_addresses() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(len(one) == ID_LENGTH and one.replace("-", "").replace("_", "").isalnum() for one in ids)


async def test_a_change_of_the_member_alone_is_stored_and_told(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        session.member.zone = "Asia/Tokyo"
        assert not session.is_made, "nothing was asked of SQLAlchemy's own session"
    assert session.changed
    async with coach.session(who) as session:
        assert session.member.zone == "Asia/Tokyo"


async def test_a_change_of_the_member_is_what_a_query_finds_next(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        session.member.zone = "Asia/Tokyo"
        assert await session.scalar(select(Member.zone)) == "Asia/Tokyo"
        assert await session.get(Member, session.member.id) is session.member


async def test_looking_and_putting_need_no_session_of_sqlalchemys(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        await session.put(mine := win(category="ours"))
        assert await session.look(ALL) == [(mine.id, "ours")]
        assert not session.is_made
    async with coach.session(who) as session:
        assert await session.scalar(select(Win.category)) == "ours"
        assert session.is_made
