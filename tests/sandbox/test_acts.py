"""A person's acts reach the app with the payloads Slack sends, over HTTP and over a socket alike."""

import pytest

from tests.sandbox.driving import Bot, Slack, actions, button, modal, section


async def test_a_command_reaches_the_app_with_slacks_fields(slack: Slack, bot: Bot):
    answer = await slack.act("command", command="/echo", text="shipped <it> & more")
    sent = await bot.last("slash_commands")
    assert answer["delivery"]["answered"] is True
    assert answer["delivery"]["error"] is None
    assert sent["command"] == "/echo"
    assert sent["text"] == "shipped &lt;it&gt; &amp; more"
    assert sent["user_id"] == slack.maya
    assert sent["user_name"] == "maya"
    assert sent["team_id"] == slack.team
    assert sent["team_domain"] == "juniper"
    assert sent["channel_id"] == slack.dm
    assert sent["channel_name"] == "directmessage"
    assert sent["api_app_id"] == slack.app.id
    assert sent["token"] == slack.app.verification_token
    assert sent["is_enterprise_install"] == "false"
    assert sent["response_url"].startswith(f"{slack.url}/commands/{slack.team}/")
    assert sent["trigger_id"].count(".") == 2


@pytest.mark.parametrize("said", ["just text", {"text": "just text"}])
async def test_a_commands_acknowledgement_may_hold_the_answer(slack: Slack, http_bot: Bot, said: object):
    http_bot.answer = lambda _: said
    await slack.act("command", command="/echo")
    (message,) = await slack.messages()
    assert message["text"] == "just text"
    assert message["ephemeral"] is True
    assert await slack.history() == []


async def test_an_answer_in_the_channel_is_there_for_everybody(slack: Slack, bot: Bot):
    bot.answer = lambda _: {
        "response_type": "in_channel",
        "text": "for all",
        "blocks": [section("*for all*")],
    }
    await slack.act("command", command="/echo")
    (message,) = await slack.history()
    assert message["text"] == "for all"
    assert message["bot_id"] == slack.installation.bot_id
    assert message["blocks"][0]["text"] == {"type": "mrkdwn", "text": "*for all*", "verbatim": False}


async def test_an_answer_that_slack_cannot_read_is_told_to_the_person(slack: Slack, bot: Bot):
    bot.answer = lambda _: {"blocks": [{"type": "nonsense"}]}
    answer = await slack.act("command", command="/echo")
    assert answer["delivery"]["error"] == "invalid_command_response"
    notices = (await slack.sees())["notices"]
    assert notices[-1]["text"] == "/echo failed with the error “invalid_command_response”"


async def test_a_command_can_be_used_in_a_channel(slack: Slack, bot: Bot):
    general = slack.sandbox.world.workspaces[slack.team].general
    await slack.act("command", command="/echo", channel=general)
    sent = await bot.last("slash_commands")
    assert sent["channel_id"] == general
    assert sent["channel_name"] == "general"


async def test_a_command_of_no_app_is_refused(slack: Slack):
    answer = await slack.act("command", command="/nobody")
    assert (answer["status"], answer["error"]) == (404, "unknown_command")
    assert "/nobody" in answer["detail"]


async def test_a_message_in_the_dm_is_an_event(slack: Slack, bot: Bot):
    answer = await slack.act("message", channel=slack.dm, text="1 < 2 & <!channel>")
    body = await bot.last("message")
    event = body["event"]
    assert answer["delivery"]["answered"] is True
    assert event["text"] == "1 &lt; 2 &amp; &lt;!channel&gt;"
    assert event["ts"] == event["event_ts"] == answer["ts"]
    assert (event["user"], event["channel"], event["channel_type"]) == (slack.maya, slack.dm, "im")
    assert event["blocks"][0]["type"] == "rich_text"
    assert event["client_msg_id"]
    assert body["type"] == "event_callback"
    assert body["team_id"] == slack.team
    assert body["api_app_id"] == slack.app.id
    assert body["event_id"].startswith("Ev")
    assert isinstance(body["event_time"], int)
    assert body["authorizations"] == [
        {
            "enterprise_id": None,
            "team_id": slack.team,
            "user_id": slack.installation.bot_user_id,
            "is_bot": True,
            "is_enterprise_install": False,
        }
    ]


