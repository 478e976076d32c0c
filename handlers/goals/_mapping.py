"""The road map in Slack: the timeline as a picture, the dates as a calendar file, and the same facts in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core import dates
from bot.core.prose import Phrase, Prose
from bot.documents import calendars, road_map
from bot.documents.calendars import Day
from bot.documents.road_map import Lane, Stop
from bot.domain import goals, members
from bot.domain.goals import Milestone, Standing
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import kit
from handlers.files import File
from handlers.goals import _cards
from handlers.goals._ids import Ids
from handlers.replies import Reply

# A section of Slack's holds so many characters, less what is said at the end.
TOLD_LENGTH = 2800
STATEMENT_LENGTH = 160
STEPS = 4

# So many goals and milestones are looked at, however many there are, so that any account is answered in time.
LOOKED_AT = 250
MILESTONES = 1000


@dataclass(frozen=True)
class Facts:
    """What a road map is made of: the goals with the nearest deadlines, their days, and how many goals there are."""

    lanes: Sequence[Lane]
    days: Sequence[Day]
    total: int
    today: date
    now: datetime


def register_mapping(app: AsyncApp) -> None:
    app.action(Ids.MAP)(send)


async def send(coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Say that the road map is coming, and put it into the DM beside that."""
    async with coach.session(who) as session:
        facts = await _facts(session, coach.prose)
    words = coach.prose.words("goals/map")
    if not facts.lanes:
        empty = [kit.section(words.none), kit.actions(kit.button(words.set, Ids.NEW))]
        return await reply.say(kit.Message(words.none, empty, title=words.title))
    reply.deliver(who, lambda: _files(coach.prose, facts), words.here)
    return await reply.say(told(coach.prose, facts))


def _files(prose: Prose, facts: Facts) -> list[File]:
    drawn, today = facts.lanes[: road_map.MOST], facts.today
    words = prose.words("goals/map", total=facts.total, lines=" ".join(_lines(prose, drawn, today)))
    # A picture takes a second of a processor.
    picture = road_map.png(prose, drawn, today, facts.total)
    return [
        File("road-map.png", words.picture.plain, picture, words.alt.plain),
        File("goals.ics", words.calendar.plain, calendars.calendar(facts.days, facts.now)),
    ]


def told(prose: Prose, facts: Facts) -> kit.Message:
    """The facts of the picture in words, as far as a message goes; a push would show them beside the files."""
    total = facts.total
    words = prose.words("goals/map", total=total, drawn=road_map.MOST, dated=min(total, LOOKED_AT))
    lines = [words.heading]
    for line in _lines(prose, facts.lanes, facts.today):
        if sum(map(len, lines)) + len(line) > TOLD_LENGTH:
            break
        lines.append(line)
    if left_out := total - len(lines) + 1:
        lines.append(prose.words("goals/map", left_out=left_out).more)
    bounded = [kit.context(words.bounded)] if total > road_map.MOST else []
    blocks = [kit.section(Phrase("\n".join(lines))), *bounded, kit.context(words.coming)]
    return kit.Message(words.text, blocks, title=words.title)


def _lines(prose: Prose, lanes: Sequence[Lane], today: date) -> Iterator[Phrase]:
    for lane in lanes:
        steps = [
            prose.words(
                "goals/map", title=kit.clip(stop.title, 80), done=stop.done, said=dates.said(stop.on, today)
            )
            for stop in lane.stops[:STEPS]
        ]
        yield prose.words(
            "goals/map",
            statement=kit.clip(lane.statement, STATEMENT_LENGTH),
            about=lane.about,
            steps=", ".join(words.step.plain for words in steps),
        ).line


async def _facts(session: MemberSession, prose: Prose) -> Facts:
    found = await goals.overview(session, LOOKED_AT)
    by_goal: dict[str, list[Milestone]] = {standing.goal.id: [] for standing in found.goals}
    for milestone in await goals.milestones(session, list(by_goal), MILESTONES):
        by_goal[milestone.goal_id].append(milestone)
    lanes = [_lane(session, prose, standing, by_goal[standing.goal.id]) for standing in found.goals]
    days = list(_days(found.goals, by_goal))
    return Facts(lanes, days, found.total, members.today(session), session.now)


def _lane(session: MemberSession, prose: Prose, standing: Standing, steps: Sequence[Milestone]) -> Lane:
    goal = standing.goal
    names = prose.words("goals/names")
    words = prose.words(
        "goals/map",
        kind=names.block(goal.kind) if goal.kind else None,
        on=_day(goal.deadline) if goal.deadline else None,
        percent=_cards.progress_bar(standing.fraction)["percent"],
    )
    return Lane(
        statement=" ".join(goal.statement.split()),
        begins=members.local(session, goal.created_at).date(),
        deadline=goal.deadline,
        about=words.about.plain,
        fraction=standing.fraction,
        stops=[Stop(one.title, one.due_on, one.done_on is not None) for one in steps],
    )


def _days(standings: Sequence[Standing], by_goal: Mapping[str, Sequence[Milestone]]) -> Iterator[Day]:
    for standing in standings:
        goal = standing.goal
        if goal.deadline:
            yield Day(goal.id, goal.deadline, goal.statement)
        for milestone in by_goal[goal.id]:
            yield Day(milestone.id, milestone.due_on, milestone.title)


def _day(on: date) -> str:
    return f"{on.day} {dates.MONTHS[on.month - 1]} {on.year}"
