"""The kindness on every nudge: Skip, Snooze, why, and less of it, each for its part of the message only."""

from datetime import datetime, timedelta
from itertools import permutations, product

import pytest
from sqlalchemy import select

from bot.domain.nudges import CHECK_IN, FEEDBACK, LOG_WIN, MISSING_RESULT, Nudge
from tests import forged
from tests.asking import THURSDAY, ask, asked, clicks, coming, parts_of, reads_part, sent_to, states
from tests.slack import LocalSlack, Person, words_of

pytestmark = pytest.mark.thorough

DAY = timedelta(days=1)
CHECKS, LOGS, FEEDS = "Your weekly check-in.", "Nothing logged for a while.", "Who saw your work lately?"


@pytest.fixture
async def digest(slack: LocalSlack, maya: Person) -> Person:
    """Somebody who has three things in one message."""
    await ask(slack, maya, CHECK_IN, LOG_WIN, FEEDBACK)
    await slack.goes_to(THURSDAY)
    return maya


async def reads_digest(person: Person) -> str:
    (message,) = await sent_to(person)
    return words_of(message)


DEEDS = {
    CHECKS: ("Nothing this week", "*Check-in* · nothing this week, and that is fine"),
    LOGS: ("Skip", "*Log a win* · skipped"),
    FEEDS: ("Until tomorrow", "*Ask for feedback* · I will ask again on Friday"),
}


async def test_three_clicks_in_any_order_leave_the_other_parts_with_their_buttons(
    slack: LocalSlack, maya: Person
) -> None:
    for week, order in enumerate(permutations(DEEDS)):
        at = THURSDAY + week * 7 * DAY
        await ask(slack, maya, CHECK_IN, LOG_WIN, FEEDBACK, at=at)
        await slack.goes_to(at)
        for number, part in enumerate(order):
            label, closed = DEEDS[part]
            await clicks(maya, part, label)
            newest = (await sent_to(maya))[-1]
            assert closed in words_of(newest)
            assert len(parts_of(newest)) == 3
            for other in order[number + 1 :]:
                assert "Skip" in await reads_part(maya, other)


async def test_clicks_that_cross_each_other_lose_nothing(slack: LocalSlack, digest: Person) -> None:
    """Two clicks on the same drawing: the second payload still shows the first part as open."""
    (before,) = await sent_to(digest)
    stale = next(block for block in parts_of(before).values() if LOGS in words_of(block))
    await clicks(digest, CHECKS, "Skip")
    (body,) = slack.delivered("interactive")[-1:]
    skip = stale[1]["elements"][-1]
    body["actions"] = [{**skip, "block_id": stale[1]["block_id"], "action_ts": "1"}]
    body["message"] = before
    await slack.delivers("interactive", body)
    said = await reads_digest(digest)
    assert "*Check-in* · skipped" in said
    assert "*Log a win* · skipped" in said
    assert "Ask for feedback" in said


async def test_a_form_answers_its_part_of_the_digest_only(slack: LocalSlack, digest: Person) -> None:
    await clicks(digest, CHECKS, "Answer")
    await digest.submits(stuck="The budget")
    said = await reads_digest(digest)
    assert "*Check-in* · answered" in said
    assert LOGS in said
    assert FEEDS in said
    await digest.closes()
    await clicks(digest, "*Check-in* · answered", "Add to it")
    await digest.submits(more="Shipped it")
    said = await reads_digest(digest)
    assert "*Log a win* · done" in said, "the check-in brought a win"
    assert FEEDS in said
    assert await states(slack, digest) == {"check_in": "done", "log_win": "done", "feedback": "sent"}


async def test_a_snoozed_part_comes_alone_and_leaves_the_digest(slack: LocalSlack, digest: Person) -> None:
    await clicks(digest, LOGS, "1 hour")
    await slack.passes(timedelta(hours=1))
    first, second = await sent_to(digest)
    assert len(parts_of(second)) == 1
    await clicks(digest, CHECKS, "Skip")
    first, second = await sent_to(digest)
    assert "Log a win" not in words_of(first), "it stands in one place only"
    assert LOGS in words_of(second)


# --- Snooze


