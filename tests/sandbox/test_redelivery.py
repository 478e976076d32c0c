"""Events that nobody took come again: at once, after one minute and after five, with the same id."""

import asyncio

import pytest

from bot.sandbox import delivery
from tests.sandbox.driving import Bot, Delivered, HttpBot, Slack, SocketBot


class Failing:
    """An app that fails the first `times` deliveries with HTTP 500, or with silence on a socket."""

    def __init__(self, times: int) -> None:
        self.left = times

    def __call__(self, delivered: Delivered) -> object:
        self.left -= 1
        if self.left < 0:
            return {}
        return None if delivered.envelope else (500, "later")


def attempts(bot: Bot) -> list[tuple[int, str]]:
    """The retry number and reason of each delivery, as the app reads them."""
    return [
        (int(each.envelope.get("retry_attempt", 0)), each.envelope.get("retry_reason", ""))
        if each.envelope
        else (int(each.headers.get("X-Slack-Retry-Num", 0)), each.headers.get("X-Slack-Retry-Reason", ""))
        for each in bot.got
    ]


async def test_the_first_retry_comes_at_once(slack: Slack, http_bot: HttpBot):
    http_bot.answer = Failing(1)
    answer = await slack.act("message", channel=slack.dm, text="hello?")
    first, second = await http_bot.until("message", 2)
    assert answer["delivery"] == {
        "answered": False,
        "error": "dispatch_failed",
        "took_ms": answer["delivery"]["took_ms"],
    }
    assert first["event_id"] == second["event_id"]
    assert attempts(http_bot) == [(0, ""), (1, "http_error")]


async def test_later_retries_wait_for_the_clock(slack: Slack, http_bot: HttpBot):
    http_bot.answer = Failing(99)
    await slack.act("message", channel=slack.dm, text="hello?")
    await http_bot.until("message", 2)
    await asyncio.sleep(0.05)
    assert len(http_bot.got) == 2
    await slack.control("POST", "clock", by_seconds=61)
    await http_bot.until("message", 3)
    await slack.control("POST", "clock", by_seconds=240)
    await asyncio.sleep(0.05)
    assert len(http_bot.got) == 3
    await slack.control("POST", "clock", by_seconds=60)
    await http_bot.until("message", 4)
    await slack.control("POST", "clock", by_seconds=86_400)
    await asyncio.sleep(0.05)
    assert attempts(http_bot) == [(0, ""), (1, "http_error"), (2, "http_error"), (3, "http_error")]
    assert len({each.payload["event_id"] for each in http_bot.got}) == 1


async def test_an_acknowledged_retry_is_the_last(slack: Slack, http_bot: HttpBot):
    http_bot.answer = Failing(2)
    await slack.act("message", channel=slack.dm, text="hello?")
    await http_bot.until("message", 2)
    await slack.control("POST", "clock", by_seconds=61)
    await http_bot.until("message", 3)
    await slack.control("POST", "clock", by_seconds=86_400)
    await asyncio.sleep(0.05)
    assert len(http_bot.got) == 3


async def test_an_app_may_ask_for_no_retries(slack: Slack, http_bot: HttpBot):
    http_bot.answer = lambda _: (500, "never mind", ("X-Slack-No-Retry", "1"))
    await slack.act("message", channel=slack.dm, text="hello?")
    await asyncio.sleep(0.05)
    assert len(http_bot.got) == 1


async def test_silence_is_the_reason_of_a_retry(
    slack: Slack, http_bot: HttpBot, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(delivery, "SECONDS", 0.1)
    http_bot.answer = lambda delivered: {} if "X-Slack-Retry-Num" in delivered.headers else None
    await slack.act("message", channel=slack.dm, text="hello?")
    await http_bot.until("message", 2)
    assert attempts(http_bot)[1] == (1, "http_timeout")


async def test_a_refused_connection_is_the_reason_of_a_retry(slack: Slack):
    slack.app.delivery = {"mode": "http", "url": "http://127.0.0.1:9/"}
    await slack.act("message", channel=slack.dm, text="hello?")
    await asyncio.sleep(0.05)
    (first, second) = slack.sandbox.journal.entries(kind="delivery")
    assert (first["retry"], second["retry"]) == (0, 1)
    assert first["payload"]["event_id"] == second["payload"]["event_id"]


async def test_sockets_are_retried_too(slack: Slack, socket_bot: SocketBot, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(delivery, "SECONDS", 0.1)
    socket_bot.answer = Failing(2)
    await slack.act("message", channel=slack.dm, text="hello?")
    await socket_bot.until("message", 2)
    await asyncio.sleep(0.2)
    await slack.control("POST", "clock", by_seconds=61)
    await socket_bot.until("message", 3)
    assert attempts(socket_bot) == [(0, ""), (1, "timeout"), (2, "timeout")]
    assert len({each.envelope["envelope_id"] for each in socket_bot.got}) == 3
    assert len({each.payload["event_id"] for each in socket_bot.got}) == 1


async def test_commands_and_clicks_are_never_repeated(slack: Slack, http_bot: HttpBot):
    http_bot.answer = lambda _: (500, "no")
    await slack.act("command", command="/echo")
    await slack.control("POST", "clock", by_seconds=3600)
    await asyncio.sleep(0.05)
    assert len(http_bot.got) == 1