async def test_changed_and_deleted_messages_are_told_with_what_was_there(slack: Slack, bot: Bot):
    ts = (await slack.act("message", channel=slack.dm, text="first"))["ts"]
    await slack.act("edit", channel=slack.dm, ts=ts, text="second")
    await slack.act("delete", channel=slack.dm, ts=ts)
    events = [body["event"] for body in await bot.until("message", 3)]
    changed, deleted = events[1], events[2]
    assert changed["subtype"] == "message_changed"
    assert changed["hidden"] is True
    assert changed["message"]["text"] == "second"
    assert changed["message"]["edited"]["user"] == slack.maya
    assert changed["previous_message"]["text"] == "first"
    assert deleted["subtype"] == "message_deleted"
    assert deleted["deleted_ts"] == ts
    assert deleted["previous_message"]["text"] == "second"
    assert await slack.messages() == []


async def test_the_apps_own_messages_come_back_to_it_as_events(slack: Slack, bot: Bot):
    posted = await slack.api("chat.postMessage", channel=slack.dm, text="mine")
    event = (await bot.last("message"))["event"]
    assert event["ts"] == posted["ts"]
    assert event["bot_id"] == slack.installation.bot_id
    assert event["app_id"] == slack.app.id
    assert event["bot_profile"]["name"] == "Echo"


async def test_only_subscribed_events_are_sent(slack: Slack, bot: Bot):
    slack.app.manifest = slack.app.manifest | {"settings": {"event_subscriptions": {"bot_events": []}}}
    answer = await slack.act("message", channel=slack.dm, text="unheard")
    assert answer["delivery"] == {"answered": False, "error": None, "took_ms": 0}
    assert bot.got == []


async def test_messages_need_the_scope_besides_the_subscription(slack: Slack, bot: Bot):
    slack.installation.scopes.remove("im:history")
    await slack.act("message", channel=slack.dm, text="unheard")
    assert bot.got == []


async def test_somebody_elses_message_cannot_be_changed(slack: Slack):
    ts = (await slack.api("chat.postMessage", channel=slack.dm, text="the app's"))["ts"]
    answer = await slack.act("edit", channel=slack.dm, ts=ts, text="mine now")
    assert (answer["status"], answer["error"]) == (400, "not_own_message")


async def test_a_person_answers_in_a_thread(slack: Slack, bot: Bot):
    parent = (await slack.api("chat.postMessage", channel=slack.dm, text="question"))["ts"]
    await slack.act("message", channel=slack.dm, text="answer", thread_ts=parent)
    event = (await bot.until("message", 2))[-1]["event"]
    assert event["thread_ts"] == parent
    thread = await slack.api("conversations.replies", channel=slack.dm, ts=parent)
    assert [each["text"] for each in thread["messages"]] == ["question", "answer"]
    assert thread["messages"][0]["reply_count"] == 1


async def test_a_read_only_messages_tab_takes_no_messages(slack: Slack):
    slack.app.manifest["features"]["app_home"]["messages_tab_read_only_enabled"] = True
    try:
        answer = await slack.act("message", channel=slack.dm, text="hello?")
    finally:
        slack.app.manifest["features"]["app_home"]["messages_tab_read_only_enabled"] = False
    assert answer["error"] == "restricted_action"


async def test_a_click_in_a_message_carries_the_message(slack: Slack, bot: Bot):
    ts = (await slack.api("chat.postMessage", channel=slack.dm, text="choose", blocks=[actions(button())]))[
        "ts"
    ]
    where = {"kind": "message", "channel": slack.dm, "ts": ts}
    await slack.act("click", container=where, action_id="press")
    sent = await bot.last("block_actions")
    assert sent["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": slack.dm,
        "is_ephemeral": False,
    }
    assert sent["user"] == {"id": slack.maya, "username": "maya", "name": "maya", "team_id": slack.team}
    assert sent["team"] == {"id": slack.team, "domain": "juniper"}
    assert sent["channel"] == {"id": slack.dm, "name": "directmessage"}
    assert sent["message"]["ts"] == ts
    assert sent["message"]["text"] == "choose"
    assert sent["state"] == {"values": {}}
    assert sent["response_url"].startswith(f"{slack.url}/actions/{slack.team}/")
    assert sent["api_app_id"] == slack.app.id
    action = sent["actions"][0]
    assert action.pop("action_ts")
    assert action == {
        "type": "button",
        "action_id": "press",
        "block_id": "acts",
        "text": {"type": "plain_text", "text": "Press", "emoji": True},
        "value": "v1",
    }


