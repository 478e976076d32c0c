"""An import in the page that `sayso demo` shows, done by a person in a real browser."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests import browser
from tests.story.pages import demo, dialog, messages, newest, shoot, writes

pytestmark = pytest.mark.browser

MARKDOWN = """\
# Brag document 2025

## March
- Shipped the new search
  - Result: searches take half as long
- 2025-02-31 A day that never was
- 12 March: helped Ana through her first release
- 2099-01-01 Not yet
"""


async def test_a_file_is_attached_looked_at_saved_and_taken_back(chromium: str, tmp_path: Path):
    (tmp_path / "wins.md").write_text(MARKDOWN)
    async with demo(tmp_path) as address, browser.window(chromium, address) as page:
        await _attaches(page, tmp_path / "wins.md")
        await _reads_what_is_broken(page)
        await _saves(page)
        await _sees_them_listed(page)
        await _takes_them_back(page)


async def test_a_file_is_dropped_and_its_columns_are_chosen(chromium: str, tmp_path: Path):
    async with demo(tmp_path) as address, browser.window(chromium, address) as page:
        await _drops(page, "wins.csv", "when,stuff\\n2025-03-12,Shipped the new search\\n")
        preview = newest(page, "Nothing is saved yet.")
        await preview.get_by_role("button", name="Choose columns").click()
        form = dialog(page)
        await expect(form.get_by_label("What you got done")).to_have_value("1")
        await shoot(page, "import-columns")
        await form.get_by_role("button", name="Read it so").click()
        await dialog(page).get_by_role("button", name="Save 1 win").click()
        await expect(dialog(page)).to_contain_text("Saved 1 win")


async def _attaches(page: Page, path: Path) -> None:
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name="Attach a file", exact=True).click()
    await (await chooser.value).set_files(path)
    await expect(page.locator("#attached")).to_contain_text("wins.md")
    await shoot(page, "import-attached")
    await page.get_by_role("button", name="Send").click()
    await expect(messages(page).get_by_role("link", name="wins.md")).to_be_visible()
    preview = newest(page, "Nothing is saved yet.")
    await expect(preview).to_contain_text("found 2 wins")
    await expect(preview).to_contain_text("Monday 31 March 2025 Shipped the new search")
    await expect(preview).to_contain_text("Only visible to you")
    await shoot(page, "import-preview")


async def _drops(page: Page, name: str, content: str) -> None:
    script = """([name, content]) => {
        const dropped = new DataTransfer();
        dropped.items.add(new File([content.replaceAll("\\\\n", "\\n")], name, { type: "text/csv" }));
        for (const kind of ["dragover", "drop"]) {
            document.querySelector("main").dispatchEvent(
                new DragEvent(kind, { dataTransfer: dropped, bubbles: true, cancelable: true }));
        }
    }"""
    await page.evaluate(script, [name, content])
    await expect(page.locator("#attached")).to_contain_text(name)
    await page.get_by_role("combobox", name="Message Sayso").press("Enter")


async def _reads_what_is_broken(page: Page) -> None:
    await newest(page, "Nothing is saved yet.").get_by_role("button", name="Broken lines (2)").click()
    broken = newest(page, "I cannot take")
    await expect(broken).to_contain_text("Line 6: “2025-02-31” is no day that I can read.")
    await expect(broken).to_contain_text("Line 8: Thursday 1 January 2099 has not come yet.")
    await broken.get_by_role("button", name="Back").click()


async def _saves(page: Page) -> None:
    await newest(page, "Nothing is saved yet.").get_by_role("button", name="Save 2 wins").click()
    await expect(newest(page, "Saved 2 wins")).to_be_visible()
    await shoot(page, "import-saved")


async def _sees_them_listed(page: Page) -> None:
    await writes(page, "/win list")
    listed = newest(page, "Your wins")
    await expect(listed).to_contain_text("Shipped the new search")
    await expect(listed).to_contain_text("helped Ana through her first release")


async def _takes_them_back(page: Page) -> None:
    await newest(page, "Saved 2 wins").get_by_role("button", name="Undo").click()
    await expect(newest(page, "Taken back: the 2 wins")).to_be_visible()
    await writes(page, "/win list")
    await expect(newest(page, "Nothing here yet")).to_be_visible()
