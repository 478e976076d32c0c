"""Drafts: what they say, what each line rests on, and that they cannot lie."""

import re
import string
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import Invalid
from bot.core.prose import Prose
from bot.domain import pitches
from bot.domain.pitches import (
    FUTURE,
    KINDS,
    MANAGER,
    Aim,
    Basis,
    Brief,
    Facts,
    Promise,
    Proof,
    Quote,
    Sentence,
)
from bot.domain.wins import Category
from tests.examples import examples

TODAY = date(2026, 11, 18)
PROSE = Prose()
FULL = {
    "aim": "Fewer lost customers",
    "plan": "Move checkout",
    "effect": "Half the drop-outs",
    "measured": "Drop-outs a week",
    "when": "March",
}
SKIP = KINDS["skip"]

SEARCH = Proof(
    "win-search",
    "Shipped the new search",
    date(2026, 11, 12),
    result="Support gets half the questions",
    metric="Search time from 2.1 s to 0.3 s",
    estimated=True,
    benefited="The support team",
    credit="Ana and Ben",
)
LOGIN = Proof("win-login", "Fixed the login error", date(2025, 12, 3))
AIM = Aim("goal-lead", "Lead the payments team", "I learn to lead", "services: 2 → 12", date(2027, 3, 31))
DESK = Promise("ask-desk", "A desk by the window", "In the new year", date(2027, 1, 8))


def brief(
    kind: str = "manager", ask: str | None = "A second engineer from January", **said: str | None
) -> Brief:
    return pitches.brief(kind, "November 2026", {"ask": ask, **said})


def lines(
    given_brief: Brief, *proofs: Proof, aim: Aim | None = None, promises: Sequence[Promise] = ()
) -> list[str]:
    facts = Facts(TODAY, proofs, aim, promises)
    return [sentence.text for sentence in pitches.draft(PROSE, given_brief, facts)]


def filled(kind: pitches.Kind, text: str = "I want 2 days for Ana") -> Brief:
    """A brief of a kind with something in every field."""
    return pitches.brief(kind.name, "2026", {field.name: text for field in kind.fields})


def bare(kind: pitches.Kind) -> Brief:
    """A brief of a kind with nothing but what it cannot do without."""
    return pitches.brief(
        kind.name, "2026", {field.name: "I want the role" for field in kind.fields if field.required}
    )


# --- What a draft says


def test_a_draft_for_the_manager_asks_proves_looks_ahead_and_names_a_next_step() -> None:
    assert lines(brief(**FULL), SEARCH, LOGIN) == [
        "What I am asking for: A second engineer from January",
        "",
        "What it rests on:",
        "• Shipped the new search (Thu 12 Nov)",
        "– Result: Support gets half the questions",
        "– Number: Search time from 2.1 s to 0.3 s (an estimate)",
        "– Who benefited: The support team",
        "– Credit also to: Ana and Ben",
        "• Fixed the login error (Wed 3 Dec 2025)",
        "– Number: [number?]",
        "",
        "Looking ahead (a forecast):",
        "What the company aims for: Fewer lost customers",
        "What I will do next: Move checkout",
        "What I expect from it: Half the drop-outs",
        "How it will be measured: Drop-outs a week",
        "By when: March",
        "",
        "Next step: please tell me yes, no, or what you need to know to decide.",
    ]


def test_a_draft_for_the_managers_manager_says_less() -> None:
    said = lines(brief("skip"), SEARCH)
    assert "– Together with: Ana and Ben" in said
    assert not any("The support team" in line for line in said)
    assert SKIP.proofs < MANAGER.proofs
    assert SKIP.length < MANAGER.length


def test_what_is_not_known_stays_a_visible_blank() -> None:
    said = lines(brief(ask=None, plan="Hire"), LOGIN)
    assert "What I am asking for: [what do you want from them?]" in said
    assert "– Number: [number?]" in said
    assert "What the company aims for: [which aim does this serve?]" in said
    assert "By when: [by when?]" in said
    assert "Next step: [what should happen next, and when?]" in said


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_an_empty_field_is_a_blank_or_silent_and_never_an_empty_label(kind: pitches.Kind) -> None:
    said = lines(bare(kind), SEARCH)
    assert [line for line in said if line.rstrip().endswith((":", "None", "[]"))] == [
        line for line in said if line in HEADINGS
    ]
    blanks = [field for field in kind.fields if not (field.required or field.silent or field.name in FUTURE)]
    assert sum("?]" in line for line in said) >= len(blanks)