async def test_a_click_in_an_ephemeral_message_does_not_carry_it(slack: Slack, bot: Bot):
    posted = await slack.api(
        "chat.postEphemeral", channel=slack.dm, user=slack.maya, text="psst", blocks=[actions(button())]
    )
    where = {"kind": "message", "channel": slack.dm, "ts": posted["message_ts"]}
    await slack.act("click", container=where, action_id="press")
    sent = await bot.last("block_actions")
    assert sent["container"]["is_ephemeral"] is True
    assert "message" not in sent
    assert "response_url" in sent


async def test_a_click_in_home_carries_the_view(slack: Slack, bot: Bot):
    view = {"type": "home", "private_metadata": "kept", "blocks": [actions(button())]}
    published = await slack.api("views.publish", user_id=slack.maya, view=view)
    where = {"kind": "view", "view_id": published["view"]["id"]}
    await slack.act("click", container=where, action_id="press", block_id="acts")
    sent = await bot.last("block_actions")
    assert sent["container"] == {"type": "view", "view_id": published["view"]["id"]}
    assert sent["view"]["private_metadata"] == "kept"
    assert sent["view"]["hash"] == published["view"]["hash"]
    assert "response_url" not in sent
    assert "message" not in sent


async def test_a_click_on_nothing_is_refused(slack: Slack):
    ts = (await slack.api("chat.postMessage", channel=slack.dm, text="plain"))["ts"]
    where = {"kind": "message", "channel": slack.dm, "ts": ts}
    assert (await slack.act("click", container=where, action_id="press"))["error"] == "element_not_found"
    gone = where | {"ts": "1.000001"}
    assert (await slack.act("click", container=gone, action_id="press"))["error"] == "message_not_found"
    assert (await slack.act("click", container={}, action_id="press"))["error"] == "bad_container"


async def test_a_global_shortcut_has_no_response_url(slack: Slack, bot: Bot):
    await slack.act("shortcut", callback_id="anywhere")
    sent = await bot.last("shortcut")
    assert sent["callback_id"] == "anywhere"
    assert sent["trigger_id"]
    assert sent["action_ts"]
    assert "response_url" not in sent
    assert "channel" not in sent


async def test_a_message_shortcut_carries_the_message(slack: Slack, bot: Bot):
    ts = (await slack.act("message", channel=slack.dm, text="a win"))["ts"]
    await slack.act("shortcut", callback_id="on_this", message={"channel": slack.dm, "ts": ts})
    sent = await bot.last("message_action")
    assert sent["message_ts"] == ts
    assert sent["message"]["text"] == "a win"
    assert sent["channel"]["id"] == slack.dm
    assert sent["response_url"].startswith(f"{slack.url}/app/")


async def test_opening_home_tells_the_app_and_brings_the_published_view(slack: Slack, bot: Bot):
    await slack.act("home", app=slack.app.id)
    await slack.api("views.publish", user_id=slack.maya, view={"type": "home", "blocks": [section()]})
    await slack.act("home", app=slack.app.id)
    await slack.act("home", app=slack.app.id, tab="messages")
    first, second, third = [body["event"] for body in await bot.until("app_home_opened", 3)]
    assert (first["tab"], first["user"], first["channel"]) == ("home", slack.maya, slack.dm)
    assert "view" not in first
    assert second["view"]["type"] == "home"
    assert third["tab"] == "messages"
    assert "view" not in third


async def test_a_changed_profile_is_an_event(slack: Slack, bot: Bot):
    answer = await slack.control("PATCH", f"people/{slack.maya}", tz="Asia/Tokyo")
    event = (await bot.last("user_change"))["event"]
    assert answer["person"]["tz"] == "Asia/Tokyo"
    assert event["user"]["tz"] == "Asia/Tokyo"
    assert event["user"]["tz_offset"] == 32400
    assert event["user"]["locale"] == "en-US"


