"""files.*: an upload in three steps (address, content, completion), and what a file is."""

from bot.sandbox import contents, files, messages, names
from bot.sandbox.api.call import Call, Method
from bot.sandbox.contents import Content
from bot.sandbox.refusals import Refusal, explained
from bot.sandbox.world import Conversation, File, Json, Message

MOST_BYTES = 1_000_000_000
MOST_ALT_TEXT = 1000
_WRITE = "files:write"


def get_upload_url(call: Call) -> Json:
    name, length = call.needed("filename"), _length(call)
    if len(call.text("alt_txt")) > MOST_ALT_TEXT:
        raise Refusal("alt_txt_too_large")
    author = call.installation.bot_user_id
    file = File(names.fresh("F"), call.team_id, author, name, name, length, call.world.seconds())
    file.alt_text, file.mimetype = call.text("alt_txt"), files.mimetype(name)
    call.world.files[file.id] = file
    ticket = names.unguessable()
    call.sandbox.uploads[ticket] = file.id
    return {"upload_url": f"{call.sandbox.base_url}/upload/v1/{ticket}", "file_id": file.id}


def _length(call: Call) -> int:
    try:
        length = int(call.needed("length"))
    except ValueError:
        raise explained("invalid_arguments", "must provide an integer [json-pointer:/length]") from None
    if length <= 0:
        raise explained("invalid_arguments", "must be greater than 0 [json-pointer:/length]")
    if length > MOST_BYTES:
        raise Refusal("file_upload_size_restricted")
    return length


def complete_upload(call: Call) -> Json:
    listed = call.json("files", "invalid_arguments")
    if not isinstance(listed, list) or not listed:
        raise explained("invalid_arguments", "missing required field: files")
    finished = [(_uploaded(call, each), each) for each in listed]
    channels = [each for each in (call.text("channel_id"), *call.text("channels").split(",")) if each]
    targets = [_target(call, channel) for channel in channels]
    for file, given in finished:
        file.title, file.complete = str(given.get("title") or file.name), True
    complete = [file for file, _ in finished]
    for target in targets:
        _share(call, target, complete)
    return {"files": [files.file_shape(file, call.sandbox.base_url) | _shares(file) for file in complete]}


def _uploaded(call: Call, given: object) -> File:
    file = call.world.files.get(str(given.get("id"))) if isinstance(given, dict) else None
    if file is None or file.content is None or file.user != call.installation.bot_user_id:
        raise Refusal("file_not_found")
    return file


def _target(call: Call, channel: str) -> Conversation:
    """Unlike chat.postMessage, completing an upload takes no person's id for a channel."""
    found = call.world.conversations.get(channel)
    if found is None or found.team_id != call.team_id:
        raise Refusal("channel_not_found")
    if call.installation.bot_user_id not in found.members:
        raise Refusal("channel_not_found" if found.kind == "im" else "not_in_channel")
    return found


def _share(call: Call, target: Conversation, complete: list[File]) -> None:
    content = contents.read({"text": call.text("initial_comment")}, needed=False)
    message: Message = messages.by_app(call.sandbox, call.installation, Content(content.text))
    parent = target.find(call.text("thread_ts"))
    message.thread_ts = (parent.thread_ts or parent.ts) if parent else None
    message.files, message.subtype = list(complete), "file_share"
    messages.post(call.sandbox, target, message)


def info(call: Call) -> Json:
    file = _existing(call)
    return {"file": files.file_shape(file, call.sandbox.base_url) | _shares(file), "comments": []}


def delete(call: Call) -> Json:
    file = _existing(call)
    if file.user != call.installation.bot_user_id:
        raise Refusal("cant_delete_file")
    file.deleted, file.content = True, None
    return {}


def _existing(call: Call) -> File:
    file = call.world.files.get(call.needed("file"))
    if file is None or file.team_id != call.team_id or not file.complete:
        raise Refusal("file_not_found")
    if file.deleted:
        raise Refusal("file_deleted")
    return file


def _shares(file: File) -> Json:
    direct = [each for each in file.channels if each.startswith("D")]
    return {"ims": direct, "channels": [each for each in file.channels if each not in direct], "groups": []}


METHODS = {
    "files.getUploadURLExternal": Method(get_upload_url, _WRITE, json=False),
    "files.completeUploadExternal": Method(complete_upload, _WRITE),
    "files.info": Method(info, "files:read", json=False),
    "files.delete": Method(delete, _WRITE),
}
