"""The report as a web page: whole in itself, escaped, and what a person sees and prints of it."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given

from bot.documents.report import report
from bot.documents.web_page import web_page
from bot.domain.brag import Facts
from tests import browser
from tests.documents.samples import (
    ESTIMATE,
    EVERYTHING,
    NUMBERLESS,
    PROSE,
    QUICKLY,
    any_facts,
    facts,
    many,
    may_say,
    numbers,
    squeezed,
    texts,
)
from tests.examples import examples


class Read(HTMLParser):
    """A page's elements, addresses and visible text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.addresses: list[str] = []
        self.text = ""
        self._style = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.text += "\n"
        self._style = tag == "style"
        self.addresses += [str(value) for name, value in attrs if name in {"href", "src", "xlink:href"}]
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_endtag(self, tag: str) -> None:
        self._style = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self._style else data


def made(some: Facts) -> str:
    return web_page(PROSE, report(PROSE, some)).decode()


def test_it_needs_nothing_from_elsewhere_and_runs_nothing() -> None:
    page = made(facts(EVERYTHING, ESTIMATE))
    read = Read(page)
    assert {"script", "link", "iframe", "img", "object", "form"}.isdisjoint(read.elements)
    assert read.addresses == ["https://example.com/1"]
    assert "url(" not in page
    assert "@import" not in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page


def test_the_chart_is_also_said_in_words() -> None:
    page = made(facts(EVERYTHING, ESTIMATE))
    assert 'role="img" aria-labelledby="chart-text"' in page
    assert (
        'id="chart-text">Wins by week, 1 January 2026 to 18 November 2026. Delivery: 1, Quality: 1.' in page
    )


@given(any_facts())
@examples(120, phases=QUICKLY)
def test_no_word_is_lost_none_becomes_markup_and_no_number_is_made_up(some: Facts) -> None:
    read, of = Read(made(some)), report(PROSE, some)
    items = [item for section in of.sections for item in section.items]
    assert read.elements.count("h3") == sum(len(one.items) for one in of.sections if one.heading)
    assert read.elements.count("article") == len(items)
    assert read.elements.count("dt") == sum(len(item.lines) for item in items)
    assert {"script", "b"} & set(read.elements) <= {"b"}
    assert set(read.addresses) <= {"https://example.com/a?b=1&c=[2]"}
    said = squeezed(read.text)
    for group in some.groups:
        for win in group.wins:
            for text in texts(win, set(some.request.audience.tells) - {"goal"}):
                assert squeezed(text) in said
    assert numbers(read.text) <= may_say(some)


# --- In a real browser


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with browser.running(tmp_path_factory.mktemp("chromium")) as address:
        yield address


def saved(folder: Path, some: Facts) -> str:
    file = folder / "page.html"
    file.write_bytes(web_page(PROSE, report(PROSE, some)))
    return file.as_uri()


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [320, 1280])
async def test_it_fits_the_screen_in_light_and_dark(
    chromium: str, tmp_path: Path, dark: bool, width: int
) -> None:
    address = saved(tmp_path, facts(EVERYTHING, ESTIMATE, NUMBERLESS))
    async with browser.window(chromium, address, dark=dark, size=(width, 800)) as page:
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        ink, paper = await page.evaluate(
            "[getComputedStyle(document.body).color, getComputedStyle(document.documentElement).backgroundColor]"
        )
        assert (brightness(ink) > brightness(paper)) is dark
        assert await page.get_by_role("img", name=re.compile("Wins by week")).count() == 1
        assert await page.get_by_role("table").count() == 2


@pytest.mark.browser
@pytest.mark.parametrize("paper", ["A4", "Letter"])
async def test_it_prints_dark_on_light_on_either_paper(chromium: str, tmp_path: Path, paper: str) -> None:
    async with browser.window(chromium, saved(tmp_path, facts(*many(40))), dark=True) as page:
        await page.emulate_media(media="print")
        colour = await page.evaluate("getComputedStyle(document.body).color")
        assert brightness(colour) < 200
        printed = await page.pdf(format=paper)
    assert printed.count(b"/Type /Page\n") > 5 or printed.count(b"/Type /Page") > 5


def brightness(colour: str) -> int:
    return sum(int(part) for part in re.findall(r"\d+", colour)[:3])
