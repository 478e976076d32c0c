"""Nudges: rows that say what is due and when, planned by features, claimed and settled by workers.

The contract: claim → commit → send with a random key in the message's metadata → commit. What a vanished
worker had claimed is ambiguous, so the conversation is searched for the key before anything is sent again;
where that cannot be read, silence is preferred and Home shows the nudge.
"""

from bot.domain.nudges.claim import Claim, Hold, Look, Outcome, Part, Refused, Sight, Uncertain, Unsent
from bot.domain.nudges.claims import backlog, claim_due
from bot.domain.nudges.kinds import (
    CHECK_IN,
    FEEDBACK,
    KINDS,
    LOG_WIN,
    MILESTONE,
    MISSING_RESULT,
    ONBOARDING,
    REASSESS,
    STALE_GOAL,
    Kind,
)
from bot.domain.nudges.leases import claimed, take_over
from bot.domain.nudges.mends import mend
from bot.domain.nudges.nudge import NEVER, OPEN, Nudge, State
from bot.domain.nudges.outcomes import release
from bot.domain.nudges.outcomes import settle as record
from bot.domain.nudges.plans import (
    SNOOZES,
    ask_on,
    begin_anew,
    cancel,
    done,
    forget,
    last_on,
    plan,
    planned,
    put_off,
    put_off_to,
    reopen,
    schedule,
    settle,
    skip,
    snooze,
    still_open,
)
from bot.domain.nudges.rules import MORNING, PATIENCE, cadence, good_time, hours, is_wanted
from bot.domain.nudges.shown import arrived, closed_in, in_order, newest, open_one, sent_in, unread, upcoming
from bot.domain.nudges.tables import BATCH
from bot.domain.nudges.wishes import CADENCES, USUAL, choose_cadence, rarer, refit, slowed, wake

__all__ = [
    "BATCH",
    "CADENCES",
    "CHECK_IN",
    "FEEDBACK",
    "KINDS",
    "LOG_WIN",
    "MILESTONE",
    "MISSING_RESULT",
    "MORNING",
    "NEVER",
    "ONBOARDING",
    "OPEN",
    "PATIENCE",
    "REASSESS",
    "SNOOZES",
    "STALE_GOAL",
    "USUAL",
    "Claim",
    "Hold",
    "Kind",
    "Look",
    "Nudge",
    "Outcome",
    "Part",
    "Refused",
    "Sight",
    "State",
    "Uncertain",
    "Unsent",
    "arrived",
    "ask_on",
    "backlog",
    "begin_anew",
    "cadence",
    "cancel",
    "choose_cadence",
    "claim_due",
    "claimed",
    "closed_in",
    "done",
    "forget",
    "good_time",
    "hours",
    "in_order",
    "is_wanted",
    "last_on",
    "mend",
    "newest",
    "open_one",
    "plan",
    "planned",
    "put_off",
    "put_off_to",
    "rarer",
    "record",
    "refit",
    "release",
    "reopen",
    "schedule",
    "sent_in",
    "settle",
    "skip",
    "slowed",
    "snooze",
    "still_open",
    "take_over",
    "unread",
    "upcoming",
    "wake",
]
