"""Views: triggers, the stack of three, hashes, external ids, submissions and closing."""

import asyncio
from typing import Any

import pytest

from bot.sandbox import triggers
from bot.sandbox.world import Json
from tests.sandbox.driving import Bot, Slack, button, input_block, modal, plain, section


async def trigger(slack: Slack, bot: Bot) -> str:
    count = len(bot.of("slash_commands"))
    await slack.act("command", command="/echo")
    sent = await bot.until("slash_commands", count + 1)
    return str(sent[-1]["trigger_id"])


async def opened(slack: Slack, bot: Bot, view: Json | None = None) -> Json:
    answer = await slack.api("views.open", trigger_id=await trigger(slack, bot), view=view or modal())
    assert answer["ok"], answer
    return dict(answer["view"])


async def in_modal_trigger(slack: Slack, bot: Bot) -> str:
    """A trigger from a click within the open modal, which must have a button."""
    shown = await slack.modal()
    await slack.act("click", container={"kind": "view", "view_id": shown["id"]}, action_id="press")
    return str((await bot.last("block_actions"))["trigger_id"])


WITH_BUTTON = modal({"type": "actions", "elements": [button()]})


async def test_a_trigger_works_once(slack: Slack, http_bot: Bot):
    given = await trigger(slack, http_bot)
    first = await slack.api("views.open", trigger_id=given, view=modal())
    again = await slack.api("views.open", trigger_id=given, view=modal())
    assert first["ok"] is True
    assert again["error"] == "exchanged_trigger_id"


async def test_a_trigger_ends(slack: Slack, http_bot: Bot, monkeypatch: pytest.MonkeyPatch):
    assert triggers.SECONDS == 3.0
    monkeypatch.setattr(triggers, "SECONDS", 0.05)
    given = await trigger(slack, http_bot)
    await asyncio.sleep(0.1)
    assert (await slack.api("views.open", trigger_id=given, view=modal()))["error"] == "expired_trigger_id"


async def test_moving_the_clock_does_not_end_a_trigger(slack: Slack, http_bot: Bot):
    given = await trigger(slack, http_bot)
    await slack.control("POST", "clock", by_seconds=86_400)
    assert (await slack.api("views.open", trigger_id=given, view=modal()))["ok"] is True


@pytest.mark.parametrize(
    ("given", "error"),
    [("1.2.abc", "invalid_trigger_id"), ("nonsense", "invalid_trigger_id"), ("", "invalid_arguments")],
)
async def test_a_made_up_trigger_is_refused(slack: Slack, given: str, error: str):
    assert (await slack.api("views.open", trigger_id=given, view=modal()))["error"] == error


async def test_a_trigger_belongs_to_its_app(slack: Slack, http_bot: Bot):
    given = await trigger(slack, http_bot)
    other = slack.sandbox.register_app(
        {"display_information": {"name": "Other"}}, [slack.team], {"mode": "socket"}
    )
    token = other.installations[slack.team].bot_token
    answer = await slack.api("views.open", token=token, trigger_id=given, view=modal())
    assert answer["error"] == "invalid_trigger_id"


async def test_a_wrong_view_does_not_use_the_trigger_up(slack: Slack, http_bot: Bot):
    given = await trigger(slack, http_bot)
    long = modal(title=plain("x" * 25))
    refused = await slack.api("views.open", trigger_id=given, view=long)
    assert refused["error"] == "invalid_arguments"
    assert "[json-pointer:/view/title/text]" in refused["response_metadata"]["messages"][0]
    assert (await slack.api("views.open", trigger_id=given, view=modal()))["ok"] is True


@pytest.mark.parametrize("view", ["", "not json", "[]", '{"type": "modal"}'])
async def test_a_view_must_be_one(slack: Slack, http_bot: Bot, view: str):
    answer = await slack.api("views.open", trigger_id=await trigger(slack, http_bot), view=view)
    assert answer["error"] == "invalid_arguments"


