"""What a person types is told to nobody: not in a log, a metric, a push text, or a message that stays in the DM."""

import json
import logging
from typing import Any

import pytest

from bot.core.logs import Formatter
from tests import forged
from tests.chaos.scale import Measured
from tests.slack import LocalSlack, Person

pytestmark = pytest.mark.thorough

CANARY = "kanarienvogel"


async def types_it_everywhere(slack: LocalSlack, maya: Person) -> None:
    """The whole of what can be typed, in a good and in a bad form."""
    for command in (
        "/win",
        "/coach",
        "/coach win",
        "/goal",
        "/ask",
        "/feedback",
        "/pitch",
        "/coach pause until",
        "/coach negotiate",
        "/coach setback",
    ):
        await maya.says(f"{command} {CANARY} <!channel>")
    await maya.says(f"win {CANARY} by message")
    await maya.says(f"pause until {CANARY}")
    await maya.says(f"{CANARY} just so")
    await maya.clicks("Save as a win")
    await maya.says("/win")
    await maya.submits(title=CANARY, when=f"{CANARY} day")
    await maya.submits(title=CANARY, when="", evidence=CANARY)
    await maya.submits(title=f"{CANARY} in a form", evidence=f"https://{CANARY}.example", metric=CANARY)
    await maya.clicks("Edit")
    await maya.submits(title=f"{CANARY} edited")
    await maya.clicks("Change date")
    await maya.submits(when=CANARY)
    await maya.closes()
    await maya.says("/coach settings")
    await maya.submits(zone=CANARY)
    await maya.closes()
    await forged.submits(slack, maya, "wins.save", f'{{"source": "{CANARY}"}}', {"title": CANARY})
    await forged.clicks(slack, maya, CANARY, CANARY)
    await forged.uses(slack, maya, CANARY)


async def answers_the_check_in(slack: LocalSlack, maya: Person) -> None:
    await slack.goes_to(forged.FRIDAY)
    await maya.says(f"{CANARY} this week")
    await maya.clicks("My check-in answer")
    await maya.says("/coach check-in")
    await maya.submits(more=CANARY, stuck=CANARY, next_action=CANARY, benefited=CANARY, energy="3")
    await maya.closes()
    await slack.passes(forged.WEEK)
    await maya.clicks("Answer")
    await maya.submits(more=f"{CANARY} again", next_action=CANARY)
    await maya.closes()


async def test_what_is_typed_stays_between_the_person_and_sayso(
    slack: LocalSlack, maya: Person, caplog: pytest.LogCaptureFixture, measured: Measured
) -> None:
    caplog.set_level(logging.DEBUG)
    await types_it_everywhere(slack, maya)
    slack.fails("*", "html", times=4)
    await types_it_everywhere(slack, maya)
    await answers_the_check_in(slack, maya)
    assert len(await slack.wins(maya)) > 5
    lines = [Formatter(readable=readable).format(one) for one in caplog.records for readable in (True, False)]
    assert CANARY not in "\n".join(lines).casefold()
    assert CANARY.encode() not in slack.coach.metrics.render()
    assert told_to_others(slack) == []
    assert push_texts(slack) == []
    assert rooms_written_to(slack) == {"im"}
    calls = len(slack.sandbox.journal.entries(kind="call"))
    measured("R30", f"{len(lines)} lines of log, {calls} calls to Slack: 0 hold what was typed")


def rooms_written_to(slack: LocalSlack) -> set[str]:
    """The kinds of conversations that the bot has a message in; a channel is somebody else's ears."""
    rooms = slack.sandbox.world.conversations.values()
    return {room.kind for room in rooms for one in room.messages.values() if one.bot_id}


def told_to_others(slack: LocalSlack) -> list[Any]:
    """Messages of the bot that stay in a conversation and hold the word."""
    world = slack.sandbox.world
    sent = [one for room in world.conversations.values() for one in room.messages.values() if one.bot_id]
    assert len(sent) >= 3
    return [one for one in sent if CANARY in json.dumps([one.text, one.blocks, one.metadata]).casefold()]


def push_texts(slack: LocalSlack) -> list[str]:
    """Top-level texts of anything that Slack was given and that hold the word."""
    calls = [one["args"] for one in slack.sandbox.journal.entries(kind="call") if "args" in one]
    answers = [one["answer"] for one in slack.sandbox.journal.entries(kind="delivery")]
    given = [*calls, *(answer for answer in answers if isinstance(answer, dict))]
    rooms = slack.sandbox.world.conversations.values()
    private = [one.text for room in rooms for mine in room.ephemerals.values() for one in mine.values()]
    texts = [*(str(one.get("text", "")) for one in given), *private]
    return [text for text in texts if CANARY in text.casefold()]
