"""Who may come in: members are, others are refused kindly, and nothing is stored about them."""

import asyncio
from typing import Any

from sqlalchemy import event

from bot.domain.wins import Win
from bot.storage.identity import Member
from handlers import outbox
from tests import forged
from tests.slack import LocalSlack, Person

GUEST = "guests cannot use it here. Nothing was stored about you."
STRANGER = "belongs to the members of this workspace"
NO_PERSON = "Sayso is for people"


async def test_whoever_may_not_is_told_kindly_and_not_stored(slack: LocalSlack) -> None:
    for name, sentence in (("lena", GUEST), ("olu", STRANGER), ("tom", NO_PERSON), ("standup", NO_PERSON)):
        await is_refused(slack, slack.person(name), sentence)
    assert await slack.count(Member) == 0
    assert await slack.count(Win) == 0
    assert slack.calls("chat.postMessage") == []


async def is_refused(slack: LocalSlack, person: Person, sentence: str) -> None:
    """Try a command, clicks, a shortcut and a form."""
    opened = len(slack.calls("views.open"))
    ids = {"team_id": person.who.team_id, "user_id": person.id, "trigger_id": "1.2"}
    said = {"command": "/win", "text": "Shipped it", "response_url": "http://127.0.0.1:9/none"}
    answer = await slack.delivers("slash_commands", ids | said)
    assert sentence in str(answer.body)
    for action in ("wins.log", "reviews.answer", "members.open"):
        assert (await forged.clicks(slack, person, action)).answered
    assert (await forged.uses(slack, person, "wins.log_shortcut")).answered
    await forged.submits(slack, person, "wins.save", {}, {"title": "Shipped it"})
    assert all(sentence in str(call) for call in slack.calls("views.open")[opened:])


async def test_a_guest_reads_on_home_and_in_the_dm_why_not(slack: LocalSlack) -> None:
    lena = slack.person("lena")
    await lena.opens_home()
    assert GUEST in await lena.home()
    await lena.says("Shipped it")
    assert GUEST in await lena.reads()
    assert await slack.count(Member) == 0


async def test_a_guest_gets_the_command_back(slack: LocalSlack) -> None:
    await slack.person("lena").says("/win Shipped it")
    assert "Shipped it" in await slack.person("lena").reads()


async def test_somebody_whose_home_is_elsewhere_is_a_stranger(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Shipped it")
    click = slack.delivered("interactive", "slash_commands")
    await maya.clicks("Edit")
    click = slack.delivered("interactive")
    click[-1]["user"]["team_id"] = slack.person("sam").who.team_id
    await slack.delivers("interactive", click[-1])
    assert STRANGER in await maya.reads_all()


async def test_when_slack_does_not_say_who_it_is_the_words_come_back(slack: LocalSlack) -> None:
    for kind in ("status", "drop", "hang", "ratelimited", "missing_scope"):
        slack.fails("users.info", kind, seconds=4, retry_after=30, times=5)
        told = await slack.maya.says("/win Shipped it")
        assert told["delivery"]["answered"]
        assert told["delivery"]["took_ms"] < 2900
        said = await slack.maya.reads()
        assert "Slack did not say who you are just now, so nothing was saved" in said
        assert "Shipped it" in said
        assert await slack.count(Member) == 0
        slack.sandbox.faults.clear()
    await slack.maya.says("/win Shipped it")
    assert await slack.count(Win) == 1


async def test_members_of_two_workspaces_are_kept_apart(slack: LocalSlack) -> None:
    for name in ("maya", "sam"):
        await slack.person(name).says(f"/win Shipped it for {name}")
    assert [win.title for win in await slack.wins(slack.person("sam"))] == ["Shipped it for sam"]
    assert [win.title for win in await slack.wins(slack.maya)] == ["Shipped it for maya"]


async def test_an_old_token_is_looked_up_once_however_many_ask_at_the_same_time(slack: LocalSlack) -> None:
    await slack.maya.says("/win Shipped it")
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "bot_token_sealed" in statement:
            asked.append(statement)

    event.listen(slack.coach.database.engine.sync_engine, "before_cursor_execute", note)
    slack.clock.move_by(2 * outbox.TOKEN_AGE)
    await asyncio.gather(*(slack.maya.says(f"/win Shipped part {number}") for number in range(8)))
    await slack.settled()
    assert len(asked) == 1
