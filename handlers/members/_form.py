"""The settings as a form: when to ask, the hours and the zone, and how often each kind comes."""

from collections.abc import Sequence
from typing import Any

from bot.core import dates
from bot.core.prose import Prose
from bot.domain import members, nudges
from bot.domain.members import BUDGETS, WEEKDAYS
from bot.domain.nudges import (
    ACTION_CHECK,
    CHECK_IN,
    CONDITION,
    FEEDBACK,
    FEEDBACK_ANSWER,
    FEEDBACK_REQUEST,
    FEEDBACK_SILENT,
    FOLLOW_UP,
    FRESH_FEEDBACK,
    LOG_WIN,
    MILESTONE,
    MISSING_RESULT,
    ONBOARDING,
    PROMISE,
    REASK,
    REASSESS,
    STALE_GOAL,
    STALE_NEED,
    USUAL,
    Kind,
)
from bot.storage.session import MemberSession
from handlers import kit
from handlers.kit import Block
from handlers.members._ids import Ids

# The kinds whose frequency can always be chosen, as they stand in the form.
_CHOOSABLE = (
    *(CHECK_IN, LOG_WIN, FEEDBACK, MISSING_RESULT, MILESTONE, STALE_GOAL, REASSESS),
    *(FEEDBACK_REQUEST, FEEDBACK_ANSWER, FEEDBACK_SILENT, FRESH_FEEDBACK, ACTION_CHECK),
    *(PROMISE, FOLLOW_UP, CONDITION, REASK, STALE_NEED),
)

# The value of the tick that shows the check-ins in a row.
STREAK = "streak"
# The value of the tick that names in DMs what they are about.
DETAILS = "details"


def choosable(session: MemberSession) -> Sequence[Kind]:
    """The kinds that stand in the form: the first week's too for whoever gave it up, and may want it back."""
    gave_up = not nudges.is_wanted(ONBOARDING, session.member)
    return (*_CHOOSABLE, *([ONBOARDING] if gave_up else []))


async def form(prose: Prose, session: MemberSession) -> dict[str, Any]:
    words, member = prose.words("members/settings", zone=members.zone(session.member).key), session.member
    wishes, slowed = members.wishes_of(member), await nudges.slowed(session)
    shown = [STREAK] if member.shows_streak else []
    details = [DETAILS] if member.details_in_dms else []
    days = [kit.option(label, value) for label, value in zip(dates.WEEKDAYS, WEEKDAYS, strict=True)]
    budgets = [kit.option(words.none if not most else str(most), str(most)) for most in BUDGETS]
    return kit.modal(
        words.title,
        [
            kit.section(words.intro),
            kit.choice_field("weekday", words.weekday, days, chosen=wishes.weekday, optional=False),
            kit.time_field("time", words.time, chosen=wishes.time),
            kit.section(words.hours_intro),
            kit.time_field("hours_start", words.hours_start, chosen=wishes.hours_start),
            kit.time_field("hours_end", words.hours_end, chosen=wishes.hours_end),
            kit.ticks_field("days", words.days, days, chosen=wishes.days, optional=False),
            kit.text_field(
                "zone", words.zone, initial=wishes.zone, placeholder=words.zone_in_slack, hint=words.zone_hint
            ),
            kit.section(words.often_intro),
            *(_often_field(prose, session, kind, kind.name in slowed) for kind in choosable(session)),
            kit.choice_field(
                "budget", words.budget, budgets, chosen=wishes.budget, hint=words.budget_hint, optional=False
            ),
            kit.section(words.in_dms_intro),
            kit.ticks_field("in_dms", words.in_dms, [kit.option(words.details, DETAILS)], chosen=details),
            kit.ticks_field("home", words.home, [kit.option(words.streak, STREAK)], chosen=shown),
        ],
        callback=Ids.SAVE,
        submit=words.submit,
        close=words.close,
        carried={"pinned": member.zone_pinned},
    )


def _often_field(prose: Prose, session: MemberSession, kind: Kind, is_slowed: bool) -> Block:
    """How often a kind comes; one that does not come back by itself can only be given up."""
    words = prose.words("members/often")
    options = [
        kit.option(words.block(f"usual_{kind.name}"), USUAL),
        *(kit.option(words.block(often), often) for often in nudges.rarer(kind)),
    ]
    label = words.onboarding if kind is ONBOARDING else prose.words(kind.words, subject="", asked_by="").name
    return kit.choice_field(
        f"often_{kind.name}",
        label,
        options,
        chosen=often(session, kind),
        hint=words.slowed if is_slowed else None,
        optional=False,
    )


def often(session: MemberSession, kind: Kind) -> str:
    """How often a kind comes, by the name of its option."""
    chosen_ = (session.member.cadences or {}).get(kind.name, USUAL)
    return USUAL if chosen_ == kind.every else chosen_
