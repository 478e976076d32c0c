"""The canary: keys that do not belong to a database are refused before anything in it is touched."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.running import opened
from bot.settings import Settings, SettingsError
from bot.storage import canary
from bot.storage.canary import Canary
from bot.storage.database import Database
from bot.storage.identity import Principal
from bot.storage.vault import Vault, WrongKeyError, new_master_key


def footprint(path: Path) -> dict[str, tuple[bytes, int]]:
    """Every file beside the database: its bytes and when it was last written."""
    return {
        file.name: (file.read_bytes(), file.stat().st_mtime_ns)
        for file in path.parent.iterdir()
        if file.is_file()
    }


def file_of(coach: Coach) -> Path:
    return Path(str(coach.database.url.database))


def wrong_vault() -> Vault:
    return Vault([os.urandom(32)])


async def test_the_right_key_is_let_in(coach: Coach) -> None:
    await canary.check(coach.database, coach.vault)


async def test_a_wrong_key_is_refused_and_no_byte_is_changed(coach: Coach, who: Principal) -> None:
    before = footprint(file_of(coach))
    with pytest.raises(WrongKeyError):
        await canary.check(coach.database, wrong_vault())
    await coach.database.close()
    assert footprint(file_of(coach)) == before


async def test_a_process_with_a_wrong_key_does_not_start_and_says_why(
    coach: Coach, clock: StoppedClock
) -> None:
    await coach.database.close()
    before = footprint(file_of(coach))
    wrong = Settings.load(
        _env_file=None,
        database_url=coach.settings.database_url,
        master_keys=SecretStr(new_master_key()),
    )
    with pytest.raises(SettingsError) as refused:
        async with opened(wrong, clock):
            raise AssertionError("it started")
    assert refused.value.words == "wrong_keys"
    assert "SAYSO_MASTER_KEYS" in str(refused.value)
    assert footprint(file_of(coach)) == before


async def test_a_process_without_a_key_does_not_start(coach: Coach, clock: StoppedClock) -> None:
    await coach.database.close()
    before = footprint(file_of(coach))
    without = Settings.load(_env_file=None, database_url=coach.settings.database_url, master_keys=None)
    with pytest.raises(SettingsError) as refused:
        async with opened(without, clock):
            raise AssertionError("it started")
    assert refused.value.words == "missing_keys"
    assert footprint(file_of(coach)) == before


async def test_a_new_key_in_front_of_the_old_one_is_let_in(coach: Coach) -> None:
    await canary.check(coach.database, Vault([os.urandom(32), *coach.settings.keys]))


async def test_a_database_without_a_schema_has_nothing_to_refuse(tmp_path: Path, clock: StoppedClock) -> None:
    empty = Database(f"sqlite+turns:///{tmp_path}/empty.db", clock)
    await canary.check(empty, wrong_vault())
    await empty.close()


@pytest.mark.parametrize("wrapped", [b"", b"\x01", b"\x01" * 20, b"\x02" + b"\x00" * 80])
async def test_a_canary_that_was_damaged_is_refused(coach: Coach, wrapped: bytes) -> None:
    async with coach.database.system() as session:
        (await session.scalars(select(Canary))).one().wrapped_key = wrapped
    with pytest.raises(WrongKeyError):
        await canary.check(coach.database, coach.vault)


async def test_the_canary_is_put_in_once_on_both_databases(
    database_url: str, clock: StoppedClock, make_coach: Callable[..., Coach]
) -> None:
    coach = make_coach(database_url, clock)
    await canary.check(coach.database, wrong_vault())
    await canary.settle(coach.database, coach.vault)
    await canary.settle(coach.database, wrong_vault())
    await canary.check(coach.database, coach.vault)
    with pytest.raises(WrongKeyError):
        await canary.check(coach.database, wrong_vault())
    async with coach.database.system() as session:
        assert await session.scalar(select(func.count()).select_from(Canary)) == 1
    await coach.database.close()
