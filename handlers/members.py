"""Members in Slack: the welcome, settings, pausing, and help."""

import logging
import re
from enum import StrEnum
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.coach import Coach
from bot.core import dates
from bot.core.prose import Prose, Words
from bot.domain import home, members, nudges, reviews
from bot.domain.members import WEEKDAYS
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import kit
from handlers.kit import Block
from handlers.outbox import profile
from handlers.replies import Reply
from handlers.wins import Ids as Wins

log = logging.getLogger(__name__)


# Longer words are given back whole, so that they can be sent again.
SAID_LENGTH = 60


class Ids(StrEnum):
    """What can be clicked and submitted."""

    OPEN = "members.open"
    SAVE = "members.save"
    SUITS = "members.suits"
    RESUME = "members.resume"


def register(app: AsyncApp) -> None:
    app.action(Ids.OPEN)(open_settings)
    app.view(Ids.SAVE)(save)
    app.action(Ids.SUITS)(accept)
    app.action(Ids.RESUME)(click_resume)
    app.event("user_change")(follow_profile)


async def settle_in(coach: Coach, who: Principal) -> kit.Message | None:
    """Plan a new member's first check-in, once; the hello that is to be said then."""
    async with coach.session(who) as session:
        return welcome(coach.prose, session) if await reviews.settle_in(session) else None


async def say_hello(client: AsyncWebClient, who: Principal, message: kit.Message) -> None:
    """The first words, in the DM."""
    opened = await client.conversations_open(users=who.user_id)
    await client.chat_postMessage(
        channel=opened["channel"]["id"], unfurl_links=False, unfurl_media=False, **message.as_arguments()
    )


async def open_settings(coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await settings("", coach, who, reply)


async def settings(_text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """`/coach settings`."""
    async with coach.session(who) as session:
        view, instead = form(coach.prose, session), chosen(coach.prose, session)
    return await reply.open(view, instead=instead)


async def save(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    typed = kit.values(view)
    async with coach.session(who) as session:
        await members.choose_check_in(
            session,
            weekday=typed.get("weekday") or "",
            at=typed.get("time") or "",
            zone_name=(typed.get("zone") or "").strip(),
        )
        await reviews.plan(session)
        words = await _planned(session, coach.prose)
        message = kit.Message(words.text, [kit.section(words.saved)], title=words.saved_title)
    return await reply.say(message)


async def accept(coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """The suggested day and time are fine."""
    async with coach.session(who) as session:
        session.member.onboarded_at = session.member.onboarded_at or session.now
        message = chosen(coach.prose, session)
    return await reply.say(message)


async def pause(text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """`/coach pause until …`; "until next month" is its first day, "for 2 weeks" a day too."""
    wanted = re.sub(r"^until\b", "", text.strip(), flags=re.IGNORECASE).strip()
    if wanted.casefold() in ("", "for"):
        words = coach.prose.words("members/pause", until=None)
        return await reply.say(kit.Message(words.text, [kit.section(words.usage)], title=words.title))
    async with coach.session(who) as session:
        words = coach.prose.words("members/pause", until=await members.pause(session, wanted))
        await reviews.plan(session)
    blocks = [kit.section(words.paused), kit.actions(kit.button(words.resume, Ids.RESUME))]
    return await reply.say(kit.Message(words.text, blocks, title=words.title))


async def click_resume(coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await resume("", coach, who, reply)


async def resume(_text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """`/coach resume`."""
    async with coach.session(who) as session:
        await members.resume(session)
        await reviews.plan(session)
        words = coach.prose.words("members/pause", until=None, at=await home.next_check_in(session))
    return await reply.say(kit.Message(words.text, [kit.section(words.resumed)], title=words.title))


async def help_(_text: str, coach: Coach, _who: Principal, reply: Reply) -> BoltResponse:
    """`/coach help`."""
    return await reply.say(usage(coach.prose))


async def follow_profile(event: dict[str, Any], coach: Coach, body: dict[str, Any]) -> None:
    """Slack says that a profile changed: a member who moved is asked at the new local time."""
    user = event["user"]
    who = Principal(body.get("team_id") or user.get("team_id", ""), user["id"])
    async with coach.database.system() as system:
        if await members.find(system, who) is None:
            return
    async with coach.session(who, present=False) as session:
        await members.follow_profile(session, profile(user))
        if session.member.unreachable is None:
            await nudges.wake(session)
        await reviews.plan(session)


def usage(prose: Prose, *, unknown: str | None = None) -> kit.Message:
    words = prose.words("coach/help", said=kit.clip(unknown or "", SAID_LENGTH))
    puzzled: list[Block] = [kit.section(words.unknown)] if unknown else []
    if unknown and len(unknown) > SAID_LENGTH:
        puzzled += [kit.section(words.given_back), *kit.verbatim(unknown)]
    buttons = kit.actions(kit.button(words.log, Wins.LOG), kit.button(words.settings, Ids.OPEN))
    return kit.Message(
        words.text,
        [*puzzled, kit.section(words.usage), buttons, kit.context(words.private)],
        title=words.title,
    )


def welcome(prose: Prose, session: MemberSession) -> kit.Message:
    words = _when(prose, "members/welcome", session)
    first = kit.actions(kit.button(words.first_win, Wins.LOG, style="primary"))
    return kit.Message(
        words.text, [*introduction(prose, session), first, kit.context(words.example)], title=words.title
    )


def introduction(prose: Prose, session: MemberSession) -> list[Block]:
    """Who Sayso is, who can read what is written here, and when it will ask."""
    words = _when(prose, "members/welcome", session)
    when = kit.actions(kit.button(words.suits, Ids.SUITS), kit.button(words.change, Ids.OPEN))
    return [kit.section(words.hello), kit.section(words.private), kit.section(words.check_in), when]


def chosen(prose: Prose, session: MemberSession) -> kit.Message:
    """The day and time that hold now, with a way to change them and to log a first win."""
    words = _when(prose, "members/welcome", session)
    buttons = kit.actions(
        kit.button(words.first_win, Wins.LOG, style="primary"), kit.button(words.change, Ids.OPEN)
    )
    return kit.Message(words.text, [kit.section(words.settled), buttons], title=words.title)


def form(prose: Prose, session: MemberSession) -> dict[str, Any]:
    words, member = prose.words("members/settings"), session.member
    days = [kit.option(label, value) for label, value in zip(dates.WEEKDAYS, WEEKDAYS, strict=True)]
    return kit.modal(
        words.title,
        [
            kit.section(words.intro),
            kit.choice_field(
                "weekday", words.weekday, days, chosen=WEEKDAYS[member.checkin_weekday], optional=False
            ),
            kit.time_field("time", words.time, chosen=f"{member.checkin_time:%H:%M}"),
            kit.text_field(
                "zone", words.zone, initial=members.zone(member).key, hint=words.zone_hint, optional=False
            ),
        ],
        callback=Ids.SAVE,
        submit=words.submit,
        close=words.close,
    )


async def _planned(session: MemberSession, prose: Prose) -> Words:
    at = await home.next_check_in(session)
    return prose.words("members/settings", at=at, zone=members.zone(session.member).key)


def _when(prose: Prose, name: str, session: MemberSession) -> Words:
    member = session.member
    return prose.words(
        name,
        weekday=dates.WEEKDAYS[member.checkin_weekday],
        at=f"{member.checkin_time:%H:%M}",
        zone=members.zone(member).key,
        known=member.zone is not None,
    )
