"""R29: every listener, with another member's ids and from another workspace: nothing changes, nothing is told."""

import json
import re
from collections.abc import Iterator
from datetime import date
from itertools import islice
from random import Random
from typing import Any

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy import select

from bot.domain import captures, nudges
from bot.domain.privacy._records import kinds
from bot.storage.base import Record
from bot.storage.identity import Member
from tests import accounts, forged, house
from tests.chaos.scale import Measured
from tests.slack import LocalSlack, Person

pytestmark = pytest.mark.thorough

SECRET = "zebra quartz"

# Which tables the listeners of a feature are about; whatever listens under a name that is not here has no case.
ABOUT: dict[str, tuple[str, ...]] = {
    "asks": ("asks", "ask_events", "ask_conditions"),
    "bins": ("wins", "goals"),
    "brag": (),
    "captures": ("captures",),
    "feedback": ("feedback_asked", "feedback_received", "feedback_requests", "feedback_letters"),
    "goals": ("goals", "milestones", "goal_progress"),
    "home": (),
    "imports": ("captures",),
    "members": (),
    "negotiations": ("negotiations", "market_facts", "after_notes"),
    "nudges": ("nudges",),
    "pitches": ("pitches", "pitch_versions"),
    "privacy": ("captures",),
    "reviews": ("nudges", "check_ins"),
    "setbacks": ("setbacks",),
    "wins": ("wins",),
}
# What a menu, or a button with two things in its value, puts before an id; anything else carries the id alone.
BEFORE = {
    "bins.restore": ("win:", "goal:"),
    "wins.more": ("edit:", "date:", "delete:"),
    "asks.more": ("open:", "met:", "asked:", "edit:"),
    "nudges.snooze": ("hour:", "tomorrow:", "date:"),
    "nudges.more": ("why:", "less:"),
    "nudges.ahead": ("skip:", "change:"),
}
FIELDS = {
    "title": "Mine now",
    "when": "today",
    "more": "Mine now",
    "text_1": "Mine now",
    "metric": "1",
    "weekday": {"selected_option": {"value": "monday"}},
    "zone": "Asia/Tokyo",
    "time": {"selected_time": "09:00"},
    "hours_start": {"selected_time": "08:00"},
    "hours_end": {"selected_time": "18:00"},
    "days": {"selected_options": [{"value": "monday"}]},
    "budget": {"selected_option": {"value": "1"}},
    "until": {"selected_date": "2026-12-01"},
    "audience": {"selected_option": {"value": "manager"}},
    "kind": {"selected_option": {"value": "manager"}},
    "request": "Mine now",
    "draft": "Mine now",
    "verdict": {"selected_option": {"value": "no"}},
    "period": {"selected_option": {"value": "all"}},
}


# Ids that are typed as words; nothing that is typed is looked up as an id.
TYPED = ("wins", "captures")
# Of another workspace one in so many is tried: what keeps its members out is the same wall.
ELSEWHERE = 3
# These have their effect on whoever clicks, whatever else they carry.
ON_ONESELF = frozenset({"privacy.erase"})


def test_every_listener_has_a_case() -> None:
    heard = house.keys("action", "view", "shortcut", "global_shortcut", "message_shortcut")
    without = sorted(key for key in heard if key.partition(".")[0] not in ABOUT)
    assert without == [], "say in ABOUT which tables its ids are of"
    assert {table for tables in ABOUT.values() for table in tables} <= set(Record.metadata.tables)


async def test_r29_somebody_elses_ids_open_change_and_tell_nothing(
    slack: LocalSlack, maya: Person, measured: Measured
) -> None:
    await write_something(slack, maya)
    known = await names_of(slack, maya)
    before = await rows_of(slack, maya)
    heard = slack.sandbox.journal.last
    answers: list[str] = []
    for name in ("daniel", "sam"):
        thief = slack.person(name)
        await thief.opens_home()
        every = 1 if thief.who.team_id == maya.who.team_id else ELSEWHERE
        for body in islice(everything(slack, thief, known, maya), 0, None, every):
            request = AsyncBoltRequest(body=body, mode="socket_mode")
            answer = await slack.bot.app.async_dispatch(request)
            assert answer.status == 200, body
            answers.append(str(answer.body))
        await slack.settled()
        assert SECRET not in json.dumps(await thief.sees())
    assert await rows_of(slack, maya) == before
    told = [json.dumps(one) for one in slack.sandbox.journal.entries(heard)]
    assert [one for one in (*told, *answers) if SECRET in one and maya.id not in one] == []
    assert len(answers) > 500
    measured("R29", f"{len(answers)} calls with others' ids: 0 rows changed, 0 bytes told")
    # Not found is the first wall; the walls behind it, key and owner, were never reached.
    assert "That win is not here any more." in "".join([*told, *answers])
    assert faults(slack) == set()


