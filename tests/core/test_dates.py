"""What people write where a date is asked for, and where it only might be one."""

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.core import dates
from bot.core.dates import Found, Side

FRIDAY = date(2026, 11, 20)
DAY = timedelta(days=1)
a_side: st.SearchStrategy[Side] = st.sampled_from(get_args(Side))
a_date = st.dates(date(1990, 1, 1), date(2089, 12, 31))


# Read on Friday 20 November 2026: the words, looking back, looking ahead. One date stands for both.
UNDERSTOOD = """
today                          2026-11-20
tonight                        2026-11-20
this morning                   2026-11-20
end of day                     2026-11-20
by EOD                         2026-11-20
yesterday                      2026-11-19
last night                     2026-11-19
Yesterday afternoon.           2026-11-19
the day before yesterday       2026-11-18
tomorrow                       2026-11-21
tomorrow morning               2026-11-21
the day after tomorrow         2026-11-22

friday                         2026-11-20
by Friday                      2026-11-20
thursday                       2026-11-19  2026-11-26
on Saturday                    2026-11-14  2026-11-21
tues                           2026-11-17  2026-11-24
monday morning                 2026-11-16  2026-11-23
this friday                    2026-11-20
this monday                    2026-11-16  2026-11-23
this saturday                  2026-11-21
last friday                    2026-11-13
last thursday                  2026-11-19
last saturday                  2026-11-14
next friday                    2026-11-27
next monday                    2026-11-23
next sunday                    2026-11-29
friday next week               2026-11-27
friday of this week            2026-11-20
monday last week               2026-11-09
next week tuesday              2026-11-24

in 2 weeks                     2026-12-04
in two weeks                   2026-12-04
within ten days                2026-11-30
for 2 weeks                    2026-12-04
a week from now                2026-11-27
in a fortnight                 2026-12-04
in 3 months                    2027-02-20
in a year                      2027-11-20
in 0 days                      2026-11-20
in 100 years                   2126-11-20
3 days ago                     2026-11-17
three days ago                 2026-11-17
a week ago                     2026-11-13
1 year ago                     2025-11-20

this week                      2026-11-20
last week                      2026-11-13
next week                      2026-11-27
end of week                    2026-11-20
mid-week                       2026-11-18  2026-11-25
until next week                2026-11-23
the weekend                    2026-11-15  2026-11-22
this weekend                   2026-11-22
last weekend                   2026-11-15
next weekend                   2026-11-29
this month                     2026-11-20  2026-11-30
last month                     2026-10-31
next month                     2026-12-31
until next month               2026-12-01
end of month                   2026-10-31  2026-11-30
by the end of the month        2026-10-31  2026-11-30
EOM                            2026-10-31  2026-11-30
month-end                      2026-10-31  2026-11-30
start of next month            2026-12-01
this quarter                   2026-11-20  2026-12-31
end of quarter                 2026-09-30  2026-12-31
end of next quarter            2027-03-31
beginning of this quarter      2026-10-01
end of year                    2025-12-31  2026-12-31
before the end of the year     2025-12-31  2026-12-31
by year end                    2025-12-31  2026-12-31
next year                      2027-12-31
end of 2027                    2027-12-31
by 2027                        2027-12-31
Q2                             2026-06-30  2027-06-30
end of Q2                      2026-06-30  2027-06-30
Q4                             2026-11-20  2026-12-31
end of Q4                      2025-12-31  2026-12-31
until Q1                       2026-01-01  2027-01-01
Q3 2027                        2027-09-30
Q3/2027                        2027-09-30
2027-Q3                        2027-09-30
q3 of 2027                     2027-09-30
mid Q1                         2026-02-15  2027-02-15
second quarter                 2026-06-30  2027-06-30
the first quarter of 2027      2027-03-31
H1                             2026-06-30  2027-06-30
end of H2 2027                 2027-12-31
by March                       2026-03-31  2027-03-31
in November                    2026-11-20  2026-11-30
until March                    2026-03-01  2027-03-01
March 2027                     2027-03-31
last March                     2026-03-31
last November                  2025-11-30
next December                  2027-12-31
this December                  2026-12-31
mid december                   2025-12-15  2026-12-15
middle of February             2026-02-15  2027-02-15
end of feb 2028                2028-02-29

12 March                       2026-03-12  2027-03-12
March 12th                     2026-03-12  2027-03-12
the 12th of March              2026-03-12  2027-03-12
march the 12th                 2026-03-12  2027-03-12
on 12 sept                     2026-09-12  2027-09-12
20 November                    2026-11-20
Nov 21                         2025-11-21  2026-11-21
March 12, 2026                 2026-03-12
12 March 2026                  2026-03-12
Thu, 12 Mar 2026               2026-03-12
Thursday 19 November           2026-11-19  2027-11-19
29 feb                         2024-02-29  2028-02-29
2026-03-12                     2026-03-12
2026/3/12                      2026-03-12
12.3.2026                      2026-03-12
12-3-2026                      2026-03-12
12/3/2026                      2026-03-12
12/3/26                        2026-03-12
3/12/2026                      2026-12-03
12/25/2026                     2026-12-25
12/3                           2026-03-12  2027-03-12
12/25                          2025-12-25  2026-12-25
29/2                           2024-02-29  2028-02-29
30.6.                          2026-06-30  2027-06-30
by 30.6.                       2026-06-30  2027-06-30
until 30.6                     2026-06-30  2027-06-30
on 01.12.                      2025-12-01  2026-12-01
30. 6. 2027                    2027-06-30
12. March                      2026-03-12  2027-03-12
until friday                   2026-11-20
till tomorrow                  2026-11-21
before friday                  2026-11-19  2026-11-26
before tomorrow                2026-11-20
before 30 June                 2026-06-29  2027-06-29
before 1.7.                    2026-06-30  2027-06-30
before next week               2026-11-22
before end of month            2026-10-31  2026-11-30
20/11                          2026-11-20
"""
ROWS = [line.rsplit(maxsplit=len(line[30:].split())) for line in UNDERSTOOD.split("\n") if line]


