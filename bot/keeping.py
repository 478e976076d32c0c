"""What `sayso keys rotate`, `sayso backup` and `sayso restore` do."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.coach import Coach
from bot.core.clock import SystemClock
from bot.core.prose import Prose
from bot.running import opened
from bot.settings import Settings
from bot.storage import backups, canary, migrate, rotation, sqlite
from bot.storage.backups import Contents, NoBackupError
from bot.storage.database import Database
from bot.storage.vault import Vault, WrongKeyError

Say = Callable[[str], None]

words = Prose().words


class Keys:
    """The wrapped keys of an installation, and which master keys they need."""

    def __init__(self, coach: Coach, say: Say) -> None:
        self._coach = coach
        self._say = say

    async def rotate(self) -> int:
        """Wrap with the first master key what an older one wraps; 1 when some could not be wrapped."""
        done = await rotation.rotate(self._coach.database, self._coach.vault)
        for name, count in done.items():
            self._tell("rotated", name=_named(name), count=count)
        return await self._sum_up()

    async def check(self) -> int:
        """Say how many need an older master key; 1 when some do."""
        stands = await rotation.standing(self._coach.database, self._coach.vault)
        for name, one in stands.items():
            self._tell("standing", name=_named(name), count=one.total, stands=one)
        return await self._sum_up()

    async def _sum_up(self) -> int:
        stands = await rotation.standing(self._coach.database, self._coach.vault)
        for name, one in stands.items():
            if one.unknown:
                self._tell("unknown", name=_named(name), count=one.unknown)
        older = sum(one.older for one in stands.values())
        unknown = sum(one.unknown for one in stands.values())
        if older:
            self._tell("left", count=older)
        elif not unknown:
            self._tell("done" if self._coach.vault.marks[1:] else "done_alone")
        return 1 if older or unknown else 0

    def _tell(self, block: str, **facts: object) -> None:
        self._say(words("keeping", **facts).block(block).plain)


class RefusedError(Exception):
    """It cannot be done; a sentence of templates/keeping.j2 says why."""

    def __init__(self, block: str, /, **facts: object) -> None:
        super().__init__(words("keeping", **facts).block(block).plain)


class Backups:
    """Whole copies of the database: what was done goes to `say`, and why it was not to `warn`."""

    def __init__(self, settings: Settings, say: Say, warn: Say) -> None:
        self._settings = settings
        self._say = say
        self._warn = warn

    async def make(self, file: Path) -> int:
        """Copy the database into a file that is not there yet."""
        try:
            source = _there(await self._path())
            # With keys that do not open it, it would be no use.
            async with opened(self._settings, SystemClock()):
                found = await asyncio.to_thread(_copied, source, file)
        except RefusedError as refused:
            return self._refuse(refused)
        self._tell("backed_up", file=file, members=found.members, size=f"{found.size:,}")
        return 0

    async def bring_back(self, file: Path, *, replace: bool) -> int:
        """Put a backup where the database is, or was; refused before anything there is touched."""
        vault = Vault(self._settings.require_keys())
        try:
            target = await self._path()
            found, kept = await asyncio.to_thread(_brought_back, file, target, vault, replace=replace)
        except RefusedError as refused:
            return self._refuse(refused)
        self._tell("restored", members=found.members)
        if kept:
            self._tell("aside", aside=kept)
        if found.version != migrate.newest():
            self._tell("upgrade")
        return 0

    async def _path(self) -> Path:
        database = Database(self._settings.database, SystemClock())
        await database.close()
        if database.path is None:
            raise RefusedError("not_sqlite")
        return database.path

    def _tell(self, block: str, **facts: object) -> None:
        self._say(words("keeping", **facts).block(block).plain)

    def _refuse(self, refused: RefusedError) -> int:
        self._warn(str(refused))
        return 1


def _there(file: Path) -> Path:
    if not file.exists():
        raise RefusedError("nothing_there", file=file)
    return file


def _copied(source: Path, file: Path) -> Contents:
    try:
        return backups.copy(source, file)
    except FileExistsError:
        raise RefusedError("file_exists", file=file) from None
    except OSError as error:
        raise RefusedError("cannot_write", file=file, reason=error.strerror) from None
    except NoBackupError as broken:
        raise RefusedError("no_backup", file=source, reason=broken) from None


def _brought_back(file: Path, target: Path, vault: Vault, *, replace: bool) -> tuple[Contents, Path | None]:
    try:
        with sqlite.held(str(target), alone=True), backups.taken(_there(file), target) as made:
            was_there = target.exists()
            if was_there and not replace:
                raise RefusedError("database_there", target=target)
            found = _looked_over(made, file, vault)
            aside = target.with_name(f"{target.name}.before-{SystemClock().now():%Y%m%dT%H%M%SZ}")
            backups.put_in_place(made, target, aside)
    except sqlite.HeldError:
        raise RefusedError("in_use") from None
    except OSError as error:
        raise RefusedError("cannot_write", file=target, reason=error.strerror) from None
    return found, aside if was_there else None


def _looked_over(made: Path, file: Path, vault: Vault) -> Contents:
    """What is in a backup, which is of a known version and opens with these keys."""
    try:
        found = backups.look_over(made)
        if not migrate.knows(found.version):
            raise RefusedError("newer", file=file)
        canary.try_on(found.canary, vault)
    except NoBackupError as broken:
        raise RefusedError("no_backup", file=file, reason=broken) from None
    except WrongKeyError:
        raise RefusedError("other_keys", file=file) from None
    return found


def _named(table: str) -> Any:
    return words("keeping").block(table).plain
