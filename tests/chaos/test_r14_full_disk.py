"""R14: the disk takes no more, by a limit on the size of a file (RLIMIT_FSIZE) that is set on a running process."""

import resource
from collections.abc import Callable
from pathlib import Path

from bot.coach import Coach
from tests.chaos.scale import Measured, count
from tests.chaos.typists import room, stored_of


async def test_a_full_disk_gives_the_words_back_keeps_what_was_there_and_passes(
    measured: Measured, sqlite_url: str, make_coach: Callable[..., Coach], tmp_path: Path
) -> None:
    times, readable = count("R14"), True
    async with room(sqlite_url, make_coach, tmp_path) as made:
        (pid,) = made.forks.alive
        limits = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        async with made.typing():
            for _ in range(times):
                await made.until_saved(made.saved + 20)
                # The file is as large as it may get; its journal, which begins anew each time, has some room.
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (size_of(made.file), limits[1]))
                before = sum(len(typed.given_back) for typed in made.typed)
                while sum(len(typed.given_back) for typed in made.typed) < before + 20:
                    for typed in made.typed:
                        await made.types(typed)
                readable = readable and all(
                    [
                        set(await stored_of(made.coach, typed.person)) >= typed.saved
                        for typed in made.typed[:1]
                    ]
                )
                resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)
            await made.until_saved(made.saved + 20)
        verdict = await made.verdict()
    measured(
        "R14", f"{times} times full: {verdict}; readable meanwhile: {readable}; recovered without a restart"
    )
    assert verdict.good
    assert verdict.unanswered == 0
    assert readable


def size_of(file: Path) -> int:
    return file.stat().st_size
