"""Signed HTTP delivery: encodings, signatures, url_verification, and what the person hears when it fails."""

import json
from datetime import UTC, datetime

import pytest

from bot.sandbox import delivery
from bot.sandbox.delivery import http
from tests.sandbox.driving import HttpBot, Slack, actions, button, modal, over_http


async def test_requests_are_signed_over_their_raw_body(slack: Slack, http_bot: HttpBot):
    await slack.act("command", command="/echo", text="ümläut & more")
    await slack.act("home", app=slack.app.id)
    await slack.act("shortcut", callback_id="anywhere")
    assert [each.kind for each in http_bot.got] == ["slash_commands", "events_api", "interactive"]
    assert all(each.signed_by(slack.app.signing_secret) for each in http_bot.got)
    assert not any(each.signed_by("another secret") for each in http_bot.got)


def test_the_signature_is_the_published_one():
    # Slack's documentation signs this request with this secret.
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554"
        b"%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    expected = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert http.signature("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body) == expected


async def test_the_encodings_are_slacks(slack: Slack, http_bot: HttpBot):
    await slack.act("command", command="/echo")
    await slack.act("shortcut", callback_id="anywhere")
    await slack.act("home", app=slack.app.id)
    command, shortcut, event = http_bot.got
    assert command.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert b"command=%2Fecho" in command.body
    assert b"&text=&" in command.body
    assert shortcut.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert shortcut.body.startswith(b"payload=%7B%22type%22")
    assert event.headers["Content-Type"] == "application/json"
    assert json.loads(event.body)["type"] == "event_callback"


async def test_a_moved_clock_does_not_make_signatures_stale(slack: Slack, http_bot: HttpBot):
    await slack.control("POST", "clock", to="2031-01-01T00:00:00+00:00")
    await slack.act("home", app=slack.app.id)
    sent_at = float(http_bot.got[0].headers["X-Slack-Request-Timestamp"])
    assert abs(datetime.now(UTC).timestamp() - sent_at) < 60
    assert http_bot.got[0].payload["event_time"] == pytest.approx(1_924_992_000, abs=60)


async def test_a_url_is_verified_when_it_is_set(slack: Slack):
    async with over_http(slack) as bot:
        url = slack.app.delivery["url"]
        answer = await slack.control("PATCH", f"apps/{slack.app.id}", delivery={"mode": "http", "url": url})
        sent = await bot.last("url_verification")
    assert answer["url_verified"] is True
    assert sent["token"] == slack.app.verification_token
    assert bot.got[0].signed_by(slack.app.signing_secret)


async def test_a_url_that_is_not_up_yet_is_kept(slack: Slack):
    delivery = {"mode": "http", "url": "http://127.0.0.1:9/slack/events"}
    answer = await slack.control("PATCH", f"apps/{slack.app.id}", delivery=delivery)
    assert (answer["url_verified"], answer["delivery"]) == (False, delivery)


@pytest.mark.parametrize(
    "delivery", [{"mode": "pigeon"}, {"mode": "http"}, {"mode": "http", "url": "ftp://x"}]
)
async def test_a_delivery_that_cannot_be_is_refused(slack: Slack, delivery: dict[str, str]):
    answer = await slack.control("PATCH", f"apps/{slack.app.id}", delivery=delivery)
    assert (answer["status"], answer["error"]) == (400, "invalid_delivery")


async def test_silence_is_a_timeout_for_the_person(
    slack: Slack, http_bot: HttpBot, monkeypatch: pytest.MonkeyPatch
):
    assert delivery.SECONDS == 3.0
    monkeypatch.setattr(delivery, "SECONDS", 0.1)
    http_bot.answer = lambda _: None
    answer = await slack.act("command", command="/echo")
    assert answer["delivery"]["answered"] is False
    assert answer["delivery"]["error"] == "operation_timeout"
    assert answer["delivery"]["took_ms"] >= 90
    (notice,) = (await slack.sees())["notices"]
    assert notice["text"] == "/echo failed with the error “operation_timeout”"
    assert notice["channel"] == slack.dm


async def test_a_broken_app_is_told_to_the_person(slack: Slack, http_bot: HttpBot):
    http_bot.answer = lambda _: (500, "oops")
    assert (await slack.act("command", command="/echo"))["delivery"]["error"] == "dispatch_failed"
    slack.app.delivery = {"mode": "http", "url": "http://127.0.0.1:9/"}
    assert (await slack.act("command", command="/echo"))["delivery"]["error"] == "dispatch_failed"
    texts = [notice["text"] for notice in (await slack.sees())["notices"]]
    assert texts == ["/echo failed with the error “dispatch_failed”"] * 2


async def test_each_kind_of_act_has_its_own_sentence_for_failure(slack: Slack, http_bot: HttpBot):
    posted = await slack.api("chat.postMessage", channel=slack.dm, text="t", blocks=[actions(button())])
    await slack.act("command", command="/echo")
    trigger = (await http_bot.last("slash_commands"))["trigger_id"]
    view = (await slack.api("views.open", trigger_id=trigger, view=modal()))["view"]
    http_bot.answer = lambda _: (503, "")
    where = {"kind": "message", "channel": slack.dm, "ts": posted["ts"]}
    await slack.act("click", container=where, action_id="press")
    await slack.act("submit", view_id=view["id"], values={"b": "x"})
    await slack.act("shortcut", callback_id="anywhere")
    texts = [notice["text"] for notice in (await slack.sees())["notices"]]
    assert texts[0].startswith("This app is not responding.")
    assert texts[1] == "We had some trouble connecting. Try again?"
    assert texts[2].startswith("Anywhere didn’t work")
    assert (await slack.modal())["id"] == view["id"]


async def test_redirects_without_end_are_a_failure(slack: Slack, http_bot: HttpBot):
    url = slack.app.delivery["url"]
    http_bot.answer = lambda _: (307, "", ("Location", url))
    answer = await slack.act("command", command="/echo")
    assert answer["delivery"]["error"] == "dispatch_failed"


async def test_the_answer_to_a_click_is_not_a_message(slack: Slack, http_bot: HttpBot):
    # Slack stopped reading messages out of the answer to block_actions; only response_url changes anything.
    posted = await slack.api("chat.postMessage", channel=slack.dm, text="t", blocks=[actions(button())])
    http_bot.answer = lambda _: {"text": "ignored", "replace_original": True}
    where = {"kind": "message", "channel": slack.dm, "ts": posted["ts"]}
    answer = await slack.act("click", container=where, action_id="press")
    assert answer["delivery"]["answered"] is True
    assert await slack.texts() == ["t"]