@pytest.mark.parametrize(
    ("choice", "comes"),
    [
        ("1 hour", THURSDAY + timedelta(hours=1)),
        ("Until tomorrow", THURSDAY + DAY),
        ("Until next week", THURSDAY + 7 * DAY),
    ],
)
async def test_a_snooze_comes_once_when_it_said(
    slack: LocalSlack, maya: Person, choice: str, comes: datetime
) -> None:
    await ask(slack, maya, FEEDBACK)
    await slack.goes_to(THURSDAY)
    await clicks(maya, FEEDS, choice)
    (planned, *_) = await coming(slack, maya, FEEDBACK)
    assert timedelta() <= planned - comes < timedelta(minutes=1)
    await slack.goes_to(planned)
    await slack.passes(timedelta(minutes=5))
    assert len(await sent_to(maya)) == 2


async def test_a_date_is_chosen_in_a_form_that_refuses_days_that_have_passed(
    slack: LocalSlack, maya: Person
) -> None:
    await ask(slack, maya, FEEDBACK)
    await slack.goes_to(THURSDAY)
    for on, sentence in (
        ("2026-11-18", "Wednesday 18 November 2026 is not ahead."),
        ("2024-02-29", "is not ahead."),
        ("2027-11-20", "Choose a day within the next two months."),
    ):
        await clicks(maya, FEEDS, "Until a date …")
        refused = await maya.submits(until=on)
        assert sentence in refused["errors"]["until"]
        await maya.closes()
    assert await states(slack, maya) == {"feedback": "sent"}
    await clicks(maya, FEEDS, "Until a date …")
    await maya.submits(until="2026-12-03")
    said = await reads_part(maya, "Ask for feedback")
    assert "I will ask again on Thursday 3 December 2026 at 10:00" in said
    await slack.goes_to(THURSDAY + 14 * DAY)
    assert len(await sent_to(maya)) == 2


async def test_a_snooze_to_a_free_day_comes_on_the_next_of_ones_days(slack: LocalSlack, maya: Person) -> None:
    await ask(slack, maya, FEEDBACK)
    await slack.goes_to(THURSDAY)
    await clicks(maya, FEEDS, "Until a date …")
    await maya.submits(until="2026-11-22")
    assert "on Monday 23 November 2026 at 10:00" in await reads_part(maya, "Ask for feedback")


# --- Why


async def test_why_tells_the_rule_the_time_the_pace_and_how_to_change_it(
    slack: LocalSlack, digest: Person
) -> None:
    await clicks(digest, LOGS, "Why am I seeing this?")
    answer = (await digest.messages())[-1]
    said = words_of(answer)
    assert answer["ephemeral"]
    for words in (
        "*Why you see this* · Log a win",
        "I ask when nothing was logged for ten days.",
        "planned for Thursday 19 November 2026 at 10:00",
        "*Log a win* comes every two weeks.",
        "Less of this",
        "Settings",
    ):
        assert words in said
    await digest.clicks("Less of this")
    assert "How often would you like it?" in await digest.reads()
    assert "Skip" in await reads_part(digest, LOGS), "the message stays as it was"


