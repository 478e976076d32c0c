"""Everything the bot draws is valid Block Kit, whatever a person wrote."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.prose import Phrase, Prose
from bot.domain.nudges import SNOOZES
from bot.domain.reviews import ENERGY
from bot.domain.wins import SPANS, TEXTS, Category, Certainty, Gap, Metric, Source, Status, Wanted, key_of
from bot.sandbox.blocks import message_problems, view_problems
from handlers import captures, kit, members, reviews
from handlers.wins import _forms as forms
from handlers.wins import _pages as pages
from handlers.wins import _views as wins
from tests import forged
from tests.examples import examples

PROSE = Prose()
TODAY = date(2026, 11, 18)

several = examples(25)

words = st.one_of(
    st.sampled_from(forged.HOSTILE),
    st.text(min_size=1, max_size=60).filter(lambda text: bool(text.strip())),
    st.builds(
        lambda sign, length: sign * length, st.sampled_from("a&<🎉\u202e "), st.integers(1, 3000)
    ).filter(lambda text: bool(text.strip())),
)
maybe = st.none() | words


metrics = st.builds(
    Metric,
    *[st.text(max_size=200)] * 4,
    certainty=st.sampled_from(["", *(one.value for one in Certainty)]),
    source=st.text(max_size=200),
)


@st.composite
def some_win(draw: st.DrawFn) -> Any:
    """What a view reads of a win; the title as long as one may be."""
    occurred_on = draw(st.dates(date(2000, 1, 1), TODAY))
    return SimpleNamespace(
        id="w" * 16,
        goal_id=draw(st.sampled_from([None, "g" * 16])),
        title=draw(words)[:250],
        occurred_on=occurred_on,
        until_on=draw(st.none() | st.dates(occurred_on, TODAY)),
        category=draw(st.sampled_from([None, *Category])),
        status=draw(st.sampled_from(Status)).value,
        shareable=draw(st.booleans()),
        metric=draw(st.none() | metrics),
        tags=draw(st.lists(words.map(lambda text: text[:40]), max_size=20)),
        deleted_at=draw(st.sampled_from([None, datetime(2026, 11, 18, tzinfo=UTC)])),
        **{name: draw(maybe) for name in TEXTS if name != "evidence"},
        evidence=draw(st.none() | st.just("https://a.example/" + "x" * 2000)),
    )


def check(*messages: kit.Message) -> None:
    """A message must be good where it is posted, and as the modal that stands in for it."""
    for message in messages:
        given = message.as_arguments()
        assert message_problems(given["blocks"]) == []
        assert given["text"].strip()
        assert (
            view_problems(kit.modal(message.title or Phrase("Sayso"), message.blocks, close=Phrase("Close")))
            == []
        )


@several
@given(some_win(), st.booleans(), st.booleans(), maybe)
def test_a_win_can_be_shown_listed_and_edited(
    win: Any, changed: bool, opened: bool, goal: str | None
) -> None:
    place = pages.Place(Wanted(words="w" * 200, category="glue"), 8)
    check(
        wins.card(PROSE, win, wins.Shown(TODAY, changed=changed, opened=opened, undo="c" * 16, goal=goal)),
        wins.same_one(PROSE, win, "c" * 16),
        pages.listed(PROSE, [win] * wins.PAGE, 1000, place, pages.Choices(), TODAY),
        pages.looked_back(PROSE, [win] * 3, 7, TODAY),
        pages.pair(PROSE, [(win, win)] * 2, TODAY),
        pages.merged(PROSE, win, ":".join(["w" * 16] * 3), 1),
    )
    for form in (forms.edit_form, forms.impact_form, forms.story_form, forms.date_form):
        assert view_problems(form(PROSE, win)) == []
    for gap in Gap:
        assert view_problems(forms.gap_form(PROSE, win, gap)) == []


@several
@given(st.lists(words, max_size=120), some_win())
def test_a_list_can_be_narrowed_to_whatever_a_person_named(named: list[str], win: Any) -> None:
    goals = [(f"g{number}", name) for number, name in enumerate(named)]
    choices = pages.Choices(goals[:90], named, named)
    wanted = Wanted("week", "glue", "done", "g0", key_of(named[0]) if named else None, None, "words")
    place = pages.Place(wanted, 8)
    assert view_problems(pages.filter_form(PROSE, place, choices)) == []
    assert view_problems(forms.goal_form(PROSE, win, goals[:90])) == []
    check(pages.listed(PROSE, [], 0, place, choices, TODAY))


@given(
    st.builds(Wanted, st.sampled_from(SPANS), maybe, maybe, maybe, maybe, maybe, words), st.integers(0, 999)
)
def test_a_place_in_a_list_comes_back_from_a_button(wanted: Wanted, offset: int) -> None:
    place = pages.Place(wanted, offset)
    assert pages.Place.unpacked(place.packed()) == place


@given(st.text() | st.sampled_from(["[-1]", "[1e9]", '[0, "never"]', "{}", "[[]]", "null", "[0, 1, 2]"]))
def test_a_forged_place_is_the_beginning(text: str) -> None:
    assert pages.Place.unpacked(text) == pages.Place()


@several
@given(maybe, maybe, st.sampled_from(Source))
def test_the_form_opens_with_whatever_is_known(title: str | None, link: str | None, source: Source) -> None:
    view = forms.form(PROSE, {"title": title, "evidence": link}, source=source)
    assert view_problems(view) == []


@several
@given(st.lists(some_win(), max_size=12), maybe)
def test_an_answered_check_in_can_be_said(logged: list[Any], next_action: str | None) -> None:
    check(reviews.answered(PROSE, logged, next_action, in_a_row=4))


@several
@given(words)
def test_unknown_and_refused_words_can_be_given_back(text: str) -> None:
    check(members.usage(PROSE, unknown=text))
    assert message_problems(kit.verbatim(text * 3)) == []


def test_a_page_of_the_longest_wins_fits_into_one_message() -> None:
    win: Any = SimpleNamespace(
        id="w" * 16,
        title="&" * 250,
        occurred_on=TODAY,
        metric=Metric("<" * 3000),
        result=None,
        deleted_at=None,
    )
    listed = pages.listed(PROSE, [win] * wins.PAGE, 1000, pages.Place(), pages.Choices(), TODAY)
    check(listed)


def test_what_holds_no_words_is_valid_too() -> None:
    check(
        wins.usage(PROSE),
        pages.listed(PROSE, [], 0, pages.Place(), pages.Choices(), TODAY),
        pages.looked_back(PROSE, [], 0, TODAY),
        pages.pair(PROSE, [], TODAY),
        members.usage(PROSE),
        captures.offered(PROSE, "c" * 16, None),
        captures.offered(PROSE, "c" * 16, "n" * 16),
        reviews.asking(PROSE),
    )
    assert len(ENERGY) == 5
    assert len(SNOOZES) == 3


@pytest.mark.parametrize(
    ("text", "limit", "clipped"),
    [
        ("short", 10, "short"),
        ("exactly 10", 10, "exactly 10"),
        ("a little longer", 10, "a little …"),
        ("fish &amp; chips", 9, "fish …"),
        ("fish &amp; chips", 12, "fish &amp; …"),
        ("fish & chips", 9, "fish …"),
    ],
)
def test_a_cut_never_lies_inside_an_entity(text: str, limit: int, clipped: str) -> None:
    assert kit.clip(text, limit) == clipped


@several
@given(st.text(), st.integers(1, 50))
def test_pieces_put_together_are_the_text(text: str, limit: int) -> None:
    parts = kit.pieces(text, limit)
    assert "".join(piece + space for piece, space in parts) == text
    assert all(len(piece) <= limit for piece, _ in parts)


@pytest.mark.parametrize("metadata", ["", "{", "[]", "null", "7", '"text"', '{"a": 1}'])
def test_what_a_view_carried_is_a_dict_whatever_stands_there(metadata: str) -> None:
    assert kit.carried({"private_metadata": metadata}) == ({"a": 1} if metadata == '{"a": 1}' else {})


def test_values_of_a_form_are_texts_lists_or_nothing() -> None:
    state = {
        "a": {"x": {"value": "text"}},
        "b": {"x": {"selected_option": {"value": "one"}}},
        "c": {"x": {"selected_options": [{"value": "one"}, {"value": "two"}]}},
        "d": {"x": {"selected_time": "15:00"}},
        "e": {"x": {"selected_date": "2026-11-18"}},
        "f": {"x": {"value": None}},
        "g": {},
    }
    assert kit.values({"state": {"values": state}}) == {
        "a": "text",
        "b": "one",
        "c": ["one", "two"],
        "d": "15:00",
        "e": "2026-11-18",
        "f": None,
        "g": None,
    }
    assert kit.values({}) == {}
