"""Messages: posted, changed and deleted, with the events each of these causes."""

from typing import TYPE_CHECKING

from bot.sandbox import names
from bot.sandbox.contents import Content
from bot.sandbox.elements import typed_blocks
from bot.sandbox.events import Sending
from bot.sandbox.files import file_shape, stub
from bot.sandbox.world import Conversation, File, Installation, Json, Message, Person

if TYPE_CHECKING:
    from bot.sandbox import Sandbox


def by_app(sandbox: "Sandbox", installation: Installation, content: Content) -> Message:
    """A message an app is about to post."""
    return Message(
        ts=sandbox.world.ts(),
        user=installation.bot_user_id,
        text=content.text,
        team_id=installation.team_id,
        blocks=content.blocks,
        attachments=content.attachments,
        metadata=content.metadata,
        app_id=installation.app.id,
        bot_id=installation.bot_id,
    )


def by_person(sandbox: "Sandbox", person: Person, text: str) -> Message:
    """A message a person is about to send; `text` has its entities already."""
    blocks = typed_blocks(text, names.unguessable()[:5]) if text else None
    ts = sandbox.world.ts()
    return Message(ts, person.id, text, person.team_id, blocks, client_msg_id=names.envelope())


def post(sandbox: "Sandbox", conversation: Conversation, message: Message) -> list[Sending]:
    """Put the message there; apps in the conversation hear of it, its own author too, as at Slack."""
    conversation.add(message)
    for file in message.files:
        file.channels.append(conversation.id)
    if message.ephemeral_to:
        sandbox.world.touch([message.ephemeral_to])
        return []
    conversation.last_read[message.user] = message.ts
    sandbox.world.touch(conversation.members)
    event = shape(sandbox, message) | _where(conversation, message.ts)
    if message.files:
        event["files"] = [_told(sandbox, conversation, file) for file in message.files]
    return sandbox.events.of_conversation(conversation, event)


def _told(sandbox: "Sandbox", conversation: Conversation, file: File) -> Json:
    """A file as an event tells of it: where somebody of another workspace is there, by its id only."""
    shared = any("stranger" in sandbox.world.people[each].flags for each in conversation.members)
    return stub(file) if file.check_info or shared else file_shape(file, sandbox.base_url)


def edit(
    sandbox: "Sandbox", conversation: Conversation, message: Message, content: Content, by: str
) -> list[Sending]:
    before = shape(sandbox, message)
    message.text, message.blocks, message.attachments = content.text, content.blocks, content.attachments
    message.metadata = content.metadata
    message.edited = {"user": by, "ts": sandbox.world.ts()}
    if message.ephemeral_to:
        sandbox.world.touch([message.ephemeral_to])
        return []
    sandbox.world.touch(conversation.members)
    told = {"message": shape(sandbox, message), "previous_message": before}
    return _tell_hidden(sandbox, conversation, "message_changed", told)


def delete(sandbox: "Sandbox", conversation: Conversation, message: Message) -> list[Sending]:
    conversation.remove(message)
    if message.ephemeral_to:
        sandbox.world.touch([message.ephemeral_to])
        return []
    sandbox.world.touch(conversation.members)
    told = {"previous_message": shape(sandbox, message), "deleted_ts": message.ts}
    return _tell_hidden(sandbox, conversation, "message_deleted", told)


def _tell_hidden(sandbox: "Sandbox", conversation: Conversation, subtype: str, told: Json) -> list[Sending]:
    ts = sandbox.world.ts()
    event = {"type": "message", "subtype": subtype, **told, "hidden": True, "ts": ts}
    return sandbox.events.of_conversation(conversation, event | _where(conversation, ts))


def _where(conversation: Conversation, ts: str) -> Json:
    return {"channel": conversation.id, "event_ts": ts, "channel_type": conversation.kind}


def shape(sandbox: "Sandbox", message: Message, *, metadata: bool = True) -> Json:
    """A message object as history, events and answers carry it."""
    optional = {
        "subtype": message.subtype,
        "client_msg_id": message.client_msg_id,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "edited": message.edited,
        "username": message.username,
        "metadata": message.metadata if metadata else None,
        "files": [file_shape(each, sandbox.base_url) for each in message.files] or None,
    }
    basic = {"user": message.user, "type": "message", "ts": message.ts, "text": message.text}
    named = {key: value for key, value in optional.items() if value is not None}
    return basic | {"team": message.team_id} | named | _app_fields(sandbox, message) | _thread(message)


def _app_fields(sandbox: "Sandbox", message: Message) -> Json:
    installation = sandbox.world.bots.get(message.bot_id or "")
    if installation is None:
        return {}
    profile = {
        "id": installation.bot_id,
        "app_id": installation.app.id,
        "user_id": installation.bot_user_id,
        "name": installation.app.name,
        "icons": {},
        "deleted": False,
        "updated": 0,
        "team_id": installation.team_id,
    }
    return {"bot_id": installation.bot_id, "app_id": installation.app.id, "bot_profile": profile}


def _thread(message: Message) -> Json:
    if message.replies:
        return {
            "thread_ts": message.ts,
            "reply_count": len(message.replies),
            "latest_reply": message.replies[-1],
            "is_locked": False,
            "subscribed": False,
        }
    return {"thread_ts": message.thread_ts} if message.thread_ts else {}
