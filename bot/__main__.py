"""The command line: `sayso`, or `python -m bot`."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec

import click

from bot import demo as demo_
from bot import doctor as doctor_
from bot.core import logs
from bot.core.clock import MovableClock, SystemClock
from bot.core.prose import Prose
from bot.running import Parts, opened, stop_on_signals, upgrade
from bot.running import run as run_
from bot.sandbox import Sandbox
from bot.settings import Settings, SettingsError
from bot.storage import migrate
from bot.storage.vault import new_master_key
from bot.web import server

P = ParamSpec("P")

HOST = "127.0.0.1"
PORT = 3939

words = Prose().words


@click.group(help=words("cli").sayso, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    pass


def command(
    group: click.Group, name: str
) -> Callable[[Callable[P, Coroutine[Any, Any, int | None]]], click.Command]:
    """An async command whose help stands in templates/cli.j2; a wrong setting is one sentence and exit code 2."""

    def decorate(work: Callable[P, Coroutine[Any, Any, int | None]]) -> click.Command:
        @wraps(work)
        def start(*args: P.args, **kwargs: P.kwargs) -> None:
            try:
                sys.exit(asyncio.run(work(*args, **kwargs)) or 0)
            except SettingsError as wrong:
                click.echo(str(wrong), err=True)
                sys.exit(2)

        block = f"{group.name}_{name}" if group is not main else name
        return group.command(name, help=words("cli").block(block))(start)

    return decorate


@command(main, "demo")
@click.option("--host", default=HOST, help=words("cli").host)
@click.option("--port", default=PORT, type=click.IntRange(0, 65535), help=words("cli").port)
async def demo(host: str, port: int) -> None:
    logs.configure("warning", "auto")
    stop = asyncio.Event()
    stop_on_signals(stop)
    await demo_.play(
        host, port, stop, announce=lambda address: click.echo(words("cli", address=address).demo_address)
    )


@command(main, "sandbox")
@click.option("--host", default=HOST, help=words("cli").host)
@click.option("--port", default=PORT, type=click.IntRange(0, 65535), help=words("cli").port)
async def sandbox(host: str, port: int) -> None:
    logs.configure("warning", "auto")
    stop = asyncio.Event()
    stop_on_signals(stop)
    sock = server.listener(host, port)
    address = demo_.address_of(sock)
    click.echo(words("cli", address=address).sandbox_address)
    await demo_.serve(Sandbox(MovableClock(), base_url=address), sock, stop)


@command(main, "run")
async def run() -> None:
    settings = _configured()
    parts = Parts(web=True, worker=True, socket=settings.slack_app_token is not None)
    await _run(settings, parts, migrate_first=True)


@command(main, "web")
async def web() -> None:
    settings = _configured()
    await _run(settings, Parts(web=True, socket=settings.slack_app_token is not None))


@command(main, "worker")
async def worker() -> None:
    await _run(_configured(), Parts(worker=True))


@command(main, "doctor")
async def doctor() -> int:
    settings = _configured()
    say = Prose()
    click.echo(say.words("doctor").good + " " + say.words("doctor").settings_read.plain)
    good = True
    async for finding in doctor_.examine(settings, demo_.manifest()):
        lines = say.words("doctor", **finding.facts)
        click.echo(f"{lines.good if finding.good else lines.bad} {lines.block(finding.words).plain}")
        good = good and finding.good
    return 0 if good else 1


@main.group(help=words("cli").db)
def db() -> None:
    pass


@command(db, "upgrade")
async def db_upgrade() -> None:
    async with opened(_configured(), SystemClock()) as coach:
        await upgrade(coach)
    click.echo(words("cli").upgraded)


@command(db, "check")
async def db_check() -> int:
    async with opened(_configured(), SystemClock()) as coach:
        current = await migrate.is_current(coach.database.engine)
    click.echo(words("cli").current if current else words("cli").behind)
    return 0 if current else 1


@main.group(help=words("cli").keys)
def keys() -> None:
    pass


@keys.command("new", help=words("cli").keys_new)
def keys_new() -> None:
    click.echo(new_master_key())


def _configured() -> Settings:
    settings = Settings.load()
    logs.configure(settings.log_level, settings.log_format)
    logs.watch(asyncio.get_running_loop())
    return settings


async def _run(settings: Settings, parts: Parts, *, migrate_first: bool = False) -> None:
    stop = asyncio.Event()
    stop_on_signals(stop)
    await run_(settings, parts, stop, migrate_first=migrate_first)


if __name__ == "__main__":
    main()
