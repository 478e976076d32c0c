"""The bin as a person meets it."""

import pytest

from bot.domain.wins import Win
from tests import forged
from tests.slack import LocalSlack, Person


async def test_an_empty_bin_says_what_it_is_for(maya: Person) -> None:
    await maya.says("/coach bin")
    assert "The bin is empty" in await maya.reads()


async def test_what_was_taken_out_is_put_back_from_the_bin(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Shipped the search")
    await maya.clicks("Undo")
    await maya.says("/win bin")
    shown = await maya.reads()
    assert "*Win* Shipped the search" in shown
    assert "Kept until Fri 18 Dec" in shown
    await maya.clicks("Put it back")
    assert "*Put back:* Shipped the search\nThe bin is empty" in await maya.reads()
    assert [win.title for win in await slack.wins(maya)] == ["Shipped the search"]


async def test_what_came_back_stands_above_what_still_lies_there(maya: Person) -> None:
    for said in ("/goal Learn Rust", "/goal Lead the <migration>"):
        await maya.says(said)
        await maya.clicks("Undo")
    await maya.says("/coach bin")
    await maya.clicks("Put it back", value=None)
    shown = await maya.reads()
    assert shown.index("*Put back:*") < shown.index("*The bin* · 1 thing")


@pytest.mark.thorough
async def test_the_bin_has_pages(slack: LocalSlack, maya: Person) -> None:
    for number in range(10):
        await maya.says(f"/win Closed ticket {number}")
        await maya.clicks("Undo")
    await maya.says("/win list")
    await maya.says("/coach bin")
    assert "10 things" in await maya.reads()
    await maya.clicks("Older")
    assert (await maya.reads()).count("Put it back") == 2
    await maya.clicks("Newer")
    assert (await maya.reads()).count("Put it back") == 8
    assert await slack.count(Win) == 10


async def test_what_is_forged_is_answered_like_an_old_button(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Shipped the search")
    await maya.says("/coach bin")
    for value in ("member:1", "", "win", "win:nothing"):
        assert (await forged.clicks(slack, maya, "bins.restore", value)).answered
    assert [win.title for win in await slack.wins(maya)] == ["Shipped the search"]
