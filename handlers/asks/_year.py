"""A year of asks on one page: the files, and what is said while they are made."""

import re
from datetime import date

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core.errors import Invalid
from bot.core.periods import Period
from bot.core.prose import Prose
from bot.documents import year_of_asks
from bot.documents.markdown import markdown
from bot.documents.report import Report
from bot.documents.web_page import web_page
from bot.domain import asks, members
from bot.storage.identity import Principal
from handlers import kit
from handlers.asks._ids import Ids
from handlers.files import File
from handlers.replies import Reply

_YEAR = re.compile(r"year(?: (?P<year>(?:19|20)\d\d))?")

# The year that lasts.
THIS = 0


def register_year(app: AsyncApp) -> None:
    app.action(Ids.YEAR)(send_this)


def meant(said: str) -> int | None:
    """The year that `year` or `year 2026` asks for, THIS without a number; None for other words."""
    match = _YEAR.fullmatch(said)
    return int(match["year"] or THIS) if match else None


async def send_this(coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await send(coach, who, reply, THIS)


async def send(coach: Coach, who: Principal, reply: Reply, year: int) -> BoltResponse:
    """Say that the page is coming, and put it into the DM beside that."""
    async with coach.session(who) as session:
        today = members.today(session)
        year = year or today.year
        if year > today.year:
            raise Invalid("year", "year_ahead", year=year)
        told = await asks.in_period(session, Period(date(year, 1, 1), date(year, 12, 31)))
        page = year_of_asks.report(coach.prose, told, year, today)
    words = coach.prose.words("asks/year", year=year, total=len(told))
    if not told:
        empty = [kit.section(words.none), kit.actions(kit.button(words.new, Ids.NEW))]
        return await reply.say(kit.Message(words.none, empty, title=words.heading))
    reply.deliver(who, lambda: _files(coach.prose, page, year), words.here)
    blocks = [kit.section(words.coming), kit.context(words.readable)]
    return await reply.say(kit.Message(words.coming, blocks, title=words.heading))


def _files(prose: Prose, page: Report, year: int) -> list[File]:
    return [
        File(f"asks-{year}.md", page.title, markdown(page)),
        File(f"asks-{year}.html", page.title, web_page(prose, page)),
    ]
