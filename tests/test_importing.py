"""`sayso import`: shows what a file holds, asks, and saves it for the member who is named."""

from datetime import date
from pathlib import Path

import pytest

from bot.coach import Coach
from bot.domain import imports, wins
from bot.importing import Importing, RefusedError, columns_called, member_called
from bot.storage.identity import Principal
from bot.storage.vault import new_master_key
from tests.story.processes import sayso

MARKDOWN = (
    "- 2026-03-12 Shipped the search\n- 2026-02-31 Never was\n- 2026-03-12 Shipped the search\n- Undated\n"
)


class Terminal:
    """What an operator reads, and the answer they give."""

    def __init__(self, answer: bool = True) -> None:
        self.said: list[str] = []
        self.asked: list[str] = []
        self.answer = answer

    def asks(self, question: str) -> bool:
        self.asked.append(question)
        return self.answer

    async def runs(
        self,
        coach: Coach,
        path: Path,
        who: Principal,
        *,
        columns: str | None = None,
        dry_run: bool = False,
        yes: bool = False,
    ) -> int:
        importing = Importing(coach, self.said.append, self.said.append, self.asks)
        member = f"{who.team_id}:{who.user_id}"
        return await importing.bring(str(path), member, columns=columns, dry_run=dry_run, yes=yes)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "wins.md"
    path.write_text(MARKDOWN)
    return path


async def titles(coach: Coach, who: Principal) -> list[str]:
    async with coach.session(who) as session:
        return sorted(win.title for win in (await wins.page(session, size=100))[0])


async def test_it_shows_each_line_asks_and_saves(coach: Coach, who: Principal, file: Path) -> None:
    terminal = Terminal()
    assert await terminal.runs(coach, file, who) == 0
    assert terminal.said == [
        "1: 2026-03-12 Shipped the search",
        "3: 2026-03-12 Shipped the search [stands in the file twice]",
        "4: 2026-11-18 (no day named) Undated",
        "2: not taken. “2026-02-31” is no day that I can read.",
        "wins.md: 3 wins, 1 of them left out as look-alikes; 1 line not taken.",
        "Saved 2 wins.",
    ]
    assert terminal.asked == ["Save 2 wins?"]
    assert await titles(coach, who) == ["Shipped the search", "Undated"]


@pytest.mark.parametrize(("answer", "dry_run"), [(False, False), (True, True)])
async def test_nothing_is_saved_without_a_yes(
    coach: Coach, who: Principal, file: Path, answer: bool, dry_run: bool
) -> None:
    terminal = Terminal(answer)
    assert await terminal.runs(coach, file, who, dry_run=dry_run) == 0
    assert terminal.said[-1] == "Nothing was saved."
    assert await titles(coach, who) == []


async def test_what_is_there_already_is_left_out_the_second_time(
    coach: Coach, who: Principal, file: Path
) -> None:
    first, second = Terminal(), Terminal()
    assert await first.runs(coach, file, who, yes=True) == 0
    assert first.asked == []
    assert await second.runs(coach, file, who) == 0
    assert "1: 2026-03-12 Shipped the search [logged already]" in second.said
    assert (second.said[-1], second.asked) == ("Nothing was saved.", [])
    assert len(await titles(coach, who)) == 2


async def test_columns_are_named_by_their_headings(coach: Coach, who: Principal, tmp_path: Path) -> None:
    path = tmp_path / "wins.csv"
    path.write_text("A,B\n2026-03-12,Shipped it\n")
    terminal = Terminal()
    assert await terminal.runs(coach, path, who, columns="title=B, date=A", yes=True) == 0
    async with coach.session(who) as session:
        (win,) = (await wins.page(session, size=9))[0]
        assert (win.title, win.occurred_on) == ("Shipped it", date(2026, 3, 12))
    assert await terminal.runs(coach, path, who, columns="title=Nope") == 1
    assert terminal.said[-1] == "wins.csv is not taken. It has no column called “Nope”."


@pytest.mark.parametrize("wrong", ["title", "title:B", "nonsense=B", "title=B,odd=C"])
def test_columns_that_name_no_part_are_explained(wrong: str) -> None:
    with pytest.raises(RefusedError, match="no_such_columns"):
        columns_called(wrong)
    assert columns_called("") == columns_called(None) == {}


@pytest.mark.parametrize("wrong", ["", "T1", "T1:", ":U1"])
def test_a_member_is_named_by_two_ids(wrong: str) -> None:
    with pytest.raises(RefusedError, match="no_such_spelling"):
        member_called(wrong)
    assert member_called("T1:U1") == Principal("T1", "U1")


async def test_somebody_unknown_and_a_file_that_cannot_be_read_are_explained(
    coach: Coach, who: Principal, file: Path, tmp_path: Path
) -> None:
    terminal = Terminal()
    assert await terminal.runs(coach, file, Principal("T0JUNIPER", "U0NOBODY")) == 1
    assert terminal.said[-1].startswith("There is no member T0JUNIPER:U0NOBODY.")
    big = tmp_path / "big.md"
    big.write_bytes(b"x" * (imports.MOST_BYTES + 1))
    assert await terminal.runs(coach, big, who) == 1
    assert "larger than the 5 MB" in terminal.said[-1]


async def test_the_command_needs_the_keys_and_a_database_that_is_up_to_date(
    file: Path, tmp_path: Path
) -> None:
    async def run(**settings: str) -> tuple[int, str]:
        command = ("import", str(file), "--member", "T1:U1", "--dry-run")
        async with sayso(*command, folder=tmp_path, **settings) as running:
            return await running.ends(), "\n".join(running.lines)

    code, said = await run()
    assert (code, "SAYSO_MASTER_KEYS" in said) == (2, True)
    code, said = await run(master_keys=new_master_key(), database_url=f"sqlite:///{tmp_path}/new.db")
    assert (code, "sayso db upgrade" in said) == (2, True)
