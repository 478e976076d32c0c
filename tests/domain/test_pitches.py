"""Drafts: what they say, what each line rests on, and that they cannot lie."""

import re
import string
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.errors import Invalid
from bot.core.prose import Prose
from bot.domain import pitches
from bot.domain.pitches import (
    AUDIENCES,
    FUTURE,
    MANAGER,
    SKIP,
    Basis,
    Brief,
    Proof,
    Sentence,
)

TODAY = date(2026, 11, 18)
PROSE = Prose()
FULL = {"aim": "Fewer lost customers", "plan": "Move checkout by March", "effect": "Half the drop-outs"}

SEARCH = Proof(
    "win-search",
    "Shipped the new search",
    date(2026, 11, 12),
    result="Support gets half the questions",
    metric="Search time from 2.1 s to 0.3 s (estimate)",
    benefited="The support team",
    credit="Ana and Ben",
)
LOGIN = Proof("win-login", "Fixed the login error", date(2025, 12, 3))


def brief(
    audience: str = "manager", ask: str | None = "A second engineer from January", **future: str | None
) -> Brief:
    return pitches.brief(audience, "November 2026", ask, future)


def lines(given_brief: Brief, *proofs: Proof) -> list[str]:
    return [sentence.text for sentence in pitches.draft(PROSE, given_brief, proofs, TODAY)]


# --- What a draft says


def test_a_draft_for_the_manager_asks_proves_looks_ahead_and_names_a_next_step() -> None:
    assert lines(brief(**FULL), SEARCH, LOGIN) == [
        "What I am asking for: A second engineer from January",
        "",
        "What it rests on:",
        "• Shipped the new search (Thu 12 Nov)",
        "– Result: Support gets half the questions",
        "– Number: Search time from 2.1 s to 0.3 s (estimate)",
        "– Who benefited: The support team",
        "– Credit also to: Ana and Ben",
        "• Fixed the login error (Wed 3 Dec 2025)",
        "– Number: [number?]",
        "",
        "Looking ahead (a forecast):",
        "What the company aims for: Fewer lost customers",
        "What I will do next: Move checkout by March",
        "What I expect from it: Half the drop-outs",
        "",
        "Next step: please tell me yes, no, or what you need to know to decide.",
    ]


def test_a_draft_for_the_managers_manager_says_less() -> None:
    said = lines(brief("skip"), SEARCH)
    assert "– Together with: Ana and Ben" in said
    assert not any("The support team" in line for line in said)
    assert SKIP.proofs < MANAGER.proofs
    assert SKIP.length < MANAGER.length


@pytest.mark.parametrize("audience", AUDIENCES)
def test_what_is_not_known_stays_a_visible_blank(audience: str) -> None:
    said = "\n".join(lines(brief(audience, None, plan="Hire"), LOGIN))
    assert "[what do you want from them?]" in said
    assert "[number?]" in said
    assert "[which aim does this serve?]" in said
    assert "[which effect, and how is it measured?]" in said
    assert "[what should happen next, and when?]" in said


@pytest.mark.parametrize("audience", AUDIENCES)
def test_without_future_value_nothing_is_forecast(audience: str) -> None:
    assert not any("forecast" in line for line in lines(brief(audience), SEARCH))
    assert any("forecast" in line for line in lines(brief(audience, aim="Growth"), SEARCH))


def test_every_line_says_what_it_rests_on() -> None:
    draft = pitches.draft(PROSE, brief(**FULL), [SEARCH, LOGIN], TODAY)
    rests = {sentence.text: sentence.basis for sentence in draft}
    assert rests["What I am asking for: A second engineer from January"] == (Basis("field", "ask"),)
    assert rests["– Credit also to: Ana and Ben"] == (Basis("win", "win-search"),)
    assert rests["• Fixed the login error (Wed 3 Dec 2025)"] == (Basis("win", "win-login"),)
    assert rests["What I will do next: Move checkout by March"] == (Basis("field", "plan"),)
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
DAYS = st.dates(date(2024, 1, 1), TODAY)
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
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda proof: proof.win_id,
)
ASKS = st.none() | WORDS.filter(lambda words: re.search(r"\w", words))
BRIEFS = st.builds(
    lambda audience, ask, future: pitches.brief(audience, "November 2026", ask, future),
    st.sampled_from(sorted(AUDIENCES)),
    ASKS,
    st.dictionaries(st.sampled_from(FUTURE), WORDS),
)


def entered(given_brief: Brief, proofs: Sequence[Proof]) -> str:
    """Everything the person entered, with the days as a draft writes them."""
    facts = [(one.title, one.result, one.metric, one.benefited, one.credit) for one in proofs]
    days = [f"{one.on:%a} {one.on.day} {one.on:%b} {one.on.year}" for one in proofs]
    said = [given_brief.ask, *given_brief.future.values(), *(fact for row in facts for fact in row), *days]
    return " ".join(words for words in said if words)


