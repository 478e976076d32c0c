"""Column types: a moment keeps its instant, and sealed text exists in a member's open session only."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Dialect, LargeBinary, select, text, update
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from bot.coach import Coach
from bot.domain import pitches
from bot.domain.captures import Capture
from bot.domain.nudges import Nudge
from bot.domain.wins import Win
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from bot.storage.types import SealedError, UtcDateTime
from bot.storage.vault import WrongKeyError
from tests.examples import examples

DIALECTS: list[Dialect] = [SQLiteDialect(), PGDialect()]  # type: ignore[no-untyped-call]
ON = date(2026, 11, 18)

# What a person may type that a codec, a driver or a column might trip over.
TYPED = [
    "Shipped the search",
    "שלום, 你好, 🎉 and \u202ebackwards",
    "null",
    '"quoted" \\ back',
    "",
    " ",
    "nul \x00 byte",
    "half a pair \ud83d",
    "line\r\nbreaks\u2028\x85",
    "x" * 1_000_000,
]


def win(title: str = "a canary") -> Win:
    return Win(occurred_on=ON, source="form", title=title)


async def blob_of(session: MemberSession, row: Win, column: str = "title_sealed") -> bytes:
    found: list[bytes] = list(await session.scalars(select(getattr(Win, column)).where(Win.id == row.id)))
    return found[0]


# --- Moments


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
@given(
    moment=st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)),  # noqa: DTZ001
    offset=st.integers(-14 * 60, 14 * 60),
)
@examples(40)
def test_a_moment_comes_back_as_the_same_instant_in_utc(
    dialect: Dialect, moment: datetime, offset: int
) -> None:
    aware = moment.replace(tzinfo=timezone(timedelta(minutes=offset)))
    kind = UtcDateTime()
    back = kind.process_result_value(kind.process_bind_param(aware, dialect), dialect)
    assert back == aware
    assert back is not None
    assert back.tzinfo is UTC


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_a_moment_without_a_zone_is_refused(dialect: Dialect) -> None:
    with pytest.raises(ValueError, match="zone"):
        UtcDateTime().process_bind_param(datetime(2026, 11, 18, 9), dialect)  # noqa: DTZ001


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_no_moment_stays_no_moment(dialect: Dialect) -> None:
    assert UtcDateTime().process_bind_param(None, dialect) is None
    assert UtcDateTime().process_result_value(None, dialect) is None


async def test_a_moment_of_another_zone_is_found_by_its_instant(coach: Coach, who: Principal) -> None:
    tokyo = datetime(2026, 11, 20, 3, 0, tzinfo=timezone(timedelta(hours=9)))
    async with coach.session(who) as session:
        session.add(Nudge(kind="check_in", local_on=ON, planned_at=tokyo, due_at=tokyo))
    async with coach.session(who) as session:
        before = datetime(2026, 11, 19, 18, 0, tzinfo=UTC)
        assert await session.scalar(select(Nudge.due_at).where(Nudge.due_at <= before)) == tokyo
        just_before = before - timedelta(microseconds=1)
        assert await session.scalar(select(Nudge.due_at).where(Nudge.due_at <= just_before)) is None


# --- Sealed text


async def test_whatever_is_typed_comes_back_as_it_was(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        session.add_all([win(typed) for typed in TYPED])
    async with coach.session(who) as session:
        back = sorted(row.title for row in await session.scalars(select(Win)))
    assert back == sorted(TYPED)


async def test_missing_text_is_an_empty_column_and_the_word_null_is_not(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        row = Win(occurred_on=ON, source="form", title="t", details=None, result="null")
        session.add(row)
    async with coach.session(who) as session:
        found = await session.mine(Win, row.id)
        assert (found.details, found.result) == (None, "null")
        assert await blob_of(session, found, "details_sealed") is None
        assert await blob_of(session, found, "result_sealed") is not None
        found.result = None
    async with coach.session(who) as session:
        assert await blob_of(session, await session.mine(Win, row.id), "result_sealed") is None


async def test_a_list_that_was_never_stored_is_empty(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        row = pitches.Pitch(kind="manager", period="November")
        session.add(row)
        await session.flush()
        assert row.win_ids == []
        row.win_ids = ["a", "b"]
    async with coach.session(who) as session:
        assert (await session.mine(pitches.Pitch, row.id)).win_ids == ["a", "b"]


async def test_text_set_on_a_new_row_before_it_has_its_owner_is_not_lost(
    coach: Coach, who: Principal
) -> None:
    async with coach.session(who) as session:
        row = Win(occurred_on=ON, source="form")
        session.add(row)
        row.title = "set before the flush"
        assert row.title == "set before the flush"
    async with coach.session(who) as session:
        assert (await session.mine(Win, row.id)).title == "set before the flush"


async def test_the_last_text_set_on_a_new_row_is_the_one_that_is_stored(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        row = win("first")
        session.add(row)
        row.title = "second"
        assert row.title == "second"
    async with coach.session(who) as session:
        assert (await session.mine(Win, row.id)).title == "second"


async def test_a_changed_text_is_stored(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        row = win("before")
        session.add(row)
    async with coach.session(who) as session:
        (await session.mine(Win, row.id)).title = "after"
    async with coach.session(who) as session:
        assert (await session.mine(Win, row.id)).title == "after"


async def test_a_text_is_sealed_anew_each_time_it_is_written(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        one, two = win("same"), win("same")
        session.add_all([one, two])
        await session.flush()
        assert await blob_of(session, one) != await blob_of(session, two)


async def _to_another_row(session: MemberSession, row: Win) -> Win:
    there = win("there")
    session.add(there)
    await session.flush()
    blob = await blob_of(session, row)
    await session.execute(update(Win).where(Win.id == there.id).values(title_sealed=blob))
    return there


async def _to_another_column(session: MemberSession, row: Win) -> Win:
    blob = await blob_of(session, row, "details_sealed")
    await session.execute(update(Win).where(Win.id == row.id).values(title_sealed=blob))
    return row


async def _to_another_table(session: MemberSession, row: Win) -> Capture:
    there = Capture(id=row.id, source="form", text="there")
    session.add(there)
    await session.flush()
    blob = await blob_of(session, row)
    await session.execute(update(Capture).values(text_sealed=blob))
    return there


@pytest.mark.parametrize("move", [_to_another_row, _to_another_column, _to_another_table])
async def test_a_sealed_text_that_was_moved_does_not_open(
    coach: Coach, who: Principal, move: Callable[..., object]
) -> None:
    async with coach.session(who) as session:
        row = Win(occurred_on=ON, source="form", title="a canary", details="another")
        session.add(row)
        await session.flush()
        there = await move(session, row)  # type: ignore[misc]
        await session.refresh(there)
        with pytest.raises(WrongKeyError):
            _ = there.text if isinstance(there, Capture) else there.title


async def test_a_row_given_to_another_member_does_not_open_for_them(
    coach: Coach, who: Principal, other: Principal
) -> None:
    async with coach.session(who) as session:
        row = win()
        session.add(row)
    async with coach.database.system() as system:
        give = "UPDATE wins SET member_id = (SELECT id FROM members WHERE user_id = :user)"
        await system.execute(text(give), {"user": other.user_id})
    async with coach.session(other) as session:
        with pytest.raises(WrongKeyError):
            _ = (await session.mine(Win, row.id)).title


async def test_sealed_text_is_not_read_without_its_members_session(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        row = win()
        session.add(row)
    with pytest.raises(SealedError):
        _ = row.title
    async with coach.database.system() as system:
        found = await system.scalar(select(Win))
        assert found is not None
        with pytest.raises(SealedError):
            _ = found.title


async def test_text_written_to_a_row_after_its_session_is_refused_rather_than_lost(
    coach: Coach, who: Principal
) -> None:
    async with coach.session(who) as session:
        row = win()
        session.add(row)
    with pytest.raises(SealedError):
        row.title = "too late"


async def test_a_row_with_text_is_not_stored_without_its_members_key(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        member_id = session.member.id
    with pytest.raises(SealedError):
        async with coach.database.system() as system:
            system.add(Win(member_id=member_id, occurred_on=ON, source="form", title="unsealed"))
    async with coach.session(who) as session:
        assert await session.scalar(select(Win)) is None


def test_a_misspelt_attribute_is_refused() -> None:
    with pytest.raises(TypeError, match="titel"):
        Win(titel="Shipped")


def test_a_sealed_attribute_asked_of_the_class_is_the_attribute() -> None:
    assert isinstance(Win.__table__.c.title_sealed.type, LargeBinary)
    assert Win.title is vars(Win)["title"]


async def test_the_file_holds_none_of_the_text(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        session.add(win("a canary in the mine"))
    raw = stored(coach)
    assert b"canary in" not in raw
    assert b"check_ins" in raw, "this looked into the wrong file"


def stored(coach: Coach) -> bytes:
    return Path(str(coach.database.url.database)).read_bytes()
