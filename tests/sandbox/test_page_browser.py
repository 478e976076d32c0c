"""The page in a real browser: what a person does with keys and pointer, and what they read then."""

import asyncio
import os
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.sandbox.world import Json
from tests.browser import CHROMIUM, FLAGS
from tests.sandbox.driving import (
    Delivered,
    HttpBot,
    Slack,
    actions,
    button,
    input_block,
    modal,
    over_http,
    plain,
    section,
    serving,
)

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

FORM = modal(
    input_block(
        {"type": "plain_text_input"}, "title", label=plain("What did you do?"), hint=plain("One line.")
    ),
    input_block({"type": "plain_text_input", "multiline": True}, "more", label=plain("More"), optional=True),
    title=plain("Log a win"),
)


class Keeper:
    """A small bot: `/echo words` answers, `/echo` opens a form, a form without a verb is refused."""

    def __init__(self, bot: HttpBot) -> None:
        self.bot, self.tasks = bot, set[asyncio.Task[Any]]()
        bot.answer = self.answer

    def answer(self, delivered: Delivered) -> Json:
        payload = delivered.payload
        if delivered.kind == "slash_commands" and payload["text"]:
            return {"response_type": "ephemeral", "text": f"Saved: *{payload['text']}*"}
        if delivered.kind == "slash_commands":
            self._later("views.open", trigger_id=payload["trigger_id"], view=FORM)
        if payload.get("type") == "view_submission":
            return self._judge(
                payload["view"]["state"]["values"]["title"]["a"]["value"], payload["user"]["id"]
            )
        return {}

    def _judge(self, title: str, user: str) -> Json:
        if title == "x":
            return {"response_action": "errors", "errors": {"title": "Say what you did, please."}}
        self._later("chat.postMessage", channel=user, text=f"Kept: {title}")
        return {}

    def _later(self, method: str, **args: Any) -> None:
        task = asyncio.create_task(self.bot.slack.api(method, **args))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One Chromium for all of these tests, which therefore share a loop."""
    if not CHROMIUM.exists():
        assert not os.environ.get("SAYSO_TEST_REQUIRE_ALL"), "Install chromium: the browser tests must run."
        pytest.skip("Needs Debian's chromium.")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def slack() -> AsyncIterator[Slack]:
    async with serving() as slack:
        yield slack


@pytest_asyncio.fixture(loop_scope="module")
async def http_bot(slack: Slack) -> AsyncIterator[HttpBot]:
    async with over_http(slack) as bot:
        Keeper(bot)
        yield bot


@pytest_asyncio.fixture(loop_scope="module")
async def page(chromium: Browser, slack: Slack, http_bot: HttpBot) -> AsyncIterator[Page]:
    """Maya's direct messages with a small bot."""
    window = await chromium.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light")
    page = await window.new_page()
    page.set_default_timeout(10_000)
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda said: broken.append(said.text) if said.type == "error" else None)
    await page.goto(slack.url)
    yield page
    await window.close()
    assert not broken


def composer(page: Page) -> Any:
    return page.get_by_role("combobox", name="Message Echo")


def log(page: Page) -> Any:
    return page.get_by_role("log", name="Messages")


async def test_a_command_is_completed_and_sent_with_the_keyboard(page: Page) -> None:
    await expect(composer(page)).to_be_focused()
    await page.keyboard.type("/e")
    await expect(page.get_by_role("option", name="/echo")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("listbox", name="Commands")).to_be_hidden()
    await page.keyboard.type("c")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(composer(page)).to_have_value("/echo ")
    await page.keyboard.type("Shipped <it> & more")
    await page.keyboard.press("Enter")
    await expect(log(page)).to_contain_text("Only visible to you")
    await expect(log(page)).to_contain_text("Saved: Shipped <it> & more")
    await expect(composer(page)).to_have_value("")


async def test_a_form_says_what_is_wrong_beside_the_field_and_then_goes_through(page: Page) -> None:
    await page.keyboard.type("/echo")
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Log a win")
    title = dialog.get_by_label("What did you do?")
    await expect(title).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(title).to_have_accessible_description("One line. Please fill in this field.")
    await page.keyboard.type("x")
    await dialog.get_by_label("More").fill("Something longer")
    await dialog.get_by_role("button", name="Save").click()
    await expect(title).to_have_accessible_description("One line. Say what you did, please.")
    await expect(title).to_be_focused()
    await expect(dialog.get_by_label("More")).to_have_value("Something longer")
    await title.fill("Shipped it")
    await page.keyboard.press("Enter")
    await expect(dialog).to_be_hidden()
    await expect(log(page)).to_contain_text("Kept: Shipped it")
    await expect(composer(page)).to_be_focused()


