"""The command line: `sayso`, or `python -m bot`."""

import asyncio
import signal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands import command, configured, main, words
from bot.core import logs
from bot.core.clock import MovableClock
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.running import Parts

__all__ = ["main"]

HOST = "127.0.0.1"
PORT = 3939

# Each command imports what it runs by itself, so that none waits for the libraries of the others.


@command(main, "demo")
@click.option("--host", default=HOST, help=words("cli").host)
@click.option("--port", default=PORT, type=click.IntRange(0, 65535), help=words("cli").port)
async def demo(host: str, port: int) -> None:
    from bot import demo as playing

    logs.configure("warning", "auto")
    await playing.play(
        host,
        port,
        _stop_on_signals(),
        announce=lambda address: click.echo(words("cli", address=address).demo_address),
    )


@command(main, "sandbox")
@click.option("--host", default=HOST, help=words("cli").host)
@click.option("--port", default=PORT, type=click.IntRange(0, 65535), help=words("cli").port)
async def sandbox(host: str, port: int) -> None:
    from bot import local_slack
    from bot.sandbox import Sandbox
    from bot.web import server

    logs.configure("warning", "auto")
    sock = server.listener(host, port)
    address = local_slack.address_of(sock)
    click.echo(words("cli", address=address).sandbox_address)
    await local_slack.serve(Sandbox(MovableClock(), base_url=address), sock, _stop_on_signals())


@command(main, "run")
async def run() -> None:
    from bot.running import Parts

    settings = configured()
    parts = Parts(web=True, worker=True, socket=settings.slack_app_token is not None)
    await _run(settings, parts, migrate_first=True)


@command(main, "web")
async def web() -> None:
    from bot.running import Parts

    settings = configured()
    await _run(settings, Parts(web=True, socket=settings.slack_app_token is not None))


@command(main, "worker")
@click.option("--port", type=click.IntRange(0, 65535), help=words("cli").worker_port)
async def worker(port: int | None) -> None:
    from bot.running import Parts

    await _run(configured(), Parts(worker=True, port=port))


@command(main, "doctor")
async def doctor() -> int:
    from bot import doctor as examining
    from bot import manifest

    settings = configured()
    said = words("doctor")
    click.echo(f"{said.good:<4} {said.settings_read.plain}")
    good = True
    async for finding in examining.examine(settings, manifest.load()):
        said = words("doctor", **finding.facts)
        click.echo(f"{said.block(finding.mark):<4} {said.block(finding.words).plain}")
        good = good and finding.good
    return 0 if good else 1


@command(main, "import")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False))
@click.option("--member", required=True, metavar="TEAM:USER", help=words("cli").import_member)
@click.option("--columns", metavar="PART=COLUMN,…", help=words("cli").import_columns)
@click.option("--dry-run", is_flag=True, help=words("cli").import_dry_run)
@click.option("--yes", is_flag=True, help=words("cli").import_yes)
async def import_(path: str, member: str, columns: str | None, dry_run: bool, yes: bool) -> int:
    from bot.importing import Importing
    from bot.running import visited

    async with visited(configured()) as coach:
        importing = Importing(coach, click.echo, partial(click.echo, err=True), click.confirm)
        return await importing.bring(path, member, columns=columns, dry_run=dry_run, yes=yes)


@command(main, "export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--member", required=True, metavar="TEAM:USER", help=words("cli").export_member)
@click.option("--format", "format_", default="", metavar="FORMAT", help=words("cli").export_format)
@click.option("--period", default="this_quarter", show_default=True, help=words("cli").export_period)
@click.option("--audience", default="manager", show_default=True, help=words("cli").export_audience)
@click.option("--private", is_flag=True, help=words("cli").export_private)
async def export(file: Path, member: str, format_: str, period: str, audience: str, private: bool) -> int:
    from bot import exporting
    from bot.core.errors import CoachError
    from bot.running import visited

    wanted = exporting.Wanted(file, member, format_, period, audience, private)
    async with visited(configured()) as coach:
        try:
            if wanted.is_everything:
                await exporting.export_everything(coach, wanted)
                click.echo(words("cli", file=file).exported_everything.plain)
                return 0
            facts, made = await exporting.export(coach, wanted)
        except CoachError as refused:
            click.echo(words("errors", **refused.facts).block(refused.words).plain, err=True)
            return 1
    said = words(
        "cli", file=file, count=facts.figures.wins, left_out=facts.private_left_out, boxes=made.boxes
    )
    click.echo(said.exported.plain)
    return 0


async def _run(settings: Settings, parts: "Parts", *, migrate_first: bool = False) -> None:
    from bot.running import run as run_

    await run_(settings, parts, _stop_on_signals(), migrate_first=migrate_first)


def _stop_on_signals() -> asyncio.Event:
    """An event that SIGTERM and Ctrl+C set: the ask for a clean stop."""
    stop = asyncio.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(one, stop.set)
    return stop


if __name__ == "__main__":
    main()
