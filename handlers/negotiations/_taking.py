"""Taking a sheet away: a Markdown file into the DM, with the limits in it only where that was ticked."""

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.documents import negotiation
from bot.documents.negotiation import Sheet
from bot.domain import members, negotiations
from bot.domain.negotiations import Negotiation
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import kit
from handlers.files import File
from handlers.negotiations import _forms
from handlers.negotiations._ids import Ids
from handlers.records import opening, plain
from handlers.replies import Reply


def register_taking(app: AsyncApp) -> None:
    app.action(Ids.TAKE)(opening(negotiations.kept_one, plain(_forms.take_form)))
    app.view(Ids.MAKE)(make)


async def make(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Say that the file is coming, and put it into the DM beside that; the same form sent again makes none."""
    form, limits = kit.carried(view), kit.values(view).get("limits") == ["limits"]
    async with coach.session(who) as session:
        sheet = await negotiations.kept_one(session, form.get("negotiation"))
        fresh = await session.once(kit.sending(view))
        facts, today, sheet_id = await read(session, sheet), members.today(session), sheet.id
    words = coach.prose.words("negotiations/take", today=today)

    def files() -> list[File]:
        content = negotiation.as_markdown(coach.prose, facts, today, limits=limits)
        return [File(words.file_name.plain, words.file_title.plain, content)]

    if fresh:
        reply.deliver(who, files, words.comment)
    said = words.coming_with if limits else words.coming
    back = kit.actions(kit.button(words.back, Ids.OPEN, sheet_id))
    return await reply.say(kit.Message(said, [kit.section(said), back], title=words.title))


async def read(session: MemberSession, sheet: Negotiation) -> Sheet:
    """What the file is made of, for when the session is closed."""
    today = members.today(session)
    facts = await negotiations.facts(session, sheet)
    names = (name for part in negotiations.PARTS.values() for name in part if name != "beyond_pay")
    return Sheet(
        title=sheet.title,
        texts={name: getattr(sheet, name) for name in names},
        beyond_pay=sheet.beyond_pay,
        facts=[(one.fact, one.source, one.found_on, negotiations.is_stale(one, today)) for one in facts],
        objections=negotiations.pairs_of(sheet),
        notes=[(note.on, note.text) for note in await negotiations.notes(session, sheet)],
    )
