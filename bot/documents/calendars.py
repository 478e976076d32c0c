"""Calendar files (RFC 5545): whole days that a calendar can take in, and take in again without doubling them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

PRODUCT = "-//Sayso//Sayso//EN"


@dataclass(frozen=True)
class Day:
    """A whole day: an id that stays the same, the local date, and what stands there."""

    id: str
    on: date
    summary: str


def calendar(days: Iterable[Day], now: datetime) -> bytes:
    """The days as a calendar file; `now` is when it was made, UTC."""
    from icalendar import Calendar, Event

    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    for day in days:
        event = Event()
        event.add("uid", f"{day.id}@sayso")
        event.add("dtstamp", now)
        event.add("dtstart", day.on)
        event.add("dtend", day.on + timedelta(days=1))
        event.add("summary", _one_line(day.summary))
        # A deadline takes no time of its own, so it leaves the day free.
        event.add("transp", "TRANSPARENT")
        made.add_component(event)
    return bytes(made.to_ical())


def _one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