HEADINGS = {
    PROSE.words(words).block("proofs").plain
    for words in (*(kind.words for kind in KINDS.values()), "pitches/lines")
    if "proofs" in PROSE.words(words).names
}


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS.values() if kind.looks_ahead], ids=lambda kind: kind.name
)
def test_without_future_value_nothing_is_forecast(kind: pitches.Kind) -> None:
    assert bare(kind).looks_back_only
    assert not any("forecast" in line for line in lines(bare(kind), SEARCH))
    assert any(line == "Looking ahead (a forecast):" for line in lines(filled(kind), SEARCH))
    assert not filled(kind).looks_back_only


def test_an_agenda_begins_with_what_was_promised_and_holds_one_of_each() -> None:
    said = lines(brief("agenda", question="Who decides?"), SEARCH, promises=[DESK])
    assert said == [
        "Promised, and open; let us begin with this:",
        "• A desk by the window: In the new year (by Fri 8 Jan 2027)",
        "",
        "One thing I ask for: A second engineer from January",
        "",
        "One thing that went well:",
        "• Shipped the new search (Thu 12 Nov)",
        "– Number: Search time from 2.1 s to 0.3 s (an estimate)",
        "",
        "One question: Who decides?",
        "",
        "Next step: who does what, and by when, before we part.",
    ]
    assert KINDS["agenda"].proofs == 1


def test_an_idea_goes_from_the_problem_to_the_decision() -> None:
    given_brief = brief(
        "idea",
        "A yes by Friday",
        problem="Orders get lost",
        cost="6 hours a week",
        options="Nothing\nA queue\n\n  A second  server",
        proposal="A queue",
        effort="2 weeks",
        first_step="A trial in May",
    )
    assert lines(given_brief) == [
        "The problem: Orders get lost",
        "What it costs now: 6 hours a week",
        "",
        "The options:",
        "• Nothing",
        "• A queue",
        "• A second server",
        "",
        "What I propose: A queue",
        "The effort: 2 weeks",
        "",
        "First step: A trial in May",
        "",
        "The decision I ask for: A yes by Friday",
    ]


def test_a_sponsor_can_forward_five_lines() -> None:
    said = lines(brief("sponsor", plan="Lead it, for half the wait"), SEARCH, LOGIN)
    assert len(said) == 5
    assert said[1] == "• Shipped the new search: Search time from 2.1 s to 0.3 s (an estimate)"
    assert said[2] == "• Fixed the login error: [number?]"
    assert said[3] == "What comes next (a forecast): Lead it, for half the wait"


def test_recognition_names_those_who_did_it_or_asks_who_did() -> None:
    said = lines(
        brief("recognition", "Name them in the monthly meeting", people="Cem for the tests"), SEARCH, LOGIN
    )
    assert "– Thanks to: Ana and Ben" in said
    assert "– Thanks to: [who did it with you?]" in said
    assert "I also want to name: Cem for the tests" in said


def test_a_goal_is_told_with_its_measure_and_its_date() -> None:
    said = lines(brief("goal"), SEARCH, aim=AIM)
    assert said[:4] == [
        "What I want to reach: Lead the payments team",
        "Why it matters: I learn to lead",
        "How it is measured: services: 2 → 12",
        "By: Wednesday 31 March 2027",
    ]


def test_a_note_to_hr_holds_dated_facts_and_leaves_out_who_benefited() -> None:
    said = lines(brief("hr", "A written answer", facts="3 March: applied\n4 May: no answer"), SEARCH)
    assert said[:3] == ["The facts:", "• 3 March: applied", "• 4 May: no answer"]
    assert "• Thursday 12 November 2026: Shipped the new search" in said
    assert not any("support team" in line or "Ana" in line for line in said)


def test_a_quote_stands_with_a_name_only_where_that_was_allowed() -> None:
    quoted = Proof("w", "Led it", TODAY, quotes=(Quote("Calm and clear", "Ben"), Quote("A great help")))
    said = lines(brief("promotion", "I want to become a staff engineer"), quoted)
    assert "– Ben said: “Calm and clear”" in said
    assert "– A colleague said: “A great help”" in said
    assert not any("Calm" in line for line in lines(brief("skip"), quoted))


