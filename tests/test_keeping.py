"""Backups and keys at the command line: whole copies, a way back that touches nothing in vain, keys that change."""

import sqlite3
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import update

from bot import doctor, manifest
from bot.coach import Coach
from bot.core.clock import StoppedClock, SystemClock
from bot.domain import wins
from bot.domain.wins import Source
from bot.keeping import Backups, Keys
from bot.running import opened
from bot.settings import Settings, SettingsError
from bot.storage import backups, migrate, sqlite
from bot.storage.database import Database, wal_is_sound
from bot.storage.identity import Member, Principal
from bot.storage.vault import Vault, new_master_key
from tests.conftest import NOW
from tests.storage.test_canary import file_of, footprint

WORD = "Moved the checkout to the new cluster"


@dataclass
class Operator:
    """Somebody at the command line beside a coach's database, and what they read."""

    coach: Coach
    said: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)

    @property
    def path(self) -> Path:
        return file_of(self.coach)

    @property
    def backups(self) -> Backups:
        return self.with_keys(self.coach.settings.master_keys)

    def with_keys(self, keys: SecretStr | None) -> Backups:
        url = self.coach.settings.database_url
        settings = Settings.load(_env_file=None, database_url=url, master_keys=keys)
        return Backups(settings, self.said.append, self.warned.append)

    async def logs(self, who: Principal, text: str) -> None:
        async with self.coach.session(who) as session:
            await wins.log(session, wins.entry(text, NOW.date()), Source.COMMAND)

    async def titles(self, who: Principal) -> list[str]:
        async with self.coach.session(who) as session:
            kept, _ = await wins.page(session, size=10)
            return [win.title for win in kept]

    def goes_away(self) -> None:
        """The machine is lost, and the database with it."""
        backups.remove(self.path)


@pytest.fixture
async def operator(coach: Coach, who: Principal) -> Operator:
    made = Operator(coach)
    await made.logs(who, WORD)
    return made


@pytest.fixture
async def backup(operator: Operator, tmp_path: Path) -> Path:
    file = tmp_path / "copies" / "monday.db"
    file.parent.mkdir()
    assert await operator.backups.make(file) == 0, operator.warned
    return file


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def content(path: Path) -> bytes:
    return path.read_bytes()


def found(folder: Path, pattern: str) -> list[Path]:
    return list(folder.glob(pattern))


def write(path: str, what: bytes) -> None:
    Path(path).write_bytes(what)


# --- Backups


async def test_a_backup_is_one_file_that_only_its_owner_may_read(backup: Path, operator: Operator) -> None:
    assert [path.name for path in backup.parent.iterdir()] == ["monday.db"]
    assert mode(backup) == 0o600
    assert f"{backup} holds the whole database: 1 member, {len(content(backup)):,} bytes" in operator.said[-1]


async def test_neither_a_word_nor_a_key_nor_a_token_is_in_it(backup: Path, operator: Operator) -> None:
    stored = content(backup)
    assert WORD.encode() not in stored
    assert b"xoxb-" not in stored
    for key in operator.coach.settings.keys:
        assert key not in stored


async def test_a_backup_overwrites_nothing(backup: Path, operator: Operator) -> None:
    before = footprint(backup)
    assert await operator.backups.make(backup) == 1
    assert "is there already: choose another name" in operator.warned[-1]
    assert footprint(backup) == before


