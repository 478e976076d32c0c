"""A feedback round in the page that `sayso demo` shows: an answer, a decline, a never-ask-me and a silence."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.sandbox import names
from tests import browser
from tests.story.pages import (
    closes,
    demo,
    dialog,
    messages,
    newest,
    opens,
    picks,
    row,
    shoot,
    the_clock_says,
    writes,
)

pytestmark = pytest.mark.browser

COLLEAGUES = ("daniel", "priya", "kenji", "lena")
ASKED = ("Daniel Reyes", "Priya Nair", "Kenji Sato", "Lena Fischer")
ANSWER = "You asked everybody what they needed before you decided, and the launch was calm for it."
ASKS = "asks for your feedback"


async def test_one_answers_one_declines_one_is_left_alone_and_one_stays_silent(chromium: str, tmp_path: Path):
    async with demo(tmp_path) as address, AsyncExitStack() as windows:
        await the_clock_says(address, "2027-03-01T08:00:00+00:00")
        maya = await _opens_as(windows, chromium, address, "maya")
        await _asks_four_people(maya)
        # Nine in the morning in New York, the last of the four to begin the day; none of them has ever seen Sayso.
        await the_clock_says(address, "2027-03-01T14:00:30+00:00")
        pages = {
            "maya": maya,
            **{name: await _opens_as(windows, chromium, address, name) for name in COLLEAGUES},
        }
        await _answers_with_a_draft_between(pages["daniel"])
        await _declines(pages["priya"])
        await _is_left_alone(pages["kenji"])
        await _sees_where_each_stands(pages["maya"])
        await _reads_and_plans(pages["maya"])
        await _cannot_change_it_any_more(pages["daniel"])
        await the_clock_says(address, "2027-03-08T14:00:30+00:00")
        await _is_reminded_once(pages["lena"])
        await expect(messages(pages["kenji"]).get_by_text(ASKS)).to_have_count(0)
        await the_clock_says(address, "2027-03-15T14:00:30+00:00")
        await _closes_what_is_silent(pages["maya"], address)
        await expect(newest(pages["lena"], "no answer is needed any more")).to_be_visible()
        for name in COLLEAGUES:
            await expect(pages[name].get_by_text("Hello, I am Sayso.")).to_have_count(0)


async def _opens_as(windows: AsyncExitStack, chromium: str, address: str, name: str) -> Page:
    place = f"{address}/as/{names.derived('U', 'juniper', name)}"
    return await windows.enter_async_context(browser.window(chromium, place, size=(1280, 1000)))


async def _asks_four_people(page: Page) -> None:
    await writes(page, "/feedback about the launch of the search")
    form = dialog(page)
    await expect(form.get_by_label("What is it about?")).to_have_value("the launch of the search")
    await picks(form, *ASKED)
    await form.get_by_role("button", name="Ask", exact=True).click()
    await expect(form).to_contain_text(
        "Lena Fischer is a guest here; tick the box below if you mean to ask them."
    )
    await form.get_by_role("checkbox", name="Some of them are guests here, and I mean to ask them").check()
    await shoot(page, "feedback-ask")
    await form.get_by_role("button", name="Ask", exact=True).click()
    await expect(form).to_contain_text("Asked Daniel Reyes, Priya Nair, Kenji Sato and Lena Fischer")
    await shoot(page, "feedback-asked")
    await closes(page)


async def _answers_with_a_draft_between(page: Page) -> None:
    asked = newest(page, ASKS)
    await expect(asked).to_contain_text("Maya Okafor asks for your feedback")
    await expect(asked).not_to_contain_text("launch")
    await shoot(page, "feedback-request")
    await asked.get_by_role("button", name="Why am I seeing this?").click()
    await expect(newest(page, "You need not use it.")).to_be_visible()
    await opens(page, asked.get_by_role("button", name="Answer"))
    question = "What did I do that helped, and what got in the way?"
    await dialog(page).get_by_label(question).fill(ANSWER)
    await dialog(page).get_by_role("button", name="Save for later").click()
    await expect(dialog(page)).to_contain_text("Nobody has seen it.")
    await closes(page)
    await opens(page, asked.get_by_role("button", name="Answer"))
    await expect(dialog(page).get_by_label(question)).to_have_value(ANSWER)
    await dialog(page).get_by_label("May they quote you?").select_option("Yes, without my name")
    await shoot(page, "feedback-answer")
    await dialog(page).get_by_role("button", name="Send").click()
    await expect(dialog(page)).to_contain_text(
        "You can change it or take it back until @Maya Okafor has read it"
    )
    await shoot(page, "feedback-sent")
    await closes(page)
    await expect(newest(page, "Feedback for @Maya Okafor · sent")).to_be_visible()


async def _declines(page: Page) -> None:
    await newest(page, ASKS).get_by_role("button", name="Decline").click()
    await expect(newest(page, "sees that you declined, and no reason")).to_be_visible()
    await expect(newest(page, "Feedback for @Maya Okafor · declined")).to_be_visible()


async def _is_left_alone(page: Page) -> None:
    await newest(page, ASKS).get_by_role("button", name="Never ask me").click()
    await expect(newest(page, "Nobody can ask you for feedback here, and nobody is told so.")).to_be_visible()
    await expect(newest(page, "you are not asked any more")).to_be_visible()


async def _sees_where_each_stands(page: Page) -> None:
    await writes(page, "/feedback list")
    listed = newest(page, "Whom you asked")
    for name, standing in zip(ASKED, ("answered", "declined", "no answer yet", "no answer yet"), strict=True):
        await expect(row(listed, name)).to_contain_text(standing)
    await expect(listed).not_to_contain_text("reminded")
    await shoot(page, "feedback-list")


async def _reads_and_plans(page: Page) -> None:
    await writes(page, "/feedback inbox")
    inbox = newest(page, "Feedback inbox")
    await expect(row(inbox, "Daniel Reyes")).to_contain_text("answered · the launch of the search · today")
    await expect(inbox).not_to_contain_text("calm")
    await inbox.get_by_role("button", name="Read").click()
    card = newest(page, ANSWER)
    await expect(card).to_contain_text("May be quoted without the name")
    await opens(page, card.get_by_role("button", name="Set an action"))
    await dialog(page).get_by_label("What is the one thing you will do?").fill("Ask before every launch")
    await dialog(page).get_by_role("button", name="Save").click()
    await expect(dialog(page)).to_contain_text("Action Ask before every launch (today)")
    await shoot(page, "feedback-card")
    await closes(page)


async def _cannot_change_it_any_more(page: Page) -> None:
    await (
        newest(page, "Feedback for @Maya Okafor · sent")
        .get_by_role("button", name="See what you sent")
        .click()
    )
    shown = newest(page, "Sent and read")
    await expect(shown).to_contain_text(ANSWER)
    await expect(shown.get_by_role("button", name="Change it")).to_have_count(0)


async def _is_reminded_once(page: Page) -> None:
    reminder = newest(page, "asks for your feedback, once more")
    await expect(reminder).to_contain_text("This is the only reminder.")


async def _closes_what_is_silent(page: Page, address: str) -> None:
    """Two have not answered, for two reasons; nothing tells the one from the other."""
    await writes(page, "/feedback list")
    listed = newest(page, "Whom you asked")
    for name in ("Kenji Sato", "Lena Fischer"):
        await expect(row(listed, name)).to_contain_text("no answer yet · reminded Monday 8 March")
    for day in (16, 17):
        offer = newest(page, "One of your requests for feedback has had no answer.")
        await expect(offer).to_be_visible()
        await shoot(page, "feedback-silent")
        await offer.get_by_role("button", name="Close it").click()
        await expect(newest(page, "is not asked any more.")).to_be_visible()
        await the_clock_says(address, f"2027-03-{day}T14:00:30+00:00")
    await writes(page, "/feedback list")
    for name in ("Kenji Sato", "Lena Fischer"):
        await expect(row(newest(page, "Whom you asked"), name)).to_contain_text("closed")
