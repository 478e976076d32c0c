"""The command line's own parts: its main group, how a command is made, and the settings it begins with."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec

import click
import uvloop

from bot.core import logs
from bot.core.prose import Prose
from bot.settings import Settings, SettingsError

P = ParamSpec("P")

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
                with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                    sys.exit(runner.run(work(*args, **kwargs)) or 0)
            except SettingsError as wrong:
                click.echo(str(wrong), err=True)
                sys.exit(2)

        block = f"{group.name}_{name}" if group is not main else name
        return group.command(name, help=words("cli").block(block), **how)(start)

    return decorate


def configured() -> Settings:
    settings = Settings.load()
    logs.configure(settings.log_level, settings.log_format)
    logs.watch(asyncio.get_running_loop())
    return settings
