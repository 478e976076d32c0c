"""R17: the restore drill: a backup by `sayso backup` while four processes write, and `sayso restore` elsewhere."""

from collections.abc import Callable
from pathlib import Path

from bot.coach import Coach
from bot.core.clock import SystemClock
from tests.chaos.scale import Measured, count
from tests.chaos.typists import Room, room, stored_of
from tests.forks import fork

PATIENCE = 30.0


async def test_a_backup_under_load_is_restored_with_all_that_was_acknowledged_before_it(
    measured: Measured, sqlite_url: str, make_coach: Callable[..., Coach], tmp_path: Path
) -> None:
    drills, lost, back = count("R17"), 0, 0
    async with room(sqlite_url, make_coach, tmp_path, processes=4) as made:
        async with made.typing():
            for number in range(drills):
                await made.until_saved(made.saved + 20)
                before = [set(typed.saved) for typed in made.typed]
                copy = tmp_path / f"backup-{number}.db"
                await runs(made, "backup", str(copy), database=str(made.file), folder=tmp_path)
                elsewhere = tmp_path / f"drill-{number}" / "sayso.db"
                await runs(made, "restore", str(copy), database=str(elsewhere), folder=tmp_path)
                lost += await missing(made, make_coach, elsewhere, before)
                back += sum(map(len, before))
        verdict = await made.verdict()
    measured(
        "R17",
        f"{drills} backups restored: {back} acknowledged before them, {lost} missing; meanwhile {verdict}",
    )
    assert lost == 0
    assert verdict.good
    assert verdict.unanswered == 0


async def runs(made: Room, *words: str, database: str, folder: Path) -> None:
    """Run a command of the operator's on a database, with the keys of the room."""
    keys = made.settings["master_keys"]
    command = fork(words, folder, {"database_url": f"sqlite:///{database}", "master_keys": keys})
    assert await command.ended(PATIENCE) == 0, command.said


async def missing(made: Room, make_coach: Callable[..., Coach], file: Path, before: list[set[str]]) -> int:
    """How much of what was acknowledged before a backup cannot be read in what was restored from it."""
    keys = made.coach.settings.master_keys
    restored = make_coach(f"sqlite:///{file}", SystemClock(), master_keys=keys)
    found = [set(await stored_of(restored, typed.person)) for typed in made.typed]
    await restored.database.close()
    return sum(len(saved - one) for saved, one in zip(before, found, strict=True))