async def test_an_opened_view_has_slacks_fields(slack: Slack, http_bot: Bot):
    given = modal(private_metadata="secret", external_id="ext", notify_on_close=True)
    view = await opened(slack, http_bot, given)
    assert view["id"].startswith("V")
    assert view["id"] == view["root_view_id"]
    assert view["previous_view_id"] is None
    assert (view["team_id"], view["app_id"]) == (slack.team, slack.app.id)
    assert view["bot_id"] == slack.installation.bot_id
    assert (view["private_metadata"], view["external_id"], view["callback_id"]) == ("secret", "ext", "form")
    assert (view["notify_on_close"], view["clear_on_close"]) == (True, False)
    assert view["state"] == {"values": {}}
    assert view["title"] == {"type": "plain_text", "text": "Form", "emoji": True}
    assert view["hash"].split(".")[0].isdigit()


async def test_a_stack_holds_three(slack: Slack, bot: Bot):
    root = await opened(slack, bot, WITH_BUTTON)
    second = await slack.api("views.push", trigger_id=await in_modal_trigger(slack, bot), view=WITH_BUTTON)
    third = await slack.api("views.push", trigger_id=await in_modal_trigger(slack, bot), view=WITH_BUTTON)
    fourth = await slack.api("views.push", trigger_id=await in_modal_trigger(slack, bot), view=WITH_BUTTON)
    assert second["view"]["previous_view_id"] == root["id"]
    assert third["view"]["root_view_id"] == root["id"]
    assert third["view"]["previous_view_id"] == second["view"]["id"]
    assert fourth["error"] == "push_limit_reached"
    assert len((await slack.sees())["modals"]) == 3


async def test_nothing_can_be_pushed_on_nothing(slack: Slack, http_bot: Bot):
    answer = await slack.api("views.push", trigger_id=await trigger(slack, http_bot), view=modal())
    assert answer["error"] == "not_found"


async def test_an_update_with_an_old_hash_is_refused(slack: Slack, http_bot: Bot):
    view = await opened(slack, http_bot)
    first = await slack.api("views.update", view_id=view["id"], hash=view["hash"], view=modal(section("one")))
    second = await slack.api(
        "views.update", view_id=view["id"], hash=view["hash"], view=modal(section("two"))
    )
    without = await slack.api("views.update", view_id=view["id"], view=modal(section("three")))
    assert first["view"]["hash"] != view["hash"]
    assert second["error"] == "hash_conflict"
    assert without["ok"] is True
    assert (await slack.modal())["blocks"][0]["text"]["text"] == "three"


async def test_views_are_found_by_external_id(slack: Slack, http_bot: Bot):
    await opened(slack, http_bot, modal(external_id="ext"))
    answer = await slack.api("views.update", external_id="ext", view=modal(section(), external_id="ext"))
    assert answer["ok"] is True
    assert (await slack.api("views.update", external_id="other", view=modal()))["error"] == "not_found"
    assert (await slack.api("views.update", view_id="V0", view=modal()))["error"] == "not_found"
    assert (await slack.api("views.update", view=modal()))["error"] == "invalid_arguments"


async def test_an_external_id_is_given_once(slack: Slack, http_bot: Bot):
    await opened(slack, http_bot, modal(external_id="ext"))
    home = {"type": "home", "external_id": "ext", "blocks": [section()]}
    taken = await slack.api("views.publish", user_id=slack.maya, view=home)
    await slack.act("close", view_id=(await slack.modal())["id"])
    free = await slack.api("views.publish", user_id=slack.maya, view=home)
    assert taken["error"] == "duplicate_external_id"
    assert free["ok"] is True


async def test_a_closed_view_cannot_be_updated(slack: Slack, http_bot: Bot):
    view = await opened(slack, http_bot)
    await slack.act("close", view_id=view["id"])
    assert (await slack.api("views.update", view_id=view["id"], view=modal()))["error"] == "not_found"
    assert (await slack.act("submit", view_id=view["id"]))["error"] == "view_not_found"


async def test_another_apps_view_is_not_found(slack: Slack, http_bot: Bot):
    view = await opened(slack, http_bot)
    other = slack.sandbox.register_app(
        {"display_information": {"name": "Other"}}, [slack.team], {"mode": "socket"}
    )
    token = other.installations[slack.team].bot_token
    answer = await slack.api("views.update", token=token, view_id=view["id"], view=modal())
    assert answer["error"] == "not_found"


