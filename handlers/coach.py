"""`/coach …`: everything Sayso can do, under one command that no other app has taken."""

import re
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core.errors import NotFound
from bot.domain.wins import Source
from bot.storage.identity import Principal
from handlers import members, verbs
from handlers.replies import Reply


def register(app: AsyncApp) -> None:
    app.command("/coach")(answer_command)


def register_last(app: AsyncApp) -> None:
    """Answer whatever nobody listens to, so that nothing is a dead end; must come after all features."""
    anything = re.compile(".*")
    app.action(anything)(explain_old_button)
    app.view(anything)(explain_old_button)
    app.shortcut(anything)(explain_old_button)
    app.command(anything)(answer_unknown)


async def answer_command(command: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    text = (command.get("text") or "").strip()
    spoken = verbs.parse(f"/{text}")
    if spoken is not None:
        return await spoken.obey(coach, who, reply, Source.COMMAND)
    return await reply.say(members.usage(coach.prose, unknown=text or None))


async def answer_unknown(coach: Coach, reply: Reply) -> BoltResponse:
    return await reply.say(members.usage(coach.prose))


async def explain_old_button() -> BoltResponse:
    raise NotFound("old_button")
