"""What the stories share: one Chromium, in which each test has a window of its own."""

from collections.abc import Iterator

import pytest

from tests import browser


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with browser.running(tmp_path_factory.mktemp("chromium")) as address:
        yield address
