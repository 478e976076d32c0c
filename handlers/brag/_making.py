"""Makes the ordered files beside the answer, puts them into the DM, and says in the modal how it went."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.coach import Coach
from bot.core.prose import Prose
from bot.documents import report
from bot.documents.formats import Format, Made
from bot.domain.brag import Facts
from bot.storage.identity import Principal
from handlers import files, outbox
from handlers.brag import _form
from handlers.files import File

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Order:
    """What is to be made: files of these formats out of the facts."""

    facts: Facts
    formats: Sequence[Format]


async def carry_out(order: Order, coach: Coach, who: Principal, client: AsyncWebClient, view_id: str) -> None:
    """Make the files and deliver them; the modal with this id is told the outcome, whatever it is."""
    outcome = "failed"
    try:
        made = [await coach.press.make(one, coach.prose, order.facts) for one in order.formats]
        outcome = "done" if await _deliver(order, made, coach.prose, who, client) else "undelivered"
    except TimeoutError:
        log.warning("brag.too_slow", extra={"count": len(order.facts.wins)})
        outcome = "too_slow"
    finally:
        await _show(coach.prose, client, view_id, outcome)


async def _deliver(
    order: Order, made: Sequence[Made], prose: Prose, who: Principal, client: AsyncWebClient
) -> bool:
    facts = order.facts
    words = prose.words(
        "brag/delivered",
        period=report.period_of(prose, facts),
        reader=prose.words("brag/delivered").block(facts.request.audience.name),
        left_out=facts.private_left_out,
        boxes=any(one.boxes for one in made),
    )
    some = [
        File(name_of(prose, facts, one), words.title.plain, file.content)
        for one, file in zip(order.formats, made, strict=True)
    ]
    return await files.deliver(client, who, some, comment=words.comment, prose=prose)


def name_of(prose: Prose, facts: Facts, format_: Format) -> str:
    """What the file is called: its days, and nothing of what it holds."""
    days = facts.period
    return prose.words("brag/delivered", first=days.first, last=days.last, ending=format_.ending).name.plain


async def _show(prose: Prose, client: AsyncWebClient, view_id: str, outcome: str) -> None:
    """The modal may be closed by now, or Slack away; the DM has the file all the same."""
    try:
        await client.views_update(view_id=view_id, view=_form.told(prose, outcome))
    except SlackApiError as refused:
        log.info("brag.closed", extra={"error": outbox.word_of(refused)})
    except (aiohttp.ClientError, TimeoutError, OSError) as fault:
        log.warning("brag.untold", extra={"type": type(fault).__name__})
