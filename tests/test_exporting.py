"""`sayso export`: what it writes, to whom it opens it, and what it says where there is nothing to write."""

import stat
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot import exporting
from bot.coach import Coach
from bot.core.errors import Invalid
from bot.domain import portable, wins
from bot.domain.wins import Source, entry
from bot.exporting import Wanted
from bot.storage.identity import Principal

MEMBER = "T0JUNIPER:U0MAYA"


@pytest.fixture
async def author(coach: Coach, who: Principal) -> Principal:
    """Somebody with a win that others may read, a private one, and one of last year."""
    async with coach.session(who) as session:
        for title, on, shareable in (
            ("Shipped search", date(2026, 11, 2), True),
            ("Asked for more", date(2026, 11, 3), False),
            ("Moved checkout", date(2025, 6, 1), True),
        ):
            await wins.log(session, entry(title, on, shareable=shareable), Source.FORM)
    return who


def written(file: Path) -> str:
    return file.read_bytes().decode()


async def exported(coach: Coach, file: Path, **more: Any) -> str:
    await exporting.export(coach, Wanted(file, more.pop("member", MEMBER), **more))
    return written(file)


async def test_the_ending_of_the_file_says_the_format(
    coach: Coach, author: Principal, tmp_path: Path
) -> None:
    assert "## Shipped search" in await exported(coach, tmp_path / "wins.md")
    assert '<h2 dir="auto">Shipped search</h2>' in await exported(coach, tmp_path / "wins.HTML")
    assert await exported(coach, tmp_path / "wins", format="csv")
    with pytest.raises(Invalid) as refused:
        await exported(coach, tmp_path / "wins.txt")
    assert refused.value.words == "no_such_format"


async def test_only_its_owner_may_read_the_file(coach: Coach, author: Principal, tmp_path: Path) -> None:
    await exported(coach, tmp_path / "wins.md")
    assert stat.S_IMODE((tmp_path / "wins.md").stat().st_mode) == 0o600
    (tmp_path / "old.md").write_text("x" * 100_000)
    (tmp_path / "old.md").chmod(0o644)
    assert "x" * 100 not in await exported(coach, tmp_path / "old.md")
    assert stat.S_IMODE((tmp_path / "old.md").stat().st_mode) == 0o600


async def test_private_wins_are_left_out_and_counted(coach: Coach, author: Principal, tmp_path: Path) -> None:
    facts, _ = await exporting.export(coach, Wanted(tmp_path / "wins.md", MEMBER))
    assert (facts.figures.wins, facts.private_left_out) == (1, 1)
    assert "Asked for more" in await exported(coach, tmp_path / "wins.md", private=True)
    assert "Asked for more" in await exported(coach, tmp_path / "wins.md", audience="me")


async def test_json_holds_everything(coach: Coach, author: Principal, tmp_path: Path) -> None:
    wanted = Wanted(tmp_path / "all.json", MEMBER)
    assert wanted.is_everything
    assert not Wanted(tmp_path / "all.json", MEMBER, format="csv").is_everything
    await exporting.export_everything(coach, wanted)
    account = portable.read(written(wanted.file))
    assert [one.title for one in account.wins] == ["Asked for more", "Shipped search", "Moved checkout"]


@pytest.mark.parametrize(
    ("period", "title"),
    [
        ("this_quarter", "Shipped search"),
        ("this quarter", "Shipped search"),
        ("last year", "Moved checkout"),
        ("all", "Moved checkout"),
        ("2025-05-01..2025-07-01", "Moved checkout"),
        ("1 October 2026..", "Shipped search"),
    ],
)
async def test_a_period_is_said_in_words_or_as_two_days(
    coach: Coach, author: Principal, tmp_path: Path, period: str, title: str
) -> None:
    assert title in await exported(coach, tmp_path / "wins.md", period=period)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"member": "U0MAYA"}, "no_such_member"),
        ({"member": "T0JUNIPER:"}, "no_such_member"),
        ({"member": "T0JUNIPER:U0NOBODY"}, "no_such_member"),
        ({"period": "some day"}, "no_such_period"),
        ({"period": "last_month"}, "nothing_in_period"),
        ({"audience": "boss"}, "no_such_audience"),
        ({"format": "odt"}, "no_such_format"),
    ],
)
async def test_what_cannot_be_written_is_refused_and_no_file_is_touched(
    coach: Coach, author: Principal, tmp_path: Path, more: dict[str, Any], words: str
) -> None:
    file = tmp_path / "wins.md"
    file.write_text("as it was")
    with pytest.raises(Invalid) as refused:
        await exported(coach, file, **more)
    assert refused.value.words == words
    assert file.read_text() == "as it was"


async def test_it_does_not_count_as_the_member_coming_back(
    coach: Coach, author: Principal, tmp_path: Path
) -> None:
    async with coach.session(author) as session:
        session.member.unreachable = "user_disabled"
    async with coach.session(author, present=False) as session:
        before = session.member.unreachable
    await exported(coach, tmp_path / "wins.md")
    async with coach.session(author, present=False) as session:
        assert session.member.unreachable == before
