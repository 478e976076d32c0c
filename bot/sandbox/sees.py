"""What one person sees: their conversations, apps, open modals and Slack's own notices."""

from bisect import bisect_right
from typing import Any

from bot.sandbox import names
from bot.sandbox.elements import state_values
from bot.sandbox.files import file_shape
from bot.sandbox.world import Conversation, File, Installation, Json, Message, Person, View, World

MESSAGES_SHOWN = 500
"""The newest messages of a conversation that are handed out; the rest is in conversations.history."""


def sees(world: World, user_id: str) -> Json:
    """Raises KeyError where nobody has that id."""
    person = world.people[user_id]
    workspace = world.workspaces[person.team_id]
    return {
        "ok": True,
        "revision": person.revision,
        "now": world.now().isoformat(timespec="seconds"),
        "person": person_seen(person),
        "workspace": {"id": workspace.id, "name": workspace.name, "domain": workspace.domain},
        "conversations": [
            _conversation(world, world.conversations[each], person) for each in person.conversations
        ],
        "apps": [_app(each, person) for each in workspace.installations.values()],
        "modals": [_modal(view) for view in person.modals],
        "notices": [
            {"ts": notice.ts, "channel": notice.channel, "text": notice.text} for notice in person.notices
        ],
    }


def person_seen(person: Person) -> Json:
    return {
        "id": person.id,
        "team_id": person.team_id,
        "name": person.name,
        "real_name": person.real_name,
        "tz": person.tz,
        "flags": sorted(person.flags),
    }


def _conversation(world: World, conversation: Conversation, person: Person) -> Json:
    other = next((each for each in conversation.members if each != person.id), person.id)
    is_im = conversation.kind == "im"
    return {
        "id": conversation.id,
        "kind": conversation.kind,
        "name": world.people[other].real_name if is_im else conversation.name,
        "app": world.people[other].app_id if is_im else None,
        "with": other if is_im else None,
        "unread": _unread(conversation, person),
        "messages": [_message(world, each, person) for each in _visible(conversation, person)],
    }


def _visible(conversation: Conversation, person: Person) -> list[Message]:
    shown = [conversation.messages[ts] for ts in conversation.order[-MESSAGES_SHOWN:]]
    ephemerals = conversation.ephemerals.get(person.id)
    if not ephemerals:
        return shown
    return sorted([*shown, *ephemerals.values()], key=lambda message: message.ts)[-MESSAGES_SHOWN:]


def _unread(conversation: Conversation, person: Person) -> int:
    start = bisect_right(conversation.order, conversation.last_read.get(person.id, ""))
    new = conversation.order[max(start, len(conversation.order) - MESSAGES_SHOWN) :]
    return sum(1 for ts in new if conversation.messages[ts].user != person.id)


def _message(world: World, message: Message, person: Person) -> Json:
    author = world.people.get(message.user)
    name = message.username or (author.real_name if author else message.user)
    return {
        "ts": message.ts,
        "user": message.user,
        "author": {"id": message.user, "name": name, "is_app": message.bot_id is not None},
        "text": message.text,
        "blocks": message.blocks or [] if message.bot_id else [],
        "files": [_file(each, person) for each in message.files],
        "ephemeral": message.ephemeral_to is not None,
        "thread_ts": message.thread_ts,
        "edited": message.edited is not None,
        "state": message.values.get(person.id, {}),
    }


def _file(file: File, person: Person) -> Json:
    shape = file_shape(file, "")
    kept = {key: shape[key] for key in ("id", "name", "title", "mimetype", "filetype", "size", "alt_txt")}
    return kept | {"url": f"/sandbox/people/{person.id}/files/{file.id}"}


def _app(installation: Installation, person: Person) -> Json:
    app = installation.app
    home = person.homes.get(app.id)
    return {
        "id": app.id,
        "name": app.name,
        "org": installation.org.name if installation.org else None,
        "bot_user_id": installation.bot_user_id,
        "dm": names.derived("D", *sorted((person.id, installation.bot_user_id))),
        "home_enabled": bool(app.home.get("home_tab_enabled")),
        "messages_enabled": bool(app.home.get("messages_tab_enabled")),
        "can_write": app.can_be_written_to,
        "home": _home(home) if home else None,
        "commands": [
            _picked(each, "command", "description", "usage_hint") for each in app.features("slash_commands")
        ],
        "shortcuts": [
            _picked(each, "name", "type", "callback_id", "description") for each in app.features("shortcuts")
        ],
    }


def _picked(given: Json, *keys: str) -> Json:
    return {key: given.get(key, "") for key in keys}


def _home(view: View) -> Json:
    return {
        "id": view.id,
        "hash": view.hash,
        "blocks": view.body["blocks"],
        "state": state_values(view.body["blocks"], view.values),
    }


def _modal(view: View) -> Json:
    given: dict[str, Any] = view.body
    return {
        "id": view.id,
        "app": view.app_id,
        "callback_id": given.get("callback_id", ""),
        "title": given.get("title"),
        "submit": given.get("submit"),
        "close": given.get("close"),
        "blocks": given["blocks"],
        "errors": view.errors,
        "state": state_values(given["blocks"], view.values),
    }
