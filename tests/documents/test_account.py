"""An account as files: what is read holds everything, and nothing that a person wrote becomes markup or a formula."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from typing import Any

from bot.core.prose import Prose
from bot.documents import account
from bot.domain.privacy import Told, found_in

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
WIN: dict[str, Any] = {
    "id": "w" * 16,
    "created_at": "2026-11-18T09:00:00+00:00",
    "title": "=SUM(A1) *bold*\n# no heading",
    "goal_id": "g" * 16,
    "shareable": False,
    "tags": ["a", "b"],
    "metric": {"name": "p95", "unit": None},
    "deleted_at": None,
}
GOAL: dict[str, Any] = {
    "id": "g" * 16,
    "created_at": "2026-11-18T09:00:00+00:00",
    "statement": "Lead the migration",
    "deadline": "2027-03-01",
    "closed_on": None,
    "deleted_at": None,
}


def told(**records: list[dict[str, Any]]) -> Told:
    return Told(date(2026, 11, 18), {"zone": "Europe/Berlin", "zone_pinned": False}, records)


def test_what_is_read_names_everything_and_what_it_is_linked_to() -> None:
    read = account.readable(Prose(), told(wins=[WIN], goals=[GOAL]))
    assert "## Wins (1)" in read
    assert "### =SUM(A1) \\*bold\\* # no heading" in read
    assert "- **goal:** Lead the migration" in read
    assert "- **tags:** a\\\n  b" in read
    assert "- **metric:** name p95" in read
    assert "- **zone:** Europe/Berlin" in read
    assert "\n# no heading" not in read


def test_the_table_holds_every_field_and_no_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(account.table([WIN]).decode("utf-8-sig"))))
    assert rows[0]["title"].startswith("'=SUM(A1)")
    assert rows[0].keys() == WIN.keys() - {"id"}


def test_without_wins_there_is_a_table_with_a_heading_only() -> None:
    assert account.table([]) == b'\xef\xbb\xbf"title"\r\n'


def test_the_calendar_holds_the_dates_that_lie_ahead() -> None:
    over = GOAL | {"id": "o" * 16, "closed_on": "2026-11-01", "statement": "Over"}
    gone = GOAL | {"id": "d" * 16, "deleted_at": "2026-11-01T00:00:00+00:00", "statement": "Gone"}
    with zipfile.ZipFile(io.BytesIO(account.archive(Prose(), told(goals=[GOAL, over, gone]), NOW))) as packed:
        calendar = packed.read("dates.ics").decode()
    assert "SUMMARY:Lead the migration" in calendar
    assert "DTSTART;VALUE=DATE:20270301" in calendar
    assert "Over" not in calendar
    assert "Gone" not in calendar


def test_the_archive_is_an_account_that_can_be_read_again() -> None:
    assert found_in(account.archive(Prose(), told(), NOW)) is not None
