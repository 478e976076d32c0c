"""Clicks: a person uses an interactive element of a message or of a view."""

from typing import TYPE_CHECKING, Any

from bot.sandbox import elements, messages, views
from bot.sandbox.acts import NOT_FOUND, Act, act_with, channel_shape, conversation_of, open_view
from bot.sandbox.acts.filling import put
from bot.sandbox.delivery import NOT_SENT, Answer
from bot.sandbox.elements import Found
from bot.sandbox.refusals import CannotError
from bot.sandbox.world import Conversation, Json, Message, Person, Values, View

if TYPE_CHECKING:
    from bot.sandbox import Sandbox

TROUBLE = "This app is not responding. Try again, or contact the app developer."


async def click(sandbox: "Sandbox", person: Person, given: Json) -> Answer:
    """`{"container", "block_id"?, "action_id", "value"?, "values"?}`."""
    container = given.get("container") or {}
    if container.get("kind") == "view":
        return await _in_view(sandbox, person, open_view(sandbox, person, container.get("view_id")), given)
    if container.get("kind") == "message":
        return await _in_message(sandbox, person, container, given)
    raise CannotError(
        "bad_container", 'A container is {"kind": "message", "channel", "ts"} or {"kind": "view", "view_id"}.'
    )


async def _in_view(sandbox: "Sandbox", person: Person, view: View, given: Json) -> Answer:
    act = act_with(sandbox, person, view.app_id)
    blocks = view.body["blocks"]
    put(sandbox, person, blocks, view.values, given.get("values") or {})
    found = _used(blocks, given)
    chosen = _chosen(sandbox, person, found, given, blocks, view.values)
    sandbox.world.touch([person.id])
    if not _dispatches(found):
        return NOT_SENT
    payload = act.payload("block_actions") | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": act.trigger(),
        "view": views.shape(view),
        "actions": [chosen],
    }
    return await _sent(act, payload, None)


async def _in_message(sandbox: "Sandbox", person: Person, container: Json, given: Json) -> Answer:
    conversation = conversation_of(sandbox, person, container.get("channel"))
    message = conversation.find(str(container.get("ts")), person.id)
    if message is None:
        raise CannotError("message_not_found", f"There is no message {container.get('ts')} here.", NOT_FOUND)
    act = act_with(sandbox, person, message.app_id)
    blocks = message.blocks or []
    values = message.values.setdefault(person.id, {})
    put(sandbox, person, blocks, values, given.get("values") or {})
    found = _used(blocks, given)
    chosen = _chosen(sandbox, person, found, given, blocks, values)
    sandbox.world.touch([person.id])
    if not _dispatches(found):
        return NOT_SENT
    payload = act.payload("block_actions") | _message_fields(act, conversation, message)
    payload |= {"state": {"values": elements.state_values(blocks, values)}, "actions": [chosen]}
    return await _sent(act, payload, conversation.id)


def _message_fields(act: Act, conversation: Conversation, message: Message) -> Json:
    ephemeral = message.ephemeral_to is not None
    target = act.sandbox.responses.target(act.installation, conversation, act.person, message)
    fields = {
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": conversation.id,
            "is_ephemeral": ephemeral,
        },
        "trigger_id": act.trigger(),
        "channel": channel_shape(conversation),
        "response_url": act.sandbox.responses.url(target, "actions"),
    }
    # Slack does not send an ephemeral message along.
    return fields if ephemeral else fields | {"message": messages.shape(act.sandbox, message)}


def _used(blocks: list[Json], given: Json) -> Found:
    found = elements.find(blocks, str(given.get("action_id")), given.get("block_id"))
    if found is None:
        detail = f"There is no element with the action_id {given.get('action_id')} in it."
        raise CannotError("element_not_found", detail, NOT_FOUND)
    return found


def _chosen(
    sandbox: "Sandbox", person: Person, found: Found, given: Json, blocks: list[Json], values: Values
) -> Json:
    value: Any = given.get("value")
    if elements.stateful(found):
        put(sandbox, person, blocks, values, {found.block_id: {found.action_id: value}})
        value = elements.chosen_value(values[found.block_id][found.action_id])
    try:
        return elements.action(found, value, sandbox.world.ts())
    except (elements.NoSuchOptionError, ValueError) as unfit:
        raise CannotError("bad_value", str(unfit)) from None


def _dispatches(found: Found) -> bool:
    """An input block tells the app only when it asks for it; what was chosen stays in the view's state."""
    return found.block.get("type") != "input" or bool(found.block.get("dispatch_action"))


async def _sent(act: Act, payload: Json, channel: str | None) -> Answer:
    answer = await act.send(payload)
    if answer.error:
        act.sandbox.world.notify(act.person, TROUBLE, channel)
    return answer
