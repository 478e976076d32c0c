"""The record in the page that `sayso demo` shows: wins and goals grow, are linked, changed, found and looked through."""

import json
import random
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests import browser
from tests.story.pages import chooses, closes, demo, dialog, newest, opens, row, shoot, writes
from tests.story.processes import sayso

pytestmark = pytest.mark.browser

MAYA = "T043JF8KJHP:U06FCQ8L654"
HALF_WAY = "▰▰▰▰▰▱▱▱▱▱ 50 %"
THINGS = (
    "the search",
    "the checkout",
    "the invoices",
    "the handbook",
    "the login",
    "the report",
    "the archive",
)
WORDS = (
    *("moved", "wrote", "fixed", "planned", "shipped", "mentored", "measured", "checkout", "migration"),
    *("search", "handbook", "platform", "colleagues", "customers", "onboarding", "billing", "report"),
    *("launch", "support", "review", "budget", "interviews", "design", "errors", "hours", "weeks"),
)
OLDEST = "the first release that anybody remembers"


async def test_a_win_and_a_goal_are_asked_about_until_nothing_is_missing_and_linked(
    chromium: str, tmp_path: Path
):
    async with demo(tmp_path) as address, browser.window(chromium, address, size=(1280, 900)) as page:
        await _is_asked_what_a_win_lacks(page)
        await _is_asked_what_a_goal_lacks(page)
        await _notes_progress(page)
        await _links_the_win_to_the_goal(page)
        await _sees_both_on_home(page)


async def test_a_win_is_changed_taken_out_and_put_back(chromium: str, tmp_path: Path):
    async with demo(tmp_path) as address, browser.window(chromium, address) as page:
        await _edits_and_undoes(page)
        await _deletes_from_the_list(page)
        await _restores_from_the_bin(page)


async def test_wins_are_found_narrowed_made_one_and_looked_back_on(chromium: str, tmp_path: Path):
    async with demo(tmp_path) as address, browser.window(chromium, address) as page:
        await _logs_three(page)
        await _searches_with_a_slip(page)
        await _narrows_the_list(page)
        await _makes_one_of_two_and_takes_them_apart(page)
        await _looks_back(page)


async def test_home_is_shown_for_an_empty_a_normal_and_a_huge_account(chromium: str, tmp_path: Path):
    async with demo(tmp_path) as address, browser.window(chromium, address, size=(1280, 1100)) as page:
        await _home_is_empty(page)
        await _home_is_of_a_normal_week(page)
    await _two_thousand_wins_are_imported(tmp_path)
    async with demo(tmp_path) as address, browser.window(chromium, address, size=(1280, 1100)) as page:
        await _home_is_of_many_years(page)
        await _a_huge_list_is_searched(page)


async def _is_asked_what_a_win_lacks(page: Page) -> None:
    """One thing at a time, until the line holds its number and the way, and nothing is asked any more."""
    await writes(page, "/win Rebuilt the search")
    saved = newest(page, "Saved. Rebuilt the search")
    await expect(saved).to_contain_text("as measured by [number?], by [how?]")
    await expect(saved).to_contain_text("What came of it?")
    await shoot(page, "win-question")
    await opens(page, saved.get_by_role("button", name="Answer"))
    await _answers(page, "What came of it?", "People find their orders at the first try")
    await expect(dialog(page)).to_contain_text("Is there a number that shows it?")
    await _asks_for_more(page, "A number that shows it", "Search time from 2.1 s to 0.3 s")
    await expect(dialog(page)).to_contain_text("as measured by Search time: 2.1 s → 0.3 s, by [how?]")
    await _asks_for_more(page, "How did you do it?", "Measuring every query first")
    await expect(dialog(page)).to_contain_text(
        "Accomplished Rebuilt the search, as measured by Search time: 2.1 s → 0.3 s, "
        "by Measuring every query first"
    )
    await expect(dialog(page).get_by_role("button", name="Answer")).to_have_count(0)
    await shoot(page, "win-answered")
    await closes(page)


async def _is_asked_what_a_goal_lacks(page: Page) -> None:
    await writes(page, "/goal Lead the migration by end of Q2")
    saved = newest(page, "Saved. Lead the migration")
    await expect(saved).to_contain_text("Measurable – · In your hands ✓ · Relevant – · Timed ✓")
    await expect(saved).to_contain_text("What number will show it?")
    await opens(page, saved.get_by_role("button", name="Answer"))
    await _answers(page, "What number will show it?", "from 2 to 12 services")
    await expect(dialog(page)).to_contain_text("Lead the migration, from 2 to 12 services")
    await shoot(page, "goal-difference")
    await dialog(page).get_by_role("button", name="Use the new line").click()
    await expect(dialog(page)).to_contain_text("Changed. Lead the migration, from 2 to 12 services")
    await _asks_for_more(page, "Why does it matter to you?", "I learn to lead")
    await dialog(page).get_by_role("button", name="Keep mine").click()
    await expect(dialog(page)).to_contain_text("Measurable ✓ · In your hands ✓ · Relevant ✓ · Timed ✓")
    await expect(dialog(page).get_by_role("button", name="Answer")).to_have_count(0)