async def test_an_uninstall_sends_both_events_and_ends_the_token(slack: Slack, bot: Bot):
    token = slack.token
    await slack.control("POST", f"apps/{slack.app.id}/uninstall", team_id=slack.team)
    removed = await bot.last("app_uninstalled")
    revoked = await bot.last("tokens_revoked")
    assert "authorizations" not in removed
    assert revoked["event"]["tokens"]["oauth"] == []
    assert len(revoked["event"]["tokens"]["bot"]) == 1
    assert (await slack.api("auth.test", token=token))["error"] == "account_inactive"
    assert (await slack.act("command", command="/echo"))["error"] == "unknown_command"


async def test_a_reinstalled_app_gets_a_new_token(slack: Slack):
    old = slack.token
    await slack.control("POST", f"apps/{slack.app.id}/uninstall", team_id=slack.team)
    answer = await slack.control("POST", f"apps/{slack.app.id}/install", team_id=slack.team)
    new = answer["installations"][slack.team]["bot_token"]
    assert new != old
    assert (await slack.api("auth.test", token=new))["ok"] is True
    assert (await slack.api("auth.test", token=old))["error"] == "account_inactive"


async def test_a_person_without_the_app_cannot_use_it(slack: Slack):
    ana = slack.ids["ana"]
    assert (await slack.act("command", user=ana, command="/echo"))["error"] == "unknown_command"
    assert (await slack.act("home", user=ana, app=slack.app.id))["error"] == "app_not_found"
    assert (await slack.act("message", user=ana, channel=slack.dm, text="hi"))["error"] == "channel_not_found"


async def test_a_modal_opened_from_a_command_is_seen(slack: Slack, bot: Bot):
    await slack.act("command", command="/echo")
    trigger = (await bot.last("slash_commands"))["trigger_id"]
    opened = await slack.api("views.open", trigger_id=trigger, view=modal())
    shown = await slack.modal()
    assert shown["id"] == opened["view"]["id"]
    assert shown["title"]["text"] == "Form"
    assert shown["state"] == {"b": {"a": {"type": "plain_text_input", "value": None}}}


async def test_deleting_an_ephemeral_message_dismisses_it_quietly(slack: Slack, bot: Bot):
    posted = await slack.api("chat.postEphemeral", channel=slack.dm, user=slack.maya, text="psst")
    await slack.act("delete", channel=slack.dm, ts=posted["message_ts"])
    assert await slack.messages() == []
    assert bot.got == []
    gone = await slack.act("delete", channel=slack.dm, ts=posted["message_ts"])
    assert gone["error"] == "message_not_found"


async def test_somebody_deactivated_does_nothing_any_more(slack: Slack):
    answer = await slack.act("command", user=slack.ids["tom"], command="/echo")
    assert (answer["status"], answer["error"]) == (400, "account_inactive")


async def test_a_message_needs_words_and_a_thread_its_parent(slack: Slack):
    assert (await slack.act("message", channel=slack.dm, text=" "))["error"] == "no_text"
    lost = await slack.act("message", channel=slack.dm, text="x", thread_ts="1.000001")
    assert lost["error"] == "thread_not_found"


async def test_shortcuts_need_their_message_and_their_name(slack: Slack):
    where = {"channel": slack.dm, "ts": "1.000001"}
    assert (await slack.act("shortcut", callback_id="on_this", message=where))["error"] == "message_not_found"
    assert (await slack.act("shortcut", callback_id="on_this"))["error"] == "unknown_shortcut"
    assert (await slack.act("home", app=slack.app.id, tab="about"))["error"] == "bad_tab"


async def test_channel_messages_reach_the_apps_that_are_in(slack: Slack, bot: Bot):
    settings = {"event_subscriptions": {"bot_events": ["message.channels"]}}
    slack.app.manifest = {**slack.app.manifest, "settings": settings}
    general = slack.sandbox.world.workspaces[slack.team].general
    await slack.act("message", channel=general, text="without the app")
    await slack.control("PATCH", f"channels/{general}", members=[slack.installation.bot_user_id])
    await slack.act("message", channel=general, text="with the app")
    (body,) = await bot.until("message")
    assert body["event"]["text"] == "with the app"
    assert body["event"]["channel_type"] == "channel"
