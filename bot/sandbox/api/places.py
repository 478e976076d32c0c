"""Where a call may reach: conversations as a bot finds them, by id, by name or by a person's id."""

from bot.sandbox import names
from bot.sandbox.api.call import Call
from bot.sandbox.people import known
from bot.sandbox.refusals import Refusal
from bot.sandbox.world import Conversation, Person

HISTORY = {"im": "im:history", "channel": "channels:history", "group": "groups:history"}
READ = {"im": "im:read", "channel": "channels:read", "group": "groups:read"}


def conversation(call: Call, name: str = "channel") -> Conversation:
    """The conversation an argument names, as far as the bot can know of it."""
    found = call.world.conversations.get(call.needed(name))
    if found is None or found.team_id != call.team_id:
        raise Refusal("channel_not_found")
    if found.kind != "channel" and call.installation.bot_user_id not in found.members:
        raise Refusal("channel_not_found")
    return found


def to_post_in(call: Call) -> Conversation:
    """Where a message may be posted; a person's id stands for the conversation with them."""
    given = call.needed("channel")
    if given[0] in "UW":
        found = with_person(call, given, unknown="channel_not_found", disabled="channel_not_found")
    else:
        found = _by_name(call, given) or conversation(call)
    return _writable(call, found)


def _by_name(call: Call, given: str) -> Conversation | None:
    """Slack still takes a channel's name in chat.postMessage."""
    channel_id = names.derived("C", call.workspace.domain, given.removeprefix("#"))
    return call.world.conversations.get(channel_id)


def with_person(
    call: Call, user_id: str, *, unknown: str = "user_not_found", disabled: str = "user_disabled"
) -> Conversation:
    person = known(call.world, call.team_id, user_id)
    if person is None:
        raise Refusal(unknown)
    if person.is_bot:
        raise Refusal("cannot_dm_bot")
    if person.deactivated:
        raise Refusal(disabled)
    return call.world.im(call.world.people[call.installation.bot_user_id], person)


def _writable(call: Call, found: Conversation) -> Conversation:
    if found.archived or any(each.deactivated for each in others(call, found) if found.kind == "im"):
        raise Refusal("is_archived")
    inside = call.installation.bot_user_id in found.members
    if not inside and "chat:write.public" not in call.installation.scopes:
        raise Refusal("not_in_channel")
    if found.kind == "im" and not call.app.home.get("messages_tab_enabled"):
        raise Refusal("messages_tab_disabled")
    return found


def others(call: Call, found: Conversation) -> list[Person]:
    """Who else is in a direct conversation."""
    return [call.world.people[each] for each in found.members if each != call.installation.bot_user_id]
