"""Calendar files: whole days with ids that stay, and words that break no line."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from bot.documents import calendars
from bot.documents.calendars import Day
from tests.examples import examples

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
DAY = Day("g" * 16, date(2027, 6, 30), "Lead the migration")


def test_a_deadline_is_a_whole_day_that_stays_free() -> None:
    (event,) = Calendar.from_ical(calendars.calendar([DAY], NOW)).walk("VEVENT")
    assert str(event["summary"]) == "Lead the migration"
    assert event.decoded("dtstart") == date(2027, 6, 30)
    assert event.decoded("dtend") == date(2027, 7, 1)
    assert str(event["transp"]) == "TRANSPARENT"


def test_the_same_day_made_again_has_the_same_id() -> None:
    first, again = (
        Calendar.from_ical(calendars.calendar([DAY], NOW + timedelta(days=days))).walk("VEVENT")[0]
        for days in (0, 9)
    )
    assert first["uid"] == again["uid"] == f"{DAY.id}@sayso"


@given(summary=st.text(max_size=300))
@examples(200)
def test_any_words_come_back_as_one_line_and_add_no_other_field(summary: str) -> None:
    made = calendars.calendar([Day("x", DAY.on, summary), DAY], NOW)
    first, second = Calendar.from_ical(made).walk("VEVENT")
    shown = str(first.get("summary", ""))
    assert not any(not sign.isprintable() for sign in shown)
    assert "".join(shown.split()) == "".join(
        sign for sign in summary if sign.isprintable() and not sign.isspace()
    )
    assert set(first) == set(second)
    assert made.count(b"\nBEGIN:VEVENT") == 2
