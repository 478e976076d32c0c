"""Slash commands."""

import re
from typing import TYPE_CHECKING

from bot.sandbox import contents
from bot.sandbox.acts import NOT_FOUND, Act, act_with, channel_shape, conversation_of
from bot.sandbox.delivery import Answer, Parcel
from bot.sandbox.refusals import CannotError, Refusal
from bot.sandbox.responses import Target, answer_in_acknowledgement
from bot.sandbox.world import Conversation, Json, Person

if TYPE_CHECKING:
    from bot.sandbox import Sandbox

_MENTION = re.compile(r"(?<!\S)@([\w.-]+)")
_INVALID = "invalid_command_response"


async def run(sandbox: "Sandbox", person: Person, given: Json) -> Answer:
    """`{"command", "text", "channel"?}`; the default is the conversation with the app that owns the command."""
    command = str(given.get("command", ""))
    app = sandbox.world.workspaces[person.team_id].commands.get(command)
    if app is None:
        detail = f"{command} is not a valid command: no installed app has it."
        raise CannotError("unknown_command", detail, NOT_FOUND)
    act = act_with(sandbox, person, app.id)
    conversation = _place(act, given)
    target = sandbox.responses.target(act.installation, conversation, person)
    payload = _payload(act, target, command, _text(act, command, str(given.get("text") or "").strip()))
    answer = await sandbox.dispatch.send(Parcel(app, person.team_id, "slash_commands", payload))
    if answer.answered:
        try:
            answer_in_acknowledgement(sandbox, target, answer.body)
        except Refusal:
            answer = Answer(answered=True, error=_INVALID, body=answer.body, took_ms=answer.took_ms)
    _tell_failure(sandbox, person, conversation, command, answer.error)
    return answer


def _place(act: Act, given: Json) -> Conversation:
    if channel := given.get("channel"):
        return conversation_of(act.sandbox, act.person, channel)
    world = act.sandbox.world
    return world.im(act.person, world.people[act.installation.bot_user_id])


def _text(act: Act, command: str, text: str) -> str:
    """What was typed; a command whose manifest wants it so gets `@name` as a mention."""
    typed, offered = contents.typed(text), act.app.features("slash_commands")
    if not any(one.get("should_escape") for one in offered if one.get("command") == command):
        return typed
    people = act.sandbox.world.people.values()
    ids = {one.name: one.id for one in people if one.team_id == act.person.team_id}
    return _MENTION.sub(lambda at: f"<@{ids[at[1]]}|{at[1]}>" if at[1] in ids else at[0], typed)


def _payload(act: Act, target: Target, command: str, text: str) -> Json:
    workspace = act.sandbox.world.workspaces[act.person.team_id]
    channel = channel_shape(target.conversation)
    org = {"enterprise_id": workspace.org.id, "enterprise_name": workspace.org.name} if workspace.org else {}
    return {
        "token": act.app.verification_token,
        **org,
        "team_id": workspace.id,
        "team_domain": workspace.domain,
        "channel_id": channel["id"],
        "channel_name": channel["name"],
        "user_id": act.person.id,
        "user_name": act.person.name,
        "command": command,
        "text": text,
        "api_app_id": act.app.id,
        "is_enterprise_install": "true" if act.installation.org else "false",
        "response_url": act.sandbox.responses.url(target, "commands"),
        "trigger_id": act.trigger(),
    }


def _tell_failure(
    sandbox: "Sandbox", person: Person, conversation: Conversation, command: str, error: str | None
) -> None:
    if error == "app_did_not_respond":
        text = f"{command} failed because the app did not respond. Please try again or contact the app developer."
        sandbox.world.notify(person, text, conversation.id)
    elif error:
        sandbox.world.notify(person, f"{command} failed with the error “{error}”", conversation.id)
