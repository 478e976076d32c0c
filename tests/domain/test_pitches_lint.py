"""The lint: sentences as people write them, what it finds in each and offers instead, and those it leaves alone."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.prose import Prose
from bot.domain import pitches
from bot.domain.pitches import KINDS, MANAGER, Basis, Sentence
from tests.examples import examples

PROSE = Prose()

# Each as it is typed, the rules that find something in it, and what the first of them offers.
SENTENCES = (
    # Hints
    ("I would love to maybe lead the project", "hint", "I want to lead the project"),
    ("I'd love to lead the release", "hint", "I want to lead the release"),
    ("I was hoping to get a raise of 5 %", "hint", "I want to get a raise of 5 %"),
    ("I was hoping for a second engineer", "hint", "I ask for a second engineer"),
    ("I was wondering if I could take over on-call", "hint", "I want to take over on-call"),
    ("I was wondering if you could review my plan", "hint", "Please review my plan"),
    ("I wonder if we could move the date", "hint", "I propose that we move the date"),
    ("Would it be possible to get a bigger screen?", "hint", "I ask for a bigger screen?"),
    ("Is there any chance of a trip to Lyon?", "hint", "I ask for a trip to Lyon?"),
    ("If possible, I want to join the on-site", "hint", "I want to join the on-site"),
    ("I want the lead role, if that's okay", "hint", "I want the lead role"),
    ("It would be nice to present the results", "hint", "I want to present the results"),
    ("It would be great if you named Ana", "hint", "I ask that you named Ana"),
    ("I might be interested in the staff role", "hint", "I want the staff role"),
    ("I’d be interested in the staff role", "hint", "I want the staff role"),
    ("I would be open to a bigger scope", "hint", "I want a bigger scope"),
    ("I'd like to be considered for the staff round", "hint", "I ask for the staff round"),
    ("I feel like I might deserve it", "hint", "I deserve it"),
    ("I guess I could lead it", "hint", "I can lead it"),
    ("We should probably write a runbook", "hint", "I propose that we write a runbook"),
    ("I just wanted to ask for a desk", "hint", "I ask for a desk"),
    ("Just an idea, let us drop the report", "hint", "Let us drop the report"),
    ("No pressure, but I want an answer", "hint", "But I want an answer"),
    ("Send me the plan whenever you get a chance", "hint", "Send me the plan by [when?]"),
    ("I want to lead it at some point", "hint", "I want to lead it by [when?]"),
    ("Hopefully the budget is there", "hint", "The budget is there"),
    ("Perhaps I should run the workshop", "hint", "I should run the workshop"),
    ("The design is sort of done", "hint", "The design is done"),
    # Apologies
    ("Sorry to bother you, but I need a decision", "apology", "I need a decision"),
    ("I'm sorry to ask, but when is the review?", "apology", "When is the review?"),
    ("Sorry for asking, I want the role", "apology", "I want the role"),
    ("I hate to ask but the raise was promised", "apology", "The raise was promised"),
    ("I know you are busy, but please read this", "apology", "Please read this"),
    ("I know budgets are tight, but I ask for 5 %", "apology", "I ask for 5 %"),
    ("I don’t want to brag, but I fixed it", "apology", "I fixed it"),
    ("I don't want to sound greedy, but I ask for 70,000", "apology", "I ask for 70,000"),
    ("This might be a stupid question, but who decides?", "apology", "Who decides?"),
    ("I may be wrong, but the plan lacks a date", "apology", "The plan lacks a date"),
    ("I hope this is not too much to ask, but I need 2 days", "apology", "I need 2 days"),
    ("I was just lucky to find the leak", "apology", "I find the leak"),
    ("It was no big deal, but I wrote the runbook", "apology", "I wrote the runbook"),
    ("I only fixed the login", "apology", "I fixed the login"),
    ("Forgive me, but I want an answer", "apology", "I want an answer"),
    # Credit that nobody takes
    ("The search was rebuilt", "passive", "I rebuilt the search"),
    ("The runbook was written in March", "passive", "I wrote the runbook in March"),
    ("Last week the migration was finished", "passive", "Last week I finished the migration"),
    ("After the outage, the alarms were fixed", "passive", "After the outage, I fixed the alarms"),
    ("Checkout was redesigned", "passive", "I redesigned Checkout"),
    ("Our build has been automated", "passive", "I automated our build"),
    ("The new office was successfully opened", "passive", "I opened the new office"),
    ("The project was driven from start to end", "passive", "I drove the project from start to end"),
    ("It rained. The roof was repaired", "passive", "It rained. I repaired the roof"),
    ("All invoices were sent on day 1", "passive", "I sent all invoices on day 1"),
    ("I was involved in the migration", "passive", "I [did what?] in the migration"),
    ("I helped with the launch", "passive", "I [did what?] for the launch"),
    ("I worked on the search", "passive", "I [did what?] on the search"),
    ("I contributed to the handbook", "passive", "I [did what?] for the handbook"),
    ("I was part of the task force", "passive", "I [did what?] in the task force"),
    ("I was able to cut the wait to 3 s", "passive", "I managed to cut the wait to 3 s"),
    ("I was given the chance to lead the audit", "passive", "I lead the audit"),
    # "We" without my part
    ("We shipped the search", "we", "We shipped the search; my part: [what did I do?]"),
    ("We’ve launched in 3 countries.", "we", "We’ve launched in 3 countries; my part: [what did I do?]"),
    ("Our team built the pipeline", "we", "Our team built the pipeline; my part: [what did I do?]"),
    ("The team wrote the plan", "we", "The team wrote the plan; my part: [what did I do?]"),
    (
        "In May we finally closed the audit",
        "we",
        "In May we finally closed the audit; my part: [what did I do?]",
    ),
    ("We ran 12 workshops", "we", "We ran 12 workshops; my part: [what did I do?]"),
    # Missing numbers
    ("I saved a lot of time", "number", "I saved [number?] time"),
    ("I cut the build time significantly", "number", "I cut the build time by [number?]"),
    ("I mentored several colleagues", "number", "I mentored [number?] colleagues"),
    ("I answered many tickets", "number", "I answered [number?] tickets"),
    ("The page is much faster", "number", "The page is [number?] faster"),
    ("Costs fell drastically", "number", "Costs fell by [number?]"),
    ("I held a couple of talks", "number", "I held [number?] talks"),
    ("There are far fewer alarms", "number", "There are [number?] fewer alarms"),
    ("Number: [number?]", "number", None),
    # More than one thing
    ("Sorry, but maybe I want the role", "hint apology", "Sorry, but I want the role"),
    ("Maybe the search was rebuilt", "hint passive", "The search was rebuilt"),
    ("We cut costs a lot", "we number", "We cut costs a lot; my part: [what did I do?]"),
    ("Hopefully we shipped many parts", "hint we number", "We shipped many parts"),
    ("I helped with many tickets", "passive number", "I [did what?] for many tickets"),
    ("I'm sorry, but I was involved in it", "apology passive", "I was involved in it"),
    ("I guess the plan was written", "hint passive", "The plan was written"),
)

CLEAN = (
    "I want the staff promotion in the spring round",
    "I would like to lead the payments project from January",
    "I ask for 74,000 a year from January",
    "Please tell me by Friday whether you agree",
    "Can we meet on Tuesday?",
    "I rebuilt the search, and support gets half the questions",
    "I cut the build time from 12 to 4 minutes",
    "I led the migration; Ana wrote the tests",
    "The plan was approved by the board",
    "The design was drawn up by Ana",
    "My part: I wrote the parser and led the rollout",
    "We shipped the search; I wrote the ranking",
    "We need a second engineer by March",
    "I was promoted in 2024",
    "I was asked to lead the audit",
    "She was hired in May",
    "Customers were confused by the old form",
    "I mentored two colleagues, and both are on call",
    "Half the tickets are gone",
    "The decision I ask for: a yes to the trial",
    "Next step: we look at the ladder together on 4 December",
    "What would have to be true for a yes?",
    "I propose to drop the weekly report",
    "Support answers within 2 hours instead of 9",
    "I taught the team how to read the alarms",
    "Ana and Ben kept the night shift quiet",
    "The office is on the second floor",
    "I supported Ben through his first release",
    "It may rain in May, and the roof is new",
    "I will send the plan tomorrow",
    "I spoke for the team at the fair",
    "Ich habe die Suche neu gebaut",
)


def rules(text: str) -> str:
    return " ".join(dict.fromkeys(one.rule for one in pitches.in_sentence(text)))


@pytest.mark.parametrize(("text", "found", "instead"), SENTENCES, ids=[one[0] for one in SENTENCES])
def test_what_weakens_a_sentence_is_quoted_and_said_otherwise(
    text: str, found: str, instead: str | None
) -> None:
    assert rules(text) == found
    first, *_ = pitches.in_sentence(text)
    assert first.quote == text[first.start : first.end].rstrip(" ,;:")
    assert first.quote
    assert pitches.rewritten(PROSE, [text], first) == instead


def test_there_are_enough_sentences() -> None:
    assert len(SENTENCES) >= 80
    assert len(CLEAN) >= 25


@pytest.mark.parametrize("text", CLEAN)
def test_a_plain_sentence_is_left_alone(text: str) -> None:
    assert pitches.in_sentence(text) == ()


def kinds_of(text: str, kind: pitches.Kind = MANAGER) -> list[str]:
    lines = [Sentence(line, (Basis("own"),)) for line in text.split("\n")]
    return [one.rule for one in pitches.check(lines, kind)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I rebuilt the search", ["ask", "next_step"]),
        ("I ask for a desk", ["next_step"]),
        ("I ask for a desk. Can we talk on Monday?", []),
        ("I rebuilt the search. I will send the plan", ["ask"]),
        ("What I am asking for: [what do you want?]\nNext step: we meet", ["ask"]),
        ("I ask for a desk\nNext step: [what, and when?]", ["next_step"]),
        ("Please decide by Friday; it saves [number?] hours", ["number"]),
    ],
)
def test_a_text_that_asks_nothing_or_ends_nowhere_is_said_to(text: str, found: list[str]) -> None:
    assert kinds_of(text) == found


def test_what_is_missing_is_offered_as_a_line_of_its_own() -> None:
    lines = [Sentence("I rebuilt the search")]
    offers = [
        pitches.rewritten(PROSE, ["I rebuilt the search"], one) for one in pitches.check(lines, MANAGER)
    ]
    assert offers == [
        "What I am asking for: [what do you want from them?]",
        "Next step: [what should happen next, and when?]",
    ]


def test_a_blank_is_quoted_and_only_the_person_can_fill_it() -> None:
    text = "What I am asking for: [what do you want from them?]"
    (blank, _) = pitches.check([Sentence(text)], MANAGER)
    assert (blank.rule, blank.quote) == ("ask", "[what do you want from them?]")
    assert pitches.rewritten(PROSE, [text], blank) is None


def test_a_raise_is_asked_for_with_a_figure() -> None:
    asks = Sentence("What I am asking for: A raise from January", (Basis("field", "ask"),))
    (found,) = [one for one in pitches.check([asks], KINDS["raise"]) if one.rule == "amount"]
    assert found.quote == "A raise from January"
    offered = pitches.rewritten(PROSE, [asks.text], found)
    assert offered == "What I am asking for: A raise from January, which is [number?]"
    figure = Sentence("What I am asking for: A raise to 74,000", (Basis("field", "ask"),))
    assert "amount" not in [one.rule for one in pitches.check([figure], KINDS["raise"])]
    assert "amount" not in [one.rule for one in pitches.check([asks], KINDS["promotion"])]


def test_what_a_template_put_before_is_not_looked_at() -> None:
    win = (Basis("win", "a"),)
    lines = [
        Sentence("• We shipped it", win),
        Sentence("– My part: the ranking", win),
        Sentence("– Number: 3", win),
    ]
    assert "we" not in [one.rule for one in pitches.check(lines, MANAGER)]
    assert "we" in [one.rule for one in pitches.check(lines[:1], MANAGER)]


def test_a_number_in_another_line_of_the_win_counts() -> None:
    win = (Basis("win", "a"),)
    lines = [Sentence("• Saved a lot of time", win), Sentence("– Number: 3 h", win)]
    assert "number" not in [one.rule for one in pitches.check(lines, MANAGER)]
    assert "number" in [one.rule for one in pitches.check(lines[:1], MANAGER)]


@examples(100)
@given(st.sampled_from([one[0] for one in SENTENCES]))
def test_taking_what_is_offered_again_and_again_comes_to_an_end(text: str) -> None:
    for _ in range(6):
        offers = [
            instead
            for one in pitches.in_sentence(text)
            if (instead := pitches.rewritten(PROSE, [text], one)) is not None
        ]
        if not offers:
            break
        assert offers[0] != text
        text = offers[0]
    assert rules(text) in {"", "number"}


@examples(200)
@given(st.text(max_size=200))
def test_no_text_breaks_it_and_a_rewrite_brings_no_digit_along(text: str) -> None:
    for one in pitches.in_sentence(text.replace("\n", " ")):
        instead = pitches.rewritten(PROSE, [text.replace("\n", " ")], one) or ""
        assert set(re.findall(r"\d", instead)) <= set(re.findall(r"\d", text))
