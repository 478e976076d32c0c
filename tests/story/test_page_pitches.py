"""A promotion in the page that `sayso demo` shows: refused as a hint, drafted, linted, changed, sent and followed up."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests import browser
from tests.story.pages import closes, demo, dialog, newest, opens, shoot, writes

pytestmark = pytest.mark.browser

ASK = "I want to become a staff engineer in the spring round"
HINT = "I would love to maybe become a staff engineer"


async def test_a_promotion_goes_from_a_hint_to_its_follow_up(chromium: str, tmp_path: Path):
    async with demo(tmp_path) as address, browser.window(chromium, address, size=(1280, 1100)) as page:
        await _has_a_goal_and_wins(page)
        await _is_refused_a_hint(page)
        await _drafts_it(page)
        await _takes_a_suggestion(page)
        await _sees_what_changed(page)
        await _drafts_it_with_other_wins(page)
        await _marks_it_as_sent(page)
        await _finds_the_ask(page)
        await _is_asked_for_the_answer(page, address)


async def test_words_that_name_no_kind_are_answered_with_usage(chromium: str, tmp_path: Path):
    async with demo(tmp_path) as address, browser.window(chromium, address) as page:
        await writes(page, "/pitch the moon")
        said = newest(page, "I do not know “the moon” here.")
        await expect(said).to_contain_text("/pitch promotion")
        await expect(said).to_contain_text("The agenda of a 1:1")
        await shoot(page, "pitch-usage")
        await writes(page, "/pitch raise")
        await expect(newest(page, "there are none yet")).to_contain_text(
            "The agenda of a 1:1, an idea or a training"
        )


async def _has_a_goal_and_wins(page: Page) -> None:
    for said in (
        "/goal Become a staff engineer by end of Q2",
        "/win We rebuilt the search",
        "/win Led the audit of 12 services",
        "/win Mentored two colleagues until both were on call",
    ):
        await writes(page, said)
        await expect(newest(page, "Saved. " + said.split(" ", 1)[1][:12])).to_be_visible()


async def _is_refused_a_hint(page: Page) -> None:
    await writes(page, "/pitch promotion")
    form = dialog(page)
    await form.get_by_label("What exactly do you want, in one sentence?").fill(HINT)
    await form.get_by_label("What will you do next?").fill("Lead the platform team")
    await form.get_by_role("button", name="Draft it").click()
    await expect(form).to_contain_text("“I would love to maybe” hints. Say plainly what you want")
    await shoot(page, "pitch-refused")
    await expect(form.get_by_label("What exactly do you want, in one sentence?")).to_have_value(HINT)
    await expect(form.get_by_label("What will you do next?")).to_have_value("Lead the platform team")


async def _drafts_it(page: Page) -> None:
    form = dialog(page)
    await form.get_by_label("What exactly do you want, in one sentence?").fill(ASK)
    await form.get_by_label("Which goal does it serve?").select_option("Become a staff engineer")
    await form.get_by_role("button", name="Draft it").click()
    await expect(form).to_contain_text(f"What I am asking for: {ASK} [1]")
    await expect(form).to_contain_text("What I will do in that role: Lead the platform team")
    await expect(form).to_contain_text("Which aim")
    await expect(form).not_to_contain_text("Looks back only")
    await shoot(page, "pitch-preview")


async def _takes_a_suggestion(page: Page) -> None:
    suggestion = dialog(page).locator(".block-section").filter(has_text="not what your part was")
    await expect(suggestion).to_contain_text("“We rebuilt”")
    await suggestion.get_by_role("button", name="Take it").click()
    await expect(dialog(page)).to_contain_text("version 2, with a suggestion taken")
    await expect(dialog(page)).to_contain_text("my part: [what did I do?]")


async def _sees_what_changed(page: Page) -> None:
    await dialog(page).get_by_role("button", name="What changed").click()
    await expect(dialog(page)).to_contain_text("Version 2 beside version 1")
    await expect(dialog(page)).to_contain_text("+ • We rebuilt the search")
    await shoot(page, "pitch-changes")
    await page.keyboard.press("Escape")
    await expect(dialog(page)).to_contain_text("with a suggestion taken")


async def _drafts_it_with_other_wins(page: Page) -> None:
    await dialog(page).get_by_role("button", name="Change wins").click()
    form = dialog(page)
    await expect(form).to_contain_text("What you changed by hand stays in the version before.")
    await shoot(page, "pitch-wins")
    await form.locator("details.many summary").click()
    await form.get_by_role("checkbox", name="We rebuilt the search").uncheck()
    await form.get_by_role("button", name="Draft it").click()
    await expect(form).to_contain_text("version 3, with other wins")
    await expect(form).to_contain_text("Led the audit of 12 services")


async def _marks_it_as_sent(page: Page) -> None:
    await dialog(page).get_by_role("button", name="Mark as sent").click()
    form = dialog(page)
    await form.get_by_label("Whom did you send it to?").fill("Priya")
    await form.get_by_label("When shall I ask you for an answer?").fill("in 2 weeks")
    await shoot(page, "pitch-send")
    await form.get_by_role("button", name="Mark it").click()
    await expect(form).to_contain_text("Marked as sent to Priya.")
    await expect(form).to_contain_text("Priya stands on the list of those who know your goal")
    await shoot(page, "pitch-sent")
    await form.get_by_role("button", name="Open the ask").click()
    await expect(dialog(page)).to_contain_text(ASK)
    await closes(page)


async def _finds_the_ask(page: Page) -> None:
    await writes(page, "/ask list")
    await expect(newest(page, ASK)).to_contain_text("Priya")
    await writes(page, "/pitch list")
    await opens(page, newest(page, "Your drafts").get_by_role("button", name="Open", exact=True))
    await expect(dialog(page)).to_contain_text("Sent to Priya")
    await closes(page)


async def _is_asked_for_the_answer(page: Page, address: str) -> None:
    """On the Friday after those two weeks the question has come, and says nothing of what was asked."""
    moved = await page.request.post(f"{address}/sandbox/clock", data={"by_seconds": 14 * 86_400})
    assert moved.ok
    await page.get_by_role("button", name="Clock:").click()
    await page.get_by_role("button", name="Next Friday, 15:00").click()
    question = newest(page, "One of your asks waits for an answer")
    await expect(question).to_be_visible(timeout=20_000)
    await expect(question).not_to_contain_text("staff engineer")
    await shoot(page, "pitch-followed-up")
