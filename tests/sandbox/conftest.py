"""A served sandbox for each test, and an app that is delivered to over HTTP or over a socket."""

from collections.abc import AsyncIterator

import pytest

from tests.sandbox.driving import Bot, HttpBot, Slack, SocketBot, over_http, over_socket, serving


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with serving() as slack:
        yield slack


@pytest.fixture
async def http_bot(slack: Slack) -> AsyncIterator[HttpBot]:
    async with over_http(slack) as bot:
        yield bot


@pytest.fixture
async def socket_bot(slack: Slack) -> AsyncIterator[SocketBot]:
    async with over_socket(slack) as bot:
        yield bot


@pytest.fixture(params=["http", "socket"])
async def bot(request: pytest.FixtureRequest, slack: Slack) -> AsyncIterator[Bot]:
    """The same app both ways, for what must not depend on the way."""
    async with (over_http if request.param == "http" else over_socket)(slack) as bot:
        yield bot
