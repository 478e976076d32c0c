"""Debian's Chromium for the tests of pages: one process, and a window of its own for each test."""

import os
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE = (1280, 800)


@contextmanager
def running(profile: Path) -> Iterator[str]:
    """Chromium's DevTools address; skips where it is not installed, fails where everything must run."""
    if not CHROMIUM.exists():
        assert not os.environ.get("SAYSO_TEST_REQUIRE_ALL"), "Install chromium: the browser tests must run."
        pytest.skip("Needs Debian's chromium.")
    command = [
        str(CHROMIUM),
        "--headless=new",
        "--remote-debugging-port=0",
        f"--user-data-dir={profile}",
        *FLAGS,
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        yield f"http://127.0.0.1:{_port(profile / 'DevToolsActivePort')}"
        process.terminate()


@asynccontextmanager
async def window(
    chromium: str, address: str, *, dark: bool = False, size: tuple[int, int] = WIDE, patience_ms: int = 8000
) -> AsyncIterator[Page]:
    """A page at that address; an error in its scripts or on its console fails the test."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(chromium)
        context = await browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light"
        )
        page = await context.new_page()
        page.set_default_timeout(patience_ms)
        broken: list[str] = []
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on("console", lambda said: broken.append(said.text) if said.type == "error" else None)
        await page.goto(address)
        yield page
        await context.close()
        assert not broken, broken


def _port(told: Path) -> str:
    for _ in range(300):
        if told.exists() and (lines := told.read_text().splitlines()):
            return lines[0]
        time.sleep(0.1)
    pytest.fail("Chromium did not start within half a minute.")
