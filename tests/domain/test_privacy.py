"""An account leaves whole, comes back equal, and goes without a trace."""

import asyncio
import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st

from bot.coach import Coach
from bot.core.errors import Invalid, NotFound
from bot.core.prose import Prose
from bot.domain import goals, members, nudges, privacy, wins
from bot.domain.privacy._records import kinds
from bot.domain.wins import Source, entry
from bot.storage import forgetting
from bot.storage.identity import Member, Principal
from tests import accounts
from tests.chaos.scale import Measured
from tests.examples import examples

TODAY = date(2026, 11, 18)

# Why these stay: docs/privacy.md says so in plain words.
STAYS = {"nudges", "captures", "feedback_letters"}

Change = Callable[[str], str]


async def logs(coach: Coach, who: Principal, title: str) -> str:
    async with coach.session(who) as session:
        return (await wins.log(session, entry(title, TODAY), Source.COMMAND)).id


async def erases(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        await privacy.erase(session)
    assert await forgetting.fulfil(coach.database)


@examples(
    6,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
async def test_r32_an_account_that_is_exported_erased_and_imported_is_equal(
    coach: Coach, measured: Measured, seed: int
) -> None:
    who = Principal("T0JUNIPER", "U0MAYA")
    await accounts.begin(coach, who)
    async with coach.session(who) as session:
        await accounts.fill(session, Random(seed))
    before = await accounts.told(coach, who)
    await erases(coach, who)
    await accounts.begin(coach, who)
    kept = await accounts.bring(coach, who, before.as_json().encode())
    assert (kept.left_out, kept.there) == (0, 0)
    after = await accounts.told(coach, who)
    assert accounts.comparable(after) == accounts.comparable(before)
    old = {row["id"] for rows in before.records.values() for row in rows}
    assert old.isdisjoint(row["id"] for rows in after.records.values() for row in rows)
    measured("R32", f"{len(before.records)} kinds, {len(old)} rows with ids: equal, under new ids")
    await erases(coach, who)


def test_what_does_not_travel_is_known_by_name() -> None:
    assert {kind.__tablename__ for kind in kinds() if not kind.travels} == STAYS
    assert {kind.__tablename__ for kind in kinds()} >= {"wins", "goals", "check_ins", "absences", *STAYS}


async def test_an_import_adds_and_never_overwrites(coach: Coach, who: Principal, other: Principal) -> None:
    win_id = await logs(coach, who, "Shipped it")
    exported = (await accounts.told(coach, who)).as_json().encode()
    async with coach.session(who) as session:
        await wins.edit(session, win_id, entry("Shipped it twice", TODAY))
    await logs(coach, other, "Mine before")
    assert (await accounts.bring(coach, who, exported)).total == 0
    assert (await accounts.bring(coach, other, exported)).total == 1
    assert (await accounts.bring(coach, other, exported)).there == 1
    assert {row["title"] for row in (await accounts.told(coach, who)).records["wins"]} == {"Shipped it twice"}
    theirs = (await accounts.told(coach, other)).records["wins"]
    assert {row["title"] for row in theirs} == {"Mine before", "Shipped it"}
    assert win_id not in {row["id"] for row in theirs}


async def test_an_import_is_taken_back_and_what_was_there_stays(
    coach: Coach, who: Principal, other: Principal
) -> None:
    async with coach.session(who) as session:
        await goals.begin(session, goals.read("Lead the migration", TODAY))
    await logs(coach, other, "Mine before")
    before = await accounts.told(coach, other)
    kept = await accounts.bring(coach, other, (await accounts.told(coach, who)).as_json().encode())
    async with coach.session(other) as session:
        assert "stale_goal" in [nudge.kind for nudge in await nudges.upcoming(session)]
    while kept.state != "undone":
        async with coach.session(other) as session:
            kept = await privacy.undo_next(session, kept.id)
    after = await accounts.told(coach, other)
    assert accounts.comparable(after) == accounts.comparable(before)
    async with coach.session(other) as session:
        assert "stale_goal" not in [nudge.kind for nudge in await nudges.upcoming(session)]


async def test_settings_come_along_only_where_none_were_chosen(
    coach: Coach, who: Principal, other: Principal
) -> None:
    async with coach.session(who) as session:
        await members.choose(session, weekday="monday", budget="0", zone="Asia/Tokyo")
    await logs(coach, who, "Shipped it")
    exported = (await accounts.told(coach, who)).as_json().encode()
    await accounts.bring(coach, other, exported)
    async with coach.session(other) as session:
        member = session.member
        assert (member.checkin_weekday, member.budget, member.zone) == (0, 0, "Asia/Tokyo")
        await members.choose(session, weekday="tuesday")
    await logs(coach, who, "Another")
    await accounts.bring(coach, other, (await accounts.told(coach, who)).as_json().encode())
    async with coach.session(other) as session:
        assert session.member.checkin_weekday == 1


def test_each_column_of_a_member_is_a_setting_or_says_why_not() -> None:
    here = {
        "id": "of this database",
        "created_at": "when this account began",
        "workspace_id": "where it is",
        "user_id": "who it is",
        "wrapped_key": "the key itself is never exported",
        "dm_channel": "found by sending",
        "offset_seconds": "a place in this workspace's crowd",
        "welcomed_at": "said in this account",
        "home_opened_at": "opened in this account",
        "unreachable": "found by sending",
        "left_at": "what Slack says of this account",
        "guest": "what Slack says of this account",
        "details_in_dms": "is asked anew, as another workspace may read its DMs",
    }
    assert {column.key for column in Member.__table__.columns} == {*here, *privacy.SETTINGS}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text.replace("Shipped it", "Shipped that"), "account_was_changed"),
        (lambda text: text[:-20], "account_was_changed"),
        (lambda text: text.replace('"version": 1', '"version": 2'), "account_is_newer"),
        (lambda text: text.replace('"member"', '"nobody"'), "account_was_changed"),
    ],
)
async def test_a_file_that_was_changed_is_refused(
    coach: Coach, who: Principal, change: Change, words: str
) -> None:
    await logs(coach, who, "Shipped it")
    exported = (await accounts.told(coach, who)).as_json()
    with pytest.raises(Invalid) as refused:
        privacy.found_in(change(exported).encode())
    assert refused.value.words == words


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"- Shipped it", b"PK\x03\x04 no archive", b'{"format": "sayso"}']
)
def test_any_other_file_is_left_to_others(content: bytes) -> None:
    assert privacy.found_in(content) is None


