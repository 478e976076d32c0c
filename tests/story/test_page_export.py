"""A document of wins, ordered in the page of `sayso demo` in every format, downloaded and read back."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from docx import Document
from playwright.async_api import Page, expect
from pypdf import PdfReader

from tests import browser
from tests.story.pages import closes, demo, dialog, messages, newest, shoot, writes

pytestmark = pytest.mark.browser

KIND = re.compile(r"\b(PDF|DOCX|HTML|MD|CSV|JSON) · ")
LABELS = ("PDF", "Word", "Web page", "Markdown", "CSV", "JSON")
LINES = (
    "Shipped the new search and halved the questions to support",
    "Cut the CI time from 42 to 11 minutes",
    "Mentored Ben",
)


async def test_every_format_is_ordered_delivered_and_read_back(chromium: str, tmp_path: Path):
    async with demo(tmp_path) as address, browser.window(chromium, address) as page:
        for line in LINES:
            await writes(page, f"/win {line}")
            await expect(newest(page, line[:20])).to_be_visible()
        await _orders(page)
        files = await _downloads(page)
        assert sorted(files) == ["CSV", "DOCX", "HTML", "JSON", "MD", "PDF"]
        for kind, content in files.items():
            told = await _text_of(page, kind, content)
            for line in LINES:
                assert line in told, kind


async def _orders(page: Page) -> None:
    await writes(page, "/win export")
    form = dialog(page)
    await expect(form).to_contain_text("Who is it for?")
    await form.get_by_label("Who is it for?").select_option(label="Myself: everything")
    for label in LABELS:
        box = dialog(page).get_by_role("checkbox", name=label)
        await box.check()
    await shoot(page, "export-form")
    await dialog(page).get_by_role("button", name="Make it").click()
    await expect(dialog(page)).to_contain_text("It is in our messages now", timeout=60_000)
    await closes(page)


async def _downloads(page: Page) -> dict[str, bytes]:
    """The files of the newest message, by their kind as the page names it."""
    links = (
        messages(page)
        .get_by_role("article")
        .filter(has_text="Here is your document")
        .last.get_by_role("link")
    )
    await expect(links.first).to_be_visible()
    await shoot(page, "export-delivered")
    found = {}
    for link in await links.all():
        address = await link.evaluate("link => link.href")
        kind = KIND.search(await link.inner_text())
        assert kind
        found[kind[1]] = await (await page.request.get(address)).body()
    return found


async def _text_of(page: Page, kind: str, content: bytes) -> str:
    """What a reader finds in the file, with any white space as one blank."""
    match kind:
        case "PDF":
            told = " ".join(one.extract_text() for one in PdfReader(io.BytesIO(content)).pages)
        case "DOCX":
            told = " ".join(one.text for one in Document(io.BytesIO(content)).paragraphs)
        case "CSV":
            rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
            told = " ".join(cell for row in rows for cell in row)
        case "JSON":
            told = " ".join(win["title"] for win in json.loads(content)["wins"])
        case "HTML":
            reader = await page.context.new_page()
            await reader.set_content(content.decode())
            told = await reader.inner_text("body")
            await reader.close()
        case _:
            told = content.decode().replace("\\", "")
    return " ".join(told.split())
