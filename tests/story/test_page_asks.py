"""An ask in the page that `sayso demo` shows: from its first line, up the whole ladder, to "partly met"."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests import browser
from tests.story.pages import closes, demo, dialog, newest, opens, shoot, the_clock_says, writes

pytestmark = pytest.mark.browser

ASKED = "the staff promotion"
WAITS = "One of your asks waits for an answer."
DUE = "Something you were promised was due."


async def test_an_ask_is_followed_up_until_a_part_of_it_is_there(chromium: str, tmp_path: Path):
    async with demo(tmp_path) as address:
        await the_clock_says(address, "2027-03-01T08:00:00+00:00")
        async with browser.window(chromium, address, size=(1280, 1000)) as page:
            await _asks(page)
            await the_clock_says(address, "2027-03-08T09:00:30+00:00")
            await _is_promised_a_day(page)
            await the_clock_says(address, "2027-03-15T09:00:30+00:00")
            await _sends_a_friendly_message(page)
            await the_clock_says(address, "2027-03-22T09:00:30+00:00")
            await _sends_a_direct_message(page)
            await the_clock_says(address, "2027-03-29T08:00:30+00:00")
            await _hears_of_another_day(page)
            await the_clock_says(address, "2027-04-12T08:00:30+00:00")
            await _takes_it_further(page)
            await the_clock_says(address, "2027-04-19T08:00:30+00:00")
            await _gets_a_part_of_it(page)
            await _prints_the_year(page)


async def _asks(page: Page) -> None:
    await writes(page, f"/ask my manager for {ASKED} by end of June")
    saved = newest(page, f"Saved. {ASKED}")
    await expect(saved).to_contain_text("To my manager · by Wednesday 30 June · planned · private to you")
    await expect(saved).to_contain_text("Only visible to you")
    await shoot(page, "ask-saved")
    await opens(page, saved.get_by_role("button", name="I asked"))
    await dialog(page).get_by_label("What did they say?").fill("Let me think about it")
    await _saves(page, "Asked today.")
    await expect(dialog(page)).to_contain_text("whether there is an answer: Monday 8 March.")
    await closes(page)


async def _is_promised_a_day(page: Page) -> None:
    """Five working days later: the question names nothing, and its answer is a talk."""
    asked = newest(page, WAITS)
    await expect(asked).not_to_contain_text(ASKED)
    await opens(page, asked.get_by_role("button", name="We talked"))
    form = dialog(page)
    await form.get_by_label("What came out of it?").select_option("Yes")
    await form.get_by_label("If yes: what exactly?").fill("The committee decides")
    await form.get_by_label("If yes: by when?").fill("12 March")
    await shoot(page, "ask-talk")
    await _saves(page, "The talk: yes, by Friday 12 March.")
    await expect(dialog(page)).to_contain_text("whether it happened: Monday 15 March.")
    await closes(page)


async def _sends_a_friendly_message(page: Page) -> None:
    """One working day after the promised Friday."""
    asked = newest(page, DUE)
    await expect(asked).not_to_contain_text(ASKED)
    await shoot(page, "ask-due")
    await asked.get_by_role("button", name="No", exact=True).click()
    missed = newest(page, "A friendly line is enough the first time.")
    await opens(page, missed.get_by_role("button", name="Draft a message"))
    text = dialog(page).get_by_label("The message")
    await expect(text).to_have_value(
        "Hi,\n\nI wanted to come back to this: The committee decides. We had Friday 12 March in mind.\n\n"
        "Where does it stand, and is there anything you need from me?"
    )
    await shoot(page, "ask-draft")
    await _sends(page)


async def _sends_a_direct_message(page: Page) -> None:
    asked = newest(page, WAITS)
    await asked.get_by_role("button", name="Nothing yet").click()
    missed = newest(page, "The next message lists the dates and asks directly.")
    await opens(page, missed.get_by_role("button", name="Draft a direct message"))
    text = await dialog(page).get_by_label("The message").input_value()
    assert "- I asked on Monday 1 March.\n- It was planned for Friday 12 March.\n" in text
    await _sends(page)


async def _hears_of_another_day(page: Page) -> None:
    """The old day stays visible beside the new one."""
    await newest(page, WAITS).get_by_role("button", name="Open it").click()
    card = newest(page, "What happened")
    await opens(page, card.get_by_role("button", name="Moved to"))
    await dialog(page).get_by_label("To which day?").fill("9 April")
    await _saves(page, "Moved to Friday 9 April, it was Friday 12 March.")
    await closes(page)


async def _takes_it_further(page: Page) -> None:
    await newest(page, DUE).get_by_role("button", name="No", exact=True).click()
    missed = newest(page, "This is the third time.")
    for choice in ("Take it further", "Ask for the fallback", "Let it go"):
        await expect(missed.get_by_role("button", name=choice)).to_be_visible()
    await opens(page, missed.get_by_role("button", name="Take it further"))
    text = await dialog(page).get_by_label("The message").input_value()
    assert "Planned for: Friday 12 March\nMoved to: Friday 9 April\n" in text
    await _sends(page)


async def _gets_a_part_of_it(page: Page) -> None:
    await newest(page, WAITS).get_by_role("button", name="Open it").click()
    card = newest(page, "What happened")
    await opens(page, card.get_by_role("button", name="Partly"))
    await dialog(page).get_by_label("What is still missing?").fill("The title")
    await dialog(page).get_by_label("By when will the rest be there?").fill("30 April")
    await _saves(page, "Partly met.")
    await dialog(page).get_by_role("button", name="Open", exact=True).click()
    card_again = dialog(page)
    await expect(card_again).to_contain_text("partly met, by Friday 30 April · 49 days old")
    await expect(card_again).to_contain_text("moved from Friday 12 March to Friday 9 April")
    await expect(card_again).to_contain_text("Let me think about it")
    await shoot(page, "ask-card")
    await closes(page)
    await writes(page, "/ask list")
    await expect(newest(page, "1 open ask")).to_contain_text("partly met, by Friday 30 April")


async def _prints_the_year(page: Page) -> None:
    await writes(page, "/ask year")
    await expect(newest(page, "Your asks of 2027")).to_contain_text("1 ask, as a page to print")
    await expect(newest(page, "Your page is here.")).to_contain_text("HTML")


async def _saves(page: Page, said: str) -> None:
    await dialog(page).get_by_role("button", name="Save").click()
    await expect(dialog(page)).to_contain_text(said)


async def _sends(page: Page) -> None:
    await dialog(page).get_by_role("button", name="I sent it").click()
    await expect(dialog(page)).to_contain_text("Sent today.")
    await closes(page)
