"""Dates as people say them: understood, found in an entry, and said back."""

from bot.core.dates._found import Found as Found
from bot.core.dates._found import found_in as found_in
from bot.core.dates._found import mentions as mentions
from bot.core.dates._understood import LONGEST as LONGEST
from bot.core.dates._understood import understand as understand
from bot.core.dates._words import MONTHS as MONTHS
from bot.core.dates._words import WEEKDAYS as WEEKDAYS
from bot.core.dates._words import Side as Side
from bot.core.dates._words import said as said
