"""What a win is made of: its metric in a line and in parts, the one thing that is missing, people, links and tags."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain import wins
from bot.domain.wins import Gap, Metric, entry
from tests.examples import examples

ON = date(2026, 11, 18)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=200)

# --- The metric

READ = (
    ("Search time from 2.1 s to 0.3 s", Metric("Search time", "2.1", "0.3", "s")),
    ("Search time: 2.1 → 0.3 s", Metric("Search time", "2.1", "0.3", "s")),
    ("Tickets a week 120 -> 45", Metric("Tickets a week", "120", "45")),
    ("Coverage from 40% to 85%", Metric("Coverage", "40", "85", "%")),
    ("Cost from €1,200 to €900", Metric("Cost", "€1,200", "€900")),
    ("Uptime 99.5 to 99.95 %", Metric("Uptime", "99.5", "99.95", "%")),
    ("12 % more sign-ups", Metric("12 % more sign-ups")),
    ("half the questions", Metric("half the questions")),
    ("From Monday to Friday", Metric("From Monday to Friday")),
    ("2.1 s to 0.3 s (measured)", Metric("2.1 s to 0.3 s (measured)")),
    ("Load from 3 s to 2 MB", Metric("Load from 3 s to 2 MB")),
    ("about 30 % fewer calls", Metric("about 30 % fewer calls", certainty="estimated")),
    ("~40 hours saved", Metric("~40 hours saved", certainty="estimated")),
    ("Training about security", Metric("Training about security")),
)


@pytest.mark.parametrize(("text", "metric"), READ)
def test_a_line_is_read_in_its_parts_where_it_has_them(text: str, metric: Metric) -> None:
    assert Metric.read(text) == metric


@given(texts)
@examples(300)
def test_no_digit_of_a_metric_changes_and_none_is_added(text: str) -> None:
    metric = Metric.read(text)
    digits = [sign for sign in text if sign.isdigit()]
    assert [sign for sign in (metric.line if metric else "") if sign.isdigit()] == digits


@given(texts)
def test_a_metric_of_before_there_were_parts_reads_as_it_was_typed(text: str) -> None:
    stored = Metric.stored(text)
    assert stored is not None
    assert stored.line == text


# --- The one thing that is missing

GAPS: tuple[tuple[str, dict[str, str], Gap | None], ...] = (
    ("Shipped the search", {}, Gap.RESULT),
    ("Shipped the search", {"result": "Fewer questions"}, Gap.NUMBER),
    ("Cut search time by 80 %", {"result": "Fewer questions"}, Gap.ACTION),
    ("Cut search time", {"metric": "half"}, Gap.NUMBER),
    ("Cut search time", {"metric": "2 s → 1 s"}, Gap.ACTION),
    ("We shipped the search", {"metric": "2 s → 1 s"}, Gap.MY_PART),
    ("We shipped the search", {"metric": "2 s", "my_part": "The index"}, Gap.ACTION),
    ("We shipped the search", {"metric": "2 s", "action": "I wrote the index"}, None),
    ("Our team moved 12 services", {"result": "Calm nights", "action": "One by one"}, Gap.MY_PART),
    ("Helped with the launch of 3 shops", {"result": "On time"}, Gap.VERB),
    ("I worked on 4 reports", {"result": "On time"}, Gap.VERB),
    ("Was responsible for 2 interns", {"result": "Both stayed"}, Gap.VERB),
    ("Led the launch of 3 shops", {"result": "On time", "action": "With a checklist"}, None),
    ("Led the launch of 3 shops", {"result": "On time", "details": "With a checklist"}, None),
    ("Used the west wing for 3 talks", {"result": "Full", "action": "Posters"}, None),
    ("Tried-and-tested plan for 3 teams", {"result": "Kept", "action": "Interviews"}, Gap.VERB),
)


@pytest.mark.parametrize(("title", "parts", "gap"), GAPS)
def test_the_most_useful_thing_that_is_missing_is_found(
    title: str, parts: dict[str, str], gap: Gap | None
) -> None:
    assert wins.missing(entry(title, ON, **parts)) == gap


def test_every_gap_can_be_closed_by_its_own_field() -> None:
    answers = {
        "result": "3 fewer calls",
        "metric": "2 s → 1 s",
        "my_part": "The index",
        "action": "I wrote it",
    }
    given = {"title": "Helped with the search that we shipped"}
    seen = []
    while gap := wins.missing(entry(given["title"], ON, **{k: v for k, v in given.items() if k != "title"})):
        seen.append(gap)
        field = wins.GAP_FIELDS[gap]
        given[field] = "Wrote the search that we shipped" if field == "title" else answers[field]
    assert seen == [Gap.RESULT, Gap.MY_PART, Gap.VERB, Gap.ACTION]


@given(texts.filter(lambda text: any(sign.isalnum() for sign in text)))
def test_no_text_is_too_strange_for_the_rules(text: str) -> None:
    assert wins.missing(entry(text, ON)) in set(Gap)
    assert (wins.weak_verb(text) or "") in text


# --- People, links, tags


@pytest.mark.parametrize(
    ("credit", "names"),
    [
        (None, []),
        ("Priya", ["Priya"]),
        ("Priya, Ben and Ana", ["Priya", "Ben", "Ana"]),
        ("@priya & Ben; Ana\nAnders", ["priya", "Ben", "Ana", "Anders"]),
        ("Andrew and the whole support team", ["Andrew", "the whole support team"]),
    ],
)
def test_people_are_named_one_by_one(credit: str | None, names: list[str]) -> None:
    assert wins.names_in(credit) == names


def test_tags_are_kept_once_without_their_sign() -> None:
    assert wins.tags_of("#search, Q4 ,search,, SEARCH,  two  words") == ("search", "Q4", "two words")


# --- As one whole


@st.composite
def entries(draw: st.DrawFn) -> wins.Entry:
    """Any entry that a person can give."""
    said = st.none() | texts
    on = draw(st.dates(date(1990, 1, 1), date(2060, 1, 1)))
    return entry(
        draw(texts.filter(lambda text: any(sign.isalnum() for sign in text))),
        on,
        until_on=draw(st.none() | st.integers(0, 90).map(lambda days: on + timedelta(days=days))),
        metric=draw(st.none() | st.builds(Metric, texts, *[texts.map(lambda text: text[:50])] * 3)),
        category=draw(st.sampled_from([None, *(one.value for one in wins.Category)])),
        status=draw(st.sampled_from([one.value for one in wins.Status])),
        shareable=draw(st.booleans()),
        tags=draw(st.lists(texts.map(lambda text: text[:40]), max_size=5)),
        **{name: draw(said) for name in wins.TEXTS if name != "evidence"},
        evidence=draw(st.none() | st.just("https://a.example/x https://b.example")),
    )


@given(entries())
def test_an_entry_that_is_packed_comes_back_as_it_was(given_: wins.Entry) -> None:
    assert wins.unpacked(wins.packed(given_)) == given_


@given(entries(), entries())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_of_two_made_one_no_word_is_lost(first: wins.Entry, second: wins.Entry) -> None:
    merged = wins.with_all_of(first, second)
    said = [merged.title, *(getattr(merged, name) or "" for name in wins.TEXTS)]
    said += [merged.metric.line] if merged.metric else []
    for one in (first, second):
        for name in ("title", *wins.TEXTS):
            assert (getattr(one, name) or "") in "\n\n".join(said)
    assert merged.shareable is (first.shareable and second.shareable)