def test_every_line_says_what_it_rests_on() -> None:
    draft = pitches.draft(PROSE, brief(**FULL), Facts(TODAY, [SEARCH, LOGIN]))
    rests = {sentence.text: sentence.basis for sentence in draft}
    assert rests["What I am asking for: A second engineer from January"] == (Basis("field", "ask"),)
    assert rests["– Credit also to: Ana and Ben"] == (Basis("win", "win-search"),)
    assert rests["• Fixed the login error (Wed 3 Dec 2025)"] == (Basis("win", "win-login"),)
    assert rests["What I will do next: Move checkout"] == (Basis("field", "plan"),)
    assert [line for line, basis in rests.items() if not basis] == [
        "",
        "What it rests on:",
        "Looking ahead (a forecast):",
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "<!channel> & <b>",
        "&amp; &lt; &#39; &#34;",
        "{{ brief }} {% block x %}",
        "“quotes” 'and' \"more\"",
        "\u05de\u05d1\u05d7\u05df \u200f",
    ],
)
def test_words_stand_in_the_draft_as_they_were_typed(typed: str) -> None:
    said = lines(brief(ask=typed), Proof("w", typed, TODAY, metric=typed))
    assert said[0] == f"What I am asking for: {typed.strip()}"
    assert f"– Number: {typed.strip()}" in said


def test_a_line_stays_a_line_whatever_was_typed() -> None:
    said = lines(brief(ask="A raise\n\nfrom\tJanuary\u2028on"), Proof("w", "T", TODAY, result="One\r\ntwo"))
    assert said[0] == "What I am asking for: A raise from January on"
    assert "– Result: One two" in said


# --- Drafts cannot lie