async def test_what_is_being_typed_outlives_whatever_arrives(page: Page, slack: Slack) -> None:
    await page.keyboard.type("/echo")
    await page.keyboard.press("Enter")
    more = page.get_by_role("dialog").get_by_label("More")
    await more.fill("half a sen")
    await slack.api("chat.postMessage", channel=slack.maya, text="News", blocks=[section("*News* has come")])
    await expect(log(page)).to_contain_text("News has come")
    await expect(more).to_be_focused()
    await page.keyboard.type("tence")
    await expect(more).to_have_value("half a sentence")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert (await slack.sees())["modals"] == []
    await composer(page).fill("A draft")
    await page.reload()
    await expect(composer(page)).to_have_value("A draft")


async def test_a_click_shows_that_it_is_working_and_asks_first_where_it_must(
    page: Page, slack: Slack, http_bot: HttpBot
) -> None:
    sure = {
        "title": plain("Undo"),
        "text": plain("Forget it?"),
        "confirm": plain("Forget"),
        "deny": plain("Keep"),
    }
    blocks = [section("Saved"), actions(button("undo", confirm=sure))]
    await slack.api("chat.postMessage", channel=slack.maya, text="Saved", blocks=blocks)
    await page.get_by_role("button", name="Press").click()
    await page.get_by_role("dialog", name="Undo").get_by_role("button", name="Keep").click()
    assert http_bot.of("block_actions") == []
    await page.get_by_role("button", name="Press").click()
    http_bot.answer = lambda _: None
    await page.get_by_role("dialog", name="Undo").get_by_role("button", name="Forget").click()
    await expect(page.get_by_text("Working…").first).to_be_visible()
    click = await http_bot.last("block_actions")
    assert [each["action_id"] for each in click["actions"]] == ["undo"]
    await expect(log(page)).to_contain_text("This app is not responding.")


async def test_the_theme_is_chosen_and_remembered(page: Page) -> None:
    toggle = page.get_by_role("button", name="Dark theme")
    await expect(toggle).to_have_attribute("aria-pressed", "false")
    await toggle.click()
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await expect(toggle).to_have_attribute("aria-pressed", "true")
    assert (
        await page.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor")
        == "rgb(26, 29, 33)"
    )


async def test_the_clock_moves_and_says_so(page: Page, slack: Slack) -> None:
    await page.get_by_role("button", name="Clock:").click()
    await page.get_by_role("button", name="Next Friday, 15:00").click()
    await expect(page.get_by_role("button", name="ahead of the real time")).to_contain_text("15:00")
    assert slack.sandbox.world.now().astimezone().weekday() in {3, 4, 5}
    await page.get_by_role("button", name="Clock:").click()
    await page.get_by_role("button", name="Back to the real time").click()
    await expect(page.get_by_role("button", name="ahead of the real time")).to_have_count(0)


async def test_the_drawer_shows_the_journal_and_injects_faults(page: Page, slack: Slack) -> None:
    await page.keyboard.type("/echo hello")
    await page.keyboard.press("Enter")
    await expect(log(page)).to_contain_text("Saved: hello")
    await page.get_by_role("button", name="Journal").click()
    drawer = page.get_by_role("complementary", name="Journal and faults")
    await drawer.get_by_role("button", name="Deliveries").click()
    row = drawer.get_by_role("listitem").filter(has_text="/echo")
    await row.get_by_text("/echo", exact=True).click()
    await expect(row).to_contain_text('"text": "hello"')
    await drawer.get_by_role("tab", name="Faults").click()
    await drawer.get_by_role("button", name="Inject").click()
    await expect(drawer.get_by_role("listitem")).to_contain_text("ratelimited")
    assert len(list(slack.sandbox.faults)) == 1
    await page.keyboard.press("Escape")
    await expect(drawer).to_be_hidden()
    await expect(page.get_by_role("button", name="Journal")).to_be_focused()


async def test_own_messages_are_edited_and_deleted_from_their_menu(page: Page) -> None:
    await page.keyboard.type("First thought")
    await page.keyboard.press("Enter")
    message = page.get_by_role("article").filter(has_text="thought")
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Edit message").click()
    await page.get_by_role("dialog", name="Edit message").get_by_label("Message").fill("Second thought")
    await page.get_by_role("button", name="Save changes").click()
    await expect(message).to_contain_text("Second thought (edited)")
    await message.get_by_role("button", name="More actions").press("Enter")
    await page.keyboard.press("End")
    await page.keyboard.press("Enter")
    await page.get_by_role("dialog", name="Delete message").get_by_role("button", name="Delete").click()
    await expect(message).to_have_count(0)


async def test_a_narrow_window_keeps_everything_in_reach(page: Page) -> None:
    await page.set_viewport_size({"width": 360, "height": 740})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    await page.get_by_role("button", name="Conversations").click()
    await page.get_by_role("link", name="general").click()
    await expect(page.get_by_role("heading", name="general").first).to_be_visible()