async def _notes_progress(page: Page) -> None:
    """The goal's card is open already, from its last answer."""
    await dialog(page).get_by_role("button", name="Open", exact=True).click()
    await dialog(page).get_by_role("button", name="Log progress").click()
    await dialog(page).get_by_label("How is it going?").fill("Two of them moved over night")
    await _answers(page, "now", "7")
    await expect(dialog(page)).to_contain_text("Noted.")
    await expect(dialog(page)).to_contain_text(HALF_WAY)
    await closes(page)


async def _links_the_win_to_the_goal(page: Page) -> None:
    await writes(page, "/win list")
    await chooses(page, row(newest(page, "Your wins"), "Rebuilt the search"), "Link goal")
    goal = dialog(page).get_by_label("Which goal does it serve?")
    await goal.select_option("Lead the migration, from 2 to 12 services")
    await dialog(page).get_by_role("button", name="Save").click()
    await expect(dialog(page)).to_contain_text("Goal Lead the migration, from 2 to 12 services")
    await closes(page)
    await writes(page, "/goal list")
    listed = newest(page, "1 active goal")
    await chooses(page, row(listed, "Lead the migration"), "Open")
    card = newest(page, "Two of them moved over night")
    await expect(card).to_contain_text("• Rebuilt the search")
    await expect(card).to_contain_text("Why I learn to lead")
    await shoot(page, "goal-card")


async def _sees_both_on_home(page: Page) -> None:
    home = await _home(page)
    await expect(home).to_contain_text("Lead the migration, from 2 to 12 services")
    await expect(home).to_contain_text(HALF_WAY)
    await expect(home).to_contain_text("This week · 1 win")
    await expect(home).to_contain_text("Rebuilt the search")
    await opens(page, page.get_by_role("button", name="That suits me"))
    await closes(page)
    await expect(home).not_to_contain_text("Hello, I am Sayso.")
    await shoot(page, "home-record")


async def _edits_and_undoes(page: Page) -> None:
    await writes(page, "/win Wrote the handbook")
    await opens(page, newest(page, "Saved. Wrote the handbook").get_by_role("button", name="Edit"))
    await _answers(page, "What did you get done?", "Wrote the handbook for new colleagues")
    await expect(dialog(page)).to_contain_text("Changed. Wrote the handbook for new colleagues")
    await dialog(page).get_by_role("button", name="Undo").click()
    await expect(dialog(page)).not_to_contain_text("for new colleagues")
    await expect(dialog(page)).to_contain_text("Changed. Wrote the handbook")
    await expect(dialog(page).get_by_role("button", name="Undo")).to_have_count(0)
    await closes(page)


async def _deletes_from_the_list(page: Page) -> None:
    await writes(page, "/win list")
    await chooses(page, row(newest(page, "Your wins · 1 win"), "Wrote the handbook"), "Delete")
    await expect(newest(page, "Taken out.")).to_contain_text("It stays in the bin for 30 days.")
    await writes(page, "/win list")
    await expect(newest(page, "Nothing here yet.")).to_be_visible()


async def _restores_from_the_bin(page: Page) -> None:
    await writes(page, "/win bin")
    binned = newest(page, "The bin · 1 thing.")
    await expect(binned).to_contain_text("Wrote the handbook")
    await shoot(page, "bin")
    await binned.get_by_role("button", name="Put it back").click()
    await expect(newest(page, "The bin is empty.")).to_be_visible()
    await writes(page, "/win list")
    await expect(newest(page, "Your wins · 1 win")).to_contain_text("Wrote the handbook")


async def _logs_three(page: Page) -> None:
    for said in (
        "Rebuilt the checkout",
        "Mentored two colleagues on call",
        "Mentored two colleagues on-call",
    ):
        await writes(page, f"/win {said}")
        await expect(newest(page, f"Saved. {said}")).to_be_visible()
    await opens(page, newest(page, "Saved. Rebuilt the checkout").get_by_role("button", name="Edit"))
    await dialog(page).get_by_label("Category").select_option("Quality")
    await dialog(page).get_by_role("button", name="Save").click()
    await expect(dialog(page)).to_contain_text("Category Quality")
    await closes(page)


async def _searches_with_a_slip(page: Page) -> None:
    await writes(page, "/win find chekcout")
    found = newest(page, "1 win for “chekcout”")
    await expect(found).to_contain_text("Rebuilt the checkout")
    await expect(found).not_to_contain_text("Mentored")