@pytest.mark.parametrize(("words", "dated"), [(row[0], row[1:]) for row in ROWS])
def test_words_are_understood_looking_back_and_ahead(words, dated):
    back, ahead = (
        dates.understand(words, FRIDAY, prefer="past"),
        dates.understand(words, FRIDAY, prefer="future"),
    )
    assert [str(back), str(ahead)] == [dated[0], dated[-1]]


@pytest.mark.parametrize("words", [row[0] for row in ROWS])
def test_letter_case_and_space_do_not_matter(words):
    assert dates.understand(words, FRIDAY, prefer="future") == dates.understand(
        f"  {words.upper().replace(' ', '  ')} ", FRIDAY, prefer="future"
    )


NONSENSE = [
    "", " ", "soon", "asdf", "7", "12", "2027", "20261120", "31 feb", "feb 30", "31/2/2026", "13/13/2026", "2026-02-30",
    "2026-13-01", "0/0/2026", "00.00.2026", "29 feb 2027", "1.2.3", "12.3", "Q5", "q0 2027", "H3", "week", "month",
    "now", "later", "asap", "never", "3 days", "ago", "in weeks", "in 9999 days", "in 999 years", "in 101 years", "999 years ago",
    "next", "last", "end", "end of", "mid", "until", "by", "on", "the", "friday friday", "friday 13 friday",
    "12 marching", "😀", "😀 tomorrow 😀", "١٢ مارس", "２０２６-０３-１２", "²", "\0", "\ud800", "غدا", "-1 days ago",
    "1e3 days ago", "tomorrow or friday", "<!channel>", "tomorrow; drop table wins", "x" * 10_000,
    "tomorrow " * 1_000, "9" * 10_000, "a" * 61, " " * 10_000, "in " + "1" * 50 + " days", "12 March 3026",
]  # fmt: skip


@pytest.mark.parametrize("side", get_args(Side))
@pytest.mark.parametrize("words", NONSENSE)
def test_nonsense_is_no_date(words, side):
    assert dates.understand(words, FRIDAY, prefer=side) is None


