"""Members in Slack: the welcome, settings, pausing, and help."""

import logging
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.coach import Coach
from bot.core import dates
from bot.core.prose import Prose, Words
from bot.domain import home, members, nudges, privacy, reviews
from bot.domain.members import Profile
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import kit
from handlers.kit import Block
from handlers.members import _away, _form
from handlers.members._away import away as away
from handlers.members._away import pause as pause
from handlers.members._away import resume as resume
from handlers.members._ids import Ids as Ids
from handlers.outbox import profile, profile_of
from handlers.replies import Reply
from handlers.wins import Ids as Wins

log = logging.getLogger(__name__)

# Longer words are given back whole, so that they can be sent again.
SAID_LENGTH = 60


def register(app: AsyncApp) -> None:
    app.action(Ids.OPEN)(open_settings)
    app.view(Ids.SAVE)(save)
    app.action(Ids.SUITS)(accept)
    app.action(Ids.RESUME)(_away.click_resume)
    app.action(Ids.AWAY_AS_BEFORE)(_away.away_as_before)
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
        view, instead = await _form.form(coach.prose, session), chosen(coach.prose, session)
    return await reply.open(view, instead=instead)


async def save(
    view: dict[str, Any], coach: Coach, who: Principal, reply: Reply, client: AsyncWebClient
) -> BoltResponse:
    typed = kit.values(view)
    wishes = {
        name: typed.get(name) or "" for name in ("weekday", "time", "hours_start", "hours_end", "budget")
    }
    zone = (typed.get("zone") or "").strip()
    follows_again = not zone and kit.carried(view).get("pinned")
    slack_zone = (await profile_of(client, who)).zone if follows_again else None
    async with coach.session(who) as session:
        left = members.zone(session.member)
        await members.choose(
            session, slack_zone=slack_zone, zone=zone, days=typed.get("days") or [], **wishes
        )
        # A form that was opened before there was this field leaves it as it is.
        if (shown := typed.get("home")) is not None:
            session.member.shows_streak = _form.STREAK in shown
        if (told := typed.get("in_dms")) is not None:
            await privacy.choose_details(session, wanted=_form.DETAILS in told)
        for kind in _form.choosable(session):
            often = typed.get(f"often_{kind.name}")
            if often and often != _form.often(session, kind):
                await nudges.choose_cadence(session, kind, often)
        await nudges.refit(session, left=left)
        words = await _planned(session, coach.prose)
        message = kit.Message(words.text, [kit.section(words.saved)], title=words.saved_title)
    return await reply.say(message)


async def accept(coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """The suggested day and time are fine."""
    async with coach.session(who) as session:
        session.member.onboarded_at = session.member.onboarded_at or session.now
        message = chosen(coach.prose, session)
    return await reply.say(message)


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
    await catch_up(coach, who, profile(user))


async def catch_up(coach: Coach, who: Principal, found: Profile) -> None:
    """Take over what Slack says of a member now: they may have moved, gone, or come back."""
    async with coach.session(who, present=False) as session:
        left = members.zone(session.member)
        await members.follow_profile(session, found)
        if session.member.unreachable is None:
            await nudges.wake(session)
        await nudges.refit(session, left=left)


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
