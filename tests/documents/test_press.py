"""The press: one file at a time, beside everybody else's work, and not for ever."""

import asyncio
import threading
from collections.abc import Callable
from functools import partial

import pytest

from bot.core.prose import Prose
from bot.documents.formats import Format, Made
from bot.documents.press import Press
from bot.domain.brag import Facts
from tests.documents.samples import PROSE, facts


def format_of(work: Callable[[], object], name: str = "x") -> Format:
    def make(_prose: Prose, _facts: Facts) -> Made:
        work()
        return Made(name.encode())

    return Format(name, "txt", make)


async def test_others_go_on_while_a_file_is_made() -> None:
    gate = threading.Event()
    making = asyncio.create_task(Press().make(format_of(partial(gate.wait, 10)), PROSE, facts()))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not making.done()
    gate.set()
    assert (await making).content == b"x"


async def test_two_files_are_never_made_at_once() -> None:
    running, most = [0], [0]

    def work() -> None:
        running[0] += 1
        most[0] = max(most[0], running[0])
        running[0] -= 1

    press = Press()
    made = await asyncio.gather(*(press.make(format_of(work, str(at)), PROSE, facts()) for at in range(20)))
    assert most == [1]
    assert [one.content for one in made] == [str(at).encode() for at in range(20)]


async def test_whoever_waits_too_long_is_told_and_the_next_one_is_served() -> None:
    gate, press = threading.Event(), Press(longest_seconds=0.05)
    with pytest.raises(TimeoutError):
        await press.make(format_of(partial(gate.wait, 10)), PROSE, facts())
    gate.set()
    assert (await Press().make(format_of(lambda: None), PROSE, facts())).content == b"x"
    async with asyncio.timeout(5):
        while True:
            try:
                await press.make(format_of(lambda: None), PROSE, facts())
            except TimeoutError:
                continue
            break
