"""Three weeks of nudges in the page that `sayso demo` shows: a quiet time, less of it, snoozed, and a digest."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests import browser
from tests.story.pages import (
    chooses,
    closes,
    demo,
    dialog,
    messages,
    newest,
    opens,
    shoot,
    the_clock_says,
    writes,
)

pytestmark = pytest.mark.browser

MONDAY = "2027-03-01T08:00:00+00:00"


async def test_a_person_is_reminded_has_it_less_often_and_meets_a_digest(chromium: str, tmp_path: Path):
    async with demo(tmp_path) as address:
        await the_clock_says(address, MONDAY)
        async with browser.window(chromium, address, size=(1280, 1000)) as page:
            await _is_shown_a_first_win(page, address)
            await _meets_two_things_on_friday(page, address)
            await _has_a_quiet_week(page, address)
            await _moves_the_check_in(page, address)
            await _meets_three_things_at_once(page, address)
            await _sees_what_comes(page)


async def _is_shown_a_first_win(page: Page, address: str) -> None:
    await page.get_by_role("link", name="Home", exact=True).click()
    await opens(page, page.get_by_role("button", name="That suits me"))
    await closes(page)
    await page.get_by_role("link", name="Messages", exact=True).click()
    await writes(page, "/goal Lead the migration by end of June")
    await expect(newest(page, "Lead the migration")).to_be_visible()
    await the_clock_says(address, "2027-03-02T09:00:30+00:00")
    first = newest(page, "Try logging a first win.")
    await expect(first).to_contain_text("You see this because you are new here.")
    await shoot(page, "nudge-alone")
    await first.get_by_role("button", name="Skip").click()
    await expect(newest(page, "First win · skipped")).to_be_visible()


async def _meets_two_things_on_friday(page: Page, address: str) -> None:
    await the_clock_says(address, "2027-03-05T14:00:30+00:00")
    digest = newest(page, "Two things, when you have a minute")
    await expect(digest).to_contain_text("Your weekly check-in.")
    await expect(digest).to_contain_text("See your wins as a message.")
    await digest.get_by_role("button", name="Nothing this week").click()
    await expect(digest).to_contain_text("Check-in · nothing this week, and that is fine")
    await expect(digest.get_by_role("button", name="Draft a message")).to_be_visible()


async def _has_a_quiet_week(page: Page, address: str) -> None:
    """Nothing was logged: it is asked, explained, had less often and as before, and put off to a date."""
    await the_clock_says(address, "2027-03-11T09:00:30+00:00")
    asked = newest(page, "Nothing logged for a while.")
    await chooses(page, asked, "Why am I seeing this?")
    await expect(newest(page, "Why you see this")).to_contain_text("Only visible to you")
    await shoot(page, "nudge-why")
    await chooses(page, asked, "Less of this")
    await messages(page).get_by_role("button", name="Once a month").last.click()
    await expect(newest(page, "comes once a month")).to_contain_text("Back to before")
    await messages(page).get_by_role("button", name="Back to before").last.click()
    await expect(newest(page, "comes every two weeks")).to_be_visible()
    await asked.get_by_role("combobox").select_option("Until a date …")
    form = dialog(page)
    await form.get_by_label("When shall I ask again?").fill("2027-03-01")
    await form.get_by_role("button", name="Snooze").click()
    await expect(form.get_by_text("Monday 1 March 2027 is not ahead.")).to_be_visible()
    await form.get_by_label("When shall I ask again?").fill("2027-03-22")
    await shoot(page, "snooze")
    await form.get_by_role("button", name="Snooze").click()
    await expect(newest(page, "I will ask again on Monday 22 March 2027 at 10:00")).to_be_visible()


async def _moves_the_check_in(page: Page, address: str) -> None:
    await writes(page, "/coach settings")
    form = dialog(page)
    await form.get_by_label("Time", exact=True).fill("10:00")
    await form.get_by_label("Day", exact=True).select_option("Monday")
    await shoot(page, "settings")
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_contain_text("Your next check-in is on Monday 15 March 2027 at 10:00")
    await closes(page)
    await the_clock_says(address, "2027-03-15T09:00:30+00:00")
    await newest(page, "Your weekly check-in.").get_by_role("button", name="Answer").click()
    form = dialog(page)
    await form.get_by_label("What is stuck?").fill("The budget")
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_contain_text("Your check-in is saved.")
    await closes(page)


async def _meets_three_things_at_once(page: Page, address: str) -> None:
    await the_clock_says(address, "2027-03-22T09:00:30+00:00")
    digest = newest(page, "Three things, when you have a minute")
    await expect(digest).to_contain_text("You asked me to come back with this.")
    await shoot(page, "digest")
    parts = digest.get_by_role("button", name="Skip")
    await expect(parts).to_have_count(3)
    await digest.get_by_role("button", name="Log progress").click()
    form = dialog(page)
    await form.get_by_label("How is it going?").fill("The plan is agreed")
    await shoot(page, "progress")
    await form.get_by_role("button", name="Save", exact=True).click()
    await closes(page)
    await expect(digest).to_contain_text("Progress on a goal · done")
    await parts.first.click()
    await expect(digest).to_contain_text("Check-in · skipped")
    await expect(digest.get_by_role("button", name="Log a win")).to_be_visible()
    await expect(parts).to_have_count(1)
    await shoot(page, "digest-answered")


async def _sees_what_comes(page: Page) -> None:
    await writes(page, "/coach upcoming")
    await expect(newest(page, "Coming up")).to_contain_text("Monday 29 March 2027 at 10:00")
    await shoot(page, "upcoming")
    await page.get_by_role("link", name="Home", exact=True).click()
    await expect(page.get_by_text("Coming up")).to_be_visible()
    await shoot(page, "home-ahead")