@pytest.mark.parametrize(
    "way", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_an_archive_that_was_damaged_or_packed_in_another_way_is_no_account(way: int) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", way) as archive:
        archive.writestr("sayso.json", Random(0).randbytes(500))
    whole = packed.getvalue()
    for place in range(4, len(whole)):
        assert privacy.found_in(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]) is None


@pytest.mark.parametrize(
    ("table", "field", "value"),
    [
        ("wins", "occurred_on", "0001-01-01"),
        ("wins", "status", "x" * 17),
        ("wins", "status", None),
        ("wins", "title", "x" * 1_000_001),
        ("wins", "shareable", None),
        ("wins", "created_at", "2026-01-01T00:00:00"),
        ("wins", "metric", {"nonsense": 1}),
        ("goals", "confidence", 2**40),
        ("goals", "confidence", "3"),
        ("wins", "id", 5),
    ],
)
async def test_a_row_that_cannot_be_kept_is_left_out(
    coach: Coach, who: Principal, table: str, field: str, value: object
) -> None:
    await logs(coach, who, "Shipped it")
    async with coach.session(who) as session:
        await goals.begin(session, goals.read("Lead the migration", TODAY))
    told = await accounts.told(coach, who)
    told.records[table][0][field] = value
    found = privacy.found_in(told.as_json().encode())
    assert found is not None
    assert found.left_out == 1


async def test_r31_nothing_is_left_of_whoever_erased_everything(
    coach: Coach, who: Principal, other: Principal, measured: Measured
) -> None:
    async with coach.session(who) as session:
        await accounts.fill(session, Random(3))
        key, member_id = session.member.wrapped_key, session.member.id
    await logs(coach, who, "Kanarienvogel")
    await logs(coach, other, "Stays")
    async with coach.session(who) as session:
        win = (await wins.newest(session, 1))[0]
        sealed = vars(win)["title_sealed"]
    assert key in everything_beside(coach)
    await erases(coach, who)
    left = everything_beside(coach)
    assert [
        mark for mark in (key, sealed, member_id.encode(), b"Kanarienvogel", b"U0MAYA") if mark in left
    ] == []
    with pytest.raises(NotFound):
        async with coach.session(who):
            pass
    async with coach.session(other) as session:
        assert await wins.count(session) == 1
    measured("R31", f"{len(left)} bytes of file and journal: no key, no sealed text, no id of the member")


async def test_whoever_erased_everything_can_begin_anew_at_once(coach: Coach, who: Principal) -> None:
    await logs(coach, who, "Before")
    await erases(coach, who)
    await accounts.begin(coach, who)
    await logs(coach, who, "After")
    assert [row["title"] for row in (await accounts.told(coach, who)).records["wins"]] == ["After"]


@pytest.mark.parametrize("typed", ["Erase everything", " erase  EVERYTHING. ", "“erase everything”"])
def test_the_words_are_taken_as_people_type_them(typed: str) -> None:
    privacy.check(typed)


@pytest.mark.parametrize(
    "typed", [None, "", "erase", "erase everything?!", "delete everything", "everything erase"]
)
def test_any_other_words_erase_nothing(typed: str | None) -> None:
    with pytest.raises(Invalid):
        privacy.check(typed)


async def test_the_summary_counts_what_is_the_members_own(
    coach: Coach, who: Principal, other: Principal
) -> None:
    await logs(coach, who, "One")
    await logs(coach, who, "Two")
    await logs(coach, other, "Other")
    async with coach.session(who) as session:
        found = await privacy.summary(session)
    assert found.counts["wins"] == 2
    assert found.total == sum(found.counts.values())
    assert (found.zone, found.details_in_dms, list(found.grants)) == ("Europe/Berlin", False, [])


async def test_many_wins_are_opened_away_from_the_transaction(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        await wins.log_all(session, [entry(f"Win {number}", TODAY) for number in range(1000)], Source.IMPORT)
    async with coach.session(who) as session:
        account = await privacy.gather(session)
    # Nothing was opened while the transaction was held: that is done when it is asked for.
    told = await asyncio.to_thread(account.told)
    assert len(told.records["wins"]) == 1000


def everything_beside(coach: Coach) -> bytes:
    """The bytes of the database's file and of every file beside it."""
    path = Path(str(coach.database.url.database))
    return b"".join(one.read_bytes() for one in sorted(path.parent.glob(f"{path.name}*")))


def test_every_kind_has_a_word_that_people_understand() -> None:
    words = Prose().words("privacy/kinds").names
    missing = [kind.__tablename__ for kind in kinds() if kind.__tablename__ not in words]
    assert missing == [], "say in templates/privacy/kinds.j2 what each of these is called"
