"""Procrastinate's way to remind: a task for each member in its queue, which plans its own next turn.

A job there is done when it has run; advancing is a part of our work too, so each one defers the next.
"""

from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from procrastinate import App, PsycopgConnector

if TYPE_CHECKING:
    from procrastinate.types import JSONDict

WEEK = timedelta(days=7)
_BATCH = 1_000

queue = App(connector=PsycopgConnector())


@queue.task(name="check_in")
async def check_in(member: str) -> None:
    """Send nothing, and plan the next turn."""
    await check_in.configure(schedule_at=datetime.now(UTC) + WEEK).defer_async(member=member)


async def fill(address: str, tasks: int) -> None:
    """Defer that many tasks, all due at once."""
    connector = PsycopgConnector(conninfo=address)
    with queue.replace_connector(connector) as app:
        async with app.open_async():
            await app.schema_manager.apply_schema_async()
            names = (f"member{number:07}" for number in range(tasks))
            while batch := list["JSONDict"]({"member": name} for name in islice(names, _BATCH)):
                await check_in.batch_defer_async(*batch)
            await connector.execute_query_async("ANALYZE")
