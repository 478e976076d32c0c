"""Goals: what may be typed, what is kept of it, and how goals are found, changed, closed, binned and brought back."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, select

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.core.errors import Invalid, NotFound
from bot.domain import goals, wins
from bot.domain.goals import Entry, Goal, Measure, Move, Step, entry
from bot.storage.identity import Principal

TODAY = date(2026, 11, 18)
JUNE = date(2027, 6, 30)


async def begin(coach: Coach, who: Principal, statement: str, deadline: date | None = None) -> str:
    async with coach.session(who) as session:
        return (await goals.begin(session, entry(statement, deadline))).id


# --- What may be typed


@pytest.mark.parametrize(
    ("text", "passed"),
    [
        ("Ship v3 by yesterday", True),
        ("Become staff engineer by last March", True),
        ("Stand by me by 3 January 2025.", True),
        ("By last Friday: ship v3", True),
        ("Ship v3 by tomorrow", False),
        ("Ship v3 by today", False),
        ("learn Rust by Blursday", False),
        ("Shipped it yesterday", False),
        ("Learn by doing", False),
        ("", False),
    ],
)
def test_a_day_that_has_passed_is_recognised_at_either_end(text: str, *, passed: bool) -> None:
    assert goals.names_past_day(text, TODAY) is passed
    if passed:
        assert goals.read(text, TODAY) == Entry(text)


@pytest.mark.parametrize(
    ("text", "statement", "deadline"),
    [
        ("Lead the migration by end of Q2", "Lead the migration", JUNE),
        ("By 12 March: speak at the meetup", "speak at the meetup", date(2027, 3, 12)),
        ("Learn Rust", "Learn Rust", None),
        ("Compare the plan for Q3 2027", "Compare the plan for Q3 2027", None),
        ("Ship the search tomorrow", "Ship the search", date(2026, 11, 19)),
        ("Shipped it yesterday", "Shipped it yesterday", None),
    ],
)
def test_a_day_named_in_the_line_is_the_deadline(text: str, statement: str, deadline: date | None) -> None:
    assert goals.read(text, TODAY) == Entry(statement, deadline)


@pytest.mark.parametrize(("text", "words"), [("", "goal_without_words"), ("🎯!", "goal_of_signs_only")])
def test_a_goal_needs_words(text: str, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        entry(text)
    assert (refused.value.field, refused.value.words) == ("statement", words)


def test_what_is_too_long_or_unknown_names_its_field() -> None:
    for field, given in {
        "why": "w" * 3001,
        "kind": "luck",
        "in_control": "never",
        "confidence": 6,
    }.items():
        with pytest.raises(Invalid) as refused:
            entry("Learn Rust", **{field: given})  # type: ignore[arg-type]
        assert refused.value.field == field


def test_names_are_read_one_a_line_or_with_commas() -> None:
    assert goals.names_in("Priya,  Ben Ort;\nJürgen\n\n") == ["Priya", "Ben Ort", "Jürgen"]
    assert goals.names_in(None) == []


# --- Numbers


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.3 s", "0.3"),
        ("€ 75,000", "75000"),
        ("1.234,5", "1234.5"),
        ("12k", "12000"),
        ("1.5 million", "1500000"),
        ("75’000 CHF", "75000"),
        ("3,5", "3.5"),
        ("0,125", "0.125"),
        ("-3 %", "-3"),
        ("−3", "-3"),
        ("1,234,567.8", "1234567.8"),
        ("about twelve", None),
    ],
)
def test_a_number_is_read_as_people_type_it(text: str, number: str | None) -> None:
    assert goals.number(text) == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    ("baseline", "target", "value", "fraction"),
    [
        ("12", "4", "8 tickets", 0.5),
        (None, "40 %", "10 %", 0.25),
        ("0", "10", "12", 1.0),
        ("5", "10", "3", 0.0),
        ("10", "10", "10", None),
        ("many", "few", "some", None),
        ("1", "2", None, None),
    ],
)
def test_a_fraction_is_the_part_of_the_way(
    baseline: str | None, target: str, value: str | None, fraction: float | None
) -> None:
    assert goals.fraction(goals.measure("it", baseline, target), value) == fraction


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("Reduce build time from 12 to 4 minutes", Measure(None, "12", "4", "minutes")),
        ("Raise my pay from €60k to €75k by June", Measure(None, "60k", "75k", "€")),
        ("Coverage from 40 % to 80 %", Measure(None, "40", "80", "%")),
        ("Go from good to great", None),
    ],
)
def test_a_goal_that_names_its_numbers_is_measured_by_them(statement: str, expected: Measure | None) -> None:
    assert entry(statement).measure == expected


# --- Kept, changed, closed, binned


async def test_a_goal_is_kept_with_all_that_was_given(coach: Coach, who: Principal) -> None:
    given = entry(
        "Lead the migration",
        JUNE,
        kind="project",
        why="I want to grow",
        measure=goals.measure("Services moved", "0", "12 services"),
        company_aim="One platform",
        own_value="Craft",
        in_control="partly",
        confidence=4,
        next_action="Draft the plan",
        next_on=TODAY,
        knows=["Priya", "Ben"],
    )
    async with coach.session(who) as session:
        goal_id = (await goals.begin(session, given)).id
    async with coach.session(who) as session:
        goal = await session.mine(Goal, goal_id)
        assert goals.entry_of(goal) == Entry(**{**vars(given), "knows": ["Priya", "Ben"]})
        assert goal.measure == Measure("Services moved", "0", "12", "services")


async def test_a_moved_deadline_stays_in_the_history(coach: Coach, who: Principal) -> None:
    goal_id = await begin(coach, who, "Lead the migration", JUNE)
    async with coach.session(who) as session:
        await goals.move(session, goal_id, JUNE + timedelta(days=30), "A freeze")
    async with coach.session(who) as session:
        (event_,) = await goals.history(session, await session.mine(Goal, goal_id))
        assert event_.move
        assert (event_.move.from_on, event_.move.to_on) == (JUNE, JUNE + timedelta(days=30))
        assert event_.move.reason == "A freeze"


async def test_an_edit_that_leaves_the_deadline_adds_nothing_to_the_history(
    coach: Coach, who: Principal
) -> None:
    goal_id = await begin(coach, who, "Lead the migration", JUNE)
    async with coach.session(who) as session:
        await goals.edit(session, goal_id, entry("Lead the whole migration", JUNE))
        assert (await session.scalars(select(Move))).all() == []


async def test_a_closed_goal_keeps_its_reason_and_can_be_reopened(coach: Coach, who: Principal) -> None:
    goal_id = await begin(coach, who, "Learn Rust")
    async with coach.session(who) as session:
        goal = await goals.close(session, goal_id, "dropped", "No time", "Say no sooner")
        assert (goal.status, goal.closed_on) == ("dropped", TODAY)
        assert await goals.active(session) == []
    async with coach.session(who) as session:
        goal = await goals.reopen(session, goal_id)
        assert (goal.status, goal.closed_on, goal.learned) == ("active", None, "Say no sooner")
        with pytest.raises(Invalid):
            await goals.close(session, goal_id, "active")


async def test_a_binned_goal_is_nowhere_until_it_is_put_back(coach: Coach, who: Principal) -> None:
    goal_id = await begin(coach, who, "Learn Rust")
    async with coach.session(who) as session:
        await goals.bin_(session, goal_id)
    async with coach.session(who) as session:
        assert await goals.active(session) == []
        assert await goals.kept(session) == []
        assert await goals.chosen(session, [goal_id]) == []
        with pytest.raises(NotFound):
            await goals.kept_one(session, goal_id)
        await goals.restore(session, goal_id)
    async with coach.session(who) as session:
        assert await goals.to_link(session) == [(goal_id, "Learn Rust")]


async def test_goals_that_were_reached_within_a_year_can_be_chosen_after_the_active_ones(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    ids = [
        await begin(coach, who, words) for words in ("Old", "Drop it", "Reached " * 20, "Learn Rust", "Bin")
    ]
    async with coach.session(who) as session:
        await goals.close(session, ids[0], "reached")
    clock.move_to(clock.now() + timedelta(days=366))
    async with coach.session(who) as session:
        await goals.close(session, ids[1], "dropped")
        await goals.close(session, ids[2], "reached")
        await goals.close(session, ids[4], "reached")
        await goals.bin_(session, ids[4])
    async with coach.session(who) as session:
        (first, active), (second, reached) = await goals.to_link(session)
    assert (first, active, second) == (ids[3], "Learn Rust", ids[2])
    assert reached.startswith("Reached Reached")
    assert reached.endswith("… (reached)")
    assert len(reached) <= 75


async def test_somebody_elses_goal_is_not_found(coach: Coach, who: Principal, other: Principal) -> None:
    goal_id = await begin(coach, who, "Learn Rust")
    async with coach.session(other) as session:
        with pytest.raises(NotFound):
            await goals.bin_(session, goal_id)
        assert (await goals.overview(session, 5)).total == 0


async def test_a_win_outlives_the_goal_that_it_served(coach: Coach, who: Principal) -> None:
    goal_id = await begin(coach, who, "Learn Rust")
    async with coach.session(who) as session:
        given = wins.entry("Wrote a parser", TODAY)
        await wins.log(session, given, wins.Source.COMMAND, goal_id=goal_id)
        assert [win.title for win in await wins.of_goal(session, goal_id)] == ["Wrote a parser"]
        await session.delete(await session.mine(Goal, goal_id))
    async with coach.session(who) as session:
        (win,) = await wins.newest(session, 5)
        assert (win.title, win.goal_id) == ("Wrote a parser", None)


# --- The overview


@pytest.mark.thorough
async def test_the_overview_asks_as_much_for_200_goals_as_for_one(coach: Coach, who: Principal) -> None:
    asked: list[str] = []

    @event.listens_for(coach.database.engine.sync_engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    counts = []
    for number in (1, 199):
        async with coach.session(who) as session:
            for one in range(number):
                await goals.begin(session, entry(f"Goal {one}", JUNE))
        async with coach.session(who) as session:
            asked.clear()
            found = await goals.overview(session, 200)
            counts.append(len(asked))
    assert (len(found.goals), found.total) == (200, 200)
    assert counts[0] == counts[1]


async def test_the_overview_says_what_comes_next_and_how_far_a_goal_is(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        given = entry("Reduce build time from 12 to 4 minutes", JUNE)
        goal = await goals.begin(session, given)
        await goals.begin(session, entry("Learn Rust"))
        await goals.add_milestones(
            session, goal, [Step(0, "Cache", date(2027, 2, 1)), Step(1, "Measure", date(2027, 1, 4))]
        )
        await goals.note_progress(session, goal, "10", "first cache", 3)
        await goals.note_progress(session, goal, None, "a quiet week", None)
    async with coach.session(who) as session:
        found = await goals.overview(session, 1)
        (first,) = found.goals
        assert found.total == 2
        assert first.next
        assert (first.fraction, first.next.title, first.last_on) == (0.25, "Measure", TODAY)
        assert first.goal.confidence == 3
