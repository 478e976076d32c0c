"""The doctor: looks at an installation and says, line by line, what holds and what to do."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.core.clock import SystemClock
from bot.settings import Settings, SettingsError
from bot.storage import canary, migrate
from bot.storage.database import Database
from bot.storage.vault import Vault, WrongKeyError
from handlers import outbox
from handlers.outbox import SlackFacts

# Slack refuses nothing over this, but our own guard and everybody's signatures do at five minutes.
CLOCK_TOLERANCE = timedelta(seconds=30)


@dataclass(frozen=True)
class Finding:
    """One line of the examination: a block of templates/doctor.j2 and the facts it needs."""

    words: str
    good: bool
    facts: dict[str, Any]


async def examine(settings: Settings, manifest: dict[str, Any]) -> AsyncIterator[Finding]:
    """Everything there is to say, in order; what cannot be looked at is left out."""
    for name in Settings.unknown_variables():
        yield Finding("unknown_variable", good=False, facts={"name": name})
    database = Database(settings.database, SystemClock())
    try:
        async for finding in _database(database, settings):
            yield finding
    finally:
        await database.close()
    async for finding in _slack(settings, manifest):
        yield finding


async def _database(database: Database, settings: Settings) -> AsyncIterator[Finding]:
    if not settings.keys:
        yield Finding("keys_missing", good=False, facts={})
    if not await database.answers():
        yield Finding("database_silent", good=False, facts={})
        return
    yield Finding("database_answers", good=True, facts={"kind": database.url.get_backend_name()})
    if await migrate.is_newer(database.engine):
        yield Finding("database_newer", good=False, facts={})
        return
    current = await migrate.is_current(database.engine)
    yield Finding("database_current" if current else "database_behind", good=current, facts={})
    if settings.keys:
        yield await _keys(database, settings)


async def _keys(database: Database, settings: Settings) -> Finding:
    try:
        await canary.check(database, Vault(settings.keys))
    except WrongKeyError:
        return Finding("keys_wrong", good=False, facts={})
    return Finding("keys_open", good=True, facts={"count": len(settings.keys)})


async def _slack(settings: Settings, manifest: dict[str, Any]) -> AsyncIterator[Finding]:
    if settings.slack_bot_token is None:
        yield Finding("token_missing", good=False, facts={})
        return
    try:
        facts = await outbox.examine(settings)
    except SettingsError as refused:
        yield Finding("slack_refuses", good=False, facts={"sentence": str(refused)})
        return
    yield Finding("slack_answers", good=True, facts={"team": facts.team})
    yield _clock(facts)
    yield _scopes(facts, manifest)
    yield _mode(settings)


def _clock(facts: SlackFacts) -> Finding:
    seconds = round(abs(facts.clock_apart).total_seconds())
    good = abs(facts.clock_apart) <= CLOCK_TOLERANCE
    return Finding("clock_right" if good else "clock_wrong", good=good, facts={"seconds": seconds})


def _scopes(facts: SlackFacts, manifest: dict[str, Any]) -> Finding:
    wanted = set(manifest["oauth_config"]["scopes"]["bot"])
    missing = sorted(wanted - facts.scopes)
    return Finding(
        "scopes_missing" if missing else "scopes_right", good=not missing, facts={"missing": missing}
    )


def _mode(settings: Settings) -> Finding:
    if settings.slack_app_token is not None:
        return Finding("mode_socket", good=True, facts={})
    if settings.signing_secrets:
        return Finding("mode_http", good=True, facts={"host": settings.host, "port": settings.port})
    return Finding("mode_missing", good=False, facts={})
