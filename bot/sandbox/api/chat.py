"""chat.*: posting, changing and deleting messages, and the link to one."""

from bot.sandbox import contents, messages
from bot.sandbox.api import places
from bot.sandbox.api.call import Call, Method
from bot.sandbox.contents import Content
from bot.sandbox.people import known
from bot.sandbox.refusals import Refusal
from bot.sandbox.world import Conversation, Json, Message

_WRITE = "chat:write"


def post_message(call: Call) -> Json:
    conversation = places.to_post_in(call)
    message = messages.by_app(call.sandbox, call.installation, contents.read(call.args))
    message.thread_ts = _thread(call, conversation)
    if call.text("username") and "chat:write.customize" in call.installation.scopes:
        message.username = call.text("username")
    messages.post(call.sandbox, conversation, message)
    shape = messages.shape(call.sandbox, message)
    return {"channel": conversation.id, "ts": message.ts, "message": shape}


def post_ephemeral(call: Call) -> Json:
    conversation = places.to_post_in(call)
    person = known(call.world, call.team_id, call.needed("user"))
    if person is None or person.id not in conversation.members:
        raise Refusal("user_not_in_channel")
    content = contents.read(call.args, most_text=contents.MOST_TEXT)
    message = messages.by_app(call.sandbox, call.installation, content)
    message.thread_ts = _thread(call, conversation)
    message.ephemeral_to = person.id
    messages.post(call.sandbox, conversation, message)
    return {"message_ts": message.ts}


def update(call: Call) -> Json:
    conversation = places.conversation(call)
    message = _own(call, conversation, "cant_update_message")
    content = _merged(call, message)
    messages.edit(call.sandbox, conversation, message, content, call.installation.bot_user_id)
    shape = messages.shape(call.sandbox, message)
    return {"channel": conversation.id, "ts": message.ts, "text": message.text, "message": shape}


def _merged(call: Call, message: Message) -> Content:
    """What an update leaves out stays as it was; an empty list or object takes it away."""
    given = dict(call.args)
    emptied = contents.parsed_json(given.get("metadata"), "invalid_metadata_format") == {}
    if emptied:
        del given["metadata"]
    content = contents.read(given, most_text=contents.MOST_UPDATED_TEXT)
    return Content(
        content.text,
        content.blocks if _names(given, "blocks", "markdown_text") else message.blocks,
        content.attachments if _names(given, "attachments") else message.attachments,
        None if emptied else content.metadata or message.metadata,
    )


def _names(given: Json, *fields: str) -> bool:
    return any(given.get(field) not in (None, "") for field in fields)


def delete(call: Call) -> Json:
    conversation = places.conversation(call)
    message = _own(call, conversation, "cant_delete_message")
    messages.delete(call.sandbox, conversation, message)
    return {"channel": conversation.id, "ts": message.ts}


def get_permalink(call: Call) -> Json:
    conversation = places.conversation(call)
    message = conversation.find(call.needed("message_ts"))
    if message is None:
        raise Refusal("message_not_found")
    link = (
        f"https://{call.workspace.domain}.slack.com/archives/{conversation.id}/p{message.ts.replace('.', '')}"
    )
    if message.thread_ts:
        link += f"?thread_ts={message.thread_ts}&cid={conversation.id}"
    return {"channel": conversation.id, "permalink": link}


def _own(call: Call, conversation: Conversation, otherwise: str) -> Message:
    """A message of the bot's; ephemeral ones are nowhere to be found, as at Slack."""
    message = conversation.find(call.needed("ts"))
    if message is None:
        raise Refusal("message_not_found")
    if message.user != call.installation.bot_user_id:
        raise Refusal(otherwise)
    return message


def _thread(call: Call, conversation: Conversation) -> str | None:
    """The parent of a reply; a reply's own ts leads to its parent, an unknown one to the main conversation."""
    parent = conversation.find(call.text("thread_ts"))
    return (parent.thread_ts or parent.ts) if parent else None


METHODS = {
    "chat.postMessage": Method(post_message, _WRITE),
    "chat.postEphemeral": Method(post_ephemeral, _WRITE),
    "chat.update": Method(update, _WRITE),
    "chat.delete": Method(delete, _WRITE),
    "chat.getPermalink": Method(get_permalink, json=False),
}
