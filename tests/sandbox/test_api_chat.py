"""chat.*: where messages may go, what they may hold, and how they are changed and deleted."""

import pytest

from bot.sandbox.world import Json
from tests.sandbox.driving import Slack, actions, button, section


async def test_a_message_to_a_person_lands_in_the_dm(slack: Slack):
    answer = await slack.api("chat.postMessage", channel=slack.maya, text="hello")
    assert answer["channel"] == slack.dm
    assert answer["message"]["ts"] == answer["ts"]
    assert answer["message"]["bot_id"] == slack.installation.bot_id
    assert await slack.texts() == ["hello"]


async def test_the_dm_of_a_person_keeps_its_id(slack: Slack):
    opened = await slack.api("conversations.open", users=slack.maya)
    posted = await slack.api("chat.postMessage", channel=opened["channel"]["id"], text="hello")
    assert posted["channel"] == opened["channel"]["id"] == slack.dm


@pytest.mark.parametrize(
    ("who", "error"),
    [("tom", "channel_not_found"), ("ana", "channel_not_found"), ("standup", "cannot_dm_bot")],
)
async def test_deactivated_people_foreigners_and_bots_get_no_messages(slack: Slack, who: str, error: str):
    answer = await slack.api("chat.postMessage", channel=slack.ids[who], text="hello")
    assert answer["error"] == error


async def test_the_dm_of_somebody_who_left_is_archived(slack: Slack):
    await slack.control("PATCH", f"people/{slack.maya}", deactivated=True)
    assert (await slack.api("chat.postMessage", channel=slack.dm, text="hello"))["error"] == "is_archived"
    await slack.control("PATCH", f"people/{slack.maya}", deactivated=False)
    assert (await slack.api("chat.postMessage", channel=slack.dm, text="hello"))["ok"] is True


async def test_channels_take_messages_of_their_members_only(slack: Slack):
    general = slack.sandbox.world.workspaces[slack.team].general
    assert (await slack.api("chat.postMessage", channel=general, text="hi"))["error"] == "not_in_channel"
    await slack.control("PATCH", f"channels/{general}", members=[slack.installation.bot_user_id])
    assert (await slack.api("chat.postMessage", channel="#general", text="hi"))["channel"] == general
    await slack.control("PATCH", f"channels/{general}", archived=True)
    assert (await slack.api("chat.postMessage", channel=general, text="hi"))["error"] == "is_archived"


async def test_what_the_bot_cannot_know_of_is_not_found(slack: Slack):
    private = await slack.control("POST", "channels", team_id=slack.team, name="secret", private=True)
    foreign = slack.sandbox.world.workspaces[slack.other_team].general
    for channel in ("C0NOTHING", private["channel"]["id"], foreign, "U0NOBODY"):
        answer = await slack.api("chat.postMessage", channel=channel, text="hi")
        assert answer["error"] == "channel_not_found"


async def test_a_closed_messages_tab_takes_no_messages(slack: Slack):
    features = slack.app.manifest["features"]
    slack.app.manifest = {
        **slack.app.manifest,
        "features": {**features, "app_home": {"home_tab_enabled": True, "messages_tab_enabled": False}},
    }
    answer = await slack.api("chat.postMessage", channel=slack.dm, text="hi")
    assert answer["error"] == "messages_tab_disabled"


@pytest.mark.parametrize("args", [{}, {"text": ""}, {"text": "  \n"}, {"blocks": []}])
async def test_a_message_without_words_is_refused(slack: Slack, args: Json):
    assert (await slack.api("chat.postMessage", channel=slack.dm, **args))["error"] == "no_text"


@pytest.mark.parametrize("blocks", ["not json", "{}", '"text"'])
async def test_blocks_that_are_no_list_are_refused(slack: Slack, blocks: str):
    answer = await slack.api("chat.postMessage", channel=slack.dm, blocks=blocks)
    assert answer["error"] == "invalid_blocks_format"


