"""The command line: `sayso`, or `python -m bot`."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec

import click

from bot.core import logs
from bot.core.clock import MovableClock, SystemClock
from bot.core.prose import Prose
from bot.settings import Settings, SettingsError

if TYPE_CHECKING:
    from bot.operations import Desk
    from bot.running import Parts

P = ParamSpec("P")

HOST = "127.0.0.1"
PORT = 3939

words = Prose().words


@click.group(help=words("cli").sayso, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    pass


def command(
    group: click.Group, name: str, **how: Any
) -> Callable[[Callable[P, Coroutine[Any, Any, int | None]]], click.Command]:
    """An async command whose help stands in templates/cli.j2; a wrong setting is one sentence, exit code 2."""

    def decorate(work: Callable[P, Coroutine[Any, Any, int | None]]) -> click.Command:
        @wraps(work)
        def start(*args: P.args, **kwargs: P.kwargs) -> None:
            try:
                sys.exit(asyncio.run(work(*args, **kwargs)) or 0)
            except SettingsError as wrong:
                click.echo(str(wrong), err=True)
                sys.exit(2)

        block = f"{group.name}_{name}" if group is not main else name
        return group.command(name, help=words("cli").block(block), **how)(start)

    return decorate


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

    settings = _configured()
    parts = Parts(web=True, worker=True, socket=settings.slack_app_token is not None)
    await _run(settings, parts, migrate_first=True)


@command(main, "web")
async def web() -> None:
    from bot.running import Parts

    settings = _configured()
    await _run(settings, Parts(web=True, socket=settings.slack_app_token is not None))


@command(main, "worker")
@click.option("--port", type=click.IntRange(0, 65535), help=words("cli").worker_port)
async def worker(port: int | None) -> None:
    from bot.running import Parts

    await _run(_configured(), Parts(worker=True, port=port))


@command(main, "doctor")
async def doctor() -> int:
    from bot import doctor as examining
    from bot import manifest

    settings = _configured()
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

    async with visited(_configured()) as coach:
        importing = Importing(coach, click.echo, partial(click.echo, err=True), click.confirm)
        return await importing.bring(path, member, columns=columns, dry_run=dry_run, yes=yes)


@main.group(help=words("cli").db)
def db() -> None:
    pass


@command(db, "upgrade")
async def db_upgrade() -> None:
    from bot.running import opened, upgrade

    async with opened(_configured(), SystemClock()) as coach:
        await upgrade(coach)
    click.echo(words("cli").upgraded)


@command(db, "check")
async def db_check() -> int:
    from bot.running import opened
    from bot.storage import migrate

    async with opened(_configured(), SystemClock()) as coach:
        current = await migrate.is_current(coach.database.engine)
    click.echo(words("cli").current if current else words("cli").behind)
    return 0 if current else 1


@main.group(help=words("cli").nudges)
def nudges() -> None:
    pass


@command(nudges, "list")
@click.option("--team", "teams", metavar="T…", multiple=True, help=words("cli").nudges_team)
@click.option("--state", "states", metavar="STATE", multiple=True, help=words("cli").nudges_state)
@click.option("--late", is_flag=True, help=words("cli").nudges_late)
@click.option(
    "--limit", default=50, type=click.IntRange(1), show_default=True, help=words("cli").nudges_limit
)
@click.option("--json", "as_json", is_flag=True, help=words("cli").nudges_json)
async def nudges_list(
    teams: tuple[str, ...], states: tuple[str, ...], late: bool, limit: int, as_json: bool
) -> int:
    async with _desk() as desk:
        return await desk.show(teams=teams, states=states, late=late, limit=limit, as_json=as_json)


# An id may begin with a dash and hold an h, and is no option for that.
@command(
    nudges, "explain", context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]}
)
@click.argument("nudge_id", metavar="ID")
async def nudges_explain(nudge_id: str) -> int:
    async with _desk() as desk:
        return await desk.explain(nudge_id)


def _waiting_at_most() -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    return click.option(
        "--timeout",
        "seconds",
        default=120.0,
        type=click.FloatRange(0),
        show_default=True,
        help=words("cli").nudges_timeout,
    )


@command(nudges, "drain")
@click.argument("team")
@_waiting_at_most()
async def nudges_drain(team: str, seconds: float) -> int:
    async with _desk() as desk:
        return await desk.drain(team, seconds=seconds)


@command(nudges, "resume")
@click.argument("team")
async def nudges_resume(team: str) -> int:
    async with _desk() as desk:
        return await desk.resume(team)


@command(nudges, "stop")
@_waiting_at_most()
async def nudges_stop(seconds: float) -> int:
    async with _desk() as desk:
        return await desk.stop(seconds=seconds)


@command(nudges, "start")
async def nudges_start() -> int:
    async with _desk() as desk:
        return await desk.start()


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
    async with visited(_configured()) as coach:
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


@main.group(help=words("cli").keys)
def keys() -> None:
    pass


@keys.command("new", help=words("cli").keys_new)
def keys_new() -> None:
    from bot.storage.vault import new_master_key

    click.echo(new_master_key())


@asynccontextmanager
async def _desk() -> AsyncIterator["Desk"]:
    from bot.operations import Desk
    from bot.running import visited

    async with visited(_configured()) as coach:
        yield Desk(coach, click.echo, partial(click.echo, err=True))


def _configured() -> Settings:
    settings = Settings.load()
    logs.configure(settings.log_level, settings.log_format)
    logs.watch(asyncio.get_running_loop())
    return settings


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
