"""The main job in the page that `sayso demo` shows, done by a person in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests import browser
from tests.story.pages import closes, demo, dialog, messages, newest, opens, shoot, writes

pytestmark = pytest.mark.browser

expect.set_options(timeout=15_000)


async def test_a_new_person_does_the_main_job_in_the_page(chromium: str, tmp_path: Path):
    async with demo(tmp_path) as address, browser.window(chromium, address) as page:
        await _is_welcomed(page)
        await _logs_a_win(page)
        await _corrects_a_form(page)
        await _answers_the_check_in(page)
        await _drafts_the_message(page)
        await _finds_it_on_home(page)


async def _is_welcomed(page: Page) -> None:
    await page.get_by_role("link", name="Home", exact=True).click()
    await expect(page.get_by_text("Only you can read it.")).to_be_visible()
    await opens(page, page.get_by_role("button", name="That suits me"))
    await closes(page)
    await page.get_by_role("link", name="Messages", exact=True).click()
    await expect(messages(page).get_by_text("Hello, I am Sayso.")).to_be_visible()


async def _logs_a_win(page: Page) -> None:
    await writes(page, "/win Shipped the new search")
    saved = newest(page, "Saved.")
    await expect(saved).to_contain_text("Shipped the new search")
    await expect(saved).to_contain_text("Only visible to you")
    await shoot(page, "messages")


async def _corrects_a_form(page: Page) -> None:
    """The form refuses a date it cannot read, keeps every word, and takes the better one."""
    await writes(page, "/win")
    form = dialog(page)
    await form.get_by_label("What did you get done?").fill("Mentored two new colleagues")
    await form.get_by_label("When").fill("31 February")
    await form.get_by_label("A number that shows it").fill("Both on call after 3 weeks")
    await form.get_by_role("button", name="Save").click()
    await expect(form.get_by_text("I cannot read “31 February” as a date.")).to_be_visible()
    await expect(form.get_by_label("What did you get done?")).to_have_value("Mentored two new colleagues")
    await shoot(page, "form")
    await form.get_by_label("When").fill("today")
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_contain_text("Both on call after 3 weeks")
    await closes(page)


async def _answers_the_check_in(page: Page) -> None:
    await page.get_by_role("button", name="Clock:").click()
    await page.get_by_role("button", name="Next Friday, 15:00").click()
    question = newest(page, "Your weekly check-in.")
    await expect(question).not_to_contain_text("Shipped")
    await shoot(page, "check-in")
    await question.get_by_role("button", name="Answer").click()
    form = dialog(page)
    await form.get_by_label("What else did you get done?").fill(
        "Unblocked the release\nReviewed the security plan"
    )
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_contain_text("2 new wins")
    await closes(page)
    await expect(newest(page, "answered")).to_be_visible()


async def _drafts_the_message(page: Page) -> None:
    await writes(page, "/pitch manager")
    form = dialog(page)
    await form.get_by_label("What do you want from them, in one sentence?").fill(
        "I would like to lead the search team"
    )
    await form.get_by_role("button", name="Draft it").click()
    await expect(form).to_contain_text("I would like to lead the search team")
    await expect(form).to_contain_text("Both on call after 3 weeks")
    await expect(form).to_contain_text("Looks back only")
    await shoot(page, "draft")
    await form.get_by_role("button", name="Copy").click()
    copy = page.get_by_role("dialog").last.get_by_role("textbox").first
    await expect(copy).to_have_value(re.compile("I would like to lead the search team"))
    await page.keyboard.press("Escape")
    await expect(copy).to_be_hidden()
    await closes(page)


async def _finds_it_on_home(page: Page) -> None:
    await page.get_by_role("link", name="Home", exact=True).click()
    await expect(page.get_by_text("Reviewed the security plan")).to_be_visible()
    await expect(page.get_by_text("Last draft")).to_be_visible()
    await shoot(page, "home")
