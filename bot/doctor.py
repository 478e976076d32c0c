"""The doctor: looks at an installation and says, line by line, what holds and what to do."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.core.clock import Clock, MovableClock, SystemClock
from bot.domain import workspaces
from bot.domain.nudges import operations
from bot.domain.nudges.operations import Overview
from bot.settings import Settings, SettingsError
from bot.storage import canary, migrate, rotation
from bot.storage.backups import BESIDE
from bot.storage.database import Database
from bot.storage.vault import Vault, WrongKeyError
from bot.web import trial_clock
from handlers import outbox
from handlers.outbox import SlackFacts

# The bits of a file's mode that let others of the machine in.
OTHERS = 0o077

# After so many leases a claim should have been taken over and settled.
CLAIMS_TOO_OLD = 3

# Slack refuses nothing over this, but our own guard and everybody's signatures do at five minutes.
CLOCK_TOLERANCE = timedelta(seconds=30)


@dataclass(frozen=True)
class Finding:
    """One line of the examination: a block of templates/doctor.j2 and the facts it needs.

    A `note` is somebody's will, or passes by itself: worth knowing, nothing to mend.
    """

    words: str
    good: bool
    facts: dict[str, Any]
    note: bool = False

    @property
    def mark(self) -> str:
        """The block that begins the line."""
        return ("note" if self.note else "good") if self.good else "bad"


async def examine(settings: Settings, manifest: dict[str, Any]) -> AsyncIterator[Finding]:
    """Everything there is to say, in order; what cannot be looked at is left out."""
    for name in Settings.unknown_variables():
        yield Finding("unknown_variable", good=False, facts={"name": name})
    database = Database(settings.database, await _clock_of(settings))
    try:
        async for finding in _database(database, settings, manifest):
            yield finding
    finally:
        await database.close()
    async for finding in _slack(settings, manifest):
        yield finding


async def _database(
    database: Database, settings: Settings, manifest: dict[str, Any]
) -> AsyncIterator[Finding]:
    if not settings.keys:
        yield Finding("keys_missing", good=False, facts={})
    if not await database.answers():
        yield Finding("database_silent", good=False, facts={})
        return
    yield Finding("database_answers", good=True, facts=await _kind(database))
    for finding in _files(database):
        yield finding
    if await migrate.is_newer(database.engine):
        yield Finding("database_newer", good=False, facts={})
        return
    current = await migrate.is_current(database.engine)
    yield Finding(
        "database_current" if current else "database_behind",
        good=current,
        facts={"version": await migrate.version(database.engine)},
    )
    if settings.keys:
        yield await _keys(database, settings)
    if current:
        async for finding in rotation_of(database, settings):
            yield finding
        async for finding in nudges_of(database, settings):
            yield finding
        async for finding in installs_of(database, manifest):
            yield finding


async def installs_of(database: Database, manifest: dict[str, Any]) -> AsyncIterator[Finding]:
    """Which workspaces have a token, whose token lacks scopes, and what waits to be destroyed."""
    async with database.system() as session:
        kept = await workspaces.tokens_kept(session)
        lacking = await workspaces.lacking(session, _wanted(manifest))
        left = await workspaces.waiting_to_be_destroyed(session)
    if kept:
        yield Finding("installed", good=True, facts={"count": len(kept)})
    for team_id, missing in lacking.items():
        yield Finding("scopes_missing_in", good=False, facts={"team": team_id, "missing": missing})
    if left:
        yield _note("left", count=left, days=workspaces.KEPT_FOR.days)


async def _kind(database: Database) -> dict[str, str]:
    """What the database is, in which version, and how it journals."""
    async with database.engine.connect() as connection:
        if not database.is_sqlite:
            version = await connection.scalar(text("SHOW server_version"))
            return {"kind": f"PostgreSQL {version}", "journal": ""}
        journal = await connection.scalar(text("PRAGMA journal_mode"))
    return {"kind": f"SQLite {sqlite3.sqlite_version}", "journal": str(journal)}


def _files(database: Database) -> Iterator[Finding]:
    """Whether anybody else on this machine may read the database's file, or what SQLite keeps beside it."""
    if database.path is None:
        return
    there = [path for ending in ("", *BESIDE) if (path := Path(f"{database.path}{ending}")).exists()]
    read = [str(path) for path in there if path.stat().st_mode & OTHERS]
    yield Finding("files_open" if read else "files_closed", good=not read, facts={"files": read})