WORDS = st.text(alphabet=string.ascii_letters + string.digits + " .,'&<>{}[]%*_-äßÉش✓", max_size=60)
MAYBE = st.none() | WORDS
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))
QUOTES = st.lists(st.builds(Quote, WORDS, MAYBE.filter(lambda name: name != "")), max_size=2).map(tuple)
PROOFS = st.lists(
    st.builds(
        Proof,
        win_id=st.text(string.ascii_lowercase, min_size=8, max_size=8),
        title=WORDS.filter(str.strip),
        on=DAYS,
        result=MAYBE,
        metric=MAYBE,
        benefited=MAYBE,
        credit=MAYBE,
        estimated=st.booleans(),
        numbered=st.booleans(),
        my_part=MAYBE,
        team_part=MAYBE,
        evidence=MAYBE,
        quotes=QUOTES,
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda proof: proof.win_id,
)
AIMS = st.none() | st.builds(Aim, st.just("goal"), WORDS.filter(str.strip), MAYBE, MAYBE, st.none() | DAYS)
PROMISES = st.lists(st.builds(Promise, st.just("ask"), WORDS, MAYBE, st.none() | DAYS), max_size=2)
FACTS = st.builds(Facts, st.just(TODAY), PROOFS, AIMS, PROMISES)


@st.composite
def briefs(draw: st.DrawFn) -> Brief:
    """A form of any kind, with anything or nothing in its fields; the gate is tested for itself."""
    kind = draw(st.sampled_from(list(KINDS.values())))
    names = st.sampled_from([field.name for field in kind.fields])
    said = draw(st.dictionaries(names, WORDS.map(str.strip).filter(bool)))
    return Brief(kind, "November 2026", {name: " ".join(text.split()) for name, text in said.items()})


def days_of(on: date | None) -> str:
    return f"{on:%a %A} {on.day} {on:%b %B} {on.year}" if on else ""


def entered(given_brief: Brief, facts: Facts) -> str:
    """Everything the person entered, with the days as a draft writes them."""
    said: list[str | None] = [*given_brief.said.values()]
    for one in facts.proofs:
        said += [one.title, one.result, one.metric, one.benefited, one.credit, one.my_part, one.team_part]
        said += [
            one.evidence,
            days_of(one.on),
            *(text for quote in one.quotes for text in (quote.text, quote.name)),
        ]
    if facts.aim:
        said += [facts.aim.statement, facts.aim.why, facts.aim.measure, days_of(facts.aim.deadline)]
    for promise in facts.promises:
        said += [promise.request, promise.promised, days_of(promise.by)]
    return " ".join(words for words in said if words)


def own_words() -> set[str]:
    """The words that templates bring along: the drafts of an account that holds nothing but signs."""
    signs = Proof(
        "none", "", TODAY, ".", ".", ".", ".", True, False, ".", ".", ".", (Quote("."), Quote(".", "."))
    )
    least = Proof("none", "", TODAY)
    aim, promise = Aim("none", ".", ".", ".", TODAY), Promise("none", ".", ".", TODAY)
    texts = []
    for kind in KINDS.values():
        everything = {field.name: "." for field in kind.fields}
        for said in ({}, everything, {"ask": "."}, {"effect": "."}, {"next": "."}):
            for proof in (signs, least):
                texts += lines(Brief(kind, "", said), proof, aim=aim, promises=[promise])
    return set(re.findall(r"\w+", " ".join(texts))) - set(re.findall(r"\w+", days_of(TODAY)))


OWN_WORDS = own_words()
BEGINNINGS = {
    *(
        "A",
        "By",
        "Credit",
        "First",
        "How",
        "I",
        "Looking",
        "My",
        "Next",
        "Number",
        "One",
        "Promised",
        "Result",
    ),
    *("Since", "Some", "Thank", "Thanks", "The", "Together", "What", "Where", "Who", "Why", "Work"),
}


def test_templates_bring_no_digit_and_no_name_along() -> None:
    assert not [word for word in OWN_WORDS if re.search(r"\d", word)]
    assert {word for word in OWN_WORDS if word[0].isupper()} <= BEGINNINGS


@examples(150)
@given(briefs(), FACTS)
def test_no_digit_and_no_name_comes_from_anywhere_but_the_person(given_brief: Brief, facts: Facts) -> None:
    known = set(re.findall(r"\w+", entered(given_brief, facts)))
    for sentence in pitches.draft(PROSE, given_brief, facts):
        for word in re.findall(r"\w+", sentence.text):
            if re.search(r"\d", word) or word[0].isupper():
                assert word in known | OWN_WORDS, sentence.text


@examples(150)
@given(briefs(), FACTS)
def test_a_line_takes_words_only_from_what_it_rests_on(given_brief: Brief, facts: Facts) -> None:
    for sentence in pitches.draft(PROSE, given_brief, facts):
        names = {(basis.kind, basis.name) for basis in sentence.basis}
        part = Facts(
            TODAY,
            [one for one in facts.proofs if ("win", one.win_id) in names],
            facts.aim if ("goal", "goal") in names else None,
            facts.promises if ("ask", "ask") in names else (),
        )
        fields = {name for kind, name in names if kind == "field"}
        said = {name: text for name, text in given_brief.said.items() if name in fields}
        known = set(re.findall(r"\w+", entered(Brief(given_brief.kind, "", said), part)))
        assert set(re.findall(r"\w+", sentence.text)) <= known | OWN_WORDS


@examples(50)
@given(briefs(), FACTS)
def test_the_same_input_makes_the_same_draft(given_brief: Brief, facts: Facts) -> None:
    first = pitches.draft(PROSE, given_brief, facts)
    assert first == pitches.draft(PROSE, given_brief, facts)
    assert all("\n" not in sentence.text for sentence in first)


@examples(60)
@given(briefs(), FACTS)
def test_an_estimate_is_said_to_be_one(given_brief: Brief, facts: Facts) -> None:
    text = "\n".join(one.text for one in pitches.draft(PROSE, given_brief, facts))
    told = set(given_brief.kind.tells) & {"metric", "brief"}
    guesses = [one for one in facts.proofs if one.estimated and one.metric]
    assert text.count("(an estimate)") >= (len(guesses) if told else 0)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_full_draft_says_what_its_kind_expects_and_fits_its_reader(kind: pitches.Kind) -> None:
    said = Facts(TODAY, [SEARCH, LOGIN][: kind.proofs], AIM, [DESK])
    draft = pitches.draft(PROSE, filled(kind), said)
    rules = {one.rule for one in pitches.check(draft, kind)}
    assert not rules & {"ask", "next_step", "amount", "we", "hint", "apology"}
    assert len(pitches.text_of(draft)) <= kind.length


# --- What the form may say


@pytest.mark.parametrize(
    ("field", "words", "change"),
    [
        ("kind", "no_such_pitch", {"kind": "the board"}),
        ("ask", "too_long", {"ask": "x" * 10_000}),
        ("ask", "ask_of_signs_only", {"ask": "🎉🎉 👍"}),
        ("aim", "too_long", {"aim": "x" * 1001}),
        ("effect", "too_long", {"effect": "x" * 1001}),
        ("proposal", "pitch_needs_this", {"kind": "idea", "proposal": " "}),
        ("heard", "pitch_needs_this", {"kind": "thanks"}),
    ],
)
def test_what_cannot_be_drafted_is_explained_beside_its_field(
    field: str, words: str, change: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refused:
        brief(**change)
    assert (refused.value.field, refused.value.words) == (field, words)
    assert PROSE.words("errors", **refused.value.facts).block(words)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (None, "ask_is_missing"),
        ("  ", "ask_is_missing"),
        ("🎉🎉", "ask_of_signs_only"),
        ("I would love to maybe become staff", "ask_only_hints"),
        ("I was wondering if there is a path for me", "ask_only_hints"),
        ("I'd like to be considered for the staff role", "ask_only_hints"),
        ("Sorry to ask, but I want a raise", "ask_only_hints"),
        ("I want the staff role if that's okay", "ask_only_hints"),
        ("I want to grow", "ask_names_nothing"),
        ("I would like to take the next step in my career", "ask_names_nothing"),
        ("Can we talk about my future?", "ask_names_nothing"),
        ("More", "ask_names_nothing"),
    ],
)
@pytest.mark.parametrize("kind", ["promotion", "raise"])
def test_nothing_is_drafted_from_a_hint(kind: str, ask: str | None, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        brief(kind, ask)
    assert (refused.value.field, refused.value.words) == ("ask", words)
    assert PROSE.words("errors", **refused.value.facts).block(words)


@pytest.mark.parametrize("kind", ["promotion", "raise"])
@pytest.mark.parametrize(
    "ask",
    [
        "I want to become a staff engineer in the spring round",
        "I ask for 74,000 a year from January",
        "Please raise my salary by 8 %",
        "Senior",
        "Befördere mich zur Teamleiterin",
        "\u6607\u9032\u3092\u5e0c\u671b\u3057\u307e\u3059",
    ],
)
def test_a_plain_sentence_passes_the_gate(kind: str, ask: str) -> None:
    assert brief(kind, ask).said["ask"] == ask


def test_only_a_promotion_and_a_raise_have_a_gate() -> None:
    assert [kind.name for kind in KINDS.values() if kind.gated] == ["promotion", "raise"]
    assert brief("manager", "I would love to maybe lead it").said


def test_no_kind_at_all_is_refused_too() -> None:
    with pytest.raises(Invalid, match="no_such_pitch"):
        pitches.brief(None, "", {})


def test_an_empty_field_counts_as_not_given() -> None:
    assert brief(ask="  \n ", aim="", plan=" ").said == {}


def test_a_field_that_the_kind_has_not_is_left_out() -> None:
    assert brief("thanks", heard="You listen well", market="80,000", problem="None").said == {
        "heard": "You listen well"
    }


@pytest.mark.parametrize(
    ("kind", "proofs", "words"),
    [
        ("manager", [], "pitch_without_wins"),
        ("manager", [LOGIN] * 5, "too_many_wins"),
        ("agenda", [LOGIN] * 2, "too_many_wins"),
    ],
    ids=["none", "five", "two"],
)
def test_a_draft_needs_some_wins_and_not_too_many(kind: str, proofs: list[Proof], words: str) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        pitches.check_proofs(KINDS[kind], proofs)
    assert PROSE.words("errors", **refused.value.facts).block(words)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("manager", "manager"),
        ("My  Manager", "manager"),
        ("skip", "skip"),
        ("skip-level", "skip"),
        ("1:1", "agenda"),
        ("1-1", "agenda"),
        ("one on one", "agenda"),
        ("pay rise", "raise"),
        ("HR", "hr"),
        ("shout-out", "recognition"),
        ("sponsor brief", "sponsor"),
        ("promo", "promotion"),
    ],
)
def test_a_kind_goes_by_the_names_people_type(said: str, kind: str) -> None:
    assert pitches.kind_called(said) is KINDS[kind]