async def test_wrong_blocks_are_refused_with_their_place(slack: Slack):
    header = {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}
    answer = await slack.api("chat.postMessage", channel=slack.dm, text="t", blocks=[header])
    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    ]
    assert await slack.history() == []


async def test_long_texts_are_cut_in_new_messages_and_refused_in_changed_ones(slack: Slack):
    posted = await slack.api("chat.postMessage", channel=slack.dm, text="x" * 40_010)
    changed = await slack.api("chat.update", channel=slack.dm, ts=posted["ts"], text="x" * 4_001)
    whispered = await slack.api("chat.postEphemeral", channel=slack.dm, user=slack.maya, text="x" * 40_001)
    assert len(posted["message"]["text"]) == 40_000
    assert changed["error"] == "msg_too_long"
    assert whispered["error"] == "msg_too_long"


async def test_stray_signs_become_entities_and_mentions_stay(slack: Slack):
    text = f"a < b & c <@{slack.maya}> <https://example.com|link> &amp; done"
    answer = await slack.api("chat.postMessage", channel=slack.dm, text=text)
    expected = f"a &lt; b &amp; c <@{slack.maya}> <https://example.com|link> &amp; done"
    assert answer["message"]["text"] == expected


async def test_markdown_stands_alone(slack: Slack):
    fine = await slack.api("chat.postMessage", channel=slack.dm, markdown_text="**bold**")
    clash = await slack.api("chat.postMessage", channel=slack.dm, markdown_text="**bold**", text="t")
    long = await slack.api("chat.postMessage", channel=slack.dm, markdown_text="x" * 12_001)
    assert fine["message"]["blocks"][0]["text"] == "**bold**"
    assert clash["error"] == "markdown_text_conflict"
    assert long["error"] == "msg_too_long"


async def test_attachments_are_counted(slack: Slack):
    many = [{"text": "one"}] * 101
    assert (await slack.api("chat.postMessage", channel=slack.dm, attachments=many))["error"] == (
        "too_many_attachments"
    )
    kept = await slack.api("chat.postMessage", channel=slack.dm, attachments=[{"text": "one"}])
    assert kept["message"]["attachments"] == [{"text": "one"}]


@pytest.mark.parametrize("metadata", ["no json", [1], {"event_payload": {}}, {"event_type": "x"}])
async def test_metadata_needs_its_two_fields(slack: Slack, metadata: object):
    answer = await slack.api("chat.postMessage", channel=slack.dm, text="t", metadata=metadata)
    assert answer["error"] == "invalid_metadata_format"


async def test_metadata_is_kept_and_shown_when_asked_for(slack: Slack):
    metadata = {"event_type": "nudge", "event_payload": {"key": "k1"}}
    await slack.api("chat.postMessage", channel=slack.dm, text="t", metadata=metadata)
    assert "metadata" not in (await slack.history())[0]
    assert (await slack.history(include_all_metadata=True))[0]["metadata"] == metadata


async def test_an_update_keeps_what_it_does_not_name(slack: Slack):
    metadata = {"event_type": "nudge", "event_payload": {"key": "k1"}}
    posted = await slack.api(
        "chat.postMessage", channel=slack.dm, text="one", blocks=[section("one")], metadata=metadata
    )
    await slack.api("chat.update", channel=slack.dm, ts=posted["ts"], text="two")
    (message,) = await slack.history(include_all_metadata=True)
    assert message["text"] == "two"
    assert message["blocks"][0]["text"]["text"] == "one"
    assert message["metadata"] == metadata
    assert message["edited"]["user"] == slack.installation.bot_user_id
    await slack.api("chat.update", channel=slack.dm, ts=posted["ts"], text="three", blocks=[], metadata={})
    (message,) = await slack.history(include_all_metadata=True)
    assert "blocks" not in message
    assert "metadata" not in message


