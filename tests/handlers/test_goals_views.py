"""Every view of a goal is what Slack takes, whatever was typed and however much there is."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.prose import Phrase, Prose
from bot.documents.road_map import Lane
from bot.domain import goals
from bot.domain.goals import (
    Control,
    Event,
    Goal,
    Kind,
    Measure,
    Milestone,
    Move,
    Overview,
    Progress,
    Standing,
)
from bot.domain.wins import Win
from bot.sandbox.blocks import message_problems, view_problems
from bot.storage.base import new_id
from handlers import kit
from handlers.goals import _cards, _endings, _forms, _mapping, _milestones, _smart, _wins, home_lines
from handlers.goals._cards import Whole
from handlers.goals._mapping import Facts
from handlers.goals._reading import as_typed
from tests.examples import examples
from tests.slack import words_of

PROSE = Prose()
TODAY = date(2026, 11, 18)
NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
# Slack takes about so many characters in one message.
MESSAGE = 13_000

days = st.dates(TODAY - timedelta(days=900), TODAY + timedelta(days=9000))
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=120)
long = st.sampled_from(["<&>" * 1000, "word " * 600, "x" * 3000, "🎯" * 1500, "a\nb\n" * 700])
typed = (words | long).filter(lambda text: bool(text.strip()))
maybe = st.none() | typed


@st.composite
def any_goal(draw: st.DrawFn) -> Goal:
    goal = Goal(
        kind=draw(st.sampled_from([None, *(kind.value for kind in Kind)])),
        status=draw(st.sampled_from(["active", "reached", "changed", "dropped"])),
        deadline=draw(st.none() | days),
        confidence=draw(st.none() | st.integers(1, 5)),
        in_control=draw(st.sampled_from([None, *(one.value for one in Control)])),
        next_on=draw(st.none() | days),
        closed_on=draw(st.none() | days),
    )
    goal.statement = draw(typed)
    for name in (*goals.TEXTS, "reason", "learned"):
        setattr(goal, name, draw(maybe))
    goal.measure = draw(st.none() | st.builds(Measure, words, words, words, words))
    goal.knows = draw(st.lists(words, max_size=4))
    return goal


def a_milestone(title: str, on: date, done_on: date | None = None) -> Milestone:
    made = Milestone(goal_id=new_id(), due_on=on, done_on=done_on)
    made.title = title[:250].strip() or "—"
    return made


def an_event(title: str, on: date, what: int) -> Event:
    milestone = a_milestone(title, on)
    if what == 0:
        progress = Progress(goal_id=new_id(), on=on, confidence=3)
        progress.value, progress.note = title[:100], title
        return Event(on, progress=progress)
    if what == 1:
        move = Move(goal_id=new_id(), from_on=on, to_on=None)
        move.reason = title
        return Event(on, move=move, milestone=milestone)
    return Event(on, milestone=milestone)


milestones = st.builds(a_milestone, typed, days, st.none() | days)
events = st.lists(st.builds(an_event, typed, days, st.integers(0, 2)), max_size=14)


def a_win(title: str) -> Win:
    win = Win(occurred_on=TODAY)
    win.title = title[:250]
    return win


def check(message: kit.Message) -> None:
    assert message_problems(message.blocks) == []
    assert (
        view_problems(kit.modal(message.title or Phrase("Sayso"), message.blocks, close=Phrase("Close")))
        == []
    )
    assert len(words_of(list(message.blocks))) < MESSAGE


@given(
    goal=any_goal(),
    step=st.none() | milestones,
    told=events,
    some=st.lists(typed, max_size=8),
    fraction=st.none() | st.floats(0, 1),
    last_on=st.none() | days,
)
@examples(60)
def test_a_card_and_what_is_said_after_saving_are_taken_by_slack(
    goal: Goal,
    step: Milestone | None,
    told: list[Event],
    some: list[str],
    fraction: float | None,
    last_on: date | None,
) -> None:
    standing = Standing(goal, fraction, step, last_on)
    won = [a_win(title) for title in some]
    check(_cards.card(PROSE, Whole(standing, told, won, goal.statement[:300], TODAY)))
    for changed in (True, False):
        check(_cards.saved(PROSE, goal, TODAY, 7, changed=changed))
    check(_endings.closed(PROSE, goal))
    check(_smart.difference(PROSE, goal, goal.statement * 2, new_id(), kept=True))


@given(goal=any_goal(), step=milestones, plan=st.lists(days, min_size=1, max_size=5))
@examples(40)
def test_every_form_is_taken_by_slack(goal: Goal, step: Milestone, plan: list[date]) -> None:
    typed_again = {**as_typed(goal), "deadline": None}
    forms = [
        _forms.form(PROSE),
        _forms.form(PROSE, typed_again, follows=goal.id),
        _forms.edit_form(PROSE, goal),
        _forms.date_form(PROSE, goal),
        _forms.progress_form(PROSE, goal),
        _forms.close_form(PROSE, goal),
        _forms.plan_form(PROSE, goal, plan),
        _forms.step_form(PROSE, goal, step),
        _wins.form(PROSE, goal, [a_win(goal.statement)], []),
        _wins.form(PROSE, goal, [], []),
        *(_forms.answer_form(PROSE, goal, letter) for letter in goals.LETTERS),
    ]
    assert [problem for form in forms for problem in view_problems(form)] == []


@given(
    some=st.lists(any_goal(), max_size=_cards.PAGE),
    more=st.integers(0, 300),
    offset=st.integers(0, 300),
    ended=st.booleans(),
)
@examples(40)
def test_any_page_of_the_list_and_home_are_taken_by_slack(
    some: list[Goal], more: int, offset: int, ended: bool
) -> None:
    overview = Overview([Standing(goal, 0.5) for goal in some], len(some) + more)
    check(_cards.listed(PROSE, overview, TODAY, offset, ended=ended))
    assert view_problems(kit.home(home_lines(PROSE, overview, TODAY) or [kit.divider()])) == []
    check(_endings.looked(PROSE, some))
    assert view_problems(_endings.ticks(PROSE, some * 30)) == []


@given(goal=any_goal(), steps=st.lists(milestones, max_size=40))
@examples(40)
def test_any_number_of_milestones_is_taken_by_slack(goal: Goal, steps: list[Milestone]) -> None:
    check(_milestones.listed(PROSE, goal, steps, TODAY))


def test_forty_milestones_of_signs_that_are_escaped_fit_into_one_message() -> None:
    goal = Goal(status="active")
    goal.statement = "&" * 3000
    check(_milestones.listed(PROSE, goal, [a_milestone("&" * 250, TODAY) for _ in range(40)], TODAY))


@given(statements=st.lists(typed, min_size=1, max_size=60), beyond=st.integers(0, 10_000))
@examples(30)
def test_the_facts_of_the_road_map_fit_into_one_message(statements: list[str], beyond: int) -> None:
    lanes = [Lane(" ".join(text.split()), TODAY, None, "no deadline", None, []) for text in statements]
    told = _mapping.told(PROSE, Facts(lanes, [], len(lanes) + beyond, TODAY, NOW))
    check(told)
    assert "*Road map*" in words_of(list(told.blocks))
