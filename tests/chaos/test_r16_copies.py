"""R16: the disk is copied at random moments while four processes write, as a snapshot or a power cut has it."""

import asyncio
import random
import shutil
from collections.abc import Callable
from pathlib import Path

from bot.coach import Coach
from bot.core.clock import SystemClock
from bot.storage import backups, canary
from bot.storage.backups import JOURNALS
from tests.chaos.scale import Measured, count
from tests.chaos.typists import Room, frozen, room, stored_of


async def test_a_copy_of_any_moment_opens_and_holds_what_was_acknowledged(
    measured: Measured, sqlite_url: str, make_coach: Callable[..., Coach], tmp_path: Path
) -> None:
    copies, chance = count("R16"), random.Random(16)
    lost = with_journal = 0
    async with room(sqlite_url, make_coach, tmp_path, processes=4) as made:
        async with made.typing():
            for number in range(copies):
                await made.until_saved(made.saved + 4)
                await asyncio.sleep(chance.uniform(0, 0.03))
                file = tmp_path / "copies" / f"{number}.db"
                with frozen(made.forks):
                    before = [set(typed.saved) for typed in made.typed]
                    with_journal += snapshot(made.file, file)
                lost += await missing(made, make_coach, file, before)
        verdict = await made.verdict()
    measured(
        "R16",
        f"{copies} copies, {with_journal} with a journal that was being written: 0 do not open, {lost} rows lost",
    )
    assert lost == 0
    assert verdict.good


def snapshot(source: Path, target: Path) -> bool:
    """Copy the database with its journal, byte by byte; whether there was one."""
    target.parent.mkdir(exist_ok=True)
    shutil.copyfile(source, target)
    beside = [ending for ending in JOURNALS if Path(f"{source}{ending}").exists()]
    for ending in beside:
        shutil.copyfile(f"{source}{ending}", f"{target}{ending}")
    return bool(beside)


async def missing(made: Room, make_coach: Callable[..., Coach], file: Path, before: list[set[str]]) -> int:
    """Open a copy with the keys, and count what was acknowledged before it and is not in it."""
    backups.look_over(file)
    copied = make_coach(f"sqlite:///{file}", SystemClock(), master_keys=made.coach.settings.master_keys)
    try:
        await canary.check(copied.database, copied.vault)
        return sum(
            [
                len(saved - set(await stored_of(copied, typed.person)))
                for saved, typed in zip(before, made.typed, strict=True)
            ]
        )
    finally:
        await copied.database.close()
        backups.remove(file)
