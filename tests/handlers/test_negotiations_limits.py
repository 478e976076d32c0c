"""The reservation point and the alternative: in no card, list, file, draft, Home or push, unless they were asked for."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.prose import Phrase, Prose
from bot.documents import negotiation
from bot.documents.negotiation import Sheet
from bot.domain.negotiations import AfterNote, MarketFact, Negotiation, Objection
from bot.sandbox.blocks import message_problems, view_problems
from bot.storage.base import new_id
from handlers import kit
from handlers.negotiations import Ids, _cards, _forms, _practice, _saying
from handlers.negotiations._cards import Done, Whole
from tests import forged
from tests.examples import examples
from tests.slack import LocalSlack, Person, words_of

pytestmark = pytest.mark.thorough

PROSE = Prose()
TODAY = date(2026, 11, 18)
RESERVATION, ALTERNATIVE = "kanarienvogel", "zitronenfalter"
# Slack takes about so many characters in one message.
MESSAGE = 13_000

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=90)
long = st.sampled_from(["<&>" * 1000, "word " * 600, "x" * 3000, "🎯" * 1500, "a\nb\n" * 700])
typed = (words | long).filter(lambda text: bool(text.strip()))
maybe = st.none() | typed
days = st.dates(date(2025, 1, 1), TODAY)
pairs = st.lists(st.tuples(typed, st.just("") | typed), max_size=5)


@st.composite
def any_sheet(draw: st.DrawFn) -> Negotiation:
    sheet = Negotiation(ask_id=draw(st.none() | st.just(new_id())))
    sheet.title = draw(words.filter(lambda text: bool(text.strip())))
    for name in ("target", "anchor", "anchor_reason", "mine", "theirs"):
        setattr(sheet, name, draw(maybe))
    sheet.beyond_pay = draw(st.lists(words, max_size=4))
    sheet.objections = [list(pair) for pair in draw(pairs)]
    sheet.reservation, sheet.alternative = RESERVATION, ALTERNATIVE
    return sheet


def a_fact(fact: str, source: str | None, on: date) -> MarketFact:
    made = MarketFact(found_on=on)
    made.fact, made.source = fact[:1000], source[:1000] if source else None
    return made


def a_note(text: str, on: date) -> AfterNote:
    made = AfterNote(on=on)
    made.text = text
    return made


wholes = st.builds(
    Whole,
    any_sheet(),
    facts=st.lists(st.builds(a_fact, typed, maybe, days), max_size=12),
    notes=st.lists(st.builds(a_note, typed, days), max_size=4),
    ask=maybe,
    today=st.just(TODAY),
)


def check(message: kit.Message) -> None:
    """Slack takes it, and it tells no limit."""
    assert message_problems(message.blocks) == []
    shown = kit.modal(message.title or Phrase("Sayso"), message.blocks, close=Phrase("Close"))
    assert view_problems(shown) == []
    assert len(words_of(list(message.blocks))) < MESSAGE
    untold(message.as_arguments())


def check_view(view: dict[str, Any]) -> None:
    assert view_problems(view) == []
    untold(view)


def untold(shown: object) -> None:
    said = json.dumps(shown, ensure_ascii=False)
    assert RESERVATION not in said
    assert ALTERNATIVE not in said


@given(whole=wholes, what=st.sampled_from(["saved", "changed", "undone", "noted"]))
@examples(60)
def test_no_view_tells_the_limits_and_slack_takes_each(whole: Whole, what: str) -> None:
    sheet = whole.sheet
    undo = _cards.undo(PROSE, Ids.REVERT, f"{sheet.id}:{new_id()}")
    check(_cards.card(PROSE, whole, Done(what, undo if what != "saved" else None)))
    check(_cards.facts(PROSE, whole, Done("changed", undo)))
    check(_cards.taken_out(PROSE, sheet))
    check(_cards.listed(PROSE, [sheet] * _cards.PAGE, 8, more=True))
    common = _saying.common(PROSE)
    for part in ("aims", "interests"):
        check_view(_forms.part_form(PROSE, sheet, part))
    for view in (
        _forms.rename_form(PROSE, sheet, [(new_id(), said) for said, _ in sheet.objections]),
        _forms.objections_form(PROSE, sheet, common),
        _forms.note_form(PROSE, sheet),
        _forms.take_form(PROSE, sheet),
        *(_forms.fact_form(PROSE, sheet, TODAY, fact, again=True) for fact in whole.facts[:2]),
    ):
        check_view(view)


@given(own=pairs)
@examples(40)
def test_practice_tells_no_limits_and_slack_takes_each_step(own: list[tuple[str, str]]) -> None:
    told = [Objection(said, reply, own=True, number=place) for place, (said, reply) in enumerate(own)]
    for place in range(len(told)):
        for draw in (_practice.asked, _practice.replied, _practice.better):
            check_view(draw(PROSE, new_id(), told, place))
    check_view(_practice.summed_up(PROSE, new_id(), told, len(told)))


@given(whole=wholes)
@examples(60)
def test_the_file_holds_the_limits_only_where_they_were_ticked(whole: Whole) -> None:
    facts = read(whole)
    without = negotiation.as_markdown(PROSE, facts, TODAY, limits=False).decode()
    assert RESERVATION not in without
    assert ALTERNATIVE not in without
    with_them = negotiation.as_markdown(PROSE, facts, TODAY, limits=True).decode()
    assert with_them.count(RESERVATION) == with_them.count(ALTERNATIVE) == 1


def read(whole: Whole) -> Sheet:
    sheet = whole.sheet
    names = ("target", "anchor", "anchor_reason", "mine", "theirs", "reservation", "alternative")
    return Sheet(
        title=sheet.title,
        texts={name: getattr(sheet, name) for name in names},
        beyond_pay=sheet.beyond_pay,
        facts=[(one.fact, one.source, one.found_on, False) for one in whole.facts],
        objections=[(said, reply) for said, reply in sheet.objections],
        notes=[(one.on, one.text) for one in whole.notes],
    )


@given(whole=wholes)
@examples(20)
def test_the_card_shows_them_after_the_click(whole: Whole) -> None:
    message = _cards.card(PROSE, whole, limits=True)
    assert message_problems(message.blocks) == []
    shown = words_of(list(message.blocks))
    assert len(shown) < MESSAGE
    assert f"*Not below* {RESERVATION}" in shown
    assert f"*If there is no agreement* {ALTERNATIVE}" in shown
    untold(str(message.text))


# --- As a person meets them


@pytest.fixture
async def sheet_id(slack: LocalSlack, maya: Person) -> str:
    """A sheet with limits; whatever was shown so far was the form and what came after it."""
    await maya.says("/coach negotiate Pay talk")
    await maya.clicks("Limits")
    await maya.submits(reservation=RESERVATION, alternative=ALTERNATIVE)
    untold(await maya.sees())
    assert "Your limits are written down and stay hidden here." in await maya.modal()
    await maya.closes()
    return slack.maya.id


async def files_of(slack: LocalSlack) -> list[str]:
    """What stands in the files that the bot uploaded."""
    return [file.content.decode() for file in slack.sandbox.world.files.values() if file.content]


async def test_the_file_comes_without_them_unless_ticked(
    slack: LocalSlack, maya: Person, sheet_id: str
) -> None:
    await maya.says("/coach negotiate")
    await maya.clicks("Open")
    await maya.clicks("Take it with you")
    assert "Whoever can open your Slack can open it." in await maya.modal()
    await maya.submits()
    assert "The file comes into our conversation in a moment." in await maya.modal()
    assert "limits are in it" not in await maya.modal()
    (content,) = await files_of(slack)
    assert content.startswith("# Pay talk\n")
    untold(content)
    await forged.again(slack)
    assert len(await files_of(slack)) == 1
    await maya.clicks("Back to the sheet")
    await maya.clicks("Take it with you")
    await maya.submits(limits=["limits"])
    assert "Your limits are in it." in await maya.modal()
    _, content = await files_of(slack)
    assert f"- **Not below:** {RESERVATION}\n- **If there is no agreement:** {ALTERNATIVE}" in content
    await maya.closes()
    message = next(one for one in reversed(await maya.messages()) if one.get("files"))
    assert message["text"] == "Your file is here."
    assert message["files"][0]["name"] == "sheet-2026-11-18.md"
    untold(await maya.sees())
    assert sheet_id


async def test_they_show_on_the_card_only_after_the_click(maya: Person, sheet_id: str) -> None:
    await maya.says("/coach negotiate")
    await maya.clicks("Open")
    assert RESERVATION not in await maya.reads()
    await maya.clicks("Show my limits")
    said = await maya.reads()
    assert f"*Not below* {RESERVATION}\n*If there is no agreement* {ALTERNATIVE}" in said
    assert (await maya.messages())[-1]["ephemeral"]
    await maya.clicks("Hide my limits")
    untold(await maya.sees())
    assert sheet_id


async def test_nothing_else_that_sayso_shows_or_sends_knows_them(
    slack: LocalSlack, maya: Person, sheet_id: str
) -> None:
    await maya.says("/win Shipped the new search")
    heard = slack.sandbox.journal.last
    await maya.opens_home()
    for said in ("/pitch manager", "/win list", "/coach upcoming", "/coach negotiate", "/coach help"):
        await maya.says(said)
    await maya.closes()
    await maya.clicks("Open")
    for button in ("Practise", "Note after the talk"):
        await maya.clicks(button)
        await maya.closes()
    await maya.clicks("Delete")
    await maya.says("/coach bin")
    await maya.clicks("Put it back")
    await slack.goes_to(forged.FRIDAY)
    untold(list(slack.sandbox.journal.entries(heard)))
    assert sheet_id


def test_no_other_feature_reads_them() -> None:
    """The two names stand in the feature itself, in its file, and in the migration."""
    root = Path(__file__).parents[2]
    found = {
        path.relative_to(root).as_posix()
        for folder in ("bot", "handlers")
        for path in (root / folder).rglob("*.py")
        if '"reservation"' in (source := path.read_text()) or ".reservation" in source
    }
    assert found == {
        "bot/domain/negotiations/_sheets.py",
        "bot/domain/negotiations/_standing.py",
        "bot/storage/migrations/versions/0009_negotiations.py",
    }
