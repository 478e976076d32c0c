"""Slash commands."""

from typing import TYPE_CHECKING

from bot.sandbox import contents
from bot.sandbox.acts import NOT_FOUND, act_with, channel_shape, conversation_of
from bot.sandbox.delivery import Answer, Parcel
from bot.sandbox.refusals import CannotError, Refusal
from bot.sandbox.responses import answer_in_acknowledgement
from bot.sandbox.world import Conversation, Json, Person

if TYPE_CHECKING:
    from bot.sandbox import Sandbox

_INVALID = "invalid_command_response"


async def run(sandbox: "Sandbox", person: Person, given: Json) -> Answer:
    """`{"command", "text", "channel"?}`; the default is the conversation with the app that owns the command."""
    command = str(given.get("command", ""))
    app = sandbox.world.workspaces[person.team_id].commands.get(command)
    if app is None:
        detail = f"{command} is not a valid command: no installed app has it."
        raise CannotError("unknown_command", detail, NOT_FOUND)
    act = act_with(sandbox, person, app.id)
    bot = sandbox.world.people[act.installation.bot_user_id]
    channel = given.get("channel")
    conversation = conversation_of(sandbox, person, channel) if channel else sandbox.world.im(person, bot)
    target = sandbox.responses.target(act.installation, conversation, person)
    workspace = sandbox.world.workspaces[person.team_id]
    payload = {
        "token": app.verification_token,
        "team_id": workspace.id,
        "team_domain": workspace.domain,
        "channel_id": conversation.id,
        "channel_name": channel_shape(conversation)["name"],
        "user_id": person.id,
        "user_name": person.name,
        "command": command,
        "text": contents.typed(str(given.get("text") or "").strip()),
        "api_app_id": app.id,
        "is_enterprise_install": "false",
        "response_url": sandbox.responses.url(target, "commands"),
        "trigger_id": act.trigger(),
    }
    answer = await sandbox.dispatch.send(Parcel(app, workspace.id, "slash_commands", payload))
    if answer.answered:
        try:
            answer_in_acknowledgement(sandbox, target, answer.body)
        except Refusal:
            answer = Answer(answered=True, error=_INVALID, body=answer.body, took_ms=answer.took_ms)
    _tell_failure(sandbox, person, conversation, command, answer.error)
    return answer


def _tell_failure(
    sandbox: "Sandbox", person: Person, conversation: Conversation, command: str, error: str | None
) -> None:
    if error == "app_did_not_respond":
        text = f"{command} failed because the app did not respond. Please try again or contact the app developer."
        sandbox.world.notify(person, text, conversation.id)
    elif error:
        sandbox.world.notify(person, f"{command} failed with the error “{error}”", conversation.id)
