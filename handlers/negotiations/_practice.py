"""Practice: five objections one after another in one modal; whoever practises thinks, looks, and says it better."""

from collections.abc import Sequence
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core.errors import NotFound
from bot.core.prose import Prose
from bot.domain import negotiations
from bot.domain.negotiations import Objection
from bot.storage.identity import Principal
from handlers import kit
from handlers.kit import Block
from handlers.negotiations import _saying
from handlers.negotiations._ids import Ids
from handlers.replies import Reply

# A view holds 250,000 characters, and nobody reads that much of one reply here.
REPLY_LENGTH = 2800


def register_practice(app: AsyncApp) -> None:
    app.action(Ids.PRACTISE)(begin)
    app.action(Ids.SHOW_REPLY)(show_reply)
    app.action(Ids.WORKS)(go_on)
    app.action(Ids.BETTER)(open_form)
    app.view(Ids.SAVE_REPLY)(save_reply)


async def begin(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await _ask(action.get("value"), 0, coach, who, reply)


async def go_on(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """The next one; every button's value is `<sheet id>:<place>`."""
    sheet_id, place = _named(action)
    return await _ask(sheet_id, place + 1, coach, who, reply)


async def show_reply(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    sheet_id, place = _named(action)
    view = replied(coach.prose, sheet_id, await _objections(sheet_id, coach, who), place)
    return await reply.open(view)


async def open_form(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    sheet_id, place = _named(action)
    view = better(coach.prose, sheet_id, await _objections(sheet_id, coach, who), place)
    return await reply.open(view)


async def save_reply(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    form, text = kit.carried(view), kit.texts(view).get("reply_0") or ""
    own, number, place = form.get("own") is True, form.get("number"), form.get("place")
    if not isinstance(number, int) or not isinstance(place, int):
        raise NotFound("old_button")
    async with coach.session(who) as session:
        common = _saying.common(coach.prose)
        sheet = await negotiations.reply(session, form.get("negotiation"), (own, number), text, common)
        sheet_id = sheet.id
    return await _ask(sheet_id, place + 1, coach, who, reply)


async def _ask(sheet_id: str | None, place: int, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    objections = await _objections(sheet_id, coach, who)
    draw = asked if place < len(objections) else summed_up
    return await reply.open(draw(coach.prose, str(sheet_id), objections, place))


async def _objections(sheet_id: str | None, coach: Coach, who: Principal) -> list[Objection]:
    async with coach.session(who) as session:
        sheet = await negotiations.kept_one(session, sheet_id)
        return negotiations.rehearsed(sheet, _saying.common(coach.prose))


def asked(prose: Prose, sheet_id: str, objections: Sequence[Objection], place: int) -> dict[str, Any]:
    """What they say, and time to think."""
    words, value = prose.words("negotiations/practice"), f"{sheet_id}:{place}"
    common = [] if objections[place].own else [kit.context(words.common)]
    look = kit.button(words.show, Ids.SHOW_REPLY, value, style="primary")
    buttons = kit.actions(look, kit.button(words.skip, Ids.WORKS, value))
    return _page(prose, [*_said(prose, objections, place), *common, kit.context(words.think), buttons])


def replied(prose: Prose, sheet_id: str, objections: Sequence[Objection], place: int) -> dict[str, Any]:
    """What they say and the person's own reply."""
    one, value = _at(objections, place), f"{sheet_id}:{place}"
    words = prose.words("negotiations/practice", reply=kit.clip(one.reply, REPLY_LENGTH))
    works = kit.button(words.works if one.reply else words.skip, Ids.WORKS, value)
    change = kit.button(words.better if one.reply else words.first, Ids.BETTER, value)
    said = kit.section(words.reply if one.reply else words.no_reply)
    return _page(prose, [*_said(prose, objections, place), said, kit.actions(works, change)])


def better(prose: Prose, sheet_id: str, objections: Sequence[Objection], place: int) -> dict[str, Any]:
    """A form for a reply."""
    one, words = _at(objections, place), prose.words("negotiations/practice")
    field = kit.text_field(
        "reply_0", words.field, initial=one.reply, optional=False, multiline=True, focus=True
    )
    return kit.modal(
        words.title,
        [*_said(prose, objections, place), field],
        callback=Ids.SAVE_REPLY,
        submit=words.submit,
        close=words.cancel,
        carried={"negotiation": sheet_id, "place": place, "own": one.own, "number": one.number},
    )


def summed_up(prose: Prose, sheet_id: str, objections: Sequence[Objection], _place: int) -> dict[str, Any]:
    """What there is for the talk; nothing is scored."""
    words = prose.words("negotiations/practice")
    lines = [
        kit.section(
            prose.words(
                "negotiations/practice", said=one.said, reply=kit.clip(one.reply, REPLY_LENGTH // 2)
            ).line
        )
        for one in objections
    ]
    again = kit.button(words.again, Ids.PRACTISE, sheet_id)
    last = kit.actions(again, kit.button(words.back, Ids.OPEN, sheet_id))
    return _page(prose, [kit.section(words.done), *lines, last])


def _page(prose: Prose, blocks: Sequence[Block]) -> dict[str, Any]:
    words = prose.words("negotiations/practice")
    return kit.modal(words.title, blocks, close=words.close)


def _said(prose: Prose, objections: Sequence[Objection], place: int) -> list[Block]:
    said = kit.clip(_at(objections, place).said, REPLY_LENGTH)
    words = prose.words("negotiations/practice", number=place + 1, total=len(objections), said=said)
    return [kit.context(words.place), kit.section(words.objection)]


def _at(objections: Sequence[Objection], place: int) -> Objection:
    if not 0 <= place < len(objections):
        raise NotFound("old_button")
    return objections[place]


def _named(action: dict[str, Any]) -> tuple[str, int]:
    sheet_id, _, place = (action.get("value") or "").partition(":")
    if not (place.isdecimal() and len(place) == 1):
        raise NotFound("old_button")
    return sheet_id, int(place)
