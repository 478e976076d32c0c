"""A person's messages: written, changed, deleted, read."""

from typing import TYPE_CHECKING

from bot.sandbox import contents, files, messages
from bot.sandbox.acts import NOT_FOUND, conversation_of
from bot.sandbox.contents import Content
from bot.sandbox.delivery import Answer
from bot.sandbox.elements import typed_blocks
from bot.sandbox.events import outcome
from bot.sandbox.refusals import CannotError
from bot.sandbox.world import Conversation, Json, Message, Person

if TYPE_CHECKING:
    from bot.sandbox import Sandbox


async def write(sandbox: "Sandbox", person: Person, given: Json) -> tuple[Message, Answer]:
    """`{"channel", "text", "thread_ts"?, "files"?: [{"name", "content_base64"}]}`."""
    conversation = conversation_of(sandbox, person, given.get("channel"))
    text = str(given.get("text") or "")
    uploads = [files.sent(sandbox.world, person, each) for each in given.get("files") or []]
    if not text.strip() and not uploads:
        raise CannotError("no_text", "A message needs a text or a file.")
    _check_writable(sandbox, person, conversation)
    message = messages.by_person(sandbox, person, contents.typed(text[: contents.MOST_TEXT]))
    message.thread_ts = _thread(conversation, given.get("thread_ts"))
    if uploads:
        message.files, message.subtype = uploads, "file_share"
    return message, await outcome(messages.post(sandbox, conversation, message))


def _check_writable(sandbox: "Sandbox", person: Person, conversation: Conversation) -> None:
    if conversation.archived or person.deactivated:
        raise CannotError("is_archived", "Nobody can write here any more.")
    for each in conversation.members:
        app = sandbox.world.apps.get(sandbox.world.people[each].app_id or "")
        if conversation.kind == "im" and app and not app.can_be_written_to:
            raise CannotError("restricted_action", f"Sending messages to {app.name} has been turned off.")


def _thread(conversation: Conversation, ts: object) -> str | None:
    parent = conversation.find(str(ts)) if ts else None
    if ts and parent is None:
        raise CannotError("thread_not_found", f"There is no message {ts} to answer.", NOT_FOUND)
    return (parent.thread_ts or parent.ts) if parent else None


async def edit(sandbox: "Sandbox", person: Person, given: Json) -> Answer:
    """`{"channel", "ts", "text"}`."""
    conversation, message = _own(sandbox, person, given)
    text = contents.typed(str(given.get("text") or ""))
    content = Content(text, typed_blocks(text, (message.blocks or [{}])[0].get("block_id", "")))
    return await outcome(messages.edit(sandbox, conversation, message, content, person.id))


async def delete(sandbox: "Sandbox", person: Person, given: Json) -> Answer:
    """`{"channel", "ts"}`; an ephemeral message is dismissed, of which no app hears."""
    conversation, message = _own(sandbox, person, given)
    return await outcome(messages.delete(sandbox, conversation, message))


def _own(sandbox: "Sandbox", person: Person, given: Json) -> tuple[Conversation, Message]:
    conversation = conversation_of(sandbox, person, given.get("channel"))
    message = conversation.find(str(given.get("ts")), person.id)
    if message is None:
        raise CannotError("message_not_found", f"There is no message {given.get('ts')}.", NOT_FOUND)
    if person.id not in {message.user, message.ephemeral_to}:
        raise CannotError("not_own_message", "Only one's own messages can be changed.")
    return conversation, message


def read(sandbox: "Sandbox", person: Person, given: Json) -> None:
    """`{"channel"}`: the person has seen everything there."""
    conversation = conversation_of(sandbox, person, given.get("channel"))
    mark_read(sandbox, person, conversation)


def mark_read(sandbox: "Sandbox", person: Person, conversation: Conversation) -> None:
    newest = conversation.order[-1] if conversation.order else ""
    if conversation.last_read.get(person.id, "") < newest:
        conversation.last_read[person.id] = newest
        sandbox.world.touch([person.id])
