"""Nudges in the DM: what is due together as one message, each part with its own buttons."""

from datetime import datetime, timedelta

from bot.core.prose import Prose
from bot.domain.nudges import Claim
from handlers import kit, reviews

# What comes this much after its time says that it is late.
LATE = timedelta(hours=1)


def message(prose: Prose, claim: Claim, now: datetime) -> kit.Message:
    """The message for a claim."""
    part = claim.parts[0]
    late = now - part.planned_at > LATE
    return reviews.question(prose, part, part.planned_at.astimezone(claim.zone), late=late)
