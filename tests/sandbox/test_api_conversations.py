"""conversations.*: opening, describing and reading back, with cursors, windows and threads."""

import pytest

from bot.sandbox.world import Conversation, Message
from tests.sandbox.driving import Slack


async def say(slack: Slack, *texts: str, **more: str) -> list[str]:
    return [
        (await slack.api("chat.postMessage", channel=slack.dm, text=text, **more))["ts"] for text in texts
    ]


async def test_open_gives_the_dm_and_on_request_all_of_it(slack: Slack):
    short = await slack.api("conversations.open", users=slack.maya)
    full = await slack.api("conversations.open", channel=slack.dm, return_im=True)
    assert short == {"ok": True, "channel": {"id": slack.dm}}
    assert full["already_open"] is True
    assert full["channel"]["user"] == slack.maya
    assert full["channel"]["is_im"] is True


@pytest.mark.parametrize(
    ("users", "error"), [("", "users_list_not_supplied"), ("U0NOBODY", "user_not_found")]
)
async def test_open_needs_somebody(slack: Slack, users: str, error: str):
    assert (await slack.api("conversations.open", users=users))["error"] == error


@pytest.mark.parametrize(
    ("who", "error"), [("tom", "user_disabled"), ("standup", "cannot_dm_bot"), ("ana", "user_not_found")]
)
async def test_open_refuses_those_who_cannot_be_written_to(slack: Slack, who: str, error: str):
    assert (await slack.api("conversations.open", users=slack.ids[who]))["error"] == error


async def test_conversations_of_several_need_their_scope(slack: Slack):
    answer = await slack.api("conversations.open", users=f"{slack.maya},{slack.ids['daniel']}")
    assert (answer["error"], answer["needed"]) == ("missing_scope", "mpim:write")


async def test_info_describes_dms_and_channels(slack: Slack):
    await say(slack, "latest")
    dm = await slack.api("conversations.info", channel=slack.dm, include_num_members=True)
    general = slack.sandbox.world.workspaces[slack.team].general
    channel = await slack.api("conversations.info", channel=general)
    assert dm["channel"]["user"] == slack.maya
    assert dm["channel"]["latest"]["text"] == "latest"
    assert dm["channel"]["num_members"] == 2
    assert channel["channel"]["name"] == "general"
    assert channel["channel"]["is_general"] is True
    assert channel["channel"]["is_member"] is False


async def test_info_needs_the_scope_of_the_kind(slack: Slack):
    slack.installation.scopes.remove("im:read")
    answer = await slack.api("conversations.info", channel=slack.dm)
    assert (answer["error"], answer["needed"]) == ("missing_scope", "im:read")


async def test_members_are_listed_in_pages(slack: Slack):
    general = slack.sandbox.world.workspaces[slack.team].general
    listed: list[str] = []
    cursor = ""
    while True:
        page = await slack.api("conversations.members", channel=general, limit=2, cursor=cursor)
        listed += page["members"]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert slack.maya in listed
    assert len(listed) == len(set(listed)) == len(slack.sandbox.world.conversations[general].members)


async def test_history_is_newest_first_in_pages(slack: Slack):
    await say(slack, "one", "two", "three", "four", "five")
    first = await slack.api("conversations.history", channel=slack.dm, limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    second = await slack.api("conversations.history", channel=slack.dm, limit=2, cursor=cursor)
    cursor = second["response_metadata"]["next_cursor"]
    last = await slack.api("conversations.history", channel=slack.dm, limit=2, cursor=cursor)
    assert [m["text"] for m in first["messages"]] == ["five", "four"]
    assert first["has_more"] is True
    assert [m["text"] for m in second["messages"]] == ["three", "two"]
    assert [m["text"] for m in last["messages"]] == ["one"]
    assert last["has_more"] is False
    assert "response_metadata" not in last


async def test_history_has_windows(slack: Slack):
    stamps = await say(slack, "one", "two", "three")
    after = await slack.history(oldest=stamps[0])
    before = await slack.history(latest=stamps[2])
    exactly = await slack.history(oldest=stamps[1], latest=stamps[1], inclusive=True)
    assert [m["text"] for m in after] == ["three", "two"]
    assert [m["text"] for m in before] == ["two", "one"]
    assert [m["text"] for m in exactly] == ["two"]


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"cursor": "???"}, "invalid_cursor"),
        ({"cursor": "dXNlcjox"}, "invalid_cursor"),
        ({"limit": "5000"}, "invalid_limit"),
        ({"limit": "many"}, "invalid_arguments"),
        ({"oldest": "yesterday"}, "invalid_ts_oldest"),
        ({"latest": "now!"}, "invalid_ts_latest"),
    ],
)
async def test_bad_pages_and_windows_are_named(slack: Slack, args: dict[str, str], error: str):
    answer = await slack.api("conversations.history", channel=slack.dm, **args)
    assert answer["error"] == error