async def test_why_after_a_command_is_about_the_newest(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach why")
    assert "I have not asked you anything yet." in await maya.reads()
    await ask(slack, maya, LOG_WIN)
    await slack.goes_to(THURSDAY)
    await ask(slack, maya, FEEDBACK, at=THURSDAY + DAY)
    await slack.passes(DAY)
    await maya.says("why")
    assert "*Why you see this* · Ask for feedback" in await maya.reads()


async def test_why_after_a_command_explains_every_part_of_the_newest_message(
    slack: LocalSlack, digest: Person
) -> None:
    await clicks(digest, LOGS, "Skip")
    await digest.says("/coach why")
    said = await digest.reads()
    headings = [f"*Why you see this* · {name}" for name in ("Check-in", "Log a win", "Ask for feedback")]
    assert [said.count(heading) for heading in headings] == [1, 1, 1]
    assert [said.index(heading) for heading in headings] == sorted(map(said.index, headings))
    assert said.count("Less of this") == 3
    assert said.count("Settings") == 1


async def test_less_of_a_kind_without_an_answer_names_the_pace_it_comes_at_now(
    slack: LocalSlack, maya: Person
) -> None:
    await ask(slack, maya, CHECK_IN, unanswered=3)
    await slack.goes_to(THURSDAY)
    await clicks(maya, CHECKS, "Less of this")
    said = await maya.reads()
    assert "*Check-in* comes once a month as long as it has no answer." in said
    assert "comes every week" not in said
    await maya.clicks("Every two weeks")
    assert "*Check-in* comes every two weeks. The next one is on" in await maya.reads()
    (later, *_) = await coming(slack, maya, CHECK_IN)
    assert later - THURSDAY < 16 * DAY, "what was chosen holds"


async def test_why_says_that_one_without_an_answer_comes_less_often(slack: LocalSlack, maya: Person) -> None:
    await ask(slack, maya, LOG_WIN, unanswered=3)
    await slack.goes_to(THURSDAY)
    await clicks(maya, LOGS, "Why am I seeing this?")
    assert "*Log a win* comes once a month as long as it has no answer." in await maya.reads()


# --- Less of it


LESS = (
    (CHECK_IN, CHECKS, ["Every two weeks", "Once a month", "Never"]),
    (LOG_WIN, LOGS, ["Once a month", "Never"]),
    (FEEDBACK, FEEDS, ["Never"]),
)


async def test_less_offers_what_the_kind_allows(slack: LocalSlack, digest: Person) -> None:
    for _, part, allowed in LESS:
        await clicks(digest, part, "Less of this")
        answer = (await digest.messages())[-1]
        buttons = [one["text"]["text"] for block in answer["blocks"] for one in block.get("elements", [])]
        assert buttons == allowed


async def test_less_is_kept_told_and_taken_back(slack: LocalSlack, digest: Person) -> None:
    (before,) = await coming(slack, digest, LOG_WIN)
    await clicks(digest, LOGS, "Less of this")
    await digest.clicks("Once a month")
    said = await digest.reads()
    assert "*Log a win* comes once a month. The next one is on" in said
    (later,) = await coming(slack, digest, LOG_WIN)
    assert (later - THURSDAY).days >= 28
    await digest.clicks("Back to before")
    assert "*Log a win* comes every two weeks." in await digest.reads()
    assert await coming(slack, digest, LOG_WIN) == [before]


async def test_never_ends_a_kind_and_can_be_taken_back_at_once(slack: LocalSlack, digest: Person) -> None:
    await clicks(digest, CHECKS, "Less of this")
    await digest.clicks("Never")
    assert "*Check-in* does not come any more." in await digest.reads()
    await slack.passes(8 * DAY)
    assert len([1 for message in await sent_to(digest) if CHECKS in words_of(message)]) == 1
    await clicks(digest, CHECKS, "Less of this")
    assert "`/coach settings` brings it back." in await digest.reads()
    await digest.says("/coach settings")
    assert (await digest.fills())["often_check_in"] == "never"
    await digest.submits(often_check_in="usual")
    await slack.passes(timedelta(hours=6))
    assert len([1 for message in await sent_to(digest) if CHECKS in words_of(message)]) == 2


async def test_what_waits_comes_all_the_same_after_never_was_taken_back(
    slack: LocalSlack, maya: Person
) -> None:
    for title in ("Fixed the login error", "Mentored Ben"):
        await maya.says(f"/win {title}")
    planned = await coming(slack, maya, MISSING_RESULT)
    assert len(planned) == 2
    await slack.goes_to(planned[0])
    await clicks(maya, "no result yet", "Less of this")
    await maya.clicks("Never")
    assert "*Result of a win* does not come any more." in await maya.reads()
    await maya.says("/coach upcoming")
    assert "Result of a win" not in await maya.reads()
    await maya.clicks("Back to before")
    await maya.says("/coach upcoming")
    assert "Result of a win" in await maya.reads()


# --- What no honest Slack would send


async def test_a_button_of_something_closed_changes_nothing_and_says_so(
    slack: LocalSlack, digest: Person
) -> None:
    old = next(row.id for row in await asked(slack, digest) if row.kind == "log_win" and row.asked_at)
    await clicks(digest, LOGS, "Skip")
    for action in ("nudges.skip", "nudges.nothing", "nudges.waive"):
        await forged.clicks(slack, digest, action, old)
    for option in (f"hour:{old}", f"date:{old}"):
        await forged.clicks(slack, digest, "nudges.snooze", option=option)
    assert (await states(slack, digest))["log_win"] == "skipped"


MENUS = ("nudges.snooze", "nudges.more", "nudges.ahead", "wins.more", "pitches.version")
BUTTONS = (
    "nudges.skip",
    "nudges.nothing",
    "nudges.waive",
    "nudges.reopen",
    "nudges.less",
    "nudges.never",
    "nudges.before",
    "nudges.leave_out",
    "members.away_as_before",
)
NO_CHOICES: tuple[object, ...] = (
    None,
    "late",
    7,
    [],
    {},
    {"value": None},
    {"value": 7},
    {"value": {"a": 1}},
    {"text": "x"},
)


async def test_a_click_without_what_it_needs_changes_nothing_and_is_no_fault(
    slack: LocalSlack, digest: Person
) -> None:
    before = await asked(slack, digest)
    for action, wrong in product(MENUS, NO_CHOICES):
        assert (await forged.clicks(slack, digest, action, chosen=wrong)).answered, (action, wrong)
    for action, wrong in product(BUTTONS, (None, 7, [], {"a": 1})):
        assert (await forged.clicks(slack, digest, action, wrong)).answered, (action, wrong)
    assert await asked(slack, digest) == before
    told = slack.coach.metrics.registry.get_sample_value
    refused = len(MENUS) * len(NO_CHOICES) + len(BUTTONS) * 4
    assert told("sayso_refused_total", {"type": "NotFound"}) == refused
    assert b"sayso_errors_total{" not in slack.coach.metrics.render()


@pytest.mark.parametrize("menu", ["nudges.more", "nudges.snooze", "nudges.ahead"])
async def test_a_click_without_a_choice_is_answered_as_an_old_button(
    slack: LocalSlack, digest: Person, menu: str
) -> None:
    await clicks(digest, LOGS, "Why am I seeing this?")
    (body,) = slack.delivered("interactive")[-1:]
    body["actions"] = [{"action_id": menu, "block_id": "b", "type": "overflow", "action_ts": "1"}]
    await slack.delivers("interactive", body)
    said = await digest.reads()
    assert "That button belongs to an older message and no longer does anything." in said


SENSELESS = (
    "",
    ":",
    "::",
    "check_in:sometimes:",
    "log_win:month:soon",
    "nothing:never:",
    "check_in:usual:9999-12-31",
)


async def test_an_undo_that_makes_no_sense_changes_nothing(slack: LocalSlack, maya: Person) -> None:
    before = await coming(slack, maya, CHECK_IN)
    for value in SENSELESS:
        assert (await forged.clicks(slack, maya, "nudges.before", value)).answered
        assert (await forged.clicks(slack, maya, "members.away_as_before", value)).answered
    assert await coming(slack, maya, CHECK_IN) == before
    async with slack.coach.session(maya.who) as session:
        assert (session.member.paused_from, session.member.paused_until) == (None, None)


async def test_a_message_that_slack_did_not_draw_anew_is_drawn_by_the_next_click(
    slack: LocalSlack, digest: Person
) -> None:
    slack.fails("chat.update", "error", error="internal_error")
    await digest.says("/win Shipped the search")
    assert LOGS in await reads_digest(digest)
    await clicks(digest, CHECKS, "Skip")
    said = await reads_digest(digest)
    assert "*Log a win* · done" in said
    assert "*Check-in* · skipped" in said


async def test_what_may_not_have_arrived_and_is_clicked_did_arrive(slack: LocalSlack, maya: Person) -> None:
    await ask(slack, maya, LOG_WIN, FEEDBACK)
    await slack.goes_to(THURSDAY)
    async with slack.coach.session(maya.who) as session:
        for row in await session.scalars(select(Nudge).where(Nudge.state == "sent")):
            row.state, row.ts = "unknown", None
    await clicks(maya, FEEDS, "Skip")
    assert await states(slack, maya) == {"feedback": "skipped", "log_win": "sent"}
    assert "Skip" in await reads_part(maya, LOGS)
