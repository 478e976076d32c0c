"""Shortcuts: global ones and those of a message's menu."""

from typing import TYPE_CHECKING

from bot.sandbox import messages
from bot.sandbox.acts import NOT_FOUND, Act, act_with, channel_shape, conversation_of
from bot.sandbox.delivery import Answer
from bot.sandbox.refusals import CannotError
from bot.sandbox.world import Json, Person

if TYPE_CHECKING:
    from bot.sandbox import Sandbox


async def use(sandbox: "Sandbox", person: Person, given: Json) -> Answer:
    """`{"callback_id", "message"?: {"channel", "ts"}}`."""
    act, shortcut = _found(sandbox, person, str(given.get("callback_id")), "message" in given)
    fields = {
        "callback_id": shortcut["callback_id"],
        "trigger_id": act.trigger(),
        "action_ts": sandbox.world.ts(),
    }
    channel = None
    if shortcut.get("type") == "message":
        payload = act.payload("message_action") | fields | _message_fields(act, given["message"])
        del payload["api_app_id"]
        channel = payload["channel"]["id"]
    else:
        payload = act.payload("shortcut") | fields
        del payload["api_app_id"]
    answer = await act.send(payload)
    if answer.error:
        text = f"{shortcut.get('name')} didn’t work: {act.app.name} did not respond. Try again?"
        sandbox.world.notify(person, text, channel)
    return answer


def _found(sandbox: "Sandbox", person: Person, callback_id: str, on_message: bool) -> tuple[Act, Json]:
    kind = "message" if on_message else "global"
    for installation in sandbox.world.workspaces[person.team_id].installations.values():
        for shortcut in installation.app.features("shortcuts"):
            if shortcut.get("callback_id") == callback_id and shortcut.get("type") == kind:
                return act_with(sandbox, person, installation.app.id), shortcut
    raise CannotError("unknown_shortcut", f"No installed app has a {kind} shortcut {callback_id}.", NOT_FOUND)


def _message_fields(act: Act, where: Json) -> Json:
    conversation = conversation_of(act.sandbox, act.person, where.get("channel"))
    message = conversation.find(str(where.get("ts")))
    if message is None:
        raise CannotError("message_not_found", f"There is no message {where.get('ts')} here.", NOT_FOUND)
    target = act.sandbox.responses.target(act.installation, conversation, act.person, None)
    return {
        "channel": channel_shape(conversation),
        "message_ts": message.ts,
        "message": messages.shape(act.sandbox, message),
        "response_url": act.sandbox.responses.url(target, "app"),
    }
