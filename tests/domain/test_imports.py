"""Files as people have them: each line is a win or is said to be none, and nothing in a file can hurt."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from time import process_time
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import strategies as st

from bot.domain import imports, portable
from bot.domain.imports import MOST_BYTES, MOST_LINES, Kind, Known, Likeness, Preview
from bot.domain.wins import Entry
from tests.examples import examples

TODAY = date(2026, 11, 18)


def read(content: bytes | str, name: str = "wins.md", **how: Any) -> Preview:
    return imports.read(content.encode() if isinstance(content, str) else content, name, TODAY, **how)


def said(preview: Preview) -> list[tuple[int, str, str] | tuple[int, str]]:
    """Each line as its number with its day and title, or with the reason why it is none."""
    return [
        (line.number, line.entry.occurred_on.isoformat(), line.entry.title)
        if line.entry
        else (line.number, line.problem.words if line.problem else "")
        for line in preview.lines
    ]


def one(preview: Preview) -> Entry:
    (entry,) = preview.entries
    return entry


MARKDOWN = """\
---
author: Maya
---
# Brag document 2026

Nothing here is a heading.

## Q1
- Shipped **search** ([plan](https://plan.example/1))
  - Result: searches take half as long
  - with Ana
    and Ben
- 2026-02-31 a day that never was
* 12 March: mentored Ana
+ Wrote the guide (2 February)
- [ ] Half of the move
- !!!

## May
1. First of May things
2) Second, wrapped
over two lines

```python
- not a win
```

| not | a win |
|-----|-------|
| 1   | 2     |

Talks
=====
> Spoke at the meetup on 3 June 2026

### Project Apollo
- Undated under a heading without a time
---
- 2027-01-01 Not yet
"""


def test_bullets_and_paragraphs_get_the_day_they_name_or_that_of_their_heading() -> None:
    found = read(MARKDOWN)
    assert found.kind is Kind.MARKDOWN
    assert said(found) == [
        (6, "2026-11-18", "Nothing here is a heading."),
        (9, "2026-03-31", "Shipped search (plan)"),
        (13, "unclear_date"),
        (14, "2026-03-12", "mentored Ana"),
        (15, "2026-02-02", "Wrote the guide"),
        (16, "2026-03-31", "Half of the move"),
        (17, "win_of_signs_only"),
        (20, "2026-05-31", "First of May things"),
        (21, "2026-05-31", "Second, wrapped over two lines"),
        (34, "2026-06-03", "Spoke at the meetup"),
        (37, "2026-11-18", "Undated under a heading without a time"),
        (39, "not_happened_yet"),
    ]
    assert found.left_out == {"code": 1, "tables": 1}


def test_what_is_nested_becomes_details_a_labelled_part_itself_and_a_link_evidence() -> None:
    entry = read(MARKDOWN).entries[1]
    assert entry.result == "searches take half as long"
    assert entry.details == "with Ana and Ben"
    assert entry.evidence == "https://plan.example/1"
    assert [entry.status for entry in read("- [x] done\n- [ ] not yet").entries] == ["done", "in_progress"]


HEADINGS = (
    ("2025", "2025-12-31"),
    ("Wins of 2025", "2025-12-31"),
    ("March 2025", "2025-03-31"),
    ("Mar 2025 wins", "2025-03-31"),
    ("2025-03", "2025-03-31"),
    ("Q3 2025", "2025-09-30"),
    ("2025 Q3", "2025-09-30"),
    ("H1 2025", "2025-06-30"),
    ("Week 12, 2025", "2025-03-21"),
    ("2025-W12", "2025-03-21"),
    ("Week of 12 May 2025", "2025-05-12"),
    ("2025-03-12 – Review", "2025-03-12"),
    ("March", "2026-03-31"),
    ("November", "2026-11-18"),
    ("Q4 2026", "2026-11-18"),
    ("Top 5 marketing wins", "2026-11-18"),
    ("May I say", "2026-11-18"),
)


@pytest.mark.parametrize(("heading", "on"), HEADINGS)
def test_a_heading_names_the_day_of_what_stands_under_it(heading: str, on: str) -> None:
    assert one(read(f"## {heading}\n- Did it")).occurred_on == date.fromisoformat(on)


def test_a_month_or_quarter_belongs_to_the_year_above_it() -> None:
    found = read("# 2024\n## March\n- a thing\n## Q4\n- b thing\n- 3 May: c thing\n# 2025\n- d thing\n")
    assert [line[1] for line in said(found)] == ["2024-03-31", "2024-12-31", "2024-05-03", "2025-12-31"]


def test_a_heading_that_has_not_come_is_told_at_each_line_under_it() -> None:
    assert said(read("# Q1 2027\n- Plan it")) == [(2, "not_happened_yet")]


def test_a_line_without_any_day_gets_today_and_is_marked() -> None:
    (line,) = read("- Did it").lines
    assert line.undated
    assert line.entry
    assert line.entry.occurred_on == TODAY
    assert not read("- 2026-01-02 Did it").lines[0].undated


CSV = (
    "Date;What;Impact;Type;Tags;Metric\r\n"
    '2026-03-12;"Shipped\r\nthe search";=cmd|calc;Delivery;"a, b";Search time from 2.1 s to 0.3 s\r\n'
    "soon;x;;;;\r\n"
    "\r\n"
    '12-Mar-2026;"a ""quoted"" word";\'=1+1;Odd jobs;;\r\n'
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_table_is_read_in_every_encoding(encoding: str) -> None:
    found = read(CSV.encode(encoding), "wins.csv")
    assert found.kind is Kind.CSV
    assert said(found) == [
        (2, "2026-03-12", "Shipped"),
        (4, "unclear_date"),
        (6, "2026-03-12", 'a "quoted" word'),
    ]
    first, second = found.entries
    assert (first.result, first.category, first.tags) == ("=cmd|calc", "delivery", ("a", "b"))
    assert first.details == "Shipped\nthe search"
    assert first.metric
    assert (first.metric.before, first.metric.after, first.metric.unit) == ("2.1", "0.3", "s")
    # An export guards formulas with a quote; a category of the file's own becomes a tag.
    assert (second.result, second.category, second.tags) == ("=1+1", None, ("Odd jobs",))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_delimiter_is_found(delimiter: str) -> None:
    rows = [["title", "date", "notes"], ["One, and; more", "2026-01-02", "x|y"], ["Two", "2026-01-03", ""]]
    held = io.StringIO()
    csv.writer(held, delimiter=delimiter).writerows(rows)
    for name in ("wins.csv", "wins"):
        assert [entry.title for entry in read(held.getvalue(), name).entries] == ["One, and; more", "Two"]


def test_months_first_are_seen_where_a_day_can_be_read_in_no_other_way() -> None:
    found = read("title,date\na one,3/4/2026\nb two,3/31/2026\n", "x.csv")
    assert [line[1] for line in said(found)] == ["2026-03-04", "2026-03-31"]
    assert said(read("title,date\na one,3/4/2026\n", "x.csv"))[0][1] == "2026-04-03"


def test_columns_without_known_headings_are_guessed_by_what_is_in_them() -> None:
    for first in ("Foo,Bar,Baz\n", ""):
        found = read(f"{first}x,2026-01-02,Shipped the search\ny,2026-01-03,Wrote the guide\n", "x.csv")
        assert [line[1:] for line in said(found)] == [
            ("2026-01-02", "Shipped the search"),
            ("2026-01-03", "Wrote the guide"),
        ]
        assert found.columns
        assert found.columns.chosen == {"occurred_on": 1, "title": 2}


def test_columns_can_be_chosen_by_heading_or_place() -> None:
    text = "Foo,Bar\nShipped the search,2026-01-02\n"
    for columns in ({"title": "foo", "occurred_on": "BAR"}, {"title": 0, "occurred_on": 1}):
        assert said(read(text, "x.csv", columns=columns)) == [(2, "2026-01-02", "Shipped the search")]
    for wrong in ({"title": "Nope"}, {"title": 7}):
        assert read(text, "x.csv", columns=wrong).problem == imports.Problem(
            "no_such_column", {"name": str(wrong["title"])}
        )


def test_a_quote_that_never_closes_breaks_its_own_row_only() -> None:
    found = read('title,date\nOne,2026-01-02\n"Two,2026-01-03\nThree,2026-01-04\n', "x.csv")
    assert said(found) == [(2, "2026-01-02", "One"), (3, "open_quote"), (4, "2026-01-04", "Three")]
    huge = f'title,date\n"{"x" * 140_000}",2026-01-02\nTwo,2026-01-03\n'
    assert said(read(huge, "x.csv")) == [(2, "not_a_row"), (3, "2026-01-03", "Two")]


BRAGDOC = {
    "version": "1.0",
    "exportedAt": "2026-06-01T10:00:00.000Z",
    "userId": "u1",
    "companies": [{"id": "c1", "name": "Acme"}],
    "projects": [{"id": "p1", "name": "Apollo", "companyId": "c1"}],
    "achievements": [
        {
            "id": "a1",
            "companyId": "c1",
            "projectId": "p1",
            "title": "Shipped the search",
            "summary": "A new search",
            "details": "For everybody",
            "eventStart": "2026-03-01T00:00:00.000Z",
            "eventEnd": "2026-03-12T00:00:00.000Z",
            "eventDuration": "month",
            "isArchived": False,
            "source": "manual",
            "impact": 3,
            "createdAt": "2026-04-01T00:00:00.000Z",
        },
        {
            "title": "No day",
            "companyId": "c1",
            "projectId": None,
            "summary": None,
            "details": None,
            "eventStart": None,
            "eventEnd": None,
            "createdAt": "2026-04-02T10:00:00.000Z",
        },
        {"title": "Old", "isArchived": True},
        {"title": None},
        "nonsense",
    ],
    "documents": [{"id": "d1"}],
}


def test_an_export_of_bragdoc_is_read_without_its_score_and_what_is_archived() -> None:
    found = read(json.dumps(BRAGDOC), "export.json")
    assert found.kind is Kind.BRAGDOC
    assert said(found) == [
        (1, "2026-03-01", "Shipped the search"),
        (2, "2026-04-02", "No day"),
        (3, "win_without_words"),
        (4, "not_an_entry"),
    ]
    first, second = found.entries
    assert (first.until_on, first.project, first.result) == (date(2026, 3, 12), "Apollo", None)
    assert first.details == "A new search\n\nFor everybody"
    assert second.project == "Acme"
    assert found.left_out == {"archived": 1}


def brag(**more: object) -> dict[str, object]:
    empty = {"title": "", "description": "", "tags": "", "project": "", "type": "", "impact": ""}
    return empty | {"id": 1, "created_at": "2026-03-12T09:30:00+01:00", "updated_at": ""} | more


def test_a_list_of_bragfile_is_read() -> None:
    whole = brag(title="Cut costs", description="By half", tags="aws,money", project="Infra", type="quality")
    server_less = {
        name: value for name, value in whole.items() if name not in {"id", "created_at", "updated_at"}
    }
    found = read(json.dumps([whole | {"impact": "Saved 3 hours"}, server_less, brag()]), "x.json")
    assert found.kind is Kind.BRAGFILE
    assert said(found) == [
        (1, "2026-03-12", "Cut costs"),
        (2, "2026-11-18", "Cut costs"),
        (3, "win_without_words"),
    ]
    first = found.entries[0]
    assert (first.details, first.tags, first.project) == ("By half", ("aws", "money"), "Infra")
    assert (first.category, first.result) == ("quality", "Saved 3 hours")
    assert found.lines[1].undated


def test_any_list_of_things_with_a_title_and_a_date_is_read() -> None:
    listed = [
        {"title": "One", "date": "2026-03-12", "tags": ["a", "b"], "impact": 3, "odd": {}},
        {"what": "Two", "startDate": "12 March 2026"},
        {"title": "Three", "date": "soon"},
        {"title": "\ud800\x00Four", "date": None},
    ]
    for shape in (listed, {"wins": listed}):
        found = read(json.dumps(shape), "x.json")
        assert found.kind is Kind.LIST
        assert said(found) == [
            (1, "2026-03-12", "One"),
            (2, "2026-03-12", "Two"),
            (3, "unclear_date"),
            (4, "2026-11-18", "Four"),
        ]
        assert (found.entries[0].tags, found.entries[0].result) == (("a", "b"), "3")


REFUSED: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-1.7 ...", "x.md", "is_pdf"),
    (b"PK\x03\x04rest", "x.docx", "is_archive"),
    (b"\x1f\x8brest", "x.gz", "is_archive"),
    (b"\xd0\xcf\x11\xe0rest", "x.doc", "is_office"),
    (b"\x89PNG\r\n", "x.png", "is_picture"),
    (b"\xff\xd8\xffrest", "x.md", "is_picture"),
    (b"some\x00\x01bytes", "x.md", "is_binary"),
    (b"<!DOCTYPE html><html>", "x.md", "is_page"),
    (b"", "x.md", "is_empty"),
    (b"\xef\xbb\xbf \n", "x.md", "is_empty"),
    (b"# Only a heading", "x.md", "no_wins"),
    (b"title,date\n", "x.csv", "no_wins"),
    (b'"', "x.csv", "no_table"),
    (b",".join([b"a"] * 101), "x.csv", "too_many_columns"),
    (b'{"wins": [', "x.json", "broken_json"),
    (b'{"name": "sayso", "version": 1}', "x.json", "other_json"),
    (b'[{"price": 3}, {"price": 4}]', "x.json", "other_json"),
    (b"[1, 2, 3]", "x.json", "other_json"),
    (b"{}", "x", "other_json"),
    (b"x" * (MOST_BYTES + 1), "x.md", "too_big"),
    (b"- a win\n" * (MOST_LINES + 1), "x.md", "too_many_lines"),
    (b"title\n" + b"a win\n" * (MOST_LINES + 1), "x.csv", "too_many_lines"),
    (b"[" + b'{"title":"a"},' * MOST_LINES + b"{}]", "x.json", "too_many_lines"),
)


@pytest.mark.parametrize(("content", "name", "words"), REFUSED, ids=[f"{row[2]}-{row[1]}" for row in REFUSED])
def test_a_file_that_is_no_such_thing_is_explained(content: bytes, name: str, words: str) -> None:
    found = read(content, name)
    assert found.problem
    assert found.problem.words == words
    assert not found.lines


BOMBS: tuple[Callable[[], bytes], ...] = (
    lambda: b"[" * 400_000,
    lambda: b'{"a":' * 100_000,
    lambda: b'{"a":' + b"9" * 4_000_000 + b"}",
    lambda: b" " * 4_000_000 + b"x",
    lambda: b"# a" + b" " * 4_000_000 + b"x",
    lambda: b"* " * 2_000_000,
    lambda: b"|" * 4_000_000,
    lambda: b"[a" * 2_000_000,
    lambda: b'a,"\n' * 190_000,
    lambda: b'title,b\n"x\n' * 90_000,
    lambda: b"x\n" * 190_000,
    lambda: b"- x\n" + b"  - y\n" * 190_000,
    lambda: b"- 12 March: thing\n" * 10_000,
)


@pytest.mark.thorough
@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("name", ["x.md", "x.csv", "x.json"])
def test_no_file_takes_long(bomb: Callable[[], bytes], name: str) -> None:
    content, began = bomb(), process_time()
    read(content, name)
    # Most take a tenth of this; it is far below what a quadratic reader would need.
    assert process_time() - began < 8


@examples(300, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(
        st.binary(max_size=400),
        st.text(max_size=400).map(lambda text: text.encode("utf-8", "replace")),
        st.text(alphabet="-*#|`~> \n\t\"',;:{}[]()=0123456789aé😀\ufeff\x00", max_size=300).map(str.encode),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
            lambda inner: (
                st.lists(inner, max_size=4)
                | st.dictionaries(
                    st.sampled_from(
                        ("title", "date", "tags", "wins", "format", "version", "achievements", "goals")
                    )
                    | st.text(max_size=3),
                    inner,
                    max_size=5,
                )
            ),
            max_leaves=12,
        ).map(lambda value: json.dumps(value).encode()),
    ),
    st.sampled_from(("x.md", "x.csv", "x.tsv", "x.json", "x", "")),
)
@example(
    b'{"format": "sayso", "version": true, "wins": [{"title": "a", "occurred_on": "2026-01-01"}]}', "x.json"
)
def test_reading_never_raises(content: bytes, name: str) -> None:
    found = read(content, name)
    assert (found.problem is None) == bool(found.lines or found.goals)
    imports.pack(name, found, imports.marks(found.lines, []))
    for line in found.lines:
        assert (line.entry is None) != (line.problem is None)
        if line.entry:
            assert line.entry.title.strip()
            assert date(1900, 1, 1) <= line.entry.occurred_on <= TODAY
            line.entry.title.encode()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("- 0001-01-05 Long ago\n- 9999-12-31 Ahead", "x.md"),
        ("title,date\nLong ago,0001-01-05\nAhead,9999-12-31\n", "x.csv"),
        (json.dumps([{"title": "a", "date": "0001-01-05"}, {"title": "b", "date": "9999-12-31"}]), "x.json"),
        (portable.write([Entry("a", date.min), Entry("b", date.max)], exported_on=TODAY), "x.json"),
    ],
)
def test_days_at_the_ends_of_the_calendar_are_no_days_of_a_win(content: str, name: str) -> None:
    found = read(content, name)
    assert [line.problem and line.problem.words for line in found.lines] == [
        "unclear_date",
        "not_happened_yet",
    ]
    assert imports.marks(found.lines, []) == {}


def test_what_only_looks_like_an_account_is_read_all_the_same() -> None:
    told = json.loads(portable.write([Entry("a", TODAY)], exported_on=TODAY))
    late = {**told["wins"][0], "until_on": "9999-12-31"}
    found = read(json.dumps({**told, "goals": 5, "wins": [*told["wins"], late]}), "x.json")
    assert [line.problem and line.problem.words for line in found.lines] == [None, "not_happened_yet"]
    assert list(found.goals) == []
    found = read(json.dumps({**told, "goals": [{"statement": "x\x00y\ud800"}, 3]}), "x.json")
    assert found.goals == [{"statement": "xy"}]


def lines(*titles: str, on: date = TODAY) -> list[imports.Line]:
    return [imports.Line(number, Entry(title, on)) for number, title in enumerate(titles, 1)]


def test_what_is_logged_or_stands_twice_is_marked() -> None:
    known = [Known("Shipped the  NEW search", TODAY), Known("Wrote the hiring guide for the team", TODAY)]
    found = lines(
        "Shipped the new search",
        "Wrote a hiring guide for the team",
        "Mentored Ana",
        "mentored ana",
        "Mentored Anna",
        "Something else entirely",
    )
    assert imports.marks(found, known) == {
        0: Likeness.LOGGED,
        1: Likeness.ALIKE,
        3: Likeness.TWICE,
        4: Likeness.TWICE,
    }


def test_what_lies_far_apart_is_no_look_alike() -> None:
    known = [Known("Ran the retro of the release", TODAY - timedelta(days=15))]
    assert imports.marks(lines("Ran the retro of the release"), known) == {}
    assert imports.marks(
        lines("Ran the retro of the release"), [Known(known[0].title, TODAY - timedelta(14))]
    )


@pytest.mark.parametrize("again", ["\"'\n", '\n"', "' \n", ',"', "'|\n", '"a"\n', "' ,|\n"])
def test_a_file_of_nothing_but_quotes_keeps_nobody_waiting(again: str) -> None:
    began = process_time()
    read("title,date\n" + again * (8_000 // len(again)), "wins.csv")
    assert process_time() - began < 0.5