# "next" is always the week after this one, "last" always before today, whatever day it is.
@pytest.mark.parametrize(
    ("today", "last", "this_back", "this_ahead", "following"),
    [
        ("2026-11-16", "2026-11-13", "2026-11-20", "2026-11-20", "2026-11-27"),  # Monday
        ("2026-11-19", "2026-11-13", "2026-11-20", "2026-11-20", "2026-11-27"),  # Thursday
        ("2026-11-20", "2026-11-13", "2026-11-20", "2026-11-20", "2026-11-27"),  # Friday
        ("2026-11-21", "2026-11-20", "2026-11-20", "2026-11-27", "2026-11-27"),  # Saturday
        ("2026-11-22", "2026-11-20", "2026-11-20", "2026-11-27", "2026-11-27"),  # Sunday
        ("2026-11-23", "2026-11-20", "2026-11-27", "2026-11-27", "2026-12-04"),  # Monday again
    ],
)
def test_last_this_and_next_friday_through_a_week(today, last, this_back, this_ahead, following):
    on = date.fromisoformat(today)
    read = [
        dates.understand("last friday", on, prefer="past"),
        dates.understand("this friday", on, prefer="past"),
        dates.understand("this friday", on, prefer="future"),
        dates.understand("next friday", on, prefer="future"),
    ]
    assert [str(day) for day in read] == [last, this_back, this_ahead, following]


@pytest.mark.parametrize(
    ("today", "back", "ahead"),
    [
        ("2026-11-20", "2026-11-20", "2026-11-20"),
        ("2026-11-18", "2026-11-18", "2026-11-20"),
        ("2026-11-21", "2026-11-21", "2026-11-21"),
        ("2026-11-22", "2026-11-22", "2026-11-22"),
    ],
)
def test_this_week_ends_on_friday_and_on_its_weekend_today(today, back, ahead):
    on = date.fromisoformat(today)
    read = (
        dates.understand("this week", on, prefer="past"),
        dates.understand("this week", on, prefer="future"),
    )
    assert [str(day) for day in read] == [back, ahead]


@given(a_date, st.sampled_from(dates.WEEKDAYS))
def test_a_weekday_is_the_nearest_on_its_side(today, weekday):
    back, ahead = (dates.understand(weekday, today, prefer=side) for side in get_args(Side))
    assert back is not None
    assert ahead is not None
    assert dates.WEEKDAYS[back.weekday()] == dates.WEEKDAYS[ahead.weekday()] == weekday
    assert today - 6 * DAY <= back <= today <= ahead <= today + 6 * DAY
    assert (back == today) == (ahead == today)


@given(a_date, st.sampled_from(dates.WEEKDAYS))
def test_last_this_and_next_are_in_that_order(today, weekday):
    last, this, following = (
        dates.understand(f"{which} {weekday}", today, prefer="past") for which in ("last", "this", "next")
    )
    assert last is not None
    assert this is not None
    assert following == this + 7 * DAY
    assert today - 7 * DAY <= last < today
    assert this - last in {DAY * 0, DAY * 7}


WORDS = """last next this friday mon week weekend month quarter year end of the start mid by until in on 12 31 0 9999 3
days ago from now march feb q1 h2 2027 2026 12/3 / . - , 1.2.2026 th a two second 😀 today yesterday before after"""
a_word = st.sampled_from(WORDS.split())


@given(st.text() | st.lists(a_word, max_size=8).map(" ".join), st.dates(), a_side)
@example("in 1 day", date.max, "future")
@example("1 year ago", date.min, "past")
@example("next year", date.max, "future")
@example("last week", date.min, "past")
@example("march", date.max, "future")
def test_no_words_raise_wherever_the_calendar_stands(text, today, prefer):
    day = dates.understand(text, today, prefer=prefer)
    assert day is None or abs(day.year - today.year) <= 100


@given(st.lists(a_word, max_size=12).map(" ".join), a_date, a_side)
def test_whatever_is_found_lies_where_it_says_on_its_side_of_today(text, today, prefer):
    found = dates.found_in(text, today, prefer=prefer)
    if found:
        assert text[found.start : found.end] == found.words
        assert found.on == dates.understand(found.words, today, prefer=prefer)
        assert found.on <= today if prefer == "past" else found.on >= today
        assert (text[: found.start] + text[found.end :]).strip()


@given(st.text(), a_side)
def test_no_entry_raises(text, prefer):
    dates.found_in(text, FRIDAY, prefer=prefer)


@given(a_date, a_date, a_side)
@example(date(2027, 1, 1), date(2026, 12, 31), "past")
def test_what_is_said_is_understood(on, today, prefer):
    if on.year == today.year and (on > today if prefer == "past" else on < today):
        return  # Without a year it would be looked for on the other side.
    assert dates.understand(dates.said(on, today), today, prefer=prefer) == on


