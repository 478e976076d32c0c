"""What a file held, kept until the person decides: saved part by part, whatever ends in between."""

import asyncio
from contextlib import suppress
from datetime import date, timedelta

import pytest

from bot.coach import Coach
from bot.core.errors import NotFound
from bot.domain import captures, imports, wins
from bot.domain.imports import Kept, Line, Preview
from bot.domain.wins import Entry
from bot.storage.identity import Principal

ON = date(2026, 3, 12)
NUMBER = imports.PART_SIZE * 2 + 50


def file(number: int = NUMBER) -> Preview:
    taken = [Line(at, Entry(f"Thing {at}", ON - timedelta(days=at))) for at in range(1, number + 1)]
    broken = Line(number + 1, problem=imports.Problem("not_happened_yet", {"on": ON}))
    return Preview(imports.Kind.MARKDOWN, [*taken, broken])


async def keep(coach: Coach, who: Principal, found: Preview, marked: dict[int, imports.Likeness]) -> Kept:
    async with coach.session(who) as session:
        return await imports.keep(session, imports.pack("wins.md", found, marked))


async def saves_next(coach: Coach, who: Principal, import_id: str) -> Kept:
    async with coach.session(who) as session:
        return await imports.save_next(session, import_id)


async def count(coach: Coach, who: Principal) -> int:
    async with coach.session(who) as session:
        return await wins.count(session)


async def test_a_save_that_was_broken_off_goes_on_where_it_was(coach: Coach, who: Principal) -> None:
    kept = await keep(coach, who, file(), {0: imports.Likeness.LOGGED, NUMBER - 1: imports.Likeness.ALIKE})
    assert (kept.found, kept.alike, kept.broken, kept.to_save) == (NUMBER, 2, 1, NUMBER - 2)
    first = await saves_next(coach, who, kept.id)
    assert (first.state, first.saved) == ("open", imports.PART_SIZE - 1)
    with suppress(NotFound):
        async with coach.session(who) as session:
            await imports.save_next(session, kept.id)
            raise NotFound("no_win")
    assert await count(coach, who) == imports.PART_SIZE - 1
    while (await saves_next(coach, who, kept.id)).state == "open":
        pass
    assert await count(coach, who) == NUMBER - 2


async def test_many_who_save_at_once_save_each_win_once(coach: Coach, who: Principal) -> None:
    kept = await keep(coach, who, file(), {})
    ends = await asyncio.gather(*(saves_next(coach, who, kept.id) for _ in range(8)))
    assert await count(coach, who) == NUMBER
    assert {one.saved for one in ends if one.state == "saved"} == {NUMBER}


async def test_undo_bins_these_wins_and_no_others(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        await wins.log_all(session, [Entry("Thing 1", ON)], wins.Source.IMPORT)
    kept = await keep(coach, who, file(300), {})
    while (await saves_next(coach, who, kept.id)).state == "open":
        pass
    states: list[str] = []
    while not states or states[-1] not in {"undone", "saved"}:
        async with coach.session(who) as session:
            states.append((await imports.undo_next(session, kept.id)).state)
    assert states == ["to_undone", "undone"]
    assert await count(coach, who) == 1
    assert (await saves_next(coach, who, kept.id)).state == "undone"


async def test_words_that_were_kept_are_no_file(coach: Coach, who: Principal, other: Principal) -> None:
    kept = await keep(coach, who, file(1), {})
    async with coach.session(who) as session:
        words = await captures.keep(session, "Some words", "message")
    for person, name in ((who, words.id), (who, "nothing"), (who, None), (other, kept.id)):
        async with coach.session(person) as session:
            for verb in (
                imports.shown,
                imports.save_next,
                imports.undo_next,
                imports.let_go,
                imports.table_of,
            ):
                with pytest.raises(NotFound):
                    await verb(session, name)


async def test_days_in_a_reason_come_back_as_days(coach: Coach, who: Principal) -> None:
    kept = await keep(coach, who, file(1), {})
    async with coach.session(who) as session:
        (broken,) = await imports.broken_in(session, kept.id)
    assert (broken.number, broken.words, broken.facts) == (2, "not_happened_yet", {"on": ON})