def own_words() -> set[str]:
    """The words that templates bring along: the drafts of an empty account."""
    empty = Proof("none", "", TODAY, result=".", metric=".", benefited=".", credit=".")
    texts = []
    for audience in AUDIENCES:
        for ask, future in (
            (None, {}),
            (None, {"aim": "."}),
            (None, {"plan": "."}),
            ("what", dict.fromkeys(FUTURE, ".")),
        ):
            filled = Brief(AUDIENCES[audience], "", ask, future)
            texts += lines(filled, empty, Proof("none", "", TODAY))
    return set(re.findall(r"\w+", " ".join(texts))) - set(f"{TODAY:%a %d %b}".split())


OWN_WORDS = own_words()


def test_templates_bring_no_digit_and_no_name_along() -> None:
    assert not [word for word in OWN_WORDS if re.search(r"\d", word)]
    capitalised = {word for word in OWN_WORDS if word[0].isupper()}
    assert capitalised <= {
        *(
            "What",
            "I",
            "Number",
            "Result",
            "Who",
            "Credit",
            "Looking",
            "Next",
            "Some",
            "Together",
            "The",
            "My",
        ),
    }


@settings(max_examples=60, deadline=None)
@given(BRIEFS, PROOFS)
def test_no_digit_and_no_name_comes_from_anywhere_but_the_person(
    given_brief: Brief, proofs: list[Proof]
) -> None:
    known = set(re.findall(r"\w+", entered(given_brief, proofs)))
    for line in lines(given_brief, *proofs):
        for word in re.findall(r"\w+", line):
            if re.search(r"\d", word) or word[0].isupper():
                assert word in known | OWN_WORDS, line


@settings(max_examples=60, deadline=None)
@given(BRIEFS, PROOFS)
def test_a_line_takes_words_only_from_what_it_rests_on(given_brief: Brief, proofs: list[Proof]) -> None:
    by_id = {proof.win_id: proof for proof in proofs}
    for sentence in pitches.draft(PROSE, given_brief, proofs, TODAY):
        cited = [by_id[basis.name] for basis in sentence.basis if basis.kind == "win"]
        fields = {basis.name for basis in sentence.basis if basis.kind == "field"}
        future = {name: words for name, words in given_brief.future.items() if name in fields}
        part = Brief(given_brief.audience, "", given_brief.ask if "ask" in fields else None, future)
        known = set(re.findall(r"\w+", entered(part, cited)))
        assert set(re.findall(r"\w+", sentence.text)) <= known | OWN_WORDS


@settings(max_examples=30, deadline=None)
@given(BRIEFS, PROOFS)
def test_the_same_input_makes_the_same_draft(given_brief: Brief, proofs: list[Proof]) -> None:
    first = pitches.draft(PROSE, given_brief, proofs, TODAY)
    assert first == pitches.draft(Prose(), given_brief, list(proofs), TODAY)
    assert all("\n" not in sentence.text for sentence in first)


# --- What the form may say


@pytest.mark.parametrize(
    ("field", "words", "change"),
    [
        ("audience", "no_such_audience", {"audience": "the board"}),
        ("ask", "too_long", {"ask": "x" * 10_000}),
        ("ask", "ask_of_signs_only", {"ask": "🎉🎉 👍"}),
        ("aim", "too_long", {"aim": "x" * 1001}),
        ("effect", "too_long", {"effect": "x" * 1001}),
    ],
)
def test_what_cannot_be_drafted_is_explained_beside_its_field(
    field: str, words: str, change: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refused:
        brief(**change)
    assert (refused.value.field, refused.value.words) == (field, words)
    assert PROSE.words("errors", **refused.value.facts).block(words)


def test_no_audience_at_all_is_refused_too() -> None:
    with pytest.raises(Invalid, match="no_such_audience"):
        pitches.brief(None, "", None, {})


def test_an_empty_field_counts_as_not_given() -> None:
    assert brief(ask="  \n ", aim="", plan=" ").ask is None
    assert brief(aim="", plan=" ").future == {}


@pytest.mark.parametrize(
    ("proofs", "words"), [([], "pitch_without_wins"), ([LOGIN] * 5, "too_many_wins")], ids=["none", "five"]
)
def test_a_draft_needs_some_wins_and_not_too_many(proofs: list[Proof], words: str) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        pitches.check_proofs(MANAGER, proofs)
    assert PROSE.words("errors", **refused.value.facts).block(words)


@pytest.mark.parametrize(
    ("said", "audience"),
    [("manager", MANAGER), ("my manager", MANAGER), ("skip", SKIP), ("skip-level", SKIP), ("everyone", None)],
)
def test_an_audience_goes_by_the_names_people_type(said: str, audience: pitches.Audience | None) -> None:
    assert pitches.audience_called(said) == audience


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


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab \n\r\t\u2028\xa0", max_size=80))
def test_tidying_loses_no_sign_and_can_be_repeated(typed: str) -> None:
    tidied = pitches.tidy(typed)
    assert "".join(tidied.split()) == "".join(typed.split())
    assert pitches.tidy(tidied) == tidied
    assert "\n\n\n" not in tidied


def test_an_indented_line_stays_indented() -> None:
    assert pitches.tidy("a\n   b  \n") == "a\n   b"
