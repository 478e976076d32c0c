"""The main job in the page that `sayso demo` shows, done by a person in a real browser."""

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests import browser
from tests.story.processes import sayso

pytestmark = pytest.mark.browser

expect.set_options(timeout=15_000)


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with browser.running(tmp_path_factory.mktemp("chromium")) as address:
        yield address


async def test_a_new_person_does_the_main_job_in_the_page(chromium: str, tmp_path: Path):
    async with sayso("demo", "--port", "0", folder=tmp_path) as demo:
        address = (await demo.says(r"(http://\S+)"))[1]
        async with browser.window(chromium, address) as page:
            await _is_welcomed(page)
            await _logs_a_win(page)
            await _corrects_a_form(page)
            await _answers_the_check_in(page)
            await _drafts_the_message(page)
            await _finds_it_on_home(page)
        assert await demo.stop() == 0, "\n".join(demo.lines)


async def _is_welcomed(page: Page) -> None:
    await page.get_by_role("link", name="Home", exact=True).click()
    await expect(page.get_by_text("Only you can read it.")).to_be_visible()
    await _opens(page, page.get_by_role("button", name="That suits me"))
    await _closes(page)
    await page.get_by_role("link", name="Messages", exact=True).click()
    await expect(_messages(page).get_by_text("Hello, I am Sayso.")).to_be_visible()


async def _logs_a_win(page: Page) -> None:
    await _writes(page, "/win Shipped the new search")
    saved = _newest(page, "Saved.")
    await expect(saved).to_contain_text("Shipped the new search")
    await expect(saved).to_contain_text("Only visible to you")
    await _shoot(page, "messages")


async def _corrects_a_form(page: Page) -> None:
    """The form refuses a date it cannot read, keeps every word, and takes the better one."""
    await _writes(page, "/win")
    form = _dialog(page)
    await form.get_by_label("What did you get done?").fill("Mentored two new colleagues")
    await form.get_by_label("When").fill("31 February")
    await form.get_by_label("A number that shows it").fill("Both on call after 3 weeks")
    await form.get_by_role("button", name="Save").click()
    await expect(form.get_by_text("I cannot read “31 February” as a date.")).to_be_visible()
    await expect(form.get_by_label("What did you get done?")).to_have_value("Mentored two new colleagues")
    await _shoot(page, "form")
    await form.get_by_label("When").fill("today")
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_contain_text("Both on call after 3 weeks")
    await _closes(page)


async def _answers_the_check_in(page: Page) -> None:
    await page.get_by_role("button", name="Clock:").click()
    await page.get_by_role("button", name="Next Friday, 15:00").click()
    question = _newest(page, "Your weekly check-in.")
    await expect(question).not_to_contain_text("Shipped")
    await _shoot(page, "check-in")
    await question.get_by_role("button", name="Answer").click()
    form = _dialog(page)
    await form.get_by_label("What else did you get done?").fill(
        "Unblocked the release\nReviewed the security plan"
    )
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_contain_text("2 new wins")
    await _closes(page)
    await expect(_newest(page, "answered")).to_be_visible()


async def _drafts_the_message(page: Page) -> None:
    await _writes(page, "/pitch manager")
    form = _dialog(page)
    await form.get_by_label("What do you want from them, in one sentence?").fill(
        "I would like to lead the search team"
    )
    await form.get_by_role("button", name="Draft it").click()
    await expect(form).to_contain_text("I would like to lead the search team")
    await expect(form).to_contain_text("Both on call after 3 weeks")
    await expect(form).to_contain_text("Looks back only")
    await _shoot(page, "draft")
    await form.get_by_role("button", name="Copy").click()
    copy = page.get_by_role("dialog").last.get_by_role("textbox").first
    await expect(copy).to_have_value(re.compile("I would like to lead the search team"))
    await page.keyboard.press("Escape")
    await expect(copy).to_be_hidden()
    await _closes(page)


async def _finds_it_on_home(page: Page) -> None:
    await page.get_by_role("link", name="Home", exact=True).click()
    await expect(page.get_by_text("Reviewed the security plan")).to_be_visible()
    await expect(page.get_by_text("Last draft")).to_be_visible()
    await _shoot(page, "home")


async def _writes(page: Page, text: str) -> None:
    composer = page.get_by_role("combobox", name="Message Sayso")
    await composer.fill(text)
    await composer.press("Escape")
    await composer.press("Enter")


async def _opens(page: Page, button: Locator) -> None:
    """Click until a dialog stands there: a Home that is drawn anew under the pointer takes a second click."""
    dialogs = page.get_by_role("dialog").filter(visible=True)
    for _ in range(3):
        await button.click()
        with contextlib.suppress(AssertionError):
            await expect(dialogs).not_to_have_count(0, timeout=4_000)
            return
    raise AssertionError("no dialog opened")


async def _closes(page: Page) -> None:
    await _dialog(page).get_by_role("button", name="Close").last.click()
    await expect(page.get_by_role("dialog").filter(visible=True)).to_have_count(0)


def _messages(page: Page) -> Locator:
    return page.get_by_role("log", name="Messages")


def _newest(page: Page, text: str) -> Locator:
    return _messages(page).get_by_role("article").filter(has_text=text).last


def _dialog(page: Page) -> Locator:
    return page.get_by_role("dialog").filter(visible=True).last


async def _shoot(page: Page, name: str) -> None:
    """Keep what the page looks like, in light and dark, where CI wants it."""
    folder = os.environ.get("SAYSO_TEST_ARTIFACTS")
    if not folder:
        return
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        await page.screenshot(path=f"{folder}/{name}-{scheme}.png")
    await page.emulate_media(color_scheme="light")