@pytest.mark.parametrize("said", ["everyone", "list", "help", "", "promotions board"])
def test_an_unknown_name_is_no_kind(said: str) -> None:
    assert pitches.kind_called(said) is None


def test_every_kind_has_a_name_of_its_own_and_no_name_two_kinds() -> None:
    every = [name for kind in KINDS.values() for name in pitches.names_of(kind)]
    assert len(every) == len(set(every))
    assert all(pitches.names_of(kind) for kind in KINDS.values())


# --- The rows


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_kind_is_said_whole(kind: pitches.Kind) -> None:
    own, shared = PROSE.words(kind.words).names, PROSE.words("pitches/fields").names
    lines_known = own | PROSE.words("pitches/lines").names
    assert {"choice", "heading", "about"} <= own
    assert [field.name for field in kind.fields if f"label_{field.name}" not in own | shared] == []
    told = {part for parts in kind.parts for part in parts} - {"wins"}
    assert (
        told | set(kind.tells) | {field.name for field in kind.fields if field.name != "next"} <= lines_known
    )
    assert kind.least <= kind.proofs
    assert set(kind.favours) <= {category.value for category in Category}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_what_is_asked_stands_in_the_draft(kind: pitches.Kind) -> None:
    said = {field.name: f"Zebra{number}" for number, field in enumerate(kind.fields)}
    text = "\n".join(lines(Brief(kind, "", said), SEARCH))
    assert [field.name for field in kind.fields if said[field.name] not in text] == []