async def rotation_of(database: Database, settings: Settings) -> AsyncIterator[Finding]:
    """How many keys need an older master key, or one that is not in the list."""
    if not settings.keys:
        return
    stands = (await rotation.standing(database, Vault(settings.keys))).values()
    if older := sum(one.older for one in stands):
        yield _note("keys_older", count=older)
    elif len(settings.keys) > 1:
        yield _note("keys_spare")
    if unknown := sum(one.unknown for one in stands):
        yield Finding("keys_unknown", good=False, facts={"count": unknown})


async def nudges_of(database: Database, settings: Settings) -> AsyncIterator[Finding]:
    """Whether what is due goes out, and what keeps it: an operator's word, Slack's, or a worker that is missing."""
    async with database.system() as session:
        seen = await operations.overview(session, ceiling=settings.posts_per_second)
    if seen.stopped_at:
        yield _note("nudges_stopped", count=seen.due)
    for words, spaces in (
        ("nudges_drained", seen.drained),
        ("nudges_held", seen.held),
        ("nudges_slowed", seen.slowed),
    ):
        if spaces:
            yield _note(words, teams=[space.team_id for space in spaces])
    for finding in _with_workers(seen, settings.lease_seconds):
        yield finding


def _with_workers(seen: Overview, lease: float) -> Iterator[Finding]:
    longest = (seen.at - (seen.oldest_in_hand_at or seen.at)).total_seconds()
    # Whoever watches a claim for a lease's time takes it over; by then that is done, unless Slack is held up.
    if longest > CLAIMS_TOO_OLD * lease and not seen.held:
        yield Finding("claims_old", good=False, facts={"count": seen.in_hand, "minutes": round(longest / 60)})
    elif seen.is_late:
        late = (seen.at - (seen.oldest_due_at or seen.at)).total_seconds()
        yield Finding("nudges_late", good=False, facts={"count": seen.due, "minutes": round(late / 60)})
    elif not seen.stopped_at:
        yield Finding("nudges_on_time", good=True, facts={"count": seen.due})


def _note(words: str, **facts: Any) -> Finding:
    return Finding(words, good=True, facts=facts, note=True)


async def _clock_of(settings: Settings) -> Clock:
    """The machine's clock, or in a trial the one that the installation goes by."""
    if settings.clock_url is None:
        return SystemClock()
    clock = MovableClock()
    await trial_clock.agree(clock, settings.clock_url)
    return clock


async def _keys(database: Database, settings: Settings) -> Finding:
    try:
        await canary.check(database, Vault(settings.keys))
    except WrongKeyError:
        return Finding("keys_wrong", good=False, facts={})
    return Finding("keys_open", good=True, facts={"count": len(settings.keys)})


async def _slack(settings: Settings, manifest: dict[str, Any]) -> AsyncIterator[Finding]:
    try:
        oauth = settings.oauth
    except SettingsError as refused:
        yield Finding("oauth_incomplete", good=False, facts={"sentence": str(refused)})
        return
    if oauth is not None:
        yield Finding("oauth_on", good=True, facts={"redirect": oauth.redirect_uri})
    if settings.slack_bot_token is None and oauth is not None:
        yield _mode(settings)
        return
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
    missing = sorted(_wanted(manifest) - facts.scopes)
    return Finding(
        "scopes_missing" if missing else "scopes_right", good=not missing, facts={"missing": missing}
    )


def _wanted(manifest: dict[str, Any]) -> set[str]:
    return set(manifest["oauth_config"]["scopes"]["bot"])


def _mode(settings: Settings) -> Finding:
    if settings.slack_app_token is not None:
        return Finding("mode_socket", good=True, facts={})
    if settings.signing_secrets:
        return Finding("mode_http", good=True, facts={"host": settings.host, "port": settings.port})
    return Finding("mode_missing", good=False, facts={})
