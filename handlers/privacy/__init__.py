"""Privacy in Slack: what is kept, all of it as a file, and erasing it."""

from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core.errors import NotFound
from bot.core.prose import Prose
from bot.documents import account
from bot.domain import privacy
from bot.domain.privacy import Account
from bot.storage.identity import Principal
from handlers import clicks, kit
from handlers.files import File
from handlers.privacy import _bringing, _views
from handlers.privacy._bringing import taken as taken
from handlers.privacy._ids import Ids as Ids
from handlers.privacy._views import empty_home as empty_home
from handlers.replies import Reply


def register(app: AsyncApp) -> None:
    app.action(Ids.SHOW)(show)
    app.action(Ids.EXPORT)(click_export)
    app.action(Ids.ASK_TO_ERASE)(ask_to_erase)
    app.view(Ids.ERASE)(erase)
    app.action(Ids.DETAILS)(choose_details)
    app.action(Ids.BRING)(_bringing.bring)
    app.action(Ids.UNDO)(_bringing.undo)
    app.action(Ids.LEAVE)(_bringing.leave)


async def show(coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await obey("", coach, who, reply)


async def obey(_text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """`/coach privacy`."""
    async with coach.session(who) as session:
        message = _views.page(coach.prose, await privacy.summary(session))
    return await reply.say(message)


async def click_export(coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await export("", coach, who, reply)


async def export(_text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """`/coach export`: everything is read now, opened and packed beside the answer, and kept nowhere."""
    async with coach.session(who) as session:
        gathered = await privacy.gather(session)
    comment = coach.prose.words("privacy/export").comment
    reply.deliver(who, partial(_files, coach, gathered), comment)
    return await reply.say(_views.exporting(coach.prose))


async def ask_to_erase(coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await erase_form("", coach, who, reply)


async def erase_form(_text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """`/coach erase`: says what goes and what stays, and asks for the words."""
    async with coach.session(who) as session:
        view = _views.erasing(coach.prose, await privacy.summary(session))
    return await reply.open(view, instead=_views.open_form(coach.prose))


async def erase(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    privacy.check(kit.texts(view).get("words"))
    async with coach.session(who) as session:
        # Home is cleared by whoever draws it, when it is told that something changed.
        await privacy.erase(session)
    # A server's tables are written anew by a worker, every few minutes: nobody can keep others out by erasing again and again.
    await coach.database.forget()
    return await reply.say(_views.erased(coach.prose))


async def choose_details(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    wanted = clicks.value(action)
    if wanted not in (_views.ON, _views.OFF):
        raise NotFound("old_button")
    async with coach.session(who) as session:
        await privacy.choose_details(session, wanted=wanted == _views.ON)
        message = _views.page(coach.prose, await privacy.summary(session))
    return await reply.say(message)


def _files(coach: Coach, gathered: Account) -> list[File]:
    words = _named(coach.prose, gathered)
    content = account.archive(coach.prose, gathered.told(), coach.clock.now())
    return [File(words.name.plain, words.file.plain, content)]


def _named(prose: Prose, gathered: Account) -> Any:
    return prose.words("privacy/export", on=gathered.exported_on)
