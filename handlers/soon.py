"""Commands whose feature is not built yet: they say so, and give the words back."""

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.storage.identity import Principal
from handlers import kit
from handlers.replies import Reply


def register(app: AsyncApp) -> None:
    app.command("/ask")(ask_command)


async def ask_command(command: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await ask(command.get("text") or "", coach, who, reply)


async def ask(text: str, coach: Coach, _who: Principal, reply: Reply) -> BoltResponse:
    return await _not_yet("asks", text, coach, reply)


async def _not_yet(feature: str, text: str, coach: Coach, reply: Reply) -> BoltResponse:
    words = coach.prose.words("soon/answer")
    given_back = [kit.section(words.given_back), *kit.verbatim(text)] if text.strip() else []
    return await reply.say(
        kit.Message(words.text, [kit.section(words.block(feature)), *given_back], title=words.title)
    )