async def _narrows_the_list(page: Page) -> None:
    await writes(page, "/win list")
    listed = newest(page, "Your wins · 3 wins")
    await shoot(page, "win-list")
    await opens(page, listed.get_by_role("button", name="Filter and find"))
    await dialog(page).get_by_label("When").select_option("This week")
    await dialog(page).get_by_label("Category").select_option("Quality")
    await shoot(page, "win-filter")
    await dialog(page).get_by_role("button", name="Show").click()
    await expect(dialog(page)).to_contain_text("This week · Quality")
    await expect(dialog(page)).to_contain_text("Rebuilt the checkout")
    await expect(dialog(page)).not_to_contain_text("Mentored")
    await closes(page)


async def _makes_one_of_two_and_takes_them_apart(page: Page) -> None:
    await writes(page, "/win duplicates")
    await expect(newest(page, "Are these the same?")).to_contain_text("Mentored two colleagues on-call")
    await shoot(page, "look-alikes")
    await newest(page, "Are these the same?").get_by_role("button", name="Make them one").click()
    await newest(page, "Made one of two.").get_by_role("button", name="Undo").click()
    await newest(page, "Are these the same?").get_by_role("button", name="Keep both").click()
    await expect(newest(page, "No look-alikes are waiting for you.")).to_be_visible()
    await writes(page, "/win list")
    await expect(newest(page, "Your wins · 3 wins").last).to_be_visible()


async def _looks_back(page: Page) -> None:
    await writes(page, "/win replay")
    some = newest(page, "Things you did")
    for said in (
        "Rebuilt the checkout",
        "Mentored two colleagues on call",
        "Mentored two colleagues on-call",
    ):
        await expect(some).to_contain_text(said)
    await shoot(page, "look-back")


async def _home_is_empty(page: Page) -> None:
    home = await _home(page)
    await expect(home).to_contain_text("Only you can read it.")
    await expect(home).to_contain_text("This week · nothing yet")
    await expect(home).to_contain_text("Goals · none yet")
    await shoot(page, "home-empty")
    await opens(page, page.get_by_role("button", name="That suits me"))
    await closes(page)


async def _home_is_of_a_normal_week(page: Page) -> None:
    await page.get_by_role("link", name="Messages", exact=True).click()
    for thing in THINGS:
        await writes(page, f"/win Rebuilt {thing}")
        await expect(newest(page, f"Saved. Rebuilt {thing}")).to_be_visible()
    await writes(page, "/goal Lead the migration from 2 to 12 services by end of Q2")
    await expect(newest(page, "Saved. Lead the migration")).to_be_visible()
    home = await _home(page)
    await expect(home).to_contain_text("This week · 7 wins")
    await expect(home).to_contain_text("1 goal you work on")
    await shoot(page, "home-normal")


# Two thousand wins on a busy machine; nobody is told that it takes less.
IMPORT_SECONDS = 120


async def _two_thousand_wins_are_imported(folder: Path) -> None:
    """By `sayso import`, while no demo runs."""
    wins = [
        {
            "title": " ".join(random.Random(number).choices(WORDS, k=8)),
            "occurred_on": f"{2000 + number % 25}-{1 + number % 12:02}-{1 + number % 28:02}",
            "result": f"{number % 90} people were helped",
            "goal": number % 200,
        }
        for number in range(2000)
    ]
    wins[0]["title"] = OLDEST
    goals = [
        {"statement": f"Move service number {number} to the new platform", "status": "active"}
        for number in range(200)
    ]
    told = {"format": "sayso", "version": 1, "exported_on": "2026-01-01", "wins": wins, "goals": goals}
    (folder / "years.json").write_text(json.dumps(told))
    key = (folder / ".sayso/demo.key").read_text().strip()
    settings = {"database_url": f"sqlite:///{folder}/.sayso/demo.db", "master_keys": key}
    command = ("import", "years.json", "--member", MAYA, "--yes")
    async with sayso(*command, folder=folder, **settings) as importing:
        assert await importing.process.ended(IMPORT_SECONDS) == 0, "\n".join(importing.lines[-5:])
        assert "Saved 2000 wins." in importing.lines[-1]


async def _home_is_of_many_years(page: Page) -> None:
    home = await _home(page)
    await expect(home).to_contain_text("This week · 7 wins, 2007 in all")
    await expect(home).to_contain_text("201 goals you work on")
    await shoot(page, "home-huge")


async def _a_huge_list_is_searched(page: Page) -> None:
    await page.get_by_role("link", name="Messages", exact=True).click()
    await writes(page, "/win find first relaese anybody")
    await expect(newest(page, "for “first relaese anybody”")).to_contain_text(OLDEST)


async def _home(page: Page) -> Locator:
    await page.get_by_role("link", name="Home", exact=True).click()
    return page.get_by_role("main")


async def _asks_for_more(page: Page, field: str, text: str) -> None:
    """Answer the one thing that the open card asks for."""
    await dialog(page).get_by_role("button", name="Answer").click()
    await _answers(page, field, text)


async def _answers(page: Page, field: str, text: str) -> None:
    await dialog(page).get_by_label(field).fill(text)
    await dialog(page).get_by_role("button", name="Save").click()
