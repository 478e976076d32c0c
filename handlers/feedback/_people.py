"""Asks Slack who the chosen colleagues are: who is no person, a guest or a stranger is said beside the field."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from slack_sdk.web.async_client import AsyncWebClient

from bot.coach import Coach
from bot.core.errors import Busy, Invalid
from bot.domain import feedback, members
from bot.domain.members import Profile
from bot.storage.identity import Principal
from handlers.outbox import profile_of


def chosen(given: object, who: Principal) -> list[str]:
    """The ids that were chosen, each once; Invalid for none, too many, or the person themselves."""
    people = (
        list(dict.fromkeys(one for one in given if isinstance(one, str))) if isinstance(given, list) else []
    )
    if not people:
        raise Invalid("people", "no_people")
    if len(people) > feedback.PEOPLE:
        raise Invalid("people", "too_many_people", most=feedback.PEOPLE)
    if who.user_id in people:
        raise Invalid("people", "not_oneself")
    return people


async def examined(
    client: AsyncWebClient, team_id: str, people: Sequence[str], *, guests: bool
) -> Mapping[str, Profile]:
    """What Slack says about each, by id; Invalid names everybody who cannot be asked, and why."""
    try:
        found = await asyncio.gather(*(profile_of(client, Principal(team_id, one)) for one in people))
    except Busy:
        raise Invalid("people", "people_unknown_now") from None
    refused = {
        profile.name or user_id: refusal
        for user_id, profile in zip(people, found, strict=True)
        if (refusal := replace(profile, guest=profile.guest and not guests).refusal)
    }
    if refused:
        raise Invalid("people", "cannot_be_asked", people=refused)
    return dict(zip(people, found, strict=True))


async def admit(coach: Coach, team_id: str, found: Mapping[str, Profile]) -> None:
    """Everybody as members, so that what they answer has a key of its own; they are not welcomed by that."""
    spread = timedelta(minutes=coach.settings.spread_minutes)
    async with coach.database.system() as session:
        for user_id, profile in found.items():
            one = Principal(team_id, user_id)
            await members.admit(session, coach.vault, one, profile, spread=spread, to_answer=True)
