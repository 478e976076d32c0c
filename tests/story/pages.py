"""What a person does in the local Slack's page: writes, opens, reads the newest message, closes."""

import contextlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from playwright.async_api import Locator, Page, expect

from tests.story.processes import sayso


@asynccontextmanager
async def demo(folder: Path) -> AsyncIterator[str]:
    """`sayso demo`, which ends as it should; its page's address."""
    async with sayso("demo", "--port", "0", folder=folder) as running:
        yield (await running.says(r"(http://\S+)"))[1]
        assert await running.stop() == 0, "\n".join(running.lines)


async def writes(page: Page, text: str) -> None:
    composer = page.get_by_role("combobox", name="Message Sayso")
    await composer.fill(text)
    await composer.press("Escape")
    await composer.press("Enter")


async def opens(page: Page, button: Locator) -> None:
    """Click until a dialog stands there: a Home that is drawn anew under the pointer takes a second click."""
    dialogs = page.get_by_role("dialog").filter(visible=True)
    for _ in range(3):
        await button.click()
        with contextlib.suppress(AssertionError):
            await expect(dialogs).not_to_have_count(0, timeout=4_000)
            return
    raise AssertionError("no dialog opened")


async def closes(page: Page) -> None:
    await dialog(page).get_by_role("button", name="Close").last.click()
    await expect(page.get_by_role("dialog").filter(visible=True)).to_have_count(0)


def messages(page: Page) -> Locator:
    return page.get_by_role("log", name="Messages")


def newest(page: Page, text: str) -> Locator:
    return messages(page).get_by_role("article").filter(has_text=text).last


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog").filter(visible=True).last


def row(message: Locator, text: str) -> Locator:
    """One of the lines of a message, with what can be done about it."""
    return message.locator(".block-section").filter(has_text=text).first


async def chooses(page: Page, place: Locator, option: str) -> None:
    """Use a small menu."""
    await place.get_by_role("button", name="More options").click()
    await page.get_by_role("menuitem", name=option, exact=True).click()


async def shoot(page: Page, name: str) -> None:
    """Keep what the page looks like, in light and dark, where CI wants it."""
    folder = os.environ.get("SAYSO_TEST_ARTIFACTS")
    if not folder:
        return
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        await page.screenshot(path=f"{folder}/{name}-{scheme}.png")
    await page.emulate_media(color_scheme="light")


async def the_clock_says(address: str, moment: str) -> None:
    """Move everybody's clock, which lets the worker do what is due by then."""
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{address}/sandbox/clock", json={"to": moment}) as answer,
    ):
        assert (await answer.json())["ok"]


async def picks(form: Locator, *options: str) -> None:
    """Choose several in the first field of a form that takes them."""
    await form.locator("summary").first.click()
    for option in options:
        await form.get_by_role("checkbox", name=option).check()
    await form.locator("summary").first.click()
