"""What a nudge is about is named by one table, for every kind; what is never named is said to be so."""

from datetime import date
from types import SimpleNamespace

from bot.coach import Coach
from bot.domain import goals, subjects, wins
from bot.domain.nudges import KINDS, MISSING_RESULT, SETBACK, STALE_GOAL
from bot.domain.wins import Source, entry
from bot.storage.identity import Principal

TODAY = date(2026, 11, 18)


def test_every_kind_says_what_it_is_about_or_that_it_is_not_named() -> None:
    known = {*subjects.RECORD_OF, *subjects.UNNAMED}
    assert set(KINDS) - known == set(), "add it to RECORD_OF or UNNAMED in bot/domain/subjects.py"
    assert set(subjects.RECORD_OF) & subjects.UNNAMED == set()


async def test_things_are_called_by_what_their_owner_wrote_and_nobody_elses_are(
    coach: Coach, who: Principal, other: Principal
) -> None:
    async with coach.session(who) as session:
        win = await wins.log(session, entry("Shipped it", TODAY), Source.COMMAND)
        goal = await goals.begin(session, goals.read("Lead the migration", TODAY))
        some = [
            SimpleNamespace(kind=MISSING_RESULT.name, subject=win.id),
            SimpleNamespace(kind=STALE_GOAL.name, subject=goal.id),
            SimpleNamespace(kind=SETBACK.name, subject=win.id),
            SimpleNamespace(kind=MISSING_RESULT.name, subject="gone"),
        ]
        assert await subjects.called(session, some) == {win.id: "Shipped it", goal.id: "Lead the migration"}
    async with coach.session(other) as session:
        assert await subjects.called(session, some) == {}
