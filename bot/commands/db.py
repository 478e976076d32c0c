"""`sayso db`: the database's schema."""

import click

from bot.commands.line import command, configured, main, words
from bot.core.clock import SystemClock


@main.group(help=words("cli").db)
def db() -> None:
    pass


@command(db, "upgrade")
async def db_upgrade() -> None:
    from bot.running import opened, upgrade

    async with opened(configured(), SystemClock()) as coach:
        await upgrade(coach)
    click.echo(words("cli").upgraded)


@command(db, "check")
async def db_check() -> int:
    from bot.running import opened
    from bot.storage import migrate

    async with opened(configured(), SystemClock()) as coach:
        current = await migrate.is_current(coach.database.engine)
    click.echo(words("cli").current if current else words("cli").behind)
    return 0 if current else 1