async def test_what_was_typed_stays_where_the_input_stays(slack: Slack, http_bot: Bot):
    text = {"type": "plain_text_input"}
    asked = modal(
        input_block(text, "kept"), input_block(text, "dropped"), {"type": "actions", "elements": [button()]}
    )
    view = await opened(slack, http_bot, asked)
    where = {"kind": "view", "view_id": view["id"]}
    typed = {"kept": "one", "dropped": "two"}
    await slack.act("click", container=where, action_id="press", values=typed)
    first = {"type": "plain_text_input", "initial_value": "ignored"}
    await slack.api(
        "views.update", view_id=view["id"], view=modal(input_block(first, "kept"), input_block(text, "new"))
    )
    state = (await slack.modal())["state"]
    assert state["kept"]["a"]["value"] == "one"
    assert state["new"]["a"]["value"] is None
    await slack.api("views.update", view_id=view["id"], view=modal(input_block(text, "dropped")))
    assert (await slack.modal())["state"]["dropped"]["a"]["value"] is None


async def test_an_initial_value_counts_where_nothing_stood_before(slack: Slack, http_bot: Bot):
    def asked(first: str | None) -> Json:
        element = {"type": "plain_text_input"} | ({"initial_value": first} if first else {})
        return modal(input_block(element, "same"))

    view = await opened(slack, http_bot, asked(None))
    await slack.api("views.update", view_id=view["id"], view=asked("one"))
    assert (await slack.modal())["state"]["same"]["a"]["value"] == "one"
    await slack.api("views.update", view_id=view["id"], view=asked("two"))
    assert (await slack.modal())["state"]["same"]["a"]["value"] == "one"


async def test_a_submission_carries_the_view_with_its_values(slack: Slack, bot: Bot):
    view = await opened(slack, bot, modal(private_metadata="m"))
    answer = await slack.act("submit", view_id=view["id"], values={"b": "typed <&>"})
    sent = await bot.last("view_submission")
    assert answer["delivery"]["answered"] is True
    assert "errors" not in answer
    assert sent["view"]["id"] == view["id"]
    assert sent["view"]["private_metadata"] == "m"
    assert sent["view"]["state"]["values"] == {"b": {"a": {"type": "plain_text_input", "value": "typed <&>"}}}
    assert sent["response_urls"] == []
    assert sent["trigger_id"]
    assert sent["user"]["id"] == slack.maya
    assert (await slack.sees())["modals"] == []


async def test_the_apps_errors_are_shown_in_the_form(slack: Slack, bot: Bot):
    bot.answer = lambda sent: (
        {"response_action": "errors", "errors": {"b": "Too short."}}
        if sent.payload.get("type") == "view_submission"
        else {}
    )
    view = await opened(slack, bot)
    answer = await slack.act("submit", view_id=view["id"], values={"b": "x"})
    assert answer["errors"] == {"b": "Too short."}
    shown = await slack.modal()
    assert shown["errors"] == {"b": "Too short."}
    assert shown["state"]["b"]["a"]["value"] == "x"
    bot.answer = lambda _: {}
    assert "errors" not in await slack.act("submit", view_id=view["id"])


def answering(answer: Json) -> Any:
    return lambda sent: answer if sent.payload.get("type") == "view_submission" else {}


async def test_an_answer_may_update_push_or_clear(slack: Slack, bot: Bot):
    view = await opened(slack, bot)
    bot.answer = answering({"response_action": "update", "view": modal(section("updated"))})
    await slack.act("submit", view_id=view["id"], values={"b": "x"})
    assert (await slack.modal())["blocks"][0]["text"]["text"] == "updated"
    bot.answer = answering({"response_action": "push", "view": modal(section("pushed"))})
    await slack.act("submit", view_id=view["id"])
    assert (await slack.modal())["blocks"][0]["text"]["text"] == "pushed"
    assert len((await slack.sees())["modals"]) == 2
    bot.answer = answering({"response_action": "clear"})
    await slack.act("submit", view_id=(await slack.modal())["id"])
    assert (await slack.sees())["modals"] == []


