"""Wins as a person meets them: the command, the form, the list and the buttons."""


async def test_a_win_is_saved_at_once_and_said_with_what_comes_next(slack):
    await slack.maya.says("/win Shipped the new search")
    said = await slack.maya.reads()
    assert "Saved" in said
    assert "Shipped the new search" in said
    assert {"Add impact", "Edit", "Change date", "Undo"} <= set(said.split("\n"))


async def test_an_empty_win_opens_the_form(slack):
    await slack.maya.says("/win")
    assert "What did you get done?" in await slack.maya.modal()