async def test_history_needs_scope_and_membership(slack: Slack):
    general = slack.sandbox.world.workspaces[slack.team].general
    assert (await slack.api("conversations.history", channel=general))["error"] == "not_in_channel"
    slack.installation.scopes.remove("im:history")
    answer = await slack.api("conversations.history", channel=slack.dm)
    assert (answer["error"], answer["needed"]) == ("missing_scope", "im:history")
    assert (await slack.api("conversations.history", channel="D0NONE"))["error"] == "channel_not_found"


async def test_threads_stay_out_of_the_history(slack: Slack):
    (parent,) = await say(slack, "parent")
    replies = await say(slack, "first", "second", thread_ts=parent)
    await say(slack, "third", thread_ts=replies[0])
    thread = await slack.api("conversations.replies", channel=slack.dm, ts=parent)
    from_reply = await slack.api("conversations.replies", channel=slack.dm, ts=replies[1])
    (listed,) = await slack.history()
    assert [m["text"] for m in thread["messages"]] == ["parent", "first", "second", "third"]
    assert from_reply["messages"] == thread["messages"]
    assert listed["reply_count"] == 3
    assert listed["latest_reply"] == thread["messages"][-1]["ts"]


async def test_threads_come_in_pages_with_their_parent(slack: Slack):
    (parent,) = await say(slack, "parent")
    await say(slack, "a", "b", "c", thread_ts=parent)
    first = await slack.api("conversations.replies", channel=slack.dm, ts=parent, limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    second = await slack.api("conversations.replies", channel=slack.dm, ts=parent, limit=2, cursor=cursor)
    assert [m["text"] for m in first["messages"]] == ["parent", "a", "b"]
    assert [m["text"] for m in second["messages"]] == ["parent", "c"]


async def test_a_thread_of_nothing_is_not_found(slack: Slack):
    answer = await slack.api("conversations.replies", channel=slack.dm, ts="1.000001")
    assert answer["error"] == "thread_not_found"


async def test_history_stays_in_order_when_the_clock_goes_back(slack: Slack):
    await say(slack, "present")
    await slack.control("POST", "clock", by_seconds=-3600)
    await say(slack, "an hour before")
    assert [m["text"] for m in await slack.history()] == ["present", "an hour before"]


async def test_a_deleted_reply_leaves_its_thread(slack: Slack):
    (parent,) = await say(slack, "parent")
    (reply,) = await say(slack, "reply", thread_ts=parent)
    await slack.api("chat.delete", channel=slack.dm, ts=reply)
    (listed,) = await slack.history()
    assert "reply_count" not in listed


async def test_a_private_channel_has_scopes_of_its_own(slack: Slack):
    made = await slack.control(
        "POST",
        "channels",
        team_id=slack.team,
        name="quiet",
        private=True,
        members=[slack.installation.bot_user_id],
    )
    channel = made["channel"]["id"]
    history = await slack.api("conversations.history", channel=channel)
    info = await slack.api("conversations.info", channel=channel)
    assert (history["needed"], info["needed"]) == ("groups:history", "groups:read")
    slack.installation.scopes += ["groups:history", "groups:read", "mpim:write"]
    assert (await slack.api("conversations.info", channel=channel))["channel"]["is_private"] is True
    several = await slack.api("conversations.open", users=f"{slack.maya},{slack.ids['daniel']}")
    assert several["error"] == "too_many_users"


def test_two_messages_of_one_microsecond_are_two():
    conversation = Conversation("C1", "T1", "channel", "c", 0)
    for _ in range(3):
        conversation.add(Message("1795000000.999999", "U1", "t", "T1"))
    assert conversation.order == ["1795000000.999999", "1795000001.000000", "1795000001.000001"]
