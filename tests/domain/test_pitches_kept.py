"""Pitches as they are kept: sealed, with all their versions, found by their owner only."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import IntegrityError

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.core.errors import Invalid, NotFound
from bot.core.prose import Prose
from bot.domain import members, nudges, pitches, reviews
from bot.domain.nudges import ONBOARDING
from bot.domain.pitches import KINDS, Basis, Brief, Facts, Pitch, PitchVersion, Proof
from bot.storage.identity import Principal
from bot.storage.session import MemberSession

# The day on which the shared clock stands.
TODAY = date(2026, 11, 18)
PROSE = Prose()
FULL = {"aim": "Fewer lost customers", "plan": "Move checkout by March", "effect": "Half the drop-outs"}
OTHER = Proof("win-other", "Wrote the runbook", date(2026, 11, 3))
SEARCH = Proof("win-search", "Shipped the new search", date(2026, 11, 12), metric="From 2.1 s to 0.3 s")
LOGIN = Proof("win-login", "Fixed the login error", date(2025, 12, 3))


def brief(kind: str = "manager", **said: str | None) -> Brief:
    typed = {"ask": "A second engineer from January", **said}
    return pitches.brief(kind, "November 2026", typed, "month")


async def begun(session: MemberSession, given_brief: Brief | None = None, *proofs: Proof) -> Pitch:
    facts = Facts(members.today(session), proofs or (SEARCH,))
    return await pitches.begin(session, PROSE, given_brief or brief(), facts)


async def test_a_draft_is_kept_with_its_first_version(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        made = await begun(session, brief(**FULL), SEARCH, LOGIN)
    async with coach.session(who) as session:
        pitch = await pitches.last(session)
        assert pitch is not None
        assert (pitch.id, pitch.kind, pitch.period) == (made.id, "manager", "November 2026")
        assert (pitch.ask, pitch.future) == ("A second engineer from January", FULL)
        assert pitch.win_ids == ["win-search", "win-login"]
        version = await pitches.version(session, pitch)
        assert (version.number, version.made_by) == (1, "draft")
        assert pitch.brief == brief(**FULL)
        assert version.sentences == pitches.draft(PROSE, pitch.brief, Facts(TODAY, [SEARCH, LOGIN]))


async def test_a_first_draft_ends_its_lesson_and_leaves_the_other(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        await reviews.settle_in(session)
        await begun(session)
    async with coach.session(who) as session:
        coming = await nudges.upcoming(session)
        assert [one.subject for one in coming if one.kind == ONBOARDING.name] == ["win"]


async def test_nothing_of_it_can_be_read_in_the_database(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        await begun(session, brief(**FULL))
    async with coach.database.system() as system:
        queries = ("SELECT * FROM pitches", "SELECT * FROM pitch_versions")
        rows = [(await system.execute(sql(query))).all() for query in queries]
    stored = repr(rows)
    for words in ("second engineer", "Shipped", "win-search", "Fewer", "0.3"):
        assert words not in stored


async def test_a_draft_without_future_value_looks_back_only(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        assert (await begun(session)).looks_back_only
        assert not (await begun(session, brief(aim="Growth"))).looks_back_only


async def test_an_edit_makes_a_version_and_the_older_ones_stay(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    async with coach.session(who) as session:
        pitch = await begun(session)
        drafted = (await pitches.version(session, pitch)).text
    clock.move_by(timedelta(hours=1))
    async with coach.session(who) as session:
        pitch = await pitches.kept_one(session, pitch.id)
        second = await pitches.revise(session, pitch, 1, f"{drafted}\nThank you for reading")
        third = await pitches.revise(session, pitch, 1, "Only this")
        assert (second.number, second.made_by, third.number) == (2, "edit", 3)
        assert pitch.changed_at == session.now
    async with coach.session(who) as session:
        pitch = await pitches.kept_one(session, pitch.id)
        assert [one.number for one in await pitches.versions(session, pitch)] == [3, 2, 1]
        assert (await pitches.version(session, pitch, 1)).text == drafted
        assert (await pitches.version(session, pitch, 2)).sentences[-1].basis == (Basis("own"),)
        assert (await pitches.version(session, pitch)).text == "Only this"


async def test_an_edit_that_changes_nothing_makes_no_version(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        pitch = await begun(session)
        drafted = await pitches.version(session, pitch)
        assert await pitches.revise(session, pitch, 1, f" {drafted.text}\n\n") is drafted
        assert pitch.changed_at is None


@pytest.mark.parametrize(("text", "words"), [(" \n", "draft_without_words"), ("x" * 20_001, "too_long")])
async def test_an_edit_that_cannot_be_kept_is_explained(
    coach: Coach, who: Principal, text: str, words: str
) -> None:
    async with coach.session(who) as session:
        pitch = await begun(session)
        with pytest.raises(Invalid, match=words):
            await pitches.revise(session, pitch, 1, text)


async def test_a_draft_that_would_be_too_long_is_refused_whole(coach: Coach, who: Principal) -> None:
    long = "x" * 3000
    some = [Proof(f"w{n}", "T", TODAY, long, long, long, long) for n in range(4)]
    async with coach.session(who) as session:
        with pytest.raises(Invalid, match="draft_too_long"):
            await begun(session, brief(), *some)
        assert await pitches.last(session) is None


async def test_a_deleted_draft_is_gone_until_it_is_put_back(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        pitch = await begun(session)
        await pitches.bin_(session, pitch.id)
        assert await pitches.last(session) is None
        assert await pitches.page(session, size=8) == ([], 0)
        with pytest.raises(NotFound, match="no_pitch"):
            await pitches.kept_one(session, pitch.id)
        await pitches.restore(session, pitch.id)
        assert await pitches.last(session) is pitch


@pytest.mark.parametrize("pitch_id", [None, "", "nothing-like-this"])
async def test_a_draft_that_never_was_is_not_found(
    coach: Coach, who: Principal, pitch_id: str | None
) -> None:
    async with coach.session(who) as session:
        with pytest.raises(NotFound, match="no_pitch"):
            await pitches.kept_one(session, pitch_id)


async def test_a_version_that_never_was_is_not_found(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        with pytest.raises(NotFound, match="no_pitch"):
            await pitches.version(session, await begun(session), 7)


async def test_somebody_elses_draft_is_not_found(coach: Coach, who: Principal, other: Principal) -> None:
    async with coach.session(who) as session:
        pitch = await begun(session)
    async with coach.session(other) as session:
        for verb in (pitches.kept_one, pitches.bin_, pitches.restore):
            with pytest.raises(NotFound, match="no_pitch"):
                await verb(session, pitch.id)
        assert await pitches.versions(session, pitch) == []
        assert await pitches.last(session) is None


async def test_drafts_are_listed_newest_first_in_pages(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    made = []
    for _ in range(5):
        clock.move_by(timedelta(minutes=1))
        async with coach.session(who) as session:
            made.append((await begun(session)).id)
    async with coach.session(who) as session:
        first, total = await pitches.page(session, size=3)
        rest, _ = await pitches.page(session, size=3, offset=3)
        newest = await pitches.last(session)
    assert total == 5
    assert [pitch.id for pitch in (*first, *rest)] == made[::-1]
    assert newest is not None
    assert newest.id == made[-1]


async def test_a_version_number_is_there_once(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        pitch = await begun(session)
    with pytest.raises(IntegrityError):
        await keep_again(coach, who, pitch)


async def keep_again(coach: Coach, who: Principal, pitch: Pitch) -> None:
    async with coach.session(who) as session:
        twice = PitchVersion(member_id=session.member.id, pitch_id=pitch.id, number=1, made_by="edit")
        session.add(twice)
        twice.text, twice.basis = "Again", [[]]


async def test_what_a_version_rests_on_is_plain_json(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        pitch = await begun(session)
        version = await pitches.version(session, pitch)
        assert json.loads(json.dumps(version.basis)) == version.basis
        assert version.basis[0] == [["field", "ask"]]


async def test_what_every_field_said_is_kept_sealed(coach: Coach, who: Principal) -> None:
    given_brief = brief("idea", problem="Orders get lost", proposal="A queue", options="Nothing\nA queue")
    async with coach.session(who) as session:
        pitch = await begun(session, given_brief)
    async with coach.session(who) as session:
        assert (await pitches.kept_one(session, pitch.id)).brief == given_brief
    async with coach.database.system() as system:
        rows = repr((await system.execute(sql("SELECT * FROM pitches"))).all())
    assert "Orders" not in rows


async def test_other_wins_make_another_version_and_the_same_ones_none(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        pitch = await begun(session, brief(**FULL), SEARCH)
        second = await pitches.repick(session, PROSE, pitch, Facts(TODAY, [OTHER]))
        assert (second.number, second.made_by, pitch.win_ids) == (2, "wins", ["win-other"])
        assert "Wrote the runbook" in second.text
        assert "Shipped the new search" not in second.text
        assert (await pitches.repick(session, PROSE, pitch, Facts(TODAY, [OTHER]))).number == 2
        with pytest.raises(Invalid, match="pitch_without_wins"):
            await pitches.repick(session, PROSE, pitch, Facts(TODAY))


async def test_a_suggestion_that_is_taken_makes_a_version_of_own_words(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        pitch = await begun(session, brief(ask="I would love to maybe lead it"))
        mended = await pitches.mend(session, PROSE, pitch, 1, 0)
        assert (mended.number, mended.made_by) == (2, "lint")
        assert mended.sentences[0].text == "What I am asking for: I want to lead it"
        assert mended.sentences[0].basis == (Basis("own"),)
        assert mended.sentences[1:] == (await pitches.version(session, pitch, 1)).sentences[1:]


@pytest.mark.parametrize("place", [-1, 99])
async def test_a_suggestion_that_never_was_cannot_be_taken(coach: Coach, who: Principal, place: int) -> None:
    async with coach.session(who) as session:
        pitch = await begun(session)
        with pytest.raises(NotFound, match="old_button"):
            await pitches.mend(session, PROSE, pitch, 1, place)


async def test_a_missing_line_is_added_at_the_end(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        pitch = await begun(session)
        await pitches.revise(session, pitch, 1, "I rebuilt the search")
        mended = await pitches.mend(session, PROSE, pitch, 2, 0)
        assert mended.text == "I rebuilt the search\n\nWhat I am asking for: [what do you want from them?]"


async def test_a_goal_is_needed_only_where_the_draft_tells_of_one(coach: Coach, who: Principal) -> None:
    assert [kind.name for kind in KINDS.values() if kind.needs_goal] == ["goal"]
    async with coach.session(who) as session:
        with pytest.raises(Invalid, match="pitch_without_goal"):
            await begun(session, brief("goal"))


async def test_a_draft_of_a_kind_that_is_not_known_here_can_be_read(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        pitch = await begun(session)
        pitch.kind = "keynote"
        assert pitch.row is KINDS["manager"]
