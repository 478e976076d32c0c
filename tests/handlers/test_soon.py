"""Commands that are not here yet: they say so and give the words back."""

import pytest

from tests import forged
from tests.slack import Person


@pytest.mark.parametrize("command", ["/goal", "/ask", "/feedback"])
async def test_the_words_come_back_whole(maya: Person, command: str) -> None:
    await maya.says(command)
    assert "not here yet" in await maya.reads()
    assert "Your words" not in await maya.reads()
    for text in (*forged.HOSTILE, "word < " * 1300 + "end"):
        await maya.says(f"{command} {text}")
        said = await maya.reads()
        assert "Nothing was saved. Your words:" in said
        assert text.split() == said.partition("Your words:")[2].split()
