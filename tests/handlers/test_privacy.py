"""Privacy in Slack: what is kept is shown, comes as a file, comes back, and goes; details in DMs are asked for."""

import io
import zipfile

import pytest

from bot.domain import members, nudges
from bot.domain.nudges import MISSING_RESULT, STALE_GOAL
from bot.domain.wins import Win
from tests import asking
from tests.handlers.test_brag import files
from tests.handlers.test_foreign import faults
from tests.handlers.test_imports import drops
from tests.slack import LocalSlack, Person, words_of

SECRET = "zebra quartz migration"


async def test_privacy_says_what_is_kept_in_plain_words(slack: LocalSlack, maya: Person) -> None:
    await maya.says(f"/win Shipped the {SECRET}")
    await maya.says(f"/goal Lead the {SECRET}")
    await maya.says("/coach privacy")
    said = await maya.reads()
    assert "Wins: 1" in said
    assert "Goals: 1" in said
    assert "Europe/Berlin" in said
    assert "nobody. No manager" in said
    assert "kept by Slack" in said
    assert SECRET not in said
    await maya.opens_home()
    await maya.clicks("Privacy")
    assert "Wins: 1" in await maya.modal()


async def test_an_export_comes_as_one_file_and_brings_everything_back(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says(f"/win Shipped the {SECRET}")
    await maya.says(f"/goal Lead the {SECRET} by 1 March 2027")
    await maya.says("/coach export")
    assert "Here is everything" in await maya.reads_all()
    (content,) = (await files(slack, maya)).values()
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.namelist() == ["sayso.md", "sayso.json", "wins.csv", "dates.ics"]
        read = {name: packed.read(name).decode() for name in packed.namelist()}
    assert all(SECRET in text.replace("\r\n ", "") for text in read.values())
    assert f"### Shipped the {SECRET}" in read["sayso.md"]
    await erases(maya)
    await maya.opens_home()
    assert await slack.wins(maya) == []
    await drops(maya, "sayso.zip", content)
    assert "It would add" in await maya.reads()
    await maya.clicks("Add 2 things")
    assert "Added 2 things" in await maya.reads()
    assert [win.title for win in await slack.wins(maya)] == [f"Shipped the {SECRET}"]
    await maya.says("/coach upcoming")
    assert "First win" not in await maya.reads(), "whoever brings wins along has logged one before"
    await maya.clicks("Undo")
    assert await slack.wins(maya) == []


async def erases(person: Person) -> None:
    await person.says("/coach erase")
    await person.submits(words="Erase everything")


async def test_a_wrong_word_is_explained_beside_the_field_and_erases_nothing(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says(f"/win Shipped the {SECRET}")
    await maya.says("/coach erase")
    assert "There is no undo" in await maya.modal()
    assert "Wins: 1" in await maya.modal()
    answer = await maya.submits(words="erase")
    assert "nothing was erased" in answer["errors"]["words"]
    assert len(await slack.wins(maya)) == 1


async def test_erasing_leaves_nothing_and_one_can_begin_anew(slack: LocalSlack, maya: Person) -> None:
    await maya.says(f"/win Shipped the {SECRET}")
    assert SECRET in await maya.home()
    await erases(maya)
    assert "Everything is erased" in await maya.modal()
    assert "Nothing of you is kept here" in await maya.home()
    assert await slack.count(Win) == 0
    assert await slack.count(nudges.Nudge) == 0
    await maya.closes()
    await maya.says("/win Began anew")
    assert [win.title for win in await slack.wins(maya)] == ["Began anew"]
    await maya.opens_home()
    assert "Began anew" in await maya.home()
    assert SECRET not in await maya.home()


@pytest.mark.parametrize("fault", ["status", "drop", "ratelimited"])
async def test_the_home_of_whoever_erased_everything_is_cleared_although_slack_refuses_at_first(
    slack: LocalSlack, maya: Person, fault: str
) -> None:
    await maya.opens_home()
    await maya.says(f"/win Shipped the {SECRET}")
    assert SECRET in await maya.home()
    await slack.control("POST", "faults", {"method": "views.publish", "kind": fault, "times": 2})
    await erases(maya)
    assert "Nothing of you is kept here" in await maya.home()


async def test_what_another_process_erased_is_met_as_new_here(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Before")
    async with slack.coach.database.system() as session:
        member = await members.find(session, maya.who)
        assert member is not None
        await session.delete(member)
    await maya.says("/win Shipped & <done> &amp; well")
    assert [win.title for win in await slack.wins(maya)] == ["Shipped & <done> &amp; well"]
    assert faults(slack) == set()


async def test_what_is_in_hand_is_not_sent_to_whoever_erased_everything(
    slack: LocalSlack, maya: Person
) -> None:
    await asking.ask(slack, maya, MISSING_RESULT)
    slack.clock.move_to(asking.THURSDAY)
    async with slack.coach.database.system() as session:
        look = await nudges.claim_due(session, ceiling=5.0)
    await erases(maya)
    before = len(await asking.sent_to(maya))
    with pytest.raises(nudges.Unsent) as unsent:
        await slack.bot.messenger.deliver(look.claims[0])
    assert unsent.value.reason == "erased"
    assert len(await asking.sent_to(maya)) == before


async def test_details_stand_in_dms_only_as_long_as_they_are_wanted(slack: LocalSlack, maya: Person) -> None:
    await maya.says(f"/win Shipped the {SECRET}")
    slack.bird.details = True
    win = (await slack.wins(maya))[0]
    await asking.ask(slack, maya, MISSING_RESULT, subject=win.id)
    await maya.says("/coach privacy")
    await maya.clicks("Show details in my DMs")
    await slack.goes_to(asking.THURSDAY)
    (sent,) = await asking.sent_to(maya)
    assert f"“Shipped the {SECRET}”" in words_of(sent["blocks"])
    assert SECRET not in sent["text"]
    await maya.says("/coach settings")
    await maya.submits(in_dms=[])
    (sent,) = await asking.sent_to(maya)
    assert SECRET not in words_of(sent)
    await maya.says("/coach settings")
    assert (await maya.fills())["in_dms"] == []


async def test_without_details_a_dm_names_nothing(slack: LocalSlack, maya: Person) -> None:
    await maya.says(f"/win Shipped the {SECRET}")
    await maya.says(f"/goal Lead the {SECRET}")
    win = (await slack.wins(maya))[0]
    await asking.ask(slack, maya, MISSING_RESULT, STALE_GOAL, subject=win.id)
    await slack.goes_to(asking.THURSDAY)
    sent = await asking.sent_to(maya)
    assert sent
    assert SECRET not in str(sent)
