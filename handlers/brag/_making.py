"""Makes the ordered files beside the answer, puts them into the DM, and says in the modal how it went."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.coach import Coach
from bot.core.prose import Phrase, Prose
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
    """What is to be made: files of these formats out of the facts, and beside them everything as JSON."""

    facts: Facts | None
    formats: Sequence[Format]
    everything: str | None
    today: date


async def carry_out(order: Order, coach: Coach, who: Principal, client: AsyncWebClient, view_id: str) -> None:
    """Make the files and deliver them; the modal with this id is told the outcome, whatever it is."""
    outcome = "failed"
    try:
        made = [await coach.press.make(one, coach.prose, order.facts) for one in order.formats if order.facts]
        outcome = "done" if await _deliver(order, made, coach.prose, who, client) else "undelivered"
    except TimeoutError:
        log.warning("brag.too_slow", extra={"count": len(order.facts.wins) if order.facts else 0})
        outcome = "too_slow"
    finally:
        await _show(coach.prose, client, view_id, outcome)


async def _deliver(
    order: Order, made: Sequence[Made], prose: Prose, who: Principal, client: AsyncWebClient
) -> bool:
    some = [*_documents(order, made, prose), *_everything(order, prose)]
    return await files.deliver(client, who, some, comment=_comment(order, made, prose), prose=prose)


def _documents(order: Order, made: Sequence[Made], prose: Prose) -> list[File]:
    facts = order.facts
    if facts is None:
        return []
    named_ = {"title": report.title_of(prose, facts), "period": report.period_of(prose, facts)}
    title = prose.words("brag/delivered", **named_).title.plain
    named = [name_of(prose, facts, one) for one in order.formats]
    return [File(name, title, one.content) for name, one in zip(named, made, strict=True)]


def _everything(order: Order, prose: Prose) -> list[File]:
    if order.everything is None:
        return []
    words = prose.words("brag/delivered", today=order.today)
    return [File(words.everything_name.plain, words.everything_title.plain, order.everything.encode())]


def _comment(order: Order, made: Sequence[Made], prose: Prose) -> Phrase:
    facts = order.facts
    reader = facts.request.audience.name if facts else ""
    return prose.words(
        "brag/delivered",
        period=report.period_of(prose, facts) if facts else "",
        reader=prose.words("brag/delivered").block(reader) if reader else "",
        left_out=facts.private_left_out if facts else 0,
        everything=order.everything is not None,
        boxes=any(one.boxes for one in made),
    ).comment


def name_of(prose: Prose, facts: Facts, format_: Format) -> str:
    """What the file is called: whom it is for and its days, and nothing of what it holds."""
    days, reader = facts.period, facts.request.audience.name
    given = {"reader": prose.words("brag/delivered").block(f"named_{reader}"), "ending": format_.ending}
    return prose.words("brag/delivered", first=days.first, last=days.last, **given).name.plain


async def _show(prose: Prose, client: AsyncWebClient, view_id: str, outcome: str) -> None:
    """The modal may be closed by now, or Slack away; the DM has the file all the same."""
    try:
        await client.views_update(view_id=view_id, view=_form.told(prose, outcome))
    except SlackApiError as refused:
        log.info("brag.closed", extra={"error": outbox.word_of(refused)})
    except (aiohttp.ClientError, TimeoutError, OSError) as fault:
        log.warning("brag.untold", extra={"type": type(fault).__name__})