# How people write one day of a year: with the year, and without it where it is the next such day.
WITH_YEAR = (
    "{0:%d.%m.%Y}",
    "{0.day}.{0.month}.{0.year}",
    "{0:%Y-%m-%d}",
    "{0.day} {0:%B} {0.year}",
    "{0:%B} {0.day}, {0.year}",
)
WITHOUT = (
    "{0:%d.%m.}",
    "{0.day}.{0.month}.",
    "{0.day} {0:%B}",
    "{0:%B} {0.day}",
    "{0.day}. {0:%b}",
    "{0:%B} {0.day}{1}",
    "{0:%d/%m}",
)
LEADS = ("by", "until", "till", "By", "UNTIL")


@given(st.integers(0, 364), a_date, st.sampled_from((*WITH_YEAR, *WITHOUT)), st.sampled_from(LEADS))
@example(0, date(2026, 2, 28), "{0:%d.%m.}", "by")
def test_every_day_that_is_written_behind_a_line_is_read_back(days, today, form, lead):
    on = today + days * DAY
    ending = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}.get(on.day, "th")
    written = f"{lead} {form.format(on, ending)}"
    found = dates.found_in(f"Send the deck {written}", today, prefer="future")
    assert found is not None
    assert (found.on, found.words) == (on, written)
    before = dates.understand(f"before {form.format(on, ending)}", today + DAY * -1, prefer="future")
    assert before == on - DAY


NEAR = {
    "tomorrow": 1,
    "friday": 4,
    "Fri": 4,
    "next week": 11,
    "end of the week": 4,
    "the end of next week": 11,
}


@pytest.mark.parametrize("words", NEAR)
@pytest.mark.parametrize("lead", ["by", "until", "till"])
def test_near_days_are_read_behind_every_preposition(words, lead):
    monday = date(2026, 11, 16)
    found = dates.found_in(f"Ask Priya for a review {lead} {words}", monday, prefer="future")
    assert found is not None
    # Until a whole week is until it begins.
    starts_then = words == "next week" and lead != "by"
    assert found.on == monday + (7 if starts_then else NEAR[words]) * DAY


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (FRIDAY, "today"),
        (FRIDAY - DAY, "yesterday"),
        (FRIDAY + DAY, "tomorrow"),
        (FRIDAY - 2 * DAY, "Wednesday 18 November"),
        (date(2026, 3, 2), "Monday 2 March"),
        (date(2027, 1, 1), "Friday 1 January 2027"),
        (date(2024, 2, 29), "Thursday 29 February 2024"),
    ],
)
def test_dates_are_said_as_people_say_them(on, words):
    assert dates.said(on, FRIDAY) == words


def test_new_years_eve_is_yesterday_though_it_was_another_year():
    assert dates.said(date(2026, 12, 31), date(2027, 1, 1)) == "yesterday"


# --- Dates in entries: the entry, the words found and the date; or a dash where nothing may be found.

