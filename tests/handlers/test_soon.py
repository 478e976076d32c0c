"""Commands that are not here yet: they say so and give the words back."""

from itertools import cycle

from tests import forged
from tests.slack import Person


async def test_a_command_without_words_says_what_there_is_instead(maya: Person) -> None:
    for command in ("/ask", "ask"):
        await maya.says(command)
        assert "not here yet" in await maya.reads()
        assert "Your words" not in await maya.reads()


async def test_the_words_come_back_whole(maya: Person) -> None:
    commands = ("/ask", "/coach ask")
    texts = (*forged.HOSTILE, "word < " * 1300 + "end")
    for command, text in zip(cycle(commands), texts, strict=False):
        await maya.says(f"{command} {text}")
        said = await maya.reads()
        assert "Nothing was saved. Your words:" in said
        assert text.split() == said.partition("Your words:")[2].split()
