"""Moments in the words and the zone of the person who reads them."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.prose import day, short_day

from .voice import Voice

FRIDAY = 4
AFTERNOON = 15


def zone(name: str | None) -> ZoneInfo:
    """The zone of that IANA name; UTC for a person without one or with one nobody knows."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, OSError, ValueError):
        return ZoneInfo("UTC")


def from_ts(ts: str) -> datetime:
    """The moment of a message's `ts`; the epoch where it cannot be read."""
    return from_seconds(ts.partition(".")[0])


def from_seconds(seconds: str | float) -> datetime:
    try:
        return datetime.fromtimestamp(float(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime(1970, 1, 1, tzinfo=UTC)


def day_name(voice: Voice, moment: datetime) -> str:
    """A divider's words: Today, Yesterday, or the date in full."""
    then, today = voice.local(moment).date(), voice.local(voice.now).date()
    near = {today: "Today", today - timedelta(days=1): "Yesterday", today + timedelta(days=1): "Tomorrow"}
    return near.get(then) or day(then)


def clock_words(voice: Voice) -> tuple[str, str, str]:
    """The sandbox's present in the person's zone, in parts: Fri 20 Nov, the year, the time."""
    here = voice.local(voice.now)
    return short_day(here.date()), f"{here: %Y}", f"{here:, %H:%M}"


def zone_words(voice: Voice) -> str:
    """The person's zone as people say it: Berlin."""
    return voice.zone.key.rpartition("/")[2].replace("_", " ")


def tomorrow(voice: Voice) -> datetime:
    """The same time of day, one day on, in the person's zone."""
    return (voice.local(voice.now) + timedelta(days=1)).astimezone(UTC)


def next_friday(voice: Voice) -> datetime:
    """The next Friday 15:00 in the person's zone that is still to come."""
    here = voice.local(voice.now)
    friday = (here + timedelta(days=(FRIDAY - here.weekday()) % 7)).replace(
        hour=AFTERNOON, minute=0, second=0, microsecond=0
    )
    return (friday if friday > here else friday + timedelta(days=7)).astimezone(UTC)


def moved_words(now: datetime, real: datetime) -> str:
    """How far the clock stands from the real time, empty where it is the real time."""
    gap = now - real
    minutes = round(abs(gap).total_seconds() / 60)
    if minutes < 1:
        return ""
    direction = "ahead of" if gap > timedelta() else "behind"
    return f"{_span(minutes)} {direction} the real time"


def _span(minutes: int) -> str:
    for unit, size in (("day", 1440), ("hour", 60), ("minute", 1)):
        if minutes >= size:
            count = round(minutes / size)
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return ""


_DATE_TOKEN = re.compile(r"\{(\w+)\}")


def date_words(voice: Voice, seconds: str, form: str) -> str:
    """What Slack's date token shows: `{date_short} at {time}` filled in for the reader."""
    here = voice.local(from_seconds(seconds))
    return _DATE_TOKEN.sub(lambda token: _part(voice, here, token[1]) or token[0], form)


def _part(voice: Voice, here: datetime, name: str) -> str:
    pretty = day_name(voice, here) if name.endswith("_pretty") else ""
    if pretty in {"Today", "Yesterday", "Tomorrow"}:
        return pretty.lower()
    forms = {
        "date_num": f"{here:%Y-%m-%d}",
        "date": f"{here.day} {here:%B %Y}",
        "date_short": f"{here.day} {here:%b %Y}",
        "date_long": day(here.date()),
        "date_slash": f"{here:%d/%m/%Y}",
        "day_divider": day_name(voice, here),
        "time": f"{here:%H:%M}",
        "time_secs": f"{here:%H:%M:%S}",
        "ago": _ago(voice.now - here),
    }
    return forms.get(name.removesuffix("_pretty"), "")


def _ago(gap: timedelta) -> str:
    minutes = round(abs(gap).total_seconds() / 60)
    if minutes < 1:
        return "just now"
    return f"{_span(minutes)} ago" if gap > timedelta() else f"in {_span(minutes)}"