LOOKING_BACK = """
Fixed the login yesterday                        | yesterday                | 2026-11-19
Fixed the login yesterday.                       | yesterday                | 2026-11-19
Fixed the login, yesterday!                      | yesterday                | 2026-11-19
Shipped search yesterday 🎉                      | yesterday                | 2026-11-19
Shipped search yesterday :tada:                  | yesterday                | 2026-11-19
Yesterday: fixed the login                       | Yesterday                | 2026-11-19
Yesterday fixed the login                        | Yesterday                | 2026-11-19
- Yesterday: fixed the login                     | Yesterday                | 2026-11-19
Today I mentored Ana                             | Today                    | 2026-11-20
Mentored Ana today                               | today                    | 2026-11-20
Answered the outage this morning                 | this morning             | 2026-11-20
Last night, answered the outage                  | Last night               | 2026-11-19
Led the call the day before yesterday            | the day before yesterday | 2026-11-18
Fixed the login last Friday                      | last Friday              | 2026-11-13
Presented the roadmap on Monday                  | on Monday                | 2026-11-16
On Monday, presented the roadmap                 | On Monday                | 2026-11-16
Monday: presented the roadmap                    | Monday                   | 2026-11-16
Rolled out SSO on Tuesday morning                | on Tuesday morning       | 2026-11-17
Last week we shipped search                      | Last week                | 2026-11-13
Last week: shipped search                        | Last week                | 2026-11-13
Shipped the new search last week                 | last week                | 2026-11-13
Ran four interviews this month                   | this month               | 2026-11-20
3 days ago fixed the pager                       | 3 days ago               | 2026-11-17
Fixed the pager two weeks ago                    | two weeks ago            | 2026-11-06
Shipped search on 12 March                       | on 12 March              | 2026-03-12
Shipped search on March 12th, 2026.              | on March 12th, 2026      | 2026-03-12
Shipped search (12 March 2026)                   | (12 March 2026)          | 2026-03-12
Demo to the board – 12 November                  | 12 November              | 2026-11-12
Shipped search 2026-03-12                        | 2026-03-12               | 2026-03-12
2026-03-12 Shipped search                        | 2026-03-12               | 2026-03-12
Shipped on 3/12/2025                             | on 3/12/2025             | 2025-12-03
Migrated billing on 12.3.2026                    | on 12.3.2026             | 2026-03-12
12.3.2026: migrated billing                      | 12.3.2026                | 2026-03-12
Migrated billing on 12.3.                        | on 12.3.                 | 2026-03-12
12.3.: migrated billing                          | 12.3.                    | 2026-03-12
Grew revenue by 3.5.                             | -
Deployed on 2.3                                  | -
Blocked the release until Friday                 | -
Got it done before Friday                        | -
Grew revenue in Q3                               | in Q3                    | 2026-09-30
Grew revenue in Q4                               | in Q4                    | 2026-11-20
Closed the audit by end of Q2                    | by end of Q2             | 2026-06-30
Talked at PyCon in May                           | in May                   | 2026-05-31
In March we migrated billing                     | In March                 | 2026-03-31
In March 2026, migrated billing                  | In March 2026            | 2026-03-31
March: migrated billing                          | March                    | 2026-03-31
Q2: migrated billing                             | Q2                       | 2026-06-30
12 March – migrated billing                      | 12 March                 | 2026-03-12
Fixed 3 bugs                                     | -
May release shipped                              | -
Raised coverage to 90                            | -
Shipped v2.3                                     | -
Shipped 2.3                                      | -
Shipped release 12.3.2026                        | -
Met the March team                               | -
second quarter planning doc                      | -
Wrote the second quarter planning doc            | -
Last quarter planning doc                        | -
Wrote the plan for Q3 2027                       | -
Wrote the plan for next year                     | -
Planned the offsite next month                   | -
Prepared the demo for tomorrow                   | -
Will ship it tomorrow                            | -
Reviewed last quarter                            | -
Better uptime than last year                     | -
Doubled signups over last month                  | -
Moved the demo to next Friday                    | -
Moved the release from last week to this week    | -
Worked on it from May to June                    | -
Worked on search since March                     | -
Cleaned up after last Friday                     | -
Rota 1 March – 12 March                          | -
Fixed things yesterday and today                 | -
Yesterday and today: pairing                     | -
Monday, Tuesday and Friday: support              | -
Handled Black Friday                             | -
Led casual Friday                                | -
Friday demo went well                            | -
Today's demo went well                           | -
Yesterday’s outage handled                       | -
Launched on Monday.com                           | -
Renamed the end-of-day report                    | -
Praised by April                                 | -
Coached by May                                   | -
Thanked Jan                                      | -
May: I do?                                       | May                      | 2026-05-31
May the force be with you                        | -
March of the penguins: watched                   | -
Sat, with Jan, on the panel                      | -
Sun migration finished                           | -
Mon ami                                          | -
Cut lead time from 5 days to 2 days              | -
Built the prototype in 2 weeks                   | -
Ran support 24/7                                 | -
Scored 9/10                                      | -
Finished chapter 12                              | -
Read 1984                                        | -
Closed ticket 2026-03-12-7                       | -
Paid the 12 March invoices                       | -
Wrote “yesterday”                                | -
Wrote 31 feb                                     | -
On second thought, shipped it                    | -
yesterday                                        | -
(yesterday)                                      | -
on Friday                                        | -
"""

