"""`sayso nudges`: what is asked of whom and when."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec

import click

from bot.commands.line import command, configured, main, words

if TYPE_CHECKING:
    from bot.operations import Desk

P = ParamSpec("P")


@asynccontextmanager
async def _desk() -> AsyncIterator["Desk"]:
    from bot.operations import Desk
    from bot.running import visited

    async with visited(configured()) as coach:
        yield Desk(coach, click.echo, partial(click.echo, err=True))


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
