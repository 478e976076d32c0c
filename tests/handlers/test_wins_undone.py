"""What takes a change back, and what it may not do: lose later words, act twice, or reach another win."""

from typing import Any

import pytest

from bot.domain import captures, nudges, wins
from bot.domain.captures import Capture
from bot.domain.goals import Goal
from bot.domain.wins import Win
from tests import forged
from tests.handlers.test_wins_changed import goal
from tests.slack import LocalSlack, Person

pytestmark = pytest.mark.thorough


async def titles(slack: LocalSlack, person: Person) -> list[str]:
    return sorted(win.title for win in await slack.wins(person))


async def change(slack: LocalSlack, maya: Person, title: str) -> str:
    """Change the title of the only win; the value of the button that undoes it."""
    (win,) = await slack.wins(maya)
    await forged.submits(slack, maya, "wins.change", {"win": win.id}, {"title": title})
    view = slack.sandbox.journal.entries(kind="delivery")[-1]["answer"]["view"]
    buttons: list[dict[str, Any]] = [one for block in view["blocks"] for one in block.get("elements", ())]
    return next(str(one["value"]) for one in buttons if one.get("action_id") == "wins.revert")


async def test_undo_leaves_what_was_typed_after_it(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win First words")
    first, second = await change(slack, maya, "Second words"), await change(slack, maya, "Third words")
    await forged.clicks(slack, maya, "wins.revert", first)
    assert await titles(slack, maya) == ["Third words"]
    for value, left in ((second, "Second words"), (first, "First words")):
        await forged.clicks(slack, maya, "wins.revert", value)
        assert await titles(slack, maya) == [left]


async def test_undo_takes_back_only_the_change_of_its_own_win(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win First words")
    _, _, change_id = (await change(slack, maya, "Second words")).partition(":")
    await maya.says("/win Something else")
    ids = {win.title: win.id for win in await slack.wins(maya)}
    async with slack.coach.session(maya.who) as session:
        other = (await captures.keep(session, "Words of a message", "message")).id
    for value in (f"{ids['Something else']}:{change_id}", f"{ids['Second words']}:{other}"):
        assert (await forged.clicks(slack, maya, "wins.revert", value)).answered
    assert await titles(slack, maya) == ["Second words", "Something else"]
    assert await slack.count(Capture) == 2


async def test_a_form_that_was_open_when_its_win_was_taken_out_asks_for_nothing(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/win First words")
    (win,) = await slack.wins(maya)
    await maya.clicks("Edit")
    async with slack.coach.session(maya.who) as session:
        await wins.bin_(session, win.id)
    await maya.submits(title="Second words")
    assert "*Taken out.* Second words" in await maya.modal()
    async with slack.coach.session(maya.who) as session:
        assert (await session.mine(Win, win.id)).deleted_at is not None
        assert await nudges.planned(session, nudges.MISSING_RESULT, win.id) is None


async def test_a_button_that_takes_a_win_out_says_so(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Shipped the search")
    goal_id = await goal(slack, maya, "Lead the migration")
    await maya.clicks("Link goal")
    await maya.submits(goal=goal_id)
    await maya.clicks("Undo")
    shown = await maya.modal()
    assert "Delete" in shown
    assert "Undo" not in shown


async def test_a_link_that_is_taken_back_leaves_the_goal_that_a_win_served_before(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/win Shipped the search")
    ids = [await goal(slack, maya, said) for said in ("Lead the migration", "Mentor two engineers")]
    for goal_id in ids:
        await maya.clicks("Link goal")
        await maya.submits(goal=goal_id)
    await maya.clicks("Undo")
    assert "*Goal* Lead the migration" in await maya.modal()
    assert [win.goal_id for win in await slack.wins(maya)] == [ids[0]]


async def test_a_goal_that_went_for_good_is_not_given_back(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Shipped the search")
    ids = [await goal(slack, maya, said) for said in ("Lead the migration", "Mentor two engineers")]
    for goal_id in ids:
        await maya.clicks("Link goal")
        await maya.submits(goal=goal_id)
    async with slack.coach.session(maya.who) as session:
        await session.delete(await session.mine(Goal, ids[0]))
    await maya.clicks("Undo")
    assert [win.goal_id for win in await slack.wins(maya)] == [None]


# --- Two made one


async def two(slack: LocalSlack, maya: Person) -> tuple[str, str]:
    """Two wins that look alike, the newer serving a goal; their ids, the newer first."""
    goal_id = await goal(slack, maya, "Lead the migration")
    for title in ("Shipped the new search", "Shipped the new searches"):
        await maya.says(f"/win {title}")
    newer, older = (win.id for win in await slack.wins(maya))
    async with slack.coach.session(maya.who) as session:
        await wins.link(session, [newer], goal_id)
    return newer, older


async def test_two_clicks_make_one_of_two_once_and_one_click_takes_it_back(
    slack: LocalSlack, maya: Person
) -> None:
    newer, older = await two(slack, maya)
    await maya.says("/win duplicates")
    await maya.clicks("Make them one")
    await forged.clicks(slack, maya, "wins.merge", f"{newer}:{older}")
    (made,) = await slack.wins(maya)
    assert (made.id, made.details, bool(made.goal_id)) == (older, "Shipped the new searches", True)
    await maya.clicks("Undo")
    back = {win.id: (win.title, win.details, bool(win.goal_id)) for win in await slack.wins(maya)}
    assert back == {
        older: ("Shipped the new search", None, False),
        newer: ("Shipped the new searches", None, True),
    }


async def test_what_was_typed_after_two_were_made_one_stays(slack: LocalSlack, maya: Person) -> None:
    _, older = await two(slack, maya)
    await maya.says("/win duplicates")
    await maya.clicks("Make them one")
    await forged.submits(slack, maya, "wins.change", {"win": older}, {"result": "Fewer questions"})
    await maya.clicks("Undo")
    assert "changed again since" in await maya.reads_all()
    assert [(win.id, win.result) for win in await slack.wins(maya)] == [(older, "Fewer questions")]
