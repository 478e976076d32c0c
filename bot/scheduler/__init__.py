"""The scheduler: APScheduler only ticks; rows decide what is due, and a Messenger carries it out."""

from bot.scheduler._carrier import FIRST_HOLD, LONGEST_HOLD, SOONEST_RETRY
from bot.scheduler._lanes import AT_ONCE
from bot.scheduler._messenger import Messenger
from bot.scheduler._worker import COUNT_SECONDS, MEND_SECONDS, Worker

__all__ = [
    "AT_ONCE",
    "COUNT_SECONDS",
    "FIRST_HOLD",
    "LONGEST_HOLD",
    "MEND_SECONDS",
    "SOONEST_RETRY",
    "Messenger",
    "Worker",
]
