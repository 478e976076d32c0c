"""`sayso backup` and `sayso restore`: a whole copy of the database, and the way back."""

from functools import partial
from pathlib import Path

import click

from bot.commands.line import command, configured, main, words


@command(main, "backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
async def backup(file: Path) -> int:
    from bot.keeping import Backups

    return await Backups(configured(), click.echo, partial(click.echo, err=True)).make(file)


@command(main, "restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help=words("cli").restore_replace)
async def restore(file: Path, replace: bool) -> int:
    from bot.keeping import Backups

    backups = Backups(configured(), click.echo, partial(click.echo, err=True))
    return await backups.bring_back(file, replace=replace)
