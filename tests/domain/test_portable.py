"""An account as JSON, and back: nothing is lost or changed, and what is no account is refused."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.coach import Coach
from bot.core.errors import Invalid
from bot.domain import goals, portable, wins
from bot.domain.goals import Goal, Measure
from bot.domain.wins import Category, Entry, Metric, Status
from bot.storage.identity import Principal

TODAY = date(2026, 11, 18)

WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40).filter(
    lambda text: any(sign.isalnum() for sign in text)
)
MAYBE = st.none() | WORDS
DAYS = st.dates(date(1990, 1, 1), TODAY)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    texts = {name: draw(MAYBE) for name in wins.TEXTS if name != "evidence"}
    metric = st.builds(
        Metric, name=WORDS, before=st.just("2"), after=st.sampled_from(("", "3")), unit=st.just("s")
    )
    return wins.entry(
        draw(WORDS | WORDS.map(lambda text: f"{text}\n{text * 20}")),
        draw(DAYS),
        until_on=draw(st.none() | st.just(TODAY)),
        metric=draw(st.none() | metric),
        status=draw(st.sampled_from([one.value for one in Status])),
        category=draw(st.none() | st.sampled_from([one.value for one in Category])),
        shareable=draw(st.booleans()),
        tags=draw(st.lists(WORDS, max_size=4)),
        evidence=draw(st.none() | st.just("https://a.example/1\nhttps://b.example/2")),
        **texts,
    )


@given(st.lists(entries(), max_size=4), st.data())
def test_what_is_exported_is_imported_as_it_was(given_: list[Entry], data: st.DataObject) -> None:
    places = [data.draw(st.none() | st.integers(0, 9)) for _ in given_]
    told = [{"statement": f"Goal {number}"} for number in range(10)]
    text = portable.write(given_, exported_on=TODAY, goals=told, goal_of=places)
    account = portable.read(text)
    assert list(account.wins) == given_
    assert (list(account.goal_of), list(account.goals), account.exported_on) == (places, told, TODAY)
    assert (
        portable.write(account.wins, exported_on=TODAY, goals=account.goals, goal_of=account.goal_of) == text
    )


def test_every_field_of_a_win_is_exported_by_its_name() -> None:
    told = json.loads(portable.write([Entry("A", TODAY)], exported_on=TODAY))
    assert told.keys() == {"format", "version", "exported_on", "wins", "goals"}
    assert (told["format"], told["version"], told["exported_on"]) == ("sayso", 1, "2026-11-18")
    assert told["wins"][0].keys() == {"title", "goal", *wins.PARTS}


WRONG: tuple[dict[str, Any], ...] = (
    {"title": ""},
    {"title": 3},
    {"occurred_on": "soon"},
    {"occurred_on": None},
    {"until_on": "2020-01-01"},
    {"details": "x" * 200_001},
    {"result": "x" * 3001},
    {"metric": 3},
    {"metric": {"name": 3}},
    {"metric": {"name": "a", "certainty": "perhaps"}},
    {"category": "nonsense"},
    {"status": "nonsense"},
    {"tags": "a, b"},
    {"tags": [1]},
    {"tags": ["x" * 41]},
    {"evidence": "no link"},
)


@pytest.mark.parametrize("wrong", WRONG, ids=[next(iter(row)) for row in WRONG])
def test_a_win_that_cannot_be_kept_is_refused(wrong: dict[str, Any]) -> None:
    told = wins.packed(Entry("A", TODAY)) | wrong
    with pytest.raises(Invalid):
        portable.entry(told)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "[" * 100_000,
        '{"format": "sayso", "version": 2, "wins": []}',
        '{"format": "other", "version": 1, "wins": []}',
        '{"format": "sayso", "version": 1, "wins": {}}',
        '{"format": "sayso", "version": 1, "wins": []}',
    ],
)
def test_what_is_no_account_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        portable.read(text)


def test_a_metric_may_be_one_line_and_unknown_names_are_left_alone() -> None:
    told = {
        "title": "A",
        "occurred_on": "2026-01-02",
        "metric": "Search from 2 s to 1 s",
        "goal": True,
        "new": 1,
    }
    entry = portable.entry(told)
    assert entry.metric == Metric("Search", "2", "1", "s")
    assert portable.goal_of(told) is None


async def add_goal(coach: Coach, who: Principal) -> None:
    """A goal with everything that can hang on one, and one that follows it."""
    async with coach.session(who) as session:
        first = await goals.begin(
            session,
            goals.entry(
                "Lead the search team",
                date(2026, 12, 31),
                kind="role",
                why="To decide",
                measure=Measure("People", "0", "5", None),
                in_control="partly",
                confidence=3,
                next_on=date(2026, 11, 30),
                next_action="Ask",
                knows=["Daniel"],
            ),
        )
        given = [("Shadow", date(2026, 11, 30)), ("Stand in", date(2026, 12, 15))]
        steps = await goals.add_milestones(
            session, first, [goals.Step(place, title, on) for place, (title, on) in enumerate(given)]
        )
        await goals.note_progress(session, first, "2", "Going well", 4)
        move = goals.Move(goal_id=first.id, milestone_id=steps[1].id, from_on=TODAY, to_on=date(2026, 12, 15))
        move.reason = "Holidays"
        session.add(move)
        await goals.close(session, first.id, "changed", "Another team", "Ask earlier")
        await goals.begin(session, goals.entry("Lead the index team"), follows=first.id)


async def exported(coach: Coach, who: Principal) -> list[dict[str, Any]]:
    async with coach.session(who) as session:
        return await portable.goals_as_json(session, await goals.kept(session))


async def test_goals_come_back_with_all_that_hangs_on_them(
    coach: Coach, who: Principal, other: Principal
) -> None:
    await add_goal(coach, who)
    told = await exported(coach, who)
    assert told[0]["measure"] == {"name": "People", "baseline": "0", "target": "5", "unit": None}
    assert [step["title"] for step in told[0]["milestones"]] == ["Shadow", "Stand in"]
    assert (told[0]["moves"][0]["milestone"], told[0]["moves"][0]["reason"]) == (1, "Holidays")
    assert (told[1]["follows"], told[0]["follows"]) == (0, None)
    text = portable.write([], exported_on=TODAY, goals=told)
    async with coach.session(other) as session:
        ids, new = await portable.add_goals(session, portable.read(text).goals)
    assert ids == new
    assert await exported(coach, other) == told


async def test_every_field_of_a_goal_is_exported() -> None:
    told = portable.fields_of(Goal)
    columns = {column.key.removesuffix("_sealed") for column in Goal.__table__.columns}
    assert columns - set(told) == {"id", "member_id", "follows_id", "deleted_at", "changed_at"}


async def test_a_goal_that_is_there_is_not_made_again(coach: Coach, who: Principal) -> None:
    await add_goal(coach, who)
    told = await exported(coach, who)
    async with coach.session(who) as session:
        ids, new = await portable.add_goals(session, told)
        assert ids == [goal.id for goal in await goals.kept(session)]
    assert new == []


BROKEN: tuple[dict[str, Any], ...] = (
    {},
    {"statement": 3},
    {"statement": "x" * 3001},
    {"kind": "nonsense"},
    {"status": "nonsense"},
    {"confidence": "high"},
    {"confidence": 9},
    {"deadline": "soon"},
    {"created_at": "2026-01-01"},
    {"measure": [1]},
    {"measure": {"odd": "x"}},
    {"milestones": [{"title": "No day"}]},
    {"milestones": 3},
    {"moves": [3]},
    {"kind": ["role"]},
    {"status": {}},
    {"why": ["a"]},
    {"knows": "Daniel"},
    {"confidence": True},
    {"deadline": "9999-12-31"},
    {"created_at": "9999-12-31T23:59:59-12:00"},
    {"milestones": [{"title": ["a"], "due_on": "2026-12-01"}]},
    {"milestones": [{"title": "a", "due_on": "0001-01-01"}]},
    {"progress": [{"on": "2026-11-01", "confidence": 2**70}]},
)


@pytest.mark.parametrize("wrong", BROKEN)
async def test_a_goal_that_cannot_be_kept_is_left_out(
    coach: Coach, who: Principal, wrong: dict[str, Any]
) -> None:
    whole = {"statement": "A goal", "status": "active"} | wrong if wrong else {}
    async with coach.session(who) as session:
        ids, new = await portable.add_goals(session, [whole, {"statement": "Another", "status": "active"}])
        await session.flush()
    assert ids == [None, new[0]]
    assert [told["statement"] for told in await exported(coach, who)] == ["Another"]