def everything(
    slack: LocalSlack, thief: Person, known: dict[str, str], victim: Person
) -> Iterator[dict[str, Any]]:
    """Every payload that could name what is another's: an event first, then clicks, forms and words."""
    user = {"id": victim.id, "team_id": thief.who.team_id, "tz": "Asia/Tokyo", "deleted": True}
    if thief.who.team_id != victim.who.team_id:
        yield forged.event(thief, {"type": "user_change", "user": user})
    for action in sorted(house.keys("action")):
        for one in ids_for(action, known):
            for before in BEFORE.get(action, ("",)):
                value = before + one
                yield forged.click(slack, thief, action, value, option=value)
    for callback in sorted(house.keys("view") - ON_ONESELF):
        for one in ids_for(callback, known):
            chosen = FIELDS | {"wins": {"selected_options": [{"value": known["wins"]}]}}
            chosen |= {"goal": {"selected_option": {"value": known["goals"]}}}
            yield forged.submission(thief, callback, dict.fromkeys(carried(), one), chosen)
    for table in TYPED:
        yield from words(thief, known[table])


def words(thief: Person, one: str) -> Iterator[dict[str, Any]]:
    """An id where words are typed."""
    for command in sorted(house.keys("command")):
        yield forged.command(thief, command, f"open {one}")
    yield forged.event(
        thief, {"type": "message", "channel_type": "im", "channel": "D1", "user": thief.id, "text": one}
    )


def ids_for(key: str, known: dict[str, str]) -> list[str]:
    """The ids that a listener could take for its own, or any where it asks for none."""
    return [known[table] for table in ABOUT[key.partition(".")[0]]] or [known["wins"]]


def carried() -> set[str]:
    """Every name under which a form of ours carries something."""
    sources = (path.read_text(encoding="utf-8") for path in (house.ROOT / "handlers").rglob("*.py"))
    return {
        name
        for text in sources
        for name in re.findall(r"""carried\w*(?:\(view\))?(?:\.get\(|\[)"(\w+)""", text)
    } | {"win", "nudge", "pitch", "capture", "id", "version", "text"}


async def write_something(slack: LocalSlack, maya: Person) -> None:
    """A row of every kind, each with the secret in whatever is sealed in it."""
    async with slack.coach.session(maya.who) as session:
        await accounts.fill(session, Random(29), each=1, words=SECRET)
        await captures.keep(session, SECRET, "message")
        await nudges.schedule(session, nudges.LOG_WIN, at=session.now, on=date(2026, 11, 30), subject="x")


async def names_of(slack: LocalSlack, person: Person) -> dict[str, str]:
    """One id of each kind of row, by table."""
    async with slack.coach.session(person.who) as session:
        found = {kind.__tablename__: await session.scalar(select(kind.id)) for kind in kinds()}
    assert [table for table, row_id in found.items() if not row_id] == []
    return {table: str(row_id) for table, row_id in found.items()}


async def rows_of(slack: LocalSlack, person: Person) -> dict[str, list[str]]:
    """Every stored row of a person, bytes and all."""
    async with slack.coach.session(person.who) as session:
        member_id = session.member.id
    owners: dict[Any, Any] = {kind.__table__: kind.__table__.c.member_id for kind in kinds()}
    owners[Member.__table__] = Member.__table__.c.id
    async with slack.coach.database.system() as system:
        return {
            str(table): sorted(
                map(str, (await system.execute(select(table).where(owner == member_id))).all())
            )
            for table, owner in owners.items()
        }


def faults(slack: LocalSlack) -> set[str]:
    """The types of errors that listeners ended with."""
    return set(re.findall(r'sayso_errors_total\{type="(\w+)"\}', slack.coach.metrics.render().decode()))