async def test_an_empty_answer_shows_the_view_below(slack: Slack, bot: Bot):
    view = await opened(slack, bot, WITH_BUTTON)
    await slack.api("views.push", trigger_id=await in_modal_trigger(slack, bot), view=modal(section()))
    await slack.act("submit", view_id=(await slack.modal())["id"])
    assert (await slack.modal())["id"] == view["id"]


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "dance"},
        {"response_action": "errors", "errors": {"no_such_block": "x"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"text": "not for modals"},
    ],
)
async def test_an_answer_slack_cannot_use_leaves_the_form_with_trouble(slack: Slack, bot: Bot, answer: Json):
    bot.answer = answering(answer)
    view = await opened(slack, bot)
    told = await slack.act("submit", view_id=view["id"], values={"b": "x"})
    seen = await slack.sees()
    assert told["delivery"]["error"] == "invalid_response"
    assert seen["modals"][-1]["id"] == view["id"]
    assert seen["notices"][-1]["text"] == "We had some trouble connecting. Try again?"


async def test_only_the_view_on_top_can_be_submitted(slack: Slack, http_bot: Bot):
    view = await opened(slack, http_bot, WITH_BUTTON)
    await slack.api("views.push", trigger_id=await in_modal_trigger(slack, http_bot), view=modal())
    assert (await slack.act("submit", view_id=view["id"]))["error"] == "view_not_on_top"


async def test_closing_is_told_only_when_asked_for(slack: Slack, bot: Bot):
    quiet = await opened(slack, bot)
    assert (await slack.act("close", view_id=quiet["id"]))["delivery"]["answered"] is False
    view = await opened(slack, bot, modal(notify_on_close=True, private_metadata="m"))
    await slack.act("close", view_id=view["id"])
    (sent,) = bot.of("view_closed")
    assert sent["is_cleared"] is False
    assert (sent["view"]["id"], sent["view"]["private_metadata"]) == (view["id"], "m")
    assert (await slack.sees())["modals"] == []


async def test_closing_may_clear_the_stack(slack: Slack, bot: Bot):
    await opened(slack, bot, WITH_BUTTON)
    on_top = modal({"type": "actions", "elements": [button()]}, clear_on_close=True, notify_on_close=True)
    pushed = await slack.api("views.push", trigger_id=await in_modal_trigger(slack, bot), view=on_top)
    await slack.act("close", view_id=pushed["view"]["id"])
    assert (await bot.last("view_closed"))["is_cleared"] is True
    assert (await slack.sees())["modals"] == []


async def test_home_is_published_for_one_person_and_keeps_its_id(slack: Slack):
    home = {"type": "home", "callback_id": "home", "blocks": [section("hi")]}
    first = await slack.api("views.publish", user_id=slack.maya, view=home)
    second = await slack.api("views.publish", user_id=slack.maya, view=home, hash=first["view"]["hash"])
    stale = await slack.api("views.publish", user_id=slack.maya, view=home, hash=first["view"]["hash"])
    assert second["view"]["id"] == first["view"]["id"]
    assert second["view"]["type"] == "home"
    assert stale["error"] == "hash_conflict"
    assert (await slack.sees())["apps"][0]["home"]["blocks"][0]["text"]["text"] == "hi"
    assert (await slack.sees(slack.ids["daniel"]))["apps"][0]["home"] is None


async def test_publish_is_for_home_and_open_for_modals(slack: Slack, http_bot: Bot):
    published = await slack.api("views.publish", user_id=slack.maya, view=modal())
    home = {"type": "home", "blocks": [section()]}
    shown = await slack.api("views.open", trigger_id=await trigger(slack, http_bot), view=home)
    assert published["error"] == shown["error"] == "invalid_arguments"


@pytest.mark.parametrize("who", ["tom", "ana", "standup"])
async def test_home_needs_somebody_who_can_see_it(slack: Slack, who: str):
    answer = await slack.api(
        "views.publish", user_id=slack.ids[who], view={"type": "home", "blocks": [section()]}
    )
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == ["[ERROR] invalid `user_id`"]


async def test_home_needs_its_tab(slack: Slack):
    slack.app.manifest = {**slack.app.manifest, "features": {"app_home": {"messages_tab_enabled": True}}}
    answer = await slack.api(
        "views.publish", user_id=slack.maya, view={"type": "home", "blocks": [section()]}
    )
    assert answer["error"] == "not_enabled"


async def test_a_huge_view_is_refused(slack: Slack):
    blocks = [section("x" * 3000) for _ in range(100)]
    answer = await slack.api("views.publish", user_id=slack.maya, view={"type": "home", "blocks": blocks})
    assert answer["error"] == "view_too_large"