# --- Edits

DRAFT = (Sentence("Ask", (Basis("field", "ask"),)), Sentence(""), Sentence("[number?]", (Basis("win", "a"),)))
SAME_TWICE = (Sentence("[number?]", (Basis("win", "a"),)), Sentence("[number?]", (Basis("win", "b"),)))


def test_an_edit_keeps_what_untouched_lines_rest_on() -> None:
    edited = pitches.retraced("Ask\nSo to say\n\n[number?]", DRAFT)
    assert [sentence.basis for sentence in edited] == [
        (Basis("field", "ask"),),
        (Basis("own"),),
        (),
        (Basis("win", "a"),),
    ]


def test_a_changed_number_is_the_persons_own_word() -> None:
    assert pitches.retraced("Ask\n\n41 %", DRAFT)[-1] == Sentence("41 %", (Basis("own"),))


def test_equal_lines_keep_each_its_own_win() -> None:
    assert pitches.retraced("[number?]\n[number?]", SAME_TWICE) == SAME_TWICE


@examples(60)
@given(st.text(alphabet="ab \n\r\t\u2028\xa0", max_size=80))
def test_tidying_loses_no_sign_and_can_be_repeated(typed: str) -> None:
    tidied = pitches.tidy(typed)
    assert "".join(tidied.split()) == "".join(typed.split())
    assert pitches.tidy(tidied) == tidied
    assert "\n\n\n" not in tidied


def test_an_indented_line_stays_indented() -> None:
    assert pitches.tidy("a\n   b  \n") == "a\n   b"


def test_what_changed_is_told_line_by_line() -> None:
    told = pitches.changes("Ask\n\nOld line\nNext step", "Ask\nNew line\n\nNext step\nBye")
    assert [(one.added, one.text) for one in told] == [(True, "New line"), (False, "Old line"), (True, "Bye")]


@examples(100)
@given(st.lists(st.sampled_from("abc"), max_size=8), st.lists(st.sampled_from("abc"), max_size=8))
def test_differences_lead_from_one_version_to_the_next(before: list[str], after: list[str]) -> None:
    told = pitches.changes("\n".join(before), "\n".join(after))
    left = [*before]
    for one in told:
        if not one.added:
            left.remove(one.text)
    left += [one.text for one in told if one.added]
    assert sorted(left) == sorted(after)


# --- docs/pitches.md

PAGE = (Path(__file__).parents[2] / "docs" / "pitches.md").read_text(encoding="utf-8")


def rows(first_column: str) -> list[list[str]]:
    """The rows of the table whose first heading is this."""
    _, _, rest = PAGE.partition(f"\n| {first_column} |")
    lines_told = [line for line in rest.split("\n\n")[0].splitlines()[2:] if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines_told]


def test_the_page_lists_the_kinds_as_they_are() -> None:
    assert rows("kind") == [
        [
            f"`{kind.name}`",
            f"`{pitches.names_of(kind)[0]}`",
            f"{kind.least} to {kind.proofs}",
            kind.window,
            f"{kind.length:,}",
            "yes" if kind.gated else "no",
        ]
        for kind in KINDS.values()
    ]


def test_the_page_lists_the_reasons_in_their_order_and_the_rules_with_their_lists() -> None:
    assert [cells[0] for cells in rows("reason")] == [f"`{reason}`" for reason in pitches.REASONS]
    told = {cells[0].strip("`") for cells in rows("rule")}
    assert told | {"heading", "clean", "finding", "take"} == {
        name for name in PROSE.words("pitches/lint").names if not name.startswith("instead_")
    }
    folder = Path(__file__).parents[2] / "templates" / "pitches"
    named = {name for cells in rows("rule") for name in re.findall(r"`(\w+\.txt)`", cells[2])}
    assert [name for name in named if not (folder / name).exists()] == []
