"""Socket Mode: the same answers over a socket, and a stop that loses nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from bot.coach import Coach
from tests.slack import LocalSlack, living


@pytest.fixture
async def over_socket(sqlite_url: str, make_coach: Callable[..., Coach]) -> AsyncIterator[LocalSlack]:
    async with living(sqlite_url, make_coach, mode="socket") as local:
        yield local


async def test_a_win_is_saved_and_answered_over_the_socket(over_socket):
    answer = await over_socket.maya.says("/win Shipped the new search")
    assert answer["delivery"]["answered"]
    assert "Shipped the new search" in await over_socket.maya.reads_all()


async def test_a_form_is_opened_refused_and_saved_over_the_socket(over_socket):
    maya = over_socket.maya
    await maya.says("/win")
    refused = await maya.submits(title="Mentored two colleagues", when="31 February")
    assert "31 February" in refused["errors"]["when"]
    await maya.submits(title="Mentored two colleagues", when="today")
    assert "Mentored two colleagues" in await maya.modal()


async def test_a_command_that_is_in_flight_is_answered_before_the_socket_closes(over_socket):
    maya = over_socket.maya
    await maya.opens_home()
    asked = asyncio.create_task(maya.does("command", command="/win", text="Finished under way"))
    while not over_socket.coach.in_flight.running:  # noqa: ASYNC110 - a count has no event for its start
        await asyncio.sleep(0)
    await over_socket.socket.close()
    assert (await asked)["delivery"]["answered"]
    assert "Finished under way" in await maya.reads_all()