async def test_a_backup_with_keys_that_do_not_open_it_is_refused(operator: Operator, tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        await operator.with_keys(SecretStr(new_master_key())).make(tmp_path / "b.db")
    assert not (tmp_path / "b.db").exists()


async def test_where_nothing_is_there_nothing_is_backed_up(operator: Operator, tmp_path: Path) -> None:
    await operator.coach.database.close()
    operator.goes_away()
    assert await operator.backups.make(tmp_path / "b.db") == 1
    assert operator.warned == [f"There is no file {operator.path}."]


async def test_a_folder_that_is_not_there_is_told(operator: Operator, tmp_path: Path) -> None:
    assert await operator.backups.make(tmp_path / "none" / "b.db") == 1
    assert "b.db cannot be written: No such file or directory" in operator.warned[-1]


async def test_a_damaged_database_makes_no_backup(operator: Operator, tmp_path: Path) -> None:
    await operator.coach.database.close()
    damage(operator.path, like="wins")
    assert await operator.backups.make(tmp_path / "b.db") == 1
    assert "is no whole database" in operator.warned[-1]
    assert found(tmp_path, "b.db*") == []


async def test_a_backup_that_was_cut_off_leaves_no_file_that_looks_like_one(
    operator: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(path: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(backups, "look_over", broken)
    with pytest.raises(KeyboardInterrupt):
        backups.copy(operator.path, tmp_path / "b.db")
    assert found(tmp_path, "b.db*") == []


def damage(path: Path, *, like: str) -> None:
    """Overwrite the first page of a table."""
    with closing(sqlite3.connect(path)) as database:
        (size,) = database.execute("PRAGMA page_size").fetchone()
        (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [like]).fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)


# --- Restoring


async def test_what_was_backed_up_is_there_again(operator: Operator, backup: Path, who: Principal) -> None:
    await operator.coach.database.close()
    operator.goes_away()
    assert await operator.backups.bring_back(backup, replace=False) == 0, operator.warned
    assert operator.said[-1] == "The database is the backup now: 1 member, and the keys open it."
    assert await operator.titles(who) == [WORD]
    assert mode(operator.path) == 0o600


async def test_a_database_that_is_there_is_replaced_only_when_asked_for_and_kept_beside(
    operator: Operator, backup: Path, who: Principal
) -> None:
    await operator.logs(who, "Later than the backup")
    await operator.coach.database.close()
    before = operator.path.read_bytes()
    assert await operator.backups.bring_back(backup, replace=False) == 1
    assert "add --replace" in operator.warned[-1]
    assert operator.path.read_bytes() == before
    assert await operator.backups.bring_back(backup, replace=True) == 0
    assert await operator.titles(who) == [WORD]
    (aside,) = operator.path.parent.glob("*.before-*")
    assert aside.read_bytes() == before
    assert operator.said[-1] == f"What was there before is at {aside}."


async def test_what_sqlite_left_beside_the_old_one_goes_with_it(operator: Operator, backup: Path) -> None:
    await operator.coach.database.close()
    for ending in backups.BESIDE:
        write(f"{operator.path}{ending}", b"left behind")
    assert await operator.backups.bring_back(backup, replace=True) == 0
    names = sorted(path.name.split(".before-")[0] for path in found(operator.path.parent, "sayso.db*"))
    assert names == ["sayso.db", "sayso.db", "sayso.db", "sayso.db", "sayso.db", "sayso.db.lock"]
    assert [ending for ending in backups.BESIDE if found(operator.path.parent, f"sayso.db{ending}")] == []


async def test_nothing_is_restored_under_a_bot_that_runs(operator: Operator, backup: Path) -> None:
    async with opened(operator.coach.settings, SystemClock()):
        assert await operator.backups.bring_back(backup, replace=True) == 1
    assert "A Sayso runs on this database: stop it first" in operator.warned[-1]
    assert not list(operator.path.parent.glob("*.before-*"))


async def test_a_bot_does_not_start_in_the_middle_of_a_restore(operator: Operator) -> None:
    with sqlite.held(str(operator.path), alone=True), pytest.raises(SettingsError) as refused:
        async with opened(operator.coach.settings, SystemClock()):
            raise AssertionError("it started")
    assert "is being restored" in str(refused.value)


@pytest.mark.parametrize("replace", [False, True])
async def test_other_keys_touch_nothing(operator: Operator, backup: Path, replace: bool) -> None:
    await operator.coach.database.close()
    if not replace:
        operator.goes_away()
    # Whoever opened the database at any time left the file that says who has it open.
    before = footprint(operator.path)
    assert await operator.with_keys(SecretStr(new_master_key())).bring_back(backup, replace=replace) == 1
    assert "SAYSO_MASTER_KEYS does not open" in operator.warned[-1]
    assert footprint(operator.path) == before


async def test_a_newer_schema_is_refused_and_an_older_one_told(operator: Operator, backup: Path) -> None:
    await operator.coach.database.close()
    for version, code in (("9999", 1), ("0001", 0)):
        with closing(sqlite3.connect(backup)) as database, database:
            database.execute("UPDATE alembic_version SET version_num = ?", [version])
        assert await operator.backups.bring_back(backup, replace=True) == code
    assert "was made by a newer Sayso" in operator.warned[-1]
    assert operator.said[-1] == "It was made by an older Sayso: run `sayso db upgrade`."


@pytest.mark.parametrize("content", [b"", b"no database at all", b"SQLite format 3\0" + b"\xff" * 5000])
async def test_what_is_no_database_is_refused(operator: Operator, tmp_path: Path, content: bytes) -> None:
    await operator.coach.database.close()
    (tmp_path / "b.db").write_bytes(content)
    before = operator.path.read_bytes()
    assert await operator.backups.bring_back(tmp_path / "b.db", replace=True) == 1
    assert "is no whole database of Sayso’s" in operator.warned[-1]
    assert operator.path.read_bytes() == before


async def test_a_damaged_backup_is_refused(operator: Operator, backup: Path) -> None:
    await operator.coach.database.close()
    damage(backup, like="wins")
    assert await operator.backups.bring_back(backup, replace=True) == 1
    assert "is no whole database of Sayso’s" in operator.warned[-1]


async def test_a_backup_that_is_not_there_is_told(operator: Operator, tmp_path: Path) -> None:
    assert await operator.backups.bring_back(tmp_path / "none.db", replace=True) == 1
    assert operator.warned == [f"There is no file {tmp_path}/none.db."]


async def test_a_restore_that_was_killed_can_be_run_again(
    operator: Operator, backup: Path, who: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old one is away already, and the new one not yet in its place."""
    await operator.coach.database.close()
    write(f"{operator.path}-journal", b"left behind")
    write(f"{operator.path}.restored", b"half a copy")
    operator.path.rename(operator.path.with_name("sayso.db.before-1"))
    assert await operator.backups.bring_back(backup, replace=False) == 0
    assert found(operator.path.parent, "sayso.db-journal") == []
    assert await operator.titles(who) == [WORD]


@pytest.mark.postgres
async def test_postgresql_has_its_own_tools(
    postgres_url: str, clock: StoppedClock, make_coach: Callable[..., Coach], tmp_path: Path
) -> None:
    coach = make_coach(postgres_url, clock)
    operator = Operator(coach)
    assert await operator.backups.make(tmp_path / "b.db") == 1
    assert await operator.backups.bring_back(tmp_path / "b.db", replace=True) == 1
    assert "pg_dump --format=custom" in operator.warned[0] == operator.warned[1]
    await coach.database.close()


# --- Keys


@pytest.fixture
async def renewed(operator: Operator, clock: StoppedClock) -> AsyncIterator[tuple[Operator, Keys]]:
    """A new key in front of the one that everything was made with."""
    old = operator.coach.settings.master_keys
    assert old
    keys = SecretStr(f"{new_master_key()},{old.get_secret_value()}")
    url = operator.coach.settings.database_url
    settings = Settings.load(_env_file=None, database_url=url, master_keys=keys)
    async with opened(settings, clock) as coach:
        yield operator, Keys(coach, operator.said.append)


async def test_how_many_keys_need_an_older_one_is_told(renewed: tuple[Operator, Keys]) -> None:
    operator, keys = renewed
    assert await keys.check() == 1
    assert operator.said == [
        "1 key of members: 0 need only the first master key, 1 an older one.",
        "1 key of workspaces: 0 need only the first master key, 1 an older one.",
        "1 key of the canary: 0 need only the first master key, 1 an older one.",
        "3 keys still need an older master key: keep it in SAYSO_MASTER_KEYS, and run `sayso keys rotate`.",
    ]


async def test_after_a_rotation_the_older_key_can_be_taken_out(
    renewed: tuple[Operator, Keys], who: Principal, clock: StoppedClock
) -> None:
    operator, keys = renewed
    assert await keys.rotate() == 0
    assert operator.said[0] == "Wrapped anew: 1 key of members."
    assert operator.said[-1].startswith("Every key needs only the first master key. Take the older ones out")
    first = str(keys._coach.settings.master_keys.get_secret_value()).split(",")[0]  # type: ignore[union-attr]
    url = operator.coach.settings.database_url
    settings = Settings.load(_env_file=None, database_url=url, master_keys=SecretStr(first))
    async with opened(settings, clock) as coach:
        assert await Operator(coach).titles(who) == [WORD]
        operator.said.clear()
        assert await Keys(coach, operator.said.append).check() == 0
    assert operator.said[-1] == "Every key needs only the one master key that is set."


async def test_a_key_that_is_missing_from_the_list_is_told(operator: Operator) -> None:
    async with operator.coach.database.system() as session:
        strange = Vault([b"9" * 32]).new_key("somebody")
        await session.execute(update(Member).values(wrapped_key=strange))
    assert await Keys(operator.coach, operator.said.append).check() == 1
    assert operator.said[-1].startswith("1 key of members was wrapped by a master key that is not in")


# --- The doctor


async def examined(coach: Coach) -> dict[str, tuple[str, dict[str, object]]]:
    """What the doctor says about the database: the mark and the facts, by sentence."""
    found = doctor._database(coach.database, coach.settings, manifest.load())
    return {one.words: (one.mark, one.facts) async for one in found}


async def test_the_doctor_tells_versions_and_journal(operator: Operator) -> None:
    said = await examined(operator.coach)
    journal = "wal" if wal_is_sound(sqlite3.sqlite_version_info) else "delete"
    kind = f"SQLite {sqlite3.sqlite_version}"
    assert said["database_answers"] == ("good", {"kind": kind, "journal": journal})
    assert said["database_current"] == ("good", {"version": migrate.newest()})


@pytest.mark.postgres
async def test_the_doctor_tells_the_version_of_postgresql(
    postgres_url: str, clock: StoppedClock, make_coach: Callable[..., Coach]
) -> None:
    coach = make_coach(postgres_url, clock)
    said = await examined(coach)
    assert str(said["database_answers"][1]["kind"]).startswith("PostgreSQL 1")
    assert "files_closed" not in said
    await coach.database.close()


async def test_the_doctor_names_files_that_others_may_read(operator: Operator) -> None:
    operator.path.chmod(0o644)
    assert (await examined(operator.coach))["files_open"] == ("bad", {"files": [str(operator.path)]})
    operator.path.chmod(0o600)
    assert (await examined(operator.coach))["files_closed"][0] == "good"


async def test_a_new_database_is_for_its_owner_only(tmp_path: Path, clock: StoppedClock) -> None:
    database = Database(f"sqlite+turns:///{tmp_path}/new.db", clock)
    await database.answers()
    assert mode(tmp_path / "new.db") == 0o600
    await database.close()


async def test_the_doctor_counts_keys_that_need_an_older_one(renewed: tuple[Operator, Keys]) -> None:
    _, keys = renewed
    assert (await examined(keys._coach))["keys_older"] == ("note", {"count": 3})
    await keys.rotate()
    said = await examined(keys._coach)
    assert "keys_older" not in said
    assert said["keys_spare"][0] == "note"


async def test_the_doctor_tells_a_key_that_is_missing_from_the_list(operator: Operator) -> None:
    async with operator.coach.database.system() as session:
        await session.execute(update(Member).values(wrapped_key=Vault([b"9" * 32]).new_key("somebody")))
    assert (await examined(operator.coach))["keys_unknown"] == ("bad", {"count": 1})
