"""The long-running processes: what is started together, and how it stops."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial

from starlette.routing import Route

import handlers
from bot.coach import Coach
from bot.core.clock import Clock, MovableClock, SystemClock
from bot.domain import nudges
from bot.domain.nudges import operations
from bot.settings import Settings, SettingsError
from bot.storage import canary, migrate
from bot.storage.database import Database
from bot.storage.sqlite import HeldError
from bot.storage.vault import Vault, WrongKeyError
from bot.web import edge, install, server, trial_clock
from handlers import outbox

log = logging.getLogger(__name__)

GRACE_SECONDS = 10.0


@dataclass(frozen=True)
class Parts:
    """Which parts of the bot a process runs.

    Without `web` health and counts are served only where a `port` is given: a platform may ask for them.
    """

    web: bool = False
    worker: bool = False
    socket: bool = False
    port: int | None = None


@asynccontextmanager
async def opened(settings: Settings, clock: Clock) -> AsyncIterator[Coach]:
    """The coach of this process; refuses a database or keys that do not fit before anything is touched."""
    database = Database(settings.database, clock)
    try:
        vault = Vault(settings.require_keys())
        await _check_schema(database)
        await _check_keys(database, vault)
        with _held(database):
            yield Coach(settings, clock, database, vault)
    finally:
        await database.close()


@asynccontextmanager
async def visited(settings: Settings) -> AsyncIterator[Coach]:
    """The coach for a command that looks at a running installation, at the time that it goes by."""
    clock: Clock = SystemClock()
    if settings.clock_url is not None:
        clock = MovableClock()
        await trial_clock.agree(clock, settings.clock_url)
    async with opened(settings, clock) as coach:
        if not await migrate.is_current(coach.database.engine):
            raise SettingsError("not_migrated")
        yield coach


async def upgrade(coach: Coach) -> None:
    """Bring the schema up to date and put the canary in."""
    await migrate.upgrade(coach.database.engine)
    await canary.settle(coach.database, coach.vault)


async def run(
    settings: Settings,
    parts: Parts,
    stop: asyncio.Event,
    *,
    clock: Clock | None = None,
    migrate_first: bool = False,
    tokens: Sequence[str] = (),
    started: Callable[[], None] = lambda: None,
) -> None:
    """Run these parts until `stop` is set; then take nothing new and let what is in flight finish.

    `started` is called when everything but the web server's own socket is up.
    """
    async with AsyncExitStack() as stack:
        clock = clock or await _clock(settings, stop, stack)
        coach = await stack.enter_async_context(opened(settings, clock))
        if migrate_first:
            await upgrade(coach)
        elif not await migrate.is_current(coach.database.engine):
            raise SettingsError("not_migrated")
        slack = handlers.connect(coach, partial(_configured, settings, tokens))
        stack.push_async_callback(slack.close)
        for token in tokens or settings.require_slack():
            await outbox.install(coach, token)
        stack.push_async_callback(_drain, coach)
        ready: dict[str, edge.Check] = {
            "database": coach.database.answers,
            "keys": partial(_keys_open, coach),
        }
        if parts.socket:
            ready["socket"] = await _open_socket(coach, slack, stack)
        if parts.worker:
            # A web process does not become unready, and stop answering commands, because no worker runs.
            ready["nudges"] = partial(_on_time, coach)
            _start_worker(coach, slack, stack)
        started()
        await _serve_until_stopped(coach, slack, parts, ready, stop)


def _configured(settings: Settings, tokens: Sequence[str]) -> Sequence[str]:
    """The bot tokens as they are set now: whoever installs the app again may have changed `.env` meanwhile."""
    if tokens:
        return tokens
    try:
        return outbox.configured_tokens(Settings.load())
    except SettingsError:
        return outbox.configured_tokens(settings)


async def _clock(settings: Settings, stop: asyncio.Event, stack: AsyncExitStack) -> Clock:
    """The machine's clock, or in a trial one that follows another from the start."""
    if settings.clock_url is None:
        return SystemClock()
    clock = MovableClock()
    await trial_clock.agree(clock, settings.clock_url)
    following = asyncio.create_task(trial_clock.follow(clock, settings.clock_url, stop))
    stack.callback(following.cancel)
    return clock


async def _drain(coach: Coach) -> None:
    if not await coach.in_flight.drained(GRACE_SECONDS):
        log.warning("stop.unfinished", extra={"count": coach.in_flight.running})


async def _keys_open(coach: Coach) -> bool:
    await canary.check(coach.database, coach.vault)
    return True


async def _on_time(coach: Coach) -> bool:
    """Whether somebody takes what is due; what an operator stopped, or Slack holds up, is not late."""
    async with coach.database.system() as session:
        _, oldest = await nudges.backlog(session, at_most=1)
    return oldest < operations.LATE.total_seconds()


@contextmanager
def _held(database: Database) -> Iterator[None]:
    """Let nobody restore the database while it is open here."""
    with ExitStack() as stack:
        try:
            stack.enter_context(database.held())
        except HeldError:
            raise SettingsError("database_restored") from None
        yield


async def _check_schema(database: Database) -> None:
    if not await database.answers():
        raise SettingsError("database_silent")
    if await migrate.is_newer(database.engine):
        raise SettingsError("database_newer")


async def _check_keys(database: Database, vault: Vault) -> None:
    try:
        await canary.check(database, vault)
    except WrongKeyError:
        raise SettingsError("wrong_keys") from None


async def _open_socket(coach: Coach, slack: handlers.Slack, stack: AsyncExitStack) -> edge.Check:
    _, app_token = coach.settings.require_slack_socket()
    socket = await slack.open_socket(coach, app_token.get_secret_value())
    stack.push_async_callback(socket.close)
    return socket.is_connected


def _start_worker(coach: Coach, slack: handlers.Slack, stack: AsyncExitStack) -> None:
    # A web process does not wait for the worker's libraries.
    from bot.scheduler import Worker

    worker = Worker(coach, slack.messenger)
    worker.start()
    stack.push_async_callback(worker.stop)


async def _serve_until_stopped(
    coach: Coach, slack: handlers.Slack, parts: Parts, ready: dict[str, edge.Check], stop: asyncio.Event
) -> None:
    settings = coach.settings
    over_http = parts.web and not parts.socket
    app = edge.create(
        slack=slack.endpoint() if over_http else None,
        pages=install_pages(coach, slack) if over_http else (),
        secrets=settings.require_slack_http() if over_http else (),
        # A signature is as old as the machines say, however far a trial's clock was moved.
        clock=SystemClock(),
        metrics=coach.metrics,
        ready=ready,
        in_flight=coach.in_flight,
    )
    port = settings.port if parts.web else parts.port
    if port is not None:
        await server.serve(app, settings.host, port, stop=stop)
    else:
        await stop.wait()


def install_pages(coach: Coach, slack: handlers.Slack) -> Sequence[Route]:
    """The pages by which workspaces install the app by themselves, where that is set up."""
    oauth = coach.settings.oauth
    if oauth is None:
        return ()
    return install.Pages(slack.installer(oauth), oauth.public_url, coach.prose, coach.in_flight).routes()
