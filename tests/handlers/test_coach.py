"""`/coach …`: everything under one command, and an answer to whatever nobody listens to."""

from bot.domain.wins import Win
from tests import forged
from tests.slack import LocalSlack, Person

ANSWERS = (
    ("/coach", "Keep what you get done"),
    ("/coach help", "Keep what you get done"),
    ("/coach win help", "Log what you got done"),
    ("/coach win list", "Nothing here yet"),
    ("/coach goal Become staff", "Become staff"),
    ("/coach dance <!here> & sing", "I do not know “dance &lt;!here&gt; &amp; sing” yet."),
    ("/coach " + "x" * 10_000, "I do not know"),
    ("/coach 🎉", "I do not know “🎉” yet."),
    ("/coach helpp", "Keep what you get done"),
)


async def test_every_word_after_coach_has_an_answer(maya: Person) -> None:
    for said, answer in ANSWERS:
        await maya.says(said)
        assert answer in await maya.reads()
        assert (await maya.messages())[-1]["ephemeral"]


async def test_a_long_text_that_is_no_command_is_given_back(maya: Person) -> None:
    text = " ".join(f"word{number}" for number in range(200))
    await maya.says(f"/coach {text}")
    assert "word199" in await maya.reads()


async def test_help_leads_on(maya: Person) -> None:
    await maya.says("/coach help")
    await maya.clicks("Settings")
    assert "When should I ask" in await maya.modal()


async def test_what_nobody_listens_to_is_explained(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win list")
    await maya.clicks("Log a win")
    refused = await forged.submits(slack, maya, "wins.gone", {}, {"title": "My words"})
    assert "older message" in str(refused.body)
    used = await forged.uses(slack, maya, "nobody.listens")
    assert used.answered
    await maya.closes()
    await maya.says("/win Shipped it")
    click = slack.delivered("interactive")[0]
    click["actions"][0] |= {"action_id": "nobody.listens"}
    assert (await slack.delivers("interactive", click)).answered
    assert "That button belongs to an older message" in await maya.reads_all()


async def test_a_command_that_nobody_knows_is_answered_with_help(slack: LocalSlack, maya: Person) -> None:
    body = {"team_id": maya.who.team_id, "user_id": maya.id, "trigger_id": "1.2", "text": "words"}
    answer = await slack.delivers(
        "slash_commands", body | {"command": "/unheard", "response_url": "http://127.0.0.1:9/"}
    )
    assert "Keep what you get done" in str(answer.body)
    assert await slack.count(Win) == 0