LOOKING_AHEAD = """
Lead the migration by end of Q2                  | by end of Q2             | 2027-06-30
Get promoted by March                            | by March                 | 2027-03-31
By March: get promoted                           | By March                 | 2027-03-31
Learn Rust in 3 months                           | in 3 months              | 2027-02-20
Learn Rust within 3 months                       | within 3 months          | 2027-02-20
In 2 weeks I will present the idea               | In 2 weeks               | 2026-12-04
Send the deck tomorrow                           | tomorrow                 | 2026-11-21
Tomorrow send the deck                           | Tomorrow                 | 2026-11-21
Finish the doc by Friday                         | by Friday                | 2026-11-20
Finish the doc next Friday                       | next Friday              | 2026-11-27
Finish the doc by EOY                            | by EOY                   | 2026-12-31
Finish the doc by year end                       | by year end              | 2026-12-31
Ask for a raise before the end of the year       | before the end of the year | 2026-12-31
Become a lead by the end of 2027                 | by the end of 2027       | 2027-12-31
Become a lead by Q3 2027                         | by Q3 2027               | 2027-09-30
Finish 3 courses this quarter                    | this quarter             | 2026-12-31
Publish 2 posts by 12/3/2027                     | by 12/3/2027             | 2027-03-12
Read 12 books by December 2027                   | by December 2027         | 2027-12-31
Ship by mid-March                                | by mid-March             | 2027-03-15
Ship two weeks from now                          | two weeks from now       | 2026-12-04
Ship by the weekend                              | by the weekend           | 2026-11-22
Run the standup for 2 weeks                      | -
Prepare the plan for Q3                          | -
Cover for Ana until Friday                       | until Friday             | 2026-11-20
Cover for Ana till Friday.                       | till Friday              | 2026-11-20
Ask for the budget by 30.6.                      | by 30.6.                 | 2027-06-30
Ask for the budget by 30.6                       | by 30.6                  | 2027-06-30
Ask for the budget until 30.06.2027              | until 30.06.2027         | 2027-06-30
Ask for the budget until 02/09                   | until 02/09              | 2027-09-02
Ask for the budget before Friday                 | before Friday            | 2026-11-26
Ask for the budget before next week              | before next week         | 2026-11-22
Ask for the budget until end of month            | until end of month       | 2026-11-30
Ask for the budget before June 30                | before June 30           | 2027-06-29
Until Friday: cover for Ana                      | Until Friday             | 2026-11-20
Cover for Ana from Monday until Friday           | -
Cover for Ana from 30.11. until 4.12.            | -
Not before Friday                                | -
Move to release 2.3                              | -
Write up what happened yesterday                 | -
Write the report on last quarter                 | -
Own the May release                              | -
Raise NPS to 40                                  | -
Talk to Jan                                      | -
"""


def entries(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.split("\n") if line]


@pytest.mark.parametrize(
    ("prefer", "entry", "words", "on"),
    [
        (prefer, entry, words, "".join(on))
        for prefer, table in (("past", LOOKING_BACK), ("future", LOOKING_AHEAD))
        for entry, words, *on in entries(table)
    ],
)
def test_a_date_is_found_at_either_end_of_an_entry_or_left_alone(prefer, entry, words, on):
    found = dates.found_in(entry, FRIDAY, prefer=prefer)
    assert (found.words, str(found.on)) == (words, on) if found else words == "-"


def test_the_place_of_the_words_is_told():
    assert dates.found_in("Shipped search (12 March 2026).", FRIDAY, prefer="past") == Found(
        date(2026, 3, 12), "(12 March 2026)", 15, 30
    )


@pytest.mark.parametrize("entry", ["", "Fixed the login\nyesterday", "Yesterday\nFixed the login"])
def test_more_than_one_line_and_less_than_one_thing_hold_no_date(entry):
    assert dates.found_in(entry, FRIDAY, prefer="past") is None


def test_a_date_is_found_at_the_end_of_a_long_entry():
    entry = "Fixed " + "the login and " * 1_000 + "the logout on 12 March"
    found = dates.found_in(entry, FRIDAY, prefer="past")
    assert found is not None
    assert (found.on, entry[found.start :]) == (date(2026, 3, 12), "on 12 March")


def test_neither_long_input_nor_a_date_takes_long():
    dates.understand("in 1 day", FRIDAY, prefer="past")  # The first call loads dateparser's words.
    hard = [
        "x" * 100_000,
        "the " * 15,
        "12 march " * 6,
        "in 3 months",
        "12 March 2026",
        "on " * 20,
        "- " * 50_000,
    ]
    for text in hard:
        assert quickest(dates.understand, text) < 0.005
        assert quickest(dates.found_in, text) < 0.005


def quickest(ask: Callable[..., object], text: str) -> float:
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        ask(text, FRIDAY, prefer="past")
        taken.append(time.perf_counter() - began)
    return min(taken)