async def test_only_own_messages_can_be_changed_or_deleted(slack: Slack):
    ts = (await slack.act("message", channel=slack.dm, text="Maya's"))["ts"]
    assert (await slack.api("chat.update", channel=slack.dm, ts=ts, text="x"))[
        "error"
    ] == "cant_update_message"
    assert (await slack.api("chat.delete", channel=slack.dm, ts=ts))["error"] == "cant_delete_message"
    assert (await slack.api("chat.delete", channel=slack.dm, ts="1.000001"))["error"] == "message_not_found"


async def test_updates_want_the_conversations_id_not_the_persons(slack: Slack):
    posted = await slack.api("chat.postMessage", channel=slack.maya, text="x")
    answer = await slack.api("chat.update", channel=slack.maya, ts=posted["ts"], text="y")
    assert answer["error"] == "channel_not_found"


async def test_a_deleted_message_is_gone(slack: Slack):
    posted = await slack.api("chat.postMessage", channel=slack.dm, text="x")
    answer = await slack.api("chat.delete", channel=slack.dm, ts=posted["ts"])
    assert answer == {"ok": True, "channel": slack.dm, "ts": posted["ts"]}
    assert await slack.history() == []
    assert await slack.texts() == []


async def test_an_ephemeral_message_is_seen_by_one_person_only(slack: Slack):
    answer = await slack.api("chat.postEphemeral", channel=slack.dm, user=slack.maya, text="psst")
    (message,) = await slack.messages()
    assert (message["text"], message["ephemeral"], message["ts"]) == ("psst", True, answer["message_ts"])
    assert await slack.history() == []
    updated = await slack.api("chat.update", channel=slack.dm, ts=answer["message_ts"], text="louder")
    assert updated["error"] == "message_not_found"


async def test_ephemeral_messages_need_somebody_who_is_there(slack: Slack):
    answer = await slack.api("chat.postEphemeral", channel=slack.dm, user=slack.ids["daniel"], text="psst")
    assert answer["error"] == "user_not_in_channel"


async def test_a_message_has_a_link(slack: Slack):
    posted = await slack.api("chat.postMessage", channel=slack.dm, text="x")
    reply = await slack.api("chat.postMessage", channel=slack.dm, text="y", thread_ts=posted["ts"])
    answer = await slack.api("chat.getPermalink", channel=slack.dm, message_ts=posted["ts"])
    in_thread = await slack.api("chat.getPermalink", channel=slack.dm, message_ts=reply["ts"])
    path = f"https://juniper.slack.com/archives/{slack.dm}/p"
    assert answer["permalink"] == path + posted["ts"].replace(".", "")
    assert in_thread["permalink"].endswith(f"?thread_ts={posted['ts']}&cid={slack.dm}")
    missing = await slack.api("chat.getPermalink", channel=slack.dm, message_ts="1.000001")
    assert missing["error"] == "message_not_found"


async def test_missing_ids_of_blocks_and_elements_are_filled_in(slack: Slack):
    nameless = {"type": "button", "text": {"type": "plain_text", "text": "Press"}}
    posted = await slack.api(
        "chat.postMessage", channel=slack.dm, text="t", blocks=[{"type": "actions", "elements": [nameless]}]
    )
    block = posted["message"]["blocks"][0]
    assert block["block_id"]
    assert block["elements"][0]["action_id"]
    assert block["elements"][0]["text"]["emoji"] is True


async def test_a_name_of_its_own_needs_a_scope(slack: Slack):
    plain = await slack.api("chat.postMessage", channel=slack.dm, text="t", username="Somebody")
    slack.installation.scopes.append("chat:write.customize")
    named = await slack.api("chat.postMessage", channel=slack.dm, text="t", username="Somebody")
    assert "username" not in plain["message"]
    assert named["message"]["username"] == "Somebody"


async def test_timestamps_are_never_the_same(slack: Slack):
    stamps = {
        (await slack.api("chat.postMessage", channel=slack.dm, text="t", blocks=[actions(button())]))["ts"]
        for _ in range(20)
    }
    assert len(stamps) == 20
